// SPDX-License-Identifier: Apache-2.0

//! `provost dossier`: a check whose report is the application document. Gaps are part of the document, so they
//! do not fail the run; what broke does.

use anyhow::Result;

use crate::cli::{CheckArgs, Common, DossierArgs, FailOn, Out, What};
use crate::output::Format;

use super::check;

/// Runs `provost dossier` and returns the exit status.
pub(super) fn run(args: &DossierArgs, common: &Common) -> Result<u8> {
    let (format, report) = match &args.output {
        // With a file, a reader of the terminal sees how far the project is.
        Some(file) => (Format::Human, vec![format!("dossier={}", file.display())]),
        None => (Format::Dossier, Vec::new()),
    };
    let check = CheckArgs {
        path: args.path.clone(),
        what: What {
            profile: args.profile.clone(),
            at: args.at.clone(),
            ..What::default()
        },
        sources: args.sources.clone(),
        out: Out {
            format,
            report,
            fail_on: FailOn::Never,
            verbose: args.verbose,
            sarif_kinds: Vec::new(),
        },
    };
    check::run(&check, common)
}
