// SPDX-License-Identifier: Apache-2.0

//! Files that are missing: documents from templates, licence texts, a line in README.

use crate::checks::{Shared, expression_ids, license_text};
use crate::report::{CheckResult, Problem};
use crate::rules::{Catalogue, Mend, Rule};
use crate::subject::DOCUMENT_LIMIT;

use super::template::{Facts, fill};
use super::{Change, Edit, Failing, Made, Settings, standing};

/// Why a file that is there does not count, and what to do.
pub(super) const UNTRACKED: (&str, &str) = (
    "it is there, and git does not track it, so it does not count yet",
    "`git add` it",
);

/// Plans the files that `failing` asks for.
pub(super) fn mend(
    shared: &Shared<'_>,
    failing: &Failing<'_>,
    results: &[CheckResult],
    catalogue: &Catalogue,
    settings: &Settings,
    made: &mut Made,
) {
    match failing.mend {
        Mend::Header { .. } => {}
        Mend::Template {
            path,
            template,
            executable,
            helps,
        } => {
            if *helps {
                made.leave(failing.result, None, "it takes a person", failing.next);
                if shared.files.get(path).is_some() {
                    return;
                }
            }
            let foundation = settings.foundation.as_deref();
            let Some(template) = catalogue.template(foundation, template) else {
                made.leave(
                    failing.result,
                    Some(path),
                    "its template is not there",
                    failing.next,
                );
                return;
            };
            let (text, blanks) = fill(&template.text, &settings.facts);
            create(shared, failing, path, text, *executable, blanks, made);
        }
        Mend::License { path } => whole_license(shared, failing, path, settings, made),
        Mend::LicenseTexts {} => license_texts(shared, failing, made),
        Mend::ReadmeLine { line, of } => readme_line(shared, failing, line, of, results, made),
    }
}

/// The document that a rule's template makes, if it has one.
pub fn document(rule: &Rule, catalogue: &Catalogue, facts: &Facts) -> Option<Change> {
    let Some(Mend::Template {
        path,
        template,
        executable,
        ..
    }) = &rule.mend
    else {
        return None;
    };
    let (text, blanks) = fill(&catalogue.template(None, template)?.text, facts);
    Some(Change {
        rules: vec![rule.id.clone()],
        path: path.clone(),
        edit: Edit::Create {
            content: text.into_bytes(),
            executable: *executable,
        },
        blanks,
    })
}

/// Plans a new file, unless something of that name is there: a document that does not meet its rule is a
/// person's work, and is never overwritten.
fn create(
    shared: &Shared<'_>,
    failing: &Failing<'_>,
    path: &str,
    text: String,
    executable: bool,
    blanks: Vec<String>,
    made: &mut Made,
) {
    let there = shared
        .files
        .entries()
        .iter()
        .find(|entry| entry.path.eq_ignore_ascii_case(path));
    if let Some(entry) = there {
        let (why, next) = if entry.counts() {
            ("it is there, and does not meet the rule yet", failing.next)
        } else {
            UNTRACKED
        };
        made.leave(failing.result, Some(&entry.path), why, next);
        return;
    }
    made.change(Change {
        rules: vec![failing.result.rule.clone()],
        path: path.to_owned(),
        edit: Edit::Create {
            content: text.into_bytes(),
            executable,
        },
        blanks,
    });
}

fn whole_license(
    shared: &Shared<'_>,
    failing: &Failing<'_>,
    path: &str,
    settings: &Settings,
    made: &mut Made,
) {
    let Some(id) = settings.license.as_deref() else {
        let next = "give --license with an SPDX id, or license under [fix] in .provost.toml";
        made.leave(
            failing.result,
            Some(path),
            "which licence it shall be is not known",
            next,
        );
        return;
    };
    match license_text(id) {
        Some(text) => create(
            shared,
            failing,
            path,
            text.to_owned(),
            false,
            Vec::new(),
            made,
        ),
        None => {
            let why = format!("{id} is not one licence of the SPDX list");
            made.leave(failing.result, Some(path), &why, failing.next);
        }
    }
}

fn license_texts(shared: &Shared<'_>, failing: &Failing<'_>, made: &mut Made) {
    for finding in standing(failing.result) {
        let named = finding.license.as_deref();
        let text = named.and_then(license_text);
        match (finding.problem, named, text) {
            (Some(Problem::Missing), Some(id), Some(text)) => {
                let path = format!("LICENSES/{id}.txt");
                create(
                    shared,
                    failing,
                    &path,
                    text.to_owned(),
                    false,
                    Vec::new(),
                    made,
                );
            }
            _ => made.leave(
                failing.result,
                finding.path.as_deref(),
                &finding.message,
                failing.next,
            ),
        }
    }
}

/// The texts of the licences that the planned notices name, where the project keeps texts as REUSE wants them.
pub(super) fn texts_for(shared: &Shared<'_>, license: &str, result: &CheckResult, made: &mut Made) {
    for id in expression_ids(license) {
        let path = format!("LICENSES/{id}.txt");
        let prefix = format!("LICENSES/{id}.");
        let there = shared
            .files
            .entries()
            .iter()
            .any(|e| e.path.starts_with(&prefix));
        if let Some(text) = license_text(&id).filter(|_| !there) {
            made.change(Change {
                rules: vec![result.rule.clone()],
                path,
                edit: Edit::Create {
                    content: text.to_owned().into_bytes(),
                    executable: false,
                },
                blanks: Vec::new(),
            });
        }
    }
}

/// Below the title of README, where badges are looked for.
fn readme_line(
    shared: &Shared<'_>,
    failing: &Failing<'_>,
    line: &str,
    of: &str,
    results: &[CheckResult],
    made: &mut Made,
) {
    let id = results
        .iter()
        .find(|r| r.rule == of)
        .and_then(|r| r.properties.get("id"))
        .and_then(serde_json::Value::as_u64);
    let Some(id) = id else {
        let why =
            format!("the project's entry is not known; `{of}` finds it, so mend both in one run");
        made.leave(failing.result, None, &why, failing.next);
        return;
    };
    let entry = shared
        .files
        .entries()
        .iter()
        .find(|e| e.path.eq_ignore_ascii_case("README.md") && e.is_file());
    let Some(entry) = entry else {
        made.leave(
            failing.result,
            None,
            "there is no README.md to put it into",
            failing.next,
        );
        return;
    };
    let Ok(content) = shared.files.tree.read(entry, DOCUMENT_LIMIT) else {
        made.leave(
            failing.result,
            Some(&entry.path),
            "it cannot be read",
            failing.next,
        );
        return;
    };
    let Some(at) = below_title(&content.bytes) else {
        made.leave(
            failing.result,
            Some(&entry.path),
            "it has no title to put it below",
            failing.next,
        );
        return;
    };
    made.change(Change {
        rules: vec![failing.result.rule.clone()],
        path: entry.path.clone(),
        edit: Edit::Insert {
            at,
            text: format!("\n{}\n", line.replace("{id}", &id.to_string())).into_bytes(),
            head: content.bytes,
        },
        blanks: Vec::new(),
    });
}

/// After the first line that is a heading of level one.
fn below_title(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        if line.starts_with(b"# ") && line.ends_with(b"\n") {
            return Some(at);
        }
    }
    None
}
