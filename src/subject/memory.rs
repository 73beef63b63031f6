// SPDX-License-Identifier: Apache-2.0

//! A tree held in memory: replies that stand for files, and tests.

use std::collections::BTreeMap;

use super::{Content, Entry, Mode, Origin, ReadError, Tree};

/// Files by path. Built fluently: `MemoryTree::new().file("README.md", "...")`.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, (Mode, Vec<u8>)>,
    entries: Vec<Entry>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new() -> Self {
        MemoryTree::default()
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.with(path, Mode::File, content.as_ref())
    }

    /// Adds a file with the executable bit.
    #[must_use]
    pub fn executable(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.with(path, Mode::Executable, content.as_ref())
    }

    /// Adds a symbolic link.
    #[must_use]
    pub fn link(self, path: &str, target: &str) -> Self {
        self.with(path, Mode::Symlink, target.as_bytes())
    }

    fn with(mut self, path: &str, mode: Mode, content: &[u8]) -> Self {
        self.files.insert(path.to_owned(), (mode, content.to_vec()));
        self.entries = self
            .files
            .iter()
            .map(|(path, (mode, _))| Entry {
                path: path.clone(),
                raw: None,
                mode: *mode,
                origin: Origin::Tracked,
                oid: None,
            })
            .collect();
        self
    }
}

impl Tree for MemoryTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&self, entry: &Entry, limit: usize) -> Result<Content, ReadError> {
        let (_, bytes) = self.files.get(&entry.path).ok_or(ReadError::Missing)?;
        let end = bytes.len().min(limit);
        Ok(Content {
            bytes: bytes[..end].to_vec(),
            truncated: bytes.len() > limit,
        })
    }
}
