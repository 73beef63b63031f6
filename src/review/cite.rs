// SPDX-License-Identifier: Apache-2.0

//! The commits that made a change: by path, under every name it had, and by what they did to a part.

use std::collections::BTreeSet;

use crate::checks::artefact::{self, Place};
use crate::report::review::Change;

use super::artefacts::Artefact;
use super::changes::Comparison;
use super::compare::{Difference, difference};
use super::ends::{with_blob, with_rule};

impl Comparison<'_> {
    /// Names the commits: for files those that touched any name, for parts of README those that changed the part.
    pub(super) fn cite(
        &self,
        artefact: &Artefact,
        old: Option<&Place>,
        new: Option<&Place>,
        change: &mut Change,
    ) {
        let mut positions = Vec::new();
        let mut files: Vec<&str> = Vec::new();
        for place in [old, new].into_iter().flatten() {
            if place.line.is_some() {
                positions.extend(self.commits_of_part(artefact, &place.path));
            } else {
                files.push(&place.path);
            }
        }
        let fits = |path: &str| artefact::fits(artefact.id, path);
        let names = self.trail.names(&files, &fits);
        positions.extend(
            names
                .iter()
                .flat_map(|n| self.trail.at_path(n).map(|e| e.at)),
        );
        change.commits = self.trail.ids(positions);
        if change.commits.is_empty() {
            let path = new.or(old).map_or("", |p| p.path.as_str());
            change.commits = self.trail.merges_changing(path);
            if !change.commits.is_empty() {
                change.summary.push_str(" (made while merging)");
            }
        }
        let ends = [old, new].into_iter().flatten().map(|p| p.path.as_str());
        let ends: BTreeSet<&str> = ends.collect();
        change.names = names
            .into_iter()
            .filter(|n| !ends.contains(n.as_str()))
            .collect();
    }

    /// Commits that changed the part of `path` that stands for the artefact.
    fn commits_of_part(&self, artefact: &Artefact, path: &str) -> Vec<usize> {
        let part = |name: &str, blob| {
            with_blob(self.ends, self.objects, name, blob, |shared| {
                let found = with_rule(shared, self.ends.catalogue, artefact.id, |cx| {
                    artefact::places(cx, artefact.id)
                });
                found
                    .unwrap_or_default()
                    .into_iter()
                    .find(|p| p.path == name)
            })
            .flatten()
        };
        self.changing(path, |name, old, new| {
            match (part(name, old), part(name, new)) {
                (Some(a), Some(b)) => a.form != b.form || difference(&a, &b) != Difference::None,
                (a, b) => a.is_some() != b.is_some(),
            }
        })
    }

    /// Commits at `path`, or at a name it had, for which `differs` holds of the blobs before and after.
    pub(super) fn changing(
        &self,
        path: &str,
        differs: impl Fn(&str, Option<git2::Oid>, Option<git2::Oid>) -> bool,
    ) -> Vec<usize> {
        let names = self.trail.names(&[path], &|_| false);
        let events = names.iter().flat_map(|name| self.trail.at_path(name));
        events
            .filter(|e| differs(&e.file.path, e.file.old, e.file.new))
            .map(|e| e.at)
            .collect()
    }
}
