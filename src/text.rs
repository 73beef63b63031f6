//! Text as a reader sees it: headings, sections, links, images and prose of Markdown, reStructuredText,
//! AsciiDoc and plain files. Code, comments and markup are not prose. Total on any input.

mod markdown;
mod plain;
pub mod yaml;

/// The markup of a file, by its extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// CommonMark with GitHub's tables.
    Markdown,
    /// reStructuredText: headings, links, images only.
    Rst,
    /// AsciiDoc: headings, links, images only.
    AsciiDoc,
    /// No markup.
    Plain,
}

impl Markup {
    /// From a file name; unknown extensions are plain, none is Markdown's prose subset.
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
    /// Words as shown: emphasis, link targets and tags gone; headings, list items and table cells included.
    pub text: String,
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
    /// Number of lines of the source.
    pub lines: u64,
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
            Markup::Rst => plain::parse_rst(source),
            Markup::AsciiDoc => plain::parse_adoc(source),
            Markup::Plain => plain::parse_plain(source),
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

    /// All prose joined by newlines, for searches that cross lines.
    pub fn words(&self) -> String {
        self.prose
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    }
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
