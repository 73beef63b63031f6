// SPDX-License-Identifier: Apache-2.0

//! The code of conduct is the text, in the version, that the foundation names.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::conduct::{Identity, TEXTS, identify};
use super::document::judge::Hit;
use super::document::locate::locate;
use super::document::search::DocumentOf;
use super::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The rule that says how to find the document.
    document: DocumentOf,
    /// The text whose version counts.
    text: String,
    /// Lowest version of it.
    minimum: String,
    /// Other texts that are as good, by id: a foundation's own.
    #[serde(default)]
    accepted_texts: Vec<String>,
}

/// Passes for the version or a later one; another text is a question of approval (seed 001 §4.b).
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let located = locate(cx, params.document.search, &params.document.rule);
    let Some(hit) = located.best() else {
        if located.unseen.is_some() {
            return Ok(located.absent(params.document.search));
        }
        return Ok(Answer::not_applicable(
            "There is no code of conduct that could have a version",
        ));
    };
    let identity = identify(hit, &TEXTS);
    let answer = judged(params, hit, &identity);
    Ok(answer
        .property("text", identity.text.unwrap_or_else(|| "other".into()))
        .property(
            "version",
            identity.version.map_or(serde_json::Value::Null, Into::into),
        ))
}

fn judged(params: &Params, hit: &Hit, identity: &Identity) -> Answer {
    let path = hit.passage.as_ref().map_or(hit.path.as_str(), |p| p.path());
    let evidence = match identity.line {
        Some(line) => Evidence::line(path, line),
        None => Evidence::file(path),
    };
    let text = identity.text.as_deref().unwrap_or("other");
    let name = &identity.name;
    if params.accepted_texts.iter().any(|t| t == text) {
        return Answer::pass(
            format!("{} is {name}, which is accepted", hit.said),
            evidence,
        );
    }
    if text != params.text {
        let question = format!(
            "{} is {name}, not {} {} or later. Has the foundation approved it? Record the approval as an [[attestation]], or adopt that text",
            hit.said, params.text, params.minimum
        );
        return Answer::review(question, evidence);
    }
    let Some(version) = &identity.version else {
        let question = format!(
            "{} is {name}, but says no version. Is it {} or later? Add the attribution line",
            hit.said, params.minimum
        );
        return Answer::review(question, evidence);
    };
    if parts(version) >= parts(&params.minimum) {
        return Answer::pass(format!("{} is {name} {version}", hit.said), evidence);
    }
    let message = format!(
        "{path} is {name} {version}; {} or later is asked for: replace the text, keeping your contact",
        params.minimum
    );
    let mut draft = Draft::new(message.clone()).path(path).key("version");
    draft.line = identity.line;
    Answer::fail(message, draft).evidence(evidence)
}

/// `2.1` as numbers; what is no number counts as zero.
fn parts(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}
