// SPDX-License-Identifier: Apache-2.0

//! The licence inventory: for every covered file what is said about it, and where that is said.

use rayon::prelude::*;

use crate::checks::{Files, Shared};
use crate::subject::{DOCUMENT_LIMIT, Entry};

use super::annotations::{Annotation, Annotations, Precedence};
use super::{covered, extract, grammar};
use crate::checks::header::Class;
use crate::checks::header::class;

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

/// The whole tree.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// Covered files, in order.
    pub files: Vec<FileLicensing>,
    /// Files left out, by reason.
    pub skipped: std::collections::BTreeMap<&'static str, usize>,
    /// `REUSE.toml` or dep5 files that cannot be used: path and why.
    pub broken: Vec<(String, String)>,
    /// Paths of the `REUSE.toml` or dep5 files in use.
    pub annotated: Vec<String>,
}

impl Inventory {
    /// Reads the tree.
    pub(crate) fn read(shared: &Shared<'_>) -> Inventory {
        let mut inventory = Inventory::default();
        let global = Global::read(&shared.files, &mut inventory);
        let entries = shared.files.entries();
        let read: Vec<Result<FileLicensing, &'static str>> = entries
            .par_iter()
            .enumerate()
            .map(|(index, entry)| {
                if let Some(reason) = covered::skipped(entry) {
                    return Err(reason);
                }
                if shared.is_excluded(index) {
                    return Err("excluded");
                }
                if shared.is_left_out(entry) {
                    return Err("unchanged");
                }
                if let Some(known) = known(shared, entry) {
                    return Ok(known);
                }
                file(&shared.files, &global, entry).ok_or("empty")
            })
            .collect();
        for outcome in read {
            match outcome {
                Ok(file) => inventory.files.push(file),
                Err(reason) => *inventory.skipped.entry(reason).or_default() += 1,
            }
        }
        inventory.annotated = global.files.iter().map(|g| g.path.clone()).collect();
        inventory
    }
}

/// What the other side of a comparison knows of the same file.
fn known(shared: &Shared<'_>, entry: &Entry) -> Option<FileLicensing> {
    let files = &shared.same(entry)?.inventory().files;
    let at = files.binary_search_by(|f| f.path.cmp(&entry.path)).ok()?;
    Some(files[at].clone())
}

/// `None` for an empty file.
fn file(files: &Files<'_>, global: &Global, entry: &Entry) -> Option<FileLicensing> {
    let class = class::of_name(entry.name())
        .unwrap_or(Class::Other)
        .as_str();
    let mut licensing = FileLicensing {
        path: entry.path.clone(),
        sources: Vec::new(),
        class,
        unread: None,
    };
    let found = global.of(&entry.path);
    let content = match files.tree.read(entry, DOCUMENT_LIMIT) {
        Ok(content) if content.bytes.is_empty() => return None,
        Ok(content) => content.bytes,
        Err(error) => {
            licensing.unread = Some(error.to_string());
            Vec::new()
        }
    };
    if let Some(only) = found.replacing {
        licensing.sources.push(only);
        return Some(licensing);
    }
    let neighbour = files
        .get(&format!("{}.license", entry.path))
        .filter(|e| e.is_file() && e.counts());
    let (kind, path, said) = match neighbour {
        Some(neighbour) => {
            let bytes = files
                .tree
                .read(neighbour, DOCUMENT_LIMIT)
                .map(|c| c.bytes)
                .unwrap_or_default();
            (
                SourceKind::Sidecar,
                neighbour.path.clone(),
                extract::of_bytes(&bytes),
            )
        }
        None => (
            SourceKind::Line,
            entry.path.clone(),
            extract::of_bytes(&content),
        ),
    };
    let own = Source {
        kind,
        path,
        expressions: said.expressions,
        copyrights: said.copyrights,
    };
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
    licensing
        .sources
        .extend(closest.filter(|s| !(s.expressions.is_empty() && s.copyrights.is_empty())));
    Some(licensing)
}

/// What annotations say about one file.
#[derive(Default)]
struct Said {
    replacing: Option<Source>,
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
            let why = format!("{} exists, too; the two exclude each other", toml.path);
            inventory.broken.push((dep5.path.clone(), why));
        }
        let dep5_only = dep5.filter(|_| tomls.is_empty());
        if dep5_only.is_some() {
            global.kind = SourceKind::Dep5;
        }
        for entry in tomls.into_iter().chain(dep5_only) {
            match parse(files, entry, global.kind) {
                Ok(annotations) => global.files.push(annotations),
                Err(why) => inventory.broken.push((entry.path.clone(), why)),
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
                    said.replacing = Some(source);
                    break;
                }
                Precedence::Aggregate => said.added.push(source),
                Precedence::Closest => said.closest.push(source),
            }
        }
        only_closest(&mut said.closest);
        if let Some(only) = &mut said.replacing {
            // What was added above the overriding file still holds.
            for source in said.added.drain(..) {
                only.expressions.extend(source.expressions);
                only.copyrights.extend(source.copyrights);
            }
        }
        said
    }

    fn source(&self, file: &Annotations, table: &Annotation) -> Source {
        Source {
            kind: self.kind,
            path: file.path.clone(),
            expressions: table.expressions.clone(),
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

fn parse(files: &Files<'_>, entry: &Entry, kind: SourceKind) -> Result<Annotations, String> {
    let document = files.document(entry).map_err(|e| e.to_string())?;
    let text = std::str::from_utf8(&document.bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    match kind {
        SourceKind::Dep5 => Annotations::dep5(&entry.path, text),
        _ => Annotations::toml(&entry.path, text),
    }
}
