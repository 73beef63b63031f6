// SPDX-License-Identifier: Apache-2.0

//! SARIF 2.1.0, safe for GitHub code scanning: one run, failures only unless `--sarif-kinds` asks for more.
//!
//! Code scanning ignores `kind`, so a pass listed as a result would be an alert; verdicts of every rule are in
//! the run's property `provost/checks`, undecided rules and faults are notifications. No clock, no machine
//! path, no random id: the same report gives the same bytes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Message, Notification, PropertyBag, ReportingDescriptorReference,
    Run, RunAutomationDetails, Sarif, Tool, ToolComponent, ToolComponentReference,
    VersionControlDetails,
};

use crate::report::{Kind, Report};
use crate::rules::Catalogue;

use super::{Style, clean, markup};

mod place;
mod results;
mod rules;

/// The published schema (OASIS, errata 01).
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Name of the base that every path is relative to.
const ROOT: &str = "%SRCROOT%";

/// Writes the report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let log = Sarif::builder()
        .schema(SCHEMA)
        .version(json!("2.1.0"))
        .runs(vec![run(report, catalogue, style)])
        .build();
    let text = serde_json::to_string_pretty(&log).map_err(io::Error::other)?;
    sink.write_all(clean::json(&text).as_bytes())?;
    sink.write_all(b"\n")
}

fn run(report: &Report, catalogue: &Catalogue, style: &Style) -> Run {
    let listed = rules::Listed::new(report, catalogue);
    let results = results::all(report, &listed, &style.sarif_kinds);
    let mut notes = notifications(report, &listed);
    notes.extend(results.cut.map(|message| note("warning", &message)));
    if style.sarif_kinds.is_empty() && report.summary.suppressed > 0 {
        let waived = report.summary.suppressed;
        notes.push(note(
            "note",
            &format!(
                "waived findings are left out ({waived}), because code scanning takes them for open alerts; \
                 --sarif-kinds lists them, each with its waiver"
            ),
        ));
    }

    let mut driver = ToolComponent::builder()
        .name(clean::line(&report.tool.name))
        .build();
    driver.version = Some(clean::line(&report.tool.version));
    driver.semantic_version = driver.version.clone();
    driver.information_uri = rules::home();
    driver.rules = Some(listed.descriptors());
    let taxonomies = listed.taxonomies();
    driver.supported_taxonomies = (!taxonomies.is_empty()).then(|| {
        let named = taxonomies.iter().enumerate();
        named.map(|(i, t)| component(&t.name, i)).collect()
    });

    let mut invocation = Invocation::builder()
        .execution_successful(report.faults.is_empty())
        .tool_execution_notifications(notes)
        .build();
    invocation.exit_code = exit_code(report);

    let mut run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results.list)
        .invocations(vec![invocation])
        .column_kind(json!("unicodeCodePoints"))
        .automation_details(RunAutomationDetails::builder().id(category(report)).build())
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root())]))
        .properties(properties(report))
        .build();
    run.taxonomies = (!taxonomies.is_empty()).then_some(taxonomies);
    run.version_control_provenance = provenance(report).map(|p| vec![p]);
    run
}

/// The exit status where the report alone decides it; otherwise it depends on `--fail-on`.
fn exit_code(report: &Report) -> Option<i64> {
    let undecided = report.checks.iter().all(|check| check.kind == Kind::Open);
    let failing = report.checks.iter().any(|check| check.kind == Kind::Fail);
    let open = report.checks.iter().any(|check| check.kind == Kind::Open);
    if !report.faults.is_empty() || undecided {
        Some(i64::from(crate::BROKEN))
    } else if !failing && !open {
        Some(i64::from(crate::CLEAN))
    } else {
        None
    }
}

/// `provost/<profiles>/`: what tells two uploads for one commit apart. Code scanning takes what stands before
/// the last slash.
fn category(report: &Report) -> String {
    let mut id = String::from("provost/");
    let profiles = if report.profiles.is_empty() {
        "rules".to_owned()
    } else {
        report.profiles.join("+")
    };
    let kept = |c: char| c.is_ascii_alphanumeric() || "._+/-".contains(c);
    id.extend(profiles.chars().map(|c| if kept(c) { c } else { '-' }));
    id + "/"
}

fn root() -> ArtifactLocation {
    let about = Message::builder()
        .text("Top folder of the repository that was inspected.")
        .build();
    ArtifactLocation::builder().description(about).build()
}

/// The verdict of every rule, by id; the gravest where profiles had a rule judged more than once.
fn properties(report: &Report) -> PropertyBag {
    let grave = |kind: Kind| match kind {
        Kind::Fail => 4,
        Kind::Open => 3,
        Kind::Review => 2,
        Kind::Pass => 1,
        Kind::NotApplicable => 0,
    };
    let mut kinds = BTreeMap::<String, Kind>::new();
    for check in &report.checks {
        let kind = kinds.entry(clean::line(&check.rule)).or_insert(check.kind);
        if grave(check.kind) > grave(*kind) {
            *kind = check.kind;
        }
    }
    let profiles: Vec<String> = report.profiles.iter().map(|p| clean::line(p)).collect();
    bag([
        ("provost/checks", json!(kinds)),
        ("provost/profiles", json!(profiles)),
        ("provost/summary", json!(report.summary)),
    ])
}

fn provenance(report: &Report) -> Option<VersionControlDetails> {
    let remote = markup::https(report.subject.remote.as_deref()?)?;
    let base = ArtifactLocation::builder().uri_base_id(ROOT).build();
    let mut details = VersionControlDetails::builder()
        .repository_uri(remote)
        .mapped_to(base)
        .build();
    let revision = report.subject.at.as_ref().or(report.subject.head.as_ref());
    details.revision_id = revision.map(|id| clean::line(id));
    Some(details)
}

/// Faults, undecided rules and what was left out: what a reader must know beside the results.
fn notifications(report: &Report, listed: &rules::Listed<'_>) -> Vec<Notification> {
    let mut notes = Vec::new();
    for fault in &report.faults {
        let text = format!("{}: {}", fault.r#where, fault.message);
        let mut item = note("error", &text);
        item.associated_rule = listed
            .index(&fault.r#where)
            .map(|i| rule(&fault.r#where, i));
        notes.push(item);
    }
    for check in report.checks.iter().filter(|c| c.kind == Kind::Open) {
        let mut item = note("warning", &check.message);
        item.associated_rule = listed.index(&check.rule).map(|i| rule(&check.rule, i));
        notes.push(item);
    }
    notes.extend(report.subject.notices.iter().map(|text| note("note", text)));
    notes
}

fn note(level: &str, text: &str) -> Notification {
    let mut item = Notification::builder()
        .message(place::message(text))
        .build();
    item.level = Some(json!(level));
    item
}

fn rule(id: &str, index: usize) -> ReportingDescriptorReference {
    ReportingDescriptorReference::builder()
        .id(clean::line(id))
        .index(position(index))
        .build()
}

fn component(name: &str, index: usize) -> ToolComponentReference {
    ToolComponentReference::builder()
        .name(name)
        .index(position(index))
        .build()
}

fn position(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

fn bag<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> PropertyBag {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    PropertyBag::builder()
        .additional_properties(entries.collect::<BTreeMap<_, _>>())
        .build()
}
