// SPDX-License-Identifier: Apache-2.0

//! What `provost review` takes.

use clap::Args;

use super::check::{Out, Sources, What};

/// `provost review`.
#[derive(Args, Clone, Debug)]
pub struct ReviewArgs {
    /// Working tree, bare repository, or https URL to clone; only commits are read, never the working tree.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// The last review: a date, a revision, or the JSON report of then. Default: `[review] last` of the
    /// configuration, else one year before the end.
    #[arg(long, value_name = "DATE|REV|REPORT.json")]
    pub since: Option<String>,
    /// What is judged.
    #[command(flatten)]
    pub what: What,
    /// Where evidence comes from.
    #[command(flatten)]
    pub sources: Sources,
    /// What comes out.
    #[command(flatten)]
    pub out: Out,
}
