// SPDX-License-Identifier: Apache-2.0

//! The program as a shell runs it, in a clean environment: no CI, no user's or system's git configuration.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;

/// The program.
pub(crate) fn provost() -> Command {
    let mut command = Command::cargo_bin("provost").unwrap();
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let ours = ["GITHUB_", "GIT_", "PROVOST_", "CLICOLOR"];
        if ours.iter().any(|p| text.starts_with(p))
            || ["CI", "NO_COLOR", "COLUMNS"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    command.env("HOME", "/nonexistent");
    command
}

/// `provost check PATH --offline` on a fixed day.
pub(crate) fn check(path: impl AsRef<Path>, args: &[&str]) -> Output {
    let mut command = provost();
    command
        .arg("check")
        .arg(path.as_ref())
        .args(["--offline", "--now", "2026-11-20T12:00:00Z"]);
    command.args(args).output().unwrap()
}

/// Standard output, which must be UTF-8.
pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error, which must be UTF-8.
pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Refused with status 2, nothing on standard output, and every one of `words` in the explanation.
pub(crate) fn refused(output: &Output, words: &[&str]) {
    assert_eq!(output.status.code(), Some(2), "{}", err(output));
    assert_eq!(out(output), "");
    for word in words {
        assert!(
            err(output).contains(word),
            "no {word:?} in: {}",
            err(output)
        );
    }
}
