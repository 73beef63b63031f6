// SPDX-License-Identifier: Apache-2.0

//! The review for people, on a terminal: what changed, who came and left, the questions.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use crate::output::{Style, clean};
use crate::report::review::{Change, ChangeKind, Review};

use super::{SECTIONS, ordered, person, places, questions, short, span};

/// Commits named of one change unless `--verbose`.
const COMMITS: usize = 6;
/// Sentences shown of one change unless `--verbose`.
const SENTENCES: usize = 4;
/// Names shown of one list unless `--verbose`.
const NAMES: usize = 30;

struct Page<'a> {
    sink: &'a mut dyn Write,
    style: &'a Style,
}

/// Writes the review.
pub(in crate::output) fn write(
    review: &Review,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page { sink, style };
    page.head(review)?;
    if review.since.commit.is_some() {
        page.changes(review)?;
        page.people(review)?;
        page.questions(review)?;
        page.expiring(review)?;
    }
    page.remarks(review)
}

impl Page<'_> {
    fn paint(&self, paint: Paint, text: &str) -> String {
        if self.style.color {
            format!("{paint}{text}{paint:#}")
        } else {
            text.to_owned()
        }
    }

    fn title(&mut self, text: &str) -> io::Result<()> {
        let shown = self.paint(Paint::new().bold(), text);
        writeln!(self.sink, "{shown}")
    }

    fn block(&mut self, indent: usize, label: &str, text: &str) -> io::Result<()> {
        let lead = " ".repeat(indent) + label;
        let follow = " ".repeat(indent + label.chars().count());
        let options = textwrap::Options::new(self.style.width.max(60))
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

    fn head(&mut self, review: &Review) -> io::Result<()> {
        let name = self.paint(Paint::new().bold(), "provost review");
        let subject = &review.report.subject;
        let what = subject.slug.as_deref().unwrap_or(&subject.path);
        writeln!(
            self.sink,
            "{name} {} \u{b7} {}\n",
            clean::line(what),
            clean::line(&span(review))
        )
    }

    fn changes(&mut self, review: &Review) -> io::Result<()> {
        let count = review.changes.len();
        if count == 0 {
            self.title("No document or statement that a committee follows has changed")?;
        } else {
            self.title(&format!("What changed ({count})"))?;
        }
        for change in ordered(review) {
            self.change(change)?;
        }
        for passing in &review.passing {
            self.block(2, "\u{b7} ", &passing.summary)?;
            self.commits(&passing.commits)?;
        }
        writeln!(self.sink)
    }

    fn change(&mut self, change: &Change) -> io::Result<()> {
        let color = match change.change {
            ChangeKind::Added => AnsiColor::Green,
            ChangeKind::Removed => AnsiColor::Red,
            ChangeKind::Moved => AnsiColor::Cyan,
            ChangeKind::Edited => AnsiColor::Yellow,
            ChangeKind::Cosmetic => AnsiColor::BrightBlack,
        };
        let word = format!("{:<8}", change.change.as_str());
        let word = self.paint(color.on_default(), &word);
        let name = self.paint(Paint::new().bold(), &change.artefact);
        writeln!(
            self.sink,
            "  {word} {name}  {}",
            clean::line(&places(change))
        )?;
        self.block(11, "", &change.summary)?;
        let most = if self.style.verbose {
            usize::MAX
        } else {
            SENTENCES
        };
        for sentence in change.sentences.iter().take(most) {
            let mark = if sentence.added { "+ " } else { "\u{2212} " };
            self.block(11, mark, &sentence.text)?;
        }
        self.commits(&change.commits)
    }

    fn commits(&mut self, commits: &[String]) -> io::Result<()> {
        if commits.is_empty() {
            return Ok(());
        }
        let most = if self.style.verbose {
            usize::MAX
        } else {
            COMMITS
        };
        let mut shown: Vec<&str> = commits.iter().take(most).map(|id| short(id)).collect();
        let more = format!("and {} more", commits.len().saturating_sub(most));
        if commits.len() > most {
            shown.push(&more);
        }
        let text = self.paint(Paint::new().dimmed(), &shown.join(" "));
        writeln!(self.sink, "           {text}")
    }

    fn people(&mut self, review: &Review) -> io::Result<()> {
        let lists = [
            ("+ ", &review.people.added),
            ("\u{2212} ", &review.people.removed),
            ("~ ", &review.people.changed),
        ];
        if lists.iter().any(|(_, list)| !list.is_empty()) {
            self.title("People")?;
            for (mark, list) in lists {
                for member in list {
                    self.block(2, mark, &person(member))?;
                }
            }
            writeln!(self.sink)?;
        }
        let adopters = [
            ("+ ", &review.adopters.added),
            ("\u{2212} ", &review.adopters.removed),
        ];
        if adopters.iter().any(|(_, list)| !list.is_empty()) {
            self.title("Adopters")?;
            for (mark, list) in adopters.into_iter().filter(|(_, list)| !list.is_empty()) {
                let most = if self.style.verbose {
                    usize::MAX
                } else {
                    NAMES
                };
                let mut names: Vec<String> = list.iter().take(most).cloned().collect();
                if list.len() > most {
                    names.push(format!("and {} more", list.len() - most));
                }
                self.block(2, mark, &names.join(", "))?;
            }
            writeln!(self.sink)?;
        }
        Ok(())
    }

    fn questions(&mut self, review: &Review) -> io::Result<()> {
        for (section, title) in SECTIONS {
            self.title(&format!("{section}. {title}"))?;
            for question in questions(review, section) {
                self.block(2, "", &question.text)?;
                match &question.answer {
                    Some(answer) => self.block(4, "", answer)?,
                    None => self.block(4, "", "________  (for people to answer)")?,
                }
            }
            writeln!(self.sink)?;
        }
        Ok(())
    }

    fn expiring(&mut self, review: &Review) -> io::Result<()> {
        if review.expiring.is_empty() {
            return Ok(());
        }
        self.title("Expiring soon, or expired")?;
        for one in &review.expiring {
            let text = format!(
                "{} {} ({}): {}, {}",
                one.expires, one.what, one.of, one.text, one.source
            );
            self.block(2, "", &text)?;
        }
        writeln!(self.sink)
    }

    fn remarks(&mut self, review: &Review) -> io::Result<()> {
        let faults = review.report.faults.iter();
        let faults = faults.map(|f| format!("{}: {}", f.r#where, f.message));
        let all: Vec<String> = review.remarks.iter().cloned().chain(faults).collect();
        if all.is_empty() {
            return Ok(());
        }
        self.title("To be known")?;
        for remark in all {
            self.block(2, "\u{b7} ", &remark)?;
        }
        Ok(())
    }
}
