// SPDX-License-Identifier: Apache-2.0

//! Licence and copyright notices in the files themselves: who carries one, who lacks one.
//!
//! What counts as a source file, and what is left out, is in `class` and `pass`; how many of each there
//! were is part of every answer.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::report::{Evidence, Problem};

use super::{Answer, Context, Draft, Shared};

pub(crate) mod class;
mod conformance;
mod pass;
mod tag;

pub(crate) use class::Class;
pub(crate) use pass::{FileFacts, Headers, License, Part, Skip};

/// What a file has to carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Want {
    /// Any recognised licence notice.
    #[default]
    Notice,
    /// An `SPDX-License-Identifier`.
    Spdx,
    /// What REUSE 3.3 asks of every covered file, in the file or elsewhere.
    Reuse,
}

/// Which of the two kinds of information a rule is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum About {
    /// The licence.
    #[default]
    License,
    /// The copyright.
    Copyright,
}

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// What every covered file carries.
    #[serde(default)]
    about: About,
    /// In which form.
    #[serde(default)]
    mode: Want,
    /// Kinds of file that are asked: `code`, `document`, `data`.
    #[serde(default = "only_code")]
    classes: Vec<Asked>,
}

/// A kind of file, as rules name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Asked {
    Code,
    Document,
    Data,
}

fn only_code() -> Vec<Asked> {
    vec![Asked::Code]
}

impl Params {
    fn asks(&self, class: Class) -> bool {
        let asked = match class {
            Class::Code => Asked::Code,
            Class::Document => Asked::Document,
            Class::Data => Asked::Data,
            Class::Other => return false,
        };
        self.classes.contains(&asked)
    }
}

/// Judges every covered file.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    if params.mode == Want::Reuse {
        return Ok(conformance::answer(
            cx.inventory(),
            params.about,
            cx.is_partial(),
        ));
    }
    let headers = cx.headers();
    let entries = cx.files.entries();
    let others_speak = conformance::may_speak_elsewhere(cx.shared);
    let mut counts = Counts::default();
    let mut findings = Vec::new();
    let mut example = None;
    for (entry, facts) in entries.iter().zip(&headers.files) {
        if let Some(skip) = facts.skip {
            counts.skip(skip.as_str());
            continue;
        }
        if !params.asks(facts.class) {
            counts.skip(facts.class.as_str());
            continue;
        }
        counts.covered += 1;
        counts.with_license +=
            usize::from(headers.expression(facts).is_some() || facts.license != License::Absent);
        counts.with_copyright += usize::from(facts.copyright);
        let elsewhere =
            || others_speak && conformance::speaks_elsewhere(cx.shared, &entry.path, params.about);
        match fault(headers, facts, params).filter(|_| !elsewhere()) {
            Some(finding) => findings.push(Draft {
                path: Some(entry.path.clone()),
                ..finding
            }),
            None => {
                example
                    .get_or_insert_with(|| seen(headers, entry.path.as_str(), facts, params.about));
            }
        }
    }
    let part = cx.is_partial();
    Ok(answer(params, &counts, findings, example, part).property("files", counts.json()))
}

/// Numbers of files.
#[derive(Default)]
struct Counts {
    covered: usize,
    with_license: usize,
    with_copyright: usize,
    skipped: BTreeMap<&'static str, usize>,
}

impl Counts {
    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "covered": self.covered,
            "with_license": self.with_license,
            "with_copyright": self.with_copyright,
            "skipped": self.skipped,
        })
    }

    fn left_out(&self) -> String {
        let parts: Vec<String> = self
            .skipped
            .iter()
            .map(|(reason, n)| format!("{n} {reason}"))
            .collect();
        if parts.is_empty() {
            "no file left out".to_owned()
        } else {
            format!("left out: {}", parts.join(", "))
        }
    }
}

/// What is wrong with a file, without its path.
fn fault(headers: &Headers, facts: &FileFacts, params: &Params) -> Option<Draft> {
    if params.about == About::Copyright {
        let message =
            "no copyright notice; add one, such as \u{201c}Copyright The <project> Authors\u{201d}";
        return (!facts.copyright).then(|| Draft::new(message).key("copyright"));
    }
    match facts.license {
        License::Absent => {
            let message = "no licence notice; add a comment such as \u{201c}SPDX-License-Identifier: <licence>\u{201d}";
            Some(Draft::new(message).key("license"))
        }
        License::Notice(_) if params.mode == Want::Spdx => {
            let message = "a licence notice in words only; add an SPDX-License-Identifier comment";
            Some(Draft::new(message).key("license"))
        }
        License::Notice(_) => None,
        License::Tag(number) => {
            let tagged = &headers.expressions[number as usize];
            let why = tagged.expression.as_ref().err()?;
            let shown: String = tagged.raw.chars().take(100).collect();
            let message = format!(
                "\u{201c}{shown}\u{201d} is no SPDX expression: {why}; use ids of the SPDX list joined by AND, OR, WITH"
            );
            let mut draft = Draft::new(message)
                .line(u64::from(facts.line))
                .key("license");
            draft.problem = Some(Problem::InvalidExpression);
            Some(draft)
        }
    }
}

/// A file that is as it should be.
fn seen(headers: &Headers, path: &str, facts: &FileFacts, about: About) -> Evidence {
    match headers.expression(facts) {
        Some(expression) if about == About::License && facts.line > 0 => {
            Evidence::line(path, u64::from(facts.line))
                .license(expression)
                .note("for example")
        }
        _ => Evidence::file(path).note("for example"),
    }
}

fn answer(
    params: &Params,
    counts: &Counts,
    findings: Vec<Draft>,
    example: Option<Evidence>,
    part: bool,
) -> Answer {
    let summary = Evidence::words(counts.left_out());
    // In a large tree a change is judged by the files it touches, and says so.
    let (scope, of_them) = if part {
        (
            "none of the files that differ from the base is a source file that could carry a notice",
            " that differ from the base",
        )
    } else {
        (
            "no source file of the project's own that could carry a notice",
            "",
        )
    };
    if counts.covered == 0 {
        return Answer::not_applicable(scope).evidence(summary);
    }
    let (what, step) = match (params.about, params.mode) {
        (About::Copyright, _) => ("copyright notice", "add one to each"),
        (About::License, Want::Spdx) => (
            "valid SPDX-License-Identifier",
            "add the comment to each, or annotate them in REUSE.toml",
        ),
        (About::License, _) => (
            "licence notice",
            "add an SPDX-License-Identifier comment to each, or annotate them in REUSE.toml",
        ),
    };
    let covered = counts.covered;
    let lacking = findings.len();
    let message = format!("{lacking} of {covered} source files{of_them} carry no {what}; {step}");
    match Answer::fail_all(message, findings) {
        Some(answer) => answer.all_evidence(example).evidence(summary),
        None => Answer::pass(
            format!("all {covered} source files{of_them} carry a {what}"),
            example.unwrap_or_default(),
        )
        .evidence(summary),
    }
}

/// Whether the head of a file carries a tag or a licence notice in words; `scratch` is reused.
pub(crate) fn has_notice(head: &[u8], scratch: &mut String) -> bool {
    tag::first_tag(head).is_some() || tag::notice(head, scratch).is_some()
}

impl Shared<'_> {
    /// What stands in the heads of the files; read once, on first use.
    pub(crate) fn headers(&self) -> &Headers {
        if self.whole_files {
            self.inventory();
        }
        self.headers.get_or_init(|| Headers::read(self))
    }
}

#[cfg(test)]
mod tests;
