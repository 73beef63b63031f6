// SPDX-License-Identifier: Apache-2.0

//! The security policy: that there is one, and what it promises, for reviewers to compare.

use std::sync::LazyLock;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::document::locate::locate;
use super::document::search::Search;
use super::{Answer, Context, contact, shipped, topics};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
}

static CONTACT: LazyLock<Option<contact::Params>> =
    LazyLock::new(|| shipped::with("security-policy-contact"));
static PROCESS: LazyLock<Option<topics::Params>> =
    LazyLock::new(|| shipped::with("security-policy-process"));

/// Passes when there is a policy; what it names and promises goes into the properties (design §4).
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let located = locate(cx, &params.find, &cx.rule.id);
    let Some(mut answer) = located.answer(&params.find) else {
        return Ok(located.absent(&params.find));
    };
    let Some(passage) = located.readable().find_map(|h| h.passage.as_ref()) else {
        return Ok(answer);
    };
    if let Some(contact) = CONTACT.as_ref() {
        answer = contact::with_properties(answer, &contact::of_passage(passage, contact));
    }
    let quote = |topic: &str| {
        let (_, said) = PROCESS.as_ref()?.quote(topic, passage)?;
        Some(said)
    };
    Ok(answer
        .property(
            "timeline",
            quote("the time to an answer").map_or(Value::Null, Value::from),
        )
        .property(
            "supported_versions",
            quote("the versions that get fixes").map_or(Value::Null, Value::from),
        ))
}
