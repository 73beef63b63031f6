// SPDX-License-Identifier: Apache-2.0

//! The reference pages under `docs/` are what the catalogue says; the example of a foundation's own policy works.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use provost::describe::docs;
use provost::rules::Catalogue;
use snapbox::{assert_data_eq, file};
use support::Repo;

fn catalogue() -> Catalogue {
    Catalogue::embedded(&|_| Ok(())).unwrap()
}

#[test]
fn the_page_of_rules_is_fresh() {
    assert_data_eq!(docs::rules(&catalogue()), file!["../docs/rules.md"].raw());
}

#[test]
fn the_page_of_profiles_is_fresh() {
    assert_data_eq!(
        docs::profiles(&catalogue()),
        file!["../docs/profiles.md"].raw()
    );
}

#[test]
fn the_page_of_policies_is_fresh() {
    assert_data_eq!(
        docs::policies(&catalogue()),
        file!["../docs/policies.md"].raw()
    );
}

fn provost(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_provost"));
    command.env_clear().args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn example() -> String {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/example-rules");
    dir.to_str().unwrap().to_owned()
}

#[test]
fn the_example_fits() {
    let output = provost(&["check-rules", &example()]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert_eq!(out(&output), "3 files: everything fits\n");
}

#[test]
fn the_example_judges_a_repository() {
    let repo = Repo::new()
        .file("README.md", "# Mill\n\nMill grinds logs into figures.\n")
        .commit("Begin");
    let args = ["check", &repo.arg(), "--offline", "--rules", &example()];
    let output = provost(&[&args[..], &["--profile", "meadow/seedling"]].concat());
    let text = out(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("error meadow-ethics-statement"), "{text}");
    assert!(text.contains("The way to meadow/seedling"), "{text}");
}

/// A folder of rules with one file.
fn folder(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    (dir, file)
}

/// `check-rules` on one bad file: status 1, the line, every one of `words`.
fn refused(name: &str, text: &str, line: usize, words: &[&str]) {
    let (dir, file) = folder(name, text);
    let output = provost(&["check-rules", dir.path().to_str().unwrap()]);
    let said = out(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let place = format!("{}:{line}: ", file.display());
    assert!(said.contains(&place), "{place} in {said}");
    for word in words {
        assert!(said.contains(word), "{word} in {said}");
    }
}

const CLAUSE: &str =
    "title = 't'\nfoundation = 'f'\n[[clause]]\nid = 'c-1'\ndocument = 'd'\nsection = '1'\n";

#[test]
fn what_is_wrong_is_said_with_file_line_and_what_is_allowed() {
    let rule = "title = 't'\nwhy = 'w.'\nfix = 'f.'\ncheck = 'docment'\nlevel = 'error'\n";
    let (dir, _) = folder("x.toml", rule);
    let said = out(&provost(&["check-rules", dir.path().to_str().unwrap()]));
    assert!(said.contains("did you mean `document`?"), "{said}");

    let rule = "title = 't'\nwhy = 'w.'\nfix = 'f.'\ncheck = 'attest'\nlevel = 'error'\n[with]\nquestoin = 'q'\n";
    refused("x.toml", rule, 7, &["questoin", "question"]);
    let rule = "title = 't'\nwhy = 'w.'\nfix = 'f.'\ncheck = 'attest'\nlevel = 'none'\n";
    refused("x.toml", rule, 5, &["error, warning, note"]);

    let text = format!(
        "{CLAUSE}url = 'https://a.example/'\nread = '2026-01-01'\nstrength = 'must'\ntext = 'T.'\n"
    );
    refused(
        "policies/p.toml",
        &text,
        4,
        &["rules = [...]", "attest|human|not-repository"],
    );
    let text =
        format!("{CLAUSE}read = '2026-01-01'\nstrength = 'must'\ntext = 'T.'\nmode = 'attest'\n");
    refused("policies/p.toml", &text, 3, &["missing field `url`"]);
    let text = format!(
        "{CLAUSE}url = 'http://a.example/'\nread = '2026-01-01'\nstrength = 'must'\ntext = 'T.'\nmode = 'attest'\n"
    );
    refused("policies/p.toml", &text, 4, &["https address"]);

    refused(
        "profiles/p/a.toml",
        "title = 't'\nparents = ['p/a']\n",
        2,
        &["cycle", "p/a -> p/a"],
    );
    refused(
        "profiles/p/a.toml",
        "title = 't'\nparents = ['minimum']\n",
        2,
        &["did you mean `minimal`?"],
    );
    refused(
        "profiles/p/a.toml",
        "title = 't'\nclauses = [\n'ccc-overvew']\n",
        3,
        &["did you mean `ccc-overview`?"],
    );
    refused(
        "profiles/p/a.toml",
        "title = 't'\nparents = ['ccc/incubation']\n[rules]\nsecurity-policy = { level = 'note' }\n",
        4,
        &["may raise a level"],
    );
    refused(
        "profiles/p/a.toml",
        "title = 't'\nwithout = ['roadmap']\n[rules]\nroadmap = { level = 'note' }\n",
        2,
        &["both `rules` and `without`"],
    );
    refused(
        "profiles/p/a.toml",
        "title = 't'\n[rules]\nadopters-file = { with = { minimun = 2 } }\n",
        3,
        &["minimun", "minimum"],
    );
}

#[test]
fn a_clause_id_that_is_taken_is_refused() {
    let text = format!(
        "{CLAUSE}url = 'https://a.example/'\nread = '2026-01-01'\nstrength = 'must'\ntext = 'T.'\nmode = 'attest'\n"
    );
    let twice = format!("{text}{}", &text[text.find("[[clause]]").unwrap()..]);
    refused("policies/p.toml", &twice, 4, &["`c-1` stands in"]);
}

#[test]
fn statements_are_listed_with_how_they_stand() {
    let config = "[[attestation]]\nclause = 'ccc-tac-sponsor'\nstatement = 'held'\nby = 'Ada'\ndate = '2024-01-01'\n\
        [[waiver]]\nrule = 'roadmap'\nreason = 'kept in the wiki'\nexpires = '2026-12-01'\n";
    let repo = Repo::new().file(".provost.toml", config).commit("Begin");
    let output = provost(&["list", "statements", &repo.arg(), "--now", "2026-11-20"]);
    let lines: Vec<String> = out(&output).lines().map(str::to_owned).collect();
    assert!(
        lines[0].starts_with("expired  attestation ccc-tac-sponsor"),
        "{lines:?}"
    );
    assert!(lines[1].contains("held — Ada, 2024-01-01"), "{lines:?}");
    assert!(
        lines[2].starts_with("expiring waiver      roadmap"),
        "{lines:?}"
    );
    assert!(lines[2].ends_with(".provost.toml:6"), "{lines:?}");
}
