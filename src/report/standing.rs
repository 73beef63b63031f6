// SPDX-License-Identifier: Apache-2.0

//! What people have stated, and what stands between the project and a stage: parts of a report that are
//! about the whole run and not about one rule. Types and serde only.

use serde::{Deserialize, Serialize};

use super::Level;

/// What kind of statement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// `[[attestation]]`: answers what no scan can see.
    Attestation,
    /// `[[waiver]]`: accepts a failure for now.
    Waiver,
    /// An exemption that the project wrote for another tool.
    Exemption,
}

impl Form {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Attestation => "attestation",
            Form::Waiver => "waiver",
            Form::Exemption => "exemption",
        }
    }
}

/// How a statement stands on the day of the run. Ordered: what needs attention first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Its last day is over.
    Expired,
    /// It is dated after today.
    Future,
    /// In force for thirty days at most.
    Expiring,
    /// In force, but it covers or answers nothing of what was judged.
    Unused,
    /// In force.
    Valid,
    /// In force; this run did not judge what it is about.
    Unasked,
}

impl Standing {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Expired => "expired",
            Standing::Future => "future",
            Standing::Expiring => "expiring",
            Standing::Unused => "unused",
            Standing::Valid => "valid",
            Standing::Unasked => "unasked",
        }
    }

    /// Whether it counts today.
    pub fn holds(self) -> bool {
        !matches!(self, Standing::Expired | Standing::Future)
    }
}

/// A statement of the configuration or of another tool's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Statement {
    /// How it stands.
    pub standing: Standing,
    /// What it is.
    pub form: Form,
    /// Rule it covers or answers.
    pub rule: Option<String>,
    /// Clause it answers.
    pub clause: Option<String>,
    /// What it is limited to: a path pattern or a fingerprint.
    pub only: Option<String>,
    /// What is stated; of a waiver, why.
    pub text: String,
    /// Who states it or has approved it.
    pub by: Option<String>,
    /// When it was made, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Where it can be verified.
    pub link: Option<String>,
    /// Last day it holds, `YYYY-MM-DD`.
    pub expires: Option<String>,
    /// File and line it stands in.
    pub source: String,
}

impl Statement {
    /// The rule or clause it is about.
    pub fn about(&self) -> &str {
        let named = self.clause.as_deref().or(self.rule.as_deref());
        named.unwrap_or_default()
    }
}

/// What stands between the project and one profile. Each list has the shortest step first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Readiness {
    /// Profile.
    pub profile: String,
    /// Its title.
    pub title: String,
    /// Ids of rules and clauses that are met.
    pub met: Vec<String>,
    /// Rules whose failures are all covered by waivers.
    pub waived: Vec<String>,
    /// Rules that fail.
    pub to_fix: Vec<Step>,
    /// Rules that could not be decided in this run.
    pub to_find_out: Vec<Step>,
    /// What the project has to answer: rules and clauses.
    pub to_attest: Vec<Step>,
    /// Clauses that a committee judges.
    pub for_committee: Vec<Step>,
}

impl Readiness {
    /// All that the profile asks of this project.
    pub fn asked(&self) -> usize {
        let open = [
            &self.to_fix,
            &self.to_find_out,
            &self.to_attest,
            &self.for_committee,
        ];
        self.met.len() + self.waived.len() + open.iter().map(|steps| steps.len()).sum::<usize>()
    }

    /// Failing rules at level error: what bars the way.
    pub fn blocking(&self) -> usize {
        let errors = self.to_fix.iter().filter(|s| s.level == Level::Error);
        errors.count()
    }
}

/// One thing that is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// Rule or clause id.
    pub id: String,
    /// Level of the failure; `none` for what does not fail.
    pub level: Level,
    /// How it stands, or what the clause says.
    pub text: String,
    /// What to do.
    pub next: String,
}
