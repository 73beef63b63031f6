// SPDX-License-Identifier: Apache-2.0

//! `provost explain` and `provost list`: rules, clauses, profiles and policies in words.

use std::fmt::Write as _;

use anyhow::{Result, bail};

use crate::checks::CHECKS;
use crate::cli::Listing;
use crate::report::Level;
use crate::rules::{Ask, Catalogue, Clause, Mode, Policy, Profile, Rule, Strength, unknown};

pub mod docs;

/// Columns that explanations are wrapped to.
const WIDTH: usize = 90;

/// What `id` is: a rule, a clause or a profile.
///
/// # Errors
/// When nothing has that id; the message offers the nearest.
pub fn explain(catalogue: &Catalogue, id: &str) -> Result<String> {
    if let Some(rule) = catalogue.rule(id) {
        return Ok(rule_text(catalogue, rule));
    }
    if let Some(profile) = catalogue.profile(id) {
        return Ok(profile_text(catalogue, profile));
    }
    if let Some(clause) = catalogue.clause(id) {
        return Ok(clause_text(catalogue, clause));
    }
    let rules = catalogue.rules().map(|rule| rule.id.as_str());
    let profiles = catalogue.profiles().map(|profile| profile.id.as_str());
    let clauses = catalogue
        .policies()
        .flat_map(|p| &p.clauses)
        .map(|clause| clause.id.as_str());
    bail!(unknown("rule", id, rules.chain(profiles).chain(clauses)))
}

/// All rules, profiles, checks or policies, one a line.
pub fn list(catalogue: &Catalogue, what: Listing) -> String {
    let rows: Vec<(String, String)> = match what {
        Listing::Rules => catalogue
            .rules()
            .map(|rule| {
                (
                    rule.id.clone(),
                    format!("{:<8} {}", rule.level.as_str(), rule.title),
                )
            })
            .collect(),
        Listing::Profiles => catalogue
            .profiles()
            .map(|profile| {
                let rules = catalogue.resolve(profile).len();
                (
                    profile.id.clone(),
                    format!("{rules:>3} rules  {}", profile.title),
                )
            })
            .collect(),
        Listing::Checks => CHECKS
            .iter()
            .map(|check| (check.id.to_owned(), check.about.to_owned()))
            .collect(),
        Listing::Policies => catalogue
            .policies()
            .map(|policy| (policy.id.clone(), coverage(policy)))
            .collect(),
        // They are a repository's, not the catalogue's: `session` lists them.
        Listing::Statements => Vec::new(),
    };
    let width = rows.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
    rows.iter().fold(String::new(), |mut out, (id, text)| {
        let _ = writeln!(out, "{id:<width$}  {text}");
        out
    })
}

fn coverage(policy: &Policy) -> String {
    let count = |wanted: fn(&Mode) -> bool| {
        policy
            .clauses
            .iter()
            .filter(|clause| wanted(&clause.mode))
            .count()
    };
    format!(
        "{:>3} clauses: {} automatic, {} attest, {} human, {} not about a repository  {}",
        policy.clauses.len(),
        count(|m| matches!(m, Mode::Rules(_))),
        count(|m| matches!(m, Mode::Attest)),
        count(|m| matches!(m, Mode::Human)),
        count(|m| matches!(m, Mode::NotRepository)),
        policy.title
    )
}

fn rule_text(catalogue: &Catalogue, rule: &Rule) -> String {
    let mut out = format!("{} ({})\n{}\n", rule.id, rule.level.as_str(), rule.title);
    paragraph(&mut out, "Why", &rule.why);
    paragraph(&mut out, "How to meet it", &rule.fix);
    let about = CHECKS
        .iter()
        .find(|check| check.id == rule.check)
        .map_or("", |check| check.about);
    paragraph(
        &mut out,
        "How it is judged",
        &format!("by the check `{}`: {about}.", rule.check),
    );
    if !rule.with.is_empty() {
        let _ = writeln!(
            out,
            "\nParameters (change them under [rules.{}] with = {{}})",
            rule.id
        );
        for (key, value) in &rule.with {
            let _ = writeln!(out, "  {key} = {}", shortened(&value.to_string()));
        }
    }
    let asked: Vec<String> = catalogue
        .profiles()
        .filter_map(|profile| {
            let ask = catalogue
                .resolve(profile)
                .into_iter()
                .find(|ask| ask.rule.id == rule.id)?;
            Some(format!("{} ({})", profile.id, ask.level.as_str()))
        })
        .collect();
    paragraph(&mut out, "Profiles that ask for it", &asked.join(", "));
    for (at, clause) in catalogue.clauses_of(&rule.id).enumerate() {
        if at == 0 {
            out.push_str("\nClauses\n");
        }
        clause_line(&mut out, clause);
    }
    out
}

fn shortened(value: &str) -> String {
    if value.chars().count() <= WIDTH {
        return value.to_owned();
    }
    value.chars().take(WIDTH).chain("…".chars()).collect()
}

fn clause_text(catalogue: &Catalogue, clause: &Clause) -> String {
    let strength = match clause.strength {
        Strength::Must => "must",
        Strength::Should => "should",
        Strength::May => "may",
    };
    let mut out = format!("{} ({strength}, binds the {})\n", clause.id, clause.binds);
    paragraph(&mut out, "What it says", &clause.text);
    let _ = writeln!(
        out,
        "\n{} §{}\n{} (read {})",
        clause.document, clause.section, clause.url, clause.read
    );
    match &clause.mode {
        Mode::Rules(rules) => {
            out.push_str("\nDecided by\n");
            for rule in rules.iter().filter_map(|id| catalogue.rule(id)) {
                let _ = writeln!(out, "  {:<30} {}", rule.id, rule.title);
            }
        }
        Mode::Attest => {
            paragraph(
                &mut out,
                "How it is answered",
                "no scan can see it; state it in .provost.toml:",
            );
            let _ = write!(
                out,
                "\n  [[attestation]]\n  clause = \"{}\"\n  statement = \"…\"\n  by = \"…\"\n  \
                 date = \"YYYY-MM-DD\"\n  link = \"https://…\"\n",
                clause.id
            );
        }
        Mode::Human => paragraph(&mut out, "How it is answered", "a committee judges it."),
        Mode::NotRepository => {
            paragraph(
                &mut out,
                "How it is answered",
                "it does not bind a repository; listed for completeness.",
            );
        }
    }
    out
}

fn profile_text(catalogue: &Catalogue, profile: &Profile) -> String {
    let mut out = format!("{}\n{}\n", profile.id, profile.title);
    paragraph(&mut out, "Includes", &profile.parents.join(", "));
    let mut asks: Vec<Ask<'_>> = catalogue.resolve(profile);
    asks.sort_by(|a, b| {
        b.level
            .cmp(&a.level)
            .then_with(|| a.rule.id.cmp(&b.rule.id))
    });
    let mut level = Level::None;
    for ask in &asks {
        if ask.level != level {
            level = ask.level;
            let _ = writeln!(out, "\nAt level {}", level.as_str());
        }
        let _ = writeln!(out, "  {:<31} {}", ask.rule.id, ask.rule.title);
    }
    out
}

fn clause_line(out: &mut String, clause: &Clause) {
    let text = format!("{} §{}: {}", clause.policy, clause.section, clause.text);
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("  ")
        .subsequent_indent("    ");
    let _ = writeln!(
        out,
        "{}\n    {}",
        textwrap::fill(&text, options),
        clause.url
    );
}

fn paragraph(out: &mut String, title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("  ")
        .subsequent_indent("  ");
    let _ = write!(out, "\n{title}\n{}\n", textwrap::fill(&joined, options));
}
