// SPDX-License-Identifier: Apache-2.0

//! Web services that misbehave, and those that do not: what is asked how often, what comes of it, what is kept.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use provost::remote::{Place, Remote, Service, Settings, Token};
use serde_json::{Value, json};
use support::http::{Act, Server, json as reply, status};
use support::promptly;

const SLUG: &str = "mill-org/mill";

/// Settings that send every service to `address`.
fn settings(address: &str) -> Settings {
    let mut settings = Settings {
        timeout: Duration::from_secs(30),
        pause: Duration::from_millis(1),
        ..Settings::default()
    };
    for service in Service::ALL {
        settings.bases.set(service, address).unwrap();
    }
    settings
}

fn remote(settings: Settings) -> Remote {
    Remote::new(settings, Place::of(&format!("https://github.com/{SLUG}")))
}

/// The Scorecard result, as score or as why it is unknown.
fn score(settings: Settings) -> Result<Option<f64>, String> {
    promptly(move || {
        let remote = remote(settings);
        let told = remote.scorecard().clone();
        told.map(|heard| heard.value.and_then(|found| found.score))
    })
}

fn result() -> Value {
    json!({"date": "2026-11-01", "score": 7.5, "repo": {"name": format!("github.com/{SLUG}")}, "checks": []})
}

fn with(code: u16, name: &'static str, value: &str) -> Act {
    Act::Reply(code, vec![(name, value.to_owned())], b"x".to_vec())
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A body cut off after half of what its head promises.
fn cut() -> Act {
    let body = result().to_string();
    let mut bytes = support::http::head(200, &[], body.len());
    bytes.extend_from_slice(&body.as_bytes()[..body.len() / 2]);
    Act::Raw(bytes)
}

#[test]
fn trouble_that_passes_leaves_no_trace() {
    let body = result().to_string().into_bytes();
    let gzip = Act::Reply(
        200,
        vec![("Content-Encoding", "gzip".into())],
        zipped(&body),
    );
    let bom = Act::Reply(200, Vec::new(), [b"\xef\xbb\xbf", &body[..]].concat());
    let page = Act::Reply(
        200,
        vec![("Content-Type", "text/html".into())],
        body.clone(),
    );
    let bare = Act::Raw([b"HTTP/1.0 200 OK\r\n\r\n", &body[..]].concat());
    let good = || reply(&result());
    let rows: Vec<(&str, Vec<Act>)> = vec![
        ("well", vec![good()]),
        ("compressed", vec![gzip]),
        ("byte order mark", vec![bom]),
        ("another type", vec![page]),
        ("no length", vec![bare]),
        (
            "out of order twice",
            vec![status(503, ""), status(502, "<html>"), good()],
        ),
        ("an error once", vec![status(500, "{}"), good()]),
        (
            "too many requests",
            vec![with(429, "Retry-After", "0"), good()],
        ),
        (
            "too many, by date",
            vec![
                with(429, "Retry-After", "Fri, 20 Nov 2020 12:00:00 GMT"),
                good(),
            ],
        ),
        ("closed at once", vec![Act::Raw(Vec::new()), good()]),
        ("cut off", vec![cut(), cut(), good()]),
        (
            "a page in between",
            vec![status(200, "<!DOCTYPE html>"), good()],
        ),
        (
            "damaged gzip",
            vec![with(200, "Content-Encoding", "gzip"), good()],
        ),
        (
            "redirected",
            vec![
                with(302, "Location", "/a"),
                with(301, "Location", "b"),
                good(),
            ],
        ),
    ];
    for (name, acts) in rows {
        let count = acts.len();
        let server = Server::start(move |_, before| acts[before.min(acts.len() - 1)].clone());
        assert_eq!(score(settings(&server.address)), Ok(Some(7.5)), "{name}");
        let log = server.log();
        assert_eq!(log.len(), count, "{name}");
        assert_eq!(
            log[0].path,
            format!("/projects/github.com/{SLUG}"),
            "{name}"
        );
        assert!(
            log[0].header("user-agent").unwrap().contains("(+https://"),
            "{name}"
        );
    }
}

#[test]
fn trouble_that_stays_is_unknown_never_absent() {
    let deep = "[".repeat(200_000);
    let rows: Vec<(Act, usize, &str)> = vec![
        (status(401, "{}"), 1, "401"),
        (status(403, "Forbidden"), 1, "403"),
        (
            with(403, "X-RateLimit-Remaining", "0"),
            1,
            "no more requests",
        ),
        (status(410, ""), 1, "410"),
        (status(451, ""), 1, "legal"),
        (with(429, "Retry-After", "0"), 3, "tried 3 times"),
        (with(429, "Retry-After", "3600"), 1, "would not fit"),
        (status(500, ""), 2, "tried 2 times"),
        (status(502, "<html>"), 3, "502"),
        (status(503, ""), 3, "503"),
        (status(204, ""), 1, "empty answer (204)"),
        (status(304, ""), 1, "empty answer (304)"),
        (status(200, ""), 1, "empty answer"),
        (status(200, "<html>"), 2, "HTML instead of JSON"),
        (status(200, "{\"score\": 7"), 2, "breaks off"),
        (status(200, "\u{1b}[2Knonsense"), 1, "no usable JSON"),
        (status(200, &deep), 1, "no usable JSON"),
        (status(200, "null"), 1, "another shape"),
        (status(200, "[]"), 1, "another shape"),
        (status(200, "{}"), 1, "another shape"),
        (with(200, "Content-Encoding", "gzip"), 2, "damaged"),
        (
            Act::Raw(Vec::new()),
            3,
            "closed the connection without an answer",
        ),
        (cut(), 3, "bytes of its answer"),
        (
            Act::Raw(b"HTTP/9.9 banana\r\n\r\n".to_vec()),
            3,
            "without an answer",
        ),
        (
            with(302, "Location", "/again"),
            6,
            "redirects more than 5 times",
        ),
        (
            with(302, "Location", "file:///etc/passwd"),
            1,
            "redirects to file:",
        ),
        (
            with(302, "Location", "http://example.org/x"),
            1,
            "redirects to example.org",
        ),
        (
            with(302, "Location", "http://user@127.0.0.1/x"),
            1,
            "which is not asked",
        ),
        (with(302, "Location", "http://["), 1, "nowhere"),
        (status(302, ""), 1, "nowhere"),
    ];
    for (act, count, word) in rows {
        let name = format!("{act:.80?}");
        let server = Server::start(move |_, _| act.clone());
        let error = score(settings(&server.address)).unwrap_err();
        assert!(error.contains(word), "{name}: {error}");
        assert!(error.contains("127.0.0.1"), "{name}: {error}");
        assert!(!error.contains('\u{1b}'), "{name}: {error}");
        assert_eq!(server.log().len(), count, "{name}");
    }
    let absent = Server::start(|_, _| status(404, ""));
    assert_eq!(score(settings(&absent.address)), Ok(None));
}

#[test]
fn nothing_larger_than_the_bound_is_kept() {
    let block = vec![b'a'; 1 << 16];
    let endless = Server::start(move |_, _| Act::Endless(block.clone()));
    let error = score(settings(&endless.address)).unwrap_err();
    assert!(error.contains("8 MiB"), "{error}");
    let bomb = zipped(&vec![b' '; 64 << 20]);
    let bomb = Server::start(move |_, _| {
        Act::Reply(200, vec![("Content-Encoding", "gzip".into())], bomb.clone())
    });
    let error = score(settings(&bomb.address)).unwrap_err();
    assert!(error.contains("8 MiB"), "{error}");
}

#[test]
fn the_deadline_holds_against_those_who_say_nothing() {
    let server = Server::start(|_, _| Act::Hang);
    let short = Settings {
        timeout: Duration::from_millis(200),
        ..settings(&server.address)
    };
    let remote = remote(short);
    let (remote, told) = promptly(move || {
        let told = remote.scorecard().clone();
        (remote, told)
    });
    let error = told.unwrap_err();
    assert!(error.contains("within 0.2 s"), "{error}");
    // Afterwards nobody is asked any more.
    let error = remote.repository().clone().unwrap_err();
    assert!(error.contains("--remote-timeout"), "{error}");
    assert_eq!(server.log().len(), 1);
}

#[test]
fn a_host_that_refuses_is_not_tried_by_every_rule() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let remote = remote(settings(&address));
    let first = remote.scorecard().clone().unwrap_err();
    let second = remote.repository().clone().unwrap_err();
    assert!(first.contains("refuses the connection"), "{first}");
    assert!(second.contains("refuses the connection"), "{second}");
    assert_eq!(remote.remarks().requests, 2);
}

#[test]
fn the_token_goes_to_its_own_host_only() {
    let elsewhere = Server::start(|_, _| reply(&json!({"full_name": SLUG})));
    let away = elsewhere.address.clone();
    let forge = Server::start(move |asked, _| match asked.path.as_str() {
        "/repos/mill-org/mill" => reply(&json!({"full_name": SLUG, "default_branch": "main"})),
        path if path.contains("/rules/") => {
            Act::Reply(302, vec![("Location", away.clone())], Vec::new())
        }
        _ => status(404, "{}"),
    });
    let others = Server::start(|_, _| reply(&json!([])));
    let mut both = settings(&others.address);
    both.bases.set(Service::GitHub, &forge.address).unwrap();
    both.token = Some(Token::new("ghp_secret").unwrap());
    let remote = remote(both);
    assert!(remote.repository().is_ok());
    let error = remote.protection().clone().unwrap_err();
    assert!(
        error.contains("which is not asked") && !error.contains("secret"),
        "{error}"
    );
    let _ = (remote.scorecard(), remote.badge());
    assert!(
        forge
            .log()
            .iter()
            .all(|asked| asked.header("authorization") == Some("Bearer ghp_secret"))
    );
    assert!(others.log().len() >= 2);
    assert!(
        others
            .log()
            .iter()
            .all(|asked| asked.header("authorization").is_none())
    );
    assert!(elsewhere.log().is_empty());
}

#[test]
fn a_bad_token_is_left_out_once() {
    let server = Server::start(|asked, _| match asked.header("authorization") {
        Some(_) => status(401, "{\"message\": \"Bad credentials\"}"),
        None => reply(&json!({"full_name": SLUG})),
    });
    let mut with_token = settings(&server.address);
    with_token.token = Some(Token::new("old").unwrap());
    assert!(remote(with_token).repository().is_ok());
    assert_eq!(server.log().len(), 2);
}

fn cached(address: &str, folder: &Path) -> Settings {
    Settings {
        cache: Some(folder.to_owned()),
        ..settings(address)
    }
}

#[test]
fn the_cache_is_fresh_for_a_while_and_then_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|asked, _| match asked.header("if-none-match") {
        Some("\"v1\"") => status(304, ""),
        _ => Act::Reply(
            200,
            vec![("ETag", "\"v1\"".into())],
            result().to_string().into_bytes(),
        ),
    });
    let cached = || cached(&server.address, folder.path());
    assert_eq!(score(cached()), Ok(Some(7.5)));
    assert_eq!(score(cached()), Ok(Some(7.5)));
    assert_eq!(server.log().len(), 1, "fresh: nobody is asked");
    let stale = || Settings {
        max_age: Duration::ZERO,
        ..cached()
    };
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(score(stale()), Ok(Some(7.5)));
    let log = server.log();
    assert_eq!(
        (log.len(), log[1].header("if-none-match")),
        (2, Some("\"v1\""))
    );
    // Another base has a cache of its own; damaged files are replaced.
    let other = Server::start(|_, _| status(404, ""));
    assert_eq!(
        score(Settings {
            cache: Some(folder.path().to_owned()),
            ..settings(&other.address)
        }),
        Ok(None)
    );
    for file in files(folder.path()) {
        std::fs::write(file, "{").unwrap();
    }
    assert_eq!(score(cached()), Ok(Some(7.5)));
    assert_eq!(server.log().len(), 3);
}

#[test]
fn failures_are_not_cached_and_offline_takes_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|_, before| match before {
        0 => status(403, ""),
        _ => reply(&result()),
    });
    let cached = || cached(&server.address, folder.path());
    let offline = || Settings {
        offline: true,
        max_age: Duration::ZERO,
        ..cached()
    };
    assert!(score(cached()).is_err());
    let error = score(offline()).unwrap_err();
    assert!(
        error.contains("offline") && error.contains("--replay"),
        "{error}"
    );
    assert_eq!(server.log().len(), 1, "offline asks nobody");
    assert_eq!(score(cached()), Ok(Some(7.5)));
    let remote = remote(offline());
    assert!(remote.scorecard().is_ok());
    assert_eq!(remote.remarks().cached, 1);
    assert!(remote.remarks().oldest.is_some());
    assert_eq!(server.log().len(), 2);
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

#[test]
fn a_record_replays_what_was_said_and_what_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|asked, _| match asked.path.starts_with("/projects/") {
        true => reply(&result()),
        false => status(403, ""),
    });
    let recorded = remote(Settings {
        record: Some(folder.path().to_owned()),
        ..settings(&server.address)
    });
    let replayed = remote(Settings {
        replay: Some(folder.path().to_owned()),
        ..Settings::default()
    });
    for remote in [&recorded, &replayed] {
        let heard = remote.scorecard().as_ref().unwrap();
        assert_eq!(heard.value.as_ref().unwrap().score, Some(7.5));
        assert!(heard.seen[0].url.starts_with(&server.address));
        assert!(remote.repository().as_ref().unwrap_err().contains("403"));
    }
    let seen = |remote: &Remote| remote.scorecard().as_ref().unwrap().seen.clone();
    assert_eq!(seen(&recorded), seen(&replayed));
    assert_eq!(replayed.remarks().requests, 0);
    let error = replayed.badge().clone().unwrap_err();
    assert!(error.contains("the record holds no answer"), "{error}");
    let names: Vec<_> = files(folder.path());
    let text = std::fs::read_to_string(&names[names.len() - 1]).unwrap();
    assert!(
        text.contains("\"score\": 7.5") && text.ends_with("}\n"),
        "a person can read it: {text}"
    );
}
