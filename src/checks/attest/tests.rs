// SPDX-License-Identifier: Apache-2.0

//! What a statement of the project answers, and what it does not.

use super::*;
use crate::checks::testing::Case;
use crate::rules::Strength;
use crate::subject::memory::MemoryTree;

fn clause(id: &str, mode: Mode) -> Clause {
    Clause {
        id: id.to_owned(),
        policy: "example".to_owned(),
        document: "Example Charter".to_owned(),
        section: "5.a".to_owned(),
        url: "https://example.org/charter".to_owned(),
        read: "2026-01-01".to_owned(),
        strength: Strength::Must,
        binds: "project".to_owned(),
        text: "The foundation holds the marks.".to_owned(),
        mode,
    }
}

fn states(clause: &str, date: &str, expires: &str) -> Attestation {
    Attestation {
        rule: None,
        clause: Some(clause.to_owned()),
        statement: "Transferred in full.".to_owned(),
        by: "A. Liaison".to_owned(),
        date: date.parse().unwrap(),
        link: Some("https://example.org/minutes".to_owned()),
        expires: expires.parse().unwrap(),
        source: ".provost.toml:7".to_owned(),
    }
}

fn asked(modes: &[(&str, Mode)]) -> Case {
    let clauses = modes.iter().map(|(id, mode)| clause(id, mode.clone()));
    Case::new(MemoryTree::new()).clauses(clauses.collect())
}

#[test]
fn every_clause_attested_passes_with_who_when_and_where() {
    let answer = asked(&[("marks", Mode::Attest)])
        .attestation(states("marks", "2026-03-01", "2027-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Pass);
    assert_eq!(
        answer.message(),
        "the project has attested what it answers for, clause by clause: 1"
    );
    let (_, _, _, evidence, properties) = answer.into_parts();
    assert_eq!(properties["attested"], serde_json::json!(["marks"]));
    assert_eq!(
        evidence[0].url.as_deref(),
        Some("https://example.org/charter")
    );
    let note = evidence[0].note.as_deref().unwrap();
    assert!(
        note.contains("attested by A. Liaison on 2026-03-01"),
        "{note}"
    );
    assert!(note.contains("https://example.org/minutes"), "{note}");
}

#[test]
fn a_missing_statement_is_a_review_with_the_entry_to_add() {
    let answer = asked(&[("marks", Mode::Attest), ("assets", Mode::Attest)])
        .attestation(states("marks", "2026-03-01", "2027-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Review);
    let message = answer.message();
    assert!(
        message.starts_with("1 of 2 clauses for the project"),
        "{message}"
    );
    assert!(message.contains("to attest: assets."), "{message}");
    assert!(message.contains("`clause = \"assets\"`"), "{message}");
}

#[test]
fn an_expired_statement_says_where_it_stands() {
    let answer = asked(&[("marks", Mode::Attest)])
        .attestation(states("marks", "2024-03-01", "2025-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Review);
    assert!(answer.message().contains("expired: marks"));
    let (_, _, _, evidence, properties) = answer.into_parts();
    assert_eq!(properties["expired"], serde_json::json!(["marks"]));
    assert_eq!(properties["missing"], serde_json::json!([]));
    let note = evidence[0].note.as_deref().unwrap();
    assert!(
        note.contains(".provost.toml:7 expired on 2025-03-01"),
        "{note}"
    );
}

#[test]
fn the_newer_statement_renews_an_expired_one() {
    let answer = asked(&[("marks", Mode::Attest)])
        .attestation(states("marks", "2024-03-01", "2025-03-01"))
        .attestation(states("marks", "2026-03-01", "2027-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Pass);
}

#[test]
fn a_statement_dated_in_the_future_does_not_hold() {
    let answer = asked(&[("marks", Mode::Attest)])
        .attestation(states("marks", "2027-03-01", "2028-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Review);
    let (_, _, _, evidence, _) = answer.into_parts();
    assert!(
        evidence[0]
            .note
            .as_deref()
            .unwrap()
            .contains("in the future")
    );
}

#[test]
fn what_a_committee_judges_stays_a_review_whatever_the_project_states() {
    let answer = asked(&[("vote", Mode::Human)])
        .attestation(states("vote", "2026-03-01", "2027-03-01"))
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Review);
    assert!(answer.message().contains("for the committee: vote"));
    let (_, _, _, evidence, properties) = answer.into_parts();
    assert_eq!(properties["committee"], serde_json::json!(["vote"]));
    assert!(
        evidence[0]
            .note
            .as_deref()
            .unwrap()
            .contains("attested by A. Liaison")
    );
}

#[test]
fn a_statement_for_the_rule_attestation_answers_no_clause() {
    let mut blanket = states("marks", "2026-03-01", "2027-03-01");
    blanket.clause = None;
    blanket.rule = Some(ATTESTATION.to_owned());
    let answer = asked(&[("marks", Mode::Attest)])
        .attestation(blanket)
        .run("attestation");
    assert_eq!(answer.kind(), Kind::Review);
}

#[test]
fn long_lists_are_cut_in_the_message_and_whole_in_the_properties() {
    let ids: Vec<String> = (0..12).map(|n| format!("c{n:02}")).collect();
    let modes: Vec<_> = ids.iter().map(|id| (id.as_str(), Mode::Attest)).collect();
    let answer = asked(&modes).run("attestation");
    assert!(answer.message().contains("c07 and 4 more"));
    let (_, _, _, _, properties) = answer.into_parts();
    assert_eq!(properties["missing"].as_array().unwrap().len(), 12);
}

#[test]
fn without_such_clauses_the_rule_does_not_apply() {
    assert_eq!(asked(&[]).run("attestation").kind(), Kind::NotApplicable);
}

#[test]
fn a_rule_of_its_own_is_answered_by_one_of_its_clauses() {
    let modes = [("two-factor", Mode::Rules(vec!["mfa".to_owned()]))];
    let answer = asked(&modes)
        .attestation(states("two-factor", "2026-03-01", "2027-03-01"))
        .run("mfa");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(answer.message().contains("holds until 2027-03-01"));
}

#[test]
fn a_rule_of_its_own_is_answered_by_its_id_and_asks_otherwise() {
    let mut statement = states("", "2026-03-01", "2027-03-01");
    statement.clause = None;
    statement.rule = Some("production-use".to_owned());
    let answer = asked(&[]).attestation(statement).run("production-use");
    assert_eq!(answer.kind(), Kind::Pass);

    let answer = asked(&[]).run("production-use");
    assert_eq!(answer.kind(), Kind::Review);
    assert!(answer.message().contains("`rule = \"production-use\"`"));
}

#[test]
fn every_rule_that_only_people_can_answer_asks_a_question() {
    for rule in [
        "dependency-license",
        "growth-plan",
        "least-privilege",
        "license-exception",
        "mfa",
        "production-use",
        "review-delta",
        "vendor-neutrality",
    ] {
        let answer = Case::new(MemoryTree::new()).run(rule);
        assert_eq!(answer.kind(), Kind::Review, "{rule}");
        assert!(
            answer.message().contains('?'),
            "{rule}: {}",
            answer.message()
        );
    }
}

#[test]
fn a_question_of_another_check_is_answered_too() {
    let mut statement = states("", "2026-03-01", "2027-03-01");
    statement.clause = None;
    statement.rule = Some("security-audit".to_owned());
    let asked = Case::new(MemoryTree::new()).run("security-audit");
    assert_eq!(asked.kind(), Kind::Review);
    let answer = Case::new(MemoryTree::new())
        .attestation(statement)
        .run("security-audit");
    assert_eq!(answer.kind(), Kind::Pass);
    assert!(answer.message().starts_with("attested by A. Liaison"));
}

#[test]
fn a_failure_is_not_attested_away() {
    let mut statement = states("", "2026-03-01", "2027-03-01");
    statement.clause = None;
    statement.rule = Some("code-of-conduct".to_owned());
    let answer = Case::new(MemoryTree::new())
        .attestation(statement)
        .run("code-of-conduct");
    assert_eq!(answer.kind(), Kind::Fail);
}

#[test]
fn files_that_help_a_person_are_shown() {
    let tree = MemoryTree::new()
        .file("go.mod", "module example")
        .file("src/main.go", "package main");
    let (_, _, _, evidence, _) = Case::new(tree)
        .clauses(Vec::new())
        .run("dependency-license")
        .into_parts();
    assert!(evidence.iter().any(|e| e.path.as_deref() == Some("go.mod")));
    assert!(
        evidence
            .iter()
            .all(|e| e.path.as_deref() != Some("src/main.go"))
    );
}
