// SPDX-License-Identifier: Apache-2.0

//! One thing that documents have to say, and the places where they say it.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::Entry;
use crate::text::{Link, Paragraph};

use super::super::readme::{self, glob_set, quote};
use super::super::target::{self, Target};
use super::super::words::{self, Pattern, Phrase};
use super::super::{Context, Document, Files, vendored};

/// Most places that are named for one part.
const PLACES: usize = 3;
/// Most sections of one name that are looked into.
const SECTION_CAP: usize = 50;

/// A tree that is looked into.
pub(super) struct Source<'s, 'a> {
    /// Its files.
    pub(super) files: &'s Files<'a>,
    /// The documents meant.
    pub(super) documents: &'s [Arc<Document>],
    /// Whether it is the organisation's `.github` repository.
    pub(super) inherited: bool,
}

/// One thing that has to be said. Any of its ways will do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Part {
    /// In a few words; it completes "found" and "not found".
    pub(super) name: String,
    /// A file that is the thing itself.
    #[serde(default)]
    files: Vec<String>,
    /// A section with words below it.
    #[serde(default)]
    headings: Vec<Phrase>,
    /// A sentence.
    #[serde(default)]
    patterns: Vec<Pattern>,
    /// Sections of the README that are about the matter; elsewhere in it the same words may be about the
    /// product.
    #[serde(default)]
    readme_sections: Vec<Phrase>,
    /// A sentence of the README that says it wherever it stands.
    #[serde(default)]
    readme_patterns: Vec<Pattern>,
    /// No sentence that matches one of these.
    #[serde(default)]
    unless: Vec<Pattern>,
    /// A link, by its address.
    #[serde(default)]
    links: Vec<Pattern>,
    /// A link, by its words.
    #[serde(default)]
    link_texts: Vec<Pattern>,
    /// An image that links a place outside, by its alternative text or its source: a badge says where it
    /// leads when the address, often a redirector's, does not.
    #[serde(default)]
    badges: Vec<Pattern>,
    /// A line of a code block.
    #[serde(default)]
    commands: Vec<Pattern>,
    /// Whether comments count: templates of pull requests instruct in them.
    #[serde(default)]
    comments: bool,
}

/// A place where a part was found.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: Option<u64>,
    pub(super) words: String,
    /// Whether it stands in the organisation's `.github` repository: then it is no path of this tree.
    pub(super) inherited: bool,
}

impl Place {
    /// As evidence for `name`.
    pub(super) fn evidence(&self, name: &str) -> Evidence {
        let evidence = match self.line {
            _ if self.inherited => {
                return Evidence::words(format!(
                    "{name}: {} in the organisation's .github repository: {}",
                    self.shown(),
                    self.words
                ));
            }
            Some(line) => Evidence::line(&self.path, line),
            None => Evidence::file(&self.path),
        };
        match self.words.is_empty() {
            true => evidence.note(name),
            false => evidence.note(format!("{name}: {}", self.words)),
        }
    }

    /// `path:line`.
    pub(super) fn shown(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The place of a link.
pub(super) fn place_of(document: &Document, link: &Link) -> Place {
    let words = match link.text.is_empty() {
        true => quote(&link.target),
        false => quote(&format!("{} <{}>", link.text, link.target)),
    };
    Place {
        path: document.path.clone(),
        line: Some(link.line),
        words,
        inherited: false,
    }
}

/// The first sentence that matches one of `patterns` and none of `unless`.
pub(super) fn first_sentence(
    documents: &[Arc<Document>],
    patterns: &[Pattern],
    unless: &[Pattern],
    comments: bool,
) -> Option<Place> {
    documents
        .iter()
        .find_map(|document| sentence(document, patterns, unless, comments, &|_| true))
}

fn sentence(
    document: &Arc<Document>,
    patterns: &[Pattern],
    unless: &[Pattern],
    comments: bool,
    within: &dyn Fn(u64) -> bool,
) -> Option<Place> {
    if patterns.is_empty() {
        return None;
    }
    let text = document.parsed();
    let mut paragraphs = text.paragraphs();
    if comments {
        paragraphs.extend(text.comment_paragraphs());
    }
    paragraphs
        .iter()
        .filter(|paragraph| within(paragraph.line()))
        .find_map(|paragraph| in_paragraph(document, paragraph, patterns, unless))
}

fn in_paragraph(
    document: &Document,
    paragraph: &Paragraph,
    patterns: &[Pattern],
    unless: &[Pattern],
) -> Option<Place> {
    if !patterns.iter().any(|p| p.is_match(&paragraph.text)) {
        return None;
    }
    paragraph
        .sentences()
        .into_iter()
        .find_map(|(offset, sentence)| {
            let hit = patterns
                .iter()
                .filter_map(|p| p.find(sentence))
                .map(|m| m.start())
                .min()?;
            if unless.iter().any(|p| p.is_match(sentence)) {
                return None;
            }
            Some(Place {
                path: document.path.clone(),
                line: Some(paragraph.line_at(offset + hit)),
                words: quote(sentence),
                inherited: false,
            })
        })
}

impl Part {
    /// Where it is found: files first, then document by document.
    pub(super) fn places(&self, cx: &Context<'_>, source: &Source<'_, '_>) -> Result<Vec<Place>> {
        let mut places = self.as_file(source)?;
        for document in source.documents {
            if places.len() >= PLACES {
                break;
            }
            let scope = self.scope(document);
            let within = |line: u64| match &scope {
                Some(ranges) => ranges
                    .iter()
                    .any(|(start, end)| (*start..=*end).contains(&line)),
                None => true,
            };
            let place = self
                .as_heading(document)
                .or_else(|| {
                    sentence(
                        document,
                        &self.patterns,
                        &self.unless,
                        self.comments,
                        &within,
                    )
                })
                .or_else(|| self.as_link(cx, source.files, document, &within))
                .or_else(|| self.as_badge(cx, source.files, document, &within))
                .or_else(|| self.as_command(document, &within))
                .or_else(|| self.in_readme(document));
            places.extend(place);
        }
        places.truncate(PLACES);
        for place in &mut places {
            place.inherited = source.inherited;
        }
        Ok(places)
    }

    /// Lines of a README in which the part is looked for; `None` for every line of any other document.
    fn scope(&self, document: &Document) -> Option<Vec<(u64, u64)>> {
        if self.readme_sections.is_empty() || !readme::is_readme(&document.path) {
            return None;
        }
        let text = document.parsed();
        let named = text
            .sections()
            .filter(|s| words::any_is(&self.readme_sections, &s.heading.text));
        Some(
            named
                .take(SECTION_CAP)
                .map(|s| (s.heading.line, s.end))
                .collect(),
        )
    }

    /// A sentence of the README, wherever it stands.
    fn in_readme(&self, document: &Arc<Document>) -> Option<Place> {
        if !readme::is_readme(&document.path) {
            return None;
        }
        sentence(
            document,
            &self.readme_patterns,
            &self.unless,
            false,
            &|_| true,
        )
    }

    fn as_file(&self, source: &Source<'_, '_>) -> Result<Vec<Place>> {
        if self.files.is_empty() {
            return Ok(Vec::new());
        }
        let globs = glob_set(&self.files)?;
        let files = source.files;
        let mut found: Vec<&str> = files
            .entries()
            .iter()
            .filter(|e| e.counts() && globs.is_match(&e.path) && !vendored::not_ours(&e.path))
            .filter(|e| !self.unless.iter().any(|p| p.is_match(&e.path)))
            .filter(|e| target::real(files, e).is_some_and(|real| !is_empty(files, real)))
            .map(|e| e.path.as_str())
            .take(200)
            .collect();
        found.sort_by_key(|path| (path.matches('/').count(), *path));
        let place = |path: &str| Place {
            path: path.to_owned(),
            line: None,
            words: String::new(),
            inherited: false,
        };
        Ok(found.into_iter().take(PLACES).map(place).collect())
    }

    /// A section of such a name with something below its heading.
    fn as_heading(&self, document: &Document) -> Option<Place> {
        if self.headings.is_empty() {
            return None;
        }
        let text = document.parsed();
        let named = text.sections().filter(|s| {
            let heading = &s.heading.text;
            words::any_is(&self.headings, heading)
                && !self.unless.iter().any(|p| p.is_match(heading))
        });
        named.take(SECTION_CAP).find_map(|section| {
            let inside = |line: u64| line > section.heading.line && line <= section.end;
            let filled = section.prose().next().is_some()
                || section.links().next().is_some()
                || text.code.iter().any(|c| inside(c.line));
            filled.then(|| Place {
                path: document.path.clone(),
                line: Some(section.heading.line),
                words: format!("section {}", quote(&section.heading.text)),
                inherited: false,
            })
        })
    }

    /// A link, by its address or its words; one that leads nowhere in this tree does not count.
    fn as_link(
        &self,
        cx: &Context<'_>,
        files: &Files<'_>,
        document: &Document,
        within: &dyn Fn(u64) -> bool,
    ) -> Option<Place> {
        let links = document
            .parsed()
            .links
            .iter()
            .filter(|l| !l.image && within(l.line));
        let mut hits = links.filter(|link| {
            self.links.iter().any(|p| p.is_match(&link.target))
                || self.link_texts.iter().any(|p| p.is_match(&link.text))
        });
        hits.find(|link| {
            if self.unless.iter().any(|p| p.is_match(&link.target)) {
                return false;
            }
            let target = target::resolve(cx.shared, files, &document.path, &link.target);
            !matches!(target, Target::Absent(_))
        })
        .map(|link| place_of(document, link))
    }

    /// A badge that links a place outside.
    fn as_badge(
        &self,
        cx: &Context<'_>,
        files: &Files<'_>,
        document: &Document,
        within: &dyn Fn(u64) -> bool,
    ) -> Option<Place> {
        let images = document.parsed().links.iter();
        images
            .filter(|l| l.image && within(l.line))
            .find_map(|image| {
                let to = image.leads_to.as_deref()?;
                let shown = |p: &Pattern| p.is_match(&image.text) || p.is_match(&image.target);
                let outside = self.badges.iter().any(shown)
                    && !self.unless.iter().any(|p| p.is_match(to))
                    && matches!(
                        target::resolve(cx.shared, files, &document.path, to),
                        Target::Outside(_)
                    );
                outside.then(|| Place {
                    path: document.path.clone(),
                    line: Some(image.line),
                    words: quote(&format!("badge {} <{to}>", image.text)),
                    inherited: false,
                })
            })
    }

    fn as_command(&self, document: &Document, within: &dyn Fn(u64) -> bool) -> Option<Place> {
        if self.commands.is_empty() {
            return None;
        }
        let line = document.parsed().code.iter().find(|line| {
            within(line.line) && self.commands.iter().any(|p| p.is_match(&line.text))
        })?;
        Some(Place {
            path: document.path.clone(),
            line: Some(line.line),
            words: quote(&line.text),
            inherited: false,
        })
    }
}

fn is_empty(files: &Files<'_>, entry: &Entry) -> bool {
    files
        .tree
        .read(entry, 4096)
        .is_ok_and(|content| content.bytes.iter().all(u8::is_ascii_whitespace))
}
