// SPDX-License-Identifier: Apache-2.0

//! Two states of a text: the same, the same in substance, or not; and which sentences went and came.
//!
//! Words are compared, not lines: wrapping, tables re-aligned, markup, letter case, the host of a link, years of
//! a copyright line, spelling and order are nothing. A number, a mail address or a word that is another is.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::artefact::Place;
use crate::report::review::Sentence;

/// Most words of a text that are compared; the rest decides nothing (`docs/security.md`).
const WORDS: usize = 400_000;
/// Most sentences kept of a difference.
const SENTENCES: usize = 16;
/// Most characters kept of a sentence.
const CHARS: usize = 240;
/// Most words by which two texts may differ in spelling.
const SLIPS: usize = 12;

/// How two states of a text go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// The same words and links.
    None,
    /// The same in substance: what differs, in words.
    Cosmetic(&'static str),
    /// Other words.
    Words,
}

/// Compares what `a` and `b` say.
pub(super) fn difference(a: &Place, b: &Place) -> Difference {
    let (old, new) = (Bag::of(a), Bag::of(b));
    if old.words == new.words {
        let same = old.links == new.links;
        return match (same, old.tails == new.tails) {
            (true, _) if a.prose == b.prose && a.headings == b.headings => Difference::None,
            (true, _) => Difference::Cosmetic("markup, order or wrapping"),
            (false, true) => Difference::Cosmetic("addresses of links"),
            (false, false) => Difference::Words,
        };
    }
    if without_title(a) == without_title(b) && old.tails == new.tails {
        return Difference::Cosmetic("the title");
    }
    let gone = minus(&old.words, &new.words);
    let come = minus(&new.words, &old.words);
    if old.tails == new.tails && spelled(&gone, &come) {
        return Difference::Cosmetic("spelling");
    }
    Difference::Words
}

/// The words below the first heading, when that is a title.
fn without_title(place: &Place) -> Vec<String> {
    let title = place.headings.first();
    let skip = usize::from(place.prose.first().is_some_and(|line| Some(line) == title));
    let lines = place.prose.iter().skip(skip);
    lines
        .flat_map(|line| tokens(line))
        .filter(|t| !t.1)
        .map(|t| t.0)
        .take(WORDS)
        .collect()
}

/// Words and links of a text, counted.
struct Bag {
    words: BTreeMap<String, usize>,
    links: BTreeSet<String>,
    tails: BTreeSet<String>,
}

impl Bag {
    fn of(place: &Place) -> Bag {
        let mut bag = Bag {
            words: BTreeMap::new(),
            links: BTreeSet::new(),
            tails: BTreeSet::new(),
        };
        let mut addresses: Vec<String> = place.links.clone();
        for (word, address) in place.prose.iter().flat_map(|line| tokens(line)).take(WORDS) {
            if address {
                addresses.push(word);
            } else {
                *bag.words.entry(word).or_default() += 1;
            }
        }
        for address in addresses {
            let plain = plain_address(&address);
            // A changed address within a page says nothing.
            if !plain.is_empty() {
                bag.tails.insert(tail(&plain).to_owned());
                bag.links.insert(plain);
            }
        }
        bag
    }
}

/// Words of a line in lower case, without punctuation; the flag marks addresses.
fn tokens(line: &str) -> Vec<(String, bool)> {
    let lower = line.to_lowercase();
    let notice = lower.contains("copyright") || lower.contains('\u{a9}') || lower.contains("(c)");
    let mut found = Vec::new();
    for raw in lower.split(|c: char| c.is_whitespace() || c == '|') {
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if raw.contains("://") || word.starts_with("www.") {
            let address = raw.trim_matches(|c: char| "<>()[]{}\"'`,;.!*".contains(c));
            found.push((address.to_owned(), true));
        } else if !(word.is_empty() || notice && (is_year(word) || word == "c")) {
            // `e-mail` is `email`, `don't` is `don’t`.
            let word: String = word
                .chars()
                .filter(|c| !"-\u{2010}\u{2011}'\u{2019}`*_\\".contains(*c))
                .collect();
            found.push((word, false));
        }
    }
    found
}

fn is_year(word: &str) -> bool {
    let years = |c: char| c == '-' || c == '\u{2013}' || c == ',';
    word.split(years).all(|y| {
        matches!(y.len(), 0 | 2 | 4) && y.chars().all(|c| c.is_ascii_digit()) || y == "present"
    })
}

/// An address without scheme, `www.` and the slash at its end; mail addresses keep theirs.
fn plain_address(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    let rest = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    if rest.starts_with('#') {
        return String::new();
    }
    rest.trim_end_matches('/').to_owned()
}

/// The last part of a path: what stays when a host, an owner or a branch is renamed.
fn tail(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path);
    last.strip_suffix(".md")
        .or_else(|| last.strip_suffix(".html"))
        .or_else(|| last.strip_suffix(".rst"))
        .unwrap_or(last)
}

/// What `a` has more of than `b`, in order.
fn minus(a: &BTreeMap<String, usize>, b: &BTreeMap<String, usize>) -> Vec<String> {
    let mut more = Vec::new();
    for (word, count) in a {
        let other = b.get(word).copied().unwrap_or_default();
        let times = count.saturating_sub(other);
        more.extend(std::iter::repeat_n(word.clone(), times.min(SLIPS + 1)));
        if more.len() > SLIPS {
            break;
        }
    }
    more
}

/// Whether a few words are only spelled otherwise: pairs of long words that are nearly alike, articles.
fn spelled(gone: &[String], come: &[String]) -> bool {
    let small = |w: &&String| !matches!(w.as_str(), "a" | "an" | "the");
    let gone: Vec<&String> = gone.iter().filter(small).collect();
    let mut come: Vec<&String> = come.iter().filter(small).collect();
    if gone.len() > SLIPS || come.len() > SLIPS {
        return false;
    }
    let joined = |words: &[&String]| {
        let mut letters: Vec<char> = words.iter().flat_map(|w| w.chars()).collect();
        letters.sort_unstable();
        letters
    };
    // `can not` and `cannot`, `code base` and `codebase`.
    if gone.len() != come.len() {
        return gone.len() + come.len() <= 6 && joined(&gone) == joined(&come);
    }
    gone.iter().all(|word| {
        let near = come.iter().position(|other| alike(word, other));
        near.map(|at| come.remove(at)).is_some()
    })
}

fn alike(a: &str, b: &str) -> bool {
    let word = |w: &str| w.chars().count() >= 4 && w.chars().all(char::is_alphabetic);
    word(a)
        && word(b)
        && strsim::damerau_levenshtein(a, b) <= 2
        && strsim::normalized_damerau_levenshtein(a, b) >= 0.74
        && a.starts_with("un") == b.starts_with("un")
        && a.starts_with("in") == b.starts_with("in")
}

/// Share of words that two texts have in common, 0 to 1 (Dice).
pub(super) fn similarity(a: &Place, b: &Place) -> f64 {
    let (old, new) = (Bag::of(a).words, Bag::of(b).words);
    let total: usize = old.values().sum::<usize>() + new.values().sum::<usize>();
    if total == 0 {
        return 0.0;
    }
    let common: usize = old
        .iter()
        .map(|(word, count)| (*count).min(new.get(word).copied().unwrap_or_default()))
        .sum();
    2.0 * common as f64 / total as f64
}

/// Sentences that went and came, each in the order of its text. The numbers are of all, the list is cut.
pub(super) fn sentences(a: &Place, b: &Place) -> (Vec<Sentence>, usize, usize) {
    let (old, new) = (split(a), split(b));
    let gone = only(&old, &new);
    let come = only(&new, &old);
    let (went, came) = (gone.len(), come.len());
    let half = SENTENCES / 2;
    let keep = |list: Vec<String>, added: bool, most: usize| {
        let shown = list.into_iter().take(most);
        shown
            .map(move |text| Sentence { added, text })
            .collect::<Vec<_>>()
    };
    let mut all = keep(gone, false, half + half.saturating_sub(came));
    all.extend(keep(come, true, SENTENCES - all.len()));
    (all, went, came)
}

/// A sentence by its words, and as it stands.
type Spoken = (String, String);

fn split(place: &Place) -> Vec<Spoken> {
    let mut found = Vec::new();
    for line in &place.prose {
        for sentence in parts(line) {
            let words: Vec<String> = tokens(sentence).into_iter().map(|t| t.0).collect();
            if words.is_empty() {
                continue;
            }
            let mut text: String = sentence.trim().chars().take(CHARS).collect();
            if sentence.trim().chars().nth(CHARS).is_some() {
                text.push('\u{2026}');
            }
            found.push((words.join(" "), text));
        }
    }
    found
}

/// Sentences of a paragraph: a stop, a blank, a capital.
fn parts(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = [' '; 2];
    for (at, c) in line.char_indices() {
        let stop = matches!(before[0], '.' | '!' | '?') && before[1] == ' ';
        if stop && c.is_uppercase() {
            found.push(&line[start..at]);
            start = at;
        }
        before = [before[1], if c.is_whitespace() { ' ' } else { c }];
    }
    found.push(&line[start..]);
    found
}

fn only(these: &[Spoken], those: &[Spoken]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (words, _) in those {
        *counts.entry(words).or_default() += 1;
    }
    let lacking = these
        .iter()
        .filter(|(words, _)| match counts.get_mut(words.as_str()) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        });
    lacking.map(|(_, text)| text.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::artefact::Form;

    fn place(text: &str, links: &[&str]) -> Place {
        Place {
            path: "X.md".into(),
            line: None,
            via: None,
            pointers: Vec::new(),
            form: Form::Text,
            prose: text.lines().map(str::to_owned).collect(),
            headings: Vec::new(),
            links: links.iter().map(|&l| l.to_owned()).collect(),
            oid: None,
        }
    }

    fn compared(a: &str, b: &str) -> Difference {
        difference(&place(a, &[]), &place(b, &[]))
    }

    #[test]
    fn form_is_nothing_and_words_are_something() {
        let cosmetic = [
            (
                "Report it to us.\nThen wait.",
                "Report it to us. Then wait.",
            ),
            ("| Ann | Acme |", "| Ann     |  Acme |"),
            (
                "Copyright 2024 The Authors",
                "Copyright (c) 2024-2026 The Authors",
            ),
            ("You can send an e-mail", "You can send an email"),
            ("the comunity decides", "The community decides"),
            (
                "see https://wiki.a.org/x/Security",
                "see https://wiki.b.org/y/Security",
            ),
        ];
        for (a, b) in cosmetic {
            assert!(
                matches!(compared(a, b), Difference::Cosmetic(_)),
                "{a} / {b}: {:?}",
                compared(a, b)
            );
        }
        let words = [
            ("We answer within 3 days", "We answer within 5 days"),
            ("Write to a@b.org", "Write to c@b.org"),
            ("You may merge", "You must merge"),
            (
                "Signed commits are required",
                "Signed commits are not required",
            ),
            ("see https://a.org/x", "see https://a.org/y"),
        ];
        for (a, b) in words {
            assert_eq!(compared(a, b), Difference::Words, "{a} / {b}");
        }
    }

    #[test]
    fn what_went_and_what_came_is_told_in_sentences() {
        let a = place("We answer soon. Do not tell anybody.", &[]);
        let b = place("We answer within 3 days. Do not tell\nanybody.", &[]);
        let (shown, went, came) = sentences(&a, &b);
        assert!(went >= 1 && came >= 1);
        assert_eq!(
            shown[0],
            Sentence {
                added: false,
                text: "We answer soon.".into()
            }
        );
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts_compare(a in ".{0,200}", b in ".{0,200}") {
            let _ = compared(&a, &b);
            proptest::prop_assert!(!matches!(compared(&a, &a), Difference::Words));
            let same = similarity(&place(&a, &[]), &place(&b, &[]));
            proptest::prop_assert!((0.0..=1.0).contains(&same));
        }
    }
}
