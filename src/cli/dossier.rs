// SPDX-License-Identifier: Apache-2.0

//! What `provost dossier` takes.

use std::path::PathBuf;

use clap::Args;

use super::check::Sources;

/// `provost dossier`.
#[derive(Args, Clone, Debug)]
pub struct DossierArgs {
    /// Working tree, bare repository, folder without git, or https URL to clone.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Stage applied for, e.g. ccc/incubation; default: those of the configuration. May be repeated.
    #[arg(long, value_name = "ID")]
    pub profile: Vec<String>,
    /// Judge the files of this commit, from the object database.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show every piece of evidence and every place where a rule fails.
    #[arg(long, short)]
    pub verbose: bool,
    /// Where evidence comes from.
    #[command(flatten)]
    pub sources: Sources,
}
