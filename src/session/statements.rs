// SPDX-License-Identifier: Apache-2.0

//! `provost list statements`: what people have stated in a repository, and how each stands today.

use std::fmt::Write as _;

use anyhow::Result;

use crate::cli::{Common, ListArgs};
use crate::output::clean;
use crate::report::Statement;
use crate::scan::{self, Progress};
use crate::{CLEAN, plan};

use super::{complain, opening, print};

/// Columns that a statement is wrapped to.
const WIDTH: usize = 100;

/// Lists the statements of a repository.
pub(super) fn run(args: &ListArgs, common: &Common) -> Result<u8> {
    let now = plan::now(args.now.as_deref())?;
    let progress = Progress::default();
    let mut subject = opening::open(&args.path, None, true)?;
    let config = opening::configured(&mut subject, args.config.as_deref(), &progress)?;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let rows = scan::standing(&config.waivers, &config.attestations, today);
    for fault in progress.report().faults {
        complain(&format!("{}: {}", fault.r#where, fault.message));
    }
    if rows.is_empty() {
        if !common.quiet {
            complain("no attestation, waiver or exemption is configured");
        }
        return Ok(CLEAN);
    }
    let mut out = String::new();
    for row in &rows {
        describe(row, &mut out);
    }
    print(out.as_bytes())
}

fn describe(row: &Statement, out: &mut String) {
    let until = row.expires.as_deref().unwrap_or("no end");
    let about = clean::line(row.about());
    let _ = writeln!(
        out,
        "{:<8} {:<11} {about:<32} until {until:<10}  {}",
        row.standing.as_str(),
        row.form.as_str(),
        clean::line(&row.source)
    );
    let mut said = row.text.clone();
    if let Some(only) = &row.only {
        let _ = write!(said, " [only {only}]");
    }
    if let Some(by) = &row.by {
        let _ = write!(said, " — {by}");
    }
    if let Some(date) = &row.date {
        let _ = write!(said, ", {date}");
    }
    if let Some(link) = &row.link {
        let _ = write!(said, " <{link}>");
    }
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("         ")
        .subsequent_indent("         ");
    let _ = writeln!(out, "{}", textwrap::fill(&clean::line(&said), options));
}
