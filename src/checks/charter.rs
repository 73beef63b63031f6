// SPDX-License-Identifier: Apache-2.0

//! The project's own charter as a rule: its terms are read, and the tree is judged by them.
//!
//! Only what the charter says in plain words is a term; a charter that cannot be read is shown with its hash, to be
//! compared with the approved file.

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::report::Evidence;

use super::activity::count;
use super::conduct::{TEXTS, identify};
use super::document::judge::Hit;
use super::document::locate::locate;
use super::document::search::{BINARY, DocumentOf};
use super::license::{self, expression::Allowed};
use super::sign_off::{Mailmap, Matching, People};
use super::{Answer, Context, Draft};

mod read;

use read::{Term, Terms};

/// Commits looked at for sign-offs.
const COMMITS: usize = 200;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The rule that says how to find the charter.
    document: DocumentOf,
    /// Least share of signed-off commits, in percent, below which a demanded sign-off is not practised.
    #[serde(default = "half")]
    signed_off: usize,
}

fn half() -> usize {
    50
}

/// Judges the tree by the terms of its charter.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let located = locate(cx, params.document.search, &params.document.rule);
    let Some(best) = located.best() else {
        return Ok(if located.unseen.is_some() {
            located.absent(params.document.search)
        } else {
            Answer::not_applicable("no charter in this repository whose terms could be kept")
        });
    };
    let mut readable = located.readable().filter_map(|hit| hit.passage.as_ref());
    let Some(passage) = readable.next() else {
        return Ok(unread(cx, best));
    };
    let terms = Terms::of(passage);
    let broken = broken(cx, params, &terms);
    let said = terms.words();
    let evidence: Vec<Evidence> = terms
        .all()
        .map(|term| term.evidence(passage.path()))
        .collect();
    let place = Evidence::file(passage.path()).note("the charter");
    let judged = terms.code.is_some() || terms.conduct.is_some() || terms.sign_off.is_some();
    let words: Vec<&str> = broken.iter().map(|d| d.message.as_str()).collect();
    let message = format!(
        "{}; mend the repository, or have the exception or the amendment approved and recorded",
        words.join("; ")
    );
    let answer = match Answer::fail_all(message, broken) {
        Some(failed) => failed,
        None if judged => Answer::pass(format!("the charter's terms are kept: {said}"), place),
        None => {
            let question = format!(
                "{} names no licence of code, sign-off or code of conduct that was recognised: does the repository keep its terms?",
                passage.path()
            );
            Answer::review(question, place)
        }
    };
    Ok(terms.properties(answer.all_evidence(evidence)))
}

/// A charter that is not read: elsewhere, or in a form whose hash alone tells it from another.
fn unread(cx: &Context<'_>, hit: &Hit) -> Answer {
    let extension = hit.path.rsplit('.').next().unwrap_or_default();
    if !BINARY.contains(&extension.to_lowercase().as_str()) {
        let question = format!("{}. Does this repository keep its terms?", hit.said);
        return Answer::review(question, Evidence::file(&hit.path))
            .all_evidence(hit.evidence.iter().cloned());
    }
    let entry = cx.files.get(&hit.path);
    let whole = entry
        .and_then(|e| cx.files.document(e).ok())
        .filter(|d| !d.truncated);
    let hash = whole.and_then(|d| git2::Oid::hash_object(git2::ObjectType::Blob, &d.bytes).ok());
    let named = hash.map_or_else(String::new, |id| format!(" (blob {id})"));
    Answer::review(
        format!(
            "{}{named} is in a form that is not read: is it the approved charter, and does the repository keep its terms? A copy in Markdown can be judged",
            hit.path
        ),
        Evidence::file(&hit.path),
    )
}

fn broken(cx: &Context<'_>, params: &Params, terms: &Terms) -> Vec<Draft> {
    let mut drafts = Vec::new();
    drafts.extend(terms.code.as_ref().and_then(|term| code(cx, term)));
    drafts.extend(terms.conduct.as_ref().and_then(|term| conduct(cx, term)));
    drafts.extend(terms.sign_off.as_ref().and_then(|_| sign_off(cx, params)));
    drafts
}

/// The project's licence is none of those the charter names for code.
fn code(cx: &Context<'_>, term: &Term) -> Option<Draft> {
    let project = license::project(cx.shared);
    let own = project.expression?;
    // A charter names a licence by its version; `-only` and `-or-later` are the licence file's to say.
    let mut list = Vec::new();
    for id in &term.values {
        let base = id.trim_end_matches("-only").trim_end_matches("-or-later");
        list.push(id.clone());
        if base.contains("GPL") {
            list.extend([format!("{base}-only"), format!("{base}-or-later")]);
        }
    }
    let allowed = Allowed::new(&list, false).ok()?;
    let foreign = allowed.judge(&own).err()?;
    // One of several licences that is the charter's is no breach: the others may be for other kinds of work.
    let kept = license::expression::ids(&own);
    if kept.iter().any(|id| !foreign.contains(id)) {
        return None;
    }
    let path = project.path.unwrap_or_else(|| "LICENSE".to_owned());
    Some(
        Draft::new(format!(
            "the charter puts code under {}, {path} is {own}",
            term.values.join(" or ")
        ))
        .path(path)
        .key("code"),
    )
}

/// The code of conduct is another text than the charter names, or an older version of it.
fn conduct(cx: &Context<'_>, term: &Term) -> Option<Draft> {
    let of = DocumentOf::try_from("code-of-conduct".to_owned()).ok()?;
    let located = locate(cx, of.search, &of.rule);
    let hit = located.best()?;
    let identity = identify(hit, &TEXTS);
    let (text, asked) = (identity.text.as_deref()?, term.values.first()?);
    if text != asked {
        let message = format!(
            "the charter names {asked} as code of conduct, {} is {}",
            hit.path, identity.name
        );
        return Some(Draft::new(message).path(&hit.path).key("conduct"));
    }
    let (version, asked) = (identity.version?, term.values.get(1)?);
    let number = |v: &str| v.parse::<f32>().unwrap_or(0.0);
    (number(&version) < number(asked)).then(|| {
        let message = format!(
            "the charter names version {asked} of the code of conduct, {} is {version}",
            hit.path
        );
        Draft::new(message).path(&hit.path).key("conduct version")
    })
}

/// Sign-off is demanded, and most of the newest commits have none.
fn sign_off(cx: &Context<'_>, params: &Params) -> Option<Draft> {
    let history = cx.history();
    if history.absent.is_some() {
        return None;
    }
    let mailmap = Mailmap::of(cx.shared);
    let people = People::new(history, Matching::Lenient, &mailmap, &[]);
    let by_people = history
        .commits
        .iter()
        .filter(|c| !c.is_merge() && !people.is_bot(c.author));
    let newest: Vec<_> = by_people.take(COMMITS).collect();
    let signed = newest
        .iter()
        .filter(|c| !history.sign_offs(c).is_empty())
        .count();
    if newest.is_empty() || signed * 100 >= params.signed_off * newest.len() {
        return None;
    }
    Some(
        Draft::new(format!(
            "the charter demands a sign-off, {signed} of the newest {} have one",
            count(newest.len(), "commit", "commits")
        ))
        .key("sign-off"),
    )
}

impl Terms {
    fn properties(&self, answer: Answer) -> Answer {
        let value = |term: &Option<Term>| -> Value {
            term.as_ref().map_or(Value::Null, |term| json!(term.values))
        };
        answer
            .property("code", value(&self.code))
            .property("documents", value(&self.documents))
            .property("data", value(&self.data))
            .property("specification", value(&self.specification))
            .property("code_of_conduct", value(&self.conduct))
            .property("sign_off", self.sign_off.is_some())
            .property("roles", value(&self.roles))
            .property("voting", value(&self.voting))
    }
}

#[cfg(test)]
mod tests;
