// SPDX-License-Identifier: Apache-2.0

//! Where formats that need a real place show a finding, and how GitHub code scanning recognises that line.
//!
//! Code scanning refuses a file with a result that has no place, and cannot show a path that is not in the
//! tree. Its uploader hashes the text from the start of the line and warns of any other hash
//! (codeql-action#4052), so the same hash is computed here, where the files are.

use std::collections::HashMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::report::{Anchor, CheckResult, Evidence, Finding};
use crate::subject::{Entry, Resolved, Tree, resolve_link};

/// Bytes of a file that are read to hash a line; what lies further down has no hash.
const READ: usize = 256 << 10;
/// Findings of a rule that get a hash; code scanning keeps no more of a run.
const MOST: usize = 5000;
/// Significant UTF-16 units that a hash covers.
const WINDOW: usize = 100;

/// The tree that findings are anchored in.
pub(super) struct Anchors<'a> {
    tree: &'a dyn Tree,
    /// The file that stands for the repository.
    home: Option<&'a str>,
    paths: OnceLock<HashMap<&'a str, &'a Entry>>,
}

impl<'a> Anchors<'a> {
    pub(super) fn new(tree: &'a dyn Tree) -> Self {
        Anchors {
            tree,
            home: home(tree.entries()),
            paths: OnceLock::new(),
        }
    }

    /// Gives each finding its place and its hash.
    pub(super) fn apply(&self, result: &mut CheckResult) {
        if result.findings.is_empty() {
            return;
        }
        let evidence = std::mem::take(&mut result.evidence);
        for finding in &mut result.findings {
            finding.anchor = self.anchor(finding, &evidence);
        }
        result.evidence = evidence;
        let hashed = result.findings.len().min(MOST);
        result.findings[..hashed]
            .par_iter_mut()
            .for_each(|finding| {
                finding.line_hash = self.hash(finding);
            });
    }

    fn entry(&self, path: &str) -> Option<&'a Entry> {
        let paths = self.paths.get_or_init(|| {
            let entries = self.tree.entries().iter();
            entries.map(|entry| (entry.path.as_str(), entry)).collect()
        });
        paths.get(path).copied()
    }

    /// The regular file that a path leads to; code scanning follows no links.
    fn file(&self, path: &str) -> Option<&'a Entry> {
        let found = match resolve_link(self.tree, self.entry(path)?) {
            Resolved::Entry(entry) => entry,
            _ => return None,
        };
        found.is_file().then_some(found)
    }

    /// The place that stands for a finding without one in the tree; `None` when it has its own.
    fn anchor(&self, finding: &Finding, evidence: &[Evidence]) -> Option<Anchor> {
        if let Some(path) = &finding.path {
            let entry = self.entry(path);
            if entry.is_some_and(Entry::is_file) {
                return None;
            }
            // Evidence for something absent is a near miss, not the place.
            let target = self.file(path).map(|file| file.path.as_str());
            return target.or(self.home).map(|place| Anchor {
                path: place.to_owned(),
                line: target.and(finding.line).unwrap_or(1),
                linked: entry.is_some(),
            });
        }
        let looked = || {
            evidence.iter().filter_map(|item| {
                let file = self.file(item.path.as_deref()?)?;
                Some((file.path.as_str(), item.line))
            })
        };
        let near = if finding.commit.is_some() {
            looked().find(|(path, _)| states(path))
        } else {
            looked()
                .find(|(_, line)| line.is_some())
                .or_else(|| looked().next())
        };
        let (path, line) = near.or_else(|| Some((self.home?, None)))?;
        Some(Anchor {
            path: path.to_owned(),
            line: line.unwrap_or(1),
            linked: false,
        })
    }

    fn hash(&self, finding: &Finding) -> Option<String> {
        let (path, line) = finding.place()?;
        let entry = self.entry(path).filter(|entry| entry.is_file())?;
        let content = self.tree.read(entry, READ).ok()?;
        line_hash(&content.bytes, content.truncated, line)
    }
}

/// The file that stands for the repository: its README, else the first file of the top level.
pub(crate) fn home(entries: &[Entry]) -> Option<&str> {
    let top = || {
        let counted = entries.iter().filter(|e| e.is_file() && e.counts());
        counted.filter(|e| !e.path.contains('/'))
    };
    let readme = top().find(|e| e.name().to_ascii_lowercase().starts_with("readme"));
    readme.or_else(|| top().next()).map(|e| e.path.as_str())
}

/// Whether a file states the sign-off rule: it stands for commits, which have no path.
fn states(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_uppercase();
    name.starts_with("DCO") || name.starts_with("CONTRIBUTING")
}

/// GitHub's `primaryLocationLineHash` of a line: over a hundred UTF-16 units from its start, without blanks,
/// line ends as LF, then how often the same came before. `None` when the bytes at hand do not decide it.
fn line_hash(bytes: &[u8], truncated: bool, line: u64) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (units, starts) = significant(&text);
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let start = *starts.get(index)?;
    if truncated && units.len() < start + WINDOW + 2 {
        return None;
    }
    let at = |start: usize| {
        let window = (start..start + WINDOW).map(|i| units.get(i).copied().unwrap_or(0));
        window.fold(0u64, |hash, unit| {
            hash.wrapping_mul(37).wrapping_add(unit.into())
        })
    };
    let own = at(start);
    let before = starts[..index].iter().filter(|start| at(**start) == own);
    Some(format!("{own:x}:{}", before.count() + 1))
}

/// The units that count, and where each line starts among them.
fn significant(text: &str) -> (Vec<u16>, Vec<usize>) {
    const LF: u16 = 10;
    let (mut units, mut starts) = (Vec::with_capacity(text.len()), Vec::new());
    let (mut opens, mut after_return) = (true, false);
    for unit in text.encode_utf16() {
        if unit == u16::from(b' ') || unit == u16::from(b'\t') || (after_return && unit == LF) {
            after_return = false;
            continue;
        }
        after_return = unit == u16::from(b'\r');
        if std::mem::take(&mut opens) {
            starts.push(units.len());
        }
        units.push(if after_return { LF } else { unit });
        opens = units.last() == Some(&LF);
    }
    if opens {
        starts.push(units.len());
    }
    units.push(u16::MAX);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::subject::memory::MemoryTree;

    fn place(finding: Finding, evidence: &[Evidence]) -> Option<(String, u64, bool)> {
        let tree = MemoryTree::new()
            .file("LICENSE", "text")
            .file("README.md", "# Example")
            .file("docs/contributing.md", "# Contributing")
            .link("CONTRIBUTING.md", "docs/contributing.md")
            .link("away.md", "../elsewhere");
        let anchor = Anchors::new(&tree).anchor(&finding, evidence)?;
        Some((anchor.path, anchor.line, anchor.linked))
    }

    fn at(path: &str) -> Finding {
        Finding {
            path: Some(path.into()),
            line: Some(3),
            ..Finding::default()
        }
    }

    #[test]
    fn a_finding_is_shown_at_a_tracked_file() {
        let at_home = || Some(("README.md".to_owned(), 1, false));
        assert_eq!(place(at("LICENSE"), &[]), None);
        assert_eq!(
            place(at("SECURITY.md"), &[Evidence::line("LICENSE", 9)]),
            at_home()
        );
        assert_eq!(place(Finding::default(), &[]), at_home());
        let looked = [
            Evidence::file("gone"),
            Evidence::file("README.md"),
            Evidence::line("LICENSE", 9),
        ];
        let exact = Some(("LICENSE".to_owned(), 9, false));
        assert_eq!(place(Finding::default(), &looked), exact);
    }

    #[test]
    fn a_link_is_shown_where_it_leads() {
        let target = Some(("docs/contributing.md".to_owned(), 3, true));
        assert_eq!(place(at("CONTRIBUTING.md"), &[]), target);
        let outside = Some(("README.md".to_owned(), 1, true));
        assert_eq!(place(at("away.md"), &[]), outside);
        let commit = Finding {
            commit: Some("12ab".into()),
            ..Finding::default()
        };
        let looked = [
            Evidence::line("LICENSE", 9),
            Evidence::line("CONTRIBUTING.md", 4),
        ];
        let stated = Some(("docs/contributing.md".to_owned(), 4, false));
        assert_eq!(place(commit, &looked), stated);
    }

    #[test]
    fn a_line_hash_is_the_uploaders() {
        // Expected values: `rewrite --insert RollingHashPartialFingerprints` of the SARIF Multitool.
        let text = "# Title\r\n\r\n\tsome words\n\nsome  words\n𝄞 é\n".as_bytes();
        let hashes: Vec<_> = (1..=7).map(|line| line_hash(text, false, line)).collect();
        let expected = [
            "6e3c86e68ffd319d:1",
            "9beade3d92fb8b9e:1",
            "90d1f8e03f3a9b6c:1",
            "d299fbdd1c761cdf:1",
            "782140ef1df199d1:1",
            "267c2c154cba6a5c:1",
            "c129715d7a2bc9a3:1",
        ]
        .map(|hash| Some(hash.to_owned()));
        assert_eq!(hashes[..], expected[..]);
        assert_eq!(line_hash(text, false, 8), None);
        assert_eq!(line_hash(text, false, 0), None);
        assert_eq!(line_hash(text, true, 1), None);
    }
}
