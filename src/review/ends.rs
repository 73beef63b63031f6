// SPDX-License-Identifier: Apache-2.0

//! The two ends of a review, and single files of the commits between them, as checks see them.

use std::sync::Arc;

use git2::Oid;

use crate::checks::{self, Answer, Context, Patience, Shared};
use crate::rules::Catalogue;
use crate::subject::memory::MemoryTree;
use crate::subject::objects::Objects;
use crate::subject::{DOCUMENT_LIMIT, Subject};

/// Both trees.
#[derive(Clone, Copy)]
pub struct Ends<'a> {
    /// At the beginning of the range.
    pub before: &'a Shared<'a>,
    /// At its end.
    pub after: &'a Shared<'a>,
    /// Rules that say how things are found.
    pub catalogue: &'a Catalogue,
}

/// Runs `look` on one tree in the place of the rule `id`; `None` when there is no such rule.
pub(super) fn with_rule<R>(
    shared: &Shared<'_>,
    catalogue: &Catalogue,
    id: &str,
    look: impl FnOnce(&Context<'_>) -> R,
) -> Option<R> {
    let rule = catalogue.rule(id)?;
    Some(look(&Context {
        rule,
        clauses: &[],
        shared,
        patience: Patience::default(),
    }))
}

/// The answer of the rule `id` on one tree, with its own parameters.
pub(super) fn answer(shared: &Shared<'_>, catalogue: &Catalogue, id: &str) -> Option<Answer> {
    let rule = catalogue.rule(id)?;
    let check = checks::find(&rule.check)?;
    with_rule(shared, catalogue, id, |cx| {
        checks::decide(check, cx, &rule.with).ok()
    })?
}

/// Runs `look` on a tree that holds one file only, as a commit of the range had it.
pub(super) fn with_blob<R>(
    ends: Ends<'_>,
    objects: &Arc<Objects>,
    path: &str,
    blob: Option<Oid>,
    look: impl FnOnce(&Shared<'_>) -> R,
) -> Option<R> {
    let mut tree = MemoryTree::new();
    if let Some(id) = blob {
        let object = objects.read(id, DOCUMENT_LIMIT).ok()?;
        tree = tree.file(path, object.bytes);
    }
    let subject = Subject {
        remote: ends.after.subject.remote.clone(),
        slug: ends.after.subject.slug.clone(),
        ..Subject::of(".", Box::new(tree))
    };
    Some(look(&Shared::new(&subject, ends.after.now)))
}
