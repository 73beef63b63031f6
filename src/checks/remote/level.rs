// SPDX-License-Identifier: Apache-2.0

//! The repository's entry of the OpenSSF Best Practices badge holds a level.
//!
//! An entry that names the repository wins over those that only share its home page; several such are judged
//! together. A level counts while its percentage is 100, whatever its dates say.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::remote::badge::Listed;
use crate::remote::project::{METALS, Project};
use crate::remote::{Heard, Remote, Shown, Source};
use crate::report::Evidence;

use super::{replies, reply, unknown};
use crate::checks::{Answer, Context, Draft};

/// Where people read an entry.
const SITE: &str = "https://www.bestpractices.dev/en/projects";
/// Most unmet criteria that a message names.
const NAMED: usize = 5;
/// Most entries that a message names.
const ENTRIES: usize = 8;
/// Days after which an entry that nobody edited is called old.
const OLD: i64 = 365;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// The level asked for.
    level: Wanted,
    /// Whether answers that are written down in the repository may stand for an entry.
    #[serde(default)]
    accept_writeup: bool,
    /// Files that hold such answers.
    #[serde(default)]
    writeup: Vec<String>,
    /// Criteria of each metal level, by the names of the site.
    #[serde(default)]
    criteria: BTreeMap<String, Vec<String>>,
}

/// A level that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Wanted {
    Any,
    Passing,
    Silver,
    Gold,
    #[serde(rename = "baseline-1")]
    Baseline1,
    #[serde(rename = "baseline-2")]
    Baseline2,
    #[serde(rename = "baseline-3")]
    Baseline3,
}

impl Wanted {
    /// Rank among the metals, or level of the baseline.
    fn place(self) -> (Option<usize>, Option<usize>) {
        match self {
            Wanted::Any => (Some(0), None),
            Wanted::Passing => (Some(1), None),
            Wanted::Silver => (Some(2), None),
            Wanted::Gold => (Some(3), None),
            Wanted::Baseline1 => (None, Some(1)),
            Wanted::Baseline2 => (None, Some(2)),
            Wanted::Baseline3 => (None, Some(3)),
        }
    }

    fn name(self) -> String {
        match self.place() {
            (_, Some(level)) => format!("baseline-{level}"),
            (Some(0) | None, _) => "any level".into(),
            (Some(rank), _) => METALS[rank].into(),
        }
    }

    /// Whether an entry holds it; `None` when the entry does not say.
    fn held(self, project: &Project) -> Option<bool> {
        match self.place() {
            (_, Some(level)) => Some(project.baseline_percentage(level) == Some(100)),
            (Some(0), _) => Some(true),
            (rank, _) => project.rank().map(|held| Some(held) >= rank),
        }
    }
}

/// Passes when the entry holds the level.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let what = "the entry of the OpenSSF Best Practices badge";
    let remote = match cx.remote(Source::Badge) {
        Ok(remote) => remote,
        Err(why) => return Ok(unknown(what, &why)),
    };
    let heard = match remote.badge() {
        Ok(heard) => heard,
        Err(why) => return Ok(unknown(what, why)),
    };
    let chosen = chosen(&heard.value);
    let answer = match chosen {
        [] => params.unlisted(cx, remote, heard),
        [one] => params.one(cx, one),
        several => params.several(several),
    };
    Ok(answer.all_evidence(replies(&heard.seen)))
}

/// The entries that count: those that name the repository, else those with its home page.
pub(super) fn chosen(listed: &Listed) -> &[Project] {
    match listed.by_repository {
        0 => &listed.projects,
        count => &listed.projects[..count],
    }
}

impl Params {
    fn one(&self, cx: &Context<'_>, project: &Project) -> Answer {
        let wanted = self.level;
        let is = standing(project);
        let page = Evidence::url(page(project, wanted)).note(is.clone());
        let remark = remarks(cx, project);
        let unmet = self.unmet(project);
        let answer = match wanted.held(project) {
            Some(true) if wanted == Wanted::Any => {
                Answer::pass(format!("listed: {is}{remark}"), page)
            }
            Some(true) => Answer::pass(
                format!("{is}; {} is asked for{remark}", wanted.name()),
                page,
            ),
            Some(false) => {
                let first = unmet
                    .iter()
                    .take(NAMED)
                    .copied()
                    .collect::<Vec<_>>()
                    .join(", ");
                let more = unmet.len().saturating_sub(NAMED);
                let open = match (unmet.len(), more) {
                    (0, _) => String::new(),
                    (_, 0) => format!(", not met or not answered: {first}"),
                    (_, more) => format!(", not met or not answered: {first} and {more} more"),
                };
                let message = format!(
                    "{is}, expected {}{}{open}{remark}: answer them at {}",
                    wanted.name(),
                    progress(project, wanted),
                    self::page(project, wanted)
                );
                let draft = Draft::new(format!("{is}, expected {}", wanted.name())).key("level");
                Answer::fail(message, draft).evidence(page)
            }
            None => Answer::review(
                format!(
                    "{is}: does this meet {}? The level is one that this version does not know",
                    wanted.name()
                ),
                page,
            ),
        };
        properties(answer, project, &unmet)
    }

    /// Several entries share the home page: all of them, or none, decide; else a person.
    fn several(&self, projects: &[Project]) -> Answer {
        let held: Vec<Option<bool>> = projects.iter().map(|p| self.level.held(p)).collect();
        let all = projects
            .iter()
            .take(ENTRIES)
            .map(standing)
            .collect::<Vec<_>>()
            .join("; ");
        let pages = projects.iter().take(ENTRIES);
        let mut pages = pages.map(|p| Evidence::url(page(p, self.level)).note(standing(p)));
        let first = pages.next().unwrap_or_default();
        let count = projects.len();
        let wanted = self.level.name();
        let answer = if held.iter().all(|h| *h == Some(true)) {
            Answer::pass(
                format!("{count} entries name this repository, and each meets {wanted}: {all}"),
                first,
            )
        } else if held.iter().all(|h| *h == Some(false)) {
            let message = format!(
                "{count} entries name this repository, and none meets {wanted}: {all}; complete the one that is this project's"
            );
            Answer::fail(message.clone(), Draft::new(message).key("level")).evidence(first)
        } else {
            let question = format!(
                "{count} entries name this repository: {all}. Which is this project's, and does it meet {wanted}? Give that entry this repository's address, and the others their own"
            );
            Answer::review(question, first)
        };
        let ids: Vec<u64> = projects.iter().map(|p| p.id).collect();
        answer.all_evidence(pages).property("ids", ids)
    }

    /// No entry has the repository's address.
    fn unlisted(&self, cx: &Context<'_>, remote: &Remote, heard: &Heard<Listed>) -> Answer {
        for shown in remote.shown() {
            match self.elsewhere(cx, shown) {
                Some(answer) => return answer,
                None => continue,
            }
        }
        let tried = heard.value.tried.join(", ");
        let message = format!(
            "no entry of the OpenSSF Best Practices badge names this repository (looked for {tried}, also in other case, with .git and by http)"
        );
        if let Some(found) = self.writeup.iter().find_map(|path| cx.files.get(path)) {
            let note = Evidence::file(&found.path).note("answers to the criteria");
            if self.accept_writeup {
                let question = format!(
                    "{message}; {} holds answers to the criteria: do they stand for an entry here?",
                    found.path
                );
                return Answer::review(question, note);
            }
            return self.absent(cx, message).evidence(note);
        }
        self.absent(cx, message)
    }

    fn absent(&self, cx: &Context<'_>, message: String) -> Answer {
        let draft = Draft::new(message.clone()).key("listed");
        Answer::fail(format!("{message}. {}", cx.rule.fix.trim()), draft)
    }

    /// What an entry that the README shows, with other addresses, comes to.
    fn elsewhere(&self, cx: &Context<'_>, shown: &Shown) -> Option<Answer> {
        let project = match &shown.told {
            Ok(Heard {
                value: Some(project),
                ..
            }) => project,
            Ok(_) => return None,
            Err(why) => {
                let what = format!(
                    "whether entry {}, which README shows, is this project's",
                    shown.id
                );
                return Some(unknown(&what, why));
            }
        };
        let own = shown.told.iter().flat_map(|h| replies(&h.seen));
        if let Some(moved) = &shown.moved {
            let note = format!("{} leads to this repository now", project.repository);
            let answer = self.one(cx, project);
            let moved = moved.seen.iter().map(reply).map(|e| e.note(note.clone()));
            return Some(answer.all_evidence(moved).all_evidence(own));
        }
        if project.names_any() {
            return None;
        }
        let question = format!(
            "{}, which README shows, names no repository: is it this project's? If so, enter the repository's address there",
            standing(project)
        );
        let page = Evidence::url(page(project, self.level)).note(standing(project));
        let answer = Answer::review(question, page).all_evidence(own);
        Some(properties(answer, project, &self.unmet(project)))
    }

    /// Criteria that stand between the entry and the level asked for; the next level's when it is held.
    fn unmet<'p>(&'p self, project: &Project) -> Vec<&'p str> {
        if self.level.place().1.is_some() {
            return Vec::new();
        }
        let rank = project.rank().unwrap_or(0);
        let upto = match self.level.place() {
            (Some(wanted), _) if wanted > rank => wanted,
            _ => (rank + 1).min(3),
        };
        let names = (rank + 1..=upto).filter_map(|r| self.criteria.get(METALS[r]));
        names.flat_map(|names| project.unmet(names)).collect()
    }
}

/// `entry 5621 (OpenSSF Scorecard) holds passing`.
pub(super) fn standing(project: &Project) -> String {
    let name = match project.name.trim() {
        "" => String::new(),
        name => format!(" ({name})"),
    };
    let metal = match (
        project.level().as_deref(),
        project.percentage("tiered_percentage"),
    ) {
        (Some("in_progress"), Some(percent)) => format!("is in progress ({percent} %)"),
        (Some("in_progress"), None) => "is in progress".into(),
        (Some(level), _) => format!("holds {level}"),
        (None, _) => "names no level".into(),
    };
    let baseline = match project.baseline() {
        Some(level @ 1..) => format!(", baseline-{level}"),
        _ => String::new(),
    };
    format!("entry {}{name} {metal}{baseline}", project.id)
}

/// How far the entry is on the way.
fn progress(project: &Project, wanted: Wanted) -> String {
    let (key, name) = match wanted.place() {
        (_, Some(level)) => (format!("badge_percentage_baseline_{level}"), wanted.name()),
        (rank, _) => (
            format!("badge_percentage_{}", rank.unwrap_or(1).max(1) - 1),
            wanted.name(),
        ),
    };
    project
        .percentage(&key)
        .map_or(String::new(), |p| format!(" ({p} % of {name})"))
}

/// What else a reader has to know of an entry.
fn remarks(cx: &Context<'_>, project: &Project) -> String {
    let mut text = String::new();
    if let Some(day) = project.warned() {
        text.push_str(&format!(
            "; a change of the criteria will cost the badge on {day}"
        ));
    }
    if let Some(updated) = project.updated()
        && cx.now.as_second() - updated.as_second() > OLD * 86_400
    {
        text.push_str(&format!("; last edited on {}", day(updated)));
    }
    text
}

/// The day of a moment.
pub(super) fn day(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// The page of the entry where the level is answered.
fn page(project: &Project, wanted: Wanted) -> String {
    let section = match wanted {
        Wanted::Any => "passing".to_owned(),
        other => other.name(),
    };
    format!("{SITE}/{}/{section}", project.id)
}

/// The fixed keys of the report.
fn properties(answer: Answer, project: &Project, unmet: &[&str]) -> Answer {
    let mut percentages = serde_json::Map::new();
    let mut achieved = serde_json::Map::new();
    let mut lost = serde_json::Map::new();
    let levels = METALS[1..].iter().enumerate();
    let metals = levels.map(|(n, name)| ((*name).to_owned(), format!("badge_percentage_{n}")));
    let baseline = (1..=3).map(|n| {
        (
            format!("baseline-{n}"),
            format!("badge_percentage_baseline_{n}"),
        )
    });
    for (name, key) in metals.chain(baseline) {
        if let Some(percent) = project.percentage(&key) {
            percentages.insert(name.clone(), percent.into());
        }
        let level = name.replace('-', "_");
        for (what, map) in [("achieved", &mut achieved), ("lost", &mut lost)] {
            if let Some(at) = project.moment(what, &level) {
                map.insert(name.clone(), day(at).into());
            }
        }
    }
    let baseline = match project.baseline() {
        Some(level @ 1..) => json!(format!("baseline-{level}")),
        Some(0) => json!("in_progress"),
        _ => Value::Null,
    };
    answer
        .property("id", project.id)
        .property("level", project.level().map_or(Value::Null, Value::from))
        .property("baseline", baseline)
        .property("percentages", percentages)
        .property("achieved", achieved)
        .property("lost", lost)
        .property("unmet", unmet.to_vec())
}
