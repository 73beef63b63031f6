// SPDX-License-Identifier: Apache-2.0

//! Findings now against findings at the base: new, unchanged, absent, by fingerprint (SARIF §3.27.24).
//!
//! A file that was only renamed brings its old findings with it; they are unchanged, not new.

use std::collections::{BTreeMap, HashMap};

use crate::checks::change::Change;
use crate::report::{Baseline, CheckResult, Finding};

/// Says of every finding of `now` how it stands against `before`, and adds what has gone.
pub fn compare(now: &mut [CheckResult], before: Vec<CheckResult>, change: &Change) {
    let mut before: BTreeMap<_, _> = before
        .into_iter()
        .map(|check| ((check.rule.clone(), check.profiles.clone()), check))
        .collect();
    for check in now {
        let old = before.remove(&(check.rule.clone(), check.profiles.clone()));
        check.before = old.as_ref().map(|old| old.kind);
        one(
            check,
            old.map(|old| old.findings).unwrap_or_default(),
            change,
        );
    }
}

fn one(check: &mut CheckResult, old: Vec<Finding>, change: &Change) {
    let mut left: HashMap<String, Finding> = old
        .into_iter()
        .map(|finding| (finding.fingerprint.clone(), finding))
        .collect();
    for finding in &mut check.findings {
        let known = left.remove(&finding.fingerprint).is_some();
        finding.baseline = known.then_some(Baseline::Unchanged);
    }
    for finding in &mut check.findings {
        if finding.baseline.is_none() {
            finding.baseline = Some(match came_along(finding, &left, change) {
                Some(fingerprint) => {
                    left.remove(&fingerprint);
                    Baseline::Unchanged
                }
                None => Baseline::New,
            });
        }
    }
    let mut gone: Vec<Finding> = left.into_values().collect();
    for finding in &mut gone {
        finding.baseline = Some(Baseline::Absent);
        // Its lines are those of the base, which nothing shows.
        finding.anchor = None;
        finding.line_hash = None;
        finding.remedy = None;
    }
    gone.sort_by(|a, b| {
        (&a.path, a.line, &a.commit, &a.message).cmp(&(&b.path, b.line, &b.commit, &b.message))
    });
    check.findings.append(&mut gone);
}

/// The finding that a renamed file brought with it, by its fingerprint.
fn came_along(now: &Finding, left: &HashMap<String, Finding>, change: &Change) -> Option<String> {
    let path = now.path.as_deref()?;
    let from = change.moved(path)?;
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let renamed = |text: &str| text.replace(from, path).replace(&name(from), &name(path));
    let same = |old: &&Finding| {
        old.path.as_deref() == Some(from)
            && (old.line, &old.license, old.problem) == (now.line, &now.license, now.problem)
            && (old.message == now.message || renamed(&old.message) == now.message)
    };
    let found = left.values().filter(same).map(|old| &old.fingerprint);
    found.min().cloned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::report::{Kind, Level};

    fn finding(path: &str) -> Finding {
        Finding {
            message: format!("{path} lacks a notice"),
            path: Some(path.to_owned()),
            fingerprint: format!("{path:0>16}"),
            ..Finding::default()
        }
    }

    fn check(paths: &[&str]) -> CheckResult {
        CheckResult {
            kind: if paths.is_empty() {
                Kind::Pass
            } else {
                Kind::Fail
            },
            level: if paths.is_empty() {
                Level::None
            } else {
                Level::Error
            },
            findings: paths.iter().map(|path| finding(path)).collect(),
            ..CheckResult::default()
        }
    }

    fn compared(now: &[&str], before: &[&str], moved: &[(&str, &str)]) -> CheckResult {
        let moved = moved
            .iter()
            .map(|(to, from)| ((*to).into(), (*from).into()));
        let change = Change::new(BTreeSet::new(), moved.collect(), 0);
        let mut now = [check(now)];
        compare(&mut now, vec![check(before)], &change);
        let [now] = now;
        now
    }

    fn states(check: &CheckResult) -> Vec<(&str, Baseline)> {
        let state = |f: &'_ Finding| f.baseline.unwrap();
        let path = |f: &'_ Finding| f.path.clone().unwrap().leak() as &str;
        check.findings.iter().map(|f| (path(f), state(f))).collect()
    }

    #[test]
    fn new_unchanged_absent() {
        let check = compared(&["a", "b"], &["b", "c"], &[]);
        let expected = [
            ("a", Baseline::New),
            ("b", Baseline::Unchanged),
            ("c", Baseline::Absent),
        ];
        assert_eq!(states(&check), expected);
        assert_eq!(
            (check.before, check.weight()),
            (Some(Kind::Fail), Level::Error)
        );
    }

    #[test]
    fn only_new_findings_weigh() {
        assert_eq!(compared(&["a"], &["a"], &[]).weight(), Level::None);
        let mended = compared(&[], &["a"], &[]);
        assert_eq!(states(&mended), [("a", Baseline::Absent)]);
        assert_eq!(mended.weight(), Level::None);
    }

    #[test]
    fn a_renamed_file_brings_its_findings_along() {
        let check = compared(&["lib/b.c"], &["src/a.c"], &[("lib/b.c", "src/a.c")]);
        assert_eq!(states(&check), [("lib/b.c", Baseline::Unchanged)]);
        let copied = compared(
            &["lib/b.c", "src/a.c"],
            &["src/a.c"],
            &[("lib/b.c", "src/a.c")],
        );
        assert_eq!(copied.findings[0].baseline, Some(Baseline::New));
    }
}
