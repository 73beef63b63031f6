// SPDX-License-Identifier: Apache-2.0

//! Which tracked files differ from the commit of HEAD: asked before anything is written into a working tree,
//! so that git can always take it back.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;

use git2::{ObjectType, Oid};
use rayon::prelude::*;

use super::commit_tree::CommitTree;
use super::disk::native;
use super::index::{Index, Stat, Tracked};
use super::{Mode, Subject, Tree as _, escape};

/// Largest file that is hashed to tell whether it changed, in bytes; a larger one with another date counts as
/// changed.
const HASH_LIMIT: u64 = 64 << 20;

impl Subject {
    /// Paths of tracked files that are staged, changed, deleted or in conflict, sorted. `None` when it cannot be
    /// known: no git, no commit yet, an index that cannot be read, a SHA-256 repository.
    pub fn uncommitted(&self) -> Option<Vec<String>> {
        let git = self.git.as_ref()?;
        let index = Index::parse(&git.index().ok()?, git.config.sha256).ok()?;
        let root = Path::new(&self.path);
        let mut ignored = Vec::new();
        let tree = git.objects.tree_of(git.head_commit()?).ok()?;
        let committed = CommitTree::read(Arc::clone(&git.objects), tree, &mut ignored);
        let mut committed: HashMap<&[u8], (Mode, Option<Oid>)> = committed
            .entries()
            .iter()
            .map(|e| (e.bytes(), (e.mode, e.oid)))
            .collect();
        let mut staged = Vec::new();
        for tracked in &index.tracked {
            let before = committed.remove(tracked.path.as_slice());
            if before != Some((tracked.mode, tracked.oid)) {
                staged.push(escape(&tracked.path));
            }
        }
        if index.sparse.is_empty() {
            staged.extend(committed.into_keys().map(escape));
        }
        let changed = index.tracked.par_iter().filter(|t| changed(root, t));
        let mut paths: Vec<String> = changed.map(|t| escape(&t.path)).collect();
        paths.extend(staged);
        paths.sort();
        paths.dedup();
        Some(paths)
    }
}

fn changed(root: &Path, tracked: &Tracked) -> bool {
    if tracked.mode == Mode::Submodule {
        return false;
    }
    let path = root.join(native(&tracked.path));
    let Ok(about) = std::fs::symlink_metadata(&path) else {
        return true;
    };
    if tracked.mode == Mode::Symlink {
        // Links are never written; where they lead is git's business.
        return !about.is_symlink();
    }
    if !about.is_file() {
        return true;
    }
    if stat_of(&about).is_some_and(|now| now == tracked.stat) {
        return false;
    }
    let small = about.len() <= HASH_LIMIT;
    let now = small.then(|| std::fs::read(&path).ok()).flatten();
    let now = now.and_then(|bytes| Oid::hash_object(ObjectType::Blob, &bytes).ok());
    now.is_none() || now != tracked.oid
}

#[cfg(unix)]
fn stat_of(about: &Metadata) -> Option<Stat> {
    use std::os::unix::fs::MetadataExt as _;
    Some(Stat {
        modified: (about.mtime() as u32, about.mtime_nsec() as u32),
        size: about.len() as u32,
    })
}

#[cfg(not(unix))]
fn stat_of(_: &Metadata) -> Option<Stat> {
    None
}
