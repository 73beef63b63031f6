// SPDX-License-Identifier: Apache-2.0

//! What became of the findings of a scan: files with a licence that is not among the project's, or with none.
//!
//! A file whose content is the same still has what the scan found, whatever is recognised here. One that
//! changed and says nothing that is recognised is for a person: a scanner may read what provost does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::expression_ids;
use crate::report::licenses::{Class, Compared, Comparison, Fate, File, Licenses};
use crate::subject::Tree;

use super::{Scan, ScanFile, digest, digests};

/// Compares.
///
/// # Errors
/// When no file of the scan is in the tree: it is a scan of something else.
pub fn compare(
    licenses: &mut Licenses,
    scan: &Scan,
    tree: &dyn Tree,
) -> Result<Comparison, String> {
    let here: BTreeSet<&str> = tree.entries().iter().map(|e| e.path.as_str()).collect();
    let (prefix, matched) = prefix(scan, &here);
    if matched == 0 {
        return Err("none of its files is in this tree; is it a scan of another project or of a folder of it?".to_owned());
    }
    let in_scan: BTreeSet<&str> = scan.files.iter().map(|f| local(f, &prefix)).collect();
    // Files that the scan does not have may be some of its own that moved.
    let unknown: BTreeSet<String> = licenses
        .files
        .iter()
        .filter(|f| !in_scan.contains(f.path.as_str()))
        .map(|f| f.path.clone())
        .collect();
    digests(tree, &mut licenses.files, Some(&unknown));
    let now = Now::of(licenses, &here, &in_scan, tree);
    let mut findings = Vec::new();
    for file in &scan.files {
        let path = local(file, &prefix);
        for license in now.foreign(file) {
            findings.push(now.fate(file, path, license));
        }
    }
    now.add_new(scan, &prefix, &mut findings);
    findings.sort_by(|a, b| (a.fate, &a.path, &a.license).cmp(&(b.fate, &b.path, &b.license)));
    Ok(Comparison {
        document: scan.name.clone(),
        created: scan.created.clone(),
        files: scan.files.len(),
        matched,
        prefix,
        findings,
    })
}

/// The path of a scanned file in the tree.
fn local<'f>(file: &'f ScanFile, prefix: &str) -> &'f str {
    file.path.strip_prefix(prefix).unwrap_or(&file.path)
}

/// The folders in front of every path of the scan without which most of its files are in the tree.
fn prefix(scan: &Scan, here: &BTreeSet<&str>) -> (String, usize) {
    let first = scan.files.first().map_or("", |f| f.path.as_str());
    let mut best = (String::new(), 0);
    let ends = first.match_indices('/').map(|(at, _)| at + 1).take(16);
    for end in std::iter::once(0).chain(ends) {
        let candidate = &first[..end];
        if !scan.files.iter().all(|f| f.path.starts_with(candidate)) {
            break;
        }
        let matched = scan
            .files
            .iter()
            .filter(|f| here.contains(local(f, candidate)))
            .count();
        if matched > best.1 {
            best = (candidate.to_owned(), matched);
        }
    }
    best
}

/// The tree as it is now.
struct Now<'a> {
    tree: &'a dyn Tree,
    here: &'a BTreeSet<&'a str>,
    in_scan: &'a BTreeSet<&'a str>,
    own: BTreeSet<String>,
    files: BTreeMap<&'a str, &'a File>,
    by_sum: BTreeMap<&'a str, &'a File>,
}

impl<'a> Now<'a> {
    fn of(
        licenses: &'a Licenses,
        here: &'a BTreeSet<&'a str>,
        in_scan: &'a BTreeSet<&'a str>,
        tree: &'a dyn Tree,
    ) -> Self {
        let sum = |f: &'a File| Some((f.sha1.as_deref()?, f));
        Now {
            tree,
            here,
            in_scan,
            own: licenses
                .declared
                .iter()
                .flat_map(|d| expression_ids(d))
                .collect(),
            files: licenses
                .files
                .iter()
                .map(|f| (f.path.as_str(), f))
                .collect(),
            by_sum: licenses.files.iter().filter_map(sum).collect(),
        }
    }

    /// Licences of a scanned file that are not the project's; one `None` when it has none. What was concluded
    /// outweighs what was found.
    fn foreign(&self, file: &ScanFile) -> Vec<Option<String>> {
        let said: Vec<&String> = match &file.concluded {
            Some(concluded) => vec![concluded],
            None => file.found.iter().collect(),
        };
        if said.is_empty() {
            return vec![None];
        }
        let ids: BTreeSet<String> = said.into_iter().flat_map(|s| ids(s)).collect();
        let foreign = ids.into_iter().filter(|id| !self.own.contains(id));
        foreign.map(Some).collect()
    }

    fn fate(&self, file: &ScanFile, path: &str, license: Option<String>) -> Compared {
        let (fate, moved_to, now, why) = if self.here.contains(path) {
            let (fate, now, why) = self.in_place(file, path, license.as_deref());
            (fate, None, now, why)
        } else if let Some((found, why)) = self.moved(file, path, license.as_deref()) {
            let now = found.license.clone();
            (Fate::Moved, Some(found.path.clone()), now, why.to_owned())
        } else {
            (Fate::Fixed, None, None, "the file is gone".to_owned())
        };
        Compared {
            fate,
            path: path.to_owned(),
            moved_to,
            license,
            now,
            why,
        }
    }

    fn in_place(
        &self,
        file: &ScanFile,
        path: &str,
        license: Option<&str>,
    ) -> (Fate, Option<String>, String) {
        let now = self.files.get(path).copied();
        let stated = now
            .filter(|f| f.origin.is_stated())
            .and_then(|f| f.license.clone());
        let same = file.sha1.is_some() && file.sha1 == digest(self.tree, path);
        let named = stated
            .as_ref()
            .is_some_and(|s| ids(s).iter().any(|id| Some(id.as_str()) == license));
        let elsewhere = now.is_some_and(|f| f.source.as_deref() != Some(path));
        match (&stated, license) {
            // What is said beside a file, not in it, can mend it without a change of its content.
            (Some(said), None) => (
                Fate::Fixed,
                stated.clone(),
                format!("it is under {said} now"),
            ),
            (_, Some(_)) if named => (Fate::StillThere, stated, "it still says so".to_owned()),
            (Some(said), Some(_)) if same && elsewhere => {
                let why = format!(
                    "its content is the same, but {said} is said of it; does that cover it?"
                );
                (Fate::Unsure, stated, why)
            }
            (_, Some(_)) if same => (
                Fate::StillThere,
                stated,
                "its content is the same".to_owned(),
            ),
            (Some(said), Some(_)) => (
                Fate::Fixed,
                stated.clone(),
                format!("it changed, and says {said} now"),
            ),
            (None, Some(_)) => (
                Fate::Unsure,
                None,
                "it changed since, and nothing in it is recognised; look at it".to_owned(),
            ),
            (None, None) => (
                Fate::StillThere,
                None,
                "still nothing says its licence".to_owned(),
            ),
        }
    }

    /// Where a file that is gone lies now: by content, else by name, when it says the same.
    fn moved(
        &self,
        file: &ScanFile,
        path: &str,
        license: Option<&str>,
    ) -> Option<(&'a File, &'static str)> {
        if let Some(found) = file.sha1.as_deref().and_then(|sum| self.by_sum.get(sum)) {
            return Some((found, "the same content lies there"));
        }
        let name = path.rsplit('/').next();
        let mut alike = self.files.values().filter(|f| {
            let says = |id: &String| Some(id.as_str()) == license;
            !self.in_scan.contains(f.path.as_str())
                && f.path.rsplit('/').next() == name
                && f.origin.is_stated()
                && f.license.as_ref().is_some_and(|l| ids(l).iter().any(says))
        });
        let first = alike.next()?;
        alike
            .next()
            .is_none()
            .then_some((*first, "a file of this name that says so lies there"))
    }

    /// What the scan does not have: files that say a licence which is not the project's, and source files of
    /// which nothing is said.
    fn add_new(&self, scan: &Scan, prefix: &str, findings: &mut Vec<Compared>) {
        let mut known: BTreeSet<(String, Option<String>)> = BTreeSet::new();
        for finding in findings.iter() {
            known.insert((finding.path.clone(), finding.license.clone()));
        }
        let scanned: BTreeMap<&str, &ScanFile> =
            scan.files.iter().map(|f| (local(f, prefix), f)).collect();
        let moved: BTreeSet<String> = findings.iter().filter_map(|f| f.moved_to.clone()).collect();
        for file in self.files.values().filter(|f| !moved.contains(&f.path)) {
            let stated = file.license.as_ref().filter(|_| file.origin.is_stated());
            let earlier = scanned.get(file.path.as_str());
            let mut foreign: Vec<Option<String>> = match stated {
                Some(license) => {
                    let ids = ids(license).into_iter();
                    ids.filter(|id| !self.own.contains(id)).map(Some).collect()
                }
                None if file.class == Class::Code && !file.vendored && earlier.is_none() => {
                    vec![None]
                }
                None => Vec::new(),
            };
            foreign.retain(|license| !known.contains(&(file.path.clone(), license.clone())));
            if foreign.is_empty() {
                continue;
            }
            // The scan saw this very content and made nothing of it.
            let seen = earlier.and_then(|f| f.sha1.clone());
            if seen.is_some() && seen == digest(self.tree, &file.path) {
                continue;
            }
            let why = match earlier {
                None => "the scan does not have this file",
                Some(_) => "it says so since the scan",
            };
            findings.extend(foreign.into_iter().map(|license| Compared {
                fate: Fate::New,
                path: file.path.clone(),
                moved_to: None,
                license,
                now: file.license.clone(),
                why: why.to_owned(),
            }));
        }
    }
}

/// Ids of an expression; the whole text where it is none.
fn ids(text: &str) -> Vec<String> {
    let mut ids = expression_ids(text);
    if ids.is_empty() {
        ids.push(text.to_owned());
    }
    ids
}
