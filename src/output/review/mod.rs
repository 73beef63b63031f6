// SPDX-License-Identifier: Apache-2.0

//! The review in words: for a terminal and for a committee's tracker. What both say alike is here.

use crate::report::review::{Change, ChangeKind, Member, Question, Review};

pub(super) mod human;
pub(super) mod markdown;

/// The sections of the review, in the order of the policy.
pub(in crate::output) const SECTIONS: &[(&str, &str)] = &[
    ("1", "Submission answers and charter"),
    ("2", "Stage"),
    ("3", "Budget"),
    ("4", "Licence scan"),
    ("5", "Best practices badge"),
];

/// First digits of a commit id.
pub(in crate::output) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// The day of a time.
pub(in crate::output) fn day(date: Option<&str>) -> &str {
    date.and_then(|d| d.get(..10)).unwrap_or("an unknown day")
}

/// `2025-11-20 (abc…) to 2026-11-20 (def…)`.
pub(in crate::output) fn span(review: &Review) -> String {
    let moment = |m: &crate::report::review::Moment| {
        let commit = m.commit.as_deref().map_or("not in this clone", short);
        format!("{} ({commit})", day(m.date.as_deref()))
    };
    format!("{} to {}", moment(&review.since), moment(&review.at))
}

/// Name, handle, employer and part of somebody.
pub(in crate::output) fn person(member: &Member) -> String {
    let handle = member.handle.as_ref().map(|h| format!("@{h}"));
    let parts = [&member.name, &handle, &member.organisation, &member.role];
    let mut shown: Vec<String> = parts.into_iter().flatten().cloned().collect();
    if member.name.is_none() && member.handle.is_none() {
        shown.extend(member.email.clone());
    }
    let mut text = shown.join(", ");
    if let Some(note) = &member.note {
        text.push_str(&format!(" ({note})"));
    }
    text
}

/// Questions of a section.
pub(in crate::output) fn questions<'r>(
    review: &'r Review,
    section: &'r str,
) -> impl Iterator<Item = &'r Question> {
    review
        .questions
        .iter()
        .filter(move |q| q.section == section)
}

/// Changes of substance first, cosmetic ones after them.
pub(in crate::output) fn ordered(review: &Review) -> Vec<&Change> {
    let mut all: Vec<&Change> = review.changes.iter().collect();
    all.sort_by_key(|c| c.change == ChangeKind::Cosmetic);
    all
}

/// `old → new` of paths, where they differ, or the one path.
pub(in crate::output) fn places(change: &Change) -> String {
    let place = |s: &crate::report::review::State| match s.line {
        Some(line) => format!("{}:{line}", s.path),
        None => s.path.clone(),
    };
    match (&change.from, &change.to) {
        (Some(a), Some(b)) if a.path == b.path => place(b),
        (Some(a), Some(b)) => format!("{} \u{2192} {}", place(a), place(b)),
        (Some(one), None) | (None, Some(one)) => place(one),
        (None, None) => String::new(),
    }
}
