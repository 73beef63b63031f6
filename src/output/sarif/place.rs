// SPDX-License-Identifier: Apache-2.0

//! Where a result stands, and its words: paths as URIs, message text without live links.

use serde_sarif::sarif::{ArtifactLocation, Location, Message, PhysicalLocation, Region};

use crate::report::{CheckResult, Evidence, Finding, Report};

use super::super::{clean, uri};
use super::ROOT;

/// Where a result is shown when the report knows no file at all.
const FALLBACK: &str = "README.md";

/// Path and line that stand for a finding. A result without a place makes code scanning refuse the whole
/// file, so what has none is shown at the repository's README.
pub(super) fn of_finding<'a>(report: &'a Report, finding: &'a Finding) -> (&'a str, u64) {
    let place = finding.place().filter(|(path, _)| uri::is_inside(path));
    place.unwrap_or_else(|| of_repository(report))
}

/// Path and line that stand for a whole check: its evidence, else the repository's README.
pub(super) fn of_check<'a>(report: &'a Report, check: &'a CheckResult) -> (&'a str, u64) {
    let looked = || check.evidence.iter().filter_map(spot);
    let exact = looked().find_map(|(path, line)| line.map(|line| (path, line)));
    exact
        .or_else(|| looked().next().map(|(path, _)| (path, 1)))
        .unwrap_or_else(|| of_repository(report))
}

fn of_repository(report: &Report) -> (&str, u64) {
    let anchor = report.subject.anchor.as_deref();
    (
        anchor
            .filter(|path| uri::is_inside(path))
            .unwrap_or(FALLBACK),
        1,
    )
}

fn spot(item: &Evidence) -> Option<(&str, Option<u64>)> {
    let path = item.path.as_deref().filter(|path| uri::is_inside(path))?;
    Some((path, item.line))
}

/// A file of the repository.
pub(super) fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation::builder()
        .uri(uri::path(path))
        .uri_base_id(ROOT)
        .build()
}

/// A location with the line alone: columns would claim what no check measures.
pub(super) fn location(path: &str, line: u64) -> Location {
    let artifact = artifact(path);
    let line = i64::try_from(line.max(1)).unwrap_or(i64::MAX);
    let region = Region::builder().start_line(line).build();
    let place = PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build();
    Location::builder().physical_location(place).build()
}

/// Message text: one line, a full stop, and brackets escaped, because SARIF text has links of its own
/// (§3.11.6).
pub(super) fn message(text: &str) -> Message {
    let shown = clean::line(text.trim());
    let mut out = String::with_capacity(shown.len() + 8);
    for c in shown.chars() {
        if matches!(c, '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    if out.is_empty() {
        out.push_str("No message.");
    } else if !out.ends_with(['.', '!', '?', '…']) {
        out.push('.');
    }
    Message::builder().text(out).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_links_are_dead() {
        let made = message("[click](javascript:alert(1)) a\\b");
        let text = "\\[click\\](javascript:alert(1)) a\\\\b.";
        assert_eq!(made.text.as_deref(), Some(text));
    }
}
