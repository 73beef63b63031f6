// SPDX-License-Identifier: Apache-2.0

//! Contributors come from several organisations: the domain of the address stands for the employer.
//!
//! Free mail and the forge's noreply addresses tell nothing; where they could tip the verdict, it is open.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::report::Evidence;

use super::{Mailmap, Matching, People, Window, count, day, year};
use crate::checks::{Answer, Context, Draft};

/// Most domains listed.
const LISTED: usize = 50;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Days, counted back from today.
    #[serde(default = "year")]
    window_days: i64,
    /// Organisations expected.
    #[serde(default = "two")]
    organisations: usize,
    /// Largest share of one of them in the commits, in percent.
    #[serde(default = "most")]
    share: usize,
    /// Domains that tell no employer.
    #[serde(default)]
    unaffiliated: Vec<String>,
    /// Domains of one organisation, the name first.
    #[serde(default)]
    same: Vec<Vec<String>>,
}

fn two() -> usize {
    2
}

fn most() -> usize {
    90
}

/// Commits by organisation.
#[derive(Default)]
struct Affiliation {
    known: BTreeMap<String, usize>,
    unknown: usize,
    people: usize,
    people_unknown: usize,
}

impl Affiliation {
    fn of(window: &Window<'_>, people: &People<'_>, params: &Params) -> Self {
        let mut sum = Affiliation::default();
        let mut seen = BTreeSet::new();
        let mut unknown = BTreeSet::new();
        for commit in &window.commits {
            let who = people.proper(commit.author);
            let key = people.key(commit.author);
            match organisation(&who.email, params) {
                Some(name) => *sum.known.entry(name).or_default() += 1,
                None => {
                    sum.unknown += 1;
                    unknown.insert(key.clone());
                }
            }
            seen.insert(key);
        }
        (sum.people, sum.people_unknown) = (seen.len(), unknown.len());
        sum
    }

    fn commits(&self) -> usize {
        self.unknown + self.known.values().sum::<usize>()
    }

    /// The largest organisation, its commits and their share in percent, rounded down.
    fn top(&self) -> Option<(&str, usize, usize)> {
        let (name, n) = self.known.iter().max_by_key(|(_, n)| **n)?;
        Some((name, *n, n * 100 / self.commits().max(1)))
    }
}

/// The organisation behind an address; `None` when it tells none.
pub(in crate::checks) fn organisation(email: &str, params: &Params) -> Option<String> {
    let (_, host) = email.rsplit_once('@')?;
    let host = host.trim_end_matches('.').to_lowercase();
    let domain = registered(&host)?;
    let hidden = |d: &String| *d == host || *d == domain || host.ends_with(&format!(".{d}"));
    if host.contains("noreply") || params.unaffiliated.iter().any(hidden) {
        return None;
    }
    let joined = params.same.iter().find(|group| group.contains(&domain));
    let name = joined.and_then(|group| group.first().cloned());
    Some(name.unwrap_or(domain))
}

/// The part of a host that is registered: the last two labels, three under `co.uk` and the like.
fn registered(host: &str) -> Option<String> {
    const SECOND: &[&str] = &[
        "ac", "co", "com", "edu", "gob", "gov", "net", "ne", "or", "org",
    ];
    let labels: Vec<_> = host.split('.').filter(|l| !l.is_empty()).collect();
    let [.., second, top] = labels[..] else {
        return None;
    };
    let take = if top.len() == 2 && SECOND.contains(&second) {
        3
    } else {
        2
    };
    let from = labels.len().saturating_sub(take);
    Some(labels[from..].join("."))
}

/// Judges for how many organisations people work.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let history = cx.history();
    if let Some(why) = &history.absent {
        return Ok(Answer::open(format!("contributors cannot be seen: {why}")));
    }
    let mailmap = Mailmap::of(cx.shared);
    let people = People::new(history, Matching::Lenient, &mailmap, &[]);
    let window = Window::new(cx, history, &people, params.window_days);
    let sum = Affiliation::of(&window, &people, params);
    let answer = match window.cut(history) {
        Some(why) => Answer::open(why),
        None => judge(&window, &sum, params),
    };
    let mut domains: Vec<_> = sum.known.iter().collect();
    domains.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let listed: serde_json::Map<_, _> = domains
        .iter()
        .take(LISTED)
        .map(|(name, n)| ((*name).clone(), json!(n)))
        .collect();
    Ok(answer
        .property("commits", sum.commits())
        .property("authors", sum.people)
        .property("authors_unaffiliated", sum.people_unknown)
        .property("organisations", sum.known.len())
        .property("commits_per_organisation", listed)
        .property("commits_unaffiliated", sum.unknown)
        .property("largest_share", json!(sum.top().map(|(_, _, share)| share)))
        .property("window", window.json()))
}

fn judge(window: &Window<'_>, sum: &Affiliation, params: &Params) -> Answer {
    let since = day(window.from);
    if sum.commits() == 0 {
        return Answer::open(format!(
            "no commit of a person since {since}: there are no contributors to compare"
        ));
    }
    let (name, n, share) = sum.top().unwrap_or(("", 0, 0));
    let found = format!(
        "{} since {since}, from {} by their addresses; the largest, {name}, made {n} of {} ({share} %); {} from addresses that tell none",
        count(sum.people, "contributor", "contributors"),
        count(sum.known.len(), "organisation", "organisations"),
        count(sum.commits(), "commit", "commits"),
        count(sum.unknown, "commit", "commits")
    );
    let evidence = Evidence::words("domains of author addresses, after .mailmap");
    let next =
        "keep a maintainers file that names organisations, and attest what addresses do not show";
    if share > params.share {
        let message = format!(
            "{found}; expected at most {} % from one; {next}",
            params.share
        );
        return Answer::fail(
            message,
            Draft::new(format!("{name} made {share} % of the commits")).key("share"),
        )
        .evidence(evidence);
    }
    // With those that tell nothing on the largest's side, would it still hold?
    let worst = (n + sum.unknown) * 100 / sum.commits().max(1);
    let enough = sum.known.len() >= params.organisations;
    if enough && worst <= params.share {
        return Answer::pass(found, evidence);
    }
    if sum.unknown > 0 {
        return Answer::open(format!(
            "{found}; expected at least {} organisations and at most {} % from one, which cannot be told of those; {next}",
            params.organisations, params.share
        ));
    }
    let message = format!(
        "{found}; expected at least {}; {next}",
        params.organisations
    );
    let draft = Draft::new(format!("{} organisations", sum.known.len())).key("organisations");
    Answer::fail(message, draft).evidence(evidence)
}

#[cfg(test)]
mod tests {
    use super::registered;

    #[test]
    fn the_registered_part_of_a_host() {
        assert_eq!(
            registered("mail.eng.example.com").as_deref(),
            Some("example.com")
        );
        assert_eq!(
            registered("x.example.co.uk").as_deref(),
            Some("example.co.uk")
        );
        assert_eq!(registered("localhost"), None);
        assert_eq!(registered("co.uk").as_deref(), Some("co.uk"));
    }
}
