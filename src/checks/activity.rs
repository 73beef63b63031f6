// SPDX-License-Identifier: Apache-2.0

//! Who works on the project, how much, and for whom: figures of a window of time.
//!
//! What suffices, a committee decides; the thresholds are parameters. Bots and merges are counted apart.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::json;

use crate::report::Evidence;
use crate::subject::history::{Commit, History};

use super::sign_off::{Mailmap, Matching, People};
use super::{Answer, Context, Draft};

pub(super) mod diversity;
pub(super) mod past;

const DAY: i64 = 86_400;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Days, counted back from today.
    #[serde(default = "year")]
    window_days: i64,
    /// Commits expected in them, merges and bots left out.
    #[serde(default)]
    at_least: usize,
    /// Months of the window with at least one such commit.
    #[serde(default)]
    months: usize,
    /// Most commits that a project at rest may have.
    #[serde(default)]
    at_most: Option<usize>,
}

fn year() -> i64 {
    365
}

/// The commits of a window, and what is counted over them.
struct Window<'a> {
    days: i64,
    from: i64,
    to: i64,
    merges: usize,
    bots: usize,
    /// Neither merges nor by bots, newest first.
    commits: Vec<&'a Commit>,
    /// The newest of any age.
    last: Option<&'a Commit>,
}

impl<'a> Window<'a> {
    /// Ends today, or, for a commit of the past, on its day.
    fn new(cx: &Context<'_>, history: &'a History, people: &People<'_>, days: i64) -> Self {
        let head = cx
            .subject
            .at
            .and_then(|at| history.commits.iter().find(|c| c.id == at));
        let to = head.map_or(cx.now.as_second(), |commit| commit.commit_time);
        let mut window = Window {
            days,
            from: to - days * DAY,
            to,
            merges: 0,
            bots: 0,
            commits: Vec::new(),
            last: None,
        };
        for commit in &history.commits {
            if commit.is_merge() {
                window.merges += usize::from(window.holds(commit));
            } else if people.is_bot(commit.author) {
                window.bots += usize::from(window.holds(commit));
            } else {
                window.last = window.last.or(Some(commit));
                if window.holds(commit) {
                    window.commits.push(commit);
                }
            }
        }
        window
    }

    fn holds(&self, commit: &Commit) -> bool {
        commit.commit_time >= self.from && commit.commit_time <= self.to + DAY
    }

    fn json(&self) -> serde_json::Value {
        json!({ "days": self.days, "from": day(self.from).to_string(), "to": day(self.to).to_string() })
    }

    /// Commits by month, `2026-03`.
    fn months(&self) -> BTreeMap<String, usize> {
        let mut months = BTreeMap::new();
        for commit in &self.commits {
            let day = day(commit.commit_time);
            *months
                .entry(format!("{:04}-{:02}", day.year(), day.month()))
                .or_default() += 1;
        }
        months
    }

    /// Why the window is not all here, if so: the clone ends inside it.
    fn cut(&self, history: &History) -> Option<String> {
        let boundary: BTreeSet<_> = history.boundary.iter().collect();
        let inside = |c: &&Commit| boundary.contains(&c.id) && c.commit_time >= self.from;
        if !history.commits.iter().any(|c| inside(&c)) && history.missing.is_empty() {
            return None;
        }
        Some(format!(
            "the clone does not hold all commits since {}: {} are here; fetch the rest with `git fetch --unshallow` (in GitHub Actions: fetch-depth: 0) and look again",
            day(self.from),
            self.commits.len()
        ))
    }

    fn evidence(&self) -> Evidence {
        match self.last {
            Some(commit) => Evidence::commit(commit.id.to_string()).note(format!(
                "last commit of a person, {}",
                day(commit.commit_time)
            )),
            None => Evidence::words("no commit of a person"),
        }
    }
}

fn day(time: i64) -> Date {
    let time = Timestamp::from_second(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).date()
}

/// `1 person`, `2 people`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Judges how much is done.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let history = cx.history();
    if let Some(why) = &history.absent {
        return Ok(Answer::open(format!("activity cannot be seen: {why}")));
    }
    let mailmap = Mailmap::of(cx.shared);
    let people = People::new(history, Matching::Lenient, &mailmap, &[]);
    let window = Window::new(cx, history, &people, params.window_days);
    let authors: BTreeSet<_> = window
        .commits
        .iter()
        .map(|c| people.key(c.author))
        .collect();
    let months = window.months();
    let found = format!(
        "{} by {} in {} since {} (beside {} and {} by bots)",
        count(window.commits.len(), "commit", "commits"),
        count(authors.len(), "person", "people"),
        count(months.len(), "month", "months"),
        day(window.from),
        count(window.merges, "merge", "merges"),
        count(window.bots, "commit", "commits")
    );
    let enough = window.commits.len() >= params.at_least && months.len() >= params.months;
    let few = params
        .at_most
        .is_none_or(|most| window.commits.len() <= most);
    let answer = if !few {
        let most = params.at_most.unwrap_or_default();
        let message = format!(
            "{found}; expected at most {most}: the stage the project states is out of date"
        );
        Answer::fail(
            message,
            Draft::new("more activity than the stage allows").key("activity"),
        )
        .evidence(window.evidence())
    } else if let Some(why) = window
        .cut(history)
        .filter(|_| !enough || params.at_most.is_some())
    {
        Answer::open(why)
    } else if enough {
        Answer::pass(found, window.evidence())
    } else {
        let message = format!(
            "{found}; expected at least {} commits in at least {} months; explain the quiet to the committee, or consider the emeritus stage",
            params.at_least, params.months
        );
        Answer::fail(
            message,
            Draft::new("less activity than expected").key("activity"),
        )
        .evidence(window.evidence())
    };
    Ok(answer
        .property("commits", window.commits.len())
        .property("merges", window.merges)
        .property("bots", window.bots)
        .property("authors", authors.len())
        .property("commits_per_month", json!(months))
        .property(
            "last",
            json!(window.last.map(|c| day(c.commit_time).to_string())),
        )
        .property("window", window.json()))
}

#[cfg(test)]
mod tests {
    use crate::checks::Answer;
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::history::testing::{Commits, Draft};
    use crate::subject::memory::MemoryTree;

    fn run(rule: &str, commits: &Commits, with: &str) -> Answer {
        Case::new(MemoryTree::new())
            .history(commits.history())
            .run_with(rule, with)
    }

    /// A commit a month by each of these addresses, up to October 2026; one of 2020 before.
    fn a_year(addresses: &[&str]) -> Commits {
        let mut commits = Commits::new();
        commits.add(Draft::new("old").by("Old <old@old.org>").on("2020-01-01"));
        for month in 1..=10 {
            for address in addresses {
                let person = format!("{address} <{address}>");
                commits.add(
                    Draft::new("x")
                        .by(&person)
                        .on(&format!("2026-{month:02}-05")),
                );
            }
        }
        commits
    }

    #[test]
    fn activity_counts_people_and_months_without_bots_and_merges() {
        let mut commits = a_year(&["ana@a.org", "bo@b.org"]);
        let bot = "x[bot] <1+x[bot]@users.noreply.github.com>";
        let tip = commits.add(Draft::new("bump").by(bot).on("2026-10-10"));
        commits.add(Draft::new("merge").on("2026-10-11").parents(&[tip, tip]));
        let answer = run("commit-activity", &commits, "");
        assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
        let (.., figures) = answer.into_parts();
        let counts = ["commits", "authors", "bots", "merges"].map(|k| figures[k].as_u64().unwrap());
        assert_eq!(counts, [20, 2, 1, 1]);
        assert_eq!(figures["commits_per_month"]["2026-03"], 2);
        assert_eq!(figures["last"], "2026-10-05");
    }

    #[test]
    fn a_quiet_year_fails_and_a_busy_rest_fails() {
        let quiet = a_year(&[]);
        let answer = run("commit-activity", &quiet, "");
        assert_eq!(answer.kind(), Kind::Fail);
        assert!(
            answer.message().contains("0 commits by 0 people"),
            "{}",
            answer.message()
        );
        let resting = "at-least = 0\nmonths = 0\nat-most = 5";
        assert_eq!(run("commit-activity", &quiet, resting).kind(), Kind::Pass);
        assert_eq!(
            run("commit-activity", &a_year(&["a@a.org"]), resting).kind(),
            Kind::Fail
        );
    }

    #[test]
    fn a_shallow_clone_is_open_unless_what_is_there_suffices() {
        let mut commits = Commits::new();
        commits.add(Draft::new("a").on("2026-10-01"));
        let cut = commits.add(Draft::new("b").on("2026-10-02"));
        let tip = commits.add(Draft::new("c").on("2026-10-03"));
        let folder = tempfile::tempdir().unwrap();
        let history = || commits.source(folder.path(), &[cut]).all(tip);
        let case = || Case::new(MemoryTree::new()).history(history());
        assert_eq!(case().run("commit-activity").kind(), Kind::Open);
        let with = "at-least = 2\nmonths = 1";
        assert_eq!(case().run_with("commit-activity", with).kind(), Kind::Pass);
        assert_eq!(
            Case::new(MemoryTree::new()).run("commit-activity").kind(),
            Kind::Open
        );
    }

    #[test]
    fn organisations_are_told_by_domains() {
        let kind = |addresses: &[&str]| run("contributor-diversity", &a_year(addresses), "").kind();
        assert_eq!(kind(&["ana@one.com", "bo@mail.two.com"]), Kind::Pass);
        assert_eq!(kind(&["ana@one.com", "bo@mail.one.com"]), Kind::Fail);
        assert_eq!(kind(&["ana@one.com", "bo@gmail.com"]), Kind::Open);
        assert_eq!(
            kind(&["ana@gmail.com", "1+bo@users.noreply.github.com"]),
            Kind::Open
        );
        assert_eq!(kind(&["a@microsoft.com", "b@github.com"]), Kind::Fail);
        assert_eq!(kind(&[]), Kind::Open);
    }
}
