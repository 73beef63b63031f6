// SPDX-License-Identifier: Apache-2.0

//! The `license` check on whole trees.

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn text_of(id: &str) -> &'static str {
    let all = spdx::text::LICENSE_TEXTS
        .iter()
        .chain(spdx::text::EXCEPTION_TEXTS);
    all.clone().find(|(name, _)| *name == id).unwrap().1
}

fn run(tree: MemoryTree) -> (Kind, Option<String>, String) {
    let (kind, message, _, _, properties) = Case::new(tree).run("license-file").into_parts();
    (
        kind,
        properties["expression"].as_str().map(str::to_owned),
        message,
    )
}

fn passes(tree: MemoryTree, expression: &str) {
    let (kind, found, message) = run(tree);
    assert_eq!(
        (kind, found.as_deref()),
        (Kind::Pass, Some(expression)),
        "{message}"
    );
}

#[test]
fn one_text_in_the_root() {
    passes(
        MemoryTree::new().file("LICENSE", text_of("Apache-2.0")),
        "Apache-2.0",
    );
    passes(
        MemoryTree::new().file("licence.md", text_of("MPL-2.0")),
        "MPL-2.0",
    );
    passes(
        MemoryTree::new().file("CC-BY-4.0.txt", text_of("CC-BY-4.0")),
        "CC-BY-4.0",
    );
    passes(
        MemoryTree::new().file("LICENSES/MIT.txt", text_of("MIT")),
        "MIT",
    );
    passes(
        MemoryTree::new().file("license/isc.txt", text_of("ISC")),
        "ISC",
    );
}

#[test]
fn a_link_inside_the_tree_is_followed_and_no_other() {
    let tree = MemoryTree::new()
        .file("legal/apache.txt", text_of("Apache-2.0"))
        .link("LICENSE", "legal/apache.txt");
    passes(tree, "Apache-2.0");
    let (kind, _, message) = run(MemoryTree::new().link("LICENSE", "../elsewhere/LICENSE"));
    assert_eq!(kind, Kind::Fail, "{message}");
    assert!(message.contains("leads to no file"), "{message}");
}

#[test]
fn no_text_at_all_fails_and_the_manifest_is_named() {
    let (kind, found, message) =
        run(MemoryTree::new().file("Cargo.toml", "[package]\nlicense = \"Apache-2.0\"\n"));
    assert_eq!((kind, found.as_deref()), (Kind::Fail, Some("Apache-2.0")));
    assert!(
        message.contains("Cargo.toml declares Apache-2.0"),
        "{message}"
    );
    for empty in ["", "Copyright 2020 Example Ltd. All rights reserved.\n"] {
        assert_eq!(run(MemoryTree::new().file("LICENSE", empty)).0, Kind::Fail);
    }
    assert_eq!(
        run(MemoryTree::new().file("vendor/x/LICENSE", text_of("MIT"))).0,
        Kind::Fail
    );
}

#[test]
fn a_notice_or_a_mention_is_for_a_person() {
    let notice = "Copyright 2020 Example\n\nLicensed under the Apache License, Version 2.0 (the \"License\");\nyou may not use this file except in compliance with the License.\nYou may obtain a copy of the License at http://www.apache.org/licenses/LICENSE-2.0\n";
    let (kind, found, message) = run(MemoryTree::new().file("LICENSE", notice));
    assert_eq!(
        (kind, found.as_deref()),
        (Kind::Review, Some("Apache-2.0")),
        "{message}"
    );
    let two = "Specification: Community Specification License 1.0\n\nCode: MIT License\n";
    assert_eq!(
        run(MemoryTree::new().file("LICENSE", two)).1.as_deref(),
        Some("Community-Spec-1.0 AND MIT")
    );
}

#[test]
fn changed_and_unknown_texts_are_for_a_person() {
    let changed = text_of("Apache-2.0").replace(
        "3. Grant",
        "You shall not offer the Work as a paid service.\n\n3. Grant",
    );
    let (kind, _, message) = run(MemoryTree::new().file("LICENSE", changed));
    assert_eq!(kind, Kind::Review);
    assert!(
        message.contains("Apache-2.0") && message.contains("paid service"),
        "{message}"
    );
    let clause = format!(
        "{}\n\"Commons Clause\" License Condition v1.0\nThe grant of rights does not include the right to Sell.\n",
        text_of("MIT")
    );
    assert_eq!(
        run(MemoryTree::new().file("LICENSE", clause)).0,
        Kind::Review
    );
    let own = "You may look at this software on Sundays and public holidays only, in good weather, wearing a hat, and with permission of the keeper of the hats, who may say no, or nothing at all, as he likes best. No warranty.";
    assert_eq!(run(MemoryTree::new().file("LICENSE", own)).0, Kind::Review);
}

#[test]
fn two_files_are_joined_by_what_manifest_and_readme_say() {
    let both = || {
        MemoryTree::new()
            .file("LICENSE-MIT", text_of("MIT"))
            .file("LICENSE-APACHE", text_of("Apache-2.0"))
    };
    passes(both(), "Apache-2.0 AND MIT");
    passes(
        both().file("Cargo.toml", "[package]\nlicense = \"MIT OR Apache-2.0\"\n"),
        "MIT OR Apache-2.0",
    );
    let readme = "# X\n\n## License\n\nLicensed under either of\n\n* Apache License, Version 2.0\n* MIT license\n\nat your option.\n";
    passes(both().file("README.md", readme), "Apache-2.0 OR MIT");
}

#[test]
fn the_gnu_licences_need_words_beside_the_text() {
    let gpl = || MemoryTree::new().file("COPYING", text_of("GPL-3.0-only"));
    passes(gpl(), "GPL-3.0-only");
    let readme = "# X\n\n## License\n\nYou can redistribute it under the terms of the GNU General Public License as published by\nthe Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n";
    passes(gpl().file("README.md", readme), "GPL-3.0-or-later");
    let lesser = text_of("LGPL-3.0-only");
    let lesser = &lesser[..lesser
        .find("GNU GENERAL PUBLIC LICENSE\n")
        .unwrap_or(lesser.len())];
    passes(gpl().file("COPYING.LESSER", lesser), "LGPL-3.0-only");
}

#[test]
fn exceptions_and_several_texts_in_one_file() {
    let llvm = format!("{}\n{}", text_of("Apache-2.0"), text_of("LLVM-exception"));
    passes(
        MemoryTree::new().file("LICENSE.TXT", llvm),
        "Apache-2.0 WITH LLVM-exception",
    );
    let note = format!(
        "The note:\n\n{}\n\nThe licence:\n\n{}",
        text_of("Linux-syscall-note"),
        text_of("GPL-2.0-only")
    );
    passes(
        MemoryTree::new().file("COPYING", note),
        "GPL-2.0-only WITH Linux-syscall-note",
    );
    let split = format!(
        "Contributions before 2023 are under the first, others under the second.\n\n{}\n\n{}",
        text_of("Apache-2.0"),
        text_of("CC-BY-4.0")
    );
    passes(
        MemoryTree::new().file("LICENSE", split),
        "Apache-2.0 AND CC-BY-4.0",
    );
}

#[test]
fn a_tag_in_a_licence_file_is_about_the_file() {
    let tagged = format!("SPDX-License-Identifier: CC0-1.0\n\n{}", text_of("MIT"));
    passes(MemoryTree::new().file("LICENSE", tagged), "MIT");
}

#[test]
fn encodings_and_hostile_sizes() {
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text_of("MIT").encode_utf16().flat_map(u16::to_le_bytes));
    passes(MemoryTree::new().file("LICENSE", utf16), "MIT");
    let latin: Vec<u8> = [
        b"Copyright 2020 Andr\xe9\n\n".as_slice(),
        text_of("ISC").as_bytes(),
    ]
    .concat();
    passes(MemoryTree::new().file("LICENSE", latin), "ISC");
    let line = "license permission granted ".repeat(400_000);
    assert_eq!(run(MemoryTree::new().file("LICENSE", line)).0, Kind::Review);
}
