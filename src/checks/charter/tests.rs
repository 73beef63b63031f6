// SPDX-License-Identifier: Apache-2.0

//! Charters in the words of the foundations' templates, and trees that keep or break them.

use proptest::prelude::*;

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

const CHARTER: &str = "# Technical Charter\n\n## Mission and scope\n\nThe project grinds logs of any size into figures, and its steering committee \
keeps it open to everybody who wants to take part.\n\n## Roles\n\nContributors include anyone who sends a change; Committers are Contributors who merge.\n\n\
## Voting\n\nDecisions take a majority vote; amendments a two-thirds vote of the committee.\n\n## Conduct\n\nThe code of conduct is the Contributor Covenant, version 2.1.\n\n\
## Intellectual property\n\nAll new inbound code contributions must be made using the Apache License, Version 2.0, and carry a \
Developer Certificate of Origin sign-off in the source code system.\n\nDocumentation is available under the Creative Commons Attribution 4.0 International License.\n\n\
Data shall be made available under the CDLA-Permissive-2.0 license.\n\nThe committee may approve an alternative license, for instance the MIT License, by exception.\n";
const APACHE: &str = include_str!("../../../LICENSE");
const MIT: &str = "MIT License\n\nCopyright (c) 2026 The Mill authors\n\nPermission is hereby granted, free of charge, to any person obtaining a copy \
of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the \
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is \
furnished to do so, subject to the following conditions:\n\nThe above copyright notice and this permission notice shall be included in all copies or \
substantial portions of the Software.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED \
TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE \
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE \
OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n";

fn tree(license: &str) -> MemoryTree {
    MemoryTree::new()
        .file("README.md", "# Mill\n\nMill grinds logs.\n")
        .file("CHARTER.md", CHARTER)
        .file("LICENSE", license)
}

#[test]
fn terms_are_read_and_kept() {
    let answer = Case::new(tree(APACHE)).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
    let (_, _, _, _, properties) = answer.into_parts();
    assert_eq!(properties["code"], serde_json::json!(["Apache-2.0"]));
    assert_eq!(properties["documents"], serde_json::json!(["CC-BY-4.0"]));
    assert_eq!(
        properties["data"],
        serde_json::json!(["CDLA-Permissive-2.0"])
    );
    let conduct = serde_json::json!(["contributor-covenant", "2.1"]);
    assert_eq!(properties["code_of_conduct"], conduct);
    assert_eq!(properties["sign_off"], true);
    let roles = serde_json::json!(["Contributors", "Committers"]);
    assert_eq!(properties["roles"], roles);
    let voting = serde_json::json!(["majority", "two-thirds"]);
    assert_eq!(properties["voting"], voting);
}

#[test]
fn another_licence_than_the_charters_is_a_breach() {
    let answer = Case::new(tree(MIT)).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Fail, "{}", answer.message());
    assert!(
        answer
            .message()
            .contains("code under Apache-2.0, LICENSE is MIT")
    );
}

#[test]
fn a_demanded_sign_off_that_nobody_gives_is_a_breach() {
    let mut commits = Commits::new();
    let _ = commits.add(Draft::new("change"));
    let case = Case::new(tree(APACHE)).history(commits.history());
    let answer = case.run("charter-terms");
    assert_eq!(answer.kind(), Kind::Fail, "{}", answer.message());
    assert!(
        answer
            .message()
            .contains("0 of the newest 1 commit have one")
    );
}

#[test]
fn an_older_code_of_conduct_than_the_charters_is_a_breach() {
    let conduct = "# Contributor Covenant Code of Conduct\n\nWe pledge to make participation a harassment-free experience for everyone, and to act \
        on every report.\n\nAdapted from the Contributor Covenant, version 1.4, https://www.contributor-covenant.org/version/1/4/code-of-conduct.html\n";
    let case = Case::new(tree(APACHE).file("CODE_OF_CONDUCT.md", conduct));
    let answer = case.run("charter-terms");
    assert_eq!(answer.kind(), Kind::Fail, "{}", answer.message());
    assert!(
        answer.message().contains("version 2.1"),
        "{}",
        answer.message()
    );
}

#[test]
fn no_charter_has_no_terms_and_a_binary_one_is_for_a_person() {
    let bare = MemoryTree::new().file("README.md", "# Mill\n");
    assert_eq!(
        Case::new(bare).run("charter-terms").kind(),
        Kind::NotApplicable
    );
    let binary = MemoryTree::new().file(
        "Mill Technical Charter.pdf",
        b"%PDF-1.7\n\xff\xfe\x00".repeat(200),
    );
    let answer = Case::new(binary).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Review, "{}", answer.message());
    assert!(answer.message().contains("(blob "), "{}", answer.message());
}

#[test]
fn roles_and_votes_alone_are_nothing_to_keep() {
    let charter = "# Technical Charter\n\nMission and scope of the steering committee: to grind logs. Contributors include anyone who sends a \
        change.\n\nDecisions take a majority vote.\n";
    let tree = MemoryTree::new().file("CHARTER.md", charter);
    let answer = Case::new(tree).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Review, "{}", answer.message());
}

#[test]
fn a_clause_that_is_indented_like_code_is_read() {
    let charter = CHARTER.replace("All new inbound", "        i. All new inbound");
    let tree = tree(MIT).file("CHARTER.md", charter);
    let answer = Case::new(tree).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Fail, "{}", answer.message());
}

#[test]
fn a_charter_elsewhere_is_a_question() {
    let readme = "# Mill\n\nMill grinds logs. We work by our [technical charter](https://example.org/mill/CHARTER.md).\n";
    let answer = Case::new(MemoryTree::new().file("README.md", readme)).run("charter-terms");
    assert_eq!(answer.kind(), Kind::Review, "{}", answer.message());
    assert!(!answer.message().contains("blob"), "{}", answer.message());
}

proptest! {
    #[test]
    fn any_charter_is_read(words in "(?s).{0,400}") {
        let text = format!("# Technical Charter\n\nMission and scope of the steering committee. {words}\n");
        let tree = MemoryTree::new().file("CHARTER.md", text);
        let answer = Case::new(tree).run("charter-terms");
        prop_assert!(!answer.message().is_empty());
    }
}
