// SPDX-License-Identifier: Apache-2.0

//! The newest commit that two commits have in common, reading little more than what lies between.
//!
//! Newest first from both ends, as git does: what a common ancestor reaches is stale, and the walk ends when
//! nothing else is left. Where committer dates lie an older common ancestor may be found, never a commit that
//! is none.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::Oid;

use crate::subject::objects::Objects;

use super::intern::{Part, join};
use super::walk::{self, Read};

/// Reached from the first commit.
const ONE: u8 = 1;
/// Reached from the second.
const TWO: u8 = 2;
/// Reached from a common ancestor.
const STALE: u8 = 4;

/// What two commits have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Common {
    /// This commit, the newest such.
    Commit(Oid),
    /// Nothing: their histories are unrelated.
    Nothing,
    /// It cannot be seen: this clone does not hold all that lies between.
    Unknown,
}

/// Finds it.
pub(super) fn common(objects: &Objects, shallow: &HashSet<Oid>, one: Oid, two: Oid) -> Common {
    let mut painter = Painter {
        objects,
        shallow,
        part: Part::default(),
        nodes: HashMap::new(),
        heap: BinaryHeap::new(),
        live: 0,
        cut: false,
    };
    painter.reach(one, ONE);
    painter.reach(two, TWO);
    let mut found = Vec::new();
    while painter.live > 0 {
        let Some((time, id)) = painter.heap.pop() else {
            break;
        };
        let Some(node) = painter.nodes.get_mut(&id) else {
            continue;
        };
        node.queued = false;
        let mut color = node.color;
        let parents = node.parents.clone();
        painter.live -= usize::from(color & STALE == 0);
        if color == ONE | TWO {
            found.push((time, id));
            color |= STALE;
        }
        for parent in parents {
            painter.reach(parent, color);
        }
    }
    let newest = found
        .into_iter()
        .filter(|(_, id)| painter.nodes.get(id).is_some_and(|n| n.color & STALE == 0))
        .max();
    match newest {
        Some((_, id)) => Common::Commit(id),
        None if painter.cut || !join(vec![painter.part]).is_complete() => Common::Unknown,
        None => Common::Nothing,
    }
}

struct Node {
    parents: Vec<Oid>,
    time: i64,
    color: u8,
    queued: bool,
}

struct Painter<'a> {
    objects: &'a Objects,
    shallow: &'a HashSet<Oid>,
    part: Part,
    nodes: HashMap<Oid, Node>,
    heap: BinaryHeap<(i64, Oid)>,
    /// Commits in the heap that are not stale.
    live: usize,
    /// Whether the walk came to where a shallow clone ends.
    cut: bool,
}

impl Painter<'_> {
    /// Adds a colour to a commit, and lets it pass it on.
    fn reach(&mut self, id: Oid, color: u8) {
        let (objects, shallow, part) = (self.objects, self.shallow, &mut self.part);
        let node = self.nodes.entry(id).or_insert_with(|| {
            let (parents, time) = walk::read(objects, shallow, id, part, Read::Header);
            Node {
                parents,
                time,
                color: 0,
                queued: false,
            }
        });
        self.cut |= shallow.contains(&id);
        let before = node.color;
        if before | color == before {
            return;
        }
        node.color |= color;
        let fresh = usize::from(node.color & STALE == 0);
        if node.queued {
            self.live -= usize::from(before & STALE == 0) - fresh;
        } else {
            node.queued = true;
            self.live += fresh;
            self.heap.push((node.time, id));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Common;
    use crate::subject::{OpenOptions, Subject};
    use git2::{Oid, Repository, Signature, Time};

    /// A commit of an empty tree.
    fn commit(repository: &Repository, at: i64, parents: &[Oid]) -> Oid {
        let tree = repository.treebuilder(None).unwrap().write().unwrap();
        let tree = repository.find_tree(tree).unwrap();
        let who = Signature::new("A", "a@example.org", &Time::new(at, 0)).unwrap();
        let parents: Vec<_> = parents
            .iter()
            .map(|id| repository.find_commit(*id).unwrap())
            .collect();
        let parents: Vec<_> = parents.iter().collect();
        let message = at.to_string();
        let made = repository.commit(None, &who, &who, &message, &tree, &parents);
        made.unwrap()
    }

    #[test]
    fn the_newest_common_ancestor_is_found_over_merges_and_lying_clocks() {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let root = commit(&repository, 100, &[]);
        let fork = commit(&repository, 200, &[root]);
        let main = commit(&repository, 300, &[fork]);
        // A branch with a clock that is behind, which has merged the main line once.
        let topic = commit(&repository, 50, &[fork]);
        let merged = commit(&repository, 60, &[topic, main]);
        let later = commit(&repository, 400, &[main]);
        let alone = commit(&repository, 500, &[]);
        repository
            .reference("refs/heads/main", later, true, "")
            .unwrap();
        repository.set_head("refs/heads/main").unwrap();
        let options = OpenOptions {
            path: folder.path().to_str().unwrap().to_owned(),
            ..OpenOptions::default()
        };
        let subject = Subject::open(&options).unwrap();
        let common = |a, b| subject.commits.as_ref().unwrap().common(a, b);
        assert_eq!(common(main, topic), Common::Commit(fork));
        assert_eq!(common(later, merged), Common::Commit(main));
        assert_eq!(common(merged, main), Common::Commit(main));
        assert_eq!(common(root, root), Common::Commit(root));
        assert_eq!(common(main, alone), Common::Nothing);
        let absent = Oid::from_bytes(&[7; 20]).unwrap();
        assert_eq!(common(main, absent), Common::Unknown);
    }
}
