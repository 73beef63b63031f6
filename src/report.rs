// SPDX-License-Identifier: Apache-2.0

//! The report: what every check said, with its evidence. Types and serde only; no logic but counting.
//!
//! The shape is a contract (`provost-report/1`, see `docs/report.schema.json`): scripts, the Action and
//! `provost render` read it. Words are SARIF's: kind, level, baseline, suppressed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub mod dco;
pub mod licenses;
pub mod review;
mod standing;

pub use standing::{Form, Readiness, Standing, Statement, Step};

/// The value of `schema` in every report this version writes.
pub const SCHEMA: &str = "provost-report/1";

/// What a check concluded, in SARIF's words (SARIF 2.1.0 §3.27.9).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// The rule is met, and the evidence says why.
    Pass,
    /// The repository breaks the rule.
    Fail,
    /// The rule does not apply to this repository.
    NotApplicable,
    /// It cannot be known here: offline, shallow, no token.
    #[default]
    Open,
    /// A person has to judge.
    Review,
}

impl Kind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Pass => "pass",
            Kind::Fail => "fail",
            Kind::NotApplicable => "notApplicable",
            Kind::Open => "open",
            Kind::Review => "review",
        }
    }
}

/// How much a failure matters, in SARIF's words (§3.27.10). Ordered: `None < Note < Warning < Error`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not a failure.
    #[default]
    None,
    /// Worth knowing.
    Note,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Level {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}

/// Where a finding stands against an earlier state (SARIF §3.27.24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Baseline {
    /// Not there before.
    New,
    /// There before, too.
    Unchanged,
    /// There before, gone now.
    Absent,
}

impl Baseline {
    /// Whether it was not there before.
    pub fn is_new(self) -> bool {
        self == Baseline::New
    }
}

/// What is wrong with a licence text or expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// Named, but its text is not there.
    Missing,
    /// The text is there, but nothing names it.
    Unused,
    /// Not an SPDX id.
    Bad,
    /// An id SPDX has deprecated.
    Deprecated,
    /// A text without a file extension.
    NoExtension,
    /// An expression that does not parse.
    InvalidExpression,
    /// The file cannot be read.
    Unreadable,
}

/// The whole outcome of one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Which provost wrote it.
    pub tool: Tool,
    /// What was inspected.
    pub subject: SubjectInfo,
    /// The profiles asked for, as typed or configured.
    pub profiles: Vec<String>,
    /// One entry a rule, sorted by rule id.
    pub checks: Vec<CheckResult>,
    /// Counts over `checks`.
    pub summary: Summary,
    /// What broke; not empty means exit 2.
    pub faults: Vec<Fault>,
    /// Attestations, waivers and exemptions, those that need attention first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<Statement>,
    /// What stands between the project and each profile that has clauses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readiness: Vec<Readiness>,
}

/// The program that wrote a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tool {
    /// `provost`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The repository under inspection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SubjectInfo {
    /// PATH as given; never made absolute.
    pub path: String,
    /// Commit that HEAD names, if any.
    pub head: Option<String>,
    /// Commit judged, when `--at` was given.
    pub at: Option<String>,
    /// Commit compared with, when `--base` was given: where the two histories part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The remote's address, without user information.
    pub remote: Option<String>,
    /// `owner/name` on its forge.
    pub slug: Option<String>,
    /// A tracked file that stands for the whole repository where a format needs a place (SARIF): its README,
    /// else the first file of the top level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Files that decide how a change is judged, altered by the change under inspection (`--base`): the base's
    /// versions were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub altered: Vec<String>,
    /// What was left out while reading it, and every bound that was reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// What one rule came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CheckResult {
    /// Rule id.
    pub rule: String,
    /// The verdict.
    pub kind: Kind,
    /// `none` unless `kind` is `fail`.
    pub level: Level,
    /// The verdict at the base, if `--base` was given and it could be judged there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Kind>,
    /// What was found, what was expected, the one next step.
    pub message: String,
    /// Profiles that ask for the rule.
    pub profiles: Vec<String>,
    /// Clauses it answers.
    pub clauses: Vec<ClauseRef>,
    /// Places where the rule fails; sorted by path, line, commit.
    pub findings: Vec<Finding>,
    /// What was looked at, for passes too.
    pub evidence: Vec<Evidence>,
    /// Machine-readable result; keys are fixed per rule.
    pub properties: BTreeMap<String, serde_json::Value>,
}

impl CheckResult {
    /// The level at which it counts: `none` unless some finding is neither waived nor as old as the base.
    pub fn weight(&self) -> Level {
        let counts =
            |f: &Finding| f.suppressed.is_none() && f.baseline.is_none_or(Baseline::is_new);
        if self.kind == Kind::Fail && self.findings.iter().any(counts) {
            self.level
        } else {
            Level::None
        }
    }

    /// Its findings that stand in what is judged: the new ones before those that were there at the base.
    pub fn present(&self) -> Vec<&Finding> {
        let here = |f: &&Finding| f.baseline != Some(Baseline::Absent);
        let mut present: Vec<&Finding> = self.findings.iter().filter(here).collect();
        present.sort_by_key(|f| f.baseline == Some(Baseline::Unchanged));
        present
    }

    /// Findings of the base that are gone.
    pub fn absent(&self) -> impl Iterator<Item = &Finding> {
        let gone = |f: &&Finding| f.baseline == Some(Baseline::Absent);
        self.findings.iter().filter(gone)
    }

    /// Whether it fails, but by no finding that is new since the base.
    pub fn is_old(&self) -> bool {
        self.level != Level::None && self.weight() == Level::None
    }
}

/// A clause of a policy, as cited by a result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClauseRef {
    /// Clause id.
    pub id: String,
    /// Policy it belongs to.
    pub policy: String,
    /// Section of the document.
    pub section: String,
    /// Where the document is published.
    pub url: String,
}

/// One place where a rule fails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// What is wrong there.
    pub message: String,
    /// Path in the repository, `/` separated; invalid UTF-8 is shown escaped.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Commit at fault.
    pub commit: Option<String>,
    /// Stable over line moves; 16 hexadecimal digits.
    pub fingerprint: String,
    /// Against `--base`, if given.
    pub baseline: Option<Baseline>,
    /// Why a waiver covers it; a suppressed finding is shown, not counted.
    pub suppressed: Option<Suppression>,
    /// SPDX expression concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// What is wrong with a licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// A tracked place that stands for it where a format needs one (SARIF): given when it has no path, or one
    /// that is not there, because the path says where a missing file belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// What GitHub code scanning knows that place's line by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_hash: Option<String>,
    /// What `provost fix` would do about it in the finding's path, when that was asked for (SARIF `fixes`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// Lines put into a file, everything else unchanged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Remedy {
    /// The line, from 1, before which they go.
    pub line: u64,
    /// The lines, with their ends.
    pub insert: String,
}

impl Finding {
    /// The tracked place that stands for it, when there is one.
    pub fn place(&self) -> Option<(&str, u64)> {
        match (&self.anchor, &self.path) {
            (Some(anchor), _) => Some((&anchor.path, anchor.line)),
            (None, Some(path)) => Some((path, self.line.unwrap_or(1))),
            (None, None) => None,
        }
    }

    /// Whether its path says where a missing file belongs.
    pub fn is_absent(&self) -> bool {
        self.path.is_some() && self.anchor.as_ref().is_some_and(|a| !a.linked)
    }
}

/// A line of a tracked file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Anchor {
    /// Path in the repository.
    pub path: String,
    /// Line, from 1.
    pub line: u64,
    /// Whether the finding's own path is there, but is no regular file: a link is shown where it leads.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub linked: bool,
}

/// A waiver or a foreign exemption that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Suppression {
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// Link to the approval.
    pub approval: Option<String>,
    /// Last day it holds, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// File (and line) it stands in.
    pub source: String,
}

/// Something that was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Path in the repository.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Commit.
    pub commit: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// When a reply was received, RFC 3339.
    pub retrieved: Option<String>,
    /// What it shows.
    pub note: Option<String>,
    /// SPDX expression read there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// What is wrong with a licence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Something broke: not a verdict on the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fault {
    /// Rule id, path or part of provost.
    pub r#where: String,
    /// What happened and what to do next.
    pub message: String,
}

/// Counts over the checks of a report. Kinds count rules; levels count failing rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Rules met.
    pub pass: usize,
    /// Rules broken.
    pub fail: usize,
    /// Rules that do not apply.
    pub not_applicable: usize,
    /// Rules that cannot be decided here.
    pub open: usize,
    /// Rules that need a person.
    pub review: usize,
    /// Findings that waivers cover.
    pub suppressed: usize,
    /// Failing rules at level error.
    pub error: usize,
    /// Failing rules at level warning.
    pub warning: usize,
    /// Failing rules at level note.
    pub note: usize,
    /// Findings against the base, if `--base` was given; `error`, `warning` and `note` then count the rules
    /// with new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineCounts>,
}

/// Findings of failing rules by where they stand against the base; waived ones are not among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct BaselineCounts {
    /// Not there before.
    pub new: usize,
    /// There before, too.
    pub unchanged: usize,
    /// There before, gone now.
    pub absent: usize,
}

impl BaselineCounts {
    fn add(&mut self, finding: &Finding) {
        match finding.baseline.filter(|_| finding.suppressed.is_none()) {
            Some(Baseline::New) => self.new += 1,
            Some(Baseline::Unchanged) => self.unchanged += 1,
            Some(Baseline::Absent) => self.absent += 1,
            None => {}
        }
    }
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Tool {
            name: "provost".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }
}

impl Summary {
    /// Counts `checks`.
    pub fn of(checks: &[CheckResult]) -> Self {
        let mut sum = Summary::default();
        for check in checks {
            match check.kind {
                Kind::Pass => sum.pass += 1,
                Kind::Fail => sum.fail += 1,
                Kind::NotApplicable => sum.not_applicable += 1,
                Kind::Open => sum.open += 1,
                Kind::Review => sum.review += 1,
            }
            match check.weight() {
                Level::Error => sum.error += 1,
                Level::Warning => sum.warning += 1,
                Level::Note => sum.note += 1,
                Level::None => {}
            }
            sum.suppressed += check
                .findings
                .iter()
                .filter(|f| f.suppressed.is_some() && f.baseline != Some(Baseline::Absent))
                .count();
            if check.findings.iter().any(|f| f.baseline.is_some()) {
                let counts = sum.baseline.get_or_insert_default();
                check.findings.iter().for_each(|f| counts.add(f));
            }
        }
        sum
    }
}

impl Evidence {
    /// A file that was looked at.
    pub fn file(path: impl Into<String>) -> Self {
        Evidence {
            path: Some(path.into()),
            ..Evidence::default()
        }
    }

    /// A line of a file, counted from 1.
    pub fn line(path: impl Into<String>, line: u64) -> Self {
        Evidence {
            path: Some(path.into()),
            line: Some(line),
            ..Evidence::default()
        }
    }

    /// A commit.
    pub fn commit(id: impl Into<String>) -> Self {
        Evidence {
            commit: Some(id.into()),
            ..Evidence::default()
        }
    }

    /// An address named in the repository or asked.
    pub fn url(url: impl Into<String>) -> Self {
        Evidence {
            url: Some(url.into()),
            ..Evidence::default()
        }
    }

    /// Only words: what was searched and not found.
    pub fn words(note: impl Into<String>) -> Self {
        Evidence::default().note(note)
    }

    /// Says what it shows.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Adds an SPDX expression.
    #[must_use]
    pub fn license(mut self, expression: impl Into<String>) -> Self {
        self.license = Some(expression.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
        let schema = schemars::schema_for!(Report);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap_or_default(),
            text,
            "run `SNAPSHOTS=overwrite cargo test` and commit docs/report.schema.json"
        );
    }
}
