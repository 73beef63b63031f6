// SPDX-License-Identifier: Apache-2.0

//! The commits of `base..head`, reading little more than those.
//!
//! As git does: newest first from all ends, ancestors of the bases marked as left out, until only those are
//! left. Committer dates may lie, so the walk goes on for a day's worth and some commits more; what a worse
//! clock could still cause is a commit too many, never one too few.
//!
//! Where a shallow clone cuts the ancestors of a base off, what they hide may be among the commits taken: the
//! range is not closed then, unless every commit taken is newer than the cut.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::Oid;

use super::History;
use super::intern::{Part, join};
use super::walk::{self, Read};
use crate::subject::objects::Objects;

/// Seconds the walk goes on below the oldest commit taken.
const MARGIN: i64 = 86_400;
/// Commits it goes on at least.
const SLOP: usize = 128;

/// Reads everything reachable from `head`, from none of `bases`.
pub(super) fn between(
    objects: &Objects,
    shallow: &HashSet<Oid>,
    bases: &[Oid],
    head: Oid,
) -> History {
    let mut limited = Limited {
        objects,
        shallow,
        part: Part::default(),
        nodes: HashMap::new(),
        heap: BinaryHeap::new(),
        waiting: 0,
        oldest: i64::MAX,
    };
    for base in bases {
        limited.add(*base, true);
    }
    limited.add(head, false);
    limited.run();
    let nodes = limited.nodes;
    let mut history = join(vec![limited.part]);
    history.retain(|id| nodes.get(&id).is_none_or(|node| !node.left_out));
    let oldest = history
        .commits
        .iter()
        .map(|commit| commit.commit_time)
        .min();
    if let Some(oldest) = oldest {
        let hides = |id: &&Oid| {
            let node = nodes.get(id);
            node.is_some_and(|node| node.left_out && node.time >= oldest)
        };
        history.boundary.extend(shallow.iter().filter(hides));
        history.boundary.sort_unstable();
    }
    history.shallow = !shallow.is_empty();
    history
}

struct Node {
    parents: Vec<Oid>,
    time: i64,
    left_out: bool,
    done: bool,
}

struct Limited<'a> {
    objects: &'a Objects,
    shallow: &'a HashSet<Oid>,
    part: Part,
    nodes: HashMap<Oid, Node>,
    heap: BinaryHeap<(i64, Oid)>,
    /// Commits in the heap that are taken so far.
    waiting: usize,
    /// Date of the oldest commit taken.
    oldest: i64,
}

impl Limited<'_> {
    fn add(&mut self, id: Oid, left_out: bool) {
        if self.nodes.contains_key(&id) {
            if left_out {
                self.leave_out(id);
            }
            return;
        }
        let how = if left_out { Read::Header } else { Read::Record };
        let (parents, time) = walk::read(self.objects, self.shallow, id, &mut self.part, how);
        self.nodes.insert(
            id,
            Node {
                parents,
                time,
                left_out,
                done: false,
            },
        );
        if !left_out {
            self.waiting += 1;
            self.oldest = self.oldest.min(time);
        }
        self.heap.push((time, id));
    }

    /// Marks a known commit and its known ancestors as left out.
    fn leave_out(&mut self, id: Oid) {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            let Some(node) = self.nodes.get_mut(&id) else {
                continue;
            };
            if node.left_out {
                continue;
            }
            node.left_out = true;
            if node.done {
                stack.extend(&node.parents);
            } else {
                self.waiting -= 1;
            }
        }
    }

    fn run(&mut self) {
        let mut slop = SLOP;
        while let Some((time, id)) = self.heap.pop() {
            if self.waiting == 0 && time < self.oldest.saturating_sub(MARGIN) {
                if slop == 0 {
                    return;
                }
                slop -= 1;
            }
            let Some(node) = self.nodes.get_mut(&id) else {
                continue;
            };
            node.done = true;
            let left_out = node.left_out;
            let parents = node.parents.clone();
            if !left_out {
                self.waiting -= 1;
            }
            for parent in parents {
                self.add(parent, left_out);
            }
        }
    }
}

impl History {
    /// Keeps the records of the commits that `keep` accepts.
    fn retain(&mut self, keep: impl Fn(Oid) -> bool) {
        self.commits.retain(|commit| keep(commit.id));
        self.subjects.retain(|(id, _)| keep(*id));
        self.remediations.retain(|sentence| keep(sentence.commit));
        self.boundary.retain(|id| keep(*id));
    }
}
