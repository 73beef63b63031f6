// SPDX-License-Identifier: Apache-2.0

//! Waivers laid over findings. A waiver suppresses, never passes; one that has expired is an error, one
//! that covers nothing is a warning: both are findings of the rule `waiver`.

use std::sync::atomic::{AtomicBool, Ordering};

use globset::GlobMatcher;
use jiff::civil::Date;

use crate::plan::pattern_of;
use crate::report::{CheckResult, Evidence, Finding, Kind, Level, Suppression};
use crate::rules::Waiver;

/// The rule that waivers themselves answer to.
pub(super) const RULE: &str = "waiver";

struct Entry<'a> {
    waiver: &'a Waiver,
    path: Option<GlobMatcher>,
    expired: bool,
    used: AtomicBool,
}

/// All waivers of a run.
pub(super) struct Ledger<'a> {
    entries: Vec<Entry<'a>>,
}

impl<'a> Ledger<'a> {
    pub(super) fn new(waivers: &'a [Waiver], today: Date) -> Self {
        let entries = waivers.iter().map(|waiver| Entry {
            waiver,
            // Patterns were checked with the configuration; one that fails here covers nothing.
            path: waiver
                .path
                .as_deref()
                .and_then(|p| pattern_of(p).ok())
                .map(|g| g.compile_matcher()),
            expired: waiver.expires.is_some_and(|last| today > last),
            used: AtomicBool::new(false),
        });
        Ledger {
            entries: entries.collect(),
        }
    }

    /// Marks the findings that a waiver in force covers; a failure all of whose findings are covered
    /// stays a failure, without a level.
    pub(super) fn apply(&self, result: &mut CheckResult) {
        if result.kind != Kind::Fail {
            return;
        }
        for entry in self.entries.iter().filter(|e| e.waiver.rule == result.rule) {
            for finding in &mut result.findings {
                if !entry.covers(finding) {
                    continue;
                }
                entry.used.store(true, Ordering::Relaxed);
                if !entry.expired && finding.suppressed.is_none() {
                    finding.suppressed = Some(entry.suppression());
                }
            }
        }
        if result.findings.iter().all(|f| f.suppressed.is_some()) {
            result.level = Level::None;
        }
    }

    /// Whether each waiver, in the order they were given, covers something.
    pub(super) fn used(&self) -> impl Iterator<Item = bool> {
        self.entries.iter().map(|e| e.used.load(Ordering::Relaxed))
    }

    /// What is to be said of the waivers themselves; nothing when there are none of our own.
    pub(super) fn verdict(&self, ran: &[&str]) -> Option<CheckResult> {
        let own: Vec<_> = self.entries.iter().filter(|e| !e.waiver.foreign).collect();
        if own.is_empty() {
            return None;
        }
        let mut findings = Vec::new();
        let mut level = Level::None;
        for entry in &own {
            let waiver = entry.waiver;
            if entry.expired {
                let day = waiver.expires.map(|d| d.to_string()).unwrap_or_default();
                let message = format!(
                    "the waiver of {} expired on {day}; mend the failure or have the waiver renewed",
                    waiver.rule
                );
                findings.push(entry.finding(message));
                level = Level::Error;
            } else if ran.contains(&waiver.rule.as_str()) && !entry.used.load(Ordering::Relaxed) {
                let message = format!("the waiver of {} covers nothing; remove it", waiver.rule);
                findings.push(entry.finding(message));
                level = level.max(Level::Warning);
            }
        }
        let kind = if findings.is_empty() {
            Kind::Pass
        } else {
            Kind::Fail
        };
        let message = if findings.is_empty() {
            format!("{} waivers, each in force and none expired", own.len())
        } else {
            format!(
                "{} of {} waivers are expired or cover nothing",
                findings.len(),
                own.len()
            )
        };
        let evidence = own.iter().map(|e| e.evidence()).collect();
        Some(CheckResult {
            rule: RULE.into(),
            kind,
            level,
            before: None,
            message,
            profiles: Vec::new(),
            clauses: Vec::new(),
            findings,
            evidence,
            properties: std::collections::BTreeMap::new(),
        })
    }
}

impl Entry<'_> {
    fn covers(&self, finding: &Finding) -> bool {
        let waiver = self.waiver;
        if let Some(fingerprint) = &waiver.fingerprint {
            return *fingerprint == finding.fingerprint;
        }
        match (&waiver.path, &self.path) {
            (None, _) => true,
            (Some(_), Some(glob)) => finding.path.as_ref().is_some_and(|p| glob.is_match(p)),
            (Some(_), None) => false,
        }
    }

    fn suppression(&self) -> Suppression {
        Suppression {
            reason: self.waiver.reason.clone(),
            approver: self.waiver.approver.clone(),
            approval: self.waiver.approval.clone(),
            expires: self.waiver.expires.map(|day| day.to_string()),
            source: self.waiver.source.clone(),
        }
    }

    fn place(&self) -> (String, Option<u64>) {
        match self.waiver.source.rsplit_once(':') {
            Some((file, line)) => (file.to_owned(), line.parse().ok()),
            None => (self.waiver.source.clone(), None),
        }
    }

    fn finding(&self, message: String) -> Finding {
        let (path, line) = self.place();
        let key = format!(
            "{}\0{:?}\0{:?}",
            self.waiver.rule, self.waiver.path, self.waiver.fingerprint
        );
        let fingerprint = super::fingerprint(&[RULE, &path, &key]);
        Finding {
            message,
            path: Some(path),
            line,
            fingerprint,
            ..Finding::default()
        }
    }

    fn evidence(&self) -> Evidence {
        let (path, line) = self.place();
        let note = format!("{}: {}", self.waiver.rule, self.waiver.reason);
        Evidence {
            path: Some(path),
            line,
            note: Some(note),
            ..Evidence::default()
        }
    }
}
