// SPDX-License-Identifier: Apache-2.0

//! Actions are pinned by full commit hash: a tag can be moved to other code after review. The local part of
//! Scorecard's Pinned-Dependencies; container images and package managers are not judged here.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::super::{Answer, Context, Draft};
use super::automation::System;
use super::matching::quote;
use super::pattern::Globs;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Actions and workflows that have to be named by tag.
    #[serde(default)]
    tag_only: Globs,
}

/// Passes when every action of another repository is named by commit.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let automation = cx.files.automation();
    let (mut pinned, mut findings) = (0_u64, Vec::new());
    let mut seen = std::collections::HashSet::new();
    let mut first = None;
    let flows = automation
        .flows
        .iter()
        .filter(|f| f.system == System::Github);
    for piece in flows.flat_map(|f| automation.pieces(f)) {
        let Some(used) = piece.uses.as_ref().filter(|u| !u.target.starts_with('.')) else {
            continue;
        };
        if used.target.is_empty() || !seen.insert((piece.path.as_str(), used.line)) {
            continue;
        }
        let (name, version) = used.target.split_once('@').unwrap_or((&used.target, ""));
        if by_commit(version) || params.tag_only.matches(name) {
            pinned += 1;
            first.get_or_insert_with(|| {
                Evidence::line(&piece.path, used.line).note(quote(&used.target))
            });
            continue;
        }
        let message = format!(
            "`{}` is not pinned: name it by its full commit hash, with the version as a comment",
            quote(&used.target)
        );
        findings.push(
            Draft::new(message)
                .path(&piece.path)
                .line(used.line)
                .key(used.target.clone()),
        );
    }
    findings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    let all = pinned + findings.len() as u64;
    if all == 0 {
        return Ok(Answer::not_applicable(
            "no workflow uses an action of another repository",
        ));
    }
    let message = format!(
        "{} of {all} uses of actions can change without a review; pin each by its full commit hash",
        findings.len()
    );
    let answer = Answer::fail_all(message, findings).unwrap_or_else(|| {
        let evidence = first.unwrap_or_else(|| Evidence::words("workflows read"));
        Answer::pass(
            format!("all {all} uses of actions are pinned by commit"),
            evidence,
        )
    });
    Ok(answer.property("pinned", pinned).property("uses", all))
}

/// Whether a version is a full hash: of a commit, or of an image.
fn by_commit(version: &str) -> bool {
    let hash = version.strip_prefix("sha256:").unwrap_or(version);
    matches!(hash.len(), 40 | 64) && hash.bytes().all(|b| b.is_ascii_hexdigit())
}
