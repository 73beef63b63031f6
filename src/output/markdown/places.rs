// SPDX-License-Identifier: Apache-2.0

//! Links to files and commits on the forge.

use crate::report::Report;

use super::super::{markup, uri};

/// Addresses of files and commits on the forge, where its form of address is known.
pub(super) struct Places {
    base: Option<String>,
    file: &'static str,
    revision: Option<String>,
}

impl Places {
    pub(super) fn new(report: &Report) -> Self {
        let remote = report.subject.remote.as_deref().and_then(markup::https);
        let base = remote.map(|url| {
            url.trim_end_matches('/')
                .trim_end_matches(".git")
                .to_owned()
        });
        let host = base
            .as_deref()
            .and_then(|url| url.strip_prefix("https://"))
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        let (base, file) = match host {
            "github.com" => (base, "blob"),
            "gitlab.com" => (base, "-/blob"),
            _ => (None, "blob"),
        };
        let revision = report.subject.at.as_ref().or(report.subject.head.as_ref());
        let hex = |id: &&String| id.bytes().all(|b| b.is_ascii_hexdigit());
        Places {
            base,
            file,
            revision: revision.filter(hex).cloned(),
        }
    }

    /// A commit, linked.
    pub(super) fn commit(&self, id: &str) -> String {
        let words = markup::code(id.get(..10).unwrap_or(id));
        match &self.base {
            Some(base) if id.bytes().all(|b| b.is_ascii_hexdigit()) => {
                let infix = if self.file == "blob" { "" } else { "-/" };
                markup::link(&words, &format!("{base}/{infix}commit/{id}"))
            }
            _ => words,
        }
    }

    /// A file, linked unless it is absent.
    pub(super) fn file(&self, path: &str, line: Option<u64>, absent: bool) -> String {
        let words = match line {
            Some(line) => markup::code(&format!("{path}:{line}")),
            None => markup::code(path),
        };
        match (&self.base, &self.revision) {
            (Some(base), Some(revision)) if !absent => {
                let path = uri::path(path);
                let anchor = line.map_or_else(String::new, |line| format!("#L{line}"));
                markup::link(
                    &words,
                    &format!("{base}/{}/{revision}/{path}{anchor}", self.file),
                )
            }
            _ => words,
        }
    }
}
