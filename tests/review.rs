// SPDX-License-Identifier: Apache-2.0

//! `provost review` over small histories: the kinds of change, people, ranges that cannot be had.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support;

use std::process::Command;

use provost::report::review::{ChangeKind, Review};
use support::Repo;

const POLICY: &str = "Report a vulnerability by mail to security@example.net. We answer within three days \
and publish an advisory when a fix is out. Please do not open a public issue for it.\n";
const CONDUCT: &str = "# Code of conduct\n\nTreat everybody with respect at all times and in every place of this \
community. Harassment is not tolerated; tell the maintainers about it at conduct@example.net.\n";
const PEOPLE: &str = "# Maintainers\n\n| Name | GitHub | Affiliation |\n|---|---|---|\n| Ann Lee | @annlee | Acme |\n\
| Bob Ray | @bobray | Initech |\n";
const YEAR: i64 = 365 * 86_400;

/// Runs `provost review` with the clock fixed; exit status, review, standard error.
fn review(repo: &Repo, args: &[&str]) -> (i32, Option<Review>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_provost"))
        .args([
            "review",
            &repo.arg(),
            "--offline",
            "--format",
            "json",
            "--rule",
            "license-file",
        ])
        .args(["--now", "2027-11-20T00:00:00Z"])
        .args(args)
        .env_clear()
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (
        output.status.code().unwrap(),
        serde_json::from_slice(&output.stdout).ok(),
        text,
    )
}

fn kind(review: &Review, artefact: &str) -> Option<ChangeKind> {
    review
        .changes
        .iter()
        .find(|c| c.artefact == artefact)
        .map(|c| c.change)
}

fn first_year() -> Repo {
    Repo::new()
        .file("README.md", format!("# Tool\n\nIt turns input into output.\n\n## Security\n\n{POLICY}"))
        .file("CODE_OF_CONDUCT.md", CONDUCT)
        .file("MAINTAINERS.md", PEOPLE)
        .file("GOVERNANCE.md", "# Governance\n\nDecisions are made by consensus of the maintainers, else by majority vote of all of them.\n")
        .file("ADOPTERS.md", "# Adopters\n\nCompanies that use it in production:\n\n- Acme\n- Initech\n")
        .commit("Begin")
        .signed_off()
}

#[test]
fn what_moved_what_became_a_pointer_and_what_only_looks_otherwise() {
    let repo = first_year().clock(support::START + YEAR);
    let start = repo.head().to_string();
    let repo = repo
        .file("README.md", "# Tool\n\nIt turns input into output.\n")
        .file("SECURITY.md", format!("# Security\n\n{POLICY}"))
        .commit("Move the policy");
    let moved = repo.head().to_string();
    let repo = repo
        .file("CODE_OF_CONDUCT.md", "We follow [our code of conduct](https://github.com/org/community/blob/main/conduct.md).\n")
        .commit("Point to the organisation's")
        .file("GOVERNANCE.md", "Governance\n==========\n\nDecisions are made by consensus\nof the maintainers, else by majority\nvote of all of them.\n")
        .commit("Wrap")
        .file("ROADMAP.md", "# Roadmap\n\nMany things are planned for the time to come, in no order at all yet.\n")
        .commit("Plan")
        .remove("ROADMAP.md")
        .commit("Drop the plan");
    let (status, review, error) = review(&repo, &["--since", &start]);
    assert_eq!(status, 0, "{error}");
    let review = review.unwrap();
    assert_eq!(kind(&review, "security-policy"), Some(ChangeKind::Moved));
    assert_eq!(kind(&review, "code-of-conduct"), Some(ChangeKind::Edited));
    assert_eq!(
        kind(&review, "governance-document"),
        Some(ChangeKind::Cosmetic)
    );
    assert_eq!(kind(&review, "roadmap"), None, "it came and went");
    assert_eq!(kind(&review, "maintainers-file"), None);
    let policy = review
        .changes
        .iter()
        .find(|c| c.artefact == "security-policy")
        .unwrap();
    assert_eq!(policy.commits, [moved]);
    assert_eq!(policy.from.as_ref().unwrap().path, "README.md");
    assert_eq!(policy.to.as_ref().unwrap().path, "SECURITY.md");
    let conduct = review
        .changes
        .iter()
        .find(|c| c.artefact == "code-of-conduct")
        .unwrap();
    assert!(
        conduct
            .to
            .as_ref()
            .unwrap()
            .value
            .starts_with("pointer to https://github.com/org/community")
    );
    assert_eq!(review.figures.commits, 5);
    assert_eq!(review.figures.signed_off.share, Some(0.0));
}

#[test]
fn people_and_adopters_are_sets() {
    let repo = first_year().clock(support::START + YEAR);
    let start = repo.head().to_string();
    let repo = repo
        .file(
            "MAINTAINERS.md",
            "# Maintainers\n\n| Name | GitHub | Affiliation |\n|------|--------|-------------|\n| Cay Fox | @cayfox | Umbrella |\n\
             | Ann Lee | @annlee | Hooli |\n\n## Emeritus\n\n| Name | GitHub | Affiliation |\n|---|---|---|\n| Bob Ray | @bobray | |\n",
        )
        .file("ADOPTERS.md", "# Adopters\n\nCompanies that use it in production:\n\n* Initech\n* Acme\n* Hooli\n")
        .commit("People");
    let (_, review, _) = review(&repo, &["--since", &start]);
    let review = review.unwrap();
    let names = |list: &[provost::report::review::Member]| {
        list.iter()
            .filter_map(|m| m.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&review.people.added), ["Cay Fox"]);
    assert_eq!(names(&review.people.removed), ["Bob Ray"]);
    assert_eq!(names(&review.people.changed), ["Ann Lee"]);
    assert!(
        review.people.removed[0]
            .note
            .as_deref()
            .unwrap()
            .contains("emeritus")
    );
    assert_eq!(review.adopters.added, ["Hooli"]);
    assert!(review.adopters.removed.is_empty());
}

#[test]
fn a_date_takes_the_last_commit_before_it() {
    let repo = first_year();
    let start = repo.head().to_string();
    let repo = repo
        .clock(support::START + YEAR)
        .file("a.txt", "a")
        .commit("Later");
    let (status, review, _) = review(&repo, &["--since", "2026-06-01"]);
    let review = review.unwrap();
    assert_eq!(status, 0);
    assert_eq!(review.since.commit, Some(start));
    assert!(review.remarks.is_empty(), "{:?}", review.remarks);
}

#[test]
fn a_saved_review_renders_to_what_the_run_wrote() {
    let repo = first_year()
        .clock(support::START + YEAR)
        .file("SECURITY.md", POLICY)
        .commit("Later");
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let formats = ["json", "html", "markdown", "human", "sarif"];
    let wanted = formats.map(|format| format!("{format}={}", file(format)));
    let mut args = vec!["--since", "2026-06-01"];
    args.extend(wanted.iter().flat_map(|arg| ["--report", arg]));
    let (status, _, error) = review(&repo, &args);
    assert_eq!(status, 0, "{error}");
    for format in formats {
        let output = Command::new(env!("CARGO_BIN_EXE_provost"))
            .args(["render", &file("json"), "--format", format])
            .env_clear()
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{format}: {told}");
        let written = std::fs::read(file(format)).unwrap();
        assert!(output.stdout == written, "{format} is another");
    }
}

#[test]
fn a_date_before_history_is_said() {
    let (status, review, _) = review(&first_year(), &["--since", "2001-01-01"]);
    assert_eq!(status, 0);
    let review = review.unwrap();
    assert!(
        review.remarks[0].contains("no commit before 2001-01-01"),
        "{:?}",
        review.remarks
    );
    assert!(review.changes.is_empty());
}

#[test]
fn a_shallow_clone_claims_nothing_and_says_what_to_fetch() {
    let repo = first_year()
        .clock(support::START + YEAR)
        .file("a.txt", "a")
        .commit("Later");
    let cut = repo.head().to_string();
    let repo = repo
        .file("b.txt", "b")
        .commit("Last")
        .in_git("shallow", format!("{cut}\n"));
    let (status, review, error) = review(&repo, &["--since", "2026-06-01"]);
    assert_eq!(status, 2);
    let review = review.unwrap();
    assert_eq!(review.since.commit, None);
    assert!(review.changes.is_empty() && review.questions.is_empty());
    assert!(error.contains("--shallow-since"), "{error}");
}

#[test]
fn reports_of_others_and_of_other_schemas_are_refused() {
    let repo = first_year().remote("origin", "https://github.com/o/r");
    let folder = repo.outside();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let report = |slug: &str, schema: &str| {
        format!(
            r#"{{"schema":"{schema}","subject":{{"path":".","head":"{}","at":null,"remote":null,"slug":"{slug}"}}}}"#,
            repo.head()
        )
    };
    let other = write("other.json", report("x/y", "provost-report/1"));
    let (status, found, error) = review(&repo, &["--since", &other]);
    assert_eq!((status, found.is_none()), (2, true));
    assert!(error.contains("x/y") && error.contains("o/r"), "{error}");
    let old = write("old.json", report("o/r", "provost-report/0"));
    let (status, _, error) = review(&repo, &["--since", &old]);
    assert_eq!(status, 2);
    assert!(error.contains("provost-report/0"), "{error}");
    let good = write("good.json", report("o/r", "provost-report/1"));
    assert_eq!(review(&repo, &["--since", &good]).0, 0);
}
