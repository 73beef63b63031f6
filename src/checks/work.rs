// SPDX-License-Identifier: Apache-2.0

//! Commits and releases as figures need them: who, for whom, when, signed or not.

use crate::subject::history::History;

use super::activity::diversity;
use super::sign_off::{Mailmap, Matching, People};
use super::{Shared, shipped, tags};

/// A commit that is no merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Who wrote it: one key a person, after `.mailmap`.
    pub author: String,
    /// Whether an automaton did.
    pub bot: bool,
    /// The organisation behind the address; `None` for mail providers and hidden addresses.
    pub organisation: Option<String>,
    /// Committer time, seconds since the epoch.
    pub time: i64,
    /// Whether it carries a sign-off of anybody.
    pub signed: bool,
}

/// The commits of `history` without merges, newest first; identities by the tree's `.mailmap`.
pub fn commits(shared: &Shared<'_>, history: &History) -> Vec<Work> {
    let mailmap = Mailmap::of(shared);
    let people = People::new(history, Matching::Lenient, &mailmap, &[]);
    let params = shipped::with::<diversity::Params>("contributor-diversity");
    let work = history.commits.iter().filter(|c| !c.is_merge());
    work.map(|commit| {
        let email = people.proper(commit.author).email;
        Work {
            author: people.key(commit.author),
            bot: people.is_bot(commit.author),
            organisation: params
                .as_ref()
                .and_then(|p| diversity::organisation(&email, p)),
            time: commit.commit_time,
            signed: !history.sign_offs(commit).is_empty(),
        }
    })
    .collect()
}

/// A tag of the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// Name.
    pub name: String,
    /// When it was made.
    pub time: i64,
    /// Whether it names a final release of the project's own line.
    pub release: bool,
}

/// Tags dated from `from` to `to`, oldest first.
pub fn tags(shared: &Shared<'_>, from: i64, to: i64) -> Vec<Tagged> {
    let slug = shared.subject.slug.as_deref().unwrap_or_default();
    let own = slug.rsplit('/').next().unwrap_or_default();
    let releases = tags::final_names(shared.subject.tags(), own);
    let dated = shared.subject.tags().iter().filter_map(|tag| {
        let time = tag.time.filter(|t| (from..=to).contains(t))?;
        Some(Tagged {
            release: releases.contains(tag.name.as_str()),
            name: tag.name.clone(),
            time,
        })
    });
    let mut found: Vec<Tagged> = dated.collect();
    found.sort_by(|a, b| (a.time, &a.name).cmp(&(b.time, &b.name)));
    found
}
