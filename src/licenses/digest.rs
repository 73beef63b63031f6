// SPDX-License-Identifier: Apache-2.0

//! SHA-1 of files, as SPDX asks for: a file is read again for it, so only formats that need it pay.

use std::collections::BTreeSet;

use rayon::prelude::*;
use sha1_smol::Sha1;

use crate::report::licenses::File;
use crate::subject::{Entry, Tree};

/// Largest file of which a checksum is made, in bytes.
pub const DIGEST_LIMIT: usize = 64 << 20;

/// The checksum of one file; none when it cannot be read whole.
pub fn digest(tree: &dyn Tree, path: &str) -> Option<String> {
    let entry = entry(tree, path)?;
    let mut buffer = Vec::new();
    let more = tree.read_into(entry, DIGEST_LIMIT, &mut buffer).ok()?;
    (!more).then(|| Sha1::from(&buffer).digest().to_string())
}

/// Sets the checksum of every file, or of those among `only`.
pub fn digests(tree: &dyn Tree, files: &mut [File], only: Option<&BTreeSet<String>>) {
    files
        .par_iter_mut()
        .filter(|file| only.is_none_or(|only| only.contains(&file.path)))
        .for_each(|file| file.sha1 = digest(tree, &file.path));
}

fn entry<'t>(tree: &'t dyn Tree, path: &str) -> Option<&'t Entry> {
    let entries = tree.entries();
    let at = entries
        .binary_search_by(|e| e.path.as_str().cmp(path))
        .ok()?;
    entries.get(at).filter(|e| e.is_file())
}
