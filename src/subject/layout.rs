// SPDX-License-Identifier: Apache-2.0

//! Finds the git folder of a path and decides whether it may be read.
//!
//! Only what lies inside PATH is read, and what names PATH back: a linked work tree's folder (`gitdir`), a
//! submodule's (`core.worktree`). A `.git` that merely points elsewhere would show another repository's history.

use std::path::Path;

use super::Notice;
use super::config::{CONFIG_LIMIT, Config};
use super::disk::{self, Kind, Root, SmallError};

/// The git folder that belongs to a path.
pub(super) enum Found {
    /// None: a plain folder.
    None,
    /// The path itself is one.
    Bare(Folder),
    /// The path is its work tree.
    Work(Folder),
    /// There is one, and it must not be read: why is in the notices.
    Refused,
}

/// A git folder that was found fit to be read.
pub(super) struct Folder {
    pub(super) own: Root,
    /// Where objects and references are, when that is elsewhere.
    pub(super) common: Option<Root>,
}

/// Finds the git folder of `root` without searching upwards.
pub(super) fn find(root: &Root, notices: &mut Vec<Notice>) -> Found {
    let found = match root.look(b".git") {
        Ok(None) if !is_git_folder(root) => return Found::None,
        Ok(None) => match root.folder(b"") {
            Ok(own) => with_common(root, own).map(Found::Bare),
            Err(e) => Err(disk::words(&e)),
        },
        Ok(Some(Kind::Folder)) => match root.folder(b".git") {
            // An empty `.git` folder makes no repository for git either.
            Ok(own) if own.list(b"").is_ok_and(|names| names.is_empty()) => return Found::None,
            Ok(own) if own.look(b"HEAD").is_ok_and(|kind| kind.is_some()) => {
                with_common(root, own).map(Found::Work)
            }
            Ok(_) => Err("it is no git folder: it has no HEAD".into()),
            Err(e) => Err(disk::words(&e)),
        },
        Ok(Some(Kind::File)) => linked(root).map(Found::Work),
        Ok(Some(other)) => Err(format!("it is {}", other.words())),
        Err(e) => Err(disk::words(&e)),
    };
    found.unwrap_or_else(|why| {
        notices.push(Notice::fault(
            ".git",
            format!("git's own folder is not read, because {why}; the files are judged as a plain folder, without history"),
        ));
        Found::Refused
    })
}

/// What git itself asks of a repository's folder.
fn is_git_folder(root: &Root) -> bool {
    let is = |name: &[u8]| root.look(name).ok().flatten();
    is(b"HEAD").is_some()
        && matches!(is(b"objects"), Some(Kind::Folder | Kind::Link))
        && (matches!(is(b"refs"), Some(Kind::Folder | Kind::Link)) || is(b"packed-refs").is_some())
}

/// Follows `commondir` if it stays inside PATH. `Err` in words.
fn with_common(root: &Root, own: Root) -> Result<Folder, String> {
    match own.small(b"commondir", 4096) {
        Err(SmallError::Absent) => Ok(Folder { own, common: None }),
        Ok(text) => {
            let target = own.path().join(disk::native(text.trim_ascii()));
            match inside(&target, root.path()).then(|| Root::at(&target)) {
                Some(Ok(common)) => Ok(Folder {
                    own,
                    common: Some(common),
                }),
                _ => Err("its commondir leads out of the folder under inspection".into()),
            }
        }
        Err(SmallError::Refused(why)) => Err(format!("its commondir cannot be used: {why}")),
    }
}

/// A `.git` file: accepted when its target lies inside, or names this work tree back.
fn linked(root: &Root) -> Result<Folder, String> {
    let text = match root.small(b".git", 4096) {
        Ok(text) => text,
        Err(SmallError::Absent) => return Err("it vanished".into()),
        Err(SmallError::Refused(why)) => return Err(why),
    };
    let target = text
        .strip_prefix(b"gitdir:")
        .ok_or("it is a file that does not begin with `gitdir:`")?;
    let target = root.path().join(disk::native(target.trim_ascii()));
    let own = Root::at(&target)
        .map_err(|e| format!("the folder it names cannot be opened: {}", disk::words(&e)))?;
    if inside(&target, root.path()) {
        return with_common(root, own);
    }
    // A linked work tree: `gitdir` names the `.git` file back.
    if let Ok(back) = own.small(b"gitdir", 4096) {
        let back = target.join(disk::native(back.trim_ascii()));
        if same(&back, &root.path().join(".git")) {
            let common = match own.small(b"commondir", 4096) {
                Ok(text) => Some(target.join(disk::native(text.trim_ascii()))),
                Err(_) => return Err("the linked work tree's commondir cannot be read".into()),
            };
            let common = common.filter(|c| inside(&target, c)).map(|c| Root::at(&c));
            return match common {
                Some(Ok(common)) => Ok(Folder {
                    own,
                    common: Some(common),
                }),
                _ => Err("the linked work tree's commondir does not hold it".into()),
            };
        }
    }
    // A submodule: `core.worktree` names the folder back.
    if let Ok(bytes) = own.small(b"config", CONFIG_LIMIT)
        && let Some(tree) = Config::parse(&bytes).work_tree
        && same(&target.join(tree), root.path())
        && own.look(b"commondir").is_ok_and(|k| k.is_none())
    {
        return Ok(Folder { own, common: None });
    }
    Err("it names a folder outside that does not name this work tree back".into())
}

/// Whether `path` lies in `folder`, links resolved.
pub(super) fn inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
