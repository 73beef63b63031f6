// SPDX-License-Identifier: Apache-2.0

//! Checks: mechanisms that decide rules. Many rules, few checks.
//!
//! A check is a function from a [`Context`] and its own parameters to an [`Answer`]. It sees the subject,
//! the rules and the report's words; never the command line, the configuration file or an output format.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::de::DeserializeOwned;

use crate::report::{Evidence, Kind, Problem};
use crate::rules::{LoadError, RuleText, unknown};

mod activity;
mod adopters;
mod agreement;
pub mod artefact;
mod attest;
mod badge;
mod binary;
#[cfg(test)]
mod cases;
pub mod change;
mod channels;
mod charter;
mod codeowners;
mod conduct;
mod conduct_version;
mod contact;
mod context;
mod copies;
mod document;
mod facts;
mod files;
#[cfg(test)]
mod fixtures;
mod header;
mod insights;
mod language;
mod license;
pub mod licensing;
mod linked;
mod maintainers;
mod manifest;
mod mention;
mod passage;
mod people;
mod placeholder;
#[cfg(test)]
mod readings;
mod readme;
pub mod remote;
mod reuse;
mod roster;
mod security_contacts;
mod security_policy;
mod shipped;
pub mod sign_off;
mod stage;
mod tags;
mod target;
mod terms;
#[cfg(test)]
pub(crate) mod testing;
mod topics;
mod transport;
mod vendored;
mod waivers;
mod words;
pub mod work;
mod workflow;

use activity::{diversity, past};
pub(crate) use context::Organisation;
pub use context::{Context, Patience, Shared};
pub(crate) use facts::LeftOut;
pub use facts::{expression_ids, license_text, parse_expression};
pub use files::{Document, Files};
#[cfg(test)]
pub(crate) use header::has_notice;
use remote::{forge, level, progress, protection, scorecard, vulnerabilities};
pub use reuse::{FileLicensing, Inventory, Source, SourceKind};
use tags::{cadence, semver};
use workflow::{input, permissions, pins, updates};

/// A finding before its fingerprint: where, what, and the stable key that tells it from its neighbours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What is wrong there, what was expected.
    pub message: String,
    /// Path, if it has one. For something absent: the conventional path it should have.
    pub path: Option<String>,
    /// Line, from 1.
    pub line: Option<u64>,
    /// Commit at fault.
    pub commit: Option<String>,
    /// What tells it from other findings of the rule in the same path; never a line number.
    pub key: String,
    /// SPDX expression concerned.
    pub license: Option<String>,
    /// What is wrong with a licence.
    pub problem: Option<Problem>,
}

impl Draft {
    /// A finding of `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Draft {
            message: message.into(),
            ..Draft::default()
        }
    }

    /// At a path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// At a line of the path.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// At a commit.
    #[must_use]
    pub fn commit(mut self, id: impl Into<String>) -> Self {
        self.commit = Some(id.into());
        self
    }

    /// Told from its neighbours by `key`.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }
}

/// What a check concludes. Built only by the constructors: a failure without a finding, or an
/// undecided answer without its reason, cannot be made.
#[derive(Clone, Debug)]
pub struct Answer {
    kind: Kind,
    message: String,
    findings: Vec<Draft>,
    evidence: Vec<Evidence>,
    properties: BTreeMap<String, serde_json::Value>,
}

impl Answer {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Answer {
            kind,
            message: message.into(),
            findings: Vec::new(),
            evidence: Vec::new(),
            properties: BTreeMap::new(),
        }
    }

    /// Met: what was found, and where.
    pub fn pass(message: impl Into<String>, evidence: Evidence) -> Self {
        Answer::new(Kind::Pass, message).evidence(evidence)
    }

    /// Broken: what was found, what was expected, the next step; `first` is the first place.
    pub fn fail(message: impl Into<String>, first: Draft) -> Self {
        Answer::new(Kind::Fail, message).finding(first)
    }

    /// Broken in every place of `findings`; `None` when there is none.
    pub fn fail_all(message: impl Into<String>, findings: Vec<Draft>) -> Option<Self> {
        if findings.is_empty() {
            return None;
        }
        let mut answer = Answer::new(Kind::Fail, message);
        answer.findings = findings;
        Some(answer)
    }

    /// Does not apply, because.
    pub fn not_applicable(why: impl Into<String>) -> Self {
        Answer::new(Kind::NotApplicable, why)
    }

    /// Cannot be known here: why, and what to pass or fetch.
    pub fn open(why: impl Into<String>) -> Self {
        Answer::new(Kind::Open, why)
    }

    /// A person has to judge: the question, and what to look at.
    pub fn review(question: impl Into<String>, evidence: Evidence) -> Self {
        Answer::new(Kind::Review, question).evidence(evidence)
    }

    /// Adds a finding to a failure; on any other kind it is ignored in release and a bug in tests.
    #[must_use]
    pub fn finding(mut self, finding: Draft) -> Self {
        debug_assert!(self.kind == Kind::Fail, "only a failure has findings");
        if self.kind == Kind::Fail {
            self.findings.push(finding);
        }
        self
    }

    /// Adds evidence.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Adds all of `evidence`.
    #[must_use]
    pub fn all_evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// Adds a machine-readable result.
    #[must_use]
    pub fn property(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.properties.insert(key.to_owned(), value.into());
        self
    }

    /// The verdict.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The findings.
    pub fn findings(&self) -> &[Draft] {
        &self.findings
    }

    /// Taken apart for the report: kind, message, findings, evidence, properties.
    #[allow(clippy::type_complexity, reason = "one caller, which names each part")]
    pub fn into_parts(
        self,
    ) -> (
        Kind,
        String,
        Vec<Draft>,
        Vec<Evidence>,
        BTreeMap<String, serde_json::Value>,
    ) {
        (
            self.kind,
            self.message,
            self.findings,
            self.evidence,
            self.properties,
        )
    }
}

/// A check bound to its parameters' type.
pub struct Check {
    /// Id, as rules name it.
    pub id: &'static str,
    /// What it looks for, in one line.
    pub about: &'static str,
    /// Decides a rule with parameters that have been validated.
    pub run: fn(&Context<'_>, &toml::Table) -> Result<Answer>,
    /// Whether a table of parameters is of the right shape; the message names the allowed keys.
    pub validate: fn(&toml::Table) -> Result<(), String>,
    /// The same for the text of a whole rule file, so that an error carries its place in it.
    pub validate_text: fn(&str) -> Result<(), toml::de::Error>,
}

/// The part of a rule file that holds parameters.
#[derive(serde::Deserialize)]
struct OnlyWith<P> {
    #[serde(default = "Option::default")]
    #[allow(dead_code, reason = "read for its errors only")]
    with: Option<P>,
}

fn params<P: DeserializeOwned>(table: &toml::Table) -> Result<P, String> {
    P::deserialize(toml::Value::Table(table.clone())).map_err(|e| e.message().to_owned())
}

/// Binds a module's `Params` and `check` to an id.
macro_rules! bind {
    ($id:literal, $module:ident, $about:literal) => {
        Check {
            id: $id,
            about: $about,
            run: |context, table| {
                let given = words::validated(|| params::<$module::Params>(table));
                let given = given.map_err(anyhow::Error::msg)?;
                $module::check(context, &given)
            },
            validate: |table| params::<$module::Params>(table).map(drop),
            validate_text: |text| toml::from_str::<OnlyWith<$module::Params>>(text).map(drop),
        }
    };
}

/// Every check there is, sorted by id. A new check is one `mod` line and one line here.
#[rustfmt::skip]
pub static CHECKS: &[Check] = &[
    bind!("adopters", adopters, "a list of adopters has entries enough"),
    bind!("attest", attest, "a dated statement of the project stands in the configuration"),
    bind!("badge", badge, "README displays a badge that is bound to an entry of the project"),
    bind!("badge-level", level, "the entry of the OpenSSF Best Practices badge holds a level"),
    bind!("badge-progress", progress, "the badge has risen since the last review"),
    bind!("binary", binary, "no compiled or opaque files are in version control"),
    bind!("branch-protection", protection, "the default branch is protected on the forge"),
    bind!("changed-since", past, "files changed, or words stood in them, since an earlier day"),
    bind!("charter", charter, "the tree keeps the terms of the project's own charter"),
    bind!("code-of-conduct", conduct, "there is a code of conduct; which text, which version"),
    bind!("code-of-conduct-version", conduct_version, "the code of conduct is the text and version asked for"),
    bind!("codeowners", codeowners, "CODEOWNERS has rules"),
    bind!("commit-activity", activity, "people commit, month by month"),
    bind!("contact", contact, "a document names a private channel"),
    bind!("contributor-diversity", diversity, "contributors come from several organisations"),
    bind!("document", document, "a document exists, with substance, as a file, a pointer or a section"),
    bind!("forge", forge, "the repository is public, or archived, on its forge"),
    bind!("header", header, "licence and copyright notices in the source files"),
    bind!("language", language, "most code is in memory-safe languages, or hardened"),
    bind!("license", license, "the texts of the licence files and the expression they make"),
    bind!("license-agreement", agreement, "licence texts, headers and manifests name the same licences"),
    bind!("license-copies", copies, "copies of other projects' code keep their licence"),
    bind!("license-terms", terms, "the licence of code, documents, data or a specification is an allowed one"),
    bind!("linked", linked, "README links a document of the project or a published text of it"),
    bind!("maintainers", maintainers, "maintainers are enough and from organisations enough"),
    bind!("manifest", manifest, "each ecosystem in use has its manifest"),
    bind!("mention", mention, "the documents say what a rule asks for, in a sentence, section, link, command or file"),
    bind!("people", people, "README names the people who lead the project"),
    bind!("placeholder", placeholder, "no template text is left in a document"),
    bind!("release-cadence", cadence, "releases come out within the window"),
    bind!("reuse", reuse, "licence texts and expressions as REUSE 3.3 wants them"),
    bind!("roster", roster, "the maintainers are named"),
    bind!("scorecard", scorecard, "the published Scorecard result reaches a score"),
    bind!("security-contacts", security_contacts, "those who answer for security are named"),
    bind!("security-insights", insights, "Security Insights is valid and current"),
    bind!("security-policy", security_policy, "there is a security policy; what it promises"),
    bind!("semver-tags", semver, "releases are numbered by Semantic Versioning"),
    bind!("sign-off", sign_off, "commits carry their author's sign-off"),
    bind!("stage", stage, "README states the foundation and the stage of the project"),
    bind!("topics", topics, "a document speaks of all it has to speak of"),
    bind!("transport", transport, "addresses of the project's own channels are encrypted"),
    bind!("update-bot", updates, "Dependabot or Renovate is configured"),
    bind!("vulnerabilities", vulnerabilities, "OSV knows no vulnerability of the newest release"),
    bind!("waivers", waivers, "waivers of the configuration are in force and cover something"),
    bind!("workflow", workflow, "workflows, pipelines and what they call do something"),
    bind!("workflow-input", input, "no workflow runs the text or commits of strangers"),
    bind!("workflow-permissions", permissions, "workflows state what their token may do"),
    bind!("workflow-pins", pins, "actions are named by commit"),
];

/// Runs `check` on one rule; a statement of the project answers what it leaves to a person.
///
/// # Errors
/// When the check itself breaks: not a verdict on the repository.
pub fn decide(check: &Check, context: &Context<'_>, with: &toml::Table) -> Result<Answer> {
    (check.run)(context, with).map(|answer| attest::answered(context, answer))
}

/// Whether a check judges file by file, so that it can judge a part of a tree.
pub fn judges_files(id: &str) -> bool {
    matches!(
        id,
        "header" | "license-agreement" | "license-terms" | "reuse"
    )
}

/// Whether a check judges the project's past over months, which a single change does not alter: not asked when
/// a run compares with a base.
pub fn is_about_the_past(id: &str) -> bool {
    matches!(
        id,
        "changed-since" | "commit-activity" | "contributor-diversity"
    )
}

/// Whether a rule with these parameters reads files whole, so that a run with it should read each file once for
/// this and for its head.
pub fn reads_whole_files(check: &str, with: &toml::Table) -> bool {
    check == "reuse" || with.get("mode").and_then(toml::Value::as_str) == Some("reuse")
}

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.id == id)
}

/// Whether a rule names a check there is, with parameters it takes.
///
/// # Errors
/// With file, line and what is allowed.
pub fn validate(given: &RuleText<'_>) -> Result<(), LoadError> {
    let (rule, text) = (given.rule, given.text);
    let Some(check) = find(&rule.check) else {
        let message = unknown("check", &rule.check, CHECKS.iter().map(|c| c.id));
        return Err(LoadError {
            file: rule.source.clone(),
            line: None,
            message,
        });
    };
    (check.validate_text)(text).map_err(|e| LoadError::from_toml(&rule.source, text, &e))?;
    // A rule without `[with]` must stand on its check's defaults.
    (check.validate)(&rule.with).map_err(|message| LoadError {
        file: rule.source.clone(),
        line: None,
        message,
    })
}
