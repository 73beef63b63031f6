// SPDX-License-Identifier: Apache-2.0

//! Opens PATH, whatever it is: working tree, bare repository, plain folder, address of a repository.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use git2::Oid;

use super::commit_tree::CommitTree;
use super::disk::{Root, words};
use super::git::Git;
use super::history::Source;
use super::layout::{self, Found};
use super::refs::Head;
use super::work_tree::WorkTree;
use super::{Notice, RevisionError, Subject, Tree, at, clone, remote};

/// What to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// A folder, or the https address of a repository.
    pub path: String,
    /// The commit to judge instead of the working tree.
    pub at: Option<String>,
    /// The remote's address, in place of git's configuration.
    pub remote_override: Option<String>,
    /// Whether connections are out of bounds: an address is then refused.
    pub offline: bool,
    /// When not empty, only these files are listed, for who wants the history alone: no walk of the tree.
    pub only: Vec<String>,
}

/// Why nothing was opened: what happened, to which path, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// PATH does not exist.
    Absent(String),
    /// PATH is a file.
    NotFolder(String),
    /// PATH cannot be read.
    Unreadable(String, String),
    /// A repository without a commit and without a working tree.
    NoCommit(String),
    /// HEAD leads to nothing that can be read.
    BrokenHead(String, String),
    /// A revision was asked for, of something without git.
    NoGit(String),
    /// No such revision.
    Revision(RevisionError),
    /// The remote given is no address of a repository.
    Remote,
    /// An address could not be cloned.
    Clone(String, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Absent(path) => write!(f, "{path}: no such folder; PATH is a folder, a bare repository or an https address"),
            OpenError::NotFolder(path) => write!(f, "{path}: not a folder; give the folder that holds the project"),
            OpenError::Unreadable(path, why) => write!(f, "{path}: cannot be read: {why}; check its permissions"),
            OpenError::NoCommit(path) => write!(f, "{path}: this repository has no commit yet and no working tree, so there is nothing to judge; commit or fetch something first"),
            OpenError::BrokenHead(path, why) => write!(f, "{path}: HEAD leads to nothing that can be judged: {why}; name a commit with --at, or mend the repository (`git fsck`)"),
            OpenError::NoGit(path) => write!(f, "{path}: not a git repository, so it has no revisions; leave out --at and ranges, or give the repository's own top folder (folders above are not searched)"),
            OpenError::Revision(error) => error.fmt(f),
            OpenError::Remote => f.write_str("the remote given is not the address of a repository; give it as https://host/owner/name"),
            OpenError::Clone(url, why) => write!(f, "{url}: cannot be cloned: {why}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    /// The same of another path: a clone's folder is nobody's business.
    fn named(self, path: &str) -> OpenError {
        let path = path.to_owned();
        match self {
            OpenError::Absent(_) => OpenError::Absent(path),
            OpenError::NotFolder(_) => OpenError::NotFolder(path),
            OpenError::Unreadable(_, why) => OpenError::Unreadable(path, why),
            OpenError::NoCommit(_) => OpenError::NoCommit(path),
            OpenError::BrokenHead(_, why) => OpenError::BrokenHead(path, why),
            OpenError::NoGit(_) => OpenError::NoGit(path),
            OpenError::Clone(_, why) => OpenError::Clone(path, why),
            other @ (OpenError::Revision(_) | OpenError::Remote) => other,
        }
    }
}

impl From<RevisionError> for OpenError {
    fn from(error: RevisionError) -> Self {
        OpenError::Revision(error)
    }
}

impl Subject {
    /// Opens what `options` name. No folder above PATH is searched, no program runs, nothing outside is read.
    ///
    /// # Errors
    /// When there is nothing to judge; see [`OpenError`]. What is merely broken is told in `notices`.
    pub fn open(options: &OpenOptions) -> Result<Subject, OpenError> {
        if !clone::is_address(&options.path) {
            return Subject::open_folder(options);
        }
        let shown =
            remote::normalise(&options.path).map_or("the address".into(), |(address, _)| address);
        if options.offline {
            return Err(OpenError::Clone(
                shown,
                "--offline allows no connection; clone it with git and give the folder".into(),
            ));
        }
        let folder = clone::clone(&options.path)?;
        let path = folder.path().to_string_lossy().into_owned();
        let inside = OpenOptions {
            path,
            ..options.clone()
        };
        let mut subject = Subject::open_folder(&inside).map_err(|e| e.named(&shown))?;
        subject.path = shown;
        subject.on_disk = false;
        subject.clone = Some(folder);
        Ok(subject)
    }

    fn open_folder(options: &OpenOptions) -> Result<Subject, OpenError> {
        let mut notices = Vec::new();
        let path = options.path.as_str();
        let root = root(path)?;
        let mut subject = match layout::find(&root, &mut notices) {
            Found::None | Found::Refused if options.at.is_some() => {
                return Err(OpenError::NoGit(path.to_owned()));
            }
            found @ (Found::None | Found::Refused) => {
                let mut subject = Subject::of(path, Box::new(WorkTree::plain(root, &mut notices)));
                subject.on_disk = true;
                if matches!(found, Found::Refused) {
                    subject.no_history = Some("its git repository could not be opened".into());
                }
                subject
            }
            Found::Bare(folder) => {
                let git = Git::open(folder, &root, &mut notices);
                bare(git, options, &mut notices)?
            }
            Found::Work(folder) => {
                let git = Git::open(folder, &root, &mut notices);
                work(git, root, options, &mut notices)?
            }
        };
        if let Some(git) = &subject.git {
            git.too_many_tags(&mut notices);
            let remote = git.config.remote().and_then(remote::normalise);
            (subject.remote, subject.slug) = remote.unzip();
        }
        if let Some(url) = &options.remote_override {
            subject.set_remote(url)?;
        }
        notices.sort();
        subject.notices = notices;
        Ok(subject)
    }

    /// The commit a revision names.
    ///
    /// # Errors
    /// When it names none, or there is no git repository.
    pub fn resolve(&self, revision: &str) -> Result<Oid, OpenError> {
        match &self.git {
            Some(git) => Ok(git.resolve(revision)?),
            None => Err(OpenError::NoGit(self.path.clone())),
        }
    }

    /// The files of another commit; what could not be listed is in the notices.
    ///
    /// # Errors
    /// When the commit or its tree is not in this clone.
    pub fn tree_at(&self, commit: Oid) -> Result<(Box<dyn Tree>, Vec<Notice>), OpenError> {
        let git = self
            .git
            .as_ref()
            .ok_or_else(|| OpenError::NoGit(self.path.clone()))?;
        let mut notices = Vec::new();
        let tree = commit_tree(git, commit, &self.path, &mut notices)?;
        Ok((Box::new(tree), notices))
    }

    /// Every tag, sorted by name.
    pub fn tags(&self) -> &[super::Tag] {
        self.git.as_ref().map_or(&[], Git::tags)
    }
}

/// The folder at PATH.
fn root(path: &str) -> Result<Root, OpenError> {
    Root::at(Path::new(path)).map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => OpenError::Absent(path.to_owned()),
        io::ErrorKind::NotADirectory => OpenError::NotFolder(path.to_owned()),
        _ => OpenError::Unreadable(path.to_owned(), words(&e)),
    })
}

/// A repository without a working tree: the commit is judged.
fn bare(git: Git, options: &OpenOptions, notices: &mut Vec<Notice>) -> Result<Subject, OpenError> {
    let head = git.head_commit();
    let commit = match (&options.at, head) {
        (Some(revision), _) => git.resolve(revision)?,
        (None, Some(head)) => head,
        (None, None) => {
            let path = options.path.clone();
            return Err(match &git.head {
                _ if git.unreadable().is_some() => {
                    OpenError::BrokenHead(path, git.unreadable().unwrap_or_default().to_owned())
                }
                Head::Broken(why) => OpenError::BrokenHead(path, why.clone()),
                _ => OpenError::NoCommit(path),
            });
        }
    };
    let tree = tree_of(&git, commit, options, notices)?;
    let mut subject = Subject::of(&options.path, tree);
    subject.head = head;
    subject.bare = true;
    subject.at = options.at.as_ref().map(|_| commit);
    with_git(&mut subject, git);
    Ok(subject)
}

/// A working tree: its files, or those of the commit asked for.
fn work(
    git: Git,
    root: Root,
    options: &OpenOptions,
    notices: &mut Vec<Notice>,
) -> Result<Subject, OpenError> {
    let (tree, at): (Box<dyn Tree>, _) = match &options.at {
        Some(revision) => {
            let commit = git.resolve(revision)?;
            (tree_of(&git, commit, options, notices)?, Some(commit))
        }
        None if !options.only.is_empty() => {
            let tree = at::on_disk(&root, &options.only, notices);
            (Box::new(tree), None)
        }
        None => (Box::new(WorkTree::tracked(root, &git, notices)), None),
    };
    let mut subject = Subject::of(&options.path, tree);
    subject.head = git.head_commit();
    subject.on_disk = at.is_none();
    subject.at = at;
    with_git(&mut subject, git);
    Ok(subject)
}

fn with_git(subject: &mut Subject, git: Git) {
    subject.no_history = match (&git.head, subject.at) {
        _ if git.unreadable().is_some() => git.unreadable().map(str::to_owned),
        (_, Some(_)) => None,
        (Head::Unborn(branch), None) => {
            let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
            Some(format!("the branch `{branch}` has no commit yet"))
        }
        (Head::Broken(why), None) => Some(format!("HEAD cannot be used: {why}")),
        _ => None,
    };
    if subject.no_history.is_none() {
        let objects = Arc::clone(&git.objects);
        subject.commits = Some(Source::new(objects, git.shallow.iter().copied()));
    }
    subject.git = Some(git);
}

/// The files of a commit, as far as they are asked for.
fn tree_of(
    git: &Git,
    commit: Oid,
    options: &OpenOptions,
    notices: &mut Vec<Notice>,
) -> Result<Box<dyn Tree>, OpenError> {
    if options.only.is_empty() {
        return Ok(Box::new(commit_tree(git, commit, &options.path, notices)?));
    }
    let tree = at::in_commit(&git.objects, commit, &options.only, notices);
    Ok(Box::new(tree))
}

fn commit_tree(
    git: &Git,
    commit: Oid,
    path: &str,
    notices: &mut Vec<Notice>,
) -> Result<CommitTree, OpenError> {
    let tree = git
        .objects
        .tree_of(commit)
        .map_err(|e| OpenError::BrokenHead(path.to_owned(), format!("commit {commit}: {e}")))?;
    Ok(CommitTree::read(Arc::clone(&git.objects), tree, notices))
}
