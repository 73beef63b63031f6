// SPDX-License-Identifier: Apache-2.0

//! Links to files and commits on the forge.

use crate::report::Report;

use super::super::{markup, permalink};

/// Addresses of files and commits on the forge, where its form of address is known.
pub(in crate::output) struct Places<'r> {
    remote: Option<&'r str>,
    revision: Option<&'r str>,
}

impl<'r> Places<'r> {
    pub(in crate::output) fn new(report: &'r Report) -> Self {
        let subject = &report.subject;
        Places {
            remote: subject.remote.as_deref(),
            revision: subject.at.as_deref().or(subject.head.as_deref()),
        }
    }

    /// A commit, linked.
    pub(in crate::output) fn commit(&self, id: &str) -> String {
        let words = markup::code(id.get(..10).unwrap_or(id));
        match permalink::commit(self.remote, id) {
            Some(url) => markup::link(&words, &url),
            None => words,
        }
    }

    /// A file, linked unless it is absent.
    pub(in crate::output) fn file(&self, path: &str, line: Option<u64>, absent: bool) -> String {
        let words = match line {
            Some(line) => markup::code(&format!("{path}:{line}")),
            None => markup::code(path),
        };
        let revision = self.revision.filter(|_| !absent);
        let url = revision.and_then(|id| permalink::file(self.remote, id, path, line));
        url.map_or(words.clone(), |url| markup::link(&words, &url))
    }
}
