// SPDX-License-Identifier: Apache-2.0

//! The end of the page: statements that need attention, and what stands between the project and each stage.

use std::io;

use crate::output::clean;
use crate::report::{Readiness, Report, Standing, Statement, Step};

use super::{Page, cut};

/// Steps shown of one sort unless `--verbose`.
const STEPS: usize = 8;

impl Page<'_> {
    /// Statements that are expired, soon expire or serve nothing; with `--verbose` all.
    pub(super) fn statements(&mut self, report: &Report) -> io::Result<()> {
        let verbose = self.style.verbose;
        let shown = |s: &&Statement| verbose || s.standing < Standing::Valid;
        let rows: Vec<_> = report.statements.iter().filter(shown).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let title = if verbose {
            format!("Stated by people ({})", rows.len())
        } else {
            format!("Statements to look at ({})", rows.len())
        };
        writeln!(self.sink, "{}", self.bold(&title))?;
        for row in rows {
            let label = format!("{:<8} ", row.standing.as_str());
            self.hanging(2, 11, &label, &statement(row))?;
        }
        writeln!(self.sink)
    }

    /// What stands between the project and each stage, the shortest step first.
    pub(super) fn readiness(&mut self, report: &Report) -> io::Result<()> {
        for stage in &report.readiness {
            self.stage(stage)?;
        }
        Ok(())
    }

    fn stage(&mut self, stage: &Readiness) -> io::Result<()> {
        let title = format!("The way to {}", clean::line(&stage.profile));
        let mut so_far = format!("{} of {} met", stage.met.len(), stage.asked());
        match stage.blocking() {
            0 => {}
            1 => so_far.push_str(", 1 failure bars the way"),
            n => so_far.push_str(&format!(", {n} failures bar the way")),
        }
        writeln!(self.sink, "{}: {so_far}", self.bold(&title))?;
        self.steps("To fix", &stage.to_fix, |step| {
            format!("{} ({}): {}", step.id, step.level.as_str(), step.next)
        })?;
        let asks = |step: &Step| format!("{}: {}", step.id, step.text);
        self.steps("To find out", &stage.to_find_out, asks)?;
        self.steps("To attest", &stage.to_attest, asks)?;
        self.steps("For the committee", &stage.for_committee, asks)?;
        let profile = clean::line(&stage.profile);
        let hint =
            format!("  `provost dossier --profile {profile}` writes it out, clause by clause.");
        writeln!(self.sink, "{}\n", self.dim(&hint))
    }

    fn steps(
        &mut self,
        title: &str,
        steps: &[Step],
        line: impl Fn(&Step) -> String,
    ) -> io::Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        writeln!(self.sink, "  {title} ({})", steps.len())?;
        let most = if self.style.verbose {
            usize::MAX
        } else {
            STEPS
        };
        for step in steps.iter().take(most) {
            let text = format!("    {}", clean::line(&line(step)));
            writeln!(self.sink, "{}", cut(&text, self.style.width))?;
        }
        if let Some(more) = steps.len().checked_sub(most).filter(|n| *n > 0) {
            writeln!(self.sink, "{}", self.dim(&format!("    and {more} more")))?;
        }
        Ok(())
    }
}

/// A statement in one sentence.
fn statement(row: &Statement) -> String {
    let mut text = format!("{} of {}", row.form.as_str(), row.about());
    if let Some(only) = &row.only {
        text.push_str(&format!(" in {only}"));
    }
    if let Some(by) = &row.by {
        text.push_str(&format!(" by {by}"));
    }
    if let Some(date) = &row.date {
        text.push_str(&format!(" on {date}"));
    }
    if let Some(day) = &row.expires {
        text.push_str(&format!(", until {day}"));
    }
    format!("{text} ({}): {}", row.source, row.text)
}
