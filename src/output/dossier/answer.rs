// SPDX-License-Identifier: Apache-2.0

//! The answer to one clause: verdicts of rules with their evidence, statements of people, blanks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::output::markup;
use crate::report::{CheckResult, Evidence, Finding, Form, Kind, Statement};
use crate::rules::{Clause, Mode};

use super::{BLANK, Page};

/// The check whose questions only a statement answers.
const ATTEST: &str = "attest";
/// Pieces of evidence shown for a rule.
const EVIDENCE: usize = 6;
/// Places shown where a rule fails.
const PLACES: usize = 5;

impl Page<'_> {
    /// The statement in force that answers `clause`; the newest.
    pub(super) fn statement<'b>(&'b self, clause: &'b Clause) -> Option<&'b Statement> {
        self.statements(clause)
            .filter(|s| s.standing.holds())
            .max_by(|a, b| a.date.cmp(&b.date))
    }

    fn statements<'b>(&'b self, clause: &'b Clause) -> impl Iterator<Item = &'b Statement> {
        self.report.statements.iter().filter(move |s| {
            s.form == Form::Attestation && s.clause.as_deref() == Some(clause.id.as_str())
        })
    }

    /// The verdicts of the rules that decide `clause`. A rule is told in full once.
    pub(super) fn decided(&self, out: &mut String, clause: &Clause, told: &mut BTreeSet<String>) {
        let mut any = false;
        for check in self.results(clause) {
            any = true;
            let key = format!("{} {}", check.rule, check.profiles.join(" "));
            let (verdict, message) = (word(check), markup::text(self.said(check)));
            let rule = markup::code(&check.rule);
            let _ = writeln!(out, "- **{verdict}** ({rule}): {message}");
            if !told.insert(key) {
                continue;
            }
            self.places(out, check);
            for item in self.shown(check) {
                let _ = writeln!(out, "  - {}", self.evidence(item));
            }
            match check.kind {
                Kind::Fail => self.next(out, check),
                Kind::Review => {
                    let _ = writeln!(
                        out,
                        "  - {BLANK} Answer it with `provost attest {} --statement … --by … --link …`.",
                        check.rule
                    );
                }
                Kind::Open | Kind::Pass | Kind::NotApplicable => {}
            }
        }
        if !any {
            let _ = writeln!(out, "Not judged in this run.");
        }
        if let Some(statement) = self.statement(clause) {
            let _ = writeln!(out, "- {}", attested(statement));
        }
    }

    /// What people have stated on `clause`, or a blank.
    pub(super) fn stated(&self, out: &mut String, clause: &Clause) {
        let committee = clause.mode == Mode::Human;
        if committee {
            let _ = writeln!(out, "*For the committee to judge.*");
        }
        if let Some(statement) = self.statement(clause) {
            let gap = if committee { "\n" } else { "" };
            let _ = writeln!(out, "{gap}{}", attested(statement));
        } else if !committee {
            let _ = writeln!(
                out,
                "{BLANK} Who states it, since when, and where can it be seen?"
            );
        }
        for lapsed in self.statements(clause).filter(|s| !s.standing.holds()) {
            let day = lapsed.expires.as_deref().unwrap_or_default();
            let _ = writeln!(
                out,
                "\nAn earlier statement no longer counts: {}, made by {}, held until {} ({}).",
                markup::text(&lapsed.text),
                markup::text(lapsed.by.as_deref().unwrap_or_default()),
                markup::text(day),
                markup::code(&lapsed.source)
            );
        }
    }

    fn places(&self, out: &mut String, check: &CheckResult) {
        let most = if self.verbose { usize::MAX } else { PLACES };
        let repeats = check.findings.len() == 1 && check.findings[0].message == check.message;
        if !repeats {
            for finding in check.findings.iter().take(most) {
                let _ = writeln!(out, "  - {}", self.finding(finding));
            }
        }
        if let Some(more) = check.findings.len().checked_sub(most).filter(|n| *n > 0) {
            let _ = writeln!(out, "  - and {more} more places");
        }
    }

    fn finding(&self, finding: &Finding) -> String {
        let mut parts = Vec::new();
        if let Some(path) = &finding.path {
            let absent = finding.is_absent();
            parts.push(self.places.file(path, finding.line, absent));
        }
        parts.extend(finding.commit.as_deref().map(|id| self.places.commit(id)));
        parts.push(markup::text(&finding.message));
        if let Some(waiver) = &finding.suppressed {
            let by = waiver.approver.as_deref().unwrap_or("the project");
            parts.push(format!(
                "(waived by {}: {})",
                markup::text(by),
                markup::text(&waiver.reason)
            ));
        }
        parts.join(" ")
    }

    /// The message; of a question that only a statement answers, the question alone: how to record the answer is
    /// said by the blank.
    fn said<'b>(&self, check: &'b CheckResult) -> &'b str {
        let whole = check.message.as_str();
        match whole.split_once(" — ") {
            Some((question, _)) if self.is_question(check) => question,
            _ => whole,
        }
    }

    fn is_question(&self, check: &CheckResult) -> bool {
        let rule = self.catalogue.rule(&check.rule);
        check.kind == Kind::Review && rule.is_some_and(|rule| rule.check == ATTEST)
    }

    fn next(&self, out: &mut String, check: &CheckResult) {
        if let Some(rule) = self.catalogue.rule(&check.rule) {
            let fix = rule.fix.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(out, "  - Next step: {}", markup::text(&fix));
        }
    }

    fn shown<'b>(&self, check: &'b CheckResult) -> impl Iterator<Item = &'b Evidence> {
        let question = self.is_question(check);
        let most = if self.verbose { usize::MAX } else { EVIDENCE };
        // What a failure looked at is in its findings; a pass has nothing else to show.
        let most = if check.kind == Kind::Fail {
            most.min(2)
        } else {
            most
        };
        let helps = move |item: &&Evidence| !question || item.path.is_some();
        check.evidence.iter().filter(helps).take(most)
    }

    /// A piece of evidence, its file or commit as a link.
    pub(super) fn evidence(&self, item: &Evidence) -> String {
        let mut parts = Vec::new();
        if let Some(path) = &item.path {
            parts.push(self.places.file(path, item.line, false));
        }
        parts.extend(item.commit.as_deref().map(|id| self.places.commit(id)));
        if let Some(url) = &item.url {
            parts.push(markup::link(&markup::code(url), url));
        }
        if let Some(day) = &item.retrieved {
            parts.push(format!("(retrieved {})", markup::text(day)));
        }
        let place = parts.join(" ");
        match &item.note {
            Some(note) if place.is_empty() => markup::text(note),
            Some(note) => format!("{place}: {}", markup::text(note)),
            None => place,
        }
    }
}

/// A verdict in a word.
fn word(check: &CheckResult) -> &'static str {
    match check.kind {
        Kind::Pass => "Met",
        Kind::Fail if check.findings.iter().all(|f| f.suppressed.is_some()) => "Waived",
        Kind::Fail => "Not met",
        Kind::NotApplicable => "Does not apply",
        Kind::Open => "Not determined",
        Kind::Review => "To be answered",
    }
}

/// A statement in force, with who made it, when, how long it holds and where it can be verified.
fn attested(statement: &Statement) -> String {
    let or_empty = |value: &Option<String>| markup::text(value.as_deref().unwrap_or_default());
    let mut text = format!(
        "**Attested** by {} on {} (holds until {}): {}",
        or_empty(&statement.by),
        or_empty(&statement.date),
        or_empty(&statement.expires),
        markup::text(&statement.text)
    );
    if let Some(link) = &statement.link {
        let _ = write!(text, " ({})", markup::link(&markup::code(link), link));
    }
    text
}
