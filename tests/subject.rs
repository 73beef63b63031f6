// SPDX-License-Identifier: Apache-2.0

//! Repositories of every shape, broken and hostile ones too: opened, listed, read, within bounds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use provost::subject::history::Range;
use provost::subject::{Mode, Notice, OpenError, OpenOptions, Origin, Subject};
use support::{Repo, git, promptly};

fn open(path: &str) -> Result<Subject, OpenError> {
    let options = OpenOptions {
        path: path.to_owned(),
        ..OpenOptions::default()
    };
    promptly(move || Subject::open(&options))
}

fn open_at(path: &str, revision: &str) -> Result<Subject, OpenError> {
    let at = Some(revision.to_owned());
    let options = OpenOptions {
        path: path.to_owned(),
        at,
        ..OpenOptions::default()
    };
    promptly(move || Subject::open(&options))
}

fn faults(subject: &Subject) -> Vec<&Notice> {
    subject.notices.iter().filter(|n| n.fault).collect()
}

fn fault_at(subject: &Subject, place: &str) -> bool {
    faults(subject).iter().any(|n| n.place == place)
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

fn mode(subject: &Subject, path: &str) -> Mode {
    let entries = subject.tree.entries();
    entries.iter().find(|e| e.path == path).unwrap().mode
}

#[test]
fn what_cannot_be_opened_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap().to_owned();
    let kind = |path: &str| open(path).err().unwrap().to_string();
    assert!(kind(&format!("{path}/nowhere")).contains("no such folder"));
    std::fs::write(folder.path().join("file"), "x").unwrap();
    assert!(kind(&format!("{path}/file")).contains("not a folder"));
    assert!(matches!(open_at(&path, "HEAD"), Err(OpenError::NoGit(_))));
    assert!(matches!(open(""), Err(OpenError::Absent(_))));
}

#[test]
fn a_plain_folder_is_all_there_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("sub/.git")).unwrap();
    std::fs::write(folder.path().join("sub/.git/config"), "x").unwrap();
    std::fs::write(folder.path().join(".gitignore"), "*").unwrap();
    std::fs::write(folder.path().join("a.txt"), "a").unwrap();
    std::fs::write(folder.path().join("sub/b.txt"), "b").unwrap();
    let subject = open(folder.path().to_str().unwrap()).unwrap();
    assert_eq!(paths(&subject), [".gitignore", "a.txt", "sub/b.txt"]);
    assert!(
        subject
            .tree
            .entries()
            .iter()
            .all(|e| e.origin == Origin::Plain && e.counts())
    );
    assert_eq!(content(&subject, "sub/b.txt"), "b");
    assert_eq!(subject.head, None);
    assert!(subject.read_history().absent.is_some());
    assert_eq!(subject.notices, []);
}

#[test]
fn a_bare_repository_is_judged_by_its_commit() {
    let repo = Repo::new()
        .file("dir/a.txt", "a")
        .file("b", "b")
        .commit("one");
    let bare = repo.outside();
    git(&bare, &["clone", "-q", "--bare", &repo.arg(), "x.git"]);
    let subject = open(bare.join("x.git").to_str().unwrap()).unwrap();
    assert_eq!(paths(&subject), ["b", "dir/a.txt"]);
    assert_eq!(content(&subject, "dir/a.txt"), "a");
    assert_eq!(subject.head, Some(repo.head()));
    assert_eq!(subject.remote, None, "a local path is no remote");
    assert_eq!(subject.read_history().commits.len(), 1);
    assert_eq!(subject.notices, []);
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn revisions_are_resolved_in_gits_order() {
    let repo = Repo::new()
        .file("a", "1")
        .commit("one")
        .annotated("v1.0", "first\n-----BEGIN PGP SIGNATURE-----\n")
        .file("a", "2")
        .commit("two")
        .tag("v1.1")
        .branch("topic")
        .file("t", "t")
        .commit("three")
        .switch("main")
        .file("m", "m")
        .commit("four")
        .merge("topic", "five");
    let id = |rev: &str| {
        repo.git()
            .revparse_single(rev)
            .unwrap()
            .peel_to_commit()
            .unwrap()
            .id()
    };
    let subject = open(&repo.arg()).unwrap();
    let revisions = [
        "HEAD",
        "main",
        "topic",
        "v1.0",
        "refs/tags/v1.0",
        "heads/topic",
        "HEAD~1",
        "HEAD^2",
        "HEAD^2~1^0",
        "HEAD~",
        "v1.1^",
    ];
    for revision in revisions {
        assert_eq!(subject.resolve(revision), Ok(id(revision)), "{revision}");
    }
    let hex = id("v1.1").to_string();
    for length in [7, 12, 39, 40] {
        assert_eq!(subject.resolve(&hex[..length]), Ok(id("v1.1")));
    }
    for bad in [
        "",
        "-x",
        "HEAD@{1}",
        ":/one",
        "HEAD:a",
        "HEAD^9",
        "HEAD~99",
        "nowhere",
        "HEAD^{tree}",
        "../HEAD",
        "a b",
        "0000",
    ] {
        assert!(subject.resolve(bad).is_err(), "{bad}");
    }
    let error = subject.resolve("topik").unwrap_err().to_string();
    assert!(error.contains("topic"), "{error}");
    let at = open_at(&repo.arg(), "v1.0").unwrap();
    assert_eq!(at.at, Some(id("v1.0")));
    assert_eq!(at.head, Some(id("HEAD")));
    assert_eq!(content(&at, "a"), "1");
    let (tree, notices) = subject.tree_at(id("topic")).unwrap();
    assert_eq!(tree.entries().len(), 2);
    assert_eq!(notices, []);
    let tags: Vec<_> = subject
        .tags()
        .iter()
        .map(|t| (t.name.as_str(), t.commit, t.annotated, t.signed))
        .collect();
    assert_eq!(
        tags,
        [
            ("v1.0", Some(id("v1.0")), true, true),
            ("v1.1", Some(id("v1.1")), false, false)
        ]
    );
    assert!(
        subject
            .tags()
            .iter()
            .all(|t| t.time >= Some(support::START))
    );
}

#[test]
fn heads_of_every_state() {
    let unborn = Repo::new().file("a", "staged");
    let subject = open(&unborn.arg()).unwrap();
    assert_eq!(paths(&subject), ["a"]);
    assert_eq!((subject.head, subject.notices.len()), (None, 0));
    assert!(subject.read_history().absent.unwrap().contains("main"));

    let repo = Repo::new().file("a", "1").commit("one");
    let one = repo.head();
    let repo = repo
        .file("a", "2")
        .commit("two")
        .in_git("HEAD", format!("{one}\n"));
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(subject.head, Some(one), "detached");
    assert_eq!(subject.read_history().commits.len(), 1);

    for broken in [
        "",
        "nonsense",
        "ref: ../../etc/passwd",
        "ref: refs/heads/../../x",
        "0123",
    ] {
        let repo = repo.git().path().join("HEAD");
        std::fs::write(repo, broken).unwrap();
        let subject = open(&subject.path).unwrap();
        assert_eq!(subject.head, None, "{broken}");
        assert!(fault_at(&subject, "HEAD"), "{broken}");
        assert_eq!(paths(&subject), ["a"]);
    }
}

#[test]
fn empty_bare_repositories_have_nothing_to_judge() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "--bare", "."]);
    assert!(matches!(
        open(folder.path().to_str().unwrap()),
        Err(OpenError::NoCommit(_))
    ));
}

#[test]
fn linked_work_trees_and_submodules_name_their_git_folder_back() {
    let repo = Repo::new().file("a", "a").commit("one");
    let linked = repo.outside().join("linked");
    git(
        &repo.path(),
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "side",
            linked.to_str().unwrap(),
        ],
    );
    let subject = open(linked.to_str().unwrap()).unwrap();
    assert_eq!(
        (paths(&subject), subject.head),
        (vec!["a"], Some(repo.head()))
    );
    assert_eq!(subject.notices, []);
    assert_eq!(subject.read_history().commits.len(), 1);

    let outer = Repo::new().file("x", "x").commit("outer");
    git(
        &outer.path(),
        &["submodule", "--quiet", "add", &repo.arg(), "sub"],
    );
    let inner = open(outer.path().join("sub").to_str().unwrap()).unwrap();
    assert_eq!((paths(&inner), inner.head), (vec!["a"], Some(repo.head())));
    assert_eq!(inner.notices, []);
    let subject = open(&outer.arg()).unwrap();
    assert_eq!(
        paths(&subject),
        [".gitmodules", "sub", "x"],
        "nothing inside the submodule"
    );
    assert_eq!(mode(&subject, "sub"), Mode::Submodule);

    // A stranger's folder that points at the repository gets nothing of it.
    let thief = repo.outside().join("thief");
    std::fs::create_dir_all(&thief).unwrap();
    std::fs::write(thief.join("file"), "f").unwrap();
    for target in [
        repo.path().join(".git"),
        repo.path().join(".git/worktrees/linked"),
    ] {
        std::fs::write(
            thief.join(".git"),
            format!("gitdir: {}\n", target.display()),
        )
        .unwrap();
        let subject = open(thief.to_str().unwrap()).unwrap();
        assert!(fault_at(&subject, ".git"));
        assert_eq!((paths(&subject), subject.head), (vec!["file"], None));
        assert!(subject.read_history().absent.is_some());
    }
}

#[test]
fn other_repositories_inside_are_not_ours() {
    let repo = Repo::new().file("a", "a").commit("one");
    std::fs::create_dir(repo.path().join("other")).unwrap();
    git(&repo.path().join("other"), &["init", "-q", "."]);
    std::fs::write(repo.path().join("other/b"), "b").unwrap();
    std::fs::write(repo.path().join("c"), "c").unwrap();
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(paths(&subject), ["a", "c"]);
}

#[test]
fn sha256_repositories_have_files_but_no_history() {
    let folder = tempfile::tempdir().unwrap();
    git(
        folder.path(),
        &["init", "-q", "--object-format=sha256", "."],
    );
    std::fs::write(folder.path().join("a"), "a").unwrap();
    git(folder.path(), &["add", "a"]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    std::fs::write(folder.path().join("b"), "b").unwrap();
    let subject = open(folder.path().to_str().unwrap()).unwrap();
    assert_eq!(paths(&subject), ["a", "b"]);
    let counts: Vec<_> = subject.tree.entries().iter().map(|e| e.counts()).collect();
    assert_eq!(counts, [true, false]);
    assert!(subject.read_history().absent.unwrap().contains("SHA-256"));
    assert_eq!(faults(&subject), Vec::<&Notice>::new());
}

#[test]
fn shallow_and_partial_clones_are_known_as_such() {
    let repo = Repo::new()
        .file("a", "1")
        .commit("one")
        .file("a", "2")
        .commit("two");
    let outside = repo.outside();
    let url = format!("file://{}", repo.arg());
    git(&outside, &["clone", "-q", "--depth=1", &url, "shallow"]);
    let subject = open(outside.join("shallow").to_str().unwrap()).unwrap();
    assert!(subject.is_shallow() && !subject.is_partial());
    let error = subject.resolve("HEAD~1").unwrap_err().to_string();
    assert!(error.contains("shallow"), "{error}");

    git(&repo.path(), &["config", "uploadpack.allowFilter", "true"]);
    git(
        &outside,
        &[
            "clone",
            "-q",
            "--bare",
            "--filter=blob:none",
            &url,
            "partial",
        ],
    );
    let subject = open(outside.join("partial").to_str().unwrap()).unwrap();
    assert!(subject.is_partial());
    assert_eq!(content(&subject, "a"), "Missing");
}

#[cfg(unix)]
mod hostile {
    use super::*;
    use std::os::unix::fs::symlink;
    use support::fifo;

    #[test]
    fn fifos_anywhere_stop_nothing() {
        let repo = Repo::new()
            .file("tracked", "t")
            .file("a", "a")
            .commit("one");
        std::fs::remove_file(repo.path().join("tracked")).unwrap();
        for path in [
            "tracked",
            "pipe",
            ".gitignore",
            ".ignore",
            ".git/info/exclude",
            ".git/config",
            ".git/pipe",
        ] {
            let path = repo.path().join(path);
            let _ = std::fs::remove_file(&path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            fifo(&path);
        }
        let subject = open(&repo.arg()).unwrap();
        assert_eq!(
            paths(&subject),
            [".gitignore", ".ignore", "a", "pipe", "tracked"]
        );
        assert_eq!(mode(&subject, "tracked"), Mode::Special);
        assert!(promptly(move || content(&subject, "tracked")).starts_with("Refused"));
    }

    #[test]
    fn fifos_in_place_of_gits_own_files_are_faults() {
        for name in [
            "HEAD",
            "index",
            "packed-refs",
            "shallow",
            "refs/heads/main",
            "objects/info/alternates",
        ] {
            let repo = Repo::new().file("a", "a").commit("one");
            let path = repo.path().join(".git").join(name);
            let _ = std::fs::remove_file(&path);
            fifo(&path);
            let subject = open(&repo.arg()).unwrap();
            assert!(fault_at(&subject, name), "{name}: {:?}", subject.notices);
            assert_eq!(paths(&subject), ["a"], "{name}");
        }
        let repo = Repo::new().file("a", "a").commit("one");
        std::fs::remove_dir_all(repo.path().join(".git")).unwrap();
        fifo(&repo.path().join(".git"));
        let subject = open(&repo.arg()).unwrap();
        assert!(fault_at(&subject, ".git"));
    }

    #[test]
    fn links_inside_git_are_not_followed() {
        let other = Repo::new().file("secret", "s").commit("theirs");
        for name in [
            "",
            "objects",
            "refs",
            "HEAD",
            "packed-refs",
            "config",
            "index",
            "objects/pack",
            "refs/heads",
        ] {
            let repo = Repo::new().file("a", "a").commit("one");
            let theirs = other.path().join(".git").join(name);
            let ours = repo.path().join(".git").join(name);
            if ours.is_dir() {
                std::fs::remove_dir_all(&ours).unwrap();
            } else {
                let _ = std::fs::remove_file(&ours);
            }
            symlink(
                &theirs,
                repo.path()
                    .join(format!(".git/{name}").trim_end_matches('/')),
            )
            .unwrap();
            let subject = open(&repo.arg()).unwrap();
            assert!(!faults(&subject).is_empty(), "{name}");
            assert_ne!(subject.head, Some(other.head()), "{name}");
            assert_eq!(paths(&subject), ["a"], "{name}");
        }
    }

    #[test]
    fn alternates_and_commondir_outside_are_faults() {
        let repo = Repo::new().file("a", "a").commit("one");
        let outside = repo.outside();
        git(
            &outside,
            &["clone", "-q", "--shared", &repo.arg(), "shared"],
        );
        let subject = open(outside.join("shared").to_str().unwrap()).unwrap();
        assert!(fault_at(&subject, "objects/info/alternates"));
        assert_eq!(paths(&subject), ["a"]);
        assert_eq!(subject.read_history().missing.len(), 1);

        let repo = Repo::new()
            .file("a", "a")
            .commit("one")
            .in_git("commondir", "../../outside\n");
        repo.outside();
        let subject = open(&repo.arg()).unwrap();
        assert!(fault_at(&subject, ".git"));
        assert_eq!(subject.head, None);
    }

    #[test]
    fn alternates_inside_are_followed() {
        let repo = Repo::new().file("a", "a").commit("one");
        let git_folder = repo.path().join(".git");
        std::fs::rename(git_folder.join("objects"), git_folder.join("store")).unwrap();
        std::fs::create_dir(git_folder.join("objects")).unwrap();
        let repo = repo.in_git("objects/info/alternates", "# note\n../store\n\n");
        let subject = open_at(&repo.arg(), "HEAD").unwrap();
        assert_eq!((paths(&subject), faults(&subject).len()), (vec!["a"], 0));
        assert_eq!(content(&subject, "a"), "a");
    }

    #[test]
    fn links_of_the_tree_are_read_as_links() {
        let repo = Repo::new()
            .file("dir/file", "inside")
            .link("out", "/etc/passwd")
            .link("loop", "loop")
            .commit("one");
        std::fs::write(repo.outside().join("file"), "outside").unwrap();
        std::fs::remove_dir_all(repo.path().join("dir")).unwrap();
        symlink(repo.outside(), repo.path().join("dir")).unwrap();
        let subject = open(&repo.arg()).unwrap();
        assert_eq!(content(&subject, "out"), "/etc/passwd");
        assert_eq!(content(&subject, "loop"), "loop");
        assert_eq!(
            content(&subject, "dir/file"),
            "inside",
            "from the index, not through the link"
        );
        assert_eq!(mode(&subject, "dir"), Mode::Symlink);
    }

    #[test]
    fn a_folder_that_becomes_a_link_later_is_not_read_through() {
        let repo = Repo::new().file("dir/file", "inside").commit("one");
        let subject = open(&repo.arg()).unwrap();
        std::fs::write(repo.outside().join("file"), "outside").unwrap();
        std::fs::remove_dir_all(repo.path().join("dir")).unwrap();
        symlink(repo.outside(), repo.path().join("dir")).unwrap();
        assert_eq!(content(&subject, "dir/file"), "inside");
        std::fs::remove_file(repo.path().join("dir")).unwrap();
        std::fs::create_dir(repo.path().join("dir")).unwrap();
        fifo(&repo.path().join("dir/file"));
        assert!(promptly(move || content(&subject, "dir/file")).contains("FIFO"));
    }

    #[test]
    fn names_of_any_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let repo = Repo::new().file("README", "upper").file("readme", "lower");
        let name = std::ffi::OsStr::from_bytes(b"inv\xff\n.rs");
        std::fs::write(repo.path().join(name), "odd").unwrap();
        git(&repo.path(), &["add", "-A"]);
        let repo = repo.commit("one");
        git(&repo.path(), &["commit", "-q", "-m", "two"]);
        for subject in [open(&repo.arg()), open_at(&repo.arg(), "HEAD")] {
            let subject = subject.unwrap();
            assert_eq!(paths(&subject), ["README", "inv\\xff\n.rs", "readme"]);
            assert_eq!(content(&subject, "inv\\xff\n.rs"), "odd");
            assert_eq!(content(&subject, "README"), "upper");
            let odd = &subject.tree.entries()[1];
            assert_eq!(odd.raw.as_deref(), Some(&b"inv\xff\n.rs"[..]));
        }
    }

    #[test]
    fn unreadable_ignore_files_are_said() {
        let repo = Repo::new().file("a", "a").commit("one").untracked("b", "b");
        fifo(&repo.path().join(".gitignore"));
        let subject = open(&repo.arg()).unwrap();
        assert!(paths(&subject).contains(&"b"));
        assert!(
            subject
                .notices
                .iter()
                .any(|n| n.place == ".gitignore" && !n.fault)
        );
    }
}

fn truncate(path: &std::path::Path, keep: usize) {
    let bytes = std::fs::read(path).unwrap();
    let mut permissions = std::fs::metadata(path).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a test's own file")]
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions).unwrap();
    std::fs::write(path, &bytes[..keep.min(bytes.len())]).unwrap();
}

#[test]
fn truncated_and_missing_objects_are_told_and_end() {
    for keep in [0, 1, 5, 15, 30] {
        let repo = Repo::new()
            .file("dir/a", "some content that is long enough\n")
            .file("b", "b")
            .commit("one");
        let head = repo.git().find_commit(repo.head()).unwrap();
        let tree = head.tree().unwrap();
        let dir = tree.get_name("dir").unwrap().id();
        let blob = tree.get_name("b").unwrap().id();
        truncate(&repo.loose(dir), keep);
        std::fs::remove_file(repo.loose(blob)).unwrap();
        let subject = open_at(&repo.arg(), "HEAD").unwrap();
        assert_eq!(paths(&subject), ["b"]);
        assert!(fault_at(&subject, "dir"), "{:?}", subject.notices);
        assert_eq!(content(&subject, "b"), "Missing");
        truncate(&repo.loose(head.id()), keep);
        let error = open_at(&repo.arg(), "HEAD").err().unwrap().to_string();
        assert!(error.contains("damaged"), "{error}");
        let subject = open(&repo.arg()).unwrap();
        let history = promptly(move || subject.read_history());
        assert_eq!((history.commits.len(), history.damaged.len()), (0, 1));
    }
}

#[test]
fn a_tree_of_ten_thousand_folders_is_bounded() {
    let repo = Repo::new().file("a", "a").commit("one");
    let git = repo.git();
    let blob = git.blob(b"deep").unwrap();
    let mut id = blob;
    for depth in 0..10_000 {
        let mut builder = git.treebuilder(None).unwrap();
        builder
            .insert("d", id, if depth == 0 { 0o100_644 } else { 0o040_000 })
            .unwrap();
        id = builder.write().unwrap();
    }
    let who = git2::Signature::new("A", "a@b", &git2::Time::new(0, 0)).unwrap();
    let tree = git.find_tree(id).unwrap();
    git.commit(Some("refs/heads/deep"), &who, &who, "deep", &tree, &[])
        .unwrap();
    let subject = open_at(&repo.arg(), "deep").unwrap();
    assert_eq!(subject.tree.entries().len(), 0);
    assert_eq!(faults(&subject).len(), 1);
    assert!(faults(&subject)[0].message.contains("4096"));
}

#[test]
fn a_folder_of_two_thousand_folders_on_disk_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("d/".repeat(1500))).unwrap();
    std::fs::write(folder.path().join("a"), "a").unwrap();
    let subject = open(folder.path().to_str().unwrap()).unwrap();
    assert_eq!(paths(&subject), ["a"]);
    assert!(faults(&subject)[0].message.contains("1024"));
}

#[test]
fn a_tree_that_multiplies_is_bounded() {
    let repo = Repo::new().file("a", "a").commit("one");
    let git = repo.git();
    let mut id = git.blob(b"boom").unwrap();
    for level in 0..10 {
        let mut builder = git.treebuilder(None).unwrap();
        for n in 0..10 {
            builder
                .insert(
                    format!("{n}"),
                    id,
                    if level == 0 { 0o100_644 } else { 0o040_000 },
                )
                .unwrap();
        }
        id = builder.write().unwrap();
    }
    let who = git2::Signature::new("A", "a@b", &git2::Time::new(0, 0)).unwrap();
    let tree = git.find_tree(id).unwrap();
    git.commit(Some("refs/heads/bomb"), &who, &who, "bomb", &tree, &[])
        .unwrap();
    let (path, at) = (repo.arg(), Some("bomb".to_owned()));
    let options = OpenOptions {
        path,
        at,
        ..OpenOptions::default()
    };
    let subject = Subject::open(&options).unwrap();
    assert!(faults(&subject)[0].message.contains("2000000"));
}

#[test]
fn replacements_and_grafts_are_not_honoured_and_said() {
    let repo = Repo::new()
        .file("a", "1")
        .commit("one")
        .file("a", "2")
        .commit("two");
    let parent = repo
        .git()
        .find_commit(repo.head())
        .unwrap()
        .parent_id(0)
        .unwrap();
    let name = format!("refs/replace/{}", repo.head());
    repo.git().reference(&name, parent, true, "").unwrap();
    let repo = repo.in_git("info/grafts", format!("{parent}\n"));
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(subject.notices.len(), 2);
    assert_eq!(subject.read_commits(&Range::All).commits.len(), 2);
}

#[test]
fn an_index_that_makes_no_sense_is_replaced_by_the_commit() {
    let repo = Repo::new()
        .file("a", "a")
        .commit("one")
        .in_git("index", "DIRCnonsense");
    let repo = repo.untracked("b", "b");
    let subject = open(&repo.arg()).unwrap();
    assert!(fault_at(&subject, "index"));
    assert_eq!(paths(&subject), ["a", "b"]);
    assert!(subject.tree.entries()[0].counts() && !subject.tree.entries()[1].counts());
}

#[test]
fn conflicts_count_once() {
    let repo = Repo::new()
        .file("a", "base")
        .commit("one")
        .branch("side")
        .file("a", "side")
        .commit("two")
        .switch("main")
        .file("a", "main")
        .commit("three");
    let ours = repo.git().find_commit(repo.head()).unwrap();
    let side = repo
        .git()
        .revparse_single("side")
        .unwrap()
        .peel_to_commit()
        .unwrap();
    let side = repo.git().find_annotated_commit(side.id()).unwrap();
    repo.git().merge(&[&side], None, None).unwrap();
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(paths(&subject), ["a"]);
    assert!(
        content(&subject, "a").contains("<<<<<<<"),
        "what is on disk"
    );
    assert!(
        subject
            .notices
            .iter()
            .any(|n| n.message.contains("in conflict"))
    );
    drop(ours);
}

#[test]
fn sparse_and_new_index_formats() {
    let repo = Repo::new()
        .file("in/a", "a")
        .file("out/deep/b", "b")
        .file("out/c", "c")
        .commit("one");
    for version in ["2", "3", "4"] {
        git(&repo.path(), &["update-index", "--index-version", version]);
        let subject = open(&repo.arg()).unwrap();
        assert_eq!(
            paths(&subject),
            ["in/a", "out/c", "out/deep/b"],
            "version {version}"
        );
        assert_eq!(subject.notices, []);
    }
    git(
        &repo.path(),
        &["sparse-checkout", "set", "--cone", "--sparse-index", "in"],
    );
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(paths(&subject), ["in/a", "out/c", "out/deep/b"]);
    assert_eq!(content(&subject, "out/deep/b"), "b");
    git(&repo.path(), &["sparse-checkout", "disable"]);
    git(&repo.path(), &["update-index", "--split-index"]);
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(paths(&subject), ["in/a", "out/c", "out/deep/b"]);
}

#[test]
fn packed_objects_of_every_kind() {
    let mut repo = Repo::new();
    let mut text: String = (0..400).map(|n| format!("line {n}\n")).collect();
    for n in 0..30 {
        text = text.replace(&format!("line {}\n", n * 7), &format!("changed {n}\n"));
        repo = repo.file("big.txt", &text).commit(&format!("commit {n}"));
    }
    let repo = repo.annotated("v1", "tag");
    let loose: Vec<String> = (0..30).map(|n| read_at(&repo, n)).collect();
    git(&repo.path(), &["gc", "-q", "--aggressive"]);
    let packed: Vec<String> = (0..30).map(|n| read_at(&repo, n)).collect();
    assert_eq!(loose, packed);
    git(
        &repo.path(),
        &[
            "-c",
            "repack.usedeltabaseoffset=false",
            "-c",
            "pack.indexVersion=1",
            "repack",
            "-q",
            "-a",
            "-d",
            "-F",
        ],
    );
    let by_id: Vec<String> = (0..30).map(|n| read_at(&repo, n)).collect();
    assert_eq!(loose, by_id);
    let subject = open(&repo.arg()).unwrap();
    assert_eq!(subject.read_history().commits.len(), 30);
    assert_eq!(subject.resolve("v1"), Ok(repo.head()));
    assert_eq!(
        subject.resolve(&repo.head().to_string()[..8]),
        Ok(repo.head())
    );
}

fn read_at(repo: &Repo, back: usize) -> String {
    content(
        &open_at(&repo.arg(), &format!("HEAD~{back}")).unwrap(),
        "big.txt",
    )
}

#[test]
fn git_and_provost_ignore_the_same() {
    let ignores = "*.log\n!keep.log\n/build/\ndoc/*.txt\n**/tmp\na/**/z\n\\#hash\n# note\n[ab].c\nout\n!out/kept\n\\!bang\nsp ace \n";
    let mut repo = Repo::new()
        .file(".gitignore", ignores)
        .file("nested/.gitignore", "!*.log\n/only\n*.md\n")
        .file("build/tracked", "t")
        .file("build/.gitignore", "!*\n")
        .file("vendor/x/tracked", "t")
        .file("vendor/.gitignore", "x\n")
        .commit("one")
        .in_git("info/exclude", "*.swp\n!keep.swp\n");
    let names = [
        "a.log",
        "keep.log",
        "build/new",
        "sub/build/new",
        "doc/a.txt",
        "doc/sub/a.txt",
        "x/tmp/y",
        "tmp",
        "a/z",
        "a/b/c/z",
        "a/zz",
        "#hash",
        "#other",
        "a.c",
        "b.c",
        "c.c",
        "sub/a.c",
        "out/kept",
        "out/gone",
        "!bang",
        "sp ace",
        "nested/a.log",
        "nested/only",
        "nested/sub/only",
        "nested/a.md",
        "vendor/x/new",
        "vendor/y",
        "a.swp",
        "keep.swp",
        "nested/deep/er/a.log",
        "other/nested/only",
    ];
    for name in names {
        // A name may already be a folder of another.
        if !repo.path().join(name).exists() {
            repo = repo.untracked(name, "u");
        }
    }
    let listed = git(&repo.path(), &["ls-files", "-o", "--exclude-standard"]);
    let mut expected: Vec<&str> = listed.lines().collect();
    expected.sort_unstable();
    let subject = open(&repo.arg()).unwrap();
    let entries = subject.tree.entries().iter().filter(|e| !e.counts());
    let found: Vec<&str> = entries.map(|e| e.path.as_str()).collect();
    assert_eq!(found, expected);
    assert!(expected.len() > 10);
}
