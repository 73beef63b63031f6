// SPDX-License-Identifier: Apache-2.0

//! `provost check --base`: what is new, what was there before, what is gone, and who decides.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::process::Output;

use serde_json::Value;

mod support;

use support::{Repo, git};

const HEADER: &str = "// SPDX-License-Identifier: MIT\n";

fn provost(repo: &Repo, args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_provost"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .args(["check", &repo.arg(), "--offline", "--now", "2026-06-01"])
        .args(args);
    for (key, value) in env {
        command.env(key, value);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", errors(output)))
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// State and path of each finding of a report's only rule.
fn states(report: &Value) -> Vec<(String, String)> {
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let findings = report["checks"][0]["findings"].as_array().unwrap();
    let mut states: Vec<_> = findings
        .iter()
        .map(|f| (text(&f["baseline"]), text(&f["path"])))
        .collect();
    states.sort();
    states
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    expected.iter().map(owned).collect()
}

/// Every case asks this rule.
const HEADERS: [&str; 6] = [
    "--rule",
    "spdx-header",
    "--fail-on",
    "warning",
    "--format",
    "json",
];

fn compared(repo: &Repo, base: &str) -> Output {
    let args = [&HEADERS[..], &["--base", base]].concat();
    provost(repo, &args, &[])
}

/// `old.rs` and `gone.rs` lack a notice on `main`, which has gone on since `topic` left it.
fn forked() -> Repo {
    Repo::new()
        .file("good.rs", HEADER)
        .file("old.rs", "fn old() {}\n")
        .file("gone.rs", "fn gone() {}\n")
        .commit("first")
        .branch("topic")
        .switch("main")
        .file("later.rs", "fn later() {}\n")
        .commit("main goes on")
        .switch("topic")
}

#[test]
fn findings_are_new_unchanged_or_absent_and_only_new_ones_fail() {
    let repo = forked()
        .remove("gone.rs")
        .file("new.rs", "fn new() {}\n")
        .commit("a change");
    let output = compared(&repo, "main");
    let report = json(&output);
    let expected = [
        ("absent", "gone.rs"),
        ("new", "new.rs"),
        ("unchanged", "old.rs"),
    ];
    assert_eq!(states(&report), pairs(&expected), "{report:#}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["summary"]["warning"], 1);
    let counts = serde_json::json!({"new": 1, "unchanged": 1, "absent": 1});
    assert_eq!(report["summary"]["baseline"], counts);
    let human = provost(&repo, &["--rule", "spdx-header", "--base", "main"], &[]);
    let text = String::from_utf8(human.stdout).unwrap();
    assert!(text.contains("only what is new since"), "{text}");
    assert!(
        text.contains("- new.rs") && text.contains("old.rs (there before)"),
        "{text}"
    );
    assert!(text.contains("Gone since the base (1)"), "{text}");
    let github = provost(
        &repo,
        &[
            "--rule",
            "spdx-header",
            "--base",
            "main",
            "--format",
            "github",
        ],
        &[],
    );
    let text = String::from_utf8(github.stdout).unwrap();
    assert!(
        text.contains("file=new.rs") && !text.contains("file=old.rs"),
        "{text}"
    );
}

#[test]
fn old_failures_alone_are_green() {
    let repo = forked().file("fine.rs", HEADER).commit("a change");
    let output = compared(&repo, "main");
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let report = json(&output);
    assert_eq!(report["checks"][0]["kind"], "fail");
    assert_eq!(report["summary"]["warning"], 0);
}

#[test]
fn a_renamed_file_brings_its_findings_along() {
    let repo = forked()
        .remove("old.rs")
        .file("src/moved.rs", "fn old() {}\n")
        .commit("move it");
    let output = compared(&repo, "main");
    let expected = [("unchanged", "gone.rs"), ("unchanged", "src/moved.rs")];
    assert_eq!(states(&json(&output)), pairs(&expected));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_not_committed_counts_too() {
    let repo = forked().untracked("good.rs", "fn spoilt() {}\n");
    let states = states(&json(&compared(&repo, "main")));
    assert!(
        states.contains(&("new".into(), "good.rs".into())),
        "{states:?}"
    );
}

#[test]
fn a_change_cannot_waive_itself() {
    let waiver = "[[waiver]]\nrule = 'spdx-header'\nreason = 'I say so'\n[rules.spdx-header]\nlevel = 'none'\n";
    let repo = forked()
        .file(".provost.toml", waiver)
        .file("new.rs", "fn new() {}\n")
        .commit("a change");
    let output = compared(&repo, "main");
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let notice = json(&output)["subject"]["notices"][0].to_string();
    assert!(
        notice.contains(".provost.toml: this change alters it"),
        "{notice}"
    );
    // Once it is the base's, it holds.
    let merged = compared(&repo, "topic");
    assert_eq!(merged.status.code(), Some(0));
    assert_eq!(json(&merged)["checks"][0]["kind"], "notApplicable");
}

#[test]
fn only_the_commits_of_the_change_are_asked_for_sign_offs() {
    let repo = forked().file("x.rs", HEADER).commit("unsigned");
    let args = [
        "--rule",
        "dco-sign-off",
        "--format",
        "json",
        "--base",
        "main",
    ];
    let output = provost(&repo, &args, &[]);
    let report = json(&output);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["checks"][0]["properties"]["commits"], 1);
    assert_eq!(report["checks"][0]["findings"][0]["baseline"], "new");
    let repo = forked().file("x.rs", HEADER).commit("signed").signed_off();
    assert_eq!(provost(&repo, &args, &[]).status.code(), Some(0));
}

#[test]
fn a_base_that_is_none_is_said_in_one_line() {
    let repo = forked();
    let tree = repo.git().treebuilder(None).unwrap().write().unwrap();
    let who = git2::Signature::new("A", "a@example.org", &git2::Time::new(0, 0)).unwrap();
    let tree = repo.git().find_tree(tree).unwrap();
    let alone = repo
        .git()
        .commit(None, &who, &who, "x", &tree, &[])
        .unwrap();
    for (base, words) in [
        ("no-such-branch", "fetch it"),
        (
            "0123456789012345678901234567890123456789",
            "not in this clone",
        ),
        (alone.to_string().as_str(), "no commit in common"),
        ("event", "--base event"),
    ] {
        let output = compared(&repo, base);
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{base}: {text}");
        assert!(
            text.contains(words) && text.lines().count() == 1,
            "{base}: {text}"
        );
    }
    let shallow = repo.outside();
    let url = format!("file://{}", repo.arg());
    git(
        &shallow,
        &["clone", "-q", "--depth=1", "--no-single-branch", &url, "s"],
    );
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_provost"));
    command
        .env_clear()
        .args(["check", "--offline", "--base", "origin/main"]);
    let output = command.arg(shallow.join("s")).output().unwrap();
    let text = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("--unshallow"), "{text}");
}

#[test]
fn a_large_tree_is_judged_by_what_the_change_touches() {
    let mut repo = Repo::new();
    for i in 0..2_001 {
        repo = repo.untracked(&format!("src/f{i}.rs"), "fn f() {}\n");
    }
    let repo = repo
        .stage("*")
        .commit("first")
        .branch("topic")
        .file("src/f1.rs", "fn changed() {}\n")
        .file("src/new.rs", "fn new() {}\n")
        .commit("a change");
    let output = compared(&repo, "main");
    let report = json(&output);
    let expected = [("new", "src/new.rs"), ("unchanged", "src/f1.rs")];
    assert_eq!(states(&report), pairs(&expected));
    let files = &report["checks"][0]["properties"]["files"];
    assert_eq!(
        (&files["covered"], &files["skipped"]["unchanged"]),
        (&2.into(), &2_000.into())
    );
    let message = report["checks"][0]["message"].as_str().unwrap();
    assert!(message.contains("that differ from the base"), "{message}");
    // What speaks for other files makes the whole tree count.
    let repo = repo
        .file("REUSE.toml", "version = 1\n")
        .commit("annotations");
    let report = json(&compared(&repo, "main"));
    assert_eq!(
        report["checks"][0]["findings"].as_array().unwrap().len(),
        2_002
    );
}

#[test]
fn the_event_names_base_and_head() {
    let repo = forked().file("new.rs", "fn new() {}\n").commit("a change");
    let head = repo.head().to_string();
    let base = repo.git().revparse_single("main").unwrap().id().to_string();
    // What a forge checks out is a merge that it made itself.
    let repo = repo.switch("main").merge("topic", "Merge");
    let payload = serde_json::json!({
        "pull_request": {"base": {"ref": "main", "sha": base}, "head": {"sha": head}},
        "repository": {"default_branch": "main"}
    });
    let file = repo.outside().join("event.json");
    std::fs::write(&file, payload.to_string()).unwrap();
    let env = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
    ];
    let args = [&HEADERS[..], &["--base", "event"]].concat();
    let output = provost(&repo, &args, &env);
    let report = json(&output);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    assert_eq!(report["subject"]["at"], head);
    let states = states(&report);
    assert!(
        states.contains(&("new".into(), "new.rs".into())),
        "{states:?}"
    );
    let env = [("GITHUB_EVENT_NAME", "schedule"), env[1]];
    let report = json(&provost(&repo, &args, &env));
    assert!(report["subject"].get("base").is_none());
    let notices = report["subject"]["notices"].to_string();
    assert!(notices.contains("everything is judged"), "{notices}");
}
