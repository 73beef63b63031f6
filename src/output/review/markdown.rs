// SPDX-License-Identifier: Apache-2.0

//! The review for a committee's tracker: an issue, a comment, minutes.

use std::io::{self, Write};

use crate::output::markup::{code, link, text};
use crate::output::permalink;
use crate::report::review::{Change, Review, State};

use super::{SECTIONS, ordered, person, questions, short, span};

/// Commits named of one change.
const COMMITS: usize = 8;
/// Most names of one list.
const NAMES: usize = 200;

/// Writes the review.
pub(in crate::output) fn write(review: &Review, sink: &mut dyn Write) -> io::Result<()> {
    let subject = &review.report.subject;
    let what = subject.slug.as_deref().unwrap_or(&subject.path);
    writeln!(
        sink,
        "# Annual review of {}\n\n{}\n",
        code(what),
        text(&span(review))
    )?;
    if review.since.commit.is_some() {
        changes(review, sink)?;
        people(review, sink)?;
        for (section, title) in SECTIONS {
            writeln!(sink, "## {section}. {title}\n")?;
            for question in questions(review, section) {
                let answer = question
                    .answer
                    .as_deref()
                    .map_or("_to be answered_".to_owned(), text);
                writeln!(sink, "- **{}** {answer}", text(&question.text))?;
            }
            writeln!(sink)?;
        }
    }
    if !review.expiring.is_empty() {
        writeln!(sink, "## Expiring soon, or expired\n")?;
        for one in &review.expiring {
            writeln!(
                sink,
                "- {} {} {}: {}",
                one.expires,
                one.what,
                code(&one.of),
                text(&one.text)
            )?;
        }
        writeln!(sink)?;
    }
    if !review.remarks.is_empty() {
        writeln!(sink, "## To be known\n")?;
        for remark in &review.remarks {
            writeln!(sink, "- {}", text(remark))?;
        }
    }
    Ok(())
}

fn changes(review: &Review, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "## What changed\n")?;
    if review.changes.is_empty() {
        writeln!(
            sink,
            "No document or statement that a committee follows has changed.\n"
        )?;
        return Ok(());
    }
    for change in ordered(review) {
        writeln!(
            sink,
            "- **{} {}** {}: {}",
            code(&change.artefact),
            change.change.as_str(),
            where_it_is(review, change),
            text(&change.summary)
        )?;
        for sentence in &change.sentences {
            let mark = if sentence.added { "+" } else { "\u{2212}" };
            writeln!(sink, "  - {mark} {}", code(&sentence.text))?;
        }
        let remote = review.report.subject.remote.as_deref();
        let shown = change.commits.iter().take(COMMITS).map(|id| {
            let words = code(short(id));
            match permalink::commit(remote, id) {
                Some(url) => link(&words, &url),
                None => words,
            }
        });
        let shown: Vec<String> = shown.collect();
        if !shown.is_empty() {
            let more = change.commits.len().saturating_sub(COMMITS);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            writeln!(sink, "  - commits {}{more}", shown.join(" "))?;
        }
    }
    for passing in &review.passing {
        writeln!(sink, "- {}", text(&passing.summary))?;
    }
    writeln!(sink)
}

fn where_it_is(review: &Review, change: &Change) -> String {
    let remote = review.report.subject.remote.as_deref();
    let place = |state: &State, commit: Option<&str>| {
        let words = code(&state.path);
        let url = commit.and_then(|id| permalink::file(remote, id, &state.path, state.line));
        url.map_or(words.clone(), |url| link(&words, &url))
    };
    let from = change
        .from
        .as_ref()
        .map(|s| place(s, review.since.commit.as_deref()));
    let to = change
        .to
        .as_ref()
        .map(|s| place(s, review.at.commit.as_deref()));
    match (from, to) {
        (Some(from), Some(to))
            if change.from.as_ref().map(|s| &s.path) != change.to.as_ref().map(|s| &s.path) =>
        {
            format!("{from} \u{2192} {to}")
        }
        (_, Some(one)) | (Some(one), None) => one,
        (None, None) => String::new(),
    }
}

fn people(review: &Review, sink: &mut dyn Write) -> io::Result<()> {
    let people = &review.people;
    let adopters = &review.adopters;
    let lists = [
        ("came", people.added.iter().map(person).collect::<Vec<_>>()),
        ("left", people.removed.iter().map(person).collect()),
        (
            "described otherwise",
            people.changed.iter().map(person).collect(),
        ),
        ("adopters that came", adopters.added.clone()),
        ("adopters that left", adopters.removed.clone()),
    ];
    if lists.iter().all(|(_, list)| list.is_empty()) {
        return Ok(());
    }
    writeln!(sink, "## People and adopters\n")?;
    for (word, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        writeln!(sink, "- {word}:")?;
        for one in list.iter().take(NAMES) {
            writeln!(sink, "  - {}", text(one))?;
        }
    }
    writeln!(sink)
}
