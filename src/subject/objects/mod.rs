// SPDX-License-Identifier: Apache-2.0

//! Git objects by id, each read with a bound.
//!
//! Packs and loose objects are read here, in safe Rust, and not by libgit2: that one loops without end on
//! truncated objects and on delta cycles, panics on some packs, follows alternates out of the folder, maps
//! files that may shrink, and inflates whatever size a header claims. Here every step is bounded: sizes,
//! delta chains, work for one object; damage is a value.
//!
//! As in git itself, the content of a packed object is not hashed again when it is read: who can write the
//! object store can write the references, too, and `git fsck` is the tool for failing disks.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use git2::{ObjectType, Oid};

use super::disk::{Kind, Root, absent, words};
use super::refs::parse_id;
use super::{Notice, ReadError};

mod cache;
mod delta;
mod idx;
mod inflate;
mod loose;
mod pack;
#[cfg(test)]
mod tests;

use cache::Cache;
use inflate::Scratch;
use pack::Pack;

/// Largest commit read, in bytes.
const COMMIT_LIMIT: usize = 1 << 20;
/// Most parents of a commit that are read.
const PARENT_LIMIT: usize = 65_536;
/// Most packs of a repository.
const PACK_LIMIT: usize = 10_000;
/// Largest object that is built from deltas, in bytes: it has to be held whole, and its base, too.
pub(super) const WHOLE_LIMIT: usize = 64 << 20;

/// An object's kind and bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Commit, tree, blob or tag.
    pub kind: ObjectType,
    /// Content, without header, up to the limit asked for.
    pub bytes: Vec<u8>,
    /// Whether the object goes on after the limit.
    pub truncated: bool,
}

/// What the first digits of an id lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    None,
    One(Oid),
    Many,
}

/// The object database of one repository. Shared between threads.
pub struct Objects {
    folders: Vec<Root>,
    packs: Vec<Pack>,
    cache: Cache,
    /// The pack that had the last object: the next is likely there, too.
    recent: AtomicUsize,
}

impl Objects {
    /// Opens `objects/` of a git folder.
    ///
    /// # Errors
    /// When it is not there or not readable.
    pub fn open(objects: &Path) -> Result<Self, ReadError> {
        let root = Root::at(objects).map_err(|e| ReadError::Unreadable(words(&e)))?;
        Ok(Objects::over(vec![root], &mut Vec::new()))
    }

    /// Opens several `objects/` folders.
    pub(super) fn over(folders: Vec<Root>, notices: &mut Vec<Notice>) -> Self {
        let mut packs = Vec::new();
        for (at, folder) in folders.iter().enumerate() {
            match folder.look(b"pack") {
                Ok(Some(Kind::Folder)) => list_packs(folder, at, &mut packs, notices),
                Ok(None) => {}
                Ok(Some(other)) => notices.push(Notice::fault(
                    "objects/pack",
                    format!("it is {} and is not followed; the objects in it are missing from this report", other.words()),
                )),
                Err(e) => notices.push(Notice::fault("objects/pack", format!("it cannot be read: {}", words(&e)))),
            }
        }
        if packs.len() > PACK_LIMIT {
            packs.truncate(PACK_LIMIT);
            let message = format!("only {PACK_LIMIT} packs are read; `git gc` makes one of them");
            notices.push(Notice::fault("objects/pack", message));
        }
        Objects {
            folders,
            packs,
            cache: Cache::new(),
            recent: AtomicUsize::new(0),
        }
    }

    /// Lends the first `limit` bytes of an object without copying them: kind, bytes, whether more follow.
    /// The history pass calls this once for each commit.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn with<R>(
        &self,
        id: Oid,
        limit: usize,
        take: impl FnOnce(ObjectType, &[u8], bool) -> R,
    ) -> Result<R, ReadError> {
        inflate::with_buffer(|buffer| {
            let (kind, truncated) = self.read_into(id, limit, buffer)?;
            Ok(take(kind, buffer, truncated))
        })
    }

    /// Reads the first `limit` bytes of an object.
    ///
    /// # Errors
    /// When it is not in this clone or damaged.
    pub fn read(&self, id: Oid, limit: usize) -> Result<Object, ReadError> {
        let mut bytes = Vec::new();
        let (kind, truncated) = self.read_into(id, limit, &mut bytes)?;
        Ok(Object {
            kind,
            bytes,
            truncated,
        })
    }

    /// Reads the first `limit` bytes of an object into `buffer` (cleared first); returns its kind and
    /// whether more follow.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn read_into(
        &self,
        id: Oid,
        limit: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<(ObjectType, bool), ReadError> {
        buffer.clear();
        let (found, broken) = self.find(id);
        inflate::with_scratch(|scratch| match found {
            Some((pack, offset)) => self.unpack(pack, offset, limit, scratch, buffer),
            None => self
                .loose(id, limit, scratch, buffer)
                .map_err(|e| match (e, broken) {
                    (ReadError::Missing, Some(why)) => ReadError::Corrupt(why),
                    (e, _) => e,
                }),
        })
    }

    /// Whether an object is in this clone.
    pub fn contains(&self, id: Oid) -> bool {
        let path = loose::path(id);
        self.find(id).0.is_some()
            || self
                .folders
                .iter()
                .any(|f| f.look(&path).is_ok_and(|kind| kind == Some(Kind::File)))
    }

    /// The pack and offset of an object; and why packs could not be searched, if some could not.
    fn find(&self, id: Oid) -> (Option<(usize, u64)>, Option<String>) {
        let recent = self.recent.load(Ordering::Relaxed);
        let mut broken = None;
        let others = (0..self.packs.len()).filter(|&at| at != recent);
        for at in (recent < self.packs.len())
            .then_some(recent)
            .into_iter()
            .chain(others)
        {
            let pack = &self.packs[at];
            match pack.idx(&self.folders[pack.folder]) {
                Ok(idx) => {
                    if let Some(offset) = idx.find(id) {
                        if at != recent {
                            self.recent.store(at, Ordering::Relaxed);
                        }
                        return (Some((at, offset)), None);
                    }
                }
                Err(why) => {
                    broken = Some(format!(
                        "it may be in {}, which cannot be used: {why}",
                        pack.name
                    ))
                }
            }
        }
        (None, broken)
    }

    fn loose(
        &self,
        id: Oid,
        limit: usize,
        scratch: &mut Scratch,
        buffer: &mut Vec<u8>,
    ) -> Result<(ObjectType, bool), ReadError> {
        let path = loose::path(id);
        for folder in &self.folders {
            match folder.open(&path) {
                Ok(file) => return loose::read(&file, limit, scratch, buffer),
                Err(e) if absent(&e) => {}
                Err(e) => return Err(ReadError::Unreadable(words(&e))),
            }
        }
        Err(ReadError::Missing)
    }

    /// The object whose id begins with these hexadecimal digits.
    pub(super) fn prefix(&self, digits: &str) -> Prefix {
        let digits = digits.to_ascii_lowercase();
        let mut found = Prefix::None;
        let mut add = |id: Oid| {
            found = match found {
                Prefix::None => Prefix::One(id),
                Prefix::One(other) if other == id => Prefix::One(id),
                Prefix::One(_) | Prefix::Many => Prefix::Many,
            };
        };
        for pack in &self.packs {
            if let Ok(idx) = pack.idx(&self.folders[pack.folder]) {
                idx.beginning(&digits, &mut add);
            }
        }
        for folder in &self.folders {
            let (sub, rest) = digits.split_at(2);
            for (name, _) in folder.list(sub.as_bytes()).unwrap_or_default() {
                if name.starts_with(rest.as_bytes())
                    && let Some(id) = parse_id(&[sub.as_bytes(), &name].concat())
                {
                    add(id);
                }
            }
        }
        found
    }

    /// The tree of a commit.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn tree_of(&self, commit: Oid) -> Result<Oid, ReadError> {
        let bytes = self.commit(commit)?;
        let tree = bytes.strip_prefix(b"tree ").and_then(|b| b.get(..40));
        tree.and_then(parse_id)
            .ok_or_else(|| ReadError::Corrupt("the commit names no tree".into()))
    }

    /// The parents of a commit, in order.
    ///
    /// # Errors
    /// As [`Objects::read`].
    pub fn parents(&self, commit: Oid) -> Result<Vec<Oid>, ReadError> {
        let bytes = self.commit(commit)?;
        let lines = bytes.split(|&b| b == b'\n').skip(1);
        Ok(lines
            .map_while(|line| line.strip_prefix(b"parent "))
            .map_while(parse_id)
            .take(PARENT_LIMIT)
            .collect())
    }

    fn commit(&self, id: Oid) -> Result<Vec<u8>, ReadError> {
        let object = self.read(id, COMMIT_LIMIT)?;
        match object.kind {
            ObjectType::Commit => Ok(object.bytes),
            kind => Err(ReadError::Corrupt(format!("it is a {kind}, not a commit"))),
        }
    }
}

/// Packs that have an index.
fn list_packs(folder: &Root, at: usize, packs: &mut Vec<Pack>, notices: &mut Vec<Notice>) {
    let mut listed = match folder.list(b"pack") {
        Ok(listed) => listed,
        Err(e) => {
            notices.push(Notice::fault(
                "objects/pack",
                format!("it cannot be read: {}", words(&e)),
            ));
            return;
        }
    };
    listed.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let kind_of = |name: &[u8]| {
        let at = listed
            .binary_search_by(|(n, _)| n.as_slice().cmp(name))
            .ok()?;
        Some(listed[at].1)
    };
    for &(ref name, kind) in &listed {
        let Some(stem) = name.strip_suffix(b".idx") else {
            continue;
        };
        match (kind, kind_of(&[stem, b".pack"].concat())) {
            (Kind::File, Some(Kind::File)) => packs.push(Pack::new(at, stem)),
            (_, None) => {}
            (Kind::File, Some(odd)) | (odd, Some(_)) => notices.push(Notice::fault(
                &format!("objects/pack/{}", super::escape(stem)),
                format!("this pack is {} and is not opened; the objects in it are missing from this report", odd.words()),
            )),
        }
    }
}
