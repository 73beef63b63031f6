// SPDX-License-Identifier: Apache-2.0

//! A document, or the part of it that a rule is about: one section of a README stands for a document.

use std::sync::{Arc, OnceLock};

use crate::text::{Heading, Link, Prose, Section};

use super::Document;
use super::words::Pattern;

/// Most matches of one pattern that are looked at.
const MATCHES: usize = 50;

/// Whether `start..end` lies within one word of `text` that is an address.
fn in_address(text: &str, start: usize, end: usize) -> bool {
    let from = text[..start]
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + 1);
    let to = text[start..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| start + at);
    end <= to && text[from.min(start)..to].contains("://")
}

/// Lines of a document.
#[derive(Clone)]
pub(crate) struct Passage {
    /// The document.
    pub(crate) document: Arc<Document>,
    /// First line, from 1; the heading, when it is a section.
    pub(crate) start: u64,
    /// Last line.
    pub(crate) end: u64,
    joined: OnceLock<Joined>,
}

/// Prose in one piece, with the line at which each part starts.
#[derive(Clone)]
struct Joined {
    text: String,
    starts: Vec<(usize, u64)>,
}

impl Passage {
    /// The whole document.
    pub(crate) fn whole(document: Arc<Document>) -> Self {
        Passage {
            document,
            start: 1,
            end: u64::MAX,
            joined: OnceLock::new(),
        }
    }

    /// One section, its heading included.
    pub(crate) fn section(document: Arc<Document>, section: Section<'_>) -> Self {
        Passage {
            start: section.heading.line,
            end: section.end,
            document: Arc::clone(&document),
            joined: OnceLock::new(),
        }
    }

    /// Path of the document.
    pub(crate) fn path(&self) -> &str {
        &self.document.path
    }

    fn holds(&self, line: u64) -> bool {
        (self.start..=self.end).contains(&line)
    }

    /// Headings, in order.
    pub(crate) fn headings(&self) -> impl Iterator<Item = &Heading> {
        let headings = self.document.parsed().headings.iter();
        headings.filter(|h| self.holds(h.line))
    }

    /// Prose, headings included, in order.
    pub(crate) fn prose(&self) -> impl Iterator<Item = &Prose> {
        let prose = self.document.parsed().prose.iter();
        prose.filter(|p| self.holds(p.line))
    }

    /// Prose without the headings.
    pub(crate) fn body(&self) -> impl Iterator<Item = &Prose> {
        let headings = &self.document.parsed().headings;
        self.prose()
            .filter(|p| headings.binary_search_by_key(&p.line, |h| h.line).is_err())
    }

    /// Links and images, in order.
    pub(crate) fn links(&self) -> impl Iterator<Item = &Link> {
        let links = self.document.parsed().links.iter();
        links.filter(|l| self.holds(l.line))
    }

    /// Lines of code blocks, in order.
    pub(crate) fn code(&self) -> impl Iterator<Item = &Prose> {
        let code = self.document.parsed().code.iter();
        code.filter(|p| self.holds(p.line))
    }

    /// Words of the body.
    pub(crate) fn word_count(&self) -> usize {
        self.body()
            .map(|p| {
                let words = p.text.split_whitespace();
                words
                    .filter(|w| w.chars().any(char::is_alphanumeric))
                    .count()
            })
            .sum()
    }

    fn joined(&self) -> &Joined {
        self.joined.get_or_init(|| {
            let mut joined = Joined {
                text: String::new(),
                starts: Vec::new(),
            };
            for prose in self.prose() {
                joined.starts.push((joined.text.len(), prose.line));
                joined.text.push_str(&prose.text);
                joined.text.push('\n');
            }
            joined
        })
    }

    /// Prose in one piece, headings included.
    pub(crate) fn text(&self) -> &str {
        &self.joined().text
    }

    /// Line of a byte of [`Passage::text`].
    pub(crate) fn line_at(&self, offset: usize) -> u64 {
        let starts = &self.joined().starts;
        let index = starts.partition_point(|(start, _)| *start <= offset);
        starts
            .get(index.saturating_sub(1))
            .map_or(self.start, |(_, line)| *line)
    }

    /// Whether the words speak of one of `patterns`; those inside an address do not.
    pub(crate) fn speaks(&self, patterns: &[Pattern]) -> bool {
        let text = self.text();
        patterns.iter().any(|pattern| {
            pattern
                .find_iter(text)
                .take(MATCHES)
                .any(|hit| !in_address(text, hit.start(), hit.end()))
        })
    }

    /// Line where the first of `patterns` matches.
    pub(crate) fn first(&self, patterns: &[Pattern]) -> Option<u64> {
        patterns
            .iter()
            .filter_map(|p| p.find(self.text()))
            .map(|found| found.start())
            .min()
            .map(|offset| self.line_at(offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::words::pattern;
    use crate::subject::Content;

    #[test]
    fn a_match_over_two_lines_is_cited_by_its_first() {
        let content = Content {
            bytes: b"Title\n\nWe support\nversions 1 and 2.\n".to_vec(),
            truncated: false,
        };
        let passage = Passage::whole(Arc::new(Document::new("SECURITY.txt", content)));
        assert_eq!(passage.first(&[pattern("support versions")]), Some(3));
        assert_eq!(passage.first(&[pattern("nothing")]), None);
    }
}
