// SPDX-License-Identifier: Apache-2.0

//! Workflow commands: annotations of a GitHub Actions job, the gravest first.
//!
//! The runner keeps ten of a kind for each step (`_maxCountPerIssueType`) and drops the rest without a word, so
//! ten are written, the last of which says how many are not shown. Every rule gets one before any gets a second.

use std::io::{self, Write};

use crate::report::{Baseline, CheckResult, Finding, Level, Report};
use crate::rules::Catalogue;

use super::{clean, uri};

/// Annotations of one kind that the runner keeps.
const BUDGET: usize = 10;

/// One annotation to be.
struct Annotation<'a> {
    title: &'a str,
    place: Option<(&'a str, u64)>,
    text: String,
}

/// Writes the report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    sink: &mut dyn Write,
) -> io::Result<()> {
    for (level, command) in [
        (Level::Error, "error"),
        (Level::Warning, "warning"),
        (Level::Note, "notice"),
    ] {
        let mut all = annotations(report, catalogue, level);
        if level == Level::Error {
            all.splice(
                0..0,
                report.faults.iter().map(|fault| Annotation {
                    title: "fault",
                    place: None,
                    text: format!("{}: {}", fault.r#where, fault.message),
                }),
            );
        }
        if level == Level::Note {
            // A change of how changes are judged is what a reviewer must not miss.
            let altered = report.subject.altered.iter().map(|path| Annotation {
                title: "provost",
                place: uri::is_inside(path).then_some((path, 1)),
                text: format!("this change alters {path}, which decides how changes are judged; the base's version was used"),
            });
            all.splice(0..0, altered);
        }
        let shown = if all.len() > BUDGET {
            BUDGET - 1
        } else {
            all.len()
        };
        for annotation in &all[..shown] {
            one(command, annotation, sink)?;
        }
        if all.len() > shown {
            let rest = Annotation {
                title: "provost",
                place: None,
                text: format!(
                    "{} more at level {}: the job summary and the other reports have all",
                    all.len() - shown,
                    level.as_str()
                ),
            };
            one(command, &rest, sink)?;
        }
    }
    summary(report, sink)
}

/// The findings of a level that count, so new ones only where there is a base: the first of every rule, then
/// the second, and so on.
fn annotations<'a>(report: &'a Report, catalogue: &Catalogue, level: Level) -> Vec<Annotation<'a>> {
    let failing = |c: &&CheckResult| c.weight() == level;
    let mut ranked = Vec::new();
    for check in report.checks.iter().filter(failing) {
        let live = |f: &&Finding| f.suppressed.is_none() && f.baseline.is_none_or(Baseline::is_new);
        let findings: Vec<&Finding> = check.findings.iter().filter(live).collect();
        let total = findings.len();
        for (rank, finding) in findings.into_iter().enumerate() {
            ranked.push((rank, annotation(catalogue, check, finding, rank, total)));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked
        .into_iter()
        .map(|(_, annotation)| annotation)
        .collect()
}

fn annotation<'a>(
    catalogue: &Catalogue,
    check: &'a CheckResult,
    finding: &'a Finding,
    rank: usize,
    total: usize,
) -> Annotation<'a> {
    let mut text = finding.message.clone();
    if let Some(id) = &finding.commit {
        text = format!("{} {text}", id.get(..10).unwrap_or(id));
    }
    if rank == 0 && total > 1 {
        text.push_str(&format!(" (1 of {total} places)"));
    }
    if let Some(rule) = catalogue.rule(&check.rule).filter(|_| rank == 0) {
        let fix = rule.fix.split_whitespace().collect::<Vec<_>>().join(" ");
        text = format!("{}. Next step: {fix}", text.trim_end_matches('.'));
    }
    // Only a place of its own: an annotation on the README about something else would mislead.
    let own = match &finding.anchor {
        Some(anchor) if !anchor.linked => None,
        _ => finding.place().filter(|(path, _)| uri::is_inside(path)),
    };
    Annotation {
        title: &check.rule,
        place: own,
        text,
    }
}

fn one(command: &str, annotation: &Annotation<'_>, sink: &mut dyn Write) -> io::Result<()> {
    write!(sink, "::{command} ")?;
    if let Some((path, line)) = annotation.place {
        write!(sink, "file={},line={line},", property(path))?;
    }
    let (title, text) = (property(annotation.title), data(&annotation.text));
    writeln!(sink, "title={title}::{text}")
}

/// One line of plain words, for who reads the log.
fn summary(report: &Report, sink: &mut dyn Write) -> io::Result<()> {
    let sum = &report.summary;
    let counts = [
        ("errors", sum.error),
        ("warnings", sum.warning),
        ("notes", sum.note),
        ("for a person", sum.review),
        ("open", sum.open),
        ("met", sum.pass),
        ("not applicable", sum.not_applicable),
        ("faults", report.faults.len()),
    ];
    let counts: Vec<String> = counts
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    let mut line = counts.join(", ");
    if let Some(counts) = &sum.baseline {
        line.push_str(&format!(
            "; findings: new {}, there before {}, gone {}",
            counts.new, counts.unchanged, counts.absent
        ));
    }
    writeln!(sink, "provost: {line}")
}

/// The data of a command, escaped as the runner unescapes it (`ActionCommand.cs`).
fn data(text: &str) -> String {
    clean::line(text).replace('%', "%25")
}

/// A property of a command: what ends one is escaped, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
