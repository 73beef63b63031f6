// SPDX-License-Identifier: Apache-2.0

//! Readers of git's own files: each file of a small repository is damaged, and the repository opened.

use std::fs;
use std::path::Path;

use provost::subject::{OpenOptions, Subject};

use super::mutate::fuzz;
use super::support::{Repo, git, promptly};

/// Opens, lists, reads everything, within the time that `promptly` gives.
fn read_all(repo: &Repo) {
    for at in [None, Some("HEAD".to_owned())] {
        let options = OpenOptions {
            path: repo.arg(),
            at,
            ..OpenOptions::default()
        };
        promptly(move || {
            let Ok(subject) = Subject::open(&options) else {
                return;
            };
            let entries = subject.tree.entries();
            assert!(
                entries.is_sorted_by(|a, b| a.path < b.path),
                "sorted, each once"
            );
            for entry in entries {
                let inside = |part: &[u8]| {
                    !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git")
                };
                assert!(
                    entry.bytes().split(|b| *b == b'/').all(inside),
                    "{}",
                    entry.path
                );
                if let Ok(content) = subject.tree.read(entry, 1 << 16) {
                    assert!(content.bytes.len() <= 1 << 16);
                }
            }
            let history = subject.read_history();
            assert!(history.commits.len() <= 100);
            if let Some(remote) = &subject.remote {
                assert!(
                    !remote.contains('@') || !remote.contains("secret"),
                    "{remote}"
                );
            }
            for tag in subject.tags() {
                assert!(!tag.name.is_empty());
            }
            let _ = subject.resolve("HEAD~1");
            let _ = subject.resolve("main^2");
        });
    }
}

fn repo() -> Repo {
    Repo::new()
        .file("README.md", "# Example\n".repeat(40))
        .file("src/a.c", "int a;\n".repeat(300))
        .file(".gitignore", "*.log\n!keep.log\n/build/\n**/x\n")
        .commit("One")
        .signed_off()
        .file("src/a.c", "int a;\n".repeat(301))
        .commit("Two")
        .annotated("v1.0", "tag\n")
        .remote("origin", "https://user:secret@a.example/o/n.git")
}

/// Damages one file below `.git`.
fn file(cases: usize, repo: &Repo, path: &Path) {
    let path = repo.path().join(path);
    let seed = fs::read(&path).unwrap();
    fuzz(cases, &[&seed], |bytes| {
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
        read_all(repo);
    });
}

#[test]
fn index() {
    let repo = repo();
    file(60, &repo, Path::new(".git/index"));
}

#[test]
fn references() {
    let repo = repo();
    git(&repo.path(), &["pack-refs", "--all"]);
    file(60, &repo, Path::new(".git/packed-refs"));
    let repo = repo.in_git("HEAD", "ref: refs/heads/main\n");
    file(40, &repo, Path::new(".git/HEAD"));
}

#[test]
fn configuration_of_git() {
    let repo = repo();
    file(60, &repo, Path::new(".git/config"));
}

#[test]
fn ignore_files() {
    let repo = repo().untracked("build/a", "a").untracked("b/c.log", "c");
    file(60, &repo, Path::new(".gitignore"));
}

#[test]
fn packs() {
    let repo = repo();
    git(&repo.path(), &["gc", "-q", "--aggressive"]);
    let folder = repo.path().join(".git/objects/pack");
    let named = |extension: &str| {
        let mut names = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
        names
            .find(|p| p.extension().is_some_and(|e| e == extension))
            .unwrap()
    };
    for extension in ["pack", "idx"] {
        let path = named(extension);
        let whole = fs::read(&path).unwrap();
        file(50, &repo, &path);
        fs::write(&path, whole).unwrap();
    }
}

#[test]
fn loose_objects() {
    let repo = repo();
    let head = repo.head();
    let tree = repo.git().find_commit(head).unwrap().tree_id();
    for id in [head, tree] {
        let path = repo.loose(id);
        let whole = fs::read(&path).unwrap();
        file(30, &repo, &path);
        fs::remove_file(&path).unwrap();
        fs::write(&path, whole).unwrap();
    }
}

/// Objects that are whole, with content that git would not write.
#[test]
fn contents_of_commits_and_trees() {
    let repo = repo();
    let odb = repo.git().odb().unwrap();
    let content = |id| odb.read(id).unwrap().data().to_vec();
    let commit = content(repo.head());
    let tree = content(repo.git().find_commit(repo.head()).unwrap().tree_id());
    let point = |id: git2::Oid| {
        fs::write(repo.path().join(".git/refs/heads/main"), format!("{id}\n")).unwrap()
    };
    fuzz(60, &[&commit], |bytes| {
        point(odb.write(git2::ObjectType::Commit, bytes).unwrap());
        read_all(&repo);
    });
    fuzz(60, &[&tree], |bytes| {
        let id = odb.write(git2::ObjectType::Tree, bytes).unwrap();
        let text = format!("tree {id}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n");
        point(
            odb.write(git2::ObjectType::Commit, text.as_bytes())
                .unwrap(),
        );
        read_all(&repo);
    });
}

#[test]
fn revisions() {
    let repo = repo();
    let subject = Subject::open(&OpenOptions {
        path: repo.arg(),
        ..OpenOptions::default()
    })
    .unwrap();
    fuzz(
        400,
        &[b"HEAD~1^2~0", b"refs/tags/v1.0", b"0123abc"],
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            match subject.resolve(&text) {
                Ok(id) => assert!(
                    subject.read_history().commits.iter().any(|c| c.id == id) || text.len() > 3
                ),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        },
    );
}
