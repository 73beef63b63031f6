// SPDX-License-Identifier: Apache-2.0

//! Rules, policies and profiles as data: TOML files compiled in, and more from `--rules DIR` on top.
//!
//! A rule is one requirement in our words (`rules/<id>.toml`); the file name is the id. A policy is one
//! foundation's text, clause by clause (`rules/policies/<id>.toml`). A profile is what a stage asks
//! (`rules/profiles/<foundation>/<stage>.toml`). Nothing here decides anything: that is a check's work.

use serde::Deserialize;

use crate::report::{ClauseRef, Level};

mod embedded;
mod load;
mod mend;
mod profile;
mod statement;
mod verify;

pub use load::{Catalogue, LoadError, RuleText, Validator, line_of, unknown};
pub use mend::{Mend, Template};
pub use profile::{ALL, ATTESTATION, Ask, Profile, Requirement, unite};
pub use statement::{Attestation, Waiver};
pub use verify::Parameters;

/// Id and text of every rule that is compiled in, before any `--rules DIR`.
pub(crate) fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    embedded::RULES.iter().copied()
}

/// What a rule needs to be decided; without it the answer is `open`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// Files.
    Tree,
    /// Commits.
    History,
    /// Tags.
    Tags,
    /// A web service.
    Remote,
}

/// One requirement, as data.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Kebab-case id; the file's name.
    pub id: String,
    /// One line: the requirement, as a statement that holds when it is met.
    pub title: String,
    /// Why a foundation asks for it.
    pub why: String,
    /// What to do when it fails.
    pub fix: String,
    /// Id of the check that decides it.
    pub check: String,
    /// Level of a failure, unless a profile or the configuration says otherwise.
    pub level: Level,
    /// What it needs.
    pub needs: Vec<Need>,
    /// Words for filters, e.g. `license`, `security`.
    pub tags: Vec<String>,
    /// CVSS-like weight for code scanning, only for security rules (`"4.0"`).
    pub security_severity: Option<String>,
    /// Parameters of the check.
    pub with: toml::Table,
    /// How `provost fix` mends it; none when it takes a person.
    pub mend: Option<Mend>,
    /// File it was read from.
    pub source: String,
}

/// How strongly a clause obliges (RFC 2119 sense).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// An obligation.
    Must,
    /// A recommendation.
    Should,
    /// A permission.
    May,
}

/// How a clause is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By rules.
    Rules(Vec<String>),
    /// By a dated statement of the project (`[[attestation]]`).
    Attest,
    /// By a committee's judgement.
    Human,
    /// It does not bind a repository.
    NotRepository,
}

/// One clause of a policy.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Id, unique over all policies.
    pub id: String,
    /// Policy id.
    pub policy: String,
    /// Document it stands in.
    pub document: String,
    /// Section of that document.
    pub section: String,
    /// Where the document is published.
    pub url: String,
    /// Day it was read, `YYYY-MM-DD`.
    pub read: String,
    /// Must, should or may.
    pub strength: Strength,
    /// Who is bound: `project`, `committee`, `board`, `foundation`.
    pub binds: String,
    /// What it says, in our words.
    pub text: String,
    /// How it is answered.
    pub mode: Mode,
}

impl Clause {
    /// The form cited in reports.
    pub fn reference(&self) -> ClauseRef {
        ClauseRef {
            id: self.id.clone(),
            policy: self.policy.clone(),
            section: self.section.clone(),
            url: self.url.clone(),
        }
    }
}

/// One foundation's text.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Id; the file's name.
    pub id: String,
    /// Title of the text.
    pub title: String,
    /// Foundation's name.
    pub foundation: String,
    /// Clauses in the order of the text.
    pub clauses: Vec<Clause>,
    /// File it was read from.
    pub source: String,
}
