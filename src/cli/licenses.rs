// SPDX-License-Identifier: Apache-2.0

//! What `provost licenses` takes.

use std::path::PathBuf;

use clap::Args;

use crate::output::licenses::Format;

use super::check::Sources;

/// `provost licenses`.
#[derive(Args, Clone, Debug)]
pub struct LicensesArgs {
    /// Working tree, bare repository, folder without git, or https URL to clone.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Read the files of this commit, from the object database.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// An earlier licence scan (SPDX 2 as JSON or tag-value, or ScanCode's JSON): say of each finding of it
    /// whether it is fixed, still there or moved, and what is new.
    #[arg(long, value_name = "SCAN")]
    pub compare: Option<PathBuf>,
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Show every file, not only those that need a look.
    #[arg(long, short)]
    pub verbose: bool,
    /// Where evidence comes from.
    #[command(flatten)]
    pub sources: Sources,
}
