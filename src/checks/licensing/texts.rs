// SPDX-License-Identifier: Apache-2.0

//! Licence texts anywhere in the tree: which licence each is, how well it matches, what differs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::checks::license::expression;
use crate::checks::license::find::{self, LicenseFile, Role};
use crate::checks::license::reading::Reading;
use crate::checks::{Shared, vendored};
use crate::report::licenses::{Difference, File, Flaw, Text};
use crate::subject::{Entry, Resolved, resolve_link};

/// Most different texts that are compared with the list; a tree of copies may hold thousands.
const LIMIT: usize = 500;
/// Most differences shown of one text.
const DIFFERENCES: usize = 20;

/// The texts of a tree.
pub(super) struct Texts {
    /// All of them, by path.
    pub(super) all: Vec<Text>,
    /// Says that the bound was reached.
    pub(super) cut: Option<Flaw>,
}

/// Finds and reads them. Copies of one text are compared once.
pub(super) fn read(shared: &Shared<'_>) -> Texts {
    let entries = shared.files.entries().iter();
    let named: Vec<&Entry> = entries.filter(|e| e.counts() && is_text(e)).collect();
    let mut firsts: Vec<&Entry> = Vec::new();
    let mut slots: HashMap<git2::Oid, usize> = HashMap::new();
    let mut of_entry: Vec<(&Entry, usize)> = Vec::new();
    let mut left_out: Option<(String, usize)> = None;
    for entry in named {
        let known = entry.oid.and_then(|oid| slots.get(&oid).copied());
        let slot = known.unwrap_or(firsts.len());
        if known.is_none() {
            if firsts.len() == LIMIT {
                left_out.get_or_insert_with(|| (entry.path.clone(), 0)).1 += 1;
                continue;
            }
            firsts.push(entry);
            if let Some(oid) = entry.oid {
                slots.insert(oid, slot);
            }
        }
        of_entry.push((entry, slot));
    }
    let read: Vec<Text> = firsts.par_iter().map(|entry| text(shared, entry)).collect();
    let all = of_entry.into_iter().map(|(entry, slot)| Text {
        path: entry.path.clone(),
        ..read[slot].clone()
    });
    Texts {
        all: all.filter(is_worth_telling).collect(),
        cut: left_out.map(|(path, n)| Flaw {
            path,
            line: None,
            message: format!("this and the licence texts after it, {n} in all, were not compared: {LIMIT} different ones were"),
        }),
    }
}

/// Names mislead: below the root, a text that is no licence and near none is told of only when it is called
/// by nothing but the word, and not as input of a test.
fn is_worth_telling(text: &Text) -> bool {
    let Some((folder, name)) = text.path.rsplit_once('/') else {
        return true;
    };
    let lower = name.to_ascii_lowercase();
    let stem = lower.split(['.', '-']).next().unwrap_or_default();
    let called = ["license", "licence", "copying", "unlicense"].contains(&stem);
    let shown = vendored::not_ours(&text.path) && !vendored::vendored(&text.path);
    let known = text.license.is_some() || text.nearest.is_some();
    known || folder == "LICENSES" || called && !shown
}

fn is_text(entry: &Entry) -> bool {
    if entry.mode == crate::subject::Mode::Submodule || entry.path.ends_with(".license") {
        return false;
    }
    let name = entry.name();
    let in_folder = || {
        let folder = entry.dir().rsplit('/').next().unwrap_or_default();
        ["licenses", "licences", "license", "licence"]
            .contains(&folder.to_ascii_lowercase().as_str())
            && find::id_of_name(name).is_some()
    };
    entry.path.starts_with("LICENSES/") || find::is_license_name(name) || in_folder()
}

fn text(shared: &Shared<'_>, entry: &Entry) -> Text {
    let mut text = Text {
        path: entry.path.clone(),
        license: None,
        nearest: None,
        score: None,
        differences: Vec::new(),
        files: 0,
        note: String::new(),
    };
    let real = match resolve_link(shared.files.tree, entry) {
        Resolved::Entry(real) if real.is_file() => real,
        _ => {
            text.note = "leads to no file of this tree".to_owned();
            return text;
        }
    };
    let document = match shared.files.document(real) {
        Ok(document) => document,
        Err(error) => {
            text.note = error.to_string();
            return text;
        }
    };
    let file = LicenseFile {
        entry,
        content: Some(real),
        role: Role::Folder,
    };
    describe(&Reading::of(file, document.text()), &mut text);
    text
}

fn describe(reading: &Reading<'_>, text: &mut Text) {
    text.note = reading.note();
    let floor = |score: f64| (score * 100.0).floor() / 100.0;
    let best = reading.best();
    text.score = best.map(|part| floor(part.score));
    if reading.has_text() {
        text.license = reading
            .expression()
            .map(|license| versioned(license, &text.path));
        return;
    }
    if let Some(part) = best {
        text.nearest = Some(part.id.to_owned());
        let shown = part.differences.iter().take(DIFFERENCES);
        text.differences = shown
            .map(|d| Difference {
                line: d.line,
                missing: d.removed.clone(),
                added: d.added.clone(),
            })
            .collect();
    }
}

/// A text of the GNU family does not tell `-only` from `-or-later`; its file's name may.
fn versioned(license: String, path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match find::id_of_name(name) {
        Some(id) if id != license && family(id) == family(&license) => id.to_owned(),
        _ => license,
    }
}

/// An id without what a text cannot tell.
fn family(id: &str) -> &str {
    let ends = ["-only", "-or-later", "+"];
    ends.iter()
        .find_map(|end| id.strip_suffix(end))
        .unwrap_or(id)
}

/// The licence of each folder below the root that has texts of its own, with the first text's path.
pub(super) fn folders(texts: &Texts) -> BTreeMap<String, (String, String)> {
    let mut found: BTreeMap<String, (Vec<String>, String)> = BTreeMap::new();
    for text in &texts.all {
        let (Some((folder, name)), Some(license)) = (text.path.rsplit_once('/'), &text.license)
        else {
            continue;
        };
        // A folder of texts holds the licences of other files, not of itself.
        if !find::is_license_name(name) || is_collection(folder) {
            continue;
        }
        let slot = found
            .entry(folder.to_owned())
            .or_insert_with(|| (Vec::new(), text.path.clone()));
        if !slot.0.contains(license) {
            slot.0.push(license.clone());
        }
    }
    let joined = found.into_iter();
    joined
        .map(|(folder, (parts, path))| (folder, (expression::join(&parts, "AND"), path)))
        .collect()
}

fn is_collection(folder: &str) -> bool {
    let lower = folder.to_ascii_lowercase();
    lower
        .split('/')
        .any(|part| matches!(part, "licenses" | "licences" | "license" | "licence"))
}

/// Counts the files under each text: those that name one of its licences, or lie below it.
pub(super) fn count_files(texts: &mut Texts, files: &[File]) {
    let mut by_text: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids_of: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for file in files {
        if let (false, Some(source)) = (file.origin.is_stated(), &file.source) {
            *by_text.entry(source).or_default() += 1;
        }
        let Some(license) = &file.license else {
            continue;
        };
        let ids = ids_of
            .entry(license)
            .or_insert_with(|| expression::ids(license).into_iter().collect());
        for id in ids.iter() {
            *by_id.entry(family(id).to_owned()).or_default() += 1;
        }
    }
    for text in &mut texts.all {
        let ids: Vec<String> = text
            .license
            .iter()
            .flat_map(|l| expression::ids(l))
            .collect();
        let elsewhere = text.path.contains('/') && vendored::vendored(&text.path);
        let named = ids.iter().filter_map(|id| by_id.get(family(id))).max();
        let named = named.filter(|_| !elsewhere).copied().unwrap_or(0);
        text.files = named.max(by_text.get(text.path.as_str()).copied().unwrap_or(0));
    }
}
