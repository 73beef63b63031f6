// SPDX-License-Identifier: Apache-2.0

//! Workflows ask for no more than they need: each says what its token may do, and none asks for everything.
//! What GitHub grants when a workflow is silent is a setting that a clone does not show.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::yaml::Node;

use super::super::{Answer, Context, Draft};
use super::automation::Flow;
use super::matching::{places, workflows};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Scopes that no workflow may ask to write at the top, for all its jobs at once.
    #[serde(default)]
    top_write: Vec<String>,
}

/// Passes when every workflow states its permissions and none asks for all.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut findings = Vec::new();
    let mut evidence = Vec::new();
    let mut count = 0_u64;
    for flow in workflows(cx) {
        count += 1;
        let before = findings.len();
        judge(flow, params, &mut findings);
        if findings.len() == before {
            let line = flow.node.get("permissions").map_or(1, |n| n.line);
            evidence.push(Evidence::line(&flow.path, line).note("permissions are stated"));
        }
    }
    if count == 0 {
        return Ok(Answer::not_applicable("there are no GitHub workflows"));
    }
    let message = format!(
        "{} in {count} workflows leave the token's rights open or ask for too much: state `permissions: contents: read` at the top and add what a job needs to that job",
        places(findings.len())
    );
    if let Some(answer) = Answer::fail_all(message, findings) {
        return Ok(answer.all_evidence(evidence.into_iter().take(5)));
    }
    let mut evidence = evidence.into_iter();
    let first = evidence
        .next()
        .unwrap_or_else(|| Evidence::words("workflows read"));
    let message = format!("all {count} workflows state what their token may do");
    Ok(Answer::pass(message, first).all_evidence(evidence.take(5)))
}

fn judge(flow: &Flow, params: &Params, findings: &mut Vec<Draft>) {
    let top = flow.node.get("permissions");
    let at = |line: u64, key: &str, message: String| {
        Draft::new(message).path(&flow.path).line(line).key(key)
    };
    if let Some(top) = top {
        if top.text() == Some("write-all") {
            let message = "the token of every job may write everything (`write-all`); name the rights that are needed";
            findings.push(at(top.line, "top", message.into()));
        }
        for (scope, value) in top.entries() {
            if value.text() == Some("write") && params.top_write.contains(scope) {
                let message = format!(
                    "every job may write {scope}; give this right to the job that needs it"
                );
                findings.push(at(value.line, scope, message));
            }
        }
    }
    for (name, job) in flow.node.get("jobs").map(Node::entries).unwrap_or_default() {
        let Some(own) = job.get("permissions") else {
            if top.is_none() {
                let message = format!(
                    "job `{name}` and its workflow state no permissions, so the token has the default of the organisation"
                );
                findings.push(at(job.line, name, message));
            }
            continue;
        };
        if own.text() == Some("write-all") {
            let message = format!(
                "the token of job `{name}` may write everything (`write-all`); name the rights that are needed"
            );
            findings.push(at(own.line, name, message));
        }
    }
}
