// SPDX-License-Identifier: Apache-2.0

//! For an issue, a pull request or a job summary: what to mend first, each clause and each place as a link.
//!
//! Everything of the repository goes through [`markup`]; the only HTML is our own `<details>`. Unless
//! `--verbose` asks for everything, the report is shortened, and says so, until an issue can hold it.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::{Baseline, CheckResult, Evidence, Finding, Kind, Level, Report};
use crate::rules::Catalogue;

use super::{Style, markup};

mod places;
mod standing;

pub(super) use places::Places;
pub(super) use standing::cell;

/// What GitHub takes in an issue or a comment, in characters, with some room for a sentence of one's own.
const ISSUE: usize = 65_000;
/// What is said of what is left out.
const HIDDEN: &str = "the JSON report has all";
/// Where the last resort stops adding rules, in bytes; a rule takes some thousand at most.
const RULES: usize = 50_000;
/// What is shown of a rule; the next is tried when an issue cannot hold the last.
const CAPS: [Most; 3] = [Most::new(20, 3, 12), Most::new(5, 1, 6), Most::new(2, 1, 3)];

/// How much of a rule is shown.
#[derive(Clone, Copy)]
struct Most {
    findings: usize,
    evidence: usize,
    clauses: usize,
}

impl Most {
    const fn new(findings: usize, evidence: usize, clauses: usize) -> Self {
        Most {
            findings,
            evidence,
            clauses,
        }
    }
}

/// Writes the report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let page = |most, limit| {
        let page = Page {
            report,
            catalogue,
            places: Places::new(report),
            most,
            limit,
        };
        page.text()
    };
    let all = usize::MAX;
    let text = if style.verbose {
        page(Most::new(all, all, all), all)
    } else {
        let mut tried = CAPS.into_iter().map(|most| page(most, all));
        let short = tried.find(|text| text.chars().count() <= ISSUE);
        short.unwrap_or_else(|| page(Most::new(1, 0, 1), RULES))
    };
    sink.write_all(text.as_bytes())
}

struct Page<'a> {
    report: &'a Report,
    catalogue: &'a Catalogue,
    places: Places<'a>,
    most: Most,
    limit: usize,
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        self.faults(&mut out);
        for (level, title) in [
            (Level::Error, "Errors"),
            (Level::Warning, "Warnings"),
            (Level::Note, "Notes"),
            (Level::None, "Waived"),
        ] {
            let failing =
                |c: &&CheckResult| c.kind == Kind::Fail && c.weight() == level && !c.is_old();
            self.section(&mut out, title, failing, Page::failing);
        }
        self.old(&mut out);
        let review = |c: &&CheckResult| c.kind == Kind::Review;
        self.section(&mut out, "For a person to judge", review, Page::undecided);
        let open = |c: &&CheckResult| c.kind == Kind::Open;
        self.section(&mut out, "Cannot be known here", open, Page::undecided);
        self.folded(&mut out, Kind::Pass, "Met");
        self.folded(&mut out, Kind::NotApplicable, "Does not apply");
        self.statements(&mut out);
        self.readiness(&mut out);
        out
    }

    /// Rules that failed at the base already, by nothing new, and findings of the base that are gone: folded.
    fn old(&self, out: &mut String) {
        let old: Vec<_> = self.report.checks.iter().filter(|c| c.is_old()).collect();
        let rule = |check: &&CheckResult| {
            let (id, message) = (markup::code(&check.rule), markup::text(&check.message));
            format!("{id}: {message}")
        };
        self.fold(
            out,
            "There before, so not counted",
            old.iter().map(rule).collect(),
        );
        let checks = self.report.checks.iter();
        let gone = checks.flat_map(|check| {
            check.absent().map(|finding| {
                let place = finding.path.as_ref().or(finding.commit.as_ref());
                let place = place.unwrap_or(&finding.message);
                format!("{}: {}", markup::code(&check.rule), markup::code(place))
            })
        });
        self.fold(out, "Gone since the base", gone.collect());
    }

    fn fold(&self, out: &mut String, title: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let total = lines.len();
        let _ = writeln!(out, "\n<details>\n<summary>{title} ({total})</summary>\n");
        let most = self.most.findings.saturating_mul(5);
        for line in lines.iter().take(most) {
            let _ = writeln!(out, "- {line}");
        }
        if total > most {
            let _ = writeln!(out, "- {} more: {HIDDEN}", total - most);
        }
        let _ = writeln!(out, "\n</details>");
    }

    fn head(&self, out: &mut String) {
        let subject = &self.report.subject;
        let named = subject.slug.as_deref().unwrap_or(&subject.path);
        let _ = writeln!(out, "# Compliance report: {}\n", markup::code(named));
        let mut facts = Vec::new();
        if let Some(remote) = &subject.remote {
            let words = markup::code(remote);
            facts.push(format!("Repository: {}", markup::link(&words, remote)));
        }
        if let Some(id) = subject.at.as_ref().or(subject.head.as_ref()) {
            facts.push(format!("Commit: {}", self.places.commit(id)));
        }
        if let Some(id) = &subject.base {
            let base = self.places.commit(id);
            facts.push(format!(
                "Compared with: {base}; only what is new since then counts"
            ));
        }
        let profiles: Vec<_> = self
            .report
            .profiles
            .iter()
            .map(|p| markup::code(p))
            .collect();
        facts.push(if profiles.is_empty() {
            "Judged against: single rules".to_owned()
        } else {
            format!("Judged against: {}", profiles.join(", "))
        });
        let tool = format!("{} {}", self.report.tool.name, self.report.tool.version);
        facts.push(format!("Judged by: {}", markup::text(&tool)));
        for fact in facts {
            let _ = writeln!(out, "- {fact}");
        }
        for notice in &subject.notices {
            let _ = writeln!(out, "- Note: {}", markup::text(notice));
        }
        self.summary(out);
    }

    fn summary(&self, out: &mut String) {
        let sum = &self.report.summary;
        let old = self.report.checks.iter().filter(|c| c.is_old()).count();
        let waived_only = sum
            .fail
            .saturating_sub(sum.error + sum.warning + sum.note + old);
        let rows = [
            ("Errors", sum.error, "must be mended"),
            ("Warnings", sum.warning, "should be mended"),
            ("Notes", sum.note, "worth knowing"),
            (
                "Waived",
                waived_only,
                "every finding is covered by a waiver",
            ),
            (
                "There before",
                old,
                "failed at the base already, by nothing new",
            ),
            ("For a person to judge", sum.review, "no scan can decide it"),
            (
                "Cannot be known here",
                sum.open,
                "offline, shallow, or without a token",
            ),
            ("Met", sum.pass, "with evidence"),
            ("Does not apply", sum.not_applicable, ""),
            (
                "Faults",
                self.report.faults.len(),
                "something broke: the report is incomplete",
            ),
        ];
        let _ = writeln!(out, "\n| Verdict | Rules | |\n|---|---:|---|");
        for (name, count, about) in rows.iter().filter(|(_, count, _)| *count > 0) {
            let _ = writeln!(out, "| {name} | {count} | {about} |");
        }
        if sum.suppressed > 0 {
            let (noun, verb) = if sum.suppressed == 1 {
                ("finding", "is")
            } else {
                ("findings", "are")
            };
            let _ = writeln!(
                out,
                "\n{} {noun} {verb} covered by a waiver.",
                sum.suppressed
            );
        }
    }

    fn faults(&self, out: &mut String) {
        if self.report.faults.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## Faults ({})\n", self.report.faults.len());
        for fault in &self.report.faults {
            let (place, text) = (markup::code(&fault.r#where), markup::text(&fault.message));
            let _ = writeln!(out, "- {place}: {text}");
        }
    }

    fn section(
        &self,
        out: &mut String,
        title: &str,
        which: impl Fn(&&CheckResult) -> bool,
        each: fn(&Self, &mut String, &CheckResult),
    ) {
        let checks: Vec<_> = self.report.checks.iter().filter(which).collect();
        if checks.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n## {title} ({})", checks.len());
        for (at, check) in checks.iter().enumerate() {
            if out.len() > self.limit {
                let _ = writeln!(out, "\n{} more: {HIDDEN}", checks.len() - at);
                return;
            }
            self.rule(out, check);
            each(self, out, check);
        }
    }

    fn rule(&self, out: &mut String, check: &CheckResult) {
        let (id, message) = (markup::code(&check.rule), markup::text(&check.message));
        let _ = writeln!(out, "\n### {id}\n\n{message}");
    }

    /// What holds when the rule is met, and with `fix` how to get there.
    fn expected(&self, out: &mut String, check: &CheckResult, fix: bool) {
        let Some(rule) = self.catalogue.rule(&check.rule) else {
            return;
        };
        let _ = writeln!(out, "\n**Expected:** {}", markup::text(&rule.title));
        if fix {
            let _ = writeln!(out, "\n**Next step:** {}", markup::text(&flat(&rule.fix)));
        }
    }

    fn failing(&self, out: &mut String, check: &CheckResult) {
        self.list(out, check);
        self.expected(out, check, true);
        self.clauses(out, check);
    }

    fn list(&self, out: &mut String, check: &CheckResult) {
        let present = check.present();
        let lines: Vec<String> = present
            .iter()
            .take(self.most.findings)
            .filter_map(|finding| self.finding(check, finding))
            .collect();
        if !lines.is_empty() {
            out.push('\n');
        }
        for line in lines {
            let _ = writeln!(out, "- {line}");
        }
        let hidden = present.len().saturating_sub(self.most.findings);
        if hidden > 0 {
            let _ = writeln!(out, "- {hidden} more: {HIDDEN}");
        }
    }

    /// Place and message; nothing when it only repeats the rule's message without a place.
    fn finding(&self, check: &CheckResult, finding: &Finding) -> Option<String> {
        let mut place = Vec::new();
        if let Some(path) = &finding.path {
            place.push(self.places.file(path, finding.line, finding.is_absent()));
        }
        place.extend(finding.commit.as_ref().map(|id| self.places.commit(id)));
        let mut line = place.join(" ");
        let repeats = check.findings.len() == 1 && finding.message == check.message;
        if !repeats {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&markup::text(&finding.message));
        } else if finding.is_absent() {
            line.push_str(" is where it belongs");
        }
        line.push_str(match finding.baseline {
            Some(Baseline::New) => " (new)",
            Some(Baseline::Unchanged) => " (there before)",
            Some(Baseline::Absent) => " (gone)",
            None => "",
        });
        if let Some(waiver) = &finding.suppressed {
            let by = markup::code(&waiver.source);
            let _ = write!(line, " (waived by {by}: {}", markup::text(&waiver.reason));
            if let Some(day) = &waiver.expires {
                let _ = write!(line, ", until {}", markup::text(day));
            }
            line.push(')');
        }
        (!line.is_empty()).then_some(line)
    }

    fn undecided(&self, out: &mut String, check: &CheckResult) {
        let shown: Vec<_> = check.evidence.iter().take(self.most.evidence).collect();
        if !shown.is_empty() {
            out.push('\n');
        }
        for item in shown {
            let _ = writeln!(out, "- {}", self.looked(item));
        }
        self.expected(out, check, false);
        self.clauses(out, check);
    }

    /// The clauses that ask for it, those of one document in one link.
    fn clauses(&self, out: &mut String, check: &CheckResult) {
        let mut documents: Vec<(&str, &str, Vec<&str>)> = Vec::new();
        for clause in check.clauses.iter().take(self.most.clauses) {
            let (policy, url) = (clause.policy.as_str(), clause.url.as_str());
            let same = documents.iter_mut().find(|d| (d.0, d.1) == (policy, url));
            match same {
                Some((_, _, sections)) => sections.push(&clause.section),
                None => documents.push((policy, url, vec![&clause.section])),
            }
        }
        let mut cited: Vec<String> = documents
            .into_iter()
            .map(|(policy, url, sections)| {
                let words = format!("{policy}: {}", sections.join("; "));
                markup::link(&markup::text(&words), url)
            })
            .collect();
        let hidden = check.clauses.len().saturating_sub(self.most.clauses);
        if hidden > 0 {
            cited.push(format!("{hidden} more"));
        }
        if !cited.is_empty() {
            let _ = writeln!(out, "\nAsked by {}", cited.join(" · "));
        }
    }

    /// Verdicts that need no action, folded away.
    fn folded(&self, out: &mut String, kind: Kind, title: &str) {
        let checks: Vec<_> = self
            .report
            .checks
            .iter()
            .filter(|c| c.kind == kind)
            .collect();
        if checks.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n<details>\n<summary>{title} ({})</summary>\n",
            checks.len()
        );
        for (at, check) in checks.iter().enumerate() {
            if out.len() > self.limit {
                let _ = writeln!(out, "- {} more: {HIDDEN}", checks.len() - at);
                break;
            }
            let (id, message) = (markup::code(&check.rule), markup::text(&check.message));
            let _ = writeln!(out, "- {id}: {message}");
            for item in check.evidence.iter().take(self.most.evidence) {
                let _ = writeln!(out, "  - {}", self.looked(item));
            }
        }
        let _ = writeln!(out, "\n</details>");
    }

    fn looked(&self, item: &Evidence) -> String {
        let mut parts = Vec::new();
        if let Some(path) = &item.path {
            parts.push(self.places.file(path, item.line, false));
        }
        parts.extend(item.commit.as_ref().map(|id| self.places.commit(id)));
        parts.extend(
            item.url
                .as_ref()
                .map(|url| markup::link(&markup::code(url), url)),
        );
        parts.extend(item.license.as_ref().map(|license| markup::code(license)));
        let place = parts.join(" ");
        match &item.note {
            Some(note) if place.is_empty() => markup::text(note),
            Some(note) => format!("{place}: {}", markup::text(note)),
            None => place,
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
