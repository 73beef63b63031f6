// SPDX-License-Identifier: Apache-2.0

//! For people: what fails first, with its places, what was found and expected, and the next step.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use crate::report::{Baseline, CheckResult, Evidence, Finding, Kind, Level, Report};
use crate::rules::Catalogue;

use super::Style;
use super::clean;

mod standing;

/// Findings shown per rule unless `--verbose`.
const FINDINGS: usize = 5;
/// The check whose questions only a statement answers.
const ATTEST: &str = "attest";
/// Indentation of what belongs to a rule.
const INDENT: usize = 4;

struct Page<'a> {
    sink: &'a mut dyn Write,
    style: &'a Style,
    catalogue: &'a Catalogue,
}

/// Writes the report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page {
        sink,
        style,
        catalogue,
    };
    page.head(report)?;
    for level in [Level::Error, Level::Warning, Level::Note, Level::None] {
        for check in report
            .checks
            .iter()
            .filter(|c| c.kind == Kind::Fail && c.weight() == level && !c.is_old())
        {
            page.failing(check)?;
        }
    }
    page.old(report)?;
    page.gone(report)?;
    page.undecided(report, Kind::Review, "For a person to judge")?;
    page.attest(report)?;
    page.undecided(report, Kind::Open, "Cannot be known here")?;
    page.met(report)?;
    page.statements(report)?;
    page.readiness(report)?;
    page.faults(report)?;
    page.summary(report)
}

impl Page<'_> {
    fn paint(&self, paint: Paint, text: &str) -> String {
        if self.style.color {
            format!("{paint}{text}{paint:#}")
        } else {
            text.to_owned()
        }
    }

    fn bold(&self, text: &str) -> String {
        self.paint(Paint::new().bold(), text)
    }

    fn dim(&self, text: &str) -> String {
        self.paint(Paint::new().dimmed(), text)
    }

    /// `text` wrapped and indented; nothing of the repository stands at a line's start.
    fn block(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.hanging(indent, indent, "", text)
    }

    fn hanging(&mut self, first: usize, rest: usize, label: &str, text: &str) -> io::Result<()> {
        let (lead, follow) = (" ".repeat(first) + label, " ".repeat(rest));
        let options = textwrap::Options::new(self.style.width.max(rest + 30))
            .initial_indent(&lead)
            .subsequent_indent(&follow)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(&clean::line(text), options) {
            writeln!(self.sink, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn head(&mut self, report: &Report) -> io::Result<()> {
        let subject = &report.subject;
        let mut parts = vec![clean::line(&subject.path)];
        if let Some(commit) = subject.at.as_ref().or(subject.head.as_ref()) {
            parts.push(format!("at {}", short(commit)));
        }
        if let Some(remote) = &subject.remote {
            parts.push(clean::line(remote));
        }
        let profiles = if report.profiles.is_empty() {
            "single rules".to_owned()
        } else {
            report.profiles.join(", ")
        };
        let title = self.bold("provost");
        writeln!(self.sink, "{title} {}", parts.join(" · "))?;
        let mut against = format!("judged against {}", clean::line(&profiles));
        if let Some(base) = &subject.base {
            against.push_str(&format!("; only what is new since {} counts", short(base)));
        }
        writeln!(self.sink, "{}\n", self.dim(&against))
    }

    /// Rules that failed at the base already, by nothing new.
    fn old(&mut self, report: &Report) -> io::Result<()> {
        let old: Vec<_> = report.checks.iter().filter(|c| c.is_old()).collect();
        if old.is_empty() {
            return Ok(());
        }
        let title = self.bold(&format!("There before, so not counted ({})", old.len()));
        writeln!(self.sink, "{title}")?;
        for check in old {
            let text = format!("{}: ", check.rule);
            self.hanging(2, INDENT, &text, &check.message)?;
            if self.style.verbose {
                self.findings(check)?;
            }
        }
        writeln!(self.sink)
    }

    /// What the change has mended.
    fn gone(&mut self, report: &Report) -> io::Result<()> {
        let gone = || {
            let checks = report.checks.iter();
            checks.flat_map(|check| check.absent().map(move |finding| (check, finding)))
        };
        let count = gone().count();
        if count == 0 {
            return Ok(());
        }
        writeln!(
            self.sink,
            "{}",
            self.bold(&format!("Gone since the base ({count})"))
        )?;
        let shown = if self.style.verbose { count } else { FINDINGS };
        for (check, finding) in gone().take(shown) {
            let place = place_of(finding);
            let text = if place.is_empty() {
                finding.message.clone()
            } else {
                place
            };
            self.hanging(2, INDENT, &format!("{}: ", check.rule), &text)?;
        }
        if count > shown {
            let more = format!("  and {} more; --verbose shows all", count - shown);
            writeln!(self.sink, "{}", self.dim(&more))?;
        }
        writeln!(self.sink)
    }

    fn failing(&mut self, check: &CheckResult) -> io::Result<()> {
        let (word, color) = match check.level {
            Level::Error => ("error", AnsiColor::Red),
            Level::Warning => ("warning", AnsiColor::Yellow),
            Level::Note => ("note", AnsiColor::Cyan),
            Level::None => ("waived", AnsiColor::BrightBlack),
        };
        let word = self.paint(color.on_default().bold(), word);
        writeln!(self.sink, "{word} {}", self.bold(&check.rule))?;
        self.block(INDENT, &check.message)?;
        self.findings(check)?;
        if self.style.verbose {
            self.evidence(&check.evidence)?;
        }
        if let Some(rule) = self.catalogue.rule(&check.rule) {
            // Some messages end in the step already, with this project's own words in it.
            let step = first_sentence(&rule.fix);
            if !check.message.contains(step.trim_end_matches('.')) {
                self.hanging(INDENT, INDENT + 6, "next: ", step)?;
            }
        }
        self.clauses(check)?;
        writeln!(self.sink)
    }

    fn findings(&mut self, check: &CheckResult) -> io::Result<()> {
        // One finding that only repeats the message adds nothing but its place.
        let shown = if self.style.verbose {
            usize::MAX
        } else {
            FINDINGS
        };
        let present = check.present();
        // What is said of every place alike is said once; the places follow.
        let alike = match present.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => rest
                .iter()
                .all(|f| f.message == first.message)
                .then_some(&first.message),
            _ => None,
        };
        if let Some(message) = alike {
            self.block(INDENT, &format!("Each: {message}"))?;
        }
        for finding in present.iter().take(shown) {
            let place = place_of(finding);
            let repeats = present.len() == 1 && finding.message == check.message
                || alike.is_some() && !place.is_empty();
            let text = match (place.is_empty(), repeats) {
                (true, true) => continue,
                // Something absent: the message has named the place already.
                (false, true) if alike.is_none() && check.message.contains(&place) => continue,
                (false, true) => place,
                (true, false) => finding.message.clone(),
                (false, false) => format!("{place}: {}", finding.message),
            };
            let old = finding.baseline == Some(Baseline::Unchanged) && !check.is_old();
            let text = if old {
                format!("{text} (there before)")
            } else {
                text
            };
            self.hanging(INDENT, INDENT + 2, "- ", &text)?;
            if let Some(waiver) = &finding.suppressed {
                let text = format!("waived by {}: {}", waiver.source, waiver.reason);
                self.block(INDENT + 2, &text)?;
            }
        }
        let hidden = present.len().saturating_sub(shown);
        if hidden > 0 {
            let more = format!(
                "{}- and {hidden} more; --verbose shows all",
                " ".repeat(INDENT)
            );
            writeln!(self.sink, "{}", self.dim(&more))?;
        }
        Ok(())
    }

    fn evidence(&mut self, evidence: &[Evidence]) -> io::Result<()> {
        for item in evidence {
            self.hanging(INDENT, INDENT + 2, "* ", &shown(item))?;
        }
        Ok(())
    }

    fn clauses(&mut self, check: &CheckResult) -> io::Result<()> {
        let shown = if self.style.verbose { usize::MAX } else { 3 };
        let mut cited: Vec<_> = check
            .clauses
            .iter()
            .take(shown)
            .map(|c| format!("{} §{}", c.policy, c.section))
            .collect();
        if check.clauses.len() > shown {
            cited.push(format!("{} more", check.clauses.len() - shown));
        }
        cited.push(format!("provost explain {}", check.rule));
        let line = format!("{}{}", " ".repeat(INDENT), clean::line(&cited.join(" · ")));
        writeln!(self.sink, "{}", self.dim(&line))
    }

    fn undecided(&mut self, report: &Report, kind: Kind, title: &str) -> io::Result<()> {
        let compact = !self.style.verbose;
        let wanted = |c: &&CheckResult| c.kind == kind && !(compact && self.is_statement(c));
        let checks: Vec<_> = report.checks.iter().filter(wanted).collect();
        if checks.is_empty() {
            return Ok(());
        }
        writeln!(
            self.sink,
            "{}",
            self.bold(&format!("{title} ({})", checks.len()))
        )?;
        for check in checks {
            self.hanging(2, INDENT, &format!("{}: ", check.rule), &check.message)?;
            let most = if compact {
                usize::from(kind == Kind::Review)
            } else {
                usize::MAX
            };
            for item in check.evidence.iter().take(most) {
                self.hanging(INDENT, INDENT + 2, "* ", &shown(item))?;
            }
        }
        writeln!(self.sink)
    }

    /// Questions that only a statement in the configuration answers: their names are enough here.
    fn attest(&mut self, report: &Report) -> io::Result<()> {
        let checks: Vec<_> = report
            .checks
            .iter()
            .filter(|c| self.is_statement(c))
            .collect();
        if self.style.verbose || checks.is_empty() {
            return Ok(());
        }
        writeln!(
            self.sink,
            "{}",
            self.bold(&format!("To attest ({})", checks.len()))
        )?;
        for check in &checks {
            let title = self
                .catalogue
                .rule(&check.rule)
                .map_or("", |rule| rule.title.as_str());
            let line = format!("  {:<31} {title}", check.rule);
            writeln!(self.sink, "{}", cut(&clean::line(&line), self.style.width))?;
        }
        let hint = "  No scan can see these; `provost explain RULE` shows the statement to write.";
        writeln!(self.sink, "{}\n", self.dim(hint))
    }

    fn is_statement(&self, check: &CheckResult) -> bool {
        let rule = self.catalogue.rule(&check.rule);
        check.kind == Kind::Review && rule.is_some_and(|rule| rule.check == ATTEST)
    }

    fn met(&mut self, report: &Report) -> io::Result<()> {
        for (kind, title) in [(Kind::Pass, "Met"), (Kind::NotApplicable, "Does not apply")] {
            let checks: Vec<_> = report.checks.iter().filter(|c| c.kind == kind).collect();
            if checks.is_empty() {
                continue;
            }
            writeln!(
                self.sink,
                "{}",
                self.bold(&format!("{title} ({})", checks.len()))
            )?;
            if self.style.verbose {
                for check in checks {
                    self.hanging(2, INDENT, &format!("{}: ", check.rule), &check.message)?;
                    self.evidence(&check.evidence)?;
                }
            } else {
                for check in checks {
                    let place = check.evidence.first().map(shown).unwrap_or_default();
                    let text = if kind == Kind::Pass && !place.is_empty() {
                        place
                    } else {
                        check.message.clone()
                    };
                    let line = format!("  {:<31} {}", check.rule, clean::line(&text));
                    writeln!(self.sink, "{}", cut(&line, self.style.width))?;
                }
            }
            writeln!(self.sink)?;
        }
        Ok(())
    }

    fn faults(&mut self, report: &Report) -> io::Result<()> {
        for fault in &report.faults {
            let label = self.paint(AnsiColor::Red.on_default().bold(), "fault ");
            let text = format!("{}: {}", fault.r#where, fault.message);
            writeln!(self.sink, "{label}{}", clean::line(&text))?;
        }
        if report.faults.is_empty() {
            Ok(())
        } else {
            writeln!(self.sink)
        }
    }

    fn summary(&mut self, report: &Report) -> io::Result<()> {
        let sum = &report.summary;
        let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        let mut parts = Vec::new();
        let levels = [
            (sum.error, "error"),
            (sum.warning, "warning"),
            (sum.note, "note"),
        ];
        parts.extend(
            levels
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, word)| count(*n, word)),
        );
        let others = [
            (sum.review, "for a person"),
            (sum.open, "open"),
            (sum.pass, "met"),
            (sum.not_applicable, "not applicable"),
            (sum.suppressed, "waived"),
        ];
        parts.extend(
            others
                .iter()
                .filter(|(n, _)| *n > 0)
                .map(|(n, word)| format!("{n} {word}")),
        );
        if !report.faults.is_empty() {
            parts.push(count(report.faults.len(), "fault"));
        }
        let rules = count(report.checks.len(), "rule");
        let mut line = format!("{rules}: {}", parts.join(", "));
        if let Some(counts) = &sum.baseline {
            line.push_str(&format!(
                "; findings: {} new, {} there before, {} gone",
                counts.new, counts.unchanged, counts.absent
            ));
        }
        writeln!(self.sink, "{}", self.bold(&line))
    }
}

fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

fn place_of(finding: &Finding) -> String {
    let mut place = finding.path.clone().unwrap_or_default();
    if let Some(line) = finding.line {
        place.push_str(&format!(":{line}"));
    }
    if let Some(commit) = &finding.commit {
        if !place.is_empty() {
            place.push(' ');
        }
        place.push_str(short(commit));
    }
    place
}

fn shown(item: &Evidence) -> String {
    let mut parts = Vec::new();
    if let Some(path) = &item.path {
        parts.push(
            item.line
                .map_or_else(|| path.clone(), |line| format!("{path}:{line}")),
        );
    }
    parts.extend(item.commit.as_deref().map(|id| short(id).to_owned()));
    parts.extend(item.url.clone());
    parts.extend(item.license.clone());
    let place = parts.join(" ");
    match &item.note {
        Some(note) if place.is_empty() => note.clone(),
        Some(note) => format!("{place} ({note})"),
        None => place,
    }
}

fn first_sentence(text: &str) -> &str {
    let end = text
        .find(". ")
        .or_else(|| text.find(".\n"))
        .map_or(text.len(), |at| at + 1);
    &text[..end]
}

fn cut(line: &str, width: usize) -> String {
    if line.chars().count() <= width {
        return line.to_owned();
    }
    line.chars()
        .take(width.saturating_sub(1))
        .chain(std::iter::once('…'))
        .collect()
}
