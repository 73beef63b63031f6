// SPDX-License-Identifier: Apache-2.0

//! The command line as a shell sees it: help, refusals that say what to do, exit status, files, pipes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/program.rs"]
mod program;
mod support;

use std::fs;
use std::path::Path;
use std::process::{Output, Stdio};

use program::{err, out, provost, refused};
use snapbox::{assert_data_eq, file};
use support::Repo;

fn check(repo: &Repo, args: &[&str]) -> Output {
    program::check(repo.path(), args)
}

/// A repository that meets `code-of-conduct` no more than it must.
fn repo() -> Repo {
    Repo::new()
        .file("README.md", "# Example\n\nA program.\n")
        .commit("Start")
        .signed_off()
}

#[test]
fn help() {
    let short = provost().arg("--help").output().unwrap();
    assert!(short.status.success());
    assert_data_eq!(out(&short), file!["cmd/help.stdout"].raw());
    let check = provost().args(["check", "--help"]).output().unwrap();
    assert_data_eq!(out(&check), file!["cmd/help-check.stdout"].raw());
}

#[test]
fn what_cannot_be_understood_is_refused_with_what_can() {
    let repo = repo();
    refused(
        &check(&repo, &["--fromat", "json"]),
        &["--fromat", "--format"],
    );
    refused(
        &check(&repo, &["--format", "yaml"]),
        &["yaml", "sarif", "markdown"],
    );
    refused(
        &check(&repo, &["--rule", "code-of-conduc"]),
        &["code-of-conduc", "code-of-conduct"],
    );
    refused(
        &check(&repo, &["--profile", "ccc/incubatio"]),
        &["ccc/incubation"],
    );
    refused(&check(&repo, &["--report", "out.sarif"]), &["FORMAT=FILE"]);
    refused(
        &check(&repo, &["--report", "yaml=x"]),
        &["yaml=x", "sarif", "markdown"],
    );
    refused(
        &check(&repo, &["--report", "json=x", "--report", "sarif=x"]),
        &["two reports"],
    );
    let mut late = provost();
    late.arg("check")
        .arg(repo.path())
        .args(["--now", "yesterday"]);
    refused(&late.output().unwrap(), &["--now", "yesterday"]);
    refused(&provost().output().unwrap(), &["Usage"]);
}

#[test]
fn a_path_that_is_not_there_is_refused() {
    let output = provost()
        .args(["check", "no/such/folder", "--offline"])
        .output()
        .unwrap();
    refused(&output, &["no/such/folder"]);
}

#[test]
fn the_exit_status_follows_the_gravest_level() {
    let repo = repo();
    let error = ["--rule", "technical-charter"];
    assert_eq!(check(&repo, &error).status.code(), Some(1));
    let warning = ["--rule", "changelog"];
    assert_eq!(check(&repo, &warning).status.code(), Some(0));
    for (level, status) in [
        ("error", 0),
        ("warning", 1),
        ("note", 1),
        ("open", 1),
        ("never", 0),
    ] {
        let output = check(&repo, &["--rule", "changelog", "--fail-on", level]);
        assert_eq!(output.status.code(), Some(status), "--fail-on {level}");
    }
    let never = check(
        &repo,
        &["--rule", "technical-charter", "--fail-on", "never"],
    );
    assert_eq!(never.status.code(), Some(0));
}

#[test]
fn a_run_that_decided_nothing_is_never_green() {
    // Without git there is no history to read sign-offs from.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), "# Example\n").unwrap();
    let mut command = provost();
    command
        .arg("check")
        .arg(folder.path())
        .args(["--offline", "--rule", "dco-sign-off"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(
        err(&output).contains("nothing was assessed"),
        "{}",
        err(&output)
    );
    assert!(
        out(&output).contains("dco-sign-off"),
        "the report is written all the same"
    );
}

#[test]
fn every_report_goes_to_its_own_file() {
    let repo = repo();
    let dir = repo.outside();
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let formats = ["human", "json", "sarif", "markdown", "github", "junit"];
    let args = formats.map(|format| format!("{format}={}", path(format)));
    let mut all = vec!["--rule", "changelog", "--format", "json"];
    all.extend(args.iter().flat_map(|arg| ["--report", arg]));
    let output = check(&repo, &all);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(fs::read_to_string(dir.join("json")).unwrap(), out(&output));
    // A saved report renders to what the run itself wrote.
    for format in formats {
        let mut render = provost();
        render.args(["render", &path("json"), "--format", format]);
        let rendered = render.output().unwrap();
        assert!(rendered.status.success(), "{}", err(&rendered));
        assert_eq!(
            out(&rendered),
            fs::read_to_string(dir.join(format)).unwrap(),
            "{format}"
        );
    }
}

#[test]
fn a_report_that_cannot_be_written_leaves_nothing_half_written() {
    let repo = repo();
    let file = repo.outside().join("missing/report.json");
    let report = format!("json={}", file.display());
    let output = check(&repo, &["--rule", "changelog", "--report", &report]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("missing"), "{}", err(&output));
    assert!(!file.exists() && !file.parent().unwrap().exists());
}

#[test]
fn an_old_report_is_replaced_as_a_whole() {
    let repo = repo();
    let file = repo.outside().join("report.json");
    fs::write(&file, "x".repeat(1 << 20)).unwrap();
    let report = format!("json={}", file.display());
    check(&repo, &["--rule", "changelog", "--report", &report]);
    let text = fs::read_to_string(&file).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
    let beside = fs::read_dir(repo.outside()).unwrap().count();
    assert_eq!(beside, 1, "no temporary file is left");
}

#[test]
fn a_reader_that_hangs_up_is_no_failure() {
    let repo = repo();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("provost"));
    command.arg("check").arg(repo.path()).args([
        "--offline",
        "--profile",
        "all",
        "--fail-on",
        "never",
    ]);
    let mut child = command
        .args(["--format", "json", "--quiet"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(err(&output), "");
}

#[test]
fn a_mistyped_key_of_the_configuration_is_named_with_its_line() {
    let text = "profiles = [\"minimal\"]\n\n[[waiver]]\nrule = \"changelog\"\nraeson = \"later\"\n";
    let repo = repo().file(".provost.toml", text);
    refused(&check(&repo, &[]), &[".provost.toml:5", "raeson", "reason"]);
    let repo = repo.file(".provost.toml", "[rules.changelgo]\nlevel = \"note\"\n");
    refused(
        &check(&repo, &[]),
        &[".provost.toml", "changelgo", "changelog"],
    );
}

#[test]
fn a_malformed_folder_of_rules_is_refused() {
    let repo = repo();
    let dir = repo.outside();
    let arg = dir.to_str().unwrap();
    let rule = "title = \"T\"\nwhy = \"W.\"\nfix = \"F.\"\ncheck = \"attest\"\nlevle = \"note\"\n";
    fs::write(dir.join("mine.toml"), rule).unwrap();
    refused(
        &check(&repo, &["--rules", arg]),
        &["mine.toml:5", "levle", "level"],
    );
    fs::write(
        dir.join("mine.toml"),
        rule.replace("levle", "level").replace("attest", "atest"),
    )
    .unwrap();
    refused(
        &check(&repo, &["--rules", arg]),
        &["mine.toml", "atest", "attest"],
    );
    let missing = dir.join("nowhere");
    refused(
        &check(&repo, &["--rules", missing.to_str().unwrap()]),
        &["nowhere"],
    );
}

#[test]
fn a_report_of_another_sort_is_not_rendered() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.json");
    let render = |text: &str| {
        fs::write(&file, text).unwrap();
        provost()
            .arg("render")
            .arg(&file)
            .args(["--format", "sarif"])
            .output()
            .unwrap()
    };
    refused(&render("{}"), &["not a report"]);
    refused(&render("not json"), &["not a report"]);
    let missing = Path::new("no-such-report.json");
    let output = provost()
        .arg("render")
        .arg(missing)
        .args(["--format", "sarif"])
        .output()
        .unwrap();
    refused(&output, &["no-such-report.json"]);
}

#[test]
fn the_same_repository_gives_the_same_bytes() {
    let repo = repo();
    for format in ["human", "json", "sarif", "markdown"] {
        let args = ["--profile", "all", "--format", format];
        assert_eq!(
            out(&check(&repo, &args)),
            out(&check(&repo, &args)),
            "{format}"
        );
    }
}

#[cfg(unix)]
#[test]
fn hostile_names_reach_no_output_alive() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let names: [&[u8]; 8] = [
        b"x\n::error file=README.md,line=1::pwned.rs",
        b"a##[error]p.rs",
        b"esc\x1b[2K\x1b[1A.rs",
        b"osc\x1b]8;;https:evil\x07.rs",
        b"inv\xff.rs",
        "rtl\u{202e}gnp.rs".as_bytes(),
        b"<img src=x onerror=alert(1)>.rs",
        b"c%0A::error::.rs",
    ];
    let repo = repo();
    let mut index = repo.git().index().unwrap();
    for name in names {
        fs::write(repo.path().join(OsStr::from_bytes(name)), "fn main() {}\n").unwrap();
        index.add_path(Path::new(OsStr::from_bytes(name))).unwrap();
    }
    index.write().unwrap();
    drop(index);
    let repo = repo.commit("::error::a\x1b[31m ##[error]b").signed_off();
    for format in ["human", "json", "sarif", "markdown", "junit"] {
        let output = check(
            &repo,
            &["--profile", "all", "--verbose", "--format", format],
        );
        for text in [out(&output), err(&output)] {
            let hostile = |c: char| c != '\n' && provost::output::clean::is_hostile(c);
            assert_eq!(text.find(hostile), None, "{format}");
            assert!(!text.contains("##["), "{format}");
            let command = text
                .lines()
                .find(|line| line.trim_start().starts_with("::"));
            assert_eq!(command, None, "{format}");
        }
    }
}
