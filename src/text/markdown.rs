// SPDX-License-Identifier: Apache-2.0

//! Markdown by pulldown-cmark, with links, images, headings and prose of embedded HTML.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{Text, html::Html, inline::Lines, sink::Sink};

/// CommonMark with GitHub's additions; front matter is skipped.
pub(super) fn parse(source: &str) -> Text {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let parser = Parser::new_ext(source, options);
    let definitions: Vec<_> = parser
        .reference_definitions()
        .iter()
        .map(|(label, def)| (label.to_owned(), def.dest.to_string(), def.span.clone()))
        .collect();
    let mut reader = Reader {
        lines: Lines::new(source),
        sink: Sink::new(source),
        html: Html::default(),
        block: None,
        image: None,
        code: false,
        metadata: false,
        first_cell: true,
        used: HashSet::new(),
    };
    for (event, range) in parser.into_offset_iter() {
        reader.event(event, &range);
    }
    for (label, target, span) in definitions {
        // `[//]: # (words)` is how Markdown spells a comment.
        if target.len() > 1 && !reader.used.contains(&fold(&label)) {
            let line = reader.lines.of(span.start);
            reader.sink.definition(&label, &target, line);
        }
    }
    reader.sink.finish()
}

/// An image being read; alternative text may hold markup, even images.
struct Image {
    source: String,
    alt: String,
    line: u64,
    depth: usize,
}

struct Reader {
    lines: Lines,
    sink: Sink,
    html: Html,
    /// An HTML block being gathered: its first line and its text.
    block: Option<(u64, String)>,
    image: Option<Image>,
    code: bool,
    metadata: bool,
    first_cell: bool,
    used: HashSet<String>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, range: &Range<usize>) {
        let line = self.lines.of(range.start);
        if self.metadata {
            self.metadata = !matches!(event, Event::End(TagEnd::MetadataBlock(_)));
            return;
        }
        if let Some(image) = &mut self.image {
            inside_image(image, &event);
            if image.depth == 0
                && let Some(image) = self.image.take()
            {
                self.sink.image(image.line, &image.alt, &image.source);
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, line),
            Event::End(tag) => self.end(tag, line),
            Event::Text(text) if self.code => {
                for (number, words) in (line..).zip(text.lines()) {
                    self.sink.code(number, words);
                }
            }
            Event::Text(text) => {
                for (number, words) in (line..).zip(text.lines()) {
                    self.sink.say(number, words);
                }
            }
            Event::Code(text) => self.sink.say_quietly(line, &text),
            Event::Html(html) => match &mut self.block {
                Some((_, gathered)) => gathered.push_str(&html),
                None => self.html.scan(&html, line, &mut self.sink),
            },
            Event::InlineHtml(html) => self.html.scan(&html, line, &mut self.sink),
            // A line break parts words that a heading or link joins; the line number does it for prose.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, line: u64) {
        match tag {
            Tag::Link {
                link_type,
                dest_url,
                id,
                ..
            } => {
                self.uses(&id);
                match link_type {
                    LinkType::Email => self.sink.open_link(line, &format!("mailto:{dest_url}")),
                    _ => self.sink.open_link(line, &dest_url),
                }
            }
            Tag::Image { dest_url, id, .. } => {
                self.uses(&id);
                self.image = Some(Image {
                    source: dest_url.into_string(),
                    alt: String::new(),
                    line,
                    depth: 1,
                });
            }
            Tag::Heading { level, .. } => self.sink.start_heading(level as u8),
            Tag::CodeBlock(kind) => {
                self.sink.end_block();
                self.code = !is_admonition(&kind);
            }
            Tag::HtmlBlock => {
                self.sink.end_block();
                self.block = Some((line, String::new()));
            }
            Tag::MetadataBlock(_) => self.metadata = true,
            Tag::TableHead | Tag::TableRow => {
                self.sink.end_block();
                self.first_cell = true;
            }
            Tag::TableCell => {
                if !std::mem::take(&mut self.first_cell) {
                    self.sink.say(line, " | ");
                }
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            _ => self.sink.end_block(),
        }
    }

    fn end(&mut self, tag: TagEnd, line: u64) {
        match tag {
            TagEnd::Link => self.sink.close_link(),
            TagEnd::Heading(_) => self.sink.end_heading(line),
            TagEnd::CodeBlock => {
                self.code = false;
                self.sink.end_block();
            }
            TagEnd::HtmlBlock => {
                if let Some((first, html)) = self.block.take() {
                    self.html.scan(&html, first, &mut self.sink);
                }
                if !self.sink.in_heading() {
                    self.sink.end_block();
                }
            }
            TagEnd::TableCell | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            _ => self.sink.end_block(),
        }
    }

    fn uses(&mut self, label: &str) {
        if !label.is_empty() {
            self.used.insert(fold(label));
        }
    }
}

/// A fence that MyST shows as a box of prose: ```` ```{note} ````.
fn is_admonition(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else {
        return false;
    };
    let name = info
        .trim()
        .strip_prefix('{')
        .and_then(|n| n.split('}').next());
    let boxes = [
        "admonition",
        "attention",
        "caution",
        "danger",
        "error",
        "hint",
        "important",
        "note",
        "seealso",
        "tip",
        "warning",
    ];
    name.is_some_and(|name| boxes.contains(&name))
}

fn fold(label: &str) -> String {
    super::inline::squeeze(label).to_lowercase()
}

fn inside_image(image: &mut Image, event: &Event<'_>) {
    match event {
        Event::Start(Tag::Image { .. }) => image.depth += 1,
        Event::End(TagEnd::Image) => image.depth -= 1,
        Event::Text(text) | Event::Code(text) => image.alt.push_str(text),
        Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Markup, Text};

    fn read(source: &str) -> Text {
        Text::parse(source, Markup::Markdown)
    }

    fn links(text: &Text) -> Vec<(&str, &str, u64, bool, Option<&str>)> {
        text.links
            .iter()
            .map(|l| {
                let leads = l.leads_to.as_deref();
                (l.text.as_str(), l.target.as_str(), l.line, l.image, leads)
            })
            .collect()
    }

    #[test]
    fn links_images_and_definitions_are_told_apart() {
        let text = read(
            "[![alt](i.svg)](to) and [words][ref]\n\n<https://a.example> <m@a.example>\nhttps://b.example.\n\n[ref]: u\n[left]: over\n[//]: # (note)",
        );
        assert_eq!(
            links(&text),
            [
                ("alt", "i.svg", 1, true, Some("to")),
                ("", "to", 1, false, None),
                ("words", "u", 1, false, None),
                ("https://a.example", "https://a.example", 3, false, None),
                ("m@a.example", "mailto:m@a.example", 3, false, None),
                ("https://b.example", "https://b.example", 4, false, None),
            ]
        );
        assert_eq!(text.definitions.len(), 1);
        assert_eq!(text.definitions[0].target, "over");
        assert!(!text.words().contains("alt"));
    }

    #[test]
    fn embedded_html_gives_headings_links_and_images() {
        let text = read(
            "<div align=\"center\">\n  <h1>The <b>Thing</b></h1>\n  <a href=\"x?a=1&amp;b=2\"\n     title=\"t\">\n   <img alt=A src='s.svg'/></a>\n</div>\n\ntext <a href=y>why</a> end\n",
        );
        assert_eq!(text.headings[0].text, "The Thing");
        assert_eq!(text.headings[0].line, 2);
        assert_eq!(
            links(&text),
            [
                ("", "x?a=1&b=2", 3, false, None),
                ("A", "s.svg", 5, true, Some("x?a=1&b=2")),
                ("why", "y", 8, false, None),
            ]
        );
    }

    #[test]
    fn code_and_comments_are_no_prose_and_hold_no_links() {
        let text = read(
            "---\ntitle: x\n---\n\n<!-- sign off\nhttps://c.example -->\nUse `git commit -s`.\n\n```\nhttps://d.example\n```\n\n    https://e.example\n",
        );
        assert!(text.links.is_empty());
        assert_eq!(text.words(), "Use git commit -s.");
        assert_eq!(text.code.len(), 2);
        assert_eq!(text.code[0].line, 10);
        assert_eq!(text.comments[1].text, "https://c.example");
        assert_eq!(text.comments[1].line, 6);
    }

    #[test]
    fn a_table_row_is_one_line_with_bars() {
        let text = read("| Name | Org |\n|---|---|\n| Ada | [X](x) |\n|  | Y |");
        let prose: Vec<_> = text
            .prose
            .iter()
            .map(|p| (p.line, p.text.as_str()))
            .collect();
        assert_eq!(prose, [(1, "Name | Org"), (3, "Ada | X"), (4, "| Y")]);
    }

    #[test]
    fn a_paragraph_joins_wrapped_lines_and_items_stay_apart() {
        let text = read("One\ntwo **three**.\n\n- a\n- b\n  c\n\nTitle\n=====\n");
        let words: Vec<_> = text.paragraphs().into_iter().map(|p| p.text).collect();
        assert_eq!(words, ["One two three.", "a", "b c", "Title"]);
        assert_eq!(text.headings[0].level, 1);
    }
}
