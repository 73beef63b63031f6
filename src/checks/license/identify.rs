// SPDX-License-Identifier: Apache-2.0

//! Which licences the text of a file is: full texts, exceptions, and texts that come near one.
//!
//! Every text of the SPDX list is a candidate, the common ones first; what they explain of the file is
//! taken out, and the rest is looked at again, so that a file may hold several.

use std::ops::Range;

use rayon::prelude::*;

use super::compare::{Alignment, Anchors, Edit, align};
use super::judge::{Judgement, judge};
use super::texts::{self, Reference};
use super::words::Words;

/// Most texts told apart in one file.
const PART_LIMIT: usize = 16;
/// Share of a text's anchors that must occur before the two are compared.
const LEAST: f64 = 0.55;
/// Words of a run that deserves a look at all seven hundred texts.
const WORTH: usize = 40;
/// Words beside a text that are its title or a remark of no weight.
const TITLE: usize = 6;
/// Score from which a text counts as a changed copy of a licence.
const NEAR: f64 = 0.6;

/// What a part of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// The full text of a licence.
    Text,
    /// The full text of an exception.
    Exception,
    /// A text that resembles a licence and differs in substance.
    Changed,
}

/// One difference in substance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Line of the file.
    pub(crate) line: u64,
    /// Words that the licence has and the file lacks.
    pub(crate) removed: String,
    /// Words that the file has instead.
    pub(crate) added: String,
}

/// A part of a file that is, or nearly is, a known text.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// SPDX id of the licence or exception.
    pub(crate) id: &'static str,
    /// What it is.
    pub(crate) kind: PartKind,
    /// Share of words in common, 0 to 1.
    pub(crate) score: f64,
    /// First line.
    pub(crate) line: u64,
    /// Differences in substance; for changed texts only.
    pub(crate) differences: Vec<Difference>,
}

/// What a file holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identified {
    /// Known texts in the order of the file.
    pub(crate) parts: Vec<Part>,
    /// Prose that belongs to none: its first line and its words.
    pub(crate) rest: Vec<(u64, String)>,
    /// Words in all, copyright lines left out.
    pub(crate) words: usize,
}

struct Candidate {
    reference: &'static Reference,
    alignment: Alignment,
    judgement: Judgement,
}

impl Candidate {
    /// How much of the file it explains, slips counted against it.
    fn weight(&self) -> i64 {
        let core = (self.reference.end - self.reference.start) as i64;
        let off: usize = self
            .judgement
            .major
            .iter()
            .map(|e| e.text.len() + e.file.len())
            .sum();
        core - 4 * self.judgement.minor as i64 - off as i64
    }
}

/// Reads a file.
pub(crate) fn identify(source: &str) -> Identified {
    let file = Words::of(source);
    let mut search = Search {
        anchors: Anchors::of(&file),
        file: &file,
        taken: Vec::new(),
        parts: Vec::new(),
    };
    if search.alone() {
        return search.identified();
    }
    search.exact(&texts::common());
    let runs = search.runs();
    if runs
        .iter()
        .any(|run| run.len() >= WORTH && speaks_of_licensing(&file, run))
    {
        search.exact(&texts::others());
        search.near();
    }
    search.identified()
}

/// Words without which no licence is.
fn speaks_of_licensing(file: &Words, run: &Range<usize>) -> bool {
    run.clone().any(|at| {
        let word = file.word(at);
        [
            "licens",
            "permission",
            "permit",
            "redistribut",
            "copyright",
            "warrant",
            "public",
        ]
        .iter()
        .any(|w| word.starts_with(w))
    })
}

struct Search<'a> {
    anchors: Anchors,
    file: &'a Words,
    /// Words that are explained, as disjoint ranges.
    taken: Vec<Range<usize>>,
    parts: Vec<(usize, Part)>,
}

impl Search<'_> {
    /// What was found, in the order of the file.
    fn identified(mut self) -> Identified {
        self.parts.sort_by_key(|(at, _)| *at);
        let file = self.file;
        let shown = |run: Range<usize>| (file.line(run.start), file.join(run).to_owned());
        let rest = self
            .runs()
            .into_iter()
            .filter(|run| run.len() > 3)
            .map(shown)
            .collect();
        Identified {
            parts: self.parts.into_iter().map(|(_, part)| part).collect(),
            rest,
            words: file.len(),
        }
    }

    /// Takes the one common text that the file is and nothing else: most files end here.
    fn alone(&mut self) -> bool {
        for reference in (0..texts::common_len()).filter_map(texts::common_at) {
            if let Some(found) = self
                .candidate(reference, LEAST)
                .filter(|c| c.judgement.same(reference))
            {
                self.take(&found);
                if self.runs().iter().map(Range::len).sum::<usize>() <= TITLE {
                    return true;
                }
                self.parts.clear();
                self.taken.clear();
            }
        }
        false
    }

    fn candidate(&self, reference: &'static Reference, least: f64) -> Option<Candidate> {
        let part = reference.start..reference.end;
        let alignment = align(
            &reference.words,
            &part,
            self.file,
            &self.anchors,
            &self.taken,
            least,
        )?;
        let judgement = judge(reference, self.file, &alignment);
        Some(Candidate {
            reference,
            alignment,
            judgement,
        })
    }

    fn candidates(&self, references: &[&'static Reference], least: f64) -> Vec<Candidate> {
        references
            .par_iter()
            .filter_map(|reference| self.candidate(reference, least))
            .collect()
    }

    /// Takes every text that is there in full, the longest first, until none is left.
    fn exact(&mut self, references: &[&'static Reference]) {
        while self.parts.len() < PART_LIMIT {
            let mut found = self.candidates(references, LEAST);
            found.retain(|c| c.judgement.same(c.reference));
            found.sort_by_key(|c| std::cmp::Reverse(c.weight()));
            let before = self.parts.len();
            for candidate in found {
                if self.parts.len() < PART_LIMIT && self.is_free(&candidate.alignment.file) {
                    self.take(&candidate);
                }
            }
            if self.parts.len() == before {
                return;
            }
        }
    }

    /// Takes the text that comes nearest to what is left.
    fn near(&mut self) {
        let mut found = self.candidates(&texts::common(), 0.3);
        found.extend(self.candidates(&texts::others(), 0.3));
        found.retain(|c| c.judgement.score >= NEAR && self.is_free(&c.alignment.file));
        found.sort_by(|a, b| b.judgement.score.total_cmp(&a.judgement.score));
        if let Some(best) = found.first() {
            self.take(best);
        }
    }

    fn is_free(&self, range: &Range<usize>) -> bool {
        !self
            .taken
            .iter()
            .any(|t| t.start < range.end && range.start < t.end)
    }

    fn take(&mut self, candidate: &Candidate) {
        let Candidate {
            reference,
            alignment,
            judgement,
        } = candidate;
        let kind = match (judgement.same(reference), reference.exception) {
            (true, false) => PartKind::Text,
            (true, true) => PartKind::Exception,
            (false, _) => PartKind::Changed,
        };
        let differences = if kind == PartKind::Changed {
            self.differences(reference, &judgement.major)
        } else {
            Vec::new()
        };
        let part = Part {
            id: reference.id,
            kind,
            score: judgement.score,
            line: self.file.line(alignment.file.start),
            differences,
        };
        self.parts.push((alignment.file.start, part));
        let mut from = alignment.file.start;
        for run in &judgement.rest {
            self.taken.push(from..run.start.max(from));
            from = run.end;
        }
        self.taken.push(from..alignment.file.end);
        self.taken.retain(|range| !range.is_empty());
        self.taken.sort_by_key(|range| range.start);
    }

    fn differences(&self, reference: &Reference, edits: &[Edit]) -> Vec<Difference> {
        let difference = |edit: &Edit| Difference {
            line: self.file.line(edit.file.start),
            removed: reference.words.join(edit.text.clone()).to_owned(),
            added: self.file.join(edit.file.clone()).to_owned(),
        };
        edits.iter().map(difference).collect()
    }

    /// Runs of words that nothing explains.
    fn runs(&self) -> Vec<Range<usize>> {
        let mut runs = Vec::new();
        let mut from = 0;
        for taken in &self.taken {
            if taken.start > from {
                runs.push(from..taken.start);
            }
            from = from.max(taken.end);
        }
        if from < self.file.len() {
            runs.push(from..self.file.len());
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(id: &str) -> String {
        let licenses = spdx::text::LICENSE_TEXTS
            .iter()
            .chain(spdx::text::EXCEPTION_TEXTS);
        licenses
            .clone()
            .find(|(name, _)| *name == id)
            .unwrap()
            .1
            .to_owned()
    }

    fn ids(source: &str) -> Vec<(&'static str, PartKind)> {
        identify(source)
            .parts
            .iter()
            .map(|p| (p.id, p.kind))
            .collect()
    }

    #[test]
    fn common_texts_are_themselves() {
        for reference in texts::common() {
            let found = ids(&text_of(reference.id));
            // The list's text of the LGPL 3.0 has the GPL 3.0 behind it, as the licence asks.
            let expected = [
                (reference.id, PartKind::Text),
                ("GPL-3.0-only", PartKind::Text),
            ];
            let length = if reference.id == "LGPL-3.0-only" {
                2
            } else {
                1
            };
            assert_eq!(found, expected[..length]);
        }
    }

    #[test]
    fn near_twins_are_told_apart() {
        let mit = text_of("MIT");
        let without = mit.replace("The above copyright notice and this permission notice shall be included in all copies or substantial\nportions of the Software.", "").replace(", subject to the\nfollowing conditions:", ".");
        assert_eq!(ids(&without), [("MIT-0", PartKind::Text)]);
        let paid = mit.replace(
            "free of charge, to any person",
            "free of charge, for noncommercial use, to any person",
        );
        assert_eq!(ids(&paid), [("MIT", PartKind::Changed)]);
        let more = identify(&format!(
            "{mit}\nThe Software must not be used by competitors of the author."
        ));
        assert_eq!(more.rest.len(), 1);
    }

    #[test]
    fn an_added_clause_is_shown_with_its_line() {
        let text = text_of("Apache-2.0").replace(
            "3. Grant of Patent License.",
            "You may not sell the Work or offer it as a service.\n3. Grant of Patent License.",
        );
        let found = identify(&text);
        assert_eq!(
            (found.parts[0].id, found.parts[0].kind),
            ("Apache-2.0", PartKind::Changed)
        );
        assert!(
            found.parts[0].differences[0]
                .added
                .contains("not sell the work")
        );
    }

    #[test]
    fn several_texts_in_one_file_are_listed_in_order() {
        let both = format!(
            "Code is Apache.\n\n{}\n\nDocuments:\n\n{}",
            text_of("Apache-2.0"),
            text_of("CC-BY-4.0")
        );
        assert_eq!(
            ids(&both),
            [
                ("Apache-2.0", PartKind::Text),
                ("CC-BY-4.0", PartKind::Text)
            ]
        );
        let llvm = format!(
            "{}\n{}\n{}",
            text_of("Apache-2.0"),
            text_of("LLVM-exception"),
            text_of("NCSA")
        );
        assert_eq!(
            ids(&llvm),
            [
                ("Apache-2.0", PartKind::Text),
                ("LLVM-exception", PartKind::Exception),
                ("NCSA", PartKind::Text)
            ]
        );
    }

    #[test]
    fn holders_disclaimers_and_titles_vary() {
        let bsd = text_of("BSD-3-Clause")
            .replace("the copyright holder nor", "Example Widgets, Inc. nor")
            .replace("COPYRIGHT HOLDER OR", "REGENTS OR");
        assert_eq!(
            ids(&format!("The New BSD License\n\n{bsd}")),
            [("BSD-3-Clause", PartKind::Text)]
        );
        let mit = text_of("MIT")
            .replace("MIT License", "")
            .replace("(c) <year> <copyright holders>", "Somebody");
        assert_eq!(ids(&mit), [("MIT", PartKind::Text)]);
    }

    #[test]
    fn what_is_no_licence_is_none() {
        assert!(ids("Copyright 2020 Somebody. All rights reserved.").is_empty());
        assert!(ids("").is_empty());
        assert!(ids(&"word ".repeat(3_000_000)).is_empty());
    }
}
