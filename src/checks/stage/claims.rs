// SPDX-License-Identifier: Apache-2.0

//! Finding statements of a stage in a README, and weighing how surely each speaks of this project.

use anyhow::Result;

use crate::text::{Paragraph, Text};

use super::super::readme::quote;
use super::super::target::percent_decode;
use super::super::words::Pattern;
use super::super::{Context, Document};
use super::{Foundation, Params, Stage};

/// How far a foundation's name may stand from the stage, in bytes.
const NEAR: usize = 200;
/// Most statements that are weighed.
const CLAIM_CAP: usize = 200;
/// Lines that count as the top of a README.
const TOP: u64 = 60;
/// A statement found.
pub(super) struct Claimed<'p> {
    pub(super) foundation: &'p Foundation,
    pub(super) stage: &'p Stage,
    pub(super) line: u64,
    pub(super) quote: String,
    /// Positive when it speaks of this project.
    pub(super) score: i32,
}

/// The relations with each stage's words filled in.
pub(super) struct Relation<'p> {
    stage: &'p Stage,
    patterns: Vec<Pattern>,
}

impl Params {
    /// The relations of those stages whose words stand in `text` at all: building the others takes time.
    pub(super) fn relations(&self, text: &str) -> Result<Vec<Relation<'_>>> {
        let fill = |stage: &Stage, text: &String| {
            Pattern::try_from(text.replace("STAGE", &stage.words)).map_err(anyhow::Error::msg)
        };
        let words = |stage: &&Stage| {
            Pattern::try_from(stage.words.clone()).is_ok_and(|words| words.is_match(text))
        };
        self.stages
            .iter()
            .filter(words)
            .map(|stage| {
                let patterns = self
                    .relations
                    .iter()
                    .map(|text| fill(stage, text))
                    .collect::<Result<_>>()?;
                Ok(Relation { stage, patterns })
            })
            .collect()
    }

    /// Every sentence and image that may state a stage.
    pub(super) fn claims<'p>(
        &'p self,
        cx: &Context<'_>,
        document: &Document,
        relations: &[Relation<'p>],
    ) -> Vec<Claimed<'p>> {
        let text = document.parsed();
        let mut names = own_names(cx, text);
        names.extend(self.owner(cx));
        let mut claims = Vec::new();
        for paragraph in text.paragraphs() {
            for (offset, sentence) in paragraph.sentences() {
                if claims.len() >= CLAIM_CAP {
                    break;
                }
                if self.hoped.iter().any(|p| p.is_match(sentence)) {
                    continue;
                }
                let found: Vec<_> = relations
                    .iter()
                    .filter_map(|r| Some((r.stage, r.find(sentence)?)))
                    .collect();
                for (stage, at) in &found {
                    let near = self.near(&paragraph, offset + at);
                    let Some(foundation) = near.filter(|f| stage.is_of(f)) else {
                        continue;
                    };
                    let line = paragraph.line_at(offset + at);
                    let mut score = self.score(text, &names, sentence, line);
                    if found.len() > 1 {
                        score -= 2;
                    }
                    claims.push(Claimed {
                        foundation,
                        stage,
                        line,
                        quote: quote(sentence),
                        score,
                    });
                }
            }
        }
        claims.extend(self.images(text));
        claims
    }

    /// The owner on the forge, in small letters: many projects are called like it. A foundation is not one.
    fn owner(&self, cx: &Context<'_>) -> Option<String> {
        let owner = cx.subject.slug.as_deref()?.split('/').next()?;
        let foundation = self.foundations.iter().any(|f| {
            owner.eq_ignore_ascii_case(&f.id) || f.names.iter().any(|n| n.is_match(owner))
        });
        (owner.len() >= 4 && !foundation).then(|| owner.to_lowercase())
    }

    /// The foundation named nearest to a place of a paragraph.
    fn near(&self, paragraph: &Paragraph, at: usize) -> Option<&Foundation> {
        let found = self.foundations.iter().flat_map(|foundation| {
            let places = foundation
                .names
                .iter()
                .flat_map(|name| name.find_iter(&paragraph.text));
            places.map(move |place| (place.start().abs_diff(at), foundation))
        });
        found
            .filter(|(distance, _)| *distance <= NEAR)
            .min_by_key(|(distance, foundation)| (foundation.umbrella, *distance))
            .map(|(_, foundation)| foundation)
    }

    /// How surely a sentence speaks of this project.
    fn score(&self, text: &Text, names: &[String], sentence: &str, line: u64) -> i32 {
        let lower = sentence.to_lowercase();
        let mut score = 0;
        if names.iter().any(|name| lower.contains(name.as_str())) {
            score += super::SURE;
        }
        if self.this.iter().any(|p| p.is_match(sentence)) {
            score += super::SURE;
        }
        let section = text
            .sections()
            .filter(|s| s.heading.line <= line && line <= s.end);
        let own = section
            .into_iter()
            .any(|s| self.sections.iter().any(|p| p.is_match(&s.heading.text)));
        if line <= TOP || own {
            score += 1;
        }
        if self.others.iter().any(|p| p.is_match(sentence)) {
            score -= 3;
        }
        // A row of a table lists projects, unless it names the stage as a property.
        if sentence.matches(" | ").count() > 1 && !(line <= TOP && self.in_one_piece(sentence)) {
            score -= 3;
        }
        score
    }

    /// Whether one of the pieces between bars is the whole statement: `Docs | CNCF Incubating Project | Chat`.
    fn in_one_piece(&self, sentence: &str) -> bool {
        sentence.split(" | ").any(|piece| {
            let names = self.foundations.iter().flat_map(|f| &f.names);
            let stage =
                |s: &Stage| Pattern::try_from(s.words.clone()).is_ok_and(|p| p.is_match(piece));
            piece.split_whitespace().count() <= 6
                && piece.to_lowercase().contains("project")
                && names.into_iter().any(|n| n.is_match(piece))
                && self.stages.iter().any(stage)
        })
    }

    fn images(&self, text: &Text) -> Vec<Claimed<'_>> {
        let mut claims = Vec::new();
        for link in text.links.iter().filter(|link| link.image) {
            let url = percent_decode(&link.target);
            for foundation in &self.foundations {
                let word = foundation
                    .images
                    .iter()
                    .find_map(|p| Some(p.captures(&url)?.name("stage")?.as_str().to_owned()));
                let Some(stage) = word.and_then(|word| self.stage_of(&word)) else {
                    continue;
                };
                claims.push(Claimed {
                    foundation,
                    stage,
                    line: link.line,
                    quote: quote(&link.target),
                    score: 1,
                });
            }
        }
        claims
    }

    /// The stage that a word names.
    pub(super) fn stage_of(&self, word: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| {
            let whole = Pattern::try_from(format!("^({})$", stage.words));
            word.eq_ignore_ascii_case(&stage.id) || whole.is_ok_and(|p| p.is_match(word))
        })
    }

    /// A foundation that the README names as the project's home, without a stage.
    pub(super) fn named(&self, document: &Document) -> Option<(&Foundation, u64, String)> {
        for paragraph in document.parsed().paragraphs() {
            for (offset, sentence) in paragraph.sentences() {
                let any = |patterns: &[Pattern]| patterns.iter().any(|p| p.is_match(sentence));
                let member = any(&self.membership) && !any(&self.others);
                if !member {
                    continue;
                }
                for foundation in &self.foundations {
                    if let Some(place) =
                        foundation.names.iter().find_map(|name| name.find(sentence))
                    {
                        return Some((
                            foundation,
                            paragraph.line_at(offset + place.start()),
                            quote(sentence),
                        ));
                    }
                }
            }
        }
        None
    }
}

impl Relation<'_> {
    fn find(&self, sentence: &str) -> Option<usize> {
        self.patterns
            .iter()
            .filter_map(|p| p.find(sentence))
            .map(|m| m.start())
            .min()
    }
}

/// Names by which a README may speak of its project, in small letters.
fn own_names(cx: &Context<'_>, text: &Text) -> Vec<String> {
    let mut names = Vec::new();
    let slug = cx.subject.slug.as_deref().unwrap_or_default();
    names.extend(slug.rsplit('/').next().map(str::to_lowercase));
    let title = text
        .headings
        .iter()
        .find(|h| h.level == 1)
        .map(|h| h.text.to_lowercase());
    if let Some(title) = title {
        let first = title
            .split([':', '-', '–', '|', '('])
            .next()
            .unwrap_or_default();
        names.push(first.trim().to_owned());
    }
    names.retain(|name| name.chars().count() >= 3);
    names
}
