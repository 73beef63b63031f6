// SPDX-License-Identifier: Apache-2.0

//! What was typed. Nothing is resolved here: [`crate::plan`] does that.

use clap::{Args, Parser, Subcommand, ValueEnum};

mod catalogue;
mod check;
mod dco;
mod dossier;
mod fix;
mod init;
mod licenses;
mod remote;
mod render;
mod review;

pub use catalogue::{CheckRulesArgs, ExplainArgs, ListArgs, Listing};
pub use check::{CheckArgs, FailOn, Out, SarifKind, Sources, What};
pub use dco::{Compared, DcoArgs};
pub use dossier::DossierArgs;
pub use fix::{AttestArgs, FactArgs, FixArgs, WaiveArgs};
pub use init::InitArgs;
pub use licenses::LicensesArgs;
pub use remote::Remote;
pub use render::RenderArgs;
pub use review::ReviewArgs;

/// Shows an open-source project, clause by clause and with evidence, where it stands against its
/// foundation's rules.
///
/// provost reads a repository (its files, its history, its tags) and judges it against rules that are
/// written down as data: code of conduct, security policy, charter, governance, licences and licence
/// headers, sign-offs, badges, release evidence. Each verdict names what was found, what was expected and
/// the next step. Nothing in the repository is executed.
#[derive(Debug, Parser)]
#[command(
    name = "provost",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        provost check                                    the rules every project needs\n  \
        provost check --profile openssf/technical-initiative\n  \
        provost check ~/src/project --profile all --offline\n  \
        provost check --format sarif --report human=report.txt > report.sarif\n  \
        provost explain dco-sign-off                     why, how it is judged, how to mend it\n\n\
        Exit status: 0 nothing at or above --fail-on, 1 findings, 2 usage error, something broke, or \
        nothing could be assessed."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Settings that every command takes.
    #[command(flatten)]
    pub common: Common,
}

/// Settings that every command takes.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// When to use colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Say nothing on standard error but errors.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge a repository.
    Check(Box<CheckArgs>),
    /// Say what changed since the last review, and answer the review's questions.
    Review(Box<ReviewArgs>),
    /// Write the application to a foundation, clause by clause, filled in with evidence.
    Dossier(Box<DossierArgs>),
    /// Audit the sign-offs of a history, author by author; or judge one message, as a hook.
    Dco(Box<DcoArgs>),
    /// List which licence every file is under and where that was read; compare an earlier scan.
    Licenses(Box<LicensesArgs>),
    /// Show what a rule, clause or profile asks, why, and how to meet it.
    Explain(ExplainArgs),
    /// List rules, profiles, checks, policies, or the statements of a repository.
    List(ListArgs),
    /// Validate a folder of rules, policies and profiles of one's own.
    CheckRules(CheckRulesArgs),
    /// Write a saved JSON report in another format.
    Render(RenderArgs),
    /// Mend what can be mended: notices, missing documents, licence texts.
    Fix(Box<FixArgs>),
    /// Write configuration, workflow and hooks for a repository that has none.
    Init(InitArgs),
    /// Accept a failure, with a reason and an expiry, in the configuration.
    Waive(WaiveArgs),
    /// State what no scan can see, with a name and a date, in the configuration.
    Attest(AttestArgs),
}
