// SPDX-License-Identifier: Apache-2.0

//! Symbolic links followed inside the tree only, by arithmetic on its paths: the disk is never asked.

use super::{Entry, Mode, Tree};

/// Most links on the way to a file; git and Linux stop at 40.
const HOPS: usize = 40;
/// Longest target, in bytes.
const TARGET_LIMIT: usize = 4096;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved<'t> {
    /// To this file of the tree (or special file, submodule).
    Entry(&'t Entry),
    /// To this folder of the tree.
    Folder(String),
    /// Out of the tree: the target as it stands.
    Outside(String),
    /// In a circle, or over more than 40 links.
    Loop,
    /// To nothing, or its target cannot be read: the target as far as known.
    Dangling(String),
}

/// Follows `entry` while it is a link, inside `tree` only. An entry that is no link is itself.
pub fn resolve_link<'t>(tree: &'t dyn Tree, entry: &'t Entry) -> Resolved<'t> {
    if entry.mode != Mode::Symlink {
        return Resolved::Entry(entry);
    }
    let mut done: Vec<String> = Vec::new();
    let mut todo: Vec<String> = entry.path.split('/').rev().map(str::to_owned).collect();
    let mut hops = 0;
    while let Some(part) = todo.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                if done.pop().is_none() {
                    return Resolved::Outside(last_target(tree, entry));
                }
                continue;
            }
            _ => done.push(part),
        }
        let path = done.join("/");
        let Some(at) = find(tree, &path) else {
            if !is_folder(tree, &path) {
                return Resolved::Dangling(path);
            }
            continue;
        };
        if at.mode != Mode::Symlink {
            let only_dots = todo.iter().all(|p| p.is_empty() || p == ".");
            return if only_dots {
                Resolved::Entry(at)
            } else {
                Resolved::Dangling(path)
            };
        }
        hops += 1;
        if hops > HOPS {
            return Resolved::Loop;
        }
        let Ok(target) = tree.read(at, TARGET_LIMIT) else {
            return Resolved::Dangling(path);
        };
        let target = super::escape(&target.bytes);
        if target.starts_with(['/', '\\']) || target.get(1..3) == Some(":\\") {
            return Resolved::Outside(target);
        }
        done.pop();
        todo.extend(target.split('/').rev().map(str::to_owned));
        if todo.len() > TARGET_LIMIT {
            return Resolved::Loop;
        }
    }
    match done.is_empty() {
        true => Resolved::Folder(String::new()),
        false => Resolved::Folder(done.join("/")),
    }
}

/// The entry at exactly `path`.
fn find<'t>(tree: &'t dyn Tree, path: &str) -> Option<&'t Entry> {
    let entries = tree.entries();
    let at = entries
        .binary_search_by(|e| e.path.as_str().cmp(path))
        .ok()?;
    Some(&entries[at])
}

/// Whether anything lies below `path`.
fn is_folder(tree: &dyn Tree, path: &str) -> bool {
    let prefix = format!("{path}/");
    let entries = tree.entries();
    let at = entries.partition_point(|e| e.path < prefix);
    entries.get(at).is_some_and(|e| e.path.starts_with(&prefix))
}

fn last_target(tree: &dyn Tree, entry: &Entry) -> String {
    tree.read(entry, TARGET_LIMIT)
        .map_or_else(|_| entry.path.clone(), |c| super::escape(&c.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::memory::MemoryTree;

    fn resolve(tree: &MemoryTree, path: &str) -> String {
        match resolve_link(tree, find(tree, path).unwrap()) {
            Resolved::Entry(e) => e.path.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn links_resolve_inside_the_tree_only() {
        let tree = MemoryTree::new()
            .file("LICENSE", "text")
            .file("docs/real/a.md", "a")
            .link("pkg/LICENSE", "../LICENSE")
            .link("pkg/deep/LICENSE", "../../pkg/./LICENSE")
            .link("link", "docs/real")
            .link("a.md", "link/a.md")
            .link("out", "../../etc/passwd")
            .link("abs", "/etc/passwd")
            .link("loop", "pool")
            .link("pool", "loop")
            .link("self", "self")
            .link("gone", "nowhere/x")
            .link("through", "LICENSE/x")
            .link("root", ".")
            .link("again", "root/root/root/LICENSE");
        assert_eq!(resolve(&tree, "LICENSE"), "LICENSE");
        assert_eq!(resolve(&tree, "pkg/LICENSE"), "LICENSE");
        assert_eq!(resolve(&tree, "pkg/deep/LICENSE"), "LICENSE");
        assert_eq!(resolve(&tree, "a.md"), "docs/real/a.md");
        assert_eq!(resolve(&tree, "again"), "LICENSE");
        assert_eq!(resolve(&tree, "link"), "Folder(\"docs/real\")");
        assert_eq!(resolve(&tree, "root"), "Folder(\"\")");
        assert_eq!(resolve(&tree, "out"), "Outside(\"../../etc/passwd\")");
        assert_eq!(resolve(&tree, "abs"), "Outside(\"/etc/passwd\")");
        assert_eq!(resolve(&tree, "loop"), "Loop");
        assert_eq!(resolve(&tree, "self"), "Loop");
        assert_eq!(resolve(&tree, "gone"), "Dangling(\"nowhere\")");
        assert_eq!(resolve(&tree, "through"), "Dangling(\"LICENSE\")");
    }

    #[test]
    fn links_that_double_do_not_explode() {
        let mut tree = MemoryTree::new().link("l0", "x");
        for i in 1..60 {
            tree = tree.link(&format!("l{i}"), &format!("l{0}/l{0}/l{0}", i - 1));
        }
        let end = resolve(&tree, "l59");
        assert!(end == "Loop" || end.starts_with("Dangling"), "{end}");
    }
}
