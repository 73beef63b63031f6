// SPDX-License-Identifier: Apache-2.0

//! `provost fix`, `waive` and `attest`, from verdict to mended tree.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use std::process::{Command, Output};

use support::Repo;

mod support;

const NOW: &str = "2026-11-20T00:00:00Z";

fn provost(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_provost"))
        .args(args)
        .env_clear()
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A project with a licence text and no header.
fn repo() -> Repo {
    let license = spdx::text::LICENSE_TEXTS
        .iter()
        .find(|(id, _)| *id == "Apache-2.0")
        .unwrap()
        .1;
    Repo::new()
        .file("LICENSE", license)
        .file("README.md", "# Anvil\n\nForges things.\n")
        .file("src/main.rs", "fn main() {}\n")
        .file("run", "#!/usr/bin/env python3\nprint(1)\n")
        .file("old.c", "int x;\r\nint y;\r\n")
        .commit("start")
        .signed_off()
}

fn verdict(repo: &Repo, rule: &str) -> String {
    let arg = repo.arg();
    let output = provost(&[
        "check",
        &arg,
        "--rule",
        rule,
        "--offline",
        "--format",
        "json",
        "--now",
        NOW,
    ]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["checks"][0]["kind"].as_str().unwrap().to_owned()
}

#[test]
fn a_plan_changes_nothing_and_says_what_it_would_do() {
    let repo = repo();
    let output = provost(&["fix", &repo.arg(), "--rule", "spdx-header", "--offline"]);
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{shown}");
    assert!(shown.contains("Would change (3)"), "{shown}");
    assert!(
        shown.contains("+// SPDX-License-Identifier: Apache-2.0\n"),
        "{shown}"
    );
    assert!(shown.contains("Nothing was changed"), "{shown}");
    assert_eq!(
        fs::read_to_string(repo.path().join("src/main.rs")).unwrap(),
        "fn main() {}\n"
    );
}

#[test]
fn headers_are_written_once_and_then_pass() {
    let repo = repo();
    assert_eq!(verdict(&repo, "spdx-header"), "fail");
    let args = [
        "fix",
        &repo.arg(),
        "--rule",
        "spdx-header",
        "--offline",
        "--write",
    ];
    let output = provost(&args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let read = |path: &str| fs::read_to_string(repo.path().join(path)).unwrap();
    assert_eq!(
        read("src/main.rs"),
        "// SPDX-License-Identifier: Apache-2.0\n\nfn main() {}\n"
    );
    assert_eq!(
        read("run"),
        "#!/usr/bin/env python3\n# SPDX-License-Identifier: Apache-2.0\n\nprint(1)\n"
    );
    assert_eq!(
        read("old.c"),
        "/* SPDX-License-Identifier: Apache-2.0 */\r\n\r\nint x;\r\nint y;\r\n"
    );
    assert_eq!(verdict(&repo, "spdx-header"), "pass");
    let again = provost(&[&args[..], &["--allow-dirty"]].concat());
    assert!(
        text(&again.stdout).starts_with("Changed (0)"),
        "{}",
        text(&again.stdout)
    );
}

#[test]
fn a_tree_with_changes_of_its_own_is_not_written_to() {
    let repo = repo().untracked("src/main.rs", "fn main() { }\n");
    let args = [
        "fix",
        &repo.arg(),
        "--rule",
        "spdx-header",
        "--offline",
        "--write",
    ];
    let refused = provost(&args);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("not committed (src/main.rs)"),
        "{}",
        text(&refused.stderr)
    );
    let allowed = provost(&[&args[..], &["--allow-dirty"]].concat());
    assert_eq!(allowed.status.code(), Some(0), "{}", text(&allowed.stderr));
}

#[test]
fn staged_and_deleted_files_are_changes_too() {
    let staged = repo().file("new.rs", "fn x() {}\n");
    let deleted = repo();
    fs::remove_file(deleted.path().join("old.c")).unwrap();
    for (repo, named) in [(staged, "new.rs"), (deleted, "old.c")] {
        let output = provost(&["fix", &repo.arg(), "--offline", "--write"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(named),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_missing_document_comes_from_the_foundation_s_template_with_its_blanks_marked() {
    let repo = repo();
    let arg = repo.arg();
    let output = provost(&[
        "fix",
        &arg,
        "--profile",
        "cncf/sandbox",
        "--rule",
        "code-of-conduct",
        "--offline",
        "--write",
        "--security-contact",
        "security@anvil.dev",
    ]);
    let shown = text(&output.stdout);
    let conduct = fs::read_to_string(repo.path().join("CODE_OF_CONDUCT.md")).unwrap();
    assert!(
        conduct.contains("Anvil follows the [CNCF Code of Conduct]"),
        "{conduct}"
    );
    let security = fs::read_to_string(repo.path().join("SECURITY.md")).unwrap();
    assert!(
        security.contains("Send a report to security@anvil.dev."),
        "{security}"
    );
    assert!(
        shown.contains("fill in: [INSERT SUPPORTED VERSIONS]"),
        "{shown}"
    );
    assert!(shown.contains("Left to you"), "{shown}");
}

#[cfg(unix)]
#[test]
fn a_link_is_never_written_through() {
    let repo = repo();
    let outside = repo.outside().join("x.rs");
    fs::write(&outside, "fn x() {}\n").unwrap();
    let repo = repo
        .link("linked.rs", outside.to_str().unwrap())
        .commit("link")
        .signed_off();
    provost(&[
        "fix",
        &repo.arg(),
        "--rule",
        "spdx-header",
        "--offline",
        "--write",
    ]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), "fn x() {}\n");
}

#[test]
fn only_a_working_tree_can_be_mended() {
    let repo = repo();
    let git = repo.path().join(".git");
    let output = provost(&["fix", git.to_str().unwrap(), "--offline", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("only a working tree"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_waiver_and_an_attestation_are_written_well_formed() {
    let repo = repo();
    let arg = repo.arg();
    let waived = provost(&[
        "waive",
        "changelog",
        &arg,
        "--reason",
        "notes are on the forge \"page\"",
        "--approver",
        "Ada",
        "--now",
        NOW,
    ]);
    assert_eq!(waived.status.code(), Some(0), "{}", text(&waived.stderr));
    let attested = provost(&[
        "attest",
        "mfa",
        &arg,
        "--statement",
        "required for all",
        "--by",
        "Ada",
        "--now",
        NOW,
    ]);
    assert_eq!(
        attested.status.code(),
        Some(0),
        "{}",
        text(&attested.stderr)
    );
    let written = fs::read_to_string(repo.path().join(".provost.toml")).unwrap();
    assert!(written.contains("expires = \"2027-11-20\""), "{written}");
    let check = provost(&[
        "check",
        &arg,
        "--rule",
        "changelog",
        "--rule",
        "mfa",
        "--offline",
        "--now",
        NOW,
    ]);
    assert_eq!(
        check.status.code(),
        Some(0),
        "{}{}",
        text(&check.stdout),
        text(&check.stderr)
    );

    let unknown = provost(&["waive", "changelogs", &arg, "--reason", "x"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        text(&unknown.stderr).contains("did you mean `changelog`"),
        "{}",
        text(&unknown.stderr)
    );
    let wrong = provost(&[
        "waive",
        "changelog",
        &arg,
        "--reason",
        "x",
        "--expires",
        "soon",
    ]);
    assert_eq!(wrong.status.code(), Some(2));
    assert_eq!(
        fs::read_to_string(repo.path().join(".provost.toml")).unwrap(),
        written
    );
}

#[test]
fn sarif_carries_the_notice_that_fix_would_put_in() {
    let repo = repo();
    let output = provost(&[
        "check",
        &repo.arg(),
        "--rule",
        "spdx-header",
        "--offline",
        "--format",
        "sarif",
    ]);
    let sarif: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let script = results
        .iter()
        .find(|r| r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "run")
        .unwrap();
    let change = &script["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "run");
    assert_eq!(change["replacements"][0]["deletedRegion"]["startLine"], 2);
    assert_eq!(
        change["replacements"][0]["insertedContent"]["text"],
        "# SPDX-License-Identifier: Apache-2.0\n\n"
    );
    assert_eq!(results.len(), 3);
}
