// SPDX-License-Identifier: Apache-2.0

//! Patterns as rules write them: globs over names, regular expressions over commands. Compiled when the rule
//! is validated, so that a mistake in one is an error with its place in the file; else on first use.

use std::sync::OnceLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{RegexSet, RegexSetBuilder};
use serde::{Deserialize, Deserializer, de};

use crate::checks::words::are_validated;

/// Regular expressions, any of which may match; case does not count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns {
    texts: Vec<String>,
    set: OnceLock<RegexSet>,
}

impl Patterns {
    /// Whether any of them matches.
    pub(crate) fn found(&self, text: &str) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        let set = self
            .set
            .get_or_init(|| compile(&self.texts).expect("the rule was validated before it ran"));
        set.is_match(text.as_bytes())
    }
}

fn compile(texts: &[String]) -> Result<RegexSet, regex::Error> {
    // ASCII classes: what these match is written in it, and tables of Unicode are slow to build.
    RegexSetBuilder::new(texts)
        .case_insensitive(true)
        .unicode(false)
        .build()
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        let set = OnceLock::new();
        if !are_validated() {
            let compiled = compile(&texts).map_err(de::Error::custom)?;
            set.get_or_init(|| compiled);
        }
        Ok(Patterns { texts, set })
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
