// SPDX-License-Identifier: Apache-2.0

//! The licence texts to compare with: the SPDX list, ready as words, the common ones first.
//!
//! A run that meets only common texts reads some forty of the seven hundred. Texts that differ only in
//! layout are one reference under the id in use today (`GPL-2.0-only` stands for `GPL-2.0` and its kin).

use std::sync::{LazyLock, OnceLock};

use rayon::prelude::*;

use super::words::Words;

/// One licence or exception text.
pub(crate) struct Reference {
    /// SPDX id.
    pub(crate) id: &'static str,
    /// Whether it is an exception (`WITH`).
    pub(crate) exception: bool,
    /// Its words.
    pub(crate) words: Words,
    /// First word that must be there: what stands before is title or preamble (guideline 11).
    pub(crate) start: usize,
    /// End of what must be there: what follows is an appendix or a variable disclaimer (guideline 12).
    pub(crate) end: usize,
}

/// Licences met in most repositories, tried before the others.
const COMMON: &[&str] = &[
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "ISC",
    "MPL-2.0",
    "GPL-2.0-only",
    "GPL-3.0-only",
    "LGPL-2.1-only",
    "LGPL-3.0-only",
    "AGPL-3.0-only",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "Unlicense",
    "EPL-2.0",
    "Zlib",
    "BSL-1.0",
    "0BSD",
    "MIT-0",
    "Community-Spec-1.0",
    "CDLA-Permissive-1.0",
    "CDLA-Permissive-2.0",
    "Unicode-3.0",
    "CC-BY-NC-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-NC-ND-4.0",
    "BSD-4-Clause",
    "BSD-3-Clause-Clear",
    "BSD-2-Clause-Patent",
    "BSD-1-Clause",
    "JSON",
    "X11",
];

/// Where a text's binding part starts and ends, for texts that carry titles, preambles, appendices or a
/// disclaimer in everybody's own words: start of the ids, first words, words after the end.
const FRAMES: &[(&str, &str, &str)] = &[
    (
        "Apache-2.0",
        "terms and conditions for use",
        "end of terms and conditions",
    ),
    (
        "AGPL-3.0",
        "preamble the gnu affero",
        "end of terms and conditions",
    ),
    (
        "GPL-",
        "preamble the licenses",
        "end of terms and conditions",
    ),
    (
        "GPL-3.0",
        "preamble the gnu general",
        "end of terms and conditions",
    ),
    (
        "LGPL-2",
        "preamble the licenses",
        "end of terms and conditions",
    ),
    (
        "LGPL-3.0",
        "this version of the gnu lesser",
        "gnu general public license version",
    ),
    (
        "MPL-2.0",
        "definitions",
        "exhibit source code form license notice",
    ),
    (
        "EPL-2.0",
        "the accompanying program is provided",
        "exhibit form of secondary",
    ),
    (
        "CC-BY",
        "by exercising the licensed rights",
        "creative commons is not party",
    ),
    ("CC0-1.0", "statement of purpose", ""),
    (
        "BSD-2-Clause",
        "redistribution and use",
        "this software is provided",
    ),
    (
        "BSD-3-Clause",
        "redistribution and use",
        "this software is provided",
    ),
    ("MIT", "permission is hereby granted", ""),
    ("BSL-1.0", "permission is hereby granted", ""),
    (
        "Unlicense",
        "this is free and unencumbered",
        "for more information please",
    ),
    (
        "CDLA-Permissive-2.0",
        "this is the community data license",
        "",
    ),
    ("ISC", "permission to use copy", ""),
];

static COMMON_TEXTS: [OnceLock<Option<Reference>>; COMMON.len()] =
    [const { OnceLock::new() }; COMMON.len()];

static OTHER_TEXTS: LazyLock<Vec<Reference>> = LazyLock::new(|| {
    // Deprecated ids and `-or-later` share their text with an id in use.
    let licenses = spdx::text::LICENSE_TEXTS
        .par_iter()
        .filter(|(id, _)| !COMMON.contains(id) && !id.ends_with("-or-later") && !is_placeholder(id))
        .filter(|(id, _)| spdx::license_id(id).is_some_and(|known| !known.is_deprecated()))
        .map(|(id, text)| reference(id, text, false));
    let exceptions = spdx::text::EXCEPTION_TEXTS
        .iter()
        .map(|(id, text)| reference(id, text, true));
    let licenses: Vec<Reference> = licenses.collect();
    licenses
        .into_iter()
        .chain(exceptions)
        .filter(|r| r.words.len() >= 8)
        .collect()
});

/// How many common texts there are.
pub(crate) fn common_len() -> usize {
    COMMON.len()
}

/// The common text at `index`, read on first use.
pub(crate) fn common_at(index: usize) -> Option<&'static Reference> {
    let read = || {
        let id = *COMMON.get(index)?;
        let (id, text) = spdx::text::LICENSE_TEXTS
            .iter()
            .find(|(known, _)| *known == id)?;
        Some(reference(id, text, false))
    };
    COMMON_TEXTS.get(index)?.get_or_init(read).as_ref()
}

/// The common texts.
pub(crate) fn common() -> Vec<&'static Reference> {
    (0..COMMON.len())
        .into_par_iter()
        .filter_map(common_at)
        .collect()
}

/// All others, exceptions included. The first call reads 6 MB of text.
pub(crate) fn others() -> Vec<&'static Reference> {
    OTHER_TEXTS.iter().collect()
}

/// Entries of the list that are no licence text.
fn is_placeholder(id: &str) -> bool {
    matches!(
        id,
        "NOASSERTION" | "NONE" | "any-OSI" | "any-OSI-perl-modules"
    )
}

fn reference(id: &'static str, text: &str, exception: bool) -> Reference {
    let mut words = Words::of(text);
    let frame = FRAMES
        .iter()
        .rev()
        .find(|(start, _, _)| !exception && id.starts_with(start) && frame_fits(id, start));
    let (mut start, mut end) = (0, words.len());
    if let Some((_, first, after)) = frame {
        start = words.find(first, 0).unwrap_or(0);
        if !after.is_empty() {
            end = words.find(after, start + 1).unwrap_or(end);
        }
        if id == "LGPL-3.0-only" {
            // The list has the GPL behind it; here it is a text of its own.
            words.truncate(end);
        }
    }
    Reference {
        id,
        exception,
        words,
        start,
        end,
    }
}

/// Frames of short ids hold for exactly them: `BSD-3-Clause` has kin with clauses after the disclaimer.
fn frame_fits(id: &str, start: &str) -> bool {
    let family = start.ends_with('-') || start.contains("GPL") || start == "CC-BY";
    family || id == start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_id_has_a_text() {
        assert_eq!(common().len(), COMMON.len());
    }

    #[test]
    fn frames_are_found_in_their_texts() {
        for text in common() {
            let Some((_, first, after)) = FRAMES
                .iter()
                .rev()
                .find(|(s, _, _)| text.id.starts_with(s) && frame_fits(text.id, s))
            else {
                continue;
            };
            assert!(
                text.words.find(first, 0).is_some(),
                "{}: {first}: {}",
                text.id,
                text.words.join(0..60)
            );
            assert!(
                after.is_empty() || text.id == "LGPL-3.0-only" || text.end < text.words.len(),
                "{}: {after}",
                text.id
            );
            assert!(
                text.end - text.start > 60,
                "{}: {}..{}",
                text.id,
                text.start,
                text.end
            );
        }
    }
}
