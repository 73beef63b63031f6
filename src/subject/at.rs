// SPDX-License-Identifier: Apache-2.0

//! Single files of a commit or a working tree, found name by name: nothing else of the tree is listed.

use git2::{ObjectType, Oid};

use super::commit_tree::{self, TREE_LIMIT};
use super::disk::{Root, SmallError};
use super::memory::MemoryTree;
use super::objects::Objects;
use super::{Content, DOCUMENT_LIMIT, Notice, ReadError, Subject};

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
        file_at(
            self.objects().ok_or(ReadError::Missing)?,
            commit,
            path,
            limit,
        )
    }

    /// Whether a merge is under way in the working tree, so that the next commit is one.
    pub fn is_merging(&self) -> bool {
        self.git
            .as_ref()
            .is_some_and(|git| git.holds(b"MERGE_HEAD"))
    }
    /// The commit that a reference leads to, by its full name (`refs/heads/main`).
    pub fn reference(&self, name: &str) -> Option<Oid> {
        let git = self.git.as_ref()?;
        git.peel(git.refs.get(name)?).ok()
    }
}

/// The first `limit` bytes of the regular file at `path` in `commit`.
fn file_at(
    objects: &Objects,
    commit: Oid,
    path: &str,
    limit: usize,
) -> Result<Option<Content>, ReadError> {
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

/// Only the files at `paths`: those on disk, else those of a commit. What is no regular file is left out.
fn only(
    paths: &[String],
    read: impl Fn(&str) -> Result<Option<Content>, ReadError>,
    notices: &mut Vec<Notice>,
) -> MemoryTree {
    let mut tree = MemoryTree::new();
    for path in paths {
        match read(path) {
            Ok(Some(content)) => tree = tree.file(path, content.bytes),
            Ok(None) => {}
            Err(error) => notices.push(Notice::left_out(path, error.to_string())),
        }
    }
    tree
}

/// [`only`] of a working tree.
pub(super) fn on_disk(root: &Root, paths: &[String], notices: &mut Vec<Notice>) -> MemoryTree {
    let read = |path: &str| match root.small(path.as_bytes(), DOCUMENT_LIMIT) {
        Ok(bytes) => Ok(Some(Content {
            bytes,
            truncated: false,
        })),
        Err(SmallError::Absent) => Ok(None),
        Err(SmallError::Refused(why)) => Err(ReadError::Refused(why)),
    };
    only(paths, read, notices)
}

/// [`only`] of a commit.
pub(super) fn in_commit(
    objects: &Objects,
    commit: Oid,
    paths: &[String],
    notices: &mut Vec<Notice>,
) -> MemoryTree {
    only(
        paths,
        |path| file_at(objects, commit, path, DOCUMENT_LIMIT),
        notices,
    )
}
