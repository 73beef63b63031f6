// SPDX-License-Identifier: Apache-2.0

//! The project's automation does something: scans, tests, signs, checks sign-offs. The rule says by which
//! actions, commands, settings or files it is known; this check finds what runs and shows where.
//!
//! Siblings judge the workflows themselves: [`permissions`], [`input`], [`pins`], and [`updates`] the bots.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::{Answer, Context, Draft};

pub(crate) mod automation;
mod generic;
mod github;
pub(super) mod input;
mod local;
mod make;
mod matching;
pub(crate) mod pattern;
pub(super) mod permissions;
pub(super) mod pins;
mod place;
mod shell;
mod tags;
mod tox;
pub(super) mod updates;

#[cfg(test)]
mod tests;

use pattern::{Globs, Patterns};

/// Which flows are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Scope {
    /// All that run by themselves.
    #[default]
    All,
    /// Those that release the project, with its release scripts.
    Release,
}

/// What absence means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Absent {
    /// The rule is broken.
    #[default]
    Fail,
    /// It may be done where a clone does not show it.
    Open,
}

/// An input of an action that decides.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Input {
    /// Actions, as in `uses`.
    uses: Globs,
    /// Its name.
    key: String,
    /// What it says.
    value: Patterns,
}

/// A settings file with keys that decide.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    /// Paths, in YAML.
    files: Globs,
    /// Any of these at the top, with something in it.
    keys: Vec<String>,
}

/// Documents whose words say that it is done elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Documents {
    /// Paths.
    files: Globs,
    /// Any of these on a line.
    say: Patterns,
}

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// What is looked for, for messages: `a static-analysis step`.
    what: String,
    /// Path that a new workflow would have, for findings.
    place: String,
    #[serde(default)]
    scope: Scope,
    #[serde(default)]
    absent: Absent,
    /// What to do or state when it is done where a clone does not show it.
    #[serde(default)]
    elsewhere: String,
    /// Whether a repository without source code is beside the point.
    #[serde(default)]
    code_only: bool,
    /// Actions and reusable workflows, `owner/name[/path]` without version.
    #[serde(default)]
    uses: Globs,
    /// Commands.
    #[serde(default)]
    run: Patterns,
    /// Commands that `run` would take for one.
    #[serde(default)]
    not_run: Patterns,
    #[serde(default)]
    inputs: Vec<Input>,
    /// File names or names of workflows that say it.
    #[serde(default)]
    named: Patterns,
    #[serde(default)]
    configs: Vec<Config>,
    /// Files whose presence, with something in them, is enough.
    #[serde(default)]
    files: Globs,
    /// Targets of links in the README that show it.
    #[serde(default)]
    links: Patterns,
    /// How many of the newest release tags are looked at for signatures; all have to be signed. Enough where
    /// no pipeline publishes files.
    #[serde(default)]
    signed_tags: usize,
    /// Reusable workflows of other repositories whose name suggests it: a person has to look.
    #[serde(default)]
    called: Patterns,
    /// Commands that come near it: a person has to look.
    #[serde(default)]
    near: Patterns,
    #[serde(default)]
    documents: Option<Documents>,
    /// Commands or inputs (`key: value`) that switch it off: named in the finding.
    #[serde(default)]
    contrary: Patterns,
}

/// Most pieces of evidence shown.
const SHOWN: usize = 6;

/// Passes when something that runs does it.
///
/// # Errors
/// Never: what cannot be read is said.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    if params.code_only && !super::language::has_code(cx) {
        return Ok(Answer::not_applicable(format!(
            "the tree holds no source code, so there is nothing for {} to work on",
            params.what
        )));
    }
    let found = matching::find(cx, params);
    if let Some(answer) = passed(params, &found) {
        return Ok(answer);
    }
    let unsure = [found.called, found.near, matching::documents(cx, params)];
    let mut unsure = unsure.into_iter().flatten();
    if let Some(first) = unsure.next() {
        let question = format!(
            "nothing in the tree runs {}, but this suggests that it is done: is it? If so, attest it with a link",
            params.what
        );
        return Ok(Answer::review(question, first).all_evidence(unsure.take(SHOWN - 1)));
    }
    Ok(absent(cx, params, found.contrary))
}

fn passed(params: &Params, found: &matching::Found) -> Option<Answer> {
    let mut evidence = found.met.iter().cloned();
    let first = evidence.next()?;
    let place = match (&first.path, first.line) {
        (Some(path), Some(line)) => format!("{path}:{line}"),
        (Some(path), None) => path.clone(),
        _ => first.note.clone().unwrap_or_default(),
    };
    let message = format!("{} is there: {place}", capital(&params.what));
    let more = evidence.take(SHOWN - 1);
    Some(Answer::pass(message, first).all_evidence(more))
}

fn absent(cx: &Context<'_>, params: &Params, contrary: Vec<Evidence>) -> Answer {
    let automation = cx.files.automation();
    let mut message = format!(
        "no {} was found in the project's automation",
        bare(&params.what)
    );
    let looked = automation.flows.len();
    let note = match looked {
        0 => "no workflow or pipeline file is in the tree".to_owned(),
        n => format!("{n} workflows, pipelines and release scripts were read, with what they call"),
    };
    if let Some((path, why)) = automation.broken.first() {
        message.push_str(&format!("; {path} could not be read: {why}"));
    }
    if let Some(path) = automation.untracked.first() {
        message.push_str(&format!("; {path} is not tracked and did not count"));
    }
    if let Some(against) = contrary.first() {
        let note = against.note.as_deref().unwrap_or_default();
        message.push_str(&format!("; it is switched off: {note}"));
    }
    if !params.elsewhere.is_empty() {
        message.push_str(&format!(". {}", params.elsewhere));
    }
    let answer = match params.absent {
        Absent::Open => Answer::open(message),
        Absent::Fail => {
            let place = contrary.first().and_then(|e| e.path.clone());
            let place = place.unwrap_or_else(|| params.place.clone());
            let mut draft = Draft::new(message.clone()).path(place);
            if let Some(line) = contrary.first().and_then(|e| e.line) {
                draft = draft.line(line);
            }
            Answer::fail(message, draft)
        }
    };
    answer
        .evidence(Evidence::words(note))
        .all_evidence(contrary.into_iter().take(SHOWN))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Without its article.
fn bare(text: &str) -> &str {
    let rest = text.strip_prefix("a ").or_else(|| text.strip_prefix("an "));
    rest.unwrap_or(text)
}
