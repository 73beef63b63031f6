// SPDX-License-Identifier: Apache-2.0

//! The project's licence: which files state it, which licences their texts are, and how they go together.
//!
//! Texts decide, not names. A text that is no known licence is shown with the nearest one and what
//! differs; nothing here judges whether a licence is allowed (see `license-terms`).

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::{Entry, Resolved, resolve_link};

use super::{Answer, Context, Draft, Shared};

mod compare;
pub(crate) mod declared;
pub(crate) mod expression;
pub(crate) mod find;
mod identify;
mod judge;
pub(crate) mod names;
pub(crate) mod reading;
mod texts;
mod whole;
mod words;

use find::{LicenseFile, Role, license_files};
use reading::Reading;
use whole::{Whole, whole};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Most licence files that are read; a folder of licences may hold hundreds.
    #[serde(default = "most_files")]
    most_files: usize,
}

fn most_files() -> usize {
    64
}

/// Finds, reads and joins the licence files.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let files = license_files(cx.shared);
    let (ours, untracked): (Vec<_>, Vec<_>) = files.iter().copied().partition(|f| f.entry.counts());
    let declared = declared::in_root(cx.shared);
    let said = whole::said(cx.shared);
    let mut lost = Vec::new();
    let mut readings = Vec::new();
    for file in ours.iter().take(params.most_files) {
        match read(cx, file) {
            Ok(reading) => readings.push(reading),
            Err(why) => lost.push((*file, why)),
        }
    }
    let whole = whole(&readings, &declared, said.as_ref());
    let answer = if readings.is_empty() {
        absent(&lost, &untracked, &declared)
    } else {
        verdict(&readings, &whole)
    };
    let stated = whole
        .expression
        .or_else(|| declared.iter().find_map(|d| d.expression.clone()));
    let broken = lost
        .iter()
        .map(|(file, why)| Evidence::file(&file.entry.path).note(why.words()));
    let manifests = declared
        .iter()
        .filter(|d| !whole.why.iter().any(|e| e.path.as_deref() == Some(&d.path)));
    let manifests: Vec<Evidence> = manifests.map(of_manifest).collect();
    Ok(answer
        .all_evidence(whole.why)
        .all_evidence(broken)
        .all_evidence(manifests)
        .property(
            "expression",
            stated.map_or(serde_json::Value::Null, Into::into),
        ))
}

fn of_manifest(declared: &declared::Declared) -> Evidence {
    let evidence =
        Evidence::line(&declared.path, declared.line).note(format!("declares {}", declared.raw));
    match &declared.expression {
        Some(expression) => evidence.license(expression),
        None => evidence,
    }
}

/// Why a licence file was not read.
enum Lost {
    /// It is a link to nothing in the tree, or a folder.
    Nowhere,
    /// Its content cannot be had here.
    Unread(String),
}

impl Lost {
    fn words(&self) -> String {
        match self {
            Lost::Nowhere => "leads to no file of this tree".to_owned(),
            Lost::Unread(why) => why.clone(),
        }
    }
}

fn read<'a>(cx: &'a Context<'_>, file: &LicenseFile<'a>) -> std::result::Result<Reading<'a>, Lost> {
    let content = file.content.ok_or(Lost::Nowhere)?;
    let document = cx
        .files
        .document(content)
        .map_err(|e| Lost::Unread(e.to_string()))?;
    Ok(Reading::of(*file, document.text()))
}

/// The project's licence as other rules need it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Project {
    /// Its expression, from the licence files, else from a manifest in the root.
    pub(crate) expression: Option<String>,
    /// The first licence file.
    pub(crate) path: Option<String>,
    /// Licence files and what they hold.
    pub(crate) evidence: Vec<Evidence>,
    /// Ids of all texts that lie in the root or in the folder of licences.
    pub(crate) texts: Vec<String>,
}

/// The project's licence; read once, on first use.
pub(crate) fn project(shared: &Shared<'_>) -> Project {
    shared.project.get_or_init(|| read_project(shared)).clone()
}

/// Ids of the licences whose texts, or names, one file holds.
pub(crate) fn ids_of_file(shared: &Shared<'_>, entry: &Entry) -> Vec<String> {
    let real = match resolve_link(shared.files.tree, entry) {
        Resolved::Entry(real) if real.is_file() => real,
        _ => return Vec::new(),
    };
    let Ok(document) = shared.files.document(real) else {
        return Vec::new();
    };
    let file = LicenseFile {
        entry,
        content: Some(real),
        role: Role::Folder,
    };
    let reading = Reading::of(file, document.text());
    reading
        .expression()
        .map(|e| expression::ids(&e))
        .unwrap_or_default()
}

fn read_project(shared: &Shared<'_>) -> Project {
    let files = license_files(shared);
    let readings: Vec<Reading<'_>> = files
        .iter()
        .filter(|f| f.entry.counts())
        .take(most_files())
        .filter_map(|file| {
            let document = shared.files.document(file.content?).ok()?;
            Some(Reading::of(*file, document.text()))
        })
        .collect();
    let declared = declared::in_root(shared);
    let said = whole::said(shared);
    let whole = whole(&readings, &declared, said.as_ref());
    Project {
        expression: whole
            .expression
            .or_else(|| declared.iter().find_map(|d| d.expression.clone())),
        path: readings.first().map(|r| r.file.entry.path.clone()),
        evidence: readings.iter().map(Reading::evidence).collect(),
        texts: readings.iter().flat_map(|r| r.texts.clone()).collect(),
    }
}

/// No licence file could be read.
fn absent(
    lost: &[(LicenseFile<'_>, Lost)],
    untracked: &[LicenseFile<'_>],
    declared: &[declared::Declared],
) -> Answer {
    if let Some((file, Lost::Unread(why))) =
        lost.iter().find(|(_, why)| matches!(why, Lost::Unread(_)))
    {
        return Answer::open(format!(
            "{} could not be read: {why}; fetch the whole repository and run again",
            file.entry.path
        ));
    }
    let mut message = match lost.first() {
        Some((file, _)) => format!("{} leads to no file of this tree", file.entry.path),
        None => "no licence file in the root, nor a folder of licences".to_owned(),
    };
    if let Some(manifest) = declared.first() {
        message.push_str(&format!(
            "; {} declares {}, but the text is missing",
            manifest.path, manifest.raw
        ));
    }
    if let Some(file) = untracked.first() {
        message.push_str(&format!(
            "; {} is there but not tracked: commit it",
            file.entry.path
        ));
    } else {
        message.push_str("; add the full text of the licence as LICENSE");
    }
    let path = lost
        .first()
        .map_or("LICENSE", |(file, _)| file.entry.path.as_str());
    Answer::fail(
        message.clone(),
        Draft::new(message).path(path).key("license-file"),
    )
    .evidence(Evidence::words(
        "looked for LICENSE, LICENCE, COPYING, UNLICENSE with any extension, LICENSES/, license/",
    ))
}

fn verdict(readings: &[Reading<'_>], whole: &Whole) -> Answer {
    let first = &readings[0];
    let path = first.file.entry.path.as_str();
    let mut evidence = readings.iter().map(Reading::evidence);
    let Some(expression) = &whole.expression else {
        return unknown(readings).all_evidence(evidence);
    };
    let head = evidence.next().unwrap_or_default();
    let leading = readings
        .iter()
        .filter(|r| r.file.role != Role::Folder || first.file.role == Role::Folder);
    let doubts: Vec<String> = leading
        .clone()
        .flat_map(|r| {
            r.doubts
                .iter()
                .map(|(line, why)| format!("{}:{line}: {why}", r.file.entry.path))
        })
        .collect();
    let answer = if !doubts.is_empty() {
        let message = format!(
            "{expression}, but {}; read it and decide whether it is still that licence",
            doubts[0]
        );
        Answer::review(message, head)
    } else if !leading.clone().any(Reading::has_text) {
        let message = format!(
            "{path} names {expression} and does not hold the text; add the full text, or accept the notice"
        );
        Answer::review(message, head)
    } else {
        Answer::pass(pass_message(expression, readings, whole), head)
    };
    answer.all_evidence(evidence)
}

fn pass_message(expression: &str, readings: &[Reading<'_>], whole: &Whole) -> String {
    let paths: Vec<&str> = readings
        .iter()
        .filter(|r| r.has_text())
        .map(|r| r.file.entry.path.as_str())
        .take(4)
        .collect();
    let joined = if whole.unjoined {
        "; nothing says whether they apply together or by choice"
    } else {
        ""
    };
    format!(
        "the licence is {expression}, by the text of {}{joined}",
        paths.join(", ")
    )
}

/// Licence files without a licence that is known.
fn unknown(readings: &[Reading<'_>]) -> Answer {
    let doubt = readings
        .iter()
        .find_map(|r| r.doubts.first().map(|(line, why)| (r, *line, why)));
    if let Some((reading, line, why)) = doubt {
        let path = &reading.file.entry.path;
        let message = format!(
            "{path} holds no licence of the SPDX list: {why}; read it, and name it LicenseRef-\u{2026} if it is your own"
        );
        return Answer::review(message, Evidence::line(path, line).note("an unknown text"));
    }
    let reading = &readings[0];
    let path = &reading.file.entry.path;
    if reading.identified.words >= 30 {
        let message =
            format!("{path} holds no licence of the SPDX list and none that is near; read it");
        return Answer::review(message, Evidence::file(path).note("an unknown text"));
    }
    let what = if reading.identified.words == 0 {
        "is empty or holds copyright lines only"
    } else {
        "names no known licence"
    };
    let message = format!("{path} {what}; put the full text of the licence there");
    Answer::fail(
        message.clone(),
        Draft::new(message).path(path).key("license-file"),
    )
}

#[cfg(test)]
mod tests;
