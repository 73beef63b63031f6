// SPDX-License-Identifier: Apache-2.0

//! A document from a template: what is known is filled in, what is not stays a marked blank.
//!
//! A template is the document as a person would write it, with blanks in brackets. There is no language in
//! it. A blank that nobody fills is found by the rules `placeholder` and its like, so that an unfilled
//! template never passes for a document.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// What is known of the project, by blank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    known: BTreeMap<&'static str, String>,
}

/// The blanks there are. A test holds every template against this list.
pub(crate) const BLANKS: &[&str] = &[
    "CONTACT EMAIL",
    "COPYRIGHT HOLDER",
    "DATE",
    "FOUNDATION NAME",
    "LICENSE ID",
    "MAINTAINER NAME",
    "PROJECT NAME",
    "PROJECT URL",
    "SECURITY EMAIL",
];

static BLANK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([A-Z][A-Z ]{2,30})\]").expect("the pattern is constant"));

impl Facts {
    /// Remembers what fills a blank; empty values and values that would be markup of their own are not facts.
    pub fn set(&mut self, blank: &'static str, value: Option<&str>) {
        debug_assert!(BLANKS.contains(&blank), "{blank} is not a blank");
        let plain = |c: char| !c.is_control() && !"[]<>`|\\".contains(c);
        if let Some(value) = value
            .map(str::trim)
            .filter(|v| !v.is_empty() && v.chars().all(plain))
        {
            self.known.insert(blank, value.to_owned());
        }
    }

    /// The value of a blank.
    pub fn get(&self, blank: &str) -> Option<&str> {
        self.known.get(blank).map(String::as_str)
    }
}

/// A template filled in, and the blanks that are left.
pub(crate) fn fill(template: &str, facts: &Facts) -> (String, Vec<String>) {
    let mut left = Vec::new();
    let text = BLANK.replace_all(template, |blank: &regex::Captures<'_>| {
        match facts.get(&blank[1]) {
            Some(value) => value.to_owned(),
            None => {
                let whole = blank[0].to_owned();
                if !left.contains(&whole) {
                    left.push(whole.clone());
                }
                whole
            }
        }
    });
    (text.into_owned(), left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays_marked() {
        let mut facts = Facts::default();
        facts.set("PROJECT NAME", Some(" Anvil "));
        facts.set("CONTACT EMAIL", Some(""));
        facts.set("SECURITY EMAIL", Some("[click](javascript:x)"));
        let (text, left) = fill(
            "# [PROJECT NAME]\n[CONTACT EMAIL] [x](y) [SECURITY EMAIL]",
            &facts,
        );
        assert_eq!(text, "# Anvil\n[CONTACT EMAIL] [x](y) [SECURITY EMAIL]");
        assert_eq!(left, ["[CONTACT EMAIL]", "[SECURITY EMAIL]"]);
    }
}
