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
use crate::report::{CheckResult, Kind, Level, Report, SubjectInfo};
use crate::rules::Catalogue;
use crate::scan::{self, Progress};
use crate::subject::Subject;
use crate::subject::history::Range;
use crate::{BROKEN, CLEAN, FINDINGS};

use super::base::{self, Base, Event};
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
    let mut what = args.what.clone();
    let mut subject = opening::open(&args.path, what.at.as_deref(), offline)?;
    let mut whole = None;
    if what.base.as_deref() == Some(range::EVENT) {
        match base::of_event(&subject)? {
            Event::Between(from, to) => {
                if what.at.is_none() {
                    subject = opening::open(&args.path, Some(&to), offline)?;
                }
                what.base = Some(from);
            }
            Event::Whole(words) => {
                what.base = None;
                whole = Some(format!("base: none, so everything is judged ({words})"));
            }
        }
    }
    let base = what.base.as_deref();
    let base = base.map(|rev| Base::find(&subject, rev)).transpose()?;
    let given = args.sources.config.as_deref();
    let tip = base.as_ref().map(|base| base.tip);
    let config = opening::configured_at(&mut subject, given, tip, progress)?;
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
    let sources = &args.sources;
    if let Some(base) = base {
        let plan = planned(&what, config, catalogue)?;
        return compare(&subject, &base, &plan, &what, sources, progress, remedies);
    }
    // In a job of continuous integration, the commits of its event unless others are named.
    what.commits.get_or_insert_with(|| range::AUTO.to_owned());
    judge(
        &subject, config, &what, sources, catalogue, progress, remedies,
    )?;
    if let Some(words) = whole {
        progress.notice(words);
    }
    Ok(())
}

/// Judges the subject and its base by one plan, and says what is new; see [`base`].
fn compare(
    subject: &Subject,
    base: &Base,
    plan: &Plan<'_>,
    what: &What,
    sources: &Sources,
    progress: &Progress,
    then: impl FnOnce(&Shared<'_>),
) -> Result<()> {
    let folder = subject.clone_path().unwrap_or_else(|| subject.path.clone());
    let mut before = opening::open(
        &folder,
        Some(&base.fork.to_string()),
        sources.remote.offline,
    )?;
    before.remote.clone_from(&subject.remote);
    before.slug.clone_from(&subject.slug);
    let change = base.change(subject, &before)?;
    let info = SubjectInfo {
        base: Some(base.fork.to_string()),
        altered: base::altered(&change),
        ..opening::info(subject)
    };
    progress.begin(info, plan);
    for notice in subject.notices.iter().filter(|notice| notice.fault) {
        progress.fault(notice.place.clone(), notice.message.clone());
    }
    let chosen = match what.commits.as_deref() {
        Some(typed) => range::choose(subject, Some(typed))?,
        None => base.commits(),
    };
    let notices = base.notices(&change).into_iter();
    notices
        .chain(chosen.notice.clone())
        .for_each(|words| progress.notice(words));
    // Commits of a change are new, all of them: at the base there are none to judge.
    let none = Chosen {
        range: Some(Range::Nothing),
        settings_at: chosen.settings_at,
        ..Chosen::default()
    };
    let remote = services::open(&sources.remote, subject)?;
    with_shared(subject, plan, chosen, sources, |shared| {
        let now = Shared {
            change: Some(&change),
            remote: Some(&remote),
            ..shared
        };
        scan::run(plan, &now, progress);
        with_shared(&before, plan, none, sources, |shared| {
            let then = Shared {
                files: Files::new(before.tree.as_ref()).beside(&now.files, &change),
                change: Some(&change),
                twin: Some(&now),
                remote: Some(&remote),
                ..shared
            };
            base::compare(plan, &then, &change, progress);
            Ok(())
        })?;
        services::remark(&remote, progress);
        then(&now);
        Ok(())
    })
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
        whole_files: plan
            .asks
            .iter()
            .any(|ask| checks::reads_whole_files(&ask.rule.check, &ask.with)),
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
        .map(CheckResult::weight)
        .max()
        .unwrap_or_default();
    // What could not be known at the base either is nothing new.
    let news = |check: &CheckResult| check.kind == Kind::Open && check.before != Some(Kind::Open);
    let open = report.checks.iter().any(news);
    let failed = match fail_on {
        FailOn::Error => worst >= Level::Error,
        FailOn::Warning => worst >= Level::Warning,
        FailOn::Note => worst >= Level::Note,
        FailOn::Open => worst >= Level::Note || open,
        FailOn::Never => false,
    };
    if failed { FINDINGS } else { CLEAN }
}
