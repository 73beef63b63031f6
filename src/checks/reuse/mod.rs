// SPDX-License-Identifier: Apache-2.0

//! REUSE 3.3: the licence inventory of the tree, and the licence texts that it needs.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::report::{Evidence, Problem};

use super::{Answer, Context, Draft, Shared};

mod annotations;
mod covered;
mod extract;
pub(crate) mod grammar;
mod inventory;
mod texts;

pub use inventory::{FileLicensing, Inventory, Source, SourceKind};

use texts::LicenseText;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {}

/// Judges the licence texts against what the files name.
pub(super) fn check(cx: &Context<'_>, _: &Params) -> Result<Answer> {
    let inventory = cx.inventory();
    let texts = texts::read(&cx.files);
    let used = Used::of(inventory);
    let mut findings = broken(inventory);
    // Whether a text is of use cannot be seen when files are left out.
    let part = cx.is_partial();
    let texts_at_fault = of_texts(&texts, &used).into_iter();
    findings.extend(texts_at_fault.filter(|f| !part || f.problem != Some(Problem::Unused)));
    findings.extend(missing(&texts, &used));
    findings.extend(invalid(inventory));
    let counts = counts(inventory);
    if texts.is_empty() && used.ids.is_empty() && findings.is_empty() {
        let why = if part {
            "none of the files that differ from the base names a licence by an SPDX tag"
        } else {
            "no file names a licence by an SPDX tag, and there is no LICENSES/ folder: the project does not follow REUSE"
        };
        return Ok(Answer::not_applicable(why).property("files", counts));
    }
    let message = format!(
        "{} problems with licence texts and expressions; keep one text for each licence in use, LICENSES/<SPDX id>.txt, and no other",
        findings.len()
    );
    let answer = match Answer::fail_all(message, findings) {
        Some(answer) => answer,
        None => {
            let first = texts.first().map_or_else(
                || Evidence::words("no licence text is needed"),
                |t| Evidence::file(&t.path).license(&t.id),
            );
            let message = if part {
                format!(
                    "each of the {} licences that the files that differ from the base name has its text",
                    used.ids.len()
                )
            } else {
                format!(
                    "each of the {} licences in use has its text, and no text is without use",
                    used.ids.len()
                )
            };
            Answer::pass(message, first)
        }
    };
    let named = inventory
        .annotated
        .iter()
        .take(10)
        .map(|path| Evidence::file(path).note("annotates files"));
    Ok(answer.all_evidence(named).property("files", counts))
}

/// Ids in use, each with the first file that names it and the number of files.
struct Used {
    ids: BTreeMap<String, (String, usize)>,
}

impl Used {
    fn of(inventory: &Inventory) -> Used {
        let mut ids: BTreeMap<String, (String, usize)> = BTreeMap::new();
        for file in &inventory.files {
            let own: BTreeSet<String> = file
                .expressions()
                .filter_map(grammar::ids)
                .flatten()
                .collect();
            for id in own {
                ids.entry(id).or_insert_with(|| (file.path.clone(), 0)).1 += 1;
            }
        }
        Used { ids }
    }

    fn uses(&self, id: &str) -> bool {
        self.ids.contains_key(id) || self.ids.contains_key(&format!("{id}+"))
    }
}

fn problem(message: String, path: &str, id: &str, problem: Problem) -> Draft {
    let mut draft = Draft::new(message)
        .path(path)
        .key(format!("{id} {problem:?}"));
    draft.license = Some(id.to_owned());
    draft.problem = Some(problem);
    draft
}

fn broken(inventory: &Inventory) -> Vec<Draft> {
    let unusable = inventory.broken.iter().map(|broken| {
        let mut draft = Draft::new(format!(
            "cannot be used: {}; correct it, no annotation of it holds until then",
            broken.why
        ))
        .path(&broken.path)
        .key("unreadable");
        draft.line = broken.line;
        draft.problem = Some(Problem::Unreadable);
        draft
    });
    let unread = inventory.files.iter().filter_map(|file| {
        let why = file.unread.as_ref()?;
        let mut draft = Draft::new(format!("cannot be read: {why}"))
            .path(&file.path)
            .key("unreadable");
        draft.problem = Some(Problem::Unreadable);
        Some(draft)
    });
    unusable.chain(unread).collect()
}

fn of_texts(texts: &[LicenseText], used: &Used) -> Vec<Draft> {
    let mut findings = Vec::new();
    for text in texts {
        let (id, path) = (&text.id, &text.path);
        for kind in &text.problems {
            findings.push(problem(wrong_name(id, *kind), path, id, *kind));
        }
        if !text.is_lost() && !used.uses(id) {
            findings.push(problem(
                format!("no file is under {id}; remove the text, or tag the files it is for"),
                path,
                id,
                Problem::Unused,
            ));
        }
    }
    findings
}

fn wrong_name(id: &str, kind: Problem) -> String {
    match kind {
        Problem::Deprecated => format!(
            "SPDX has deprecated {id}; use the id in use today, such as {id}-only, in the file's name and in the tags"
        ),
        Problem::NoExtension => format!("the name has no extension; rename it to {id}.txt"),
        Problem::Unreadable => {
            format!("leads to no file of this tree; put the text of {id} there")
        }
        _ if id == "LICENSES" => {
            "LICENSES is a file; make it a folder with one text for each licence".to_owned()
        }
        _ => format!(
            "{id} is no id of the SPDX list and no LicenseRef-; rename the file, or move it out of LICENSES/"
        ),
    }
}

fn missing(texts: &[LicenseText], used: &Used) -> Vec<Draft> {
    let has = |id: &str| {
        texts
            .iter()
            .filter(|t| !t.is_lost())
            .any(|t| t.id == id || id.strip_suffix('+').is_some_and(|plain| t.id == plain))
    };
    let lacking = used.ids.iter().filter(|(id, _)| !has(id));
    lacking
        .map(|(id, (path, n))| {
            let message = format!("{n} files name {id}, such as {path}, but its text is not there; add LICENSES/{id}.txt");
            problem(message, &format!("LICENSES/{id}.txt"), id, Problem::Missing)
        })
        .collect()
}

fn invalid(inventory: &Inventory) -> Vec<Draft> {
    let mut findings = Vec::new();
    for file in &inventory.files {
        for source in &file.sources {
            for (n, expression) in source.expressions.iter().enumerate() {
                let Err(wrong) = grammar::parse(expression) else {
                    continue;
                };
                let shown: String = expression.chars().take(100).collect();
                let line = source.lines.get(n).copied();
                let place = match line {
                    _ if source.path == file.path => String::new(),
                    Some(line) => format!(" (in {}, line {line})", source.path),
                    None => format!(" (in {})", source.path),
                };
                let message = format!(
                    "\u{201c}{shown}\u{201d}{place} is no SPDX expression, {wrong}; join ids of the SPDX list by AND, OR, WITH"
                );
                let mut draft = problem(message, &file.path, &shown, Problem::InvalidExpression);
                draft.line = line.filter(|_| source.path == file.path);
                findings.push(draft);
            }
        }
    }
    findings
}

/// The numbers of the property `files`.
pub(crate) fn counts(inventory: &Inventory) -> serde_json::Value {
    json!({
        "covered": inventory.files.len(),
        "with_license": inventory.files.iter().filter(|f| f.is_licensed()).count(),
        "with_copyright": inventory.files.iter().filter(|f| f.copyrights().next().is_some()).count(),
        "skipped": inventory.skipped,
    })
}

impl Shared<'_> {
    /// The licence inventory (REUSE 3.3); read once, on first use.
    pub fn inventory(&self) -> &Inventory {
        self.inventory.get_or_init(|| {
            let (inventory, headers) = inventory::read(self);
            // Headers that another rule has read already are the same.
            let _ = self.headers.set(headers);
            inventory
        })
    }
}

#[cfg(test)]
mod tests;
