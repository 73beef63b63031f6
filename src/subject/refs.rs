// SPDX-License-Identifier: Apache-2.0

//! References: HEAD, loose files, `packed-refs`. Read by hand, each file a regular one and bounded.

use std::collections::BTreeMap;

use git2::Oid;

use super::disk::{Kind, Root, SmallError, words};
use super::{Notice, escape};

/// Largest `packed-refs` that is read, in bytes (a million references).
const PACKED_LIMIT: usize = 128 << 20;
/// Most references that are kept.
const REF_LIMIT: usize = 1_000_000;
/// Largest loose reference, in bytes.
const LOOSE_LIMIT: usize = 4096;
/// Deepest folder below `refs/`.
const DEPTH_LIMIT: usize = 64;

/// Where HEAD stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// On a branch that has a commit.
    Branch(String, Oid),
    /// On a branch without a commit yet.
    Unborn(String),
    /// On a commit itself.
    Detached(Oid),
    /// Unusable: why.
    Broken(String),
}

impl Head {
    /// The object it leads to.
    pub(super) fn id(&self) -> Option<Oid> {
        match self {
            Head::Branch(_, id) | Head::Detached(id) => Some(*id),
            Head::Unborn(_) | Head::Broken(_) => None,
        }
    }
}

/// A reference's value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Id(Oid),
    Symbolic(String),
}

/// Every reference, by full name.
#[derive(Debug, Default)]
pub(super) struct Refs {
    values: BTreeMap<String, Value>,
}

impl Refs {
    /// Reads those of a git folder; what is broken or refused becomes a notice.
    pub(super) fn read(common: &Root, notices: &mut Vec<Notice>) -> Refs {
        let mut refs = Refs::default();
        match common.small(b"packed-refs", PACKED_LIMIT) {
            Ok(bytes) => refs.packed(&bytes, notices),
            Err(SmallError::Absent) => {}
            Err(SmallError::Refused(why)) => notices.push(Notice::fault(
                "packed-refs",
                format!("packed-refs is not read, because {why}; branches and tags are missing from this report"),
            )),
        }
        match common.look(b"refs") {
            Ok(Some(Kind::Folder)) => refs.loose(common, notices),
            Ok(None) => {}
            Ok(Some(other)) => notices.push(Notice::fault(
                "refs",
                format!("refs is {} and is not followed; branches and tags are missing from this report", other.words()),
            )),
            Err(e) => notices.push(Notice::fault("refs", format!("refs cannot be read: {}", words(&e)))),
        }
        if refs.values.len() >= REF_LIMIT {
            notices.push(Notice::fault(
                "refs",
                format!("only the first {REF_LIMIT} references are read"),
            ));
        }
        refs
    }

    fn packed(&mut self, bytes: &[u8], notices: &mut Vec<Notice>) {
        let mut broken = 0;
        for line in bytes.split(|&b| b == b'\n') {
            if line.is_empty() || line.starts_with(b"#") || line.starts_with(b"^") {
                continue;
            }
            if self.values.len() >= REF_LIMIT {
                return;
            }
            match line.iter().position(|&b| b == b' ') {
                Some(at) if at == 40 => match parse_id(&line[..at]) {
                    Some(id) if !line.ends_with(b"/") => {
                        let name = escape(line[at + 1..].trim_ascii_end());
                        self.values.insert(name, Value::Id(id));
                    }
                    _ => broken += 1,
                },
                _ => broken += 1,
            }
        }
        if broken > 0 {
            notices.push(Notice::fault(
                "packed-refs",
                format!("{broken} lines of packed-refs make no sense and are passed over; `git fsck` tells more"),
            ));
        }
    }

    fn loose(&mut self, common: &Root, notices: &mut Vec<Notice>) {
        let mut folders = vec![(b"refs".to_vec(), 1)];
        while let Some((folder, depth)) = folders.pop() {
            let listed = match common.list(&folder) {
                Ok(listed) => listed,
                Err(e) => {
                    let message =
                        format!("its references are missing from this report: {}", words(&e));
                    notices.push(Notice::fault(&escape(&folder), message));
                    continue;
                }
            };
            for (name, kind) in listed {
                let path = [&folder[..], b"/", &name].concat();
                match kind {
                    Kind::Folder if depth < DEPTH_LIMIT => folders.push((path, depth + 1)),
                    Kind::File if name.ends_with(b".lock") => {}
                    Kind::File if self.values.len() < REF_LIMIT => self.one(common, &path, notices),
                    Kind::File => return,
                    other => notices.push(Notice::fault(
                        &escape(&path),
                        format!("this reference is {} and is not read", other.words()),
                    )),
                }
            }
        }
    }

    fn one(&mut self, common: &Root, path: &[u8], notices: &mut Vec<Notice>) {
        let value = match common.small(path, LOOSE_LIMIT) {
            Ok(bytes) => parse_value(&bytes),
            Err(_) => None,
        };
        match value {
            Some(value) => drop(self.values.insert(escape(path), value)),
            None => notices.push(Notice::fault(
                &escape(path),
                "this reference names no commit; `git fsck` tells more".to_owned(),
            )),
        }
    }

    /// The object a full name leads to, through at most five symbolic references.
    pub(super) fn get(&self, name: &str) -> Option<Oid> {
        let mut name = name;
        for _ in 0..6 {
            match self.values.get(name)? {
                Value::Id(id) => return Some(*id),
                Value::Symbolic(next) => name = next,
            }
        }
        None
    }

    /// Full names and objects of those that begin with `prefix`.
    pub(super) fn under<'r>(&'r self, prefix: &'r str) -> impl Iterator<Item = (&'r str, Oid)> {
        self.values
            .range(prefix.to_owned()..)
            .take_while(move |(name, _)| name.starts_with(prefix))
            .filter_map(|(name, _)| Some((name.as_str(), self.get(name)?)))
    }

    /// Reads HEAD of a git folder (a linked work tree has its own).
    pub(super) fn head(&self, own: &Root) -> Head {
        let bytes = match own.small(b"HEAD", LOOSE_LIMIT) {
            Ok(bytes) => bytes,
            Err(SmallError::Absent) => return Head::Broken("it does not exist".into()),
            Err(SmallError::Refused(why)) => return Head::Broken(why),
        };
        match parse_value(&bytes) {
            Some(Value::Id(id)) => Head::Detached(id),
            Some(Value::Symbolic(name)) => match self.get(&name) {
                Some(id) => Head::Branch(name, id),
                None if self.values.contains_key(&name) => {
                    Head::Broken("its branch leads in a circle".into())
                }
                None => Head::Unborn(name),
            },
            None => Head::Broken("it names neither a branch nor a commit".into()),
        }
    }
}

/// Forty hexadecimal digits.
pub(super) fn parse_id(hex: &[u8]) -> Option<Oid> {
    if hex.len() != 40 || !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    Oid::from_str(std::str::from_utf8(hex).ok()?).ok()
}

fn parse_value(bytes: &[u8]) -> Option<Value> {
    let line = bytes.split(|&b| b == b'\n').next()?.trim_ascii();
    if let Some(name) = line.strip_prefix(b"ref:") {
        let name = std::str::from_utf8(name.trim_ascii()).ok()?;
        let inside =
            name.starts_with("refs/") && !name.split('/').any(|p| matches!(p, "" | "." | ".."));
        return inside.then(|| Value::Symbolic(name.to_owned()));
    }
    parse_id(line).map(Value::Id)
}
