// SPDX-License-Identifier: Apache-2.0

//! Elsewhere: each part of a path is looked at before the open. Weaker than Unix against a tree that
//! changes while it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Kind;

/// A folder that paths are opened beneath.
pub(in crate::subject) struct Root {
    path: PathBuf,
}

impl Root {
    /// Opens the folder that the user named; this path alone may go through links.
    pub(in crate::subject) fn at(path: &Path) -> io::Result<Root> {
        std::fs::read_dir(path)?;
        Ok(Root {
            path: path.to_owned(),
        })
    }

    /// Opens a folder beneath.
    pub(in crate::subject) fn folder(&self, path: &[u8]) -> io::Result<Root> {
        Root::at(&self.beneath(path, false)?)
    }

    /// Where it is, for messages and for comparing folders.
    pub(in crate::subject) fn path(&self) -> &Path {
        &self.path
    }

    /// What lies at `path`.
    pub(in crate::subject) fn kind(&self, path: &[u8]) -> io::Result<Kind> {
        Ok(kind(
            std::fs::symlink_metadata(self.beneath(path, true)?)?.file_type(),
        ))
    }

    /// The target of the link at `path`.
    pub(in crate::subject) fn link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        let target = std::fs::read_link(self.beneath(path, true)?)?;
        Ok(target.to_string_lossy().replace('\\', "/").into_bytes())
    }

    /// Opens the regular file at `path`.
    pub(in crate::subject) fn open(&self, path: &[u8]) -> io::Result<File> {
        let full = self.beneath(path, false)?;
        if !std::fs::symlink_metadata(&full)?.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        File::open(full)
    }

    /// Names and kinds in the folder at `path`, unsorted.
    pub(in crate::subject) fn list(&self, path: &[u8]) -> io::Result<Vec<(Vec<u8>, Kind)>> {
        let mut listed = Vec::new();
        for entry in std::fs::read_dir(self.beneath(path, false)?)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            listed.push((name.into_bytes(), kind(entry.file_type()?)));
        }
        Ok(listed)
    }

    /// Appends up to `limit` bytes, and one more, of an open file; true when it goes on.
    pub(super) fn fill(file: &File, limit: usize, into: &mut Vec<u8>) -> io::Result<bool> {
        let start = into.len();
        file.take((limit as u64).saturating_add(1))
            .read_to_end(into)?;
        Ok(into.len() - start > limit)
    }

    fn beneath(&self, path: &[u8], last_may_link: bool) -> io::Result<PathBuf> {
        let mut full = self.path.clone();
        let parts: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
        for (i, part) in parts.iter().enumerate() {
            let part = std::str::from_utf8(part).map_err(io::Error::other)?;
            if part == ".." || part.contains(['\\', ':']) {
                return Err(io::Error::other("it leads out of the tree"));
            }
            full.push(part);
            let last = i + 1 == parts.len();
            if !(last && last_may_link) && std::fs::symlink_metadata(&full)?.is_symlink() {
                return Err(io::Error::other("it goes through a symbolic link"));
            }
        }
        Ok(full)
    }
}

fn kind(kind: std::fs::FileType) -> Kind {
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Special
    }
}
