// SPDX-License-Identifier: Apache-2.0

//! The mode `reuse`: every file that REUSE 3.3 covers, with information in it or elsewhere.

use crate::checks::reuse::{self, Inventory, SourceKind, grammar};
use crate::checks::{Answer, Draft, Shared};
use crate::report::{Evidence, Problem};

use super::About;

/// Judges every covered file.
pub(super) fn answer(inventory: &Inventory, about: About, part: bool) -> Answer {
    let counts = reuse::counts(inventory);
    let total = inventory.files.len();
    if total == 0 {
        let none = if part {
            "none of the files that differ from the base is one that REUSE covers"
        } else {
            "no file that REUSE covers"
        };
        return Answer::not_applicable(none).property("files", counts);
    }
    let findings: Vec<Draft> = inventory
        .files
        .iter()
        .filter_map(|file| lacking(file, about))
        .collect();
    let of_them = if part {
        " and that differ from the base"
    } else {
        ""
    };
    let what = match about {
        About::License => "licensing information",
        About::Copyright => "copyright information",
    };
    let message = format!(
        "{} of {total} files that REUSE covers{of_them} have no {what}; add a comment to each, a .license neighbour, or an annotation in REUSE.toml",
        findings.len()
    );
    let annotated = inventory
        .annotated
        .iter()
        .take(10)
        .map(|path| Evidence::file(path).note("annotates files"));
    let broken = inventory.broken.iter().map(|b| Evidence {
        line: b.line,
        ..Evidence::file(&b.path).note(format!("cannot be used: {}", b.why))
    });
    let cut = inventory.cut.iter().take(10).map(|path| {
        let limit = crate::subject::DOCUMENT_LIMIT >> 20;
        Evidence::file(path).note(format!("only its first {limit} MiB were searched"))
    });
    let answer = match Answer::fail_all(message, findings) {
        Some(answer) => answer,
        None => Answer::pass(
            format!("all {total} files that REUSE covers{of_them} have {what}"),
            Evidence::file(&inventory.files[0].path).note("for example"),
        ),
    };
    answer
        .all_evidence(annotated)
        .all_evidence(broken)
        .all_evidence(cut)
        .property("files", counts)
}

fn lacking(file: &reuse::FileLicensing, about: About) -> Option<Draft> {
    match about {
        About::Copyright => {
            let none = file.copyrights().next().is_none();
            none.then(|| Draft::new("no copyright information; add \u{201c}SPDX-FileCopyrightText: <year> <holder>\u{201d}").path(&file.path).key("copyright"))
        }
        About::License if file.is_licensed() => None,
        About::License => {
            let invalid = file
                .expressions()
                .find_map(|e| Some((e, grammar::parse(e).err()?)));
            let message = match &invalid {
                Some((text, wrong)) => format!(
                    "\u{201c}{}\u{201d} is no SPDX expression, {wrong}; so it does not count",
                    text.chars().take(100).collect::<String>()
                ),
                None => "no licensing information; add \u{201c}SPDX-License-Identifier: <licence>\u{201d}".to_owned(),
            };
            let mut draft = Draft::new(message).path(&file.path).key("license");
            draft.problem = invalid.map(|_| Problem::InvalidExpression);
            Some(draft)
        }
    }
}

/// Whether anything but the files themselves may speak of licences: neighbours, annotations.
pub(super) fn may_speak_elsewhere(shared: &Shared<'_>) -> bool {
    let speaks = |e: &crate::subject::Entry| {
        e.name() == "REUSE.toml" || e.path.ends_with(".license") || e.path == ".reuse/dep5"
    };
    shared.files.entries().iter().any(speaks)
}

/// Whether a neighbour or an annotation speaks for a file whose head does not.
pub(super) fn speaks_elsewhere(shared: &Shared<'_>, path: &str, about: About) -> bool {
    let inventory = shared.inventory();
    let Ok(at) = inventory
        .files
        .binary_search_by(|f| f.path.as_str().cmp(path))
    else {
        return false;
    };
    let mut elsewhere = inventory.files[at]
        .sources
        .iter()
        .filter(|s| s.kind != SourceKind::Line);
    elsewhere.any(|s| match about {
        About::License => s.expressions.iter().any(|e| grammar::ids(e).is_some()),
        About::Copyright => !s.copyrights.is_empty(),
    })
}
