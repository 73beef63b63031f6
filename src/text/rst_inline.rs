// SPDX-License-Identifier: Apache-2.0

//! reStructuredText inside a paragraph: references of all kinds, substitutions, literals, emphasis.

use std::collections::{HashMap, HashSet};

use super::{
    rst::{directive, indent, normal, substitution},
    sink::Sink,
};

/// Longest name of a role or substitution that is looked for.
const NAME_LIMIT: usize = 80;
/// Most steps from a target that names another target.
const HOPS: usize = 8;

/// Targets and substitutions of a text.
pub(super) struct References {
    named: HashMap<String, (String, u64)>,
    anonymous: Vec<String>,
    next: usize,
    replaced: HashMap<String, String>,
    used: HashSet<String>,
}

impl References {
    /// Collects the definitions of all lines.
    pub(super) fn collect(lines: &[&str]) -> Self {
        let mut references = References {
            named: HashMap::new(),
            anonymous: Vec::new(),
            next: 0,
            replaced: HashMap::new(),
            used: HashSet::new(),
        };
        for (at, line) in lines.iter().enumerate() {
            let words = line.trim();
            if let Some(url) = words.strip_prefix("__ ") {
                references.anonymous.push(url.trim().to_owned());
            }
            let Some(body) = words.strip_prefix(".. ").map(str::trim_start) else {
                continue;
            };
            if let Some(target) = body.strip_prefix('_') {
                references.target(target, lines, at);
            } else if let Some((name, rest)) = substitution(body)
                && let Some((kind, text)) = directive(rest)
            {
                let text = if kind == "replace" { text } else { "" };
                references.replaced.insert(normal(name), text.to_owned());
            }
        }
        references
    }

    fn target(&mut self, target: &str, lines: &[&str], at: usize) {
        let (name, url) = match target.strip_prefix('`').and_then(|t| t.split_once("`:")) {
            Some(quoted) => quoted,
            None => match split_target(target) {
                Some(parts) => parts,
                None => return,
            },
        };
        let mut url = url.trim().to_owned();
        // An address may go on, or begin, on deeper lines.
        let deep = lines.get(at).map_or(0, |line| indent(line));
        for next in lines.iter().skip(at + 1).take(8) {
            if next.trim().is_empty() || indent(next) <= deep {
                break;
            }
            url.push_str(next.trim());
        }
        if name == "_" {
            self.anonymous.push(url);
        } else if !url.is_empty() {
            self.named.insert(normal(name), (url, at as u64 + 1));
        }
    }

    /// Where a target leads that may be the name of another one (`name_`).
    pub(super) fn resolve(&mut self, target: &str) -> String {
        let mut target = target.trim().to_owned();
        for _ in 0..HOPS {
            let Some(name) = target.strip_suffix('_') else {
                break;
            };
            let name = normal(name.trim_matches('`'));
            let Some((next, _)) = self.named.get(&name) else {
                break;
            };
            target = next.clone();
            self.used.insert(name);
        }
        target
    }

    fn lookup(&mut self, name: &str) -> Option<String> {
        let name = normal(name);
        let (url, _) = self.named.get(&name)?;
        let url = url.clone();
        self.used.insert(name);
        Some(self.resolve(&url))
    }

    /// Hands over the definitions that nothing referred to.
    pub(super) fn unused(&self, sink: &mut Sink) {
        for (name, (url, line)) in &self.named {
            if !self.used.contains(name) {
                sink.definition(name, url, *line);
            }
        }
    }

    /// Says a paragraph that begins on `line`.
    pub(super) fn say(&mut self, text: &str, line: u64, sink: &mut Sink) {
        let mut writer = Writer {
            references: self,
            sink,
            line,
            plain: String::new(),
            before: ' ',
        };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let used = writer.step(first, rest).max(first.len_utf8());
            rest = rest.get(used..).unwrap_or("");
        }
        writer.flush();
    }
}

/// `name: url`; a colon inside the name is escaped.
fn split_target(target: &str) -> Option<(&str, &str)> {
    if let Some(name) = target.strip_suffix(':') {
        return Some((name, ""));
    }
    target.split_once(": ").or_else(|| target.split_once(":\t"))
}

struct Writer<'r> {
    references: &'r mut References,
    sink: &'r mut Sink,
    line: u64,
    plain: String,
    before: char,
}

impl Writer<'_> {
    /// Handles what `rest` begins with; returns how many bytes it took.
    fn step(&mut self, first: char, rest: &str) -> usize {
        let used = match first {
            '`' if rest.starts_with("``") => self.literal(rest),
            '`' => self.phrase(rest, None),
            ':' => self.role(rest),
            '|' => self.substitute(rest),
            '_' => self.reference(rest),
            '*' => self.emphasis(rest),
            '\\' => Some(self.escape(rest)),
            _ => None,
        };
        if let Some(used) = used {
            self.before = ' ';
            return used;
        }
        if first == '\n' {
            self.flush();
            self.line += 1;
        } else {
            self.plain.push(first);
        }
        self.before = first;
        first.len_utf8()
    }

    fn flush(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        self.sink.say(self.line, &plain);
    }

    fn shown(&mut self, text: &str, quietly: bool) {
        self.flush();
        let mut pieces = text.split('\n').peekable();
        while let Some(piece) = pieces.next() {
            if quietly {
                self.sink.say_quietly(self.line, piece);
            } else {
                self.sink.say(self.line, piece);
            }
            if pieces.peek().is_some() {
                self.line += 1;
            }
        }
    }

    fn linked(&mut self, text: &str, target: &str) {
        self.flush();
        self.sink.open_link(self.line, target);
        self.shown(text, false);
        self.sink.close_link();
    }

    fn literal(&mut self, rest: &str) -> Option<usize> {
        let (text, _) = rest[2..].split_once("``")?;
        if text.is_empty() {
            return None;
        }
        self.shown(text, true);
        Some(text.len() + 4)
    }

    /// `` `text <url>`_ ``, `` `text`_ ``, `` `text`__ ``, `` `text` ``.
    fn phrase(&mut self, rest: &str, role: Option<&str>) -> Option<usize> {
        let (content, after) = rest[1..].split_once('`')?;
        if content.is_empty() || content.starts_with(char::is_whitespace) {
            return None;
        }
        let marks = after.bytes().take_while(|b| *b == b'_').count().min(2);
        let used = content.len() + 2 + if role.is_some() { 0 } else { marks };
        let embedded = content
            .trim_end()
            .strip_suffix('>')
            .and_then(|c| c.rsplit_once('<'));
        match (role, embedded) {
            (Some(role), _) => self.interpreted(role, content, embedded),
            (None, Some((text, url))) if marks > 0 => {
                let url: String = url.split_whitespace().collect();
                let url = self.references.resolve(&url);
                let text = if text.trim().is_empty() {
                    url.clone()
                } else {
                    text.trim_end().to_owned()
                };
                self.linked(&text, &url);
            }
            (None, _) if marks == 2 => self.anonymous(content),
            (None, _) if marks == 1 => match self.references.lookup(content) {
                Some(url) => self.linked(content, &url),
                None => self.shown(content, false),
            },
            _ => self.shown(content, false),
        }
        // Lines of an address between the brackets are passed over, too.
        let passed = rest[..used].matches('\n').count() as u64;
        let said = embedded.map_or(passed, |(text, _)| {
            if marks > 0 || role.is_some() {
                text.trim_end().matches('\n').count() as u64
            } else {
                passed
            }
        });
        self.line += passed.saturating_sub(said);
        Some(used)
    }

    fn anonymous(&mut self, content: &str) {
        let index = self.references.next;
        self.references.next += 1;
        match self.references.anonymous.get(index).cloned() {
            Some(url) => {
                let url = self.references.resolve(&url);
                self.linked(content, &url);
            }
            None => self.shown(content, false),
        }
    }

    fn interpreted(&mut self, role: &str, content: &str, embedded: Option<(&str, &str)>) {
        let (text, target) = match embedded {
            Some((text, target)) => (text.trim_end(), target),
            None => (content, content),
        };
        match role {
            "doc" | "download" => self.linked(text, target),
            "code" | "literal" | "file" | "command" | "option" | "samp" | "kbd" => {
                self.shown(text, true)
            }
            _ => self.shown(text, false),
        }
    }

    /// `` :role:`text` ``.
    fn role(&mut self, rest: &str) -> Option<usize> {
        if self.before.is_alphanumeric() {
            return None;
        }
        let window: String = rest
            .chars()
            .skip(1)
            .take(NAME_LIMIT)
            .take_while(|c| *c != '`')
            .collect();
        let name = window.strip_suffix(':')?;
        let fits = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ":-+._".contains(c));
        let tail = rest.get(window.len() + 1..)?;
        if !fits || !tail.starts_with('`') {
            return None;
        }
        let role = name.rsplit(':').next().unwrap_or(name);
        Some(window.len() + 1 + self.phrase(tail, Some(role))?)
    }

    fn substitute(&mut self, rest: &str) -> Option<usize> {
        let name: String = rest
            .chars()
            .skip(1)
            .take(NAME_LIMIT)
            .take_while(|c| *c != '|')
            .collect();
        if name.is_empty() || name.starts_with(' ') || !rest[1 + name.len()..].starts_with('|') {
            return None;
        }
        let text = self.references.replaced.get(&normal(&name))?.clone();
        self.plain.push_str(&text);
        let after = &rest[name.len() + 2..];
        Some(name.len() + 2 + after.bytes().take_while(|b| *b == b'_').count().min(2))
    }

    /// `word_` and `word__`.
    fn reference(&mut self, rest: &str) -> Option<usize> {
        let marks = rest.bytes().take_while(|b| *b == b'_').count();
        let after = rest[marks..].chars().next();
        if marks > 2 || !self.before.is_alphanumeric() || after.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let mut start = self.plain.len();
        for c in self.plain.chars().rev().take(NAME_LIMIT) {
            if !(c.is_alphanumeric() || "-_.+:".contains(c)) {
                break;
            }
            start -= c.len_utf8();
        }
        let word = self.plain[start..].to_owned();
        if marks == 2 {
            self.plain.truncate(start);
            self.anonymous(&word);
            return Some(marks);
        }
        let url = self.references.lookup(&word)?;
        self.plain.truncate(start);
        self.linked(&word, &url);
        Some(marks)
    }

    fn emphasis(&mut self, rest: &str) -> Option<usize> {
        let marks = rest.bytes().take_while(|b| *b == b'*').count();
        let after = rest[marks..].chars().next();
        let spaced = self.before.is_whitespace() && after.is_none_or(char::is_whitespace);
        (marks <= 2 && !spaced).then_some(marks)
    }

    /// A backslash shows the next character as it is; an escaped blank vanishes.
    fn escape(&mut self, rest: &str) -> usize {
        match rest.chars().nth(1) {
            Some(next) if next.is_whitespace() && next != '\n' => 1 + next.len_utf8(),
            Some(next) if next != '\n' => {
                self.plain.push(next);
                1 + next.len_utf8()
            }
            _ => 1,
        }
    }
}
