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
        .map(leading)
        .map(|name| (key(name), name.trim().to_owned()))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}

/// The name at the head of a sentence about it: `Duke Energy describes securing the Microgrid`.
fn leading(entry: &str) -> &str {
    let small = |word: &str| word.chars().next().is_some_and(char::is_lowercase);
    let joins = [
        "of", "and", "the", "for", "de", "der", "des", "und", "et", "do", "da", "di", "y", "e",
        "by", "at", "in",
    ];
    let words: Vec<&str> = entry.split_whitespace().collect();
    let verb = words
        .iter()
        .position(|w| small(w) && w.chars().all(|c| c.is_ascii_lowercase()) && !joins.contains(w));
    let first = words.iter().position(|w| small(w));
    match (verb, first) {
        (Some(verb), Some(first)) if words.len() > 5 && verb > 0 && first > 0 => {
            let end = words[first].as_ptr() as usize - entry.as_ptr() as usize;
            entry[..end].trim_end()
        }
        _ => entry,
    }
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

#[cfg(test)]
mod tests {
    use super::leading;

    #[test]
    fn a_sentence_about_an_adopter_is_called_by_its_subject() {
        assert_eq!(
            leading("Duke Energy describes securing the Microgrid using X"),
            "Duke Energy"
        );
        assert_eq!(
            leading("ARM and VMware showcase hardware backed security for Y"),
            "ARM"
        );
        assert_eq!(leading("Bank of the West"), "Bank of the West");
        assert_eq!(leading("idealo internet GmbH"), "idealo internet GmbH");
    }
}
