// SPDX-License-Identifier: Apache-2.0

//! Runs the cases of `fixtures/rules/`: what each shipped rule takes for good, for broken and for unknown.
//!
//! The files are read when the test runs, so that a new case needs no compilation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::testing::{self, catalogue};
use super::{Answer, license_text};
use crate::remote::Service;
use crate::report::Kind;
use crate::rules::Attestation;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

/// A missing statement is a question to people, never a failure.
const ASKED: (&[Kind], &str) = (&[Kind::Fail], "what nobody states is for a person to ask");
/// What a clone may not show is left to a person.
const UNSEEN: (&[Kind], &str) = (&[Kind::Fail], "it may lie where a clone does not reach");
/// A tree in memory has no tags.
const TAGS: (&[Kind], &str) = (
    &[Kind::Pass, Kind::Fail],
    "needs the tags of a git repository; see src/checks/tags/",
);
/// Commits in memory change no files.
const PAST: (&[Kind], &str) = (
    &[Kind::Pass, Kind::Fail],
    "needs files of earlier commits; see src/checks/activity/past.rs",
);

/// Rules for which a tree and its commits cannot show a verdict, and why.
#[rustfmt::skip]
const IMPOSSIBLE: &[(&str, (&[Kind], &str))] = &[
    ("attestation", (&[Kind::Pass, Kind::Fail], "asks for the clauses of a whole profile; see src/checks/attest/tests.rs")),
    ("dependency-license", ASKED),
    ("emeritus-notice-age", PAST),
    ("governance-active", PAST),
    ("growth-plan", ASKED),
    ("known-vulnerabilities", TAGS),
    ("least-privilege", ASKED),
    ("lf-footer", UNSEEN),
    ("license-exception", ASKED),
    ("mfa", ASKED),
    ("production-use", ASKED),
    ("release-cadence", TAGS),
    ("repository-list", UNSEEN),
    ("review-delta", ASKED),
    ("secret-scanning", UNSEEN),
    ("security-audit", UNSEEN),
    ("semver-tags", TAGS),
    ("upgrade-path", UNSEEN),
    ("vendor-neutrality", ASKED),
    ("waiver", (&[Kind::Pass, Kind::Fail], "is judged when every other rule is done; see tests/waivers.rs")),
];

/// One file: the cases of the rule it is named after.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    case: Vec<Case>,
}

/// A repository in words, and the verdict on it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, as a sentence.
    says: String,
    /// The verdict, as reports write it.
    want: Kind,
    /// Words that the message holds.
    message: Option<String>,
    /// Parameters laid over the rule's own.
    #[serde(default)]
    with: toml::Table,
    /// `owner/name` on GitHub.
    remote: Option<String>,
    /// Files by path.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files that hold the text of a licence, by path: the SPDX id.
    #[serde(default)]
    texts: BTreeMap<String, String>,
    /// The organisation's `.github` repository, by path.
    organisation: Option<BTreeMap<String, String>>,
    /// Commits, oldest first.
    #[serde(default)]
    commits: Vec<Commit>,
    /// Statements of the configuration.
    #[serde(default)]
    attestations: Vec<Statement>,
    /// What services reply; offline when nothing is given.
    #[serde(default)]
    replies: Vec<Reply>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    /// `Name <address>`.
    author: String,
    /// `YYYY-MM-DD`.
    date: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    /// The rule it answers; that of the file unless given.
    rule: Option<String>,
    statement: String,
    by: String,
    /// `YYYY-MM-DD`.
    date: String,
    /// The last day it holds.
    expires: String,
    link: Option<String>,
}

/// A reply of our own making.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    /// `badge`, `scorecard`, `github` or `osv`.
    service: String,
    path: String,
    #[serde(default = "ok")]
    status: u16,
    /// As JSON.
    body: String,
}

fn ok() -> u16 {
    200
}

impl Reply {
    fn row(&self) -> (Service, String, u16, serde_json::Value) {
        let mut known = Service::ALL.into_iter();
        let service = known.find(|service| service.name() == self.service);
        let service = service.unwrap_or_else(|| panic!("no service {}", self.service));
        let body = serde_json::from_str(&self.body).unwrap();
        (service, self.path.clone(), self.status, body)
    }
}

fn tree(files: &BTreeMap<String, String>) -> MemoryTree {
    let empty = MemoryTree::new();
    files
        .iter()
        .fold(empty, |tree, (path, text)| tree.file(path, text))
}

impl Case {
    fn run(&self, rule: &str) -> Answer {
        let mut all = tree(&self.files);
        for (path, id) in &self.texts {
            let text = license_text(id).unwrap_or_else(|| panic!("no text of {id}"));
            all = all.file(path, text);
        }
        let mut run = testing::Case::new(all);
        if let Some(slug) = &self.remote {
            run = run.slug(slug);
        }
        if let Some(files) = &self.organisation {
            run = run.organisation(tree(files));
        }
        if !self.replies.is_empty() {
            let rows: Vec<_> = self.replies.iter().map(Reply::row).collect();
            run = run.replies(&rows);
        }
        if !self.commits.is_empty() {
            let mut commits = Commits::new();
            for commit in &self.commits {
                let draft = Draft::new(&commit.message).by(&commit.author);
                commits.add(draft.on(&commit.date));
            }
            run = run.history(commits.history());
        }
        for given in &self.attestations {
            run = run.attestation(Attestation {
                rule: Some(given.rule.clone().unwrap_or_else(|| rule.to_owned())),
                clause: None,
                statement: given.statement.clone(),
                by: given.by.clone(),
                date: given.date.parse().unwrap(),
                link: given.link.clone(),
                expires: given.expires.parse().unwrap(),
                source: ".provost.toml:1".to_owned(),
            });
        }
        run.run_with(rule, &toml::to_string(&self.with).unwrap())
    }

    /// What is wrong with the answer, if anything.
    fn wrong(&self, rule: &str) -> Option<String> {
        let answer = self.run(rule);
        let words = self.message.as_deref().unwrap_or_default();
        if answer.kind() == self.want && answer.message().contains(words) {
            return None;
        }
        Some(format!(
            "{rule}: {}\n  wanted {}{}, got {}: {}",
            self.says,
            self.want.as_str(),
            if words.is_empty() {
                String::new()
            } else {
                format!(" with `{words}`")
            },
            answer.kind().as_str(),
            answer.message()
        ))
    }
}

/// The fixtures by rule.
fn fixtures() -> BTreeMap<String, Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        let rule = path.file_stem()?.to_str()?.to_owned();
        if path.extension()? != "toml" {
            return None;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let fixture = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Some((rule, fixture))
    };
    let all = std::fs::read_dir(&folder).unwrap();
    all.filter_map(read).collect()
}

fn impossible(rule: &str, kind: Kind) -> bool {
    let mut rows = IMPOSSIBLE.iter();
    rows.any(|(id, (kinds, _))| *id == rule && kinds.contains(&kind))
}

#[test]
fn every_case_has_the_verdict_it_names() {
    let mut wrong = Vec::new();
    for (rule, fixture) in &fixtures() {
        if catalogue().rule(rule).is_some() {
            wrong.extend(fixture.case.iter().filter_map(|case| case.wrong(rule)));
        }
    }
    assert!(wrong.is_empty(), "{}\n", wrong.join("\n"));
}

#[test]
fn every_rule_has_cases_that_pass_and_fail() {
    let fixtures = fixtures();
    let rules: BTreeSet<_> = catalogue().rules().map(|rule| rule.id.as_str()).collect();
    let mut wrong = Vec::new();
    for id in &rules {
        let Some(fixture) = fixtures.get(*id) else {
            wrong.push(format!("{id} has no fixtures/rules/{id}.toml"));
            continue;
        };
        for kind in [Kind::Pass, Kind::Fail] {
            let has = fixture.case.iter().any(|case| case.want == kind);
            match (has, impossible(id, kind)) {
                (false, false) => wrong.push(format!("{id} has no case of {}", kind.as_str())),
                (true, true) => wrong.push(format!("{id}: {} is not impossible", kind.as_str())),
                _ => {}
            }
        }
    }
    let strays = fixtures.keys().map(String::as_str);
    let excused = IMPOSSIBLE.iter().map(|(id, _)| *id);
    for id in strays.chain(excused) {
        if !rules.contains(id) {
            wrong.push(format!("{id} is no shipped rule"));
        }
    }
    assert!(wrong.is_empty(), "{}\n", wrong.join("\n"));
}
