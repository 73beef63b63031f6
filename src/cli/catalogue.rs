// SPDX-License-Identifier: Apache-2.0

//! What `provost explain`, `provost list` and `provost check-rules` take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `provost explain`.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// Rule, clause or profile id.
    #[arg(value_name = "RULE|CLAUSE|PROFILE")]
    pub id: String,
    /// Folder with more rules, policies and profiles.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `provost list`.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// What to list.
    #[arg(value_enum)]
    pub what: Listing,
    /// Repository whose statements are listed.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Its configuration; default .provost.toml or .github/provost.toml.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The moment that counts as now, for expiry.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
    /// Folder with more rules, policies and profiles.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `provost check-rules`.
#[derive(Args, Debug)]
pub struct CheckRulesArgs {
    /// Folder with rules, `policies/`, `profiles/` and `templates/`, as `--rules` takes it.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// What `provost list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listing {
    /// Requirements.
    Rules,
    /// Stages.
    Profiles,
    /// Mechanisms.
    Checks,
    /// Texts, with how many clauses are automatic, attested, human, or not about a repository.
    Policies,
    /// Attestations, waivers and exemptions of a repository, and how each stands.
    Statements,
}
