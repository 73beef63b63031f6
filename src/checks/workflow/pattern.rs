// SPDX-License-Identifier: Apache-2.0

//! Patterns as rules write them: globs over names, regular expressions over commands. Compiled when the rule
//! is read, so that a mistake in one is an error with its place in the file.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::{Deserialize, Deserializer, de};

/// Regular expressions, any of which may match; case does not count.
#[derive(Debug, Clone)]
pub(crate) struct Patterns(RegexSet);

impl Default for Patterns {
    fn default() -> Self {
        Patterns(RegexSet::empty())
    }
}

impl Patterns {
    /// Whether any of them matches.
    pub(crate) fn found(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.is_match(text.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        // ASCII classes: what these match is written in it, and tables of Unicode are slow to build.
        let set = RegexSetBuilder::new(texts)
            .case_insensitive(true)
            .unicode(false)
            .build();
        set.map(Patterns).map_err(de::Error::custom)
    }
}

/// Globs, any of which may match; `*` stays within a folder, case does not count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Globs(GlobSet);

impl Globs {
    /// Whether any of them matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let mut set = GlobSetBuilder::new();
        for text in texts {
            let glob = GlobBuilder::new(&text)
                .literal_separator(true)
                .case_insensitive(true)
                .build();
            set.add(glob.map_err(de::Error::custom)?);
        }
        set.build().map(Globs).map_err(de::Error::custom)
    }
}
