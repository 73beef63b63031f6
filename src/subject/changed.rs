// SPDX-License-Identifier: Apache-2.0

//! Which files differ between two trees, read from the object database; equal folders are passed over by id.

use git2::{ObjectType, Oid};

use super::commit_tree::{TREE_LIMIT, next, sane};
use super::objects::Objects;
use super::{DEPTH_LIMIT, escape};

/// Most differences that are listed for one pair of trees.
pub const CHANGED_LIMIT: usize = 20_000;

/// A file that is not the same in both trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Path.
    pub path: String,
    /// Its blob before.
    pub old: Option<Oid>,
    /// Its blob after.
    pub new: Option<Oid>,
}

/// Compares the trees `old` and `new`, sorted by path. `enter` says which folders are looked into. The flag
/// tells that something was left out: a tree that is not in this clone, or more than [`CHANGED_LIMIT`] files.
pub fn changed(
    objects: &Objects,
    old: Option<Oid>,
    new: Option<Oid>,
    enter: &dyn Fn(&str) -> bool,
) -> (Vec<Changed>, bool) {
    let mut found = Vec::new();
    let mut cut = false;
    let mut stack = vec![(old, new, String::new(), 0)];
    while let Some((old, new, prefix, depth)) = stack.pop() {
        if old == new {
            continue;
        }
        let (before, after) = (list(objects, old, &mut cut), list(objects, new, &mut cut));
        for (name, old, new) in pairs(before, after) {
            if old == new || !sane(&name) {
                continue;
            }
            if found.len() >= CHANGED_LIMIT {
                return (found, true);
            }
            let path = format!("{prefix}{}", escape(&name));
            let folder = |side: Option<(bool, Oid)>| side.filter(|s| s.0).map(|s| s.1);
            let file = |side: Option<(bool, Oid)>| side.filter(|s| !s.0).map(|s| s.1);
            if (folder(old).is_some() || folder(new).is_some())
                && depth + 1 < DEPTH_LIMIT
                && enter(&path)
            {
                stack.push((folder(old), folder(new), format!("{path}/"), depth + 1));
            }
            if file(old) != file(new) {
                found.push(Changed {
                    path,
                    old: file(old),
                    new: file(new),
                });
            }
        }
    }
    found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    (found, cut)
}

/// Name, whether it is a folder, id.
type Listed = Vec<(Vec<u8>, bool, Oid)>;

fn list(objects: &Objects, tree: Option<Oid>, cut: &mut bool) -> Listed {
    let Some(id) = tree else {
        return Vec::new();
    };
    let mut listed = Vec::new();
    match objects.read(id, TREE_LIMIT) {
        Ok(object) if object.kind == ObjectType::Tree && !object.truncated => {
            let mut rest = object.bytes.as_slice();
            while let Some((mode, name, id, after)) = next(rest) {
                let kind = mode & 0o170_000;
                // A submodule is no file of ours.
                if kind != 0o160_000 {
                    listed.push((name.to_vec(), kind == 0o040_000, id));
                }
                rest = after;
            }
        }
        _ => *cut = true,
    }
    listed.sort_unstable();
    listed
}

type Side = Option<(bool, Oid)>;

/// Both lists side by side, by name.
fn pairs(before: Listed, after: Listed) -> Vec<(Vec<u8>, Side, Side)> {
    let mut pairs = Vec::new();
    let (mut before, mut after) = (before.into_iter().peekable(), after.into_iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => return pairs,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.0.cmp(&b.0),
        };
        let old = if order.is_le() { before.next() } else { None };
        let new = if order.is_ge() { after.next() } else { None };
        let name = old.as_ref().or(new.as_ref()).map(|side| side.0.clone());
        let side = |s: Option<(Vec<u8>, bool, Oid)>| s.map(|(_, folder, id)| (folder, id));
        pairs.push((name.unwrap_or_default(), side(old), side(new)));
    }
}
