// SPDX-License-Identifier: Apache-2.0

//! One file of one commit, found name by name: nothing else of the tree is listed.

use git2::{ObjectType, Oid};

use super::commit_tree::{self, TREE_LIMIT};
use super::{Content, ReadError, Subject};

impl Subject {
    /// The first `limit` bytes of the regular file at `path` in `commit`; `None` when there is no such file.
    ///
    /// # Errors
    /// When the commit, a folder on the way, or the file cannot be had; see [`ReadError`].
    pub fn file_at(
        &self,
        commit: Oid,
        path: &str,
        limit: usize,
    ) -> Result<Option<Content>, ReadError> {
        let objects = self.objects().ok_or(ReadError::Missing)?;
        let mut tree = objects.tree_of(commit)?;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            let listing = objects.read(tree, TREE_LIMIT)?;
            if listing.kind != ObjectType::Tree {
                return Ok(None);
            }
            let Some((mode, id)) = commit_tree::find(&listing.bytes, name.as_bytes()) else {
                return Ok(None);
            };
            let wanted = if names.peek().is_some() {
                0o040_000
            } else {
                0o100_000
            };
            if mode & 0o170_000 != wanted {
                return Ok(None);
            }
            tree = id;
        }
        let blob = objects.read(tree, limit)?;
        Ok((blob.kind == ObjectType::Blob).then_some(Content {
            bytes: blob.bytes,
            truncated: blob.truncated,
        }))
    }

    /// The commit that a reference leads to, by its full name (`refs/heads/main`).
    pub fn reference(&self, name: &str) -> Option<Oid> {
        let git = self.git.as_ref()?;
        git.peel(git.refs.get(name)?).ok()
    }
}
