// SPDX-License-Identifier: Apache-2.0

//! Text as a reader sees it: headings, sections, links, images and prose of Markdown, reStructuredText,
//! AsciiDoc and plain files. Code, comments and markup are not prose. Total on any input.
//!
//! Inline code stays in the prose (a `Signed-off-by` in backticks is meant for people); code blocks and
//! comments are kept apart in [`Text::code`] and [`Text::comments`]. Links come from neither.

mod adoc;
mod adoc_inline;
mod html;
mod inline;
mod markdown;
mod plain;
mod rst;
mod rst_inline;
mod sink;
pub mod yaml;

/// Most links (images included) that are kept of one text; more set [`Text::truncated`].
pub const MAX_LINKS: usize = 20_000;
/// Most headings that are kept of one text; more set [`Text::truncated`].
pub const MAX_HEADINGS: usize = 5_000;

/// The markup of a file, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// CommonMark with GitHub's tables.
    Markdown,
    /// reStructuredText.
    Rst,
    /// AsciiDoc.
    AsciiDoc,
    /// No markup.
    Plain,
}

impl Markup {
    /// From a file name; unknown extensions and none are plain.
    pub fn of(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        match lower.rsplit_once('.').map(|(_, ext)| ext) {
            Some("md" | "markdown" | "mdown" | "mkd" | "mdx" | "html" | "htm") => Markup::Markdown,
            Some("rst" | "rest") => Markup::Rst,
            Some("adoc" | "asciidoc" | "asc") => Markup::AsciiDoc,
            _ => Markup::Plain,
        }
    }
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 is the title.
    pub level: u8,
    /// Its words, without markup or emoji shortcodes.
    pub text: String,
    /// Its line, from 1.
    pub line: u64,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Visible words; for an image its alternative text.
    pub text: String,
    /// Where it leads; for an image its source.
    pub target: String,
    /// Its line, from 1.
    pub line: u64,
    /// Whether it is an image.
    pub image: bool,
    /// For an image inside a link: where that link leads.
    pub leads_to: Option<String>,
}

/// A piece of prose on one line of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose {
    /// Its line, from 1.
    pub line: u64,
    /// Words as shown: emphasis, link targets, alternative texts and tags gone; inline code, headings, list
    /// items and table rows (cells parted by ` | `) included.
    pub text: String,
    /// Lines with the same number belong to one paragraph, heading, list item or table row.
    pub block: u32,
}

/// A paragraph, heading, list item or table row, its lines joined by blanks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Words.
    pub text: String,
    /// Where in `text` each source line begins: byte offset and line, ascending.
    starts: Vec<(usize, u64)>,
}

impl Paragraph {
    /// Its first line, from 1.
    pub fn line(&self) -> u64 {
        self.starts.first().map_or(1, |(_, line)| *line)
    }

    /// The source line of a byte of `text`.
    pub fn line_at(&self, offset: usize) -> u64 {
        let after = self.starts.partition_point(|(start, _)| *start <= offset);
        self.starts
            .get(after.saturating_sub(1))
            .map_or(1, |(_, line)| *line)
    }

    /// Its sentences, each with its byte offset in `text`.
    pub fn sentences(&self) -> Vec<(usize, &str)> {
        inline::sentences(&self.text)
    }
}

/// A text, read once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Headings in order.
    pub headings: Vec<Heading>,
    /// Links and images in order, those in raw HTML included; never from code or comments.
    pub links: Vec<Link>,
    /// Visible prose in order, line by line.
    pub prose: Vec<Prose>,
    /// Lines of code blocks and literal blocks, as written.
    pub code: Vec<Prose>,
    /// Words of HTML, rst and AsciiDoc comments: templates of pull requests instruct in them.
    pub comments: Vec<Prose>,
    /// Link definitions that the text never uses; a reader does not see them. `text` is the label.
    pub definitions: Vec<Link>,
    /// Number of lines of the source.
    pub lines: u64,
    /// Whether links or headings beyond [`MAX_LINKS`] or [`MAX_HEADINGS`] were left out.
    pub truncated: bool,
}

/// A heading with everything up to the next heading of its level or above.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    /// The heading.
    pub heading: &'a Heading,
    /// Last line that belongs to it.
    pub end: u64,
    text: &'a Text,
}

impl Text {
    /// Reads `source` as `markup`.
    pub fn parse(source: &str, markup: Markup) -> Self {
        match markup {
            Markup::Markdown => markdown::parse(source),
            Markup::Rst => rst::parse(source),
            Markup::AsciiDoc => adoc::parse(source),
            Markup::Plain => plain::parse(source),
        }
    }

    /// Sections in order of their headings; nested ones are listed too.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        self.headings.iter().enumerate().map(|(i, heading)| {
            let next = self.headings[i + 1..]
                .iter()
                .find(|h| h.level <= heading.level);
            let end = next.map_or(self.lines, |h| h.line.saturating_sub(1));
            Section {
                heading,
                end,
                text: self,
            }
        })
    }

    /// Prose joined to paragraphs, for sentences that wrap over lines.
    pub fn paragraphs(&self) -> Vec<Paragraph> {
        join(&self.prose)
    }

    /// Comments joined to paragraphs.
    pub fn comment_paragraphs(&self) -> Vec<Paragraph> {
        join(&self.comments)
    }

    /// All prose joined by newlines, for searches that cross lines.
    pub fn words(&self) -> String {
        self.prose
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

/// Lines of equal block, joined.
fn join(lines: &[Prose]) -> Vec<Paragraph> {
    lines
        .chunk_by(|a, b| a.block == b.block)
        .map(|chunk| {
            let mut text = String::new();
            let mut starts = Vec::with_capacity(chunk.len());
            for piece in chunk {
                if !text.is_empty() {
                    text.push(' ');
                }
                starts.push((text.len(), piece.line));
                text.push_str(&piece.text);
            }
            Paragraph { text, starts }
        })
        .collect()
}

impl<'a> Section<'a> {
    /// Prose under the heading, the heading itself left out.
    pub fn prose(self) -> impl Iterator<Item = &'a Prose> {
        let (start, end) = (self.heading.line, self.end);
        self.text
            .prose
            .iter()
            .filter(move |p| p.line > start && p.line <= end)
    }

    /// Links under the heading and in it.
    pub fn links(self) -> impl Iterator<Item = &'a Link> {
        let (start, end) = (self.heading.line, self.end);
        self.text
            .links
            .iter()
            .filter(move |l| l.line >= start && l.line <= end)
    }
}

/// Bytes as text: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252; never fails.
pub fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, skip)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(&bytes[skip..])
            .0
            .into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Markup; 4] = [
        Markup::Markdown,
        Markup::Rst,
        Markup::AsciiDoc,
        Markup::Plain,
    ];

    fn sound(source: &str) {
        for markup in ALL {
            let text = Text::parse(source, markup);
            let top = text.lines.max(1);
            let lines = text
                .prose
                .iter()
                .chain(&text.code)
                .chain(&text.comments)
                .map(|p| p.line)
                .chain(text.headings.iter().map(|h| h.line))
                .chain(text.links.iter().chain(&text.definitions).map(|l| l.line));
            for line in lines {
                assert!(
                    (1..=top).contains(&line),
                    "{markup:?}: line {line} of {top}"
                );
            }
            for paragraph in text.paragraphs() {
                for (offset, sentence) in paragraph.sentences() {
                    assert!(paragraph.text[offset..].starts_with(sentence));
                }
            }
            assert!(
                text.sections()
                    .all(|s| s.end <= text.lines.max(s.heading.line))
            );
        }
    }

    /// Pieces that mean something in one markup or another.
    const PIECES: &[&str] = &[
        "[",
        "]",
        "(",
        ")",
        "![",
        "<a href='",
        "<img src=x alt=\"y\">",
        "</a>",
        "<!--",
        "-->",
        "`",
        "``",
        "```\n",
        "\n",
        "\n\n",
        "    ",
        "- ",
        "1. ",
        "# ",
        "== ",
        "====\n",
        "----\n",
        "~~~~\n",
        ".. ",
        ".. image:: x\n   :target: y\n",
        ".. _a: b\n",
        "a_",
        "b__",
        "|x|",
        ":role:`x`",
        "`t <u>`_",
        "::\n\n  c\n",
        "link:a[b]",
        "image::c[d,link=e]",
        "{x}",
        ":x: {x}{x}\n",
        "<<y>>",
        "////\n",
        "++++\n",
        "|===\n",
        "| a | b |\n",
        "|---|---|\n",
        "https://x.example/y",
        "a@b.example",
        "é",
        "\u{1F600}",
        "\0",
        "*",
        "_",
        "\\",
        "&amp;",
        "<",
        "> ",
        "---\n",
        "[^1]",
        "[^1]: n",
        "word",
        " ",
        "<pre>",
        "<h1>",
        "</h1>",
        "<td>",
        "<script>",
        ". A",
        "\r\n",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn any_text_is_read_and_every_line_lies_in_it(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60),
        ) {
            sound(&pieces.concat());
        }

        #[test]
        fn any_characters_are_read(source in "\\PC{0,200}") {
            sound(&source);
        }
    }

    #[test]
    fn hostile_repetition_takes_bounded_time() {
        let started = std::time::Instant::now();
        let pieces = [
            "<a <b",
            "<!-- ",
            "<a \"",
            "[",
            "![",
            "](",
            "> ",
            "- ",
            "* a\n",
            "`",
            "``a ",
            "*a _b ",
            "link:a[",
            "link:",
            "<<",
            "http://a_",
            "a_.",
            "a@",
            "((((",
            ":a",
            "|a",
            "[a]: b\n",
            "[a][",
            "a. B ",
            "&a",
            "<td>",
            "{a",
            "\n.. a::\n",
            "\n .. note::\n",
            "a\n=\n",
            "))))",
            "https://x/)",
            "<https://a",
            "| a ",
            "~~",
            "[^1]",
            "[^1]: ",
        ];
        for piece in pieces {
            let source = piece.repeat((64 << 10) / piece.len());
            for markup in ALL {
                let before = started.elapsed();
                let _ = Text::parse(&source, markup).paragraphs();
                let spent = started.elapsed() - before;
                assert!(spent.as_secs() < 4, "{markup:?} {piece:?} took {spent:?}");
            }
        }
    }

    #[test]
    fn decoding_takes_marks_and_old_encodings() {
        assert_eq!(decode(b"\xef\xbb\xbfa"), "a");
        assert_eq!(decode(b"\xff\xfea\0"), "a");
        assert_eq!(decode(b"caf\xe9"), "caf\u{e9}");
    }
}
