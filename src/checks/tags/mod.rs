// SPDX-License-Identifier: Apache-2.0

//! Tags as releases: which tags name one, and of what. The rules stand in the two modules below.
//!
//! A release tag is told by its form alone: `v1.2.3`, `release-1.2.3`, `module/v1.2.3`, `name-1.2.3`,
//! `name@1.2.3`, dates and other numbers. Pre-releases, moving tags (`v1`, `latest`), labels and the tags of
//! components beside the project's own line are counted, not judged.

use std::collections::{BTreeMap, HashSet};

use crate::subject::Tag;

use super::{Context, Shared};

pub(super) mod cadence;
mod name;
pub(super) mod semver;

use name::Name;

/// Most tags looked at.
const TAG_LIMIT: usize = 100_000;

/// A tag that names a release or a pre-release.
#[derive(Clone, Debug)]
struct Release<'a> {
    tag: &'a Tag,
    name: Name<'a>,
}

/// The tags of a repository, sorted out.
#[derive(Debug, Default)]
struct Releases<'a> {
    /// All tags.
    total: usize,
    /// Final releases of the project's own line, newest first; of all lines, if it has none of its own.
    main: Vec<Release<'a>>,
    /// Final releases of components, newest first.
    components: Vec<Release<'a>>,
    /// Pre-releases of any line, newest first.
    previews: Vec<Release<'a>>,
    /// Tags that name no release: moving tags, labels.
    others: usize,
}

impl<'a> Releases<'a> {
    /// Sorts tags out. `own` is the project's name, which may stand before a version of its own line.
    fn of(tags: &'a [Tag], own: &str) -> Self {
        let mut all = Releases {
            total: tags.len(),
            ..Releases::default()
        };
        for tag in tags.iter().take(TAG_LIMIT) {
            let Some(name) = Name::parse(&tag.name, own) else {
                continue;
            };
            let release = Release { tag, name };
            if release.name.is_preview() {
                all.previews.push(release);
            } else if release.name.line.is_empty() {
                all.main.push(release);
            } else {
                all.components.push(release);
            }
        }
        drop_series(&mut all.main);
        drop_series(&mut all.components);
        if all.main.is_empty() {
            all.main = std::mem::take(&mut all.components);
        }
        for list in [&mut all.main, &mut all.components, &mut all.previews] {
            list.sort_by(|a, b| {
                b.tag
                    .time
                    .cmp(&a.tag.time)
                    .then(b.tag.name.cmp(&a.tag.name))
            });
        }
        let named = all.main.len() + all.components.len() + all.previews.len();
        all.others = all.total - named;
        all
    }

    /// Over the subject's own tags.
    fn of_subject(cx: &'a Context<'_>) -> Self {
        let slug = cx.subject.slug.as_deref().unwrap_or_default();
        let own = slug.rsplit('/').next().unwrap_or_default();
        Releases::of(cx.subject.tags(), own)
    }

    /// Releases by component.
    fn by_component(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for release in &self.components {
            *counts.entry(release.name.line).or_default() += 1;
        }
        counts
    }
}

/// Names of the tags that are final releases of the project's own line.
pub(super) fn final_names<'a>(tags: &'a [Tag], own: &str) -> HashSet<&'a str> {
    let releases = Releases::of(tags, own);
    releases.main.iter().map(|r| r.tag.name.as_str()).collect()
}

/// The newest release of the project's own line: its tag, and its version without a `v`.
pub(super) fn newest<'a>(shared: &'a Shared<'_>) -> Option<(&'a Tag, String)> {
    let slug = shared.subject.slug.as_deref().unwrap_or_default();
    let own = slug.rsplit('/').next().unwrap_or_default();
    let releases = Releases::of(shared.subject.tags(), own);
    let newest = releases.main.first()?;
    Some((newest.tag, newest.name.version.to_owned()))
}

/// Drops the tags that stand for a series: `v1.2` where there is a `v1.2.0`, too.
fn drop_series(list: &mut Vec<Release<'_>>) {
    let full: HashSet<_> = list
        .iter()
        .filter(|r| r.name.numbers.len() > 2 && r.name.numbers[2] == "0")
        .map(|r| (r.name.line, r.name.numbers[..2].to_vec()))
        .collect();
    list.retain(|r| {
        r.name.numbers.len() != 2 || !full.contains(&(r.name.line, r.name.numbers.clone()))
    });
}

/// Why nothing can be said without tags.
fn no_tags(cx: &Context<'_>, releases: &Releases<'_>) -> String {
    let next = "fetch them with `git fetch --tags`, or tag the next release vMAJOR.MINOR.PATCH; releases that are published elsewhere have to be attested";
    if let Some(why) = &cx.subject.no_history {
        return format!("no tags can be read: {why}; run provost on a clone of the repository");
    }
    if releases.total == 0 {
        return format!("there is no tag in this clone; {next}");
    }
    format!(
        "none of the {} tags in this clone names a release; {next}",
        releases.total
    )
}

#[cfg(test)]
mod testing {
    use crate::subject::Tag;

    /// Tags of a name and a day.
    pub(super) fn tags(list: &[(&str, &str)]) -> Vec<Tag> {
        let tag = |(name, day): &(&str, &str)| Tag {
            name: (*name).to_owned(),
            commit: None,
            time: Some(
                format!("{day}T12:00:00Z")
                    .parse::<jiff::Timestamp>()
                    .unwrap()
                    .as_second(),
            ),
            signed: false,
            annotated: true,
        };
        list.iter().map(tag).collect()
    }
}
