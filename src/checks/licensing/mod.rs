// SPDX-License-Identifier: Apache-2.0

//! The licence inventory of a tree: what REUSE reads in and beside each file, a notice in words where it reads
//! nothing, else the licence of the folder, else that of the project.
//!
//! Two trees compare by building both and comparing `summary` (counts by licence and by kind of work) or
//! `files` (by path; by `blob`, where the content is the same).

use std::collections::BTreeMap;

use crate::report::licenses::{Class, File, Flaw, Licenses, Origin, SCHEMA, Summary};
use crate::report::{Fault, Tool};
use crate::subject::{DOCUMENT_LIMIT, Entry, Subject};

use super::license::expression;
use super::reuse::{FileLicensing, Source, SourceKind, grammar};
use super::terms::Kinds;
use super::{Shared, header, license, vendored};

mod texts;

/// The inventory of what `subject` holds, with nothing configured. See [`of_shared`] for a run's own view.
pub fn of_subject(subject: &Subject, now: jiff::Timestamp) -> Licenses {
    let shared = Shared {
        whole_files: true,
        ..Shared::new(subject, now)
    };
    of_shared(&shared)
}

/// The inventory of a run: exclusions and placed documents of its configuration hold. The tree is read once for
/// this and for every rule of the run.
pub fn of_shared(shared: &Shared<'_>) -> Licenses {
    let inventory = shared.inventory();
    let project = license::project(shared);
    let mut texts = texts::read(shared);
    let builder = Builder {
        shared,
        kinds: Kinds::of(shared),
        folders: texts::folders(&texts),
        declared: project.expression.clone(),
        declared_in: project.path.clone(),
    };
    let files: Vec<File> = inventory.files.iter().map(|f| builder.file(f)).collect();
    texts::count_files(&mut texts, &files);
    let mut flaws = flaws(inventory, &files);
    flaws.extend(texts.cut.take());
    flaws.sort();
    let skipped = inventory.skipped.iter();
    let skipped = skipped
        .map(|(reason, n)| ((*reason).to_owned(), *n))
        .collect();
    Licenses {
        schema: SCHEMA.to_owned(),
        tool: Tool::this(),
        declared: project.expression,
        evidence: project.evidence,
        summary: Summary::of(&files, skipped),
        texts: texts.all,
        flaws,
        files,
        faults: faults(shared.subject),
        ..Licenses::default()
    }
}

fn faults(subject: &Subject) -> Vec<Fault> {
    let broken = subject.notices.iter().filter(|notice| notice.fault);
    let mut faults: Vec<Fault> = broken
        .map(|notice| Fault {
            r#where: notice.place.clone(),
            message: notice.message.clone(),
        })
        .collect();
    faults.sort();
    faults
}

fn flaws(inventory: &super::Inventory, files: &[File]) -> Vec<Flaw> {
    let broken = inventory.broken.iter().map(|b| Flaw {
        path: b.path.clone(),
        line: b.line,
        message: format!("cannot be used: {}; no annotation of it holds", b.why),
    });
    let wrong = files.iter().filter_map(|file| {
        let message = file.problem.clone()?;
        let own = file
            .source
            .as_ref()
            .is_none_or(|source| *source == file.path);
        Some(Flaw {
            path: file.path.clone(),
            line: file.line.filter(|_| own),
            message,
        })
    });
    broken.chain(wrong).collect()
}

struct Builder<'a> {
    shared: &'a Shared<'a>,
    kinds: Kinds,
    /// Licence of each folder below the root that has a licence text, and the text's path.
    folders: BTreeMap<String, (String, String)>,
    declared: Option<String>,
    declared_in: Option<String>,
}

impl Builder<'_> {
    fn file(&self, licensing: &FileLicensing) -> File {
        let entries = self.shared.files.entries();
        let at = entries.binary_search_by(|e| e.path.as_str().cmp(&licensing.path));
        let entry = at.ok().map(|at| &entries[at]);
        let facts = at.ok().and_then(|at| self.shared.headers().files.get(at));
        let class = match (entry, facts) {
            (Some(entry), Some(facts)) => self.kinds.kind(entry, facts.class),
            _ => Class::Other,
        };
        let mut file = File {
            path: licensing.path.clone(),
            class,
            vendored: vendored::vendored(&licensing.path),
            license: None,
            origin: Origin::Nothing,
            source: None,
            line: None,
            copyrights: licensing.copyrights().map(str::to_owned).collect(),
            problem: problem(licensing, self.shared),
            blob: entry.and_then(blob),
            sha1: None,
        };
        if !stated(licensing, &mut file) {
            let notice = facts.and_then(|facts| match facts.license {
                header::License::Notice(notice) => notice.id(),
                _ => None,
            });
            self.by_default(&mut file, notice);
        }
        file
    }

    /// Nothing that REUSE reads speaks of the file: a notice in words, its folder, the project.
    fn by_default(&self, file: &mut File, notice: Option<&str>) {
        if let Some(id) = notice {
            file.license = Some(id.to_owned());
            file.origin = Origin::Notice;
            file.source = Some(file.path.clone());
            return;
        }
        let mut folder = file.path.rsplit_once('/').map(|(folder, _)| folder);
        while let Some(at) = folder {
            if let Some((license, path)) = self.folders.get(at) {
                file.license = Some(license.clone());
                file.origin = Origin::Directory;
                file.source = Some(path.clone());
                return;
            }
            folder = at.rsplit_once('/').map(|(above, _)| above);
        }
        // Another project's files are not under this one's licence because they lie here.
        if let Some(declared) = self.declared.as_ref().filter(|_| !file.vendored) {
            file.license = Some(declared.clone());
            file.origin = Origin::Declared;
            file.source.clone_from(&self.declared_in);
        }
    }
}

fn blob(entry: &Entry) -> Option<String> {
    entry.oid.map(|id| id.to_string())
}

/// What is said of the file, joined; whether anything valid is.
fn stated(licensing: &FileLicensing, file: &mut File) -> bool {
    let mut parts: Vec<String> = Vec::new();
    for source in &licensing.sources {
        for (n, text) in source.expressions.iter().enumerate() {
            if grammar::ids(text).is_none() {
                continue;
            }
            if parts.is_empty() {
                place(file, source, source.lines.get(n).copied());
            }
            let canonical = expression::canonical(text);
            if !parts.contains(&canonical) {
                parts.push(canonical);
            }
        }
    }
    file.license = (!parts.is_empty()).then(|| expression::join(&parts, "AND"));
    if file.license.is_none() && file.problem.is_some() {
        // The line of what is wrong.
        let wrong = licensing.sources.iter().find(|s| !s.lines.is_empty());
        file.line = wrong.and_then(|s| s.lines.first().copied());
        file.source = wrong.map(|s| s.path.clone());
    }
    !parts.is_empty()
}

fn place(file: &mut File, source: &Source, line: Option<u64>) {
    file.origin = match source.kind {
        SourceKind::Line => Origin::Line,
        SourceKind::Sidecar => Origin::Sidecar,
        SourceKind::ReuseToml => Origin::ReuseToml,
        SourceKind::Dep5 => Origin::Dep5,
    };
    file.source = Some(source.path.clone());
    file.line = line;
}

/// What is wrong with what is said, or why the file was not read whole.
fn problem(licensing: &FileLicensing, shared: &Shared<'_>) -> Option<String> {
    if let Some(why) = &licensing.unread {
        return Some(why.clone());
    }
    let invalid = licensing
        .expressions()
        .find_map(|e| Some((e, grammar::parse(e).err()?)));
    if let Some((text, wrong)) = invalid {
        let shown: String = text.chars().take(100).collect();
        return Some(format!(
            "\u{201c}{shown}\u{201d} is no SPDX expression, {wrong}"
        ));
    }
    let cut = &shared.inventory().cut;
    let limit = DOCUMENT_LIMIT >> 20;
    cut.binary_search(&licensing.path)
        .is_ok()
        .then(|| format!("only its first {limit} MiB were searched"))
}

#[cfg(test)]
mod tests;
