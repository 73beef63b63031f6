// SPDX-License-Identifier: Apache-2.0

//! A document exists, with substance: as a file, a pointer that leads to one, or a section that stands for it.
//!
//! The rule's `[with.find]` says how it is called and where it lies; other checks that judge its content
//! find it by the same words (`document = "<rule>"`). Nothing outside the tree is read here.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::{Answer, Context};

pub(super) mod find;
pub(super) mod judge;
pub(super) mod locate;
pub(super) mod search;
mod section;
pub(super) mod substance;
#[cfg(test)]
mod tests;

use search::Search;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
    /// What its absence means.
    #[serde(default)]
    absent: Absent,
}

/// What the absence of a document means.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Absent {
    /// The rule is broken.
    #[default]
    Fail,
    /// A person may know of it elsewhere: attest it.
    Review,
}

/// Passes when the document exists (design §5, "A document passes when").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let search = &params.find;
    let located = locate::locate(cx, search, &cx.rule.id);
    if let Some(answer) = located.answer(search) {
        return Ok(answer);
    }
    Ok(match params.absent {
        Absent::Fail => located.absent(search),
        Absent::Review => Answer::review(
            format!(
                "{}: nothing in this repository. Is there one elsewhere? Add {}, or an [[attestation]] for {} with its link",
                search.title(),
                search.path,
                cx.rule.id
            ),
            Evidence::words(format!("no {} in this repository", search.what)),
        ),
    })
}
