// SPDX-License-Identifier: Apache-2.0

//! A repository's own folder: what may be opened in it, and what is read from it.
//!
//! `git2::Repository` is not used: it reads configuration, follows alternates, links and `.git` files out of
//! the folder it was given, and waits on a FIFO. Here every file is opened beneath its folder by `disk`.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use git2::Oid;

use super::config::{CONFIG_LIMIT, Config};
use super::disk::{self, Kind, Root, SmallError};
use super::layout::{Folder, inside};
use super::objects::Objects;
use super::refs::{Head, Refs, parse_id};
use super::{Notice, Tag, escape};

/// Largest `shallow` file and alternates file, in bytes.
const LIST_LIMIT: usize = 4 << 20;
/// Largest index file, in bytes: about two million files.
const INDEX_LIMIT: usize = 256 << 20;
/// Most alternates that are followed, all of them inside PATH.
const ALTERNATES_LIMIT: usize = 5;

/// A git repository, opened: its references and its objects.
pub struct Git {
    /// The folder with HEAD and index; a linked work tree has its own.
    own: Root,
    /// The folder with references and objects, when that is another.
    common: Option<Root>,
    /// Objects by id, shared between threads.
    pub objects: Arc<Objects>,
    /// Commits at which a shallow clone is cut off: their parents exist elsewhere. Sorted.
    pub shallow: Vec<Oid>,
    /// Whether it is a partial clone: objects may be absent on purpose.
    pub partial: bool,
    pub(super) refs: Refs,
    pub(super) head: Head,
    pub(super) config: Config,
    pub(super) tags: OnceLock<Vec<Tag>>,
}

impl Git {
    /// Reads references and opens the object database.
    pub(super) fn open(folder: Folder, root: &Root, notices: &mut Vec<Notice>) -> Git {
        let Folder { own, common } = folder;
        let base = common.as_ref().unwrap_or(&own);
        let config = match base.small(b"config", CONFIG_LIMIT) {
            Ok(bytes) => Config::parse(&bytes),
            Err(SmallError::Absent) => Config::default(),
            Err(SmallError::Refused(why)) => {
                notices.push(Notice::fault(
                    "config",
                    format!("git's config is not read, because {why}; the remote is not known"),
                ));
                Config::default()
            }
        };
        if config.reftable {
            let why = "its references are kept as a reftable, which provost cannot read; clone it with `--ref-format=files`";
            notices.push(Notice::fault("refs", why.into()));
        }
        let refs = match config.sha256 {
            true => Refs::default(),
            false => Refs::read(base, notices),
        };
        let head = refs.head(&own);
        if let (Head::Broken(why), false) = (&head, config.reftable || config.sha256) {
            notices.push(Notice::fault(
                "HEAD",
                format!("HEAD cannot be used: {why}; history is missing from this report"),
            ));
        }
        let objects = object_folders(base, root, notices);
        let objects = Objects::over(objects, notices);
        let shallow = shallow(base, notices);
        let partial = config.partial;
        replaced(base, &refs, notices);
        let objects = Arc::new(objects);
        let tags = OnceLock::new();
        Git {
            own,
            common,
            objects,
            shallow,
            partial,
            refs,
            head,
            config,
            tags,
        }
    }

    /// Why history cannot be read though nothing is broken, in words.
    pub(super) fn unreadable(&self) -> Option<&'static str> {
        if self.config.sha256 {
            Some("this is a SHA-256 repository, of which provost reads only the working tree")
        } else if self.config.reftable {
            Some("its references are kept as a reftable, which provost cannot read")
        } else {
            None
        }
    }

    /// The index file, within its bound.
    pub(super) fn index(&self) -> Result<Vec<u8>, SmallError> {
        self.own.small(b"index", INDEX_LIMIT)
    }

    /// Ignore patterns of this clone alone.
    pub(super) fn exclude(&self, bound: usize) -> Result<Vec<u8>, SmallError> {
        let base = self.common.as_ref().unwrap_or(&self.own);
        base.small(b"info/exclude", bound)
    }

    /// The commit HEAD leads to.
    pub(super) fn head_commit(&self) -> Option<Oid> {
        let id = self.head.id()?;
        // HEAD on a tag object is unusual, not wrong; an unreadable one is told by whoever reads it.
        Some(self.peel(id).unwrap_or(id))
    }

    /// Whether something called `name` lies in its own folder.
    pub(super) fn holds(&self, name: &[u8]) -> bool {
        self.own.look(name).is_ok_and(|kind| kind.is_some())
    }

    /// Whether older commits exist elsewhere.
    pub fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }
}

/// `objects/` and those of its alternates that lie inside.
fn object_folders(base: &Root, root: &Root, notices: &mut Vec<Notice>) -> Vec<Root> {
    let mut folders = Vec::new();
    match base.look(b"objects") {
        Ok(Some(Kind::Folder)) => match base.folder(b"objects") {
            Ok(folder) => folders.push(folder),
            Err(e) => notices.push(Notice::fault("objects", format!("objects cannot be opened: {}", disk::words(&e)))),
        },
        Ok(Some(other)) => notices.push(Notice::fault(
            "objects",
            format!("objects is {} and is not followed; history and committed content are missing from this report", other.words()),
        )),
        Ok(None) => notices.push(Notice::fault("objects", "objects does not exist; history is missing from this report".into())),
        Err(e) => notices.push(Notice::fault("objects", format!("objects cannot be opened: {}", disk::words(&e)))),
    }
    let mut next = 0;
    while next < folders.len() {
        let found = alternates(&folders[next], notices);
        for target in found {
            if folders.len() > ALTERNATES_LIMIT {
                let message = format!("only {ALTERNATES_LIMIT} alternates are followed");
                notices.push(Notice::fault("objects/info/alternates", message));
                return folders;
            }
            // The path is resolved before it is compared, and the resolved one is opened.
            let real = target.canonicalize().unwrap_or_default();
            let fits = inside(&real, root.path()) || inside(&real, base.path());
            match fits.then(|| Root::at(&real)) {
                Some(Ok(folder)) => folders.push(folder),
                _ => notices.push(Notice::fault(
                    "objects/info/alternates",
                    "an alternate object store outside the folder under inspection is not followed; commits and content kept only there are missing from this report. Run `git repack -a -d` and remove objects/info/alternates to have them here".into(),
                )),
            }
        }
        next += 1;
    }
    folders
}

fn alternates(objects: &Root, notices: &mut Vec<Notice>) -> Vec<PathBuf> {
    match objects.small(b"info/alternates", LIST_LIMIT) {
        Ok(bytes) => bytes
            .split(|&b| b == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|line| !line.is_empty() && !line.starts_with(b"#"))
            .map(|line| objects.path().join(disk::native(line)))
            .take(ALTERNATES_LIMIT + 1)
            .collect(),
        Err(SmallError::Absent) => Vec::new(),
        Err(SmallError::Refused(why)) => {
            let message = format!("alternates are not read, because {why}");
            notices.push(Notice::fault("objects/info/alternates", message));
            Vec::new()
        }
    }
}

fn shallow(base: &Root, notices: &mut Vec<Notice>) -> Vec<Oid> {
    match base.small(b"shallow", LIST_LIMIT) {
        Ok(bytes) => {
            let lines = bytes.split(|&b| b == b'\n');
            let mut ids: Vec<Oid> = lines.filter_map(|l| parse_id(l.trim_ascii())).collect();
            ids.sort_unstable();
            ids
        }
        Err(SmallError::Absent) => Vec::new(),
        Err(SmallError::Refused(why)) => {
            let message = format!("the list of shallow commits is not read, because {why}");
            notices.push(Notice::fault("shallow", message));
            Vec::new()
        }
    }
}

/// Replacements and grafts show another history than the one that is stored; the stored one is judged.
fn replaced(base: &Root, refs: &Refs, notices: &mut Vec<Notice>) {
    let replaced = refs.under("refs/replace/").count();
    if replaced > 0 {
        notices.push(Notice::left_out(
            "refs/replace",
            format!("{replaced} replacement objects are not honoured: the commits as they are stored are judged"),
        ));
    }
    if base.look(b"info/grafts").is_ok_and(|k| k.is_some()) {
        notices.push(Notice::left_out(
            "info/grafts",
            "grafts are not honoured: the commits as they are stored are judged".into(),
        ));
    }
}

impl std::fmt::Debug for Git {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Git({})",
            escape(self.own.path().to_string_lossy().as_bytes())
        )
    }
}
