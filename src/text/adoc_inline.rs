// SPDX-License-Identifier: Apache-2.0

//! AsciiDoc inside a paragraph: link, image and cross-reference macros, attributes, literals, emphasis.

use std::collections::HashMap;

use super::sink::Sink;

/// Longest name of an attribute.
const NAME_LIMIT: usize = 80;
/// Most bytes that attributes may add to a line.
const GROWTH_LIMIT: usize = 4 << 10;

/// Says a paragraph that begins on `line`.
pub(super) fn say(text: &str, line: u64, attributes: &HashMap<String, String>, sink: &mut Sink) {
    for (line, words) in (line..).zip(text.split('\n')) {
        let words = expand(words, attributes);
        let mut writer = Writer {
            sink,
            line,
            plain: String::new(),
            before: ' ',
            barren: usize::MAX,
        };
        let mut rest = words.as_str();
        while let Some(first) = rest.chars().next() {
            let used = writer.step(first, rest).max(first.len_utf8());
            rest = rest.get(used..).unwrap_or("");
        }
        writer.flush();
    }
}

/// `{name}` replaced where the name is known.
pub(super) fn expand(text: &str, attributes: &HashMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name: String = rest[1..]
            .chars()
            .take(NAME_LIMIT)
            .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        let closed = rest[1 + name.len()..].starts_with('}');
        match attributes.get(&name.to_lowercase()) {
            // Many uses of a long value must not fill the memory.
            Some(value) if closed && out.len() < text.len() + GROWTH_LIMIT => {
                out.push_str(value);
                rest = &rest[name.len() + 2..];
            }
            _ => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

struct Writer<'r> {
    sink: &'r mut Sink,
    line: u64,
    plain: String,
    before: char,
    /// A macro was sought in vain up to where so many bytes of the line remain; not sought there again.
    barren: usize,
}

impl Writer<'_> {
    fn step(&mut self, first: char, rest: &str) -> usize {
        let fresh = !self.before.is_alphanumeric();
        let used = match first {
            'l' if fresh => self.link(rest, "link:", ""),
            'm' if fresh => self.link(rest, "mailto:", "mailto:"),
            'x' if fresh => self.link(rest, "xref:", ""),
            'i' if fresh => self.image(rest),
            'h' | 'i' | 'f' if fresh => self.address(rest),
            '<' if rest.starts_with("<<") => self.cross(rest),
            '`' => self.literal(rest),
            '*' | '_' | '#' => self.emphasis(rest, first),
            _ => None,
        };
        let used = used.or_else(|| {
            if first == 'i' && fresh {
                self.address(rest)
            } else {
                None
            }
        });
        if let Some(used) = used {
            self.before = ' ';
            return used;
        }
        self.plain.push(first);
        self.before = first;
        first.len_utf8()
    }

    fn parts<'t>(&mut self, rest: &'t str, prefix: &str) -> Option<(&'t str, &'t str, usize)> {
        if !rest.starts_with(prefix) || self.is_barren(rest) {
            return None;
        }
        match macro_parts(rest, prefix) {
            Ok(parts) => Some(parts),
            Err(vain) => {
                self.barren = rest.len() - vain;
                None
            }
        }
    }

    fn is_barren(&self, rest: &str) -> bool {
        self.barren != usize::MAX && rest.len() > self.barren
    }

    /// Where `end` stands.
    fn until(&mut self, rest: &str, end: &str) -> Option<usize> {
        if self.is_barren(rest) {
            return None;
        }
        let found = rest.find(end);
        if found.is_none() {
            self.barren = 0;
        }
        found
    }

    fn flush(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        self.sink.say(self.line, &plain);
    }

    fn linked(&mut self, text: &str, target: &str) {
        self.flush();
        self.sink.open_link(self.line, target);
        // `link:…[image:…[…]]`: an image inside a link.
        match macro_parts(text, "image:") {
            Ok((source, alt, _)) => self.sink.image(self.line, first_of(alt), source),
            Err(_) => {
                let shown = text.trim_end_matches('^');
                let shown = shown
                    .split(",window=")
                    .next()
                    .unwrap_or(shown)
                    .trim_matches('"');
                let shown = if shown.is_empty() {
                    target.trim_start_matches("mailto:")
                } else {
                    shown
                };
                let shown = shown.replace(['*', '`', '+'], "");
                self.sink.say(self.line, &shown);
            }
        }
        self.sink.close_link();
    }

    /// `link:target[text]` and its kin.
    fn link(&mut self, rest: &str, prefix: &str, scheme: &str) -> Option<usize> {
        let (target, text, used) = self.parts(rest, prefix)?;
        let target = format!("{scheme}{}", target.trim_matches('+'));
        self.linked(text, &target);
        Some(used)
    }

    /// `image:source[alt,options]` and `image::source[…]`.
    fn image(&mut self, rest: &str) -> Option<usize> {
        let (source, options, used) = self
            .parts(rest, "image::")
            .or_else(|| self.parts(rest, "image:"))?;
        self.flush();
        let link = options
            .split(',')
            .find_map(|option| option.trim().strip_prefix("link="));
        if let Some(link) = link {
            self.sink.open_link(self.line, link.trim_matches('"'));
        }
        self.sink.image(self.line, first_of(options), source);
        self.sink.close_link();
        Some(used)
    }

    /// `https://…[text]`; without brackets it stays for the search of bare addresses.
    fn address(&mut self, rest: &str) -> Option<usize> {
        let scheme = ["https://", "http://", "irc://", "ircs://", "ftp://"]
            .into_iter()
            .find(|scheme| rest.starts_with(scheme))?;
        let (target, text, used) = self.parts(rest, scheme)?;
        self.linked(text, &format!("{scheme}{target}"));
        Some(used)
    }

    /// `<<target,text>>`.
    fn cross(&mut self, rest: &str) -> Option<usize> {
        let end = self.until(&rest[2..], ">>")?;
        let body = &rest[2..2 + end];
        let (target, text) = body.split_once(',').unwrap_or((body, body));
        let target = if target.contains(['#', '.', '/']) {
            target.to_owned()
        } else {
            format!("#{target}")
        };
        self.linked(text.trim(), &target);
        Some(end + 4)
    }

    fn literal(&mut self, rest: &str) -> Option<usize> {
        let end = self.until(&rest[1..], "`").filter(|end| *end > 0)?;
        self.flush();
        let text = rest[1..=end].trim_matches('+');
        self.sink.say_quietly(self.line, text);
        Some(end + 2)
    }

    fn emphasis(&mut self, rest: &str, mark: char) -> Option<usize> {
        let marks = rest.chars().take_while(|c| *c == mark).count();
        let after = rest[marks..].chars().next();
        let inner = self.before.is_alphanumeric() && after.is_some_and(char::is_alphanumeric);
        let spaced = self.before.is_whitespace() && after.is_none_or(char::is_whitespace);
        (marks <= 2 && !inner && !spaced).then_some(marks)
    }
}

/// `prefixTARGET[BRACKET]`: target, bracket, length of all; else how far it was sought in vain.
fn macro_parts<'t>(text: &'t str, prefix: &str) -> Result<(&'t str, &'t str, usize), usize> {
    let rest = text.strip_prefix(prefix).ok_or(0_usize)?;
    let stop = rest
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || matches!(c, '[' | '<' | '>'));
    let open = match stop {
        Some((open, '[')) if open > 0 => open,
        Some((at, _)) => return Err(prefix.len() + at),
        None => return Err(text.len()),
    };
    let bracket = &rest[open + 1..];
    let mut depth = 0_usize;
    for (at, byte) in bracket.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 0 => {
                let used = prefix.len() + open + 1 + at + 1;
                return Ok((&rest[..open], &bracket[..at], used));
            }
            b']' => depth -= 1,
            _ => {}
        }
    }
    Err(text.len())
}

/// The first positional attribute of a bracket: the alternative text.
fn first_of(options: &str) -> &str {
    let first = match options.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => options.split(',').next(),
    };
    let first = first.unwrap_or("").trim();
    first
        .strip_prefix("alt=")
        .unwrap_or(if first.contains('=') { "" } else { first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_expand_where_known() {
        let known = HashMap::from([("url-chat".to_owned(), "https://c.example".to_owned())]);
        assert_eq!(
            expand("{url-chat}[x] {none} {", &known),
            "https://c.example[x] {none} {"
        );
    }
}
