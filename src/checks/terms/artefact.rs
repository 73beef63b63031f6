// SPDX-License-Identifier: Apache-2.0

//! Which files of the repository are one kind of work, and what their own headers say.

use std::collections::BTreeMap;

use crate::checks::header::{Class, Skip};
use crate::checks::vendored::not_ours;
use crate::checks::{Context, Shared, shipped};
use crate::report::licenses::Class as Kind;
use crate::subject::Entry;

use super::{Artefact, Params};

/// Files of one kind.
pub(super) struct Files {
    /// Their paths.
    pub(super) paths: Vec<String>,
    /// Expressions in their headers: number of files, and one of them.
    pub(super) expressions: BTreeMap<String, (usize, String)>,
    /// Why the rule does not apply when there are none.
    pub(super) none: &'static str,
}

impl Files {
    /// The expression that most files carry.
    pub(super) fn most(&self) -> (&str, (usize, &str)) {
        let most = self.expressions.iter().max_by_key(|(_, (n, _))| *n);
        most.map_or(("", (0, "")), |(e, (n, path))| {
            (e.as_str(), (*n, path.as_str()))
        })
    }
}

/// Finds them.
pub(super) fn files(cx: &Context<'_>, params: &Params) -> Files {
    let headers = cx.headers();
    let is_specification =
        params.artefact != Artefact::Specification || is_named(cx.shared, params);
    let mut files = Files {
        paths: Vec::new(),
        expressions: BTreeMap::new(),
        none: none(params.artefact),
    };
    for (entry, facts) in cx.files.entries().iter().zip(&headers.files) {
        let ours = matches!(facts.skip, None | Some(Skip::Unchanged)) && is_specification;
        if !ours || !is_work(params, entry, facts.class) {
            continue;
        }
        files.paths.push(entry.path.clone());
        if let Some(expression) = headers.expression(facts) {
            let slot = files
                .expressions
                .entry(expression.to_owned())
                .or_insert_with(|| (0, entry.path.clone()));
            slot.0 += 1;
        }
    }
    files
}

fn none(artefact: Artefact) -> &'static str {
    match artefact {
        Artefact::Code => "the repository holds no source code of its own",
        Artefact::Documents => "the repository holds no documentation",
        Artefact::Data => {
            "the repository holds no data sets or models of its own, and nothing speaks of any"
        }
        Artefact::Specification => {
            "the repository holds no specification, by its name and its documents"
        }
    }
}

/// The kinds of work as the shipped rules know them, for one tree.
pub(crate) struct Kinds {
    data: Option<Params>,
    specification: bool,
}

impl Kinds {
    /// For the tree of `shared`.
    pub(crate) fn of(shared: &Shared<'_>) -> Kinds {
        let params = shipped::with::<Params>("spec-license");
        Kinds {
            data: shipped::with("data-license"),
            specification: params.is_some_and(|p| is_named(shared, &p)),
        }
    }

    /// What kind of work a file is.
    pub(crate) fn kind(&self, entry: &Entry, class: Class) -> Kind {
        if self.data.as_ref().is_some_and(|p| is_work(p, entry, class)) {
            return Kind::Data;
        }
        match class {
            Class::Code => Kind::Code,
            Class::Document if self.specification && !is_policy(entry) => Kind::Specification,
            Class::Document => Kind::Documentation,
            Class::Data => Kind::Configuration,
            Class::Other => Kind::Other,
        }
    }
}

fn is_work(params: &Params, entry: &Entry, class: Class) -> bool {
    match params.artefact {
        Artefact::Code => class == Class::Code,
        Artefact::Documents | Artefact::Specification => {
            class == Class::Document && !is_policy(entry) && !not_ours(&entry.path)
        }
        Artefact::Data => {
            let lower = entry.name().to_ascii_lowercase();
            let extension = lower.rsplit_once('.').map_or("", |(_, e)| e);
            let in_folder = || {
                entry.dir().split('/').any(|f| {
                    params
                        .folders
                        .iter()
                        .any(|name| name.eq_ignore_ascii_case(f))
                })
            };
            let table = || matches!(extension, "csv" | "tsv" | "jsonl" | "ndjson" | "geojson");
            !not_ours(&entry.path)
                && (params.extensions.iter().any(|e| e == extension) || table() && in_folder())
        }
    }
}

/// Documents that are about the project, not works of it; lists that tools read.
fn is_policy(entry: &Entry) -> bool {
    entry.path.starts_with(".github/")
        || entry
            .name()
            .to_ascii_lowercase()
            .starts_with("requirements")
}

/// Whether repository or documents are named as such work.
fn is_named(cx: &Shared<'_>, params: &Params) -> bool {
    let has = |text: &str| {
        let lower = text.to_lowercase();
        lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| params.names.iter().any(|name| name == word))
    };
    let slug = cx
        .subject
        .slug
        .as_deref()
        .and_then(|s| s.rsplit('/').next())
        .is_some_and(has);
    let file = |e: &Entry| {
        e.is_file()
            && e.counts()
            && !e.path.contains('/')
            && super::super::header::class::of_name(e.name()) == Some(Class::Document)
            && has(e.name())
    };
    slug || cx.files.entries().iter().any(file)
}
