// SPDX-License-Identifier: Apache-2.0

//! One commit at a time: exempt, signed off, or at fault.

use std::collections::HashMap;

use git2::Oid;

use crate::subject::history::{Commit, Identity, Remediation};

use super::Bots;
use super::address;
use super::config::AppConfig;
use super::people::{Matching, People, Person};

/// How a commit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// More than one parent: exempt.
    Merge,
    /// Written by an automaton: exempt.
    Bot,
    /// Signed off by its author or committer.
    Signed,
    /// Squashed by the forge, which put the account's noreply address in place of the author's.
    Squashed,
    /// Signed off by a later commit.
    Remediated,
    /// No sign-off at all.
    Missing,
    /// Sign-offs, but none by author or committer.
    Mismatch,
    /// The author's or the committer's address has not the form of one.
    Address,
    /// It carries a signature, and members of the organisation who sign so need no sign-off: only the forge
    /// knows who is one.
    Member,
    /// Only a part of its message was read.
    Unread,
}

impl Standing {
    /// Whether it breaks the rule.
    pub(super) fn fails(self) -> bool {
        matches!(
            self,
            Standing::Missing | Standing::Mismatch | Standing::Address
        )
    }

    /// Whether it needed a sign-off and has it.
    pub(super) fn holds(self) -> bool {
        matches!(
            self,
            Standing::Signed | Standing::Squashed | Standing::Remediated
        )
    }

    /// Whether it cannot be decided from the clone.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Standing::Member | Standing::Unread)
    }
}

/// A sentence that adds a sign-off, by somebody who may say it.
struct Sentence {
    declarant: Person,
    /// The commit it stands in.
    commit: Oid,
    /// Whether the project's settings let it count.
    counts: bool,
}

/// Judges the commits of one range.
pub(super) struct Judge<'a> {
    people: &'a People<'a>,
    bots: Bots,
    members: bool,
    /// By the id they name, as written.
    sentences: HashMap<&'a str, Vec<Sentence>>,
}

impl<'a> Judge<'a> {
    /// Over `commits`: a remediation counts only when its own commit is among them.
    pub(super) fn new(
        people: &'a People<'a>,
        app: &AppConfig,
        commits: &[&'a Commit],
        bots: Bots,
    ) -> Self {
        let mut judge = Judge {
            people,
            bots,
            members: app.members,
            sentences: HashMap::new(),
        };
        if !people.history.remediations.is_empty() {
            judge.remediations(app, commits);
        }
        judge
    }

    fn remediations(&mut self, app: &AppConfig, commits: &[&'a Commit]) {
        let by_id: HashMap<_, _> = commits.iter().map(|c| (c.id, *c)).collect();
        for sentence in &self.people.history.remediations {
            let Some(commit) = by_id.get(&sentence.commit) else {
                continue;
            };
            if !self.may_say(sentence, commit) {
                continue;
            }
            let declarant = self.people.person(&sentence.declarant);
            self.sentences
                .entry(sentence.target.as_str())
                .or_default()
                .push(Sentence {
                    declarant,
                    commit: commit.id,
                    counts: app.individual
                        && (sentence.representative.is_none() || app.third_party),
                });
        }
    }

    /// Whether who speaks in the sentence wrote or committed the commit that holds it.
    fn may_say(&self, sentence: &Remediation, commit: &Commit) -> bool {
        let speaker: &Identity = sentence
            .representative
            .as_ref()
            .unwrap_or(&sentence.declarant);
        let speaker = self.people.person(speaker);
        self.is_either(&speaker, commit)
    }

    fn is_either(&self, person: &Person, commit: &Commit) -> bool {
        [commit.author, commit.committer].iter().any(|id| {
            let other = self.people.person(self.people.history.identity(*id));
            self.people.same(person, &other)
        })
    }

    /// How a commit stands.
    pub(super) fn standing(&self, commit: &Commit) -> Standing {
        if commit.is_merge() {
            return Standing::Merge;
        }
        if self.bots == Bots::Exempt && self.people.is_bot(commit.author) {
            return Standing::Bot;
        }
        let standing = self.plain(commit);
        if !standing.fails() {
            return standing;
        }
        if self.is_remediated(commit) {
            return Standing::Remediated;
        }
        if !self.members && commit.signed {
            return Standing::Member;
        }
        if commit.truncated {
            return Standing::Unread;
        }
        standing
    }

    fn plain(&self, commit: &Commit) -> Standing {
        let signers = self.people.history.sign_offs(commit);
        if signers.is_empty() {
            return Standing::Missing;
        }
        if self.people.matching == Matching::Strict && !self.has_address(commit) {
            return Standing::Address;
        }
        let signed = signers.iter().any(|signer| {
            self.people.equal(*signer, commit.author)
                || self.people.equal(*signer, commit.committer)
        });
        if signed {
            return Standing::Signed;
        }
        let squashed = self.people.matching == Matching::Lenient
            && self.people.is_forge(commit.committer)
            && self.people.is_noreply(commit.author);
        if squashed {
            return Standing::Squashed;
        }
        Standing::Mismatch
    }

    /// Whether the author's address can be reached, or the committer's where the author has none; and whether
    /// the committer's is one at all.
    fn has_address(&self, commit: &Commit) -> bool {
        let identity = |id| self.people.history.identity(id);
        let author = &identity(commit.author).email;
        let committer = &identity(commit.committer).email;
        let email = if author.is_empty() { committer } else { author };
        address::is_public(email) && address::is_valid(committer)
    }

    fn is_remediated(&self, commit: &Commit) -> bool {
        let mut sentences = self.sentences_for(commit);
        sentences.any(|sentence| sentence.counts)
    }

    /// A commit that adds the sign-off, though the project's settings do not let it count.
    pub(super) fn remediation_in_vain(&self, commit: &Commit) -> Option<Oid> {
        self.sentences_for(commit)
            .map(|sentence| sentence.commit)
            .next()
    }

    fn sentences_for(&self, commit: &Commit) -> impl Iterator<Item = &Sentence> {
        let found = match self.sentences.is_empty() {
            true => None,
            false => self.sentences.get(commit.id.to_string().as_str()),
        };
        let sentences = found.into_iter().flatten();
        sentences.filter(|sentence| self.is_either(&sentence.declarant, commit))
    }
}
