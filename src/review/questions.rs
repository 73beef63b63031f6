// SPDX-License-Identifier: Apache-2.0

//! The five questions of the annual review, in their order: what the repository answers, and what is left blank
//! for people.

use crate::report::review::{Change, ChangeKind, Figures, Member, Question, Roll, Verdict};
use crate::report::{CheckResult, Kind};

use super::artefacts::{self, SUBMISSION};

/// What the answers are taken from.
pub(super) struct Material<'a> {
    /// Day of the beginning.
    pub(super) since: String,
    pub(super) changes: &'a [Change],
    pub(super) people: &'a Roll<Member>,
    pub(super) adopters: &'a Roll<String>,
    pub(super) figures: &'a Figures,
    pub(super) checks: &'a [CheckResult],
    pub(super) before: &'a [Verdict],
}

/// How a question is answered from the repository.
type Answer = fn(&Material<'_>) -> Option<String>;

/// For people: the repository does not know.
const BLANK: Answer = |_| None;

/// The other questions: section, id, text, answer.
const OTHERS: &[(&str, &str, &str, Answer)] = &[
    (
        "1",
        "maintainers",
        "Who came, who left, for which organisations?",
        |m| Some(m.maintainers()),
    ),
    ("1", "adopters", "Which adopters came or left?", |m| {
        Some(m.adopters())
    }),
    (
        "1",
        "domains-accounts",
        "Have domains, accounts or trademarks been registered or transferred outside the repository?",
        BLANK,
    ),
    (
        "1",
        "other-answers",
        "Has any other answer of the submission template changed?",
        BLANK,
    ),
    (
        "2",
        "stage-stated",
        "Which stage does the project state?",
        |m| Some(m.stage()),
    ),
    (
        "2",
        "criteria",
        "How do the criteria stand, then and now?",
        |m| Some(m.criteria()),
    ),
    ("2", "activity", "How active is the project?", |m| {
        Some(m.activity())
    }),
    ("2", "releases-made", "What was released?", |m| {
        Some(m.releases())
    }),
    (
        "2",
        "stage-fits",
        "Is this the stage that reflects the project's needs and goals? Is it ready to move?",
        BLANK,
    ),
    (
        "2",
        "liaison",
        "Is any action of the committee needed, such as another liaison?",
        BLANK,
    ),
    (
        "3",
        "budget",
        "Are there budget allocations for the project, and do they need to be adjusted?",
        BLANK,
    ),
    (
        "4",
        "licence-tags",
        "What licences do the files name, then and now?",
        |m| Some(m.tags()),
    ),
    (
        "4",
        "new-files",
        "Do new source files carry their licence?",
        |m| Some(m.new_files()),
    ),
    (
        "4",
        "scan-issues",
        "Are there outstanding issues from the foundation's licence scan?",
        BLANK,
    ),
    (
        "4",
        "scan-service",
        "How does the project find the scanning service?",
        BLANK,
    ),
    (
        "5",
        "badge-displayed",
        "Does README display the best practices badge?",
        |m| m.displayed(),
    ),
    (
        "5",
        "badge-level",
        "Has its status advanced since the last review?",
        |m| m.badge(),
    ),
    (
        "5",
        "badge-expected",
        "Does the project expect the status to advance during the next year?",
        BLANK,
    ),
];

/// Every question.
pub(super) fn all(m: &Material<'_>) -> Vec<Question> {
    let asked = |section: &str, id: &str, text: &str, answer: Option<String>| Question {
        id: id.to_owned(),
        section: section.to_owned(),
        text: text.to_owned(),
        answer,
    };
    let documents = SUBMISSION
        .iter()
        .map(|(id, text, rules)| asked("1", id, text, Some(m.changed(rules))));
    let others = OTHERS
        .iter()
        .map(|(section, id, text, answer)| asked(section, id, text, answer(m)));
    documents.chain(others).collect()
}

impl Material<'_> {
    fn changed(&self, rules: &[&str]) -> String {
        let mut real = Vec::new();
        let mut cosmetic = 0;
        for change in self
            .changes
            .iter()
            .filter(|c| rules.contains(&c.artefact.as_str()))
        {
            if change.change == ChangeKind::Cosmetic {
                cosmetic += 1;
                continue;
            }
            let noun =
                artefacts::find(&change.artefact).map_or(change.artefact.as_str(), |a| a.noun);
            real.push(format!(
                "{noun} {}: {}",
                change.change.as_str(),
                change.summary
            ));
        }
        match (real.is_empty(), cosmetic) {
            (true, 0) => format!("no change since {}", self.since),
            (true, _) => format!(
                "no change of substance since {}; wording or markup only",
                self.since
            ),
            (false, _) => real.join(". "),
        }
    }

    fn maintainers(&self) -> String {
        let names = |list: &[Member]| {
            let shown = list.iter().map(|m| {
                let name = m
                    .name
                    .clone()
                    .or(m.handle.clone())
                    .or(m.email.clone())
                    .unwrap_or_default();
                match &m.organisation {
                    Some(organisation) => format!("{name} ({organisation})"),
                    None => name,
                }
            });
            shown.collect::<Vec<_>>().join(", ")
        };
        let mut parts = Vec::new();
        for (list, word) in [
            (&self.people.added, "came"),
            (&self.people.removed, "left"),
            (&self.people.changed, "described otherwise"),
        ] {
            if !list.is_empty() {
                parts.push(format!("{} {word}: {}", list.len(), names(list)));
            }
        }
        if parts.is_empty() {
            parts.push("the same people as before".into());
        }
        parts.join("; ")
    }

    fn adopters(&self) -> String {
        let (came, left) = (&self.adopters.added, &self.adopters.removed);
        match (came.is_empty(), left.is_empty()) {
            (true, true) => {
                "the same adopters as before, as far as a list in the repository says".into()
            }
            _ => format!(
                "{} came: {}; {} left: {}",
                came.len(),
                or_none(came),
                left.len(),
                or_none(left)
            ),
        }
    }

    fn stage(&self) -> String {
        let change = self.changes.iter().find(|c| c.artefact == "readme-status");
        let stated = self.property("readme-status", "stage");
        let foundation = self
            .property("readme-status", "foundation")
            .unwrap_or_default();
        match (change, stated) {
            (Some(change), _) => change.summary.clone(),
            (None, Some(stage)) => format!("{foundation} {stage}, as before"),
            (None, None) => "README states no stage".into(),
        }
    }

    fn property(&self, rule: &str, key: &str) -> Option<String> {
        let check = self.checks.iter().find(|c| c.rule == rule)?;
        check
            .properties
            .get(key)
            .and_then(|v| v.as_str())
            .map(str::to_owned)
    }

    fn criteria(&self) -> String {
        let met = self.checks.iter().filter(|c| c.kind == Kind::Pass).count();
        let was = self.before.iter().filter(|v| v.kind == Kind::Pass).count();
        let turned = |good: bool| {
            let list = self.checks.iter().filter(|check| {
                let old = self
                    .before
                    .iter()
                    .find(|v| v.rule == check.rule && v.profiles == check.profiles);
                old.is_some_and(|old| {
                    (old.kind != check.kind)
                        && if good {
                            check.kind == Kind::Pass
                        } else {
                            check.kind == Kind::Fail
                        }
                })
            });
            list.map(|c| c.rule.clone()).collect::<Vec<_>>()
        };
        format!(
            "{met} of {} rules met now, {was} of {} then; met since: {}; failing since: {}",
            self.checks.len(),
            self.before.len(),
            or_none(&turned(true)),
            or_none(&turned(false))
        )
    }

    fn activity(&self) -> String {
        let f = self.figures;
        format!(
            "{} commits and {} merges by {} people from at least {} organisations; half of the commits by {}",
            f.commits,
            f.merges,
            f.authors,
            f.email_domains,
            if f.bus_factor == 1 {
                "one person".to_owned()
            } else {
                format!("{} people", f.bus_factor)
            }
        )
    }

    fn releases(&self) -> String {
        let f = self.figures;
        match (f.releases.len(), f.longest_gap_days) {
            (0, _) | (_, None) => "no release".into(),
            (n, Some(gap)) => {
                let last = f.releases.last().map_or("", |r| r.tag.as_str());
                format!("{n} releases, the last {last}; at most {gap} days between them")
            }
        }
    }

    fn tags(&self) -> String {
        let (then, now) = (&self.figures.spdx.since, &self.figures.spdx.at);
        let names = |a: &std::collections::BTreeMap<String, usize>,
                     b: &std::collections::BTreeMap<String, usize>| {
            a.keys()
                .filter(|k| !b.contains_key(*k))
                .cloned()
                .collect::<Vec<_>>()
        };
        format!(
            "{} files with an SPDX tag now, {} then; with a notice in words {} and {}; new in tags: {}; gone from tags: {}",
            now.files_with_tag,
            then.files_with_tag,
            now.files_with_notice,
            then.files_with_notice,
            or_none(&names(&now.licences, &then.licences)),
            or_none(&names(&then.licences, &now.licences))
        )
    }

    fn new_files(&self) -> String {
        match self.figures.added_source_without_notice.as_slice() {
            [] => "every source file that was added carries licence information".into(),
            [one] => format!("one does not: {one}"),
            list => format!("{} do not, {} among them", list.len(), list[0]),
        }
    }

    fn displayed(&self) -> Option<String> {
        let change = self
            .changes
            .iter()
            .find(|c| c.artefact == "best-practices-badge-displayed");
        let check = self
            .checks
            .iter()
            .find(|c| c.rule == "best-practices-badge-displayed");
        match (change, check) {
            (Some(change), _) => Some(change.summary.clone()),
            (None, Some(check)) => Some(check.message.clone()),
            (None, None) => None,
        }
    }

    fn badge(&self) -> Option<String> {
        let rules = ["best-practices-badge-progress", "best-practices-badge"];
        let check = rules.iter().find_map(|id| {
            self.checks
                .iter()
                .find(|c| c.rule == *id && c.kind != Kind::Open)
        })?;
        Some(check.message.clone())
    }
}

fn or_none(list: &[String]) -> String {
    if list.is_empty() {
        return "none".into();
    }
    let mut shown: Vec<&str> = list.iter().take(12).map(String::as_str).collect();
    let more = format!("and {} more", list.len().saturating_sub(12));
    if list.len() > 12 {
        shown.push(&more);
    }
    shown.join(", ")
}
