// SPDX-License-Identifier: Apache-2.0

//! What a careful reader would say of layouts that files' names alone get wrong, rule by rule.

use crate::report::Kind;
use crate::subject::memory::MemoryTree;

use super::Answer;
use super::testing::Case;

/// A rule, the files of a tree, and the verdict of a careful reader.
type Reading<'a> = (&'a str, &'a [(&'a str, &'a str)], Kind);

fn answer(rule: &str, files: &[(&str, &str)]) -> Answer {
    let tree = files.iter().fold(MemoryTree::new(), |tree, (path, text)| {
        tree.file(path, text)
    });
    Case::new(tree).run(rule)
}

fn read(readings: &[Reading<'_>]) {
    for (rule, files, expected) in readings {
        let answer = answer(rule, files);
        let told = answer.message().to_owned();
        assert_eq!(answer.kind(), *expected, "{rule} on {files:?}: {told}");
    }
}

const STEPS: &str = "A maintainer cuts a branch, runs the checks, writes the notes, pushes a signed tag and \
    publishes the packages; the workflow then uploads the archives and announces them on the list.";

#[test]
fn a_stage_is_read_around_brackets_and_by_the_owner_s_name() {
    for (text, slug, kind) in [
        (
            "# Mill\n\nMill is a **graduated** Cloud Native Computing Foundation (CNCF) project.",
            "x/y",
            Kind::Pass,
        ),
        (
            "# Grind logs\n\nQuern is a [Cloud Native Computing Foundation](u) incubating project.",
            "quern/quern-engine",
            Kind::Pass,
        ),
        (
            "# Mill\n\nIts makers have applied for mill to join the CNCF as a Sandbox project.",
            "x/mill",
            Kind::Fail,
        ),
        (
            "# Mill\n\n[![stage](https://cdn.example/gh/finos/contrib-toolbox@master/images/badge-graduated.svg)](u)",
            "finos/mill",
            Kind::Pass,
        ),
        (
            "# Quern\n\n[CNCF Incubating Project](u) | [Plans](v) | [Join us](w)",
            "quern/quern",
            Kind::Pass,
        ),
    ] {
        let tree = MemoryTree::new().file("README.md", text);
        let answer = Case::new(tree).slug(slug).run("readme-status");
        assert_eq!(answer.kind(), kind, "{text}: {}", answer.message());
    }
}

#[test]
fn a_badge_or_a_redirector_names_a_chat() {
    read(&[
        (
            "communication-channels",
            &[(
                "README.md",
                "[![Chat on Discord](b.svg)](https://aka.ms/mill)",
            )],
            Kind::Pass,
        ),
        (
            "communication-channels",
            &[(
                "README.md",
                "Join [us](https://mill.example/discord-invite/).",
            )],
            Kind::Pass,
        ),
        (
            "communication-channels",
            &[(
                "README.md",
                "[![Slack](b.svg)](#community)\n\n# Community\n\nSoon.",
            )],
            Kind::Fail,
        ),
        (
            "communication-channels",
            &[(
                "README.md",
                "Sends [messages](https://mill.example/docs/notify/slack).",
            )],
            Kind::Fail,
        ),
    ]);
    let list = "See the [list](https://groups.google.com/forum/#!forum/mill).";
    let found = answer("communication-channels", &[("README.md", list)])
        .into_parts()
        .4;
    assert_eq!(found["channels"], serde_json::json!(["mailing list"]));
}

#[test]
fn a_release_process_is_a_text_and_no_form_of_the_tracker() {
    let form = format!("---\nname: Release\n---\n\n{STEPS}\n");
    let guide = format!("# Contributing\n\n## Creating a Patch Release\n\n{STEPS}\n");
    read(&[
        (
            "release-process",
            &[(".github/ISSUE_TEMPLATE/release.md", &form)],
            Kind::Fail,
        ),
        (
            "release-process",
            &[("CONTRIBUTING.md", &guide)],
            Kind::Pass,
        ),
        (
            "release-process",
            &[("doc-site/docs/release_guide.md", STEPS)],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn a_table_of_people_is_no_guide() {
    let table = "# Contributors\n\nThanks go to these wonderful people (key to the signs). All contributions of \
        any kind are a joy.\n\n| Ann | Bob | Cleo |\n|---|---|---|\n| code | docs | design |\n";
    let guide = "# Contributing\n\nWe grow this mill together; fork it, open a pull request, and wait for a review by two of us.\n";
    read(&[
        (
            "contributing-guide",
            &[("CONTRIBUTORS.md", table)],
            Kind::Fail,
        ),
        (
            "contributing-guide",
            &[("CONTRIBUTORS.md", guide)],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn a_record_of_changes_has_many_names_and_packaging_is_none() {
    let news = "# What's new\n\n## 2.1\n\nGrinds twice as fast.\n";
    read(&[
        (
            "changelog",
            &[("docs/guide/whats-new.md", news)],
            Kind::Pass,
        ),
        (
            "changelog",
            &[("docs/about/whats_new.md", news)],
            Kind::Pass,
        ),
        (
            "changelog",
            &[(
                ".github/workflows/deb/debian/changelog",
                "mill (1.0-1) unstable; urgency=low\n\n  * Release 1.0\n",
            )],
            Kind::Fail,
        ),
    ]);
}

#[test]
fn building_is_a_heading_and_building_blocks_are_none() {
    read(&[
        (
            "docs-build",
            &[
                ("a.c", ""),
                (
                    "README.md",
                    "# Mill\n\n## Building and testing\n\nRun it in a container.",
                ),
            ],
            Kind::Pass,
        ),
        (
            "docs-build",
            &[
                ("a.c", ""),
                (
                    "README.md",
                    "# Mill\n\n## Building blocks\n\nStones and belts.",
                ),
            ],
            Kind::Fail,
        ),
        (
            "docs-build",
            &[
                ("a.c", ""),
                (
                    "README.md",
                    "# Mill\n\nSee [Building mill](https://mill.example/x/building/).",
                ),
            ],
            Kind::Review,
        ),
    ]);
}

#[test]
fn only_a_guide_elsewhere_is_a_question_about_sign_offs() {
    read(&[
        (
            "dco-documented",
            &[(
                "CONTRIBUTING.md",
                "Sign the [Contributor License Agreement](https://cla-assistant.io/x/y).",
            )],
            Kind::Fail,
        ),
        (
            "dco-documented",
            &[(
                "CONTRIBUTING.md",
                "See [contributors](https://allcontributors.org/docs/en/specification).",
            )],
            Kind::Fail,
        ),
        (
            "dco-documented",
            &[(
                "CONTRIBUTING.md",
                "See our [contributor guide](https://mill.example/contributing).",
            )],
            Kind::Review,
        ),
    ]);
}

#[test]
fn a_meeting_every_two_weeks_is_a_schedule() {
    read(&[
        (
            "public-meetings",
            &[("README.md", "Every two weeks we host a community call.")],
            Kind::Pass,
        ),
        (
            "public-meetings",
            &[("README.md", "We release every two weeks.")],
            Kind::Fail,
        ),
    ]);
}

#[test]
fn an_address_is_no_statement_on_support() {
    let stub = "# Security\n\nhttps://docs.mill.example/support/end-of-life/\n";
    let matrix = "# Mill\n\n## Compatibility matrix\n\nWhen a release of the engine reaches end of life, so does \
        ours; fixes are backported to supported release branches only.\n";
    read(&[
        ("support-policy", &[("SECURITY.md", stub)], Kind::Fail),
        ("support-policy", &[("README.md", matrix)], Kind::Pass),
    ]);
}

#[test]
fn the_roster_is_the_file_of_that_name_and_names_people() {
    let roster = "# Maintainers\n\n| Name | GitHub |\n|---|---|\n| [@ann](https://github.com/ann) | ann |\n| Bob Example | bob |\n\n\
        ## Becoming a maintainer\n\n1. **Account Safety**: two factors.\n\n### Steps\n\n- **Mailing Help:** write to list@lists.mill.example\n";
    let files = [("CODEOWNERS", "* @ann @bob\n"), ("MAINTAINERS.md", roster)];
    let found = answer("maintainers-file", &files);
    assert!(
        found.message().starts_with("MAINTAINERS.md names 2"),
        "{}",
        found.message()
    );
}

#[test]
fn a_pointer_names_no_contact_and_a_form_is_a_channel() {
    read(&[
        (
            "security-contacts",
            &[(
                "SECURITY_CONTACTS.md",
                "# Contacts\n\nPlease refer to the [list](https://github.com/mill/community/blob/main/SC.md).\n",
            )],
            Kind::Review,
        ),
        (
            "security-policy",
            &[(
                "SECURITY.md",
                "# Security\n\nVulnerabilities can be reported privately:\n\n- [Report](https://github.com/x/y/security/advisories/new)\n",
            )],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn a_handbook_for_maintainers_names_nobody() {
    let handbook = "# Maintainer's handbook\n\n- Mill's documented [process](https://github.com/x)\n- Upon acceptance of a change, @y merges\n";
    read(&[
        (
            "maintainers-file",
            &[("MAINTAINERS.md", handbook)],
            Kind::Review,
        ),
        (
            "security-policy",
            &[(
                "CONTRIBUTING.md",
                "# Guide\n\n### Reporting Vulnerabilities\n\nWrite to us on the private chat of the maintainers; do not open issues on vulnerabilities, please, until we have disclosed them.\n",
            )],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn governance_of_the_product_is_not_the_project_s() {
    let page = format!("# On-chain governance\n\nContracts vote on upgrades. {STEPS}");
    let readme = "# Mill\n\n- [On-chain governance](docs/onchain-governance.md)\n";
    read(&[
        (
            "governance-document",
            &[("README.md", readme), ("docs/onchain-governance.md", &page)],
            Kind::Fail,
        ),
        (
            "notice-file",
            &[(
                "NOTICES.md",
                "# Notices\n\n## Withdrawals\n\nNone so far, as of today.\n",
            )],
            Kind::Fail,
        ),
        (
            "adopters-file",
            &[(
                "ADOPTERS.md",
                "* [Acme](https://acme.example)\n* [Globex](https://globex.example)\n",
            )],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn a_license_line_of_a_list_is_not_about_the_next_item() {
    let readme = "# Mill\n\n* License: Apache License, Version 2.0\n* Documentation: https://docs.mill.example/\n";
    let files = [("README.md", readme), ("docs/a.md", "# A\n\nText.\n")];
    assert_eq!(answer("docs-license", &files).kind(), Kind::Review);
}

#[test]
fn the_first_of_several_files_is_the_most_telling() {
    let rules =
        format!("# Rules\n\nMaintainers decide by consensus and vote when they cannot. {STEPS}");
    let files = [("CHARTER.md", rules.as_str()), ("GOVERNANCE.md", &rules)];
    let found = answer("governance-document", &files);
    assert!(
        found.message().ends_with("GOVERNANCE.md"),
        "{}",
        found.message()
    );
    let parts = "# Parts\n\nThe mill has a stone, a belt and a hopper. ".repeat(8);
    read(&[
        (
            "architecture-doc",
            &[("docs/architecture-working-group.md", &parts)],
            Kind::Fail,
        ),
        (
            "architecture-doc",
            &[("docs/source/devel/design.rst", &parts)],
            Kind::Pass,
        ),
        (
            "support-policy",
            &[(
                "README.md",
                "# Mill\n\n## Supported Versions and Formats\n\nCSV 1.1 is read and written, JSON lines as well.\n",
            )],
            Kind::Fail,
        ),
        (
            "support-policy",
            &[(
                "RELEASES.md",
                "# Releases\n\nThe current and previous minor series are supported in terms of bug fixes.\n",
            )],
            Kind::Pass,
        ),
    ]);
}

#[test]
fn commands_in_words_and_teams_beside_the_maintainers_are_found() {
    let prow = "presubmits:\n- name: unit\n  spec:\n    containers:\n    - image: x\n      command:\n      - make\n      - test\n";
    let team = "# Maintainers\n\n- Ann Example (@ann)\n\n## Security Response Team\n\n- Bob Sample (@bob)\n";
    read(&[
        (
            "ci-tests",
            &[("a.go", "package a\n"), (".prow.yaml", prow)],
            Kind::Pass,
        ),
        ("security-contacts", &[("MAINTAINERS.md", team)], Kind::Pass),
    ]);
    let roster = "Maintainers\n===========\n\nAnn Example\n-----------\n\nEmail: ann@mill.example\n\nGitHub username: @ann\n";
    let people = answer("maintainers-file", &[("MAINTAINERS.rst", roster)])
        .into_parts()
        .4;
    assert_eq!(people["people"][0]["name"], "Ann Example");
}

#[test]
fn an_alias_of_several_and_a_robot_are_no_maintainers() {
    let teams = "approvers:\n- mill-leads\n- oversight-committee\nreviewers:\n- mill-writers\n";
    let mixed = "approvers:\n- mill-leads\n- ann-example\n- mill-release-robot\n";
    read(&[("maintainers-file", &[("OWNERS", teams)], Kind::Review)]);
    let people = answer("maintainers-file", &[("OWNERS", mixed)])
        .into_parts()
        .4;
    assert_eq!(people["people"].as_array().map(Vec::len), Some(1));
    assert_eq!(people["people"][0]["handle"], "ann-example");
}

#[test]
fn a_page_made_when_the_documentation_is_built_is_a_question() {
    read(&[(
        "code-of-conduct",
        &[(
            "CODE_OF_CONDUCT.rst",
            ".. include:: build/made/conduct.rst\n",
        )],
        Kind::Review,
    )]);
}

#[test]
fn a_foundation_s_own_words_for_stages_count_beside_its_name_only() {
    for (text, kind) in [
        (
            "# Mill\n\nMill is an OpenJS Foundation Impact project.",
            Kind::Pass,
        ),
        (
            "# Mill\n\nMill is an LF Energy project at the early adoption stage.",
            Kind::Pass,
        ),
        (
            "# Mill\n\nMill is an LF Edge Stage 2 (growth) project.",
            Kind::Pass,
        ),
        (
            "# Mill\n\nMill, a CNCF project, measures the impact of a project.",
            Kind::Fail,
        ),
    ] {
        let tree = MemoryTree::new().file("README.md", text);
        let answer = Case::new(tree).slug("x/mill").run("readme-status");
        assert_eq!(answer.kind(), kind, "{text}: {}", answer.message());
    }
}

#[test]
fn bullets_below_a_name_tell_more_of_the_same_person() {
    let roster = "# Maintainers\n\n* Ann Example\n    * Email: ann@mill.example\n    * GitHub username: @ann\n\n\
        * Bob Sample\n    * Email: bob@mill.example\n    * GitHub username: @bob\n";
    let found = answer("maintainers-file", &[("MAINTAINERS.md", roster)])
        .into_parts()
        .4;
    assert_eq!(found["people"].as_array().map(Vec::len), Some(2));
    assert_eq!(found["people"][1]["handle"], "bob");
    assert_eq!(found["people"][1]["email"], "bob@mill.example");
}

#[test]
fn lists_among_contributors_and_voting_members_are_rosters() {
    let thanks = "# Contributors\n\n## Current Maintainers\n\n- Ann Example (@ann)\n\n## Contributors\n\n- Cleo Third (@cleo)\n";
    let voters = "# Governance\n\n## Voting Members\n\n- Ann Example - Acme\n- Bob Sample - Borg\n";
    let steps = format!("# Creating releases\n\n{STEPS}\n");
    read(&[
        (
            "maintainers-file",
            &[("CONTRIBUTORS.md", thanks)],
            Kind::Pass,
        ),
        ("maintainers-file", &[("GOVERNANCE.md", voters)], Kind::Pass),
        (
            "release-process",
            &[("docs/procedures/creating-releases.rst", &steps)],
            Kind::Pass,
        ),
    ]);
}
