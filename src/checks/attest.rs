// SPDX-License-Identifier: Apache-2.0

//! Clauses that only people can answer: a dated, unexpired statement of the project answers one; what a
//! committee judges stays a question. A statement never speaks for a clause it does not name.

use std::fmt::Write;

use anyhow::Result;
use jiff::civil::Date;
use serde::Deserialize;

use crate::report::{Evidence, Kind};
use crate::rules::{ATTESTATION, Attestation, Clause, Mode};

use super::{Answer, Context};

/// Id of this check.
const CHECK: &str = "attest";
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
    let today = cx.today();
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

/// A question that another check left to a person, answered by a statement for its rule or one of its
/// clauses. A failure is never attested away: that takes a waiver.
pub(super) fn answered(cx: &Context<'_>, answer: Answer) -> Answer {
    if answer.kind() != Kind::Review || cx.rule.check == CHECK {
        return answer;
    }
    let today = cx.today();
    let standing = of_rule(cx, today);
    let said = standing.words(today);
    let Standing::Attested(statement) = standing else {
        return match standing {
            Standing::Lapsed(_) => answer.evidence(Evidence::words(said)),
            _ => answer,
        };
    };
    let (_, question, _, evidence, properties) = answer.into_parts();
    let proof = match &statement.link {
        Some(link) => Evidence::url(link).note(&said),
        None => Evidence::words(&said),
    };
    let until = format!(
        "{said}; holds until {} ({}); the question was: {question}",
        statement.expires, statement.source
    );
    let mut passed = Answer::pass(until, proof).all_evidence(evidence);
    for (key, value) in properties {
        passed = passed.property(&key, value);
    }
    passed
}

/// How the rule's question stands: a statement for it, or for any of its clauses, answers it.
fn of_rule<'a>(cx: &Context<'a>, today: Date) -> Standing<'a> {
    standing(cx.shared.attestations, today, |a| {
        a.rule.as_deref() == Some(cx.rule.id.as_str())
            || a.clause
                .as_ref()
                .is_some_and(|id| cx.clauses.iter().any(|clause| clause.id == *id))
    })
}

/// A rule that only people can answer.
fn rule(cx: &Context<'_>, params: &Params, today: Date) -> Answer {
    let standing = of_rule(cx, today);
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
mod tests;
