// SPDX-License-Identifier: Apache-2.0

//! What the forge says the repository is: public, archived.

use anyhow::Result;
use serde::Deserialize;

use crate::remote::Source;
use crate::remote::github::Repository;
use crate::report::Evidence;

use super::{first, unknown};
use crate::checks::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// What the repository should be.
    is: State,
}

/// A state of a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// Everybody may see it.
    Public,
    /// It is read-only, as an emeritus project has to be.
    Archived,
    /// It is not read-only; one that lives on needs no verdict.
    Active,
}

/// Passes when the repository is so.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = match params.is {
        State::Public => "whether the repository is public",
        State::Archived | State::Active => "whether the repository is archived",
    };
    if params.is == State::Public && cx.subject.path.starts_with("https://") {
        let path = &cx.subject.path;
        let note = Evidence::url(path).note("cloned without a name or a token");
        return Ok(Answer::pass(
            format!("{path} is public: it was cloned by https for this run"),
            note,
        ));
    }
    let heard = match cx
        .remote(Source::Repository)
        .map(|remote| remote.repository())
    {
        Ok(Ok(heard)) => heard,
        Ok(Err(why)) => return Ok(unknown(what, why)),
        Err(why) => return Ok(unknown(what, &why)),
    };
    let (evidence, more) = first(&heard.seen);
    let answer = match &heard.value {
        Some(repository) => judge(cx, params.is, repository, evidence),
        None => Answer::open(format!(
            "{what} could not be determined: the forge shows no such repository; it is private, or it has gone"
        ))
        .evidence(evidence),
    };
    Ok(answer.all_evidence(more))
}

fn judge(cx: &Context<'_>, wanted: State, found: &Repository, evidence: Evidence) -> Answer {
    let name = &found.full_name;
    let fail = |said: String, key: &str| {
        Answer::fail(
            format!("{said}. {}", cx.rule.fix.trim()),
            Draft::new(said).key(key),
        )
    };
    match wanted {
        State::Public if found.private => {
            fail(format!("{name} is private"), "private").evidence(evidence)
        }
        State::Public => Answer::pass(format!("{name} is public"), evidence),
        State::Archived if found.archived => Answer::pass(format!("{name} is archived"), evidence),
        State::Archived => fail(
            format!("{name} is not archived, it can still be written to"),
            "archived",
        )
        .evidence(evidence),
        State::Active if found.archived => {
            let said =
                format!("{name} is archived, and no profile for projects at rest was asked for");
            let next = format!(
                "{said}: unarchive it, or judge it by the emeritus profile of its foundation"
            );
            Answer::fail(next, Draft::new(said).key("archived")).evidence(evidence)
        }
        State::Active => Answer::not_applicable(format!(
            "{name} is not archived; only a project at rest has to be"
        ))
        .evidence(evidence),
    }
}
