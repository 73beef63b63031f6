// SPDX-License-Identifier: Apache-2.0

//! The repository under inspection, whatever it lies in: working tree, commit, bare repository, plain folder.
//!
//! This layer knows nothing of rules. It never runs a program, never follows a link out of the tree, and
//! bounds every read (`docs/security.md`). Facts about broken or hostile storage come back as values
//! ([`ReadError`], [`Notice`]), never as a panic.

use std::fmt;

mod at;
mod changed;
mod clone;
mod commit_tree;
mod config;
mod disk;
pub mod event;
mod git;
pub mod history;
mod ignored;
mod index;
mod layout;
mod links;
pub mod memory;
pub mod objects;
mod open;
mod refs;
mod remote;
mod revision;
mod tags;
mod uncommitted;
mod walk;
mod work_tree;

pub use changed::{CHANGED_LIMIT, Changed, changed};
pub use commit_tree::CommitTree;
pub use git::Git;
pub use links::{Resolved, resolve_link};
pub use open::{OpenError, OpenOptions};
pub use revision::RevisionError;

/// Largest document that is read whole, in bytes.
pub const DOCUMENT_LIMIT: usize = 8 << 20;
/// Head of a file in which a licence header is looked for, in bytes.
pub const HEADER_LIMIT: usize = 64 << 10;

/// Deepest folder of a commit's tree; the disk's bound is lower, as its paths are.
pub(crate) const DEPTH_LIMIT: usize = 4096;
/// Most paths of a tree.
pub(crate) const ENTRY_LIMIT: usize = 2_000_000;
/// Most bytes of all paths of a tree together.
pub(crate) const PATH_BYTES_LIMIT: usize = 256 << 20;

/// What an entry of a tree is. Git's file modes, plus what only a disk can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// A regular file.
    File,
    /// A regular file with the executable bit.
    Executable,
    /// A symbolic link; its target is its content.
    Symlink,
    /// A submodule: another repository, not ours to judge.
    Submodule,
    /// FIFO, socket or device: never opened.
    Special,
}

/// How an entry came into the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// In the index or in the commit's tree: verdicts count it.
    Tracked,
    /// On disk, not tracked, not ignored: never changes a verdict silently.
    Untracked,
    /// In a plain folder without git: all there is, so verdicts count it.
    Plain,
}

/// One path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path as UTF-8, `/` separated; bytes that are not UTF-8 are shown as `\xNN`.
    pub path: String,
    /// Path as bytes, when it is not UTF-8.
    pub raw: Option<Box<[u8]>>,
    /// What it is.
    pub mode: Mode,
    /// How it came here.
    pub origin: Origin,
    /// Blob id where git knows one.
    pub oid: Option<git2::Oid>,
}

impl Entry {
    /// An entry at a path of any bytes.
    fn new(path: Vec<u8>, mode: Mode, origin: Origin, oid: Option<git2::Oid>) -> Entry {
        let (path, raw) = match String::from_utf8(path) {
            Ok(path) => (path, None),
            Err(e) => (escape(e.as_bytes()), Some(e.into_bytes().into())),
        };
        Entry {
            path,
            raw,
            mode,
            origin,
            oid,
        }
    }

    /// Its path as bytes.
    pub fn bytes(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.path.as_bytes())
    }

    /// Last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Folder part, `""` for the root.
    pub fn dir(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(dir, _)| dir)
    }

    /// Whether a verdict may rest on it.
    pub fn counts(&self) -> bool {
        self.origin != Origin::Untracked
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self.mode, Mode::File | Mode::Executable)
    }
}

/// Bytes as text; what is not UTF-8 is shown as `\\xNN`.
pub(crate) fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = fmt::Write::write_fmt(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    text
}

/// Why content could not be had. Never a verdict on the repository by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The object is not in this clone (partial or shallow) or the file is gone.
    Missing,
    /// Not a regular file, or a link that leaves the tree.
    Refused(String),
    /// Permission, I/O.
    Unreadable(String),
    /// The object is damaged.
    Corrupt(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing => f.write_str("its content is not in this clone"),
            ReadError::Refused(why) => write!(f, "not read: {why}"),
            ReadError::Unreadable(why) => write!(f, "cannot be read: {why}"),
            ReadError::Corrupt(why) => write!(f, "damaged: {why}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Content of a file, up to the limit asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The bytes read.
    pub bytes: Vec<u8>,
    /// Whether the file goes on after the limit.
    pub truncated: bool,
}

/// A tree of files. Entries are sorted by path and walked once.
pub trait Tree: Send + Sync {
    /// Every path: files, links, submodules. Sorted by path bytes.
    fn entries(&self) -> &[Entry];

    /// The first `limit` bytes of `entry`. For a symbolic link, its target. Never follows a link.
    ///
    /// # Errors
    /// When the content cannot be had; see [`ReadError`].
    fn read(&self, entry: &Entry, limit: usize) -> Result<Content, ReadError>;

    /// Reads the first `limit` bytes into `buffer` (cleared first); returns whether more follow.
    /// The header pass calls this once per file with a buffer per thread.
    ///
    /// # Errors
    /// As [`Tree::read`].
    fn read_into(
        &self,
        entry: &Entry,
        limit: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<bool, ReadError> {
        let content = self.read(entry, limit)?;
        *buffer = content.bytes;
        Ok(content.truncated)
    }
}

/// Something worth telling about how the subject was read: a bound reached, a link refused, a part left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Path or part concerned.
    pub place: String,
    /// What happened, what it means for the verdicts.
    pub message: String,
    /// True when something is broken (a fault, exit 2), false when it is merely left out and said.
    pub fault: bool,
}

impl Notice {
    /// Something is broken.
    fn fault(place: &str, message: String) -> Notice {
        Notice {
            place: place.to_owned(),
            message,
            fault: true,
        }
    }

    /// Something is left out on purpose.
    fn left_out(place: &str, message: String) -> Notice {
        Notice {
            place: place.to_owned(),
            message,
            fault: false,
        }
    }
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Name without `refs/tags/`.
    pub name: String,
    /// The commit it leads to, when it leads to one.
    pub commit: Option<git2::Oid>,
    /// Seconds since the epoch: the tagger's date, else the commit's.
    pub time: Option<i64>,
    /// Whether the tag object carries a signature.
    pub signed: bool,
    /// Whether it is an annotated tag.
    pub annotated: bool,
}

/// One repository, opened.
pub struct Subject {
    /// PATH as typed, or the address of a clone.
    pub path: String,
    /// Commit HEAD names, if any.
    pub head: Option<git2::Oid>,
    /// Commit judged instead of the working tree (`--at`).
    pub at: Option<git2::Oid>,
    /// The remote's address without user information.
    pub remote: Option<String>,
    /// `owner/name` on the forge.
    pub slug: Option<String>,
    /// Its files.
    pub tree: Box<dyn Tree>,
    /// Whether its files are those on disk below PATH, so that they can be written.
    pub on_disk: bool,
    /// Its commits; none without git.
    pub commits: Option<history::Source>,
    /// What was left out or found broken while opening.
    pub notices: Vec<Notice>,
    /// Its git repository, when it has one that can be read.
    pub git: Option<Git>,
    /// Why there is no history, when there is none.
    pub no_history: Option<String>,
    /// Whether it is a repository without a working tree: HEAD's commit is judged.
    pub bare: bool,
    /// A clone's folder, removed with the subject.
    pub(crate) clone: Option<tempfile::TempDir>,
}

impl Subject {
    /// A subject that is only files: a tree in memory, a reply.
    pub fn of(path: &str, tree: Box<dyn Tree>) -> Subject {
        Subject {
            path: path.to_owned(),
            head: None,
            at: None,
            remote: None,
            slug: None,
            tree,
            on_disk: false,
            commits: None,
            notices: Vec::new(),
            git: None,
            no_history: Some("this is not a git repository".into()),
            bare: false,
            clone: None,
        }
    }

    /// The commit under inspection: `--at`, else HEAD.
    pub fn commit(&self) -> Option<git2::Oid> {
        self.at.or(self.head)
    }

    /// The repository's objects.
    pub fn objects(&self) -> Option<&std::sync::Arc<objects::Objects>> {
        self.git.as_ref().map(|git| &git.objects)
    }

    /// The folder of the clone that was made of an address.
    pub fn clone_path(&self) -> Option<String> {
        let folder = self.clone.as_ref()?;
        Some(folder.path().to_string_lossy().into_owned())
    }

    /// Whether older commits exist elsewhere.
    pub fn is_shallow(&self) -> bool {
        self.git.as_ref().is_some_and(Git::is_shallow)
    }

    /// Whether objects are absent on purpose.
    pub fn is_partial(&self) -> bool {
        self.git.as_ref().is_some_and(|git| git.partial)
    }

    /// The address and slug of `url`, from the configuration, in place of git's own.
    ///
    /// # Errors
    /// When it is no address of a repository.
    pub fn set_remote(&mut self, url: &str) -> Result<(), OpenError> {
        let (address, slug) = remote::normalise(url).ok_or(OpenError::Remote)?;
        (self.remote, self.slug) = (Some(address), Some(slug));
        Ok(())
    }

    /// Reads the commits of `range`; the whole history ends at the head under inspection.
    pub fn read_commits(&self, range: &history::Range) -> history::History {
        let Some(source) = &self.commits else {
            return history::History::absent(
                self.no_history
                    .as_deref()
                    .unwrap_or("this is not a git repository"),
            );
        };
        let Some(head) = self.at.or(self.head) else {
            return history::History::absent("this repository has no commit yet");
        };
        source.read(range, head)
    }

    /// Reads the whole history of the head under inspection.
    pub fn read_history(&self) -> history::History {
        self.read_commits(&history::Range::All)
    }
}
