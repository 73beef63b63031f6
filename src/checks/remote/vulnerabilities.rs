// SPDX-License-Identifier: Apache-2.0

//! OSV knows no vulnerability of the newest release: of its commit, and of the packages it is published as.

use anyhow::Result;
use serde::Deserialize;

use crate::remote::Source;
use crate::remote::osv::{Query, Vulnerability};

use super::{first, release, unknown};
use crate::checks::{Answer, Context, Draft};

/// Most vulnerabilities that a message names.
const NAMED: usize = 5;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Ids that do not concern the project, with the reason in the configuration's comments (a VEX statement).
    #[serde(default)]
    not_affected: Vec<String>,
}

/// Passes when there is none.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = "whether the newest release has a known vulnerability";
    let Some(release) = release::newest(cx.shared) else {
        return Ok(Answer::open(format!(
            "{what} could not be determined: this clone has no tag of a release; fetch them with `git fetch --tags`"
        )));
    };
    let remote = match cx.remote(Source::Vulnerabilities) {
        Ok(remote) => remote,
        Err(why) => return Ok(unknown(what, &why)),
    };
    let heard = match remote.vulnerabilities() {
        Ok(heard) => heard,
        Err(why) => return Ok(unknown(what, why)),
    };
    let asked = release::queries(cx.shared);
    let asked = asked.iter().map(|query| match query {
        Query::Commit(id) => format!("commit {}", id.chars().take(12).collect::<String>()),
        Query::Purl(purl) => purl.clone(),
    });
    let asked = format!("{} ({})", release.tag, asked.collect::<Vec<_>>().join(", "));
    let (evidence, more) = first(&heard.seen);
    let listed = |id: &str| {
        params
            .not_affected
            .iter()
            .any(|n| n.eq_ignore_ascii_case(id))
    };
    let stands = |v: &&Vulnerability| !listed(&v.id) && !v.aliases.iter().any(|a| listed(a));
    let counted: Vec<&Vulnerability> = heard.value.iter().filter(stands).collect();
    let drafts: Vec<Draft> = counted
        .iter()
        .filter(|v| v.withdrawn == Some(false))
        .map(|v| Draft::new(said(v)).key(v.id.as_str()))
        .collect();
    let unread = counted.iter().filter(|v| v.withdrawn.is_none()).count();
    let names = drafts
        .iter()
        .take(NAMED)
        .map(|d| d.message.as_str())
        .collect::<Vec<_>>()
        .join("; ");
    let further = match drafts.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "release {asked} has known vulnerabilities: {names}{further}. {}",
        cx.rule.fix.trim()
    );
    let answer = if let Some(answer) = Answer::fail_all(message, drafts) {
        answer.evidence(evidence)
    } else if unread > 0 {
        let why = counted
            .iter()
            .find_map(|v| v.unread.as_deref())
            .unwrap_or_default();
        Answer::open(format!(
            "OSV lists {unread} vulnerabilities of {asked}, and whether they stand could not be read: {why}"
        ))
        .evidence(evidence)
    } else {
        let dropped = match heard.value.len() {
            0 => String::new(),
            count => format!("; {count} were withdrawn or do not concern it"),
        };
        Answer::pass(
            format!("OSV knows no vulnerability of release {asked}{dropped}"),
            evidence,
        )
    };
    let ids: Vec<&str> = counted
        .iter()
        .filter(|v| v.withdrawn != Some(true))
        .map(|v| v.id.as_str())
        .collect();
    Ok(answer
        .all_evidence(more)
        .property("release", release.tag)
        .property("ids", ids))
}

fn said(v: &Vulnerability) -> String {
    let mut text = v.id.clone();
    if let Some(cve) = v
        .aliases
        .iter()
        .find(|a| a.starts_with("CVE-") && **a != v.id)
    {
        text.push_str(&format!(" ({cve})"));
    }
    if !v.summary.is_empty() {
        text.push_str(&format!(": {}", v.summary));
    }
    text
}
