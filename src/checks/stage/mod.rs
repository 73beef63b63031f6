// SPDX-License-Identifier: Apache-2.0

//! The README says which foundation's project it is, and at which stage. Words such as sandbox, graduated or
//! status stand in READMEs for many reasons; a statement is a sentence that joins a foundation, a stage and
//! a word such as project or level, and speaks of this project. A badge's alternative text says nothing.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::Text;

use super::readme;
use super::words::Pattern;
use super::{Answer, Context, Document, Draft};

mod claims;
#[cfg(test)]
mod tests;

use claims::Claimed;

/// From here on a sentence surely speaks of this project.
const SURE: i32 = 3;

/// Titles that name no project.
const GENERIC: &[&str] = &[
    "readme",
    "summary",
    "introduction",
    "overview",
    "about",
    "welcome",
];

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Foundations and how they are named.
    foundations: Vec<Foundation>,
    /// Stages and the words for them.
    stages: Vec<Stage>,
    /// A sentence that ties a stage to a project; `STAGE` stands for the stage's words.
    relations: Vec<String>,
    /// A sentence that ties a foundation to a project.
    membership: Vec<Pattern>,
    /// Sentences that speak of other projects.
    others: Vec<Pattern>,
    /// Sentences that state no stage: an application, a plan.
    #[serde(default)]
    hoped: Vec<Pattern>,
    /// Sentences that speak of this one without its name.
    this: Vec<Pattern>,
    /// Headings of sections in which a project speaks of itself.
    sections: Vec<Pattern>,
    /// Foundation that must be named, by id.
    #[serde(default)]
    foundation: Option<String>,
    /// Stage that must be named.
    #[serde(default)]
    stage: Option<String>,
    /// Whether a stage has to be claimed, or must not be.
    #[serde(default)]
    claim: Claim,
}

/// Whether a claim is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Claim {
    #[default]
    Required,
    None,
}

/// A foundation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Foundation {
    /// Id, as profiles name it.
    id: String,
    /// Its name.
    name: String,
    /// Its address.
    url: String,
    /// How READMEs name it.
    names: Vec<Pattern>,
    /// Addresses of images that show a stage, with a group `stage`.
    #[serde(default)]
    images: Vec<Pattern>,
    /// Whether it is the home of other foundations: named beside one of them it is not meant.
    #[serde(default)]
    umbrella: bool,
    /// Its own words for stages, by stage id.
    #[serde(default)]
    words: std::collections::BTreeMap<String, String>,
}

/// A stage.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Stage {
    /// Id.
    id: String,
    /// Its words, as a pattern.
    words: String,
    /// Ids of the foundations that have it; empty where the words say enough.
    #[serde(default)]
    only: Vec<String>,
}

impl Stage {
    /// Whether `foundation` has such a stage: words such as growth or impact mean others elsewhere.
    fn is_of(&self, foundation: &Foundation) -> bool {
        self.only.is_empty() || self.only.contains(&foundation.id)
    }
}

/// Judges what the README says of its stage.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let wanted = match &params.foundation {
        Some(id) => Some(
            params
                .foundations
                .iter()
                .find(|f| f.id == *id)
                .ok_or_else(|| {
                    anyhow::anyhow!("there is no foundation `{id}` among the rule's foundations")
                })?,
        ),
        None => None,
    };
    let Some(document) = readme::document(cx.shared) else {
        return Ok(match params.claim {
            Claim::Required => params.absent(cx, None, wanted, None),
            Claim::None => Answer::pass(
                "there is no README that could claim a stage",
                Evidence::words("no README"),
            ),
        });
    };
    let relations = params.relations(document.text())?;
    let mut claims = params.claims(cx, &document, &relations);
    claims.sort_by_key(|claim| (std::cmp::Reverse(claim.score), claim.line));
    claims.retain(|claim| claim.score > 0);
    let Some(best) = claims.first() else {
        let named = params.named(&document);
        let answer = match params.claim {
            Claim::Required => params.absent(cx, Some(&document), wanted, named.as_ref()),
            Claim::None => Answer::pass(
                format!("{} claims no stage", document.path),
                Evidence::file(&document.path),
            ),
        };
        return Ok(match named {
            Some((foundation, _, words)) => answer
                .property("foundation", foundation.id.as_str())
                .property("quote", words),
            None => answer,
        });
    };
    let answer = params.judge(cx, &document, best, &claims, wanted);
    Ok(answer
        .property("foundation", best.foundation.id.as_str())
        .property("stage", best.foundation.word(best.stage))
        .property("quote", best.quote.as_str()))
}

impl Foundation {
    fn word<'f>(&'f self, stage: &'f Stage) -> &'f str {
        self.words.get(&stage.id).unwrap_or(&stage.id)
    }
}

impl Params {
    fn judge(
        &self,
        cx: &Context<'_>,
        document: &Document,
        best: &Claimed<'_>,
        claims: &[Claimed<'_>],
        wanted: Option<&Foundation>,
    ) -> Answer {
        let path = &document.path;
        let place = |claim: &Claimed<'_>| {
            Evidence::line(path, claim.line).note(format!("\u{201c}{}\u{201d}", claim.quote))
        };
        let said = format!(
            "{path}:{} says {} {}: \u{201c}{}\u{201d}",
            best.line,
            best.foundation.name,
            best.foundation.word(best.stage),
            best.quote
        );
        let draft = |key: &str| {
            Draft::new(format!("\u{201c}{}\u{201d}", best.quote))
                .path(path)
                .line(best.line)
                .key(key)
        };
        if self.claim == Claim::None {
            return match wanted.is_some_and(|w| w.id != best.foundation.id) {
                true => Answer::pass(said, place(best)),
                false => Answer::fail(
                    format!("{said}; expected no claim of a stage: remove the line"),
                    draft("claim"),
                )
                .evidence(place(best)),
            };
        }
        if let Some(other) = wanted.filter(|w| w.id != best.foundation.id) {
            let message = format!(
                "{said}; expected {}. Put in its place: {}",
                other.name,
                self.line(cx, document, Some(other))
            );
            return Answer::fail(message, draft("foundation")).evidence(place(best));
        }
        let expected = self.stage.as_deref();
        if expected.is_some_and(|word| self.stage_of(word).is_none_or(|s| s.id != best.stage.id)) {
            let home = wanted.unwrap_or(best.foundation);
            let message = format!(
                "{said}; expected the stage {}. Put in its place: {}",
                expected.unwrap_or_default(),
                self.line(cx, document, Some(home))
            );
            return Answer::fail(message, draft("stage")).evidence(place(best));
        }
        let torn = claims.iter().find(|other| {
            other.score >= SURE
                && best.score >= SURE
                && other.foundation.id == best.foundation.id
                && other.stage.id != best.stage.id
        });
        if let Some(other) = torn {
            let question = format!(
                "{said}, and line {} says {}: which of them holds? Remove the other",
                other.line,
                other.foundation.word(other.stage)
            );
            return Answer::review(question, place(best)).evidence(place(other));
        }
        Answer::pass(said, place(best))
    }

    fn absent(
        &self,
        cx: &Context<'_>,
        document: Option<&Document>,
        wanted: Option<&Foundation>,
        named: Option<&(&Foundation, u64, String)>,
    ) -> Answer {
        let path = document.map_or("README.md", |d| d.path.as_str());
        let home = wanted.or(named.map(|(foundation, ..)| *foundation));
        let line = match document {
            Some(document) => self.line(cx, document, home),
            None => self.line_for(&project_name(cx, None), home),
        };
        let found = match named {
            Some((foundation, at, words)) => format!(
                "{path}:{at} names {} and no stage: \u{201c}{words}\u{201d}",
                foundation.name
            ),
            None => format!("{path} names neither a foundation as the project's home nor a stage"),
        };
        let draft = Draft::new("no foundation and stage in README")
            .path(path)
            .key("status");
        let (draft, evidence) = match named {
            Some((_, at, words)) => (
                draft.line(*at),
                Evidence::line(path, *at).note(format!("\u{201c}{words}\u{201d}")),
            ),
            None => (
                draft,
                Evidence::words(format!("{path} was read to its end")),
            ),
        };
        Answer::fail(
            format!("{found}; expected both in one sentence near the top. Add: {line}"),
            draft,
        )
        .evidence(evidence)
    }

    /// The line to add.
    fn line(&self, cx: &Context<'_>, document: &Document, home: Option<&Foundation>) -> String {
        self.line_for(&project_name(cx, Some(document.parsed())), home)
    }

    fn line_for(&self, project: &str, home: Option<&Foundation>) -> String {
        let stage = match (self.stage.as_deref(), home) {
            (Some(word), Some(home)) => self.stage_of(word).map_or(word, |stage| home.word(stage)),
            (Some(word), None) => word,
            (None, _) => "STAGE",
        };
        match home {
            Some(home) => format!(
                "{project} is a project of the [{}]({}) at the {stage} stage.",
                home.name, home.url
            ),
            None => format!("{project} is a project of the FOUNDATION at the {stage} stage."),
        }
    }
}

/// The project's name: the README's title, else the repository's name.
fn project_name(cx: &Context<'_>, text: Option<&Text>) -> String {
    let title = text
        .and_then(|t| t.headings.iter().find(|h| h.level == 1))
        .map(|h| h.text.trim_end_matches([':', '.', '!']));
    let name = cx
        .subject
        .slug
        .as_deref()
        .and_then(|slug| slug.rsplit('/').next());
    title
        .filter(|title| title.len() <= 40 && !GENERIC.contains(&title.to_lowercase().as_str()))
        .or(name)
        .unwrap_or("This")
        .to_owned()
}
