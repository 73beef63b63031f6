// SPDX-License-Identifier: Apache-2.0

//! One licence file, read: which licences it holds or names, and what in it needs a person.

use crate::report::Evidence;

use super::expression;
use super::find::LicenseFile;
use super::identify::{Identified, Part, PartKind, identify};
use super::names;

/// Largest text that is compared, in bytes; the longest licence has 60 kB.
const TEXT_LIMIT: usize = 1 << 20;

/// What a licence file came to.
pub(crate) struct Reading<'a> {
    /// The file.
    pub(crate) file: LicenseFile<'a>,
    /// Its parts.
    pub(crate) identified: Identified,
    /// Licences whose full text it holds, exceptions attached, in order.
    pub(crate) texts: Vec<String>,
    /// Licences it only names.
    pub(crate) names: Vec<String>,
    /// Whether its own words offer a choice between its licences.
    pub(crate) choice: bool,
    /// Why a person has to look: line and reason.
    pub(crate) doubts: Vec<(u64, String)>,
}

impl<'a> Reading<'a> {
    /// Reads `text`.
    pub(crate) fn of(file: LicenseFile<'a>, text: &str) -> Self {
        let end = (0..=TEXT_LIMIT.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let identified = identify(&text[..end]);
        let texts = terms(&identified.parts);
        let names = if texts.is_empty() {
            named(text)
        } else {
            Vec::new()
        };
        let choice = identified
            .rest
            .iter()
            .any(|(_, words)| offers_choice(words));
        let mut reading = Reading {
            file,
            identified,
            texts,
            names,
            choice,
            doubts: Vec::new(),
        };
        reading.doubts = reading.find_doubts(end < text.len());
        reading
    }

    /// Whether the file holds a full text.
    pub(crate) fn has_text(&self) -> bool {
        !self.texts.is_empty()
    }

    /// The file's own expression.
    pub(crate) fn expression(&self) -> Option<String> {
        let terms = if self.has_text() {
            &self.texts
        } else {
            &self.names
        };
        let operator = if self.choice { "OR" } else { "AND" };
        (!terms.is_empty()).then(|| expression::join(terms, operator))
    }

    fn find_doubts(&self, cut: bool) -> Vec<(u64, String)> {
        let mut doubts = Vec::new();
        for part in self
            .identified
            .parts
            .iter()
            .filter(|p| p.kind == PartKind::Changed)
        {
            doubts.push((part.line, changed(part)));
        }
        for (line, words) in &self.identified.rest {
            if let Some(found) = restriction(words) {
                doubts.push((
                    *line,
                    format!("words beside the licence may limit it: \u{201c}{found}\u{201d}"),
                ));
            }
        }
        if cut {
            doubts.push((
                1,
                format!("only its first {TEXT_LIMIT} bytes were compared"),
            ));
        }
        doubts
    }

    /// Its first full text, else the text that comes nearest to one.
    pub(crate) fn best(&self) -> Option<&Part> {
        let parts = &self.identified.parts;
        let full = parts.iter().find(|p| p.kind != PartKind::Changed);
        full.or(parts.first())
    }

    /// What the file is evidence of.
    pub(crate) fn evidence(&self) -> Evidence {
        let mut evidence = match self.best() {
            Some(part) => Evidence::line(&self.file.entry.path, part.line),
            None => Evidence::file(&self.file.entry.path),
        };
        if let Some(expression) = self.expression() {
            evidence = evidence.license(expression);
        }
        evidence.note(self.note())
    }

    /// What was found in it, in words.
    pub(crate) fn note(&self) -> String {
        let mut note = if self.identified.parts.is_empty() {
            match (self.names.is_empty(), self.identified.words) {
                (false, _) => "names the licence without its text".to_owned(),
                (true, 0) => "empty, or copyright lines only".to_owned(),
                (true, words) => format!("no known licence in its {words} words"),
            }
        } else {
            let word = |p: &Part| match p.kind {
                PartKind::Text => format!("text of {}, score {}", p.id, score(p.score)),
                PartKind::Exception => format!("exception {}, score {}", p.id, score(p.score)),
                PartKind::Changed => changed(p),
            };
            self.identified
                .parts
                .iter()
                .map(word)
                .collect::<Vec<_>>()
                .join("; ")
        };
        if let Some(content) = self.file.content.filter(|c| c.path != self.file.entry.path) {
            note.push_str(&format!("; a link to {}", content.path));
        }
        note
    }
}

/// `0.98`; never rounded up to 1.
pub(crate) fn score(score: f64) -> String {
    format!("{:.2}", (score * 100.0).floor() / 100.0)
}

fn changed(part: &Part) -> String {
    let mut text = format!(
        "nearest to {}, score {}, but not the same",
        part.id,
        score(part.score)
    );
    for difference in part.differences.iter().take(2) {
        let (old, new) = (short(&difference.removed), short(&difference.added));
        let at = difference.line;
        text.push_str(&match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("; line {at} adds \u{201c}{new}\u{201d}"),
            (_, true) => format!("; near line {at} \u{201c}{old}\u{201d} is missing"),
            _ => format!("; line {at} has \u{201c}{new}\u{201d} for \u{201c}{old}\u{201d}"),
        });
    }
    if part.differences.len() > 2 {
        text.push_str(&format!("; {} more", part.differences.len() - 2));
    }
    text
}

fn short(words: &str) -> String {
    let mut list: Vec<&str> = words.split(' ').collect();
    if list.len() > 12 {
        list.truncate(12);
        list.push("\u{2026}");
    }
    list.join(" ")
}

/// Licences of the texts, each exception attached to the licence before it; one that stands before all
/// licences, as the kernel's note does, to the first.
fn terms(parts: &[Part]) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    let mut ahead: Option<&str> = None;
    for part in parts {
        match part.kind {
            PartKind::Changed => {}
            PartKind::Exception => {
                if terms.is_empty() {
                    ahead = ahead.or(Some(part.id));
                } else if let Some(last) = terms.last_mut().filter(|t| !t.contains(" WITH ")) {
                    *last = format!("{last} WITH {}", part.id);
                }
            }
            PartKind::Text => {
                let term = match ahead.take() {
                    Some(exception) => format!("{} WITH {exception}", part.id),
                    None => part.id.to_owned(),
                };
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
    }
    without_incorporated(terms)
}

/// The LGPL 3.0 is the GPL 3.0 with more permissions: its text lies beside it because it must.
pub(crate) fn without_incorporated(mut terms: Vec<String>) -> Vec<String> {
    if terms.iter().any(|t| t.starts_with("LGPL-3.0")) {
        terms.retain(|t| !t.starts_with("GPL-3.0"));
    }
    terms
}

/// Licences that a short file names. A tag is about the file it stands in, so it does not count.
fn named(text: &str) -> Vec<String> {
    let prose: Vec<&str> = text
        .lines()
        .filter(|l| !l.contains("SPDX-License-Identifier:"))
        .take(400)
        .collect();
    let mut found: Vec<String> = Vec::new();
    for name in names::named(&prose.join("\n")) {
        if !found.iter().any(|f| f == name.id) {
            found.push(name.id.to_owned());
        }
    }
    without_incorporated(found)
}

/// Whether words offer a choice between licences.
pub(crate) fn offers_choice(words: &str) -> bool {
    let words = words.to_lowercase();
    [
        "either",
        "at your option",
        "your choice",
        "dual licens",
        "dual-licens",
        "multi-licens",
        "choose one",
    ]
    .iter()
    .any(|w| words.contains(w))
}

/// Words that limit a licence from outside its text.
fn restriction(words: &str) -> Option<String> {
    const LIMITS: &[&str] = &[
        "commons clause",
        "additional condition",
        "additional restriction",
        "additional requirement",
        "following restriction",
        "may not be used",
        "may not use",
        "you may not",
        "shall not be used",
        "must not be used",
        "must not use",
        "not permitted to",
        "is prohibited",
        "are prohibited",
        "strictly forbidden",
        "noncommercial",
        "commercial use",
        "commercial purposes",
        "without prior written",
        "without the prior written",
        "written permission",
        "competing",
        "competitors",
    ];
    let at = LIMITS.iter().filter_map(|limit| words.find(limit)).min()?;
    Some(short(words[at..].trim()))
}
