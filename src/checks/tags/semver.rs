// SPDX-License-Identifier: Apache-2.0

//! Releases are numbered as Semantic Versioning says (semver.org 2.0.0).

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use super::{Release, Releases, no_tags};
use crate::checks::{Answer, Context, Draft};
use crate::report::Evidence;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::checks) struct Params {
    /// How many of the newest releases are judged: what a project did before it chose a scheme is past.
    #[serde(default = "ten")]
    newest: usize,
}

fn ten() -> usize {
    10
}

/// Judges the newest releases.
pub(in crate::checks) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let releases = Releases::of_subject(cx);
    Ok(judge(&releases, params).unwrap_or_else(|| Answer::open(no_tags(cx, &releases))))
}

/// `None` when no tag names a release.
fn judge(releases: &Releases<'_>, params: &Params) -> Option<Answer> {
    // A project that has only pre-releases so far shows its scheme by them.
    let (list, what) = match releases.main.is_empty() {
        false => (&releases.main, "releases"),
        true => (&releases.previews, "pre-releases"),
    };
    let judged = &list[..list.len().min(params.newest)];
    let newest = judged.first()?;
    let wrong: Vec<_> = judged.iter().filter(|r| !r.name.is_semver()).collect();
    let evidence = evidence(newest, "newest");
    let n = judged.len();
    let answer = match wrong.first() {
        None => Answer::pass(
            format!(
                "the newest {n} {what} are numbered by Semantic Versioning, {} the last",
                newest.tag.name
            ),
            evidence,
        ),
        Some(first) => {
            let message = format!(
                "{} of the newest {n} {what} {} not numbered by Semantic Versioning, {} the newest of them; expected vMAJOR.MINOR.PATCH; number the next release so, or document the scheme in force",
                wrong.len(),
                if wrong.len() == 1 { "is" } else { "are" },
                first.tag.name
            );
            let findings = wrong.iter().map(|release| finding(release)).collect();
            Answer::fail_all(message, findings)?.evidence(evidence)
        }
    };
    let semver = list.iter().filter(|r| r.name.is_semver()).count();
    Some(
        answer
            .property("tags", releases.total)
            .property("releases", releases.main.len())
            .property("semver", semver)
            .property("not_semver", list.len() - semver)
            .property("previews", releases.previews.len())
            .property("components", json!(releases.by_component()))
            .property("others", releases.others)
            .property("newest", newest.tag.name.as_str())
            .property("window", json!({ "newest": params.newest })),
    )
}

fn finding(release: &Release<'_>) -> Draft {
    let name = &release.tag.name;
    let why = match release.name.numbers.len() {
        2 => "it has two numbers",
        3 => "a number begins with 0, or what follows the numbers is not of the form",
        _ => "it has more than three numbers",
    };
    let draft = Draft::new(format!(
        "tag {name} is not numbered by Semantic Versioning: {why}"
    ));
    let draft = draft.key(name.clone());
    match release.tag.commit {
        Some(commit) => draft.commit(commit.to_string()),
        None => draft,
    }
}

/// A release as evidence.
pub(super) fn evidence(release: &Release<'_>, note: &str) -> Evidence {
    let note = format!("{note}: tag {}", release.tag.name);
    match release.tag.commit {
        Some(commit) => Evidence::commit(commit.to_string()).note(note),
        None => Evidence::words(note),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::tags;
    use super::{Params, Releases, judge};
    use crate::report::Kind;

    fn verdict(list: &[(&str, &str)]) -> Option<(Kind, usize)> {
        let tags = tags(list);
        let answer = judge(&Releases::of(&tags, "tool"), &Params { newest: 3 })?;
        Some((answer.kind(), answer.findings().len()))
    }

    #[test]
    fn the_newest_releases_decide() {
        let old = ("v1.0", "2020-01-01");
        let three = [
            ("v1.0.1", "2021-01-01"),
            ("1.0.2", "2022-01-01"),
            ("v1.1.0-rc1", "2022-06-01"),
            ("v1.1.0", "2023-01-01"),
        ];
        let all: Vec<_> = std::iter::once(old).chain(three).collect();
        assert_eq!(verdict(&all), Some((Kind::Pass, 0)));
        assert_eq!(verdict(&all[..3]), Some((Kind::Fail, 1)));
    }

    #[test]
    fn series_components_previews_and_labels_are_not_judged() {
        let list = [
            ("v1.2", "2023-01-01"),
            ("v1.2.0", "2023-01-02"),
            ("api/v1.2", "2023-01-03"),
            ("v1.3.0rc1", "2023-01-04"),
            ("v1", "2023-01-05"),
            ("nightly", "2023-01-06"),
        ];
        assert_eq!(verdict(&list), Some((Kind::Pass, 0)));
    }

    #[test]
    fn without_a_line_of_its_own_components_count() {
        assert_eq!(
            verdict(&[("a-1.0.0", "2023-01-01"), ("b-1.0", "2023-01-01")]),
            Some((Kind::Fail, 1))
        );
    }

    #[test]
    fn only_previews_show_the_scheme_too() {
        assert_eq!(
            verdict(&[("v0.1.0-alpha.1", "2023-01-01")]),
            Some((Kind::Pass, 0))
        );
        assert_eq!(verdict(&[("latest", "2023-01-01")]), None);
    }
}
