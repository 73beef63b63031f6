// SPDX-License-Identifier: Apache-2.0

//! Folders as open descriptors: what is written stays below the root whatever happens to the tree meanwhile.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags};

use super::Place;

/// An open folder.
pub(super) struct Folder(OwnedFd);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

impl Place for Folder {
    fn root(root: &Path) -> io::Result<Self> {
        // The root is the user's word; it may be a link.
        let flags = FOLDER.difference(OFlags::NOFOLLOW);
        Ok(Folder(rustix::fs::open(root, flags, Mode::empty())?))
    }

    fn enter(&self, name: &str, make: bool) -> io::Result<Self> {
        let opened = rustix::fs::openat(&self.0, name, FOLDER, Mode::empty());
        match opened {
            Err(rustix::io::Errno::NOENT) if make => {
                rustix::fs::mkdirat(&self.0, name, Mode::from_raw_mode(0o777))?;
                Ok(Folder(rustix::fs::openat(
                    &self.0,
                    name,
                    FOLDER,
                    Mode::empty(),
                )?))
            }
            other => Ok(Folder(other?)),
        }
    }

    fn read(&self, name: &str, limit: usize) -> io::Result<(Vec<u8>, bool)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = File::from(rustix::fs::openat(&self.0, name, flags, Mode::empty())?);
        let about = file.metadata()?;
        if !about.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut content = Vec::new();
        file.take(limit as u64 + 1).read_to_end(&mut content)?;
        Ok((content, !about.permissions().readonly()))
    }

    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let old = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        let mode = Mode::from_raw_mode(old.st_mode & 0o7777);
        self.beside(content, mode, |new| {
            Ok(rustix::fs::renameat(&self.0, new, &self.0, name)?)
        })
    }

    fn create(&self, name: &str, content: &[u8], executable: bool) -> io::Result<()> {
        let mode = Mode::from_raw_mode(if executable { 0o755 } else { 0o644 });
        self.beside(content, mode, |new| {
            // Unlike a rename, a link fails when something of that name is there.
            rustix::fs::linkat(&self.0, new, &self.0, name, AtFlags::empty())?;
            Ok(rustix::fs::unlinkat(&self.0, new, AtFlags::empty())?)
        })
    }
}

impl Folder {
    /// Writes a file beside its place and hands its name on; it is removed when anything fails.
    fn beside(
        &self,
        content: &[u8],
        mode: Mode,
        then: impl FnOnce(&str) -> io::Result<()>,
    ) -> io::Result<()> {
        let name = format!(".provost-{}.tmp", std::process::id());
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::openat(
            &self.0,
            &name,
            flags,
            Mode::RUSR | Mode::WUSR,
        )?);
        let done = (|| {
            file.write_all(content)?;
            rustix::fs::fchmod(&file, mode)?;
            // Some disks say only now that they are full.
            drop(file);
            then(&name)
        })();
        if done.is_err() {
            let _ = rustix::fs::unlinkat(&self.0, &name, AtFlags::empty());
        }
        done
    }
}
