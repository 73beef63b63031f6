// SPDX-License-Identifier: Apache-2.0

//! Which commits are judged: ranges typed, events of continuous integration, shallow clones. Each case is a
//! repository and the verdict on it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::{Value, json};
use support::{AUTHOR, Repo, git};

const BO: (&str, &str) = ("Bo Vik", "bo@example.org");

/// A run of the rule with an environment that is no service's, but for `env`.
fn check(path: &std::path::Path, args: &[&str], env: &[(&str, &str)]) -> (i32, Value, String) {
    let mut command = Command::cargo_bin("provost").unwrap();
    command.env_clear().envs(env.iter().copied());
    command.arg("check").arg(path);
    command.args(["--rule", "dco-sign-off", "--offline", "--format", "json"]);
    let done = command.args(args).output().unwrap();
    let errors = String::from_utf8(done.stderr).unwrap();
    let report = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
    (done.status.code().unwrap(), report, errors)
}

fn event(repo: &Repo, name: &str, payload: &Value, sha: &str) -> (i32, Value, String) {
    let file = payload_file(repo, payload);
    let env = [
        ("GITHUB_EVENT_NAME", name),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_SHA", sha),
    ];
    check(&repo.path(), &[], &env)
}

fn payload_file(repo: &Repo, payload: &Value) -> PathBuf {
    let file = repo.outside().join("event.json");
    fs::write(&file, payload.to_string()).unwrap();
    file
}

fn kind(report: &Value) -> &str {
    report["checks"][0]["kind"].as_str().unwrap()
}

fn figure(report: &Value, key: &str) -> u64 {
    report["checks"][0]["properties"][key].as_u64().unwrap()
}

fn message(report: &Value) -> &str {
    report["checks"][0]["message"].as_str().unwrap()
}

/// `main`: an unsigned root. `topic`: one signed commit. HEAD: the merge that a forge makes to test them.
struct Request {
    repo: Repo,
    main: String,
    topic: String,
    merge: String,
}

fn request() -> Request {
    let repo = Repo::new().file("a", "1").commit("root").branch("topic");
    let main = repo.head().to_string();
    let repo = repo.file("b", "1").commit("work").signed_off();
    let topic = repo.head().to_string();
    let repo = repo.switch("main").branch("merged").merge("topic", "Merge");
    let merge = repo.head().to_string();
    Request {
        repo,
        main,
        topic,
        merge,
    }
}

fn pull_request(base: &str, head: &str) -> Value {
    json!({
        "pull_request": {"base": {"ref": "main", "sha": base}, "head": {"sha": head}},
        "repository": {"default_branch": "main"},
    })
}

#[test]
fn a_pull_request_is_judged_without_the_merge_that_the_forge_made() {
    let Request {
        repo,
        main,
        topic,
        merge,
    } = request();
    let payload = pull_request(&main, &topic);
    let (status, report, errors) = event(&repo, "pull_request", &payload, &merge);
    assert_eq!((status, kind(&report)), (0, "pass"), "{report:#}");
    assert_eq!(
        (figure(&report, "commits"), figure(&report, "merges")),
        (1, 0)
    );
    let notice = &report["subject"]["notices"][0];
    for words in [&*main, &*topic, "pull_request", "GITHUB_EVENT_PATH"] {
        assert!(notice.as_str().unwrap().contains(words), "{notice}");
        assert!(errors.contains(words), "{errors}");
    }
    let file = payload_file(&repo, &payload);
    let env = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_EVENT_PATH", file.to_str().unwrap()),
        ("GITHUB_SHA", &*merge),
    ];
    let (status, report, _) = check(&repo.path(), &["--commits", "all"], &env);
    assert_eq!(
        (status, figure(&report, "commits")),
        (1, 3),
        "all, if asked for"
    );
    let other = Repo::new().file("a", "2").commit("elsewhere");
    let (status, report, _) = check(&other.path(), &[], &env);
    assert_eq!((status, kind(&report)), (1, "fail"), "another repository");
}

#[test]
fn who_has_merged_the_base_branch_since_is_not_blamed_for_it() {
    let repo = Repo::new().file("a", "1").commit("root").signed_off();
    let base = repo.head().to_string();
    let repo = repo
        .branch("topic")
        .file("b", "1")
        .commit("work")
        .signed_off();
    let repo = repo
        .switch("main")
        .file("c", "1")
        .commit("upstream, unsigned");
    let upstream = repo.head();
    let repo = repo.switch("topic").merge("main", "Merge main");
    let topic = repo.head().to_string();
    repo.git()
        .reference("refs/remotes/origin/main", upstream, true, "")
        .unwrap();
    let (status, report, _) = event(&repo, "pull_request", &pull_request(&base, &topic), &topic);
    assert_eq!((status, kind(&report)), (0, "pass"), "{report:#}");
    assert_eq!(
        (figure(&report, "commits"), figure(&report, "merges")),
        (2, 1)
    );
}

#[test]
fn a_request_that_was_merged_meanwhile_is_still_judged() {
    let repo = Repo::new().file("a", "1").commit("root").signed_off();
    let base = repo.head().to_string();
    let repo = repo.branch("topic").file("b", "1").commit("work, unsigned");
    let topic = repo.head();
    repo.git()
        .reference("refs/remotes/origin/main", topic, true, "")
        .unwrap();
    let payload = pull_request(&base, &topic.to_string());
    let (status, report, _) = event(&repo, "pull_request", &payload, &topic.to_string());
    assert_eq!((status, kind(&report)), (1, "fail"), "{report:#}");
    assert_eq!(figure(&report, "commits"), 1);
}

#[test]
fn a_push_is_what_it_brought() {
    let zero = "0".repeat(40);
    let repo = Repo::new().file("a", "1").commit("root, unsigned");
    let root = repo.head();
    let repo = repo.file("a", "2").commit("second").signed_off();
    let second = repo.head();
    let push = |reference: &str, before: &str, after: &str| {
        json!({"ref": reference, "before": before, "after": after,
            "deleted": after == zero, "repository": {"default_branch": "main"}})
    };
    let run = |payload: &Value| {
        let (status, report, _) = event(&repo, "push", payload, &second.to_string());
        (status, kind(&report).to_owned())
    };
    let (old, new) = (root.to_string(), second.to_string());
    let pass = (0, "pass".to_owned());
    let fail = (1, "fail".to_owned());
    let none = (0, "notApplicable".to_owned());
    assert_eq!(run(&push("refs/heads/main", &old, &new)), pass);
    assert_eq!(
        run(&push("refs/heads/main", &zero, &new)),
        fail,
        "all of it"
    );
    assert_eq!(run(&push("refs/tags/v1", &zero, &new)), fail, "all of it");
    assert_eq!(run(&push("refs/heads/gone", &old, &zero)), none, "deleted");
    let lost = "9".repeat(40);
    assert_eq!(
        run(&push("refs/heads/main", &lost, &new)),
        (2, "open".to_owned()),
        "forced, and what was there is not in the clone"
    );
    let tracked = |id| {
        repo.git()
            .reference("refs/remotes/origin/main", id, true, "")
            .unwrap()
    };
    drop(tracked(root));
    assert_eq!(
        run(&push("refs/heads/topic", &zero, &new)),
        pass,
        "a new branch"
    );
    assert_eq!(run(&push("refs/heads/topic", &lost, &new)), pass, "forced");
    drop(tracked(second));
    assert_eq!(
        run(&push("refs/heads/topic", &zero, &new)),
        none,
        "nothing on it"
    );
}

#[test]
fn other_events_judge_the_whole_history() {
    let repo = Repo::new().file("a", "1").commit("root, unsigned");
    let head = repo.head().to_string();
    for name in ["schedule", "workflow_dispatch", "release"] {
        let (status, report, errors) = event(&repo, name, &json!({}), &head);
        assert_eq!((status, kind(&report)), (1, "fail"), "{name}");
        assert!(errors.contains("the whole history"), "{errors}");
    }
}

#[test]
fn an_event_that_cannot_be_read_never_narrows_what_is_judged() {
    let repo = Repo::new().file("a", "1").commit("root, unsigned");
    let env = [
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_EVENT_PATH", "/nonexistent/event.json"),
    ];
    let (status, _, errors) = check(&repo.path(), &[], &env);
    assert_eq!(status, 1);
    assert!(errors.contains("the whole history is judged"), "{errors}");
    let (status, _, errors) = check(&repo.path(), &["--commits", "event"], &env);
    assert_eq!(status, 2);
    assert!(errors.contains("/nonexistent/event.json"), "{errors}");
    let (status, _, errors) = check(&repo.path(), &["--commits", "event"], &[]);
    assert_eq!(status, 2);
    assert!(errors.contains("GitLab CI"), "{errors}");
}

#[test]
fn gitlab_names_its_commits_in_variables() {
    let Request {
        repo, main, topic, ..
    } = request();
    let env = [
        ("GITLAB_CI", "true"),
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_COMMIT_SHA", &*topic),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*main),
    ];
    let (status, report, _) = check(&repo.path(), &[], &env);
    assert_eq!((status, figure(&report, "commits")), (0, 1), "{report:#}");
}

#[test]
fn a_range_that_a_shallow_clone_does_not_close_is_open() {
    let repo = Repo::new().file("a", "1").commit("root").signed_off();
    let base = repo.head().to_string();
    let repo = repo.file("a", "2").commit("second").signed_off();
    let repo = repo.file("a", "3").commit("third").signed_off();
    let tip = repo.head().to_string();
    let outside = repo.outside();
    let url = format!("file://{}", repo.path().display());
    git(&outside, &["clone", "-q", "--depth", "2", &url, "clone"]);
    let range = format!("{base}..{tip}");
    let (status, report, _) = check(&outside.join("clone"), &["--commits", &range], &[]);
    assert_eq!((status, kind(&report)), (2, "open"));
    assert!(
        message(&report).contains("git fetch"),
        "{}",
        message(&report)
    );
    let (status, report, _) = check(&outside.join("clone"), &["--commits", "HEAD~1..HEAD"], &[]);
    assert_eq!((status, kind(&report)), (0, "pass"), "closed by its base");
}

#[test]
fn ranges_are_typed_with_two_dots_or_three() {
    let repo = Repo::new()
        .file("a", "1")
        .commit("root, unsigned")
        .branch("topic");
    let repo = repo.file("b", "1").commit("work").signed_off();
    let repo = repo
        .switch("main")
        .file("c", "1")
        .commit("upstream, unsigned");
    for (range, expected) in [
        ("main..topic", (0, "pass")),
        ("main...topic", (0, "pass")),
        ("topic..main", (1, "fail")),
        ("topic..", (1, "fail")),
        ("main..main", (2, "open")),
    ] {
        let (status, report, _) = check(&repo.path(), &["--commits", range], &[]);
        assert_eq!((status, kind(&report)), expected, "{range}");
    }
    for (range, words) in [
        ("main", "BASE..HEAD"),
        ("main..nowhere", "`nowhere` names no commit"),
    ] {
        let (status, _, errors) = check(&repo.path(), &["--commits", range], &[]);
        assert_eq!(status, 2);
        assert!(errors.contains(words), "{errors}");
    }
    let gone = format!("{}..topic", "7".repeat(40));
    let (status, report, _) = check(&repo.path(), &["--commits", &gone], &[]);
    assert_eq!((status, kind(&report)), (2, "open"));
    assert!(message(&report).contains(&"7".repeat(40)));
}

#[test]
fn a_change_does_not_grant_itself_a_setting() {
    let allow = "allowRemediationCommits:\n  individual: true\n";
    let repo = Repo::new()
        .file("a", "1")
        .commit("root")
        .signed_off()
        .branch("topic");
    let repo = repo.file("b", "1").commit("unsigned");
    let bad = repo.head();
    let mend = format!(
        "Mend\n\nI, {} <{}>, hereby add my Signed-off-by to this commit: {bad}\n",
        AUTHOR.0, AUTHOR.1
    );
    let repo = repo
        .file(".github/dco.yml", allow)
        .commit(&mend)
        .signed_off();
    let (status, ..) = check(&repo.path(), &["--commits", "main..topic"], &[]);
    assert_eq!(status, 1, "the default branch does not allow remediation");
    let repo = repo.switch("main").file(".github/dco.yml", allow);
    let repo = repo.commit("Allow it").signed_off().switch("topic");
    let (status, report, _) = check(&repo.path(), &["--commits", "main..topic"], &[]);
    assert_eq!(status, 0, "{report:#}");
    let repo = repo.file(
        ".mailmap",
        "Ada Lovelace <ada@example.org> <bo@example.org>\n",
    );
    let repo = repo
        .commit_as(BO.0, BO.1, "x")
        .signed_off_by("Ada L", AUTHOR.1);
    let (status, ..) = check(&repo.path(), &["--commits", "main..topic"], &[]);
    assert_eq!(status, 1, "nor says it who is who");
}
