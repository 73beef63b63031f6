// SPDX-License-Identifier: Apache-2.0

//! One pass over the tree for every rule about single files: each file opened once, its head read once
//! into a buffer per thread, and looked at only where a search for a few bytes says so.

use std::cell::RefCell;
use std::collections::HashMap;

use memchr::memmem;
use rayon::prelude::*;

use crate::checks::Shared;
use crate::checks::license::{expression, find};
use crate::checks::vendored::vendored;
use crate::subject::{Entry, HEADER_LIMIT, Mode};

use super::class::{self, Class};
use super::tag::{self, Notice};

/// Files handed to a thread at once.
const CHUNK: usize = 512;

/// Why a file is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Skip {
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Submodule,
    /// FIFO, socket, device.
    Special,
    /// Not tracked.
    Untracked,
    /// Left out by the configuration.
    Excluded,
    /// Another project's file.
    Vendored,
    /// Input or expected output of a test.
    TestData,
    /// A licence text.
    LicenseText,
    /// Nothing in it, or white space.
    Empty,
    /// Bytes, not text.
    Binary,
    /// Written by a tool.
    Generated,
    /// The same at the base, in a tree too large to read for a change.
    Unchanged,
    /// Its content cannot be had.
    Unreadable,
}

impl Skip {
    /// The word used in reports.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Skip::Symlink => "symlink",
            Skip::Submodule => "submodule",
            Skip::Special => "special",
            Skip::Untracked => "untracked",
            Skip::Excluded => "excluded",
            Skip::Vendored => "vendored",
            Skip::TestData => "test-data",
            Skip::LicenseText => "license-text",
            Skip::Empty => "empty",
            Skip::Binary => "binary",
            Skip::Generated => "generated",
            Skip::Unchanged => "unchanged",
            Skip::Unreadable => "unreadable",
        }
    }
}

/// Licence information in the head of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum License {
    /// None.
    Absent,
    /// A notice in words.
    Notice(Notice),
    /// A tag; an index into [`Headers::expressions`].
    Tag(u32),
}

/// What the pass knows of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileFacts {
    /// Its kind.
    pub(crate) class: Class,
    /// Why it is left out, if it is.
    pub(crate) skip: Option<Skip>,
    /// Its licence information.
    pub(crate) license: License,
    /// Whether it holds a copyright notice.
    pub(crate) copyright: bool,
    /// Line of the tag.
    pub(crate) line: u32,
}

/// A distinct expression of the tree's tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tagged {
    /// As it stands.
    pub(crate) raw: String,
    /// In today's ids, or why it is none.
    pub(crate) expression: Result<String, String>,
}

/// What the pass found, one entry for each of the tree's.
#[derive(Debug, Default)]
pub struct Headers {
    /// Facts, by index of the entry.
    pub(crate) files: Vec<FileFacts>,
    /// Expressions, in order of their first file.
    pub(crate) expressions: Vec<Tagged>,
    /// Files without licence information in their head, which go on after it.
    pub(crate) cut: usize,
}

impl Headers {
    /// Reads the tree.
    pub(crate) fn read(shared: &Shared<'_>) -> Headers {
        let entries = shared.files.entries();
        let chunks: Vec<Part> = entries
            .par_chunks(CHUNK)
            .enumerate()
            .map(|(number, chunk)| Part::read(shared, number * CHUNK, chunk))
            .collect();
        Headers::joined(entries.len(), chunks)
    }

    /// The parts in order, each part's expressions renumbered.
    pub(crate) fn joined(length: usize, parts: Vec<Part>) -> Headers {
        let mut headers = Headers {
            files: Vec::with_capacity(length),
            expressions: Vec::new(),
            cut: parts.iter().map(|part| part.cut).sum(),
        };
        let mut known: HashMap<String, u32> = HashMap::new();
        for part in parts {
            let mut numbers = Vec::with_capacity(part.raw.len());
            for raw in part.raw {
                let next = headers.expressions.len() as u32;
                let number = *known.entry(raw.clone()).or_insert(next);
                if number == next {
                    let expression = expression::parse(&raw).map(|_| expression::canonical(&raw));
                    headers.expressions.push(Tagged { raw, expression });
                }
                numbers.push(number);
            }
            headers
                .files
                .extend(part.files.into_iter().map(|mut facts| {
                    if let License::Tag(number) = &mut facts.license {
                        *number = numbers[*number as usize];
                    }
                    facts
                }));
        }
        headers
    }

    /// What was left out, by the bound of `docs/security.md`.
    pub(crate) fn cut_short(&self) -> Option<String> {
        let files = match self.cut {
            0 => return None,
            1 => "1 file without licence information is".to_owned(),
            n => format!("{n} files without licence information are"),
        };
        Some(format!(
            "headers: {files} larger than 64 KiB; only that much was looked at for licence headers"
        ))
    }

    /// The expression of a file, where its tag is valid.
    pub(crate) fn expression(&self, facts: &FileFacts) -> Option<&str> {
        match facts.license {
            License::Tag(number) => self.expressions[number as usize].expression.as_deref().ok(),
            License::Notice(notice) => notice.id(),
            License::Absent => None,
        }
    }
}

thread_local! {
    static HEAD: RefCell<Vec<u8>> = RefCell::default();
}

/// What one chunk of entries came to.
#[derive(Default)]
pub(crate) struct Part {
    files: Vec<FileFacts>,
    raw: Vec<String>,
    cut: usize,
    /// Folded words of a head; kept between files for its room.
    text: String,
}

impl Part {
    fn read(shared: &Shared<'_>, first: usize, entries: &[Entry]) -> Part {
        let mut part = Part {
            files: Vec::with_capacity(entries.len()),
            ..Part::default()
        };
        HEAD.with_borrow_mut(|head| {
            for (offset, entry) in entries.iter().enumerate() {
                part.read_one(shared, first + offset, entry, head);
            }
        });
        part
    }

    /// Reads the head of the next entry, where some rule may ask for it.
    pub(crate) fn read_one(
        &mut self,
        shared: &Shared<'_>,
        index: usize,
        entry: &Entry,
        buffer: &mut Vec<u8>,
    ) {
        let (facts, class) = by_name(shared, index, entry);
        if facts.skip.is_none()
            && let Some(known) = self.known(shared, entry)
        {
            self.files.push(known);
            return;
        }
        let asked = facts.skip.is_none() && !(facts.class == Class::Other && class.is_some());
        let read = if asked {
            let read = shared.files.tree.read_into(entry, HEADER_LIMIT, buffer);
            read.map(|more| (buffer.as_slice(), more)).map_err(|_| ())
        } else {
            Ok(([].as_slice(), false))
        };
        self.push(entry, facts, class, read);
    }

    /// Takes the next entry, whose content has been read for another purpose, or could not be.
    pub(crate) fn look_at(
        &mut self,
        shared: &Shared<'_>,
        index: usize,
        entry: &Entry,
        content: Result<&[u8], ()>,
    ) {
        let (facts, class) = by_name(shared, index, entry);
        let head = content.map(|bytes| match bytes.split_at_checked(HEADER_LIMIT) {
            Some((head, rest)) => (head, !rest.is_empty()),
            None => (bytes, false),
        });
        self.push(entry, facts, class, head);
    }

    fn push(
        &mut self,
        entry: &Entry,
        mut facts: FileFacts,
        class: Option<Class>,
        head: Result<(&[u8], bool), ()>,
    ) {
        if facts.skip.is_none() && !(facts.class == Class::Other && class.is_some()) {
            match head {
                Ok((head, more)) => {
                    if let Some(class) = class.or_else(|| by_first_line(head)) {
                        facts.class = class;
                        self.look(entry.name(), &mut facts, head);
                        let bare = facts.skip.is_none() && facts.license == License::Absent;
                        self.cut += usize::from(more && bare);
                    }
                }
                Err(()) => facts.skip = Some(Skip::Unreadable),
            }
        }
        self.files.push(facts);
    }

    /// What the other side of a comparison knows of the same file.
    fn known(&mut self, shared: &Shared<'_>, entry: &Entry) -> Option<FileFacts> {
        let twin = shared.same(entry)?;
        let entries = twin.files.entries();
        let at = entries.binary_search_by(|e| e.path.cmp(&entry.path)).ok()?;
        let headers = twin.headers();
        let mut facts = *headers.files.get(at)?;
        if let License::Tag(number) = &mut facts.license {
            *number = self.number(&headers.expressions[*number as usize].raw);
        }
        Some(facts)
    }

    /// Looks at the head that was read.
    fn look(&mut self, name: &str, facts: &mut FileFacts, read: &[u8]) {
        let decoded;
        let mut head = read;
        if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
            decoded = crate::text::decode(head);
            head = decoded.as_bytes();
        }
        if head.iter().all(u8::is_ascii_whitespace) {
            facts.skip = Some(Skip::Empty);
        } else if let Some(found) = tag::first_tag(head) {
            facts.line = memchr::memchr_iter(b'\n', &head[..found.at]).count() as u32 + 1;
            facts.license = License::Tag(self.number(found.value));
            facts.copyright = tag::has_copyright(head);
        } else if memchr::memchr(0, &head[..head.len().min(8_000)]).is_some() {
            facts.skip = Some(Skip::Binary);
        } else if facts.class != Class::Data {
            facts.copyright = tag::has_copyright(head);
            if let Some(notice) = tag::notice(head, &mut self.text) {
                facts.license = License::Notice(notice);
            } else if class::is_generated_name(name) || is_generated(head) {
                facts.skip = Some(Skip::Generated);
            }
        }
    }

    fn number(&mut self, raw: &str) -> u32 {
        // A chunk is a few neighbouring folders: two or three expressions.
        let known = self.raw.iter().rposition(|known| known == raw);
        known.unwrap_or_else(|| {
            self.raw.push(raw.to_owned());
            self.raw.len() - 1
        }) as u32
    }
}

/// What the name alone says; no class when only the first line can tell.
fn by_name(shared: &Shared<'_>, index: usize, entry: &Entry) -> (FileFacts, Option<Class>) {
    let class = class::of_name(entry.name());
    let facts = FileFacts {
        class: class.unwrap_or(Class::Other),
        skip: by_path(shared, index, entry),
        license: License::Absent,
        copyright: false,
        line: 0,
    };
    (facts, class)
}

/// What the path alone decides.
fn by_path(shared: &Shared<'_>, index: usize, entry: &Entry) -> Option<Skip> {
    match entry.mode {
        Mode::Symlink => return Some(Skip::Symlink),
        Mode::Submodule => return Some(Skip::Submodule),
        Mode::Special => return Some(Skip::Special),
        Mode::File | Mode::Executable => {}
    }
    if !entry.counts() {
        Some(Skip::Untracked)
    } else if shared.is_excluded(index) {
        Some(Skip::Excluded)
    } else if vendored(&entry.path) {
        Some(Skip::Vendored)
    } else if class::is_test_data(&entry.path) {
        Some(Skip::TestData)
    } else if is_license_text(entry) {
        Some(Skip::LicenseText)
    } else if shared.is_left_out(entry) {
        Some(Skip::Unchanged)
    } else {
        None
    }
}

fn is_license_text(entry: &Entry) -> bool {
    // The pattern is dear; every name it accepts holds one of these.
    let name = entry.name().as_bytes();
    let hints = [b"icen".as_slice(), b"ICEN", b"OPYING", b"opying"];
    entry.path.starts_with("LICENSES/")
        || hints.iter().any(|h| memmem::find(name, h).is_some())
            && find::is_license_name(entry.name())
}

/// A script says so in its first line; a text without extension is a document.
fn by_first_line(head: &[u8]) -> Option<Class> {
    head.starts_with(b"#!").then_some(Class::Code)
}

/// Words that tools put at the head of what they write, and lines that no person wrote.
fn is_generated(head: &[u8]) -> bool {
    let top = &head[..head.len().min(2 << 10)];
    let marks = [
        b"DO NOT EDIT".as_slice(),
        b"Do not edit",
        b"do not edit",
        b"DO NOT MODIFY",
        b"@generated",
        b"Code generated",
        b"utomatically generated",
        b"utogenerated",
        b"uto-generated",
        b"AUTO-GENERATED",
        b"AUTOGENERATED",
        b"AUTOMATICALLY GENERATED",
        b"This file was generated",
        b"This file is generated",
        b"his is a generated file",
    ];
    let marked = marks
        .iter()
        .any(|mark| memmem::find(top, mark).is_some_and(|at| in_comment(top, at)));
    marked || head.split(|b| *b == b'\n').any(|line| line.len() > 5_000)
}

fn in_comment(head: &[u8], at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &head[..at]).map_or(0, |i| i + 1);
    let line = head[start..at].trim_ascii_start();
    !line.contains(&b'"') || line.starts_with(b"\"\"\"")
}
