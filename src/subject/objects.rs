//! Git objects by id, each read with a bound.

use std::path::Path;

use git2::{ObjectType, Odb, Oid};

use super::disk::{Root, words};
use super::refs::parse_id;
use super::{Notice, ReadError};

/// Largest commit read, in bytes.
const COMMIT_LIMIT: usize = 1 << 20;
/// Most parents of a commit that are read.
const PARENT_LIMIT: usize = 65_536;

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
    odb: Option<Odb<'static>>,
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
        let odb = folders.first().and_then(|folder| {
            let odb = Odb::new().ok()?;
            odb.add_disk_alternate(&folder.path().to_string_lossy())
                .ok()?;
            Some(odb)
        });
        let _ = notices;
        Objects { odb }
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
        let odb = self.odb.as_ref().ok_or(ReadError::Missing)?;
        let object = odb.read(id).map_err(|e| match e.code() {
            git2::ErrorCode::NotFound => ReadError::Missing,
            _ => ReadError::Corrupt(e.message().to_owned()),
        })?;
        let data = object.data();
        let end = data.len().min(limit);
        Ok(take(object.kind(), &data[..end], data.len() > limit))
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
        let odb = self.odb.as_ref().ok_or(ReadError::Missing)?;
        let object = odb.read(id).map_err(|e| match e.code() {
            git2::ErrorCode::NotFound => ReadError::Missing,
            _ => ReadError::Corrupt(e.message().to_owned()),
        })?;
        let data = object.data();
        buffer.extend_from_slice(&data[..data.len().min(limit)]);
        Ok((object.kind(), data.len() > limit))
    }

    /// Whether an object is in this clone.
    pub fn contains(&self, id: Oid) -> bool {
        self.odb.as_ref().is_some_and(|odb| odb.exists(id))
    }

    /// The object whose id begins with these hexadecimal digits.
    pub(super) fn prefix(&self, digits: &str) -> Prefix {
        let _ = digits;
        Prefix::None
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
