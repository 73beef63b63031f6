// SPDX-License-Identifier: Apache-2.0

use std::fs;

use super::*;

fn insert(path: &str, at: usize, text: &str, head: &str) -> Change {
    Change {
        rules: vec!["r".into()],
        path: path.into(),
        edit: Edit::Insert {
            at,
            text: text.into(),
            head: head.into(),
        },
        blanks: Vec::new(),
    }
}

fn create(path: &str, content: &str) -> Change {
    Change {
        rules: vec!["r".into()],
        path: path.into(),
        edit: Edit::Create {
            content: content.into(),
            executable: false,
        },
        blanks: Vec::new(),
    }
}

fn plan(changes: Vec<Change>) -> Plan {
    Plan {
        changes,
        left: Vec::new(),
    }
}

/// Both writers, each in its own folder.
fn both(prepare: impl Fn(&Path), changes: &[Change], look: impl Fn(&Path, &Outcome)) {
    for portable in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        fs::create_dir(&root).unwrap();
        prepare(&root);
        let plan = plan(changes.to_vec());
        let outcome = if portable {
            apply_in::<portable::Folder>(&root, &plan)
        } else {
            apply(&root, &plan)
        };
        look(&root, &outcome);
        let left = fs::read_dir(&root).unwrap();
        let names = left.map(|e| e.unwrap().file_name().into_string().unwrap());
        assert!(
            names.into_iter().all(|n| !n.contains("tmp")),
            "a temporary file is left"
        );
    }
}

#[test]
fn files_are_made_and_added_to() {
    both(
        |root| fs::write(root.join("a.rs"), "fn x() {}\n").unwrap(),
        &[
            insert("a.rs", 0, "// t\n", "fn x"),
            create("x/y/N.md", "new\n"),
        ],
        |root, outcome| {
            assert_eq!(outcome.written, ["a.rs", "x/y/N.md"]);
            assert_eq!(
                fs::read_to_string(root.join("a.rs")).unwrap(),
                "// t\nfn x() {}\n"
            );
            assert_eq!(fs::read_to_string(root.join("x/y/N.md")).unwrap(), "new\n");
        },
    );
}

#[test]
fn nothing_that_is_there_is_overwritten_and_nothing_that_changed_is_touched() {
    both(
        |root| {
            fs::write(root.join("a.rs"), "other\n").unwrap();
            fs::write(root.join("N.md"), "mine\n").unwrap();
        },
        &[insert("a.rs", 0, "// t\n", "fn x"), create("N.md", "new\n")],
        |root, outcome| {
            assert!(outcome.written.is_empty(), "{outcome:?}");
            assert_eq!(outcome.refused.len(), 2);
            assert_eq!(fs::read_to_string(root.join("a.rs")).unwrap(), "other\n");
            assert_eq!(fs::read_to_string(root.join("N.md")).unwrap(), "mine\n");
        },
    );
}

#[test]
fn a_read_only_file_stays_as_it_is_and_an_executable_stays_one() {
    both(
        |root| {
            fs::write(root.join("a.rs"), "fn x\n").unwrap();
            let mut read_only = fs::metadata(root.join("a.rs")).unwrap().permissions();
            read_only.set_readonly(true);
            fs::set_permissions(root.join("a.rs"), read_only).unwrap();
            fs::write(root.join("b.sh"), "fn x\n").unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(root.join("b.sh"), fs::Permissions::from_mode(0o755)).unwrap();
            }
        },
        &[
            insert("a.rs", 0, "// t\n", "fn x"),
            insert("b.sh", 0, "# t\n", "fn x"),
        ],
        |root, outcome| {
            assert_eq!(
                outcome.refused,
                [("a.rs".to_owned(), "it is read-only".to_owned())]
            );
            assert_eq!(outcome.written, ["b.sh"]);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let mode = fs::metadata(root.join("b.sh"))
                    .unwrap()
                    .permissions()
                    .mode();
                assert_eq!(mode & 0o777, 0o755);
            }
        },
    );
}

#[cfg(unix)]
#[test]
fn no_link_leads_a_write_out_of_the_tree() {
    both(
        |root| {
            let outside = root.parent().unwrap().join("outside");
            fs::create_dir(&outside).unwrap();
            fs::write(outside.join("a.rs"), "fn x\n").unwrap();
            std::os::unix::fs::symlink(&outside, root.join("d")).unwrap();
            std::os::unix::fs::symlink(outside.join("a.rs"), root.join("a.rs")).unwrap();
        },
        &[
            insert("a.rs", 0, "// t\n", "fn x"),
            insert("d/a.rs", 0, "// t\n", "fn x"),
            create("d/N.md", "new\n"),
            create("../N.md", "new\n"),
        ],
        |root, outcome| {
            assert!(outcome.written.is_empty(), "{outcome:?}");
            assert_eq!(outcome.refused.len(), 4, "{outcome:?}");
            let outside = root.parent().unwrap().join("outside");
            assert_eq!(fs::read_to_string(outside.join("a.rs")).unwrap(), "fn x\n");
            assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_work_and_says_what_was_done() {
    let full = io::Error::from(io::ErrorKind::StorageFull);
    assert!(ends_all(&full));
    assert!(!ends_all(&io::Error::from(io::ErrorKind::PermissionDenied)));
}
