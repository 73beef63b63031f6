// SPDX-License-Identifier: Apache-2.0

//! Names and phrases compared as people read them: `CODE_OF_CONDUCT`, `code-of-conduct` and `CodeOfConduct`
//! are one name; a heading matches a phrase whatever its case, numbering or decoration.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use regex::Regex;
use serde::Deserialize;

/// Words of a file stem or a heading: lower case, split at everything that is no letter or digit and
/// where camel case rises; leading numbering (`8._Code_of_Conduct`, `2. Scope`) is dropped.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut lower_before = false;
    for c in text.chars() {
        let rises = lower_before && c.is_uppercase();
        if (!c.is_alphanumeric() || rises) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        // An apostrophe joins: "what's" is one word.
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        lower_before = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    let numbers = words
        .iter()
        .take_while(|w| w.chars().all(|c| c.is_ascii_digit()))
        .count();
    if numbers < words.len() {
        words.drain(..numbers);
    }
    words
}

/// A phrase of a rule: words, with `*` for any number of words. Without `*` it must be the whole name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Phrase {
    parts: Vec<Vec<String>>,
    squeezed: String,
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        let parts: Vec<Vec<String>> = text.split('*').map(words).collect();
        let squeezed = parts.concat().concat();
        Phrase { parts, squeezed }
    }
}

impl Phrase {
    /// Whether `words` are this phrase. Without `*`, spaces do not matter (`codeofconduct`).
    pub(crate) fn is(&self, words: &[String]) -> bool {
        let [first, rest @ ..] = self.parts.as_slice() else {
            return false;
        };
        if rest.is_empty() {
            return words.concat() == self.squeezed;
        }
        let Some(mut left) = words.strip_prefix(first.as_slice()) else {
            return false;
        };
        let (last, middle) = rest.split_last().expect("rest is not empty");
        for part in middle {
            match position(left, part) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        left.ends_with(last)
    }
}

fn position(words: &[String], part: &[String]) -> Option<usize> {
    if part.is_empty() {
        return Some(0);
    }
    words.windows(part.len()).position(|window| window == part)
}

/// Whether any phrase is `text`.
pub(crate) fn any_is(phrases: &[Phrase], text: &str) -> bool {
    let words = words(text);
    phrases.iter().any(|phrase| phrase.is(&words))
}

/// A pattern of a rule: a regular expression, case-insensitive, in which a blank stands for any white
/// space, line ends included.
///
/// Compiling is dear beside the reading of a small repository, and most patterns of a run are never tried: a
/// pattern that was validated before (see [`validated`]) is compiled on first use, once for all rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern {
    text: Arc<str>,
    compiled: Arc<OnceLock<Regex>>,
}

/// Expressions by the pattern's text.
type Compiled = HashMap<Arc<str>, Arc<OnceLock<Regex>>>;

/// What was compiled.
static COMPILED: LazyLock<Mutex<Compiled>> = LazyLock::new(Mutex::default);

thread_local! {
    static VALIDATED: Cell<bool> = const { Cell::new(false) };
}

/// Reads parameters that have been validated: their patterns need no compiling to be known as such.
pub(crate) fn validated<R>(read: impl FnOnce() -> R) -> R {
    let before = VALIDATED.replace(true);
    let result = read();
    VALIDATED.set(before);
    result
}

/// Whether the parameters that are being read have been validated before.
pub(crate) fn are_validated() -> bool {
    VALIDATED.get()
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text: Arc<str> = text.into();
        let compiled = {
            let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(Arc::clone(&text)).or_default())
        };
        if !are_validated() && compiled.get().is_none() {
            let regex = compile(&text).map_err(|e| format!("not a pattern: {e}"))?;
            compiled.get_or_init(|| regex);
        }
        Ok(Pattern { text, compiled })
    }
}

fn compile(text: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(&text.replace(' ', r"\s+"))
        .case_insensitive(true)
        .multi_line(true)
        .size_limit(1 << 20)
        .build()
}

impl std::ops::Deref for Pattern {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        self.compiled
            .get_or_init(|| compile(&self.text).expect("the rule was validated before it ran"))
    }
}

/// Patterns given as text in a test or a default; each must be valid.
#[cfg(test)]
pub(crate) fn pattern(text: &str) -> Pattern {
    Pattern::try_from(text.to_owned()).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Phrase {
        Phrase::from(text.to_owned())
    }

    #[test]
    fn one_name_in_every_spelling() {
        let name = phrase("code of conduct");
        for stem in [
            "CODE_OF_CONDUCT",
            "code-of-conduct",
            "CodeOfConduct",
            "Code of Conduct",
            "codeofconduct",
            "8._Code_of_Conduct",
        ] {
            assert!(name.is(&words(stem)), "{stem}");
        }
        assert!(!name.is(&words("code of conduct team")));
    }

    #[test]
    fn a_star_stands_for_whole_words() {
        let charter = phrase("*charter");
        assert!(charter.is(&words("Hyperledger_Fabric_Technical_Charter")));
        assert!(charter.is(&words("CHARTER")));
        assert!(!charter.is(&words("charterhouse")));
        let report = phrase("*report* vulnerability*");
        assert!(report.is(&words("How to report a vulnerability here")));
        assert!(!report.is(&words("vulnerability report")));
    }

    #[test]
    fn numbers_and_emoji_before_a_heading_do_not_count() {
        assert!(phrase("security").is(&words("🔒 3.1 Security:")));
        assert_eq!(words("2026"), ["2026"]);
    }

    #[test]
    fn a_pattern_is_compiled_where_it_is_validated() {
        let read = |text: &str| Pattern::try_from(text.to_owned());
        assert!(read("never closed (").is_err());
        let late = validated(|| read("seen by nobody else")).unwrap();
        assert!(late.compiled.get().is_none() && !are_validated());
        assert!(late.is_match("Seen\nby nobody  else") && late.compiled.get().is_some());
    }

    #[test]
    fn a_blank_in_a_pattern_crosses_lines() {
        assert!(pattern("supported versions").is_match("Supported\nVersions"));
    }
}
