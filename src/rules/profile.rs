// SPDX-License-Identifier: Apache-2.0

//! Profiles: what a stage asks, resolved to rules with level, parameters and clauses.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::Level;

use super::{Catalogue, Clause, Mode, Rule};

/// Rule that answers for clauses which only people can settle.
pub const ATTESTATION: &str = "attestation";
/// The profile that runs every rule.
pub const ALL: &str = "all";

/// What a profile says of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirement {
    /// Level, if not the rule's own.
    pub level: Option<Level>,
    /// Parameters laid over the rule's own, key by key.
    pub with: toml::Table,
}

/// What a stage of a foundation asks.
#[derive(Clone, Debug)]
pub struct Profile {
    /// `foundation/stage`; the path of its file.
    pub id: String,
    /// One line.
    pub title: String,
    /// Profiles it includes; a later one wins over an earlier one.
    pub parents: Vec<String>,
    /// Clauses it asks for, by id, in the order of the text.
    pub clauses: Vec<String>,
    /// What it says of rules.
    pub rules: BTreeMap<String, Requirement>,
    /// Rules of its parents that it leaves out.
    pub without: BTreeSet<String>,
    /// File it was read from.
    pub source: String,
}

/// One rule as a run asks for it.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Level of a failure.
    pub level: Level,
    /// Parameters.
    pub with: toml::Table,
    /// Profiles that ask so.
    pub profiles: Vec<String>,
    /// Clauses that it answers.
    pub clauses: Vec<&'a Clause>,
}

/// Requirements and clauses of a profile with its parents folded in.
#[derive(Default)]
struct Folded {
    rules: BTreeMap<String, Requirement>,
    clauses: Vec<String>,
}

impl Catalogue {
    /// The rules that `profile` asks for. Unknown names were refused when it was loaded.
    pub fn resolve(&self, profile: &Profile) -> Vec<Ask<'_>> {
        if profile.id == ALL {
            return self
                .rules()
                .map(|rule| self.ask(rule, &Requirement::default(), ALL))
                .collect();
        }
        let folded = self.fold(profile);
        let mut asks = Vec::new();
        for (id, requirement) in &folded.rules {
            let Some(rule) = self.rule(id) else { continue };
            let mut ask = self.ask(rule, requirement, &profile.id);
            ask.clauses
                .retain(|clause| folded.clauses.contains(&clause.id));
            asks.push(ask);
        }
        asks
    }

    /// The clauses that `profile` and its parents ask for, each policy in the order of its text: the one the
    /// profile is named after first.
    pub fn clauses_for(&self, profile: &Profile) -> Vec<&Clause> {
        let asked: BTreeSet<String> = self.fold(profile).clauses.into_iter().collect();
        let own = profile.id.split('/').next().unwrap_or_default();
        let (first, rest): (Vec<_>, Vec<_>) = self.policies().partition(|p| p.id == own);
        let clauses = first.into_iter().chain(rest).flat_map(|p| &p.clauses);
        clauses.filter(|c| asked.contains(&c.id)).collect()
    }

    /// One rule at its default level, outside every profile.
    pub fn ask_alone<'a>(&'a self, rule: &'a Rule) -> Ask<'a> {
        let mut ask = self.ask(rule, &Requirement::default(), "");
        ask.profiles.clear();
        ask
    }

    fn ask<'a>(&'a self, rule: &'a Rule, requirement: &Requirement, profile: &str) -> Ask<'a> {
        let mut with = rule.with.clone();
        for (key, value) in &requirement.with {
            with.insert(key.clone(), value.clone());
        }
        Ask {
            rule,
            level: requirement.level.unwrap_or(rule.level),
            with,
            profiles: vec![profile.to_owned()],
            clauses: self.clauses_of(&rule.id).collect(),
        }
    }

    fn fold(&self, profile: &Profile) -> Folded {
        let mut folded = Folded::default();
        for parent in profile.parents.iter().filter_map(|id| self.profile(id)) {
            let below = self.fold(parent);
            for (id, requirement) in below.rules {
                let slot = folded.rules.entry(id).or_default();
                slot.level = requirement.level.or(slot.level);
                slot.with.extend(requirement.with);
            }
            folded.clauses.extend(below.clauses);
        }
        for id in &profile.clauses {
            match self.clause(id).map(|clause| &clause.mode) {
                Some(Mode::Rules(rules)) => {
                    for rule in rules {
                        folded.rules.entry(rule.clone()).or_default();
                    }
                }
                Some(Mode::Attest | Mode::Human) => {
                    folded.rules.entry(ATTESTATION.to_owned()).or_default();
                }
                Some(Mode::NotRepository) | None => {}
            }
            if !folded.clauses.contains(id) {
                folded.clauses.push(id.clone());
            }
        }
        for (id, requirement) in &profile.rules {
            let slot = folded.rules.entry(id.clone()).or_default();
            slot.level = requirement.level.or(slot.level);
            slot.with.extend(requirement.with.clone());
        }
        folded.rules.retain(|id, _| !profile.without.contains(id));
        folded
    }

    /// Clauses that cite `rule`, in the order of their texts.
    pub fn clauses_of<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Clause> {
        self.policies()
            .flat_map(|policy| &policy.clauses)
            .filter(move |clause| match &clause.mode {
                Mode::Rules(rules) => rules.iter().any(|id| id == rule),
                Mode::Attest | Mode::Human => rule == ATTESTATION,
                Mode::NotRepository => false,
            })
    }
}

/// Lays the asks of several profiles over each other: one a rule and set of parameters, strictest level.
pub fn unite(asks: Vec<Ask<'_>>) -> Vec<Ask<'_>> {
    let mut united: Vec<Ask<'_>> = Vec::new();
    for ask in asks {
        match united
            .iter_mut()
            .find(|a| a.rule.id == ask.rule.id && a.with == ask.with)
        {
            Some(slot) => {
                slot.level = slot.level.max(ask.level);
                for profile in ask.profiles {
                    if !slot.profiles.contains(&profile) {
                        slot.profiles.push(profile);
                    }
                }
                for clause in ask.clauses {
                    if !slot.clauses.iter().any(|c| c.id == clause.id) {
                        slot.clauses.push(clause);
                    }
                }
            }
            None => united.push(ask),
        }
    }
    united.sort_by(|a, b| {
        a.rule
            .id
            .cmp(&b.rule.id)
            .then_with(|| a.profiles.cmp(&b.profiles))
    });
    united
}
