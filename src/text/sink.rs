// SPDX-License-Identifier: Apache-2.0

//! Where the parsers put what they read: keeps lines, blocks and caps in one place.

use super::{Heading, Link, MAX_HEADINGS, MAX_LINKS, Prose, Text, inline};

/// Stands in the scanned copy of a line for what must not be searched for bare addresses.
const HIDDEN: char = '\u{1}';

/// Collects a [`Text`].
pub(super) struct Sink {
    text: Text,
    /// Line being collected: number, words, and the words in which bare addresses may stand.
    line: u64,
    words: String,
    open: String,
    block: u32,
    comment_block: u32,
    /// A heading being collected: level, first line, words.
    heading: Option<(u8, Option<u64>, String)>,
    /// A link whose text is being collected.
    anchor: Option<Link>,
}

impl Sink {
    /// For a source of so many lines.
    pub(super) fn new(source: &str) -> Self {
        Sink {
            text: Text {
                lines: source.lines().count() as u64,
                ..Text::default()
            },
            line: 0,
            words: String::new(),
            open: String::new(),
            block: 0,
            comment_block: 0,
            heading: None,
            anchor: None,
        }
    }

    fn clamp(&self, line: u64) -> u64 {
        line.clamp(1, self.text.lines.max(1))
    }

    /// Words on a line; bare addresses in them become links.
    pub(super) fn say(&mut self, line: u64, words: &str) {
        self.push(line, words, true);
    }

    /// Words on a line in which no bare address is looked for: link texts, inline code.
    pub(super) fn say_quietly(&mut self, line: u64, words: &str) {
        self.push(line, words, false);
    }

    fn push(&mut self, line: u64, words: &str, open: bool) {
        if words.is_empty() {
            return;
        }
        let line = self.clamp(line);
        if line != self.line {
            self.flush();
            self.line = line;
            if let Some(anchor) = &mut self.anchor {
                anchor.text.push(' ');
            }
        }
        if let Some((_, first, text)) = &mut self.heading {
            if first.is_some_and(|f| f != line) && !text.ends_with(' ') {
                text.push(' ');
            }
            first.get_or_insert(line);
            text.push_str(words);
        }
        self.words.push_str(words);
        if let Some(anchor) = &mut self.anchor {
            anchor.text.push_str(words);
        }
        if open && self.anchor.is_none() {
            self.open.push_str(words);
        } else {
            self.open.push(HIDDEN);
        }
    }

    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        let open = std::mem::take(&mut self.open);
        for (text, target) in inline::bare_links(&open) {
            self.link(Link {
                text,
                target,
                line: self.line,
                image: false,
                leads_to: None,
            });
        }
        let words = words.trim();
        if !words.is_empty() {
            self.text.prose.push(Prose {
                line: self.line,
                text: words.to_owned(),
                block: self.block,
            });
        }
    }

    /// The paragraph, item or row ends.
    pub(super) fn end_block(&mut self) {
        self.flush();
        self.block = self.block.saturating_add(1);
    }

    /// A heading begins; what is said until [`Sink::end_heading`] is its text.
    pub(super) fn start_heading(&mut self, level: u8) {
        self.end_block();
        self.heading = Some((level.max(1), None, String::new()));
    }

    /// The heading ends; `line` is used when nothing was said.
    pub(super) fn end_heading(&mut self, line: u64) {
        if let Some((level, first, text)) = self.heading.take() {
            self.end_block();
            self.record(level, &text, first.unwrap_or(line));
        }
    }

    /// Whether a heading is being collected.
    pub(super) fn in_heading(&self) -> bool {
        self.heading.is_some()
    }

    fn record(&mut self, level: u8, text: &str, line: u64) {
        let text = inline::heading_text(text);
        let line = self.clamp(line);
        if text.is_empty() {
            return;
        }
        if self.text.headings.len() >= MAX_HEADINGS {
            self.text.truncated = true;
            return;
        }
        self.text.headings.push(Heading { level, text, line });
    }

    /// A link or an image.
    pub(super) fn link(&mut self, mut link: Link) {
        if link.target.is_empty() && !link.image {
            return;
        }
        if self.text.links.len() >= MAX_LINKS {
            self.text.truncated = true;
            return;
        }
        link.line = self.clamp(link.line);
        link.text = inline::squeeze(&link.text);
        self.text.links.push(link);
    }

    /// A link begins; what is said until [`Sink::close_link`] is its text. Links do not nest.
    pub(super) fn open_link(&mut self, line: u64, target: &str) {
        self.close_link();
        self.anchor = Some(Link {
            text: String::new(),
            target: target.to_owned(),
            line,
            image: false,
            leads_to: None,
        });
    }

    /// The link ends.
    pub(super) fn close_link(&mut self) {
        if let Some(anchor) = self.anchor.take() {
            self.link(anchor);
        }
    }

    /// The link ends with a text that is not prose: what includes and tables of contents show.
    pub(super) fn close_link_as(&mut self, text: &str) {
        if let Some(anchor) = &mut self.anchor {
            text.clone_into(&mut anchor.text);
        }
        self.close_link();
    }

    /// An image; inside a link it leads where the link leads.
    pub(super) fn image(&mut self, line: u64, alt: &str, source: &str) {
        let leads_to = self.anchor.as_ref().map(|anchor| anchor.target.clone());
        self.link(Link {
            text: alt.to_owned(),
            target: source.to_owned(),
            line,
            image: true,
            leads_to,
        });
    }

    /// A definition that is never used.
    pub(super) fn definition(&mut self, label: &str, target: &str, line: u64) {
        if self.text.definitions.len() >= MAX_LINKS {
            self.text.truncated = true;
            return;
        }
        let line = self.clamp(line);
        self.text.definitions.push(Link {
            text: label.to_owned(),
            target: target.to_owned(),
            line,
            image: false,
            leads_to: None,
        });
    }

    /// A line of code.
    pub(super) fn code(&mut self, line: u64, text: &str) {
        let line = self.clamp(line);
        self.text.code.push(Prose {
            line,
            text: text.trim_end().to_owned(),
            block: self.block,
        });
    }

    /// A comment that begins on `line`; a blank line parts its paragraphs.
    pub(super) fn comment(&mut self, line: u64, text: &str) {
        self.comment_block = self.comment_block.saturating_add(1);
        for (number, words) in (line..).zip(text.lines()) {
            let words = words.trim();
            if words.is_empty() {
                self.comment_block = self.comment_block.saturating_add(1);
                continue;
            }
            let line = self.clamp(number);
            self.text.comments.push(Prose {
                line,
                text: words.to_owned(),
                block: self.comment_block,
            });
        }
    }

    /// The text, in the order of the source.
    pub(super) fn finish(mut self) -> Text {
        self.close_link();
        if self.heading.is_some() {
            let line = self.line;
            self.end_heading(line);
        }
        self.end_block();
        self.text.links.sort_by_key(|link| link.line);
        self.text.definitions.sort_by_key(|link| link.line);
        self.text
    }
}
