// SPDX-License-Identifier: Apache-2.0

//! Releases come out: the last one within the window, and the figures of the rhythm.

use anyhow::Result;
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::json;

use super::semver::evidence;
use super::{Release, Releases, no_tags};
use crate::checks::activity::count;
use crate::checks::{Answer, Context, Draft};

const DAY: i64 = 86_400;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Days, counted back from today, in which releases are expected.
    #[serde(default = "year")]
    window_days: i64,
    /// How many are expected in them.
    #[serde(default = "one")]
    at_least: usize,
}

fn year() -> i64 {
    365
}

fn one() -> usize {
    1
}

/// Judges the releases of the window.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let releases = Releases::of_subject(cx);
    let answer = judge(&releases, params, cx.now);
    Ok(answer.unwrap_or_else(|| Answer::open(no_tags(cx, &releases))))
}

/// Releases with a date that is not in the future.
fn dated<'r, 'a>(list: &'r [Release<'a>], now: i64) -> Vec<(i64, &'r Release<'a>)> {
    let dated = list.iter().filter_map(|r| Some((r.tag.time?, r)));
    dated.filter(|(time, _)| *time <= now + DAY).collect()
}

/// `None` when no tag names a release.
fn judge(releases: &Releases<'_>, params: &Params, now: Timestamp) -> Option<Answer> {
    let now = now.as_second();
    // A project that has only pre-releases so far, or never calls one final, keeps its rhythm by them.
    let (main, what) = match releases.main.is_empty() {
        false => (dated(&releases.main, now), ("release", "releases")),
        true => (
            dated(&releases.previews, now),
            ("pre-release", "pre-releases"),
        ),
    };
    let components = dated(&releases.components, now);
    let newest = |list: &[(i64, &Release<'_>)]| list.first().map(|(time, _)| *time);
    let (time, last) = main
        .iter()
        .chain(&components)
        .max_by_key(|(time, _)| *time)?;
    let from = now - params.window_days * DAY;
    let within = |list: &[(i64, &Release<'_>)]| list.iter().filter(|(t, _)| *t >= from).count();
    let (own, parts) = (within(&main), within(&components));
    let age = (now - time).max(0) / DAY;
    let days = params.window_days;
    let name = &last.tag.name;
    let found = format!(
        "{} in the last {days} days{}, the last one {name} of {} ({age} days ago)",
        count(own, what.0, what.1),
        if parts > 0 {
            format!(" and {parts} of components")
        } else {
            String::new()
        },
        day(*time)
    );
    let answer = if own + parts >= params.at_least {
        Answer::pass(found, evidence(last, "last release"))
    } else {
        let message = format!(
            "{found}; expected at least {}; tag a release, or document the rhythm the project keeps",
            params.at_least
        );
        let first = Draft::new(format!("no release since {name} of {}", day(*time))).key("cadence");
        Answer::fail(message, first).evidence(evidence(last, "last release"))
    };
    let gaps = gaps(&main, from);
    Some(
        answer
            .property("releases", releases.main.len())
            .property("releases_in_window", own)
            .property("component_releases_in_window", parts)
            .property(
                "last",
                json!({ "tag": name, "date": day(*time).to_string() }),
            )
            .property("age_days", age)
            .property("longest_gap_days", json!(gaps.iter().max()))
            .property("median_gap_days", json!(median(&gaps)))
            .property(
                "last_of_project",
                json!(newest(&main).map(|t| day(t).to_string())),
            )
            .property(
                "window",
                json!({ "days": days, "from": day(from).to_string(), "to": day(now).to_string() }),
            ),
    )
}

/// Days between one release and the next, for those whose later one lies in the window.
fn gaps(newest_first: &[(i64, &Release<'_>)], from: i64) -> Vec<i64> {
    let pairs = newest_first.windows(2);
    pairs
        .filter(|pair| pair[0].0 >= from)
        .map(|pair| (pair[0].0 - pair[1].0) / DAY)
        .collect()
}

fn median(gaps: &[i64]) -> Option<i64> {
    let mut sorted = gaps.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

fn day(time: i64) -> Date {
    let time = Timestamp::from_second(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::super::testing::tags;
    use super::{Params, Releases, judge};
    use crate::checks::Answer;
    use crate::report::Kind;

    fn verdict(list: &[(&str, &str)], at_least: usize) -> Option<Answer> {
        let tags = tags(list);
        let params = Params {
            window_days: 365,
            at_least,
        };
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        judge(&Releases::of(&tags, "tool"), &params, now)
    }

    #[test]
    fn a_release_within_the_window_passes_with_figures() {
        let list = [
            ("v1.0.0", "2025-01-01"),
            ("v1.1.0", "2026-01-01"),
            ("v1.2.0", "2026-04-01"),
            ("v1.3.0-rc1", "2026-11-01"),
        ];
        let answer = verdict(&list, 1).unwrap();
        assert_eq!(answer.kind(), Kind::Pass);
        let (.., properties) = answer.into_parts();
        assert_eq!(properties["releases_in_window"], 2);
        assert_eq!(properties["longest_gap_days"], 365);
        assert_eq!(properties["last"]["tag"], "v1.2.0");
        assert_eq!(properties["age_days"], 233);
    }

    #[test]
    fn an_old_last_release_fails() {
        let answer = verdict(&[("v1.0.0", "2024-01-01")], 1).unwrap();
        assert_eq!(answer.kind(), Kind::Fail);
        assert!(
            answer.message().contains("v1.0.0 of 2024-01-01"),
            "{}",
            answer.message()
        );
    }

    #[test]
    fn components_are_releases_of_the_project_too() {
        let list = [("v1.0.0", "2024-01-01"), ("engine-v2.0.0", "2026-10-01")];
        assert_eq!(verdict(&list, 1).unwrap().kind(), Kind::Pass);
    }

    #[test]
    fn tags_from_the_future_do_not_count() {
        let list = [("v1.0.0", "2024-01-01"), ("v9.0.0", "2036-01-01")];
        assert_eq!(verdict(&list, 1).unwrap().kind(), Kind::Fail);
        assert!(verdict(&[("v9.0.0", "2036-01-01")], 1).is_none());
        assert!(verdict(&[], 1).is_none());
        let previews = verdict(&[("v2026.07-devel", "2026-07-01")], 1).unwrap();
        assert!(previews.message().starts_with("1 pre-release in"));
    }

    #[test]
    fn the_number_asked_for_counts() {
        let list = [("v1.0.0", "2026-01-01"), ("v1.1.0", "2026-02-01")];
        assert_eq!(verdict(&list, 2).unwrap().kind(), Kind::Pass);
        assert_eq!(verdict(&list, 3).unwrap().kind(), Kind::Fail);
    }
}
