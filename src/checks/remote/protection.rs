// SPDX-License-Identifier: Apache-2.0

//! The default branch is protected on the forge. Rulesets can be read by everybody, classic protection by
//! administrators only: what is not seen is open.

use anyhow::Result;
use serde::Deserialize;

use crate::remote::Source;
use crate::remote::github::Protection;

use super::{first, unknown};
use crate::checks::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// What is asked for.
    require: Vec<Guard>,
    /// Approvals that a change needs, where `review` is asked for.
    approvals: u64,
}

/// One guard of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Guard {
    /// It cannot be deleted.
    Deletion,
    /// Its history cannot be rewritten.
    Rewriting,
    /// Changes come by pull request only.
    PullRequest,
    /// Changes are approved by others.
    Review,
    /// Checks have to pass.
    Checks,
}

impl Guard {
    fn is_up(self, found: &Protection, approvals: u64) -> Option<bool> {
        match self {
            Guard::Deletion => found.deletion,
            Guard::Rewriting => found.rewriting,
            Guard::PullRequest => found.pull_request,
            Guard::Review => found.approvals.map(|count| count >= approvals),
            Guard::Checks => found.checks,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Guard::Deletion => "it cannot be deleted",
            Guard::Rewriting => "it cannot be force-pushed",
            Guard::PullRequest => "changes come by pull request",
            Guard::Review => "changes need an approval",
            Guard::Checks => "status checks have to pass",
        }
    }
}

/// Passes when every guard is up.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = "the protection of the default branch";
    let heard = match cx
        .remote(Source::Protection)
        .map(|remote| remote.protection())
    {
        Ok(Ok(heard)) => heard,
        Ok(Err(why)) => return Ok(unknown(what, why)),
        Err(why) => return Ok(unknown(what, &why)),
    };
    let found = &heard.value;
    let of = |state: Option<bool>| {
        let guards = params
            .require
            .iter()
            .filter(|g| g.is_up(found, params.approvals) == state);
        guards.map(|g| g.words()).collect::<Vec<_>>()
    };
    let (up, down, unseen) = (of(Some(true)), of(Some(false)), of(None));
    let (evidence, more) = first(&heard.seen);
    let branch = &found.branch;
    let seen = if up.is_empty() {
        String::new()
    } else {
        format!("; holds: {}", up.join(", "))
    };
    let answer = if !down.is_empty() {
        let message = format!(
            "the branch {branch} lacks: {}{seen}. {}",
            down.join(", "),
            cx.rule.fix.trim()
        );
        let draft =
            Draft::new(format!("not so for {branch}: {}", down.join(", "))).key("protection");
        Answer::fail(message, draft).evidence(evidence)
    } else if !unseen.is_empty() {
        Answer::open(format!(
            "no ruleset of the branch {branch} says that {}{seen}; classic protection is shown to administrators only: set GITHUB_TOKEN to an administrator's token, or attest it",
            unseen.join(", ")
        ))
        .evidence(evidence)
    } else {
        Answer::pass(
            format!("the branch {branch} is protected: {}", up.join(", ")),
            evidence,
        )
    };
    Ok(answer.all_evidence(more))
}
