//! A repository's own folder: what may be opened in it, and what is read from it.
//!
//! `git2::Repository` is not used: it reads configuration, follows alternates, links and `.git` files out of
//! the folder it was given, and waits on a FIFO. Here every file is opened beneath its folder by `disk`.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use git2::Oid;

use super::config::{CONFIG_LIMIT, Config};
use super::disk::{self, Kind, Root, SmallError};
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

/// The git folder that belongs to a path.
pub(super) enum Found {
    /// None: a plain folder.
    None,
    /// The path itself is one.
    Bare(Folder),
    /// The path is its work tree.
    Work(Folder),
    /// There is one, and it must not be read: why is in the notices.
    Refused,
}

/// A git folder that was found fit to be read.
pub(super) struct Folder {
    own: Root,
    /// Where objects and references are, when that is elsewhere.
    common: Option<Root>,
}

/// Finds the git folder of `root` without searching upwards.
pub(super) fn find(root: &Root, notices: &mut Vec<Notice>) -> Found {
    let refused = |notices: &mut Vec<Notice>, why: String| {
        notices.push(Notice::fault(
            ".git",
            format!("the repository's .git is not read, because {why}; its files are judged as a plain folder, without history"),
        ));
        Found::Refused
    };
    match root.look(b".git") {
        Ok(None) => match is_git_folder(root) {
            true => with_common(root, root, ".", notices).map_or(Found::Refused, Found::Bare),
            false => Found::None,
        },
        Ok(Some(Kind::Folder)) => match root.folder(b".git") {
            Ok(own) if is_git_folder(&own) || own.look(b"HEAD").is_ok_and(|k| k.is_some()) => {
                with_common(root, &own, ".git", notices).map_or(Found::Refused, Found::Work)
            }
            // An empty `.git` folder makes no repository for git either.
            Ok(own) if own.list(b"").is_ok_and(|l| l.is_empty()) => Found::None,
            Ok(_) => refused(
                notices,
                "it is no git folder: HEAD, objects or refs is missing".into(),
            ),
            Err(e) => refused(notices, disk::words(&e)),
        },
        Ok(Some(Kind::File)) => match linked(root, notices) {
            Ok(folder) => Found::Work(folder),
            Err(why) => refused(notices, why),
        },
        Ok(Some(other)) => refused(notices, format!("it is {}", other.words())),
        Err(e) => refused(notices, disk::words(&e)),
    }
}

/// What git itself asks of a repository's folder.
fn is_git_folder(root: &Root) -> bool {
    let is = |name: &[u8]| root.look(name).ok().flatten();
    is(b"HEAD").is_some()
        && matches!(is(b"objects"), Some(Kind::Folder | Kind::Link))
        && (matches!(is(b"refs"), Some(Kind::Folder | Kind::Link)) || is(b"packed-refs").is_some())
}

/// Follows `commondir` if it stays inside PATH.
fn with_common(root: &Root, own: &Root, place: &str, notices: &mut Vec<Notice>) -> Option<Folder> {
    let own = Root::at(own.path()).ok()?;
    match own.small(b"commondir", 4096) {
        Err(SmallError::Absent) => Some(Folder { own, common: None }),
        Ok(text) => {
            let target = own.path().join(disk::native(text.trim_ascii()));
            match inside(&target, root.path()).then(|| Root::at(&target)) {
                Some(Ok(common)) => Some(Folder {
                    own,
                    common: Some(common),
                }),
                _ => {
                    let message = "commondir leads out of the folder under inspection and is not followed; files are judged as a plain folder, without history";
                    notices.push(Notice::fault(place, message.into()));
                    None
                }
            }
        }
        Err(SmallError::Refused(why)) => {
            notices.push(Notice::fault(
                place,
                format!("commondir is not read, because {why}"),
            ));
            None
        }
    }
}

/// A `.git` file: accepted when its target lies inside, or names this work tree back.
fn linked(root: &Root, notices: &mut Vec<Notice>) -> Result<Folder, String> {
    let text = match root.small(b".git", 4096) {
        Ok(text) => text,
        Err(SmallError::Absent) => return Err("it vanished".into()),
        Err(SmallError::Refused(why)) => return Err(why),
    };
    let target = text
        .strip_prefix(b"gitdir:")
        .ok_or("it is a file that does not begin with `gitdir:`")?;
    let target = root.path().join(disk::native(target.trim_ascii()));
    let own = Root::at(&target)
        .map_err(|e| format!("the folder it names cannot be opened: {}", disk::words(&e)))?;
    if inside(&target, root.path()) {
        return with_common(root, &own, ".git", notices)
            .ok_or_else(|| "its commondir leads outside".into());
    }
    // A linked work tree: `gitdir` names the `.git` file back.
    if let Ok(back) = own.small(b"gitdir", 4096) {
        let back = target.join(disk::native(back.trim_ascii()));
        if same(&back, &root.path().join(".git")) {
            let common = match own.small(b"commondir", 4096) {
                Ok(text) => Some(target.join(disk::native(text.trim_ascii()))),
                Err(_) => return Err("the linked work tree's commondir cannot be read".into()),
            };
            let common = common.filter(|c| inside(&target, c)).map(|c| Root::at(&c));
            return match common {
                Some(Ok(common)) => Ok(Folder {
                    own,
                    common: Some(common),
                }),
                _ => Err("the linked work tree's commondir does not hold it".into()),
            };
        }
    }
    // A submodule: `core.worktree` names the folder back.
    if let Ok(bytes) = own.small(b"config", CONFIG_LIMIT)
        && let Some(tree) = Config::parse(&bytes).work_tree
        && same(&target.join(tree), root.path())
        && own.look(b"commondir").is_ok_and(|k| k.is_none())
    {
        return Ok(Folder { own, common: None });
    }
    Err("it names a folder outside that does not name this work tree back".into())
}

/// Whether `path` lies in `folder`, links resolved.
fn inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

fn same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
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
