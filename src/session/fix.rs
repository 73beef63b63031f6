// SPDX-License-Identifier: Apache-2.0

//! `provost fix`: judges, plans what can be mended, shows it, and writes it when told to.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, bail};

use crate::checks::{Shared, parse_expression};
use crate::cli::{Common, FactArgs, FixArgs, What};
use crate::config::FixConfig;
use crate::fix::{self, Change, Edit, Facts, Left, Outcome, Settings};
use crate::output::clean;
use crate::rules::Catalogue;
use crate::scan::Progress;
use crate::subject::Subject;
use crate::{BROKEN, CLEAN, FINDINGS};

use super::{catalogue, check, complain, opening, print};

/// Most files, and most things left, that the plan lists one by one.
const LISTED: usize = 60;
/// Most changes whose text is shown below the plan; `--diff` shows all.
const SHOWN: usize = 40;
/// Most places of one rule that are listed as left.
const GROUPED: usize = 20;
/// Most changed files that a refusal names.
const NAMED: usize = 5;

/// Runs `provost fix` and returns the exit status.
pub(super) fn run(args: &FixArgs, common: &Common) -> Result<u8> {
    let catalogue = catalogue(args.sources.rules.as_deref())?;
    let progress = Progress::default();
    let mut subject = opening::open(&args.path, None, args.sources.remote.offline)?;
    if args.write {
        writable(&subject, args.allow_dirty)?;
    }
    let config = opening::configured(&mut subject, args.sources.config.as_deref(), &progress)?;
    let facts = config.fix.clone();
    let profiles = if args.profile.is_empty() {
        config.profiles.clone()
    } else {
        args.profile.clone()
    };
    let what = What {
        profile: args.profile.clone(),
        rule: args.rule.clone(),
        base: None,
        at: None,
        commits: None,
    };
    let plan = check::judge(
        &subject,
        config,
        &what,
        &args.sources,
        &catalogue,
        &progress,
        |shared| {
            let settings = settings(shared, &args.facts, &facts, &profiles, &catalogue)?;
            let report = progress.report();
            Ok::<_, anyhow::Error>(fix::plan(shared, &report.checks, &catalogue, &settings))
        },
    )??;
    let report = progress.report();
    for fault in &report.faults {
        complain(&format!("{}: {}", fault.r#where, fault.message));
    }
    let outcome = args
        .write
        .then(|| fix::apply(std::path::Path::new(&subject.path), &plan));
    let text = match &outcome {
        _ if args.diff => fix::patch(&plan.changes),
        Some(outcome) => told(&plan, outcome, common),
        None => shown(&plan),
    };
    print(text.as_bytes())?;
    Ok(status(&plan, outcome.as_ref(), !report.faults.is_empty()))
}

fn status(plan: &fix::Plan, outcome: Option<&Outcome>, faults: bool) -> u8 {
    match outcome {
        _ if faults => BROKEN,
        Some(outcome) if outcome.stopped.is_some() => BROKEN,
        Some(outcome) if outcome.refused.is_empty() && plan.left.is_empty() => CLEAN,
        None if plan.changes.is_empty() && plan.left.is_empty() => CLEAN,
        _ => FINDINGS,
    }
}

/// Whether git could take back whatever is written.
fn writable(subject: &Subject, allow_dirty: bool) -> Result<()> {
    if !subject.on_disk {
        bail!(
            "{}: only a working tree can be mended; clone it first",
            subject.path
        );
    }
    if allow_dirty {
        return Ok(());
    }
    match subject.uncommitted() {
        None => bail!(
            "{}: it cannot be known whether its files are committed, so nothing could take a change back; \
             commit them, or pass --allow-dirty",
            subject.path
        ),
        Some(changed) if !changed.is_empty() => {
            let named: Vec<&str> = changed.iter().take(NAMED).map(String::as_str).collect();
            let more = changed.len().saturating_sub(NAMED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            bail!(
                "{}: there are changes that are not committed ({}{more}); commit or stash them, or pass --allow-dirty",
                subject.path,
                named.join(", ")
            )
        }
        Some(_) => Ok(()),
    }
}

/// What the menders know: typed, else configured, else read from the repository.
pub(super) fn settings(
    shared: &Shared<'_>,
    typed: &FactArgs,
    configured: &FixConfig,
    profiles: &[String],
    catalogue: &Catalogue,
) -> Result<Settings> {
    let either = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
    let license = either(&typed.license, &configured.license);
    if let Some(text) = &license {
        parse_expression(text)
            .map_err(anyhow::Error::msg)
            .with_context(|| format!("--license {text}: not an SPDX expression"))?;
    }
    let project = either(&typed.project, &configured.project).or_else(|| shared.project_name());
    let holder = either(&typed.holder, &configured.holder)
        .or_else(|| project.as_ref().map(|name| format!("The {name} Authors")));
    let holder = match (either(&typed.year, &configured.year).as_deref(), holder) {
        (None | Some("none"), holder) => holder,
        (Some("first"), holder) => {
            let year = shared.first_year().context(
                "--year first: the first commit is not in this clone; fetch the whole history",
            )?;
            holder.map(|holder| format!("{year} {holder}"))
        }
        (Some(year), holder) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            holder.map(|holder| format!("{year} {holder}"))
        }
        (Some(other), _) => bail!("--year {other}: write a year of four digits, `first` or `none`"),
    };
    if let Some(bad) = holder.as_ref().filter(|h| h.chars().any(clean::is_hostile)) {
        bail!(
            "--holder {}: a name on one line is needed",
            clean::line(bad)
        );
    }
    // The first profile that belongs to a foundation decides whose templates are used.
    let foundation = profiles
        .iter()
        .filter_map(|id| id.split_once('/'))
        .find_map(|(foundation, _)| catalogue.policy(foundation));
    let mut facts = Facts::default();
    facts.set("PROJECT NAME", project.as_deref());
    facts.set("COPYRIGHT HOLDER", holder.as_deref());
    // Reading the project's licence costs a pass of its own; a given one makes it needless.
    let id = license.clone().or_else(|| shared.project_expression());
    facts.set("LICENSE ID", id.as_deref());
    facts.set("FOUNDATION NAME", foundation.map(|p| p.foundation.as_str()));
    facts.set(
        "CONTACT EMAIL",
        either(&typed.contact, &configured.contact).as_deref(),
    );
    let security = either(&typed.security_contact, &configured.security_contact);
    facts.set("SECURITY EMAIL", security.as_deref());
    facts.set("PROJECT URL", shared.subject.remote.as_deref());
    Ok(Settings {
        license,
        holder,
        facts,
        foundation: foundation.map(|p| p.id.clone()),
    })
}

/// The plan, and what would be written.
fn shown(plan: &fix::Plan) -> String {
    let mut out = String::new();
    if plan.changes.is_empty() && plan.left.is_empty() {
        return "nothing to mend\n".to_owned();
    }
    if !plan.changes.is_empty() {
        let _ = writeln!(out, "Would change ({})", plan.changes.len());
        list(&mut out, &plan.changes, describe);
    }
    remaining(&mut out, &plan.left);
    if !plan.changes.is_empty() {
        let shown = &plan.changes[..plan.changes.len().min(SHOWN)];
        let _ = write!(out, "\n{}", fix::patch(shown));
        if plan.changes.len() > SHOWN {
            let _ = writeln!(
                out,
                "… {} more; --diff shows all",
                plan.changes.len() - SHOWN
            );
        }
        out.push_str("\nNothing was changed. `provost fix --write` makes these changes.\n");
    }
    out
}

/// What was written, and what was not.
fn told(plan: &fix::Plan, outcome: &Outcome, common: &Common) -> String {
    let mut out = String::new();
    if !common.quiet || outcome.stopped.is_some() || !outcome.refused.is_empty() {
        let _ = writeln!(out, "Changed ({})", outcome.written.len());
        let written = plan
            .changes
            .iter()
            .filter(|c| outcome.written.contains(&c.path));
        let written: Vec<Change> = written.take(LISTED + 1).cloned().collect();
        list(&mut out, &written, describe);
        if outcome.written.len() > LISTED + 1 {
            let _ = writeln!(out, "  … {} in all", outcome.written.len());
        }
    }
    let new = plan
        .changes
        .iter()
        .any(|c| matches!(c.edit, Edit::Create { .. }) && outcome.written.contains(&c.path));
    if new {
        out.push_str("\nNew files count once git tracks them: review them, fill in their blanks, `git add` them.\n");
    }
    if !outcome.refused.is_empty() {
        let _ = writeln!(out, "\nNot changed ({})", outcome.refused.len());
        list(&mut out, &outcome.refused, |(path, why)| {
            format!("{}: {}", clean::line(path), clean::line(why))
        });
    }
    if let Some(why) = &outcome.stopped {
        let rest = plan.changes.len() - outcome.written.len() - outcome.refused.len();
        let _ = writeln!(
            out,
            "\nStopped: {}; {rest} files were not tried. Nothing is half-written; run it again when there is room",
            clean::line(why)
        );
    }
    remaining(&mut out, &plan.left);
    out
}

fn remaining(out: &mut String, left: &[Left]) {
    if left.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nLeft to you ({})", left.len());
    // Sorted by rule: what takes the same step stands together, with the step said once.
    for group in left.chunk_by(|a, b| a.rule == b.rule && a.next == b.next) {
        let _ = writeln!(out, "  {}: {}", group[0].rule, clean::line(&group[0].next));
        for left in group.iter().take(GROUPED) {
            let place = left.path.as_deref().map(clean::line);
            let place = place.map(|path| format!("{path}: ")).unwrap_or_default();
            let _ = writeln!(out, "    - {place}{}", clean::line(&left.why));
        }
        if group.len() > GROUPED {
            let _ = writeln!(out, "    - and {} more", group.len() - GROUPED);
        }
    }
}

fn list<T>(out: &mut String, items: &[T], line: impl Fn(&T) -> String) {
    for item in items.iter().take(LISTED) {
        let _ = writeln!(out, "  {}", line(item));
    }
    if items.len() > LISTED {
        let _ = writeln!(out, "  … {} more", items.len() - LISTED);
    }
}

fn describe(change: &Change) -> String {
    let path = clean::line(&change.path);
    let rules = change.rules.join(", ");
    let what = match &change.edit {
        Edit::Create { .. } => "new file",
        Edit::Replace { .. } => "written over",
        Edit::Insert { text, .. } if text.iter().filter(|b| **b == b'\n').count() > 3 => "added to",
        Edit::Insert { .. } => "lines added",
    };
    let mut line = format!("{path}  ({what}; {rules})");
    if !change.blanks.is_empty() {
        let _ = write!(line, "\n      fill in: {}", change.blanks.join(", "));
    }
    line
}
