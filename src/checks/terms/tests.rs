// SPDX-License-Identifier: Apache-2.0

//! The `license-terms` check on whole trees.

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn text_of(id: &str) -> &'static str {
    spdx::text::LICENSE_TEXTS
        .iter()
        .find(|(name, _)| *name == id)
        .unwrap()
        .1
}

fn kind(rule: &str, tree: MemoryTree) -> Kind {
    let answer = Case::new(tree).run(rule);
    println!("{}", answer.message());
    answer.kind()
}

fn code(license: &str, allow: &str) -> (Kind, String) {
    let tree = MemoryTree::new()
        .file("LICENSE", text_of(license))
        .file("a.rs", "fn a() {}");
    let answer =
        Case::new(tree).run_with("code-license", &format!("osi = false\nallow = [{allow}]"));
    (answer.kind(), answer.message().to_owned())
}

#[test]
fn the_project_licence_is_judged_against_the_list() {
    assert_eq!(code("Apache-2.0", "\"Apache-2.0\"").0, Kind::Pass);
    let (kind, message) = code("GPL-3.0-only", "\"Apache-2.0\", \"MIT\"");
    assert_eq!(kind, Kind::Fail);
    assert!(
        message.contains("GPL-3.0-only") && message.contains("Apache-2.0 or MIT"),
        "{message}"
    );
}

#[test]
fn files_under_another_licence_are_found() {
    let tree = MemoryTree::new()
        .file("LICENSE", text_of("Apache-2.0"))
        .file(
            "a.rs",
            // Split, so that this line states nothing about this file.
            concat!(
                "// SPDX-License-",
                "Identifier: Apache-2.0 OR GPL-2.0-only\n"
            ),
        )
        .file("b.rs", "// SPDX-License-Identifier: GPL-2.0-only\n");
    let answer = Case::new(tree).run_with("code-license", "osi = false\nallow = [\"Apache-2.0\"]");
    let paths: Vec<_> = answer
        .findings()
        .iter()
        .map(|f| f.path.as_deref().unwrap())
        .collect();
    assert_eq!(paths, ["b.rs"]);
    assert_eq!(
        answer.findings()[0].license.as_deref(),
        Some("GPL-2.0-only")
    );
}

#[test]
fn a_list_that_is_no_list_is_a_fault_and_no_code_is_not_applicable() {
    assert_eq!(
        kind("code-license", MemoryTree::new().file("README.md", "x")),
        Kind::NotApplicable
    );
    assert_eq!(
        kind("code-license", MemoryTree::new().file("a.rs", "x")),
        Kind::Review
    );
}

#[test]
fn documents_by_a_sentence_over_lines() {
    let readme = "# X\n\nThe code is released under the Apache 2.0 license.\nThe README.md file and files in the \"docs\" folder are licensed under the\nCreative Commons Attribution 4.0 International License.\n";
    assert_eq!(
        kind("docs-license", MemoryTree::new().file("README.md", readme)),
        Kind::Pass
    );
    let readme = "# X\n\nApache-2.0 for code and CC-BY-4.0 for documentation.\n";
    assert_eq!(
        kind("docs-license", MemoryTree::new().file("README.md", readme)),
        Kind::Pass
    );
    let readme = "# X\n\nDocumentation is available under the GFDL-1.3-only.\n";
    assert_eq!(
        kind("docs-license", MemoryTree::new().file("README.md", readme)),
        Kind::Fail
    );
}

#[test]
fn documents_by_a_charter() {
    let charter = "# Charter\n\niv. Documentation will be received and made available by the Project under\n    the Creative Commons Attribution 4.0 International License.\n";
    assert_eq!(
        kind(
            "docs-license",
            MemoryTree::new().file("CHARTER.md", charter)
        ),
        Kind::Pass
    );
    let own = "Documentation will be received and made available by the Project under the Project License.\n";
    let tree = MemoryTree::new()
        .file("CHARTER.md", own)
        .file("LICENSE", text_of("MIT"));
    assert_eq!(kind("docs-license", tree), Kind::Fail);
}

#[test]
fn silence_about_documents_is_a_question() {
    let tree = MemoryTree::new()
        .file("README.md", "# X\n\nMIT licensed.\n")
        .file("LICENSE", text_of("MIT"))
        .file("docs/a.md", "x");
    assert_eq!(kind("docs-license", tree), Kind::Review);
    // The MIT text itself speaks of documentation.
    let readme = format!("# X\n\n## License\n\n{}", text_of("MIT"));
    assert_eq!(
        kind("docs-license", MemoryTree::new().file("README.md", readme)),
        Kind::Review
    );
}

#[test]
fn documents_by_headers_and_by_the_licence_of_the_whole() {
    let page = "..\n   Licensed under the Apache License, Version 2.0\n\nTitle\n=====\n";
    let tree = MemoryTree::new()
        .file("doc/a.rst", page)
        .file("doc/b.rst", page)
        .file("doc/c.rst", page);
    assert_eq!(kind("docs-license", tree), Kind::Fail);
    let tree = MemoryTree::new()
        .file("LICENSE", text_of("CC-BY-4.0"))
        .file("README.md", "x");
    assert_eq!(kind("docs-license", tree), Kind::Pass);
}

#[test]
fn data_and_specifications_only_where_there_are_any() {
    assert_eq!(
        kind("data-license", MemoryTree::new().file("a.rs", "x")),
        Kind::NotApplicable
    );
    assert_eq!(
        kind(
            "data-license",
            MemoryTree::new().file("data/cities.csv", "x")
        ),
        Kind::Review
    );
    let charter =
        "Any rights in such data shall be made available under the CDLA-Permissive-2.0.\n";
    assert_eq!(
        kind(
            "data-license",
            MemoryTree::new().file("CHARTER.md", charter)
        ),
        Kind::NotApplicable
    );
    let readme = "# X\n\nThe data is available under the CDLA-Permissive-2.0.\n";
    assert_eq!(
        kind("data-license", MemoryTree::new().file("README.md", readme)),
        Kind::Pass
    );
    assert_eq!(
        kind("spec-license", MemoryTree::new().file("README.md", "x")),
        Kind::NotApplicable
    );
    let spec = MemoryTree::new()
        .file("spec.md", "x")
        .file("LICENSE", text_of("Community-Spec-1.0"));
    assert_eq!(kind("spec-license", spec), Kind::Pass);
}
