// SPDX-License-Identifier: Apache-2.0

//! Where block-style YAML keys and items stand, and how deep the text nests. A scan of the source line by
//! line, run before the parser: it finds lines the parser forgets and refuses nesting that makes it slow.
//! It never decides what a document means; where it is mistaken, only a line number is.

use std::collections::HashMap;

use super::{DEPTH_LIMIT, YamlError};

/// Where a path stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Line, from 1.
    pub(super) line: u64,
    /// Whether a literal block begins there.
    pub(super) literal: bool,
}

/// Places by path; see [`push`].
pub(super) type Places = HashMap<String, Place>;

/// Extends a path by a key or an index.
pub(super) fn push(path: &mut String, part: &str) {
    path.push('\u{1f}');
    path.push_str(part);
}

/// A key or item that is still open, and the length of the path before it.
struct Open {
    column: usize,
    item: Option<usize>,
    before: usize,
}

/// The scan's state.
struct Scan {
    places: Places,
    path: String,
    open: Vec<Open>,
    document: usize,
    started: bool,
    /// Column that the lines of the present block scalar exceed.
    block: Option<usize>,
    flow: usize,
    quote: Option<char>,
}

/// Finds the places of `text`.
///
/// # Errors
/// When it nests deeper than [`DEPTH_LIMIT`].
pub(super) fn scan(text: &str) -> Result<Places, YamlError> {
    let mut scan = Scan {
        places: Places::new(),
        path: "0".to_owned(),
        open: Vec::new(),
        document: 0,
        started: false,
        block: None,
        flow: 0,
        quote: None,
    };
    for (index, line) in text.lines().enumerate() {
        let number = index as u64 + 1;
        scan.line(line, number);
        if scan.open.len() + scan.flow > DEPTH_LIMIT {
            return Err(YamlError::TooDeep { line: number });
        }
    }
    Ok(scan.places)
}

impl Scan {
    fn line(&mut self, line: &str, number: u64) {
        let content = line.trim_start();
        let column = line.len() - content.len();
        if content.is_empty() {
            return;
        }
        if let Some(block) = self.block {
            if column > block {
                return;
            }
            self.block = None;
        }
        if self.flow > 0 {
            self.flow(content);
            return;
        }
        if column == 0 && (content == "---" || content.starts_with("--- ")) {
            self.next_document();
            self.node(content.get(4..).unwrap_or_default(), 4, number);
            return;
        }
        if content.starts_with('#') || (column == 0 && content.starts_with(['%', '.'])) {
            return;
        }
        self.started = true;
        self.node(content, column, number);
    }

    fn next_document(&mut self) {
        if self.started {
            self.document += 1;
        }
        self.started = true;
        self.open.clear();
        self.path = self.document.to_string();
    }

    /// Dashes, then a key, then what its value begins with.
    fn node(&mut self, content: &str, column: usize, number: u64) {
        let (mut rest, mut column) = (content, column);
        let mut parent = column.saturating_sub(1);
        while let Some(after) = dash(rest) {
            self.item(column, number);
            parent = column;
            let trimmed = after.trim_start();
            column += rest.len() - trimmed.len();
            rest = trimmed;
            // Compact nesting is what makes a parser slow: stop early.
            if self.open.len() > DEPTH_LIMIT {
                return;
            }
        }
        let value = match key(rest) {
            Some((name, value)) => {
                self.close(column, true);
                self.enter(column, None, name, number);
                parent = column;
                value
            }
            None => rest,
        };
        let value = properties(value);
        if value.starts_with(['[', '{']) {
            self.quote = None;
            self.flow(value);
        } else if is_block(value) {
            self.block = Some(parent);
            if let Some(place) = self.places.get_mut(self.path.as_str()) {
                place.literal = value.starts_with('|');
            }
        }
    }

    fn item(&mut self, column: usize, number: u64) {
        let index = self.close(column, false);
        self.enter(column, Some(index), &index.to_string(), number);
    }

    fn enter(&mut self, column: usize, item: Option<usize>, part: &str, line: u64) {
        let before = self.path.len();
        push(&mut self.path, part);
        self.open.push(Open {
            column,
            item,
            before,
        });
        let place = Place {
            line,
            literal: false,
        };
        self.places.entry(self.path.clone()).or_insert(place);
    }

    /// Closes what a key (or an item) at `column` ends; the index that an item there would have.
    fn close(&mut self, column: usize, for_key: bool) -> usize {
        while let Some(top) = self.open.last() {
            let ends =
                top.column > column || (top.column == column && (for_key || top.item.is_some()));
            if !ends {
                break;
            }
            let (item, same) = (top.item, top.column == column);
            self.path.truncate(top.before);
            self.open.pop();
            if let (Some(index), true, false) = (item, same, for_key) {
                return index + 1;
            }
        }
        0
    }

    /// Follows brackets and quotes of flow style over the rest of a line.
    fn flow(&mut self, content: &str) {
        let mut before = ' ';
        for c in content.chars() {
            match (self.quote, c) {
                (Some(open), c) if c == open && !(open == '"' && before == '\\') => {
                    self.quote = None;
                }
                (Some(_), _) => {}
                (None, '"' | '\'') if " [{,:".contains(before) => self.quote = Some(c),
                (None, '#') if before == ' ' => return,
                (None, '[' | '{') => self.flow += 1,
                (None, ']' | '}') => self.flow = self.flow.saturating_sub(1),
                _ => {}
            }
            if self.flow > DEPTH_LIMIT {
                return;
            }
            before = c;
        }
    }
}

/// What follows a dash or an explicit key mark.
fn dash(text: &str) -> Option<&str> {
    let after = text.strip_prefix(['-', '?'])?;
    (after.is_empty() || after.starts_with([' ', '\t'])).then_some(after)
}

/// Splits `key: value`; the key without its quotes.
fn key(text: &str) -> Option<(&str, &str)> {
    let text = properties(text);
    if let Some(open) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (name, rest) = text[1..].split_once(open)?;
        let value = rest.trim_start().strip_prefix(':')?;
        return Some((name, value.trim_start()));
    }
    if text.starts_with(['[', '{', '#', '|', '>', '*', '%', '@', '`']) {
        return None;
    }
    for (at, _) in text.match_indices(':') {
        let (name, value) = (&text[..at], &text[at + 1..]);
        if name.contains(" #") {
            return None;
        }
        if value.is_empty() || value.starts_with([' ', '\t']) {
            return Some((name.trim_end(), value.trim_start()));
        }
    }
    None
}

/// The text after anchors and tags.
fn properties(mut text: &str) -> &str {
    while text.starts_with(['&', '!']) {
        match text.split_once([' ', '\t']) {
            Some((_, rest)) => text = rest.trim_start(),
            None => return "",
        }
    }
    text
}

/// Whether a value begins a block scalar.
fn is_block(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(['|', '>']) else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
    rest.is_empty() || rest.trim_start().is_empty() || rest.trim_start().starts_with('#')
}
