// SPDX-License-Identifier: Apache-2.0

//! The audit for people, on a terminal: the verdict, when the custom began, years, authors, what to do.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};
use textwrap::core::display_width;

use crate::output::{Style, clean};
use crate::report::Kind;
use crate::report::dco::{Audit, Author, Counts, Failing};

use super::{count, number};

/// Authors at fault shown unless `--verbose`.
const AUTHORS: usize = 15;
/// Commits at fault shown unless `--verbose`.
const COMMITS: usize = 10;
/// Widest name and address in a table, in columns.
const PERSON: usize = 44;

struct Page<'a> {
    sink: &'a mut dyn Write,
    style: &'a Style,
}

/// Writes the audit.
pub(super) fn write(audit: &Audit, style: &Style, sink: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { sink, style };
    page.head(audit)?;
    page.verdict(audit)?;
    page.adoption(audit)?;
    page.years(audit)?;
    page.authors(audit)?;
    page.commits(audit)?;
    page.notes(audit)?;
    page.remedies(audit)
}

impl Page<'_> {
    fn paint(&self, paint: Paint, text: &str) -> String {
        if self.style.color && !text.is_empty() {
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

    /// `text` wrapped, under a label.
    fn block(&mut self, label: &str, text: &str) -> io::Result<()> {
        let follow = " ".repeat(display_width(label));
        let options = textwrap::Options::new(self.style.width.max(60))
            .initial_indent(label)
            .subsequent_indent(&follow)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        for line in textwrap::wrap(&clean::line(text), options) {
            writeln!(self.sink, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn head(&mut self, audit: &Audit) -> io::Result<()> {
        let subject = &audit.subject;
        let what = subject.slug.as_deref().unwrap_or(&subject.path);
        let mut parts = vec![clean::line(what)];
        if let Some(commit) = subject.at.as_ref().or(subject.head.as_ref()) {
            parts.push(format!("at {}", short(commit)));
        }
        let title = self.bold("provost dco");
        writeln!(self.sink, "{title} {}", parts.join(" · "))?;
        let how = format!(
            "commits: {} · identity: {}",
            shortened(&audit.range),
            audit.identity
        );
        let how = self.dim(&clean::line(&how));
        writeln!(self.sink, "{how}\n")
    }

    fn verdict(&mut self, audit: &Audit) -> io::Result<()> {
        let (word, color) = match audit.kind {
            Kind::Pass => ("signed off", AnsiColor::Green),
            Kind::Fail => ("not signed off", AnsiColor::Red),
            Kind::Open => ("cannot be known here", AnsiColor::Yellow),
            Kind::NotApplicable | Kind::Review => ("nothing to sign", AnsiColor::Cyan),
        };
        let word = self.paint(color.on_default().bold(), word);
        writeln!(self.sink, "{word}")?;
        self.block("  ", &audit.message)?;
        writeln!(self.sink)?;
        if audit.kind == Kind::NotApplicable {
            return Ok(());
        }
        let counts = &audit.counts;
        let rows = [
            ("signed", counts.signed, ""),
            (
                "squashed",
                counts.squashed,
                "of them, by the forge, with any sign-off",
            ),
            (
                "remediated",
                counts.remediated,
                "of them, by a later commit",
            ),
            ("unsigned", counts.unsigned, ""),
            (
                "mismatched",
                counts.mismatched,
                "signed by neither author nor committer",
            ),
            ("bots", counts.bots, "exempt"),
            ("merges", audit.merges, "exempt"),
            ("open", counts.open, "not to be decided from here"),
        ];
        for (word, n, note) in rows {
            if n > 0 || ["signed", "unsigned", "mismatched"].contains(&word) {
                let line = format!("  {word:<10} {:>9}  {note}", number(n));
                writeln!(self.sink, "{}", line.trim_end())?;
            }
        }
        writeln!(self.sink)
    }

    fn adoption(&mut self, audit: &Audit) -> io::Result<()> {
        let custom = &audit.adoption;
        let mut text = match (&custom.first_signed_date, &custom.first_signed) {
            (Some(day), Some(commit)) => format!("first signed commit {} of {day}", short(commit)),
            (None, Some(commit)) => format!("first signed commit {}", short(commit)),
            _ => return Ok(()),
        };
        if let Some(since) = &custom.proposed_since {
            let percent = custom.signed * 100 / custom.commits.max(1);
            text += &format!(
                "; from {since} on {percent} % are signed off ({} of {})",
                number(custom.signed),
                number(custom.commits)
            );
            if audit.kind == Kind::Fail && custom.commits < audit.counts.commits {
                text += &format!(": propose `since = \"{since}\"`");
            }
        }
        self.block("  ", &text)?;
        writeln!(self.sink)
    }

    fn years(&mut self, audit: &Audit) -> io::Result<()> {
        if audit.years.len() < 2 {
            return Ok(());
        }
        let title = format!(
            "{:<8}{:>9}{:>9}{:>10}{:>12}{:>8}{:>8}",
            "Year", "commits", "signed", "unsigned", "mismatched", "bots", "share"
        );
        let title = self.bold(&title);
        writeln!(self.sink, "{title}")?;
        for (year, counts) in &audit.years {
            let share = share(counts);
            let share = self.shade(&format!("{share:>8}"), counts);
            writeln!(
                self.sink,
                "{:<8}{:>9}{:>9}{:>10}{:>12}{:>8}{share}",
                clean::line(year),
                number(counts.commits),
                number(counts.signed),
                number(counts.unsigned),
                number(counts.mismatched),
                number(counts.bots),
            )?;
        }
        writeln!(self.sink)
    }

    fn shade(&self, text: &str, counts: &Counts) -> String {
        match counts.percent() {
            Some(100) => self.paint(AnsiColor::Green.on_default(), text),
            Some(95..) => self.paint(AnsiColor::Yellow.on_default(), text),
            Some(_) => self.paint(AnsiColor::Red.on_default(), text),
            None => self.dim(text),
        }
    }

    fn authors(&mut self, audit: &Audit) -> io::Result<()> {
        let failing = audit
            .authors
            .iter()
            .filter(|a| !a.failing.is_empty())
            .count();
        let most = match self.style.verbose {
            true => audit.authors.len(),
            false => failing.min(AUTHORS),
        };
        if most == 0 {
            return Ok(());
        }
        let room = self.style.width.saturating_sub(56).clamp(20, PERSON);
        let title = if self.style.verbose {
            format!("Authors ({})", number(audit.authors.len()))
        } else {
            format!(
                "Authors at fault ({} of {})",
                number(failing),
                number(audit.authors.len())
            )
        };
        let title = format!(
            "{}{:>9}{:>9}{:>10}{:>12}  {}",
            pad(&title, room + 2),
            "commits",
            "signed",
            "unsigned",
            "mismatched",
            "last at fault"
        );
        let title = self.bold(&title);
        writeln!(self.sink, "{title}")?;
        for author in audit.authors.iter().take(most) {
            self.author(author, room)?;
        }
        if most < failing {
            let more = format!(
                "  and {} more; --verbose or --format csv has all",
                number(failing - most)
            );
            let more = self.dim(&more);
            writeln!(self.sink, "{more}")?;
        }
        writeln!(self.sink)
    }

    fn author(&mut self, author: &Author, room: usize) -> io::Result<()> {
        let who = fitted(
            &clean::line(&format!("{} <{}>", author.name, author.email)),
            room,
        );
        let counts = &author.counts;
        let last = author.last_failing.as_deref().unwrap_or_default();
        let line = format!(
            "  {}{:>9}{:>9}{:>10}{:>12}  {}",
            pad(&who, room),
            number(counts.commits),
            number(counts.signed),
            number(counts.unsigned),
            number(counts.mismatched),
            clean::line(last)
        );
        writeln!(self.sink, "{}", line.trim_end())
    }

    fn commits(&mut self, audit: &Audit) -> io::Result<()> {
        let mut failing: Vec<&Failing> = audit.authors.iter().flat_map(|a| &a.failing).collect();
        // Newest first: the ones that can still be mended.
        failing.sort_by(|a, b| b.date.cmp(&a.date).then(a.commit.cmp(&b.commit)));
        let most = if self.style.verbose {
            usize::MAX
        } else {
            COMMITS
        };
        if failing.is_empty() {
            return Ok(());
        }
        let title = self.bold("Commits at fault, newest first");
        writeln!(self.sink, "{title}")?;
        for commit in failing.iter().take(most) {
            let label = format!("  {} ", short(&commit.commit));
            let found = match commit.found.as_slice() {
                [] => String::new(),
                found => format!("; found {}", found.join(", ")),
            };
            let mend = match &commit.remediation {
                Some(id) => format!(
                    "commit {} adds it, but .github/dco.yml does not let that count",
                    short(id)
                ),
                None => format!("`{}`", commit.mend),
            };
            let text = format!(
                "{} {}: expected Signed-off-by: {}{found}; {mend}",
                commit.date.as_deref().unwrap_or("no date"),
                commit.subject,
                commit.author
            );
            self.block(&label, &text)?;
        }
        let hidden = failing.len().saturating_sub(most);
        if hidden > 0 {
            let more = format!(
                "  and {} more; --verbose or --format json has all",
                number(hidden)
            );
            let more = self.dim(&more);
            writeln!(self.sink, "{more}")?;
        }
        writeln!(self.sink)
    }

    fn notes(&mut self, audit: &Audit) -> io::Result<()> {
        for note in &audit.notes {
            self.block("· ", note)?;
        }
        for fault in &audit.faults {
            let label = self.paint(AnsiColor::Red.on_default().bold(), "fault");
            let text = clean::line(&format!("{}: {}", fault.r#where, fault.message));
            writeln!(self.sink, "{label} {text}")?;
        }
        Ok(())
    }

    fn remedies(&mut self, audit: &Audit) -> io::Result<()> {
        for (at, remedy) in audit.remedies.iter().enumerate() {
            let what = format!(
                "Remediation {} of {}: {} by {}",
                at + 1,
                audit.remedies.len(),
                count(remedy.commits, "commit"),
                clean::line(&remedy.author)
            );
            let what = self.bold(&what);
            writeln!(self.sink, "\n{what}")?;
            let how = format!(
                "{} makes it with `git commit --allow-empty -F FILE`, FILE holding what stands between the lines:",
                remedy.by
            );
            self.block("  ", &how)?;
            let rule = self.dim(&"-".repeat(24));
            writeln!(self.sink, "{rule}")?;
            for line in remedy.message.lines() {
                writeln!(self.sink, "{}", clean::line(line))?;
            }
            writeln!(self.sink, "{rule}")?;
        }
        Ok(())
    }
}

fn share(counts: &Counts) -> String {
    counts
        .percent()
        .map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"))
}

fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// A range with short ids.
fn shortened(range: &str) -> String {
    let full = |word: &str| word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words: Vec<_> = range
        .split(' ')
        .map(|word| {
            let ids: Vec<_> = word
                .split("..")
                .map(|id| {
                    let bare = id.trim_start_matches('^');
                    match full(bare) {
                        true => id.replace(bare, short(bare)),
                        false => id.to_owned(),
                    }
                })
                .collect();
            ids.join("..")
        })
        .collect();
    words.join(" ")
}

/// Cut to so many columns.
fn fitted(text: &str, room: usize) -> String {
    if display_width(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if display_width(&out) + display_width(c.encode_utf8(&mut [0; 4])) >= room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Filled up to so many columns.
fn pad(text: &str, room: usize) -> String {
    format!(
        "{text}{}",
        " ".repeat(room.saturating_sub(display_width(text)))
    )
}
