// SPDX-License-Identifier: Apache-2.0

//! Parameters of another shipped rule: a list of words stands in one rule file and serves every check.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::rules;

#[derive(Deserialize)]
struct Holder<T> {
    with: T,
}

/// `[with]` of the shipped rule `id`, read as `T`. `None` when the file does not have that shape, which
/// loading the catalogue reports.
pub(crate) fn with<T: DeserializeOwned>(id: &str) -> Option<T> {
    let (_, text) = rules::shipped().find(|(rule, _)| *rule == id)?;
    toml::from_str::<Holder<T>>(text)
        .ok()
        .map(|holder| holder.with)
}
