// SPDX-License-Identifier: Apache-2.0

//! Licence tags and copyright notices of one text, as REUSE 3.3 reads them: in any comment or none.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

const TAG: &str = "SPDX-License-Identifier:";
const START: &str = "REUSE-IgnoreStart";
const END: &str = "REUSE-IgnoreEnd";

/// What a text says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extracted {
    /// Values of tags, in order, each once.
    pub(crate) expressions: Vec<String>,
    /// Line of each of them, from 1.
    pub(crate) lines: Vec<u64>,
    /// Copyright notices, in order, each once.
    pub(crate) copyrights: Vec<String>,
}

/// Reads the bytes of a file; nothing from one that is no text.
pub(crate) fn of_bytes(bytes: &[u8]) -> Extracted {
    if is_binary(bytes) {
        return Extracted::default();
    }
    if has_mark(bytes) || is_wide(bytes) {
        let text = decoded(bytes);
        // The mark of the encoding is no part of the first line.
        return of_text(text.strip_prefix('\u{feff}').unwrap_or(&text));
    }
    Extracted::default()
}

/// Whether anything that may be a tag or a notice is there: most files end here.
fn has_mark(bytes: &[u8]) -> bool {
    static MARKS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| [b"SPDX-".as_slice(), b"Copyright", b"\xa9"].map(Finder::new));
    MARKS.iter().any(|mark| mark.find(bytes).is_some())
}

/// Whether a byte order mark of UTF-16 or UTF-32 stands in front.
fn is_wide(bytes: &[u8]) -> bool {
    let marks = [b"\xff\xfe".as_slice(), b"\xfe\xff", b"\0\0\xfe\xff"];
    marks.iter().any(|mark| bytes.starts_with(mark))
}

/// The text in whatever encoding its first bytes tell; UTF-8 is not copied.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let units = |read: fn([u8; 4]) -> u32| -> Cow<'_, str> {
        let (units, _) = bytes.as_chunks::<4>();
        let char_of = |unit: &[u8; 4]| char::from_u32(read(*unit)).unwrap_or('\u{fffd}');
        units.iter().map(char_of).collect::<String>().into()
    };
    if bytes.starts_with(b"\xff\xfe\0\0") {
        return units(u32::from_le_bytes);
    }
    if bytes.starts_with(b"\0\0\xfe\xff") {
        return units(u32::from_be_bytes);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(crate::text::decode(bytes)),
    }
}

/// Whether the first two kilobytes are no text (spec: files that are not text need a neighbour).
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(2_048)];
    let control = |b: &u8| matches!(b, 0..=6 | 0x0E..=0x1A | 0x1C..=0x1F);
    !is_wide(head) && head.iter().any(control)
}

/// Reads a text.
pub(crate) fn of_text(text: &str) -> Extracted {
    let mut found = Extracted::default();
    let kept = Kept::of(text);
    let bytes = kept.text.as_bytes();
    let mut lines = Lines::of(&kept);
    let mut marks = Marks::of(&kept.text);
    let mut from = 0;
    while let Some(at) = marks.after(from) {
        let start = memchr::memrchr2(b'\n', b'\r', &bytes[..at]).map_or(0, |i| i + 1);
        let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |i| at + i);
        of_line(&kept.text[start..end], start, &mut lines, &mut found);
        from = end;
    }
    found
}

/// Places that may be a tag or a notice, in rising order. Each kind is searched over the text once.
struct Marks<'t> {
    text: &'t [u8],
    next: [Option<usize>; 3],
}

impl<'t> Marks<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.as_bytes();
        Marks {
            text,
            next: std::array::from_fn(|kind| FINDERS[kind].find(text)),
        }
    }

    /// The first place at or after `from`.
    fn after(&mut self, from: usize) -> Option<usize> {
        for (kind, next) in self.next.iter_mut().enumerate() {
            if next.is_some_and(|at| at < from) {
                *next = FINDERS[kind].find(&self.text[from..]).map(|at| from + at);
            }
        }
        self.next.iter().flatten().min().copied()
    }
}

static FINDERS: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| [b"SPDX-".as_slice(), b"Copyright", "\u{a9}".as_bytes()].map(Finder::new));

/// A text without its ignore blocks, and how many lines were taken out where.
struct Kept<'t> {
    text: Cow<'t, str>,
    /// Place in the kept text, and lines taken out there.
    cuts: Vec<(usize, u64)>,
}

impl<'t> Kept<'t> {
    /// An open block hides the rest.
    fn of(text: &'t str) -> Self {
        let mut cuts = Vec::new();
        if !text.contains(START) {
            return Kept {
                text: Cow::Borrowed(text),
                cuts,
            };
        }
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(START) {
            kept.push_str(&rest[..start]);
            let hidden = &rest[start + START.len()..];
            let Some(end) = hidden.find(END) else {
                return Kept {
                    text: Cow::Owned(kept),
                    cuts,
                };
            };
            cuts.push((kept.len(), line_ends(&hidden.as_bytes()[..end])));
            rest = &hidden[end + END.len()..];
        }
        kept.push_str(rest);
        Kept {
            text: Cow::Owned(kept),
            cuts,
        }
    }
}

/// Line numbers of places that are asked for in rising order.
struct Lines<'k> {
    kept: &'k Kept<'k>,
    at: usize,
    line: u64,
    cut: usize,
}

impl<'k> Lines<'k> {
    fn of(kept: &'k Kept<'k>) -> Self {
        Lines {
            kept,
            at: 0,
            line: 1,
            cut: 0,
        }
    }

    fn number(&mut self, at: usize) -> u64 {
        self.line += line_ends(&self.kept.text.as_bytes()[self.at..at]);
        self.at = at;
        while let Some((_, lines)) = self.kept.cuts.get(self.cut).filter(|(cut, _)| *cut <= at) {
            self.line += lines;
            self.cut += 1;
        }
        self.line
    }
}

/// Line ends: LF, CRLF, CR.
fn line_ends(bytes: &[u8]) -> u64 {
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    ends.filter(|at| !(bytes[*at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')))
        .count() as u64
}

/// One line holds one tag; a copyright notice is looked for first.
fn of_line(line: &str, start: usize, lines: &mut Lines<'_>, found: &mut Extracted) {
    let Some(mark) = first_mark(line) else {
        return;
    };
    // A frame around the comment mirrors what stands before the tag.
    let mirror: String = line[..mark].trim().chars().rev().collect();
    let line = line.strip_suffix(mirror.as_str()).unwrap_or(line);
    if let Some(at) = notice_start(line) {
        let value = trim_ends(&line[at..]);
        if !found.copyrights.iter().any(|known| known == value) {
            found.copyrights.push(value.to_owned());
        }
    } else if let Some(at) = line.find(TAG) {
        let value = trim_ends(line[at + TAG.len()..].trim_start());
        if !found.expressions.iter().any(|known| known == value) {
            found.expressions.push(value.to_owned());
            found.lines.push(lines.number(start + at));
        }
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

/// Ends of comments.
const ENDS: &[&str] = &[
    "*/", "-->", "--%>", "#}", "--}}", "*)", "*#", "=#", ":)", "'/", "-/", "}",
];

/// A value without the ends of comments: a run of them without blanks, as the tool trims it.
fn trim_ends(value: &str) -> &str {
    let mut value = value.trim_end();
    loop {
        let plain = ENDS.iter().find_map(|end| value.strip_suffix(end));
        match plain.or_else(|| without_markup(value)) {
            Some(shorter) => value = shorter,
            None => return value.trim(),
        }
    }
}

/// Without the end of a markup's tag (`">`, `' />`) or of a directive (`] ::`).
fn without_markup(value: &str) -> Option<&str> {
    if let Some(inside) = value.strip_suffix('>') {
        return inside
            .trim_end_matches('/')
            .trim_end()
            .strip_suffix(['"', '\'']);
    }
    value.strip_suffix("::")?.trim_end().strip_suffix(']')
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
            "<tag value='SPDX-License-Identifier: MIT' />",
            "[SPDX-License-Identifier: MIT] ::",
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
    fn lines_are_counted_over_all_line_ends_and_ignored_blocks() {
        let text = "a\r\nb\rc REUSE-IgnoreStart\nx\nREUSE-IgnoreEnd\nSPDX-License-Identifier: MIT\nCopyright X\nSPDX-License-Identifier: ISC";
        assert_eq!(of_text(text).lines, [6, 8]);
    }

    #[test]
    fn wide_encodings_are_read_by_their_mark() {
        let text = "\u{feff}SPDX-License-Identifier: MIT\n";
        let little: Vec<u8> = text
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect();
        let big: Vec<u8> = text
            .chars()
            .flat_map(|c| (c as u32).to_be_bytes())
            .collect();
        for bytes in [little, big] {
            assert_eq!(of_bytes(&bytes).expressions, ["MIT"]);
        }
        let framed = "\u{feff}# SPDX-License-Identifier: ISC #\n";
        assert_eq!(of_bytes(framed.as_bytes()).expressions, ["ISC"]);
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
