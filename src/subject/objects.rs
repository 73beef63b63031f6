//! Git objects by id, each read with a bound.

use std::path::Path;

use git2::{ObjectType, Odb, Oid};

use super::ReadError;

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

/// The object database of one repository. Shared between threads.
pub struct Objects {
    odb: Odb<'static>,
}

impl Objects {
    /// Opens `objects/` of a git folder.
    ///
    /// # Errors
    /// When it is not there or not readable.
    pub fn open(objects: &Path) -> Result<Self, ReadError> {
        let odb = Odb::new().map_err(|e| ReadError::Unreadable(e.message().to_owned()))?;
        odb.add_disk_alternate(&objects.to_string_lossy())
            .map_err(|e| ReadError::Unreadable(e.message().to_owned()))?;
        Ok(Objects { odb })
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
        let object = self.odb.read(id).map_err(|e| match e.code() {
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
        let object = self.odb.read(id).map_err(|e| match e.code() {
            git2::ErrorCode::NotFound => ReadError::Missing,
            _ => ReadError::Corrupt(e.message().to_owned()),
        })?;
        let data = object.data();
        let end = data.len().min(limit);
        Ok(Object {
            kind: object.kind(),
            bytes: data[..end].to_vec(),
            truncated: data.len() > limit,
        })
    }
}
