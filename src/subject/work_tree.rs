// SPDX-License-Identifier: Apache-2.0

//! The working tree: tracked files from the index, untracked ones from the disk; or a plain folder.
//!
//! One walk lists the folders; what the index names is matched against it, so the kind of every tracked file
//! is known without a `stat`. Untracked files are listed unless ignored, and never change a verdict silently.

use std::sync::Arc;

use super::commit_tree::{CommitTree, read_blob};
use super::disk::{Kind, Root, SmallError, absent, through_link, words};
use super::git::Git;
use super::ignored::{IGNORE_LIMIT, Rules};
use super::index::{Index, Stat, Tracked};
use super::objects::Objects;
use super::walk::Walk;
use super::{Content, Entry, Mode, Notice, Origin, ReadError, Tree};

/// A folder on disk, with the git repository it belongs to, if any.
pub(super) struct WorkTree {
    root: Root,
    objects: Option<Arc<Objects>>,
    entries: Vec<Entry>,
}

impl WorkTree {
    /// Lists a folder without git.
    pub(super) fn plain(root: Root, notices: &mut Vec<Notice>) -> WorkTree {
        let mut walk = Walk::new(&root, Vec::new(), Origin::Plain);
        walk.run(None, notices);
        let entries = walk.finish(notices);
        WorkTree {
            root,
            objects: None,
            entries,
        }
    }

    /// Lists a working tree: the index, and what else lies on disk.
    pub(super) fn tracked(root: Root, git: &Git, notices: &mut Vec<Notice>) -> WorkTree {
        let tracked = tracked(git, notices);
        let mut walk = Walk::new(&root, tracked, Origin::Untracked);
        let exclude = match git.exclude(IGNORE_LIMIT) {
            Ok(text) => Some(Rules::of_clone(text)),
            Err(SmallError::Absent) => None,
            Err(SmallError::Refused(why)) => {
                let message = format!("its ignore patterns are not used, because {why}");
                notices.push(Notice::left_out(".git/info/exclude", message));
                None
            }
        };
        walk.run(exclude, notices);
        let entries = walk.finish(notices);
        WorkTree {
            root,
            objects: Some(Arc::clone(&git.objects)),
            entries,
        }
    }
}

impl Tree for WorkTree {
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
        let read = match entry.mode {
            Mode::Special => return Err(ReadError::Refused(Kind::Special.words().into())),
            Mode::Submodule => {
                return Err(ReadError::Refused(
                    "a submodule is another repository".into(),
                ));
            }
            Mode::Symlink => self.root.link(entry.bytes()).map(|target| {
                *buffer = target;
                let more = buffer.len() > limit;
                buffer.truncate(limit);
                more
            }),
            Mode::File | Mode::Executable => self.root.read(entry.bytes(), limit, buffer),
        };
        match (read, &self.objects) {
            (Ok(more), _) => Ok(more),
            // Deleted from the disk, or hidden behind a link or a folder: the index still has it.
            (Err(e), Some(objects)) if entry.oid.is_some() && gone(&e) => {
                read_blob(objects, entry, limit, buffer)
            }
            // Where links cannot be made, git writes their target into a file.
            (Err(e), _)
                if entry.mode == Mode::Symlink && e.kind() == std::io::ErrorKind::InvalidInput =>
            {
                self.root
                    .read(entry.bytes(), limit, buffer)
                    .map_err(|e| ReadError::Unreadable(words(&e)))
            }
            (Err(e), _) if absent(&e) => Err(ReadError::Missing),
            (Err(e), _) => Err(ReadError::Unreadable(words(&e))),
        }
    }
}

/// Whether an error says that the tracked file is not there as a file.
fn gone(error: &std::io::Error) -> bool {
    absent(error) || through_link(error) || error.kind() == std::io::ErrorKind::IsADirectory
}

/// The tracked paths: from the index; when that cannot be used, from the commit of HEAD.
fn tracked(git: &Git, notices: &mut Vec<Notice>) -> Vec<Tracked> {
    let parsed = match git.index() {
        Ok(bytes) => Index::parse(&bytes, git.config.sha256).map_err(str::to_owned),
        Err(SmallError::Absent) if git.head.id().is_none() => return Vec::new(),
        Err(SmallError::Absent) => Err("there is none".to_owned()),
        Err(SmallError::Refused(why)) => Err(why),
    };
    let mut index = match parsed {
        Ok(index) => index,
        Err(why) => {
            let message = format!(
                "the index cannot be used: {why}; the files of HEAD's commit are taken as the tracked ones"
            );
            notices.push(Notice::fault("index", message));
            return committed(git, notices);
        }
    };
    if index.conflicts > 0 {
        let message = format!(
            "{} files are in conflict; what stands on disk is judged",
            index.conflicts
        );
        notices.push(Notice::left_out("index", message));
    }
    if index.insane > 0 {
        let message = format!(
            "{} entries of the index have names or modes that git does not allow; they are left out",
            index.insane
        );
        notices.push(Notice::fault("index", message));
    }
    let sparse = std::mem::take(&mut index.sparse);
    for (folder, tree) in &sparse {
        let listed = CommitTree::read(Arc::clone(&git.objects), *tree, notices);
        index
            .tracked
            .extend(listed.entries().iter().map(|e| Tracked {
                path: [&folder[..], e.bytes()].concat(),
                mode: e.mode,
                oid: e.oid,
                stat: Stat::default(),
            }));
    }
    if !sparse.is_empty() {
        index.tracked.sort_by(|a, b| a.path.cmp(&b.path));
    }
    index.tracked
}

fn committed(git: &Git, notices: &mut Vec<Notice>) -> Vec<Tracked> {
    let Some(commit) = git.head_commit() else {
        return Vec::new();
    };
    match git.objects.tree_of(commit) {
        Ok(tree) => {
            let listed = CommitTree::read(Arc::clone(&git.objects), tree, notices);
            let tracked = |e: &Entry| Tracked {
                path: e.bytes().to_vec(),
                mode: e.mode,
                oid: e.oid,
                stat: Stat::default(),
            };
            let mut all: Vec<_> = listed.entries().iter().map(tracked).collect();
            all.sort_by(|a, b| a.path.cmp(&b.path));
            all
        }
        Err(e) => {
            notices.push(Notice::fault(
                "HEAD",
                format!("HEAD's commit cannot be listed: {e}"),
            ));
            Vec::new()
        }
    }
}
