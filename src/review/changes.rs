// SPDX-License-Identifier: Apache-2.0

//! The changes of every artefact: places of both ends paired, compared, and cited by commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::checks::artefact::{self, Place};
use crate::report::review::{Change, ChangeKind, State};
use crate::subject::objects::Objects;

use super::artefacts::{ARTEFACTS, Artefact, How};
use super::ends::{Ends, with_blob};
use super::license;
use super::pairing::Pair;
use super::substance::{self, Told};
use super::trail::Trail;
use super::values::{Statement, statement};

/// What is compared, and where commits are found.
pub(super) struct Comparison<'a> {
    /// Both trees.
    pub(super) ends: Ends<'a>,
    /// Commits by path.
    pub(super) trail: &'a Trail<'a>,
    /// Objects of the repository.
    pub(super) objects: &'a Arc<Objects>,
}

impl Comparison<'_> {
    /// All changes, in the order of the artefacts.
    pub(super) fn changes(&self) -> Vec<Change> {
        let mut claimed: BTreeSet<String> = BTreeSet::new();
        let mut all = Vec::new();
        let mut paired: Vec<(&Artefact, Vec<Pair>)> = Vec::new();
        for artefact in ARTEFACTS {
            match artefact.how {
                How::License => all.extend(license::changes(self, artefact, &mut claimed)),
                How::Statement => all.extend(self.stated(artefact)),
                How::Document | How::Best => {
                    paired.push((artefact, self.paired(artefact, &mut claimed)));
                }
            }
        }
        for (artefact, pairs) in &paired {
            // A section of a document that is followed itself is part of that document.
            let inside = |p: &Option<Place>| {
                p.as_ref()
                    .is_none_or(|p| p.line.is_some() && claimed.contains(&p.path))
            };
            let own = pairs
                .iter()
                .filter(|(old, new)| !(inside(old) && inside(new)));
            all.extend(own.filter_map(|pair| self.change(artefact, pair)));
            all.extend(self.pointers(artefact, pairs));
        }
        let order = |id: &str| ARTEFACTS.iter().position(|a| a.id == id);
        all.sort_by_key(|change: &Change| order(&change.artefact));
        all
    }

    /// Pointers at conventional places that came or went while the text they lead to stayed where it is.
    fn pointers(&self, artefact: &Artefact, pairs: &[Pair]) -> Vec<Change> {
        let mut found = Vec::new();
        for (old, new) in pairs {
            let (Some(old), Some(new)) = (old, new) else {
                continue;
            };
            if old.path != new.path {
                continue;
            }
            let lost = old
                .pointers
                .iter()
                .filter(|p| !new.pointers.contains(p) && self.ends.after.files.get(p).is_none());
            let won = new
                .pointers
                .iter()
                .filter(|p| !old.pointers.contains(p) && self.ends.before.files.get(p).is_none());
            let sides = lost.map(|p| (p, false)).chain(won.map(|p| (p, true)));
            for (path, now) in sides {
                let state = State {
                    path: path.clone(),
                    line: None,
                    value: format!("pointer to {}", new.path),
                };
                let told = substance::pointed(path, &new.path, now);
                let (from, to) = if now {
                    (None, Some(state))
                } else {
                    (Some(state), None)
                };
                let mut change = whole_change(artefact, from, to, told);
                change.commits = self.trail.touching(&BTreeSet::from([path.clone()]));
                found.push(change);
            }
        }
        found
    }

    /// The change of one pair; `None` when there is none.
    pub(super) fn change(&self, artefact: &Artefact, pair: &Pair) -> Option<Change> {
        let told = match pair {
            (Some(old), Some(new)) => substance::edited(artefact, old, new)?,
            (None, Some(new)) => substance::added(artefact, new)?,
            (Some(old), None) => substance::removed(artefact, old)?,
            (None, None) => return None,
        };
        // A record of changes grows with each release; that it does is no news.
        let grows = matches!(told.kind, ChangeKind::Edited | ChangeKind::Cosmetic);
        if artefact.id == "changelog" && grows {
            return None;
        }
        let (old, new) = (pair.0.as_ref(), pair.1.as_ref());
        let mut change = Change {
            artefact: artefact.id.to_owned(),
            change: told.kind,
            from: old.map(|p| self.state(artefact, p, false)),
            to: new.map(|p| self.state(artefact, p, true)),
            commits: Vec::new(),
            summary: told.summary,
            sentences: told.sentences,
            names: Vec::new(),
        };
        self.cite(artefact, old, new, &mut change);
        Some(change)
    }

    fn state(&self, artefact: &Artefact, place: &Place, now: bool) -> State {
        let shared = if now {
            self.ends.after
        } else {
            self.ends.before
        };
        State {
            path: place.path.clone(),
            line: place.line,
            value: substance::value(artefact, place, shared, self.ends.catalogue),
        }
    }

    fn stated(&self, artefact: &Artefact) -> Option<Change> {
        let of = |shared| statement(shared, self.ends.catalogue, artefact.id);
        let (old, new) = (of(self.ends.before), of(self.ends.after));
        let key = |s: &Option<Statement>| s.as_ref().map(|s| s.key.clone());
        let moved = match (&old, &new) {
            (Some(a), Some(b)) => a.state.path != b.state.path && artefact.id == "trademark-notice",
            _ => false,
        };
        if key(&old) == key(&new) && !moved {
            return None;
        }
        let told = substance::stated(artefact, old.as_ref(), new.as_ref(), moved)?;
        let value = |name: &str, blob| {
            let read = with_blob(self.ends, self.objects, name, blob, |shared| {
                key(&statement(shared, self.ends.catalogue, artefact.id))
            });
            read.flatten()
        };
        let states = [&old, &new].into_iter().flatten();
        let places: Vec<String> = states.map(|s| s.state.path.clone()).collect();
        let readmes = [
            artefact::readme(self.ends.before),
            artefact::readme(self.ends.after),
        ];
        let mut paths: BTreeSet<&str> = places.iter().map(String::as_str).collect();
        paths.extend(readmes.iter().flatten().map(String::as_str));
        let differs = |name: &str, a, b| value(name, a) != value(name, b);
        let positions: Vec<usize> = paths
            .iter()
            .flat_map(|path| self.changing(path, differs))
            .collect();
        Some(Change {
            artefact: artefact.id.to_owned(),
            change: told.kind,
            from: old.map(|s| s.state),
            to: new.map(|s| s.state),
            commits: self.trail.ids(positions),
            summary: told.summary,
            sentences: told.sentences,
            names: Vec::new(),
        })
    }
}

/// A change told without places of its own.
pub(super) fn whole_change(
    artefact: &Artefact,
    from: Option<State>,
    to: Option<State>,
    told: Told,
) -> Change {
    Change {
        artefact: artefact.id.to_owned(),
        change: told.kind,
        from,
        to,
        commits: Vec::new(),
        summary: told.summary,
        sentences: told.sentences,
        names: Vec::new(),
    }
}
