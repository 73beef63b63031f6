// SPDX-License-Identifier: Apache-2.0

//! Which commits a run judges: those named on the command line, those that the event of a
//! continuous-integration service is about, or all of them.
//!
//! An event counts unasked only when it is about the commit that is checked out here: a run on another folder
//! of the same job judges that folder's whole history.

use std::fs::File;
use std::io::Read;

use anyhow::{Context, Result, anyhow, bail};
use git2::Oid;
use serde_json::Value;

use crate::subject::Subject;
use crate::subject::event::{self, Asked, Event};
use crate::subject::history::{self, History, Range};

/// Word for the event's commits, and nothing else.
pub(super) const EVENT: &str = "event";
/// Word for the event's commits where there is such an event, else for all.
pub(super) const AUTO: &str = "auto";
/// Word for every commit of the history.
const ALL: &str = "all";
/// Largest payload of an event that is read, in bytes.
const PAYLOAD_LIMIT: u64 = 32 << 20;
/// What an event of GitHub Actions lies in.
const PAYLOAD: &str = "GITHUB_EVENT_PATH";

/// The commits to judge.
#[derive(Default)]
pub(super) struct Chosen {
    /// Which they are; `None` for each rule's own default.
    pub(super) range: Option<Range>,
    /// The same, when they had to be read to know.
    pub(super) read: Option<History>,
    /// Where `.github/dco.yml` and `.mailmap` are read.
    pub(super) settings_at: Option<Oid>,
    /// What was taken, from where, when it was not named on the command line.
    pub(super) notice: Option<String>,
}

/// Finds the commits that `typed` (`--commits`) names.
///
/// # Errors
/// When a side names no commit, or an event was asked for and there is none that can be read.
pub(super) fn choose(subject: &Subject, typed: Option<&str>) -> Result<Chosen> {
    match typed {
        None | Some(ALL) => Ok(Chosen::default()),
        Some(AUTO) => match event() {
            Some(Ok(event)) if concerns(subject, &event) => Ok(of_event(subject, &event)),
            Some(Err(error)) => Ok(Chosen {
                notice: Some(format!(
                    "commits: the whole history is judged, because the event cannot be read: {error:#}"
                )),
                ..Chosen::default()
            }),
            _ => Ok(Chosen::default()),
        },
        Some(EVENT) => match event() {
            Some(event) => Ok(of_event(subject, &event.context("--commits event")?)),
            None => bail!(
                "--commits event: the environment is not that of GitHub Actions, GitLab CI, Gerrit, Zuul or pre-commit; name the commits as BASE..HEAD"
            ),
        },
        Some(text) => {
            let range = Range::parse(text, |revision| subject.resolve(revision).ok())
                .map_err(|message| anyhow!("--commits: {message}"))?;
            let settings_at = settings_at(subject, None, &range);
            Ok(Chosen {
                range: Some(range),
                settings_at,
                ..Chosen::default()
            })
        }
    }
}

/// The event in the environment, if it is one of a service that is known.
fn event() -> Option<Result<Event>> {
    let env = |key: &str| std::env::var(key).ok();
    let payload = match event::wants_payload(env).then(payload) {
        Some(Err(error)) => return Some(Err(error)),
        Some(Ok(payload)) => Some(payload),
        None => None,
    };
    event::read(env, payload.as_ref()).map(|event| event.map_err(anyhow::Error::msg))
}

fn payload() -> Result<Value> {
    let path = std::env::var_os(PAYLOAD).with_context(|| format!("{PAYLOAD} is not set"))?;
    let shown = || format!("reading the event in {}", path.to_string_lossy());
    let file = File::open(&path).with_context(shown)?;
    let mut text = Vec::new();
    file.take(PAYLOAD_LIMIT)
        .read_to_end(&mut text)
        .with_context(shown)?;
    serde_json::from_slice(&text).with_context(shown)
}

/// Whether an event is about the repository under inspection.
fn concerns(subject: &Subject, event: &Event) -> bool {
    let here = subject.head.map(|id| id.to_string());
    if here.is_some() && here == event.checked_out {
        return true;
    }
    match &event.asked {
        Asked::Range { head, .. } => {
            let id = history::full_id(head);
            id.is_some() && (id == subject.head || holds(subject, id))
        }
        Asked::All | Asked::Nothing => false,
    }
}

fn holds(subject: &Subject, id: Option<Oid>) -> bool {
    let objects = subject.objects();
    id.is_some_and(|id| objects.is_some_and(|objects| objects.contains(id)))
}

fn of_event(subject: &Subject, event: &Event) -> Chosen {
    let (range, read, words) = match &event.asked {
        Asked::All => (None, None, "the whole history".to_owned()),
        Asked::Nothing => (
            Some(Range::Nothing),
            None,
            "none: the branch is gone".to_owned(),
        ),
        Asked::Range {
            bases,
            head,
            merged,
        } => between(subject, bases, head, merged.as_deref()),
    };
    let settings_at = range
        .as_ref()
        .and_then(|range| settings_at(subject, event.default_branch.as_deref(), range));
    Chosen {
        range,
        read,
        settings_at,
        notice: Some(format!("commits: {words}, from {}", event.words)),
    }
}

/// The commits between, read; and how they were found, with the ids.
fn between(
    subject: &Subject,
    bases: &[String],
    head: &str,
    merged: Option<&str>,
) -> (Option<Range>, Option<History>, String) {
    let Some(head) = revision(subject, head) else {
        let why = format!("the event's newest commit {head} is not in this clone; fetch it");
        return (Some(Range::Unknown(why)), None, format!("up to {head}"));
    };
    let mut found = left_out(subject, bases);
    if found.is_empty() {
        let names = bases.join(" and ");
        let why = format!(
            "the clone holds neither the base of the event nor its branch ({names}); fetch the whole history (in GitHub Actions: fetch-depth: 0 for actions/checkout)"
        );
        return (Some(Range::Unknown(why)), None, format!("up to {head}"));
    }
    let mut read = subject.read_commits(&range(&found, head));
    if let Some(merged) = merged
        && found.len() > 1
        && read.commits.is_empty()
    {
        // The branch was merged meanwhile: what it brought is still to be judged.
        let snapshot = left_out(subject, &[merged.to_owned()]);
        if !snapshot.is_empty() {
            found = snapshot;
            read = subject.read_commits(&range(&found, head));
        }
    }
    let names: Vec<_> = found
        .iter()
        .map(|(name, id)| match *name == id.to_string() {
            true => name.clone(),
            false => format!("{name} ({id})"),
        })
        .collect();
    let words = format!("what {head} has and {} has not", names.join(" or "));
    if read.commits.is_empty() && read.is_complete() {
        return (Some(Range::Nothing), None, format!("none ({words})"));
    }
    (Some(range(&found, head)), Some(read), words)
}

fn range(bases: &[(String, Oid)], head: Oid) -> Range {
    let mut bases: Vec<Oid> = bases.iter().map(|(_, id)| *id).collect();
    bases.dedup();
    Range::Between { bases, head }
}

/// Those of `names` that are in the clone; when none is, the ids among them, for the check to ask for.
fn left_out(subject: &Subject, names: &[String]) -> Vec<(String, Oid)> {
    let resolved = names
        .iter()
        .filter_map(|name| Some((name.clone(), revision(subject, name)?)));
    let (here, gone): (Vec<_>, Vec<_>) = resolved.partition(|(_, id)| holds(subject, Some(*id)));
    if here.is_empty() { gone } else { here }
}

/// A full id as it stands, a full name of a reference, or what a user could type.
fn revision(subject: &Subject, name: &str) -> Option<Oid> {
    history::full_id(name)
        .or_else(|| subject.reference(name))
        .or_else(|| subject.resolve(name).ok())
}

/// The newest commit of the default branch, as the DCO apps read their settings from there; else the base.
fn settings_at(subject: &Subject, default: Option<&str>, range: &Range) -> Option<Oid> {
    let Range::Between { bases, .. } = range else {
        return None;
    };
    let named = default.into_iter().flat_map(|name| {
        [
            format!("refs/remotes/origin/{name}"),
            format!("refs/heads/{name}"),
        ]
    });
    let usual = [
        "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main",
        "refs/remotes/origin/master",
        "refs/heads/main",
        "refs/heads/master",
    ];
    named
        .chain(usual.map(str::to_owned))
        .find_map(|name| subject.reference(&name))
        .or_else(|| bases.iter().copied().find(|id| holds(subject, Some(*id))))
}
