// SPDX-License-Identifier: Apache-2.0

//! Statements of stages as READMEs make them, and words that only look like one.

use crate::checks::Answer;
use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::memory::MemoryTree;

fn run(text: &str, with: &str) -> Answer {
    Case::new(MemoryTree::new().file("README.md", text))
        .slug("org/thing")
        .run_with("readme-status", with)
}

fn read(text: &str) -> (Kind, String, String) {
    let (kind, _, _, _, properties) = run(text, "").into_parts();
    let word = |key: &str| {
        properties
            .get(key)
            .and_then(|v| v.as_str())
            .unwrap_or("-")
            .to_owned()
    };
    (kind, word("foundation"), word("stage"))
}

#[test]
fn statements_are_read_in_many_words() {
    for (text, foundation, stage) in [
        (
            "# Thing\n\nThing is a member of CNCF with ['graduated'](x) status.",
            "cncf",
            "graduated",
        ),
        (
            "# Thing\n\nThing is a [Cloud Native Computing Foundation](x)\ngraduated project.",
            "cncf",
            "graduated",
        ),
        (
            "# T\n\nThis is an **Incubation Stage** open-source project of the Confidential Computing Consortium (CCC).",
            "ccc",
            "incubation",
        ),
        (
            "This project is transitioning to Emeritus stage of the CCC project policy.\n\n# T",
            "ccc",
            "emeritus",
        ),
        (
            "# WG\n\nWe are officially a [sandbox level](x) working group within the OpenSSF.",
            "openssf",
            "sandbox",
        ),
        (
            "# Thing\n\n![](https://x.example/cncf-incubating-color.svg)",
            "cncf",
            "incubating",
        ),
        (
            "# Thing\n\n<img alt=\"badge\" src=\"https://x.example/openssf_stagesbadges_sandbox.png\">",
            "openssf",
            "sandbox",
        ),
        (
            "# Thing\n\n**Thing** is a **Graduated** project under the Hyperledger umbrella.",
            "hyperledger",
            "graduated",
        ),
    ] {
        assert_eq!(
            read(text),
            (Kind::Pass, foundation.into(), stage.into()),
            "{text}"
        );
    }
}

#[test]
fn a_foundation_without_a_stage_is_said_to_be_half() {
    let answer = run("# Thing\n\nThing is a CNCF project.", "");
    assert_eq!(answer.kind(), Kind::Fail);
    assert!(
        answer
            .message()
            .contains("README.md:3 names Cloud Native Computing Foundation and no stage"),
        "{}",
        answer.message()
    );
    assert_eq!(read("# Thing\n\nThing is a CNCF project.").1, "cncf");
}

#[test]
fn other_words_and_other_projects_are_no_statement() {
    for text in [
        "# Thing\n\n[![OpenSSF Best Practices](b.svg)](x)\n\nThe API is stable; status: beta.",
        "# Thing\n\nIt runs on Kubernetes, which is based on ideas of other CNCF graduated projects such as Envoy.",
        "# Thing\n\n```\nThing is a CNCF sandbox project.\n```\n",
        "# List\n\n| Project | Home | Stage |\n|---|---|---|\n| Other | CNCF | sandbox project |",
        "# Thing\n\nIt runs plugins in a sandbox. CNCF hosts the calls.",
        "# Thing\n\n![CNCF Sandbox Project](logo.svg)",
    ] {
        assert_eq!(read(text).0, Kind::Fail, "{text}");
    }
}

#[test]
fn another_stage_than_the_profile_s_fails_with_the_line_to_write() {
    let text = "# Thing\n\nThing is a sandbox project of the CCC.";
    let answer = run(text, "foundation = \"ccc\"\nstage = \"incubation\"");
    assert_eq!(answer.kind(), Kind::Fail);
    assert!(answer.message().ends_with("Thing is a project of the [Confidential Computing Consortium](https://confidentialcomputing.io) at the incubation stage."), "{}", answer.message());
    let right = "# Thing\n\nThing is an incubating project of the CCC.";
    assert_eq!(
        run(right, "foundation = \"ccc\"\nstage = \"incubation\"").kind(),
        Kind::Pass
    );
    assert_eq!(run(right, "foundation = \"cncf\"").kind(), Kind::Fail);
}

#[test]
fn the_line_to_add_is_itself_a_statement() {
    let answer = run(
        "# Thing\n",
        "foundation = \"openssf\"\nstage = \"incubating\"",
    );
    let line = answer.message().split("Add: ").nth(1).unwrap().to_owned();
    assert_eq!(
        run(
            &format!("# Thing\n\n{line}\n"),
            "foundation = \"openssf\"\nstage = \"incubating\""
        )
        .kind(),
        Kind::Pass
    );
}

#[test]
fn two_stages_at_once_are_a_question() {
    let text = "# Thing\n\nThing is a CNCF sandbox project.\n\nThing is a CNCF incubating project.";
    assert_eq!(read(text).0, Kind::Review);
}

#[test]
fn an_archived_project_claims_none() {
    assert_eq!(
        run(
            "# Thing\n\nThing is a CNCF sandbox project.",
            "claim = \"none\""
        )
        .kind(),
        Kind::Fail
    );
    assert_eq!(run("# Thing\n", "claim = \"none\"").kind(), Kind::Pass);
}
