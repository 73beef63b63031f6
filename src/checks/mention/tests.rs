// SPDX-License-Identifier: Apache-2.0

//! What counts as saying it, rule by rule, as real repositories say it.

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn kind(rule: &str, path: &str, text: &str) -> Kind {
    let tree = MemoryTree::new()
        .file("README.md", "# Thing\n")
        .file(path, text);
    Case::new(tree).run(rule).kind()
}

#[test]
fn a_sign_off_is_asked_for_in_many_words() {
    for (path, text) in [
        (
            "CONTRIBUTING.md",
            "Every patch carries a `Signed-off-by:` line.",
        ),
        (
            "CONTRIBUTING.rst",
            "Sign your work\n==============\n\nUse::\n\n   git commit -s\n",
        ),
        (
            "doc/guides/contributing/patches.rst",
            "Patches need a Signed-off-by line.\n",
        ),
        ("DCO", "Developer Certificate of Origin\nVersion 1.1\n"),
        (
            ".github/PULL_REQUEST_TEMPLATE.md",
            "<!-- include a DCO on every commit -->\n",
        ),
        (
            "docs/GOVERNANCE.md",
            "Commits must be signed off by their author.\n",
        ),
        (
            "README.md",
            "By contributing you agree to the\nDeveloper Certificate of Origin.",
        ),
    ] {
        assert_eq!(kind("dco-documented", path, text), Kind::Pass, "{path}");
    }
}

#[test]
fn a_product_about_sign_offs_does_not_ask_for_them() {
    let rule = "dco-documented";
    let product = "# App\n\nThe app enforces the [DCO](https://developercertificate.org) on pull requests.\n\n## Use\n\nCommits without Signed-off-by fail.\n";
    assert_eq!(kind(rule, "README.md", product), Kind::Fail);
    let asked = format!("{product}\n## Contributing\n\nSign off with `git commit -s`.\n");
    assert_eq!(kind(rule, "README.md", &asked), Kind::Pass);
}

#[test]
fn documents_about_other_projects_do_not_speak() {
    let text = "Use `git commit -s`.";
    let rule = "dco-documented";
    assert_eq!(
        kind(rule, "site/themes/x/CONTRIBUTING.md", text),
        Kind::Fail
    );
    assert_eq!(
        kind(rule, "community/assessments/projects/x/DCO.md", text),
        Kind::Fail
    );
}

#[test]
fn approvals_gpg_and_licence_agreements_are_no_sign_off() {
    for text in [
        "We need sign-off from a maintainer before merging.",
        "Please use signed commits (`git commit -S`).",
        "Sign the Contributor License Agreement first.",
        "We do not require a DCO.",
        "```\n[DCO](x)\n```",
    ] {
        assert_eq!(
            kind("dco-documented", "CONTRIBUTING.md", text),
            Kind::Fail,
            "{text}"
        );
    }
    let vendored = "Signed-off-by is required.";
    assert_eq!(
        kind("dco-documented", "vendor/x/CONTRIBUTING.md", vendored),
        Kind::Fail
    );
}

#[test]
fn a_guide_that_lies_elsewhere_is_a_question() {
    let text = "See [the general guide](https://example.org/contributing).";
    assert_eq!(
        kind("dco-documented", "CONTRIBUTING.md", text),
        Kind::Review
    );
}

#[test]
fn a_default_of_the_organisation_leaves_it_open() {
    let tree = MemoryTree::new().file("README.md", "# Thing\n");
    assert_eq!(
        Case::new(tree).slug("o/r").run("dco-documented").kind(),
        Kind::Open
    );
    let own = MemoryTree::new()
        .file("README.md", "")
        .file("CONTRIBUTING.md", "Be kind.");
    assert_eq!(
        Case::new(own).slug("o/r").run("dco-documented").kind(),
        Kind::Fail
    );
}

#[test]
fn an_assignment_fails_a_licence_agreement_is_a_question() {
    let rule = "no-copyright-assignment";
    let path = "CONTRIBUTING.md";
    assert_eq!(
        kind(rule, path, "You assign the copyright in your work to Us."),
        Kind::Fail
    );
    assert_eq!(kind(rule, path, "You must sign our CLA."), Kind::Review);
    assert_eq!(
        kind(rule, path, "There is no CLA and no copyright assignment."),
        Kind::Pass
    );
    assert_eq!(kind(rule, path, "Send patches."), Kind::Pass);
}

#[test]
fn a_policy_may_refuse_a_licence_agreement() {
    let tree = || {
        MemoryTree::new().file(
            "CONTRIBUTING.rst",
            "Use ``git commit -s``.\n\nYou must sign the CLA.\n",
        )
    };
    let answer = Case::new(tree()).run_with("dco-documented", "against-is = \"fail\"");
    assert_eq!(answer.kind(), Kind::Fail);
    assert_eq!(answer.findings()[0].line, Some(3));
    assert_eq!(Case::new(tree()).run("dco-documented").kind(), Kind::Pass);
}

#[test]
fn channels_are_named_by_kind_and_private_addresses_are_none() {
    let tree = MemoryTree::new().file(
        "README.adoc",
        "= T\n:url-chat: https://chat.example.org\n\nJoin {url-chat}[us], write to dev@lists.example.org.\n",
    );
    let answer = Case::new(tree).run("communication-channels");
    assert_eq!(answer.kind(), Kind::Pass);
    let (.., properties) = answer.into_parts();
    assert_eq!(
        properties["channels"],
        serde_json::json!(["chat", "mailing list"])
    );
    let private = "Report to security@lists.example.org.";
    assert_eq!(
        kind("communication-channels", "SECURITY.md", private),
        Kind::Fail
    );
    assert_eq!(
        kind(
            "communication-channels",
            "README.md",
            "![Slack](https://img.example/slack.svg)"
        ),
        Kind::Fail
    );
}

#[test]
fn a_form_or_a_sentence_tells_how_to_report() {
    let rule = "issue-reporting";
    assert_eq!(
        kind(rule, ".github/ISSUE_TEMPLATE/bug.yml", "name: Bug"),
        Kind::Pass
    );
    assert_eq!(
        kind(
            rule,
            ".github/ISSUE_TEMPLATE/config.yml",
            "blank_issues_enabled: false"
        ),
        Kind::Fail
    );
    assert_eq!(
        kind(rule, "README.md", "Please open an issue when it breaks."),
        Kind::Pass
    );
    assert_eq!(
        kind(rule, "README.md", "Report a security issue to us by mail."),
        Kind::Fail
    );
}

#[test]
fn an_empty_section_says_nothing() {
    let code = MemoryTree::new().file("a.c", "");
    let run = |text: &str| {
        Case::new(code.clone().file("README.md", text))
            .run("docs-build")
            .kind()
    };
    assert_eq!(run("# T\n\n## Building\n"), Kind::Fail);
    assert_eq!(run("# T\n\n## Building\n\n```\nmake\n```\n"), Kind::Pass);
    let papers = MemoryTree::new().file("README.md", "# T\n");
    assert_eq!(
        Case::new(papers).run("docs-build").kind(),
        Kind::NotApplicable
    );
}

#[test]
fn an_emeritus_notice_has_two_parts_and_no_other_stage() {
    let judged = |text: &str, with: &str| {
        let tree = MemoryTree::new().file("README.md", text);
        Case::new(tree).run_with("emeritus-notice", with).kind()
    };
    let stage = "absent = 'fail'\npartial = 'fail'\n";
    let both = "This project has reached the Emeritus stage and is no longer maintained.";
    assert_eq!(judged(both, ""), Kind::Pass);
    assert_eq!(
        judged("This project is in the Emeritus stage.", stage),
        Kind::Fail
    );
    let torn = format!("{both}\n\nIt is an incubation stage project of the consortium.");
    assert_eq!(judged(&torn, ""), Kind::Fail);
    let people = "Emeritus maintainers: A. It is no longer small.";
    assert_eq!(judged(people, stage), Kind::Fail);
    assert_eq!(judged(people, ""), Kind::NotApplicable);
}

#[test]
fn quotes_point_at_the_line_where_the_words_are() {
    let tree = MemoryTree::new().file(
        "CONTRIBUTING.md",
        "# How\n\nFirst.\nThen add a\nSigned-off-by line.\n",
    );
    let answer = Case::new(tree).run("dco-documented");
    assert!(
        answer.message().contains("CONTRIBUTING.md:5"),
        "{}",
        answer.message()
    );
}

#[test]
fn the_organisation_s_guide_counts_where_the_repository_has_none() {
    let guide = || MemoryTree::new().file("CONTRIBUTING.md", "Use `git commit -s`.");
    let tree = MemoryTree::new().file("README.md", "# Thing\n");
    let run = |tree: MemoryTree| {
        Case::new(tree)
            .slug("o/r")
            .organisation(guide())
            .run("dco-documented")
    };
    let answer = run(tree.clone());
    assert_eq!(answer.kind(), Kind::Pass);
    let (.., evidence, _) = answer.into_parts();
    assert!(evidence.iter().all(|e| e.path.is_none()));
    let own = tree.file("CONTRIBUTING.md", "Be kind.");
    assert_eq!(run(own).kind(), Kind::Fail);
}

#[test]
fn an_alternative_is_asked_of_emeritus_projects_only() {
    let rule = "emeritus-alternative";
    let said = "This project is at the Emeritus stage.";
    assert_eq!(kind(rule, "README.md", "# T\n"), Kind::NotApplicable);
    assert_eq!(kind(rule, "README.md", said), Kind::Fail);
    let both = format!("{said} Use Other instead.");
    assert_eq!(kind(rule, "README.md", &both), Kind::Pass);
}
