// SPDX-License-Identifier: Apache-2.0

//! Whether the licence of one kind of work (code, documents, data, a specification) is one the rule allows.
//!
//! What the project says in words comes first, what stands in the files of that kind second, the
//! project's licence last. Silence is a question for a person, a contradiction a failure.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::report::Evidence;

use super::header::{Class, License};
use super::license::expression::{self, Allowed};
use super::license::{self, Project};
use super::{Answer, Context, Draft};

mod artefact;
mod said;

pub(super) use artefact::Kinds;
use said::Statement;
pub(super) use said::{Sentence, Sentences};

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Artefact {
    /// Source code.
    Code,
    /// Documentation.
    Documents,
    /// Data sets and models.
    Data,
    /// The text of a specification.
    Specification,
}

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// What is judged.
    artefact: Artefact,
    /// SPDX expressions that are allowed.
    #[serde(default)]
    allow: Vec<String>,
    /// Whether every licence approved by the OSI is allowed, too.
    #[serde(default)]
    osi: bool,
    /// Words for this kind of work in a sentence about licences.
    #[serde(default)]
    words: Vec<String>,
    /// Phrases in which these words mean something else, such as parts of licence texts.
    #[serde(default)]
    not_words: Vec<String>,
    /// Extensions of files that are such work, where the kind is not known from the file's class.
    #[serde(default)]
    extensions: Vec<String>,
    /// Folders whose files of any text or table form are such work.
    #[serde(default)]
    folders: Vec<String>,
    /// Words of a repository's or a document's name that mark such work.
    #[serde(default)]
    names: Vec<String>,
    /// Licences made for other kinds of work, which say nothing about this one.
    #[serde(default)]
    other_kinds: Vec<String>,
}

/// Judges one kind of work.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let allowed = Allowed::new(&params.allow, params.osi).map_err(anyhow::Error::msg)?;
    let files = artefact::files(cx, params);
    let mut statements = if params.words.is_empty() {
        Vec::new()
    } else {
        said::statements(cx, params)
    };
    let project = license::project(cx.shared);
    if params.artefact != Artefact::Code {
        said::add_own_kind(cx, params, &project, &mut statements);
    }
    if files.paths.is_empty() {
        // A charter says what would hold; only a statement about what is there shows that it is there.
        statements.retain(|s| !s.supposed);
    }
    if files.paths.is_empty() && statements.is_empty() {
        return Ok(Answer::not_applicable(files.none));
    }
    let found = Found {
        params,
        allowed: &allowed,
        files: &files,
        statements: &statements,
        project: &project,
        part: cx.is_partial(),
    };
    let answer = if params.artefact == Artefact::Code {
        found.code(cx)
    } else {
        found.other()
    };
    let expressions: serde_json::Map<_, _> = files
        .expressions
        .iter()
        .map(|(e, (n, _))| (e.clone(), json!(n)))
        .collect();
    Ok(answer.property("expressions", expressions))
}

/// Everything known about the licence of one kind of work.
struct Found<'a> {
    params: &'a Params,
    allowed: &'a Allowed,
    files: &'a artefact::Files,
    statements: &'a [Statement],
    project: &'a Project,
    /// Whether only files that differ from the base were read.
    part: bool,
}

impl Found<'_> {
    fn list(&self) -> String {
        match (self.params.osi, self.params.allow.is_empty()) {
            (true, true) => "a licence approved by the OSI".to_owned(),
            (true, false) => format!(
                "a licence approved by the OSI, or {}",
                self.params.allow.join(", ")
            ),
            (false, _) => self.params.allow.join(" or "),
        }
    }

    /// The licence of the code: the project's, and what files say that differs from it.
    fn code(&self, cx: &Context<'_>) -> Answer {
        let list = self.list();
        let mut findings = Vec::new();
        let root = self
            .project
            .expression
            .as_deref()
            .map(|whole| for_kind(whole, &self.params.other_kinds));
        let root_lacks = root
            .as_deref()
            .and_then(|root| self.allowed.judge(root).err());
        if let (Some(root), Some(lacking)) = (&root, &root_lacks) {
            let path = self.project.path.as_deref().unwrap_or("LICENSE");
            let message = format!(
                "the project's licence is {root}; {} is not allowed, expected {list}",
                lacking.join(", ")
            );
            findings.push(Draft {
                license: Some(root.clone()),
                ..Draft::new(message).path(path).key("project")
            });
        }
        findings.extend(self.files_outside(cx, root.as_deref(), &list));
        let evidence = self.project.evidence.clone();
        let failing = findings.len();
        let message = match (&root, &root_lacks) {
            (Some(root), Some(_)) => format!(
                "the project's licence, {root}, is not allowed here: expected {list}; change it, or ask for an exception and record it"
            ),
            _ => format!(
                "{failing} source files are under a licence that is not allowed here: expected {list}; replace them, or ask for an exception and record it"
            ),
        };
        if let Some(answer) = Answer::fail_all(message, findings) {
            return answer.all_evidence(evidence);
        }
        match root {
            Some(root) => Answer::pass(
                format!("the code is under {root}, which is allowed"),
                first(&evidence),
            )
            .all_evidence(evidence.into_iter().skip(1)),
            None if self.part => Answer::not_applicable(
                "no licence file; of the headers only those of files that differ from the base were read",
            ),
            None if self.files.expressions.is_empty() => Answer::review(
                format!(
                    "nothing says under which licence the code is; state it ({list}) in a licence file"
                ),
                Evidence::words("no licence file, manifest or header that names a licence"),
            ),
            None => Answer::review(
                format!(
                    "no licence file, but the headers name {}; are they the licence of the whole?",
                    self.expressions()
                ),
                Evidence::words(self.expressions()),
            ),
        }
    }

    /// Files whose own tag is not allowed; files that repeat the project's licence are judged with it.
    fn files_outside(&self, cx: &Context<'_>, root: Option<&str>, list: &str) -> Vec<Draft> {
        let headers = cx.headers();
        let mut verdicts: BTreeMap<&str, Option<Vec<String>>> = BTreeMap::new();
        let mut findings = Vec::new();
        for (entry, facts) in cx.files.entries().iter().zip(&headers.files) {
            if facts.skip.is_some() || facts.class != Class::Code {
                continue;
            }
            let (License::Tag(_), Some(own)) = (facts.license, headers.expression(facts)) else {
                continue;
            };
            if Some(own) == root {
                continue;
            }
            let lacking = verdicts
                .entry(own)
                .or_insert_with(|| self.allowed.judge(own).err());
            if let Some(lacking) = lacking {
                let message = format!(
                    "under {own}; {} is not allowed, expected {list}",
                    lacking.join(", ")
                );
                let draft = Draft::new(message)
                    .path(&entry.path)
                    .line(u64::from(facts.line))
                    .key(own);
                findings.push(Draft {
                    license: Some(own.to_owned()),
                    ..draft
                });
            }
        }
        findings
    }

    /// The licence of documents, data, a specification.
    fn other(&self) -> Answer {
        let list = self.list();
        let (good, bad): (Vec<_>, Vec<_>) = self
            .statements
            .iter()
            .partition(|s| self.allowed.judge(&s.expression).is_ok());
        let evidence = |all: &[&Statement]| all.iter().map(|s| s.evidence()).collect::<Vec<_>>();
        if let Some(first) = good.first() {
            let answer = Answer::pass(
                format!(
                    "{} names {} for {}",
                    first.path,
                    first.expression,
                    self.kind()
                ),
                first.evidence(),
            );
            return answer
                .all_evidence(evidence(&good[1..]))
                .all_evidence(evidence(&bad));
        }
        if let Some(first) = bad.first() {
            let message = format!(
                "{} names {} for {}; expected {list}; change the statement, or ask for an exception",
                first.path,
                first.expression,
                self.kind()
            );
            let finding = |s: &&Statement| {
                let draft = Draft::new(message.clone())
                    .path(&s.path)
                    .line(s.line)
                    .key("statement");
                Draft {
                    license: Some(s.expression.clone()),
                    ..draft
                }
            };
            let findings = bad.iter().map(finding).collect();
            if let Some(answer) = Answer::fail_all(message.clone(), findings) {
                return answer.all_evidence(evidence(&bad));
            }
        }
        self.by_files(&list)
    }

    /// No statement in words: what most files of the kind carry.
    fn by_files(&self, list: &str) -> Answer {
        let kind = self.kind();
        if self.part {
            return Answer::not_applicable(format!(
                "no statement in words about {kind}; of the headers only those of files that differ from the base were read"
            ));
        }
        let of_files: usize = self.files.expressions.values().map(|(n, _)| n).sum();
        let total = self.files.paths.len();
        if of_files * 10 >= total * 9
            && of_files > 0
            && self
                .files
                .expressions
                .keys()
                .all(|e| self.allowed.judge(e).is_ok())
        {
            let (expression, (n, path)) = self.files.most();
            return Answer::pass(
                format!("{n} of {total} files carry {expression}"),
                Evidence::file(path).license(expression).note("for example"),
            );
        }
        // A few headers are no statement about the whole.
        let outside: Vec<_> = self
            .files
            .expressions
            .iter()
            .filter(|(e, _)| self.allowed.judge(e).is_err())
            .collect();
        let n: usize = outside.iter().map(|(_, (n, _))| n).sum();
        if n >= 10 && n * 10 >= total || n >= 3 && n * 4 >= total {
            let message = format!(
                "{n} of {total} files of {kind} carry another licence ({}); expected {list}; state the licence of {kind}, or change the headers",
                self.expressions()
            );
            let finding = |(expression, (n, path)): (&String, &(usize, String))| {
                let draft = Draft::new(format!(
                    "{n} files of {kind} carry {expression}; expected {list}"
                ))
                .path(path)
                .key(expression);
                Draft {
                    license: Some(expression.clone()),
                    ..draft
                }
            };
            if let Some(answer) =
                Answer::fail_all(message, outside.into_iter().map(finding).collect())
            {
                return answer;
            }
        }
        let looked = Evidence::words(format!(
            "{total} files of {kind}; README, contributing guide, charter and licence files say nothing about them"
        ));
        Answer::review(format!("nothing says which licence covers {kind}; state it, such as \u{201c}{kind}: {list}\u{201d}, in the README"), looked)
            .all_evidence(self.project.evidence.first().cloned())
    }

    fn expressions(&self) -> String {
        let parts: Vec<String> = self
            .files
            .expressions
            .iter()
            .take(5)
            .map(|(e, (n, _))| format!("{e}: {n}"))
            .collect();
        parts.join(", ")
    }

    fn kind(&self) -> &'static str {
        match self.params.artefact {
            Artefact::Code => "the code",
            Artefact::Documents => "the documentation",
            Artefact::Data => "the data",
            Artefact::Specification => "the specification",
        }
    }
}

fn first(evidence: &[Evidence]) -> Evidence {
    evidence
        .first()
        .cloned()
        .unwrap_or_else(|| Evidence::words("the project's licence"))
}

/// The part of a project's expression that is about one kind of work: of `Apache-2.0 AND CC-BY-4.0` the
/// first for code.
fn for_kind(whole: &str, other_kinds: &[String]) -> String {
    if whole.contains(" OR ") || !whole.contains(" AND ") {
        return whole.to_owned();
    }
    let parts: Vec<String> = whole
        .split(" AND ")
        .filter(|part| !other_kinds.iter().any(|k| k == part))
        .map(str::to_owned)
        .collect();
    if parts.is_empty() {
        whole.to_owned()
    } else {
        expression::join(&parts, "AND")
    }
}

#[cfg(test)]
mod tests;
