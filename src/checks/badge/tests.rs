// SPDX-License-Identifier: Apache-2.0

//! Every form of the badges seen in READMEs.

use serde_json::json;

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

const RULE: &str = "best-practices-badge-displayed";

fn read(rule: &str, name: &str, text: &str) -> (Kind, serde_json::Value) {
    let tree = MemoryTree::new().file(name, text);
    let (kind, _, _, _, properties) = Case::new(tree).slug("a/b").run(rule).into_parts();
    let key = if rule == RULE { "ids" } else { "slugs" };
    (kind, properties[key].clone())
}

#[test]
fn every_form_of_the_badge_is_seen() {
    const W: &str = "https://www.bestpractices.dev";
    const C: &str = "https://bestpractices.coreinfrastructure.org";
    let forms: &[(&str, String)] = &[
        ("README.md", format!("[![x]({W}/projects/7/badge)]({W}/projects/7)")),
        ("README.md", "[![x](https://bestpractices.dev/projects/7/badge)](y)".into()),
        ("README.md", format!("[![x]({C}/projects/7/badge)]({C}/en/projects/7)")),
        ("README.md", format!("[a]({W}/en/projects/7/baseline-1)")),
        ("README.md", format!("![x]({W}/zh-CN/projects/7/)")),
        ("README.md", format!("![x]({W}/projects/7/baseline)")),
        ("README.md", format!("<{W}/projects/7>")),
        ("README.md", format!("<p>\n<a href=\"{W}/projects/7\">\n  <img alt=x\n  src='https://img.shields.io/cii/level/7?style=flat'></a>")),
        ("README.md", format!("[![x][a]][b]\n\n[a]: {W}/projects/7/badge\n[b]: {W}/projects/7")),
        ("README.md", "[cii]: https://img.shields.io/cii/level/7?label=x&style=flat".into()),
        ("README.md", "![x](https://img.shields.io/cii/summary/7.svg?style=flat)".into()),
        ("README.md", "![x](https://img.shields.io/ossf-best-practices/7)".into()),
        ("README.md", "![x](https://img.shields.io/badge/dynamic/json?url=https%3A%2F%2Fwww.bestpractices.dev%2Fprojects%2F7.json&query=%24.badge_level)".into()),
        ("README.md", "![x](https://e.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.bestpractices.dev%2Fprojects%2F7%2Fbadge&data=05)".into()),
        ("README.md", format!("[![x]({W}/projects/7/badge)]({W}/projects/7/silver)")),
        ("README.md", format!("[![x][11]][12]\n\n[11]: {W}/projects/7/badge\n[12]: {W}/projects/7/")),
        ("README.md", "![x](https://img.shields.io/cii/percentage/7)".into()),
        ("README.md", "![x](https://img.shields.io/badge/dynamic/json?url=https%3A%2F%2Fwww.bestpractices.dev%2Fprojects%2F7.json&query=badge_percentage_baseline_1&label=Baseline)".into()),
        ("README.md", format!("| practices | <{W}/projects/7> |")),
        ("README.adoc", format!("image:{C}/projects/7/badge[CII]")),
        ("README.adoc", format!("link:{W}/projects/7?source=readme[practices]")),
        ("README.rst", format!(".. image:: {C}/projects/7/badge\n   :target: {C}/projects/7")),
        ("README.rst", format!(".. |cii| image:: {W}/projects/7/badge\n    :alt: x")),
        ("README.adoc", format!("image:{W}/projects/7/badge[x,link={W}/projects/7]")),
        ("README.org", format!("[[{W}/projects/7][{W}/projects/7/badge]]")),
    ];
    for (name, text) in forms {
        assert_eq!(read(RULE, name, text), (Kind::Pass, json!([7])), "{text}");
    }
}

#[test]
fn what_displays_no_entry_is_no_badge() {
    const W: &str = "https://www.bestpractices.dev";
    for (name, text) in [
        ("README.md", format!("```\n![x]({W}/projects/7/badge)\n```")),
        ("README.md", format!("<!-- ![x]({W}/projects/7/badge) -->")),
        ("README.md", format!("`{W}/projects/7/badge`")),
        ("README.md", format!("![x]({W}/badge_static/passing)")),
        (
            "README.md",
            format!("[![x](https://img.shields.io/badge/%20-passing-success.svg)]({W}/projects/7)"),
        ),
        ("README.md", format!("![x]({W}/projects/0000/badge)")),
        (
            "README.md",
            format!("![x]({W}/projects/PROJECT_NUMBER/badge)"),
        ),
        ("README.md", format!("See {W}/en/about and {W}/criteria/0")),
        (
            "README.md",
            "![OpenSSF Best Practices passing](badge.svg)".into(),
        ),
        (
            "README.rst",
            format!("..\n    .. image:: {W}/projects/7/badge"),
        ),
        ("docs/guide.md", format!("![x]({W}/projects/7/badge)")),
    ] {
        assert_eq!(read(RULE, name, &text).0, Kind::Fail, "{text}");
    }
}

#[test]
fn the_badge_by_address_counts_for_this_repository_only() {
    let image = |url: &str| {
        format!("<img src=\"https://www.bestpractices.dev/projects?as=badge&url={url}\">")
    };
    assert_eq!(
        read(
            RULE,
            "README.md",
            &image("https%3A%2F%2Fgithub.com%2FA%2FB")
        )
        .0,
        Kind::Pass
    );
    assert_eq!(
        read(
            RULE,
            "README.md",
            &image("https%3A%2F%2Fgithub.com%2Fo%2Fr")
        )
        .0,
        Kind::Fail
    );
}

#[test]
fn an_image_and_a_link_that_differ_are_both_named() {
    let text = "[![x](https://www.bestpractices.dev/projects/10/badge)](https://www.bestpractices.dev/projects/11)";
    assert_eq!(read(RULE, "README.md", text), (Kind::Pass, json!([10, 11])));
}

#[test]
fn a_list_of_many_projects_badges_is_a_question() {
    let text: String = (1..9)
        .map(|n| format!("- ![x](https://www.bestpractices.dev/projects/{n}/badge)\n"))
        .collect();
    assert_eq!(read(RULE, "README.md", &text).0, Kind::Review);
}

#[test]
fn a_scorecard_badge_is_that_of_this_repository() {
    let rule = "scorecard-badge-displayed";
    for text in [
        "![](https://api.scorecard.dev/projects/github.com/a/b/badge?style=flat)",
        "[x](https://securityscorecards.dev/viewer/?uri=github.com/a/b)",
        "[x](https://scorecard.dev/viewer/?site=github.com/a/b)",
        "![](https://img.shields.io/ossf-scorecard/github.com/A/B?label=x)",
        "![](https://img.shields.io/ossf-scorecard/github.com/a/b?branch=develop&style=flat-square)",
        "[![x](https://api.scorecard.dev/projects/github.com/a/b/badge)](https://api.scorecard.dev/projects/github.com/a/b)",
        "[![x][i]][l]\n\n[i]: https://api.securityscorecards.dev/projects/github.com/a/b/badge\n[l]: https://securityscorecards.dev/viewer/?uri=github.com/a/b",
        "![](https://api.scorecard.dev/projects/gitlab.com/a/b/badge)",
        "<a href=\"https://api.securityscorecards.dev/projects/github.com/a/b\"><img src=\"https://api.securityscorecards.dev/projects/github.com/a/b/badge\"></a>",
    ] {
        assert_eq!(read(rule, "README.md", text).0, Kind::Pass, "{text}");
    }
    let other = |slug: &str| format!("![](https://api.scorecard.dev/projects/{slug}/badge)");
    assert_eq!(
        read(rule, "README.md", &other("github.com/up/stream")).0,
        Kind::Fail
    );
    assert_eq!(
        read(rule, "README.md", &other("github.com/old/b")).0,
        Kind::Review
    );
    assert_eq!(
        read(rule, "README.md", &other("github.com/{owner}/{repo}")).0,
        Kind::Fail
    );
    assert_eq!(
        read(rule, "README.md", &other("github.com/a/.github")),
        (Kind::Fail, json!(["github.com/a/.github"]))
    );
}
