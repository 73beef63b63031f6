// SPDX-License-Identifier: Apache-2.0

//! `--base`: the change between a commit and what is judged. Both sides are judged by one plan, the base's, so
//! that a change cannot waive what it breaks, and only what is new counts.
//!
//! The trees that are compared are those of the head and of the commit where it left the base: what the base
//! gained meanwhile is not the change's doing. Configuration, waivers, attestations, `.mailmap` and
//! `.github/dco.yml` are read from the base as it stands now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Result, anyhow, bail};
use git2::Oid;

use crate::checks::Shared;
use crate::checks::change::Change;
use crate::config;
use crate::plan::Plan;
use crate::scan::{self, Progress, baseline};
use crate::subject::history::{Common, Range};
use crate::subject::{Subject, changed};

use super::range::{self, Chosen};

/// Files that decide how a change is judged: they hold as the base has them.
const SETTINGS: [&str; 2] = [".github/dco.yml", ".mailmap"];

/// What the head is compared with.
#[derive(Debug)]
pub(super) struct Base {
    /// The commit that was named: settings are read from it.
    pub(super) tip: Oid,
    /// Where the head left it: its files are compared.
    pub(super) fork: Oid,
    /// The head.
    head: Oid,
}

/// What `--base event` means in this job.
pub(super) enum Event {
    /// Compare these two.
    Between(String, String),
    /// There is no base: a schedule, a run by hand, a first push. Everything is judged; why, in words.
    Whole(String),
}

/// Reads the event of the continuous-integration job.
///
/// # Errors
/// When there is none, it cannot be read, or brings nothing that could be judged.
pub(super) fn of_event(subject: &Subject) -> Result<Event> {
    let chosen = range::choose(subject, Some(range::EVENT))
        .map_err(|e| anyhow!("{}", format!("{e:#}").replace("--commits", "--base")))?;
    let words = chosen.notice.unwrap_or_default();
    match chosen.range {
        Some(Range::Between { bases, head }) => match bases.first() {
            Some(base) => Ok(Event::Between(base.to_string(), head.to_string())),
            None => Ok(Event::Whole(words)),
        },
        Some(Range::All) | None => Ok(Event::Whole(words)),
        Some(Range::Unknown(why)) => bail!("--base event: {why}"),
        Some(Range::Nothing) => {
            bail!("--base event: there is nothing to judge ({words}); leave this event out")
        }
    }
}

impl Base {
    /// Finds where the subject's head left `revision`.
    ///
    /// # Errors
    /// When `revision` names no commit that is here, or the two have no history in common.
    pub(super) fn find(subject: &Subject, revision: &str) -> Result<Base> {
        let tip = subject.resolve(revision).map_err(|e| {
            anyhow!(
                "--base: {e}; fetch it (in GitHub Actions: fetch-depth: 0 for actions/checkout)"
            )
        })?;
        let Some(head) = subject.commit() else {
            bail!("--base {revision}: there is no commit to compare it with yet; commit first");
        };
        let Some(source) = &subject.commits else {
            let why = subject
                .no_history
                .as_deref()
                .unwrap_or("there is no history");
            bail!("--base {revision}: nothing can be compared: {why}");
        };
        match source.common(tip, head) {
            Common::Commit(fork) => Ok(Base { tip, fork, head }),
            Common::Nothing => bail!(
                "--base {revision}: it and {head} have no commit in common; name a commit of the same history"
            ),
            Common::Unknown => bail!(
                "--base {revision}: where {head} left it is not in this clone; fetch more of the history (git fetch --unshallow, or fetch-depth: 0 for actions/checkout)"
            ),
        }
    }

    /// What differs between the two sides.
    pub(super) fn change(&self, subject: &Subject, before: &Subject) -> Result<Change> {
        let objects = subject
            .objects()
            .ok_or_else(|| anyhow!("--base: this is not a git repository"))?;
        let tree = |commit| {
            objects
                .tree_of(commit)
                .map_err(|e| anyhow!("--base: commit {commit}: {e}"))
        };
        let (old, new) = (tree(self.fork)?, tree(self.head)?);
        let (list, cut) = changed(objects, Some(old), Some(new), &|_| true);
        let mut paths: BTreeSet<String> = list.iter().map(|c| c.path.clone()).collect();
        let files = subject
            .tree
            .entries()
            .len()
            .max(before.tree.entries().len());
        let uncommitted = match subject.at {
            Some(_) => Some(Vec::new()),
            None if subject.bare => Some(Vec::new()),
            None => subject.uncommitted(),
        };
        match uncommitted.filter(|_| !cut) {
            Some(more) => paths.extend(more),
            // It cannot be told which files are the same, so each counts as another.
            None => {
                let all =
                    [subject, before].map(|s| s.tree.entries().iter().map(|e| e.path.clone()));
                paths.extend(all.into_iter().flatten());
            }
        }
        let mut gone: HashMap<Oid, &str> = HashMap::new();
        for change in &list {
            if let (Some(old), None) = (change.old, change.new) {
                gone.entry(old).or_insert(&change.path);
            }
        }
        let moved: BTreeMap<String, String> = list
            .iter()
            .filter(|change| change.old.is_none())
            .filter_map(|change| Some((change.path.clone(), (*gone.get(&change.new?)?).to_owned())))
            .collect();
        Ok(Change::new(paths, moved, files))
    }

    /// The commits that the head has and the base has not, judged by the base's settings.
    pub(super) fn commits(&self) -> Chosen {
        Chosen {
            range: Some(Range::Between {
                bases: vec![self.tip],
                head: self.head,
            }),
            settings_at: Some(self.tip),
            ..Chosen::default()
        }
    }

    /// What is to be said of the comparison.
    pub(super) fn notices(&self, change: &Change) -> Vec<String> {
        let mut notices = Vec::new();
        for path in altered(change) {
            notices.push(format!(
                "{path}: this change alters it; until it is merged, the base's version decides how the change is judged"
            ));
        }
        if change.is_partial() {
            notices.push(format!(
                "files: of this large tree, the {} that differ from the base are judged one by one; the others are the same on both sides, so nothing in them can be new",
                change.count()
            ));
        }
        notices
    }
}

/// Files that decide how a change is judged, and that this one alters.
pub(super) fn altered(change: &Change) -> Vec<String> {
    let places = config::PLACES.iter().chain(&config::CLOMONITOR);
    let places = places.chain(&SETTINGS).filter(|path| change.differs(path));
    places.map(|path| (*path).to_owned()).collect()
}

/// Judges the base by the same plan, with what the head's run has learned, and compares.
pub(super) fn compare(plan: &Plan<'_>, before: &Shared<'_>, change: &Change, progress: &Progress) {
    let then = Progress::default();
    scan::run(plan, before, &then);
    let then = then.report();
    for fault in then.faults {
        progress.fault(format!("{} (at the base)", fault.r#where), fault.message);
    }
    progress.amend(|checks| baseline::compare(checks, then.checks, change));
}
