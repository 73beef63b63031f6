// SPDX-License-Identifier: Apache-2.0

//! Clones from a server on this machine: the real protocol, and servers that misbehave.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use provost::subject::{OpenError, OpenOptions, Subject};
use support::{Repo, promptly};

/// Serves requests with `answer`: path and body in; status line with headers, and body out.
fn serve(answer: impl Fn(&str, &[u8]) -> (String, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            let (path, body) = request(&stream);
            let (head, body) = answer(&path, &body);
            let length = body.len();
            let mut stream = &stream;
            let _ = write!(
                stream,
                "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(&body);
        }
    });
    address
}

fn request(stream: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let path = line.split(' ').nth(1).unwrap_or("").to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        assert!(!header.starts_with("authorization:") && !header.starts_with("cookie:"));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (path, body)
}

fn upload_pack(repo: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .arg("upload-pack")
        .arg("--stateless-rpc")
        .args(arguments)
        .arg(repo)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap().stdout
}

/// As git's own server answers.
fn answer(repo: &Path, path: &str, body: &[u8]) -> (String, Vec<u8>) {
    let kind = |what: &str| format!("200 OK\r\nContent-Type: application/x-git-upload-pack-{what}");
    if path.ends_with("/info/refs?service=git-upload-pack") {
        let mut reply = b"001e# service=git-upload-pack\n0000".to_vec();
        reply.extend(upload_pack(repo, &["--advertise-refs"], b""));
        return (kind("advertisement"), reply);
    }
    if path.ends_with("/git-upload-pack") {
        return (kind("result"), upload_pack(repo, &[], body));
    }
    ("404 Not Found".into(), Vec::new())
}

fn open(path: String) -> Result<Subject, OpenError> {
    let options = OpenOptions {
        path,
        ..OpenOptions::default()
    };
    promptly(move || Subject::open(&options))
}

#[test]
fn a_clone_is_judged_like_a_bare_repository_and_leaves_nothing_behind() {
    let repo = Repo::new()
        .file("README.md", "hello")
        .commit("one")
        .annotated("v1", "first")
        .branch("side")
        .file("side.txt", "s")
        .commit("two")
        .switch("main");
    let (path, head) = (repo.path(), repo.head());
    let address = serve(move |asked, body| answer(&path, asked, body));
    let subject = open(format!("{address}/owner/name.git/")).unwrap();
    assert_eq!(subject.head, Some(head));
    assert_eq!(subject.path, format!("{address}/owner/name"));
    assert_eq!(subject.remote.as_deref(), Some(subject.path.as_str()));
    assert_eq!(subject.slug.as_deref(), Some("owner/name"));
    let paths: Vec<_> = subject
        .tree
        .entries()
        .iter()
        .map(|e| e.path.as_str())
        .collect();
    assert_eq!(paths, ["README.md"]);
    assert_eq!(
        subject
            .tree
            .read(&subject.tree.entries()[0], 100)
            .unwrap()
            .bytes,
        b"hello"
    );
    assert_eq!(subject.read_history().commits.len(), 1);
    assert!(subject.resolve("side~1") == Ok(head) && subject.resolve("v1") == Ok(head));
    assert_eq!(subject.notices, []);
}

#[test]
fn redirects_stay_within_the_host() {
    let repo = Repo::new().file("a", "a").commit("one");
    let path = repo.path();
    let address = serve(move |asked, body| match asked.strip_prefix("/old") {
        Some(rest) => (format!("301 Moved\r\nLocation: /new{rest}"), Vec::new()),
        None => answer(&path, asked, body),
    });
    assert!(open(format!("{address}/old")).is_ok());

    let elsewhere = serve(move |asked, _| {
        (
            format!("302 Found\r\nLocation: {address}{asked}"),
            Vec::new(),
        )
    });
    let error = open(format!("{elsewhere}/x")).err().unwrap().to_string();
    assert!(error.contains("another host"), "{error}");
}

#[test]
fn servers_that_misbehave_are_told_apart() {
    let advertisement = "200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement";
    let replies: [(&str, &[u8], &str); 6] = [
        ("404 Not Found", b"", "not public"),
        ("503 Unavailable", b"", "try again"),
        (
            "200 OK\r\nContent-Type: text/html",
            b"<html>",
            "not a git repository",
        ),
        (
            advertisement,
            b"001e# service=git-upload-pack\n0000",
            "makes no sense",
        ),
        (
            advertisement,
            b"001e# service=git-upload-pack\n0000000fERR \x1b[2Jno0000",
            "refuses",
        ),
        (
            advertisement,
            b"001e# service=git-upload-pack\n00000000",
            "no commit",
        ),
    ];
    for (head, body, expected) in replies {
        let address = serve(move |_, _| (head.to_owned(), body.to_vec()));
        let error = open(format!("{address}/x")).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains('\u{1b}'));
    }
}

#[test]
fn packs_cut_short_or_damaged_are_no_clone() {
    let repo = Repo::new()
        .file("a", "some text\n".repeat(100))
        .commit("one");
    for damage in 0..3 {
        let path = repo.path();
        let address = serve(move |asked, body| {
            let (head, mut reply) = answer(&path, asked, body);
            if asked.ends_with("/git-upload-pack") {
                let middle = reply.len() / 2;
                // Inside the first object, not in a word of progress beside the pack.
                let object = reply.windows(4).position(|four| four == b"PACK").unwrap() + 20;
                match damage {
                    0 => reply.truncate(middle),
                    1 => reply[object] ^= 0x55,
                    _ => reply.truncate(8),
                }
            }
            (head, reply)
        });
        let error = open(format!("{address}/x")).err().unwrap();
        assert!(matches!(error, OpenError::Clone(..)), "{error}");
    }
}

#[test]
fn offline_means_no_connection() {
    let path = "https://example.org/owner/name".to_owned();
    let options = OpenOptions {
        path,
        offline: true,
        ..OpenOptions::default()
    };
    assert!(
        Subject::open(&options)
            .err()
            .unwrap()
            .to_string()
            .contains("--offline")
    );
}
