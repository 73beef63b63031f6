// SPDX-License-Identifier: Apache-2.0

//! Runs a shipped rule on a tree in memory, for unit tests of checks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::remote::testing::replayed;
use crate::remote::{Place, Service};
use crate::rules::{Attestation, Catalogue, Clause, Rule};
use crate::subject::memory::MemoryTree;
use crate::subject::{Subject, history::History};

use super::{Answer, Context, Files, Patience, Shared};

/// The shipped catalogue.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::embedded(&super::validate).unwrap())
}

/// A run over `tree` with the settings that tests vary.
pub(crate) struct Case {
    tree: MemoryTree,
    history: Option<History>,
    slug: Option<String>,
    offline: bool,
    documents: BTreeMap<String, Vec<String>>,
    attestations: Vec<Attestation>,
    clauses: Option<Vec<Clause>>,
    organisation: Option<MemoryTree>,
    replies: Option<Vec<(Service, String, u16, serde_json::Value)>>,
}

impl Case {
    pub(crate) fn new(tree: MemoryTree) -> Self {
        Case {
            tree,
            history: None,
            slug: None,
            offline: true,
            documents: BTreeMap::new(),
            attestations: Vec::new(),
            clauses: None,
            organisation: None,
            replies: None,
        }
    }

    /// With a remote `https://github.com/<slug>`.
    #[must_use]
    pub(crate) fn slug(mut self, slug: &str) -> Self {
        self.slug = Some(slug.to_owned());
        self
    }

    /// With this history.
    #[must_use]
    pub(crate) fn history(mut self, history: History) -> Self {
        self.history = Some(history);
        self
    }

    /// With a `[documents]` entry.
    #[must_use]
    pub(crate) fn document(mut self, rule: &str, path: &str) -> Self {
        self.documents
            .entry(rule.to_owned())
            .or_default()
            .push(path.to_owned());
        self
    }

    /// With a clone of the organisation's `.github` repository.
    #[must_use]
    pub(crate) fn organisation(mut self, tree: MemoryTree) -> Self {
        self.organisation = Some(tree);
        self
    }

    /// With these replies of the services, and no others.
    #[must_use]
    pub(crate) fn replies(mut self, rows: &[(Service, String, u16, serde_json::Value)]) -> Self {
        self.replies = Some(rows.to_vec());
        self
    }

    /// With an `[[attestation]]`.
    #[must_use]
    pub(crate) fn attestation(mut self, attestation: Attestation) -> Self {
        self.attestations.push(attestation);
        self
    }

    /// With these clauses in place of the shipped ones.
    #[must_use]
    pub(crate) fn clauses(mut self, clauses: Vec<Clause>) -> Self {
        self.clauses = Some(clauses);
        self
    }

    /// Runs `rule` with `with` (TOML text) laid over its parameters.
    pub(crate) fn run_with(self, rule: &str, with: &str) -> Answer {
        let rule = catalogue()
            .rule(rule)
            .unwrap_or_else(|| panic!("no rule {rule}"));
        let mut table = rule.with.clone();
        table.extend(toml::from_str::<toml::Table>(with).unwrap());
        let subject = Subject {
            remote: self
                .slug
                .as_ref()
                .map(|slug| format!("https://github.com/{slug}")),
            slug: self.slug,
            ..Subject::of(".", Box::new(self.tree))
        };
        let history = OnceLock::new();
        if let Some(given) = self.history {
            let _ = history.set(given);
        }
        let place = subject.remote.as_deref().and_then(Place::of);
        let remote = self.replies.as_ref().map(|rows| replayed(place, rows));
        let shared = Shared {
            remote: remote.as_ref().map(|(_, remote)| remote),
            documents: &self.documents,
            attestations: &self.attestations,
            offline: self.offline,
            organisation: self.organisation.as_ref().map(|tree| Files::new(tree)),
            history,
            ..Shared::new(&subject, "2026-11-20T12:00:00Z".parse().unwrap())
        };
        let clauses: Vec<_> = match &self.clauses {
            Some(given) => given.iter().collect(),
            None => catalogue().clauses_of(&rule.id).collect(),
        };
        let context = Context {
            rule,
            clauses: &clauses,
            shared: &shared,
            patience: Patience::default(),
        };
        super::decide(super::find(&rule.check).unwrap(), &context, &table).unwrap()
    }

    /// Runs `rule` with its own parameters.
    pub(crate) fn run(self, rule: &str) -> Answer {
        self.run_with(rule, "")
    }
}

/// Runs `look` on what all rules share over `tree`, with an optional GitHub slug.
pub(crate) fn with_shared<R>(
    tree: MemoryTree,
    slug: Option<&str>,
    look: impl FnOnce(&Shared<'_>) -> R,
) -> R {
    let subject = Subject {
        remote: slug.map(|slug| format!("https://github.com/{slug}")),
        slug: slug.map(str::to_owned),
        ..Subject::of(".", Box::new(tree))
    };
    with_subject(&subject, look)
}

/// Runs `rule` on a subject that was opened.
pub(crate) fn over(subject: &Subject, rule: &Rule) -> Answer {
    with_subject(subject, |shared| {
        let context = Context {
            rule,
            clauses: &[],
            shared,
            patience: Patience::default(),
        };
        super::decide(super::find(&rule.check).unwrap(), &context, &rule.with).unwrap()
    })
}

/// Runs `look` on what all rules share over a subject.
pub(crate) fn with_subject<R>(subject: &Subject, look: impl FnOnce(&Shared<'_>) -> R) -> R {
    look(&Shared::new(
        subject,
        "2026-11-20T12:00:00Z".parse().unwrap(),
    ))
}
