// SPDX-License-Identifier: Apache-2.0

//! What `provost explain` and `provost list` take.

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
    /// Folder with more rules, policies and profiles.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
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
}
