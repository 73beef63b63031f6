// SPDX-License-Identifier: Apache-2.0

//! The change under inspection, when a run compares with a base: which files differ between the two sides.
//!
//! What a file is worth depends on its path, its bytes, its neighbours that speak for it and the
//! configuration. The configuration is the base's on both sides; where the bytes are the same too, the verdict
//! is. So the second side takes such verdicts from the first, and in a large tree neither side reads those
//! files at all: nothing in them can be new. How many were left out is counted (`unchanged`).

use std::collections::{BTreeMap, BTreeSet};

use crate::subject::Entry;

use super::license::find::is_license_name;

/// Trees of more files than this are judged by their changed files alone, where a rule judges file by file.
pub const WHOLE: usize = 2_000;

/// Which files differ between two sides.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Paths that differ, on either side.
    paths: BTreeSet<String>,
    /// Where a file that was only renamed lay before, by its path now.
    moved: BTreeMap<String, String>,
    /// Whether files that are the same on both sides are left out.
    only: bool,
}

impl Change {
    /// Of the paths that differ; `files` is how many there are on the larger side.
    pub fn new(paths: BTreeSet<String>, moved: BTreeMap<String, String>, files: usize) -> Change {
        let only = files > WHOLE && !paths.iter().any(|path| speaks_for_others(path));
        Change { paths, moved, only }
    }

    /// How many paths differ.
    pub fn count(&self) -> usize {
        self.paths.len()
    }

    /// Whether the file at `path` differs, or its `.license` neighbour does.
    pub fn touches(&self, path: &str) -> bool {
        self.paths.contains(path) || self.paths.contains(&format!("{path}.license"))
    }

    /// Whether the file at `path` itself differs.
    pub fn differs(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Whether some annotation or licence text differs, which may change the verdict on any file.
    pub fn touches_licensing(&self) -> bool {
        self.paths.iter().any(|path| speaks_for_others(path))
    }

    /// Whether files that are the same on both sides are left out.
    pub fn is_partial(&self) -> bool {
        self.only
    }

    /// Whether rules that judge file by file leave this one out.
    pub fn leaves_out(&self, entry: &Entry) -> bool {
        self.only && !self.touches(&entry.path)
    }

    /// Where the file now at `path` lay before, when it was only renamed.
    pub fn moved(&self, path: &str) -> Option<&str> {
        self.moved.get(path).map(String::as_str)
    }
}

/// Annotations, licence texts, and what states the licence of a whole: they decide about other files.
fn speaks_for_others(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "REUSE.toml"
        || path == ".reuse/dep5"
        || path.starts_with("LICENSES/")
        || path.contains("/LICENSES/")
        || is_license_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(paths: &[&str], files: usize) -> Change {
        let paths = paths.iter().map(|p| (*p).to_owned()).collect();
        Change::new(paths, BTreeMap::new(), files)
    }

    #[test]
    fn a_large_tree_is_judged_by_its_changes_unless_they_speak_for_others() {
        assert!(of(&["a.c"], WHOLE + 1).is_partial());
        assert!(!of(&["a.c"], WHOLE).is_partial());
        for path in [
            "REUSE.toml",
            "x/REUSE.toml",
            "LICENSES/MIT.txt",
            "lib/COPYING",
        ] {
            assert!(!of(&["a.c", path], WHOLE + 1).is_partial(), "{path}");
        }
    }

    #[test]
    fn a_neighbour_counts_as_the_file() {
        assert!(of(&["a.png.license"], 1).touches("a.png"));
        assert!(!of(&["a.png.license"], 1).touches("b.png"));
    }
}
