// SPDX-License-Identifier: Apache-2.0

//! The licence inventory: for every covered file what is said about it, and where that is said.

use rayon::prelude::*;

use crate::checks::header::{Class, Headers, Part, class};
use crate::checks::{Files, Shared};
use crate::subject::{DOCUMENT_LIMIT, Entry, HEADER_LIMIT, ReadError};

use super::annotations::{Annotation, Annotations, Precedence, Wrong, line_of};
use super::{covered, extract, grammar};

/// Where information about a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceKind {
    /// In the file.
    Line,
    /// In its `.license` neighbour.
    Sidecar,
    /// In a `REUSE.toml`.
    ReuseToml,
    /// In `.reuse/dep5`.
    Dep5,
}

/// Information and the file it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What kind of place it is.
    pub kind: SourceKind,
    /// Path of the place.
    pub path: String,
    /// Expressions, as they stand.
    pub expressions: Vec<String>,
    /// Line of each expression, from 1; empty where the place has no lines of its own.
    pub lines: Vec<u64>,
    /// Copyright notices.
    pub copyrights: Vec<String>,
}

/// Everything said about one covered file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLicensing {
    /// Its path.
    pub path: String,
    /// What is said, place by place.
    pub sources: Vec<Source>,
    /// What kind of file it is: `code`, `document`, `data`, `other`.
    pub class: &'static str,
    /// Why it could not be read, if so.
    pub unread: Option<String>,
}

impl FileLicensing {
    /// All expressions, as they stand.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.sources
            .iter()
            .flat_map(|s| s.expressions.iter().map(String::as_str))
    }

    /// All copyright notices.
    pub fn copyrights(&self) -> impl Iterator<Item = &str> {
        self.sources
            .iter()
            .flat_map(|s| s.copyrights.iter().map(String::as_str))
    }

    /// Whether at least one valid expression is there.
    pub fn is_licensed(&self) -> bool {
        self.expressions().any(|e| grammar::ids(e).is_some())
    }
}

/// A file with annotations that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its path.
    pub path: String,
    /// The line at fault, from 1.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub why: String,
}

/// The whole tree.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Covered files, in order.
    pub files: Vec<FileLicensing>,
    /// Files left out, by reason.
    pub skipped: std::collections::BTreeMap<&'static str, usize>,
    /// `REUSE.toml` or dep5 files that cannot be used.
    pub broken: Vec<Broken>,
    /// Files that go on after the bound to which they were searched.
    pub cut: Vec<String>,
    /// Paths of the `REUSE.toml` or dep5 files in use.
    pub annotated: Vec<String>,
}

/// Files handed to a thread at once.
const CHUNK: usize = 256;

/// Reads the tree: every file once, for the inventory and for the rules about heads of files.
pub(super) fn read(shared: &Shared<'_>) -> (Inventory, Headers) {
    let mut inventory = Inventory::default();
    let global = Global::read(&shared.files, &mut inventory);
    let entries = shared.files.entries();
    let read: Vec<(Vec<Outcome>, Part)> = entries
        .par_chunks(CHUNK)
        .enumerate()
        .map(|(number, chunk)| {
            let mut part = Part::default();
            let mut buffer = Vec::new();
            let outcomes = (number * CHUNK..)
                .zip(chunk)
                .map(|(index, entry)| one(shared, &global, index, entry, &mut part, &mut buffer))
                .collect();
            (outcomes, part)
        })
        .collect();
    let mut parts = Vec::with_capacity(read.len());
    for (outcomes, part) in read {
        parts.push(part);
        for outcome in outcomes {
            match outcome {
                Ok((file, cut)) => {
                    if cut {
                        inventory.cut.push(file.path.clone());
                    }
                    inventory.files.push(file);
                }
                Err(reason) => *inventory.skipped.entry(reason).or_default() += 1,
            }
        }
    }
    inventory.annotated = global.files.iter().map(|g| g.path.clone()).collect();
    (inventory, Headers::joined(entries.len(), parts))
}

/// What is said about a file, and whether it was searched in part only; or why it is left out.
type Outcome = Result<(FileLicensing, bool), &'static str>;

fn one(
    shared: &Shared<'_>,
    global: &Global,
    index: usize,
    entry: &Entry,
    part: &mut Part,
    buffer: &mut Vec<u8>,
) -> Outcome {
    let reason = covered::skipped(entry);
    let excluded = shared.is_excluded(index);
    if reason.is_some() || excluded || shared.is_left_out(entry) {
        // Not covered, but some rule about heads may ask for it.
        part.read_one(shared, index, entry, buffer);
        let otherwise = if excluded { "excluded" } else { "unchanged" };
        return Err(reason.unwrap_or(otherwise));
    }
    if let Some(known) = known(shared, entry) {
        part.read_one(shared, index, entry, buffer);
        return Ok((known, false));
    }
    let read = contents(&shared.files, entry, buffer);
    let found = read.as_ref().map(|_| buffer.as_slice());
    part.look_at(shared, index, entry, found.map_err(|_| ()));
    file(&shared.files, global, entry, found)
        .ok_or("empty")
        .map(|file| (file, read == Ok(true)))
}

/// Reads a file into `buffer`: a binary one up to the bound of heads, a text up to that of documents. Tells
/// whether a text goes on after that.
fn contents(files: &Files<'_>, entry: &Entry, buffer: &mut Vec<u8>) -> Result<bool, ReadError> {
    let more = files.tree.read_into(entry, HEADER_LIMIT, buffer)?;
    if !more || extract::is_binary(buffer) {
        return Ok(false);
    }
    files.tree.read_into(entry, DOCUMENT_LIMIT, buffer)
}

/// What the other side of a comparison knows of the same file.
fn known(shared: &Shared<'_>, entry: &Entry) -> Option<FileLicensing> {
    let files = &shared.same(entry)?.inventory().files;
    let at = files.binary_search_by(|f| f.path.cmp(&entry.path)).ok()?;
    Some(files[at].clone())
}

/// `None` for an empty file.
fn file(
    files: &Files<'_>,
    global: &Global,
    entry: &Entry,
    content: Result<&[u8], &ReadError>,
) -> Option<FileLicensing> {
    let class = class::of_name(entry.name())
        .unwrap_or(Class::Other)
        .as_str();
    let mut licensing = FileLicensing {
        path: entry.path.clone(),
        sources: Vec::new(),
        class,
        unread: None,
    };
    let content = match content {
        Ok([]) => return None,
        Ok(bytes) => bytes,
        Err(error) => {
            licensing.unread = Some(error.to_string());
            &[]
        }
    };
    let found = global.of(&entry.path);
    if !found.replacing.is_empty() {
        licensing.sources = found.replacing;
        return Some(licensing);
    }
    let own = own_words(files, entry, content);
    let (no_expression, no_copyright) = (own.expressions.is_empty(), own.copyrights.is_empty());
    licensing.sources.extend(found.added);
    if !(no_expression && no_copyright) {
        licensing.sources.push(own);
    }
    // What is closest fills what the file itself lacks, each kind of information apart.
    let closest = found.closest.into_iter().map(|mut source| {
        if !no_expression {
            source.expressions.clear();
        }
        if !no_copyright {
            source.copyrights.clear();
        }
        source
    });
    licensing.sources.extend(closest.filter(says_something));
    Some(licensing)
}

fn says_something(source: &Source) -> bool {
    !(source.expressions.is_empty() && source.copyrights.is_empty())
}

/// What the file says of itself, or its neighbour in its place.
fn own_words(files: &Files<'_>, entry: &Entry, content: &[u8]) -> Source {
    let neighbour = files
        .get(&format!("{}.license", entry.path))
        .filter(|e| e.is_file() && e.counts());
    let (kind, path, said) = match neighbour {
        Some(neighbour) => {
            let content = files.tree.read(neighbour, DOCUMENT_LIMIT);
            let bytes = content.map(|c| c.bytes).unwrap_or_default();
            (
                SourceKind::Sidecar,
                &neighbour.path,
                extract::of_bytes(&bytes),
            )
        }
        None => (SourceKind::Line, &entry.path, extract::of_bytes(content)),
    };
    Source {
        kind,
        path: path.clone(),
        expressions: said.expressions,
        lines: said.lines,
        copyrights: said.copyrights,
    }
}

/// What annotations say about one file.
#[derive(Default)]
struct Said {
    replacing: Vec<Source>,
    added: Vec<Source>,
    closest: Vec<Source>,
}

/// All annotations of the tree, from the root down.
struct Global {
    files: Vec<Annotations>,
    kind: SourceKind,
}

impl Global {
    fn read(files: &Files<'_>, inventory: &mut Inventory) -> Global {
        let mut global = Global {
            files: Vec::new(),
            kind: SourceKind::ReuseToml,
        };
        let is_toml = |e: &&Entry| {
            e.name() == "REUSE.toml"
                && e.is_file()
                && e.counts()
                && covered::skipped_folder(e.dir()).is_none()
        };
        let tomls: Vec<&Entry> = files.entries().iter().filter(is_toml).collect();
        let dep5 = files
            .get(".reuse/dep5")
            .filter(|e| e.is_file() && e.counts());
        if let (Some(dep5), Some(toml)) = (dep5, tomls.first()) {
            inventory.broken.push(Broken {
                path: dep5.path.clone(),
                line: None,
                why: format!("{} exists, too; the two exclude each other", toml.path),
            });
        }
        let dep5_only = dep5.filter(|_| tomls.is_empty());
        if dep5_only.is_some() {
            global.kind = SourceKind::Dep5;
        }
        for entry in tomls.into_iter().chain(dep5_only) {
            match parse(files, entry, global.kind) {
                Ok(annotations) => global.files.push(annotations),
                Err(Wrong { line, why }) => inventory.broken.push(Broken {
                    path: entry.path.clone(),
                    line,
                    why,
                }),
            }
        }
        global
            .files
            .sort_by(|a, b| a.folder.split('/').cmp(b.folder.split('/')));
        global
    }

    fn of(&self, path: &str) -> Said {
        let mut said = Said::default();
        for file in &self.files {
            let relative = match file.folder.as_str() {
                "" => Some(path),
                folder => path
                    .strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            let Some(table) = relative.and_then(|relative| file.of(relative)) else {
                continue;
            };
            let source = self.source(file, table);
            match table.precedence {
                Precedence::Override => {
                    said.replacing.push(source);
                    break;
                }
                Precedence::Aggregate => said.added.push(source),
                Precedence::Closest => said.closest.push(source),
            }
        }
        only_closest(&mut said.closest);
        if !said.replacing.is_empty() {
            // What stands above the overriding file still holds, as the reference tool reads it.
            said.replacing.append(&mut said.added);
            let closest = said.closest.drain(..).filter(says_something);
            said.replacing.extend(closest);
        }
        said
    }

    fn source(&self, file: &Annotations, table: &Annotation) -> Source {
        Source {
            kind: self.kind,
            path: file.path.clone(),
            expressions: table.expressions.clone(),
            lines: Vec::new(),
            copyrights: table.copyrights.clone(),
        }
    }
}

/// Of several, the deepest that has the datum, for each kind of information.
fn only_closest(sources: &mut [Source]) {
    let (mut licensed, mut holder) = (false, false);
    for source in sources.iter_mut().rev() {
        if licensed {
            source.expressions.clear();
        }
        if holder {
            source.copyrights.clear();
        }
        licensed |= !source.expressions.is_empty();
        holder |= !source.copyrights.is_empty();
    }
}

fn parse(files: &Files<'_>, entry: &Entry, kind: SourceKind) -> Result<Annotations, Wrong> {
    let document = files.document(entry).map_err(|e| e.to_string())?;
    let text = std::str::from_utf8(&document.bytes).map_err(|e| Wrong {
        line: Some(line_of(&document.bytes, e.valid_up_to())),
        why: "it is not UTF-8".to_owned(),
    })?;
    match kind {
        SourceKind::Dep5 => Annotations::dep5(&entry.path, text),
        _ => Annotations::toml(&entry.path, text),
    }
}
