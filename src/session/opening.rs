// SPDX-License-Identifier: Apache-2.0

//! The repository opened, and its own word on how it wants to be judged.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail};
use git2::Oid;

use crate::checks::sign_off;
use crate::config::{self, Config};
use crate::report::SubjectInfo;
use crate::scan::{self, Progress};
use crate::subject::{Content, Entry, OpenOptions, Subject};

/// Opens what PATH names; `at` picks a commit of it.
pub(super) fn open(path: &str, at: Option<&str>, offline: bool) -> Result<Subject> {
    let options = OpenOptions {
        path: path.to_owned(),
        at: at.map(str::to_owned),
        offline,
        ..OpenOptions::default()
    };
    Ok(Subject::open(&options)?)
}

/// Opens what PATH names for its history alone, with the files that say how commits are judged.
pub(super) fn history(path: &str, at: Option<&str>, offline: bool) -> Result<Subject> {
    let settings = config::PLACES.iter().copied().chain(sign_off::SETTINGS);
    let options = OpenOptions {
        path: path.to_owned(),
        at: at.map(str::to_owned),
        offline,
        only: settings.map(str::to_owned).collect(),
        ..OpenOptions::default()
    };
    Ok(Subject::open(&options)?)
}

/// What the report says of the subject.
pub(super) fn info(subject: &Subject) -> SubjectInfo {
    let mut notices: Vec<String> = subject
        .notices
        .iter()
        .filter(|notice| !notice.fault)
        .map(|notice| format!("{}: {}", notice.place, notice.message))
        .collect();
    notices.sort();
    SubjectInfo {
        path: subject.path.clone(),
        head: subject.head.map(|id| id.to_string()),
        at: subject.at.map(|id| id.to_string()),
        base: None,
        altered: Vec::new(),
        remote: subject.remote.clone(),
        slug: subject.slug.clone(),
        anchor: scan::home(subject.tree.entries()).map(str::to_owned),
        notices,
    }
}

/// The configuration with the exemptions of other tools' files; sets the remote that it names.
///
/// # Errors
/// When a configuration is there and cannot be used.
pub(super) fn configured(
    subject: &mut Subject,
    given: Option<&Path>,
    progress: &Progress,
) -> Result<Config> {
    configured_at(subject, given, None, progress)
}

/// The same; with `at`, files of the repository are those of that commit.
///
/// # Errors
/// As [`configured`].
pub(super) fn configured_at(
    subject: &mut Subject,
    given: Option<&Path>,
    at: Option<Oid>,
    progress: &Progress,
) -> Result<Config> {
    let mut config = configuration(subject, given, at)?;
    if let Some(remote) = &config.remote {
        let place = config.source.clone().unwrap_or_default();
        subject
            .set_remote(remote)
            .with_context(|| format!("{place}: [subject] remote"))?;
    }
    foreign_exemptions(subject, at, &mut config, progress);
    Ok(config)
}

fn configuration(subject: &Subject, given: Option<&Path>, at: Option<Oid>) -> Result<Config> {
    if let Some(file) = given {
        let shown = file.display().to_string();
        let text = bounded(file).with_context(|| format!("reading {shown}"))?;
        return Ok(Config::parse(&shown, &text)?);
    }
    for place in config::PLACES {
        if let Some(text) = text_of(subject, place, at)? {
            return Ok(Config::parse(place, &text)?);
        }
    }
    Ok(Config::default())
}

/// A file of the user's as text, within the bound of configurations.
fn bounded(file: &Path) -> Result<String> {
    let mut text = String::new();
    let most = config::LIMIT as u64 + 1;
    std::fs::File::open(file)?
        .take(most)
        .read_to_string(&mut text)?;
    if text.len() > config::LIMIT {
        bail!("larger than 1 MiB");
    }
    Ok(text)
}

fn foreign_exemptions(
    subject: &Subject,
    at: Option<Oid>,
    config: &mut Config,
    progress: &Progress,
) {
    for place in config::CLOMONITOR {
        match text_of(subject, place, at) {
            Ok(Some(text)) => match config::exemptions(place, &text) {
                Ok(waivers) => config.waivers.extend(waivers),
                Err(why) => progress.fault(place, format!("its exemptions cannot be read: {why}")),
            },
            Ok(None) => {}
            Err(error) => progress.fault(place, format!("{error:#}")),
        }
    }
}

fn text_of(subject: &Subject, path: &str, at: Option<Oid>) -> Result<Option<String>> {
    if let Some(commit) = at {
        let content = subject.file_at(commit, path, config::LIMIT);
        let content = content.with_context(|| format!("{path} of {commit}"))?;
        return content.map(|content| text(path, content)).transpose();
    }
    let entries = subject.tree.entries();
    let Ok(at) = entries.binary_search_by(|e: &Entry| e.path.as_str().cmp(path)) else {
        return Ok(None);
    };
    if !entries[at].is_file() {
        bail!("{path} is not a regular file; make it one");
    }
    let content = subject
        .tree
        .read(&entries[at], config::LIMIT)
        .with_context(|| path.to_owned())?;
    text(path, content).map(Some)
}

fn text(path: &str, content: Content) -> Result<String> {
    if content.truncated {
        bail!("{path} is larger than 1 MiB; it is not read");
    }
    String::from_utf8(content.bytes).with_context(|| format!("{path} is not UTF-8"))
}
