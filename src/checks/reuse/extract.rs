// SPDX-License-Identifier: Apache-2.0

//! Licence tags and copyright notices of one text, as REUSE 3.3 reads them: in any comment or none.

use std::borrow::Cow;

use memchr::memmem;

const TAG: &str = "SPDX-License-Identifier:";
const START: &str = "REUSE-IgnoreStart";
const END: &str = "REUSE-IgnoreEnd";

/// What a text says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extracted {
    /// Values of tags, in order, each once.
    pub(crate) expressions: Vec<String>,
    /// Copyright notices, in order, each once.
    pub(crate) copyrights: Vec<String>,
}

impl Extracted {
    fn add(list: &mut Vec<String>, value: &str) {
        if !list.iter().any(|known| known == value) {
            list.push(value.to_owned());
        }
    }
}

/// Reads the bytes of a file; nothing from one that is no text.
pub(crate) fn of_bytes(bytes: &[u8]) -> Extracted {
    if is_binary(bytes) {
        return Extracted::default();
    }
    let wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let hints = [
        b"SPDX-".as_slice(),
        b"Copyright",
        "\u{a9}".as_bytes(),
        b"\xa9",
    ];
    if !wide && !hints.iter().any(|hint| memmem::find(bytes, hint).is_some()) {
        return Extracted::default();
    }
    of_text(&crate::text::decode(bytes))
}

/// Whether the first two kilobytes are no text (spec: files that are not text need a neighbour).
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(2_048)];
    let marked = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let control = |b: &u8| matches!(b, 0..=6 | 0x0E..=0x1A | 0x1C..=0x1F);
    !marked && head.iter().any(control)
}

/// Reads a text.
pub(crate) fn of_text(text: &str) -> Extracted {
    let mut found = Extracted::default();
    for line in without_ignored(text).split(['\n', '\r']) {
        of_line(line, &mut found);
    }
    found
}

/// The text without its ignore blocks; an open one hides the rest.
fn without_ignored(text: &str) -> Cow<'_, str> {
    if !text.contains(START) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(START) {
        kept.push_str(&rest[..start]);
        let hidden = &rest[start + START.len()..];
        let Some(end) = hidden.find(END) else {
            return Cow::Owned(kept);
        };
        rest = &hidden[end + END.len()..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// One line holds one tag; a copyright notice is looked for first.
fn of_line(line: &str, found: &mut Extracted) {
    let Some(start) = first_mark(line) else {
        return;
    };
    // A frame around the comment mirrors what stands before the tag.
    let mirror: String = line[..start].trim().chars().rev().collect();
    let line = line.strip_suffix(mirror.as_str()).unwrap_or(line);
    if let Some(at) = notice_start(line) {
        Extracted::add(&mut found.copyrights, trim_ends(&line[at..]));
    } else if let Some(at) = line.find(TAG) {
        Extracted::add(
            &mut found.expressions,
            trim_ends(line[at + TAG.len()..].trim_start()),
        );
    }
}

/// Where the first thing that may be a tag or a notice stands.
fn first_mark(line: &str) -> Option<usize> {
    let word = line.find("Copyright");
    let sign = line.find('\u{a9}');
    let tag = line.match_indices("SPDX-").map(|(at, _)| at).find(|at| {
        let rest = &line[at + 5..];
        let word = rest.split(char::is_whitespace).next().unwrap_or_default();
        word.char_indices().any(|(i, c)| c == ':' && i > 0)
    });
    [word, sign, tag].into_iter().flatten().min()
}

/// Where a copyright notice starts, by the spec's list of prefixes.
fn notice_start(line: &str) -> Option<usize> {
    let tags = ["SPDX-FileCopyrightText:", "SPDX-SnippetCopyrightText:"]
        .iter()
        .filter_map(|t| line.find(t));
    let word = line
        .match_indices("Copyright")
        .map(|(at, _)| at)
        .find(|at| {
            let rest = &line[at + "Copyright".len()..];
            let inner = rest.trim_start();
            rest.starts_with(char::is_whitespace)
                || ["\u{a9}", "(C)", "(c)"]
                    .iter()
                    .any(|sign| inner.starts_with(sign))
        });
    tags.chain(word).chain(line.find('\u{a9}')).min()
}

/// Ends of comments and of the like in markup.
const ENDS: &[&str] = &[
    "*/", "-->", "--%>", "#}", "--}}", "*)", "*#", "=#", ":)", "'/", "-/", "}", "\">", "\"/>",
    "'>", "'/>", "] ::", "]::",
];

/// A value without the ends of comments: a run of them without blanks, as the tool trims it.
fn trim_ends(value: &str) -> &str {
    let mut value = value.trim_end();
    while let Some(shorter) = ENDS.iter().find_map(|end| value.strip_suffix(end)) {
        value = shorter;
    }
    value.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (Vec<String>, Vec<String>) {
        let found = of_text(text);
        (found.expressions, found.copyrights)
    }

    #[test]
    fn tags_in_any_comment_or_none() {
        for text in [
            "SPDX-License-Identifier: MIT",
            "<!-- SPDX-License-Identifier:MIT -->",
            "x = 1 # SPDX-License-Identifier: MIT",
            "* SPDX-License-Identifier: MIT *",
            "<tag value=\"SPDX-License-Identifier: MIT\"/>",
            "{{!-- SPDX-License-Identifier: MIT --}}",
        ] {
            assert_eq!(one(text).0, ["MIT"], "{text}");
        }
        assert!(one("spdx-license-identifier: MIT").0.is_empty());
        assert!(one("SPDX-License-Identifier : MIT").0.is_empty());
    }

    #[test]
    fn copyright_notices_in_all_recognised_forms() {
        for text in [
            "SPDX-FileCopyrightText: 2020 X",
            "SPDX-SnippetCopyrightText: \u{a9} X",
            "// Copyright 2020 X",
            "Copyright (c) X",
            "Copyright(C) X",
            "\u{a9} X",
        ] {
            assert_eq!(one(text).1.len(), 1, "{text}");
        }
        for text in [
            "copyright 2020 X",
            "COPYRIGHT X",
            "(c) 2020 X",
            "Copyright: X",
            "Copyrighted X",
        ] {
            assert!(one(text).1.is_empty(), "{text}");
        }
    }

    #[test]
    fn one_tag_a_line_and_the_notice_wins() {
        let (expressions, copyrights) = one("Copyright 2020 X SPDX-License-Identifier: MIT\n");
        assert!(expressions.is_empty());
        assert_eq!(copyrights.len(), 1);
    }

    #[test]
    fn ignored_blocks_say_nothing() {
        let text = "a REUSE-IgnoreStart SPDX-License-Identifier: A\nREUSE-IgnoreEnd\nSPDX-License-Identifier: MIT\nREUSE-IgnoreStart\nSPDX-License-Identifier: B\n";
        assert_eq!(one(text).0, ["MIT"]);
        assert_eq!(
            one("REUSE-IgnoreEnd SPDX-License-Identifier: MIT").0,
            ["MIT"]
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_not_read() {
        assert_eq!(
            of_bytes(b"\x7fELF\0 SPDX-License-Identifier: MIT"),
            Extracted::default()
        );
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(
            "SPDX-License-Identifier: MIT"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        );
        assert_eq!(of_bytes(&wide).expressions, ["MIT"]);
        assert_eq!(of_bytes(b"caf\xe9 Copyright 2020 X").copyrights.len(), 1);
    }
}
