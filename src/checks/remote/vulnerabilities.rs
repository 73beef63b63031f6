// SPDX-License-Identifier: Apache-2.0

//! OSV knows no vulnerability of the newest release: of its commit, and of the packages it is published as.

use anyhow::Result;
use serde::Deserialize;

use crate::remote::Source;
use crate::remote::osv::{Query, Vulnerability};
use crate::report::Evidence;

use super::{release, replies, unknown};
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
    let answer = params.judge(&asked, &heard.value, &cx.rule.fix);
    Ok(answer
        .all_evidence(replies(&heard.seen))
        .property("release", release.tag))
}

impl Params {
    fn concerns(&self, v: &Vulnerability) -> bool {
        let listed = |id: &str| self.not_affected.iter().any(|n| n.eq_ignore_ascii_case(id));
        v.withdrawn != Some(true) && !listed(&v.id) && !v.aliases.iter().any(|a| listed(a))
    }

    fn judge(&self, asked: &str, found: &[Vulnerability], fix: &str) -> Answer {
        let counted: Vec<&Vulnerability> = found.iter().filter(|v| self.concerns(v)).collect();
        let drafts: Vec<Draft> = counted
            .iter()
            .filter(|v| v.withdrawn.is_some())
            .map(|v| Draft::new(said(v)).key(v.id.as_str()))
            .collect();
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
            fix.trim()
        );
        let ids: Vec<&str> = counted.iter().map(|v| v.id.as_str()).collect();
        let answer = if let Some(answer) = Answer::fail_all(message, drafts) {
            answer
        } else if let Some(first) = counted.first() {
            let why = first.unread.as_deref().unwrap_or_default();
            Answer::open(format!(
                "OSV lists {} for {asked}, and whether that stands could not be read: {why}",
                ids.join(", ")
            ))
        } else {
            let dropped = match found.len() {
                0 => String::new(),
                count => format!("; {count} listed, all withdrawn or of no concern"),
            };
            let note = Evidence::words(format!("asked about {asked}"));
            Answer::pass(
                format!("OSV knows no vulnerability of release {asked}{dropped}"),
                note,
            )
        };
        answer.property("ids", ids)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Kind;

    fn vulnerability(withdrawn: Option<bool>) -> Vulnerability {
        Vulnerability {
            id: "GHSA-1".into(),
            summary: "it burns".into(),
            aliases: vec!["CVE-1".into()],
            withdrawn,
            unread: withdrawn.is_none().then(|| "no answer".into()),
        }
    }

    #[test]
    fn what_was_withdrawn_or_does_not_concern_the_project_does_not_count() {
        let run = |found: &[Vulnerability], not_affected: &[&str]| {
            let params = Params {
                not_affected: not_affected.iter().map(|s| (*s).to_owned()).collect(),
            };
            let answer = params.judge("v1", found, "Mend it.");
            (answer.kind(), answer.message().to_owned())
        };
        assert_eq!(run(&[], &[]).0, Kind::Pass);
        let (kind, message) = run(&[vulnerability(Some(false))], &[]);
        assert_eq!(kind, Kind::Fail);
        assert!(message.contains("GHSA-1 (CVE-1): it burns"), "{message}");
        assert_eq!(run(&[vulnerability(Some(false))], &["cve-1"]).0, Kind::Pass);
        assert_eq!(run(&[vulnerability(Some(true))], &[]).0, Kind::Pass);
        let (kind, message) = run(&[vulnerability(None)], &[]);
        assert_eq!(kind, Kind::Open);
        assert!(message.contains("no answer"), "{message}");
        assert_eq!(run(&[vulnerability(None)], &["GHSA-1"]).0, Kind::Pass);
    }
}
