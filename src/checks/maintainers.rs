// SPDX-License-Identifier: Apache-2.0

//! Maintainers enough, from organisations enough, as the roster says; who of them is at work, as the history says.
//!
//! An organisation that is not stated is unknown, never a failure; activity is shown, never judged.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::report::Evidence;

use super::activity::count;
use super::roster::{Person, Roster, roster};
use super::sign_off::{Mailmap, Matching, People};
use super::{Answer, Context, Draft};

const DAY: i64 = 86_400;
/// Commits in the window from which somebody who is not listed is named.
const BUSY: usize = 12;
/// Most names in a property.
const NAMED: usize = 30;
/// What people write who work for nobody, or say nothing.
const NOBODY: &[&str] = &[
    "",
    "-",
    "n/a",
    "none",
    "self",
    "personal",
    "unaffiliated",
    "tbd",
];
/// Ends of firms' names that make no other firm.
const FORMS: &[&str] = &[
    "inc", "llc", "ltd", "gmbh", "corp", "co", "ag", "se", "sa", "bv",
];

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Fewest people.
    people: usize,
    /// Fewest organisations.
    organisations: usize,
    /// Days, counted back from today, in which a maintainer at work has made a commit.
    #[serde(default = "year")]
    window_days: i64,
}

fn year() -> i64 {
    365
}

/// Judges the roster that `maintainers-file` finds.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let roster = roster(cx);
    let active: Vec<&Person> = roster.active().collect();
    let Some(first) = active.first() else {
        return Ok(Answer::open(
            "no list names the maintainers, so nobody can be counted; add MAINTAINERS.md with name, handle and organisation",
        ));
    };
    let known = organisations(&active);
    let silent = active.iter().filter(|p| affiliations(p).is_empty()).count();
    let judged = judge(params, &roster, &active, &known, silent)
        .evidence(Evidence::line(&first.path, first.line).note("the list of maintainers"));
    let work = Work::of(cx, params, &roster);
    let people: Vec<_> = active.iter().map(|p| p.json()).collect();
    let names: Vec<_> = known.values().cloned().collect();
    let judged = match &work {
        Some(work) => judged.evidence(Evidence::words(work.words(params.window_days))),
        None => judged,
    };
    let work = work.unwrap_or_default();
    Ok(judged
        .property("people", people)
        .property("organisations", names)
        .property("without_organisation", silent)
        .property("inactive", work.inactive)
        .property("unlisted", json!(work.unlisted)))
}

fn judge(
    params: &Params,
    roster: &Roster,
    active: &[&Person],
    known: &BTreeMap<String, String>,
    silent: usize,
) -> Answer {
    let names: Vec<&str> = known.values().map(String::as_str).collect();
    let found = format!(
        "{}, from {}{}",
        count(
            active.len(),
            "maintainer is listed",
            "maintainers are listed"
        ),
        count(known.len(), "organisation", "organisations"),
        if names.is_empty() {
            String::new()
        } else {
            format!(" ({})", names.join(", "))
        }
    );
    let asked = format!(
        "expected at least {} from at least {}",
        count(params.people, "person", "people"),
        count(params.organisations, "organisation", "organisations")
    );
    let path = active.first().map_or("", |p| p.path.as_str());
    let people = active.len() >= params.people;
    let enough = known.len() >= params.organisations;
    if people && enough {
        return Answer::pass(format!("{found}; {asked}"), Evidence::file(path));
    }
    if let Some(teams) = &roster.teams {
        let question = format!(
            "{found}; {asked}. {teams} names teams or owners of parts, too: who is in them, and for whom do they work?"
        );
        return Answer::review(question, Evidence::file(teams));
    }
    if people && known.len() + silent >= params.organisations {
        let question = format!(
            "{found}; {asked}. {silent} of {} state no organisation: for whom do they work? Add a column for it",
            active.len()
        );
        return Answer::review(question, Evidence::file(path));
    }
    let message = format!("{found}; {asked}: win maintainers, or ask for a stage that fits");
    let draft = Draft::new(message.clone()).path(path).key("count");
    Answer::fail(message, draft)
}

/// Organisations of the listed people: the name to compare by, and as first written.
fn organisations(people: &[&Person]) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    for person in people {
        for name in affiliations(person) {
            known.entry(compared(&name)).or_insert(name);
        }
    }
    known
}

/// For whom somebody works, as stated: `A/B` are two.
fn affiliations(person: &Person) -> Vec<String> {
    let stated = person.organisation.as_deref().unwrap_or_default();
    let parts = stated.split(['/', ';']).map(|part| {
        let part = part.trim();
        part.strip_prefix('@').unwrap_or(part)
    });
    parts
        .filter(|part| {
            let lower = part.to_lowercase();
            let alone = ["independent", "individual", "freelance"];
            !NOBODY.contains(&lower.as_str()) && !alone.iter().any(|word| lower.starts_with(word))
        })
        .map(str::to_owned)
        .collect()
}

/// `Example, Inc.` and `example` are one.
fn compared(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    while words.len() > 1 && words.last().is_some_and(|word| FORMS.contains(word)) {
        words.pop();
    }
    words.concat()
}

/// Who of the listed is at work, and who works without being listed.
#[derive(Default)]
struct Work {
    listed: usize,
    inactive: Vec<String>,
    unlisted: BTreeMap<String, usize>,
}

impl Work {
    /// `None` where the history is not here, or not far enough back.
    fn of(cx: &Context<'_>, params: &Params, roster: &Roster) -> Option<Self> {
        let history = cx.history();
        if history.absent.is_some() || !history.is_complete() {
            return None;
        }
        let mailmap = Mailmap::of(cx.shared);
        let people = People::new(history, Matching::Lenient, &mailmap, &[]);
        let from = cx.now.as_second() - params.window_days * DAY;
        let mut commits: BTreeMap<String, (Marks, usize)> = BTreeMap::new();
        for commit in history.commits.iter().filter(|c| c.commit_time >= from) {
            if !people.is_bot(commit.author) {
                let slot = commits.entry(people.key(commit.author)).or_default();
                slot.0.add(&people.proper(commit.author));
                slot.0.add(history.identity(commit.author));
                slot.1 += usize::from(!commit.is_merge());
            }
        }
        if commits.is_empty() {
            return None;
        }
        let mut work = Work::default();
        for person in roster.active() {
            work.listed += 1;
            if !commits.values().any(|(marks, _)| marks.are(person)) {
                work.inactive.push(person.shown());
            }
        }
        work.inactive.truncate(NAMED);
        let unlisted = commits.values().filter(|(marks, n)| {
            *n >= BUSY && !roster.people.iter().any(|person| marks.are(person))
        });
        work.unlisted = unlisted
            .take(NAMED)
            .map(|(marks, n)| (marks.name.clone(), *n))
            .collect();
        Some(work)
    }

    fn words(&self, days: i64) -> String {
        format!(
            "{} of {} listed made no commit under a known name in {days} days; {} with {BUSY} commits or more",
            self.inactive.len(),
            self.listed,
            count(
                self.unlisted.len(),
                "person who is not listed made some,",
                "people who are not listed made some,"
            ),
        )
    }
}

/// What somebody commits as.
#[derive(Default)]
struct Marks {
    name: String,
    words: BTreeSet<String>,
}

impl Marks {
    fn add(&mut self, identity: &crate::subject::history::Identity) {
        if self.name.is_empty() {
            self.name.clone_from(&identity.name);
        }
        let email = identity.email.to_lowercase();
        if let Some(local) = email.strip_suffix("@users.noreply.github.com") {
            let handle = local.rsplit('+').next().unwrap_or(local);
            self.words.insert(handle.to_owned());
        }
        self.words.insert(identity.name.to_lowercase());
        self.words.insert(email);
    }

    fn are(&self, person: &Person) -> bool {
        let known = [&person.name, &person.handle, &person.email];
        known
            .into_iter()
            .flatten()
            .any(|mark| self.words.contains(&mark.to_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::history::testing::{Commits, Draft};
    use crate::subject::memory::MemoryTree;

    const LIST: &str = "# Maintainers\n\n| Name | GitHub | Company |\n|---|---|---|\n";

    fn listed(rows: &str) -> Case {
        Case::new(MemoryTree::new().file("MAINTAINERS.md", format!("{LIST}{rows}")))
    }

    const TWO: &str = "people = 3\norganisations = 2";

    #[test]
    fn people_and_organisations_are_counted_by_name() {
        let rows = "| Ada Lovelace | @ada | Analytical, Inc. |\n| Alan Turing | @alan | Bletchley |\n| Grace Hopper | @grace | analytical |\n";
        let answer = listed(rows).run_with("maintainer-diversity", TWO);
        assert_eq!(answer.kind(), Kind::Pass, "{}", answer.message());
        assert!(
            answer
                .message()
                .contains("2 organisations (Analytical, Inc., Bletchley)")
        );
        let answer = listed(rows).run_with("maintainer-diversity", "people = 5\norganisations = 3");
        assert_eq!(answer.kind(), Kind::Fail, "{}", answer.message());
    }

    #[test]
    fn silence_about_employers_is_a_question() {
        let rows = "| Ada Lovelace | @ada | Analytical |\n| Alan Turing | @alan | Independent Contributor |\n| Grace Hopper | @grace | |\n";
        let answer = listed(rows).run_with("maintainer-diversity", TWO);
        assert_eq!(answer.kind(), Kind::Review, "{}", answer.message());
        assert!(answer.message().contains("2 of 3 state no organisation"));
    }

    #[test]
    fn nobody_listed_is_nobody_counted() {
        let answer = Case::new(MemoryTree::new().file("README.md", "# Mill\n"));
        assert_eq!(answer.run("maintainer-diversity").kind(), Kind::Open);
    }

    #[test]
    fn those_at_work_are_found_by_name_handle_or_address() {
        let rows = "| Ada Lovelace | @ada | A |\n| Alan Turing | @alan | B |\n";
        let mut commits = Commits::new();
        for n in 0..12 {
            let by = "Ada L <7+ada@users.noreply.github.com>";
            let draft = Draft::new(format!("change {n}")).by(by);
            let _ = commits.add(draft.on("2026-11-01"));
            let draft = Draft::new(format!("more {n}")).by("Bob <bob@example.org>");
            let _ = commits.add(draft.on("2026-11-02"));
        }
        let answer = listed(rows).history(commits.history());
        let answer = answer.run("maintainer-diversity");
        let (_, _, _, _, properties) = answer.into_parts();
        assert_eq!(properties["inactive"], json!(["Alan Turing, @alan, B"]));
        assert_eq!(properties["unlisted"], json!({"Bob": 12}));
    }
}
