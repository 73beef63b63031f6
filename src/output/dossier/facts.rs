// SPDX-License-Identifier: Apache-2.0

//! The project at a glance: what a committee asks first, read off the results of the rules.

use std::fmt::Write as _;

use serde_json::Value;

use crate::output::markdown::cell;
use crate::report::{CheckResult, Kind};

use super::Page;

/// Most rows of a table of people, most names of a list.
const ROWS: usize = 60;

/// Licence, documents, channels, people, adopters: whatever of it the rules of the profile have found.
pub(super) fn write(page: &Page<'_>, out: &mut String) {
    let mut rows = Vec::new();
    for (rule, label, keys) in [
        ("license-file", "Licence", &["expression"][..]),
        (
            "code-of-conduct",
            "Code of conduct",
            &["text", "version", "contact"],
        ),
        ("security-policy", "Security reports", &["contacts"]),
        ("readme-status", "Stage stated in README", &["stage"]),
        (
            "best-practices-badge",
            "OpenSSF Best Practices",
            &["level", "id"],
        ),
        ("scorecard-score", "OpenSSF Scorecard", &["score", "date"]),
        ("adopters-file", "Adopters", &["names"]),
        ("release-cadence", "Newest release", &["newest"]),
    ] {
        if let Some((check, value)) = found(page, rule, keys) {
            let place = check.evidence.first().map(|item| &item.path);
            let place = place.and_then(Option::as_deref);
            let line = check.evidence.first().and_then(|item| item.line);
            let link = place.map_or_else(String::new, |path| page.places.file(path, line, false));
            rows.push(format!("| {label} | {value} | {link} |"));
        }
    }
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## At a glance\n\n| | | |\n|---|---|---|");
    for row in rows {
        let _ = writeln!(out, "{row}");
    }
    people(page, out);
}

fn result<'a>(page: &'a Page<'_>, rule: &str) -> Option<&'a CheckResult> {
    let of = |c: &&CheckResult| c.rule == rule && c.profiles.contains(&page.profile.id);
    page.report.checks.iter().find(of)
}

/// What a rule that is met, or is for a person to judge, has read under `keys`.
fn found<'a>(page: &'a Page<'_>, rule: &str, keys: &[&str]) -> Option<(&'a CheckResult, String)> {
    let check = result(page, rule)?;
    if matches!(check.kind, Kind::Open | Kind::NotApplicable) {
        return None;
    }
    let values = keys.iter().filter_map(|key| check.properties.get(*key));
    let words: Vec<String> = values.filter_map(words).collect();
    (!words.is_empty()).then(|| (check, words.join(" ")))
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(cell(text)),
        Value::Number(number) => Some(cell(&number.to_string())),
        Value::Array(items) if !items.is_empty() => {
            let texts = items.iter().take(ROWS).filter_map(words);
            let mut list = texts.collect::<Vec<_>>().join(", ");
            if items.len() > ROWS {
                let _ = write!(list, " and {} more", items.len() - ROWS);
            }
            Some(list)
        }
        _ => None,
    }
}

/// Who maintains the project, as the roster says.
fn people(page: &Page<'_>, out: &mut String) {
    let roster = result(page, "maintainers-file");
    let people = roster.and_then(|check| check.properties.get("people")?.as_array());
    let text = |person: &Value, key: &str| {
        let value = person.get(key).and_then(Value::as_str);
        value.map_or_else(String::new, cell)
    };
    let active = |person: &&Value| {
        let status = person.get("status").and_then(Value::as_str);
        status.is_none_or(|status| status == "active")
    };
    let people: Vec<&Value> = people.into_iter().flatten().filter(active).collect();
    if people.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "\n### Maintainers ({})\n\n| Name | Handle | Organisation |\n|---|---|---|",
        people.len()
    );
    for person in people.iter().take(ROWS) {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            text(person, "name"),
            text(person, "handle"),
            text(person, "organisation")
        );
    }
    if people.len() > ROWS {
        let _ = writeln!(out, "\nand {} more.", people.len() - ROWS);
    }
}
