//! Clauses that only people can answer: a dated, unexpired statement of the project answers one; what a
//! committee judges stays a question. A statement never speaks for a clause it does not name.

use std::fmt::Write;

use anyhow::Result;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::report::Evidence;
use crate::rules::{ATTESTATION, Attestation, Clause, Mode};

use super::{Answer, Context};

/// Ids named in a message before the rest is counted.
const NAMED: usize = 8;
/// Files shown for a person to look at.
const SHOWN: usize = 20;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// What a person has to state; the rule's title unless given.
    #[serde(default)]
    question: Option<String>,
    /// Names of files that help to answer it, case-insensitive.
    #[serde(default)]
    look_at: Vec<String>,
}

/// Decides `attestation` clause by clause, and any other rule by a statement for it or for one of its clauses.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let today = cx.now.to_zoned(TimeZone::UTC).date();
    if cx.rule.id == ATTESTATION {
        return Ok(clauses(cx, today));
    }
    Ok(rule(cx, params, today))
}

/// How a question stands.
enum Standing<'a> {
    Attested(&'a Attestation),
    /// There is a statement, but it does not hold today.
    Lapsed(&'a Attestation),
    Missing,
}

impl Standing<'_> {
    /// The words for an evidence note.
    fn words(&self, today: Date) -> String {
        match self {
            Standing::Attested(a) => {
                format!("attested by {} on {}: {}", a.by, a.date, a.statement)
            }
            Standing::Lapsed(a) if a.date > today => {
                format!(
                    "the attestation in {} is dated {}, in the future",
                    a.source, a.date
                )
            }
            Standing::Lapsed(a) => {
                format!("the attestation in {} expired on {}", a.source, a.expires)
            }
            Standing::Missing => "no attestation in the configuration".to_owned(),
        }
    }
}

/// The newest statement that `wanted` accepts; one that holds goes before one that does not.
fn standing<'a>(
    given: &'a [Attestation],
    today: Date,
    wanted: impl Fn(&Attestation) -> bool,
) -> Standing<'a> {
    let holds = |a: &Attestation| a.date <= today && a.holds(today);
    let newest = given
        .iter()
        .filter(|a| wanted(a))
        .max_by_key(|a| (holds(a), a.date));
    match newest {
        Some(a) if holds(a) => Standing::Attested(a),
        Some(a) => Standing::Lapsed(a),
        None => Standing::Missing,
    }
}

/// What the clauses of a run came to, as ids.
#[derive(Default)]
struct Tally {
    attested: Vec<String>,
    expired: Vec<String>,
    missing: Vec<String>,
    committee: Vec<String>,
}

fn clauses(cx: &Context<'_>, today: Date) -> Answer {
    if cx.clauses.is_empty() {
        return Answer::not_applicable(
            "no profile of this run has a clause that only people can answer",
        );
    }
    let mut tally = Tally::default();
    let mut evidence = Vec::with_capacity(cx.clauses.len());
    for clause in cx.clauses {
        let standing = standing(cx.attestations, today, |a| {
            a.clause.as_deref() == Some(clause.id.as_str())
        });
        evidence.push(shown(clause, &standing, today));
        let list = match (&clause.mode, standing) {
            (Mode::Human, _) => &mut tally.committee,
            (_, Standing::Attested(_)) => &mut tally.attested,
            (_, Standing::Lapsed(_)) => &mut tally.expired,
            (_, Standing::Missing) => &mut tally.missing,
        };
        list.push(clause.id.clone());
    }
    let message = tally.message();
    let settled = tally.settled();
    let mut evidence = evidence.into_iter();
    let first = evidence.next().unwrap_or_default();
    let answer = if settled {
        Answer::pass(message, first)
    } else {
        Answer::review(message, first)
    };
    answer
        .all_evidence(evidence)
        .property("attested", tally.attested)
        .property("expired", tally.expired)
        .property("missing", tally.missing)
        .property("committee", tally.committee)
}

/// One clause as evidence: where it is published, what it says, how it stands.
fn shown(clause: &Clause, standing: &Standing<'_>, today: Date) -> Evidence {
    let words = match (&clause.mode, standing) {
        (Mode::Human, Standing::Missing) => "a committee judges".to_owned(),
        (Mode::Human, other) => format!("a committee judges; {}", other.words(today)),
        (_, other) => other.words(today),
    };
    let mut note = format!(
        "{} ({}, {}): {} — {words}",
        clause.id, clause.document, clause.section, clause.text
    );
    if let Standing::Attested(Attestation {
        link: Some(link), ..
    }) = standing
    {
        let _ = write!(note, " ({link})");
    }
    Evidence::url(&clause.url).note(note)
}

impl Tally {
    fn settled(&self) -> bool {
        self.expired.is_empty() && self.missing.is_empty() && self.committee.is_empty()
    }

    fn message(&self) -> String {
        let asked = self.attested.len() + self.expired.len() + self.missing.len();
        let mut message = match (asked, self.attested.len()) {
            (0, _) => "no clause here is for the project to attest".to_owned(),
            (asked, done) if asked == done => {
                format!("the project has attested what it answers for, clause by clause: {done}")
            }
            (asked, done) => format!("{done} of {asked} clauses for the project are attested"),
        };
        if !self.expired.is_empty() {
            let _ = write!(message, "; expired: {}", named(&self.expired));
        }
        if !self.missing.is_empty() {
            let _ = write!(message, "; to attest: {}", named(&self.missing));
        }
        if !self.committee.is_empty() {
            let _ = write!(message, "; for the committee: {}", named(&self.committee));
        }
        if let Some(next) = self.expired.first().or(self.missing.first()) {
            let _ = write!(message, ". {}", entry("clause", next));
        }
        message
    }
}

/// The next step: the entry that answers `id`, ready to be copied.
fn entry(key: &str, id: &str) -> String {
    format!(
        "Next: add to .provost.toml, under `[[attestation]]`, the lines `{key} = \"{id}\"`, \
         `statement = \"…\"`, `by = \"…\"`, `date = \"YYYY-MM-DD\"`, `link = \"https://…\"`"
    )
}

/// The first few ids, and how many more.
fn named(ids: &[String]) -> String {
    let shown = ids.iter().take(NAMED).map(String::as_str);
    let list = shown.collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(NAMED) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

/// A rule with its own id: a statement for it, or for any of its clauses, answers it.
fn rule(cx: &Context<'_>, params: &Params, today: Date) -> Answer {
    let standing = standing(cx.attestations, today, |a| {
        a.rule.as_deref() == Some(cx.rule.id.as_str())
            || a.clause
                .as_ref()
                .is_some_and(|id| cx.clauses.iter().any(|clause| clause.id == *id))
    });
    let words = standing.words(today);
    if let Standing::Attested(a) = standing {
        let evidence = match &a.link {
            Some(link) => Evidence::url(link).note(&words),
            None => Evidence::words(&words),
        };
        let said = format!("{words}; holds until {} ({})", a.expires, a.source);
        return Answer::pass(said, evidence);
    }
    let question = params.question.as_deref().unwrap_or(&cx.rule.title);
    let message = format!("{question} — {words}. {}", entry("rule", &cx.rule.id));
    let listed = cx.clauses.iter().map(|clause| {
        let place = format!("{}, {}: {}", clause.document, clause.section, clause.text);
        Evidence::url(&clause.url).note(place)
    });
    Answer::review(message, Evidence::words(words))
        .all_evidence(to_look_at(cx, &params.look_at))
        .all_evidence(listed)
}

/// Tracked files with one of `names`, for a person to read.
fn to_look_at(cx: &Context<'_>, names: &[String]) -> Vec<Evidence> {
    let wanted = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    cx.files
        .entries()
        .iter()
        .filter(|e| e.counts() && e.is_file() && wanted(e.name()))
        .take(SHOWN)
        .map(|e| Evidence::file(&e.path).note("helps to answer the question"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::Case;
    use crate::report::Kind;
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
}
