// SPDX-License-Identifier: Apache-2.0

//! What every markup shares inside a line: bare addresses, heading texts, sentences, lines of offsets.

use std::sync::LazyLock;

use regex::Regex;

/// Lines of byte offsets.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn new(source: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| at + 1));
        Lines { starts }
    }

    /// The line, from 1, of a byte.
    pub(super) fn of(&self, offset: usize) -> u64 {
        self.starts.partition_point(|start| *start <= offset).max(1) as u64
    }
}

static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)(?P<url>\b(?:https?|ircs?|git|ftp)://[^\s<>"'`\[\]{}|\\\x01]+)"#,
        r#"|\bmailto:(?P<to>[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"#,
        r#"|(?P<mail>[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})"#,
        r#"|(?P<www>\bwww\.[^\s<>"'`\[\]{}|\\\x01]+\.[^\s<>"'`\[\]{}|\\\x01]+)"#,
    ))
    .ok()
});

/// Bare addresses of a line: what is shown, and where it leads.
pub(super) fn bare_links(line: &str) -> Vec<(String, String)> {
    // Cheap tests first: most lines have none.
    if !line.contains("://") && !line.contains('@') && !line.contains("www.") {
        return Vec::new();
    }
    let Some(bare) = BARE.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for captures in bare.captures_iter(line) {
        if let Some(url) = captures.name("url") {
            let url = trim_url(url.as_str());
            found.push((url.to_owned(), url.to_owned()));
        } else if let Some(mail) = captures.name("to").or_else(|| captures.name("mail")) {
            let mail = mail.as_str();
            found.push((mail.to_owned(), format!("mailto:{mail}")));
        } else if let Some(www) = captures.name("www") {
            let www = trim_url(www.as_str());
            found.push((www.to_owned(), format!("http://{www}")));
        }
    }
    found
}

/// A URL without the punctuation of the sentence around it (GFM's extended autolinks).
pub(super) fn trim_url(url: &str) -> &str {
    let count = |mark: u8| memchr::memchr_iter(mark, url.as_bytes()).count();
    let mut surplus = count(b')').saturating_sub(count(b'('));
    let mut end = url.len();
    for last in url.chars().rev() {
        match last {
            ')' if surplus > 0 => surplus -= 1,
            '.' | ',' | ';' | ':' | '!' | '?' | '*' | '_' | '~' | '&' => {}
            _ => break,
        }
        end -= last.len_utf8();
    }
    &url[..end]
}

/// Runs of white space as one blank, none at the ends.
pub(super) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A heading's words: shortcodes, pictographs at the ends and white space gone.
pub(super) fn heading_text(text: &str) -> String {
    static SHORTCODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r":[a-z][a-z0-9_+-]*:").ok());
    let text = match SHORTCODE.as_ref() {
        Some(code) if text.contains(':') => code.replace_all(text, " ").into_owned(),
        _ => text.to_owned(),
    };
    squeeze(&text)
        .trim_matches(|c: char| c.is_whitespace() || is_pictograph(c))
        .to_owned()
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x200D | 0xFE0F | 0x2190..=0x2BFF | 0x1F000..=0x1FAFF)
}

/// Sentences of a paragraph, each with its byte offset. A full stop ends one when a blank and something
/// other than a small letter follow, and it does not close an abbreviation.
pub(super) fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for at in memchr::memchr3_iter(b'.', b'!', b'?', bytes) {
        let rest = &text[at + 1..];
        let closed = rest.trim_start_matches([')', '"', '\'', '*', '`', '”', '’', ']']);
        if !closed.starts_with(char::is_whitespace) {
            continue;
        }
        let next = closed.trim_start().chars().next();
        if next.is_none_or(char::is_lowercase) || abbreviation(&text[start..at]) {
            continue;
        }
        let end = text.len() - closed.len();
        push_sentence(&mut found, text, start, end);
        start = end;
    }
    push_sentence(&mut found, text, start, text.len());
    found
}

fn push_sentence<'t>(found: &mut Vec<(usize, &'t str)>, text: &'t str, start: usize, end: usize) {
    let Some(piece) = text.get(start..end) else {
        return;
    };
    let lead = piece.len() - piece.trim_start().len();
    let piece = piece.trim();
    if !piece.is_empty() {
        found.push((start + lead, piece));
    }
}

fn abbreviation(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or(before);
    let word = word.trim_start_matches(['(', '"', '\'']);
    matches!(
        word.to_ascii_lowercase().as_str(),
        "e.g"
            | "i.e"
            | "etc"
            | "vs"
            | "cf"
            | "mr"
            | "ms"
            | "mrs"
            | "dr"
            | "st"
            | "no"
            | "inc"
            | "incl"
            | "approx"
    ) || (word.len() == 1 && word.starts_with(char::is_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(line: &str) -> Vec<String> {
        bare_links(line).into_iter().map(|l| l.1).collect()
    }

    #[test]
    fn bare_addresses_lose_the_punctuation_of_the_sentence() {
        assert_eq!(
            targets("See https://a.example/x_(y), (https://b.example/z). Write to team@c.example."),
            [
                "https://a.example/x_(y)",
                "https://b.example/z",
                "mailto:team@c.example"
            ]
        );
        assert_eq!(
            targets("[[https://a.b/1][https://a.b/2]]"),
            ["https://a.b/1", "https://a.b/2"]
        );
    }

    #[test]
    fn a_heading_loses_shortcodes_and_pictographs() {
        assert_eq!(
            heading_text(":rocket: Getting  started 🚀"),
            "Getting started"
        );
        assert_eq!(heading_text("C++: a b"), "C++: a b");
    }

    #[test]
    fn sentences_end_at_full_stops_and_not_at_abbreviations() {
        let found = sentences("Use it, e.g. GNU make. It has v1.2 (ok.) Done");
        let words: Vec<_> = found.iter().map(|s| s.1).collect();
        assert_eq!(
            words,
            ["Use it, e.g. GNU make.", "It has v1.2 (ok.)", "Done"]
        );
    }
}
