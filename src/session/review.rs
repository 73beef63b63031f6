// SPDX-License-Identifier: Apache-2.0

//! `provost review`: both ends opened from the object database, judged by the same plan, and compared.

use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use anyhow::{Context, Result, anyhow, bail};

use crate::checks::Shared;
use crate::cli::{Common, ReviewArgs};
use crate::config::Config;
use crate::plan::{Outputs, Plan};
use crate::report::review::Review;
use crate::review::range::{self, Asked, NoRange, Span};
use crate::review::{self, Ends};
use crate::rules::Catalogue;
use crate::scan::{self, Progress};
use crate::subject::Subject;
use crate::{BROKEN, CLEAN};

use super::range::Chosen;
use super::{catalogue, check, complain, deadline, opening, write};

/// Largest earlier report that is read, in bytes.
const REPORT_LIMIT: u64 = 256 << 20;

/// Runs `provost review` and returns the exit status.
pub(super) fn run(args: &ReviewArgs, common: &Common) -> Result<u8> {
    let outputs = Outputs::new(&args.out)?;
    let catalogue = Arc::new(catalogue(args.sources.rules.as_deref())?);
    let progress = Arc::new(Progress::default());
    let done_review: Arc<Mutex<Option<Review>>> = Arc::default();
    let (sender, done) = mpsc::channel();
    {
        let (args, catalogue, progress) =
            (args.clone(), Arc::clone(&catalogue), Arc::clone(&progress));
        let slot = Arc::clone(&done_review);
        std::thread::Builder::new()
            .name("review".into())
            .stack_size(16 << 20)
            .spawn(move || {
                let outcome = reviewed(&args, &catalogue, &progress).map(|review| {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(review);
                });
                let _ = sender.send(outcome);
            })
            .context("starting the review")?;
    }
    deadline::wait(&done, args.sources.deadline, &progress, common)?;
    let review = done_review
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some(review) = review else {
        bail!("the review was not finished within its deadline; raise --deadline");
    };
    if !common.quiet {
        let notices = review.report.subject.notices.iter().chain(&review.remarks);
        for notice in notices {
            complain(&format!("note: {notice}"));
        }
    }
    write::write_review(&review, &catalogue, &outputs, common)?;
    if review.since.commit.is_none() {
        return Ok(BROKEN);
    }
    // A review informs; what fails at its end is for `check` to say, unless asked otherwise.
    Ok(if review.report.faults.is_empty() {
        CLEAN
    } else {
        BROKEN
    })
}

/// Opens and compares; an error means that there can be no review.
fn reviewed(args: &ReviewArgs, catalogue: &Catalogue, progress: &Progress) -> Result<Review> {
    let offline = args.sources.remote.offline;
    let mut after = at_commit(
        &args.path,
        args.what.at.as_deref().unwrap_or("HEAD"),
        offline,
    )?;
    let config = opening::configured(&mut after, args.sources.config.as_deref(), progress)?;
    let asked = asked(args, &config, &after)?;
    let (attestations, waivers) = (config.attestations.clone(), config.waivers.clone());
    let remote = config.remote.clone();
    let plan = check::planned(&args.what, config, catalogue)?;
    let span = match range::find(&after, asked.as_ref()) {
        Ok(span) => span,
        Err(NoRange::Wrong(why)) => return Err(anyhow!("--since: {why}")),
        Err(NoRange::Absent(why, day)) => {
            progress.begin(opening::info(&after), &plan);
            return Ok(review::absent(progress.report(), &why, day));
        }
    };
    let folder = after.clone_path().unwrap_or_else(|| args.path.clone());
    let mut before = at_commit(&folder, &span.since.to_string(), offline)?;
    if let Some(remote) = &remote {
        before.set_remote(remote)?;
    } else {
        before.remote.clone_from(&after.remote);
        before.slug.clone_from(&after.slug);
    }
    let mut review = check::with_shared(&before, &plan, Chosen::default(), &args.sources, |old| {
        check::with_shared(&after, &plan, Chosen::default(), &args.sources, |new| {
            Ok(compared(&old, &new, &plan, &span, catalogue, progress))
        })
    })?;
    let today = check::with_shared(&after, &plan, Chosen::default(), &args.sources, |s| {
        Ok(s.today())
    })?;
    review.expiring = review::expiring(&attestations, &waivers, today);
    Ok(review)
}

fn compared(
    old: &Shared<'_>,
    new: &Shared<'_>,
    plan: &Plan<'_>,
    span: &Span,
    catalogue: &Catalogue,
    progress: &Progress,
) -> Review {
    progress.begin(opening::info(new.subject), plan);
    for notice in new.subject.notices.iter().filter(|notice| notice.fault) {
        progress.fault(notice.place.clone(), notice.message.clone());
    }
    let then = Progress::default();
    then.begin(opening::info(old.subject), plan);
    // One after the other: two scans that wait for each other's facts would stand still.
    scan::run(plan, new, progress);
    scan::run(plan, old, &then);
    let ends = Ends {
        before: old,
        after: new,
        catalogue,
    };
    review::review(ends, span, progress.report(), &then.report().checks)
}

/// The subject at a commit: the working tree is never read.
fn at_commit(path: &str, revision: &str, offline: bool) -> Result<Subject> {
    opening::open(path, Some(revision), offline)
}

/// What `--since` means; else what the configuration says.
fn asked(args: &ReviewArgs, config: &Config, subject: &Subject) -> Result<Option<Asked>> {
    let Some(text) = &args.since else {
        return Ok(config.last_review.map(Asked::Day));
    };
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Ok(Some(Asked::Day(day)));
    }
    let file = std::path::Path::new(text);
    let json = text.ends_with(".json");
    if json || (file.is_file() && subject.resolve(text).is_err()) {
        let opened = std::fs::File::open(file).with_context(|| format!("opening {text}"))?;
        let mut content = String::new();
        opened
            .take(REPORT_LIMIT)
            .read_to_string(&mut content)
            .with_context(|| format!("reading {text}"))?;
        let report = range::earlier(text, &content).map_err(|why| anyhow!("--since: {why}"))?;
        return Ok(Some(Asked::Report(Box::new(report))));
    }
    Ok(Some(Asked::Revision(text.clone())))
}
