// SPDX-License-Identifier: Apache-2.0

//! A document speaks of all the things it has to speak of, each told by headings or words.
//!
//! Titles and numbering differ from project to project; what counts is that each topic is there.

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use crate::report::Evidence;

use super::document::judge::Worth;
use super::document::locate::{Located, locate};
use super::document::search::DocumentOf;
use super::passage::Passage;
use super::words::{Pattern, Phrase, words};
use super::{Answer, Context, Draft};

/// Longest line, in words, that is a heading without markup: `3. TSC Voting`.
const HEADING_WORDS: usize = 14;
/// Most texts of one document that are read.
const TEXTS: usize = 12;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The rule that says how to find the document.
    document: DocumentOf,
    /// Rules whose documents may speak of a topic, too.
    #[serde(default)]
    also: Vec<DocumentOf>,
    /// What must be there.
    topics: Vec<Topic>,
    /// How many may be missing for a pass.
    #[serde(default)]
    pass_missing: usize,
    /// How many may be missing before it fails; between the two a person judges.
    #[serde(default)]
    review_missing: usize,
    /// Whether the absence of the document is another rule's business.
    #[serde(default)]
    absent_not_applicable: bool,
}

/// One thing to speak of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Topic {
    /// In words, for messages and properties.
    name: String,
    /// Headings that open it.
    #[serde(default)]
    headings: Vec<Phrase>,
    /// Words that show it.
    #[serde(default)]
    text: Vec<Pattern>,
}

/// Passes when no topic is missing.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let of = &params.document;
    let located = locate(cx, of.search, &of.rule);
    let others: Vec<Located> = params
        .also
        .iter()
        .map(|of| locate(cx, of.search, &of.rule))
        .collect();
    let texts: Vec<&Passage> = std::iter::once(&located)
        .chain(&others)
        .flat_map(|l| l.readable().filter_map(|h| h.passage.as_ref()))
        .take(TEXTS)
        .collect();
    if texts.is_empty() {
        return Ok(unread(params, &located));
    }
    Ok(judged(params, &texts))
}

/// No text to read: a link, a PDF, a known text, or nothing.
fn unread(params: &Params, located: &Located) -> Answer {
    let search = params.document.search;
    let topics: Vec<_> = params.topics.iter().map(|t| t.name.as_str()).collect();
    match located.best() {
        Some(hit) => Answer::review(
            format!(
                "Does the {} speak of {}? {}, which is not read here",
                search.what,
                topics.join(", "),
                hit.said
            ),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned()),
        None if located.unseen.is_some() => located.absent(search),
        None if params.absent_not_applicable => {
            Answer::not_applicable(format!("There is no {} in this repository", search.what))
        }
        None => located
            .hits
            .iter()
            .any(|h| h.worth < Worth::Other)
            .then(|| located.answer(search))
            .flatten()
            .unwrap_or_else(|| located.absent(search)),
    }
}

fn judged(params: &Params, texts: &[&Passage]) -> Answer {
    let mut evidence = Vec::new();
    let mut missing = Vec::new();
    for topic in &params.topics {
        match texts
            .iter()
            .find_map(|text| Some((text, topic.line(text)?)))
        {
            Some((text, line)) => {
                evidence.push(Evidence::line(text.path(), line).note(topic.name.as_str()))
            }
            None => missing.push(topic.name.as_str()),
        }
    }
    let first = texts[0];
    let what = &params.document.search.what;
    let path = first.path();
    if evidence.is_empty() {
        evidence.push(Evidence::file(path));
    }
    let lacks = missing.join(", ");
    let mut evidence = evidence.into_iter();
    let lead = evidence.next().unwrap_or_default();
    let answer = if missing.len() <= params.pass_missing {
        let said = if missing.is_empty() {
            format!("{path} speaks of everything a {what} has to")
        } else {
            format!("{path} speaks of enough; it could add {lacks}")
        };
        Answer::pass(said, lead)
    } else if missing.len() <= params.review_missing {
        let question = format!(
            "{path} seems not to speak of {lacks}. Is it said elsewhere, or not needed here? If not, add it to the {what}"
        );
        Answer::review(question, lead)
    } else {
        let message =
            format!("{path} does not speak of {lacks}; add what is missing to the {what}");
        let drafts = missing.iter().map(|name| {
            Draft::new(format!(
                "{path} does not speak of {name}; add a section on it"
            ))
            .path(path)
            .key(*name)
        });
        Answer::fail_all(message, drafts.collect())
            .unwrap_or_else(|| Answer::not_applicable("no topic is asked for"))
            .evidence(lead)
    };
    let missing: Vec<Value> = missing.into_iter().map(Value::from).collect();
    answer.all_evidence(evidence).property("missing", missing)
}

impl Params {
    /// What `passage` says on a topic, in its own words, with the line.
    pub(super) fn quote(&self, topic: &str, passage: &Passage) -> Option<(u64, String)> {
        let topic = self.topics.iter().find(|t| t.name == topic)?;
        let line = topic.line(passage)?;
        let said = topic.text.iter().find_map(|p| p.find(passage.text()));
        let said = said.map_or("", |found| found.as_str());
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        Some((line, said.chars().take(160).collect()))
    }
}

impl Topic {
    /// Line where `passage` speaks of it.
    fn line(&self, passage: &Passage) -> Option<u64> {
        self.heading(passage).or_else(|| passage.first(&self.text))
    }

    fn heading(&self, passage: &Passage) -> Option<u64> {
        if self.headings.is_empty() {
            return None;
        }
        let is = |text: &str| {
            let words = words(text);
            words.len() <= HEADING_WORDS && self.headings.iter().any(|h| h.is(&words))
        };
        let headings = passage.headings().map(|h| (h.line, &h.text));
        let lines = passage.prose().map(|p| (p.line, &p.text));
        headings
            .chain(lines)
            .find(|(_, text)| is(text))
            .map(|(line, _)| line)
    }
}
