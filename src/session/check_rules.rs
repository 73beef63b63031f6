// SPDX-License-Identifier: Apache-2.0

//! `provost check-rules`: whether a folder of rules, policies and profiles can be used, everything that is wrong at
//! once, each with file and line.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cli::CheckRulesArgs;
use crate::output::clean;
use crate::rules::{Catalogue, Mode};
use crate::{CLEAN, FINDINGS, checks};

use super::{accepts, print};

/// Runs `provost check-rules` and returns the exit status.
pub(super) fn run(args: &CheckRulesArgs) -> Result<u8> {
    let mut catalogue = Catalogue::embedded(&|_| Ok(()))?;
    let shipped = Catalogue::embedded(&|_| Ok(()))?;
    let mut wrong = catalogue.overlay_all(&args.dir, &checks::validate)?;
    wrong.extend(catalogue.problems(&accepts));
    let mut out = String::new();
    for problem in &wrong {
        let _ = writeln!(out, "{}", clean::line(&problem.to_string()));
    }
    notes(&catalogue, &shipped, &mut out);
    let files = catalogue.laid().count();
    let _ = match (files, wrong.len()) {
        (0, _) => writeln!(
            out,
            "{}: no rules; expected *.toml, policies/*.toml or profiles/**/*.toml",
            clean::line(&args.dir.display().to_string())
        ),
        (files, 0) => writeln!(out, "{files} files: everything fits"),
        (files, problems) => writeln!(out, "{files} files: {problems} to mend"),
    };
    print(out.as_bytes())?;
    Ok(if wrong.is_empty() && files > 0 {
        CLEAN
    } else {
        FINDINGS
    })
}

/// What is allowed and worth knowing: shipped files that are replaced, clauses and rules that nothing asks for.
fn notes(catalogue: &Catalogue, shipped: &Catalogue, out: &mut String) {
    let laid: Vec<&str> = catalogue.laid().collect();
    let here = |source: &str| laid.contains(&source);
    let mut note = |file: &str, text: &str| {
        let _ = writeln!(out, "{}: note: {text}", clean::line(file));
    };
    for rule in catalogue.rules().filter(|r| here(&r.source)) {
        if shipped.rule(&rule.id).is_some() {
            note(&rule.source, "replaces the shipped rule of this name");
        }
        let cited = catalogue.clauses_of(&rule.id).next().is_some();
        let asked = catalogue.profiles().any(|p| p.rules.contains_key(&rule.id));
        if !cited && !asked {
            note(
                &rule.source,
                "no clause cites it and no profile asks for it",
            );
        }
    }
    for profile in catalogue.profiles().filter(|p| here(&p.source)) {
        if shipped.profile(&profile.id).is_some() {
            note(&profile.source, "replaces the shipped profile of this name");
        }
    }
    for policy in catalogue.policies().filter(|p| here(&p.source)) {
        if shipped.policy(&policy.id).is_some() {
            note(&policy.source, "replaces the shipped policy of this name");
        }
        for clause in &policy.clauses {
            let asked = catalogue.profiles().any(|p| p.clauses.contains(&clause.id));
            if clause.mode != Mode::NotRepository && !asked {
                let text = format!("no profile asks for clause {}", clean::line(&clause.id));
                note(&policy.source, &text);
            }
        }
    }
}
