// SPDX-License-Identifier: Apache-2.0

//! The badge has risen since the last review: a level achieved since passes, one lost since fails, anything else
//! is for the committee.

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use crate::remote::Source;
use crate::remote::project::Project;
use crate::report::Evidence;

use super::level::{chosen, day, standing};
use super::{first, replies, unknown};
use crate::checks::{Answer, Context, Draft};

/// Levels by their keys and names, lowest first.
const LEVELS: [(&str, &str); 6] = [
    ("baseline_1", "baseline-1"),
    ("baseline_2", "baseline-2"),
    ("baseline_3", "baseline-3"),
    ("passing", "passing"),
    ("silver", "silver"),
    ("gold", "gold"),
];

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Days back that stand for the last review when the configuration does not name its day.
    days: i64,
}

/// Passes when a level was achieved since the review, or there is none above.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = "the progress of the OpenSSF Best Practices badge";
    let heard = match cx.remote(Source::Badge).map(|remote| remote.badge()) {
        Ok(Ok(heard)) => heard,
        Ok(Err(why)) => return Ok(unknown(what, why)),
        Err(why) => return Ok(unknown(what, &why)),
    };
    let since = since(cx, params);
    let project = match chosen(&heard.value) {
        [one] => one,
        [] => {
            let (first, more) = first(&heard.seen);
            let question = "no entry of the OpenSSF Best Practices badge names this repository, so there is no progress to see; was there one at the last review?";
            return Ok(Answer::review(question, first).all_evidence(more));
        }
        several => {
            let (first, more) = first(&heard.seen);
            let all = several
                .iter()
                .take(8)
                .map(standing)
                .collect::<Vec<_>>()
                .join("; ");
            let question =
                format!("several entries name this repository: {all}. Which of them has to rise?");
            return Ok(Answer::review(question, first).all_evidence(more));
        }
    };
    Ok(judge(project, since).all_evidence(replies(&heard.seen)))
}

/// The day of the last review, and whether it is only assumed.
fn since(cx: &Context<'_>, params: &Params) -> (Date, bool) {
    match cx.last_review {
        Some(day) => (day, false),
        None => {
            let back = cx
                .now
                .as_second()
                .saturating_sub(params.days.saturating_mul(86_400));
            let moment = Timestamp::from_second(back).unwrap_or(cx.now);
            (moment.to_zoned(jiff::tz::TimeZone::UTC).date(), true)
        }
    }
}

fn judge(project: &Project, (since, assumed): (Date, bool)) -> Answer {
    let after = |what: &str, key: &str| {
        let at = project.moment(what, key)?;
        (at.to_zoned(jiff::tz::TimeZone::UTC).date() >= since).then_some(at)
    };
    let mut risen = Vec::new();
    let mut lost = Vec::new();
    for (key, name) in LEVELS {
        let (up, down) = (after("achieved", key), after("lost", key));
        match (up, down) {
            // Of both, the later one says how it stands.
            (Some(up), Some(down)) if down > up => {
                lost.push((name, down, project.moment("achieved", key)))
            }
            (None, Some(down)) => lost.push((name, down, project.moment("achieved", key))),
            (Some(up), _) => risen.push((name, up)),
            (None, None) => {}
        }
    }
    let is = standing(project);
    let page = Evidence::url(format!(
        "https://www.bestpractices.dev/en/projects/{}",
        project.id
    ))
    .note(is.clone());
    let review = match assumed {
        true => format!("{since} (assumed: name the day of the last review under [review] last)"),
        false => since.to_string(),
    };
    if !lost.is_empty() {
        let words = lost.iter().map(|(name, at, won)| match won {
            Some(won) => format!(
                "{name} was lost on {} (achieved on {})",
                day(*at),
                day(*won)
            ),
            None => format!("{name} was lost on {}", day(*at)),
        });
        let words = words.collect::<Vec<_>>().join(", ");
        let message = format!(
            "{is}: since the review of {review}, {words}; answer the criteria that are no longer met"
        );
        return Answer::fail(message, Draft::new(words).key("lost")).evidence(page);
    }
    if !risen.is_empty() {
        let words = risen
            .iter()
            .map(|(name, at)| format!("{name} on {}", day(*at)));
        let words = words.collect::<Vec<_>>().join(", ");
        return Answer::pass(
            format!("{is}: since the review of {review} it achieved {words}"),
            page,
        );
    }
    if project.rank() == Some(3) {
        return Answer::pass(format!("{is}: there is no level above"), page);
    }
    let question = format!(
        "{is}: no level was achieved or lost since the review of {review}. Is the progress enough? The page shows the percentages"
    );
    Answer::review(question, page)
}
