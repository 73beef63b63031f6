// SPDX-License-Identifier: Apache-2.0

//! Web services as a user meets them: flags, records, certificates, the number of requests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};
use support::Repo;
use support::http::{Server, head, json as reply, request, status};

const ADDRESS: &str = "https://github.com/mill-org/mill";
const SERVICES: [&str; 4] = ["badge", "scorecard", "github", "osv"];

/// A release of a small project on GitHub, which shows its badge and lacks a security policy.
fn mill() -> Repo {
    let readme = "# Mill\n\n[![b](https://www.bestpractices.dev/projects/7/badge)](https://www.bestpractices.dev/projects/7)\n";
    let repo = Repo::new()
        .file("README.md", readme)
        .file("Cargo.toml", "[package]\nname = \"mill\"\n")
        .commit("one")
        .annotated("v1.0.0", "first");
    repo.git().remote("origin", ADDRESS).unwrap();
    repo
}

/// The four services, all in order.
fn services() -> Server {
    let policy = "IyBTZWN1cml0eSBwb2xpY3kKClJlcG9ydCBhIHZ1bG5lcmFiaWxpdHkgdG8gc2VjdXJpdHlAbWlsbC5leGFtcGxlLm9yZywgbmV2ZXIgaW4gYSBwdWJsaWMgaXNzdWUuIFdlIGFuc3dlciB3aXRoaW4gdGhyZWUgZGF5cy4K";
    Server::start(
        move |asked, _| match asked.path.split('?').next().unwrap() {
            "/projects.json" => reply(
                &json!([{"id": 7, "name": "Mill", "repo_url": ADDRESS, "badge_level": "silver", "tiered_percentage": 240}]),
            ),
            "/projects/github.com/mill-org/mill" => {
                reply(&json!({"date": "2026-11-01", "score": 7.5, "checks": []}))
            }
            "/repos/mill-org/mill" => reply(
                &json!({"full_name": "mill-org/mill", "private": false, "default_branch": "main"}),
            ),
            "/repos/mill-org/mill/rules/branches/main" => reply(&json!([{"type": "deletion"}])),
            "/repos/mill-org/.github/git/trees/HEAD" => {
                reply(&json!({"tree": [{"path": "SECURITY.md", "type": "blob"}]}))
            }
            "/repos/mill-org/.github/contents/SECURITY.md" => {
                reply(&json!({"type": "file", "encoding": "base64", "content": policy}))
            }
            "/v1/querybatch" => reply(&json!({"results": [{}, {}]})),
            _ => status(404, ""),
        },
    )
}

fn provost(repo: &Repo, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.env_clear();
    command
        .arg("check")
        .arg(repo.path())
        .args(["--now", "2026-11-20"]);
    if !arguments.contains(&"--format") {
        command.args(["--format", "json"]);
    }
    command.args(arguments);
    command
}

fn at(command: &mut Command, address: &str) -> Output {
    for service in SERVICES {
        command.arg(format!("--{service}-url")).arg(address);
    }
    command.output().unwrap()
}

fn report(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn verdict(report: &Value, rule: &str) -> (String, String) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|c| c["rule"] == rule).unwrap();
    let text = |key: &str| check[key].as_str().unwrap().to_owned();
    (text("kind"), text("message"))
}

#[test]
fn every_rule_costs_eight_requests_at_most_and_a_record_repeats_it() {
    let (repo, server) = (mill(), services());
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().to_str().unwrap();
    let first = at(
        &mut provost(&repo, &["--profile", "all", "--record", record]),
        &server.address,
    );
    let found = report(&first);
    for (rule, kind) in [
        ("best-practices-badge", "pass"),
        ("best-practices-badge-displayed", "pass"),
        ("scorecard-score", "pass"),
        ("public-repository", "pass"),
        ("repository-archived", "notApplicable"),
        ("branch-protection", "open"),
        ("known-vulnerabilities", "pass"),
        ("security-policy", "pass"),
    ] {
        assert_eq!(
            verdict(&found, rule).0,
            kind,
            "{rule}: {}",
            verdict(&found, rule).1
        );
    }
    let asked: Vec<String> = server.log().iter().map(|a| a.path.clone()).collect();
    // Names of documents that GitHub's own server would have put on its list are asked for blindly here.
    let listed = asked
        .iter()
        .filter(|path| !path.ends_with("CODE_OF_CONDUCT.md"));
    assert!(listed.count() <= 8, "{asked:#?}");
    let again = provost(&repo, &["--profile", "all", "--replay", record])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), first.status.code());
    assert!(
        again.stdout == first.stdout,
        "a replay differs from its record"
    );
    assert_eq!(server.log().len(), asked.len(), "a replay asks nobody");
}

#[test]
fn without_a_remote_nobody_is_asked() {
    let server = services();
    let repo = Repo::new().file("README.md", "# Mill\n").commit("one");
    let output = at(&mut provost(&repo, &["--profile", "all"]), &server.address);
    let (kind, message) = verdict(&report(&output), "best-practices-badge");
    assert_eq!(kind, "open");
    assert!(message.contains("names no remote"), "{message}");
    assert!(server.log().is_empty());
    let output = at(
        &mut provost(&mill(), &["--profile", "all", "--offline"]),
        &server.address,
    );
    assert_eq!(verdict(&report(&output), "scorecard-score").0, "open");
    assert!(server.log().is_empty());
}

#[test]
fn a_run_that_learned_nothing_is_not_green() {
    let server = Server::start(|_, _| status(403, ""));
    let output = at(
        &mut provost(&mill(), &["--rule", "scorecard-score"]),
        &server.address,
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(verdict(&report(&output), "scorecard-score").0, "open");
    // Beside rules that were decided, it is no finding.
    let output = at(
        &mut provost(
            &mill(),
            &[
                "--rule",
                "scorecard-score",
                "--rule",
                "best-practices-badge-displayed",
            ],
        ),
        &server.address,
    );
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_asked() {
    let repo = mill();
    for (arguments, word) in [
        (&["--badge-url", "foo"][..], "--badge-url"),
        (&["--osv-url", "http://example.org"], "only https"),
        (&["--replay", "/nowhere/at/all"], "no such folder"),
        (&["--remote-timeout", "0"], "--remote-timeout"),
        (&["--record", "a", "--replay", "b"], "cannot be used with"),
    ] {
        let output = provost(&repo, arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(word), "{said}");
    }
    let mut command = provost(&repo, &[]);
    let output = command
        .env("PROVOST_GITHUB_URL", "ftp://x")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("PROVOST_GITHUB_URL"));
    let output = provost(&repo, &[])
        .env("GITHUB_TOKEN", "my secret")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(2) && !said.contains("my secret"),
        "{said}"
    );
}

#[test]
fn hostile_replies_steer_nobody() {
    let name = "x\n::error::pwned ##[error]y \u{1b}[2K\u{202e}<script>|`";
    let body = json!([{"id": 7, "name": name, "repo_url": ADDRESS, "badge_level": "in_progress", "tiered_percentage": 9}]);
    let server = Server::start(move |_, _| reply(&body));
    let repo = mill();
    for format in ["human", "github", "markdown", "sarif", "junit"] {
        let arguments = [
            "--rule",
            "best-practices-badge",
            "--format",
            format,
            "-v",
            "--sarif-kinds",
            "pass",
        ];
        let output = at(&mut provost(&repo, &arguments), &server.address);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("pwned"), "{format}: {text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format}: {text}");
        assert!(
            !text
                .lines()
                .any(|l| l.trim_start().starts_with("::error::pwned")),
            "{format}: {text}"
        );
        assert!(!text.contains("##[error]"), "{format}: {text}");
    }
}

/// A server with a certificate for `name`; gives its address and the certificate.
fn tls(name: &str, body: Value) -> (String, String) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            if request(&mut stream).is_some() {
                let text = body.to_string();
                let _ = stream.write_all(&head(200, &[], text.len()));
                let _ = stream.write_all(text.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (address, made.cert.pem())
}

fn scored(address: &str, authorities: Option<&Path>) -> Output {
    let repo = mill();
    let mut command = provost(&repo, &["--rule", "scorecard-score"]);
    if let Some(file) = authorities {
        command.env("PROVOST_CA_FILE", file);
    }
    at(&mut command, address)
}

#[test]
fn certificates_are_checked_and_can_be_added() {
    let body = || json!({"date": "2026-11-01", "score": 7.5, "checks": []});
    let (address, pem) = tls("localhost", body());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &pem).unwrap();
    let score = |output: &Output| verdict(&report(output), "scorecard-score");
    let (kind, message) = score(&scored(&address, None));
    assert!(
        kind == "open" && message.contains("certificate that is not accepted"),
        "{message}"
    );
    let (kind, message) = score(&scored(&address, Some(&file)));
    assert_eq!(kind, "pass", "{message}");
    // A certificate of another name, and a file that holds none.
    let (other, pem) = tls("other.example.org", body());
    std::fs::write(&file, &pem).unwrap();
    let (kind, message) = score(&scored(&other, Some(&file)));
    assert!(
        kind == "open" && message.contains("certificate"),
        "{message}"
    );
    std::fs::write(&file, "nothing").unwrap();
    let refused = scored(&address, Some(&file));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(2) && said.contains("PROVOST_CA_FILE"),
        "{said}"
    );
}

#[test]
fn the_cache_serves_the_next_run() {
    let (repo, server) = (mill(), services());
    let folder = tempfile::tempdir().unwrap();
    let cache = [
        "--rule",
        "scorecard-score",
        "--cache",
        folder.path().to_str().unwrap(),
    ];
    let run = |more: &[&str]| {
        at(
            &mut provost(&repo, &[&cache[..], more].concat()),
            &server.address,
        )
    };
    let first = run(&[]);
    let second = run(&[]);
    assert_eq!(server.log().len(), 1);
    assert!(first.stdout == second.stdout);
    let offline = run(&["--offline"]);
    let said = String::from_utf8_lossy(&offline.stderr).into_owned();
    assert!(
        said.contains("one reply is from the cache, the oldest of 20"),
        "{said}"
    );
    assert_eq!(verdict(&report(&offline), "scorecard-score").0, "pass");
}
