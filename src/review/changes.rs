// SPDX-License-Identifier: Apache-2.0

//! The changes of every artefact: places of both ends paired, compared, and cited by commit.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::checks::artefact::{self, Form, Place};
use crate::report::review::{Change, ChangeKind, Member, Passing, Roll, State};
use crate::subject::objects::Objects;

use super::artefacts::{ARTEFACTS, Artefact, How};
use super::compare::{Difference, difference, similarity};
use super::ends::{Ends, with_blob, with_rule};
use super::license;
use super::substance::{self, Told};
use super::trail::Trail;
use super::values::{Statement, statement};

/// Share of words that makes a file of another name the same document, where several could be.
const ALIKE: f64 = 0.3;

/// What is compared, and where commits are found.
pub(super) struct Comparison<'a> {
    /// Both trees.
    pub(super) ends: Ends<'a>,
    /// Commits by path.
    pub(super) trail: &'a Trail<'a>,
    /// Objects of the repository.
    pub(super) objects: &'a Arc<Objects>,
}

/// A place then and now.
pub(super) type Pair = (Option<Place>, Option<Place>);

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

    fn paired(&self, artefact: &Artefact, claimed: &mut BTreeSet<String>) -> Vec<Pair> {
        let places = |shared| {
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
            if artefact.how == How::Best
                || matches!(artefact.id, "maintainers-file" | "adopters-file")
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
        };
        let (before, after) = (places(self.ends.before), places(self.ends.after));
        let named = |p: &&Place| p.line.is_none() && artefact::fits(artefact.id, &p.path);
        let files = before.iter().chain(&after).filter(named);
        let files: Vec<String> = files.map(|p| p.path.clone()).collect();
        let pairs = self.pair(artefact, before, after);
        claimed.extend(files);
        pairs
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

    /// Names the commits: for files those that touched any name, for parts of README those that changed the part.
    fn cite(
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
    fn changing(
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

fn has_text(place: &Place) -> bool {
    matches!(place.form, Form::Text | Form::Binary)
}

fn is_codeowners(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.eq_ignore_ascii_case("codeowners")
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
