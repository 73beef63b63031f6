// SPDX-License-Identifier: Apache-2.0

//! A text as the words that matter when licences are compared (SPDX matching guidelines).
//!
//! Case, punctuation, white space, comment marks, list numbering, copyright lines and listed spellings do
//! not matter (guidelines 3 to 10 and 13); words and their order do (2). Nothing here knows a licence.

use std::borrow::Cow;
use std::ops::Range;

/// Most words of a file that are compared; a licence has 14,000 at most.
const WORD_LIMIT: usize = 200_000;

/// One word of a text.
#[derive(Clone, Copy, Debug)]
struct Word {
    hash: u32,
    line: u32,
    start: u32,
    end: u32,
}

/// The words of a text, with their lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    text: String,
    words: Vec<Word>,
}

impl Words {
    /// Reads `source`.
    pub(crate) fn of(source: &str) -> Self {
        let mut words = Words::default();
        let mut unfinished = false;
        for (number, line) in source.lines().enumerate() {
            if is_copyright_line(line)
                || (unfinished && line.len() < 100 && !line.trim().is_empty())
            {
                unfinished = goes_on(line);
                continue;
            }
            unfinished = false;
            let trimmed = line.trim_matches(|c: char| !c.is_alphanumeric());
            if trimmed.eq_ignore_ascii_case("all rights reserved") {
                continue;
            }
            words.push_line(line, number as u32 + 1);
            if words.words.len() > WORD_LIMIT {
                words.words.truncate(WORD_LIMIT);
                break;
            }
        }
        words
    }

    /// Number of words.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Drops what follows the first `length` words.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.words.truncate(length);
    }

    /// A number equal for equal words.
    pub(crate) fn hash(&self, index: usize) -> u32 {
        self.words[index].hash
    }

    /// Line of a word, from 1; the last line for an index past the end.
    pub(crate) fn line(&self, index: usize) -> u64 {
        let word = self.words.get(index).or(self.words.last());
        word.map_or(1, |w| u64::from(w.line))
    }

    /// One word.
    pub(crate) fn word(&self, index: usize) -> &str {
        let word = self.words[index];
        &self.text[word.start as usize..word.end as usize]
    }

    /// Words of a range, joined by blanks.
    pub(crate) fn join(&self, range: Range<usize>) -> &str {
        if range.is_empty() || range.end > self.words.len() {
            return "";
        }
        let (first, last) = (self.words[range.start], self.words[range.end - 1]);
        &self.text[first.start as usize..last.end as usize]
    }

    /// Where `phrase` (words joined by blanks) first occurs at or after `from`.
    pub(crate) fn find(&self, phrase: &str, from: usize) -> Option<usize> {
        let wanted: Vec<u32> = phrase.split(' ').map(hash_of).collect();
        (from..(self.len() + 1).saturating_sub(wanted.len())).find(|&at| {
            wanted
                .iter()
                .enumerate()
                .all(|(i, h)| self.words[at + i].hash == *h)
        })
    }

    fn push_line(&mut self, line: &str, number: u32) {
        let lower = line.to_lowercase();
        let mut rest = without_bullet(lower.trim_start_matches(is_comment_mark));
        while !rest.is_empty() {
            if let Some(after) = after_address(rest) {
                // A Markdown link repeats its address.
                if self.last() != Some("url") {
                    self.push("url", number);
                }
                rest = after;
                continue;
            }
            let end = word_end(rest);
            if end == 0 {
                let step = rest.chars().next().map_or(rest.len(), char::len_utf8);
                rest = &rest[step..];
                continue;
            }
            self.push_raw(&rest[..end], number);
            rest = &rest[end..];
        }
    }

    fn last(&self) -> Option<&str> {
        (!self.words.is_empty()).then(|| self.word(self.words.len() - 1))
    }

    fn push_raw(&mut self, raw: &str, line: u32) {
        let plain: Cow<'_, str> = if raw.contains(['\'', '\u{2019}']) {
            raw.replace(['\'', '\u{2019}'], "").into()
        } else {
            raw.into()
        };
        let plain = plain.trim_end_matches('.');
        // Letters and digits that stand alone are list marks, or the article.
        if plain.chars().count() < 2 {
            let version =
                plain.chars().all(|c| c.is_ascii_digit()) && self.last() == Some("version");
            if !version {
                return;
            }
        }
        // "non-infringement", "non infringement" and "noninfringement" are one word.
        if self.last() == Some("non") {
            let joined = format!("non{plain}");
            if let Some(word) = self.words.pop() {
                self.text.truncate(word.start as usize);
            }
            self.push(&joined, line);
            return;
        }
        self.push(spelling(plain), line);
    }

    fn push(&mut self, word: &str, line: u32) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        let start = self.text.len() as u32;
        self.text.push_str(word);
        let end = self.text.len() as u32;
        self.words.push(Word {
            hash: hash_of(word),
            line,
            start,
            end,
        });
    }
}

/// The number of a word.
fn hash_of(word: &str) -> u32 {
    // FNV-1a: words are short, and an equal number for two words costs one wrong word, not a verdict.
    let sum = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (sum ^ (sum >> 32)) as u32
}

fn is_comment_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '#' | '/' | '*' | ';' | '%' | '>' | '|' | '!' | '=')
}

/// A line without its list mark: `1.`, `(a)`, `2.1`, `iv)`, `-`, `•`.
fn without_bullet(line: &str) -> &str {
    let line = line.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '•' | '*' | '+' | '_')
    });
    let inner = line.trim_start_matches(['(', '[']);
    let mark = inner
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
        .unwrap_or(inner.len());
    let (word, after) = inner.split_at(mark);
    let closed = after.starts_with([')', ']']) || word.ends_with('.');
    let core = word.trim_end_matches('.');
    let number =
        !core.is_empty() && core.chars().all(|c| c.is_ascii_digit() || c == '.') && core.len() <= 6;
    let roman =
        !core.is_empty() && core.len() <= 4 && core.chars().all(|c| matches!(c, 'i' | 'v' | 'x'));
    let letter = core.len() == 1;
    if (closed && (number || roman || letter)) || (number && core.contains('.')) {
        after.trim_start_matches([')', ']', '.'])
    } else {
        line
    }
}

/// What follows an address at the start of `text`; `None` when there is none.
fn after_address(text: &str) -> Option<&str> {
    if !(text.starts_with("http://") || text.starts_with("https://")) {
        return None;
    }
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | ')' | ']' | '"' | '<' | ','))
        .unwrap_or(text.len());
    Some(&text[end..])
}

/// Length of the word at the start of `text`: letters, digits, apostrophes inside, dots between digits.
fn word_end(text: &str) -> usize {
    let mut previous_digit = false;
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let inside = c.is_alphanumeric()
            || (at > 0 && matches!(c, '\'' | '\u{2019}') && next.is_some_and(char::is_alphabetic))
            || (c == '.' && previous_digit && next.is_some_and(|n| n.is_ascii_digit()));
        if !inside {
            break;
        }
        previous_digit = c.is_ascii_digit();
        end = at + c.len_utf8();
    }
    end
}

/// Words that follow "copyright" where a sentence of a licence, not a notice, was wrapped.
const SENTENCE: &[&str] = &[
    "notice",
    "notices",
    "holder",
    "holders",
    "owner",
    "owners",
    "statement",
    "statements",
    "law",
    "laws",
    "license",
    "licenses",
    "and",
    "or",
    "interest",
    "interests",
    "treaty",
    "act",
    "protection",
    "permission",
    "in",
    "for",
    "to",
    "is",
    "as",
    "disclaimer",
    "management",
    "rights",
    "right",
    "on",
    "infringement",
    "patent",
    "ownership",
    "claims",
    "trademark",
    "terms",
    "over",
    "does",
    "may",
    "shall",
    "status",
    "information",
    "title",
    "file",
    "that",
    "of",
    "under",
    "at",
];

/// Whether a line is a copyright notice and nothing else (guidelines 9 and 10).
pub(crate) fn is_copyright_line(line: &str) -> bool {
    if line.len() > 400 {
        return false;
    }
    let line = line.trim_start_matches(|c: char| {
        is_comment_mark(c) || matches!(c, '-' | '_' | '"' | '.' | '<' | '`')
    });
    let lower = line.to_lowercase();
    let Some((start, rest)) = [
        "copyright",
        "copyrights",
        "portions copyright",
        "\u{a9}",
        "(c)",
        "&copy;",
    ]
    .iter()
    .find_map(|start| Some((*start, lower.strip_prefix(start)?))) else {
        return false;
    };
    let dated = rest.contains("(c)")
        || rest.contains('\u{a9}')
        || rest.chars().take(40).filter(char::is_ascii_digit).count() >= 4;
    let next = rest
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty());
    let signed =
        rest.contains("(c)") || rest.contains('\u{a9}') || start == "\u{a9}" || start == "&copy;";
    match next {
        None => dated,
        // "copyright treaty adopted on 20 December 1996" is a sentence.
        Some(word) if SENTENCE.contains(&word) => signed && dated,
        // "(c)" alone may be the third item of a list, "copyright" a word of a sentence.
        Some(_) => {
            dated
                || (start != "(c)"
                    && line.starts_with("Copyright")
                    && rest.starts_with([' ', '\t', ':']))
        }
    }
}

/// Whether a copyright notice goes on in the next line.
fn goes_on(line: &str) -> bool {
    let line = line.trim_end();
    line.ends_with(',')
        || [" and", " and many", " by", " &"]
            .iter()
            .any(|end| line.ends_with(end))
}

/// Spellings that are equal (guideline 8, equivalent words of the licence list).
fn spelling(word: &str) -> &str {
    match word {
        "licence" => "license",
        "licences" => "licenses",
        "licenced" => "licensed",
        "licencing" => "licensing",
        "sublicence" => "sublicense",
        "holder" => "owner",
        "holders" => "owners",
        "acknowledgement" => "acknowledgment",
        "acknowledgements" => "acknowledgments",
        "analogue" => "analog",
        "artefact" => "artifact",
        "authorisation" => "authorization",
        "authorised" => "authorized",
        "behaviour" => "behavior",
        "cancelled" => "canceled",
        "centre" => "center",
        "emphasised" => "emphasized",
        "favour" => "favor",
        "favourite" => "favorite",
        "fulfil" => "fulfill",
        "fulfilment" => "fulfillment",
        "initialise" => "initialize",
        "judgement" => "judgment",
        "labelling" => "labeling",
        "modelled" => "modeled",
        "offence" => "offense",
        "optimisation" => "optimization",
        "organisation" => "organization",
        "organisations" => "organizations",
        "practise" => "practice",
        "programme" => "program",
        "realise" => "realize",
        "recognise" => "recognize",
        "signalling" => "signaling",
        "utilisation" => "utilization",
        "whilst" => "while",
        "wilful" => "willful",
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        let words = Words::of(text);
        words.join(0..words.len()).to_owned()
    }

    #[test]
    fn layout_comment_marks_and_numbering_do_not_matter() {
        let plain = joined("1. Redistributions of source code must\n   retain the notice\n");
        assert_eq!(
            joined(" * (a) redistributions of SOURCE\n * code must retain the notice"),
            plain
        );
        assert_eq!(
            joined("- Redistributions of source\n  code must retain the notice"),
            plain
        );
        assert_eq!(
            joined("iv) Redistributions of source code must retain the \u{201c}notice\u{201d}"),
            plain
        );
    }

    #[test]
    fn copyright_lines_are_left_out_and_sentences_stay() {
        assert_eq!(
            joined("Copyright (c) 2020 Somebody\nAll rights reserved.\nGranted"),
            "granted"
        );
        assert_eq!(joined("Copyright The Example Authors\nGranted"), "granted");
        assert_eq!(joined("\u{a9} 2021 Example\nGranted"), "granted");
        assert_eq!(
            joined("copyright treaty adopted on 20 December 1996"),
            "copyright treaty adopted on 20 december 1996"
        );
        assert_eq!(
            joined(
                "Copyright (c) 1996 - 2026, A Person, and many\ncontributors, see THANKS.\n\nGranted"
            ),
            "granted"
        );
        assert_eq!(joined("(c) You must retain"), "you must retain");
        assert_eq!(
            joined("copyright notice and this permission"),
            "copyright notice and this permission"
        );
        assert_eq!(
            joined("copyright holders be liable"),
            "copyright owners be liable"
        );
    }

    #[test]
    fn addresses_spellings_and_joined_words_are_equal() {
        assert_eq!(joined("see [http://a.b/c](https://a.b/c)"), "see url");
        assert_eq!(joined("non-infringement"), joined("noninfringement"));
        assert_eq!(joined("licence version 2.0"), "license version 2.0");
        assert_eq!(
            joined("version 3 of a licensor's"),
            "version 3 of licensors"
        );
    }

    #[test]
    fn phrases_are_found_with_their_lines() {
        let words = Words::of("One two.\nthree four\nfive");
        let at = words.find("three four", 0).unwrap();
        assert_eq!((at, words.line(at)), (2, 2));
        assert_eq!(words.find("four three", 0), None);
        assert_eq!(words.find("two three four five six", 0), None);
    }
}
