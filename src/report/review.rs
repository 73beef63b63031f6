// SPDX-License-Identifier: Apache-2.0

//! The review: what changed between two commits, beside the verdicts at the later one.
//!
//! The shape is a contract (`provost-review/1`, see `docs/review.schema.json`): everything of a report, and
//! the keys below. Types and serde only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Kind, Level, Report};

/// The value of `schema` in every review this version writes.
pub const REVIEW_SCHEMA: &str = "provost-review/1";

/// What a review came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Review {
    /// The verdicts at the end of the range, in the envelope of every report.
    #[serde(flatten)]
    pub report: Report,
    /// Where the range begins.
    pub since: Moment,
    /// Where it ends.
    pub at: Moment,
    /// Changes of the documents and statements that a committee follows, by artefact.
    pub changes: Vec<Change>,
    /// What came and went again inside the range: nothing in effect, worth a remark.
    pub passing: Vec<Passing>,
    /// Who came, who left.
    pub people: Roll<Member>,
    /// Adopters that came or left.
    pub adopters: Roll<String>,
    /// Numbers.
    pub figures: Figures,
    /// Verdicts at the beginning of the range, by rule; the later ones are in `checks`.
    pub before: Vec<Verdict>,
    /// The committee's questions, in order.
    pub questions: Vec<Question>,
    /// Attestations and waivers that expire within three months of the end, or have expired.
    pub expiring: Vec<Expiring>,
    /// What has to be said before the delta is believed: bounds, unread files, an odd range.
    pub remarks: Vec<String>,
}

/// A commit and its date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Moment {
    /// The commit; `null` when it is not in this clone.
    pub commit: Option<String>,
    /// Its committer date in UTC, RFC 3339; for a beginning that is not here, the date asked for.
    pub date: Option<String>,
}

/// Kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Not there before.
    Added,
    /// Gone.
    Removed,
    /// In another place, whether or not the words changed too.
    Moved,
    /// Other words, or another value.
    Edited,
    /// Other bytes, the same in substance.
    Cosmetic,
}

impl ChangeKind {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Moved => "moved",
            ChangeKind::Edited => "edited",
            ChangeKind::Cosmetic => "cosmetic",
        }
    }
}

/// One artefact that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// Rule id of the artefact.
    pub artefact: String,
    /// What happened to it.
    pub change: ChangeKind,
    /// As it was; `null` when it was not there.
    pub from: Option<State>,
    /// As it is; `null` when it is gone.
    pub to: Option<State>,
    /// Commits of the range, merges left out, that touched it under any of its names; newest first.
    pub commits: Vec<String>,
    /// The substance in one sentence.
    pub summary: String,
    /// Sentences that went and came, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sentences: Vec<Sentence>,
    /// Other names it had on the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Where an artefact is and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct State {
    /// Path in the repository.
    pub path: String,
    /// Line at which it starts, when it is a part of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What it comes to: an expression, an id, a stage, `text`, `pointer to …`.
    pub value: String,
}

/// A sentence that went or came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sentence {
    /// Whether it came; else it went.
    pub added: bool,
    /// The sentence, shortened.
    pub text: String,
}

/// Something done and undone inside the range.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Passing {
    /// Rule id of the artefact.
    pub artefact: String,
    /// Path.
    pub path: String,
    /// Commits that touched it; newest first.
    pub commits: Vec<String>,
    /// In words.
    pub summary: String,
}

/// What came, went, and stayed with another description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Roll<T> {
    /// New.
    pub added: Vec<T>,
    /// Gone.
    pub removed: Vec<T>,
    /// Described otherwise.
    pub changed: Vec<T>,
}

impl<T> Default for Roll<T> {
    fn default() -> Self {
        Roll {
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
        }
    }
}

/// Somebody on a list of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Member {
    /// Full name.
    pub name: Option<String>,
    /// Handle on the forge, without `@`.
    pub handle: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Employer, as stated.
    pub organisation: Option<String>,
    /// Part, in the list's words.
    pub role: Option<String>,
    /// Files that list the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<String>,
    /// What is to be known about this change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Numbers over the range.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Figures {
    /// Commits of the range, merges left out.
    pub commits: usize,
    /// Merges of the range.
    pub merges: usize,
    /// Commits of the range that are older than its beginning: branches merged later.
    pub older: usize,
    /// Commits by month of the committer date, `YYYY-MM`, merges left out.
    pub commits_per_month: BTreeMap<String, usize>,
    /// Authors by month, bots left out.
    pub authors_per_month: BTreeMap<String, usize>,
    /// People who wrote commits, after `.mailmap`, bots left out.
    pub authors: usize,
    /// Mail domains of those people that belong to an organisation or a person: not the forge's, not a mail
    /// provider's.
    pub email_domains: usize,
    /// Commits by mail domain, the most first, at most twelve.
    pub domains: Vec<(String, usize)>,
    /// Fewest people who wrote half of the commits.
    pub bus_factor: usize,
    /// Commits by bots.
    pub bots: usize,
    /// Tags dated in the window.
    pub tags: Vec<String>,
    /// Final releases dated in the window.
    pub releases: Vec<Release>,
    /// Longest time between releases, the window's ends included, in days; `null` without a release.
    pub longest_gap_days: Option<i64>,
    /// Sign-offs.
    pub signed_off: SignedOff,
    /// Licence tags, then and now.
    pub spdx: ThenNow<Tags>,
    /// Source files added in the range that carry no licence notice, at most 500.
    pub added_source_without_notice: Vec<String>,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Release {
    /// Tag.
    pub tag: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
}

/// Share of signed commits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignedOff {
    /// Share of the commits, merges left out, that carry a sign-off; 0 to 1, `null` without commits.
    pub share: Option<f64>,
    /// The same, bots left out.
    pub share_without_bots: Option<f64>,
    /// By month.
    pub per_month: BTreeMap<String, f64>,
    /// By month, bots left out.
    pub per_month_without_bots: BTreeMap<String, f64>,
}

/// A figure at both ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ThenNow<T> {
    /// At the beginning.
    pub since: T,
    /// At the end.
    pub at: T,
}

/// Licence information in the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Tags {
    /// Files of the project's own that were looked at.
    pub files: usize,
    /// Files with an SPDX-License-Identifier.
    pub files_with_tag: usize,
    /// Files with a notice in words only.
    pub files_with_notice: usize,
    /// Files by expression of their tag.
    pub licences: BTreeMap<String, usize>,
    /// Files by licence of their notice in words.
    pub notices: BTreeMap<String, usize>,
}

/// What a rule came to at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verdict {
    /// Rule id.
    pub rule: String,
    /// Profiles that ask for it.
    pub profiles: Vec<String>,
    /// The verdict.
    pub kind: Kind,
    /// Its level.
    pub level: Level,
}

/// A statement or waiver that does not hold much longer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Expiring {
    /// Last day it holds, `YYYY-MM-DD`.
    pub expires: String,
    /// `attestation` or `waiver`.
    pub what: String,
    /// Rule or clause.
    pub of: String,
    /// Its statement or reason.
    pub text: String,
    /// File and line.
    pub source: String,
}

/// A question of the review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Question {
    /// Stable name.
    pub id: String,
    /// Section of the review, `1` to `5`.
    pub section: String,
    /// The question.
    pub text: String,
    /// What the repository answers; `null` is for people.
    pub answer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/review.schema.json");
        let schema = schemars::schema_for!(Review);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap_or_default(),
            text,
            "run `SNAPSHOTS=overwrite cargo test` and commit docs/review.schema.json"
        );
    }
}
