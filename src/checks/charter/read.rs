// SPDX-License-Identifier: Apache-2.0

//! The terms of a charter, read sentence by sentence: licences by kind of work, sign-off, conduct, roles, voting.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::license::names;
use crate::checks::passage::Passage;
use crate::checks::terms::{Sentence, Sentences};
use crate::report::Evidence;

/// Longest sentence, in bytes, and most characters of one that are quoted.
const SENTENCE: usize = 3_000;
const QUOTE: usize = 240;
/// Roles a charter may give people.
const ROLES: [&str; 8] = [
    "Contributors",
    "Collaborators",
    "Committers",
    "Maintainers",
    "Reviewers",
    "Approvers",
    "Chair",
    "Technical Lead",
];

/// What a charter says on one matter, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The matter, for people.
    pub(super) what: &'static str,
    /// What it says: SPDX ids, a text and its version, names, shares.
    pub(super) values: Vec<String>,
    /// Line it is said on.
    pub(super) line: u64,
    /// Its words.
    pub(super) quote: String,
}

impl Term {
    pub(super) fn evidence(&self, path: &str) -> Evidence {
        Evidence::line(path, self.line).note(format!("{}: {}", self.what, self.quote))
    }
}

/// What a charter says.
#[derive(Debug, Default)]
pub(super) struct Terms {
    pub(super) code: Option<Term>,
    pub(super) documents: Option<Term>,
    pub(super) data: Option<Term>,
    pub(super) specification: Option<Term>,
    pub(super) sign_off: Option<Term>,
    pub(super) conduct: Option<Term>,
    pub(super) roles: Option<Term>,
    pub(super) voting: Option<Term>,
}

static COVENANT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)contributor covenant(?:[^.;]{0,40}?\b(?:v(?:ersion)?\.? ?)?(\d)[._-](\d))?")
        .expect("fixed and valid")
});
static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(two[- ]thirds|three[- ]quarters|super[- ]?majority|unanimous|simple majority|majority|fifty percent \(50%\)|50 ?%)")
        .expect("fixed and valid")
});

impl Terms {
    /// Reads a charter.
    pub(super) fn of(passage: &Passage) -> Self {
        let mut terms = Terms::default();
        // Nested clauses are often indented so far that Markdown takes them for code.
        let mut lines: Vec<_> = passage.prose().chain(passage.code()).collect();
        lines.sort_by_key(|p| p.line);
        let lines = lines.iter().map(|p| (p.line, p.block, p.text.as_str()));
        for sentence in Sentences::of(lines) {
            if sentence.text.len() <= SENTENCE {
                terms.hear(&sentence);
            }
        }
        terms
    }

    fn hear(&mut self, sentence: &Sentence) {
        let lower = sentence.text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        // Exceptions and other projects' terms are not the project's own.
        if has(&["exception", "upstream", "alternative license"]) {
            return;
        }
        let licences = || -> Vec<String> {
            let mut ids: Vec<String> = Vec::new();
            for named in names::named(&sentence.text) {
                if !ids.iter().any(|id| id == named.id) {
                    ids.push(named.id.to_owned());
                }
            }
            ids
        };
        if has(&[
            "code contribution",
            "outbound code",
            "inbound code",
            "source code",
        ]) && has(&["licen"])
        {
            fill(&mut self.code, "licence of code", licences(), sentence);
        } else if has(&["documentation"]) && has(&["licen", "creative commons"]) {
            fill(
                &mut self.documents,
                "licence of documents",
                licences(),
                sentence,
            );
        } else if has(&["data"]) && has(&["licen", "cdla"]) {
            fill(&mut self.data, "licence of data", licences(), sentence);
        } else if has(&["specification"]) && has(&["licen"]) {
            fill(
                &mut self.specification,
                "licence of specifications",
                licences(),
                sentence,
            );
        }
        if has(&["developer certificate of origin", "signed-off-by"]) {
            let values = vec!["Developer Certificate of Origin".to_owned()];
            fill(&mut self.sign_off, "sign-off", values, sentence);
        }
        if has(&["code of conduct", "contributor covenant"])
            && let Some(found) = COVENANT.captures(&sentence.text)
        {
            let mut values = vec!["contributor-covenant".to_owned()];
            if let (Some(major), Some(minor)) = (found.get(1), found.get(2)) {
                values.push(format!("{}.{}", major.as_str(), minor.as_str()));
            }
            fill(&mut self.conduct, "code of conduct", values, sentence);
        }
        if has(&[" include ", " are ", "means", "will be"]) {
            let named = |role: &&&str| sentence.text.contains(**role);
            let roles = ROLES.iter().filter(named).map(|r| (*r).to_owned());
            add(&mut self.roles, "roles", roles.collect(), sentence);
        }
        if has(&["vote", "quorum"]) {
            let shares = SHARE.find_iter(&lower).map(|m| m.as_str().to_owned());
            add(&mut self.voting, "voting", shares.collect(), sentence);
        }
    }

    /// Every term that was read.
    pub(super) fn all(&self) -> impl Iterator<Item = &Term> {
        let terms = [
            &self.code,
            &self.documents,
            &self.data,
            &self.specification,
            &self.sign_off,
            &self.conduct,
            &self.roles,
            &self.voting,
        ];
        terms.into_iter().flatten()
    }

    /// The terms in a sentence; empty when none was read.
    pub(super) fn words(&self) -> String {
        let named = self
            .all()
            .map(|t| format!("{} {}", t.what, t.values.join(", ")));
        named.collect::<Vec<_>>().join("; ")
    }
}

/// The first sentence that says something on a matter speaks.
fn fill(slot: &mut Option<Term>, what: &'static str, values: Vec<String>, sentence: &Sentence) {
    if slot.is_none() && !values.is_empty() {
        *slot = Some(Term {
            what,
            values,
            line: sentence.line_of(0),
            quote: quote(&sentence.text),
        });
    }
}

/// What several sentences say together.
fn add(slot: &mut Option<Term>, what: &'static str, values: Vec<String>, sentence: &Sentence) {
    let Some(term) = slot else {
        return fill(slot, what, values, sentence);
    };
    for value in values {
        if !term.values.contains(&value) {
            term.values.push(value);
        }
    }
}

fn quote(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    flat.chars().take(QUOTE).collect()
}
