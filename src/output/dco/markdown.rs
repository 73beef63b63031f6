// SPDX-License-Identifier: Apache-2.0

//! The audit for an issue or a job summary: verdict, years, authors at fault, messages that mend.

use std::io::{self, Write};

use crate::output::{Style, markup};
use crate::report::Kind;
use crate::report::dco::{Audit, Counts};

use super::number;

/// Authors shown unless `--verbose`.
const AUTHORS: usize = 50;

/// Writes the audit.
pub(super) fn write(audit: &Audit, style: &Style, sink: &mut dyn Write) -> io::Result<()> {
    let subject = &audit.subject;
    let what = subject.slug.as_deref().unwrap_or(&subject.path);
    writeln!(sink, "# Sign-offs of {}\n", markup::code(what))?;
    let verdict = match audit.kind {
        Kind::Pass => "Signed off",
        Kind::Fail => "Not signed off",
        Kind::Open => "Cannot be known here",
        Kind::NotApplicable | Kind::Review => "Nothing to sign",
    };
    writeln!(sink, "**{verdict}**: {}\n", markup::text(&audit.message))?;
    writeln!(
        sink,
        "Commits: {}; identity: {}; merges, which need none: {}.\n",
        markup::code(&audit.range),
        markup::code(&audit.identity),
        number(audit.merges)
    )?;
    table(audit, sink)?;
    authors(audit, style, sink)?;
    for note in &audit.notes {
        writeln!(sink, "- {}", markup::text(note))?;
    }
    for fault in &audit.faults {
        let text = format!("{}: {}", fault.r#where, fault.message);
        writeln!(sink, "- **fault** {}", markup::text(&text))?;
    }
    remedies(audit, sink)
}

fn row(sink: &mut dyn Write, label: &str, counts: &Counts) -> io::Result<()> {
    let share = counts
        .percent()
        .map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
    writeln!(
        sink,
        "| {label} | {} | {} | {} | {} | {} | {share} |",
        number(counts.commits),
        number(counts.signed),
        number(counts.unsigned),
        number(counts.mismatched),
        number(counts.bots)
    )
}

fn head(sink: &mut dyn Write, label: &str) -> io::Result<()> {
    writeln!(
        sink,
        "| {label} | commits | signed | unsigned | mismatched | bots | share |"
    )?;
    writeln!(sink, "|---|--:|--:|--:|--:|--:|--:|")
}

fn table(audit: &Audit, sink: &mut dyn Write) -> io::Result<()> {
    head(sink, "Year")?;
    for (year, counts) in &audit.years {
        row(sink, &markup::text(year), counts)?;
    }
    row(sink, "All", &audit.counts)?;
    let counts = &audit.counts;
    if counts.squashed + counts.remediated > 0 {
        writeln!(
            sink,
            "\nAmong the signed: {} squashed by the forge with any sign-off, {} signed by a later remediation commit.",
            number(counts.squashed),
            number(counts.remediated)
        )?;
    }
    let custom = &audit.adoption;
    if let Some(since) = &custom.proposed_since {
        writeln!(
            sink,
            "\nFrom {} on {} of {} are signed off.",
            markup::text(since),
            number(custom.signed),
            number(custom.commits)
        )?;
    }
    writeln!(sink)
}

fn authors(audit: &Audit, style: &Style, sink: &mut dyn Write) -> io::Result<()> {
    let shown = audit
        .authors
        .iter()
        .filter(|author| style.verbose || !author.failing.is_empty());
    let most = if style.verbose { usize::MAX } else { AUTHORS };
    let total = shown.clone().count();
    if total == 0 {
        return Ok(());
    }
    head(
        sink,
        if style.verbose {
            "Author"
        } else {
            "Author at fault"
        },
    )?;
    for author in shown.take(most) {
        // A bar inside code ends the cell.
        let who = format!("{} <{}>", author.name, author.email).replace('|', "¦");
        row(sink, &markup::code(&who), &author.counts)?;
    }
    if total > most {
        writeln!(
            sink,
            "\n{} more are in the JSON and CSV forms.",
            number(total - most)
        )?;
    }
    writeln!(sink)
}

fn remedies(audit: &Audit, sink: &mut dyn Write) -> io::Result<()> {
    for remedy in &audit.remedies {
        writeln!(
            sink,
            "\n## Remediation of {} by {}\n",
            number(remedy.commits),
            markup::code(&remedy.author)
        )?;
        writeln!(
            sink,
            "{} makes this commit with `git commit --allow-empty -F FILE`:\n",
            markup::code(&remedy.by)
        )?;
        for line in remedy.message.lines() {
            // Indented code: nothing in it ends it.
            writeln!(sink, "    {}", crate::output::clean::line(line))?;
        }
    }
    Ok(())
}
