// SPDX-License-Identifier: Apache-2.0

//! Judges one place: a file, a section, a link. A pointer is followed inside the tree, a known text is
//! accepted, an address outside is a question.

use std::sync::Arc;

use crate::checks::passage::Passage;
use crate::checks::target::{self, Target};
use crate::checks::words::{any_is, words};
use crate::checks::{Document, Files, Shared};
use crate::report::Evidence;
use crate::subject::Entry;
use crate::text::Link;

use super::find::{is_binary, split};
use super::search::{BINARY, Binary, Search, TEXT};
use super::substance::{MARKS, is_template, markers};

/// Most pointers followed one after the other.
const HOPS: usize = 4;
/// Most links of one text that are looked at.
const LINKS: usize = 400;

/// What a place is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Worth {
    /// It is the document.
    Good,
    /// It leads outside: a person has to look.
    Ask,
    /// It could not be read.
    Unknown,
    /// It is there, and is nothing.
    Bad,
    /// It is something else under the same name.
    Other,
}

/// A place that was judged.
#[derive(Clone)]
pub(crate) struct Hit {
    /// Its worth.
    pub(crate) worth: Worth,
    /// What was found, as a clause of a sentence: `SECURITY.md`, `README.md links …`.
    pub(crate) said: String,
    /// The text that holds the substance, when it is in the tree and readable.
    pub(crate) passage: Option<Passage>,
    /// The foundation's text it refers to.
    pub(crate) known: Option<String>,
    /// The address outside it refers to.
    pub(crate) outside: Option<String>,
    /// Where it starts.
    pub(crate) path: String,
    /// What was looked at, in order.
    pub(crate) evidence: Vec<Evidence>,
}

impl Hit {
    fn new(worth: Worth, path: &str, said: impl Into<String>) -> Self {
        Hit {
            worth,
            said: said.into(),
            passage: None,
            known: None,
            outside: None,
            path: path.to_owned(),
            evidence: Vec::new(),
        }
    }

    fn seen(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}

/// Judges places of one tree by one search.
pub(crate) struct Judge<'s, 'a> {
    /// What all rules share.
    pub(crate) shared: &'s Shared<'a>,
    /// The tree: the project's, or the organisation's.
    pub(crate) files: &'s Files<'a>,
    /// What is looked for.
    pub(crate) search: &'s Search,
}

impl<'a> Judge<'_, 'a> {
    /// Judges the file at `entry`.
    pub(crate) fn file(&self, entry: &'a Entry, hops: usize) -> Hit {
        let path = &entry.path;
        let Some(real) = target::real(self.files, entry) else {
            let said = format!("{path} is a symbolic link to something that is not in this tree");
            return Hit::new(Worth::Ask, path, said.clone()).seen(Evidence::file(path).note(said));
        };
        let mut hit = self.content(real, hops);
        if real.path != *path {
            let note = format!("symbolic link to {}", real.path);
            hit.evidence.insert(0, Evidence::file(path).note(note));
            hit.path.clone_from(path);
        }
        hit
    }

    fn content(&self, entry: &Entry, hops: usize) -> Hit {
        let path = &entry.path;
        if is_binary(entry) {
            return self.binary(entry);
        }
        match self.files.document(entry) {
            Ok(document) => self.text(Passage::whole(document), hops),
            Err(error) => {
                let said = format!("{path}: {error}");
                Hit::new(Worth::Unknown, path, said).seen(Evidence::file(path))
            }
        }
    }

    fn binary(&self, entry: &Entry) -> Hit {
        let path = &entry.path;
        match self.files.tree.read(entry, 16) {
            Ok(content) if content.bytes.len() >= 16 => {
                let note = "its content is not read; that it exists is all it shows";
                let evidence = Evidence::file(path).note(note);
                if self.search.binary == Binary::Ask {
                    let said = format!("{path}, which has to be read by a person");
                    return Hit::new(Worth::Ask, path, said).seen(evidence);
                }
                Hit::new(Worth::Good, path, path).seen(evidence)
            }
            Ok(_) => {
                Hit::new(Worth::Bad, path, format!("{path} is empty")).seen(Evidence::file(path))
            }
            Err(error) => Hit::new(Worth::Unknown, path, format!("{path}: {error}"))
                .seen(Evidence::file(path)),
        }
    }

    /// Judges a whole document.
    fn text(&self, passage: Passage, hops: usize) -> Hit {
        let path = passage.path().to_owned();
        let bad = |said: String, line: u64| {
            Hit::new(Worth::Bad, &path, said).seen(Evidence::line(&path, line))
        };
        if passage.document.text().trim().is_empty() {
            return bad(format!("{path} is empty"), 1);
        }
        if let Some(hit) = self.pointer(&passage, hops) {
            return hit;
        }
        let count = passage.word_count();
        let marks = markers(&passage.document, &MARKS);
        if is_template(count, &marks) {
            let first = &marks[0];
            let said = format!("{path} is a template nobody filled in (`{}`)", first.text);
            return bad(said, first.line);
        }
        let enough = self.suffices(&passage);
        if count < self.search.minimum_words && !enough {
            let said = format!("{path} has a title and no substance ({count} words)");
            return bad(said, 1);
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let sure = any_is(&self.search.sure, split(name).0);
        if !sure && !self.search.about.is_empty() && !passage.speaks(&self.search.about) {
            let said = format!(
                "{path} is something else: it does not speak of a {}",
                self.search.what
            );
            return Hit::new(Worth::Other, &path, said).seen(Evidence::file(&path));
        }
        let known = self.known_link(&passage).map(|(_, url)| url);
        let mut hit = Hit::new(Worth::Good, &path, &path).seen(Evidence::file(&path));
        hit.known = known;
        hit.passage = Some(passage);
        hit
    }

    /// Judges a section of a document that speaks for itself under another name.
    pub(crate) fn section(&self, passage: Passage, hops: usize) -> Option<Hit> {
        let search = self.search;
        if let Some(hit) = self.pointer(&passage, hops) {
            return (hit.worth <= Worth::Ask).then_some(hit);
        }
        let about = if search.section_about.is_empty() {
            &search.about
        } else {
            &search.section_about
        };
        let enough = self.suffices(&passage);
        if (passage.word_count() < search.minimum_words && !enough)
            || (!about.is_empty() && !passage.speaks(about))
        {
            return None;
        }
        let path = passage.path().to_owned();
        let heading = passage.headings().next().map(|h| h.text.clone());
        let said = format!("{path}, section \"{}\"", heading.unwrap_or_default());
        let evidence = Evidence::line(&path, passage.start).note("section of the document");
        let mut hit = Hit::new(Worth::Good, &path, said).seen(evidence);
        hit.known = self.known_link(&passage).map(|(_, url)| url);
        hit.passage = Some(passage);
        Some(hit)
    }

    /// A document that holds a sentence which stands for the one looked for.
    pub(crate) fn sentence(&self, passage: Passage, line: u64) -> Hit {
        let path = passage.path().to_owned();
        let said = format!("{path}, line {line}");
        let mut hit = Hit::new(Worth::Good, &path, said).seen(Evidence::line(&path, line));
        hit.passage = Some(passage);
        hit
    }

    /// The first link to a text of the foundation.
    fn known_link(&self, passage: &Passage) -> Option<(u64, String)> {
        passage
            .links()
            .take(LINKS)
            .find(|link| self.is_known(&link.target))
            .map(|link| (link.line, link.target.clone()))
    }

    /// Whether an address is one of the foundation's texts.
    fn is_known(&self, url: &str) -> bool {
        self.search.known.iter().any(|p| p.is_match(url))
    }

    /// Whether a text has what is enough however short it is, in its words or behind a link.
    fn suffices(&self, passage: &Passage) -> bool {
        let enough = &self.search.enough;
        let leads = |link: &Link| !link.image && enough.iter().any(|p| p.is_match(&link.target));
        !enough.is_empty() && (passage.first(enough).is_some() || passage.links().any(leads))
    }

    /// A text that is only a pointer: judged by what it points to. `None` when it speaks for itself.
    fn pointer(&self, passage: &Passage, hops: usize) -> Option<Hit> {
        if let Some((line, target)) = self.included(passage) {
            let hit = self.leads(passage.path(), line, &target, hops)?;
            return Some(self.or_generated(passage, line, hit));
        }
        let short = passage.word_count() <= self.search.pointer_words;
        if !short {
            return None;
        }
        if let Some((line, url)) = self.known_link(passage) {
            let path = passage.path();
            let said = format!("{path} refers to {url}");
            let mut hit = Hit::new(Worth::Good, path, said)
                .seen(Evidence::line(path, line))
                .seen(Evidence::url(&url).note("a text this rule accepts"));
            hit.known = Some(url);
            return Some(hit);
        }
        if self.suffices(passage) {
            return None;
        }
        let links: Vec<&Link> = passage.links().filter(|l| !l.image).take(LINKS).collect();
        let place = |link: &&Link| (link.line, link.target.clone());
        // Where one link of several names the document, the others are about something else.
        let named: Vec<_> = links.iter().filter(|l| self.names(l)).map(place).collect();
        if !named.is_empty() {
            return self.best_of(passage, named, hops);
        }
        let all = links.iter().map(place).chain(bare_places(passage));
        self.best_of(passage, all.collect(), hops)
    }

    /// What the pointers of a text come to.
    fn best_of(&self, passage: &Passage, pointers: Vec<(u64, String)>, hops: usize) -> Option<Hit> {
        let mut best: Option<Hit> = None;
        for (line, target) in pointers {
            let Some(hit) = self.leads(passage.path(), line, &target, hops) else {
                continue;
            };
            if hit.worth == Worth::Good {
                return Some(hit);
            }
            if best.as_ref().is_none_or(|b| hit.worth < b.worth) {
                best = Some(hit);
            }
        }
        // Something else at the end of a link says nothing about this text.
        best.filter(|hit| hit.worth != Worth::Other)
    }

    /// What a text includes may be made when the documentation is built: that it is not in the tree decides
    /// nothing. A path alone is a link, and one to nothing is broken.
    fn or_generated(&self, passage: &Passage, line: u64, hit: Hit) -> Hit {
        let directive = passage.document.text().trim().contains(char::is_whitespace);
        if !directive || hit.worth != Worth::Bad || hit.passage.is_some() || hit.evidence.len() > 1
        {
            return hit;
        }
        let path = passage.path();
        let said = format!("{path} includes a file that is not in this tree");
        let note = "made when the documentation is built, or missing";
        Hit::new(Worth::Ask, path, said).seen(Evidence::line(path, line).note(note))
    }

    /// Judges where a link in `from` leads; `None` when it leads nowhere that matters.
    pub(crate) fn leads(&self, from: &str, line: u64, target: &str, hops: usize) -> Option<Hit> {
        let pointer = Evidence::line(from, line);
        let found = target::resolve(self.shared, self.files, from, target);
        let file = match found {
            Target::Anchor(_) | Target::Mail(_) => return None,
            Target::Outside(url) => {
                if self.is_known(&url) {
                    let said = format!("{from} refers to {url}");
                    let note = "a text this rule accepts";
                    let mut hit = Hit::new(Worth::Good, from, said)
                        .seen(pointer)
                        .seen(Evidence::url(&url).note(note));
                    hit.known = Some(url);
                    return Some(hit);
                }
                let slug = self.shared.subject.slug.as_deref();
                let name = slug.and_then(|s| s.rsplit('/').next());
                match target::rendered(self.files, &url, name) {
                    Some(entry) => (entry, None),
                    None if is_asset(&url) => return None,
                    None => return Some(outside(from, pointer, url)),
                }
            }
            Target::Absent(path) => {
                let said = format!("{from} points to {path}, which does not exist");
                return Some(Hit::new(Worth::Bad, from, said).seen(pointer));
            }
            Target::Folder(folder) => (index_of(self.files, &folder)?, None),
            Target::File(entry, anchor) => (entry, anchor),
        };
        // A workflow or a picture that a text links is not the document.
        let (stem, extension) = split(file.0.name());
        if !self.search.extensions.contains(&extension)
            && !BINARY.contains(&extension.as_str())
            && !TEXT.contains(&extension.as_str())
            || any_is(&self.search.never, stem)
        {
            return None;
        }
        self.arrives(from, pointer, file, hops)
    }

    fn arrives(
        &self,
        from: &str,
        pointer: Evidence,
        (entry, anchor): (&'a Entry, Option<String>),
        hops: usize,
    ) -> Option<Hit> {
        if entry.path == from || hops >= HOPS || !entry.counts() {
            return None;
        }
        let section = anchor.and_then(|anchor| {
            let document = self.files.document(entry).ok()?;
            section_at(&document, &anchor)
        });
        let mut hit = match section {
            Some(passage) => self.section(passage, hops + 1)?,
            None => self.content(entry, hops + 1),
        };
        hit.said = format!("{from}, which points to {}", hit.said);
        hit.evidence.insert(0, pointer);
        from.clone_into(&mut hit.path);
        Some(hit)
    }

    /// Whether a link says by its words or its target that it leads to the document.
    pub(crate) fn names(&self, link: &Link) -> bool {
        !any_is(&self.search.never, &link.text) && any_is(&self.search.links, &link.text)
            || (self.search.link_targets && self.names_target(&link.target))
    }

    /// Whether an address or path ends with a name of the document. Outside the tree only a file of the
    /// same owner on the forge does: others have such documents, too.
    fn names_target(&self, target: &str) -> bool {
        let path = target.split(['#', '?']).next().unwrap_or_default();
        let name = path
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let (stem, extension) = split(name);
        let file =
            self.search.extensions.contains(&extension) || BINARY.contains(&extension.as_str());
        let slug = self.shared.subject.slug.as_deref().unwrap_or_default();
        let owner = slug
            .split('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let ours = match path.split_once("://") {
            Some((_, rest)) => {
                let part = rest.split('/').nth(1).unwrap_or_default();
                !extension.is_empty() && part.eq_ignore_ascii_case(&owner)
            }
            None => path.contains(['.', '/']),
        };
        ours && file && self.search.names.iter().any(|n| n.is(&words(stem)))
    }

    /// The target of a text that is one path (a link on a system without links) or one include.
    fn included(&self, passage: &Passage) -> Option<(u64, String)> {
        let source = passage.document.text();
        if passage.end != u64::MAX || source.len() > 4096 {
            return None;
        }
        let whole = source.trim();
        if !whole.contains(char::is_whitespace)
            && whole.contains(['/', '.'])
            && !whole.contains("://")
        {
            return Some((1, whole.to_owned()));
        }
        source.lines().zip(1..).find_map(|(line, number)| {
            let line = line.trim();
            let path = line
                .strip_prefix(".. include::")
                .or_else(|| line.strip_prefix("include::")?.split('[').next())
                .or_else(|| line.strip_prefix("{{#include")?.strip_suffix("}}"))?;
            Some((number, path.trim().to_owned()))
        })
    }
}

/// Whether an address is that of a workflow, a picture or a program, never of a text.
fn is_asset(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path
        .rsplit('/')
        .next()
        .and_then(|name| name.rsplit_once('.'));
    let assets = [
        "yml", "yaml", "svg", "png", "jpg", "jpeg", "gif", "sh", "py", "go", "json",
    ];
    extension.is_some_and(|(_, e)| assets.contains(&e.to_ascii_lowercase().as_str()))
}

fn outside(from: &str, pointer: Evidence, url: String) -> Hit {
    let said = format!("{from} points to {url}");
    let mut hit = Hit::new(Worth::Ask, from, said)
        .seen(pointer)
        .seen(Evidence::url(&url).note("outside this repository, not read"));
    hit.outside = Some(url);
    hit
}

/// Paths and addresses that stand in the prose without link markup.
fn bare_places(passage: &Passage) -> Vec<(u64, String)> {
    let mut places = Vec::new();
    for prose in passage.body() {
        for word in prose.text.split_whitespace() {
            let word = word.trim_matches(|c: char| "<>()[]{}\"'`,;:!*".contains(c));
            let word = word.trim_end_matches('.');
            let path = word.contains("://")
                || word.rsplit_once('.').is_some_and(|(stem, extension)| {
                    !stem.is_empty()
                        && ["md", "rst", "adoc", "txt", "pdf"]
                            .contains(&extension.to_ascii_lowercase().as_str())
                });
            if path && places.len() < 20 {
                places.push((prose.line, word.to_owned()));
            }
        }
    }
    places
}

/// The page that stands for a folder.
fn index_of<'a>(files: &Files<'a>, folder: &str) -> Option<&'a Entry> {
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let start = files
        .entries()
        .partition_point(|e| e.path.as_str() < prefix.as_str());
    files.entries()[start..]
        .iter()
        .take_while(|e| e.path.starts_with(&prefix))
        .filter(|e| e.dir() == folder && e.is_file())
        .find(|e| {
            let stem = split(e.name())
                .0
                .trim_start_matches('_')
                .to_ascii_lowercase();
            stem == "readme" || stem == "index"
        })
}

/// The section an anchor names, by the slugs that forges make of headings.
fn section_at(document: &Arc<Document>, anchor: &str) -> Option<Passage> {
    let squeeze = |text: &str| words(text).concat();
    let wanted = squeeze(anchor);
    document
        .parsed()
        .sections()
        .find(|s| squeeze(&s.heading.text) == wanted)
        .map(|s| Passage::section(Arc::clone(document), s))
}
