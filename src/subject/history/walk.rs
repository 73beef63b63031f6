// SPDX-License-Identifier: Apache-2.0

//! The whole history, read by several threads that share what is left to do.
//!
//! Each thread follows parents from its own stack and gives half of it away when another has run dry. A
//! linear history therefore keeps one thread busy, a branchy one keeps all. Each commit is inflated once.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use git2::{ObjectType, Oid};

use super::intern::{Part, join};
use super::parse::Raw;
use super::{COMMIT_LIMIT, History};
use crate::subject::ReadError;
use crate::subject::objects::Objects;

const SHARDS: usize = 64;

/// Reads everything reachable from `head`.
pub(super) fn all(objects: &Objects, shallow: &HashSet<Oid>, head: Oid, threads: usize) -> History {
    let walk = Walk {
        objects,
        shallow,
        seen: (0..SHARDS).map(|_| Mutex::default()).collect(),
        left: Mutex::new(Left {
            stack: vec![head],
            waiting: 0,
        }),
        wake: Condvar::new(),
        hungry: AtomicUsize::new(0),
        threads,
    };
    walk.is_new(head);
    let parts = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| walk.run())).collect();
        let mut parts = vec![walk.run()];
        // A worker cannot panic: reads are caught below, the rest is bounded arithmetic.
        parts.extend(others.into_iter().filter_map(|other| other.join().ok()));
        parts
    });
    let mut history = join(parts);
    history.shallow = !shallow.is_empty();
    history
}

/// Work that no thread has taken yet.
struct Left {
    stack: Vec<Oid>,
    waiting: usize,
}

struct Walk<'a> {
    objects: &'a Objects,
    shallow: &'a HashSet<Oid>,
    seen: Vec<Mutex<HashSet<Oid>>>,
    left: Mutex<Left>,
    wake: Condvar,
    hungry: AtomicUsize,
    threads: usize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Walk<'_> {
    fn is_new(&self, id: Oid) -> bool {
        let shard = usize::from(id.as_bytes().last().copied().unwrap_or(0)) % SHARDS;
        lock(&self.seen[shard]).insert(id)
    }

    fn run(&self) -> Part {
        let mut part = Part::default();
        let mut mine: Vec<Oid> = Vec::new();
        while let Some(id) = mine.pop().or_else(|| self.take(&mut mine)) {
            let (parents, _) = read(self.objects, self.shallow, id, &mut part, Read::Record);
            for parent in parents {
                if self.is_new(parent) {
                    mine.push(parent);
                }
            }
            if mine.len() > 1 && self.hungry.load(Ordering::Relaxed) > 0 {
                self.give(&mut mine);
            }
        }
        part
    }

    /// Gives the older half of a stack away: branches yet untouched.
    fn give(&self, mine: &mut Vec<Oid>) {
        let half = mine.len() / 2;
        lock(&self.left).stack.extend(mine.drain(..half));
        self.wake.notify_all();
    }

    /// Takes work that another thread gave, or waits for it; `None` when all is done.
    fn take(&self, mine: &mut Vec<Oid>) -> Option<Oid> {
        let mut left = lock(&self.left);
        loop {
            let share = left.stack.len().div_ceil(2);
            if share > 0 {
                let at = left.stack.len() - share;
                mine.extend(left.stack.drain(at..));
                return mine.pop();
            }
            left.waiting += 1;
            if left.waiting == self.threads {
                self.wake.notify_all();
                return None;
            }
            self.hungry.fetch_add(1, Ordering::Relaxed);
            left = self.wake.wait(left).unwrap_or_else(PoisonError::into_inner);
            self.hungry.fetch_sub(1, Ordering::Relaxed);
            if left.waiting == self.threads {
                return None;
            }
            left.waiting -= 1;
        }
    }
}

/// How much of a commit is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A record of it.
    Record,
    /// Nothing: only its parents and date are wanted.
    Header,
}

/// Reads one commit into `part`; gives the parents to follow, and the committer date.
pub(super) fn read(
    objects: &Objects,
    shallow: &HashSet<Oid>,
    id: Oid,
    part: &mut Part,
    how: Read,
) -> (Vec<Oid>, i64) {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        objects.with(id, COMMIT_LIMIT, |kind, bytes, truncated| {
            if kind != ObjectType::Commit {
                return Err(format!("a {kind} stands where a commit should"));
            }
            if how == Read::Record {
                return Ok(part.commit(id, bytes, truncated));
            }
            let raw = Raw::parse(bytes);
            Ok((raw.parents, raw.committer.1))
        })
    }));
    let damage = match outcome {
        Ok(Ok(Ok((parents, time)))) => {
            if !shallow.contains(&id) || parents.is_empty() {
                return (parents, time);
            }
            if how == Read::Record {
                part.boundary(id);
            }
            return (Vec::new(), time);
        }
        Ok(Err(ReadError::Missing)) => {
            part.missing(id);
            return (Vec::new(), 0);
        }
        Ok(Ok(Err(why))) => why,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "the object database gave up on it".to_owned(),
    };
    part.damaged(id, damage);
    (Vec::new(), 0)
}
