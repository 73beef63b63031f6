// SPDX-License-Identifier: Apache-2.0

//! The walk over a working tree: one listing of each folder, matched against the sorted tracked paths.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::disk::{Kind, Root, words};
use super::ignored::Rules;
use super::index::Tracked;
use super::{ENTRY_LIMIT, Entry, Mode, Notice, Origin, PATH_BYTES_LIMIT, escape};

/// Deepest folder on disk.
const DISK_DEPTH_LIMIT: usize = 1024;

/// A folder to be listed.
struct Folder {
    /// With `/` at the end; empty for the root.
    path: Vec<u8>,
    depth: usize,
    /// Tracked paths below it.
    tracked: Range<usize>,
    rules: Option<Rc<Rules>>,
    /// Whether git ignores it; not asked yet for folders with tracked files, where most have nothing else.
    ignored: Cell<Option<bool>>,
}

/// The walk of one tree.
pub(super) struct Walk<'r> {
    root: &'r Root,
    tracked: Vec<Tracked>,
    on_disk: Vec<Option<Kind>>,
    found: Vec<Entry>,
    path_bytes: usize,
    /// Origin of what the index does not name.
    origin: Origin,
    /// What could not be listed: count and first path, by reason.
    odd: BTreeMap<String, (usize, String)>,
}

impl<'r> Walk<'r> {
    /// Over `root`; what `tracked` does not name gets `origin`.
    pub(super) fn new(root: &'r Root, tracked: Vec<Tracked>, origin: Origin) -> Self {
        Walk {
            root,
            on_disk: vec![None; tracked.len()],
            tracked,
            found: Vec::new(),
            path_bytes: 0,
            origin,
            odd: BTreeMap::new(),
        }
    }

    fn odd(&mut self, why: String, path: &[u8]) {
        let shown = &path[..path.len().min(super::DEPTH_LIMIT)];
        self.odd.entry(why).or_insert_with(|| (0, escape(shown))).0 += 1;
    }

    /// Lists every folder that is not ignored or holds tracked files.
    pub(super) fn run(&mut self, exclude: Option<Rc<Rules>>, notices: &mut Vec<Notice>) {
        let mut stack = vec![Folder {
            path: Vec::new(),
            depth: 0,
            tracked: 0..self.tracked.len(),
            rules: exclude,
            ignored: Cell::new(Some(false)),
        }];
        while let Some(folder) = stack.pop() {
            if self.found.len() > ENTRY_LIMIT || self.path_bytes > PATH_BYTES_LIMIT {
                notices.push(Notice::fault(
                    &escape(&folder.path),
                    format!("the folder holds more than the bound of {ENTRY_LIMIT} paths or {PATH_BYTES_LIMIT} bytes of paths; the rest is not judged"),
                ));
                return;
            }
            let path = folder.path.strip_suffix(b"/").unwrap_or(&folder.path);
            match self.root.list(path) {
                Ok(listed) => self.folder(&folder, listed, &mut stack, notices),
                Err(e) => self.odd(format!("folders cannot be listed ({})", words(&e)), path),
            }
        }
    }

    fn folder(
        &mut self,
        folder: &Folder,
        listed: Vec<(Vec<u8>, Kind)>,
        stack: &mut Vec<Folder>,
        notices: &mut Vec<Notice>,
    ) {
        let plain = self.origin == Origin::Plain;
        let has = |name: &[u8]| listed.iter().any(|(n, _)| n == name);
        if !plain && folder.depth > 0 && folder.tracked.is_empty() && has(b".git") {
            // Another repository inside this one, and no submodule of it.
            return;
        }
        let rules = match &folder.rules {
            above if !plain && has(b".gitignore") => {
                Some(Rules::of_folder(&folder.path, above.clone()))
            }
            above => above.clone(),
        };
        for (name, kind) in listed {
            if name == b".git" {
                continue;
            }
            let path = [&folder.path[..], &name].concat();
            if let Some(at) = self.find(folder, &name) {
                self.on_disk[at] = Some(kind);
                if kind != Kind::Folder || self.tracked[at].mode == Mode::Submodule {
                    continue;
                }
            }
            let below = match kind {
                Kind::Folder => self.below(folder, &name),
                _ => 0..0,
            };
            // What holds tracked files is walked whatever the patterns say, so they are not asked yet.
            let ignored = match below.is_empty() {
                true if plain => Some(false),
                true => Some(self.ignored(folder, rules.as_deref(), &path, kind, notices)),
                false => None,
            };
            if ignored == Some(true) {
                continue;
            }
            if kind == Kind::Folder {
                self.descend(folder, path, below, rules.clone(), ignored, stack);
            } else {
                self.path_bytes += path.len();
                self.found
                    .push(Entry::new(path, mode_of(kind), self.origin, None));
            }
        }
    }

    /// Whether git ignores an untracked path: by a pattern for it, or for a folder above it.
    fn ignored(
        &self,
        folder: &Folder,
        rules: Option<&Rules>,
        path: &[u8],
        kind: Kind,
        notices: &mut Vec<Notice>,
    ) -> bool {
        let Some(rules) = rules else {
            return false;
        };
        let above = folder.ignored.get().unwrap_or_else(|| {
            let ends = memchr::memchr_iter(b'/', &folder.path);
            ends.into_iter()
                .any(|end| rules.ignores(self.root, &folder.path[..end], true, notices))
        });
        folder.ignored.set(Some(above));
        above || rules.ignores(self.root, path, kind == Kind::Folder, notices)
    }

    fn descend(
        &mut self,
        folder: &Folder,
        mut path: Vec<u8>,
        tracked: Range<usize>,
        rules: Option<Rc<Rules>>,
        ignored: Option<bool>,
        stack: &mut Vec<Folder>,
    ) {
        if folder.depth + 1 >= DISK_DEPTH_LIMIT {
            let why = format!("folders nested deeper than the bound of {DISK_DEPTH_LIMIT}");
            return self.odd(why, &path);
        }
        self.path_bytes += path.len();
        path.push(b'/');
        stack.push(Folder {
            path,
            depth: folder.depth + 1,
            tracked,
            rules,
            ignored: Cell::new(ignored),
        });
    }

    /// The tracked path `folder/name` itself.
    fn find(&self, folder: &Folder, name: &[u8]) -> Option<usize> {
        let skip = folder.path.len();
        let range = &self.tracked[folder.tracked.clone()];
        let at = range.binary_search_by(|t| t.path[skip..].cmp(name)).ok()?;
        Some(folder.tracked.start + at)
    }

    /// The tracked paths below the folder `folder/name`.
    fn below(&self, folder: &Folder, name: &[u8]) -> Range<usize> {
        let skip = folder.path.len();
        let range = &self.tracked[folder.tracked.clone()];
        let prefix = [name, b"/"].concat();
        let start = range.partition_point(|t| t.path[skip..] < prefix[..]);
        let count = range[start..].partition_point(|t| t.path[skip..].starts_with(&prefix));
        let start = folder.tracked.start + start;
        start..start + count
    }

    /// Every entry, sorted; tracked files that the disk lacks are counted.
    pub(super) fn finish(mut self, notices: &mut Vec<Notice>) -> Vec<Entry> {
        for (why, (count, first)) in std::mem::take(&mut self.odd) {
            let message = format!("{why}: {count}; what is in them is not judged");
            notices.push(Notice::fault(&first, message));
        }
        let mut missing = (0, String::new());
        let mut entries = Vec::with_capacity(self.tracked.len() + self.found.len());
        for (tracked, kind) in self.tracked.into_iter().zip(self.on_disk) {
            let Tracked {
                path, mode, oid, ..
            } = tracked;
            let mode = match (mode, kind) {
                (Mode::Submodule, _) => Mode::Submodule,
                (_, None | Some(Kind::Folder)) => {
                    if missing.0 == 0 {
                        missing.1 = escape(&path);
                    }
                    missing.0 += 1;
                    mode
                }
                (mode, Some(Kind::File)) => mode,
                (_, Some(other)) => mode_of(other),
            };
            entries.push(Entry::new(path, mode, Origin::Tracked, oid));
        }
        if missing.0 > 0 {
            notices.push(Notice::left_out(
                &missing.1,
                format!("tracked files that are not on disk (deleted, or a sparse checkout): {}; what the index names is read from git's objects, where they are here", missing.0),
            ));
        }
        entries.append(&mut self.found);
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries
    }
}

fn mode_of(kind: Kind) -> Mode {
    match kind {
        Kind::File | Kind::Folder => Mode::File,
        Kind::Link => Mode::Symlink,
        Kind::Special => Mode::Special,
    }
}
