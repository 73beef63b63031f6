// SPDX-License-Identifier: Apache-2.0

//! Where the notice goes in a file, and what it looks like there.
//!
//! Nothing of the file is rewritten: a notice is one insertion, at a place where the file still means what it
//! meant. What has to come first stays first: byte order mark, `#!`, encoding line, XML declaration, doctype,
//! `<?php`, front matter, a Dockerfile's directives.

use super::comment::{Marks, marks};

/// An insertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Insertion {
    /// Bytes of the file before it.
    pub(crate) at: usize,
    /// What is inserted.
    pub(crate) text: Vec<u8>,
}

/// Why no comment is written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// No comment can stand in this kind of file, or its marks are not known.
    Kind,
    /// UTF-16 or bytes that are not text.
    Encoding,
    /// The lines cannot be written in the file's own encoding.
    Letters,
    /// The head of the file is not as its kind has it.
    Shape,
}

/// The insertion that puts `lines` into the file called `name` whose first bytes are `head`.
///
/// # Errors
/// When no comment should be written into it.
pub(crate) fn insertion(name: &str, head: &[u8], lines: &[String]) -> Result<Insertion, Unfit> {
    let wide = [b"\xFF\xFE".as_slice(), b"\xFE\xFF"];
    if wide.iter().any(|mark| head.starts_with(mark)) || memchr::memchr(0, head).is_some() {
        return Err(Unfit::Encoding);
    }
    if lines.iter().any(|line| !line.is_ascii()) && std::str::from_utf8(cut_at_char(head)).is_err()
    {
        return Err(Unfit::Letters);
    }
    let marks = marks(name, head).ok_or(Unfit::Kind)?;
    let at = place(name, head, marks)?;
    let eol = end_of_line(head);
    let mut text = String::new();
    if at > 0 && !head[..at].ends_with(b"\n") && at != bom(head) {
        // The line that has to come first is the whole file and has no end.
        text.push_str(eol);
    }
    for line in lines {
        match marks {
            Marks::Line(mark) => text.push_str(&format!("{mark} {line}{eol}")),
            Marks::Block(open, close) => text.push_str(&format!("{open} {line} {close}{eol}")),
        }
    }
    if !head[at..].is_empty() && !starts_with_blank_line(&head[at..]) {
        text.push_str(eol);
    }
    Ok(Insertion {
        at,
        text: text.into_bytes(),
    })
}

/// The head may end within a character; the rest of it is not an error.
fn cut_at_char(head: &[u8]) -> &[u8] {
    match std::str::from_utf8(head) {
        Err(e) if e.error_len().is_none() => &head[..e.valid_up_to()],
        _ => head,
    }
}

fn bom(head: &[u8]) -> usize {
    if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    }
}

/// The line ends of the file, by its first line.
fn end_of_line(head: &[u8]) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', head) {
        Some(i) if head[i] == b'\r' && head.get(i + 1) == Some(&b'\n') => "\r\n",
        // A lone CR ended lines on one system long ago; its tools are gone, and LF reads as well.
        _ => "\n",
    }
}

fn starts_with_blank_line(rest: &[u8]) -> bool {
    let line = rest.split(|b| *b == b'\n').next().unwrap_or_default();
    line.iter().all(u8::is_ascii_whitespace) && rest.contains(&b'\n')
}

/// Reads lines from a place in the head.
struct Lines<'h> {
    head: &'h [u8],
    at: usize,
}

impl<'h> Lines<'h> {
    /// The next line with its end.
    fn peek(&self) -> &'h [u8] {
        let rest = &self.head[self.at..];
        let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        &rest[..length]
    }

    /// Steps over the next line when it is one of these.
    fn skip_if(&mut self, is: impl FnOnce(&[u8]) -> bool) -> bool {
        let line = self.peek();
        let skip = !line.is_empty() && is(line);
        if skip {
            self.at += line.len();
        }
        skip
    }
}

fn place(name: &str, head: &[u8], marks: Marks) -> Result<usize, Unfit> {
    let name = name.to_ascii_lowercase();
    let mut lines = Lines {
        head,
        at: bom(head),
    };
    // `#![` opens a Rust attribute; no interpreter begins so.
    lines.skip_if(|line| line.starts_with(b"#!") && !line.starts_with(b"#!["));
    match name.rsplit('.').next().unwrap_or_default() {
        "xml" | "xsd" | "svg" | "html" | "htm" | "vue" | "svelte" => after_declaration(&mut lines)?,
        "php" => {
            // Before the opening tag everything is output.
            let opened = lines.skip_if(|line| {
                let line = line.trim_ascii();
                line.eq_ignore_ascii_case(b"<?php") || line == b"<?"
            });
            if !opened {
                return Err(Unfit::Shape);
            }
        }
        "md" => front_matter(&mut lines)?,
        "css" | "scss" => {
            lines.skip_if(|line| line.starts_with(b"@charset"));
        }
        _ if name.starts_with("dockerfile") || name.starts_with("containerfile") => {
            while lines.skip_if(is_directive) {}
        }
        "yaml" | "yml" => {
            // `#cloud-config` names the format and has to be the first line.
            lines.skip_if(|line| line.starts_with(b"#cloud-config"));
        }
        _ => {}
    }
    if marks == Marks::Line("#") {
        // PEP 263 and its kin read the encoding from the first two lines only.
        while lines.skip_if(is_encoding) {}
    }
    Ok(lines.at)
}

/// Past `<?xml … ?>` and a doctype, when each ends on the line it begins on.
fn after_declaration(lines: &mut Lines<'_>) -> Result<(), Unfit> {
    for (open, close) in [
        (b"<?xml".as_slice(), b"?>".as_slice()),
        (b"<!doctype", b">"),
    ] {
        let line = lines.peek();
        let opens = line.len() >= open.len() && line[..open.len()].eq_ignore_ascii_case(open);
        if opens && !line.trim_ascii_end().ends_with(close) {
            return Err(Unfit::Shape);
        }
        if opens {
            lines.skip_if(|_| true);
        }
    }
    Ok(())
}

/// Past the `---` block that Markdown tools read settings from.
fn front_matter(lines: &mut Lines<'_>) -> Result<(), Unfit> {
    let fence = |line: &[u8]| line.trim_ascii_end() == b"---" || line.trim_ascii_end() == b"+++";
    if !lines.skip_if(fence) {
        return Ok(());
    }
    while lines.skip_if(|line| !fence(line)) {}
    if lines.skip_if(fence) {
        Ok(())
    } else {
        Err(Unfit::Shape)
    }
}

/// `# syntax=…`, `# escape=…`, `# check=…`: read by the builder only at the very top.
fn is_directive(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"#") else {
        return false;
    };
    let rest = rest.trim_ascii_start();
    [b"syntax".as_slice(), b"escape", b"check"]
        .iter()
        .any(|key| {
            rest.len() > key.len()
                && rest[..key.len()].eq_ignore_ascii_case(key)
                && rest[key.len()..].trim_ascii_start().starts_with(b"=")
        })
}

/// `# -*- coding: utf-8 -*-`, `# encoding: utf-8`, `# vim: set fileencoding=…`.
fn is_encoding(line: &[u8]) -> bool {
    let at = memchr::memmem::find(line, b"coding").filter(|_| line.starts_with(b"#"));
    at.is_some_and(|at| matches!(line.get(at + 6), Some(b':' | b'=')))
}

#[cfg(test)]
mod tests;
