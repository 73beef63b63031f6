// SPDX-License-Identifier: Apache-2.0

//! A document names whom to tell, and how: a private channel for reports.
//!
//! An open slot of a template is a failure at its line; a text known to name a contact passes through a link.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::channels::{Contact, contacts};
use super::document::judge::Hit;
use super::document::locate::{Located, locate};
use super::document::search::DocumentOf;
use super::document::substance::{MARKS, markers};
use super::passage::Passage;
use super::words::Pattern;
use super::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The rule that says how to find the document.
    document: DocumentOf,
    /// Kinds of channel beside mail: patterns over words and addresses.
    #[serde(default)]
    channels: BTreeMap<String, Vec<Pattern>>,
    /// Addresses that are only examples.
    #[serde(default)]
    never: Vec<Pattern>,
    /// Known texts that name no contact of their own: a link to one is not enough.
    #[serde(default)]
    known_without_contact: Vec<Pattern>,
    /// What it means that there is no document.
    #[serde(default)]
    absent: Absent,
}

/// What the absence of the document means for its contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Absent {
    /// There is no contact either.
    #[default]
    Fail,
    /// Another rule says so.
    NotApplicable,
}

/// Passes when the document names a channel (catalogue: "a private channel is named").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let located = locate(cx, params.document.search, &params.document.rule);
    for hit in located.readable().take(8) {
        let Some(passage) = &hit.passage else {
            continue;
        };
        let found = of_passage(passage, params);
        if !found.is_empty() {
            return Ok(named(hit, passage, &found));
        }
    }
    Ok(unnamed(cx, params, &located))
}

/// What `passage` names, by the channels of a rule.
pub(super) fn of_passage(passage: &Passage, params: &Params) -> Vec<Contact> {
    contacts(passage, &params.channels, &params.never)
}

fn named(hit: &Hit, passage: &Passage, found: &[Contact]) -> Answer {
    let first = &found[0];
    let evidence = Evidence::line(passage.path(), first.line)
        .note(format!("{}: {}", first.channel, first.value));
    let more = found.iter().skip(1).take(10).map(|contact| {
        Evidence::line(passage.path(), contact.line)
            .note(format!("{}: {}", contact.channel, contact.value))
    });
    let answer =
        Answer::pass(format!("{} names {}", hit.said, first.value), evidence).all_evidence(more);
    with_properties(answer, found)
}

/// `channels` and `contacts` of the report.
pub(super) fn with_properties(answer: Answer, found: &[Contact]) -> Answer {
    let channels: BTreeSet<_> = found.iter().map(|c| c.channel.clone()).collect();
    let contacts: BTreeSet<_> = found
        .iter()
        .filter(|c| c.value.contains('@') || c.value.contains("://"))
        .map(|c| c.value.clone())
        .collect();
    answer
        .property("channels", channels.into_iter().collect::<Vec<_>>())
        .property("contacts", contacts.into_iter().collect::<Vec<_>>())
}

fn unnamed(cx: &Context<'_>, params: &Params, located: &Located) -> Answer {
    let search = params.document.search;
    let what = &search.what;
    let Some(hit) = located.best() else {
        if located.unseen.is_some() || params.absent == Absent::Fail {
            return located.absent(search);
        }
        return Answer::not_applicable(format!("There is no {what} that could name a contact"));
    };
    let known = hit
        .known
        .as_deref()
        .filter(|url| !params.known_without_contact.iter().any(|p| p.is_match(url)));
    if let Some(url) = known {
        let mut trail = hit.evidence.iter().cloned();
        let first = trail.next().unwrap_or_else(|| Evidence::url(url));
        return Answer::pass(
            format!("The {what} is the text at {url}, which names its contact"),
            first,
        )
        .all_evidence(trail);
    }
    let Some(passage) = &hit.passage else {
        if hit.outside.is_none() && hit.known.is_some() {
            return nobody(cx, what, &hit.path, None);
        }
        return Answer::review(
            format!(
                "Whom does the {what} name as contact? {}, which is not read here",
                hit.said
            ),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned());
    };
    without(cx, what, passage)
}

fn without(cx: &Context<'_>, what: &str, passage: &Passage) -> Answer {
    let path = passage.path();
    let slot = markers(&passage.document, &MARKS).into_iter().next();
    if let Some(slot) = slot {
        let message = format!(
            "{path} names nobody: `{}` was never filled in; write a private address or form there",
            slot.text
        );
        return Answer::fail(
            message.clone(),
            Draft::new(message).path(path).line(slot.line).key("slot"),
        )
        .evidence(Evidence::line(path, slot.line));
    }
    let away = passage
        .links()
        .find(|l| !l.image && l.target.contains("://"));
    if let Some(link) = away.filter(|_| passage.word_count() <= 80) {
        return Answer::review(
            format!(
                "{path} names no private channel itself; does {} name one? Write it into {path}",
                link.target
            ),
            Evidence::line(path, link.line),
        )
        .evidence(Evidence::url(&link.target).note("outside this repository, not read"));
    }
    nobody(cx, what, path, Some(passage.start))
}

fn nobody(_: &Context<'_>, what: &str, path: &str, line: Option<u64>) -> Answer {
    let message = format!("{path} names no private address or form; add one to the {what}");
    let mut draft = Draft::new(message.clone()).path(path).key("nobody");
    draft.line = line.filter(|line| *line > 1);
    Answer::fail(message, draft).evidence(Evidence::file(path))
}
