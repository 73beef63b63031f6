// SPDX-License-Identifier: Apache-2.0

//! Whether a difference between a file and a licence text matters (SPDX matching guidelines 2.4, 2.5, 8).
//!
//! Names of holders may be replaced, titles and appendices may be absent, a slip of the pen is no other
//! licence. A sentence more or less, or one word that changes what is allowed, is.

use super::compare::{Alignment, Edit};
use super::texts::Reference;
use super::words::Words;

/// Words that change what a licence grants or demands.
const WEIGHTY: &[&str] = &[
    "not",
    "no",
    "nor",
    "never",
    "except",
    "only",
    "must",
    "shall",
    "may",
    "commercial",
    "commercially",
    "noncommercial",
    "noncommercially",
    "prohibited",
    "prohibit",
    "restrict",
    "restricted",
    "restriction",
    "restrictions",
    "require",
    "required",
    "requires",
    "unless",
    "permission",
    "permitted",
    "forbidden",
    "evil",
    "military",
    "academic",
    "research",
    "educational",
    "evaluation",
    "internal",
    "personal",
    "condition",
    "conditions",
    "provided",
    "without",
    "exclude",
    "excluding",
    "cannot",
    "royalty",
    "fee",
    "military",
];

/// Words that stand for a party where a template may name one.
const PARTIES: &[&str] = &[
    "owner",
    "owners",
    "author",
    "authors",
    "contributor",
    "contributors",
    "organization",
    "company",
    "name",
    "names",
    "year",
    "copyright",
    "university",
    "regents",
    "consortium",
    "licensor",
    "foundation",
    "holder",
    "inc",
    "corporation",
    "institute",
    "above",
    "project",
    "fullname",
    "insert",
    "software",
    "program",
    "library",
    "licensed",
    "material",
    "unicode",
    "ibm",
    "person",
    "nodename",
];

/// Words that the licence list marks as optional.
const OPTIONAL: &[&str] = &[
    "including the next paragraph",
    "all rights reserved",
    "and associated documentation files",
    "terms and conditions",
    "fifth floor",
    "gnu general public license",
    "gnu lesser general public license",
    "gnu library general public license",
    "gnu affero general public license",
];

/// What became of a comparison.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    /// Edits that make it another text.
    pub(super) major: Vec<Edit>,
    /// Words concerned by edits that do not.
    pub(super) minor: usize,
    /// Share of words in common, binding part only (Sørensen-Dice).
    pub(super) score: f64,
    /// Runs of the file that belong to no binding part.
    pub(super) rest: Vec<std::ops::Range<usize>>,
}

impl Judgement {
    /// Whether the file holds this licence.
    pub(super) fn same(&self, text: &Reference) -> bool {
        self.major.is_empty() && self.minor <= 4 + (text.end - text.start) / 33
    }
}

/// Weighs every edit.
pub(super) fn judge(text: &Reference, file: &Words, alignment: &Alignment) -> Judgement {
    let mut judgement = Judgement {
        major: Vec::new(),
        minor: 0,
        score: 0.0,
        rest: Vec::new(),
    };
    let (mut removed, mut added) = (0, 0);
    for edit in &alignment.edits {
        let lost = overlap(&edit.text, &(text.start..text.end));
        let binding = edit.text.start < text.end && edit.text.end >= text.start;
        if !binding || (lost == 0 && edit.text.start < text.start) {
            if edit.file.len() > 6 {
                judgement.rest.push(edit.file.clone());
            }
            continue;
        }
        if is_title(text, edit) {
            continue;
        }
        let edit = Edit {
            text: edit.text.start.max(text.start)..edit.text.end.min(text.end),
            file: edit.file.clone(),
        };
        removed += edit.text.len();
        added += edit.file.len();
        match weight(text, file, &edit) {
            Weight::None => (removed, added) = (removed - edit.text.len(), added - edit.file.len()),
            Weight::Minor => judgement.minor += edit.text.len().max(edit.file.len()),
            Weight::Major => judgement.major.push(edit),
        }
    }
    let length = (text.end - text.start) as f64;
    let common = length - removed as f64;
    judgement.score = (2.0 * common / (length + common + added as f64)).clamp(0.0, 1.0);
    judgement
}

fn overlap(a: &std::ops::Range<usize>, b: &std::ops::Range<usize>) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

/// A missing first line (guideline 11).
fn is_title(text: &Reference, edit: &Edit) -> bool {
    edit.text.start == 0 && edit.text.end <= text.start + 9 && edit.text.end <= text.words.len() / 4
}

enum Weight {
    None,
    Minor,
    Major,
}

fn weight(text: &Reference, file: &Words, edit: &Edit) -> Weight {
    let old: Vec<&str> = edit.text.clone().map(|i| text.words.word(i)).collect();
    let new: Vec<&str> = edit.file.clone().map(|i| file.word(i)).collect();
    let heavy = |words: &[&str]| words.iter().any(|w| WEIGHTY.contains(w));
    let is_party = |word: &&str| PARTIES.contains(word);
    let optional = |words: &[&str]| OPTIONAL.contains(&words.join(" ").as_str());
    if (old.is_empty() && optional(&new)) || (new.is_empty() && optional(&old)) {
        return Weight::None;
    }
    if old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| is_slip(a, b)) {
        return Weight::Minor;
    }
    if heavy(&old) || heavy(&new) {
        return Weight::Major;
    }
    // A holder's name in place of "the copyright holder".
    if !new.is_empty() && old.len() <= 8 && new.len() <= 20 && old.iter().any(is_party) {
        return Weight::None;
    }
    if !old.is_empty() && old.len() <= 12 && new.len() <= 3 && new.iter().any(is_party) {
        return Weight::Minor;
    }
    if old.len() <= 3 && new.len() <= 3 {
        return Weight::Minor;
    }
    Weight::Major
}

/// Two spellings of one word.
fn is_slip(a: &str, b: &str) -> bool {
    a == b
        || (a.len() > 4
            && b.len() > 4
            && strsim::levenshtein(a, b) <= 2
            && a.as_bytes()[0] == b.as_bytes()[0])
}
