// SPDX-License-Identifier: Apache-2.0

//! `provost dco`: audits the sign-offs of a history, or judges one message for a commit-msg hook.
//!
//! Only the history is opened, with the files that say how it is judged: no tree is listed.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};

use anyhow::{Context, Result, anyhow, bail};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::checks::Shared;
use crate::checks::sign_off::Mailmap;
use crate::checks::sign_off::audit::{self, By};
use crate::checks::sign_off::message::{self, Makers};
use crate::cli::{Common, DcoArgs, What};
use crate::report::dco::Audit;
use crate::report::{Fault, Kind};
use crate::rules::Catalogue;
use crate::scan::Progress;
use crate::subject::Subject;
use crate::subject::history::{Identity, identity};
use crate::{BROKEN, CLEAN, FINDINGS};

use super::{catalogue, check, complain, deadline, opening, range, write};

/// The rule whose parameters hold.
const RULE: &str = "dco-sign-off";
/// Largest message that is read, in bytes.
const MESSAGE_LIMIT: u64 = 64 << 20;

/// Runs `provost dco` and returns the exit status.
pub(super) fn run(args: &DcoArgs, common: &Common) -> Result<u8> {
    let catalogue = catalogue(None)?;
    if let Some(file) = &args.what.message {
        return hook(args, &catalogue, file);
    }
    let by = args.out.remediation.as_deref().map(by).transpose()?;
    let progress = Arc::new(Progress::default());
    let slot: Arc<Mutex<Option<Audit>>> = Arc::default();
    let (sender, done) = mpsc::channel();
    {
        let (args, progress, slot) = (args.clone(), Arc::clone(&progress), Arc::clone(&slot));
        std::thread::Builder::new()
            .name("dco".into())
            .stack_size(16 << 20)
            .spawn(move || {
                let outcome = audited(&args, &catalogue, by.as_ref(), &progress).map(|audit| {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(audit);
                });
                let _ = sender.send(outcome);
            })
            .context("starting the audit")?;
    }
    deadline::wait(&done, args.sources.deadline, &progress, common)?;
    let audit = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(audit) = audit else {
        bail!("the audit was not finished within its deadline; raise --deadline");
    };
    if !common.quiet {
        for notice in &audit.subject.notices {
            complain(&format!("note: {notice}"));
        }
    }
    write::write_dco(&audit, args.out.format, args.out.verbose, common)?;
    Ok(status(&audit))
}

fn status(audit: &Audit) -> u8 {
    for fault in &audit.faults {
        complain(&format!("{}: {}", fault.r#where, fault.message));
    }
    match audit.kind {
        _ if !audit.faults.is_empty() => BROKEN,
        Kind::Pass | Kind::NotApplicable => CLEAN,
        Kind::Fail => FINDINGS,
        Kind::Open | Kind::Review => {
            complain("who has signed off cannot be known here, so nothing was assessed");
            BROKEN
        }
    }
}

/// Opens the history and audits it.
fn audited(
    args: &DcoArgs,
    catalogue: &Catalogue,
    by: Option<&By>,
    progress: &Progress,
) -> Result<Audit> {
    let what = &args.what;
    let mut subject = opening::history(&args.path, what.at.as_deref(), args.sources.offline)?;
    let mut with = parameters(args, catalogue, Some(&mut subject), progress)?;
    if let Some(day) = &what.since {
        let day: Date = day
            .parse()
            .map_err(|_| anyhow!("--since {day}: write a day as YYYY-MM-DD"))?;
        with.insert("since".into(), day.to_string().into());
    }
    let typed = what.commits.as_deref().unwrap_or(range::AUTO);
    let chosen = range::choose(&subject, Some(typed))?;
    let shared = Shared {
        range: chosen.range,
        ranged: chosen.read.map(OnceLock::from).unwrap_or_default(),
        settings_at: chosen.settings_at,
        ..Shared::new(&subject, Timestamp::UNIX_EPOCH)
    };
    let mut audit = audit::audit(&shared, &with, by)?;
    audit.subject = opening::info(&subject);
    audit.subject.notices.extend(chosen.notice);
    audit.subject.notices.sort();
    let broken = subject.notices.iter().filter(|notice| notice.fault);
    audit.faults.extend(broken.map(|notice| Fault {
        r#where: notice.place.clone(),
        message: notice.message.clone(),
    }));
    audit.faults.extend(progress.report().faults);
    audit.faults.sort();
    Ok(audit)
}

/// The rule's parameters with what the project has configured and what was typed.
fn parameters(
    args: &DcoArgs,
    catalogue: &Catalogue,
    subject: Option<&mut Subject>,
    progress: &Progress,
) -> Result<toml::Table> {
    let config = match subject {
        Some(subject) => opening::configured(subject, args.sources.config.as_deref(), progress)?,
        None => crate::config::Config::default(),
    };
    let what = What {
        rule: vec![RULE.to_owned()],
        ..What::default()
    };
    let plan = check::planned(&what, config, catalogue)?;
    let ask = plan.asks.first().or(plan.off.first());
    let mut with = ask.map(|ask| ask.with.clone()).unwrap_or_default();
    if let Some(identity) = args.what.identity {
        with.insert("identity".into(), identity.as_str().into());
    }
    Ok(with)
}

/// Who `--remediation` names.
fn by(text: &str) -> Result<By> {
    if text.is_empty() {
        return Ok(By::Authors);
    }
    let who = person(text).with_context(|| {
        format!(
            "--remediation={text}: write \"NAME <EMAIL>\", or nothing for the authors themselves"
        )
    })?;
    Ok(By::Somebody(who))
}

fn person(text: &str) -> Option<Identity> {
    let (name, rest) = text.trim().split_once(" <")?;
    let email = rest.strip_suffix('>')?;
    let whole = !name.is_empty() && !email.is_empty() && !email.contains(['<', '>', '\n']);
    whole.then(|| identity(name, email))
}

/// Judges the message that a commit-msg hook hands over.
fn hook(args: &DcoArgs, catalogue: &Catalogue, file: &Path) -> Result<u8> {
    let shown = file.display().to_string();
    let mut text = Vec::new();
    File::open(file)
        .and_then(|open| open.take(MESSAGE_LIMIT + 1).read_to_end(&mut text))
        .with_context(|| format!("reading the message in {shown}"))?;
    if text.len() as u64 > MESSAGE_LIMIT {
        bail!("{shown}: the message is larger than 64 MiB; it is not judged");
    }
    let progress = Progress::default();
    // Outside a repository a message can still be judged, by the rule's own parameters.
    let mut subject = opening::history(&args.path, None, true).ok();
    let with = parameters(args, catalogue, subject.as_mut(), &progress)?;
    if subject.as_ref().is_some_and(Subject::is_merging) {
        return Ok(CLEAN);
    }
    let mailmap = match &subject {
        Some(subject) => Mailmap::of(&Shared::new(subject, Timestamp::UNIX_EPOCH)),
        None => Mailmap::default(),
    };
    let makers = Makers {
        author: maker("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"),
        committer: maker("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"),
    };
    match message::check(&text, &makers, &with, &mailmap, &shown) {
        Ok(()) => Ok(CLEAN),
        Err(why) => {
            complain(&why);
            Ok(FINDINGS)
        }
    }
}

/// Git gives a hook the author in the environment, the committer only when the user has set it there.
fn maker(name: &str, email: &str) -> Option<Identity> {
    let value = |key: &str| std::env::var_os(key).map(|v| v.to_string_lossy().into_owned());
    Some(identity(&value(name)?, &value(email)?))
}
