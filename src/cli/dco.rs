// SPDX-License-Identifier: Apache-2.0

//! What `provost dco` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::output::DcoFormat;

/// `provost dco`.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
        provost dco                                      every author of the whole history\n  \
        provost dco --commits main..topic --identity strict\n  \
        provost dco --format csv > authors.csv\n  \
        provost dco --remediation                        messages of commits that mend what is published\n  \
        provost dco --message .git/COMMIT_EDITMSG        for a commit-msg hook\n\n\
        Exit status: 0 all signed off, 1 commits at fault, 2 usage error, something broke, or it cannot be known here.")]
pub struct DcoArgs {
    /// Working tree, bare repository, or https URL to clone.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Which commits are judged, and how.
    #[command(flatten)]
    pub what: DcoWhat,
    /// Where settings come from.
    #[command(flatten)]
    pub sources: DcoSources,
    /// What comes out.
    #[command(flatten)]
    pub out: DcoOut,
}

/// Which commits are judged, and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What to judge")]
pub struct DcoWhat {
    /// Judge these commits: A..B, A...B from their merge base, `event` for those of the CI event, `all`. Unless
    /// given: the event's, if it is about the commit checked out; else all.
    #[arg(long, value_name = "BASE..HEAD")]
    pub commits: Option<String>,
    /// Leave out commits before this day, by committer date in UTC.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<String>,
    /// Judge the history of this commit instead of HEAD's.
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// How a sign-off is compared with author and committer; default: what the project has configured, else
    /// lenient.
    #[arg(long, value_enum)]
    pub identity: Option<Compared>,
    /// Judge the message in this file, as a commit-msg hook: 0 signed off, 1 not.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["commits", "since", "at", "format", "remediation"])]
    pub message: Option<PathBuf>,
}

/// How a sign-off is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Compared {
    /// Name and address equal those of the author, or those of the committer, as the DCO apps ask.
    Strict,
    /// The address equals that of the author or committer.
    Email,
    /// Address or name, after .mailmap and the forge's noreply addresses.
    Lenient,
}

impl Compared {
    /// The value of the rule's parameter `identity`.
    pub fn as_str(self) -> &'static str {
        match self {
            Compared::Strict => "strict",
            Compared::Email => "email",
            Compared::Lenient => "lenient",
        }
    }
}

/// Where settings come from.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Evidence")]
pub struct DcoSources {
    /// Use no network: PATH must not be an address.
    #[arg(long)]
    pub offline: bool,
    /// Configuration file; default .provost.toml or .github/provost.toml of the repository.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Stop after this many seconds with exit status 2.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub deadline: u64,
}

/// What comes out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub struct DcoOut {
    /// Format on standard output.
    #[arg(long, value_enum, default_value_t = DcoFormat::Human)]
    pub format: DcoFormat,
    /// Also give the messages of remediation commits; with NAME <EMAIL>, of those by which that person signs on
    /// behalf of the authors.
    #[arg(long, value_name = "NAME <EMAIL>", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub remediation: Option<String>,
    /// Show every author and every commit at fault.
    #[arg(long, short)]
    pub verbose: bool,
}
