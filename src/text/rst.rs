// SPDX-License-Identifier: Apache-2.0

//! reStructuredText, block by block: titles, directives, targets, comments, literal blocks, tables.
//! What docutils would refuse is read as prose.

use std::collections::HashMap;

use super::{Text, html::Html, inline, rst_inline::References, sink::Sink};

/// Reads reStructuredText.
pub(super) fn parse(source: &str) -> Text {
    let lines: Vec<&str> = source.lines().collect();
    let mut reader = Reader {
        references: References::collect(&lines),
        sink: Sink::new(source),
        levels: Vec::new(),
        lines,
    };
    let mut at = 0;
    while at < reader.lines.len() {
        // Every branch takes at least one line.
        at = reader.block(at).max(at + 1);
    }
    reader.references.unused(&mut reader.sink);
    reader.sink.finish()
}

struct Reader<'s> {
    lines: Vec<&'s str>,
    sink: Sink,
    references: References,
    /// Title styles in order of appearance: the character, and whether there is a line above, too.
    levels: Vec<(char, bool)>,
}

impl<'s> Reader<'s> {
    fn line(&self, at: usize) -> &'s str {
        self.lines.get(at).copied().unwrap_or("")
    }

    /// Reads the block that begins at a line; returns the line after it.
    fn block(&mut self, at: usize) -> usize {
        let line = self.line(at);
        let words = line.trim();
        if words.is_empty() {
            self.sink.end_block();
            return at + 1;
        }
        if words == ".." || words.starts_with(".. ") {
            return self.explicit(at);
        }
        if words.starts_with("__ ") || is_border(words) {
            return at + 1;
        }
        if let Some(next) = self.title(at) {
            return next;
        }
        if rule(words).is_some_and(|_| words.len() >= 4) {
            return at + 1;
        }
        if words.starts_with(">>> ") {
            return self.doctest(at);
        }
        if words == "::" {
            return self.literal(at + 1, indent(line));
        }
        if words.len() > 1 && words.starts_with('|') && words.ends_with('|') {
            return self.row(at);
        }
        self.paragraph(at)
    }

    fn title(&mut self, at: usize) -> Option<usize> {
        let (first, second) = (self.line(at), self.line(at + 1));
        if let Some(mark) = rule(first.trim_end()) {
            let title = second.trim();
            let below = rule(self.line(at + 2).trim_end())?;
            if title.is_empty() || below != mark || rule(title).is_some() {
                return None;
            }
            self.heading((mark, true), title, at + 2);
            return Some(at + 3);
        }
        let mark = rule(second.trim_end())?;
        let long = second.trim_end().len();
        let width = first.trim_end().chars().count();
        // docutils takes a short underline as text below four characters and warns above.
        if indent(first) > 0 || (long < width && long < 4) {
            return None;
        }
        self.heading((mark, false), first.trim(), at + 1);
        Some(at + 2)
    }

    fn heading(&mut self, style: (char, bool), title: &str, number: usize) {
        let known = self.levels.iter().position(|s| *s == style);
        let level = known.unwrap_or_else(|| {
            self.levels.push(style);
            self.levels.len() - 1
        });
        let level = u8::try_from(level + 1).unwrap_or(u8::MAX);
        self.sink.start_heading(level);
        self.references.say(title, number as u64, &mut self.sink);
        self.sink.end_heading(number as u64);
    }

    fn doctest(&mut self, at: usize) -> usize {
        let mut at = at;
        while !self.line(at).trim().is_empty() {
            self.sink.code(at as u64 + 1, self.line(at));
            at += 1;
        }
        at
    }

    /// A row of a grid table, or a line of a line block with bars at both ends.
    fn row(&mut self, at: usize) -> usize {
        let words = self.line(at).trim();
        self.sink.end_block();
        let cells = words.trim_matches('|').trim();
        self.references.say(cells, at as u64 + 1, &mut self.sink);
        self.sink.end_block();
        at + 1
    }

    fn paragraph(&mut self, at: usize) -> usize {
        self.sink.end_block();
        let deep = indent(self.line(at));
        let mut end = at + 1;
        while end < self.lines.len() {
            let next = self.line(end);
            let words = next.trim();
            let stop = words.is_empty()
                || marker(words) > 0
                || is_border(words)
                || words.starts_with(".. ")
                || (indent(next) == 0 && rule(self.line(end + 1).trim_end()).is_some());
            if stop {
                break;
            }
            end += 1;
        }
        let mut text = self.lines[at..end]
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join("\n");
        let skip = marker(&text).min(text.len());
        text.replace_range(..skip, "");
        let literal = text.ends_with("::");
        if literal {
            text.pop();
        }
        let text = text.strip_prefix("| ").unwrap_or(&text);
        self.references.say(text, at as u64 + 1, &mut self.sink);
        self.sink.end_block();
        if literal {
            return self.literal(end, deep);
        }
        end
    }

    /// Lines deeper than `deep` are code; returns the first that is not.
    fn literal(&mut self, at: usize, deep: usize) -> usize {
        let end = self.body_end(at, deep);
        for number in at..end {
            if !self.line(number).trim().is_empty() {
                self.sink.code(number as u64 + 1, self.line(number));
            }
        }
        end
    }

    /// Where the lines deeper than `deep` end, blank ones between them included.
    fn body_end(&self, at: usize, deep: usize) -> usize {
        let mut end = at;
        for number in at..self.lines.len() {
            let line = self.line(number);
            if line.trim().is_empty() {
                continue;
            }
            if indent(line) <= deep {
                break;
            }
            end = number + 1;
        }
        end
    }

    /// `.. something`: a target, a directive, a substitution, a footnote, else a comment.
    fn explicit(&mut self, at: usize) -> usize {
        self.sink.end_block();
        let deep = indent(self.line(at));
        let words = self.line(at).trim();
        let body = words.strip_prefix("..").unwrap_or("").trim_start();
        if body.is_empty() && self.line(at + 1).trim().is_empty() {
            return at + 1;
        }
        if body.starts_with('_') {
            return self.body_end(at + 1, deep);
        }
        if let Some(note) = body.strip_prefix('[')
            && let Some((_, text)) = note.split_once(']')
        {
            self.references.say(text, at as u64 + 1, &mut self.sink);
            return at + 1;
        }
        let named = substitution(body).map_or(body, |(_, rest)| rest);
        match directive(named) {
            Some((name, argument)) => self.directive(at, deep, &name, argument),
            None => {
                let end = self.body_end(at + 1, deep);
                let text = std::iter::once(body)
                    .chain(self.lines[at + 1..end].iter().copied())
                    .collect::<Vec<_>>()
                    .join("\n");
                self.sink.comment(at as u64 + 1, &text);
                end
            }
        }
    }

    fn directive(&mut self, at: usize, deep: usize, name: &str, argument: &str) -> usize {
        let number = at as u64 + 1;
        let end = self.body_end(at + 1, deep);
        let (options, body) = self.options(at + 1, end);
        match name {
            "image" | "figure" => {
                self.image(number, argument, &options);
                body
            }
            "include" => {
                self.sink.open_link(number, argument.trim());
                self.sink.close_link_as("include");
                end
            }
            "toctree" => {
                self.toctree(body, end);
                end
            }
            "raw" => {
                if argument.trim().eq_ignore_ascii_case("html") {
                    let text = self.lines[body..end].join("\n");
                    Html::default().scan(&text, body as u64 + 1, &mut self.sink);
                    self.sink.end_block();
                }
                end
            }
            "code" | "code-block" | "sourcecode" | "literalinclude" | "parsed-literal"
            | "highlight" | "math" | "graphviz" | "mermaid" | "prompt" | "productionlist" => {
                self.literal(body, deep);
                end
            }
            "replace" | "unicode" | "date" | "meta" => end,
            _ => {
                if SPEAKING.contains(&name) {
                    self.references.say(argument, number, &mut self.sink);
                }
                body
            }
        }
    }

    /// Options right below a directive, and the line after them.
    fn options(&self, at: usize, end: usize) -> (HashMap<&'s str, &'s str>, usize) {
        let mut options = HashMap::new();
        let mut next = at;
        while next < end {
            let Some((name, value)) = self
                .line(next)
                .trim()
                .strip_prefix(':')
                .and_then(|l| l.split_once(':'))
            else {
                break;
            };
            options.insert(name, value.trim());
            next += 1;
        }
        (options, next)
    }

    fn image(&mut self, number: u64, argument: &str, options: &HashMap<&str, &str>) {
        let alt = options.get("alt").copied().unwrap_or("");
        if let Some(target) = options.get("target") {
            let target = self.references.resolve(target);
            self.sink.open_link(number, &target);
        }
        self.sink.image(number, alt, argument.trim());
        self.sink.close_link();
    }

    fn toctree(&mut self, at: usize, end: usize) {
        for number in at..end {
            let entry = self.line(number).trim();
            if entry.is_empty() {
                continue;
            }
            let (text, target) = match entry.strip_suffix('>').and_then(|e| e.rsplit_once('<')) {
                Some((text, target)) => (text.trim(), target),
                None => (entry, entry),
            };
            self.sink.open_link(number as u64 + 1, target);
            self.sink.close_link_as(text);
        }
    }
}

/// Directives whose argument is prose.
const SPEAKING: &[&str] = &[
    "admonition",
    "attention",
    "caution",
    "centered",
    "danger",
    "deprecated",
    "error",
    "hint",
    "important",
    "note",
    "rubric",
    "seealso",
    "sidebar",
    "tip",
    "topic",
    "versionadded",
    "versionchanged",
    "warning",
];

/// `|name| directive:: …`.
pub(super) fn substitution(body: &str) -> Option<(&str, &str)> {
    let (name, rest) = body.strip_prefix('|')?.split_once('|')?;
    Some((name.trim(), rest.trim_start()))
}

/// `name:: argument`.
pub(super) fn directive(body: &str) -> Option<(String, &str)> {
    let (name, argument) = body.split_once("::")?;
    let fits = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_:+.".contains(c));
    let parted = argument.is_empty() || argument.starts_with(char::is_whitespace);
    (fits && parted).then(|| (name.to_ascii_lowercase(), argument.trim()))
}

/// Blanks before the first word.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The character of a line that is nothing but one punctuation character, twice or more.
fn rule(line: &str) -> Option<char> {
    let first = line.chars().next()?;
    let same = first.is_ascii_punctuation() && line.len() >= 2 && line.chars().all(|c| c == first);
    // `::` opens a literal block and `..` a comment.
    (same && !matches!(line, "::" | "..")).then_some(first)
}

/// A border of a grid or simple table.
fn is_border(words: &str) -> bool {
    let grid =
        words.len() > 2 && words.starts_with('+') && words.chars().all(|c| "+-=".contains(c));
    let simple = words.contains(' ')
        && words.starts_with("==")
        && words.chars().all(|c| c == '=' || c == ' ');
    grid || simple
}

/// Length of a list marker at the start.
fn marker(words: &str) -> usize {
    for mark in ["- ", "* ", "+ ", "• ", "#. "] {
        if words.starts_with(mark) {
            return mark.len();
        }
    }
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    let after = &words[digits..];
    if (1..=3).contains(&digits) && (after.starts_with(". ") || after.starts_with(") ")) {
        return digits + 2;
    }
    0
}

/// Reads words only, for callers that hold a single line.
pub(super) fn normal(name: &str) -> String {
    inline::squeeze(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::{Markup, Text};

    fn read(source: &str) -> Text {
        Text::parse(source, Markup::Rst)
    }

    fn links(text: &Text) -> Vec<(&str, &str, u64)> {
        text.links
            .iter()
            .map(|l| (l.text.as_str(), l.target.as_str(), l.line))
            .collect()
    }

    #[test]
    fn titles_by_style_in_order_of_appearance() {
        let text = read(
            "=====\nThing\n=====\n\nUse\n---\n\nMore\n~~~~\n\nEnd\n---\n\n===== =====\na     b\n===== =====\n",
        );
        let found: Vec<_> = text
            .headings
            .iter()
            .map(|h| (h.level, h.text.as_str(), h.line))
            .collect();
        assert_eq!(
            found,
            [
                (1, "Thing", 2),
                (2, "Use", 5),
                (3, "More", 8),
                (2, "End", 11)
            ]
        );
    }

    #[test]
    fn references_of_all_kinds_become_links() {
        let text = read(
            "See `the\nguide <https://g.example>`_, `named one`_, word_, `that`__ and :doc:`page <dir/p>`.\nhttps://bare.example.\n\n.. _named one: https://n.example\n.. _word:\n   https://w.example\n.. _left: https://l.example\n__ https://anon.example\n",
        );
        assert_eq!(
            links(&text),
            [
                ("the guide", "https://g.example", 1),
                ("named one", "https://n.example", 2),
                ("word", "https://w.example", 2),
                ("that", "https://anon.example", 2),
                ("page", "dir/p", 2),
                ("https://bare.example", "https://bare.example", 3),
            ]
        );
        assert_eq!(text.definitions[0].text, "left");
        assert_eq!(
            text.paragraphs()[0].text,
            "See the guide, named one, word, that and page. https://bare.example."
        );
    }

    #[test]
    fn images_with_targets_comments_includes_and_literals() {
        let text = read(
            ".. SPDX-License-Identifier: X\n\n.. image:: b.svg\n   :target: https://t.example\n   :alt: words\n\n..\n   .. image:: hidden.svg\n\n.. |s| image:: s.svg\n\nRun ``make`` like this::\n\n   make https://x.example\n\n.. code-block:: sh\n\n   ls\n\n.. include:: docs/x.rst\n\n.. note:: Mind *this*.\n",
        );
        let images: Vec<_> = text.links.iter().filter(|l| l.image).collect();
        assert_eq!(images.len(), 2);
        assert_eq!(images[0].leads_to.as_deref(), Some("https://t.example"));
        assert_eq!(images[0].text, "words");
        assert_eq!(
            text.links.last().map(|l| l.target.as_str()),
            Some("docs/x.rst")
        );
        assert_eq!(text.code.len(), 2);
        assert_eq!(text.words(), "Run make like this:\nMind this.");
        assert!(text.comments.iter().any(|c| c.text.contains("hidden.svg")));
    }
}
