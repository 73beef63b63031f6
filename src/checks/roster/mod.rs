// SPDX-License-Identifier: Apache-2.0

//! Who maintains the project: people read from the roster, in whatever form it is kept.
//!
//! A file that names nobody is no roster; teams of the forge cannot be resolved in a clone.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::document::find::{companions, split};
use super::document::judge::{Hit, Worth};
use super::document::locate::{Located, locate};
use super::document::search::{DocumentOf, Search};
use super::passage::Passage;
use super::words::Phrase;
use super::{Answer, Context, Document, Draft};

mod lists;
mod owners;
mod person;

pub(crate) use lists::people;
pub(crate) use person::{Person, Status, is_name, profile};

/// Longest text, in words, that may be only a pointer to a roster elsewhere.
const POINTER_WORDS: usize = 150;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
}

/// What is known of the people.
#[derive(Default)]
pub(crate) struct Roster {
    /// Everybody, once, in the order of the lists.
    pub(crate) people: Vec<Person>,
    /// A file names teams of the forge.
    pub(crate) teams: Option<String>,
}

impl Roster {
    /// Those who decide now.
    pub(crate) fn active(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| p.status == Status::Active)
    }

    fn add(&mut self, person: Person) {
        match self.people.iter_mut().find(|p| p.is(&person)) {
            Some(known) => known.learn(person),
            None => self.people.push(person),
        }
    }
}

/// The roster that the shipped rule `maintainers-file` finds, for other checks.
pub(crate) fn roster(cx: &Context<'_>) -> Roster {
    match DocumentOf::try_from("maintainers-file".to_owned()) {
        Ok(of) => read(cx, of.search, &locate(cx, of.search, &of.rule)),
        Err(_) => Roster::default(),
    }
}

/// Reads the files; when they name nobody who decides, the sections of README and the like.
fn read(cx: &Context<'_>, search: &Search, located: &Located) -> Roster {
    let mut roster = read_hits(cx, located);
    if roster.active().next().is_none() {
        let mut sections = search.clone();
        sections.names.clear();
        sections.anywhere.clear();
        sections.links.clear();
        let more = read_hits(cx, &locate(cx, &sections, &cx.rule.id));
        more.people.into_iter().for_each(|p| roster.add(p));
    }
    roster
}

fn read_hits(cx: &Context<'_>, located: &Located) -> Roster {
    let mut roster = Roster::default();
    let mut lists = lists_of(cx, located);
    lists.sort_by_key(|list| list.code_owners);
    for list in lists {
        // The first roster that names somebody who decides speaks; code owners are asked last.
        if roster.active().next().is_some() && list.code_owners {
            continue;
        }
        let parts = list.code_owners && !list.people.is_empty();
        list.people.into_iter().for_each(|p| roster.add(p));
        if list.teams || parts {
            roster.teams.get_or_insert(list.path);
        }
    }
    roster
}

/// One list of people as it stands.
pub(crate) struct List {
    /// File.
    pub(crate) path: String,
    /// Everybody in it, in order; one person may stand in it twice, with two parts.
    pub(crate) people: Vec<Person>,
    /// Whether it names teams of the forge.
    pub(crate) teams: bool,
    /// Whether it is a file of code owners.
    pub(crate) code_owners: bool,
}

/// Lists in README under a label instead of a heading: `Maintainers:` and bullets.
fn in_readme(cx: &Context<'_>) -> Option<List> {
    let passage = Passage::whole(super::readme::document(cx.shared)?);
    let roles = [
        "maintainer",
        "approver",
        "triager",
        "committer",
        "emeritus",
        "core team",
    ];
    let mut people = people(&passage);
    people.retain(|p| {
        let words = p.role.as_deref().unwrap_or_default().to_lowercase();
        is_reached(p) && roles.iter().any(|role| words.contains(role))
    });
    (!people.is_empty()).then(|| List {
        path: passage.path().to_owned(),
        people,
        teams: false,
        code_owners: false,
    })
}

/// Whether an entry says how to reach the person, or for whom the person works.
fn is_reached(p: &Person) -> bool {
    p.handle.is_some() || p.email.is_some() || p.organisation.is_some()
}

impl List {
    /// Leaves out what is only two or three words in a bullet. Where most entries say how to reach somebody,
    /// such words are a heading or a task; elsewhere they are a name when each is a capital word.
    fn without_tasks(&mut self) {
        let strict = self.people.iter().filter(|p| is_reached(p)).count() * 2 > self.people.len();
        let particles = [
            "de", "da", "van", "von", "der", "den", "di", "del", "la", "le", "bin", "al", "el",
            "dos", "zu",
        ];
        let capital = |word: &str| {
            word.chars().next().is_some_and(char::is_uppercase) || particles.contains(&word)
        };
        let name = |p: &Person| {
            p.name
                .as_deref()
                .is_some_and(|n| n.split_whitespace().all(capital))
        };
        let prose = |p: &Person| {
            let words: Vec<&str> = p.name.as_deref().unwrap_or_default().split(' ').collect();
            words.len() > 2 && words.iter().all(|w| w.chars().all(char::is_lowercase))
        };
        self.people
            .retain(|p| !prose(p) && (is_reached(p) || (!strict && name(p))));
    }
}

fn lists_of(cx: &Context<'_>, located: &Located) -> Vec<List> {
    let aliases = companions(&cx.files, &[Phrase::from("owners aliases".to_owned())])
        .into_iter()
        .find_map(|entry| cx.files.document(entry).ok())
        .map(|document| owners::aliases(&document))
        .unwrap_or_default();
    let hits = located.readable().filter(|h| !is_part(h));
    hits.filter_map(|hit| hit.passage.as_ref())
        .map(|passage| {
            let (people, teams) = people_of(passage, &aliases);
            List {
                path: passage.path().to_owned(),
                people,
                teams,
                code_owners: is_codeowners(&passage.document),
            }
        })
        .collect()
}

/// Every list of maintainers of the tree: the files, and the sections of README and the like.
pub(crate) fn all_lists(cx: &Context<'_>) -> Vec<List> {
    let Ok(of) = DocumentOf::try_from("maintainers-file".to_owned()) else {
        return Vec::new();
    };
    let mut lists = lists_of(cx, &locate(cx, of.search, &of.rule));
    let mut sections = of.search.clone();
    sections.names.clear();
    sections.anywhere.clear();
    sections.links.clear();
    let seen: BTreeSet<String> = lists.iter().map(|l| l.path.clone()).collect();
    let more = lists_of(cx, &locate(cx, &sections, &of.rule));
    lists.extend(more.into_iter().filter(|l| !seen.contains(&l.path)));
    if !lists
        .iter()
        .any(|l| !l.code_owners && l.people.iter().any(is_reached))
    {
        lists.extend(in_readme(cx));
    }
    lists.iter_mut().for_each(List::without_tasks);
    let decides = |p: &Person| p.status == Status::Active && is_reached(p);
    let named = |l: &List| !l.code_owners && l.people.iter().any(decides);
    if lists.iter().any(named) {
        lists.retain(|l| !l.code_owners);
    } else if lists.iter().any(|l| l.code_owners && !l.people.is_empty()) {
        lists.retain(|l| l.code_owners);
    }
    lists
}

/// OWNERS below the root is the list of reviewers of one folder.
fn is_part(hit: &Hit) -> bool {
    let (dir, name) = hit.path.rsplit_once('/').unwrap_or(("", &hit.path));
    name == "OWNERS" && !dir.is_empty()
}

fn is_codeowners(document: &Document) -> bool {
    let name = document.path.rsplit('/').next().unwrap_or_default();
    name.eq_ignore_ascii_case("codeowners")
}

fn people_of(passage: &Passage, aliases: &owners::Aliases) -> (Vec<Person>, bool) {
    let document = &passage.document;
    if is_codeowners(document) {
        return owners::from_codeowners(document);
    }
    let name = document.path.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = split(name);
    let keys = stem.eq_ignore_ascii_case("owners") && document.text().contains("approvers:");
    let data = matches!(extension.as_str(), "yaml" | "yml")
        || (stem == "OWNERS" && extension.is_empty())
        || keys;
    if data {
        return owners::from_yaml(document, aliases);
    }
    if extension == "toml" || (extension.is_empty() && document.text().contains("[people")) {
        let people = owners::from_toml(document);
        if !people.is_empty() {
            return (people, false);
        }
    }
    (lists::people(passage), false)
}

/// Passes when the roster names at least one person who decides (catalogue: "with names").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let search = &params.find;
    let located = locate(cx, search, &cx.rule.id);
    let roster = read(cx, search, &located);
    let active: Vec<_> = roster.active().collect();
    let Some(first) = active.first() else {
        return Ok(nobody(cx, search, &located, &roster));
    };
    let count = active.len();
    let people = if count == 1 {
        "1 person".to_owned()
    } else {
        format!("{count} people")
    };
    let mut evidence = vec![Evidence::line(&first.path, first.line).note(first.shown())];
    let mut seen = BTreeSet::from([first.path.as_str()]);
    for person in &active {
        if seen.insert(&person.path) {
            evidence.push(Evidence::line(&person.path, person.line).note(person.shown()));
        }
    }
    let mut evidence = evidence.into_iter();
    let lead = evidence.next().unwrap_or_default();
    let answer =
        Answer::pass(format!("{} names {people}", first.path), lead).all_evidence(evidence);
    Ok(properties(answer, &roster))
}

fn properties(answer: Answer, roster: &Roster) -> Answer {
    let people: Vec<_> = roster.people.iter().map(Person::json).collect();
    let organisations: BTreeSet<_> = roster
        .active()
        .filter_map(|p| p.organisation.clone())
        .collect();
    answer.property("people", people).property(
        "organisations",
        organisations.into_iter().collect::<Vec<_>>(),
    )
}

/// Nobody is named: a pointer elsewhere and teams are questions, a list without names is a failure.
fn nobody(cx: &Context<'_>, search: &Search, located: &Located, roster: &Roster) -> Answer {
    let mut pointers = search.clone();
    pointers.pointer_words = POINTER_WORDS;
    let pointed = locate(cx, &pointers, &cx.rule.id);
    let asks = pointed.hits.iter().find(|h| h.worth == Worth::Ask);
    if let Some(hit) = asks {
        let answer = Answer::review(
            format!("{}. Does it name the maintainers of this project? List them in {} with name, handle and affiliation", hit.said, search.path),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned());
        return properties(answer, roster);
    }
    if let Some(path) = &roster.teams {
        let answer = Answer::review(
            format!(
                "{path} names only teams of the forge or owners of parts; who maintains the project? List the people in {}",
                search.path
            ),
            Evidence::file(path),
        );
        return properties(answer, roster);
    }
    let empty = located.readable().find(|h| {
        h.passage
            .as_ref()
            .is_some_and(|p| !is_codeowners(&p.document))
            && !is_part(h)
    });
    let answer = match empty {
        Some(hit) => {
            let message = format!(
                "{} names nobody who maintains the project; list people with name, handle and affiliation",
                hit.said
            );
            Answer::fail(
                message.clone(),
                Draft::new(message).path(&hit.path).key("nobody"),
            )
            .evidence(Evidence::file(&hit.path))
        }
        None if located.best().is_none() => located
            .answer(search)
            .unwrap_or_else(|| located.absent(search)),
        None => located.absent(search),
    };
    properties(answer, roster)
}
