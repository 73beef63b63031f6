// SPDX-License-Identifier: Apache-2.0

//! Bad input from end to end: what cannot be judged, read or written is said, with the right exit status,
//! nothing half written, and never a panic. What the subject layer alone makes of it is in `subject.rs`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/program.rs"]
mod program;
mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use program::{check, err, out, refused};
use serde_json::Value;
use support::{Repo, git};

/// The JSON report of every rule, and the exit status.
fn report(path: impl AsRef<Path>, args: &[&str]) -> (Value, i32) {
    let mut all = vec!["--profile", "all", "--format", "json"];
    all.extend(args);
    let output = check(path, &all);
    let status = output.status.code().expect("no signal ends it");
    assert!(!err(&output).contains("panic"), "{}", err(&output));
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", err(&output)));
    for fault in report["faults"].as_array().unwrap() {
        let message = fault["message"].as_str().unwrap();
        assert!(!message.contains("panicked"), "{fault}");
    }
    (report, status)
}

/// The kind of a rule's verdict.
fn kind<'a>(report: &'a Value, rule: &str) -> &'a str {
    entry(report, rule)["kind"].as_str().unwrap()
}

fn entry<'a>(report: &'a Value, rule: &str) -> &'a Value {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["rule"] == rule);
    found.unwrap_or_else(|| panic!("no {rule}"))
}

/// Places and messages of the faults.
fn faults(report: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let faults = report["faults"].as_array().unwrap().iter();
    faults
        .map(|f| (text(&f["where"]), text(&f["message"])))
        .collect()
}

fn fault<'a>(faults: &'a [(String, String)], place: &str) -> &'a str {
    let found = faults.iter().find(|(at, _)| at == place);
    &found.unwrap_or_else(|| panic!("no {place}: {faults:?}")).1
}

/// A repository with a README, a licence and one source file.
fn repo() -> Repo {
    Repo::new()
        .file("README.md", "# Example\n\nA program that does things.\n")
        .file("src/main.rs", "fn main() {}\n")
        .commit("Start")
        .signed_off()
}

#[test]
fn a_file_is_no_repository() {
    let repo = repo();
    refused(
        &check(repo.path().join("README.md"), &[]),
        &["README.md", "not a folder"],
    );
}

#[test]
fn a_folder_without_git_is_judged_by_its_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), "# Example\n\nWords.\n").unwrap();
    let (report, _) = report(folder.path(), &[]);
    assert_eq!(kind(&report, "dco-sign-off"), "open");
    assert_eq!(kind(&report, "spdx-header"), "notApplicable");
    assert_eq!(report["subject"]["head"], Value::Null);
    let output = check(folder.path(), &["--at", "HEAD"]);
    refused(&output, &["--at", "git"]);
    let output = check(
        folder.path(),
        &["--commits", "a..b", "--rule", "dco-sign-off"],
    );
    refused(&output, &["--commits"]);
}

#[test]
fn a_repository_without_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "--bare", "."]);
    refused(&check(folder.path(), &[]), &["no commit"]);
    let unborn = Repo::new().file("README.md", "# Example\n\nWords.\n");
    let (report, _) = report(unborn.path(), &[]);
    assert_eq!(kind(&report, "dco-sign-off"), "open");
    assert_eq!(report["subject"]["head"], Value::Null);
    assert_eq!(faults(&report), []);
    refused(&check(unborn.path(), &["--at", "HEAD"]), &["HEAD"]);
    // An empty folder: nothing to read a rule about sign-offs from.
    let empty = Repo::new();
    let output = check(empty.path(), &["--rule", "dco-sign-off"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
}

#[test]
fn a_detached_head_is_judged_like_any_other() {
    let repo = repo();
    let (attached, status) = report(repo.path(), &[]);
    let id = repo.head().to_string();
    let repo = repo.in_git("HEAD", format!("{id}\n"));
    let (detached, same) = report(repo.path(), &[]);
    assert_eq!(
        (attached["checks"].clone(), status),
        (detached["checks"].clone(), same)
    );
    assert_eq!(detached["subject"]["head"], *id);
}

/// Writes `bytes` over an object that git made read-only.
fn overwrite(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn damaged_objects_are_faults_that_name_them() {
    // The commit of HEAD: no history, but the files on disk are judged.
    let repo = repo();
    overwrite(&repo.loose(repo.head()), b"not zlib at all");
    let (judged, status) = report(repo.path(), &["--fail-on", "never"]);
    assert_eq!(status, 2);
    assert!(!faults(&judged).is_empty());
    assert_ne!(kind(&judged, "dco-sign-off"), "pass");
    refused(&check(repo.path(), &["--at", "HEAD"]), &["HEAD", "damaged"]);

    // A blob: the rule that needs it says so, and nothing else is lost.
    let repo = repo_with_licence();
    let blob = blob(&repo, "README.md");
    overwrite(&repo.loose(blob), b"\x78\x9c broken");
    let (judged, _) = report(repo.path(), &["--at", "HEAD", "--fail-on", "never"]);
    let whole = judged.to_string();
    assert!(whole.contains("damaged"), "{whole}");
    assert_eq!(kind(&judged, "dco-sign-off"), "pass");

    // A root tree: nothing to judge, and the reason.
    let tree = repo.git().find_commit(repo.head()).unwrap().tree_id();
    overwrite(&repo.loose(tree), b"");
    let output = check(
        repo.path(),
        &["--at", "HEAD", "--profile", "all", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(2), "{}", out(&output));
    let said = out(&output) + &err(&output);
    assert!(said.contains("damaged"), "{said}");
}

fn repo_with_licence() -> Repo {
    let licence = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE")).unwrap();
    repo()
        .file("LICENSE", licence)
        .commit("Licence")
        .signed_off()
}

fn blob(repo: &Repo, path: &str) -> git2::Oid {
    let commit = repo.git().find_commit(repo.head()).unwrap();
    commit
        .tree()
        .unwrap()
        .get_path(Path::new(path))
        .unwrap()
        .id()
}

#[test]
fn revisions_that_lead_nowhere_are_refused_with_what_is_near() {
    let repo = repo()
        .branch("topic")
        .file("b", "b")
        .commit("Next")
        .signed_off();
    refused(&check(repo.path(), &["--at", "topik"]), &["topik", "topic"]);
    refused(&check(repo.path(), &["--at", "HEAD@{1}"]), &["HEAD@{1}"]);
    refused(&check(repo.path(), &["--at", ":/Start"]), &[":/Start"]);
    let rule = ["--rule", "dco-sign-off"];
    for (range, word) in [("main", "BASE..HEAD"), ("nowhere..HEAD", "nowhere")] {
        let output = check(repo.path(), &["--commits", range, rule[0], rule[1]]);
        refused(&output, &["--commits", word]);
    }
}

#[test]
fn a_file_of_a_hundred_megabytes_on_one_line_is_read_to_its_bound() {
    let line = vec![b'x'; 100 << 20];
    let repo = repo();
    for path in [
        "README.md",
        "SECURITY.md",
        "src/main.rs",
        "LICENSE",
        "CODEOWNERS",
        ".mailmap",
    ] {
        fs::write(repo.path().join(path), &line).unwrap();
    }
    let repo = repo
        .stage("SECURITY.md")
        .stage("LICENSE")
        .stage("CODEOWNERS");
    let (report, status) = report(repo.path(), &["--fail-on", "never"]);
    assert_eq!((status, faults(&report)), (0, vec![]));
    assert_ne!(kind(&report, "security-policy"), "pass");
    assert_ne!(kind(&report, "license-file"), "pass");
}

#[test]
fn a_configuration_beyond_its_bound_is_refused() {
    let repo = repo().file(".provost.toml", "#".repeat((1 << 20) + 1));
    refused(&check(repo.path(), &[]), &[".provost.toml", "1 MiB"]);
    let file = repo.path().join(".provost.toml");
    let output = check(repo.path(), &["--config", file.to_str().unwrap()]);
    refused(&output, &[".provost.toml", "1 MiB"]);
}

#[test]
fn a_tree_of_ten_thousand_folders_ends_with_its_bound_named() {
    let repo = repo();
    {
        let git = repo.git();
        let mut id = git.blob(b"deep").unwrap();
        for depth in 0..10_000 {
            let mut builder = git.treebuilder(None).unwrap();
            let mode = if depth == 0 { 0o100_644 } else { 0o040_000 };
            builder.insert("d", id, mode).unwrap();
            id = builder.write().unwrap();
        }
        let who = git2::Signature::new("A", "a@b", &git2::Time::new(0, 0)).unwrap();
        let tree = git.find_tree(id).unwrap();
        git.commit(Some("refs/heads/deep"), &who, &who, "deep", &tree, &[])
            .unwrap();
    }
    let output = check(repo.path(), &["--at", "deep", "--profile", "all"]);
    assert_eq!(output.status.code(), Some(2));
    let said = out(&output) + &err(&output);
    assert!(
        said.contains("4096") && !said.contains("panicked"),
        "{said}"
    );
}

#[test]
fn malformed_configuration_is_refused_with_file_line_and_keys() {
    for (text, words) in [
        ("profiles = [\"minimal\"\n", &[".provost.toml:"][..]),
        ("profiles = 3\n", &[".provost.toml:1"]),
        (
            "profile = [\"minimal\"]\n",
            &[".provost.toml:1", "profile", "profiles", "exclude"],
        ),
        (
            "\n[rules.changelog]\nlevle = \"note\"\n",
            &[".provost.toml:3", "levle", "level"],
        ),
        (
            "[rules.changelog]\nlevel = \"fatal\"\n",
            &[".provost.toml:2", "fatal", "warning"],
        ),
        (
            "[[waiver]]\nrule = \"changelog\"\nreason = \" \"\n",
            &[".provost.toml:1", "reason"],
        ),
        (
            "[rules.dco-sign-off.with]\nidentty = \"strict\"\n",
            &["identty", "identity"],
        ),
        ("exclude = [\"a[\"]\n", &["a["]),
        ("[review]\nlast = \"yesterday\"\n", &["yesterday"]),
        (
            "profiles = [\"ccc/graduatoin\"]\n",
            &["ccc/graduatoin", "ccc/graduation"],
        ),
        ("\u{feff}profiles = []\n\u{0}", &[".provost.toml"]),
    ] {
        let repo = repo().file(".provost.toml", text);
        refused(&check(repo.path(), &[]), words);
    }
    let repo = repo().file(".provost.toml", b"profiles = [\"\xff\"]\n");
    refused(&check(repo.path(), &[]), &[".provost.toml", "UTF-8"]);
    let folder = repo.remove(".provost.toml");
    fs::create_dir(folder.path().join(".provost.toml")).unwrap();
    assert_ne!(check(folder.path(), &[]).status.code(), None);
}

/// Files of other tools that hold `text` must neither stop the run nor pass for what they are named.
fn other_tools(text: &[u8]) -> Value {
    let mut repo = repo_with_licence();
    for path in [
        ".clomonitor.yml",
        ".github/dco.yml",
        ".github/workflows/ci.yml",
        ".github/dependabot.yml",
        ".github/ISSUE_TEMPLATE/config.yml",
        ".pre-commit-config.yaml",
        ".gitlab-ci.yml",
        "SECURITY-INSIGHTS.yml",
        "REUSE.toml",
        ".bestpractices.json",
        "Cargo.toml",
        "pyproject.toml",
        "package.json",
        ".mailmap",
        ".github/CODEOWNERS",
        "MAINTAINERS.yml",
    ] {
        repo = repo.file(path, text);
    }
    let repo = repo.commit("Files").signed_off();
    let (report, status) = report(repo.path(), &["--fail-on", "never"]);
    assert!([0, 2].contains(&status));
    assert_eq!(kind(&report, "dco-sign-off"), "pass");
    assert_eq!(kind(&report, "license-file"), "pass");
    report
}

#[test]
fn malformed_files_of_other_tools_stop_nothing() {
    let nested = "a:\n".to_owned() + &"[".repeat(20_000);
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &('b'..='m')
            .map(|c| {
                let before = char::from(c as u8 - 1);
                format!("{c}: &{c} [{}]\n", vec![format!("*{before}"); 10].join(","))
            })
            .collect::<String>();
    for text in [
        &b""[..],
        b"{{{{",
        b"- a\n b: [\n\t:",
        b"\xff\xfe\x00\x01\x80",
        b"key = [[[\n",
        b"null",
        b"[]",
        b"on:\n  push: {branches: \xc3\x28}\njobs: 3\n",
        nested.as_bytes(),
        bomb.as_bytes(),
    ] {
        let report = other_tools(text);
        // A fault names the file, so that it can be mended.
        for (place, message) in faults(&report) {
            assert!(
                place.contains('.') || message.contains('.'),
                "{place}: {message}"
            );
        }
    }
}

#[test]
fn bytes_that_are_no_utf8_stop_nothing() {
    let bad = b"# T\xeftle \xff\xfe\n\nCopyright \xa9 2026 J\xf6rg\n\n[l\xefnk](\xff.md) <j\xf6rg@example.org>\n";
    let mut repo = repo();
    for path in [
        "README.md",
        "LICENSE",
        "SECURITY.md",
        "CODE_OF_CONDUCT.md",
        "CONTRIBUTING.md",
        "MAINTAINERS.md",
        "GOVERNANCE.md",
        "ADOPTERS.md",
        "CHANGELOG.md",
        "docs/charter.rst",
        "docs/guide.adoc",
        "NOTICE",
        "CODEOWNERS",
        "src/main.rs",
    ] {
        repo = repo.file(path, bad);
    }
    let repo = repo.commit("Latin");
    // A commit whose author and message are no UTF-8, with no encoding said.
    let raw = format!(
        "tree {}\nparent {}\nauthor J? <j?@example.org> 1767225600 +0000\ncommitter J? <j?@example.org> 1767225600 +0000\n\nSubj?ct\n\nSigned-off-by: J? <j?@example.org>\n",
        repo.git().find_commit(repo.head()).unwrap().tree_id(),
        repo.head(),
    );
    let raw: Vec<u8> = raw
        .bytes()
        .map(|b| if b == b'?' { 0xf6 } else { b })
        .collect();
    let id = repo
        .git()
        .odb()
        .unwrap()
        .write(git2::ObjectType::Commit, &raw)
        .unwrap();
    repo.git()
        .reference("refs/heads/main", id, true, "")
        .unwrap();
    let (report, status) = report(repo.path(), &["--fail-on", "never"]);
    assert_eq!((status, faults(&report)), (0, vec![]));
    let output = check(
        repo.path(),
        &[
            "--profile",
            "all",
            "--fail-on",
            "never",
            "--format",
            "human",
        ],
    );
    assert!(!out(&output).contains('\u{fffd}') || out(&output).contains("\\x"));
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let repo = repo();
    refused(
        &check(repo.path(), &["--rule", "dco-signoff"]),
        &["dco-signoff", "dco-sign-off"],
    );
    refused(
        &check(repo.path(), &["--profile", "opensf/technical-initiative"]),
        &["openssf/technical-initiative"],
    );
    refused(
        &check(repo.path(), &["--fail-on", "fatal"]),
        &["fatal", "warning"],
    );
}

/// Reports are whole or absent, whatever is in their place.
#[cfg(unix)]
mod output {
    use super::*;
    use std::process::{Command, Stdio};

    fn written(repo: &Repo, to: &str) -> Output {
        let report = format!("json={to}");
        check(repo.path(), &["--rule", "changelog", "--report", &report])
    }

    #[test]
    fn a_full_disk_is_said_and_a_device_is_not_replaced() {
        use std::os::unix::fs::FileTypeExt;
        if !Path::new("/dev/full").exists() {
            eprintln!("skipped: there is no /dev/full here");
            return;
        }
        let repo = repo();
        let output = written(&repo, "/dev/full");
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("/dev/full"), "{}", err(&output));
        assert!(
            fs::metadata("/dev/full")
                .unwrap()
                .file_type()
                .is_char_device()
        );
        // The same for standard output.
        let status = Command::new(env!("CARGO_BIN_EXE_provost"))
            .args(["check", &repo.arg(), "--rule", "changelog", "--offline"])
            .stdout(
                fs::OpenOptions::new()
                    .write(true)
                    .open("/dev/full")
                    .unwrap(),
            )
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(status.status.code(), Some(2));
        assert!(err(&status).contains("standard output"), "{}", err(&status));
    }

    #[test]
    fn a_folder_in_the_place_of_a_report_is_refused() {
        let repo = repo();
        let output = written(&repo, repo.outside().to_str().unwrap());
        assert_eq!(output.status.code(), Some(2));
        assert!(err(&output).contains("folder"), "{}", err(&output));
        assert_eq!(fs::read_dir(repo.outside()).unwrap().count(), 0);
    }

    #[test]
    fn a_report_can_go_where_standard_error_goes() {
        let repo = repo();
        let output = Command::new(env!("CARGO_BIN_EXE_provost"))
            .args([
                "check",
                &repo.arg(),
                "--rule",
                "changelog",
                "--offline",
                "--quiet",
            ])
            .args(["--report", "json=/dev/stderr"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        serde_json::from_slice::<Value>(&output.stderr).unwrap();
    }

    #[test]
    fn a_report_is_as_readable_as_any_other_file() {
        use std::os::unix::fs::PermissionsExt;
        let repo = repo();
        let file = repo.outside().join("report.json");
        written(&repo, file.to_str().unwrap());
        fs::write(repo.outside().join("plain"), "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&file), mode(&repo.outside().join("plain")));
    }
}

/// What only a disk can hold.
#[cfg(unix)]
mod disk {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use support::fifo;

    const DOCUMENTS: [&str; 8] = [
        "SECURITY.md",
        "CODE_OF_CONDUCT.md",
        "GOVERNANCE.md",
        "CHANGELOG.md",
        "MAINTAINERS.md",
        "LICENSE",
        "CODEOWNERS",
        ".github/workflows/ci.yml",
    ];
    const RULES: [&str; 6] = [
        "security-policy",
        "code-of-conduct",
        "governance-document",
        "changelog",
        "maintainers-file",
        "license-file",
    ];

    #[test]
    fn pipes_and_folders_in_the_place_of_documents_never_pass() {
        for pipe in [true, false] {
            let repo = repo();
            for path in DOCUMENTS {
                let path = repo.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                if pipe {
                    fifo(&path);
                } else {
                    fs::create_dir(&path).unwrap();
                }
            }
            let (report, _) = report(repo.path(), &["--fail-on", "never"]);
            for rule in RULES {
                assert_ne!(kind(&report, rule), "pass", "{rule}");
            }
        }
    }

    #[test]
    fn what_may_not_be_read_is_said() {
        let repo = repo_with_licence();
        let file = repo.path().join("LICENSE");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read(&file).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        let (report, _) = report(repo.path(), &["--fail-on", "never"]);
        assert_ne!(kind(&report, "license-file"), "pass");
        assert!(report.to_string().contains("cannot be read"), "{report}");
    }

    #[test]
    fn links_in_circles_and_out_of_the_tree_never_pass() {
        let repo = repo();
        let outside = repo.outside();
        for name in ["secret.md", "LICENSE"] {
            let text = "# Security policy\n\nReport to topsecret@example.org within 90 days.\n";
            fs::write(outside.join(name), text).unwrap();
        }
        symlink("../outside/secret.md", repo.path().join("SECURITY.md")).unwrap();
        symlink(outside.join("LICENSE"), repo.path().join("LICENSE")).unwrap();
        symlink("CHANGELOG.md", repo.path().join("CHANGELOG.md")).unwrap();
        symlink("b/GOVERNANCE.md", repo.path().join("GOVERNANCE.md")).unwrap();
        symlink(".", repo.path().join("b")).unwrap();
        symlink("c", repo.path().join("d")).unwrap();
        symlink("d", repo.path().join("c")).unwrap();
        symlink("c/MAINTAINERS.md", repo.path().join("MAINTAINERS.md")).unwrap();
        git(&repo.path(), &["add", "-A"]);
        let repo = repo.commit("Links");
        for at in [&[][..], &["--at", "HEAD"]] {
            let mut args = at.to_vec();
            args.extend(["--fail-on", "never"]);
            let (report, _) = report(repo.path(), &args);
            for rule in RULES {
                assert_ne!(kind(&report, rule), "pass", "{rule}");
            }
            assert!(!report.to_string().contains("topsecret"), "read outside");
        }
    }

    /// Ten thousand folders, each in the one before: longer than any path that a system call takes.
    #[test]
    fn a_disk_of_ten_thousand_folders_ends_with_its_bound_named() {
        use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("README.md"), "# Example\n\nWords.\n").unwrap();
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut at = openat(CWD, folder.path(), flags, Mode::empty()).unwrap();
        for _ in 0..10_000 {
            mkdirat(&at, "d", Mode::RWXU).unwrap();
            at = openat(&at, "d", flags, Mode::empty()).unwrap();
        }
        drop(at);
        let (report, status) = report(folder.path(), &["--fail-on", "never"]);
        // The standard library's removal opens every level at once.
        let removed = std::process::Command::new("rm")
            .arg("-rf")
            .arg(folder.path())
            .status();
        assert!(removed.unwrap().success());
        assert_eq!(status, 2);
        let faults = faults(&report);
        assert!(
            faults.iter().any(|(_, message)| message.contains("1024")),
            "{faults:?}"
        );
        assert_ne!(fault(&faults, &faults[0].0), "");
    }
}
