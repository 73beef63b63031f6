//! Repositories of every shape, broken and hostile ones too: opened, listed, read, within bounds.

mod support;

use provost::subject::{Mode, Notice, OpenError, OpenOptions, Origin, Subject};
use support::Repo;

fn open(path: &str) -> Result<Subject, OpenError> {
    Subject::open(&OpenOptions {
        path: path.to_owned(),
        ..OpenOptions::default()
    })
}

fn paths(subject: &Subject) -> Vec<&str> {
    subject
        .tree
        .entries()
        .iter()
        .map(|e| e.path.as_str())
        .collect()
}

fn content(subject: &Subject, path: &str) -> String {
    let entries = subject.tree.entries();
    let entry = entries.iter().find(|e| e.path == path).unwrap();
    match subject.tree.read(entry, 1 << 20) {
        Ok(content) => String::from_utf8(content.bytes).unwrap(),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_working_tree_lists_what_is_tracked_and_what_is_new() {
    let repo = Repo::new()
        .file(".gitignore", "*.log\n/build/\n!keep.log\n")
        .file("a/b/c.rs", "c")
        .file("kept.log", "tracked though ignored")
        .file("README.md", "hello")
        .file("gone.txt", "still in the index")
        .commit("first")
        .untracked("new.txt", "new")
        .untracked("noise.log", "ignored")
        .untracked("build/out", "ignored")
        .untracked("a/keep.log", "not ignored")
        .remote("origin", "https://user:secret@example.org/owner/name.git");
    std::fs::remove_file(repo.path().join("gone.txt")).unwrap();
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(
        paths(&subject),
        [
            ".gitignore",
            "README.md",
            "a/b/c.rs",
            "a/keep.log",
            "gone.txt",
            "kept.log",
            "new.txt"
        ]
    );
    let origin = |path: &str| {
        subject
            .tree
            .entries()
            .iter()
            .find(|e| e.path == path)
            .unwrap()
            .origin
    };
    assert_eq!(origin("new.txt"), Origin::Untracked);
    assert_eq!(origin("a/keep.log"), Origin::Untracked);
    assert_eq!(origin("kept.log"), Origin::Tracked);
    assert_eq!(content(&subject, "gone.txt"), "still in the index");
    assert_eq!(content(&subject, "README.md"), "hello");
    assert_eq!(subject.head, Some(repo.head()));
    assert_eq!(
        subject.remote.as_deref(),
        Some("https://example.org/owner/name")
    );
    assert_eq!(subject.slug.as_deref(), Some("owner/name"));
    assert_eq!(subject.notices.len(), 1, "{:?}", subject.notices);
    assert!(!subject.notices[0].fault);
}
