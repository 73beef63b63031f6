// SPDX-License-Identifier: Apache-2.0

//! The numbers of a review: commits, people, releases, sign-offs, licence tags.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::checks::artefact;
use crate::checks::work::{self, Tagged, Work};
use crate::report::review::{Figures, Release, SignedOff, ThenNow};
use crate::subject::history::History;

use super::ends::Ends;

/// Most files that are named.
const FILES: usize = 500;
/// Most domains that are named.
const DOMAINS: usize = 12;
const DAY: i64 = 86_400;

/// Counts over `history`, the range, and over the trees of both ends. `from` and `to` are the window.
pub(super) fn read(ends: Ends<'_>, history: &History, from: i64, to: i64) -> Figures {
    let work = work::commits(ends.after, history);
    let tags = work::tags(ends.after, from, to);
    let people: Vec<&Work> = work.iter().filter(|w| !w.bot).collect();
    let releases: Vec<&Tagged> = tags.iter().filter(|t| t.release).collect();
    let organisations: BTreeSet<&str> = people
        .iter()
        .filter_map(|w| w.organisation.as_deref())
        .collect();
    Figures {
        commits: work.len(),
        merges: history.commits.len() - work.len(),
        older: work.iter().filter(|w| w.time < from).count(),
        commits_per_month: counted(work.iter().map(|w| w.time)),
        authors_per_month: authors_per_month(&people),
        authors: people
            .iter()
            .map(|w| &w.author)
            .collect::<BTreeSet<_>>()
            .len(),
        email_domains: organisations.len(),
        domains: domains(&people),
        bus_factor: bus_factor(&people),
        bots: work.len() - people.len(),
        tags: tags.iter().map(|t| t.name.clone()).collect(),
        releases: releases
            .iter()
            .map(|t| Release {
                tag: t.name.clone(),
                date: day(t.time).to_string(),
            })
            .collect(),
        longest_gap_days: gap(&releases, from, to),
        signed_off: signed_off(&work, &people),
        spdx: ThenNow {
            since: artefact::tags(ends.before),
            at: artefact::tags(ends.after),
        },
        added_source_without_notice: unmarked(ends),
    }
}

/// A day in UTC.
pub(super) fn day(time: i64) -> Date {
    let time = Timestamp::from_second(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).date()
}

fn month(time: i64) -> String {
    let day = day(time);
    format!("{:04}-{:02}", day.year(), day.month())
}

fn counted(times: impl Iterator<Item = i64>) -> BTreeMap<String, usize> {
    let mut months = BTreeMap::new();
    for time in times {
        *months.entry(month(time)).or_default() += 1;
    }
    months
}

fn authors_per_month(people: &[&Work]) -> BTreeMap<String, usize> {
    let mut months: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for work in people {
        months
            .entry(month(work.time))
            .or_default()
            .insert(&work.author);
    }
    months
        .into_iter()
        .map(|(month, who)| (month, who.len()))
        .collect()
}

fn domains(people: &[&Work]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in people.iter().filter_map(|w| w.organisation.as_deref()) {
        *counts.entry(name).or_default() += 1;
    }
    let mut all: Vec<(String, usize)> = counts
        .into_iter()
        .map(|(name, n)| (name.to_owned(), n))
        .collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(DOMAINS);
    all
}

/// Fewest people who wrote half of it.
fn bus_factor(people: &[&Work]) -> usize {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for work in people {
        *counts.entry(&work.author).or_default() += 1;
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    let enough = counts.iter().position(|n| {
        sum += n;
        sum * 2 >= people.len()
    });
    enough.map_or(0, |at| at + 1)
}

/// The longest time without a release; `None` when there was none.
fn gap(releases: &[&Tagged], from: i64, to: i64) -> Option<i64> {
    let mut last = from;
    let mut longest = 0;
    for release in releases {
        longest = longest.max(release.time - last);
        last = release.time;
    }
    (!releases.is_empty()).then(|| longest.max(to - last) / DAY)
}

fn signed_off(work: &[Work], people: &[&Work]) -> SignedOff {
    let all: Vec<&Work> = work.iter().collect();
    SignedOff {
        share: share(&all),
        share_without_bots: share(people),
        per_month: share_per_month(&all),
        per_month_without_bots: share_per_month(people),
    }
}

fn share(work: &[&Work]) -> Option<f64> {
    let signed = work.iter().filter(|w| w.signed).count();
    (!work.is_empty()).then(|| rounded(signed as f64 / work.len() as f64))
}

fn share_per_month(work: &[&Work]) -> BTreeMap<String, f64> {
    let mut months: BTreeMap<String, Vec<&Work>> = BTreeMap::new();
    for one in work {
        months.entry(month(one.time)).or_default().push(one);
    }
    let shares = months
        .into_iter()
        .filter_map(|(month, work)| Some((month, share(&work)?)));
    shares.collect()
}

fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

/// Source files that came in the range, by path and content, and carry no licence information.
fn unmarked(ends: Ends<'_>) -> Vec<String> {
    let before = ends.before.files.entries();
    let paths: BTreeSet<&str> = before.iter().map(|e| e.path.as_str()).collect();
    let blobs: BTreeSet<_> = before.iter().filter_map(|e| e.oid).collect();
    let new = ends.after.files.entries().iter().filter(|e| {
        !paths.contains(e.path.as_str()) && e.oid.is_none_or(|oid| !blobs.contains(&oid))
    });
    let added: BTreeSet<&str> = new.map(|e| e.path.as_str()).collect();
    let mut found = artefact::without_notice(ends.after, &added);
    found.truncate(FILES);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(author: &str, day: i64, signed: bool) -> Work {
        Work {
            author: author.into(),
            bot: false,
            organisation: None,
            time: day * DAY,
            signed,
        }
    }

    #[test]
    fn half_of_the_work_says_how_few_people_carry_it() {
        let all = [
            work("a", 1, true),
            work("a", 2, true),
            work("b", 3, false),
            work("c", 4, false),
        ];
        let people: Vec<&Work> = all.iter().collect();
        assert_eq!(bus_factor(&people), 1);
        assert_eq!(bus_factor(&[]), 0);
        assert_eq!(share(&people), Some(0.5));
        assert_eq!(share(&[]), None);
    }

    #[test]
    fn a_year_without_a_release_has_no_gap() {
        let release = Tagged {
            name: "v1".into(),
            time: 100 * DAY,
            release: true,
        };
        assert_eq!(gap(&[], 0, 365 * DAY), None);
        assert_eq!(gap(&[&release], 0, 365 * DAY), Some(265));
    }
}
