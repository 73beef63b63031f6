// SPDX-License-Identifier: Apache-2.0

//! What `provost render` takes.

use std::path::PathBuf;

use clap::Args;

use crate::output::Format;

/// `provost render`.
#[derive(Args, Debug)]
pub struct RenderArgs {
    /// A report or review that `--format json` wrote; `-` reads standard input.
    #[arg(value_name = "REPORT.json")]
    pub report: PathBuf,
    /// Format to write.
    #[arg(long, value_enum)]
    pub format: Format,
    /// Show every rule with its evidence, passes too, and every finding.
    #[arg(long, short)]
    pub verbose: bool,
}
