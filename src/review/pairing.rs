// SPDX-License-Identifier: Apache-2.0

//! The places of a document at both ends, found and paired: which of then is which of now.

use std::collections::BTreeSet;

use crate::checks::Shared;
use crate::checks::artefact::{self, Form, Place};

use super::artefacts::{Artefact, How};
use super::changes::Comparison;
use super::compare::similarity;
use super::ends::with_rule;

/// Share of words that makes a file of another name the same document, where several could be.
const ALIKE: f64 = 0.3;

/// A place then and now.
pub(super) type Pair = (Option<Place>, Option<Place>);

impl Comparison<'_> {
    /// The places of a document at both ends, paired; files that belong to it are `claimed`.
    pub(super) fn paired(&self, artefact: &Artefact, claimed: &mut BTreeSet<String>) -> Vec<Pair> {
        let places = |shared| self.places(artefact, shared, claimed);
        let (before, after) = (places(self.ends.before), places(self.ends.after));
        let named = |p: &&Place| p.line.is_none() && artefact::fits(artefact.id, &p.path);
        let files = before.iter().chain(&after).filter(named);
        let files: Vec<String> = files.map(|p| p.path.clone()).collect();
        let pairs = self.pair(artefact, before, after);
        claimed.extend(files);
        pairs
    }

    /// Where the document is at one end, the likeliest place first.
    fn places(
        &self,
        artefact: &Artefact,
        shared: &Shared<'_>,
        claimed: &BTreeSet<String>,
    ) -> Vec<Place> {
        let found = with_rule(shared, self.ends.catalogue, artefact.id, |cx| {
            artefact::places(cx, artefact.id)
        });
        let mut found = found.unwrap_or_default();
        found.retain(|p| p.line.is_some() || !claimed.contains(&p.path));
        // OWNERS of a folder names the reviewers of that folder.
        found.retain(|p| artefact.id != "maintainers-file" || !p.path.ends_with("/OWNERS"));
        found.retain(|p| artefact.id == "codeowners" || !is_codeowners(&p.path));
        let stem = |p: &Place| p.path.rsplit('/').next().unwrap_or_default().to_lowercase();
        if artefact.id == "contributing-guide"
            && found.iter().any(|p| stem(p).starts_with("contributing"))
        {
            // Beside a guide, CONTRIBUTORS lists people.
            found.retain(|p| !stem(p).starts_with("contributors"));
        }
        if artefact.how == How::Best {
            found.retain(|p| !matches!(p.form, Form::Pointer(_)));
        }
        if artefact.how == How::Best || matches!(artefact.id, "maintainers-file" | "adopters-file")
        {
            // What a link with such words leads to may be anything.
            found.retain(|p| {
                p.line.is_some()
                    || p.form == Form::Text && p.prose.is_empty()
                    || artefact::fits(artefact.id, &p.path)
            });
        }
        if artefact.how == How::Best {
            // Many files have such names: those at the conventional places count, else the likeliest one.
            let template = |p: &Place| p.path.to_lowercase().contains("issue_template");
            found.retain(|p| !template(p));
            if found
                .iter()
                .any(|p| artefact::is_place(artefact.id, &p.path))
            {
                found.retain(|p| artefact::is_place(artefact.id, &p.path));
            } else {
                found.truncate(1);
            }
        }
        found
    }

    /// Goes through both lists: the same path first, then what the other tree still or already has there,
    /// then the likeliest moves.
    fn pair(&self, artefact: &Artefact, before: Vec<Place>, after: Vec<Place>) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = Vec::new();
        let mut after: Vec<Option<Place>> = after.into_iter().map(Some).collect();
        let mut left = Vec::new();
        for old in before {
            let same = |p: &Option<Place>| {
                p.as_ref()
                    .is_some_and(|p| p.path == old.path && p.line.is_some() == old.line.is_some())
            };
            let pointed = |p: &Option<Place>| {
                p.as_ref()
                    .is_some_and(|p| p.via.as_ref() == Some(&old.path))
            };
            let at = after
                .iter()
                .position(same)
                .or_else(|| after.iter().position(pointed));
            match at {
                Some(at) => pairs.push((Some(old), after[at].take())),
                None => left.push(old),
            }
        }
        let mut gone = Vec::new();
        for old in left {
            // The file may still be there, though it is not the best place any more.
            let still = artefact::whole(self.ends.after, &old.path).filter(|_| old.line.is_none());
            match still {
                Some(now) => pairs.push((Some(old), Some(now))),
                None => gone.push(old),
            }
        }
        let mut come = Vec::new();
        for new in after.into_iter().flatten() {
            let was = artefact::whole(self.ends.before, &new.path).filter(|_| new.line.is_none());
            match was {
                // A pointer that became the text, or the text behind a pointer that was not seen.
                Some(was) if artefact::fits(artefact.id, &new.path) || was.oid == new.oid => {
                    pairs.push((Some(was), Some(new)));
                }
                _ => come.push(new),
            }
        }
        self.moves(gone, come, &mut pairs);
        pairs
    }

    fn moves(&self, gone: Vec<Place>, mut come: Vec<Place>, pairs: &mut Vec<Pair>) {
        let mut rest = Vec::new();
        for old in gone {
            let names = self.trail.names(&[&old.path], &|_| false);
            let score = |new: &Place| match () {
                () if old.oid.is_some() && old.oid == new.oid => 3.0,
                () if old.line.is_none() && names.contains(&new.path) => 2.0,
                () => similarity(&old, new),
            };
            let best = (0..come.len()).max_by(|&a, &b| score(&come[a]).total_cmp(&score(&come[b])));
            match best.filter(|&at| score(&come[at]) >= ALIKE) {
                Some(at) => pairs.push((Some(old), Some(come.remove(at)))),
                None => rest.push(old),
            }
        }
        // A rewrite under another name: one left on each side is one document.
        let linked = |old: &Place, new: &Place| {
            new.line.is_some() && matches!(new.form, Form::Pointer(_)) && old.line.is_none()
        };
        if rest.len() == 1
            && come.len() == 1
            && (has_text(&rest[0]) && has_text(&come[0]) || linked(&rest[0], &come[0]))
        {
            pairs.push((rest.pop(), come.pop()));
        }
        pairs.extend(rest.into_iter().map(|old| (Some(old), None)));
        pairs.extend(come.into_iter().map(|new| (None, Some(new))));
    }
}

fn has_text(place: &Place) -> bool {
    matches!(place.form, Form::Text | Form::Binary)
}

fn is_codeowners(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.eq_ignore_ascii_case("codeowners")
}
