// SPDX-License-Identifier: Apache-2.0

//! An earlier licence scan, read from the file that a foundation sends, and what became of its findings.
//!
//! The scan is hostile input like the repository: its size, files and words are bounded, and nothing in it
//! names a path that is read.

use std::collections::BTreeSet;

mod compare;
mod digest;
mod json;
mod tag_value;

pub use compare::compare;
pub use digest::{DIGEST_LIMIT, digest, digests};

/// Largest scan that is read, in bytes.
pub const SCAN_LIMIT: u64 = 256 << 20;
/// Most files of a scan.
const FILES: usize = 1_000_000;
/// Most licences of one of its files.
const LICENSES: usize = 1_000;

/// A scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Name of its document.
    pub name: String,
    /// When it was made, as it says.
    pub created: Option<String>,
    /// Its files.
    pub files: Vec<ScanFile>,
}

/// A file of a scan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanFile {
    /// Path, without `./` in front.
    pub path: String,
    /// SHA-1 of its content.
    pub sha1: Option<String>,
    /// What a person or the tool concluded: an expression. None when nothing was asserted.
    pub concluded: Option<String>,
    /// What was found in the file: expressions or ids.
    pub found: BTreeSet<String>,
}

impl ScanFile {
    fn at(path: &str) -> Self {
        let path = path.trim();
        let path = path.strip_prefix("./").unwrap_or(path);
        ScanFile {
            path: path.trim_start_matches('/').to_owned(),
            ..ScanFile::default()
        }
    }

    fn conclude(&mut self, text: &str) {
        self.concluded = asserted(text);
    }

    fn find(&mut self, text: &str) {
        if self.found.len() < LICENSES {
            self.found.extend(asserted(text));
        }
    }

    fn checksum(&mut self, algorithm: &str, value: &str) {
        let value = value.trim().to_ascii_lowercase();
        let is_sha1 = value.len() == 40 && value.bytes().all(|b| b.is_ascii_hexdigit());
        if algorithm.trim().eq_ignore_ascii_case("SHA1") && is_sha1 {
            self.sha1 = Some(value);
        }
    }
}

/// What was said, unless it says that nothing is known or there.
fn asserted(text: &str) -> Option<String> {
    let text = text.trim();
    let nothing = matches!(text, "" | "NONE" | "NOASSERTION") || text.len() > 4_096;
    (!nothing).then(|| text.to_owned())
}

impl Scan {
    /// Reads a scan: SPDX 2 as JSON or tag-value, or ScanCode's own JSON.
    ///
    /// # Errors
    /// What is wrong with it, with the line where one is at fault.
    pub fn read(text: &str) -> Result<Scan, String> {
        let text = text.trim_start_matches('\u{feff}');
        let mut scan = if text.trim_start().starts_with('{') {
            json::read(text)?
        } else {
            tag_value::read(text)?
        };
        if scan.files.is_empty() {
            return Err("it lists no file, so there is nothing to compare".to_owned());
        }
        scan.files.retain(|f| !f.path.is_empty());
        scan.files.sort_by(|a, b| a.path.cmp(&b.path));
        scan.files.dedup_by(|a, b| a.path == b.path);
        Ok(scan)
    }
}

#[cfg(test)]
mod tests;
