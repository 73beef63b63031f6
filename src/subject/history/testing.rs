// SPDX-License-Identifier: Apache-2.0

//! Histories made by hand, for unit tests of the rules that judge commits.

use std::sync::Arc;

use git2::Oid;

use super::intern::{Part, join};
use super::{History, Source};
use crate::subject::objects::Objects;

/// Commits in the order they are made. Each has the one before it as parent, unless told otherwise.
#[derive(Default)]
pub(crate) struct Commits {
    raw: Vec<(Oid, Vec<u8>)>,
    clock: i64,
}

/// A commit about to be made.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) author: String,
    pub(crate) committer: String,
    pub(crate) message: Vec<u8>,
    pub(crate) time: Option<i64>,
    pub(crate) parents: Option<Vec<Oid>>,
    pub(crate) headers: Vec<u8>,
}

impl Draft {
    /// By Ana, with a message.
    pub(crate) fn new(message: impl AsRef<[u8]>) -> Self {
        Draft {
            author: "Ana Lund <ana@example.org>".into(),
            committer: "Ana Lund <ana@example.org>".into(),
            message: message.as_ref().to_vec(),
            time: None,
            parents: None,
            headers: Vec::new(),
        }
    }

    /// Written and committed by.
    #[must_use]
    pub(crate) fn by(mut self, person: &str) -> Self {
        self.author = person.into();
        self.committer = person.into();
        self
    }

    #[must_use]
    pub(crate) fn author(mut self, person: &str) -> Self {
        self.author = person.into();
        self
    }

    #[must_use]
    pub(crate) fn committer(mut self, person: &str) -> Self {
        self.committer = person.into();
        self
    }

    #[must_use]
    pub(crate) fn at(mut self, time: i64) -> Self {
        self.time = Some(time);
        self
    }

    /// On a day, `YYYY-MM-DD`.
    #[must_use]
    pub(crate) fn on(self, day: &str) -> Self {
        let time: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
        self.at(time.as_second())
    }

    #[must_use]
    pub(crate) fn parents(mut self, parents: &[Oid]) -> Self {
        self.parents = Some(parents.to_vec());
        self
    }

    #[must_use]
    pub(crate) fn header(mut self, line: &str) -> Self {
        self.headers.extend_from_slice(line.as_bytes());
        self.headers.push(b'\n');
        self
    }
}

impl Commits {
    pub(crate) fn new() -> Self {
        Commits {
            raw: Vec::new(),
            clock: 1_760_000_000,
        }
    }

    /// Adds a commit; gives its id.
    pub(crate) fn add(&mut self, draft: Draft) -> Oid {
        self.clock += 60;
        let time = draft.time.unwrap_or(self.clock);
        let parents = draft
            .parents
            .unwrap_or_else(|| self.raw.last().map(|(id, _)| *id).into_iter().collect());
        let mut bytes = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n".to_vec();
        for parent in parents {
            bytes.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        let people = format!(
            "author {} {time} +0000\ncommitter {} {time} +0000\n",
            draft.author, draft.committer
        );
        bytes.extend_from_slice(people.as_bytes());
        bytes.extend_from_slice(&draft.headers);
        bytes.push(b'\n');
        bytes.extend_from_slice(&draft.message);
        self.raw_commit(bytes)
    }

    /// Adds the bytes of a commit object.
    pub(crate) fn raw_commit(&mut self, bytes: Vec<u8>) -> Oid {
        let id = Oid::hash_object(git2::ObjectType::Commit, &bytes).unwrap();
        self.raw.push((id, bytes));
        id
    }

    /// As a history of all of them.
    pub(crate) fn history(&self) -> History {
        let mut part = Part::default();
        for (id, bytes) in &self.raw {
            part.commit(*id, bytes, false);
        }
        join(vec![part])
    }

    /// Written into a git folder's `objects`, and read from there.
    pub(crate) fn source(&self, folder: &std::path::Path, shallow: &[Oid]) -> Source {
        let objects = folder.join("objects");
        let repo = git2::Repository::init_bare(folder).unwrap();
        let odb = repo.odb().unwrap();
        for (id, bytes) in &self.raw {
            assert_eq!(odb.write(git2::ObjectType::Commit, bytes).unwrap(), *id);
        }
        Source::new(
            Arc::new(Objects::open(&objects).unwrap()),
            shallow.iter().copied(),
        )
    }
}
