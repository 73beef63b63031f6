// SPDX-License-Identifier: Apache-2.0

//! Which files may be the document: by name, extension and place; never copies, test data or templates.

use crate::checks::Files;
use crate::checks::vendored::not_ours;
use crate::checks::words::{Pattern, Phrase, words};
use crate::subject::{Entry, Mode, Origin};

use super::search::{BINARY, Binary, Search};

/// Most candidates that are read for one document.
const CANDIDATES: usize = 24;

/// Name without extension, and the extension in lower case (`""` for none).
pub(crate) fn split(name: &str) -> (&str, String) {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension.to_ascii_lowercase()),
        _ => (name, String::new()),
    }
}

/// Whether the extension says that content is not read.
pub(crate) fn is_binary(entry: &Entry) -> bool {
    BINARY.contains(&split(entry.name()).1.as_str())
}

impl Search {
    fn takes_extension(&self, extension: &str) -> bool {
        self.extensions.iter().any(|e| e == extension)
            || (self.binary != Binary::Never && BINARY.contains(&extension))
    }

    /// Whether a file called so may be the document, wherever it lies.
    /// Which of `names` it is; the first of a rule are the most telling.
    fn takes_name(&self, names: &[Phrase], entry: &Entry) -> Option<usize> {
        let (stem, extension) = split(entry.name());
        if !self.takes_extension(&extension) {
            return None;
        }
        let stem = words(stem);
        if stem.iter().any(|w| w == "template") || self.never.iter().any(|p| p.is(&stem)) {
            return None;
        }
        names.iter().position(|p| p.is(&stem))
    }

    /// Preference of a candidate, smaller is better; `None` when it is none.
    fn rank(&self, entry: &Entry) -> Option<(usize, usize, usize)> {
        let fits = matches!(entry.mode, Mode::File | Mode::Executable | Mode::Symlink);
        let dir = entry.dir();
        if !fits || not_ours(&entry.path) || is_machinery(dir) {
            return None;
        }
        let place = self.places.iter().position(|p| p.eq_ignore_ascii_case(dir));
        if let Some(place) = place
            && let Some(name) = self.takes_name(&self.names, entry)
        {
            return Some((place, 0, name));
        }
        let shelf = dir.split('/').next().unwrap_or_default();
        let shelved = self.shelves.iter().any(|s| s.eq_ignore_ascii_case(shelf));
        if self.anywhere.is_empty() || !(shelved || dir.is_empty()) {
            return None;
        }
        let depth = dir.split('/').count();
        if let Some(name) = self.takes_name(&self.anywhere, entry) {
            return Some((self.places.len(), depth, name));
        }
        // A folder of that name holds the document as its index page.
        let extension = split(entry.name()).1;
        let index = is_index(entry);
        let folder = words(dir.rsplit('/').next().unwrap_or_default());
        let named = index
            && self.takes_extension(&extension)
            && self.anywhere.iter().any(|p| p.is(&folder));
        named.then_some((self.places.len() + 1, depth, 0))
    }
}

/// Whether a file is the page that stands for its folder.
fn is_index(entry: &Entry) -> bool {
    let stem = split(entry.name()).0.trim_start_matches('_');
    ["index", "readme"]
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name))
}

impl Search {
    /// Whether the file at `path` may be the document by name and place; `Some(true)` in a conventional place.
    pub(crate) fn fits(&self, path: &str) -> Option<bool> {
        let entry = Entry {
            path: path.to_owned(),
            raw: None,
            mode: Mode::File,
            origin: Origin::Tracked,
            oid: None,
        };
        self.rank(&entry)
            .map(|(place, ..)| place < self.places.len())
    }

    /// Whether a folder may hold the document, or folders that do.
    pub(crate) fn enters(&self, dir: &str) -> bool {
        let shelf = dir.split('/').next().unwrap_or_default();
        let mut tops = self.shelves.iter().chain(&self.places);
        tops.any(|p| {
            let top = p.split('/').next().unwrap_or_default();
            top.eq_ignore_ascii_case(shelf)
        })
    }
}

/// Folders of the forge that hold forms to fill in and workflows, never a document to read.
fn is_machinery(dir: &str) -> bool {
    let lower = dir.to_ascii_lowercase();
    [
        ".github/issue_template",
        ".github/discussion_template",
        ".github/workflows",
    ]
    .iter()
    .any(|folder| lower.starts_with(folder))
}

/// Files that may be the document, best first.
pub(crate) struct Candidates<'a> {
    /// Tracked ones, which verdicts count.
    pub(crate) tracked: Vec<&'a Entry>,
    /// The best that is on disk but not tracked: it would have counted.
    pub(crate) untracked: Option<&'a Entry>,
    /// How many were left out because there are too many.
    pub(crate) left_out: usize,
}

/// Looks for the document in `files`.
pub(crate) fn candidates<'a>(files: &Files<'a>, search: &Search) -> Candidates<'a> {
    let mut ranked: Vec<_> = files
        .entries()
        .iter()
        .filter_map(|entry| search.rank(entry).map(|rank| (rank, entry)))
        .collect();
    ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.path.cmp(&y.path)));
    let untracked = ranked.iter().find(|(_, e)| !e.counts()).map(|(_, e)| *e);
    let mut tracked: Vec<_> = ranked
        .into_iter()
        .filter(|(_, e)| e.counts())
        .map(|(_, e)| e)
        .collect();
    let left_out = tracked.len().saturating_sub(CANDIDATES);
    tracked.truncate(CANDIDATES);
    Candidates {
        tracked,
        untracked,
        left_out,
    }
}

/// The first folder that is the document, with the last of its files by name (often the newest) and
/// their number.
pub(crate) fn folder<'a>(files: &Files<'a>, search: &Search) -> Option<(String, &'a Entry, usize)> {
    search.folders.iter().find_map(|pattern| {
        let inside = files.entries().iter().filter(|entry| {
            entry.counts()
                && entry.is_file()
                && pattern.is_match(&entry.path)
                && !not_ours(&entry.path)
                && holds_words(entry)
        });
        let inside: Vec<_> = inside.collect();
        let last = inside.last()?;
        Some((last.dir().to_owned(), *last, inside.len()))
    })
}

/// A document of the folder itself, not its explanation or a template.
fn holds_words(entry: &Entry) -> bool {
    let stem = split(entry.name()).0;
    let words = words(stem);
    let beside = ["template", "contributing", "config", "todo"];
    !stem.starts_with('.') && !words.iter().any(|w| beside.contains(&w.as_str()))
}

/// Extensions of documents that are read for sections and links.
const READ: &[&str] = &[
    "", "md", "markdown", "rst", "adoc", "asciidoc", "txt", "org",
];
/// Most documents that are read for sections and links.
const COMPANIONS: usize = 60;

fn is_read(entry: &Entry) -> bool {
    matches!(entry.mode, Mode::File | Mode::Executable | Mode::Symlink)
        && entry.counts()
        && READ.contains(&split(entry.name()).1.as_str())
        && !not_ours(&entry.path)
}

/// Documents with one of `names` in the folders where the forges look, in the order of the names.
pub(crate) fn companions<'a>(files: &Files<'a>, names: &[Phrase]) -> Vec<&'a Entry> {
    let places = [
        "",
        ".github",
        "docs",
        "doc",
        "governance",
        "community",
        "project",
    ];
    let mut found: Vec<_> = files
        .entries()
        .iter()
        .filter_map(|entry| {
            let dir = entry.dir();
            let place = places.iter().position(|p| p.eq_ignore_ascii_case(dir))?;
            let stem = words(split(entry.name()).0);
            let name = names.iter().position(|n| n.is(&stem))?;
            is_read(entry).then_some((name, place, entry))
        })
        .collect();
    found.sort_by_key(|(name, place, entry)| (*name, *place, entry.path.as_str()));
    found.truncate(COMPANIONS);
    found.into_iter().map(|(_, _, entry)| entry).collect()
}

/// Documents whose path matches one of `pages`, the shallow ones first.
pub(crate) fn pages<'a>(files: &Files<'a>, pages: &[Pattern]) -> Vec<&'a Entry> {
    let mut found: Vec<_> = files
        .entries()
        .iter()
        .filter(|e| is_read(e) && pages.iter().any(|p| p.is_match(&e.path)))
        .collect();
    found.sort_by_key(|e| (e.path.matches('/').count(), e.path.as_str()));
    found.truncate(COMPANIONS);
    found
}
