// SPDX-License-Identifier: Apache-2.0

//! No workflow lets strangers run code: text that anyone can write (titles, bodies, branch names) is not pasted
//! into scripts, and a privileged workflow does not check out a pull request's head.
//!
//! Facts: Scorecard's Dangerous-Workflow; GitHub's guide to script injection.

use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::yaml::Node;

use super::super::{Answer, Context, Draft};
use super::github::events;
use super::matching::{places, quote, workflows};
use super::pattern::Patterns;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Expressions that strangers fill.
    untrusted: Patterns,
    /// References that lead to a stranger's commit.
    head: Patterns,
    /// Events that run with the repository's rights on a stranger's doing.
    privileged: Vec<String>,
    /// Inputs of actions that are run as code: `action` and `input`.
    #[serde(default)]
    script_inputs: Vec<String>,
}

static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\{\{(.*?)\}\}").ok());

/// Passes when no script holds a stranger's text and no privileged workflow runs a stranger's commit.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut findings = Vec::new();
    let mut count = 0_u64;
    for flow in workflows(cx) {
        count += 1;
        for (name, job) in flow.node.get("jobs").map(Node::entries).unwrap_or_default() {
            let events = events(&flow.node);
            let rights = match events.as_slice() {
                [(event, _)] if *event == "pull_request" => Rights::Fork,
                _ => Rights::Repository,
            };
            pasted(
                &flow.path,
                name,
                job.get("steps"),
                rights,
                params,
                &mut findings,
            );
            let privileged = events
                .iter()
                .find(|(e, _)| params.privileged.iter().any(|p| p == e));
            if let Some((event, _)) = privileged {
                checked_out(&flow.path, name, job, event, params, &mut findings);
            }
        }
    }
    for (path, node) in &cx.files.automation().actions {
        count += 1;
        pasted(
            path,
            "action",
            node.at(&["runs", "steps"]),
            Rights::Repository,
            params,
            &mut findings,
        );
    }
    if count == 0 {
        return Ok(Answer::not_applicable("there are no GitHub workflows"));
    }
    let message = format!(
        "{} let a workflow run text or commits of strangers as code; pass such text through `env:` and quote it, and build pull requests apart from jobs that have the repository's rights",
        places(findings.len())
    );
    Ok(Answer::fail_all(message, findings).unwrap_or_else(|| {
        let note = format!(
            "{count} workflows and local actions read; actions of other repositories are not"
        );
        Answer::pass(
            "no workflow runs text or commits of strangers with the repository's rights",
            Evidence::words(note),
        )
    }))
}

/// With whose rights a script runs.
#[derive(Clone, Copy)]
enum Rights {
    /// On pull requests alone: from a fork without secrets and with a token that only reads.
    Fork,
    /// Of the repository, as far as the workflow grants them.
    Repository,
}

/// Expressions with a stranger's text inside scripts.
fn pasted(
    path: &str,
    job: &str,
    steps: Option<&Node>,
    rights: Rights,
    params: &Params,
    findings: &mut Vec<Draft>,
) {
    let Some(pattern) = EXPRESSION.as_ref() else {
        return;
    };
    for (index, step) in steps
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let used = step.get_text("uses").unwrap_or_default();
        let action = used.split('@').next().unwrap_or_default();
        let inputs = params.script_inputs.iter().filter_map(|known| {
            let (name, input) = known.split_once(' ')?;
            (name == action).then(|| step.at(&["with", input]))?
        });
        for script in step.get("run").into_iter().chain(inputs) {
            for (line, text) in script.lines() {
                for found in pattern
                    .captures_iter(text)
                    .filter(|c| params.untrusted.found(&c[1]))
                {
                    let expression = quote(found[1].trim());
                    let reach = match rights {
                        Rights::Fork => "without secrets when it comes from a fork",
                        Rights::Repository => "with the rights of the workflow",
                    };
                    let message = format!(
                        "anyone can fill `{expression}`, and the script runs what it holds, {reach}; pass it through `env:` and quote the variable"
                    );
                    let key = format!("{job} {index} {expression}");
                    findings.push(Draft::new(message).path(path).line(line).key(key));
                }
            }
        }
    }
}

/// Checkouts of a pull request's head in a privileged workflow.
fn checked_out(
    path: &str,
    name: &str,
    job: &Node,
    event: &str,
    params: &Params,
    findings: &mut Vec<Draft>,
) {
    for (index, step) in job
        .get("steps")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        if !step
            .get_text("uses")
            .unwrap_or_default()
            .starts_with("actions/checkout@")
        {
            continue;
        }
        let with = |key: &str| step.at(&["with", key]);
        let mut chosen = [with("ref"), with("repository")].into_iter().flatten();
        let head = chosen.find(|n| n.text().is_some_and(|t| params.head.found(t)));
        if let Some(head) = head {
            let message = format!(
                "job `{name}` runs on `{event}` with the repository's rights and checks out `{}`, a stranger's commit; build it in a `pull_request` workflow instead",
                quote(head.text().unwrap_or_default())
            );
            findings.push(
                Draft::new(message)
                    .path(path)
                    .line(head.line)
                    .key(format!("{name} {index}")),
            );
        }
    }
}
