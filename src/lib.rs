// SPDX-License-Identifier: Apache-2.0

//! provost inspects a repository against the rules that open-source foundations set, says clause by
//! clause where it stands, and shows the evidence.
//!
//! The flow of `provost check`, downwards through the layers (`tests/layers.rs` enforces the direction):
//!
//! 1. [`cli`] is what was typed; [`session`] opens the [`subject`] and reads its [`config`].
//! 2. [`plan`] resolves both against the catalogue of [`rules`]: exact rules, levels, parameters.
//! 3. [`scan`] runs each rule's check ([`checks`]) once, in parallel, over files read once.
//! 4. The [`report`] holds every verdict with its evidence; [`output`] writes it in a format.
//!
//! Nothing in the repository is executed, no link is followed out of it, and every read is bounded.

use clap::Parser;

pub mod checks;
pub mod cli;
pub mod config;
pub mod describe;
pub mod fix;
pub mod licenses;
mod net;
pub mod output;
pub mod plan;
pub mod readiness;
pub mod remote;
pub mod report;
pub mod review;
pub mod rules;
pub mod scan;
pub mod session;
pub mod subject;
pub mod text;

/// Exit status: nothing at or above `--fail-on`.
pub const CLEAN: u8 = 0;
/// Exit status: findings.
pub const FINDINGS: u8 = 1;
/// Exit status: usage error, fault, or nothing could be assessed.
pub const BROKEN: u8 = 2;

/// Runs the command line of this process and returns its exit status.
pub fn main() -> u8 {
    // Checks are fenced off from each other: a panic in one is a fault in the report, not a trace here.
    std::panic::set_hook(Box::new(|_| {}));
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            if !error.use_stderr() {
                let _ = error.print();
                return CLEAN;
            }
            session::refuse(&error);
            return BROKEN;
        }
    };
    match session::run(&cli) {
        Ok(status) => status,
        Err(error) => {
            session::complain(&format!("{error:#}"));
            BROKEN
        }
    }
}
