// SPDX-License-Identifier: Apache-2.0

//! The project's documents say what a rule asks for: in a sentence, a section, a link, a command, or as a
//! file of its own. Each part a rule asks for is looked for on its own; the first place is the evidence.

use std::sync::Arc;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::Link;

use super::readme::{self, Search, Searched};
use super::target::{self, Target};
use super::words::{self, Pattern, Phrase};
use super::{Answer, Context, Document, Draft, Organisation};

mod part;
#[cfg(test)]
mod tests;

use part::{Part, Place, Source, first_sentence, place_of};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Which documents are looked into.
    search: Search,
    /// What has to be said.
    parts: Vec<Part>,
    /// Whether every part is needed, or any of them.
    #[serde(default)]
    need: Need,
    /// Verdict when it is said.
    #[serde(default = "pass")]
    found: Verdict,
    /// Verdict when only some of the parts are there.
    #[serde(default = "fail")]
    partial: Verdict,
    /// Verdict when no part is there.
    #[serde(default = "fail")]
    absent: Verdict,
    /// Verdict when there is no document to look into.
    #[serde(default = "fail")]
    no_documents: Verdict,
    /// Addresses or texts of links to a place outside that may say it: a person has to read there.
    #[serde(default)]
    elsewhere: Vec<Pattern>,
    /// Addresses or texts of links that only look like such a place.
    #[serde(default)]
    elsewhere_unless: Vec<Pattern>,
    /// Whether such a link counts in the README, too, and not in the guides only.
    #[serde(default = "yes")]
    elsewhere_in_readme: bool,
    /// Sentences that name the thing without saying enough: a person has to judge.
    #[serde(default)]
    hints: Vec<Pattern>,
    /// Sentences that only seem to.
    #[serde(default)]
    hints_unless: Vec<Pattern>,
    /// Sentences without which the rule does not apply.
    #[serde(default)]
    applies_when: Vec<Pattern>,
    /// Sentences that only seem to be such.
    #[serde(default)]
    applies_unless: Vec<Pattern>,
    /// Whether the rule is about software: a repository of documents alone is out of its reach.
    #[serde(default)]
    software_only: bool,
    /// Sentences that contradict the rule.
    #[serde(default)]
    against: Vec<Pattern>,
    /// Sentences that only seem to.
    #[serde(default)]
    against_unless: Vec<Pattern>,
    /// What such a sentence means.
    #[serde(default)]
    against_is: Against,
    /// Documents that the forge takes from the organisation's `.github` when the repository has none.
    #[serde(default)]
    inherited: Vec<Phrase>,
    /// Property that lists the names of the parts found.
    #[serde(default)]
    property: Option<String>,
    /// Where it belongs when it is absent: the path a finding is anchored on.
    #[serde(default)]
    home: Option<String>,
}

/// How many of the parts are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Need {
    #[default]
    All,
    Any,
}

/// A verdict as a rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Verdict {
    Pass,
    Fail,
    Review,
    Open,
    NotApplicable,
}

fn yes() -> bool {
    true
}

fn pass() -> Verdict {
    Verdict::Pass
}

fn fail() -> Verdict {
    Verdict::Fail
}

/// What a contradicting sentence means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Against {
    #[default]
    Ignored,
    Review,
    Fail,
}

/// Looks for each part in each document, and decides.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    if params.software_only && !readme::has_software(&cx.files) {
        return Ok(Answer::not_applicable(
            "the repository holds documents, no software",
        ));
    }
    let searched = params.search.read(cx.shared)?;
    if !params.applies_when.is_empty()
        && first_sentence(
            &searched.documents,
            &params.applies_when,
            &params.applies_unless,
            false,
        )
        .is_none()
    {
        return Ok(Answer::not_applicable(format!(
            "no document says what the rule is about; it asks: {}",
            cx.rule.title
        )));
    }
    let source = Source {
        files: &cx.files,
        documents: &searched.documents,
        inherited: false,
    };
    let mut found: Vec<(&Part, Vec<Place>)> = Vec::new();
    let mut missing: Vec<&Part> = Vec::new();
    collect(
        cx,
        params.parts.iter().collect(),
        &source,
        &mut found,
        &mut missing,
    )?;
    let organisation = match has_own(params, &searched) {
        true => None,
        false => Some(cx.organisation()),
    };
    let files = match &organisation {
        Some(Organisation::Given(files)) => Some(*files),
        Some(Organisation::Fetched(files, _)) => Some(files),
        _ => None,
    };
    if let Some(files) = files {
        let documents = params.search.of_organisation(files, &params.inherited);
        let source = Source {
            files,
            documents: &documents,
            inherited: true,
        };
        collect(
            cx,
            std::mem::take(&mut missing),
            &source,
            &mut found,
            &mut missing,
        )?;
    }
    let missing: Vec<&str> = missing.iter().map(|part| part.name.as_str()).collect();
    let against = match params.against_is {
        Against::Ignored => None,
        _ => first_sentence(
            &searched.documents,
            &params.against,
            &params.against_unless,
            false,
        ),
    };
    let enough = match params.need {
        Need::All => missing.is_empty(),
        Need::Any => !found.is_empty(),
    };
    let names: Vec<&str> = found.iter().map(|(part, _)| part.name.as_str()).collect();
    let evidence: Vec<Evidence> = found
        .iter()
        .flat_map(|(part, places)| places.iter().map(|p| p.evidence(&part.name)))
        .collect();
    let answer = if let (Some(place), true) = (&against, params.found == Verdict::Pass || !enough) {
        contradicted(cx, params, place)
    } else if enough {
        decided(cx, params, &found)
    } else {
        lacking(cx, params, &searched, &names, &missing)
    };
    let answer = answer.all_evidence(evidence);
    Ok(match &params.property {
        Some(key) => answer.property(key, names),
        None => answer,
    })
}

/// Sorts `parts` into those found in `source`, with their places, and those missing there.
fn collect<'p>(
    cx: &Context<'_>,
    parts: Vec<&'p Part>,
    source: &Source<'_, '_>,
    found: &mut Vec<(&'p Part, Vec<Place>)>,
    missing: &mut Vec<&'p Part>,
) -> Result<()> {
    for part in parts {
        let places = part.places(cx, source)?;
        match places.is_empty() {
            true => missing.push(part),
            false => found.push((part, places)),
        }
    }
    Ok(())
}

fn contradicted(cx: &Context<'_>, params: &Params, place: &Place) -> Answer {
    let message = format!(
        "{} says \u{201c}{}\u{201d}; expected: {}. {}",
        place.shown(),
        place.words,
        cx.rule.title,
        cx.rule.fix.trim()
    );
    let evidence = place.evidence("to be judged");
    match params.against_is {
        Against::Fail => Answer::fail(message, draft(place, "contradiction")).evidence(evidence),
        _ => Answer::review(message, evidence),
    }
}

fn draft(place: &Place, key: &str) -> Draft {
    let draft = Draft::new(format!("\u{201c}{}\u{201d}", place.words)).key(key);
    if place.inherited {
        return draft;
    }
    let draft = draft.path(&place.path);
    match place.line {
        Some(line) => draft.line(line),
        None => draft,
    }
}

fn decided(cx: &Context<'_>, params: &Params, found: &[(&Part, Vec<Place>)]) -> Answer {
    let told: Vec<String> = found
        .iter()
        .filter_map(|(part, places)| Some(format!("{} ({})", part.name, places.first()?.shown())))
        .collect();
    let told = told.join("; ");
    if params.found == Verdict::Fail {
        let message = format!(
            "found: {told}; expected: {}. {}",
            cx.rule.title,
            cx.rule.fix.trim()
        );
        let drafts = found
            .iter()
            .flat_map(|(part, places)| places.iter().map(|p| draft(p, &part.name)))
            .collect();
        // `enough` parts were found, and each has a place.
        return Answer::fail_all(message.clone(), drafts).unwrap_or_else(|| Answer::open(message));
    }
    let message = format!("found: {told}");
    match params.found {
        Verdict::Review => Answer::review(message, Evidence::words("to be read by a person")),
        _ => Answer::pass(
            message,
            Evidence::words(format!("looked for: {}", parts_named(params))),
        ),
    }
}

fn parts_named(params: &Params) -> String {
    let names: Vec<&str> = params.parts.iter().map(|p| p.name.as_str()).collect();
    names.join(", ")
}

fn lacking(
    cx: &Context<'_>,
    params: &Params,
    searched: &Searched,
    found: &[&str],
    missing: &[&str],
) -> Answer {
    let mut looked: Vec<&str> = searched.documents.iter().map(|d| d.path.as_str()).collect();
    let count = looked.len();
    looked.truncate(6);
    let looked = match count {
        0 => "there is no document to look into".to_owned(),
        n if n > looked.len() => format!(
            "looked into {} and {} more",
            looked.join(", "),
            n - looked.len()
        ),
        _ => format!("looked into {}", looked.join(", ")),
    };
    let unread = match searched.unread.as_slice() {
        [] => String::new(),
        some => format!("; not judged: {}", some.join(", ")),
    };
    let wanted = missing.join(if params.need == Need::Any {
        " or "
    } else {
        ", "
    });
    let message = format!(
        "not found: {wanted} ({looked}{unread}). {}",
        cx.rule.fix.trim()
    );
    if let Some((place, url)) = elsewhere(cx, params, searched) {
        let question = format!(
            "not found in this repository: {wanted}; {} links {url}: does it stand there?",
            place.shown()
        );
        return Answer::review(question, place.evidence("link")).evidence(Evidence::url(url));
    }
    if let Some(place) = first_sentence(
        &searched.documents,
        &params.hints,
        &params.hints_unless,
        false,
    ) {
        let question = format!(
            "not found: {wanted}; {} only says \u{201c}{}\u{201d}. {}",
            place.shown(),
            place.words,
            cx.rule.fix.trim()
        );
        return Answer::review(question, place.evidence("hint"));
    }
    let verdict = if !found.is_empty() {
        params.partial
    } else if count == 0 {
        params.no_documents
    } else {
        params.absent
    };
    let evidence = Evidence::words(format!("{looked}{unread}"));
    match verdict {
        Verdict::Pass => Answer::pass(format!("not found, as it should be: {wanted} ({looked})"), evidence),
        Verdict::Review => Answer::review(message, evidence),
        Verdict::Open => Answer::open(message).evidence(evidence),
        Verdict::NotApplicable => Answer::not_applicable(message).evidence(evidence),
        Verdict::Fail if not_consulted(cx, params, searched) => Answer::open(format!(
            "not found in this repository: {wanted}; the organisation's .github repository may hold it: pass --org-files DIR (a clone of it) or run online"
        ))
        .evidence(evidence),
        Verdict::Fail => {
            let first = searched.documents.first().map_or("README.md", |d| d.path.as_str());
            let home = params.home.as_deref().unwrap_or(first);
            let draft = Draft::new(format!("not found: {wanted}")).path(home).key(wanted.clone());
            Answer::fail(message, draft).evidence(evidence)
        }
    }
}

/// Whether the forge may show a document of the organisation in place of one the repository lacks, and
/// this run has not seen it.
fn not_consulted(cx: &Context<'_>, params: &Params, searched: &Searched) -> bool {
    let remote = cx.subject.remote.as_deref().unwrap_or_default();
    let github = remote
        .split("://")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .is_some_and(|host| host.eq_ignore_ascii_case("github.com"));
    github
        && !has_own(params, searched)
        && match cx.organisation() {
            Organisation::Given(_) | Organisation::Nothing => false,
            Organisation::Fetched(_, found) => !found.unread.is_empty(),
            Organisation::Unseen(_) => true,
        }
}

/// Whether the repository has a document of its own in place of the organisation's, or none is inherited.
fn has_own(params: &Params, searched: &Searched) -> bool {
    params.inherited.is_empty()
        || searched.documents.iter().any(|d| {
            let (folder, name) = d.path.rsplit_once('/').unwrap_or(("", &d.path));
            let stem = name.split('.').next().unwrap_or(name);
            matches!(folder, "" | ".github" | "docs") && words::any_is(&params.inherited, stem)
        })
}

/// A link of a document to a place outside where it may stand.
fn elsewhere(cx: &Context<'_>, params: &Params, searched: &Searched) -> Option<(Place, String)> {
    let readme_too = |d: &&Arc<Document>| params.elsewhere_in_readme || !readme::is_readme(&d.path);
    searched
        .documents
        .iter()
        .filter(readme_too)
        .find_map(|document| {
            document
                .parsed()
                .links
                .iter()
                .filter(|l| !l.image)
                .find_map(|link| {
                    let any = |patterns: &[Pattern]| {
                        patterns
                            .iter()
                            .any(|p| p.is_match(&link.target) || p.is_match(&link.text))
                    };
                    let named = any(&params.elsewhere) && !any(&params.elsewhere_unless);
                    let outside = named && leads_outside(cx, document, link);
                    outside.then(|| (place_of(document, link), link.target.clone()))
                })
        })
}

fn leads_outside(cx: &Context<'_>, document: &Document, link: &Link) -> bool {
    let target = target::resolve(cx.shared, &cx.files, &document.path, &link.target);
    matches!(target, Target::Outside(_))
}
