// SPDX-License-Identifier: Apache-2.0

//! Writing what was planned: each file whole or not at all, nothing through a link, nothing that changed since.
//!
//! A file is written beside its place and renamed. Its folders are opened one below the other without following
//! links, so a tree that is changed under our feet cannot lead a write out of it.

use std::io;
use std::path::Path;

use super::{Change, Edit, FILE_LIMIT, Plan};

#[cfg(any(not(unix), test))]
mod portable;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
use portable::Folder;
#[cfg(unix)]
use unix::Folder;

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Paths written.
    pub written: Vec<String>,
    /// Paths not written, and why.
    pub refused: Vec<(String, String)>,
    /// What ended the work early, if something did: nothing after it was tried.
    pub stopped: Option<String>,
}

/// A folder that files are written into.
trait Place: Sized {
    /// The folder at `root`.
    fn root(root: &Path) -> io::Result<Self>;
    /// The folder `name` in it, made when `make` says so; never through a link.
    fn enter(&self, name: &str, make: bool) -> io::Result<Self>;
    /// Reads the regular file `name`, at most `limit` bytes and one more; also whether it may be written.
    fn read(&self, name: &str, limit: usize) -> io::Result<(Vec<u8>, bool)>;
    /// Puts a file in the place of the one there, with its permissions.
    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()>;
    /// Makes a file where none is.
    fn create(&self, name: &str, content: &[u8], executable: bool) -> io::Result<()>;
}

/// Writes the changes of `plan` below `root`. A change that no longer fits is refused and the others are made;
/// when the disk is full or gone, the work ends and says what was done.
pub fn apply(root: &Path, plan: &Plan) -> Outcome {
    apply_in::<Folder>(root, plan)
}

fn apply_in<P: Place>(root: &Path, plan: &Plan) -> Outcome {
    let mut outcome = Outcome::default();
    let folder = match P::root(root) {
        Ok(folder) => folder,
        Err(error) => {
            outcome.stopped = Some(format!("{}: {error}", root.display()));
            return outcome;
        }
    };
    for change in &plan.changes {
        match write(&folder, change) {
            Ok(()) => outcome.written.push(change.path.clone()),
            Err(Failure::Refused(why)) => outcome.refused.push((change.path.clone(), why)),
            Err(Failure::Io(error)) if ends_all(&error) => {
                outcome.stopped = Some(format!("{}: {error}", change.path));
                return outcome;
            }
            Err(Failure::Io(error)) => {
                outcome
                    .refused
                    .push((change.path.clone(), error.to_string()));
            }
        }
    }
    outcome
}

enum Failure {
    Refused(String),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

fn refused(why: &str) -> Failure {
    Failure::Refused(why.to_owned())
}

/// Whether the next file would meet the same trouble.
fn ends_all(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::ReadOnlyFilesystem
    )
}

fn write<P: Place>(root: &P, change: &Change) -> Result<(), Failure> {
    let (folders, name) = match change.path.rsplit_once('/') {
        Some((folders, name)) => (folders.split('/').collect(), name),
        None => (Vec::new(), change.path.as_str()),
    };
    let proper = |part: &str| !part.is_empty() && part != "." && part != "..";
    if !proper(name) || !folders.iter().all(|part| proper(part)) {
        return Err(refused("it is not a path inside the tree"));
    }
    let make = matches!(change.edit, Edit::Create { .. });
    let mut entered: Option<P> = None;
    for part in folders {
        entered = Some(entered.as_ref().unwrap_or(root).enter(part, make)?);
    }
    let folder = entered.as_ref().unwrap_or(root);
    match &change.edit {
        Edit::Create {
            content,
            executable,
        } => Ok(folder.create(name, content, *executable)?),
        Edit::Replace { before, content } => {
            if current(folder, name)? != *before {
                return Err(refused(CHANGED));
            }
            Ok(folder.replace(name, content)?)
        }
        Edit::Insert { at, text, head } => {
            let before = current(folder, name)?;
            if !before.starts_with(head) {
                return Err(refused(CHANGED));
            }
            let mut after = Vec::with_capacity(before.len() + text.len());
            after.extend_from_slice(&before[..*at]);
            after.extend_from_slice(text);
            after.extend_from_slice(&before[*at..]);
            Ok(folder.replace(name, &after)?)
        }
    }
}

const CHANGED: &str = "it was changed since it was looked at; run it again";

/// The file that is to be changed, as it stands.
fn current<P: Place>(folder: &P, name: &str) -> Result<Vec<u8>, Failure> {
    let (before, writable) = folder.read(name, FILE_LIMIT)?;
    if !writable {
        return Err(refused("it is read-only"));
    }
    if before.len() > FILE_LIMIT {
        return Err(refused("it is larger than 64 MiB"));
    }
    Ok(before)
}

#[cfg(test)]
mod tests;
