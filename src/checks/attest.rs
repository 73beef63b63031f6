//! Clauses that only people can answer: a dated, unexpired attestation passes, none is a question.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::{Answer, Context};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Params {
    /// What a person has to state.
    #[serde(default)]
    question: Option<String>,
}

/// Passes when the rule or each of its clauses is attested.
pub fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let question = params.question.as_deref().unwrap_or(&cx.rule.title);
    Ok(Answer::review(
        question,
        Evidence::words("no attestation in the configuration"),
    ))
}
