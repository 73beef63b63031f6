// SPDX-License-Identifier: Apache-2.0

//! The licence then and now: the expression is the finding, the bytes of a text are not. Copies of it below
//! the root are parts, not the licence.

use std::collections::BTreeSet;

use crate::checks::artefact::{self, Place};
use crate::report::review::{Change, ChangeKind, State};

use super::artefacts::Artefact;
use super::changes::{Comparison, whole_change};
use super::ends::with_blob;
use super::pairing::Pair;
use super::substance;

/// The changes of the licence files; their paths are claimed.
pub(super) fn changes(
    cmp: &Comparison<'_>,
    artefact: &Artefact,
    claimed: &mut BTreeSet<String>,
) -> Vec<Change> {
    let (before, old) = artefact::licenses(cmp.ends.before);
    let (after, new) = artefact::licenses(cmp.ends.after);
    claimed.extend(before.iter().chain(&after).map(|p| p.path.clone()));
    let state = |places: &[Place], expression: &Option<String>| {
        let path = places.first().map(|p| p.path.clone());
        (path.is_some() || expression.is_some()).then(|| State {
            path: path.unwrap_or_default(),
            line: None,
            value: expression.clone().unwrap_or_else(|| "unknown text".into()),
        })
    };
    let (from, to) = (state(&before, &old), state(&after, &new));
    if old != new || before.is_empty() != after.is_empty() {
        let told = substance::relicensed(
            artefact,
            from.as_ref(),
            to.as_ref(),
            before.is_empty(),
            after.is_empty(),
        );
        let mut change = whole_change(artefact, from, to, told);
        let touched: Vec<&Place> = before.iter().chain(&after).collect();
        cite(cmp, artefact, &touched, &mut change);
        intermediate(cmp, &touched, (&old, &new), &mut change);
        return vec![change];
    }
    let mut found: Vec<Change> = Vec::new();
    for pair in pairs(before, after) {
        let value = |p: &Place| State {
            path: p.path.clone(),
            line: None,
            value: new.clone().unwrap_or_else(|| "unknown text".into()),
        };
        let Some(mut change) = cmp.change(artefact, &pair) else {
            continue;
        };
        change.from = pair.0.as_ref().map(value);
        change.to = pair.1.as_ref().map(value);
        let expression = new.as_deref().unwrap_or("unknown");
        change.summary = format!("the licence stays {expression}; {}", change.summary);
        // Texts in a folder of licences come and go together.
        let same = |other: &&mut Change| {
            other.change == change.change
                && matches!(other.change, ChangeKind::Added | ChangeKind::Removed)
        };
        match found.iter_mut().find(same) {
            Some(other) => {
                let path = change
                    .to
                    .as_ref()
                    .or(change.from.as_ref())
                    .map_or("", |s| s.path.as_str());
                other.summary.push_str(&format!(", {path}"));
                other.commits.extend(change.commits);
                let mut seen = BTreeSet::new();
                other.commits.retain(|id| seen.insert(id.clone()));
            }
            None => found.push(change),
        }
    }
    found
}

/// The same path first; then what is left, in order, when it is one file on each side.
fn pairs(before: Vec<Place>, after: Vec<Place>) -> Vec<Pair> {
    let mut after: Vec<Option<Place>> = after.into_iter().map(Some).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    let mut gone = Vec::new();
    for old in before {
        let at = after
            .iter()
            .position(|p| p.as_ref().is_some_and(|p| p.path == old.path));
        match at {
            Some(at) => pairs.push((Some(old), after[at].take())),
            None => gone.push(old),
        }
    }
    for old in gone {
        let near = |p: &Option<Place>| {
            p.as_ref()
                .is_some_and(|p| p.oid == old.oid || super::compare::similarity(p, &old) > 0.6)
        };
        let at = after.iter().position(near);
        pairs.push((Some(old), at.and_then(|at| after[at].take())));
    }
    pairs.extend(after.into_iter().flatten().map(|new| (None, Some(new))));
    pairs
}

fn cite(cmp: &Comparison<'_>, artefact: &Artefact, places: &[&Place], change: &mut Change) {
    let paths: Vec<&str> = places.iter().map(|p| p.path.as_str()).collect();
    let names = cmp
        .trail
        .names(&paths, &|path| artefact::fits(artefact.id, path));
    change.commits = cmp.trail.touching(&names);
}

/// A licence that held for a while between the two ends is never hidden.
fn intermediate(
    cmp: &Comparison<'_>,
    places: &[&Place],
    ends: (&Option<String>, &Option<String>),
    change: &mut Change,
) {
    let mut between: Vec<String> = Vec::new();
    let paths: BTreeSet<&str> = places.iter().map(|p| p.path.as_str()).collect();
    for path in paths {
        for event in cmp.trail.at_path(path) {
            let read = with_blob(cmp.ends, cmp.objects, path, event.file.new, |shared| {
                artefact::licenses(shared).1
            });
            if let Some(Some(expression)) = read
                && Some(&expression) != ends.0.as_ref()
                && Some(&expression) != ends.1.as_ref()
                && !between.contains(&expression)
            {
                between.push(expression);
            }
        }
    }
    if !between.is_empty() {
        change.summary.push_str(&format!(
            "; on the way {} stood in a licence file",
            between.join(", ")
        ));
    }
}
