// SPDX-License-Identifier: Apache-2.0

//! Documents that are no file of their own: a section of README or CONTRIBUTING, or a link in one.

use std::sync::Arc;

use crate::checks::passage::Passage;
use crate::checks::words::any_is;

use super::find::{companions, pages};
use super::judge::{Hit, Judge, Worth};

/// Most sections or links judged.
const PLACES: usize = 60;

/// Sections and sentences that stand for the document, in order.
pub(crate) fn sections(judge: &Judge<'_, '_>) -> Vec<Hit> {
    let search = judge.search;
    if search.sections.is_empty() {
        return Vec::new();
    }
    let mut hits = Vec::new();
    let named = companions(judge.files, &search.section_files);
    let pages = pages(judge.files, &search.section_pages);
    for entry in named.into_iter().chain(pages) {
        let Ok(document) = judge.files.document(entry) else {
            continue;
        };
        for section in document.parsed().sections() {
            if hits.len() < PLACES && any_is(&search.sections, &section.heading.text) {
                hits.extend(judge.section(Passage::section(Arc::clone(&document), section), 1));
            }
        }
        let whole = Passage::whole(document);
        if let Some(line) = whole.first(&search.says) {
            hits.push(judge.sentence(whole, line));
        }
    }
    hits
}

/// What the links that name the document lead to, in order. Images are no evidence.
pub(crate) fn links(judge: &Judge<'_, '_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for entry in companions(judge.files, &judge.search.link_files) {
        let Ok(document) = judge.files.document(entry) else {
            continue;
        };
        let passage = Passage::whole(document);
        let named = passage.links().filter(|l| !l.image && judge.names(l));
        for link in named.take(PLACES) {
            let hit = judge.leads(passage.path(), link.line, &link.target, 1);
            hits.extend(hit.filter(|h| h.worth != Worth::Other));
        }
        if hits.len() >= PLACES {
            break;
        }
    }
    hits
}
