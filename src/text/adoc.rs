// SPDX-License-Identifier: Apache-2.0

//! AsciiDoc, block by block: titles, attributes, delimited blocks, comments, block images, includes.

use std::collections::HashMap;

use super::{Text, adoc_inline, html::Html, sink::Sink};

/// Longest value an attribute may grow to by holding others.
const VALUE_LIMIT: usize = 4 << 10;

/// Reads AsciiDoc.
pub(super) fn parse(source: &str) -> Text {
    let mut reader = Reader {
        lines: source.lines().collect(),
        sink: Sink::new(source),
        attributes: HashMap::new(),
    };
    let mut at = front_matter(&reader.lines);
    while at < reader.lines.len() {
        // Every branch takes at least one line.
        at = reader.block(at).max(at + 1);
    }
    reader.sink.finish()
}

/// Lines of front matter at the top, as site generators want it.
fn front_matter(lines: &[&str]) -> usize {
    if lines.first() != Some(&"---") {
        return 0;
    }
    let close = lines.iter().skip(1).position(|line| *line == "---");
    close.map_or(0, |at| at + 2)
}

struct Reader<'s> {
    lines: Vec<&'s str>,
    sink: Sink,
    attributes: HashMap<String, String>,
}

impl<'s> Reader<'s> {
    fn line(&self, at: usize) -> &'s str {
        self.lines.get(at).map_or("", |line| line.trim_end())
    }

    fn block(&mut self, at: usize) -> usize {
        let line = self.line(at);
        let words = line.trim();
        if words.is_empty() {
            self.sink.end_block();
            return at + 1;
        }
        if let Some(mark) = delimiter(line) {
            return self.delimited(at, mark);
        }
        if line.starts_with("//") && !line.starts_with("///") {
            self.sink.comment(at as u64 + 1, &line[2..]);
            return at + 1;
        }
        if line.starts_with(':')
            && let Some(next) = self.attribute(at)
        {
            return next;
        }
        if let Some(next) = self.title(at).or_else(|| self.underlined(at)) {
            return next;
        }
        if let Some(next) = self.directive(at) {
            return next;
        }
        if line.starts_with(' ') && self.line(at.wrapping_sub(1)).is_empty() && marker(words) == 0 {
            return self.literal(at);
        }
        self.paragraph(at)
    }

    /// `:name: value`, going on after ` \`.
    fn attribute(&mut self, at: usize) -> Option<usize> {
        let (name, value) = self.line(at)[1..].split_once(':')?;
        let plain = name.trim_start_matches('!').trim_end_matches('!');
        let fits = !plain.is_empty()
            && plain
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        if !fits || !(value.is_empty() || value.starts_with(' ')) {
            return None;
        }
        let mut value = value.trim().to_owned();
        let mut end = at + 1;
        while let Some(kept) = value.strip_suffix('\\').map(str::trim_end) {
            value = format!("{kept} {}", self.line(end).trim());
            end += 1;
            if end > at + 16 {
                break;
            }
        }
        let name = plain.to_lowercase();
        if plain.len() == self.line(at)[1..].find(':')? {
            let mut value = adoc_inline::expand(&value, &self.attributes);
            if value.len() > VALUE_LIMIT {
                value.clear();
            }
            self.attributes.insert(name, value);
        } else {
            self.attributes.remove(&name);
        }
        Some(end)
    }

    /// `== Title`, or Markdown's `## Title`, which AsciiDoc takes, too.
    fn title(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let mark = line.chars().next().filter(|c| matches!(c, '=' | '#'))?;
        let level = line.chars().take_while(|c| *c == mark).count();
        let title = line.get(level..)?;
        if level > 6 || !title.starts_with(' ') {
            return None;
        }
        self.heading(level, title.trim(), at);
        Some(at + 1)
    }

    /// A title with a line of its own length below.
    fn underlined(&mut self, at: usize) -> Option<usize> {
        let (title, below) = (self.line(at), self.line(at + 1));
        let mark = below.chars().next()?;
        let level = "=-~^+".find(mark)? + 1;
        let (width, long) = (title.chars().count(), below.len());
        let fits = below.chars().all(|c| c == mark)
            && width.abs_diff(long) <= 1
            && title.chars().any(char::is_alphanumeric)
            && !title.starts_with(['.', '[', ' ']);
        if !fits {
            return None;
        }
        self.heading(level, title, at);
        Some(at + 2)
    }

    fn heading(&mut self, level: usize, title: &str, at: usize) {
        self.sink.start_heading(u8::try_from(level).unwrap_or(6));
        let number = at as u64 + 1;
        adoc_inline::say(title, number, &self.attributes, &mut self.sink);
        self.sink.end_heading(number);
    }

    /// Lines that are markup as a whole: block attributes, conditions, includes, block titles.
    fn directive(&mut self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let number = at as u64 + 1;
        if line.starts_with('[') && line.ends_with(']') {
            self.sink.end_block();
            return Some(at + 1);
        }
        for word in ["ifdef::", "ifndef::", "ifeval::", "endif::", "toc::"] {
            if line.starts_with(word) {
                return Some(at + 1);
            }
        }
        if let Some(rest) = line.strip_prefix("include::") {
            let (path, _) = rest.split_once('[')?;
            let path = adoc_inline::expand(path, &self.attributes);
            self.sink.open_link(number, &path);
            self.sink.close_link_as("include");
            return Some(at + 1);
        }
        let title = line.strip_prefix('.')?;
        if title.starts_with(['.', ' ']) {
            return None;
        }
        self.sink.end_block();
        adoc_inline::say(title, number, &self.attributes, &mut self.sink);
        self.sink.end_block();
        Some(at + 1)
    }

    /// Code, literal text, comments and pass-through run to the same delimiter; other blocks only lose it.
    fn delimited(&mut self, at: usize, mark: &str) -> usize {
        self.sink.end_block();
        let kind = mark.as_bytes().first().copied().unwrap_or(b'=');
        if !matches!(kind, b'-' | b'.' | b'`' | b'/' | b'+') || mark == "--" {
            return at + 1;
        }
        let close = |line: &&str| {
            let line = line.trim_end();
            if kind == b'`' {
                line.starts_with("```")
            } else {
                line == mark
            }
        };
        let end = self.lines[at + 1..]
            .iter()
            .position(close)
            .map_or(self.lines.len(), |length| at + 1 + length);
        let first = at as u64 + 2;
        match kind {
            b'/' => self
                .sink
                .comment(first, &self.lines[at + 1..end].join("\n")),
            b'+' => {
                let text = self.lines[at + 1..end].join("\n");
                Html::default().scan(&text, first, &mut self.sink);
            }
            _ => {
                for (number, line) in (first..).zip(&self.lines[at + 1..end]) {
                    self.sink.code(number, line);
                }
            }
        }
        self.sink.end_block();
        end + 1
    }

    fn literal(&mut self, at: usize) -> usize {
        let mut end = at;
        while !self.line(end).trim().is_empty() {
            self.sink.code(end as u64 + 1, self.line(end));
            end += 1;
        }
        end
    }

    fn paragraph(&mut self, at: usize) -> usize {
        self.sink.end_block();
        let mut end = at + 1;
        while end < self.lines.len() {
            let line = self.line(end);
            let words = line.trim();
            let stop = words.is_empty()
                || words == "+"
                || marker(words) > 0
                || words.starts_with("//")
                || words.starts_with('|')
                || line.starts_with("include::")
                || (line.starts_with('[') && line.ends_with(']'))
                || delimiter(line).is_some();
            if stop {
                break;
            }
            end += 1;
        }
        let mut text = self.lines[at..end]
            .iter()
            .map(|line| line.trim().trim_end_matches(" +"))
            .collect::<Vec<_>>()
            .join("\n");
        if text != "+" {
            let skip = marker(&text).min(text.len());
            text.replace_range(..skip, "");
            if let Some(cells) = text.strip_prefix('|') {
                text = cells.trim_start().to_owned();
            }
            adoc_inline::say(&text, at as u64 + 1, &self.attributes, &mut self.sink);
        }
        self.sink.end_block();
        end
    }
}

/// The delimiter of a block.
fn delimiter(line: &str) -> Option<&str> {
    if line == "--" || line.starts_with("```") || line == "|===" {
        return Some(line);
    }
    let first = line.chars().next()?;
    let block = "-./+=*_".contains(first) && line.len() >= 4 && line.chars().all(|c| c == first);
    block.then_some(line)
}

/// Length of a list marker at the start.
fn marker(words: &str) -> usize {
    let bullets = words
        .chars()
        .take_while(|c| matches!(c, '*' | '.' | '-'))
        .count();
    if (1..=5).contains(&bullets) && words[bullets..].starts_with(' ') {
        return bullets + 1;
    }
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    if (1..=3).contains(&digits) && words[digits..].starts_with(". ") {
        return digits + 2;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::super::{Markup, Text};

    #[test]
    fn titles_links_images_and_attributes_are_read() {
        let text = Text::parse(
            "= Thing image:https://b.example/s.svg[Build,link=\"https://b.example\"]\n:url-chat: https://chat.example\n:docs: {url-chat}/docs\n\n== *Use* it\n\nAsk in {url-chat}[the chat], link:{docs}/a.html[a], mailto:m@x.example[us], https://bare.example or <<CONTRIBUTING.adoc#x,guide>>.\n\ninclude::more.adoc[]\n",
            Markup::AsciiDoc,
        );
        assert_eq!(text.headings[0].text, "Thing");
        assert_eq!(text.headings[1].text, "Use it");
        assert_eq!(text.headings[1].level, 2);
        let found: Vec<_> = text
            .links
            .iter()
            .map(|l| (l.text.as_str(), l.target.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("Build", "https://b.example/s.svg"),
                ("", "https://b.example"),
                ("the chat", "https://chat.example"),
                ("a", "https://chat.example/docs/a.html"),
                ("us", "mailto:m@x.example"),
                ("guide", "CONTRIBUTING.adoc#x"),
                ("https://bare.example", "https://bare.example"),
                ("include", "more.adoc"),
            ]
        );
    }

    #[test]
    fn comments_and_listings_are_no_prose() {
        let text = Text::parse(
            "// hidden https://h.example\n////\nblock\n////\n\n[source,sh]\n----\ncurl https://c.example\n----\n\n literal\n\n.A title\n* one\n* two\n\n|===\n|a |b\n|===\n",
            Markup::AsciiDoc,
        );
        assert!(text.links.is_empty());
        assert_eq!(text.words(), "A title\none\ntwo\na |b");
        assert_eq!(text.comments.len(), 2);
        assert_eq!(text.code.len(), 2);
    }
}
