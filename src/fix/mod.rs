// SPDX-License-Identifier: Apache-2.0

//! From verdicts to a mended tree: what can be changed without a person, and what is left to people.
//!
//! Planning reads and changes nothing; [`apply`] writes what was planned, each file whole or not at all.
//! A rule says how it is mended as data (`[mend]` in its file); the menders here are the mechanisms. What no
//! mender can do is listed with the rule's own next step, so that nothing that failed goes unmentioned.

use std::collections::BTreeMap;

use crate::checks::Shared;
use crate::report::{CheckResult, Kind, Remedy};
use crate::rules::{Catalogue, Mend};

pub(crate) mod comment;
mod diff;
mod documents;
pub(crate) mod header;
mod notices;
mod template;
#[cfg(test)]
mod tests;
mod write;

pub use diff::patch;
pub use documents::document;
pub use template::Facts;
pub use write::{Outcome, apply};

/// Largest file that is mended, in bytes; larger ones are left and named.
pub const FILE_LIMIT: usize = 64 << 20;

/// What the menders know besides the tree.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// SPDX expression for notices and licence texts; the project's own when none is given.
    pub license: Option<String>,
    /// Copyright holder, with the year if one is wanted.
    pub holder: Option<String>,
    /// What fills the blanks of templates.
    pub facts: Facts,
    /// Foundation whose templates are used, as policies are called: `cncf`.
    pub foundation: Option<String>,
}

/// One file that would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Rules that it mends.
    pub rules: Vec<String>,
    /// Path in the tree.
    pub path: String,
    /// What is done to the file.
    pub edit: Edit,
    /// Blanks left in it for a person.
    pub blanks: Vec<String>,
}

/// What is done to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// It is made; it must not be there.
    Create {
        /// Its content.
        content: Vec<u8>,
        /// Whether it is a program.
        executable: bool,
    },
    /// It is written over.
    Replace {
        /// Its whole content when this was planned; it must still be that.
        before: Vec<u8>,
        /// Its new content.
        content: Vec<u8>,
    },
    /// Bytes are put in; everything else stays as it is.
    Insert {
        /// Bytes of the file before them.
        at: usize,
        /// What is put in.
        text: Vec<u8>,
        /// The first bytes of the file when this was planned; the file must still begin with them.
        head: Vec<u8>,
    },
}

/// Something that failed and is left to a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// Rule.
    pub rule: String,
    /// Path, where it is about one.
    pub path: Option<String>,
    /// Why no mender does it.
    pub why: String,
    /// The next step.
    pub next: String,
}

/// What would be done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files that would change, sorted by path.
    pub changes: Vec<Change>,
    /// What is left, sorted.
    pub left: Vec<Left>,
}

/// A failing rule with its mender.
pub(crate) struct Failing<'a> {
    pub(crate) result: &'a CheckResult,
    pub(crate) mend: &'a Mend,
    pub(crate) next: &'a str,
}

/// What is to be done about the failing rules of `results`.
pub fn plan(
    shared: &Shared<'_>,
    results: &[CheckResult],
    catalogue: &Catalogue,
    settings: &Settings,
) -> Plan {
    let mut made = Made::default();
    let mut headers = Vec::new();
    for result in results.iter().filter(|r| r.kind == Kind::Fail) {
        let Some(rule) = catalogue.rule(&result.rule) else {
            continue;
        };
        let Some(mend) = &rule.mend else {
            made.leave(result, None, "it takes a person", &rule.fix);
            continue;
        };
        let failing = Failing {
            result,
            mend,
            next: &rule.fix,
        };
        match mend {
            Mend::Header { .. } => headers.push(failing),
            _ => documents::mend(shared, &failing, results, catalogue, settings, &mut made),
        }
    }
    // A project that is judged by the texts it keeps gets those of the licences that its new notices name.
    let keeps_texts = results.iter().find(|result| {
        let rule = catalogue.rule(&result.rule);
        rule.is_some_and(|rule| matches!(rule.mend, Some(Mend::LicenseTexts {})))
    });
    notices::mend(shared, &headers, keeps_texts, settings, &mut made);
    made.finish()
}

/// Marks each finding that a notice would mend with what would be put in.
pub fn remedies(
    shared: &Shared<'_>,
    results: &mut [CheckResult],
    catalogue: &Catalogue,
    settings: &Settings,
) {
    let plan = plan(shared, results, catalogue, settings);
    let changes: BTreeMap<&str, &Change> =
        plan.changes.iter().map(|c| (c.path.as_str(), c)).collect();
    for result in results.iter_mut().filter(|r| r.kind == Kind::Fail) {
        for finding in &mut result.findings {
            let change = finding.path.as_deref().and_then(|path| changes.get(path));
            let Some(change) = change.filter(|c| c.rules.contains(&result.rule)) else {
                continue;
            };
            finding.remedy = remedy(&change.edit);
        }
    }
}

/// An insertion of whole lines; what goes within a line is not one.
fn remedy(edit: &Edit) -> Option<Remedy> {
    let Edit::Insert { at, text, head } = edit else {
        return None;
    };
    let starts_a_line = *at == 0 || head[*at - 1] == b'\n';
    let insert = std::str::from_utf8(text).ok().filter(|_| starts_a_line)?;
    Some(Remedy {
        line: memchr::memchr_iter(b'\n', &head[..*at]).count() as u64 + 1,
        insert: insert.to_owned(),
    })
}

/// What the menders came to so far.
#[derive(Default)]
pub(crate) struct Made {
    changes: BTreeMap<String, Change>,
    left: Vec<Left>,
}

impl Made {
    /// Plans a change; a file that two rules ask for is made once.
    pub(crate) fn change(&mut self, change: Change) {
        match self.changes.get_mut(&change.path) {
            Some(there) => there.rules.extend(change.rules),
            None => {
                self.changes.insert(change.path.clone(), change);
            }
        }
    }

    /// Whether a change for one of these rules is planned.
    pub(crate) fn any_of(&self, failing: &[Failing<'_>]) -> bool {
        let mut asked = failing.iter().map(|f| &f.result.rule);
        asked.any(|rule| {
            self.changes
                .values()
                .any(|change| change.rules.contains(rule))
        })
    }

    /// Leaves something to a person.
    pub(crate) fn leave(
        &mut self,
        result: &CheckResult,
        path: Option<&str>,
        why: &str,
        next: &str,
    ) {
        self.left.push(Left {
            rule: result.rule.clone(),
            path: path.map(str::to_owned),
            why: why.to_owned(),
            next: next.to_owned(),
        });
    }

    fn finish(self) -> Plan {
        let mut changes: Vec<Change> = self.changes.into_values().collect();
        for change in &mut changes {
            change.rules.sort();
            change.rules.dedup();
        }
        let mut left = self.left;
        left.sort();
        left.dedup();
        Plan { changes, left }
    }
}

/// Findings of a result that no waiver covers.
pub(crate) fn standing(result: &CheckResult) -> impl Iterator<Item = &crate::report::Finding> {
    result.findings.iter().filter(|f| f.suppressed.is_none())
}
