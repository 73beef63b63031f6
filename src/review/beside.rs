// SPDX-License-Identifier: Apache-2.0

//! What stands beside the changes of documents: lists of people inside another document, and what came and went.

use std::collections::BTreeSet;

use crate::checks::artefact;
use crate::report::review::{Change, Member, Passing, Roll, State};

use super::artefacts::{ARTEFACTS, Artefact, How};
use super::changes::{Comparison, whole_change};
use super::ends::{with_blob, with_rule};
use super::substance;

impl Comparison<'_> {
    /// The change of a list of people that no document of its own holds: a label and bullets in README.
    pub(super) fn listed(&self, people: &Roll<Member>, changes: &[Change]) -> Option<Change> {
        let mut lists = people
            .added
            .iter()
            .chain(&people.removed)
            .chain(&people.changed);
        let told = |path: &str| {
            changes.iter().any(|c| {
                let ends = [&c.from, &c.to].into_iter().flatten();
                matches!(c.artefact.as_str(), "maintainers-file" | "codeowners")
                    && ends.clone().any(|s| s.path == path)
            })
        };
        let path = lists
            .find_map(|m| m.lists.first())
            .filter(|path| !told(path))?;
        let names = |name: &str, blob| {
            with_blob(self.ends, self.objects, name, blob, |shared| {
                let found = with_rule(
                    shared,
                    self.ends.catalogue,
                    "maintainers-file",
                    artefact::people,
                );
                let found = found.unwrap_or_default().into_iter();
                let who = found.map(|l| (l.member.handle, l.member.name, l.member.role, l.active));
                who.collect::<BTreeSet<_>>()
            })
        };
        let positions = self.changing(path, |name, old, new| names(name, old) != names(name, new));
        let state = |_| State {
            path: path.clone(),
            line: None,
            value: "part of the document".into(),
        };
        let told = substance::listed(
            people.added.len(),
            people.removed.len(),
            people.changed.len(),
        );
        let artefact = ARTEFACTS.iter().find(|a| a.id == "maintainers-file")?;
        let mut change = whole_change(artefact, Some(state(())), Some(state(())), told);
        change.commits = self.trail.ids(positions);
        Some(change)
    }

    /// Documents that came and went, or changed and changed back.
    pub(super) fn passing(&self, changes: &[Change]) -> Vec<Passing> {
        let told: BTreeSet<&str> = changes
            .iter()
            .flat_map(|c| {
                let ends = [&c.from, &c.to]
                    .into_iter()
                    .flatten()
                    .map(|s| s.path.as_str());
                ends.chain(c.names.iter().map(String::as_str))
            })
            .collect();
        let mut found = Vec::new();
        for path in self.trail.paths() {
            if told.contains(path) {
                continue;
            }
            let strict = |a: &&Artefact| {
                matches!(a.how, How::Document | How::License) && artefact::is_place(a.id, path)
            };
            let Some(artefact) = ARTEFACTS.iter().find(strict) else {
                continue;
            };
            let oid =
                |shared: &crate::checks::Shared<'_>| shared.files.get(path).and_then(|e| e.oid);
            let (old, new) = (oid(self.ends.before), oid(self.ends.after));
            if old != new {
                continue;
            }
            let what = if old.is_none() {
                "came and went again: there is none of it at either end"
            } else {
                "was changed and changed back: the same at both ends"
            };
            found.push(Passing {
                artefact: artefact.id.to_owned(),
                path: path.to_owned(),
                commits: self.trail.touching(&BTreeSet::from([path.to_owned()])),
                summary: format!("{}: {path} {what}", artefact.noun),
            });
        }
        found
    }
}
