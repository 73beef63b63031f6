// SPDX-License-Identifier: Apache-2.0

//! Whose entry the README displays: asked of the badge's site, when it may be asked.

use crate::checks::remote::replies;
use crate::checks::{Answer, Context, Document, Draft};
use crate::remote::project::Project;
use crate::remote::{Heard, Shown, Source};
use crate::report::Evidence;

/// What the site says of the entries on display.
pub(super) enum Owner {
    /// Nobody was asked, or there was no answer; why, if it is worth saying.
    Unknown(Option<String>),
    /// One of them is the project's.
    Ours(String, Vec<Evidence>),
    /// None of them is, or a person has to look.
    Other(Answer),
}

/// Looks the displayed entries up.
pub(super) fn owner(cx: &Context<'_>, readme: &Document, line: u64) -> Owner {
    let remote = match cx.remote(Source::Badge) {
        Ok(remote) => remote,
        Err(_) => return Owner::Unknown(None),
    };
    let Some(place) = remote.place() else {
        return Owner::Unknown(None);
    };
    let mut others: Vec<(&Shown, Option<&Project>)> = Vec::new();
    let mut unread = None;
    for shown in remote.shown() {
        match &shown.told {
            Ok(heard) => match &heard.value {
                Some(project) if project.names(&place.address) => {
                    let note = format!("entry {} names this repository", shown.id);
                    return Owner::Ours(note, replies(&heard.seen));
                }
                Some(project) => {
                    if let Some(moved) = &shown.moved {
                        let note = format!(
                            "entry {} names {}, which leads to this repository now: enter the new address there",
                            shown.id, project.repository
                        );
                        return Owner::Ours(note, replies(heard.seen.iter().chain(&moved.seen)));
                    }
                    others.push((shown, Some(project)));
                }
                None => others.push((shown, None)),
            },
            Err(why) => unread = Some(why.clone()),
        }
    }
    let listed = remote.badge().as_ref().ok();
    let own: Vec<u64> = listed
        .iter()
        .flat_map(|l| l.value.projects.iter().map(|p| p.id))
        .collect();
    if let Some(shown) = remote.shown().iter().find(|s| own.contains(&s.id)) {
        let note = format!("entry {} is this repository's", shown.id);
        return Owner::Ours(note, listed.map(|l| replies(&l.seen)).unwrap_or_default());
    }
    match others.first() {
        Some((shown, project)) if unread.is_none() => {
            Owner::Other(foreign(cx, readme, line, shown, *project, &own))
        }
        _ => Owner::Unknown(unread),
    }
}

/// The answer on an entry that is not the project's.
fn foreign(
    cx: &Context<'_>,
    readme: &Document,
    line: u64,
    shown: &Shown,
    project: Option<&Project>,
    own: &[u64],
) -> Answer {
    let id = shown.id;
    let seen = shown.told.iter().flat_map(|h: &Heard<_>| replies(&h.seen));
    let place = &readme.path;
    let instead = match own {
        [] => "put the number of this repository's own entry there".to_owned(),
        ids => {
            let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
            format!(
                "this repository's own is {}: put that there",
                ids.join(" or ")
            )
        }
    };
    let said = match project {
        None => format!("shows entry {id}, which does not exist"),
        Some(project) if !project.names_any() => {
            let question = format!(
                "{place}:{line} displays entry {id} ({}), which names no repository: is it this project's? If so, enter the repository's address there",
                project.name
            );
            return Answer::review(question, Evidence::line(place, line)).all_evidence(seen);
        }
        Some(project) => format!(
            "shows entry {id}, which belongs to {}, not to this repository",
            project.repository
        ),
    };
    let message = format!("{place}:{line} {said}: {instead}. {}", cx.rule.fix.trim());
    let draft = Draft::new(format!("README {said}"))
        .path(place)
        .line(line)
        .key("foreign");
    Answer::fail(message, draft).all_evidence(seen)
}
