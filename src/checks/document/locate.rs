// SPDX-License-Identifier: Apache-2.0

//! All places where a document may be, judged, best first.

use crate::checks::target::{self, Target};
use crate::checks::words::any_is;
use crate::checks::{Answer, Context, Draft, Organisation};
use crate::remote::Seen;
use crate::report::Evidence;

use super::find::{Candidates, candidates, folder};
use super::judge::{Hit, Judge, Worth};
use super::search::Search;
use super::section;

/// Where the organisation's defaults are read, as GitHub documents it.
const DEFAULTS: &[&str] = &["", ".github", "docs"];

/// What was found of a document.
pub(crate) struct Located {
    /// Every place, best first.
    pub(crate) hits: Vec<Hit>,
    /// A file that would have counted, were it tracked.
    untracked: Option<String>,
    /// Candidates that were not read because there are too many.
    left_out: usize,
    /// Why the organisation's default was not looked at, when it might exist.
    pub(crate) unseen: Option<String>,
}

impl Located {
    /// The best place, when it is worth anything.
    pub(crate) fn best(&self) -> Option<&Hit> {
        self.hits.first().filter(|hit| hit.worth <= Worth::Ask)
    }

    /// Texts of the document that can be judged by content, best first.
    pub(crate) fn readable(&self) -> impl Iterator<Item = &Hit> {
        self.hits
            .iter()
            .filter(|h| h.worth == Worth::Good && h.passage.is_some())
    }
}

/// Looks everywhere the rule allows. `rule` is the one whose `[documents]` entry counts.
pub(crate) fn locate(cx: &Context<'_>, search: &Search, rule: &str) -> Located {
    let judge = Judge {
        shared: cx.shared,
        files: &cx.files,
        search,
    };
    let mut hits = configured(cx, &judge, rule);
    let told = !hits.is_empty();
    let found = candidates(&cx.files, search);
    let (untracked, left_out) = if told {
        (None, 0)
    } else {
        let noted = noted(&found);
        in_tree(&judge, &found, &mut hits);
        noted
    };
    let hides = found
        .tracked
        .iter()
        .any(|entry| DEFAULTS.iter().any(|d| d.eq_ignore_ascii_case(entry.dir())))
        && hits.iter().any(|h| h.worth <= Worth::Bad);
    let mut unseen = None;
    if !told && !hides && !hits.iter().any(|h| h.worth == Worth::Good) {
        match cx.organisation() {
            Organisation::Given(files) if search.inherited => {
                hits.extend(of_organisation(cx, files, search, &[]));
            }
            Organisation::Fetched(files, found) if search.inherited => {
                hits.extend(of_organisation(cx, &files, search, &found.seen));
                let unread = found
                    .unread
                    .iter()
                    .find(|(stem, _)| any_is(&search.names, stem));
                unseen = unread.map(|(stem, why)| {
                    format!("the organisation's {stem} could not be read: {why}")
                });
            }
            Organisation::Nothing if search.inherited => {}
            Organisation::Unseen(why) => unseen = not_consulted(cx, search, &why),
            _ => unseen = not_consulted(cx, search, ""),
        }
    }
    hits.sort_by_key(|hit| hit.worth);
    Located {
        hits,
        untracked,
        left_out,
        unseen,
    }
}

fn noted(found: &Candidates<'_>) -> (Option<String>, usize) {
    (found.untracked.map(|e| e.path.clone()), found.left_out)
}

fn in_tree<'a>(judge: &Judge<'_, 'a>, found: &Candidates<'a>, hits: &mut Vec<Hit>) {
    hits.extend(found.tracked.iter().map(|entry| judge.file(entry, 0)));
    if let Some((name, last, count)) = folder(judge.files, judge.search) {
        hits.push(of_folder(judge, &name, last, count));
    }
    if !hits.iter().any(|h| h.worth == Worth::Good) {
        hits.extend(section::sections(judge));
    }
    if !hits.iter().any(|h| h.worth == Worth::Good) {
        hits.extend(section::links(judge));
    }
}

fn of_folder<'a>(
    judge: &Judge<'_, 'a>,
    name: &str,
    last: &'a crate::subject::Entry,
    count: usize,
) -> Hit {
    let mut hit = judge.file(last, 1);
    let files = if count == 1 { "file" } else { "files" };
    hit.said = format!("{name}/ with {count} {files}");
    hit.path = name.to_owned();
    // One fragment is short by nature: that it has words is enough.
    if hit.worth > Worth::Unknown && !hit.said.is_empty() {
        hit.worth = Worth::Good;
    }
    hit.evidence = vec![
        Evidence::file(name).note(format!("{count} {files}")),
        Evidence::file(&last.path).note("one of them"),
    ];
    hit
}

/// Places that the configuration names: paths of this tree, or addresses.
fn configured(cx: &Context<'_>, judge: &Judge<'_, '_>, rule: &str) -> Vec<Hit> {
    let places = cx.documents.get(rule).map_or(&[][..], Vec::as_slice);
    let mut hits = Vec::new();
    for place in places {
        let hit = match target::locate(&cx.files, place) {
            Target::File(entry, _) => Some(judge.file(entry, 0)),
            _ => judge.leads(".provost.toml", 1, place, 0),
        };
        hits.extend(hit);
    }
    hits
}

fn of_organisation(
    cx: &Context<'_>,
    files: &crate::checks::Files<'_>,
    search: &Search,
    replies: &[(String, Seen)],
) -> Vec<Hit> {
    let judge = Judge {
        shared: cx.shared,
        files,
        search,
    };
    let found = candidates(files, search);
    let inherits = |dir: &str| DEFAULTS.iter().any(|d| d.eq_ignore_ascii_case(dir));
    found
        .tracked
        .iter()
        .filter(|entry| inherits(entry.dir()))
        .map(|entry| {
            let mut hit = judge.file(entry, 0);
            hit.said = format!("the organisation's default, {}", hit.said);
            for evidence in &mut hit.evidence {
                // The path is one of another repository: as a note it cannot be taken for ours.
                let path = evidence.path.take().unwrap_or_default();
                evidence.line = None;
                evidence.note = Some(format!("{path} in the organisation's .github repository"));
                if let Some((_, seen)) = replies.iter().find(|(read, _)| *read == path) {
                    evidence.url = Some(seen.url.clone());
                    evidence.retrieved = Some(seen.retrieved.clone());
                }
            }
            hit
        })
        .collect()
}

/// What the forge might hold that this run did not look at.
fn not_consulted(cx: &Context<'_>, search: &Search, why: &str) -> Option<String> {
    let remote = cx.subject.remote.as_deref()?;
    let host = remote.split("://").nth(1)?.split('/').next()?;
    if !host.eq_ignore_ascii_case("github.com") {
        return None;
    }
    if search.inherited {
        let owner = cx.subject.slug.as_deref()?.split('/').next()?;
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" ({why})")
        };
        return Some(format!(
            "{owner}/.github may supply a default that was not looked at{why}: pass --org-files DIR (a clone of it) or run online"
        ));
    }
    let what = search.on_forge.as_deref()?;
    Some(format!(
        "{what} may stand in for it; they are not in a clone: run online, or name the place under [documents] in .provost.toml"
    ))
}

impl Located {
    /// The answer when only existence matters. `None` when there is nothing: see [`Located::absent`].
    pub(crate) fn answer(&self, search: &Search) -> Option<Answer> {
        let hit = self.hits.first()?;
        let also = self
            .hits
            .iter()
            .skip(1)
            .filter(|h| h.worth == hit.worth && h.path != hit.path)
            .take(5)
            .filter_map(|h| h.evidence.first().cloned());
        let mut trail = hit.evidence.iter().cloned();
        let first = trail.next()?;
        let title = search.title();
        let answer = match hit.worth {
            Worth::Good => Answer::pass(format!("{title}: {}", hit.said), first),
            Worth::Ask => Answer::review(
                format!(
                    "{title}: {}. Is it the {} of this project? Read it, or put a copy or a link to a text in this tree at {}",
                    hit.said, search.what, search.path
                ),
                first,
            ),
            Worth::Unknown => {
                Answer::open(format!("{}; fetch its content and run again", hit.said))
                    .evidence(first)
            }
            Worth::Bad => Answer::fail(
                format!(
                    "{}; expected a {} with substance: complete that file",
                    hit.said, search.what
                ),
                Draft::new(format!(
                    "{}; expected a {} with substance",
                    hit.said, search.what
                ))
                .path(&hit.path)
                .key("substance"),
            )
            .evidence(first),
            Worth::Other => return None,
        };
        Some(answer.all_evidence(trail).all_evidence(also))
    }

    /// The answer when nothing was found: `open` when the forge may hold it, else `fail`.
    pub(crate) fn absent(&self, search: &Search) -> Answer {
        let title = search.title();
        let looked = Evidence::words(format!(
            "no {} under a usual name in the root, .github, docs and the like{}",
            search.what,
            if search.sections.is_empty() {
                ""
            } else {
                ", no section, no link"
            }
        ));
        if let Some(unseen) = &self.unseen {
            return Answer::open(format!("{title}: none in this repository; {unseen}"))
                .evidence(looked);
        }
        let mut message = format!("{title}: none found; add {}", search.path);
        if let Some(path) = &self.untracked {
            message =
                format!("{title}: {path} exists but is not tracked by git; add and commit it");
        }
        if self.left_out > 0 {
            message.push_str(&format!(" ({} candidates were not read)", self.left_out));
        }
        let others = self.hits.iter().flat_map(|h| {
            let said = h.said.clone();
            h.evidence
                .first()
                .cloned()
                .map(|e| if e.note.is_some() { e } else { e.note(said) })
        });
        Answer::fail(
            message.clone(),
            Draft::new(message).path(&search.path).key("absent"),
        )
        .evidence(looked)
        .all_evidence(others.take(5))
    }
}
