// SPDX-License-Identifier: Apache-2.0

//! What `provost fix`, `provost waive` and `provost attest` take.

use std::path::PathBuf;

use clap::Args;

use super::check::Sources;

/// `provost fix`.
#[derive(Args, Clone, Debug)]
pub struct FixArgs {
    /// Working tree to mend.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: String,
    /// Stage whose rules are mended, e.g. ccc/incubation. May be repeated.
    #[arg(long, value_name = "ID")]
    pub profile: Vec<String>,
    /// Rule to mend; without --profile, only these. May be repeated.
    #[arg(long, value_name = "ID")]
    pub rule: Vec<String>,
    /// Print the changes as a patch (`git apply --unidiff-zero` takes it) and nothing else.
    #[arg(long, conflicts_with = "write")]
    pub diff: bool,
    /// Make the changes.
    #[arg(long)]
    pub write: bool,
    /// Make them though tracked files have changes that are not committed.
    #[arg(long, requires = "write")]
    pub allow_dirty: bool,
    /// What notices and templates say.
    #[command(flatten)]
    pub facts: FactArgs,
    /// Where evidence comes from.
    #[command(flatten)]
    pub sources: Sources,
}

/// What notices and templates say; each is also a key under `[fix]` in the configuration.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "What to write")]
pub struct FactArgs {
    /// SPDX expression for notices and licence texts; default: the project's own licence.
    #[arg(long, value_name = "EXPRESSION")]
    pub license: Option<String>,
    /// Copyright holder; default: The <project> Authors.
    #[arg(long, value_name = "NAME")]
    pub holder: Option<String>,
    /// Year before the holder: a year, `first` for that of the first commit, or `none`.
    #[arg(long, value_name = "YEAR|first|none")]
    pub year: Option<String>,
    /// Project's name; default: from README or the remote.
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
    /// Address for reports about conduct.
    #[arg(long, value_name = "EMAIL")]
    pub contact: Option<String>,
    /// Address for reports of vulnerabilities.
    #[arg(long, value_name = "EMAIL")]
    pub security_contact: Option<String>,
}

/// `provost waive`.
#[derive(Args, Clone, Debug)]
pub struct WaiveArgs {
    /// Rule that is waived.
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// Repository.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: PathBuf,
    /// Only findings at paths that match this glob.
    #[arg(long, value_name = "GLOB")]
    pub files: Option<String>,
    /// Only the finding with this fingerprint.
    #[arg(long, value_name = "HEX")]
    pub fingerprint: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who approved it.
    #[arg(long, value_name = "NAME")]
    pub approver: Option<String>,
    /// Link to the approval.
    #[arg(long, value_name = "URL")]
    pub approval: Option<String>,
    /// Last day it holds; default: one year from now.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// The moment that counts as now.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
}

/// `provost attest`.
#[derive(Args, Clone, Debug)]
pub struct AttestArgs {
    /// Rule or clause that is attested.
    #[arg(value_name = "RULE|CLAUSE")]
    pub id: String,
    /// Repository.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: PathBuf,
    /// What holds.
    #[arg(long, value_name = "TEXT")]
    pub statement: String,
    /// Who says so.
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Link to what shows it.
    #[arg(long, value_name = "URL")]
    pub link: Option<String>,
    /// Day of the statement; default: today.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// Last day it holds; default: one year after its date.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// The moment that counts as now.
    #[arg(long, value_name = "RFC3339")]
    pub now: Option<String>,
}
