// SPDX-License-Identifier: Apache-2.0

//! Sentences that give one kind of work a licence: in README, contributing guide, charter, licence files.

use crate::checks::license::names::{self, Named};
use crate::checks::license::{Project, find};
use crate::checks::{Context, Document};
use crate::report::Evidence;
use crate::subject::Entry;

use super::{Artefact, Params};

/// Most documents that are read for statements.
const LIMIT: usize = 40;
/// Longest sentence, in bytes.
const SENTENCE: usize = 3_000;

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Document.
    pub(super) path: String,
    /// Line.
    pub(super) line: u64,
    /// The licence it names.
    pub(super) expression: String,
    /// Its words.
    pub(super) quote: String,
    /// Whether it speaks of work that may come, as charters do.
    pub(super) supposed: bool,
}

impl Statement {
    pub(super) fn evidence(&self) -> Evidence {
        Evidence::line(&self.path, self.line)
            .license(&self.expression)
            .note(&self.quote)
    }
}

/// All statements, the most telling document first.
pub(super) fn statements(cx: &Context<'_>, params: &Params) -> Vec<Statement> {
    let mut documents: Vec<(u8, &Entry)> = cx
        .files
        .entries()
        .iter()
        .filter(|e| e.is_file() && e.counts())
        .filter_map(|e| Some((rank(&e.path)?, e)))
        .collect();
    documents.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.path.cmp(&b.1.path)));
    let mut found = Vec::new();
    for (rank, entry) in documents.into_iter().take(LIMIT) {
        if let Ok(document) = cx.files.document(entry) {
            found.extend(in_document(cx, params, &document, rank));
        }
    }
    found
}

/// How much a document says about licences; `None` for those that are not read.
fn rank(path: &str) -> Option<u8> {
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let near = folder.is_empty()
        || [
            ".github",
            "docs",
            "doc",
            "governance",
            "legal",
            "documentation",
            "community",
            "project",
        ]
        .contains(&folder);
    let prose = !name.contains('.')
        || [".md", ".markdown", ".rst", ".txt", ".adoc"]
            .iter()
            .any(|e| name.ends_with(e));
    if !near || !prose {
        return None;
    }
    let stem = name.split('.').next().unwrap_or_default();
    match () {
        () if folder.is_empty() && stem == "readme" => Some(0),
        () if find::is_license_name(name)
            || name.contains("license")
            || name.contains("licensing") =>
        {
            Some(1)
        }
        () if name.contains("charter") && !name.contains("template") => Some(2),
        () if stem.starts_with("contribut")
            || stem.starts_with("governance")
            || stem == "copyright"
            || stem == "notice" =>
        {
            Some(3)
        }
        () => None,
    }
}

fn in_document(cx: &Context<'_>, params: &Params, document: &Document, rank: u8) -> Vec<Statement> {
    let prose = &document.parsed().prose;
    let mut found: Vec<Statement> = Vec::new();
    for sentence in Sentences::of(prose.iter().map(|p| (p.line, p.block, p.text.as_str()))) {
        let lower = sentence.text.to_lowercase();
        if sentence.text.len() > SENTENCE
            || params.not_words.iter().any(|w| lower.contains(w.as_str()))
        {
            continue;
        }
        let named = names::named(&sentence.text);
        let expression = match licence_of_kind(params, &lower, &named) {
            Some(id) => id.to_owned(),
            // A charter may give documents the licence of the project, whatever it is.
            None if rank == 2
                && speaks(params, &lower).is_some()
                && lower.contains("under the project license") =>
            {
                match crate::checks::license::project(cx.shared).expression {
                    Some(own) => own,
                    None => continue,
                }
            }
            None => continue,
        };
        let quote: String = sentence
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(300)
            .collect();
        let at = named
            .iter()
            .find(|n| n.id == expression)
            .map_or(0, |n| n.start);
        let supposed = rank == 2
            || ["would be", "if any", "to the extent", "may be"]
                .iter()
                .any(|w| lower.contains(w));
        found.push(Statement {
            supposed,
            path: document.path.clone(),
            line: sentence.line_of(at),
            expression,
            quote,
        });
        if found.len() >= 5 {
            break;
        }
    }
    found
}

/// Where a sentence speaks of the kind of work.
fn speaks(params: &Params, lower: &str) -> Option<usize> {
    params
        .words
        .iter()
        .filter_map(|word| word_at(lower, word))
        .min()
}

fn word_at(text: &str, word: &str) -> Option<usize> {
    let boundary = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .find(|(at, _)| {
            boundary(text[..*at].chars().next_back())
                && boundary(text[at + word.len()..].chars().next())
        })
        .map(|(at, _)| at)
}

/// The licence that a sentence gives the kind of work: the next one named, else the one before.
fn licence_of_kind(params: &Params, lower: &str, named: &[Named]) -> Option<&'static str> {
    let verbs = [
        "licen",
        "under",
        "released",
        "available",
        "made",
        "cc-by",
        "cc by",
        "creative",
        "cdla",
        "community specification",
    ];
    let at = speaks(params, lower)?;
    if named.is_empty() || !verbs.iter().any(|v| lower.contains(v)) {
        return None;
    }
    let after = named.iter().find(|n| n.start > at);
    // A licence named before the word belongs to something else, unless they stand close together.
    let gap = |n: &Named| lower.get(n.end..at).map_or("", |gap| gap);
    let before = named
        .iter()
        .rev()
        .find(|n| n.end <= at)
        .filter(|n| gap(n).len() < 60);
    // "Apache-2.0 for code and CC-BY-4.0 for documentation": the word follows its licence.
    let follows = before.is_some_and(|n| gap(n).contains(" for "));
    if follows { before } else { after.or(before) }.map(|n| n.id)
}

/// Adds what the project's licence files say about the kind by being made for it, or by their place.
pub(super) fn add_own_kind(
    cx: &Context<'_>,
    params: &Params,
    project: &Project,
    statements: &mut Vec<Statement>,
) {
    let Some(whole) = &project.expression else {
        return;
    };
    for part in whole.split(" AND ") {
        let part = part.trim_matches(['(', ')']);
        if is_of_kind(params.artefact, part) && !statements.iter().any(|s| s.expression == part) {
            let source = project
                .evidence
                .iter()
                .find(|e| e.license.as_deref().is_some_and(|l| l.contains(part)));
            let path = source
                .and_then(|e| e.path.clone())
                .or_else(|| project.path.clone());
            let Some(path) = path else { continue };
            let line = source.and_then(|e| e.line).unwrap_or(1);
            let quote = "the project's licence is one made for this kind of work".to_owned();
            statements.push(Statement {
                supposed: false,
                path,
                line,
                expression: part.to_owned(),
                quote,
            });
        }
    }
    let _ = cx;
}

/// Licences that were made for one kind of work.
fn is_of_kind(artefact: Artefact, id: &str) -> bool {
    match artefact {
        Artefact::Code => false,
        Artefact::Documents => id.starts_with("CC-BY") || id.starts_with("GFDL"),
        Artefact::Data => {
            id.starts_with("CDLA")
                || id.starts_with("ODbL")
                || id.starts_with("ODC")
                || id.starts_with("PDDL")
        }
        Artefact::Specification => id.starts_with("Community-Spec"),
    }
}

/// Prose cut into sentences over lines, each with the lines of its parts.
pub(in crate::checks) struct Sentence {
    pub(in crate::checks) text: String,
    starts: Vec<(usize, u64)>,
}

impl Sentence {
    /// The line of the byte at `at`.
    pub(in crate::checks) fn line_of(&self, at: usize) -> u64 {
        let index = self.starts.partition_point(|(start, _)| *start <= at);
        self.starts[index.saturating_sub(1)].1
    }
}

/// Cuts prose into sentences.
pub(in crate::checks) struct Sentences;

impl Sentences {
    /// A sentence ends at a full stop before a blank, where a line is left out, and where a list item ends.
    pub(in crate::checks) fn of<'t>(
        prose: impl Iterator<Item = (u64, u32, &'t str)>,
    ) -> Vec<Sentence> {
        let mut all: Vec<Sentence> = Vec::new();
        let mut open: Option<Sentence> = None;
        let mut last = (0, 0);
        for (line, block, text) in prose {
            // An item of a list goes on only with what a colon before it has begun.
            let begun = open
                .as_ref()
                .is_some_and(|s: &Sentence| s.text.trim_end().ends_with(':'));
            if line > last.0 + 1 || text.trim().is_empty() || (block != last.1 && !begun) {
                all.extend(open.take());
            }
            last = (line, block);
            let mut rest = text;
            while !rest.trim().is_empty() {
                let end = [". ", "; ", ".\u{a0}"]
                    .iter()
                    .filter_map(|stop| rest.find(stop))
                    .min()
                    .map(|at| at + 1);
                let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
                let sentence = open.get_or_insert_with(|| Sentence {
                    text: String::new(),
                    starts: Vec::new(),
                });
                if !sentence.text.is_empty() {
                    sentence.text.push(' ');
                }
                sentence.starts.push((sentence.text.len(), line));
                sentence.text.push_str(part);
                rest = after;
                if end.is_some() || part.trim_end().ends_with('.') {
                    all.extend(open.take());
                }
            }
        }
        all.extend(open);
        all
    }
}
