// SPDX-License-Identifier: Apache-2.0

//! Template text that nobody replaced, in the community documents or in one document.
//!
//! Only marked slots count. A bare TODO does not: it is also a note, a name, and the address of a group.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::document::find::companions;
use super::document::locate::locate;
use super::document::search::DocumentOf;
use super::document::substance::{MARKS, markers};
use super::words::{Pattern, Phrase};
use super::{Answer, Context, Document, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Slots of templates; those of the rule `placeholder` when none are given.
    #[serde(default)]
    markers: Vec<Pattern>,
    /// Slots that count beside them.
    #[serde(default)]
    extra_markers: Vec<Pattern>,
    /// Only the document that this rule finds.
    #[serde(default)]
    document: Option<DocumentOf>,
    /// Names of the documents to read, without extension.
    #[serde(default)]
    files: Vec<Phrase>,
}

/// Passes when no document holds template text (hygiene guides of the foundations).
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut patterns = if params.markers.is_empty() {
        MARKS.clone()
    } else {
        params.markers.clone()
    };
    patterns.extend(params.extra_markers.iter().cloned());
    match &params.document {
        Some(of) => Ok(one(cx, of, &patterns)),
        None => Ok(all(cx, params, &patterns)),
    }
}

fn drafts(document: &Document, patterns: &[Pattern]) -> Vec<Draft> {
    markers(document, patterns)
        .into_iter()
        .map(|marker| {
            Draft::new(format!(
                "`{}` was never filled in; write what it asks for, or delete the sentence",
                marker.text
            ))
            .path(&document.path)
            .line(marker.line)
            .key(marker.text)
        })
        .collect()
}

fn all(cx: &Context<'_>, params: &Params, patterns: &[Pattern]) -> Answer {
    let mut findings = Vec::new();
    let mut read = Vec::new();
    for entry in companions(&cx.files, &params.files) {
        let Ok(document) = cx.files.document(entry) else {
            continue;
        };
        findings.extend(drafts(&document, patterns));
        read.push(Evidence::file(&entry.path));
    }
    let count = findings.len();
    let message =
        format!("{count} slots of templates are still open in community documents; fill them in");
    if let Some(answer) = Answer::fail_all(message, findings) {
        return answer.all_evidence(read);
    }
    let mut read = read.into_iter();
    match read.next() {
        Some(first) => Answer::pass("No template text is left in the community documents", first)
            .all_evidence(read),
        None => {
            Answer::not_applicable("There are no community documents that could hold template text")
        }
    }
}

fn one(cx: &Context<'_>, of: &DocumentOf, patterns: &[Pattern]) -> Answer {
    let located = locate(cx, of.search, &of.rule);
    let what = &of.search.what;
    if let Some(hit) = located.readable().next()
        && let Some(passage) = &hit.passage
    {
        let path = passage.path().to_owned();
        let findings = drafts(&passage.document, patterns);
        let message = format!(
            "{path} holds {} slots of a template; fill them in",
            findings.len()
        );
        return Answer::fail_all(message, findings)
            .map(|a| a.evidence(Evidence::file(&path)))
            .unwrap_or_else(|| {
                Answer::pass(
                    format!("No template text is left in {path}"),
                    Evidence::file(&path),
                )
            });
    }
    match located.best() {
        Some(hit) => Answer::review(
            format!(
                "Is any template text left in the {what}? {}, which cannot be read here",
                hit.said
            ),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned()),
        None => Answer::not_applicable(format!("There is no {what} in this repository")),
    }
}
