// SPDX-License-Identifier: Apache-2.0

//! Finds a licence text inside a file and says where the two differ, word by word.
//!
//! Runs of four words that both share are the anchors; the longest chain of them in order is the
//! alignment; what lies between is compared word by word. Linear but for the chain's sorting.

use std::collections::HashMap;
use std::ops::Range;

use super::words::Words;

/// Words of an anchor.
const GRAM: usize = 4;
/// Places of one anchor that are looked at: licences repeat phrases, hostile files repeat everything.
const PLACES: usize = 12;
/// Words between two anchors that are compared one by one, on each side.
const GAP: usize = 300;
/// Words of the file between two anchors from which the smaller side may be a stray phrase.
const STRAY: usize = 40;

/// Where each run of four words occurs in a file.
pub(super) struct Anchors {
    places: HashMap<u64, Vec<u32>>,
}

impl Anchors {
    /// Of the words of a file.
    pub(super) fn of(words: &Words) -> Self {
        let mut places: HashMap<u64, Vec<u32>> = HashMap::new();
        for at in 0..(words.len() + 1).saturating_sub(GRAM) {
            let found = places.entry(gram(words, at)).or_default();
            if found.len() < PLACES {
                found.push(at as u32);
            }
        }
        Anchors { places }
    }
}

fn gram(words: &Words, at: usize) -> u64 {
    (0..GRAM).fold(0, |sum: u64, i| {
        sum.wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(u64::from(words.hash(at + i)))
    })
}

/// One place where file and text differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Words of the text that the file lacks.
    pub(super) text: Range<usize>,
    /// Words of the file that stand there instead.
    pub(super) file: Range<usize>,
}

/// How a text lies in a file.
#[derive(Clone, Debug)]
pub(super) struct Alignment {
    /// Words of the file from the first to the last that belongs to the text.
    pub(super) file: Range<usize>,
    /// Where they differ, in order.
    pub(super) edits: Vec<Edit>,
}

/// Aligns the words of `text` that lie in `part` with `file`, leaving out words that `taken` holds.
/// `None` when less than `least` of the part's anchors occur.
pub(super) fn align(
    text: &Words,
    part: &Range<usize>,
    file: &Words,
    anchors: &Anchors,
    taken: &[Range<usize>],
    least: f64,
) -> Option<Alignment> {
    let pairs = shared_anchors(text, part, anchors, taken, least)?;
    let pairs = one_neighbourhood(pairs, text.len());
    let mut matched = one_piece(words_of(&longest_chain(pairs)));
    if matched.is_empty() {
        return None;
    }
    stretch(text, file, taken, &mut matched);
    let matched = fill_gaps(text, file, &matched);
    Some(alignment(text, &matched))
}

/// Anchors of the text that occur in the file: (word of the text, word of the file).
fn shared_anchors(
    text: &Words,
    part: &Range<usize>,
    anchors: &Anchors,
    taken: &[Range<usize>],
    least: f64,
) -> Option<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    let mut hits = 0_usize;
    for at in 0..(text.len() + 1).saturating_sub(GRAM) {
        let Some(places) = anchors.places.get(&gram(text, at)) else {
            continue;
        };
        let before = pairs.len();
        let free = |place: &&u32| !taken.iter().any(|t| t.contains(&(**place as usize)));
        pairs.extend(places.iter().filter(free).map(|place| (at as u32, *place)));
        hits += usize::from(pairs.len() > before && part.contains(&at));
    }
    let all = (part.len() + 1).saturating_sub(GRAM).max(1);
    (hits as f64 >= least * all as f64 && hits > 0).then_some(pairs)
}

/// The pairs of the one stretch of the file in which most of the text lies.
fn one_neighbourhood(mut pairs: Vec<(u32, u32)>, length: usize) -> Vec<(u32, u32)> {
    let shift = |pair: &(u32, u32)| i64::from(pair.1) - i64::from(pair.0);
    pairs.sort_by_key(|pair| (shift(pair), pair.0));
    let width = 60 + length as i64 / 3;
    let (mut best, mut first) = (0..0, 0);
    for last in 0..pairs.len() {
        while shift(&pairs[last]) - shift(&pairs[first]) > width {
            first += 1;
        }
        if last + 1 - first > best.len() {
            best = first..last + 1;
        }
    }
    pairs[best].to_vec()
}

/// The longest chain that grows in both (patience sorting).
fn longest_chain(mut pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    pairs.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let at = tails.partition_point(|&t| pairs[t].1 < pair.1);
        before.push(at.checked_sub(1).map(|i| tails[i]));
        if at == tails.len() {
            tails.push(index);
        } else {
            tails[at] = index;
        }
    }
    let mut chain = Vec::with_capacity(tails.len());
    let mut next = tails.last().copied();
    while let Some(index) = next {
        chain.push(pairs[index]);
        next = before[index];
    }
    chain.reverse();
    chain
}

/// The pairs of words that the chained anchors hold.
fn words_of(chain: &[(u32, u32)]) -> Vec<(usize, usize)> {
    let mut matched: Vec<(usize, usize)> = Vec::with_capacity(chain.len() * 2);
    for &(text, file) in chain {
        for i in 0..GRAM {
            let pair = (text as usize + i, file as usize + i);
            if matched
                .last()
                .is_none_or(|last| last.0 < pair.0 && last.1 < pair.1)
            {
                matched.push(pair);
            }
        }
    }
    matched
}

/// The pairs without stray phrases far before or behind: a few words in common do not make what lies
/// between an addition to the text.
fn one_piece(matched: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut pieces: Vec<(Range<usize>, usize)> = Vec::new();
    let mut start = 0;
    for at in 1..matched.len() {
        let (from, to) = (matched[at - 1], matched[at]);
        let added = (to.1 - from.1).saturating_sub(to.0 - from.0);
        if added > STRAY {
            pieces.push((start..at, added));
            start = at;
        }
    }
    pieces.push((start..matched.len(), 0));
    let Some(main) = (0..pieces.len()).max_by_key(|&i| pieces[i].0.len()) else {
        return matched;
    };
    let belongs = |piece: usize, jump: usize| pieces[piece].0.len() * 3 > pieces[jump].1;
    let (mut first, mut last) = (main, main);
    while first > 0 && belongs(first - 1, first - 1) {
        first -= 1;
    }
    while last + 1 < pieces.len() && belongs(last + 1, last) {
        last += 1;
    }
    matched[pieces[first].0.start..pieces[last].0.end].to_vec()
}

/// Takes in equal words before the first and after the last pair.
fn stretch(text: &Words, file: &Words, taken: &[Range<usize>], matched: &mut Vec<(usize, usize)>) {
    let free = |place: usize| !taken.iter().any(|t| t.contains(&place));
    let mut head = Vec::new();
    let (mut t, mut f) = matched[0];
    while t > 0 && f > 0 && text.hash(t - 1) == file.hash(f - 1) && free(f - 1) {
        (t, f) = (t - 1, f - 1);
        head.push((t, f));
    }
    head.reverse();
    let (mut t, mut f) = matched[matched.len() - 1];
    while t + 1 < text.len()
        && f + 1 < file.len()
        && text.hash(t + 1) == file.hash(f + 1)
        && free(f + 1)
    {
        (t, f) = (t + 1, f + 1);
        matched.push((t, f));
    }
    head.append(matched);
    *matched = head;
}

/// Pairs with equal words between the anchors added.
fn fill_gaps(text: &Words, file: &Words, matched: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut all = Vec::with_capacity(matched.len());
    for window in matched.windows(2) {
        let (from, to) = (window[0], window[1]);
        all.push(from);
        let (t, f) = (from.0 + 1..to.0, from.1 + 1..to.1);
        if !t.is_empty() && !f.is_empty() && t.len() <= GAP && f.len() <= GAP {
            all.extend(common_words(text, t, file, f));
        }
    }
    all.extend(matched.last());
    all
}

/// Longest common subsequence of two short runs.
fn common_words(
    text: &Words,
    t: Range<usize>,
    file: &Words,
    f: Range<usize>,
) -> Vec<(usize, usize)> {
    let width = f.len() + 1;
    let mut best = vec![0_u16; (t.len() + 1) * width];
    for i in (0..t.len()).rev() {
        for j in (0..f.len()).rev() {
            best[i * width + j] = if text.hash(t.start + i) == file.hash(f.start + j) {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < t.len() && j < f.len() {
        if text.hash(t.start + i) == file.hash(f.start + j) {
            pairs.push((t.start + i, f.start + j));
            (i, j) = (i + 1, j + 1);
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

fn alignment(text: &Words, matched: &[(usize, usize)]) -> Alignment {
    let (first, last) = (matched[0], matched[matched.len() - 1]);
    let mut edits = Vec::new();
    if first.0 > 0 {
        edits.push(Edit {
            text: 0..first.0,
            file: first.1..first.1,
        });
    }
    for window in matched.windows(2) {
        let (from, to) = (window[0], window[1]);
        if to.0 > from.0 + 1 || to.1 > from.1 + 1 {
            edits.push(Edit {
                text: from.0 + 1..to.0,
                file: from.1 + 1..to.1,
            });
        }
    }
    if last.0 + 1 < text.len() {
        edits.push(Edit {
            text: last.0 + 1..text.len(),
            file: last.1 + 1..last.1 + 1,
        });
    }
    Alignment {
        file: first.1..last.1 + 1,
        edits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(text: &str, file: &str) -> Option<Alignment> {
        let (text, file) = (Words::of(text), Words::of(file));
        let part = 0..text.len();
        align(&text, &part, &file, &Anchors::of(&file), &[], 0.5)
    }

    #[test]
    fn a_text_inside_a_file_is_found_with_its_edits() {
        let text = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda";
        let found = aligned(
            text,
            "some title alpha beta gamma delta epsilon six eta theta iota kappa lambda end",
        )
        .unwrap();
        assert_eq!(found.file, 2..13);
        assert_eq!(
            found.edits,
            [Edit {
                text: 5..6,
                file: 7..8
            }]
        );
    }

    #[test]
    fn an_inserted_sentence_is_one_edit() {
        let text = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda";
        let found = aligned(
            text,
            "alpha beta gamma delta but only here epsilon zeta eta theta iota kappa lambda",
        )
        .unwrap();
        assert_eq!(
            found.edits,
            [Edit {
                text: 4..4,
                file: 4..7
            }]
        );
    }

    #[test]
    fn unrelated_words_do_not_align() {
        assert!(
            aligned(
                "alpha beta gamma delta epsilon",
                "quite other words stand in this file"
            )
            .is_none()
        );
    }

    #[test]
    fn repeated_words_end_in_bounded_work() {
        let text = "the same ".repeat(3_000);
        let found = aligned(&text, &"the same ".repeat(20_000));
        assert!(found.is_none_or(|f| f.file.len() <= 40_000));
    }
}
