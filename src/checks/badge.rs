// SPDX-License-Identifier: Apache-2.0

//! The README displays a badge that is bound to the project's own entry: an image or a link with its id.
//! Static pictures, templates, code and comments display nothing. Whose entry it is, the badge's site is asked
//! where it may be asked; without it, the badge is displayed and its entry not verified.

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::Link;

use super::readme::{self, quote};
use super::target::percent_decode;
use super::words::Pattern;
use super::{Answer, Context, Document, Draft, Shared, shipped};

#[cfg(test)]
mod tests;
mod verify;

use verify::Owner;

/// Most ids that are listed.
const ID_CAP: usize = 50;
/// With more entries than this on show, none is plainly the project's own.
const PLAUSIBLE: usize = 3;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// The badge's name, for messages.
    badge: String,
    /// Property that lists the ids.
    property: String,
    /// What an id is.
    entry: Entry,
    /// Addresses of images and links that show an entry, with a group `id`.
    shown: Vec<Pattern>,
    /// Addresses inside other addresses, with a group `id`; for images only.
    #[serde(default)]
    within: Vec<Pattern>,
    /// Images that name the repository's address instead of an id, with a group `id`.
    #[serde(default)]
    by_address: Vec<Pattern>,
    /// Images that show a level without an entry.
    #[serde(default)]
    r#static: Vec<Pattern>,
    /// Addresses in which the id was never filled in.
    #[serde(default)]
    placeholder: Vec<Pattern>,
    /// Former hosts; they still work.
    #[serde(default)]
    old: Vec<Pattern>,
    /// The present host.
    new: String,
}

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Entry {
    /// A number of an entry.
    Number,
    /// `host/owner/name` of a repository.
    Repository,
}

/// One display of an entry.
#[derive(Debug)]
struct Shown<'d> {
    id: String,
    link: &'d Link,
    live: bool,
}

/// What the README holds.
#[derive(Default)]
struct Found<'d> {
    shown: Vec<Shown<'d>>,
    statics: Vec<&'d Link>,
    placeholders: Vec<&'d Link>,
}

/// Passes when the README shows a badge with an id.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let Some(readme) = readme::document(cx.shared) else {
        let message = format!(
            "there is no README to display the {} badge; add README.md with the badge",
            params.badge
        );
        return Ok(Answer::fail(
            message.clone(),
            Draft::new(message).path("README.md").key("badge"),
        )
        .property(&params.property, Vec::<String>::new())
        .property("urls", Vec::<String>::new()));
    };
    let found = params.search(cx.shared, &readme);
    let mut ids: Vec<&str> = Vec::new();
    let mut urls: Vec<&str> = Vec::new();
    for shown in &found.shown {
        if !ids.contains(&shown.id.as_str()) && ids.len() < ID_CAP {
            ids.push(&shown.id);
        }
        if !urls.contains(&shown.link.target.as_str()) && urls.len() < ID_CAP {
            urls.push(&shown.link.target);
        }
    }
    let answer = params.judge(cx, &readme, &found, &ids);
    Ok(answer
        .property("urls", urls)
        .property(&params.property, params.values(&ids)))
}

/// Numbers of the entries that the README displays, as the shipped rule `id` reads them.
pub(super) fn displayed(shared: &Shared<'_>, id: &str) -> Vec<u64> {
    let (Some(params), Some(readme)) = (shipped::with::<Params>(id), readme::document(shared))
    else {
        return Vec::new();
    };
    let found = params.search(shared, &readme);
    let mut ids = Vec::new();
    for shown in &found.shown {
        if let Ok(id) = shown.id.parse()
            && !ids.contains(&id)
            && ids.len() < ID_CAP
        {
            ids.push(id);
        }
    }
    ids
}

impl Params {
    /// Ids as numbers where they are numbers.
    fn values(&self, ids: &[&str]) -> Vec<serde_json::Value> {
        let value = |id: &&str| match (self.entry, id.parse::<u64>()) {
            (Entry::Number, Ok(number)) => number.into(),
            _ => (*id).into(),
        };
        ids.iter().map(value).collect()
    }

    fn search<'d>(&self, cx: &Shared<'_>, readme: &'d Document) -> Found<'d> {
        let text = readme.parsed();
        let mut found = Found::default();
        // A link around a static picture shows the picture, not the entry.
        let is_static = |url: &str| self.r#static.iter().any(|p| p.is_match(url));
        let wraps_static = |link: &Link| {
            text.links.iter().any(|image| {
                image.image
                    && is_static(&image.target)
                    && image.leads_to.as_deref() == Some(link.target.as_str())
            })
        };
        for link in text.links.iter().chain(&text.definitions) {
            if link.image && is_static(&link.target) {
                let leads = link.leads_to.as_deref().unwrap_or_default();
                if self.id(cx, link, leads).is_some() || link.target.contains("badge_static") {
                    found.statics.push(link);
                }
            } else if let Some(id) = self.id(cx, link, &link.target) {
                if link.image || !wraps_static(link) {
                    let live = link.image;
                    found.shown.push(Shown { id, link, live });
                }
            } else if self.placeholder.iter().any(|p| p.is_match(&link.target)) {
                found.placeholders.push(link);
            }
        }
        // Images say what is shown; links beside them only lead there.
        found
            .shown
            .sort_by_key(|shown| (!shown.live, shown.link.line));
        found
    }

    /// The id that an address carries.
    fn id(&self, cx: &Shared<'_>, link: &Link, url: &str) -> Option<String> {
        if let Some(id) = captured(&self.shown, url) {
            return Some(match self.entry {
                Entry::Number => id,
                Entry::Repository => id.trim_end_matches(".git").to_owned(),
            });
        }
        let decoded = percent_decode(url);
        if link.image
            && let Some(id) = captured(&self.within, &decoded)
        {
            return Some(id);
        }
        let address = captured(&self.by_address, url).filter(|_| link.image)?;
        let slug = cx.subject.slug.as_deref()?;
        let decoded = percent_decode(&address).to_ascii_lowercase();
        decoded
            .trim_end_matches(['/'])
            .ends_with(&format!("/{}", slug.to_ascii_lowercase()))
            .then_some(decoded)
    }

    fn judge(
        &self,
        cx: &Context<'_>,
        readme: &Document,
        found: &Found<'_>,
        ids: &[&str],
    ) -> Answer {
        let evidence = |shown: &Shown<'_>| {
            Evidence::line(&readme.path, shown.link.line).note(quote(&shown.link.target))
        };
        let all = found.shown.iter().take(8).map(evidence);
        let Some(first) = found.shown.first() else {
            return self.absent(cx, readme, found);
        };
        if self.entry == Entry::Repository
            && let Some(answer) = self.foreign(cx, readme, found)
        {
            return answer.all_evidence(all);
        }
        let live: Vec<&str> = found
            .shown
            .iter()
            .filter(|s| s.live)
            .map(|s| s.id.as_str())
            .collect();
        let many = ids.len() > PLAUSIBLE && live.iter().any(|id| *id != live[0]);
        if many || (ids.len() > PLAUSIBLE && live.is_empty()) {
            let question = format!(
                "{} shows {} different entries of {}: which of them is this project's?",
                readme.path,
                ids.len(),
                self.badge
            );
            return Answer::review(question, evidence(first)).all_evidence(all.skip(1));
        }
        let owner = match self.entry {
            Entry::Number => verify::owner(cx, readme, first.link.line),
            Entry::Repository => Owner::Unknown(None),
        };
        let (verified, replies) = match owner {
            Owner::Other(answer) => return answer.all_evidence(all),
            Owner::Ours(note, replies) => (note, replies),
            Owner::Unknown(None) => ("entry not verified".into(), Vec::new()),
            Owner::Unknown(Some(why)) => (format!("entry not verified: {why}"), Vec::new()),
        };
        let mut message = format!(
            "{}:{} displays the {} badge of {} {}; {verified}",
            readme.path,
            first.link.line,
            self.badge,
            self.noun(),
            first.id
        );
        if ids.len() > 1 {
            message.push_str(&format!(
                "; {} others are named beside it ({}): keep one",
                ids.len() - 1,
                ids[1..].join(", ")
            ));
        }
        if self.old.iter().any(|p| p.is_match(&first.link.target)) {
            message.push_str(&format!(
                "; its host is a former one, {} is the present",
                self.new
            ));
        }
        Answer::pass(message, evidence(first))
            .all_evidence(all.skip(1))
            .all_evidence(replies)
    }

    fn noun(&self) -> &str {
        match self.entry {
            Entry::Number => "entry",
            Entry::Repository => "repository",
        }
    }

    /// The badge of another repository: a fork's README, or a name before a move. `None` when it is ours or
    /// cannot be told.
    fn foreign(&self, cx: &Context<'_>, readme: &Document, found: &Found<'_>) -> Option<Answer> {
        let slug = cx.subject.slug.as_deref()?;
        let ours = |id: &str| {
            let own = id.split_once('/').map_or(id, |(_, own)| own);
            own.eq_ignore_ascii_case(slug)
        };
        if found.shown.iter().any(|shown| ours(&shown.id)) {
            return None;
        }
        let first = found.shown.first()?;
        let name = |s: &str| {
            s.rsplit('/')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        let place = Evidence::line(&readme.path, first.link.line);
        if name(&first.id) == name(slug) {
            let question = format!(
                "{}:{} displays the {} badge of {}, this repository is {slug}: has it moved? If so, change the address",
                readme.path, first.link.line, self.badge, first.id
            );
            return Some(Answer::review(question, place.note("another owner")));
        }
        let message = format!(
            "{}:{} displays the {} badge of {}, not of {slug}: put this repository's own there. {}",
            readme.path,
            first.link.line,
            self.badge,
            first.id,
            cx.rule.fix.trim()
        );
        let draft = Draft::new(format!("badge of {}", first.id))
            .path(&readme.path)
            .line(first.link.line)
            .key("foreign");
        Some(Answer::fail(message, draft))
    }

    fn absent(&self, cx: &Context<'_>, readme: &Document, found: &Found<'_>) -> Answer {
        let (what, link) = if let Some(link) = found.statics.first() {
            (
                "a static picture of the badge, bound to no entry",
                Some(*link),
            )
        } else if let Some(link) = found.placeholders.first() {
            ("a badge whose address was never filled in", Some(*link))
        } else {
            ("no such badge", None)
        };
        let message = format!(
            "{} shows {what}; expected the {} badge of this project. {}",
            readme.path,
            self.badge,
            cx.rule.fix.trim()
        );
        let draft = Draft::new(format!("{what} in README"))
            .path(&readme.path)
            .key("badge");
        match link {
            Some(link) => Answer::fail(message, draft.line(link.line))
                .evidence(Evidence::line(&readme.path, link.line).note(quote(&link.target))),
            None => Answer::fail(message, draft).evidence(
                Evidence::file(&readme.path).note("read to the end: no image or link of the badge"),
            ),
        }
    }
}

/// The group `id` of the first pattern that matches.
fn captured(patterns: &[Pattern], text: &str) -> Option<String> {
    patterns.iter().find_map(|pattern| {
        let regex: &Regex = pattern;
        let captures = regex.captures(text)?;
        captures.name("id").map(|id| id.as_str().to_owned())
    })
}
