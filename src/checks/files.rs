// SPDX-License-Identifier: Apache-2.0

//! The files of the tree as checks see them: documents read once, decoded once, parsed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::subject::{Content, DOCUMENT_LIMIT, Entry, ReadError, Tree};
use crate::text::{self, Markup, Text};

use super::change::Change;
use super::workflow::automation::Automation;

/// A document: its bytes, its text, and what a reader sees of it.
pub struct Document {
    /// Path in the tree.
    pub path: String,
    /// Bytes, up to [`DOCUMENT_LIMIT`].
    pub bytes: Vec<u8>,
    /// Whether it goes on after the limit.
    pub truncated: bool,
    text: OnceLock<String>,
    parsed: OnceLock<Text>,
}

impl Document {
    /// From content that was read.
    pub fn new(path: &str, content: Content) -> Self {
        Document {
            path: path.to_owned(),
            bytes: content.bytes,
            truncated: content.truncated,
            text: OnceLock::new(),
            parsed: OnceLock::new(),
        }
    }

    /// The text, decoded.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| text::decode(&self.bytes))
    }

    /// What a reader sees, by the markup of the file's extension.
    pub fn parsed(&self) -> &Text {
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        self.parsed
            .get_or_init(|| Text::parse(self.text(), Markup::of(name)))
    }
}

type Cached = Result<Arc<Document>, ReadError>;

/// The tree with a cache of the documents that were read from it.
pub struct Files<'a> {
    /// The tree itself.
    pub tree: &'a dyn Tree,
    cache: Mutex<HashMap<usize, Arc<OnceLock<Cached>>>>,
    automation: OnceLock<Automation>,
    /// The other side of a comparison, and what differs between the two.
    twin: Option<(&'a Files<'a>, &'a Change)>,
}

impl<'a> Files<'a> {
    /// Over `tree`.
    pub fn new(tree: &'a dyn Tree) -> Self {
        Files {
            tree,
            cache: Mutex::new(HashMap::new()),
            automation: OnceLock::new(),
            twin: None,
        }
    }

    /// The same, taking each document that is no other at `twin` from there.
    #[must_use]
    pub fn beside(mut self, twin: &'a Files<'a>, change: &'a Change) -> Self {
        self.twin = Some((twin, change));
        self
    }

    /// The project's workflows and pipelines, read on first use.
    pub(super) fn automation(&self) -> &Automation {
        self.automation.get_or_init(|| Automation::read(self))
    }

    /// Every path, sorted.
    pub fn entries(&self) -> &'a [Entry] {
        self.tree.entries()
    }

    /// The entry at exactly this path.
    pub fn get(&self, path: &str) -> Option<&'a Entry> {
        let entries = self.entries();
        entries
            .binary_search_by(|e| e.path.as_str().cmp(path))
            .ok()
            .map(|i| &entries[i])
    }

    /// What of the documents read so far was left out, by the bounds of `docs/security.md`; sorted.
    pub fn cut_short(&self) -> Vec<String> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let mut said = Vec::new();
        for document in cache.values().filter_map(|slot| slot.get()?.as_ref().ok()) {
            let path = &document.path;
            if document.truncated {
                said.push(format!(
                    "{path}: larger than 8 MiB; only that much of it was read"
                ));
            }
            if document.parsed.get().is_some_and(|text| text.truncated) {
                let (links, headings) = (text::MAX_LINKS, text::MAX_HEADINGS);
                said.push(format!(
                    "{path}: more than {links} links or {headings} headings; those beyond were not looked at"
                ));
            }
        }
        said.sort();
        said
    }

    /// Reads, decodes and keeps a document.
    ///
    /// # Errors
    /// When its content cannot be had.
    pub fn document(&self, entry: &Entry) -> Cached {
        let Ok(index) = self.entries().binary_search_by(|e| e.path.cmp(&entry.path)) else {
            return Err(ReadError::Missing);
        };
        let slot = {
            let mut cache = self
                .cache
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            Arc::clone(cache.entry(index).or_default())
        };
        slot.get_or_init(|| {
            if let Some((twin, change)) = self.twin
                && !change.touches(&entry.path)
                && let Some(same) = twin.get(&entry.path)
            {
                return twin.document(same);
            }
            let content = self.tree.read(entry, DOCUMENT_LIMIT)?;
            Ok(Arc::new(Document::new(&entry.path, content)))
        })
        .clone()
    }
}
