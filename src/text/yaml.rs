// SPDX-License-Identifier: Apache-2.0

//! YAML, read with bounds: workflows, bot settings, security-insights. Total on any input: an error is a value.
//!
//! It lies in the text layer because checks and configuration both read YAML. Nodes carry the line they begin
//! on (the parser itself forgets it, so `lines` finds it again in the source), scalars stay strings, and a key
//! given twice is kept twice. Refused, never half read: more than [`SIZE_LIMIT`] bytes, nesting beyond
//! [`DEPTH_LIMIT`] (deep nesting makes the parser slow), more than [`NODE_LIMIT`] nodes after aliases.

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

mod lines;
#[cfg(test)]
mod tests;

/// Largest YAML text that is read, in bytes.
pub const SIZE_LIMIT: usize = 1 << 20;
/// Deepest nesting that is read.
pub const DEPTH_LIMIT: usize = 64;
/// Most nodes that are built, aliases expanded.
pub const NODE_LIMIT: usize = 100_000;
/// Most bytes of scalars that are built, aliases expanded.
const SCALAR_LIMIT: usize = 8 * SIZE_LIMIT;

/// Why a text could not be read as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum YamlError {
    /// Larger than [`SIZE_LIMIT`].
    TooLarge,
    /// Nested deeper than [`DEPTH_LIMIT`].
    TooDeep {
        /// Line, from 1.
        line: u64,
    },
    /// More than [`NODE_LIMIT`] nodes once aliases are expanded.
    TooMany,
    /// Not YAML.
    Syntax {
        /// Line, from 1, when known.
        line: Option<u64>,
        /// The parser's words.
        message: String,
    },
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            YamlError::TooLarge => f.write_str("larger than 1 MiB"),
            YamlError::TooDeep { line } => {
                write!(f, "nested deeper than {DEPTH_LIMIT} levels on line {line}")
            }
            YamlError::TooMany => write!(f, "more than {NODE_LIMIT} values"),
            YamlError::Syntax {
                line: Some(line),
                message,
            } => write!(f, "not YAML on line {line}: {message}"),
            YamlError::Syntax { message, .. } => write!(f, "not YAML: {message}"),
        }
    }
}

impl std::error::Error for YamlError {}

/// What a node holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    #[default]
    Null,
    /// A string, number or boolean, as text.
    Scalar(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in order; a key given twice stands twice.
    Map(Vec<(String, Node)>),
}

/// A value and where it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Line of its key or dash, from 1; of its nearest block-style ancestor inside flow style.
    pub line: u64,
    /// Whether it is a literal block: its text begins on the next line and keeps its lines.
    pub literal: bool,
    /// What it holds.
    pub kind: Kind,
}

/// Reads every document of `text`.
///
/// # Errors
/// When it is too large, too deep, or not YAML.
pub fn parse(text: &str) -> Result<Vec<Node>, YamlError> {
    if text.len() > SIZE_LIMIT {
        return Err(YamlError::TooLarge);
    }
    let places = lines::scan(text)?;
    let budget = Budget {
        nodes: Cell::new(NODE_LIMIT),
        bytes: Cell::new(SCALAR_LIMIT),
    };
    let mut documents = Vec::new();
    for (index, document) in yaml_serde::Deserializer::from_str(text).enumerate() {
        let kind = Grow(&budget).deserialize(document).map_err(|e| {
            if budget.spent() {
                return YamlError::TooMany;
            }
            let message = e.to_string();
            // The parser has a bound of its own on aliases.
            if message.starts_with("repetition limit") {
                return YamlError::TooMany;
            }
            YamlError::Syntax {
                line: e.location().map(|at| at.line() as u64),
                message,
            }
        })?;
        let mut node = Node {
            line: 1,
            literal: false,
            kind,
        };
        place(&mut node, &places, &mut index.to_string(), 1);
        documents.push(node);
    }
    Ok(documents)
}

/// Gives every node below the line that the source shows for its path.
fn place(node: &mut Node, places: &lines::Places, path: &mut String, line: u64) {
    let found = places.get(path.as_str());
    node.line = found.map_or(line, |p| p.line);
    node.literal = found.is_some_and(|p| p.literal);
    let line = node.line;
    let length = path.len();
    match &mut node.kind {
        Kind::Null | Kind::Scalar(_) => {}
        Kind::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                lines::push(path, &index.to_string());
                place(item, places, path, line);
                path.truncate(length);
            }
        }
        Kind::Map(entries) => {
            for (key, value) in entries {
                lines::push(path, key);
                place(value, places, path, line);
                path.truncate(length);
            }
        }
    }
}

impl Node {
    /// The value of `key`, merge keys (`<<`) followed. The first, when it is given twice.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let entries = self.entries();
        if let Some((_, found)) = entries.iter().find(|(k, _)| k == key) {
            return Some(found);
        }
        let merged = entries.iter().filter(|(k, _)| k == "<<");
        let mut maps = merged.flat_map(|(_, v)| match &v.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(v),
        });
        maps.find_map(|map| map.get(key))
    }

    /// The value at a path of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The scalar under `key`.
    pub fn get_text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// Entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[(String, Node)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// A list's items, or the node itself when it is a single value.
    pub fn one_or_many(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            Kind::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Whether there is nothing in it: null, empty text, list or mapping.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Null => true,
            Kind::Scalar(text) => text.is_empty(),
            Kind::List(items) => items.is_empty(),
            Kind::Map(entries) => entries.is_empty(),
        }
    }

    /// The lines of a scalar, each with its number in the file.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &str)> {
        let text = self.text().unwrap_or_default();
        text.lines().enumerate().map(|(index, line)| {
            let offset = if self.literal { index as u64 + 1 } else { 0 };
            (self.line + offset, line)
        })
    }

    /// Every scalar below, in order, each with the key it stands under (list items: the list's key).
    pub fn scalars<'n>(&'n self, key: &'n str, found: &mut Vec<(&'n str, &'n Node)>) {
        match &self.kind {
            Kind::Null => {}
            Kind::Scalar(_) => found.push((key, self)),
            Kind::List(items) => items.iter().for_each(|item| item.scalars(key, found)),
            Kind::Map(entries) => entries.iter().for_each(|(k, v)| v.scalars(k, found)),
        }
    }
}

/// What may still be built.
struct Budget {
    nodes: Cell<usize>,
    bytes: Cell<usize>,
}

impl Budget {
    fn spent(&self) -> bool {
        self.nodes.get() == 0 || self.bytes.get() == 0
    }

    fn take<E: de::Error>(&self, bytes: usize) -> Result<(), E> {
        self.nodes.set(self.nodes.get().saturating_sub(1));
        self.bytes.set(self.bytes.get().saturating_sub(bytes));
        if self.spent() {
            return Err(E::custom("too many values"));
        }
        Ok(())
    }
}

/// Builds one node within the budget.
#[derive(Clone, Copy)]
struct Grow<'b>(&'b Budget);

impl Grow<'_> {
    fn scalar<E: de::Error>(self, text: String) -> Result<Kind, E> {
        self.0.take(text.len())?;
        Ok(Kind::Scalar(text))
    }
}

impl<'de> DeserializeSeed<'de> for Grow<'_> {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Grow<'_> {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Kind, E> {
        self.scalar(value.to_string())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Kind, E> {
        self.scalar(value.to_owned())
    }

    fn visit_unit<E: de::Error>(self) -> Result<Kind, E> {
        self.0.take(0)?;
        Ok(Kind::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Kind, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Kind, D::Error> {
        self.deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        self.0.take(0)?;
        let mut list = Vec::new();
        while let Some(kind) = items.next_element_seed(self)? {
            list.push(Node {
                kind,
                ..Node::default()
            });
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Kind, A::Error> {
        self.0.take(0)?;
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(self)? {
            let kind = entries.next_value_seed(self)?;
            // A list or mapping as a key means nothing in any file read here.
            let Kind::Scalar(key) = key else { continue };
            let node = Node {
                kind,
                ..Node::default()
            };
            map.push((key, node));
        }
        Ok(Kind::Map(map))
    }

    /// A tagged value (`!reference [...]`, `!unsafe`): its tag is dropped.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Kind, A::Error> {
        use serde::de::VariantAccess;
        let (_, value) = tagged.variant_seed(self)?;
        value.newtype_variant_seed(self)
    }
}
