// SPDX-License-Identifier: Apache-2.0

//! The README, and the documents of a project in which a rule looks for words.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::subject::{Entry, Mode};

use super::words::{self, Phrase};
use super::{Document, Files, Shared, target, vendored};

/// Where a README stands for the repository, in the order in which one is looked for.
const README_FOLDERS: &[&str] = &["", ".github", "docs"];
/// Extensions of documents, the one read first in front.
const EXTENSIONS: &[&str] = &[
    "md", "markdown", "mdx", "rst", "adoc", "asciidoc", "txt", "", "org", "rest",
];
/// Folders whose documents are about other projects: themes of a site, projects assessed or listed.
const OTHERS: &[&str] = &["themes", "assessments", "projects", "landscape"];
/// Most documents that are read for one rule; the search says when there are more.
const DOCUMENT_CAP: usize = 600;

/// Stem and extension of a file name, in small letters.
fn parts(name: &str) -> (String, String) {
    let lower = name.to_ascii_lowercase();
    match lower.rsplit_once('.') {
        Some((stem, ext)) if !stem.is_empty() => (stem.to_owned(), ext.to_owned()),
        _ => (lower, String::new()),
    }
}

/// Rank of a document's extension; `None` when the file is no document.
fn rank(name: &str) -> Option<usize> {
    let (_, ext) = parts(name);
    EXTENSIONS.iter().position(|known| *known == ext)
}

/// The README that a visitor of the repository sees: exact stem, root first, Markdown first.
pub(crate) fn entry<'a>(files: &Files<'a>) -> Option<&'a Entry> {
    README_FOLDERS.iter().find_map(|folder| {
        let mut found: Vec<_> = files
            .entries()
            .iter()
            .filter(|e| e.counts() && e.dir().eq_ignore_ascii_case(folder))
            .filter(|e| parts(e.name()).0 == "readme")
            .filter_map(|e| rank(e.name()).map(|rank| (rank, e)))
            .collect();
        found.sort_by_key(|(rank, e)| (*rank, e.path.as_str()));
        found
            .into_iter()
            .find_map(|(_, e)| target::real(files, e).filter(|real| real.counts()))
    })
}

/// Extensions of files that are software, not documents or settings.
const SOFTWARE: &[&str] = &[
    "asm", "bash", "bat", "bzl", "c", "cc", "clj", "cljs", "cpp", "cs", "css", "cue", "cxx", "d",
    "dart", "el", "erl", "ex", "exs", "f90", "fs", "go", "groovy", "h", "hpp", "hs", "java", "jl",
    "js", "jsx", "kt", "kts", "lean", "lisp", "lua", "m", "ml", "mm", "nim", "nix", "php", "pl",
    "pm", "proto", "ps1", "py", "r", "rb", "rego", "rs", "s", "scala", "scm", "sh", "sol", "sql",
    "sv", "swift", "tcl", "tf", "ts", "tsx", "v", "vhd", "vue", "wat", "zig",
];

/// Whether the repository holds software of its own: source files outside its automation and copied trees.
pub(crate) fn has_software(files: &Files<'_>) -> bool {
    files.entries().iter().any(|entry| {
        let (_, ext) = parts(entry.name());
        entry.counts()
            && entry.is_file()
            && SOFTWARE.contains(&ext.as_str())
            && !entry.path.starts_with('.')
            && !vendored::vendored(&entry.path)
    })
}

/// Whether a path is that of a README.
pub(crate) fn is_readme(path: &str) -> bool {
    parts(path.rsplit('/').next().unwrap_or(path)).0 == "readme"
}

/// The README, read; `None` when there is none or it cannot be read.
pub(crate) fn document(shared: &Shared<'_>) -> Option<Arc<Document>> {
    let entry = entry(&shared.files)?;
    shared.files.document(entry).ok()
}

/// Which documents a rule looks into.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Search {
    /// Whether the README is one of them.
    #[serde(default = "yes")]
    readme: bool,
    /// Names of documents, at any depth.
    #[serde(default)]
    names: Vec<Phrase>,
    /// Names of folders all of whose documents are meant.
    #[serde(default)]
    below: Vec<Phrase>,
    /// Further files, as path patterns.
    #[serde(default)]
    globs: Vec<String>,
    /// Documents that look like it and are not.
    #[serde(default)]
    except: Vec<String>,
}

fn yes() -> bool {
    true
}

/// What was looked into.
pub(super) struct Searched {
    /// Documents, the README first, then by name as the rule lists them, the nearest to the root in front.
    pub(super) documents: Vec<Arc<Document>>,
    /// Paths of documents that could not be read or are not tracked, with the reason.
    pub(super) unread: Vec<String>,
}

impl Search {
    /// Reads the documents meant.
    pub(super) fn read(&self, shared: &Shared<'_>) -> anyhow::Result<Searched> {
        let globs = glob_set(&self.globs)?;
        let except = glob_set(&self.except)?;
        let files = &shared.files;
        let readme = entry(files).filter(|_| self.readme);
        let mut found: Vec<&Entry> = files
            .entries()
            .iter()
            .filter(|e| !vendored::not_ours(&e.path) && !except.is_match(&e.path))
            .filter(|e| !about_others(&e.path))
            .filter(|e| self.means(e) || globs.is_match(&e.path))
            .collect();
        found.sort_by_key(|e| (self.rank(e), e.path.matches('/').count(), e.path.as_str()));
        let mut searched = Searched {
            documents: Vec::new(),
            unread: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for entry in readme.into_iter().chain(found) {
            if searched.documents.len() >= DOCUMENT_CAP {
                searched.unread.push(format!(
                    "{} (more than {DOCUMENT_CAP} documents)",
                    entry.path
                ));
                break;
            }
            if !entry.counts() {
                searched
                    .unread
                    .push(format!("{} (not tracked)", entry.path));
                continue;
            }
            let Some(real) = target::real(files, entry) else {
                continue;
            };
            if !seen.insert(real.path.as_str()) {
                continue;
            }
            match files.document(real) {
                Ok(document) => searched.documents.push(document),
                Err(why) => searched.unread.push(format!("{} ({why})", real.path)),
            }
        }
        Ok(searched)
    }

    /// Documents of these names in the places from which GitHub takes an organisation's defaults.
    pub(super) fn of_organisation(
        &self,
        files: &Files<'_>,
        names: &[Phrase],
    ) -> Vec<Arc<Document>> {
        let found = files.entries().iter().filter(|e| {
            let stem = e.name().rsplit_once('.').map_or(e.name(), |(stem, _)| stem);
            let folder = matches!(
                e.dir().to_ascii_lowercase().as_str(),
                "" | ".github" | "docs"
            );
            e.counts() && folder && rank(e.name()).is_some() && words::any_is(names, stem)
        });
        found
            .filter_map(|e| files.document(target::real(files, e)?).ok())
            .collect()
    }

    /// Documents in the order of their names in the rule, then those of folders and patterns.
    fn rank(&self, entry: &Entry) -> usize {
        let stem = entry
            .name()
            .rsplit_once('.')
            .map_or(entry.name(), |(stem, _)| stem);
        let words = words::words(stem);
        self.names
            .iter()
            .position(|name| name.is(&words))
            .unwrap_or(self.names.len())
    }

    fn means(&self, entry: &Entry) -> bool {
        let script = entry.mode == Mode::Executable && !entry.name().contains('.');
        if rank(entry.name()).is_none() || script {
            return false;
        }
        let (stem, _) = entry.name().rsplit_once('.').unwrap_or((entry.name(), ""));
        words::any_is(&self.names, stem)
            || (!self.below.is_empty()
                && entry
                    .dir()
                    .split('/')
                    .any(|folder| words::any_is(&self.below, folder)))
    }
}

/// Whether a document lies two folders below one that holds other projects: `themes/NAME/…`.
pub(super) fn about_others(path: &str) -> bool {
    let folders: Vec<&str> = path.split('/').collect();
    let holders = folders.len().saturating_sub(2);
    folders[..holders]
        .iter()
        .any(|f| OTHERS.contains(&f.to_ascii_lowercase().as_str()))
}

/// Path patterns, case-insensitive; `*` stays within a folder.
pub(super) fn glob_set(patterns: &[String]) -> anyhow::Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = GlobBuilder::new(pattern)
            .literal_separator(true)
            .case_insensitive(true)
            .build();
        set.add(glob.map_err(|e| anyhow::anyhow!("`{pattern}` is no path pattern: {e}"))?);
    }
    Ok(set.build()?)
}

/// Words for a report: one line, at most 160 characters.
pub(super) fn quote(text: &str) -> String {
    const LONGEST: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::with_shared;
    use crate::subject::memory::MemoryTree;

    fn found(tree: MemoryTree) -> Option<String> {
        with_shared(tree, None, |shared| {
            entry(&shared.files).map(|e| e.path.clone())
        })
    }

    #[test]
    fn the_readme_is_the_one_a_visitor_sees() {
        let tree = MemoryTree::new()
            .file("README-DEBUG.md", "")
            .file("docs/README.md", "")
            .file("vendor/x/README.md", "");
        assert_eq!(found(tree.clone()).as_deref(), Some("docs/README.md"));
        let tree = tree.file("readme.rst", "").file("ReadMe.MD", "");
        assert_eq!(found(tree).as_deref(), Some("ReadMe.MD"));
        let linked = MemoryTree::new()
            .link("README.md", "pkg/README.md")
            .file("pkg/README.md", "");
        assert_eq!(found(linked).as_deref(), Some("pkg/README.md"));
        assert_eq!(found(MemoryTree::new().link("README.md", "../x")), None);
        assert_eq!(found(MemoryTree::new().file("README.go", "")), None);
    }

    #[test]
    fn quotes_are_one_short_line() {
        assert_eq!(quote(" a\n b "), "a b");
        assert_eq!(quote(&"é".repeat(300)).chars().count(), 160);
    }
}
