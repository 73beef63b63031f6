// SPDX-License-Identifier: Apache-2.0

//! Layouts of real repositories, in our own words.

use crate::checks::Answer;
use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn tree() -> MemoryTree {
    MemoryTree::new()
}

const POLICY: &str = "# Security\n\nReport a vulnerability by mail to security@example.net. We answer within three days \
and publish an advisory when a fix is out. Please do not open a public issue for it.\n";

fn kind(tree: MemoryTree, rule: &str) -> Kind {
    Case::new(tree).run(rule).kind()
}

fn paths(answer: &Answer) -> Vec<String> {
    let (.., evidence, _) = answer.clone().into_parts();
    evidence.into_iter().filter_map(|e| e.path).collect()
}

#[test]
fn a_policy_with_substance_passes_in_any_usual_place() {
    for path in [
        "SECURITY.md",
        ".github/SECURITY.MD",
        "docs/security.rst",
        "security-policy.txt",
    ] {
        assert_eq!(
            kind(tree().file(path, POLICY), "security-policy"),
            Kind::Pass,
            "{path}"
        );
    }
}

#[test]
fn copies_test_data_and_code_are_no_policy() {
    for path in [
        "vendor/github.com/a/b/SECURITY.md",
        "tests/data/SECURITY.md",
        "docs/templates/SECURITY.md",
        "src/security.py",
        "SECURITY_CONTACTS",
        "SECURITY-INSIGHTS.yml",
        "SECURITY-template.md",
    ] {
        assert_eq!(
            kind(tree().file(path, POLICY), "security-policy"),
            Kind::Fail,
            "{path}"
        );
    }
}

#[test]
fn an_empty_file_a_bare_title_and_an_open_template_fail_at_that_file() {
    for text in [
        "",
        "\n \n",
        "# Security\n",
        "# Security\n\nThe [PROJECT NAME] team reads [INSERT EMAIL] and answers by [DATE].\n",
    ] {
        let answer = Case::new(tree().file("SECURITY.md", text))
            .slug("o/r")
            .run("security-policy");
        assert_eq!(answer.kind(), Kind::Fail, "{text:?}: {}", answer.message());
        assert_eq!(answer.findings()[0].path.as_deref(), Some("SECURITY.md"));
    }
}

#[test]
fn a_manual_page_about_security_is_not_the_policy() {
    let manual = "# Security\n\nThe server speaks TLS. Set `tls: on` to protect the traffic between the nodes of a cluster.\n";
    assert_eq!(
        kind(tree().file("docs/security.md", manual), "security-policy"),
        Kind::Fail
    );
}

#[test]
fn a_pointer_inside_the_tree_is_followed_and_both_are_evidence() {
    let cases = [
        "See [the policy](security/README.md).",
        "See security/README.md.",
        "Please read <https://github.com/o/r/blob/main/security/README.md>.",
    ];
    for text in cases {
        let tree = tree()
            .file("SECURITY.md", text)
            .file("security/README.md", POLICY);
        let answer = Case::new(tree).slug("o/r").run("security-policy");
        assert_eq!(answer.kind(), Kind::Pass, "{text}: {}", answer.message());
        assert_eq!(
            paths(&answer),
            ["SECURITY.md", "security/README.md"],
            "{text}"
        );
    }
}

#[test]
fn links_of_the_file_system_and_includes_are_followed() {
    let linked = tree()
        .link("SECURITY.md", ".github/SECURITY.md")
        .file(".github/SECURITY.md", POLICY);
    assert_eq!(kind(linked, "security-policy"), Kind::Pass);
    let as_text = tree()
        .file("SECURITY.md", ".github/x/policy.md")
        .file(".github/x/policy.md", POLICY);
    assert_eq!(kind(as_text, "security-policy"), Kind::Pass);
    let included = tree()
        .file("docs/security.rst", ".. include:: ../policy/x.rst\n")
        .file("policy/x.rst", POLICY);
    assert_eq!(kind(included, "security-policy"), Kind::Pass);
    let out = tree().link("SECURITY.md", "../elsewhere/SECURITY.md");
    assert_eq!(kind(out, "security-policy"), Kind::Review);
}

#[test]
fn pointers_in_a_circle_end() {
    let tree = tree()
        .file("SECURITY.md", "See [there](docs/SECURITY.md).")
        .file("docs/SECURITY.md", "See [here](../SECURITY.md).");
    assert_ne!(kind(tree, "security-policy"), Kind::Pass);
}

#[test]
fn a_dangling_pointer_fails() {
    let answer = Case::new(tree().file("SECURITY.md", "See [the policy](doc/none.md)."))
        .run("security-policy");
    assert_eq!(answer.kind(), Kind::Fail);
    assert!(
        answer.message().contains("doc/none.md"),
        "{}",
        answer.message()
    );
}

#[test]
fn a_known_text_passes_and_another_address_is_a_question() {
    let known = "We follow the [CNCF text](https://github.com/cncf/foundation/blob/master/code-of-conduct.md).";
    let answer = Case::new(tree().file("code-of-conduct.md", known)).run("code-of-conduct");
    assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
    let other = "See [our text](https://example.net/conduct).";
    assert_eq!(
        kind(tree().file("CODE_OF_CONDUCT.md", other), "code-of-conduct"),
        Kind::Review
    );
}

#[test]
fn a_readme_section_stands_for_the_document() {
    let readme = "# Tool\n\n## Security\n\nReport a vulnerability privately to security@example.net, never in an issue.\n\n## Use\n";
    let answer = Case::new(tree().file("README.md", readme)).run("security-policy");
    assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
    let product = "# Tool\n\n## Security\n\nAll traffic between the nodes is protected by mutual TLS by default, which you can turn off.\n";
    assert_eq!(
        kind(tree().file("README.md", product), "security-policy"),
        Kind::Fail
    );
}

#[test]
fn a_link_counts_only_when_its_target_exists() {
    let readme = "# Tool\n\nRead our [code of conduct](doc/rules.md).\n";
    assert_eq!(
        kind(tree().file("README.md", readme), "code-of-conduct"),
        Kind::Fail
    );
    let text = "Treat everybody with respect. Harassment is not tolerated here; tell the maintainers about it.";
    let there = tree().file("README.md", readme).file("doc/rules.md", text);
    assert_eq!(kind(there, "code-of-conduct"), Kind::Pass);
}

#[test]
fn absent_is_open_where_the_organisation_may_supply_it_and_fail_elsewhere() {
    let tree = || tree().file("README.md", "# Tool\n");
    let answer = Case::new(tree()).slug("o/r").run("security-policy");
    assert_eq!(answer.kind(), Kind::Open);
    assert!(answer.message().contains("--org-files"));
    assert_eq!(kind(tree(), "security-policy"), Kind::Fail);
    let charter = Case::new(tree()).slug("o/r").run("technical-charter");
    assert_eq!(charter.kind(), Kind::Fail, "a charter is never inherited");
    assert_eq!(charter.findings()[0].path.as_deref(), Some("CHARTER.md"));
}

#[test]
fn the_configuration_says_where_a_document_lives() {
    let tree = tree().file("team/how-we-mend.md", POLICY);
    let answer = Case::new(tree)
        .document("security-policy", "team/how-we-mend.md")
        .run("security-policy");
    assert_eq!(answer.kind(), Kind::Pass);
    let answer = Case::new(MemoryTree::new())
        .document("security-policy", "https://example.net/security")
        .run("security-policy");
    assert_eq!(answer.kind(), Kind::Review);
}

#[test]
fn a_folder_may_be_the_record_of_changes_and_a_process_is_none() {
    for path in [
        "CHANGELOG/CHANGELOG-1.2.md",
        "releasenotes/notes/fix-1a2b.yaml",
        "releases/v1.0.toml",
        "docs/release-notes/T-2206.md",
    ] {
        assert_eq!(
            kind(tree().file(path, "1.2: things were mended"), "changelog"),
            Kind::Pass,
            "{path}"
        );
    }
    for path in [
        "RELEASE.md",
        "debian/changelog",
        "docs/release-notes-template.md",
    ] {
        assert_eq!(
            kind(tree().file(path, "1.2: things were mended"), "changelog"),
            Kind::Fail,
            "{path}"
        );
    }
}

#[test]
fn a_pdf_shows_that_a_charter_exists_and_no_more() {
    let tree = || {
        tree().file(
            "docs/x-technical-charter.pdf",
            b"%PDF-1.7 and many bytes of it",
        )
    };
    assert_eq!(kind(tree(), "technical-charter"), Kind::Pass);
    assert_eq!(kind(tree(), "governance-document"), Kind::Review);
    assert_eq!(kind(tree(), "charter-placeholder"), Kind::Review);
}

#[test]
fn template_text_is_found_where_it_stands() {
    let conduct = "# Conduct\n\nBe kind to each other at all times, in every place of this community.\nReport to [INSERT CONTACT METHOD].\n";
    let answer = Case::new(tree().file("CODE_OF_CONDUCT.md", conduct)).run("placeholder");
    assert_eq!(answer.kind(), Kind::Fail);
    assert_eq!(answer.findings()[0].line, Some(4));
    assert_eq!(
        kind(tree().file("SECURITY.md", POLICY), "placeholder"),
        Kind::Pass
    );
}
