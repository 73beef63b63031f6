// SPDX-License-Identifier: Apache-2.0

//! Imports point downwards: the table of `docs/design.md`, read against the `use crate::` lines of each module.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Module and what it may import of ours. Bans that carry the design: checks never see the command line, the
/// configuration or an output; outputs never see checks, subject or remote; subject and text see nothing.
const MAY: &[(&str, &[&str])] = &[
    ("main", &[]),
    ("lib", &["cli", "session"]),
    (
        "session",
        &[
            "checks",
            "cli",
            "config",
            "describe",
            "fix",
            "licenses",
            "net",
            "output",
            "plan",
            "readiness",
            "remote",
            "report",
            "review",
            "rules",
            "scan",
            "subject",
            "BROKEN",
            "CLEAN",
            "FINDINGS",
        ],
    ),
    ("describe", &["checks", "cli", "report", "rules"]),
    ("licenses", &["checks", "report", "subject"]),
    ("fix", &["checks", "report", "rules", "subject"]),
    ("review", &["checks", "report", "rules", "subject"]),
    ("readiness", &["report", "rules"]),
    ("scan", &["checks", "plan", "report", "rules", "subject"]),
    ("plan", &["cli", "config", "output", "report", "rules"]),
    ("cli", &["output"]),
    ("config", &["report", "rules"]),
    ("output", &["report", "rules", "BROKEN", "CLEAN"]),
    ("checks", &["remote", "report", "rules", "subject", "text"]),
    ("rules", &["report"]),
    ("report", &[]),
    ("remote", &["net", "subject"]),
    ("net", &[]),
    ("subject", &["net"]),
    ("text", &[]),
];

#[test]
fn imports_point_downwards() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    visit(&src, &src, &mut wrong);
    assert!(
        wrong.is_empty(),
        "imports against the layers:\n{}",
        wrong.join("\n")
    );
}

fn visit(src: &Path, dir: &Path, wrong: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            visit(src, &path, wrong);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            let inside = path.strip_prefix(src).unwrap();
            let first = inside.iter().next().unwrap().to_str().unwrap();
            let module = first.trim_end_matches(".rs");
            let may = MAY.iter().find(|(name, _)| *name == module);
            let Some((_, may)) = may else {
                wrong.push(format!(
                    "{}: `{module}` is not in the table",
                    inside.display()
                ));
                continue;
            };
            for name in imported(&fs::read_to_string(&path).unwrap()) {
                if name != module && !may.contains(&name.as_str()) {
                    wrong.push(format!(
                        "{}: {module} must not import {name}",
                        inside.display()
                    ));
                }
            }
        }
    }
}

/// First path segments after `crate::`, also inside braces.
fn imported(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let mut names = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            let group = &group[..group.find("};").unwrap_or(group.len())];
            let mut depth = 0;
            for piece in group.split_inclusive(['{', '}', ',']) {
                if depth == 0 {
                    names.extend(first_segment(piece));
                }
                depth += piece.matches('{').count();
                depth -= piece.matches('}').count().min(depth);
            }
        } else {
            names.extend(first_segment(part));
        }
    }
    names
}

fn first_segment(text: &str) -> Option<String> {
    let name: String = text
        .trim()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!name.is_empty()).then_some(name)
}
