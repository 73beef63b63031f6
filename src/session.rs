// SPDX-License-Identifier: Apache-2.0

//! One run of the program: opens what was named, scans it within the deadline, writes the reports.
//!
//! The only place, besides `output`, that prints.

use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, anyhow, bail};

use crate::checks::{self, Files, Shared};
use crate::cli::{CheckArgs, Cli, Command, Common, FailOn};
use crate::config::{self, Config};
use crate::output::clean;
use crate::plan::{self, Outputs, Plan};
use crate::report::{Kind, Level, Report, SubjectInfo};
use crate::rules::{Catalogue, LoadError};
use crate::scan::{self, Progress};
use crate::subject::history::Range;
use crate::subject::{Entry, OpenOptions, Subject};
use crate::{BROKEN, CLEAN, FINDINGS, describe};

mod deadline;
mod write;

/// Runs the command.
///
/// # Errors
/// Usage, configuration, or something that broke before a report could be made: exit status 2.
pub fn run(cli: &Cli) -> Result<u8> {
    match &cli.command {
        Command::Check(args) => check(args, &cli.common),
        Command::Explain(args) => {
            let catalogue = catalogue(args.rules.as_deref())?;
            let text = describe::explain(&catalogue, &args.id)?;
            print(text.as_bytes())
        }
        Command::List(args) => {
            let catalogue = catalogue(args.rules.as_deref())?;
            print(describe::list(&catalogue, args.what).as_bytes())
        }
        Command::Render(args) => write::render(args, &catalogue(None)?, &cli.common),
    }
}

/// Says what went wrong, on standard error.
pub fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "provost: {}", clean::line(message));
}

fn print(bytes: &[u8]) -> Result<u8> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("writing to standard output")
        }
        _ => Ok(CLEAN),
    }
}

fn catalogue(overlay: Option<&Path>) -> Result<Catalogue, LoadError> {
    // A test validates what is compiled in; doing so in every run would compile each pattern of each rule.
    let mut catalogue = Catalogue::embedded(&|_| Ok(()))?;
    if let Some(dir) = overlay {
        catalogue.overlay(dir, &checks::validate)?;
    }
    catalogue.verify()?;
    Ok(catalogue)
}

fn check(args: &CheckArgs, common: &Common) -> Result<u8> {
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
            .stack_size(16 << 20)
            .spawn(move || {
                let _ = sender.send(scan_subject(&args, &catalogue, &progress));
            })
            .context("starting the scan")?;
    }
    deadline::wait(&done, args.sources.deadline, &progress, common)?;
    let report = progress.report();
    if !common.quiet {
        for notice in &report.subject.notices {
            complain(&format!("note: {notice}"));
        }
    }
    write::write_all(&report, &catalogue, &outputs, common)?;
    Ok(status(&report, outputs.fail_on))
}

/// Opens, plans and scans. What it finds is in `progress`; an error means that no report can be made.
fn scan_subject(args: &CheckArgs, catalogue: &Catalogue, progress: &Progress) -> Result<()> {
    let now = plan::now(args.sources.now.as_deref())?;
    let mut subject = open(&args.path, args.what.at.as_deref(), args.sources.offline)?;
    let mut config = configuration(&subject, args.sources.config.as_deref())?;
    if let Some(remote) = &config.remote {
        let place = config.source.clone().unwrap_or_default();
        subject
            .set_remote(remote)
            .with_context(|| format!("{place}: [subject] remote"))?;
    }
    foreign_exemptions(&subject, &mut config, progress);
    let validate = |rule: &crate::rules::Rule, with: &toml::Table| match checks::find(&rule.check) {
        Some(check) => (check.validate)(with),
        None => Err(format!("there is no check `{}`", rule.check)),
    };
    let plan = Plan::new(args, config, catalogue, validate)?;
    progress.begin(info(&subject), &plan);
    for notice in subject.notices.iter().filter(|notice| notice.fault) {
        progress.fault(notice.place.clone(), notice.message.clone());
    }
    let organisation = match &args.sources.org_files {
        Some(dir) => {
            Some(open(&dir.to_string_lossy(), None, args.sources.offline).context("--org-files")?)
        }
        None => None,
    };
    let excluded = subject.tree.entries().iter().enumerate();
    let excluded = excluded
        .filter(|(_, e)| plan.exclude.is_match(&e.path))
        .map(|(i, _)| i);
    let range = args
        .what
        .commits
        .as_deref()
        .map(|text| commits(&subject, text))
        .transpose()?;
    let shared = Shared {
        files: Files::new(subject.tree.as_ref()),
        documents: &plan.documents,
        excluded: excluded.collect(),
        attestations: &plan.attestations,
        range,
        now,
        offline: args.sources.offline,
        organisation: organisation.as_ref().map(|o| Files::new(o.tree.as_ref())),
        history: OnceLock::new(),
        ranged: OnceLock::new(),
        headers: OnceLock::new(),
        project: OnceLock::new(),
        inventory: OnceLock::new(),
        subject: &subject,
    };
    scan::run(&plan, &shared, progress);
    Ok(())
}

fn open(path: &str, at: Option<&str>, offline: bool) -> Result<Subject> {
    let options = OpenOptions {
        path: path.to_owned(),
        at: at.map(str::to_owned),
        offline,
        ..OpenOptions::default()
    };
    Ok(Subject::open(&options)?)
}

/// The range that `--commits` names.
fn commits(subject: &Subject, text: &str) -> Result<Range> {
    Range::parse(text, |revision| subject.resolve(revision).ok())
        .map_err(|message| anyhow!("--commits: {message}"))
}

fn info(subject: &Subject) -> SubjectInfo {
    let mut notices: Vec<String> = subject
        .notices
        .iter()
        .filter(|notice| !notice.fault)
        .map(|notice| format!("{}: {}", notice.place, notice.message))
        .collect();
    notices.sort();
    SubjectInfo {
        path: subject.path.clone(),
        head: subject.head.map(|id| id.to_string()),
        at: subject.at.map(|id| id.to_string()),
        remote: subject.remote.clone(),
        slug: subject.slug.clone(),
        anchor: scan::home(subject.tree.entries()).map(str::to_owned),
        notices,
    }
}

fn configuration(subject: &Subject, given: Option<&Path>) -> Result<Config> {
    if let Some(file) = given {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {shown}"))?;
        return Ok(Config::parse(&shown, &text)?);
    }
    for place in config::PLACES {
        if let Some(text) = text_of(subject, place)? {
            return Ok(Config::parse(place, &text)?);
        }
    }
    Ok(Config::default())
}

fn foreign_exemptions(subject: &Subject, config: &mut Config, progress: &Progress) {
    for place in config::CLOMONITOR {
        match text_of(subject, place) {
            Ok(Some(text)) => match config::exemptions(place, &text) {
                Ok(waivers) => config.waivers.extend(waivers),
                Err(why) => progress.fault(place, format!("its exemptions cannot be read: {why}")),
            },
            Ok(None) => {}
            Err(error) => progress.fault(place, format!("{error:#}")),
        }
    }
}

fn text_of(subject: &Subject, path: &str) -> Result<Option<String>> {
    let entries = subject.tree.entries();
    let Ok(at) = entries.binary_search_by(|e: &Entry| e.path.as_str().cmp(path)) else {
        return Ok(None);
    };
    if !entries[at].is_file() {
        bail!("{path} is not a regular file; make it one");
    }
    let content = subject
        .tree
        .read(&entries[at], config::LIMIT)
        .with_context(|| path.to_owned())?;
    if content.truncated {
        bail!("{path} is larger than 1 MiB; it is not read");
    }
    let text = String::from_utf8(content.bytes).with_context(|| format!("{path} is not UTF-8"))?;
    Ok(Some(text))
}

fn status(report: &Report, fail_on: FailOn) -> u8 {
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
