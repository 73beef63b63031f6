// SPDX-License-Identifier: Apache-2.0

//! REUSE on whole trees.

use crate::checks::testing::Case;
use crate::report::{Kind, Problem};
use crate::subject::memory::MemoryTree;

const TAGS: &str = "SPDX-FileCopyrightText: 2020 X\nSPDX-License-Identifier: MIT\n";

fn problems(tree: MemoryTree) -> Vec<(String, Problem)> {
    let answer = Case::new(tree).run("reuse-license-file");
    let named = |f: &crate::checks::Draft| (f.path.clone().unwrap(), f.problem.unwrap());
    answer.findings().iter().map(named).collect()
}

fn lacking(tree: MemoryTree, rule: &str) -> Vec<String> {
    let answer = Case::new(tree).run_with(rule, "mode = \"reuse\"");
    answer
        .findings()
        .iter()
        .map(|f| f.path.clone().unwrap())
        .collect()
}

#[test]
fn texts_missing_unused_bad_deprecated_and_without_extension() {
    let tree = MemoryTree::new()
        .file("a.c", TAGS)
        .file("b.c", "SPDX-License-Identifier: GPL-2.0 OR ISC\n")
        .file("LICENSES/GPL-2.0.txt", "x")
        .file("LICENSES/ISC", "x")
        .file("LICENSES/Zlib.txt", "x")
        .file("LICENSES/notes.md", "x");
    let want = [
        ("LICENSES/GPL-2.0.txt", Problem::Deprecated),
        ("LICENSES/ISC", Problem::NoExtension),
        ("LICENSES/Zlib.txt", Problem::Unused),
        ("LICENSES/notes.md", Problem::Bad),
        ("LICENSES/notes.md", Problem::Unused),
        ("LICENSES/MIT.txt", Problem::Missing),
    ];
    assert_eq!(problems(tree), want.map(|(p, k)| (p.to_owned(), k)));
}

#[test]
fn a_project_in_order_passes_and_one_without_tags_is_not_asked() {
    let tree = MemoryTree::new()
        .file("a.c", TAGS)
        .file("LICENSES/MIT.txt", "x");
    assert_eq!(Case::new(tree).run("reuse-license-file").kind(), Kind::Pass);
    let tree = MemoryTree::new().file("a.c", "int a;");
    assert_eq!(
        Case::new(tree).run("reuse-license-file").kind(),
        Kind::NotApplicable
    );
}

#[test]
fn an_invalid_expression_is_no_licence() {
    let tree = || MemoryTree::new().file("a.c", "SPDX-License-Identifier: MIT, ISC\n");
    assert_eq!(
        problems(tree()),
        [("a.c".to_owned(), Problem::InvalidExpression)]
    );
    assert_eq!(lacking(tree(), "spdx-header"), ["a.c"]);
}

#[test]
fn neighbours_replace_what_the_file_says() {
    let tree = MemoryTree::new()
        .file("a.c", TAGS)
        .file("a.c.license", "SPDX-License-Identifier: ISC\n")
        .file("b.png", b"\0")
        .file("b.png.license", TAGS);
    assert_eq!(lacking(tree.clone(), "spdx-header"), [""; 0]);
    assert_eq!(lacking(tree, "copyright-notice"), ["a.c"]);
}

#[test]
fn annotations_closest_aggregate_and_override() {
    let toml = |precedence: &str| {
        format!(
            "version = 1\n[[annotations]]\npath = \"**\"\nprecedence = \"{precedence}\"\nSPDX-FileCopyrightText = \"X\"\nSPDX-License-Identifier = \"ISC\"\n"
        )
    };
    let ids = |precedence: &str, text: &str| {
        let tree = MemoryTree::new()
            .file("REUSE.toml", toml(precedence))
            .file("a.c", text);
        crate::checks::testing::with_shared(tree, None, |shared| {
            shared.inventory().files[0]
                .expressions()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(ids("closest", TAGS), ["MIT"]);
    assert_eq!(ids("closest", "Copyright 2020 X\n"), ["ISC"]);
    assert_eq!(ids("aggregate", TAGS), ["ISC", "MIT"]);
    assert_eq!(ids("override", TAGS), ["ISC"]);
}

#[test]
fn the_deepest_annotation_that_has_the_datum_wins() {
    let tree = MemoryTree::new()
        .file("REUSE.toml", "version = 1\n[[annotations]]\npath = \"**\"\nSPDX-FileCopyrightText = \"X\"\nSPDX-License-Identifier = \"ISC\"\n")
        .file("src/REUSE.toml", "version = 1\n[[annotations]]\npath = \"a.c\"\nSPDX-License-Identifier = \"MIT\"\n")
        .file("src/a.c", "int a;\n");
    crate::checks::testing::with_shared(tree, None, |shared| {
        let file = &shared.inventory().files[0];
        assert_eq!(file.expressions().collect::<Vec<_>>(), ["MIT"]);
        assert_eq!(file.copyrights().collect::<Vec<_>>(), ["X"]);
    });
}

#[test]
fn what_overrides_keeps_what_stands_above_it() {
    let tree = MemoryTree::new()
        .file("REUSE.toml", "version = 1\n[[annotations]]\npath = \"**\"\nSPDX-FileCopyrightText = \"X\"\nSPDX-License-Identifier = \"ISC\"\n")
        .file("src/REUSE.toml", "version = 1\n[[annotations]]\npath = \"a.c\"\nprecedence = \"override\"\nSPDX-License-Identifier = \"MIT\"\n")
        .file("src/a.c", "SPDX-License-Identifier: Zlib\n");
    crate::checks::testing::with_shared(tree, None, |shared| {
        let file = &shared.inventory().files[0];
        assert_eq!(file.expressions().collect::<Vec<_>>(), ["MIT", "ISC"]);
        assert_eq!(file.copyrights().collect::<Vec<_>>(), ["X"]);
    });
}

#[test]
fn names_in_the_folder_of_texts() {
    let tree = MemoryTree::new()
        .file("a.c", TAGS)
        .file("LICENSES/.gitignore", "x")
        .file("LICENSES/sub/MIT.txt", "x")
        .link("LICENSES/ISC.txt", "../nowhere");
    assert_eq!(
        problems(tree),
        [("LICENSES/ISC.txt".to_owned(), Problem::Unreadable)]
    );
    let file = MemoryTree::new().file("LICENSES", "x");
    assert_eq!(problems(file)[0], ("LICENSES".to_owned(), Problem::Bad));
}

#[test]
fn a_tag_is_found_with_its_line_in_every_frame_and_encoding() {
    use proptest::prelude::*;
    let frames = [
        ("# ", ""),
        ("// ", ""),
        ("/* ", " */"),
        (" * ", " *"),
        ("<!-- ", " -->"),
        ("(* ", " *)"),
        ("{# ", " #}"),
        ("x = 1 # ", ""),
        ("<tag value='", "' />"),
        ("[", "] ::"),
        ("~~~ ", " ~~~"),
    ];
    let ends = ["\n", "\r\n", "\r"];
    proptest!(|(frame in 0..frames.len(), end in 0..ends.len(), above in 0_usize..9, wide in any::<bool>())| {
        let (open, close) = frames[frame];
        let mut text = format!("some words{}", ends[end]).repeat(above);
        text.push_str(&format!("{open}SPDX-License-Identifier: MIT OR ISC{close}{}", ends[end]));
        let bytes = if wide {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            [0xFF, 0xFE].into_iter().chain(units).collect()
        } else {
            text.into_bytes()
        };
        let found = super::extract::of_bytes(&bytes);
        prop_assert_eq!(found.expressions, ["MIT OR ISC"]);
        prop_assert_eq!(found.lines, [above as u64 + 1]);
    });
}

#[test]
fn a_broken_annotation_file_is_told() {
    let tree = MemoryTree::new()
        .file("REUSE.toml", "version = 'x'")
        .file("a.c", "int a;\n");
    assert_eq!(
        problems(tree),
        [("REUSE.toml".to_owned(), Problem::Unreadable)]
    );
}
