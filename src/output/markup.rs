// SPDX-License-Identifier: Apache-2.0

//! Text of a repository made harmless inside Markdown as GitHub renders it: no link, image, HTML, mention or
//! reference that we did not make, no broken list or table.
//!
//! Words that GitHub would turn into something live (`@name`, `#12`, addresses) go into code spans; the
//! rest is escaped. Every function yields one line.

use std::fmt::Write as _;

use super::clean;

/// Longest address that becomes a link.
const URL: usize = 2048;
/// Bytes of an address that need no escape (RFC 3986), without those that Markdown could take amiss.
const PLAIN: &[u8] = b"-._~:/?#!$&'*+,;=%";

/// `data` as a code span.
pub(super) fn code(data: &str) -> String {
    let shown = clean::line(data);
    if shown.trim().is_empty() {
        return "`(empty)`".to_owned();
    }
    let mut longest = 0;
    let mut run = 0;
    for c in shown.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let edge = |c: char| c == '`' || c == ' ';
    let pad = if shown.starts_with(edge) || shown.ends_with(edge) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// `data` as words; what it has between pairs of backticks stays code.
pub(super) fn text(data: &str) -> String {
    let shown = clean::line(data);
    let mut out = String::with_capacity(shown.len() + 16);
    let parts: Vec<&str> = shown.split('`').collect();
    if parts.len().is_multiple_of(2) {
        words(&mut out, &shown);
        return out;
    }
    for (at, part) in parts.into_iter().enumerate() {
        if at.is_multiple_of(2) {
            words(&mut out, part);
        } else {
            span(&mut out, part);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn words(out: &mut String, data: &str) {
    for (at, word) in data.split(' ').enumerate() {
        if at > 0 && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
        if is_live(word) {
            fence_word(out, word);
        } else {
            escape(out, word);
        }
    }
}

/// A code span, apart from the backtick before it.
fn span(out: &mut String, data: &str) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(&code(data));
}

/// A link, when `url` is an https address that says where it leads; else the words alone.
pub(super) fn link(words: &str, url: &str) -> String {
    match https(url) {
        Some(url) => format!("[{words}](<{url}>)"),
        None => words.to_owned(),
    }
}

/// `url` with everything unusual percent-encoded; `None` unless it is https, without user information.
pub(super) fn https(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
    if host.is_empty() || !host.chars().all(named) || url.len() > URL {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_alphanumeric() || PLAIN.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Some(out)
}

/// Whether GitHub would make a mention, a reference or a link of it.
fn is_live(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let digit_after = |mark: &str| {
        lower.match_indices(mark).any(|(at, _)| {
            lower[at + mark.len()..]
                .bytes()
                .next()
                .is_some_and(|b| b.is_ascii_digit())
        })
    };
    lower.contains('@')
        || lower.contains("://")
        || lower.contains("www.")
        || digit_after("#")
        || digit_after("gh-")
}

/// A word in a code span, without the punctuation around it.
fn fence_word(out: &mut String, word: &str) {
    let head = word.len() - word.trim_start_matches(['(', '"']).len();
    let mut body = word[head..].trim_end_matches(['.', ',', ';', ':', '"', '?', '!']);
    if !body.contains('(') {
        body = body.trim_end_matches([')', '.', ',', '"']);
    }
    if body.is_empty() {
        return escape(out, word);
    }
    escape(out, &word[..head]);
    span(out, body);
    escape(out, &word[head + body.len()..]);
}

fn escape(out: &mut String, word: &str) {
    // Only the first word of a line can open a list, a heading or a quotation.
    let opens = out.is_empty();
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let mut chars = word.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let follows = chars.peek().map(|(_, next)| *next);
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '^' => {
                out.push('\\');
                out.push(c);
            }
            // `:name:` is an emoji.
            ':' if follows.is_some_and(|n| n.is_ascii_alphanumeric() || "+-_".contains(n)) => {
                out.push_str("\\:");
            }
            '-' | '+' | '#' | '=' if opens && at == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if opens && at == digits && digits > 0 => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// What stands in `markdown`, outside code and inside; an error when anything but words is made.
    fn words_only(markdown: &str) -> Result<(String, String), String> {
        let (mut prose, mut code) = (String::new(), String::new());
        for event in Parser::new_ext(markdown, Options::all()) {
            match event {
                Event::Text(text) => prose.push_str(&text),
                Event::Code(text) => code.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                other => return Err(format!("{other:?} in {markdown:?}")),
            }
        }
        Ok((prose, code))
    }

    const HOSTILE: &[&str] = &[
        "[click](javascript:alert(1)).rs",
        "<img src=x onerror=alert(1)>.rs",
        "![x](https://evil.example/p.png)",
        "a|b`c`.rs",
        "``` fence",
        "@everyone see #12, o/r#3, GH-4 and https://evil.example/a?b",
        "- item",
        "1. item",
        "# heading",
        "> quote",
        "===",
        "<!-- hides the rest",
        "*bold* _it_ ~~gone~~ $x$ :tada: [^1] [ ] &copy;",
        "x\n\n# heading\n",
        "[a]: https://evil.example",
        "\\[x](y) \\`code` `a\\`",
        "++x++ ^up^ ~down~ ||spoiler||",
        "ada@example.org <ada@example.org> www.evil.example",
        "- [ ] task",
        "| a | b |",
        ":::note",
        "`a``b` @x`y`z`` `` ` `",
        "`@team`#12`",
        "[[wiki]] {#id} {.class}",
        "    indented code",
    ];

    #[test]
    fn hostile_text_is_words_and_code_only() {
        for data in HOSTILE {
            let (prose, _) = words_only(&text(data)).unwrap();
            for word in prose.split(' ') {
                assert!(!is_live(word), "{word} of {data}");
            }
            let (prose, inside) = words_only(&code(data)).unwrap();
            assert_eq!(prose, "");
            assert_eq!(inside.trim(), clean::line(data).trim());
        }
    }

    #[test]
    fn only_https_addresses_become_links() {
        for refused in [
            "javascript:alert(1)",
            "http://a.example",
            "https://user@host/",
            "https://",
        ] {
            assert_eq!(link("x", refused), "x");
        }
        assert_eq!(
            https("https://a.example/b c>(d)\u{202e}#e").unwrap(),
            "https://a.example/b%20c%3E%28d%29%E2%80%AE#e"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_markup(data in "[ a@#:\\\\`*_\\[\\]()<>!|~$^&.=+\\-0-9\n{}\"']{0,40}") {
            let made = words_only(&format!("- x: {}", text(&data)).replacen("- x: ", "x ", 1));
            prop_assert!(made.is_ok(), "{:?}", made);
            let alone = text(&data);
            prop_assert!(words_only(&alone).is_ok(), "{:?}", words_only(&alone));
            let code = code(&data);
            prop_assert!(words_only(&code).is_ok(), "{:?}", words_only(&code));
        }
    }
}
