// SPDX-License-Identifier: Apache-2.0

//! How web services are asked.

use std::path::PathBuf;

use clap::Args;

/// How web services are asked.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Web services")]
pub struct Remote {
    /// Use no network: what the cache does not hold is `open`.
    #[arg(long)]
    pub offline: bool,
    /// Folder of replies of earlier runs; default the user's cache folder.
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Take replies up to this many seconds old from the cache without asking.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    pub max_age: u64,
    /// Keep every reply that was used in this folder, to read, commit and replay.
    #[arg(long, value_name = "DIR", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Take all replies from a folder written by --record, and ask nobody.
    #[arg(long, value_name = "DIR")]
    pub replay: Option<PathBuf>,
    /// Stop asking after this many seconds in all.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    pub remote_timeout: u64,
    /// OpenSSF Best Practices site; default https://www.bestpractices.dev, or PROVOST_BADGE_URL.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub badge_url: Option<String>,
    /// Scorecard; default https://api.scorecard.dev, or PROVOST_SCORECARD_URL.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub scorecard_url: Option<String>,
    /// GitHub's REST interface; default https://api.github.com, or PROVOST_GITHUB_URL.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub github_url: Option<String>,
    /// OSV; default https://api.osv.dev, or PROVOST_OSV_URL.
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub osv_url: Option<String>,
}

impl Remote {
    /// Nobody is asked, and no folder of replies is read.
    pub fn offline() -> Self {
        Remote {
            offline: true,
            cache: None,
            max_age: 3600,
            record: None,
            replay: None,
            remote_timeout: 1,
            badge_url: None,
            scorecard_url: None,
            github_url: None,
            osv_url: None,
        }
    }
}
