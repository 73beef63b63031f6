// SPDX-License-Identifier: Apache-2.0

//! The answer of the rule `waiver` where there is nothing to judge. Where there are waivers, the scan judges
//! them once every other rule is done: only then is it known which of them cover something.

use anyhow::Result;
use serde::Deserialize;

use super::{Answer, Context};

/// No parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Params {}

/// No waiver, nothing to judge.
pub(super) fn check(_: &Context<'_>, _: &Params) -> Result<Answer> {
    Ok(Answer::not_applicable("the configuration has no waiver"))
}
