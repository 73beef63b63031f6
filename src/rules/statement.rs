// SPDX-License-Identifier: Apache-2.0

//! What people state in the configuration: waivers and attestations. Both expire; neither is ever silent.

use jiff::civil::Date;

/// A failing place that the project accepts for now, with its reason.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// Rule it covers.
    pub rule: String,
    /// Glob over paths; `None` covers every finding of the rule.
    pub path: Option<String>,
    /// One finding's fingerprint.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// Link to the approval.
    pub approval: Option<String>,
    /// Last day it holds.
    pub expires: Option<Date>,
    /// Whether it was written for another tool.
    pub foreign: bool,
    /// File and line it stands in.
    pub source: String,
}

/// A dated statement that answers what no scan can see.
#[derive(Clone, Debug)]
pub struct Attestation {
    /// Rule it answers, if any.
    pub rule: Option<String>,
    /// Clause it answers, if any.
    pub clause: Option<String>,
    /// What is stated.
    pub statement: String,
    /// Who states it.
    pub by: String,
    /// When.
    pub date: Date,
    /// Where it can be verified.
    pub link: Option<String>,
    /// Last day it holds; one year after `date` unless given.
    pub expires: Date,
    /// File and line it stands in.
    pub source: String,
}

impl Attestation {
    /// Whether it still holds on `today`.
    pub fn holds(&self, today: Date) -> bool {
        today <= self.expires
    }
}
