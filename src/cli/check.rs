// SPDX-License-Identifier: Apache-2.0

//! What `provost check` takes; its groups of flags serve every command that judges.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::output::Format;

use super::Remote;

/// `provost check`.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Working tree, bare repository, folder without git, or https URL to clone.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
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

/// What is judged.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What to judge")]
pub struct What {
    /// Stage to judge against, e.g. ccc/incubation; `all` runs every rule. May be repeated.
    #[arg(long, value_name = "ID")]
    pub profile: Vec<String>,
    /// Rule to run; without --profile, only these. May be repeated.
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
    /// Judge the files of this commit, from the object database.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Compare with this commit: only what is new since then fails, by the rules of its configuration; `event`
    /// takes base and head from the CI event.
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// Judge the sign-offs of these commits only: A..B, A...B from their merge base, `event` for those of the
    /// CI event, `all`. Unless given: the event's, if it is about the commit checked out; else all.
    #[arg(long, value_name = "BASE..HEAD")]
    pub commits: Option<String>,
}

/// Where evidence comes from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct Sources {
    /// A clone of the organisation's `.github` repository, for documents inherited from it.
    #[arg(long, value_name = "DIR")]
    pub org_files: Option<PathBuf>,
    /// Configuration file; default .provost.toml or .github/provost.toml of the repository.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder with more rules, policies and profiles, laid over the shipped ones.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// The moment that counts as now, for expiry and age.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
    /// Stop after this many seconds with a partial report and exit status 2.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub deadline: u64,
    /// How web services are asked.
    #[command(flatten)]
    pub remote: Remote,
}

impl Sources {
    /// The repository alone: no network, no other folder.
    pub fn offline() -> Self {
        Sources {
            org_files: None,
            config: None,
            rules: None,
            now: None,
            deadline: 600,
            remote: Remote::offline(),
        }
    }
}

/// What comes out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub struct Out {
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Also write a report to a file, e.g. sarif=out.sarif. May be repeated.
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<String>,
    /// Lowest level that makes the exit status 1; `open` counts undecided rules too.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    pub fail_on: FailOn,
    /// Show every rule with its evidence, passes too, and every finding.
    #[arg(long, short)]
    pub verbose: bool,
    /// In SARIF, also list results of these kinds (code scanning shows them as alerts).
    #[arg(long, value_delimiter = ',', value_name = "KIND,...")]
    pub sarif_kinds: Vec<SarifKind>,
}

/// Kinds that `--sarif-kinds` adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SarifKind {
    /// Rules met.
    Pass,
    /// Rules that cannot be decided.
    Open,
    /// Rules that need a person.
    Review,
    /// Rules that do not apply.
    #[value(name = "notApplicable")]
    NotApplicable,
}

/// Lowest level that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Failing rules at level error.
    Error,
    /// At level warning or error.
    Warning,
    /// At any level.
    Note,
    /// At any level, and rules that cannot be decided.
    Open,
    /// Never: exit 0 or 2.
    Never,
}
