// SPDX-License-Identifier: Apache-2.0

//! The web services of a run: flags and environment resolved, and what is worth saying afterwards.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};

use crate::cli;
use crate::net;
use crate::remote::{Place, Remote, Service, Settings, Token};
use crate::scan::Progress;
use crate::subject::Subject;

/// Longest `--remote-timeout`, in seconds.
const TIMEOUT_LIMIT: u64 = 3600;

/// The services for `subject`; asks nothing yet.
///
/// # Errors
/// When an address, a token or a folder cannot be used.
pub(super) fn open(args: &cli::Remote, subject: &Subject) -> Result<Remote> {
    let place = subject.remote.as_deref().and_then(Place::of);
    Ok(Remote::new(settings(args)?, place))
}

fn settings(args: &cli::Remote) -> Result<Settings> {
    if args.remote_timeout == 0 || args.remote_timeout > TIMEOUT_LIMIT {
        bail!(
            "--remote-timeout {}: give 1 to {TIMEOUT_LIMIT} seconds, or --offline to ask nobody",
            args.remote_timeout
        );
    }
    if let Some(dir) = args.replay.as_ref().filter(|dir| !dir.is_dir()) {
        bail!(
            "--replay {}: no such folder; give one that --record wrote",
            dir.display()
        );
    }
    net::verify().map_err(Error::msg)?;
    let mut settings = Settings {
        timeout: Duration::from_secs(args.remote_timeout),
        cache: args.cache.clone().or_else(user_cache),
        max_age: Duration::from_secs(args.max_age),
        record: args.record.clone(),
        replay: args.replay.clone(),
        offline: args.offline,
        token: token()?,
        ..Settings::default()
    };
    for service in Service::ALL {
        let flag = match service {
            Service::Badge => &args.badge_url,
            Service::Scorecard => &args.scorecard_url,
            Service::GitHub => &args.github_url,
            Service::Osv => &args.osv_url,
        };
        let variable = format!("PROVOST_{}_URL", service.name().to_uppercase());
        let (name, address) = match flag {
            Some(address) => (format!("--{}-url", service.name()), address.clone()),
            None => match given(&variable)? {
                Some(address) => (variable, address),
                None => continue,
            },
        };
        settings.bases.set(service, &address).context(name)?;
    }
    Ok(settings)
}

/// A variable of the environment, unless it is empty.
fn given(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => {
            bail!("{name} is not UTF-8; set it anew, or unset it")
        }
    }
}

fn token() -> Result<Option<Token>> {
    let Some(text) = given("GITHUB_TOKEN")? else {
        return Ok(None);
    };
    Token::new(&text).context("GITHUB_TOKEN").map(Some)
}

/// The user's folder for caches; none where the environment names none.
fn user_cache() -> Option<PathBuf> {
    let folder = |name: &str| {
        let path = PathBuf::from(std::env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    let caches = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))
    };
    Some(caches?.join("provost"))
}

/// Says what went wrong beside the replies, and how old those are that were not asked for.
pub(super) fn remark(remote: &Remote, progress: &Progress) {
    let remarks = remote.remarks();
    for message in remarks.unwritten {
        progress.fault("--record", message);
    }
    if remarks.cached > 0 && remote.is_offline() {
        let oldest = remarks.oldest.unwrap_or_default();
        progress.remark(format!(
            "offline: {} from the cache, the oldest of {oldest}",
            match remarks.cached {
                1 => "one reply is".to_owned(),
                count => format!("{count} replies are"),
            }
        ));
    }
}
