// SPDX-License-Identifier: Apache-2.0

//! The review: two trees and the commits between them compared, from the object database alone.
//!
//! Above the checks: it asks them where things are and what they say in each tree, and says what became of
//! them. It prints nothing and opens nothing.

use std::sync::Arc;

use jiff::ToSpan;

use crate::checks::artefact;
use crate::report::review::{
    Change, ChangeKind, Expiring, Figures, Member, Moment, Passing, REVIEW_SCHEMA, Review, Roll,
    Verdict,
};
use crate::report::{CheckResult, Report};
use crate::rules::{Attestation, Waiver};
use crate::subject::history::{History, Range};

mod adopters;
mod artefacts;
mod beside;
mod changes;
mod cite;
mod compare;
mod ends;
mod figures;
mod license;
mod pairing;
mod people;
mod questions;
pub mod range;
mod substance;
mod trail;
mod values;

pub use ends::Ends;
use range::Span;

/// Days before the end of a statement at which it is named.
const SOON: i64 = 92;

/// A review of `span`; `report` holds the verdicts at its end, `before` those at its beginning.
pub fn review(ends: Ends<'_>, span: &Span, report: Report, before: &[CheckResult]) -> Review {
    let (since, at) = span.moments();
    let range = Range::Between {
        bases: vec![span.since],
        head: span.at,
    };
    let history = ends.after.subject.read_commits(&range);
    let mut remarks = span.remarks.clone();
    said_of(&history, &mut remarks);
    let mut more = Vec::new();
    let people = people::delta(ends, &mut more);
    let ((changes, cut), passing) = compared(ends, &history, &people);
    let figures = figures::read(ends, &history, span.from, span.to);
    let adopters = adopters::delta(ends);
    remarks.extend(more);
    if cut {
        remarks.push("some commits could not be compared with their parents, because objects are not in this clone; commits cited may be too few: fetch the whole repository".into());
    }
    outside_of_window(&figures, &mut remarks);
    let before: Vec<Verdict> = before
        .iter()
        .map(|check| Verdict {
            rule: check.rule.clone(),
            profiles: check.profiles.clone(),
            kind: check.kind,
            level: check.level,
        })
        .collect();
    let questions = questions::all(&questions::Material {
        since: figures::day(span.from).to_string(),
        changes: &changes,
        people: &people,
        adopters: &adopters,
        figures: &figures,
        checks: &report.checks,
        before: &before,
    });
    let report = Report {
        schema: REVIEW_SCHEMA.to_owned(),
        ..report
    };
    Review {
        report,
        since,
        at,
        changes,
        passing,
        people,
        adopters,
        figures,
        before,
        questions,
        expiring: Vec::new(),
        remarks,
    }
}

/// What would be a review, were the beginning in this clone: nothing is claimed.
pub fn absent(report: Report, why: &str, day: Option<String>) -> Review {
    let at = report.subject.at.clone().or(report.subject.head.clone());
    Review {
        report: Report {
            schema: REVIEW_SCHEMA.to_owned(),
            ..report
        },
        since: Moment {
            commit: None,
            date: day,
        },
        at: Moment {
            commit: at,
            date: None,
        },
        changes: Vec::new(),
        passing: Vec::new(),
        people: Roll::default(),
        adopters: Roll::default(),
        figures: Figures::default(),
        before: Vec::new(),
        questions: Vec::new(),
        expiring: Vec::new(),
        remarks: vec![format!("nothing was compared: {why}")],
    }
}

type Compared = ((Vec<Change>, bool), Vec<Passing>);

fn compared(ends: Ends<'_>, history: &History, people: &Roll<Member>) -> Compared {
    let none = ((Vec::new(), false), Vec::new());
    let Some(objects) = ends.after.subject.objects() else {
        return none;
    };
    let ids: Vec<&str> = artefacts::ARTEFACTS.iter().map(|a| a.id).collect();
    let enter = |dir: &str| artefact::enters(&ids, dir);
    let keep = |path: &str| is_prose(path) || ids.iter().any(|id| artefact::fits(id, path));
    let trail = trail::Trail::read(objects, history, &enter, &keep);
    let comparison = changes::Comparison {
        ends,
        trail: &trail,
        objects: &Arc::clone(objects),
    };
    let mut changes = comparison.changes();
    changes.extend(comparison.listed(people, &changes));
    voiced(&mut changes, people);
    let passing = comparison.passing(&changes);
    ((changes, trail.cut), passing)
}

/// A list of people is told by people: who came and left, not which lines did.
fn voiced(changes: &mut [Change], people: &Roll<Member>) {
    for change in changes
        .iter_mut()
        .filter(|c| c.artefact == "maintainers-file")
    {
        let paths: Vec<&str> = [&change.from, &change.to]
            .into_iter()
            .flatten()
            .map(|s| s.path.as_str())
            .collect();
        let of = |list: &[Member]| {
            let here = list
                .iter()
                .filter(|m| m.lists.iter().any(|l| paths.contains(&l.as_str())));
            let shown = here.map(|m| {
                m.name
                    .clone()
                    .or(m.handle.clone())
                    .or(m.email.clone())
                    .unwrap_or_default()
            });
            shown.collect::<Vec<_>>()
        };
        let lists = [
            (of(&people.added), "came"),
            (of(&people.removed), "left"),
            (of(&people.changed), "described otherwise"),
        ];
        let told = lists.iter().filter(|(names, _)| !names.is_empty());
        let told: Vec<String> = told
            .map(|(names, word)| format!("{word}: {}", names.join(", ")))
            .collect();
        if told.is_empty() {
            continue;
        }
        match change.change {
            // The same words in another order: a name went from one list to another.
            ChangeKind::Cosmetic | ChangeKind::Edited => {
                change.change = ChangeKind::Edited;
                change.summary = told.join("; ");
                change.sentences.clear();
            }
            ChangeKind::Moved | ChangeKind::Added | ChangeKind::Removed => {
                change.summary.push_str(&format!("; {}", told.join("; ")));
            }
        }
    }
}

/// Whether a file is of a kind that such documents have, so that a move out of it can be seen.
fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        None => true,
        Some((_, ext)) => [
            "md", "markdown", "rst", "adoc", "asciidoc", "txt", "yaml", "yml", "toml", "pdf",
            "html", "org", "mdx", "docx", "doc", "odt",
        ]
        .contains(&ext.to_ascii_lowercase().as_str()),
    }
}

fn said_of(history: &History, remarks: &mut Vec<String>) {
    if !history.missing.is_empty() || !history.boundary.is_empty() {
        remarks.push(format!(
            "the commits of the range are not all in this clone ({} named and absent): figures and commits are too few; fetch the whole history",
            history.missing.len() + history.boundary.len()
        ));
    }
    for (id, why) in history.damaged.iter().take(5) {
        remarks.push(format!("commit {id} cannot be read: {why}"));
    }
    remarks.extend(history.bounds.iter().cloned());
}

fn outside_of_window(figures: &Figures, remarks: &mut Vec<String>) {
    if figures.older * 10 > figures.commits && figures.older > 10 {
        remarks.push(format!(
            "{} of the {} commits are older than the beginning of the range: branches, or another repository, merged since",
            figures.older, figures.commits
        ));
    }
}

/// Statements and waivers that do not hold much longer than `today`, soonest first.
pub fn expiring(
    attestations: &[Attestation],
    waivers: &[Waiver],
    today: jiff::civil::Date,
) -> Vec<Expiring> {
    let end = today.checked_add(SOON.days()).unwrap_or(today);
    let stated = attestations
        .iter()
        .filter(|a| a.expires <= end)
        .map(|a| Expiring {
            expires: a.expires.to_string(),
            what: "attestation".into(),
            of: a.rule.clone().or(a.clause.clone()).unwrap_or_default(),
            text: a.statement.clone(),
            source: a.source.clone(),
        });
    let waived = waivers.iter().filter_map(|w| {
        let day = w.expires.filter(|day| *day <= end)?;
        Some(Expiring {
            expires: day.to_string(),
            what: "waiver".into(),
            of: w.rule.clone(),
            text: w.reason.clone(),
            source: w.source.clone(),
        })
    });
    let mut all: Vec<Expiring> = stated.chain(waived).collect();
    all.sort();
    all
}
