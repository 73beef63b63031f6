// SPDX-License-Identifier: Apache-2.0

//! The `SPDX-License-Identifier:` tag and licence notices in the head of a file, as bytes.

use std::sync::LazyLock;

use memchr::memmem::Finder;

static TAG: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"SPDX-License-Identifier:"));

/// Bytes in which a licence notice in words is looked for: it stands at the top or nowhere.
const NOTICE_WINDOW: usize = 8 << 10;

/// A tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// What follows it, without the end of the comment.
    pub(super) value: &'a str,
    /// Where it starts, in bytes.
    pub(super) at: usize,
}

/// The first tag that stands in a comment; a tag in the middle of code or prose speaks of tags.
pub(super) fn first_tag(head: &[u8]) -> Option<Tag<'_>> {
    let mut doubtful = 0;
    for at in TAG.find_iter(head) {
        let start = memchr::memrchr2(b'\n', b'\r', &head[..at]).map_or(0, |i| i + 1);
        if !opens_a_comment(&head[start..at]) {
            doubtful += 1;
            if doubtful > 20 {
                return None;
            }
            continue;
        }
        let rest = &head[at + TAG.needle().len()..];
        let line = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
        let value = std::str::from_utf8(&line[..line.len().min(2_000)]).unwrap_or("\u{fffd}");
        return Some(Tag {
            value: trim_end_marks(value),
            at,
        });
    }
    None
}

/// Whether what stands before a tag on its line is a comment's start, or a copyright notice.
fn opens_a_comment(before: &[u8]) -> bool {
    if before.len() > 300 {
        return false;
    }
    let Ok(before) = std::str::from_utf8(before) else {
        return true;
    };
    let trimmed = before.trim_start_matches('\u{feff}').trim();
    if trimmed.contains("opyright") || trimmed.contains('\u{a9}') {
        return !trimmed.contains(['"', '`']);
    }
    let word = trimmed.trim_matches(|c: char| !c.is_alphanumeric());
    // A quote right before the tag opens a string; one with a blank after it opens a comment of Vim, and `.\"`
    // one of a manual page.
    let quote = before.ends_with('"') && !before.ends_with("\"\"\"") && !before.ends_with("\\\"");
    let quoted = trimmed.ends_with(['\'', '`']) && !is_basic_comment(before) || quote;
    !quoted && (word.is_empty() || ["dnl", "REM", "rem", "comment", "Comment"].contains(&word))
}

/// `' words`: a comment of Visual Basic, when nothing but the mark and a blank stands before the words.
fn is_basic_comment(before: &str) -> bool {
    before.trim_start_matches('\u{feff}').trim_start() == "' "
}

/// Ends of comments that follow a value (reuse 6.2, extract.py).
const ENDS: &[&str] = &[
    "*/", "-->", "--%>", "%>", "#}", "--}}", "}}", "*)", "-}", "=#", "|#", "]]", "\"\"\"", "'''",
    "\">", "\"/>", "] ::", "\")", "@",
];

/// A value without the end of its comment, a frame, and white space.
pub(crate) fn trim_end_marks(value: &str) -> &str {
    let mut value = value.trim();
    loop {
        let before = value;
        for end in ENDS {
            value = value.strip_suffix(end).unwrap_or(value).trim_end();
        }
        value = value.trim_end_matches(['*', '#', ';', '|', '/']).trim_end();
        if value == before {
            return value;
        }
    }
}

/// Which licence a notice in words is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Notice {
    /// The Apache License 2.0.
    Apache,
    /// The MIT licence, or one of its kin.
    Mit,
    /// A BSD licence.
    Bsd,
    /// The GPL, LGPL or AGPL.
    Gnu,
    /// The Mozilla Public License.
    Mozilla,
    /// A licence that stands in another file, or another known one.
    Other,
}

impl Notice {
    /// The licence, where the notice alone says it.
    pub(crate) fn id(self) -> Option<&'static str> {
        match self {
            Notice::Apache => Some("Apache-2.0"),
            Notice::Mozilla => Some("MPL-2.0"),
            Notice::Mit => Some("MIT"),
            Notice::Bsd | Notice::Gnu | Notice::Other => None,
        }
    }
}

/// Words of a notice, in lower case with single blanks, and what they are about. First match wins.
const NOTICES: &[(&str, Notice)] = &[
    ("apache license", Notice::Apache),
    ("apache.org/licenses/license-2.0", Notice::Apache),
    ("licensed under apache", Notice::Apache),
    ("apache-2.0", Notice::Apache),
    ("apache 2.0", Notice::Apache),
    ("mozilla public license", Notice::Mozilla),
    ("general public license", Notice::Gnu),
    ("terms of the gnu", Notice::Gnu),
    ("permission is hereby granted", Notice::Mit),
    ("mit license", Notice::Mit),
    ("mit licence", Notice::Mit),
    ("under the mit", Notice::Mit),
    ("redistribution and use in source", Notice::Bsd),
    ("bsd-style", Notice::Bsd),
    ("bsd license", Notice::Bsd),
    ("bsd-3-clause", Notice::Bsd),
    ("bsd-2-clause", Notice::Bsd),
    ("3-clause bsd", Notice::Bsd),
    ("permission to use, copy, modify", Notice::Other),
    ("eclipse public license", Notice::Other),
    ("boost software license", Notice::Other),
    ("creative commons", Notice::Other),
    ("public domain", Notice::Other),
    ("unlicense", Notice::Other),
    ("isc license", Notice::Other),
    ("gpl", Notice::Gnu),
    ("license that can be found in", Notice::Other),
    ("license which can be found in", Notice::Other),
    ("licensed under the", Notice::Other),
    ("licensed under", Notice::Other),
    ("released under the", Notice::Other),
    ("distributed under the", Notice::Other),
    ("terms of the license", Notice::Other),
    ("for license information", Notice::Other),
    ("for licensing", Notice::Other),
    ("for the license", Notice::Other),
    ("for license", Notice::Other),
    ("see license", Notice::Other),
    ("see the license", Notice::Other),
    ("see copying", Notice::Other),
    ("see the copying", Notice::Other),
    ("license file", Notice::Other),
    ("license:", Notice::Other),
];

/// Parts of words without which no notice is.
static HINTS: LazyLock<[Finder<'static>; 6]> = LazyLock::new(|| {
    [
        b"icens".as_slice(),
        b"ICENS",
        b"icenc",
        b"ermission",
        b"edistribution",
        b"ublic domain",
    ]
    .map(Finder::new)
});

/// A licence notice in words at the head of a file. `scratch` is reused between files.
pub(super) fn notice(head: &[u8], scratch: &mut String) -> Option<Notice> {
    let window = &head[..head.len().min(NOTICE_WINDOW)];
    let first = HINTS.iter().filter_map(|hint| hint.find(window)).min()?;
    // Only what stands near the first hint is read, and only comments: code speaks of licences, too.
    let from = first.saturating_sub(400);
    fold(&window[from..window.len().min(first + 2_000)], scratch);
    NOTICES
        .iter()
        .find(|(words, _)| scratch.contains(words))
        .map(|(_, notice)| *notice)
}

/// Lines that look like comments, in lower case with single blanks and without comment marks.
fn fold(bytes: &[u8], into: &mut String) {
    into.clear();
    let mut block = false;
    let mut rst = false;
    for raw in bytes.split(|b| *b == b'\n') {
        let line = raw.trim_ascii();
        // A comment of reStructuredText is two dots and what is indented below.
        rst = line.starts_with(b"..")
            || rst && (line.is_empty() || raw.starts_with(b" ") || raw.starts_with(b"\t"));
        let opens = [
            b"/*".as_slice(),
            b"<!--",
            b"\"\"\"",
            b"'''",
            b"(*",
            b"{-",
            b"{#",
            b"{{/*",
            b"=begin",
            b"<#",
            b"r\"\"\"",
        ];
        block |= opens.iter().any(|open| line.starts_with(open));
        let marked = line.first().is_some_and(|b| b"#/*;%.-\"!@>|".contains(b))
            || line.starts_with(b"dnl")
            || line.starts_with(b"REM")
            || line.starts_with(b"rem ");
        if marked || block || rst {
            for byte in line.iter().skip_while(|b| b"#/*;%!-.>|\" ".contains(b)) {
                let c = char::from(byte.to_ascii_lowercase());
                if !(c.is_ascii_whitespace() && into.ends_with(' ')) {
                    into.push(if c.is_ascii_whitespace() { ' ' } else { c });
                }
            }
            into.push(' ');
        }
        let closes = [
            b"*/".as_slice(),
            b"-->",
            b"*)",
            b"-}",
            b"#}",
            b"*/}}",
            b"=end",
            b"#>",
        ];
        let quotes = |q: &[u8]| line.ends_with(q) && line.len() > 3;
        if closes.iter().any(|close| line.ends_with(close)) || quotes(b"\"\"\"") || quotes(b"'''") {
            block = false;
        }
    }
}

/// Whether the head of a file holds a copyright notice: the word with a year, a sign or a name behind it.
pub(super) fn has_copyright(head: &[u8]) -> bool {
    static WORD: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| {
        [
            b"Copyright".as_slice(),
            b"COPYRIGHT",
            b"SPDX-FileCopyrightText:",
            "\u{a9}".as_bytes(),
        ]
        .map(Finder::new)
    });
    let window = &head[..head.len().min(16 << 10)];
    WORD.iter().any(|word| {
        word.find_iter(window).take(20).any(|at| {
            let rest = &window[at + word.needle().len()..];
            let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(200)];
            names_a_holder(line)
        })
    })
}

/// Whether what follows the word is a notice, not a sentence about copyright.
fn names_a_holder(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"Text:").unwrap_or(line);
    if !line.first().is_some_and(|b| b" \t:(\xc2".contains(b)) {
        return false;
    }
    let text = String::from_utf8_lossy(line);
    let lower = text.to_lowercase();
    let digits = text.chars().take(40).filter(char::is_ascii_digit).count();
    if digits >= 4 || lower.contains("(c)") || text.contains('\u{a9}') {
        return true;
    }
    let next = text
        .split(|c: char| !c.is_alphanumeric())
        .find(|w| !w.is_empty());
    let named = next.is_some_and(|word| {
        word.starts_with(char::is_uppercase) || word == "the" || word == "contributors"
    });
    named
        && !["notice", "holder", "owner", "statement", "law", "license"]
            .iter()
            .any(|w| lower.trim_start().starts_with(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<&str> {
        first_tag(text.as_bytes()).map(|t| t.value)
    }

    fn words(text: &str) -> Option<Notice> {
        notice(text.as_bytes(), &mut String::new())
    }

    #[test]
    fn tags_in_every_comment_style() {
        for text in [
            "// SPDX-License-Identifier: MIT\n",
            "/* SPDX-License-Identifier: MIT */\n",
            "<!-- SPDX-License-Identifier: MIT -->\r\n",
            "# SPDX-License-Identifier:MIT",
            "{# SPDX-License-Identifier: MIT #}\n",
            ".. SPDX-License-Identifier: MIT\n",
            "dnl SPDX-License-Identifier: MIT\n",
            "\u{feff}; SPDX-License-Identifier: MIT\n",
            " * SPDX-License-Identifier: MIT *\n",
            "SPDX-License-Identifier: MIT\n",
            "// Copyright 2020 X. All rights reserved. SPDX-License-Identifier: MIT\n",
            "\"\"\" SPDX-License-Identifier: MIT\n",
            "{{/* SPDX-License-Identifier: MIT */}}\n",
        ] {
            assert_eq!(value(text), Some("MIT"), "{text:?}");
        }
    }

    #[test]
    fn code_and_prose_about_tags_are_none() {
        for text in [
            "let tag = \"SPDX-License-Identifier: MIT\";\n",
            "files need an `SPDX-License-Identifier: MIT` line\n",
            "if line.startswith('SPDX-License-Identifier:'):\n",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
        assert_eq!(
            value("x = 'SPDX-License-Identifier: A'\n# SPDX-License-Identifier: ISC\n"),
            Some("ISC")
        );
    }

    #[test]
    fn notices_in_words() {
        assert_eq!(
            words("// Licensed under the Apache\n// License, Version 2.0\n"),
            Some(Notice::Apache)
        );
        assert_eq!(
            words("/*\n   Permission is hereby granted, free of charge\n*/\n"),
            Some(Notice::Mit)
        );
        assert_eq!(
            words(
                "// Use of this source code is governed by a BSD-style\n// license that can be found\n"
            ),
            Some(Notice::Bsd)
        );
        assert_eq!(
            words(
                "# This file may be distributed under the terms of the\n# GNU General Public License\n"
            ),
            Some(Notice::Gnu)
        );
        assert_eq!(
            words("// Licensed under the MIT License.\n"),
            Some(Notice::Mit)
        );
        assert_eq!(
            words("fn license() -> String { \"MIT License\".into() }\n"),
            None
        );
        assert_eq!(
            words("..\n      Licensed under the Apache License, Version 2.0\n\nTitle\n"),
            Some(Notice::Apache)
        );
        assert_eq!(
            words("Title\n=====\n\nLicensed under the MIT License\n"),
            None
        );
        assert_eq!(words("// nothing\n"), None);
    }

    #[test]
    fn copyright_notices_and_sentences() {
        for yes in [
            "// Copyright 2020 X",
            "# Copyright (c) X",
            "// Copyright The Example Authors",
            "# SPDX-FileCopyrightText: 2020 X",
            "/* \u{a9} 2020 X */",
            "COPYRIGHT (C) 2020",
        ] {
            assert!(has_copyright(yes.as_bytes()), "{yes}");
        }
        for no in [
            "copyright notice",
            "// See the Copyright notice",
            "fn Copyright()",
            "// Copyright holder",
        ] {
            assert!(!has_copyright(no.as_bytes()), "{no}");
        }
    }
}
