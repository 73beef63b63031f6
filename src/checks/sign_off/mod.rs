// SPDX-License-Identifier: Apache-2.0

//! Every commit of the range carries its author's sign-off (Developer Certificate of Origin 1.1).
//!
//! What counts as a sign-off, who must have signed, and what is exempt: `docs/dco.md`, which follows the two
//! apps that foundations run on GitHub and says where they differ. Trees are not looked at, and no
//! signature is verified: a sign-off is a statement, not a proof.

use std::collections::HashSet;

use anyhow::{Context as _, Result};
use git2::Oid;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::subject::history::{Commit, History, Range};

use super::{Answer, Context};

mod address;
mod adoption;
pub mod audit;
mod config;
mod judge;
mod mailmap;
pub mod message;
#[cfg(test)]
mod odd_tests;
mod people;
#[cfg(test)]
mod remediation_tests;
mod remedy;
#[cfg(test)]
mod tests;
mod verdict;

use config::AppConfig;
use judge::{Judge, Standing};
pub use mailmap::Mailmap;
pub use people::Matching;
pub(super) use people::People;

/// Files of a repository that say how its commits are judged.
pub const SETTINGS: [&str; 2] = [mailmap::PATH, config::PATH];

/// Whether commits of bots are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bots {
    /// Counted apart, never at fault.
    #[default]
    Exempt,
    /// As any other commit.
    Judge,
}

/// Parameters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How a sign-off is compared with the author.
    #[serde(default)]
    identity: Matching,
    /// First day of the rule, `YYYY-MM-DD`, by committer date in UTC.
    #[serde(default)]
    since: Option<Day>,
    /// Only so many of the newest commits that are no merges; all unless given.
    #[serde(default)]
    newest: Option<usize>,
    /// Whether commits of bots need a sign-off.
    #[serde(default)]
    bots: Bots,
    /// Names or addresses of automata that are not marked `[bot]`, case-insensitive.
    #[serde(default)]
    bot_names: Vec<String>,
}

/// A day, written `YYYY-MM-DD`, in quotes or as TOML's own date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub(crate) struct Day(pub(crate) Date);

impl TryFrom<toml::Value> for Day {
    type Error = String;

    fn try_from(value: toml::Value) -> Result<Self, String> {
        let text = match &value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Datetime(date) => date.to_string(),
            other => {
                return Err(format!(
                    "a {} is no day: write YYYY-MM-DD",
                    other.type_str()
                ));
            }
        };
        let day = text.parse().map(Day);
        day.map_err(|_| format!("`{text}` is no day: write YYYY-MM-DD"))
    }
}

/// The ends of a range: what `head` has and none of `bases` has.
#[derive(Clone, Copy)]
struct Ends<'a> {
    bases: &'a [Oid],
    head: Oid,
}

impl Ends<'_> {
    /// The commit to rebase onto.
    fn base(&self) -> Option<Oid> {
        self.bases.first().copied()
    }

    /// As git takes it, each id written by `id`.
    fn words(&self, id: impl Fn(Oid) -> String) -> String {
        let mut bases = self.bases.iter().map(|base| id(*base));
        let first = bases.next().unwrap_or_default();
        let more: String = bases.map(|base| format!(" ^{base}")).collect();
        format!("{first}..{}{more}", id(self.head))
    }
}

/// Commits taken from a range, and what was asked for.
struct Asked<'a> {
    history: &'a History,
    /// Newest first.
    commits: Vec<&'a Commit>,
    /// Commits older than `since`.
    older: usize,
    /// `None` for the whole history.
    ends: Option<Ends<'a>>,
    since: Option<Date>,
    newest: Option<usize>,
    /// The newest commit asked for: the one that can be amended.
    tip: Option<Oid>,
}

impl<'a> Asked<'a> {
    fn select(
        history: &'a History,
        range: Option<&'a Range>,
        head: Option<Oid>,
        params: &Params,
    ) -> Result<Self> {
        let ends = match range {
            Some(Range::Between { bases, head }) => Some(Ends { bases, head: *head }),
            _ => None,
        };
        let since = params.since.map(|day| day.0);
        let from = since.map(second).transpose()?;
        let mut commits: Vec<_> = history.commits.iter().collect();
        let total = commits.len();
        commits.retain(|c| from.is_none_or(|from| c.commit_time >= from));
        let older = total - commits.len();
        if let Some(newest) = params.newest {
            let mut left = newest;
            commits.retain(|c| {
                let keep = left > 0;
                left -= usize::from(keep && !c.is_merge());
                keep
            });
        }
        Ok(Asked {
            history,
            commits,
            older,
            tip: ends.map(|ends| ends.head).or(head),
            ends,
            since,
            newest: params.newest,
        })
    }

    /// The value of the property `range`.
    fn words(&self) -> String {
        let mut words = match self.ends {
            Some(ends) => ends.words(|id| id.to_string()),
            None => "all".to_owned(),
        };
        if let Some(since) = self.since {
            words.push_str(&format!(" since {since}"));
        }
        if let Some(newest) = self.newest {
            words.push_str(&format!(", newest {newest}"));
        }
        words
    }

    /// Whether a cut in the history could hide commits that were asked for.
    fn is_cut(&self) -> bool {
        let by_date = self.since.is_some() || self.newest.is_some();
        if !by_date || self.history.boundary.is_empty() {
            return !self.history.boundary.is_empty();
        }
        let kept: HashSet<_> = self.commits.iter().map(|c| c.id).collect();
        self.history.boundary.iter().any(|id| kept.contains(id))
    }
}

/// What an event without commits comes to.
const NO_COMMITS: &str = "there are no new commits here, so none has to be signed off";

/// First second of a day in UTC.
fn second(day: Date) -> Result<i64> {
    let start = day
        .to_zoned(TimeZone::UTC)
        .with_context(|| format!("{day} is out of range"))?;
    Ok(start.timestamp().as_second())
}

/// Judges the commits of the range asked for, or the whole history.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    if cx.range == Some(Range::Nothing) {
        return Ok(Answer::not_applicable(NO_COMMITS)
            .property("range", "none")
            .property("commits", 0));
    }
    let history = cx.commits();
    if let Some(why) = &history.absent {
        let next = match cx.range {
            Some(Range::Unknown(_)) => "then judge again",
            _ => "run provost on a clone of the repository with its history",
        };
        return Ok(Answer::open(format!(
            "sign-offs cannot be judged: {why}; {next}"
        )));
    }
    let asked = Asked::select(history, cx.range.as_ref(), cx.subject.commit(), params)?;
    let mailmap = Mailmap::of(cx.shared);
    let app = AppConfig::of(cx.shared);
    let people = People::new(history, params.identity, &mailmap, &params.bot_names);
    let judge = Judge::new(&people, &app, &asked.commits, params.bots);
    let standings: Vec<Standing> = asked.commits.iter().map(|c| judge.standing(c)).collect();
    let verdict = verdict::Verdict::new(&asked, &people, &standings, &app);
    Ok(verdict.answer(&mailmap))
}
