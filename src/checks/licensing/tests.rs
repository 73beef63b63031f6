//! The licence inventory on whole trees.

use crate::checks::testing::with_shared;
use crate::report::licenses::{Class, File, Licenses, Origin};
use crate::subject::memory::MemoryTree;

use super::of_shared;

fn text_of(id: &str) -> &'static str {
    crate::checks::license_text(id).unwrap()
}

fn read(tree: MemoryTree) -> Licenses {
    with_shared(tree, None, of_shared)
}

fn file<'a>(licenses: &'a Licenses, path: &str) -> &'a File {
    licenses.files.iter().find(|f| f.path == path).unwrap()
}

/// A file of each kind, with its licence in each place where one can stand.
fn mixed() -> MemoryTree {
    MemoryTree::new()
        .file("LICENSE", text_of("Apache-2.0"))
        .file("REUSE.toml", "version = 1\n[[annotations]]\npath = \"data/**\"\nSPDX-License-Identifier = \"CDLA-Permissive-2.0\"\n")
        .file("a.rs", "\n// SPDX-License-Identifier: GPL-2.0+\n// Copyright 2020 X\n")
        .file("b.c", "/* Licensed under the Apache License, Version 2.0 */\n")
        .file("c.png", b"\x89PNG\0")
        .file("c.png.license", "SPDX-License-Identifier: CC-BY-4.0\n")
        .file("d.go", "package d\n")
        .file("data/t.csv", "1,2\n")
        .file("lib/LICENSE", text_of("MIT"))
        .file("lib/x/e.c", "int e;\n")
        .file("vendor/y/f.c", "int f;\n")
        .file("guide.md", "words\n")
        .file("ci.yaml", "a: b\n")
}

#[test]
fn each_file_says_where_its_licence_was_read() {
    let licenses = read(mixed());
    for (path, class, license, origin, source) in [
        (
            "a.rs",
            Class::Code,
            Some("GPL-2.0-or-later"),
            Origin::Line,
            Some("a.rs"),
        ),
        (
            "b.c",
            Class::Code,
            Some("Apache-2.0"),
            Origin::Notice,
            Some("b.c"),
        ),
        (
            "c.png",
            Class::Other,
            Some("CC-BY-4.0"),
            Origin::Sidecar,
            Some("c.png.license"),
        ),
        (
            "d.go",
            Class::Code,
            Some("Apache-2.0"),
            Origin::Declared,
            Some("LICENSE"),
        ),
        (
            "data/t.csv",
            Class::Data,
            Some("CDLA-Permissive-2.0"),
            Origin::ReuseToml,
            Some("REUSE.toml"),
        ),
        (
            "lib/x/e.c",
            Class::Code,
            Some("MIT"),
            Origin::Directory,
            Some("lib/LICENSE"),
        ),
        ("vendor/y/f.c", Class::Code, None, Origin::Nothing, None),
        (
            "guide.md",
            Class::Documentation,
            Some("Apache-2.0"),
            Origin::Declared,
            Some("LICENSE"),
        ),
        (
            "ci.yaml",
            Class::Configuration,
            Some("Apache-2.0"),
            Origin::Declared,
            Some("LICENSE"),
        ),
    ] {
        let found = file(&licenses, path);
        let seen = (
            found.class,
            found.license.as_deref(),
            found.origin,
            found.source.as_deref(),
        );
        assert_eq!(seen, (class, license, origin, source), "{path}");
    }
    assert_eq!(file(&licenses, "a.rs").line, Some(2));
    assert_eq!(file(&licenses, "a.rs").copyrights, ["Copyright 2020 X"]);
    assert_eq!(licenses.summary.all.files, 9);
    assert_eq!(
        licenses.summary.classes[&Class::Code].licenses["Apache-2.0"],
        2
    );
    let lib = licenses
        .texts
        .iter()
        .find(|t| t.path == "lib/LICENSE")
        .unwrap();
    assert_eq!(
        (lib.license.as_deref(), lib.score, lib.files),
        (Some("MIT"), Some(1.0), 1)
    );
}

#[test]
fn a_near_miss_says_what_differs_and_where() {
    let text = text_of("MIT").replace(
        "free of charge, to any person",
        "free of charge, for noncommercial use, to any person",
    );
    let licenses = read(
        MemoryTree::new()
            .file("deep/down/COPYING", text)
            .file("a.c", "x"),
    );
    let near = &licenses.texts[0];
    assert_eq!(
        (near.license.as_deref(), near.nearest.as_deref()),
        (None, Some("MIT"))
    );
    assert!(near.score.unwrap() < 1.0);
    assert!(
        near.differences
            .iter()
            .any(|d| d.added.contains("noncommercial") && d.line > 1)
    );
}

#[test]
fn what_is_wrong_names_file_line_and_column() {
    let tree = MemoryTree::new()
        .file("a.c", "\n\n// SPDX-License-Identifier: MIT, ISC\n")
        .file("REUSE.toml", "version = 1\n[[annotations]]\npath = 3\n");
    let licenses = read(tree);
    let flaws: Vec<_> = licenses
        .flaws
        .iter()
        .map(|f| (f.path.as_str(), f.line))
        .collect();
    assert_eq!(flaws, [("REUSE.toml", Some(3)), ("a.c", Some(3))]);
    assert!(
        licenses.flaws[1].message.contains("column 4"),
        "{:?}",
        licenses.flaws
    );
}

#[test]
fn bytes_of_all_sorts_are_read_to_the_end() {
    let mut wide = vec![0xFF, 0xFE];
    let text = "SPDX-License-Identifier: MIT\r\n";
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let long = format!(
        "{}\n// SPDX-License-Identifier: MIT\n",
        "x".repeat(10 << 20)
    );
    let tree = MemoryTree::new()
        .file("wide.txt", wide)
        .file("nul.c", b"text\0 SPDX-License-Identifier: MIT\n")
        .file("long.c", long)
        .file("LICENSES/MIT.txt/inside", "a folder in place of a text")
        .link("COPYING", "nowhere");
    let licenses = read(tree);
    assert_eq!(file(&licenses, "wide.txt").license.as_deref(), Some("MIT"));
    assert_eq!(file(&licenses, "nul.c").license, None);
    let long = file(&licenses, "long.c");
    assert_eq!(
        long.problem.as_deref(),
        Some("only its first 8 MiB were searched")
    );
    let link = licenses.texts.iter().find(|t| t.path == "COPYING").unwrap();
    assert_eq!(link.note, "leads to no file of this tree");
}

mod random {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_in_any_place_are_read(content in proptest::collection::vec(any::<u8>(), 0..600), at in 0_usize..6) {
            let places = ["a.c", "LICENSE", "REUSE.toml", ".reuse/dep5", "a.c.license", "LICENSES/MIT.txt"];
            let tree = MemoryTree::new().file("a.c", "int a;\n").file(places[at], content);
            let licenses = read(tree);
            prop_assert!(licenses.files.len() <= 1);
        }
    }
}
