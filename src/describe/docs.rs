// SPDX-License-Identifier: Apache-2.0

//! The reference pages of `docs/`: rules, profiles and policies as Markdown, made from the catalogue.
//! `tests/docs.rs` compares them with what is committed.

use std::fmt::Write as _;

use crate::checks;
use crate::report::Level;
use crate::rules::{ALL, Ask, Catalogue, Clause, Mode, Policy, Profile, Rule, Strength};

/// Longest value of a parameter that is shown, in characters.
const VALUE: usize = 100;

/// `docs/rules.md`.
pub fn rules(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "# Rules\n\nEach rule is a file under `rules/`; this page is made from them. A level is that of a failure where no profile says \
         otherwise. `provost explain RULE` shows the same.\n\n| Rule | Level | |\n|---|---|---|\n",
    );
    for rule in catalogue.rules() {
        let (id, level) = (&rule.id, rule.level.as_str());
        let _ = writeln!(out, "| [{id}](#{id}) | {level} | {} |", cell(&rule.title));
    }
    for rule in catalogue.rules() {
        one_rule(catalogue, rule, &mut out);
    }
    out
}

fn one_rule(catalogue: &Catalogue, rule: &Rule, out: &mut String) {
    let about = checks::find(&rule.check).map_or("", |check| check.about);
    let _ = writeln!(
        out,
        "\n## {}\n\n**{}** ({})\n\n{}\n\nTo meet it: {}\n\nJudged by the check `{}`: {about}.",
        rule.id,
        rule.title,
        rule.level.as_str(),
        flat(&rule.why),
        flat(&rule.fix),
        rule.check
    );
    let asked: Vec<String> = catalogue
        .profiles()
        .filter(|profile| profile.id != ALL)
        .filter_map(|profile| {
            let asks = catalogue.resolve(profile);
            let ask = asks.iter().find(|ask| ask.rule.id == rule.id)?;
            Some(format!("`{}` ({})", profile.id, ask.level.as_str()))
        })
        .collect();
    if !asked.is_empty() {
        let _ = writeln!(out, "\nAsked by {}.", asked.join(", "));
    }
    if rule.id == crate::rules::ATTESTATION {
        let _ = writeln!(
            out,
            "\nIt answers for every clause that is for people, see [policies.md](policies.md)."
        );
        return;
    }
    let clauses: Vec<&Clause> = catalogue.clauses_of(&rule.id).collect();
    if !clauses.is_empty() {
        let _ = writeln!(out, "\nClauses:\n");
    }
    for clause in clauses {
        let _ = writeln!(
            out,
            "- `{}`: {} ([{}, {}]({}))",
            clause.id, clause.text, clause.policy, clause.section, clause.url
        );
    }
}

/// `docs/profiles.md`.
pub fn profiles(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "# Profiles\n\nWhat each stage asks: `provost check --profile ID`. Each profile is a file under `rules/profiles/`; this page is made \
         from them. A profile includes those it names as parents and may raise their levels.\n\n| Profile | Rules | |\n|---|---:|---|\n",
    );
    for profile in catalogue.profiles() {
        let rules = catalogue.resolve(profile).len();
        let _ = writeln!(
            out,
            "| `{}` | {rules} | {} |",
            profile.id,
            cell(&profile.title)
        );
    }
    for profile in catalogue.profiles().filter(|p| p.id != ALL) {
        one_profile(catalogue, profile, &mut out);
    }
    out
}

fn one_profile(catalogue: &Catalogue, profile: &Profile, out: &mut String) {
    let _ = writeln!(out, "\n## {}\n\n{}.", profile.id, profile.title);
    if !profile.parents.is_empty() {
        let parents: Vec<_> = profile.parents.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(out, "\nIncludes {}.", parents.join(", "));
    }
    let clauses = catalogue.clauses_for(profile);
    if !clauses.is_empty() {
        let (rules, attest, human, other) = modes(clauses.iter().copied());
        let _ = writeln!(
            out,
            "\nIt answers {} clauses: {rules} by rules, {attest} by attestation, {human} by a committee; {other} ask nothing of a repository.",
            clauses.len()
        );
    }
    let mut asks = catalogue.resolve(profile);
    asks.sort_by(|a, b| (b.level, &a.rule.id).cmp(&(a.level, &b.rule.id)));
    let _ = writeln!(out, "\n| Level | Rule | Parameters |\n|---|---|---|");
    for ask in asks.iter().filter(|ask| ask.level != Level::None) {
        let (level, id) = (ask.level.as_str(), &ask.rule.id);
        let _ = writeln!(
            out,
            "| {level} | [{id}](rules.md#{id}) | {} |",
            parameters(ask)
        );
    }
}

/// Parameters that the profile sets.
fn parameters(ask: &Ask<'_>) -> String {
    let set = ask
        .with
        .iter()
        .filter(|(key, value)| ask.rule.with.get(*key) != Some(*value));
    let shown = set.map(|(key, value)| {
        let text = value.to_string();
        let cut: String = text.chars().take(VALUE).collect();
        let more = if cut.len() < text.len() { "…" } else { "" };
        cell(&format!("`{key} = {cut}{more}`"))
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// `docs/policies.md`.
pub fn policies(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "# Policies\n\nThe texts of the foundations, clause by clause, in our words, and how each clause is answered: by rules, by a dated \
         attestation of the project, by a committee, or not by a repository at all. Each policy is a file under `rules/policies/`; this page is \
         made from them.\n\n| Policy | Clauses | By rules | Attested | Committee | Not about a repository |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for policy in catalogue.policies() {
        let (rules, attest, human, other) = modes(policy.clauses.iter());
        let _ = writeln!(
            out,
            "| [{}](#{}) | {} | {rules} | {attest} | {human} | {other} |",
            policy.id,
            policy.id,
            policy.clauses.len()
        );
    }
    for policy in catalogue.policies() {
        one_policy(policy, &mut out);
    }
    out
}

fn one_policy(policy: &Policy, out: &mut String) {
    let _ = writeln!(
        out,
        "\n## {}\n\n{}: {}.",
        policy.id, policy.foundation, policy.title
    );
    let mut document = "";
    for clause in &policy.clauses {
        if clause.document != document {
            document = &clause.document;
            let _ = writeln!(
                out,
                "\n### {document}\n\n[The text]({}), read on {}.\n\n| Section | Clause | | Answered by |\n|---|---|---|---|",
                clause.url, clause.read
            );
        }
        let strength = match clause.strength {
            Strength::Must => "must",
            Strength::Should => "should",
            Strength::May => "may",
        };
        let answered = match &clause.mode {
            Mode::Rules(rules) => {
                let links = rules.iter().map(|id| format!("[{id}](rules.md#{id})"));
                links.collect::<Vec<_>>().join(", ")
            }
            Mode::Attest => "attestation".to_owned(),
            Mode::Human => "the committee".to_owned(),
            Mode::NotRepository => format!("not a repository (binds the {})", clause.binds),
        };
        let _ = writeln!(
            out,
            "| {} | `{}`: {} | {strength} | {answered} |",
            cell(&clause.section),
            clause.id,
            cell(&clause.text)
        );
    }
}

/// Clauses by rules, by attestation, by a committee, and those that ask nothing of a repository.
fn modes<'a>(clauses: impl Iterator<Item = &'a Clause>) -> (usize, usize, usize, usize) {
    clauses.fold((0, 0, 0, 0), |mut sum, clause| {
        match clause.mode {
            Mode::Rules(_) => sum.0 += 1,
            Mode::Attest => sum.1 += 1,
            Mode::Human => sum.2 += 1,
            Mode::NotRepository => sum.3 += 1,
        }
        sum
    })
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
