// SPDX-License-Identifier: Apache-2.0

//! What stands between the project and each stage, and the table of statements.

use std::fmt::Write as _;

use crate::output::markup;
use crate::report::{Level, Readiness, Statement, Step};

use super::Page;

/// Steps shown of one sort in a report that has to fit an issue.
const STEPS: usize = 12;

impl Page<'_> {
    /// What stands between the project and each stage, the shortest step first.
    pub(super) fn readiness(&self, out: &mut String) {
        for stage in &self.report.readiness {
            if out.len() > self.limit {
                return;
            }
            self.stage(out, stage);
        }
    }

    fn stage(&self, out: &mut String, stage: &Readiness) {
        let _ = writeln!(out, "\n## The way to {}\n", markup::code(&stage.profile));
        let _ = write!(out, "{} of {} met", stage.met.len(), stage.asked());
        let _ = match stage.blocking() {
            0 => writeln!(out, "."),
            1 => writeln!(out, "; one failure bars the way."),
            n => writeln!(out, "; {n} failures bar the way."),
        };
        self.steps(out, "To fix", &stage.to_fix);
        self.steps(out, "To find out", &stage.to_find_out);
        self.steps(out, "To attest", &stage.to_attest);
        self.steps(out, "For the committee", &stage.for_committee);
    }

    fn steps(&self, out: &mut String, title: &str, steps: &[Step]) {
        if steps.is_empty() {
            return;
        }
        let _ = writeln!(out, "\n**{title}** ({})\n", steps.len());
        let most = if self.most.clauses == usize::MAX {
            usize::MAX
        } else {
            STEPS
        };
        for (at, step) in steps.iter().take(most).enumerate() {
            let id = markup::code(&step.id);
            let line = if step.level == Level::None {
                format!("{id}: {}", markup::text(&step.text))
            } else {
                let (level, next) = (step.level.as_str(), markup::text(&step.next));
                format!("{id} ({level}): {next}")
            };
            let _ = writeln!(out, "{}. {line}", at + 1);
        }
        if let Some(more) = steps.len().checked_sub(most).filter(|n| *n > 0) {
            let _ = writeln!(out, "\nand {more} more.");
        }
    }

    /// All attestations, waivers and exemptions.
    pub(super) fn statements(&self, out: &mut String) {
        let rows = &self.report.statements;
        if rows.is_empty() || out.len() > self.limit {
            return;
        }
        let _ = writeln!(out, "\n## Stated by people ({})\n", rows.len());
        table(out, rows);
    }
}

/// Statements as a table.
fn table(out: &mut String, rows: &[Statement]) {
    let _ = writeln!(
        out,
        "| | About | Statement | By | Made | Until | Where |\n|---|---|---|---|---|---|---|"
    );
    let day = |day: &Option<String>| day.as_deref().map_or_else(String::new, cell);
    for row in rows {
        let mut about = bars(&markup::code(row.about()));
        if let Some(only) = &row.only {
            let only = bars(&markup::code(only));
            let _ = write!(about, " in {only}");
        }
        let mut text = cell(&row.text);
        if let Some(link) = &row.link {
            let _ = write!(text, " ({})", markup::link("link", link));
        }
        let standing = format!("{} {}", row.standing.as_str(), row.form.as_str());
        let _ = writeln!(
            out,
            "| {standing} | {about} | {text} | {} | {} | {} | {} |",
            row.by.as_deref().map_or_else(String::new, cell),
            day(&row.date),
            day(&row.expires),
            bars(&markup::code(&row.source)),
        );
    }
}

/// Words in a cell of a table.
pub(in crate::output) fn cell(data: &str) -> String {
    bars(&markup::text(data))
}

/// `made` with every bar escaped, those in code spans too: a bare one would end the cell.
fn bars(made: &str) -> String {
    let mut out = String::with_capacity(made.len());
    let mut slashes = 0;
    for c in made.chars() {
        if c == '|' && slashes % 2 == 0 {
            out.push('\\');
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        out.push(c);
    }
    out
}
