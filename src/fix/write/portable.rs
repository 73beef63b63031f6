// SPDX-License-Identifier: Apache-2.0

//! Folders as paths, for systems without descriptors of folders: each part is looked at before it is used.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::Place;

/// A folder.
pub(super) struct Folder(PathBuf);

impl Place for Folder {
    fn root(root: &Path) -> io::Result<Self> {
        Ok(Folder(fs::canonicalize(root)?))
    }

    fn enter(&self, name: &str, make: bool) -> io::Result<Self> {
        let path = self.0.join(name);
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_dir() => Ok(Folder(path)),
            Ok(_) => Err(io::Error::other("a part of its path is not a folder")),
            Err(e) if e.kind() == io::ErrorKind::NotFound && make => {
                fs::create_dir(&path)?;
                Ok(Folder(path))
            }
            Err(e) => Err(e),
        }
    }

    fn read(&self, name: &str, limit: usize) -> io::Result<(Vec<u8>, bool)> {
        let path = self.0.join(name);
        let about = fs::symlink_metadata(&path)?;
        if !about.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        let mut content = Vec::new();
        fs::File::open(&path)?
            .take(limit as u64 + 1)
            .read_to_end(&mut content)?;
        Ok((content, !about.permissions().readonly()))
    }

    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let path = self.0.join(name);
        let mut new = tempfile::NamedTempFile::new_in(&self.0)?;
        new.write_all(content)?;
        new.as_file()
            .set_permissions(fs::symlink_metadata(&path)?.permissions())?;
        new.persist(&path)?;
        Ok(())
    }

    fn create(&self, name: &str, content: &[u8], executable: bool) -> io::Result<()> {
        let mut new = tempfile::NamedTempFile::new_in(&self.0)?;
        new.write_all(content)?;
        permit(new.as_file(), executable)?;
        new.persist_noclobber(self.0.join(name))?;
        Ok(())
    }
}

#[cfg(unix)]
fn permit(file: &fs::File, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(if executable {
        0o755
    } else {
        0o644
    }))
}

#[cfg(not(unix))]
fn permit(_: &fs::File, _: bool) -> io::Result<()> {
    Ok(())
}
