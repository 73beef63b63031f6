// SPDX-License-Identifier: Apache-2.0

//! The tree of a commit, read from the object database: no checkout, no disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use git2::{ObjectType, Oid};

use super::objects::Objects;
use super::{
    Content, DEPTH_LIMIT, ENTRY_LIMIT, Entry, Mode, Notice, Origin, PATH_BYTES_LIMIT, ReadError,
    Tree, escape,
};

/// Largest tree object that is read, in bytes.
pub(super) const TREE_LIMIT: usize = 64 << 20;

/// Every path of one commit.
pub struct CommitTree {
    objects: Arc<Objects>,
    entries: Vec<Entry>,
}

impl CommitTree {
    /// Lists the tree `id`, folder by folder; what cannot be listed becomes a notice.
    pub fn read(objects: Arc<Objects>, id: Oid, notices: &mut Vec<Notice>) -> CommitTree {
        let mut walk = Walk {
            objects: &objects,
            entries: Vec::new(),
            path_bytes: 0,
            odd: BTreeMap::new(),
        };
        walk.run(id, notices);
        let Walk {
            mut entries, odd, ..
        } = walk;
        for (what, (count, first)) in odd {
            notices.push(Notice::fault(
                &first,
                format!("{count} entries of the tree are left out: {what}"),
            ));
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let before = entries.len();
        entries.dedup_by(|a, b| a.path == b.path);
        if entries.len() < before {
            let message = format!(
                "{} paths stand more than once in the tree; each is judged once",
                before - entries.len()
            );
            notices.push(Notice::fault("", message));
        }
        entries.shrink_to_fit();
        CommitTree { objects, entries }
    }
}

impl Tree for CommitTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry, limit: usize) -> Result<Content, ReadError> {
        let mut bytes = Vec::new();
        let truncated = self.read_into(entry, limit, &mut bytes)?;
        Ok(Content { bytes, truncated })
    }

    fn read_into(
        &self,
        entry: &Entry,
        limit: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, ReadError> {
        read_blob(&self.objects, entry, limit, buffer)
    }
}

/// Content of an entry from the object database.
pub(super) fn read_blob(
    objects: &Objects,
    entry: &Entry,
    limit: usize,
    buffer: &mut Vec<u8>,
) -> Result<bool, ReadError> {
    buffer.clear();
    match (entry.mode, entry.oid) {
        (Mode::Submodule, _) => Err(ReadError::Refused(
            "a submodule is another repository".into(),
        )),
        (_, None) => Err(ReadError::Missing),
        (_, Some(id)) => match objects.read_into(id, limit, buffer)? {
            (ObjectType::Blob, truncated) => Ok(truncated),
            (kind, _) => {
                buffer.clear();
                Err(ReadError::Corrupt(format!(
                    "object {id} is a {kind}, not a file"
                )))
            }
        },
    }
}

struct Walk<'o> {
    objects: &'o Objects,
    entries: Vec<Entry>,
    path_bytes: usize,
    /// What was left out: count and first path, by reason.
    odd: BTreeMap<&'static str, (usize, String)>,
}

impl Walk<'_> {
    fn odd(&mut self, what: &'static str, path: &[u8]) {
        self.odd.entry(what).or_insert_with(|| (0, escape(path))).0 += 1;
    }

    fn run(&mut self, id: Oid, notices: &mut Vec<Notice>) {
        let mut stack = vec![(id, Vec::new(), 0)];
        let mut trees = 0;
        let mut bytes = Vec::new();
        while let Some((id, prefix, depth)) = stack.pop() {
            trees += 1;
            if trees + self.entries.len() > ENTRY_LIMIT || self.path_bytes > PATH_BYTES_LIMIT {
                notices.push(Notice::fault(
                    &escape(&prefix),
                    format!("the tree is larger than the bound of {ENTRY_LIMIT} paths or {PATH_BYTES_LIMIT} bytes of paths; the rest is not judged"),
                ));
                return;
            }
            let why = match self.objects.read_into(id, TREE_LIMIT, &mut bytes) {
                Ok((ObjectType::Tree, false)) => {
                    self.tree(&bytes, &prefix, depth, &mut stack);
                    continue;
                }
                Ok((ObjectType::Tree, true)) => {
                    format!("it is larger than the bound of {TREE_LIMIT} bytes")
                }
                Ok((kind, _)) => format!("object {id} is a {kind}, not a tree"),
                Err(e) => format!("tree {id}: {e}"),
            };
            let place = escape(&prefix);
            notices.push(Notice::fault(
                if place.is_empty() {
                    "."
                } else {
                    place.trim_end_matches('/')
                },
                format!("this folder cannot be listed and is not judged: {why}"),
            ));
        }
    }

    fn tree(
        &mut self,
        bytes: &[u8],
        prefix: &[u8],
        depth: usize,
        stack: &mut Vec<(Oid, Vec<u8>, usize)>,
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let Some((mode, name, id, after)) = next(rest) else {
                self.odd("the tree object is damaged from here on", prefix);
                return;
            };
            rest = after;
            let path = [prefix, name].concat();
            if !sane(name) {
                self.odd("such a name must not stand in a tree", &path);
                continue;
            }
            let mode = match mode & 0o170_000 {
                0o040_000 if depth + 1 >= DEPTH_LIMIT => {
                    self.odd(
                        "folders are nested deeper than the bound of 4096",
                        &path[..path.len().min(200)],
                    );
                    continue;
                }
                0o040_000 => {
                    self.path_bytes += path.len();
                    stack.push((id, [&path[..], b"/"].concat(), depth + 1));
                    continue;
                }
                0o120_000 => Mode::Symlink,
                0o160_000 => Mode::Submodule,
                0o100_000 if mode & 0o111 != 0 => Mode::Executable,
                0o100_000 => Mode::File,
                _ => {
                    self.odd("git knows no such file mode", &path);
                    continue;
                }
            };
            self.path_bytes += path.len();
            self.entries
                .push(Entry::new(path, mode, Origin::Tracked, Some(id)));
        }
    }
}

/// Mode and id of the entry called `name` in a tree object.
pub(super) fn find(mut bytes: &[u8], name: &[u8]) -> Option<(u32, Oid)> {
    while let Some((mode, other, id, rest)) = next(bytes) {
        if other == name {
            return Some((mode, id));
        }
        bytes = rest;
    }
    None
}

/// Mode, name, id of the first entry of a tree object, and what follows it.
pub(super) fn next(bytes: &[u8]) -> Option<(u32, &[u8], Oid, &[u8])> {
    let space = bytes.iter().take(8).position(|&b| b == b' ')?;
    let mode = u32::from_str_radix(std::str::from_utf8(&bytes[..space]).ok()?, 8).ok()?;
    let rest = &bytes[space + 1..];
    let end = memchr::memchr(0, rest)?;
    let id = rest.get(end + 1..end + 21)?;
    Some((
        mode,
        &rest[..end],
        Oid::from_bytes(id).ok()?,
        &rest[end + 21..],
    ))
}

/// Whether a name may stand in a tree: what git's own fsck refuses is refused.
pub(super) fn sane(name: &[u8]) -> bool {
    if name.is_empty() || name == b"." || name == b".." || name.contains(&b'/') {
        return false;
    }
    if !name.starts_with(b".")
        && !name.starts_with(b"g")
        && !name.starts_with(b"G")
        && name.is_ascii()
    {
        return true;
    }
    // `.git` as Windows (trailing dots, spaces, streams, short name) and macOS (ignorable characters) see it.
    let text = String::from_utf8_lossy(name).to_lowercase();
    let visible: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}'))
        .collect();
    let bare = visible
        .split(':')
        .next()
        .unwrap_or("")
        .trim_end_matches(['.', ' ']);
    bare != ".git" && bare != "git~1"
}
