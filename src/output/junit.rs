// SPDX-License-Identifier: Apache-2.0

//! JUnit XML, for the test views of CI systems: a suite of the run, a test case a rule.
//!
//! A broken rule is a failure at any level (its `type` is the level); what cannot be decided here, needs a
//! person, does not apply or is waived is skipped with its reason; a fault is an error. No clock is in it.

use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use crate::report::{Baseline, CheckResult, Evidence, Finding, Kind, Level, Report};
use crate::rules::Catalogue;

use super::clean;

/// Places listed in a failure.
const MOST: usize = 200;

/// Writes the report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let profiles = if report.profiles.is_empty() {
        "single rules".to_owned()
    } else {
        report.profiles.join(", ")
    };
    let mut suite = TestSuite::new(clean::line(&profiles));
    suite.add_test_cases(report.checks.iter().map(|check| case(check, catalogue)));
    for fault in &report.faults {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status
            .set_type("fault")
            .set_message(clean::line(&fault.message));
        let mut case = TestCase::new(clean::line(&fault.r#where), status);
        case.set_classname("provost.fault");
        suite.add_test_case(case);
    }
    let mut made = quick_junit::Report::new("provost");
    made.add_test_suite(suite);
    made.serialize(sink).map_err(io::Error::other)
}

fn case(check: &CheckResult, catalogue: &Catalogue) -> TestCase {
    let message = clean::line(&check.message);
    let reason = match check.kind {
        Kind::Pass => None,
        Kind::Fail if check.level == Level::None => Some("waived"),
        Kind::Fail if check.is_old() => Some("there before"),
        Kind::Fail => Some(check.level.as_str()),
        Kind::Open => Some("cannot be known here"),
        Kind::Review => Some("for a person to judge"),
        Kind::NotApplicable => Some("does not apply"),
    };
    let failed = check.weight() != Level::None;
    let mut status = match reason {
        None => TestCaseStatus::success(),
        Some(_) if failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Some(_) => TestCaseStatus::skipped(),
    };
    if let Some(reason) = reason {
        status.set_type(reason);
        if failed {
            status
                .set_message(message)
                .set_description(places(check, catalogue));
        } else {
            status.set_message(format!("{reason}: {message}"));
        }
    }
    let mut case = TestCase::new(clean::line(&check.rule), status);
    let tag = catalogue
        .rule(&check.rule)
        .and_then(|rule| rule.tags.first());
    let group = tag.map_or("rule", String::as_str);
    case.set_classname(format!("provost.{}", clean::line(group)));
    for clause in &check.clauses {
        let name = format!("{}, {}", clause.policy, clause.section);
        case.add_property(Property::new("clause", clean::line(&name)));
    }
    if !check.evidence.is_empty() {
        let looked: String = check.evidence.iter().map(|e| looked(e) + "\n").collect();
        case.set_system_out(looked);
    }
    case
}

/// Every place, what is expected and the next step, one a line.
fn places(check: &CheckResult, catalogue: &Catalogue) -> String {
    let mut text = String::new();
    let present = check.present();
    for finding in present.iter().take(MOST) {
        let _ = writeln!(text, "- {}", place(finding));
    }
    if present.len() > MOST {
        let _ = writeln!(
            text,
            "- {} more: the JSON report has all",
            present.len() - MOST
        );
    }
    if let Some(rule) = catalogue.rule(&check.rule) {
        let fix = rule.fix.split_whitespace().collect::<Vec<_>>().join(" ");
        let (title, fix) = (clean::line(&rule.title), clean::line(&fix));
        let _ = write!(text, "Expected: {title}\nNext step: {fix}");
    }
    text
}

fn place(finding: &Finding) -> String {
    let mut place = finding.path.clone().unwrap_or_default();
    if let Some(line) = finding.line {
        let _ = write!(place, ":{line}");
    }
    if let Some(id) = &finding.commit {
        let _ = write!(place, " {id}");
    }
    let waived = if finding.suppressed.is_some() {
        " (waived)"
    } else {
        ""
    };
    let old = if finding.baseline == Some(Baseline::Unchanged) {
        " (there before)"
    } else {
        ""
    };
    let text = format!("{} {}{waived}{old}", place.trim(), finding.message);
    clean::line(text.trim())
}

fn looked(item: &Evidence) -> String {
    let mut parts = Vec::new();
    if let Some(path) = &item.path {
        parts.push(
            item.line
                .map_or_else(|| path.clone(), |line| format!("{path}:{line}")),
        );
    }
    let others = [&item.commit, &item.url, &item.license, &item.note];
    parts.extend(others.into_iter().flatten().cloned());
    // Never at the start of a line, where a log would take it for a command.
    format!("- {}", clean::line(&parts.join(" ")))
}
