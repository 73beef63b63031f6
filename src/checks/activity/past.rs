// SPDX-License-Identifier: Apache-2.0

//! Files as they are now against the same files at an earlier day, by two trees of the object database.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use git2::Oid;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::RegexBuilder;
use serde::Deserialize;
use serde_json::json;

use super::{DAY, day};
use crate::checks::{Answer, Context, Draft};
use crate::report::Evidence;
use crate::subject::history::{Commit, History};
use crate::subject::{DOCUMENT_LIMIT, Tree};

/// Most paths named in evidence.
const LISTED: usize = 10;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// Globs of the files, case-insensitive.
    paths: Vec<String>,
    /// Globs of paths that are none of them, though they match.
    #[serde(default)]
    never: Vec<String>,
    /// How many days back the earlier state is taken.
    days: i64,
    /// What is looked for in the files, and must have been there then. Without it, the files must have
    /// changed since.
    #[serde(default)]
    stands: Option<String>,
}

/// The state at an earlier day.
enum Past<'a> {
    /// Before that commit the project stood so.
    At(&'a Commit, Box<dyn Tree>),
    /// The project is younger.
    Unborn,
    /// It cannot be seen, because.
    Unknown(String),
}

/// Judges whether files changed, or whether words stood in them.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let history = cx.history();
    if let Some(why) = &history.absent {
        return Ok(Answer::open(format!("the past cannot be seen: {why}")));
    }
    let Some(head) = cx.subject.commit() else {
        return Ok(Answer::open("this repository has no commit yet"));
    };
    let wanted = (globs(&params.paths)?, globs(&params.never)?);
    let (now, _) = cx
        .subject
        .tree_at(head)
        .context("reading the tree of the head")?;
    let moment = cx.now.as_second() - params.days * DAY;
    let past = past(cx, history, head, moment);
    match &params.stands {
        None => Ok(changed(
            &files(now.as_ref(), &wanted),
            &past,
            &wanted,
            moment,
        )),
        Some(words) => {
            let words = RegexBuilder::new(words).case_insensitive(true).build()?;
            Ok(stood(now.as_ref(), &past, &wanted, &words, params.days))
        }
    }
}

fn globs(list: &[String]) -> Result<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for glob in list {
        let glob = GlobBuilder::new(glob)
            .case_insensitive(true)
            .literal_separator(true)
            .empty_alternates(true)
            .build();
        set.add(glob.context("a glob of `paths` or `never`")?);
    }
    Ok(set.build()?)
}

/// The last commit of the first parents before a moment.
fn past<'a>(cx: &Context<'_>, history: &'a History, head: Oid, moment: i64) -> Past<'a> {
    let by_id: BTreeMap<_, _> = history.commits.iter().map(|c| (c.id, c)).collect();
    let mut id = head;
    while let Some(commit) = by_id.get(&id) {
        if commit.commit_time <= moment {
            return match cx.subject.tree_at(commit.id) {
                Ok((tree, _)) => Past::At(commit, tree),
                Err(error) => Past::Unknown(error.to_string()),
            };
        }
        if history.boundary.binary_search(&id).is_ok() {
            break;
        }
        match history.parents(commit).first() {
            Some(parent) => id = *parent,
            None => return Past::Unborn,
        }
    }
    Past::Unknown(
        "the clone does not reach back so far: fetch the rest with `git fetch --unshallow`"
            .to_owned(),
    )
}

type Wanted = (GlobSet, GlobSet);

fn files(tree: &dyn Tree, (wanted, never): &Wanted) -> BTreeMap<String, Option<Oid>> {
    let entries = tree.entries().iter().filter(|e| e.is_file());
    entries
        .filter(|e| wanted.is_match(&e.path) && !never.is_match(&e.path))
        .map(|e| (e.path.clone(), e.oid))
        .collect()
}

fn changed(
    now: &BTreeMap<String, Option<Oid>>,
    past: &Past<'_>,
    wanted: &Wanted,
    moment: i64,
) -> Answer {
    let names: Vec<_> = now.keys().take(LISTED).cloned().collect();
    if now.is_empty() {
        return Answer::open(
            "no such file is in this repository: where they are kept elsewhere, attest that they are kept up to date",
        );
    }
    let since = day(moment);
    let (commit, then) = match past {
        Past::Unknown(why) => return Answer::open(why.clone()),
        Past::Unborn => {
            let note = format!("younger than {since}");
            return Answer::pass(
                format!(
                    "the project is younger than {since}, and so are {}",
                    names.join(", ")
                ),
                Evidence::file(&names[0]).note(note),
            );
        }
        Past::At(commit, tree) => (commit, files(tree.as_ref(), wanted)),
    };
    let moved: Vec<_> = now
        .iter()
        .filter(|(path, oid)| then.get(*path) != Some(oid))
        .map(|(path, _)| path.as_str())
        .chain(
            then.keys()
                .filter(|path| !now.contains_key(*path))
                .map(String::as_str),
        )
        .collect();
    let at = Evidence::commit(commit.id.to_string()).note(format!("the state of {since}"));
    let answer = match moved.first() {
        Some(first) => {
            let shown: Vec<_> = moved.iter().take(LISTED).copied().collect();
            Answer::pass(
                format!("changed since {since}: {}", shown.join(", ")),
                Evidence::file(*first).note("changed"),
            )
        }
        None => {
            let message = format!(
                "unchanged since {since}: {}; expected to follow the people and decisions of the project; bring the roster and the decisions up to date, or confirm that they are",
                names.join(", ")
            );
            let draft = Draft::new(format!("unchanged since {since}"));
            Answer::fail(message, draft.path(&names[0]).key("unchanged"))
        }
    };
    let figures = json!({ "from": since.to_string(), "files": now.len(), "changed": moved.len() });
    answer.evidence(at).property("window", figures)
}

fn stood(
    now: &dyn Tree,
    past: &Past<'_>,
    wanted: &Wanted,
    words: &regex::Regex,
    days: i64,
) -> Answer {
    let Some(path) = holds(now, wanted, words) else {
        return Answer::not_applicable("there is no such notice, so it has no age");
    };
    let (commit, tree) = match past {
        Past::Unknown(why) => return Answer::open(why.clone()),
        Past::Unborn => return young(&path, days),
        Past::At(commit, tree) => (commit, tree),
    };
    if holds(tree.as_ref(), wanted, words).is_none() {
        return young(&path, days);
    }
    let note = format!("the notice stood there on {}", day(commit.commit_time));
    Answer::pass(
        format!("the notice has stood for {days} days or longer"),
        Evidence::commit(commit.id.to_string()).note(note),
    )
    .evidence(Evidence::file(path).note("the notice"))
}

fn young(path: &str, days: i64) -> Answer {
    let message = format!(
        "the notice in {path} has stood for less than {days} days; expected that long before the vote; keep it in place"
    );
    Answer::fail(
        message,
        Draft::new("the notice is younger").path(path).key("age"),
    )
}

/// Path of the first file that holds the words.
fn holds(tree: &dyn Tree, (wanted, never): &Wanted, words: &regex::Regex) -> Option<String> {
    let entries = tree.entries().iter().filter(|e| e.is_file());
    let mut entries = entries.filter(|e| wanted.is_match(&e.path) && !never.is_match(&e.path));
    entries.find_map(|entry| {
        let content = tree.read(entry, DOCUMENT_LIMIT).ok()?;
        let text = crate::text::decode(&content.bytes);
        words.is_match(&text).then(|| entry.path.clone())
    })
}

#[cfg(test)]
mod tests {
    use git2::{Repository, Signature, Time};

    use crate::checks::testing::{catalogue, over};
    use crate::report::Kind;
    use crate::subject::{OpenOptions, Subject};

    /// A repository whose commits, by day, hold these files; and the verdict of a rule on it.
    fn verdict(rule: &str, states: &[(&str, &[(&str, &str)])]) -> (Kind, String) {
        let folder = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(folder.path()).unwrap();
        let mut parent: Option<git2::Oid> = None;
        for (day, files) in states {
            let mut tree = repository.treebuilder(None).unwrap();
            for (name, text) in *files {
                let blob = repository.blob(text.as_bytes()).unwrap();
                tree.insert(name, blob, 0o100_644).unwrap();
            }
            let tree = repository.find_tree(tree.write().unwrap()).unwrap();
            let time: jiff::Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
            let who = Signature::new("Ana", "ana@x.org", &Time::new(time.as_second(), 0)).unwrap();
            let parents: Vec<_> = parent
                .iter()
                .map(|id| repository.find_commit(*id).unwrap())
                .collect();
            let parents: Vec<_> = parents.iter().collect();
            let id = repository
                .commit(Some("HEAD"), &who, &who, "x", &tree, &parents)
                .unwrap();
            parent = Some(id);
        }
        let options = OpenOptions {
            path: folder.path().to_string_lossy().into_owned(),
            at: None,
            remote_override: None,
            offline: true,
            only: Vec::new(),
        };
        let subject = Subject::open(&options).unwrap();
        let rule = catalogue().rule(rule).unwrap();
        let answer = over(&subject, rule);
        (answer.kind(), answer.message().to_owned())
    }

    #[test]
    fn governance_that_nobody_touches_is_noted() {
        let rule = "governance-active";
        let old = (
            "2024-01-01",
            &[("MAINTAINERS.md", "Ana"), ("a.rs", "1")][..],
        );
        let same = (
            "2026-10-01",
            &[("MAINTAINERS.md", "Ana"), ("a.rs", "2")][..],
        );
        let other = ("2026-10-01", &[("MAINTAINERS.md", "Bo")][..]);
        let none = ("2026-10-01", &[("a.rs", "2")][..]);
        assert_eq!(verdict(rule, &[old, same]).0, Kind::Fail);
        assert_eq!(verdict(rule, &[old, other]).0, Kind::Pass);
        assert_eq!(verdict(rule, &[other]).0, Kind::Pass, "a young project");
        assert_eq!(verdict(rule, &[old, none]).0, Kind::Open);
    }

    #[test]
    fn a_notice_has_to_stand_for_a_month() {
        let rule = "emeritus-notice-age";
        let text = "# Tool\nThis project has reached the Emeritus stage.\n";
        let plain = (
            "2024-01-01",
            &[("README.md", "# Tool\nEmeritus maintainers: Ana\n")][..],
        );
        let old = ("2026-09-01", &[("README.md", text)][..]);
        let new = ("2026-11-10", &[("README.md", text)][..]);
        assert_eq!(verdict(rule, &[plain]).0, Kind::NotApplicable);
        assert_eq!(verdict(rule, &[plain, old]).0, Kind::Pass);
        assert_eq!(verdict(rule, &[plain, new]).0, Kind::Fail);
        assert_eq!(verdict(rule, &[plain, old, new]).0, Kind::Pass);
    }
}
