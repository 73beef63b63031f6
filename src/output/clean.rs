// SPDX-License-Identifier: Apache-2.0

//! Text of a repository made harmless for a terminal, a log or a file that people read.
//!
//! Escaped visibly, never removed: control characters (C0, DEL, C1), format characters (bidi, zero-width,
//! tags), line and paragraph separators. `##[` and a leading `::` are broken up: the runner of GitHub
//! Actions takes them for commands anywhere in a log (`docs/security.md`).

use std::fmt::Write as _;

/// Longest text of one field that is shown, in characters.
pub const FIELD: usize = 4096;

/// Whether a character must not reach an output as it is.
pub fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
        | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` on one line, with every hostile character shown escaped.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (count, c) in text.chars().enumerate() {
        if count == FIELD {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hostile(c) && (c as u32) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c if is_hostile(c) => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    break_commands(out)
}

fn break_commands(mut text: String) -> String {
    if text.contains("##[") {
        text = text.replace("##[", "#\\x23[");
    }
    let body = text.trim_start();
    if body.starts_with("::") {
        let at = text.len() - body.len();
        text.replace_range(at..=at, "\\x3a");
    }
    text
}

/// Text of several lines in which no line is a command of the runner, also where wrapping made a new line.
pub fn log(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        out.push_str(&break_commands(line.to_owned()));
    }
    out
}

/// Serialised JSON with every hostile character, and the second `#` of `##[`, as `\u` escapes. Such
/// characters can only stand inside its strings, so the value is unchanged.
pub fn json(serialised: &str) -> String {
    let mut out = String::with_capacity(serialised.len());
    for c in serialised.chars() {
        if is_hostile(c) && c != '\n' {
            let mut units = [0u16; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.replace("##[", "#\\u0023[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_or_a_runner_survives() {
        let shown = line("a\x1b[2K\nb\u{202e}c\u{9b}d ##[error]x \u{e0041}");
        assert_eq!(
            shown,
            "a\\x1b[2K\\nb\\u{202e}c\\x9bd #\\x23[error]x \\u{e0041}"
        );
        assert_eq!(line("  ::error::x"), "  \\x3a:error::x");
        let wrapped = log("a\n  ::error::b\n#\n::c a::b\n##[group]");
        assert_eq!(
            wrapped,
            "a\n  \\x3a:error::b\n#\n\\x3a:c a::b\n#\\x23[group]"
        );
    }

    #[test]
    fn escaped_json_is_the_same_value() {
        let value = serde_json::json!({"a##[b": "\u{202e}\u{7f}\u{e0041} ##["});
        let text = json(&value.to_string());
        assert!(!text.chars().any(is_hostile) && !text.contains("##["));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
