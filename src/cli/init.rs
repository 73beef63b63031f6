// SPDX-License-Identifier: Apache-2.0

//! What `provost init` takes.

use clap::Args;

/// `provost init`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Nothing that is there is written over, unless --force is given and git holds the \
    file as it stands. .pre-commit-config.yaml is never written over: what to add to it is printed."
)]
pub struct InitArgs {
    /// Working tree to set up.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Write over files that are there, as long as git could bring them back.
    #[arg(long)]
    pub force: bool,
}
