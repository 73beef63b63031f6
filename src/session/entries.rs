// SPDX-License-Identifier: Apache-2.0

//! `provost waive` and `provost attest`: one well-formed entry at the end of the configuration.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::CLEAN;
use crate::cli::{AttestArgs, WaiveArgs};
use crate::config::{self, Config};
use crate::fix::{self, Change, Edit, Plan};
use crate::plan;
use crate::rules::{Catalogue, unknown};

use super::{catalogue, print};

/// Adds a `[[waiver]]`.
pub(super) fn waive(args: &WaiveArgs) -> Result<u8> {
    let catalogue = catalogue(None)?;
    known_rule(&catalogue, &args.rule)?;
    if let Some(glob) = &args.files {
        plan::pattern_of(glob).with_context(|| format!("--files {glob}"))?;
    }
    let expires = match &args.expires {
        Some(day) => day.clone(),
        None => in_a_year(today(args.now.as_deref())?)?.to_string(),
    };
    add(
        &args.path,
        "waiver",
        &[
            ("rule", Some(&args.rule)),
            ("path", args.files.as_ref()),
            ("fingerprint", args.fingerprint.as_ref()),
            ("reason", Some(&args.reason)),
            ("approver", args.approver.as_ref()),
            ("approval", args.approval.as_ref()),
            ("expires", Some(&expires)),
        ],
    )
}

/// Adds an `[[attestation]]`.
pub(super) fn attest(args: &AttestArgs) -> Result<u8> {
    let catalogue = catalogue(None)?;
    let clause = catalogue.clause(&args.id).is_some();
    if !clause {
        known_rule(&catalogue, &args.id).context("neither clause nor rule")?;
    }
    let date = match &args.date {
        Some(day) => day.clone(),
        None => today(args.now.as_deref())?.to_string(),
    };
    let made: Date = date
        .parse()
        .with_context(|| format!("--date {date}: write YYYY-MM-DD"))?;
    let expires = match &args.expires {
        Some(day) => day.clone(),
        None => in_a_year(made)?.to_string(),
    };
    add(
        &args.path,
        "attestation",
        &[
            (if clause { "clause" } else { "rule" }, Some(&args.id)),
            ("statement", Some(&args.statement)),
            ("by", Some(&args.by)),
            ("date", Some(&date)),
            ("link", args.link.as_ref()),
            ("expires", Some(&expires)),
        ],
    )
}

fn known_rule(catalogue: &Catalogue, id: &str) -> Result<()> {
    if catalogue.rule(id).is_none() {
        bail!(unknown(
            "rule",
            id,
            catalogue.rules().map(|r| r.id.as_str())
        ));
    }
    Ok(())
}

fn today(now: Option<&str>) -> Result<Date> {
    Ok(plan::now(now)?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn in_a_year(day: Date) -> Result<Date> {
    day.checked_add(1.year())
        .context("the date is beyond the calendar")
}

/// Appends a table to the configuration, after reading the result back.
fn add(root: &Path, table: &str, keys: &[(&str, Option<&String>)]) -> Result<u8> {
    let place = config::PLACES
        .into_iter()
        .find(|place| root.join(place).exists())
        .unwrap_or(config::PLACES[0]);
    let before = match std::fs::read_to_string(root.join(place)) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(e).with_context(|| format!("reading {place}")),
    };
    let mut entry = String::new();
    if !before.is_empty() {
        entry.push_str(if before.ends_with('\n') { "\n" } else { "\n\n" });
    }
    entry.push_str(&format!("[[{table}]]\n"));
    for (key, value) in keys {
        if let Some(value) = value {
            entry.push_str(&format!(
                "{key} = {}\n",
                toml::Value::String((*value).clone())
            ));
        }
    }
    Config::parse(place, &format!("{before}{entry}"))?;
    let edit = if before.is_empty() && !root.join(place).exists() {
        Edit::Create {
            content: entry.clone().into_bytes(),
            executable: false,
        }
    } else {
        Edit::Insert {
            at: before.len(),
            text: entry.clone().into_bytes(),
            head: before.into_bytes(),
        }
    };
    let change = Change {
        rules: Vec::new(),
        path: place.to_owned(),
        edit,
        blanks: Vec::new(),
    };
    let outcome = fix::apply(
        root,
        &Plan {
            changes: vec![change],
            left: Vec::new(),
        },
    );
    if let Some((path, why)) = outcome.refused.first() {
        bail!("{path} was not written: {why}");
    }
    if let Some(why) = outcome.stopped {
        bail!("{place} was not written: {why}");
    }
    print(format!("added to {place}:\n{}", entry.trim_start()).as_bytes())?;
    Ok(CLEAN)
}
