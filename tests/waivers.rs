// SPDX-License-Identifier: Apache-2.0

//! `.provost.toml` at work: waivers, levels, switched-off rules, foreign exemptions, names that lead nowhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::process::Command;

use provost::report::{CheckResult, Kind, Level, Report};
use support::Repo;

/// Runs `provost check` on `repo` with the clock fixed; exit status, report, standard error.
fn check(repo: &Repo, args: &[&str]) -> (i32, Option<Report>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_provost"))
        .args(["check", &repo.arg(), "--offline", "--format", "json"])
        .args(["--now", "2026-11-20T00:00:00Z"])
        .args(args)
        .env_clear()
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).ok();
    (
        output.status.code().unwrap(),
        report,
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn result(report: &Report, rule: &str) -> CheckResult {
    report
        .checks
        .iter()
        .find(|check| check.rule == rule)
        .cloned()
        .unwrap()
}

fn repo(config: &str) -> Repo {
    Repo::new()
        .file("README.md", "# A tool\n\nIt turns input into output.\n")
        .file(".provost.toml", config)
        .commit("Begin")
}

const ROADMAP: [&str; 2] = ["--rule", "roadmap"];

#[test]
fn a_waiver_in_force_suppresses_and_never_passes() {
    let repo = repo(
        "[rules.roadmap]\nlevel = 'error'\n[[waiver]]\nrule = 'roadmap'\nreason = 'planned in the wiki'\n\
         approver = 'Ada'\napproval = 'https://example.org/42'\nexpires = '2026-11-20'\n",
    );
    let (status, report, _) = check(&repo, &ROADMAP);
    let report = report.unwrap();
    let roadmap = result(&report, "roadmap");
    assert_eq!((roadmap.kind, roadmap.level), (Kind::Fail, Level::None));
    let suppressed = roadmap.findings[0].suppressed.clone().unwrap();
    assert_eq!(suppressed.reason, "planned in the wiki");
    assert_eq!(suppressed.source, ".provost.toml:3");
    assert_eq!((report.summary.suppressed, report.summary.pass), (1, 1));
    assert_eq!(result(&report, "waiver").kind, Kind::Pass);
    assert_eq!(status, 0);
}

#[test]
fn an_expired_waiver_is_an_error_and_suppresses_nothing() {
    let repo = repo("[[waiver]]\nrule = 'roadmap'\nreason = 'later'\nexpires = '2026-11-19'\n");
    let (status, report, _) = check(&repo, &ROADMAP);
    let report = report.unwrap();
    assert!(result(&report, "roadmap").findings[0].suppressed.is_none());
    let waiver = result(&report, "waiver");
    assert_eq!((waiver.kind, waiver.level), (Kind::Fail, Level::Error));
    assert_eq!(waiver.findings[0].line, Some(1));
    assert_eq!(status, 1);
}

#[test]
fn a_waiver_that_covers_nothing_is_a_warning_only_if_its_rule_ran() {
    let config = "[[waiver]]\nrule = 'roadmap'\npath = 'docs/*.md'\nreason = 'moved'\n";
    let (status, report, _) = check(&repo(config), &ROADMAP);
    let waiver = result(&report.unwrap(), "waiver");
    assert_eq!(
        (waiver.kind, waiver.level, status),
        (Kind::Fail, Level::Warning, 0)
    );
    let (_, report, _) = check(&repo(config), &["--rule", "changelog"]);
    assert_eq!(result(&report.unwrap(), "waiver").kind, Kind::Pass);
}

#[test]
fn a_rule_that_is_switched_off_says_so() {
    let repo = repo("[rules.roadmap]\nlevel = 'none'\n");
    let (status, report, _) = check(&repo, &["--rule", "roadmap", "--rule", "changelog"]);
    let roadmap = result(&report.unwrap(), "roadmap");
    assert_eq!(roadmap.kind, Kind::NotApplicable);
    assert!(
        roadmap.message.contains(".provost.toml"),
        "{}",
        roadmap.message
    );
    assert_eq!(status, 0);
}

#[test]
fn exemptions_of_clomonitor_are_shown_with_their_source_and_never_unused() {
    let repo = Repo::new()
        .file("README.md", "# A tool\n\nIt turns input into output.\n")
        .file(
            ".clomonitor.yml",
            "exemptions:\n  - check: roadmap\n    reason: a library\n",
        )
        .commit("Begin");
    let (_, report, _) = check(&repo, &ROADMAP);
    let report = report.unwrap();
    let suppressed = result(&report, "roadmap").findings[0]
        .suppressed
        .clone()
        .unwrap();
    assert_eq!(
        (suppressed.reason.as_str(), suppressed.source.as_str()),
        ("a library", ".clomonitor.yml")
    );
    assert!(!report.checks.iter().any(|check| check.rule == "waiver"));
}

#[test]
fn names_that_lead_nowhere_are_refused_with_the_nearest() {
    let cases = [
        ("profiles = ['minmal']\n", "did you mean `minimal`"),
        (
            "[rules.road-map]\nlevel = 'note'\n",
            "did you mean `roadmap`",
        ),
        (
            "[[waiver]]\nrule = 'roadmapp'\nreason = 'x'\n",
            "did you mean `roadmap`",
        ),
        (
            "[[waiver]]\nrule = 'roadmap'\nreason = ' '\n",
            "needs a `reason`",
        ),
        (
            "[rules.roadmap]\nwith = { nmaes = ['x'] }\n",
            "unknown field `nmaes`",
        ),
        ("exclude = ['a[']\n", "`exclude`"),
    ];
    for (config, expected) in cases {
        let (status, report, stderr) = check(&repo(config), &[]);
        assert_eq!((status, report.is_some()), (2, false), "{config}");
        assert!(
            stderr.contains(expected) && stderr.contains(".provost.toml"),
            "{stderr}"
        );
    }
}
