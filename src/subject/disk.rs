// SPDX-License-Identifier: Apache-2.0

//! The disk below one folder: every path is opened beneath it, no link is followed, nothing blocks.
//!
//! A tree under inspection may change while it is read (`mv dir away; ln -s / dir`), so a check before the
//! open is not enough: on Linux `openat2` refuses links and `..` in the one call that opens; elsewhere each
//! folder on the way is opened by itself without following. FIFOs are opened without waiting.

use std::io;
use std::path::Path;

#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use portable::Root;
#[cfg(unix)]
pub(super) use unix::Root;

/// What lies at a path, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// FIFO, socket, device.
    Special,
}

impl Kind {
    /// For messages: "a symbolic link".
    pub(super) fn words(self) -> &'static str {
        match self {
            Kind::File => "a file",
            Kind::Folder => "a folder",
            Kind::Link => "a symbolic link",
            Kind::Special => "a FIFO, socket or device",
        }
    }
}

/// Why a small file of git's own was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SmallError {
    /// Nothing there.
    Absent,
    /// Not a regular file, too large, or unreadable: in words.
    Refused(String),
}

impl Root {
    /// What lies at `path`; `None` when nothing does.
    pub(super) fn look(&self, path: &[u8]) -> Result<Option<Kind>, io::Error> {
        match self.kind(path) {
            Ok(kind) => Ok(Some(kind)),
            Err(e) if absent(&e) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Reads a regular file of at most `bound` bytes whole.
    pub(super) fn small(&self, path: &[u8], bound: usize) -> Result<Vec<u8>, SmallError> {
        let refused = |why: String| Err(SmallError::Refused(why));
        match self.look(path) {
            Ok(None) => return Err(SmallError::Absent),
            Ok(Some(Kind::File)) => {}
            Ok(Some(other)) => return refused(format!("it is {}", other.words())),
            Err(e) => return refused(words(&e)),
        }
        let mut bytes = Vec::new();
        match self.read(path, bound, &mut bytes) {
            Ok(false) => Ok(bytes),
            Ok(true) => refused(format!("it is larger than the bound of {bound} bytes")),
            Err(e) => refused(words(&e)),
        }
    }

    /// Reads up to `limit` bytes of the regular file at `path`; true when it goes on.
    pub(super) fn read(&self, path: &[u8], limit: usize, into: &mut Vec<u8>) -> io::Result<bool> {
        into.clear();
        let more = Self::fill(&self.open(path)?, limit, into)?;
        into.truncate(limit);
        Ok(more)
    }
}

/// Whether an error says that nothing is there.
pub(super) fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether an error says that the way leads through a symbolic link.
pub(super) fn through_link(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error())
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// An I/O error in words that do not depend on the machine.
pub(super) fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::NotADirectory => "a part of its path is not a folder".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(end) => text[..end].to_lowercase(),
                None => text,
            }
        }
    }
}

/// Reads at an offset, without a position that threads would share.
pub(super) fn read_at(file: &std::fs::File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_at(file, buffer, offset)
    }
    #[cfg(windows)]
    {
        std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
    }
}

/// A byte path as the platform's.
pub(super) fn native(path: &[u8]) -> std::path::PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        Path::new(std::ffi::OsStr::from_bytes(path)).to_owned()
    }
    #[cfg(not(unix))]
    {
        Path::new(String::from_utf8_lossy(path).as_ref()).to_owned()
    }
}
