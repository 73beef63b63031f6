// SPDX-License-Identifier: Apache-2.0

//! Who answers for security: a list of people or a team, beside the address where reports go.
//!
//! A mail alias alone does not say who reads it: a person has to.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::report::{Evidence, Kind};
use crate::text::yaml;

use super::channels::{contacts, mails};
use super::document::find::companions;
use super::document::judge::Worth;
use super::document::locate::{Located, locate};
use super::document::search::{DocumentOf, Search};
use super::passage::Passage;
use super::roster::{Person, is_name, people, profile};
use super::words::{Pattern, Phrase, words};
use super::{Answer, Context, Draft};

/// Longest text, in words, that may be only a pointer to a list elsewhere.
const POINTER_WORDS: usize = 60;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find the list.
    find: Search,
    /// The rule that finds the security policy.
    policy: DocumentOf,
    /// The rule that finds Security Insights.
    insights: DocumentOf,
    /// Keys of Security Insights under which contacts stand.
    insights_keys: Vec<String>,
    /// Headings of the policy under which the people stand.
    headings: Vec<Phrase>,
    /// Words of a policy that introduce the people who answer.
    people: Vec<Pattern>,
    /// Words of a policy for a team without names.
    team: Vec<Pattern>,
}

/// Passes when people are named; asks when only a team or an alias is (catalogue: "Named only as a mail alias").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let list = locate(cx, &params.find, &cx.rule.id);
    let mut pointers = params.find.clone();
    pointers.pointer_words = POINTER_WORDS;
    // A short text of one sentence may only say where the list is.
    let pointed = locate(cx, &pointers, &cx.rule.id);
    let elsewhere = pointed.hits.iter().find(|h| h.worth == Worth::Ask);
    if let Some(passage) = list.readable().find_map(|h| h.passage.as_ref()) {
        let answer = listed(params, passage);
        return Ok(match elsewhere {
            Some(hit) if answer.kind() == Kind::Fail => Answer::review(
                format!(
                    "{}, which is not read here. Does it name who answers for security?",
                    hit.said
                ),
                Evidence::file(&hit.path),
            )
            .all_evidence(hit.evidence.iter().cloned()),
            _ => answer,
        });
    }
    let policy = locate(cx, params.policy.search, &params.policy.rule);
    let found = in_policy(params, &policy)
        .or_else(|| in_insights(cx, params))
        .or_else(|| in_rosters(cx, params));
    if let Some(answer) = found {
        return Ok(answer);
    }
    Ok(unnamed(params, &list, &policy))
}

/// Handles, names or addresses of SECURITY_CONTACTS, one a line.
fn listed(params: &Params, passage: &Passage) -> Answer {
    let path = passage.path();
    for (line, number) in passage.document.text().lines().zip(1..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let entry = line.trim_start_matches(['-', '*', '@', ' ']);
        let count = entry.split_whitespace().count();
        if (1..=8).contains(&count)
            && !entry.ends_with(':')
            && !is_sentence(entry)
            && entry.chars().any(char::is_alphanumeric)
        {
            return Answer::pass(
                format!("{path} names who answers for security"),
                Evidence::line(path, number).note(entry),
            );
        }
    }
    let message =
        format!("{path} names nobody; add a handle or a name for each of those who answer");
    Answer::fail(
        message.clone(),
        Draft::new(message).path(path).key("nobody"),
    )
    .evidence(Evidence::file(path).note(params.find.what.as_str()))
}

/// Whether a line sends the reader elsewhere instead of naming somebody.
fn is_sentence(entry: &str) -> bool {
    let first = entry.split_whitespace().next().unwrap_or_default();
    let opens = [
        "please", "refer", "see", "the", "this", "these", "for", "contact", "to",
    ];
    opens.contains(&first.to_lowercase().as_str())
}

/// People under a heading on the security team in a list of maintainers or the governance document.
fn in_rosters(cx: &Context<'_>, params: &Params) -> Option<Answer> {
    let names = ["maintainers", "governance", "owners"].map(|n| Phrase::from(n.to_owned()));
    for entry in companions(&cx.files, &names) {
        let passage = Passage::whole(cx.files.document(entry).ok()?);
        let sections = passage.document.parsed().sections();
        let spans: Vec<_> = sections
            .filter(|s| {
                let heading = words(&s.heading.text);
                heading.iter().any(|w| w == "security")
                    && params.headings.iter().any(|h| h.is(&heading))
            })
            .map(|s| (s.heading.line, s.end))
            .collect();
        let under = |p: &Person| spans.iter().any(|(a, b)| (*a..=*b).contains(&p.line));
        let named = |p: &Person| p.handle.is_some() || p.name.as_deref().is_some_and(is_name);
        if let Some(person) = people(&passage).into_iter().find(|p| under(p) && named(p)) {
            let path = passage.path();
            return Some(Answer::pass(
                format!("{path} names who answers for security"),
                Evidence::line(path, person.line).note(person.shown()),
            ));
        }
    }
    None
}

/// People under a telling heading or after telling words of the policy.
fn in_policy(params: &Params, policy: &Located) -> Option<Answer> {
    for passage in policy.readable().filter_map(|h| h.passage.as_ref()).take(8) {
        let lines = passage.document.parsed().sections().filter(|s| {
            let heading = words(&s.heading.text);
            params.headings.iter().any(|h| h.is(&heading))
        });
        let spans: Vec<_> = lines.map(|s| (s.heading.line, s.end)).collect();
        let told = passage.first(&params.people);
        let counts = |person: &Person| {
            let under = spans
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&person.line));
            let after = told.is_some_and(|line| (line..=line + 12).contains(&person.line));
            person.name.as_deref().is_some_and(is_name) && (under || after)
        };
        let linked = passage
            .links()
            .filter(|l| is_name(&l.text) && profile(&l.target).is_some());
        let linked = linked.map(|link| Person {
            name: Some(link.text.clone()),
            handle: profile(&link.target),
            line: link.line,
            ..Person::default()
        });
        if let Some(person) = people(passage).into_iter().chain(linked).find(counts) {
            let path = passage.path();
            return Some(Answer::pass(
                format!("{path} names who answers for security"),
                Evidence::line(path, person.line).note(person.shown()),
            ));
        }
    }
    None
}

fn in_insights(cx: &Context<'_>, params: &Params) -> Option<Answer> {
    let located = locate(cx, params.insights.search, &params.insights.rule);
    let passage = located.readable().find_map(|h| h.passage.as_ref())?;
    let root = yaml::parse(passage.document.text())
        .ok()?
        .into_iter()
        .next()?;
    for path in &params.insights_keys {
        let keys: Vec<&str> = path.split('.').collect();
        let Some(node) = root.at(&keys) else {
            continue;
        };
        let mut scalars = Vec::new();
        node.scalars(keys.last().copied().unwrap_or_default(), &mut scalars);
        let found = scalars.into_iter().find_map(|(_, scalar)| {
            let text = scalar.text()?;
            (!mails(text).is_empty() || text.starts_with("http"))
                .then_some((scalar.line, text.to_owned()))
        });
        if let Some((line, value)) = found {
            let file = passage.path();
            return Some(Answer::pass(
                format!("{file} names {value} as security contact"),
                Evidence::line(file, line).note(path.as_str()),
            ));
        }
    }
    None
}

fn unnamed(params: &Params, list: &Located, policy: &Located) -> Answer {
    let search = &params.find;
    for passage in policy.readable().filter_map(|h| h.passage.as_ref()) {
        let path = passage.path();
        let team = passage.first(&params.team);
        let named = contacts(passage, &BTreeMap::new(), &[]);
        let alias = named.into_iter().next().map(|c| (c.line, c.value));
        let found = team.map(|line| (line, "a team".to_owned())).or(alias);
        if let Some((line, who)) = found {
            return Answer::review(
                format!(
                    "{path} names {who}, and nobody by name. Who answers for security? List them in {} or attest it",
                    search.path
                ),
                Evidence::line(path, line),
            );
        }
    }
    if let Some(hit) = policy.best().filter(|h| h.passage.is_none()) {
        return Answer::review(
            format!(
                "{}, which is not read here. Does it name who answers for security?",
                hit.said
            ),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned());
    }
    if policy.unseen.is_some() && policy.best().is_none() {
        return policy.absent(params.policy.search);
    }
    list.answer(search).unwrap_or_else(|| list.absent(search))
}
