// SPDX-License-Identifier: Apache-2.0

//! `provost check`: opens what was named, judges it within the deadline, writes the reports.

use std::sync::{Arc, OnceLock, mpsc};

use anyhow::{Context, Result};

use crate::checks::sign_off::audit;
use crate::checks::{self, Files, Shared};
use crate::cli::{CheckArgs, Common, FactArgs, FailOn, Sources, What};
use crate::config::Config;
use crate::fix;
use crate::output::Format;
use crate::plan::{self, Outputs, Plan};
use crate::readiness;
use crate::report::{Kind, Level, Report};
use crate::rules::Catalogue;
use crate::scan::{self, Progress};
use crate::subject::Subject;
use crate::{BROKEN, CLEAN, FINDINGS};

use super::range::{self, Chosen};
use super::{catalogue, complain, deadline, opening, services, write};

/// Runs `provost check` and returns the exit status.
pub(super) fn run(args: &CheckArgs, common: &Common) -> Result<u8> {
    let outputs = Outputs::new(&args.out)?;
    let catalogue = Arc::new(catalogue(args.sources.rules.as_deref())?);
    let progress = Arc::new(Progress::default());
    let (sender, done) = mpsc::channel();
    {
        // The scan has a thread of its own so that the deadline holds whatever it is stuck in.
        let (args, catalogue, progress) =
            (args.clone(), Arc::clone(&catalogue), Arc::clone(&progress));
        std::thread::Builder::new()
            .name("scan".into())
            .stack_size(scan::STACK)
            .spawn(move || {
                let _ = sender.send(scan_subject(&args, &catalogue, &progress));
            })
            .context("starting the scan")?;
    }
    deadline::wait(&done, args.sources.deadline, &progress, common)?;
    let mut report = progress.report();
    report.readiness = readiness::of(&report, &catalogue);
    if !common.quiet {
        for notice in &report.subject.notices {
            complain(&format!("note: {notice}"));
        }
        for remark in progress.remarks() {
            complain(&format!("note: {remark}"));
        }
    }
    write::write_all(&report, &catalogue, &outputs, common)?;
    Ok(status(&report, outputs.fail_on))
}

/// Opens, plans and scans. What it finds is in `progress`; an error means that no report can be made.
fn scan_subject(args: &CheckArgs, catalogue: &Catalogue, progress: &Progress) -> Result<()> {
    let offline = args.sources.remote.offline;
    let mut subject = opening::open(&args.path, args.what.at.as_deref(), offline)?;
    let config = opening::configured(&mut subject, args.sources.config.as_deref(), progress)?;
    let configured = config.fix.clone();
    let profiles = config.profiles.clone();
    let remedies = |shared: &Shared<'_>| {
        if !asks_sarif(args) {
            return;
        }
        // Without the facts it needs, a notice is left to `provost fix`, which says what is missing.
        let facts = FactArgs::default();
        let settings = super::fix::settings(shared, &facts, &configured, &profiles, catalogue);
        if let Ok(settings) = settings {
            progress.amend(|checks| fix::remedies(shared, checks, catalogue, &settings));
        }
    };
    let (mut what, sources) = (args.what.clone(), &args.sources);
    // In a job of continuous integration, the commits of its event unless others are named.
    what.commits.get_or_insert_with(|| range::AUTO.to_owned());
    judge(
        &subject, config, &what, sources, catalogue, progress, remedies,
    )
}

/// Whether a report is written in the one format that shows remedies.
fn asks_sarif(args: &CheckArgs) -> bool {
    args.out.format == Format::Sarif || args.out.report.iter().any(|r| r.starts_with("sarif="))
}

/// Judges an opened subject by what was asked and configured; every verdict and fault is in `progress`. `then`
/// looks at the facts that the rules have shared.
///
/// # Errors
/// When a name, a parameter or a range leads nowhere, so that nothing can be judged.
pub(super) fn judge<R>(
    subject: &Subject,
    config: Config,
    what: &What,
    sources: &Sources,
    catalogue: &Catalogue,
    progress: &Progress,
    then: impl FnOnce(&Shared<'_>) -> R,
) -> Result<R> {
    let plan = planned(what, config, catalogue)?;
    progress.begin(opening::info(subject), &plan);
    for notice in subject.notices.iter().filter(|notice| notice.fault) {
        progress.fault(notice.place.clone(), notice.message.clone());
    }
    let chosen = range::choose(subject, what.commits.as_deref())?;
    if let Some(words) = &chosen.notice {
        progress.notice(words.clone());
    }
    let remote = services::open(&sources.remote, subject)?;
    with_shared(subject, &plan, chosen, sources, |shared| {
        let shared = Shared {
            remote: Some(&remote),
            ..shared
        };
        scan::run(&plan, &shared, progress);
        services::remark(&remote, progress);
        let read = [shared.history.get(), shared.ranged.get()];
        for fault in read.into_iter().flatten().flat_map(audit::faults) {
            progress.fault(fault.r#where, fault.message);
        }
        Ok(then(&shared))
    })
}

/// What was asked and configured, resolved.
///
/// # Errors
/// When a name or a parameter leads nowhere.
pub(super) fn planned<'a>(
    what: &What,
    config: Config,
    catalogue: &'a Catalogue,
) -> Result<Plan<'a>> {
    let validate = |rule: &crate::rules::Rule, with: &toml::Table| match checks::find(&rule.check) {
        Some(check) => (check.validate)(with),
        None => Err(format!("there is no check `{}`", rule.check)),
    };
    Plan::new(what, config, catalogue, validate)
}

/// Runs `look` on what all rules of a run share; `chosen` are the commits to judge.
///
/// # Errors
/// When the organisation's files lead nowhere; and those of `look`.
pub(super) fn with_shared<R>(
    subject: &Subject,
    plan: &Plan<'_>,
    chosen: Chosen,
    sources: &Sources,
    look: impl FnOnce(Shared<'_>) -> Result<R>,
) -> Result<R> {
    let now = plan::now(sources.now.as_deref())?;
    let organisation = match &sources.org_files {
        Some(dir) => Some(
            opening::open(&dir.to_string_lossy(), None, sources.remote.offline)
                .context("--org-files")?,
        ),
        None => None,
    };
    let excluded = subject.tree.entries().iter().enumerate();
    let excluded = excluded
        .filter(|(_, e)| plan.exclude.is_match(&e.path))
        .map(|(i, _)| i);
    let shared = Shared {
        documents: &plan.documents,
        excluded: excluded.collect(),
        attestations: &plan.attestations,
        range: chosen.range,
        ranged: chosen.read.map(OnceLock::from).unwrap_or_default(),
        settings_at: chosen.settings_at,
        offline: sources.remote.offline,
        organisation: organisation.as_ref().map(|o| Files::new(o.tree.as_ref())),
        last_review: plan.last_review,
        ..Shared::new(subject, now)
    };
    look(shared)
}

pub(super) fn status(report: &Report, fail_on: FailOn) -> u8 {
    if !report.faults.is_empty() {
        return BROKEN;
    }
    if report.checks.iter().all(|check| check.kind == Kind::Open) {
        complain("no rule could be decided, so nothing was assessed; see why each is open");
        return BROKEN;
    }
    let worst = report
        .checks
        .iter()
        .map(|check| check.level)
        .max()
        .unwrap_or_default();
    let open = report.checks.iter().any(|check| check.kind == Kind::Open);
    let failed = match fail_on {
        FailOn::Error => worst >= Level::Error,
        FailOn::Warning => worst >= Level::Warning,
        FailOn::Note => worst >= Level::Note,
        FailOn::Open => worst >= Level::Note || open,
        FailOn::Never => false,
    };
    if failed { FINDINGS } else { CLEAN }
}
