//! Where formats that need a real place show a finding, and how GitHub code scanning recognises that line.
//!
//! Code scanning refuses a file with a result that has no place, and cannot show a path that is not in the
//! tree. Its uploader hashes the text from the start of the line and warns of any other hash
//! (codeql-action#4052), so the same hash is computed here, where the files are.

use std::collections::HashMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::report::{Anchor, CheckResult, Evidence, Finding};
use crate::subject::{Entry, Tree};

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

    /// The place that stands for a finding without one in the tree; `None` when it has its own.
    fn anchor(&self, finding: &Finding, evidence: &[Evidence]) -> Option<Anchor> {
        let real = |path: &&Evidence| {
            path.path
                .as_deref()
                .is_some_and(|p| self.entry(p).is_some())
        };
        let near = match &finding.path {
            Some(path) if self.entry(path).is_some() => return None,
            // Evidence for something absent is a near miss, not the place.
            Some(_) => None,
            None if finding.commit.is_some() => evidence.iter().filter(real).find(|e| states(e)),
            None => {
                let mut looked = evidence.iter().filter(real);
                let exact = looked.clone().find(|e| e.line.is_some());
                exact.or_else(|| looked.next())
            }
        };
        match near {
            Some(item) => item.path.as_ref().map(|path| Anchor {
                path: path.clone(),
                line: item.line.unwrap_or(1),
            }),
            None => self.home.map(|path| Anchor {
                path: path.to_owned(),
                line: 1,
            }),
        }
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
fn states(item: &Evidence) -> bool {
    let path = item.path.as_deref().unwrap_or_default();
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
