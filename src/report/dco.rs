// SPDX-License-Identifier: Apache-2.0

//! The audit of a history's sign-offs: what `provost dco` writes (`provost-dco/1`, `docs/dco.schema.json`).
//! Types only; who has signed is decided by the rule's own check.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Fault, Kind, SubjectInfo, Tool};

/// The value of `schema` in every audit this version writes.
pub const SCHEMA: &str = "provost-dco/1";

/// Counts of commits that are no merges. `commits` is the sum of `signed`, `unsigned`, `mismatched`, `bots` and
/// `open`; the other two are parts of `signed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Counts {
    /// All of them.
    pub commits: usize,
    /// Signed off as asked.
    pub signed: usize,
    /// Of those: squashed by the forge under an account's noreply address, with any sign-off.
    pub squashed: usize,
    /// Of those: signed off by a later remediation commit.
    pub remediated: usize,
    /// Without a sign-off.
    pub unsigned: usize,
    /// Signed off by somebody else, or under an address that is none.
    pub mismatched: usize,
    /// By bots, which need none.
    pub bots: usize,
    /// Not to be decided from the clone.
    pub open: usize,
}

impl Counts {
    /// Commits at fault.
    pub fn failing(&self) -> usize {
        self.unsigned + self.mismatched
    }

    /// Signed in percent of what needs a sign-off, rounded down, so that 100 means all.
    pub fn percent(&self) -> Option<usize> {
        let judged = self.signed + self.failing();
        (judged > 0).then(|| self.signed * 100 / judged)
    }
}

/// What is wrong with a commit's sign-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// There is none.
    Missing,
    /// Neither author nor committer has signed.
    Mismatch,
    /// The author's or committer's address is none.
    Address,
}

/// A commit at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Failing {
    /// Its id.
    pub commit: String,
    /// Day of its committer date, UTC; none when no calendar has it.
    pub date: Option<String>,
    /// First line of its message.
    pub subject: String,
    /// Its author as it stands in the commit.
    pub author: String,
    /// What is wrong.
    pub problem: Wrong,
    /// Who has signed instead, at most three.
    pub found: Vec<String>,
    /// The command that mends it while it is not published.
    pub mend: String,
    /// A commit that adds the sign-off but does not count: `.github/dco.yml` does not allow it.
    pub remediation: Option<String>,
}

/// One author, after `.mailmap`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Their commits.
    #[serde(flatten)]
    pub counts: Counts,
    /// Day of their oldest commit that is signed off.
    pub first_signed: Option<String>,
    /// Day of their newest commit at fault.
    pub last_failing: Option<String>,
    /// Commits at fault, newest first.
    pub failing: Vec<Failing>,
}

/// When sign-offs became the custom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Custom {
    /// The oldest commit that is signed off.
    pub first_signed: Option<String>,
    /// Its day.
    pub first_signed_date: Option<String>,
    /// From this day on nearly all are signed off: what to propose for `since`.
    pub proposed_since: Option<String>,
    /// Commits from then on that need a sign-off.
    pub commits: usize,
    /// Those that have one.
    pub signed: usize,
}

/// The message of a commit that mends published ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Remedy {
    /// Whose sign-off it adds.
    pub author: String,
    /// Who has to make the commit.
    pub by: String,
    /// Commits that it mends.
    pub commits: usize,
    /// The message, as the DCO apps read it.
    pub message: String,
}

/// The audit.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Audit {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Which provost wrote it.
    pub tool: Tool,
    /// What was inspected.
    pub subject: SubjectInfo,
    /// The range, as in the properties of the rule `dco-sign-off`.
    pub range: String,
    /// How sign-offs were compared: `strict`, `email` or `lenient`.
    pub identity: String,
    /// The verdict of the rule.
    pub kind: Kind,
    /// Its message.
    pub message: String,
    /// Merge commits, which need no sign-off.
    pub merges: usize,
    /// All others.
    #[serde(flatten)]
    pub counts: Counts,
    /// When sign-offs became the custom.
    pub adoption: Custom,
    /// By year of the committer date, UTC; `unknown` when no calendar has the date.
    pub years: BTreeMap<String, Counts>,
    /// Most commits at fault first, then by name.
    pub authors: Vec<Author>,
    /// Messages of commits that would mend what fails, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<Remedy>,
    /// What limits the audit and what settings were read, in words.
    pub notes: Vec<String>,
    /// What broke; not empty means exit 2.
    pub faults: Vec<Fault>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/dco.schema.json");
        let schema = schemars::schema_for!(Audit);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var_os("SNAPSHOTS").is_some_and(|v| v == "overwrite") {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(path).unwrap_or_default(),
            text,
            "run `SNAPSHOTS=overwrite cargo test` and commit docs/dco.schema.json"
        );
    }
}
