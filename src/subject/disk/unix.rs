// SPDX-License-Identifier: Apache-2.0

//! Unix: paths opened beneath a folder's descriptor.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::buffer::spare_capacity;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::Kind;

/// First read of a file: most source files fit, so most files cost one read.
const FIRST: usize = 64 << 10;

/// A folder that paths are opened beneath.
pub(in crate::subject) struct Root {
    fd: OwnedFd,
    path: PathBuf,
}

/// `openat2` is refused by some sandboxes; then each folder on the way is opened by itself.
#[cfg(target_os = "linux")]
static STEPWISE: AtomicBool = AtomicBool::new(false);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

impl Root {
    /// Opens the folder that the user named; this path alone may go through links.
    pub(in crate::subject) fn at(path: &Path) -> io::Result<Root> {
        let fd = rustix::fs::open(path, FOLDER, Mode::empty())?;
        Ok(Root {
            fd,
            path: path.to_owned(),
        })
    }

    /// Opens a folder beneath.
    pub(in crate::subject) fn folder(&self, path: &[u8]) -> io::Result<Root> {
        Ok(Root {
            fd: self.beneath(path, FOLDER)?,
            path: self.path.join(super::native(path)),
        })
    }

    /// Where it is, for messages and for comparing folders.
    pub(in crate::subject) fn path(&self) -> &Path {
        &self.path
    }

    /// What lies at `path`.
    pub(in crate::subject) fn kind(&self, path: &[u8]) -> io::Result<Kind> {
        let (fd, name) = self.parent(path)?;
        let fd = fd.as_ref().unwrap_or(&self.fd);
        let stat = rustix::fs::statat(fd, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(kind(FileType::from_raw_mode(stat.st_mode as _)))
    }

    /// The target of the link at `path`.
    pub(in crate::subject) fn link(&self, path: &[u8]) -> io::Result<Vec<u8>> {
        let (fd, name) = self.parent(path)?;
        let fd = fd.as_ref().unwrap_or(&self.fd);
        Ok(rustix::fs::readlinkat(fd, name, Vec::new())?.into_bytes())
    }

    /// Opens what lies at `path` for reading, without waiting for a writer.
    pub(in crate::subject) fn open(&self, path: &[u8]) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(File::from(self.beneath(path, flags)?))
    }

    /// Names and kinds in the folder at `path`, unsorted, without `.` and `..`.
    pub(in crate::subject) fn list(&self, path: &[u8]) -> io::Result<Vec<(Vec<u8>, Kind)>> {
        let fd = self.beneath(path, FOLDER)?;
        let mut names = Vec::new();
        for entry in Dir::new(fd)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            names.push((name.to_vec(), entry.file_type()));
        }
        let mut listed = Vec::with_capacity(names.len());
        for (name, kind_of) in names {
            let kind = match kind_of {
                // Some file systems do not say.
                FileType::Unknown => {
                    let whole = if path.is_empty() {
                        name.clone()
                    } else {
                        [path, b"/", &name].concat()
                    };
                    self.kind(&whole)?
                }
                known => kind(known),
            };
            listed.push((name, kind));
        }
        Ok(listed)
    }

    /// Appends up to `limit` bytes, and maybe more, of an open regular file; true when it goes on.
    ///
    /// One `read` for most files: a read that comes short of the room it was given has met the end. Some
    /// network file systems cut reads at a block, so a length that is whole blocks is asked once more.
    pub(super) fn fill(file: &File, limit: usize, into: &mut Vec<u8>) -> io::Result<bool> {
        let start = into.len();
        into.reserve(limit.saturating_add(1).min(FIRST));
        loop {
            let room = into.capacity() - into.len();
            let read = match rustix::io::read(file, spare_capacity(into)) {
                Ok(read) => read,
                Err(Errno::INTR) => continue,
                Err(e) => return Err(e.into()),
            };
            let done = into.len() - start;
            if done == 0 {
                only_regular(file)?;
            }
            if done > limit {
                return Ok(true);
            }
            if read == 0 || (read < room && read % 512 != 0) {
                return Ok(false);
            }
            if read == room {
                into.reserve(done.min(limit - done + 1));
            }
        }
    }

    /// The folder that holds `path`, and the last name. `None`: this folder itself.
    fn parent<'p>(&self, path: &'p [u8]) -> io::Result<(Option<OwnedFd>, &'p [u8])> {
        match path.iter().rposition(|&b| b == b'/') {
            None => Ok((None, if path.is_empty() { b"." } else { path })),
            Some(at) => Ok((Some(self.beneath(&path[..at], FOLDER)?), &path[at + 1..])),
        }
    }

    fn beneath(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        let path = if path.is_empty() { b"." } else { path };
        #[cfg(target_os = "linux")]
        if !STEPWISE.load(Ordering::Relaxed) {
            use rustix::fs::ResolveFlags;
            let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
            match rustix::fs::openat2(&self.fd, path, flags, Mode::empty(), resolve) {
                Ok(fd) => return Ok(fd),
                Err(Errno::NOSYS | Errno::PERM) => STEPWISE.store(true, Ordering::Relaxed),
                Err(e) => return Err(e.into()),
            }
        }
        self.stepwise(path, flags)
    }

    /// Opens folder after folder, none of them through a link.
    fn stepwise(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        let mut parts: Vec<&[u8]> = path.split(|&b| b == b'/').collect();
        let last = parts.pop().unwrap_or(b".");
        if last == b".." || parts.iter().any(|&p| p == b"..") {
            return Err(Errno::XDEV.into());
        }
        let mut at: Option<OwnedFd> = None;
        for part in parts {
            let fd = at.as_ref().map_or(self.fd.as_fd(), AsFd::as_fd);
            let next = rustix::fs::openat(fd, part, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
            at = Some(next);
        }
        let fd = at.as_ref().map_or(self.fd.as_fd(), AsFd::as_fd);
        let opened = rustix::fs::openat(fd, last, flags | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(opened)
    }
}

fn kind(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        FileType::Symlink => Kind::Link,
        _ => Kind::Special,
    }
}

/// An empty read may come from a FIFO that replaced the file after it was listed.
fn only_regular(file: &File) -> io::Result<()> {
    let stat = rustix::fs::fstat(file)?;
    match kind(FileType::from_raw_mode(stat.st_mode as _)) {
        Kind::File => Ok(()),
        other => Err(io::Error::other(format!("it is {}", other.words()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_refuse_links_and_parents() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        std::fs::write(dir.path().join("real/a"), "content").unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("real/a", dir.path().join("file")).unwrap();
        let root = Root::at(dir.path()).unwrap();
        for flags in [FOLDER, OFlags::RDONLY] {
            assert!(root.beneath(b"link", flags).is_err());
            assert!(root.stepwise(b"link", flags).is_err());
            assert!(root.stepwise(b"real/../real", flags).is_err());
        }
        for path in [&b"link/a"[..], b"file", b"../x"] {
            assert!(root.beneath(path, OFlags::RDONLY).is_err());
            assert!(root.stepwise(path, OFlags::RDONLY).is_err());
        }
        assert!(root.stepwise(b"real/a", OFlags::RDONLY).is_ok());
        let mut bytes = Vec::new();
        assert!(!root.read(b"real/a", 100, &mut bytes).unwrap());
        assert_eq!(bytes, b"content");
        assert!(root.read(b"real/a", 3, &mut bytes).unwrap());
        assert_eq!(bytes, b"con");
        assert!(!root.read(b"real/a", 7, &mut bytes).unwrap());
    }
}
