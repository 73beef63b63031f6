// SPDX-License-Identifier: Apache-2.0

//! Cases of the rule, among them every kind of case that the test suites of the two DCO apps hold, in our
//! own words: `docs/dco.md`.

use crate::checks::Answer;
use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

const ANA: &str = "Ana Lund <ana@example.org>";
const BO: &str = "Bo Vik <bo@example.org>";

fn run(commits: &Commits, with: &str) -> Answer {
    run_in(MemoryTree::new(), commits, with)
}

fn run_in(tree: MemoryTree, commits: &Commits, with: &str) -> Answer {
    Case::new(tree)
        .history(commits.history())
        .run_with("dco-sign-off", with)
}

fn one(draft: Draft) -> Commits {
    let mut commits = Commits::new();
    commits.add(draft);
    commits
}

/// A message with these sign-off persons.
fn signed(persons: &[&str]) -> Draft {
    let lines: String = persons
        .iter()
        .map(|p| format!("Signed-off-by: {p}\n"))
        .collect();
    Draft::new(format!("Change\n\n{lines}"))
}

fn strict(draft: Draft) -> Kind {
    run(&one(draft), "identity = \"strict\"").kind()
}

fn email(draft: Draft) -> Kind {
    run(&one(draft), "identity = \"email\"").kind()
}

fn lenient(draft: Draft) -> Kind {
    run(&one(draft), "").kind()
}

fn figure(answer: &Answer, key: &str) -> u64 {
    let (.., properties) = answer.clone().into_parts();
    properties[key].as_u64().unwrap()
}

#[test]
fn strict_accepts_author_or_committer_to_the_letter_but_for_case() {
    let cases = [
        signed(&[ANA]),
        signed(&[ANA, BO]),
        signed(&[BO, ANA]),
        signed(&["ANA lund <Ana@Example.ORG>"]),
        signed(&[BO]).committer(BO),
        signed(&[ANA]).committer(BO),
        signed(&["Ana Lund <ana+dco@mail.example.org>"]).by("Ana Lund <ana+dco@mail.example.org>"),
        Draft::new("Change\n\nSIGNED-off-BY: Ana Lund <ana@example.org> \t\r\n\n\n"),
        Draft::new("Signed-off-by: Ana Lund <ana@example.org>"),
        Draft::new("Change\n\nSigned-off-by: Ana Lund <ana@example.org>\n\nmore words\n"),
    ];
    for draft in cases {
        assert_eq!(strict(draft.clone()), Kind::Pass, "{:?}", draft.message);
    }
}

#[test]
fn strict_refuses_everything_else() {
    let cases = [
        Draft::new("Change"),
        Draft::new(""),
        signed(&[BO]),
        signed(&[BO, "Cy <cy@example.org>"]),
        signed(&["Ana L <ana@example.org>"]),
        signed(&["Ana Lund <ana@elsewhere.org>"]),
        signed(&["Ana Lund <ana+tag@example.org>"]),
        signed(&[" Ana Lund <ana@example.org>"]),
        signed(&["Ana Lund < ana@example.org >"]),
        signed(&["<ana@example.org>"]),
        signed(&["Ana Lund"]),
        signed(&["Ana Lund ana@example.org"]),
        signed(&[""]),
        signed(&["ana@example.org <Ana Lund>"]),
        signed(&["Ana Lund <bo@example.org>"]).committer(BO),
        Draft::new("Change\n\nCo-authored-by: Ana Lund <ana@example.org>\n"),
    ];
    for draft in cases {
        let text = String::from_utf8_lossy(&draft.message).into_owned();
        assert_eq!(strict(draft), Kind::Fail, "{text}");
    }
}

#[test]
fn strict_wants_an_address_that_is_one() {
    for email in ["ana", "ana@", "ana@host", "root@(none)", "ana@example..org"] {
        let person = format!("Ana Lund <{email}>");
        assert_eq!(
            strict(signed(&[&person]).by(&person)),
            Kind::Fail,
            "{email}"
        );
        assert_eq!(
            lenient(signed(&[&person]).by(&person)),
            Kind::Pass,
            "{email}"
        );
    }
    assert_eq!(strict(signed(&[ANA]).committer("Bo <bo>")), Kind::Fail);
    assert_eq!(
        strict(signed(&[BO]).author("Ana <>").committer(BO)),
        Kind::Pass
    );
    let bot = "Robo <1+robo[bot]@users.noreply.github.com>";
    let answer = run(
        &one(signed(&[bot]).by(bot)),
        "identity = \"strict\"\nbots = \"judge\"",
    );
    assert_eq!(answer.kind(), Kind::Pass);
}

#[test]
fn the_address_alone_counts_under_email() {
    assert_eq!(email(signed(&["A. Lund <ANA@example.org>"])), Kind::Pass);
    assert_eq!(email(signed(&["Ana Lund <other@example.org>"])), Kind::Fail);
    assert_eq!(
        email(signed(&["x <bo@example.org>"]).committer(BO)),
        Kind::Pass
    );
    assert_eq!(
        email(signed(&["Ana <>"]).by("Ana <>")),
        Kind::Fail,
        "no address"
    );
}

#[test]
fn name_or_address_counts_under_lenient() {
    assert_eq!(lenient(signed(&["A. Lund <ana@example.org>"])), Kind::Pass);
    assert_eq!(
        lenient(signed(&["ana  lund <other@example.org>"])),
        Kind::Pass
    );
    assert_eq!(lenient(signed(&[BO])), Kind::Fail);
    assert_eq!(
        lenient(signed(&[" <x@y.org>"]).by(" <ana@x.org>")),
        Kind::Fail,
        "no names"
    );
}

#[test]
fn forge_addresses_lead_to_the_account() {
    let account = "ana <7+ana-lund@users.noreply.github.com>";
    let draft = |person: &str| signed(&[person]).by(account);
    assert_eq!(
        lenient(draft("Ana L <ana-lund@users.noreply.github.com>")),
        Kind::Pass
    );
    assert_eq!(lenient(draft("ana-lund <ana@example.org>")), Kind::Pass);
    assert_eq!(lenient(draft(ANA)), Kind::Fail);
    let squash = draft(ANA).committer("GitHub <noreply@github.com>");
    assert_eq!(lenient(squash.clone()), Kind::Pass, "squashed by the forge");
    assert_eq!(strict(squash), Kind::Fail);
    let other = signed(&[BO]).committer("GitHub <noreply@github.com>");
    assert_eq!(
        lenient(other),
        Kind::Fail,
        "the author's address is no noreply form"
    );
}

#[test]
fn the_mailmap_of_the_tree_joins_people() {
    let tree =
        || MemoryTree::new().file(".mailmap", "Ana Lund <ana@example.org> <al@old.example>\n");
    let commits = one(signed(&[ANA]).by("al <al@old.example>"));
    assert_eq!(run_in(tree(), &commits, "").kind(), Kind::Pass);
    assert_eq!(run(&commits, "").kind(), Kind::Fail);
    let answer = run_in(tree(), &commits, "identity = \"strict\"");
    assert_eq!(answer.kind(), Kind::Fail, "the apps know no mailmap");
}

#[test]
fn merges_and_bots_are_exempt_and_counted_apart() {
    let mut commits = Commits::new();
    let root = commits.add(signed(&[ANA]));
    let side = commits.add(signed(&[BO]).by(BO).parents(&[root]));
    commits.add(Draft::new("Merge").parents(&[root, side]));
    commits
        .add(Draft::new("Bump").by("dependabot[bot] <1+dependabot[bot]@users.noreply.github.com>"));
    commits.add(Draft::new("Bump").by("Renovate Bot <bot@renovateapp.com>"));
    let answer = run(&commits, "");
    assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
    let figures = ["commits", "merges", "signed", "failing", "bots"].map(|k| figure(&answer, k));
    assert_eq!(figures, [5, 1, 2, 0, 2]);
    let answer = run(&commits, "bots = \"judge\"");
    assert_eq!((answer.kind(), answer.findings().len()), (Kind::Fail, 2));
}

#[test]
fn a_person_called_bot_is_none() {
    assert_eq!(
        lenient(Draft::new("x").by("x-bot <x-bot@example.org>")),
        Kind::Fail
    );
}

#[test]
fn reverts_fixups_and_empty_commits_need_a_sign_off() {
    for message in [
        "Revert \"x\"\n\nThis reverts commit 1.",
        "fixup! x",
        "squash! x",
        "Merge branch 'x'",
    ] {
        assert_eq!(lenient(Draft::new(message)), Kind::Fail, "{message}");
    }
}

#[test]
fn since_is_by_committer_date() {
    let mut commits = Commits::new();
    commits.add(Draft::new("old").on("2024-05-01"));
    commits.add(signed(&[ANA]).on("2025-07-01"));
    let answer = run(&commits, "since = \"2025-07-01\"");
    assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
    assert!(
        answer
            .message()
            .contains("1 commit before 2025-07-01 not judged")
    );
    assert_eq!(figure(&answer, "commits"), 1);
    assert_eq!(run(&commits, "since = 2024-05-01").kind(), Kind::Fail);
    assert_eq!(
        run(&commits, "since = \"2026-01-01\"").kind(),
        Kind::Open,
        "nothing judged"
    );
}

#[test]
fn the_newest_commits_alone_can_be_judged() {
    let mut commits = Commits::new();
    commits.add(Draft::new("old"));
    commits.add(signed(&[ANA]));
    assert_eq!(run(&commits, "newest = 1").kind(), Kind::Pass);
    assert_eq!(run(&commits, "newest = 2").kind(), Kind::Fail);
}

#[test]
fn a_failure_says_who_what_and_how_to_mend() {
    let mut commits = Commits::new();
    for _ in 0..20 {
        commits.add(Draft::new("old"));
    }
    for _ in 0..40 {
        commits.add(signed(&[ANA]));
    }
    let bad = commits.add(signed(&[BO]));
    let answer = run(&commits, "");
    let newest = &answer.findings()[0];
    assert_eq!(newest.commit.as_deref(), Some(bad.to_string().as_str()));
    assert_eq!(newest.key, bad.to_string());
    for words in [
        "\"Change\"",
        "\"Signed-off-by: Ana Lund <ana@example.org>\"",
        "found \"Bo Vik",
        "`git ",
    ] {
        assert!(
            newest.message.contains(words),
            "{words}: {}",
            newest.message
        );
    }
    let message = answer.message();
    for words in [
        "21 of 61 commits",
        "20 without any, 1 signed by somebody else",
        "since = \"",
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[test]
fn many_failures_are_listed_up_to_a_named_bound() {
    let mut commits = Commits::new();
    for i in 0..1_005 {
        commits.add(Draft::new(format!("{i}")));
    }
    let answer = run(&commits, "");
    assert_eq!(answer.findings().len(), 1_001);
    assert!(
        answer.findings()[1_000]
            .message
            .starts_with("5 older commits fail")
    );
    assert_eq!(figure(&answer, "failing"), 1_005);
}

#[test]
fn without_commits_nothing_is_judged() {
    let answer = Case::new(MemoryTree::new()).run("dco-sign-off");
    assert_eq!(answer.kind(), Kind::Open);
    assert_eq!(run(&Commits::new(), "").kind(), Kind::Open);
}

#[test]
fn a_shallow_history_is_open_whatever_is_in_it() {
    let mut commits = Commits::new();
    commits.add(signed(&[ANA]));
    let second = commits.add(signed(&[ANA]));
    let folder = tempfile::tempdir().unwrap();
    let history = commits.source(folder.path(), &[second]).all(second);
    let answer = Case::new(MemoryTree::new())
        .history(history)
        .run("dco-sign-off");
    assert_eq!(answer.kind(), Kind::Open);
    assert!(
        answer.message().contains("git fetch --unshallow"),
        "{}",
        answer.message()
    );
}
