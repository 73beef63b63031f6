// SPDX-License-Identifier: Apache-2.0

//! Signed release tags: for a project that publishes no files, the tag is the release.

use std::sync::LazyLock;

use regex::Regex;

use crate::report::Evidence;
use crate::subject::Tag;

use super::super::Context;

static VERSION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(^|[^0-9A-Za-z])v?\d+[._]\d+([._]\d+)*(.*)$").ok());

static UNFINISHED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(^|[^a-z])(rc|alpha|beta|pre|preview|eol|test|snapshot|nightly)").ok()
});

/// Evidence that the newest `count` release tags are all signed.
pub(super) fn signed(cx: &Context<'_>, count: usize) -> Option<Evidence> {
    if count == 0 {
        return None;
    }
    let newest = newest(cx.subject.tags(), count);
    let (first, all) = (newest.first()?, newest.iter().all(|tag| tag.signed));
    if !all {
        return None;
    }
    let names: Vec<_> = newest.iter().map(|tag| tag.name.as_str()).collect();
    let note = format!("the newest release tags are signed: {}", names.join(", "));
    let evidence = match first.commit {
        Some(id) => Evidence::commit(id.to_string()),
        None => Evidence::default(),
    };
    Some(evidence.note(note))
}

/// The newest tags that name a finished version; plain versions before ones with a suffix.
fn newest(tags: &[Tag], count: usize) -> Vec<&Tag> {
    let (Some(version), Some(unfinished)) = (VERSION.as_ref(), UNFINISHED.as_ref()) else {
        return Vec::new();
    };
    let suffix = |tag: &Tag| {
        let found = version.captures(&tag.name)?;
        let rest = found.get(3).map_or("", |m| m.as_str());
        Some(!rest.is_empty())
    };
    let releases = tags.iter().filter(|t| !unfinished.is_match(&t.name));
    let mut known: Vec<_> = releases.filter_map(|t| Some((suffix(t)?, t))).collect();
    if known.iter().any(|(suffixed, _)| !suffixed) {
        known.retain(|(suffixed, _)| !suffixed);
    }
    known.sort_by(|(_, a), (_, b)| (b.time, &b.name).cmp(&(a.time, &a.name)));
    known.into_iter().map(|(_, tag)| tag).take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, time: i64, signed: bool) -> Tag {
        Tag {
            name: name.into(),
            commit: None,
            time: Some(time),
            signed,
            annotated: signed,
        }
    }

    #[test]
    fn candidates_and_side_builds_do_not_count_as_the_newest_release() {
        let tags = [
            tag("v1.7", 1, true),
            tag("v1.7-ITP", 2, false),
            tag("v1.8", 3, true),
            tag("v1.9-rc1", 4, false),
            tag("2024.2-eol", 5, true),
        ];
        let names: Vec<_> = newest(&tags, 3)
            .into_iter()
            .map(|t| t.name.as_str())
            .collect();
        assert_eq!(names, ["v1.8", "v1.7"]);
        let tags = [
            tag("v2026.07-devel", 1, true),
            tag("election-winter", 9, false),
        ];
        assert_eq!(newest(&tags, 3).len(), 1);
    }
}
