// SPDX-License-Identifier: Apache-2.0

//! Adopters that came or left: names compared as sets, however the list is written.

use std::collections::BTreeMap;

use crate::checks::Shared;
use crate::report::review::Roll;

use super::ends::{Ends, answer};

/// Compares the lists of both ends.
pub(super) fn delta(ends: Ends<'_>) -> Roll<String> {
    let (old, new) = (names(ends.before, &ends), names(ends.after, &ends));
    let minus = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| {
        let only = a.iter().filter(|(key, _)| !b.contains_key(*key));
        only.map(|(_, name)| name.clone()).collect::<Vec<_>>()
    };
    Roll {
        added: minus(&new, &old),
        removed: minus(&old, &new),
        changed: Vec::new(),
    }
}

/// Names by what is compared: letters and digits.
fn names(shared: &Shared<'_>, ends: &Ends<'_>) -> BTreeMap<String, String> {
    let Some(answer) = answer(shared, ends.catalogue, "adopters-file") else {
        return BTreeMap::new();
    };
    let (.., properties) = answer.into_parts();
    let list = properties
        .get("names")
        .and_then(|n| n.as_array())
        .cloned()
        .unwrap_or_default();
    list.iter()
        .filter_map(|name| name.as_str())
        .map(|name| (key(name), name.trim().to_owned()))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}

fn key(name: &str) -> String {
    let name = name
        .split(['(', '['])
        .next()
        .filter(|n| !n.trim().is_empty())
        .unwrap_or(name);
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
