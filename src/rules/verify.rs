// SPDX-License-Identifier: Apache-2.0

//! Whether rules, policies and profiles fit together: what no single file shows.
//!
//! Names that lead nowhere, cycles of parents, ids used twice, levels and parameters that contradict each other;
//! each with file, line where it is known, and what is allowed.

use std::collections::BTreeMap;

use crate::report::Level;

use super::load::line_with;
use super::{Catalogue, Clause, LoadError, Mode, Profile, Rule, unknown};

/// Whether a rule's check accepts parameters; given by the layer above, which knows the checks.
pub type Parameters<'a> = &'a dyn Fn(&Rule, &toml::Table) -> Result<(), String>;

/// Who a clause can bind.
const BOUND: [&str; 5] = ["project", "committee", "board", "foundation", "users"];

impl Catalogue {
    /// Checks that everything fits together.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn verify(&self, parameters: Parameters<'_>) -> Result<(), LoadError> {
        match self.problems(parameters).into_iter().next() {
            Some(first) => Err(first),
            None => Ok(()),
        }
    }

    /// Everything that does not fit together, file by file.
    pub fn problems(&self, parameters: Parameters<'_>) -> Vec<LoadError> {
        let mut wrong = Vec::new();
        self.clauses_fit(&mut wrong);
        for profile in self.profiles.values() {
            let before = wrong.len();
            self.names_lead_somewhere(profile, &mut wrong);
            // A profile is folded only when its parents are known to end.
            if wrong.len() == before {
                self.levels_agree(profile, &mut wrong);
                self.parameters_fit(profile, parameters, &mut wrong);
            }
        }
        wrong
    }

    /// `message` about `word` in `file`.
    fn at(&self, file: &str, word: &str, message: impl Into<String>) -> LoadError {
        let text = self.laid.get(file);
        LoadError {
            line: text.and_then(|text| line_with(text, word)),
            ..LoadError::new(file, message)
        }
    }

    fn clauses_fit(&self, wrong: &mut Vec<LoadError>) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for policy in self.policies.values() {
            let file = &policy.source;
            for clause in &policy.clauses {
                let id = &clause.id;
                if let Some(other) = seen.insert(id, file) {
                    let message = format!("clause `{id}` stands in {other} already");
                    wrong.push(self.at(file, id, message));
                }
                if let Some(message) = misfit(clause) {
                    wrong.push(self.at(file, id, message));
                }
                let Mode::Rules(rules) = &clause.mode else {
                    continue;
                };
                wrong.extend(rules.iter().filter_map(|rule| self.known_rule(file, rule)));
            }
        }
    }

    fn names_lead_somewhere(&self, profile: &Profile, wrong: &mut Vec<LoadError>) {
        let file = &profile.source;
        let rules = profile.rules.keys().chain(&profile.without);
        wrong.extend(rules.filter_map(|rule| self.known_rule(file, rule)));
        for id in profile
            .clauses
            .iter()
            .filter(|id| self.clause(id).is_none())
        {
            let clauses = self.policies().flat_map(|p| &p.clauses);
            let message = unknown("clause", id, clauses.map(|c| c.id.as_str()));
            wrong.push(self.at(file, id, message));
        }
        wrong.extend(self.parents_end(profile));
    }

    /// A parent that is not there, or a way that leads back.
    fn parents_end(&self, profile: &Profile) -> Option<LoadError> {
        let file = &profile.source;
        let mut open = vec![(profile, vec![profile.id.as_str()])];
        while let Some((at, path)) = open.pop() {
            for parent in &at.parents {
                if path.contains(&parent.as_str()) {
                    let message =
                        format!("parents form a cycle: {} -> {parent}", path.join(" -> "));
                    return Some(self.at(file, path.get(1).unwrap_or(&parent.as_str()), message));
                }
                let Some(next) = self.profile(parent) else {
                    let known = self.profiles.keys().map(String::as_str);
                    return Some(self.at(file, parent, unknown("profile", parent, known)));
                };
                let mut longer = path.clone();
                longer.push(parent);
                open.push((next, longer));
            }
        }
        None
    }

    /// A stage may raise a level of the stage before, never lower it, and cannot both ask for and leave out.
    fn levels_agree(&self, profile: &Profile, wrong: &mut Vec<LoadError>) {
        let file = &profile.source;
        for (id, asked) in &profile.rules {
            if profile.without.contains(id) {
                let message = format!("`{id}` stands under both `rules` and `without`; keep one");
                wrong.push(self.at(file, id, message));
            }
            let Some(level) = asked.level else { continue };
            if level == Level::None {
                let message = format!(
                    "the level of `{id}` must be one of error, warning, note; name it under `without` to leave it out"
                );
                wrong.push(self.at(file, id, message));
                continue;
            }
            let parents = profile.parents.iter().filter_map(|id| self.profile(id));
            for parent in parents {
                let before = self.level_in(parent, id);
                if let Some(before) = before.filter(|before| *before > level) {
                    let message = format!(
                        "`{id}` is at level {} here and at {} in its parent {}; a profile may raise a level, only a project's configuration lowers it",
                        level.as_str(),
                        before.as_str(),
                        parent.id
                    );
                    wrong.push(self.at(file, id, message));
                }
            }
        }
    }

    /// The level that `profile` or its parents set for a rule; a rule's own level is no word of a profile.
    fn level_in(&self, profile: &Profile, rule: &str) -> Option<Level> {
        let own = profile.rules.get(rule).and_then(|asked| asked.level);
        let parents = profile.parents.iter().rev();
        own.or_else(|| {
            let mut set = parents.filter_map(|id| self.level_in(self.profile(id)?, rule));
            set.next()
        })
    }

    fn parameters_fit(
        &self,
        profile: &Profile,
        parameters: Parameters<'_>,
        wrong: &mut Vec<LoadError>,
    ) {
        for (id, asked) in profile.rules.iter().filter(|(_, r)| !r.with.is_empty()) {
            let Some(rule) = self.rule(id) else { continue };
            let mut with = rule.with.clone();
            with.extend(asked.with.clone());
            if let Err(message) = parameters(rule, &with) {
                let message = format!("`{id}`: {message}");
                wrong.push(self.at(&profile.source, id, message));
            }
        }
    }

    fn known_rule(&self, file: &str, id: &str) -> Option<LoadError> {
        if self.rules.contains_key(id) {
            return None;
        }
        let known = self.rules.keys().map(String::as_str);
        Some(self.at(file, id, unknown("rule", id, known)))
    }
}

/// What is wrong with a clause by itself.
fn misfit(clause: &Clause) -> Option<String> {
    let id = &clause.id;
    let empty = [
        ("document", &clause.document),
        ("section", &clause.section),
        ("text", &clause.text),
    ];
    if let Some((key, _)) = empty.iter().find(|(_, value)| value.trim().is_empty()) {
        return Some(format!("clause `{id}`: `{key}` is empty"));
    }
    if !clause.url.starts_with("https://") || clause.url.contains(char::is_whitespace) {
        return Some(format!(
            "clause `{id}`: `url` must be an https address, not `{}`",
            clause.url
        ));
    }
    if clause.read.parse::<jiff::civil::Date>().is_err() {
        return Some(format!(
            "clause `{id}`: `read` must be a date, YYYY-MM-DD, not `{}`",
            clause.read
        ));
    }
    if !BOUND.contains(&clause.binds.as_str()) {
        return Some(format!(
            "clause `{id}`: `binds` must be one of {}, not `{}`",
            BOUND.join(", "),
            clause.binds
        ));
    }
    None
}
