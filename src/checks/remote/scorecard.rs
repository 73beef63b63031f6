// SPDX-License-Identifier: Apache-2.0

//! The published OpenSSF Scorecard result reaches a score, in all and by check. Not scanned, and inconclusive, is
//! not below.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::remote::Source;
use crate::remote::place::same_form;
use crate::remote::scorecard::Scored;
use crate::report::Evidence;

use super::{first, unknown};
use crate::checks::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Lowest score that is enough, 0 to 10.
    minimum: f64,
    /// Days after which a result no longer counts.
    max_age_days: i32,
    /// Lowest score of single checks, by Scorecard's names.
    #[serde(default)]
    checks: BTreeMap<String, f64>,
}

/// Passes when every score is reached.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = "the Scorecard result";
    let remote = match cx.remote(Source::Scorecard) {
        Ok(remote) => remote,
        Err(why) => return Ok(unknown(what, &why)),
    };
    let heard = match remote.scorecard() {
        Ok(heard) => heard,
        Err(why) => return Ok(unknown(what, why)),
    };
    let place = remote
        .place()
        .map(|p| format!("{}/{}", p.host, p.slug))
        .unwrap_or_default();
    let (evidence, more) = first(&heard.seen);
    let answer = match &heard.value {
        None => Answer::open(format!(
            "no Scorecard result is published for {place}: run ossf/scorecard-action with `publish_results: true`"
        ))
        .evidence(evidence),
        Some(scored) => properties(params.judge(cx, scored, &place, evidence), scored),
    };
    Ok(answer.all_evidence(more))
}

impl Params {
    fn judge(&self, cx: &Context<'_>, scored: &Scored, place: &str, evidence: Evidence) -> Answer {
        if !scored.repository.is_empty() && !same(&scored.repository, place) {
            let question = format!(
                "the reply is about {}, not about {place}: has the repository moved? The score is not used",
                scored.repository
            );
            return Answer::review(question, evidence);
        }
        let about = about(cx, scored);
        let age = age(cx, scored);
        if age.is_some_and(|days| days > self.max_age_days) {
            let question = format!(
                "the Scorecard result is {} days old, and {} are allowed ({about}): does it still hold? Publish a new one with ossf/scorecard-action",
                age.unwrap_or_default(),
                self.max_age_days
            );
            return Answer::review(question, evidence);
        }
        let mut findings = Vec::new();
        let mut open = Vec::new();
        match scored.score {
            Some(score) if score < self.minimum => findings.push(
                Draft::new(format!("score {score}, expected at least {}", self.minimum))
                    .key("score"),
            ),
            Some(_) => {}
            None => open.push("the score as a whole".to_owned()),
        }
        for (name, least) in &self.checks {
            match scored.check(name).and_then(|c| Some((c.score?, c))) {
                Some((score, scan)) if score < *least => findings.push(
                    Draft::new(format!(
                        "{name} {score}, expected at least {least}: {}",
                        scan.reason
                    ))
                    .key(name),
                ),
                Some(_) => {}
                None => open.push(name.clone()),
            }
        }
        let list = findings
            .iter()
            .map(|f| f.message.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        let message = format!(
            "{list} ({about}); mend the lowest checks first: https://scorecard.dev/viewer/?uri={place}"
        );
        if let Some(answer) = Answer::fail_all(message, findings) {
            return answer.evidence(evidence);
        }
        if !open.is_empty() {
            return Answer::open(format!(
                "Scorecard comes to no conclusion on {} ({about})",
                open.join(", ")
            ))
            .evidence(evidence);
        }
        let score = scored.score.unwrap_or_default();
        Answer::pass(
            format!(
                "score {score}, at least {} is asked for ({about})",
                self.minimum
            ),
            evidence,
        )
    }
}

/// Whether two names are of one repository.
fn same(a: &str, b: &str) -> bool {
    same_form(a) == same_form(b)
}

/// What the result rests on: its day, its checks, its commit.
fn about(cx: &Context<'_>, scored: &Scored) -> String {
    let date = if scored.date.is_empty() {
        "without a date"
    } else {
        &scored.date
    };
    let mut text = format!("result of {date}, {} checks", scored.checks.len());
    let short = |id: &str| id.chars().take(12).collect::<String>();
    let head = cx.subject.commit().map(|id| id.to_string());
    match head {
        Some(head) if !scored.commit.is_empty() && head != scored.commit => {
            text.push_str(&format!(
                ", of commit {}, not {}",
                short(&scored.commit),
                short(&head)
            ));
        }
        _ if !scored.commit.is_empty() => {
            text.push_str(&format!(", of commit {}", short(&scored.commit)))
        }
        _ => {}
    }
    text
}

/// Days since the scan; none when it has no date.
fn age(cx: &Context<'_>, scored: &Scored) -> Option<i32> {
    let date: Date = scored.date.parse().ok()?;
    date.until(cx.today()).ok().map(|span| span.get_days())
}

/// The fixed keys of the report.
fn properties(answer: Answer, scored: &Scored) -> Answer {
    let number = |score: Option<f64>| score.map_or(Value::Null, |s| json!(s));
    let checks: Map<String, Value> = scored
        .checks
        .iter()
        .map(|c| (c.name.clone(), number(c.score)))
        .collect();
    answer
        .property("score", number(scored.score))
        .property("date", scored.date.as_str())
        .property("commit", scored.commit.as_str())
        .property("version", scored.version.as_str())
        .property("checks", checks)
}
