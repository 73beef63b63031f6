// SPDX-License-Identifier: Apache-2.0

//! Which commits of the range touched which document, under whatever name it had on the way.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

use git2::Oid;
use rayon::prelude::*;

use crate::subject::history::History;
use crate::subject::objects::Objects;
use crate::subject::{Changed, changed};

/// Largest blob that is read to see whether a file was renamed, in bytes.
const BLOB_LIMIT: usize = 1 << 20;
/// Most names of one document that are followed.
const NAMES: usize = 40;
/// Share of lines that a renamed file keeps at least.
const KEPT: f64 = 0.4;

/// A file changed by a commit.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// Position of the commit in the history: newest first.
    pub(super) at: usize,
    /// The change.
    pub(super) file: Changed,
}

/// The changes of a range, by path.
pub(super) struct Trail<'a> {
    objects: &'a Objects,
    history: &'a History,
    events: Vec<Event>,
    by_path: HashMap<String, Vec<usize>>,
    by_commit: HashMap<usize, Vec<usize>>,
    /// Whether something could not be compared: an object that is not in this clone, or a bound.
    pub(super) cut: bool,
}

impl<'a> Trail<'a> {
    /// Compares each commit of `history` with its first parent; merges are left out.
    pub(super) fn read(
        objects: &'a Objects,
        history: &'a History,
        enter: &(dyn Fn(&str) -> bool + Sync),
        keep: &(dyn Fn(&str) -> bool + Sync),
    ) -> Trail<'a> {
        let cut = AtomicBool::new(false);
        let events: Vec<Event> = history
            .commits
            .par_iter()
            .enumerate()
            .filter(|(_, commit)| !commit.is_merge())
            .flat_map_iter(|(at, commit)| {
                let parent = history.parents(commit).first().copied();
                let before = parent.map(|id| objects.tree_of(id));
                let (Ok(new), Ok(old)) = (objects.tree_of(commit.id), before.transpose()) else {
                    cut.store(true, Ordering::Relaxed);
                    return Vec::new();
                };
                let (files, short) = changed(objects, old, Some(new), enter);
                if short {
                    cut.store(true, Ordering::Relaxed);
                }
                let kept = files.into_iter().filter(|file| keep(&file.path));
                kept.map(|file| Event { at, file }).collect()
            })
            .collect();
        let mut trail = Trail {
            objects,
            history,
            by_path: HashMap::new(),
            by_commit: HashMap::new(),
            cut: cut.into_inner(),
            events,
        };
        for (index, event) in trail.events.iter().enumerate() {
            let path = event.file.path.clone();
            trail.by_path.entry(path).or_default().push(index);
            trail.by_commit.entry(event.at).or_default().push(index);
        }
        trail
    }

    /// What happened to a path, newest first.
    pub(super) fn at_path<'t>(&'t self, path: &str) -> impl Iterator<Item = &'t Event> {
        let found = self.by_path.get(path).map_or(&[][..], Vec::as_slice);
        let mut events: Vec<&Event> = found.iter().map(|&i| &self.events[i]).collect();
        events.sort_by_key(|event| event.at);
        events.into_iter()
    }

    /// Every path that was touched.
    pub(super) fn paths(&self) -> BTreeSet<&str> {
        self.by_path.keys().map(String::as_str).collect()
    }

    /// `paths`, and the names that files at them had before and after a move inside the range. `fits` says
    /// which names the document may have: a rewrite under such a name is a move, too.
    pub(super) fn names(&self, paths: &[&str], fits: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = paths.iter().map(|&p| p.to_owned()).collect();
        let mut left: Vec<String> = names.iter().cloned().collect();
        while let Some(path) = left.pop() {
            for event in self.at_path(&path).collect::<Vec<_>>() {
                for other in self.counterparts(event, fits) {
                    if names.len() < NAMES && names.insert(other.clone()) {
                        left.push(other);
                    }
                }
            }
        }
        names
    }

    /// Files of the same commit that this one was moved from, or moved to.
    fn counterparts(&self, event: &Event, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
        let Changed { path, old, new } = &event.file;
        let (Some(id), added) = (new.or(*old), old.is_none()) else {
            return Vec::new();
        };
        if old.is_some() && new.is_some() {
            return Vec::new();
        }
        let beside = self.by_commit.get(&event.at).map_or(&[][..], Vec::as_slice);
        let opposite = beside.iter().map(|&i| &self.events[i].file).filter(|file| {
            file.path != *path
                && match added {
                    true => file.new.is_none(),
                    false => file.old.is_none(),
                }
        });
        let opposite: Vec<&Changed> = opposite.collect();
        let mut found: Vec<String> = Vec::new();
        for file in &opposite {
            let other = file.old.or(file.new).unwrap_or(id);
            if other == id || self.kept(id, other) >= KEPT {
                found.push(file.path.clone());
            }
        }
        if found.is_empty() && opposite.len() < 200 {
            let named: Vec<_> = opposite.iter().filter(|file| fits(&file.path)).collect();
            if let [one] = named.as_slice() {
                found.push(one.path.clone());
            }
        }
        found
    }

    /// Share of lines that two blobs have in common.
    fn kept(&self, a: Oid, b: Oid) -> f64 {
        let read = |id| self.objects.read(id, BLOB_LIMIT).ok();
        let (Some(a), Some(b)) = (read(a), read(b)) else {
            return 0.0;
        };
        let mut counts: HashMap<&[u8], usize> = HashMap::new();
        let lines = |bytes: &'_ [u8]| {
            bytes
                .split(|&c| c == b'\n')
                .filter(|l| l.trim_ascii().len() > 3)
                .count()
        };
        let total = lines(&a.bytes) + lines(&b.bytes);
        for line in a
            .bytes
            .split(|&c| c == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|l| l.len() > 3)
        {
            *counts.entry(line).or_default() += 1;
        }
        let mut common = 0;
        for line in b.bytes.split(|&c| c == b'\n').map(<[u8]>::trim_ascii) {
            if let Some(left) = counts.get_mut(line).filter(|left| **left > 0) {
                *left -= 1;
                common += 1;
            }
        }
        if total == 0 {
            0.0
        } else {
            2.0 * common as f64 / total as f64
        }
    }

    /// The ids of commits, newest first, each once.
    pub(super) fn ids(&self, mut positions: Vec<usize>) -> Vec<String> {
        positions.sort_unstable();
        positions.dedup();
        let commits = positions
            .iter()
            .filter_map(|&at| self.history.commits.get(at));
        commits.map(|commit| commit.id.to_string()).collect()
    }

    /// The commits that touched any of `names`.
    pub(super) fn touching(&self, names: &BTreeSet<String>) -> Vec<String> {
        let positions = names
            .iter()
            .flat_map(|name| self.at_path(name).map(|e| e.at));
        self.ids(positions.collect())
    }

    /// Merges whose tree holds another state of `path` than each of their parents: the change was made there.
    pub(super) fn merges_changing(&self, path: &str) -> Vec<String> {
        let enter = |dir: &str| {
            path.strip_prefix(dir)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        let differs = |a: Oid, b: Oid| match (self.objects.tree_of(a), self.objects.tree_of(b)) {
            (Ok(old), Ok(new)) => {
                let (files, _) = changed(self.objects, Some(old), Some(new), &enter);
                files.iter().any(|file| file.path == path)
            }
            _ => false,
        };
        let merges = self.history.commits.iter().filter(|c| c.is_merge());
        merges
            .filter(|c| self.history.parents(c).iter().all(|p| differs(*p, c.id)))
            .map(|c| c.id.to_string())
            .collect()
    }
}
