// SPDX-License-Identifier: Apache-2.0

//! `provost licenses`: the inventory of a tree, and an earlier scan against it.

use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::checks::{Shared, licensing};
use crate::cli::{Common, LicensesArgs, What};
use crate::licenses::{self, SCAN_LIMIT, Scan};
use crate::output::licenses as formats;
use crate::plan;
use crate::report::licenses::Licenses;
use crate::scan::Progress;
use crate::{BROKEN, CLEAN};

use super::range::Chosen;
use super::{catalogue, check, complain, deadline, opening, write};

/// Runs `provost licenses` and returns the exit status.
pub(super) fn run(args: &LicensesArgs, common: &Common) -> Result<u8> {
    let created = plan::now(args.sources.now.as_deref())?;
    let created = created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let progress = Progress::default();
    let slot: Arc<Mutex<Option<Licenses>>> = Arc::default();
    let (sender, done) = mpsc::channel();
    {
        // In a thread of its own, so that the deadline holds whatever it is stuck in.
        let (args, slot) = (args.clone(), Arc::clone(&slot));
        std::thread::Builder::new()
            .name("licenses".into())
            .stack_size(16 << 20)
            .spawn(move || {
                let outcome = inventory(&args).map(|found| {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                });
                let _ = sender.send(outcome);
            })
            .context("starting the inventory")?;
    }
    deadline::wait(&done, args.sources.deadline, &progress, common)?;
    let found = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(found) = found else {
        bail!("the inventory was not finished within its deadline; raise --deadline");
    };
    if !common.quiet {
        for notice in &found.subject.notices {
            complain(&format!("note: {notice}"));
        }
        for fault in &found.faults {
            complain(&format!("{}: {}", fault.r#where, fault.message));
        }
    }
    write::to_stdout(common, args.verbose, &|style, sink| {
        formats::write(&found, args.format, &created, style, sink)
    })?;
    Ok(if found.faults.is_empty() {
        CLEAN
    } else {
        BROKEN
    })
}

/// Opens, reads, compares.
fn inventory(args: &LicensesArgs) -> Result<Licenses> {
    let scan = args.compare.as_deref().map(read_scan).transpose()?;
    let catalogue = catalogue(args.sources.rules.as_deref())?;
    let progress = Progress::default();
    let mut subject = opening::open(&args.path, args.at.as_deref(), args.sources.remote.offline)?;
    let config = opening::configured(&mut subject, args.sources.config.as_deref(), &progress)?;
    let what = What {
        profile: Vec::new(),
        rule: Vec::new(),
        at: args.at.clone(),
        base: None,
        commits: None,
    };
    let plan = check::planned(&what, config, &catalogue)?;
    let mut found = check::with_shared(
        &subject,
        &plan,
        Chosen::default(),
        &args.sources,
        |shared| {
            let mut found = licensing::of_shared(&shared);
            if args.format.is_spdx() {
                found.references = references(&shared, &found);
            }
            Ok(found)
        },
    )?;
    found.subject = opening::info(&subject);
    let tree = subject.tree.as_ref();
    if args.format.is_spdx() {
        licenses::digests(tree, &mut found.files, None);
        note_left_out(&mut found);
    }
    if let Some((name, scan)) = scan {
        let comparison = licenses::compare(&mut found, &scan, tree);
        found.comparison = Some(comparison.map_err(|why| anyhow!("--compare {name}: {why}"))?);
    }
    Ok(found)
}

/// Files that an SPDX document leaves out because no checksum of them could be made.
fn note_left_out(found: &mut Licenses) {
    let left_out = found.files.iter().filter(|f| f.sha1.is_none()).count();
    if left_out > 0 {
        let limit = licenses::DIGEST_LIMIT >> 20;
        found.subject.notices.push(format!(
            "{left_out} files are not in the document but among its excluded files: larger than {limit} MiB, or not to be read"
        ));
    }
}

/// Texts of the project's own licences.
fn references(shared: &Shared<'_>, found: &Licenses) -> std::collections::BTreeMap<String, String> {
    let mut texts = std::collections::BTreeMap::new();
    for text in &found.texts {
        let name = text.path.strip_prefix("LICENSES/");
        let Some(id) = name.filter(|n| n.starts_with("LicenseRef-")) else {
            continue;
        };
        let id = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
        let document = shared.files.get(&text.path);
        if let Some(Ok(document)) = document.map(|entry| shared.files.document(entry)) {
            texts.insert(id.to_owned(), document.text().to_owned());
        }
    }
    texts
}

/// Reads the scan within its bound.
fn read_scan(file: &Path) -> Result<(String, Scan)> {
    let name = file.display().to_string();
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).with_context(|| format!("--compare {name}"))?;
    opened
        .take(SCAN_LIMIT + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("--compare {name}"))?;
    if bytes.len() as u64 > SCAN_LIMIT {
        bail!("--compare {name}: larger than {} MiB", SCAN_LIMIT >> 20);
    }
    let text = String::from_utf8_lossy(&bytes);
    let scan = Scan::read(&text).map_err(|why| anyhow!("--compare {name}: {why}"))?;
    Ok((name, scan))
}
