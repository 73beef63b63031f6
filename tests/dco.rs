// SPDX-License-Identifier: Apache-2.0

//! `provost dco` as a shell and a hook see it: formats, exit status, remediation, bad input.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use git2::ObjectType;
use serde_json::Value;
use support::{AUTHOR, Repo};

const BO: (&str, &str) = ("Bo Vik", "bo@example.org");

/// Exit status, standard output, standard error.
fn dco(path: &Path, args: &[&str], env: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::cargo_bin("provost").unwrap();
    command.env_clear().envs(env.iter().copied());
    let done = command.arg("dco").arg(path).args(args).output().unwrap();
    (
        done.status.code().unwrap(),
        String::from_utf8(done.stdout).unwrap(),
        String::from_utf8(done.stderr).unwrap(),
    )
}

fn json(path: &Path, args: &[&str]) -> (i32, Value) {
    let (status, text, errors) = dco(path, &[args, &["--format", "json"]].concat(), &[]);
    (
        status,
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{errors}")),
    )
}

/// One commit of Ada's without a sign-off, one of Bo's with; the last at 2026-01-01T01:00:00Z.
fn repo() -> Repo {
    Repo::new()
        .file("a", "1")
        .commit("first")
        .file("a", "2")
        .commit_as(BO.0, BO.1, "second")
        .signed_off()
}

#[test]
fn an_audit_satisfies_its_schema_and_counts_authors() {
    let repo = repo();
    let (status, audit) = json(&repo.path(), &["--remediation"]);
    assert_eq!((status, audit["kind"].as_str()), (1, Some("fail")));
    assert_eq!(
        (&audit["signed"], &audit["unsigned"]),
        (&1.into(), &1.into())
    );
    assert_eq!(audit["authors"][0]["name"], AUTHOR.0);
    assert_eq!(audit["years"]["2026"]["commits"], 2);
    let message = audit["remedies"][0]["message"].as_str().unwrap();
    assert!(message.contains("hereby add my Signed-off-by to this commit: "));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dco.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<_> = validator
        .iter_errors(&audit)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_audit_says_what_the_rule_says() {
    let repo = repo();
    let (_, audit) = json(&repo.path(), &[]);
    let mut command = Command::cargo_bin("provost").unwrap();
    let check = command.env_clear().arg("check").arg(repo.path());
    let done = check
        .args(["--rule", "dco-sign-off", "--offline", "--format", "json"])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(report["checks"][0]["message"], audit["message"]);
    assert_eq!(report["checks"][0]["properties"]["range"], audit["range"]);
}

#[test]
fn the_message_it_prints_mends_the_commit() {
    let repo = repo();
    let (_, audit) = json(&repo.path(), &["--remediation"]);
    let message = audit["remedies"][0]["message"].as_str().unwrap();
    let allow = "allowRemediationCommits:\n  individual: true\n";
    let repo = repo.file(".github/dco.yml", allow).commit(message);
    let (status, audit) = json(&repo.path(), &["--identity", "strict"]);
    assert_eq!((status, &audit["remediated"]), (0, &1.into()), "{audit:#}");
}

#[test]
fn the_project_s_parameters_hold_and_flags_are_laid_over_them() {
    let config = "[rules.dco-sign-off.with]\nbot-names = [\"Ada Lovelace\"]\n";
    let repo = repo().untracked(".provost.toml", config);
    let (status, audit) = json(&repo.path(), &[]);
    assert_eq!((status, &audit["bots"]), (0, &1.into()));
    fs::remove_file(repo.path().join(".provost.toml")).unwrap();
    let since = ["--since", "2026-01-02"];
    assert_eq!(json(&repo.path(), &since).0, 2, "nothing was judged");
    let (status, _, errors) = dco(&repo.path(), &["--since", "soon"], &[]);
    assert_eq!(status, 2);
    assert!(errors.contains("YYYY-MM-DD"), "{errors}");
    let (status, audit) = json(&repo.path(), &["--commits", "HEAD~1..HEAD"]);
    assert_eq!((status, &audit["commits"]), (0, &1.into()));
    assert_eq!(json(&repo.path(), &["--at", "HEAD~1"]).1["commits"], 1);
}

#[test]
fn people_and_spreadsheets_get_what_they_can_read() {
    let repo = repo();
    let (status, text, _) = dco(&repo.path(), &["--remediation"], &[]);
    assert_eq!(status, 1);
    for words in [
        "not signed off",
        "unsigned           1",
        "Remediation 1 of 1",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains('\u{1b}'));
    let (_, csv, _) = dco(&repo.path(), &["--format", "csv"], &[]);
    assert!(
        csv.contains("\"Ada Lovelace\",ada@example.org,1,0,0,0,1,0,0,0,,2026-01-01"),
        "{csv}"
    );
    let (_, markdown, _) = dco(&repo.path(), &["--format", "markdown"], &[]);
    assert!(
        markdown.contains("| All | 2 | 1 | 1 | 0 | 0 | 50 % |"),
        "{markdown}"
    );
    let by = "--remediation=Cy Moe <cy@example.org>";
    let (_, text, _) = dco(&repo.path(), &[by], &[]);
    assert!(
        text.contains("On behalf of Ada Lovelace <ada@example.org>, I, Cy Moe <cy@"),
        "{text}"
    );
    assert_eq!(dco(&repo.path(), &["--remediation=Cy"], &[]).0, 2);
}

#[test]
fn a_message_is_judged_for_a_hook() {
    let repo = repo();
    let file = repo.outside().join("message");
    let author = [
        ("GIT_AUTHOR_NAME", AUTHOR.0),
        ("GIT_AUTHOR_EMAIL", AUTHOR.1),
    ];
    let run = |text: &str| {
        fs::write(&file, text).unwrap();
        dco(
            &repo.path(),
            &["--message", file.to_str().unwrap()],
            &author,
        )
    };
    let line = "Signed-off-by: Ada Lovelace <ada@example.org>";
    assert_eq!(run(&format!("x\n\n{line}\n# comment\n")).0, 0);
    let (status, out, errors) = run("x\n");
    assert_eq!((status, &*out), (1, ""));
    assert!(
        errors.contains(line) && errors.contains("`git commit -s -eF "),
        "{errors}"
    );
    assert_eq!(run("x\n\nSigned-off-by: Bo <bo@x>\n").0, 1);
    fs::write(&file, b"x \xff\n\nSigned-off-by: Bo <bo@x>").unwrap();
    let named = ["--message", file.to_str().unwrap()];
    assert_eq!(dco(&repo.path(), &named, &[]).0, 0, "nobody is known");
    let (status, _, errors) = dco(&repo.path(), &["--message", "/nonexistent"], &[]);
    assert_eq!(status, 2);
    assert!(errors.contains("/nonexistent"));
    fs::write(&file, "Merge branch 'x'\n").unwrap();
    assert_eq!(dco(&repo.path(), &named, &author).0, 1);
    let merging = repo.in_git("MERGE_HEAD", "0123\n");
    assert_eq!(
        dco(&merging.path(), &named, &author).0,
        0,
        "merges need none"
    );
}

/// The repository with one commit object of these bytes on top.
fn with_object(repo: Repo, bytes: &[u8]) -> Repo {
    let id = repo
        .git()
        .odb()
        .unwrap()
        .write(ObjectType::Commit, bytes)
        .unwrap();
    repo.git()
        .reference("refs/heads/main", id, true, "")
        .unwrap();
    repo
}

/// HEAD's commit, whatever libgit2 thinks of it.
fn tip(repo: &Repo) -> String {
    repo.git().refname_to_id("HEAD").unwrap().to_string()
}

fn commit_bytes(repo: &Repo, people: &str, message: &[u8]) -> Vec<u8> {
    let parent = repo.head();
    let mut bytes =
        format!("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent {parent}\n{people}\n\n")
            .into_bytes();
    bytes.extend_from_slice(message);
    bytes
}

#[test]
fn odd_commits_are_judged_and_named() {
    let people = [
        (
            "author Ada <ada@x> 99999999999999999999 +0000\ncommitter Ada <ada@x> -99999999999999999999 +9999",
            1,
        ),
        (
            "author Ada <ada@x> 9223372036854775807 +0000\ncommitter Ada <ada@x> 9223372036854775807 +0000",
            1,
        ),
        ("author nobody\ncommitter nobody", 1),
        ("author \ncommitter ", 1),
        ("", 1),
    ];
    for (people, expected) in people {
        let repo = Repo::new().file("a", "1").commit("root").signed_off();
        let bytes = commit_bytes(&repo, people, b"odd\n");
        let repo = with_object(repo, &bytes);
        let (status, audit) = json(&repo.path(), &[]);
        assert_eq!(
            (status, &audit["unsigned"]),
            (1, &expected.into()),
            "{people}: {audit:#}"
        );
        let head = tip(&repo);
        let named = audit["authors"].to_string().contains(&head);
        assert!(named, "{people}: {audit:#}");
    }
}

#[test]
fn a_message_of_fifty_megabytes_is_read_up_to_its_bound() {
    let repo = Repo::new().file("a", "1").commit("root").signed_off();
    let people = "author Ada <ada@x> 1767230000 +0000\ncommitter Ada <ada@x> 1767230000 +0000";
    let mut message = vec![b'a'; 50 << 20];
    message.extend_from_slice(b"\n\nSigned-off-by: Ada <ada@x>\n");
    let bytes = commit_bytes(&repo, people, &message);
    let repo = with_object(repo, &bytes);
    let (status, audit) = json(&repo.path(), &[]);
    assert_eq!(
        (status, &audit["open"], &audit["signed"]),
        (2, &1.into(), &1.into())
    );
    let notes = audit["notes"].to_string();
    assert!(
        notes.contains(&tip(&repo)) && notes.contains("1048576"),
        "{notes}"
    );
}

#[test]
fn a_damaged_commit_is_a_fault_and_the_rest_is_judged() {
    let repo = repo().file("a", "3").commit("third, unsigned");
    let middle = repo
        .git()
        .head()
        .unwrap()
        .peel_to_commit()
        .unwrap()
        .parent_id(0)
        .unwrap();
    let file = repo.loose(middle);
    fs::remove_file(&file).unwrap();
    fs::write(&file, b"not an object").unwrap();
    let (status, audit) = json(&repo.path(), &[]);
    assert_eq!((status, &audit["unsigned"]), (2, &1.into()), "{audit:#}");
    assert!(
        audit["faults"].to_string().contains(&middle.to_string()),
        "{audit:#}"
    );
    fs::remove_file(&file).unwrap();
    let (status, audit) = json(&repo.path(), &[]);
    assert_eq!(
        (status, audit["kind"].as_str()),
        (1, Some("fail")),
        "{audit:#}"
    );
    assert!(
        audit["notes"].to_string().contains(&middle.to_string()),
        "{audit:#}"
    );
}

#[test]
fn what_has_no_history_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (status, out, errors) = dco(folder.path(), &[], &[]);
    assert_eq!((status, &*out), (2, ""));
    assert!(errors.contains("no history"), "{errors}");
    assert_eq!(dco(&Repo::new().path(), &[], &[]).0, 2, "no commit yet");
    assert_eq!(dco(&folder.path().join("gone"), &[], &[]).0, 2);
}
