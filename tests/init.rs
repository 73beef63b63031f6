// SPDX-License-Identifier: Apache-2.0

//! `provost init`: what it writes, what it leaves, and what it never touches.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::fs;
use std::process::{Command, Output};

use support::Repo;

mod support;

const CONFIG: &str = ".provost.toml";
const WORKFLOW: &str = ".github/workflows/provost.yml";
const HOOKS: &str = ".pre-commit-config.yaml";
const SIGN_OFF: &str = ".githooks/commit-msg";
const FILES: [&str; 4] = [CONFIG, WORKFLOW, HOOKS, SIGN_OFF];

fn provost(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_provost"))
        .args(args)
        .env_clear()
        .output()
        .unwrap()
}

/// Runs init; its status and what it printed.
fn init(repo: &Repo, more: &[&str]) -> (i32, String) {
    let arg = repo.arg();
    let output = provost(&[&["init", &arg], more].concat());
    let mut shown = String::from_utf8(output.stdout).unwrap();
    shown.push_str(&String::from_utf8(output.stderr).unwrap());
    (output.status.code().unwrap(), shown)
}

fn read(repo: &Repo, path: &str) -> String {
    fs::read_to_string(repo.path().join(path)).unwrap()
}

fn repo(readme: &str) -> Repo {
    Repo::new().file("README.md", readme).commit("start")
}

#[test]
fn a_fresh_repository_gets_all_and_is_judged_by_it() {
    let repo = repo("# Anvil\n\nForges things.\n");
    let (status, shown) = init(&repo, &[]);
    assert_eq!(status, 0, "{shown}");
    assert!(shown.starts_with("Wrote (4)\n"), "{shown}");
    for path in FILES {
        assert!(shown.contains(path), "{path} in {shown}");
        assert!(repo.path().join(path).is_file(), "{path}");
    }
    let config = read(&repo, CONFIG);
    assert!(config.contains("profiles = [\"minimal\"]"), "{config}");
    assert!(config.contains("# README names no foundation"), "{config}");
    let workflow: yaml_serde::Value = yaml_serde::from_str(&read(&repo, WORKFLOW)).unwrap();
    let granted = &workflow["jobs"]["provost"]["permissions"];
    assert_eq!(
        granted,
        &yaml_serde::from_str::<yaml_serde::Value>("contents: read").unwrap()
    );
    assert!(workflow["permissions"].as_mapping().unwrap().is_empty());
    let hooks: yaml_serde::Value = yaml_serde::from_str(&read(&repo, HOOKS)).unwrap();
    assert_eq!(hooks["repos"][0]["hooks"][1]["id"], "provost-dco");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(repo.path().join(SIGN_OFF))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o111, 0o111);
    }
    let output = provost(&["check", &repo.arg(), "--offline", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        report["profiles"],
        serde_json::json!(["minimal"]),
        "{report}"
    );
    // Again: nothing differs, so nothing is written.
    let (status, shown) = init(&repo, &[]);
    assert_eq!(status, 0, "{shown}");
    assert!(shown.contains("Left as it is (4)"), "{shown}");
    assert!(shown.ends_with("Nothing was written.\n"), "{shown}");
}

#[test]
fn the_profile_is_the_stage_that_readme_states_with_the_sentence_as_reason() {
    let stated = "Anvil is an incubation project of the [Confidential Computing \
                  Consortium](https://confidentialcomputing.io).";
    let repo = repo(&format!("# Anvil\n\n{stated}\n"));
    let (status, shown) = init(&repo, &[]);
    assert_eq!(status, 0, "{shown}");
    let config = read(&repo, CONFIG);
    assert!(
        config.contains("profiles = [\"ccc/incubation\"]"),
        "{config}"
    );
    assert!(config.contains("# README.md:3 says"), "{config}");
}

#[test]
fn what_is_there_stays_and_what_to_add_is_printed() {
    let mine = "repos: []\n";
    let repo = Repo::new()
        .file("README.md", "# Anvil\n")
        .file(".github/provost.toml", "profiles = [\"minimal\"]\n")
        .file(".github/workflows/provost.yaml", "mine: true\n")
        .file(HOOKS, mine)
        .commit("start");
    let (status, shown) = init(&repo, &[]);
    assert_eq!(status, 0, "{shown}");
    assert!(shown.contains("Wrote (1)"), "{shown}");
    assert!(
        shown.contains("add to its `repos`:\n  - repo: local"),
        "{shown}"
    );
    assert!(
        shown.contains(".github/provost.toml: it is there; --force"),
        "{shown}"
    );
    assert!(!repo.path().join(CONFIG).exists());
    assert!(!repo.path().join(WORKFLOW).exists());
    // Other people's hooks are never written over.
    let (_, shown) = init(&repo, &["--force"]);
    assert_eq!(read(&repo, HOOKS), mine, "{shown}");
    assert!(
        read(&repo, ".github/workflows/provost.yaml").contains("provost-dev/provost"),
        "{shown}"
    );
    assert!(
        read(&repo, ".github/provost.toml").contains("# README names no"),
        "{shown}"
    );
}

#[test]
fn force_writes_over_nothing_that_git_could_not_bring_back() {
    let repo = Repo::new()
        .file("README.md", "# Anvil\n")
        .file(CONFIG, "not even = [toml\n")
        .file(WORKFLOW, "mine: true\n")
        .commit("start")
        .untracked(WORKFLOW, "changed: true\n")
        .untracked(SIGN_OFF, "exit 1\n");
    let (status, shown) = init(&repo, &["--force"]);
    assert_eq!(status, 0, "{shown}");
    assert!(
        read(&repo, CONFIG).contains("profiles = [\"minimal\"]"),
        "{shown}"
    );
    assert_eq!(read(&repo, WORKFLOW), "changed: true\n");
    assert_eq!(read(&repo, SIGN_OFF), "exit 1\n");
    assert_eq!(shown.matches("commit it first").count(), 2, "{shown}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let repo = repo("# Anvil\n");
    let outside = repo.outside();
    fs::write(outside.join("target"), "theirs\n").unwrap();
    std::os::unix::fs::symlink(outside.join("target"), repo.path().join(CONFIG)).unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join(".github")).unwrap();
    for more in [&[][..], &["--force"]] {
        let (status, shown) = init(&repo, more);
        assert_eq!(status, 2, "{shown}");
        assert!(
            shown.contains("Not written: .github/workflows/provost.yml"),
            "{shown}"
        );
        assert_eq!(
            fs::read_to_string(outside.join("target")).unwrap(),
            "theirs\n"
        );
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 1, "{shown}");
    }
}

#[test]
fn a_hostile_readme_reaches_neither_the_terminal_nor_the_configuration() {
    let long = "very ".repeat(400);
    let repo = repo(&format!(
        "# A\n\nThis \u{1b}[2J\u{202e}\"\"\" is a {long}graduated project of the CNCF.\n\n\
         Anvil \u{1b}]0;x\u{7} \"]\\u0000 is a CNCF graduated project\u{85}profiles = [\"all\"]\n"
    ));
    let (status, shown) = init(&repo, &[]);
    assert_eq!(status, 0, "{shown}");
    let config = read(&repo, CONFIG);
    for text in [&shown, &config] {
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!text.chars().any(steers), "{text:?}");
    }
    let keys: Vec<&str> = config
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
        .collect();
    assert_eq!(keys.len(), 1, "{config}");
    assert!(keys[0] == "profiles = [\"cncf/graduated\"]" || keys[0] == "profiles = [\"minimal\"]");
    assert!(
        config.lines().all(|line| line.chars().count() < 600),
        "{config}"
    );
}

#[test]
fn only_a_working_tree_is_set_up() {
    let repo = repo("# Anvil\n");
    let bare = repo.outside().join("bare.git");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(&repo.arg(), &bare)
        .unwrap();
    let before = fs::read_dir(&bare).unwrap().count();
    let output = provost(&["init", bare.to_str().unwrap()]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("only a working tree can be set up"), "{said}");
    assert_eq!(fs::read_dir(&bare).unwrap().count(), before);
}
