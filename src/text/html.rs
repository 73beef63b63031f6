// SPDX-License-Identifier: Apache-2.0

//! HTML inside other markup: a tolerant scanner of tags that keeps links, images, headings and prose.
//! It builds no tree, refuses nothing, and looks at each byte a bounded number of times.

use super::sink::Sink;

/// Longest tag that is read as one; what goes on longer is text.
const TAG_LIMIT: usize = 16 << 10;
/// Most attributes of a tag that are looked at.
const ATTRIBUTE_LIMIT: usize = 64;

/// What outlives one piece of HTML: elements that hide or change what follows.
#[derive(Default)]
pub(super) struct Html {
    hidden: Vec<String>,
    pre: bool,
    code: bool,
    cells: usize,
}

/// A tag, its name in small letters.
struct Tag<'s> {
    name: String,
    closing: bool,
    attributes: &'s str,
}

impl Html {
    /// Reads `source`, which begins on `line`.
    pub(super) fn scan(&mut self, source: &str, line: u64, sink: &mut Sink) {
        let mut line = line;
        let mut rest = source;
        while !rest.is_empty() {
            let at = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            let (text, tail) = rest.split_at(at);
            self.text(text, line, sink);
            line += newlines(text);
            let used = self.markup(tail, line, sink);
            line += newlines(&tail[..used]);
            rest = &tail[used..];
        }
    }

    /// Handles what begins with `<`; returns how many bytes it took.
    fn markup(&mut self, tail: &str, line: u64, sink: &mut Sink) -> usize {
        if tail.is_empty() {
            return 0;
        }
        if let Some(body) = tail.strip_prefix("<!--") {
            let end = memchr::memmem::find(body.as_bytes(), b"-->").unwrap_or(body.len());
            sink.comment(line, &body[..end]);
            return (4 + end + 3).min(tail.len());
        }
        match tag(tail) {
            Ok((tag, used)) => {
                self.tag(&tag, line, sink);
                used
            }
            // What was searched in vain is not searched again: the scan stays linear.
            Err(vain) => {
                let used = (vain..=tail.len())
                    .find(|at| tail.is_char_boundary(*at))
                    .unwrap_or(tail.len());
                self.text(&tail[..used], line, sink);
                used
            }
        }
    }

    fn text(&mut self, text: &str, line: u64, sink: &mut Sink) {
        if !self.hidden.is_empty() {
            return;
        }
        for (number, words) in (line..).zip(text.split('\n')) {
            let decoded = entities(words);
            if self.pre {
                if !words.trim().is_empty() {
                    sink.code(number, &decoded);
                }
            } else if self.code {
                sink.say_quietly(number, &decoded);
            } else if words.trim().is_empty() {
                // Blanks part words on a line; alone on a line they are layout.
                if !text.contains('\n') {
                    sink.say(number, " ");
                }
            } else {
                sink.say(number, &decoded);
            }
        }
    }

    fn tag(&mut self, tag: &Tag<'_>, line: u64, sink: &mut Sink) {
        let name = tag.name.as_str();
        if matches!(name, "script" | "style" | "svg" | "template") {
            self.hide(tag);
            return;
        }
        if !self.hidden.is_empty() {
            return;
        }
        match (name, tag.closing) {
            ("a", false) => {
                if let Some(target) = attribute(tag.attributes, "href") {
                    sink.open_link(line, target.trim());
                }
            }
            ("a", true) => sink.close_link(),
            ("img", false) => image(tag, line, sink),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6", closing) => {
                sink.end_heading(line);
                if !closing {
                    sink.start_heading(name.as_bytes()[1] - b'0');
                }
            }
            ("pre", closing) => {
                self.pre = !closing;
                sink.end_block();
            }
            ("code" | "tt" | "kbd" | "samp", closing) => self.code = !closing,
            ("td" | "th", false) => {
                if self.cells > 0 {
                    sink.say(line, " | ");
                }
                self.cells += 1;
            }
            ("tr", _) => {
                self.cells = 0;
                sink.end_block();
            }
            ("br", _) => sink.say(line, " "),
            _ if ends_block(name) && !sink.in_heading() => sink.end_block(),
            _ => {}
        }
    }

    fn hide(&mut self, tag: &Tag<'_>) {
        if tag.closing {
            if self.hidden.last().is_some_and(|name| *name == tag.name) {
                self.hidden.pop();
            }
        } else if !tag.attributes.ends_with('/') && self.hidden.len() < 16 {
            self.hidden.push(tag.name.clone());
        }
    }
}

fn image(tag: &Tag<'_>, line: u64, sink: &mut Sink) {
    if let Some(source) = attribute(tag.attributes, "src") {
        let alt = attribute(tag.attributes, "alt").unwrap_or_default();
        sink.image(line, &alt, source.trim());
    }
}

fn ends_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "thead"
            | "tbody"
            | "details"
            | "summary"
            | "blockquote"
            | "section"
            | "article"
            | "center"
            | "header"
            | "footer"
            | "hr"
            | "title"
            | "body"
            | "nav"
    )
}

fn newlines(text: &str) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64
}

/// The tag at the start of `text`, and its length; else how many bytes are text.
fn tag(text: &str) -> Result<(Tag<'_>, usize), usize> {
    let bytes = text.as_bytes();
    let closing = bytes.get(1) == Some(&b'/');
    let from = if closing { 2 } else { 1 };
    let first = bytes.get(from).copied().unwrap_or(b' ');
    let mark = matches!(first, b'!' | b'?');
    if !mark && !first.is_ascii_alphabetic() {
        return Err(1);
    }
    let length = bytes[from..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b':')
        .count();
    let after = from + length;
    let limit = bytes.len().min(after + TAG_LIMIT);
    let end = after + tag_end(&bytes[after..limit]).ok_or(limit)?;
    let tag = Tag {
        name: text[from..after].to_ascii_lowercase(),
        closing,
        attributes: &text[after..end],
    };
    Ok((tag, end + 1))
}

/// Where the `>` of a tag is that stands in no quotes.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            // A quote opens a value only after `=`; an apostrophe elsewhere is a slip.
            (None, b'"' | b'\'') if at > 0 && matches!(bytes[at - 1], b'=' | b' ') => {
                quote = Some(*byte);
            }
            (Some(open), close) if open == *close => quote = None,
            _ => {}
        }
    }
    // An unclosed quote: the first `>` ends the tag, as browsers recover.
    quote.and_then(|_| memchr::memchr(b'>', bytes))
}

/// The value of an attribute, entities decoded.
fn attribute(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    for _ in 0..ATTRIBUTE_LIMIT {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let name = &rest[..end];
        let (value, after) = value(rest[end..].trim_start());
        if name.eq_ignore_ascii_case(wanted) {
            return Some(entities(value));
        }
        // A stray `=` must not stop the loop from moving on.
        rest = if end == 0 && after.len() == rest.len() {
            rest.get(1..).unwrap_or("")
        } else {
            after
        };
    }
    None
}

/// What follows an attribute's name: its value, if `=` comes first, and the rest.
fn value(text: &str) -> (&str, &str) {
    let Some(text) = text.strip_prefix('=') else {
        return ("", text);
    };
    let text = text.trim_start();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

/// Text with the common character references decoded.
pub(super) fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name: String = rest
            .chars()
            .skip(1)
            .take(10)
            .take_while(|c| *c != ';')
            .collect();
        let after = rest.get(name.len() + 1..).unwrap_or("");
        match reference(&name) {
            Some(c) if after.starts_with(';') => {
                out.push(c);
                rest = &after[1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "commat" => '@',
        "period" => '.',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "mdash" => '—',
        "ndash" => '–',
        _ => return None,
    })
}
