// SPDX-License-Identifier: Apache-2.0

//! The history as records: one pass over the commits, each inflated once, identities interned.
//!
//! Commit objects are parsed here, not by libgit2: every object is read once, and only what rules need is
//! kept. `refs/replace` and `info/grafts` are not honoured, because they can hide commits. The order of the
//! result does not depend on threads: newest committer date first, then by id.

use std::collections::HashSet;
use std::sync::Arc;

use git2::Oid;

use super::objects::Objects;

mod intern;
mod merge_base;
mod parse;
mod range;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod walk;

pub use merge_base::Common;

/// Most bytes of a commit object that are read.
pub const COMMIT_LIMIT: usize = 1 << 20;
/// Most parents of a commit that are followed.
pub const PARENT_LIMIT: usize = 65_536;
/// Most bytes kept of the first line of a message.
pub const SUBJECT_LIMIT: usize = 120;
/// Most sign-off lines kept of one message.
pub const SIGN_OFF_LIMIT: usize = 4_096;

/// Which commits are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// Every commit reachable from the head.
    All,
    /// Reachable from `head`, from none of `bases`: git's `base..head`. What a forge compares
    /// (`base...head`, from the merge base) is the same set.
    Between {
        /// Commits whose ancestors are left out; the first one is named in messages.
        bases: Vec<Oid>,
        /// Commit whose ancestors are taken.
        head: Oid,
    },
    /// None: what caused the run has brought no commit.
    Nothing,
    /// Not to be known from this clone, because.
    Unknown(String),
}

impl Range {
    /// Reads `A..B` or `A...B`; an empty side is `HEAD`. `resolve` turns a revision into a commit. A full
    /// id is taken as it stands: that it is not in this clone is for the check to say.
    ///
    /// # Errors
    /// When it is no range or a side names no commit.
    pub fn parse(text: &str, resolve: impl Fn(&str) -> Option<Oid>) -> Result<Self, String> {
        let Some((base, head)) = text.split_once("...").or_else(|| text.split_once("..")) else {
            return Err(format!("`{text}` is no range of commits: write BASE..HEAD"));
        };
        let side = |name: &str| {
            let name = if name.is_empty() { "HEAD" } else { name };
            resolve(name).or_else(|| full_id(name)).ok_or_else(|| {
                format!("`{name}` names no commit here: fetch it first, or name another")
            })
        };
        Ok(Range::Between {
            bases: vec![side(base)?],
            head: side(head)?,
        })
    }
}

/// A full id, forty hexadecimal digits.
pub fn full_id(text: &str) -> Option<Oid> {
    parse::object_id(text.as_bytes())
}

/// Index of an interned identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdentityId(pub u32);

/// A name and an e-mail address as they stand in the commit, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// An identity as git would store it: control characters and brackets out, outer blanks and punctuation off
/// (`strbuf_addstr_without_crud` in git's ident.c).
pub fn identity(name: &str, email: &str) -> Identity {
    let crud = |c: char| c <= ' ' || ".,:;<>\"\\'".contains(c);
    let plain = |text: &str| text.trim_matches(crud).replace(['\n', '<', '>'], "");
    Identity {
        name: plain(name),
        email: plain(email),
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} <{}>", self.name, self.email)
    }
}

/// A part of one of [`History`]'s lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

impl Span {
    fn of<'a, T>(&self, list: &'a [T]) -> &'a [T] {
        let start = self.start as usize;
        list.get(start..start + self.len as usize).unwrap_or(&[])
    }
}

/// What is kept of a commit.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Id.
    pub id: Oid,
    /// How many parents it names; more than one is a merge.
    pub parent_count: u32,
    /// Who wrote it.
    pub author: IdentityId,
    /// Who committed it.
    pub committer: IdentityId,
    /// Author time, seconds since the epoch.
    pub author_time: i64,
    /// Committer time, seconds since the epoch.
    pub commit_time: i64,
    /// Whether it carries a signature (`gpgsig`), whatever that is worth.
    pub signed: bool,
    /// Whether the object goes on after [`COMMIT_LIMIT`], so that sign-offs may be unseen.
    pub truncated: bool,
    parents: Span,
    sign_offs: Span,
}

impl Commit {
    /// Whether it has more than one parent.
    pub fn is_merge(&self) -> bool {
        self.parent_count > 1
    }
}

/// A sentence that adds a sign-off to an earlier commit (`spec` of the DCO apps: remediation commits).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remediation {
    /// The commit whose message holds it.
    pub commit: Oid,
    /// Whose sign-off is added.
    pub declarant: Identity,
    /// Who adds it on their behalf, when it is not themselves.
    pub representative: Option<Identity>,
    /// The commit it is added to, as written.
    pub target: String,
}

/// Commits that were read.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Newest first by committer date, then by id.
    pub commits: Vec<Commit>,
    /// Interned identities, sorted.
    pub identities: Vec<Identity>,
    /// Sentences that add sign-offs to other commits.
    pub remediations: Vec<Remediation>,
    /// Ids that the history names but the clone does not hold, sorted.
    pub missing: Vec<Oid>,
    /// Commits that could not be read: id and why, sorted.
    pub damaged: Vec<(Oid, String)>,
    /// Commits of a shallow clone whose parents exist elsewhere, as far as they were reached, sorted.
    pub boundary: Vec<Oid>,
    /// Whether the clone is shallow: older commits exist elsewhere.
    pub shallow: bool,
    /// Bounds that were reached, in words, sorted.
    pub bounds: Vec<String>,
    /// Why there is no history at all: no git, no commit yet.
    pub absent: Option<String>,
    parents: Vec<Oid>,
    sign_offs: Vec<IdentityId>,
    /// First lines of the non-merge commits that no sign-off equals to author or committer, by id.
    subjects: Vec<(Oid, Box<str>)>,
}

impl History {
    /// None at all, because.
    pub fn absent(why: impl Into<String>) -> Self {
        History {
            absent: Some(why.into()),
            ..History::default()
        }
    }

    /// The identity behind an id.
    pub fn identity(&self, id: IdentityId) -> &Identity {
        static NOBODY: Identity = Identity {
            name: String::new(),
            email: String::new(),
        };
        self.identities.get(id.0 as usize).unwrap_or(&NOBODY)
    }

    /// Parents of a commit, at most [`PARENT_LIMIT`].
    pub fn parents(&self, commit: &Commit) -> &[Oid] {
        commit.parents.of(&self.parents)
    }

    /// Sign-off lines of a commit, as found in its message, at most [`SIGN_OFF_LIMIT`].
    pub fn sign_offs(&self, commit: &Commit) -> &[IdentityId] {
        commit.sign_offs.of(&self.sign_offs)
    }

    /// First line of the message. Kept only for non-merge commits without a sign-off that equals author or
    /// committer to the letter: those a finding may be about.
    pub fn subject(&self, id: Oid) -> Option<&str> {
        let found = self.subjects.binary_search_by(|(other, _)| other.cmp(&id));
        found.ok().map(|i| &*self.subjects[i].1)
    }

    /// Whether every commit asked for was read.
    pub fn is_complete(&self) -> bool {
        self.absent.is_none()
            && self.missing.is_empty()
            && self.damaged.is_empty()
            && self.boundary.is_empty()
    }
}

/// Where commits are read from: the object database, and where a shallow clone ends.
#[derive(Clone)]
pub struct Source {
    objects: Arc<Objects>,
    shallow: HashSet<Oid>,
}

impl Source {
    /// Over `objects`; `shallow` are the ids of the `shallow` file.
    pub fn new(objects: Arc<Objects>, shallow: impl IntoIterator<Item = Oid>) -> Self {
        Source {
            objects,
            shallow: shallow.into_iter().collect(),
        }
    }

    /// Every commit reachable from `head`.
    pub fn all(&self, head: Oid) -> History {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        self.all_on(head, threads.min(8))
    }

    /// [`Source::all`] on so many threads.
    pub fn all_on(&self, head: Oid, threads: usize) -> History {
        walk::all(&self.objects, &self.shallow, head, threads.max(1))
    }

    /// Every commit reachable from `head` and from none of `bases`; reads little more than those.
    pub fn between(&self, bases: &[Oid], head: Oid) -> History {
        range::between(&self.objects, &self.shallow, bases, head)
    }

    /// The newest commit that two commits have in common.
    pub fn common(&self, one: Oid, two: Oid) -> Common {
        merge_base::common(&self.objects, &self.shallow, one, two)
    }

    /// The commits of `range`; `head` stands for the whole history's end.
    pub fn read(&self, range: &Range, head: Oid) -> History {
        match range {
            Range::All => self.all(head),
            Range::Between { bases, head } => self.between(bases, *head),
            Range::Nothing => History::default(),
            Range::Unknown(why) => History::absent(why.as_str()),
        }
    }
}

/// The sign-offs of a message that is no commit yet.
pub fn sign_offs_in(message: &[u8]) -> Vec<Identity> {
    let persons = parse::lines(message).filter_map(parse::sign_off);
    let split = persons.filter_map(parse::split_sign_off);
    split
        .take(SIGN_OFF_LIMIT)
        .map(|(name, email)| Identity {
            name: parse::text(name).into_owned(),
            email: parse::text(email).into_owned(),
        })
        .collect()
}

/// Reads the ids of a `shallow` file: one in each line.
pub fn shallow_ids(file: &[u8]) -> Vec<Oid> {
    file.split(|b| *b == b'\n')
        .filter_map(|line| parse::object_id(line.trim_ascii()))
        .collect()
}
