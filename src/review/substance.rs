// SPDX-License-Identifier: Apache-2.0

//! What a change comes to, in one sentence: the word for it, and what a committee would ask next.

use std::collections::BTreeSet;

use crate::checks::Shared;
use crate::checks::artefact::{Form, Place};
use crate::report::review::{ChangeKind, Sentence, State};
use crate::rules::Catalogue;

use super::artefacts::{Artefact, How};
use super::compare::{Difference, difference, sentences};
use super::ends::answer;
use super::values::Statement;

/// Most characters of a quotation.
const QUOTE: usize = 160;

/// A change in words.
pub(super) struct Told {
    /// What happened.
    pub(super) kind: ChangeKind,
    /// The substance.
    pub(super) summary: String,
    /// What went and came.
    pub(super) sentences: Vec<Sentence>,
}

fn told(kind: ChangeKind, summary: String) -> Told {
    Told {
        kind,
        summary,
        sentences: Vec::new(),
    }
}

/// What stands at a place, for `from.value` and `to.value`.
pub(super) fn value(
    artefact: &Artefact,
    place: &Place,
    shared: &Shared<'_>,
    catalogue: &Catalogue,
) -> String {
    match &place.form {
        Form::Pointer(url) => format!("pointer to {url}"),
        Form::Binary => "file that is not read".into(),
        Form::Empty => "empty or an unfilled template".into(),
        Form::Unread(_) => "unread".into(),
        Form::Text => {
            let known = named_text(artefact, shared, catalogue);
            known.unwrap_or_else(|| format!("text of {}", words(place)))
        }
    }
}

/// `Contributor Covenant 2.1`, when the code of conduct is a published text.
fn named_text(artefact: &Artefact, shared: &Shared<'_>, catalogue: &Catalogue) -> Option<String> {
    if artefact.id != "code-of-conduct" {
        return None;
    }
    let (.., properties) = answer(shared, catalogue, artefact.id)?.into_parts();
    let text = |key: &str| {
        properties
            .get(key)
            .and_then(|v| v.as_str())
            .map(str::to_owned)
    };
    let name = text("text").filter(|t| t != "other")?;
    Some(match text("version") {
        Some(version) => format!("{name} {version}"),
        None => name,
    })
}

fn words(place: &Place) -> String {
    let count: usize = place
        .prose
        .iter()
        .map(|l| l.split_whitespace().count())
        .sum();
    if count == 1 {
        "1 word".into()
    } else {
        format!("{count} words")
    }
}

/// Both states are there.
pub(super) fn edited(artefact: &Artefact, old: &Place, new: &Place) -> Option<Told> {
    let section = |p: &Place| p.line.is_some();
    let moved = old.path != new.path || section(old) != section(new);
    let content = content(artefact, old, new);
    if !moved {
        return content;
    }
    // A link in README that has a text of its own now: nothing was moved.
    if let (Form::Pointer(url), Form::Text | Form::Binary, true) =
        (&old.form, &new.form, section(old))
    {
        let summary = format!(
            "{} has its own text now; before, {} led to {url}",
            at(new),
            old.path
        );
        return Some(told(ChangeKind::Added, summary));
    }
    if let (Form::Pointer(url), true, false) = (&new.form, section(new), section(old)) {
        let summary = format!(
            "{} is gone; {} leads to {url}, which is not read here",
            at(old),
            new.path
        );
        return Some(told(ChangeKind::Removed, summary));
    }
    let mut summary = format!("moved from {} to {}", at(old), at(new));
    let mut shown = Vec::new();
    match content {
        None => summary.push_str(", the words unchanged"),
        Some(what) if what.kind == ChangeKind::Cosmetic => {
            summary.push_str(", the same in substance");
        }
        Some(what) => {
            summary.push_str(&format!(", and edited: {}", what.summary));
            shown = what.sentences;
        }
    }
    Some(Told {
        kind: ChangeKind::Moved,
        summary,
        sentences: shown,
    })
}

fn at(place: &Place) -> String {
    match place.line {
        Some(_) => format!("a section of {}", place.path),
        None => place.path.clone(),
    }
}

/// What became of the words, wherever they stand.
fn content(artefact: &Artefact, old: &Place, new: &Place) -> Option<Told> {
    let same_blob = old.oid.is_some() && old.oid == new.oid;
    if same_blob && old.form == new.form {
        return None;
    }
    let edit = |summary: String| Some(told(ChangeKind::Edited, summary));
    // Folders of notes: that they are there is all that is compared.
    if old.oid.is_none()
        && new.oid.is_none()
        && old.prose.is_empty()
        && new.prose.is_empty()
        && old.links == new.links
    {
        return None;
    }
    match (&old.form, &new.form) {
        (Form::Text, Form::Text) => reworded(artefact, old, new),
        (Form::Pointer(a), Form::Pointer(b)) if a == b => match difference(old, new) {
            Difference::None => None,
            _ => Some(told(
                ChangeKind::Cosmetic,
                format!("still a pointer to {b}, in other words"),
            )),
        },
        (Form::Pointer(a), Form::Pointer(b)) => match difference(old, new) {
            Difference::Cosmetic(what) => {
                Some(told(ChangeKind::Cosmetic, format!("only {what} differ")))
            }
            _ => edit(format!("leads to {b} now; before, to {a}")),
        },
        (Form::Text | Form::Binary, Form::Pointer(url)) => edit(format!(
            "the project's own text ({}) became a pointer to {url}",
            words(old)
        )),
        (Form::Pointer(url), Form::Text | Form::Binary) => edit(format!(
            "a pointer to {url} became a text of its own ({})",
            words(new)
        )),
        (Form::Empty, Form::Empty) => None,
        (_, Form::Empty) => edit("nothing of substance is left in it".into()),
        (Form::Empty, _) => edit(format!(
            "it was empty or a template and was filled in ({})",
            words(new)
        )),
        (Form::Unread(why), _) | (_, Form::Unread(why)) => edit(format!(
            "another content that cannot be compared here: {why}"
        )),
        (Form::Binary, Form::Binary) => {
            edit("another file of a kind that is not read: compare it by eye".into())
        }
        (Form::Binary, Form::Text) => {
            edit("a file that is not read became readable text: compare them by eye".into())
        }
        (Form::Text, Form::Binary) => {
            edit("readable text became a file that is not read: compare them by eye".into())
        }
    }
}

fn reworded(artefact: &Artefact, old: &Place, new: &Place) -> Option<Told> {
    match difference(old, new) {
        // A blob that is another, though every word is the same: white space, comments.
        Difference::None if old.line.is_some() || new.line.is_some() => None,
        Difference::None => Some(told(
            ChangeKind::Cosmetic,
            "only white space, comments or line ends differ".into(),
        )),
        Difference::Cosmetic(what) => {
            Some(told(ChangeKind::Cosmetic, format!("only {what} differ")))
        }
        Difference::Words => {
            let (shown, went, came) = sentences(old, new);
            Some(Told {
                kind: ChangeKind::Edited,
                summary: substance(artefact, old, new, &shown, went, came),
                sentences: shown,
            })
        }
    }
}

/// The sentence that says most: where reports go, what sections came, else the first words.
fn substance(
    artefact: &Artefact,
    old: &Place,
    new: &Place,
    shown: &[Sentence],
    went: usize,
    came: usize,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    let contacts = match artefact.id {
        "maintainers-file" | "codeowners" | "adopters-file" => String::new(),
        _ => delta(&mails(old), &mails(new)),
    };
    if !contacts.is_empty() {
        parts.push(format!("addresses: {contacts}"));
    }
    let headings = |p: &Place| {
        p.headings
            .iter()
            .map(|h| h.trim().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let sections = delta(&headings(old), &headings(new));
    if !sections.is_empty() {
        parts.push(format!("sections: {sections}"));
    }
    if went + came > 0 {
        parts.push(format!("{came} sentences or lines came, {went} went"));
    } else {
        parts.push("links lead elsewhere".into());
    }
    let first = shown.iter().find(|s| s.added).or_else(|| shown.first());
    if let Some(sentence) = first.filter(|_| parts.len() == 1) {
        let mark = if sentence.added { "now" } else { "no longer" };
        parts.push(format!("{mark} \u{201c}{}\u{201d}", cut(&sentence.text)));
    }
    parts.join("; ")
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE).collect();
    if text.chars().nth(QUOTE).is_some() {
        short.push('\u{2026}');
    }
    short
}

/// `+new, −old`, at most four of each.
fn delta(old: &BTreeSet<String>, new: &BTreeSet<String>) -> String {
    let come = new.difference(old).take(4).map(|x| format!("+{}", cut(x)));
    let gone = old
        .difference(new)
        .take(4)
        .map(|x| format!("\u{2212}{}", cut(x)));
    come.chain(gone).collect::<Vec<_>>().join(", ")
}

fn mails(place: &Place) -> BTreeSet<String> {
    let links = place.links.iter().filter_map(|l| l.strip_prefix("mailto:"));
    let words = place.prose.iter().flat_map(|l| l.split_whitespace());
    links
        .chain(words)
        .map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|w| {
            w.split_once('@')
                .is_some_and(|(a, b)| !a.is_empty() && b.contains('.') && !b.contains('/'))
        })
        .map(str::to_lowercase)
        .collect()
}

/// It was not there before.
pub(super) fn added(artefact: &Artefact, new: &Place) -> Option<Told> {
    let what = match &new.form {
        Form::Pointer(_) if artefact.how == How::Best => return None,
        Form::Pointer(url) => format!("{} leads to {url}", new.path),
        Form::Empty => format!("{} was added and says nothing yet", new.path),
        Form::Binary => format!("{} was added; it has to be read by eye", new.path),
        Form::Unread(why) => format!("{} was added and cannot be read here: {why}", new.path),
        Form::Text => match new.prose.first().filter(|_| new.line.is_none()) {
            Some(first) => format!(
                "{} was added ({}): \u{201c}{}\u{201d}",
                new.path,
                words(new),
                cut(first)
            ),
            None => format!("{} was added", at(new)),
        },
    };
    Some(told(ChangeKind::Added, what))
}

/// A pointer at a conventional place came (`now`) or went; the text stays.
pub(super) fn pointed(path: &str, text: &str, now: bool) -> Told {
    if now {
        return told(
            ChangeKind::Added,
            format!("{path} was added as a pointer to {text}"),
        );
    }
    told(
        ChangeKind::Removed,
        format!("{path}, a pointer to {text}, is gone; the text stays"),
    )
}

/// A list of people inside another document.
pub(super) fn listed(came: usize, left: usize, other: usize) -> Told {
    let summary = format!(
        "of the people listed there {came} came, {left} left, {other} are described otherwise"
    );
    told(ChangeKind::Edited, summary)
}

/// It is gone.
pub(super) fn removed(artefact: &Artefact, old: &Place) -> Option<Told> {
    let what = match &old.form {
        Form::Pointer(_) if artefact.how == How::Best => return None,
        Form::Pointer(url) => format!(
            "the pointer in {} to {url} is gone; the organisation's own default may hold now",
            old.path
        ),
        _ => format!(
            "{} is gone, and nothing in this tree stands for it",
            at(old)
        ),
    };
    Some(told(ChangeKind::Removed, what))
}

/// A statement of README.
pub(super) fn stated(
    artefact: &Artefact,
    old: Option<&Statement>,
    new: Option<&Statement>,
    moved: bool,
) -> Option<Told> {
    let noun = artefact.noun;
    Some(match (old, new) {
        (None, Some(new)) => told(
            ChangeKind::Added,
            format!(
                "{} states it now ({noun}): {}",
                new.state.path,
                cut(&new.state.value)
            ),
        ),
        (Some(old), None) => told(
            ChangeKind::Removed,
            format!(
                "{} states it no longer ({noun}): {}",
                old.state.path,
                cut(&old.state.value)
            ),
        ),
        (Some(old), Some(new)) if moved && old.key == new.key => told(
            ChangeKind::Moved,
            format!("moved from {} to {}", old.state.path, new.state.path),
        ),
        (Some(old), Some(new)) => told(
            ChangeKind::Edited,
            format!(
                "{noun}: {} became {}",
                cut(&old.state.value),
                cut(&new.state.value)
            ),
        ),
        (None, None) => return None,
    })
}

/// The expression is another, or the licence files came or went.
pub(super) fn relicensed(
    artefact: &Artefact,
    from: Option<&State>,
    to: Option<&State>,
    no_file_before: bool,
    no_file_after: bool,
) -> Told {
    let noun = artefact.noun;
    let (kind, summary) = match (from, to) {
        (_, Some(to)) if no_file_before && !no_file_after => {
            let before = from.map_or("nothing stated one".to_owned(), |f| {
                format!("only a manifest said {}", f.value)
            });
            (
                ChangeKind::Added,
                format!(
                    "{} was added: the {noun} is {}; before, {before}",
                    to.path, to.value
                ),
            )
        }
        (Some(from), _) if no_file_after && !no_file_before => (
            ChangeKind::Removed,
            format!("{} is gone: the {noun} was {}", from.path, from.value),
        ),
        (Some(from), Some(to)) => (
            ChangeKind::Edited,
            format!(
                "the {noun} was {} and is {} now: ask whether everybody agreed",
                from.value, to.value
            ),
        ),
        (None, Some(to)) => (
            ChangeKind::Added,
            format!("the {noun} is stated now: {}", to.value),
        ),
        (from, None) => {
            let value = from.map_or("unknown", |f| f.value.as_str());
            (
                ChangeKind::Removed,
                format!("nothing states a {noun} any more; it was {value}"),
            )
        }
    };
    told(kind, summary)
}
