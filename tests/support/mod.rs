// SPDX-License-Identifier: Apache-2.0

//! Repositories for tests, built fluently: `Repo::new().file("a.rs", "…").commit("msg").signed_off()`.
//!
//! Names and dates are fixed, so ids are the same on every machine. No user or system configuration is used:
//! objects, index and references are written as given.
#![allow(dead_code, reason = "each test uses its part")]

pub(crate) mod http;

use std::fs;
use std::path::{Path, PathBuf};

use git2::{Commit, IndexAddOption, Oid, Repository, RepositoryInitOptions, Signature, Time};
use tempfile::TempDir;

/// Author of commits that name none.
pub(crate) const AUTHOR: (&str, &str) = ("Ada Lovelace", "ada@example.org");
/// Committer date of the first commit: 2026-01-01T00:00:00Z. Each further one is an hour later.
pub(crate) const START: i64 = 1_767_225_600;

/// A repository with a working tree in a temporary folder, removed with it.
#[must_use]
pub(crate) struct Repo {
    folder: TempDir,
    git: Repository,
    clock: i64,
}

impl Repo {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Repo {
        let folder = tempfile::tempdir().unwrap();
        let mut options = RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let git = Repository::init_opts(folder.path().join("repo"), &options).unwrap();
        Repo {
            folder,
            git,
            clock: START,
        }
    }

    /// The working tree.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    /// The working tree, for arguments.
    pub(crate) fn arg(&self) -> String {
        self.path().to_str().unwrap().to_owned()
    }

    /// A folder beside the working tree: outside the repository, removed with it.
    pub(crate) fn outside(&self) -> PathBuf {
        let outside = self.folder.path().join("outside");
        fs::create_dir_all(&outside).unwrap();
        outside
    }

    /// The repository, for what this builder lacks.
    pub(crate) fn git(&self) -> &Repository {
        &self.git
    }

    /// The commit of HEAD.
    pub(crate) fn head(&self) -> Oid {
        self.git.head().unwrap().peel_to_commit().unwrap().id()
    }

    /// Writes a file; the next commit takes it.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Repo {
        self.untracked(path, content).stage(path)
    }

    /// Writes a file that no commit takes unless staged.
    pub(crate) fn untracked(self, path: &str, content: impl AsRef<[u8]>) -> Repo {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
        self
    }

    /// Makes a symbolic link; the next commit takes it.
    #[cfg(unix)]
    pub(crate) fn link(self, path: &str, target: &str) -> Repo {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, full).unwrap();
        self.stage(path)
    }

    /// Adds a path to the index, ignored or not.
    pub(crate) fn stage(self, path: &str) -> Repo {
        let mut index = self.git.index().unwrap();
        index.add_all([path], IndexAddOption::FORCE, None).unwrap();
        index.write().unwrap();
        self
    }

    /// Removes a path from disk and index.
    pub(crate) fn remove(self, path: &str) -> Repo {
        let full = self.path().join(path);
        if full.is_dir() {
            fs::remove_dir_all(full).unwrap();
        } else {
            fs::remove_file(full).unwrap();
        }
        let mut index = self.git.index().unwrap();
        index.remove_all([path], None).unwrap();
        index.write().unwrap();
        self
    }

    /// Commits the index as [`AUTHOR`].
    pub(crate) fn commit(self, message: &str) -> Repo {
        self.commit_as(AUTHOR.0, AUTHOR.1, message)
    }

    /// Commits the index as someone.
    pub(crate) fn commit_as(self, name: &str, email: &str, message: &str) -> Repo {
        let parents: Vec<Oid> = self.tip().into_iter().collect();
        self.record((name, email), (name, email), message, &parents)
    }

    /// Commits the index, written by one and committed by another.
    pub(crate) fn commit_for(
        self,
        author: (&str, &str),
        committer: (&str, &str),
        message: &str,
    ) -> Repo {
        let parents: Vec<Oid> = self.tip().into_iter().collect();
        self.record(author, committer, message, &parents)
    }

    /// Adds the author's sign-off to the last commit.
    pub(crate) fn signed_off(self) -> Repo {
        let last = self.last().author().to_owned();
        self.signed_off_by(last.name().unwrap(), last.email().unwrap())
    }

    /// Adds somebody's sign-off to the last commit.
    pub(crate) fn signed_off_by(self, name: &str, email: &str) -> Repo {
        let id = {
            let last = self.last();
            let text = last.message().unwrap().trim_end();
            let trailer = text
                .lines()
                .last()
                .is_some_and(|l| l.starts_with("Signed-off-by: "));
            let gap = if trailer { "\n" } else { "\n\n" };
            let message = format!("{text}{gap}Signed-off-by: {name} <{email}>\n");
            last.amend(None, None, None, None, Some(&message), None)
                .unwrap()
        };
        self.point(id)
    }

    /// Dates the next commits: seconds since the epoch.
    pub(crate) fn clock(mut self, seconds: i64) -> Repo {
        self.clock = seconds;
        self
    }

    /// Tags the last commit without a tag object.
    pub(crate) fn tag(self, name: &str) -> Repo {
        self.git
            .tag_lightweight(name, self.last().as_object(), true)
            .unwrap();
        self
    }

    /// Tags the last commit with a tag object.
    pub(crate) fn annotated(self, name: &str, message: &str) -> Repo {
        let tagger = Signature::new(AUTHOR.0, AUTHOR.1, &Time::new(self.clock, 0)).unwrap();
        self.git
            .tag(name, self.last().as_object(), &tagger, message, true)
            .unwrap();
        self
    }

    /// Makes a branch at the last commit and switches to it.
    pub(crate) fn branch(self, name: &str) -> Repo {
        self.git.branch(name, &self.last(), true).unwrap();
        self.switch(name)
    }

    /// Switches HEAD, index and working tree to a branch.
    pub(crate) fn switch(self, name: &str) -> Repo {
        self.git.set_head(&format!("refs/heads/{name}")).unwrap();
        let mut checkout = git2::build::CheckoutBuilder::new();
        self.git.checkout_head(Some(checkout.force())).unwrap();
        self
    }

    /// Merges a branch into the current one, keeping both sides' files.
    pub(crate) fn merge(self, name: &str, message: &str) -> Repo {
        let parents = {
            let other = self.git.find_branch(name, git2::BranchType::Local).unwrap();
            let other = other.get().peel_to_commit().unwrap();
            let mut index = self.git.merge_commits(&self.last(), &other, None).unwrap();
            let tree = index.write_tree_to(&self.git).unwrap();
            let tree = self.git.find_tree(tree).unwrap();
            let mut checkout = git2::build::CheckoutBuilder::new();
            self.git
                .checkout_tree(tree.as_object(), Some(checkout.force()))
                .unwrap();
            [self.head(), other.id()]
        };
        self.record(AUTHOR, AUTHOR, message, &parents)
    }

    /// Names a remote.
    pub(crate) fn remote(self, name: &str, url: &str) -> Repo {
        let config = self.path().join(".git/config");
        let mut text = fs::read_to_string(&config).unwrap_or_default();
        text.push_str(&format!("[remote \"{name}\"]\n\turl = {url}\n"));
        fs::write(config, text).unwrap();
        self
    }

    /// Writes anything into `.git`.
    pub(crate) fn in_git(self, path: &str, content: impl AsRef<[u8]>) -> Repo {
        let full = self.path().join(".git").join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, content).unwrap();
        self
    }

    /// Where a loose object lies.
    pub(crate) fn loose(&self, id: Oid) -> PathBuf {
        let hex = id.to_string();
        let objects: &Path = &self.path().join(".git/objects");
        objects.join(&hex[..2]).join(&hex[2..])
    }

    fn tip(&self) -> Option<Oid> {
        self.git
            .head()
            .ok()
            .map(|head| head.peel_to_commit().unwrap().id())
    }

    fn last(&self) -> Commit<'_> {
        self.git.find_commit(self.head()).unwrap()
    }

    fn record(
        mut self,
        author: (&str, &str),
        committer: (&str, &str),
        message: &str,
        parents: &[Oid],
    ) -> Repo {
        let time = Time::new(self.clock, 0);
        self.clock += 3600;
        let author = Signature::new(author.0, author.1, &time).unwrap();
        let committer = Signature::new(committer.0, committer.1, &time).unwrap();
        let id = {
            let tree = self.git.index().unwrap().write_tree().unwrap();
            let tree = self.git.find_tree(tree).unwrap();
            let parents: Vec<_> = parents
                .iter()
                .map(|id| self.git.find_commit(*id).unwrap())
                .collect();
            let parents: Vec<_> = parents.iter().collect();
            self.git
                .commit(None, &author, &committer, message, &tree, &parents)
                .unwrap()
        };
        self.point(id)
    }

    /// Moves the current branch, born or not.
    fn point(self, id: Oid) -> Repo {
        let head = self.git.find_reference("HEAD").unwrap();
        match head.symbolic_target().unwrap() {
            Some(branch) => drop(self.git.reference(branch, id, true, "").unwrap()),
            None => self.git.set_head_detached(id).unwrap(),
        }
        drop(head);
        self
    }
}

impl Default for Repo {
    fn default() -> Self {
        Repo::new()
    }
}

/// Runs git itself, for what libgit2 cannot make: without anybody's configuration.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let done = std::process::Command::new("git")
        .args([
            "-c",
            "user.name=Ada Lovelace",
            "-c",
            "user.email=ada@example.org",
        ])
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(args)
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "git {args:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Makes a FIFO: whatever opens it for reading and waits, waits for good.
#[cfg(unix)]
pub(crate) fn fifo(path: &Path) {
    let made = std::process::Command::new("mkfifo")
        .arg(path)
        .status()
        .unwrap();
    assert!(made.success());
}

/// Fails when `work` takes longer than ten seconds: a hang is a bug, not a slow test.
pub(crate) fn promptly<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || drop(send.send(work())));
    match receive.recv_timeout(std::time::Duration::from_secs(10)) {
        Ok(result) => result,
        Err(error) => panic!("no answer within ten seconds: {error}"),
    }
}
