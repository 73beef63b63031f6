// SPDX-License-Identifier: Apache-2.0

//! A raw commit object taken apart. Nothing here fails: what is damaged is read as far as it goes.

use std::borrow::Cow;

use encoding_rs::Encoding;
use git2::Oid;
use memchr::{memchr, memchr_iter, memrchr};

use super::PARENT_LIMIT;

/// A commit object's parts, borrowed from its (decoded) bytes.
#[derive(Debug, Default)]
pub(super) struct Raw<'a> {
    /// Parents, at most [`PARENT_LIMIT`].
    pub(super) parents: Vec<Oid>,
    /// Parents named.
    pub(super) parent_count: u32,
    /// Author line after the key, up to the last `>`; and its time.
    pub(super) author: (&'a [u8], i64),
    /// Committer line, likewise.
    pub(super) committer: (&'a [u8], i64),
    /// Whether there is a signature.
    pub(super) signed: bool,
    /// Label of the `encoding` header.
    pub(super) encoding: Option<&'a [u8]>,
    /// Everything after the header.
    pub(super) message: &'a [u8],
}

impl<'a> Raw<'a> {
    /// Takes `bytes` apart.
    pub(super) fn parse(bytes: &'a [u8]) -> Self {
        let mut raw = Raw::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or(&[]);
            if line.is_empty() {
                raw.message = rest;
                break;
            }
            raw.header(line);
        }
        raw
    }

    fn header(&mut self, line: &'a [u8]) {
        if let Some(id) = line.strip_prefix(b"parent ") {
            // Git refuses an id that does not parse; counted, so that a merge stays a merge.
            self.parent_count = self.parent_count.saturating_add(1);
            if let Some(id) = object_id(id)
                && self.parents.len() < PARENT_LIMIT
            {
                self.parents.push(id);
            }
        } else if let Some(author) = line.strip_prefix(b"author ") {
            // The first line counts, as in git: a second one is hostile or broken.
            if self.author.0.is_empty() {
                self.author = split_time(author);
            }
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            if self.committer.0.is_empty() {
                self.committer = split_time(committer);
            }
        } else if let Some(label) = line.strip_prefix(b"encoding ") {
            self.encoding.get_or_insert(label);
        } else if line.starts_with(b"gpgsig") {
            self.signed = true;
        }
    }

    /// The charset of message and identities, when it is named, known and not UTF-8.
    pub(super) fn charset(&self) -> Option<&'static Encoding> {
        let charset = Encoding::for_label(self.encoding?)?;
        (charset != encoding_rs::UTF_8).then_some(charset)
    }
}

/// A full object id in hexadecimal; git2 alone would fill a short one up with zeros.
pub(super) fn object_id(text: &[u8]) -> Option<Oid> {
    let text = std::str::from_utf8(text).ok()?;
    (text.len() == 40).then(|| Oid::from_str(text).ok())?
}

/// An identity line into its person (up to the last `>`) and the seconds after it.
fn split_time(line: &[u8]) -> (&[u8], i64) {
    let Some(end) = memrchr(b'>', line) else {
        return (line, 0);
    };
    let (person, after) = line.split_at(end + 1);
    let mut words = after
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let time = words
        .next()
        .and_then(|word| std::str::from_utf8(word).ok())
        .and_then(|word| word.parse::<i64>().ok())
        // Git takes a time that does not fit for 0, too.
        .unwrap_or(0);
    (person, time)
}

/// Name and address of an identity as git splits them: the name ends before the first `<`, the address at
/// the first `>` after it. Without `<` the whole is the name.
pub(super) fn split_identity(person: &[u8]) -> (&[u8], &[u8]) {
    let Some(open) = memchr(b'<', person) else {
        return (person.trim_ascii(), &[]);
    };
    let name = person[..open].trim_ascii();
    let rest = &person[open + 1..];
    let close = memchr(b'>', rest).unwrap_or(rest.len());
    (name, &rest[..close])
}

/// Bytes as text: UTF-8, what does not decode replaced.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Lines of a message, ended by LF as in the expressions of the DCO apps.
pub(super) fn lines(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    memchr_iter(b'\n', message)
        .chain(std::iter::once(message.len()))
        .map(move |end| {
            let line = message.get(start..end).unwrap_or(&[]);
            start = end + 1;
            line
        })
}

/// The person of a sign-off line: `Signed-off-by: NAME <EMAIL>` and nothing but white space after it. The
/// key in any case, exactly one blank after the colon. Both DCO apps: the last `<` opens the address.
pub(super) fn sign_off(line: &[u8]) -> Option<&[u8]> {
    let person = strip_key(line, b"signed-off-by: ")?.trim_ascii_end();
    // `trim_ascii_end` leaves vertical tabs and Unicode blanks, which `\s` takes: rare enough to go on slowly.
    let person = match person.last() {
        Some(b'>') => person,
        Some(0x0b | 0x80..) => trim_unicode_end(person),
        _ => return None,
    };
    split_sign_off(person).map(|_| person)
}

/// Name and address of a sign-off's person; greedy, as in the DCO apps.
pub(super) fn split_sign_off(person: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = person.strip_suffix(b">")?;
    let open = memchr::memmem::rfind(inner, b" <")?;
    Some((&inner[..open], &inner[open + 2..]))
}

fn trim_unicode_end(bytes: &[u8]) -> &[u8] {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return bytes;
    };
    text.trim_end().as_bytes()
}

fn strip_key<'a>(line: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = line.split_at_checked(key.len())?;
    head.eq_ignore_ascii_case(key).then_some(rest)
}

/// What a line that adds a sign-off to another commit says, each part as written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sentence<'a> {
    /// Name and address of whose sign-off it is.
    pub(super) declarant: (&'a str, &'a str),
    /// Name and address of who writes on their behalf.
    pub(super) representative: Option<(&'a str, &'a str)>,
    /// The commit, as written.
    pub(super) target: &'a str,
}

/// Reads the two sentences of remediation commits, in any letter case, as both DCO apps do. The id is
/// compared as text, so that nothing may follow it; a carriage return is forgiven (`docs/dco.md`).
pub(super) fn remediation(line: &str) -> Option<Sentence<'_>> {
    const HINGE: &str = ">, hereby add my signed-off-by to this commit: ";
    if !matches!(line.as_bytes().first(), Some(b'i' | b'I' | b'o' | b'O')) {
        return None;
    }
    let lower = line.to_ascii_lowercase();
    let hinge = lower.rfind(HINGE)?;
    let target = line[hinge + HINGE.len()..].trim_end_matches('\r');
    let person = |range: std::ops::Range<usize>| line[range].rsplit_once(" <");
    if lower.starts_with("i, ") {
        let declarant = person(3..hinge)?;
        return Some(Sentence {
            declarant,
            representative: None,
            target,
        });
    }
    const BEHALF: &str = "on behalf of ";
    const MIDDLE: &str = ">, i, ";
    if !lower.starts_with(BEHALF) {
        return None;
    }
    let middle = lower.get(..hinge)?.rfind(MIDDLE)?;
    Some(Sentence {
        declarant: person(BEHALF.len()..middle)?,
        representative: Some(person(middle + MIDDLE.len()..hinge)?),
        target,
    })
}
