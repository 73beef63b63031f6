// SPDX-License-Identifier: Apache-2.0

//! Results: one a finding, each with a place, a level and fingerprints.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, Fix, Region, Replacement, Result as Item, ResultKind,
    ResultLevel, Suppression as Suppressed,
};

use crate::report::{Baseline, CheckResult, Finding, Kind, Level, Report, Suppression};

use super::super::{clean, uri};
use super::{bag, place, position, rules::Listed};

/// Most results: what code scanning keeps of a run.
const MOST: usize = 5000;

/// Most results of a rule that are commits: as alerts, each is shown on the same line of one file.
const COMMITS: usize = 100;

/// The results of a run.
pub(super) struct Results {
    /// Sorted by rule, then as the findings are.
    pub(super) list: Vec<Item>,
    /// What was cut off, said in words.
    pub(super) cut: Option<String>,
}

/// One result to be.
struct Candidate<'a> {
    check: &'a CheckResult,
    finding: Option<&'a Finding>,
    level: Level,
    /// Instead of the message.
    text: Option<String>,
}

/// Every failing place, and one result for each rule of `kinds`.
pub(super) fn all(report: &Report, listed: &Listed<'_>, kinds: &[Kind]) -> Results {
    let mut found = candidates(report, listed, kinds);
    let all = found.len();
    if all > MOST {
        let mut order: Vec<usize> = (0..all).collect();
        order.sort_by_key(|i| Reverse(found[*i].level));
        order.truncate(MOST);
        order.sort_unstable();
        let mut kept = order.into_iter().peekable();
        let mut at = 0;
        found.retain(|_| {
            let keep = kept.next_if_eq(&at).is_some();
            at += 1;
            keep
        });
    }
    let cut = (all > MOST).then(|| {
        format!(
            "{all} results were found; the {MOST} of the highest levels are listed, because code scanning \
             keeps no more; the JSON report has all"
        )
    });
    let mut maker = Maker {
        report,
        indices: listed.indices(),
        waived: found
            .iter()
            .any(|c| c.finding.is_some_and(|f| f.suppressed.is_some())),
        compared: found
            .iter()
            .any(|c| c.finding.is_some_and(|f| f.baseline.is_some())),
        seen: HashMap::new(),
    };
    let list = found
        .iter()
        .map(|candidate| maker.item(candidate))
        .collect();
    Results { list, cut }
}

fn candidates<'a>(report: &'a Report, listed: &Listed<'_>, kinds: &[Kind]) -> Vec<Candidate<'a>> {
    let mut found = Vec::new();
    for check in &report.checks {
        if check.kind != Kind::Fail {
            if kinds.contains(&check.kind) {
                found.push(Candidate {
                    check,
                    finding: None,
                    level: Level::None,
                    text: None,
                });
            }
            continue;
        }
        // A failure whose findings are all waived has no level; its results have the rule's own.
        let level = match check.level {
            Level::None => listed.level(&check.rule),
            level => level,
        };
        let shown = check.findings.iter().filter(|finding| {
            // Code scanning would show what is gone, or waived, as an open alert.
            let closed = finding.baseline == Some(Baseline::Absent) || finding.suppressed.is_some();
            !closed || !kinds.is_empty()
        });
        let mut commits = 0;
        for finding in shown {
            commits += usize::from(finding.commit.is_some() && finding.path.is_none());
            if commits <= COMMITS || finding.commit.is_none() || finding.path.is_some() {
                found.push(Candidate {
                    check,
                    finding: Some(finding),
                    level,
                    text: None,
                });
            }
        }
        if commits > COMMITS {
            let more = commits - COMMITS;
            found.push(Candidate {
                check,
                finding: None,
                level,
                text: Some(format!(
                    "{more} more commits fail; the JSON report has all. {}",
                    check.message
                )),
            });
        }
    }
    found
}

struct Maker<'a> {
    report: &'a Report,
    indices: BTreeMap<&'a str, usize>,
    /// Whether any result is suppressed: then all must say whether they are (§3.27.23).
    waived: bool,
    /// Whether any result has a baseline state: then all must have one (§3.27.24).
    compared: bool,
    /// How often a rule, path and hash came up.
    seen: HashMap<(String, String, String), usize>,
}

impl Maker<'_> {
    fn item(&mut self, candidate: &Candidate<'_>) -> Item {
        let check = candidate.check;
        let (path, line) = match candidate.finding {
            Some(finding) => place::of_finding(self.report, finding),
            None => place::of_check(self.report, check),
        };
        let text = match (&candidate.text, candidate.finding) {
            (Some(text), _) => text.clone(),
            (None, Some(finding)) => words(finding),
            (None, None) => check.message.clone(),
        };
        let mut item = Item::builder()
            .message(place::message(&text))
            .rule_id(clean::line(&check.rule))
            .locations(vec![place::location(path, line)])
            .kind(kind(check.kind))
            .level(level(candidate.level))
            .build();
        item.rule_index = self.indices.get(check.rule.as_str()).copied().map(position);
        item.suppressions = self.waived.then(Vec::new);
        item.baseline_state = self.compared.then(|| json!("new"));
        let own = candidate.finding.map(|f| f.fingerprint.clone());
        let line = candidate.finding.and_then(|f| f.line_hash.as_deref());
        let own = own.unwrap_or_else(|| fnv(&[&check.rule, check.kind.as_str()]));
        item.partial_fingerprints = Some(self.fingerprints(check, path, &own, line));
        if let Some(finding) = candidate.finding {
            decorate(&mut item, finding);
        }
        item
    }

    /// Ours, and the one key that code scanning reads: its own hash of the line, else ours in its form,
    /// `<16 hex digits>:<occurrence>`. Findings of one rule on one line would be one alert by its hash, so all
    /// but the first keep ours.
    fn fingerprints(
        &mut self,
        check: &CheckResult,
        path: &str,
        own: &str,
        line: Option<&str>,
    ) -> BTreeMap<String, String> {
        let own = clean::line(own);
        let mut first = |hash: &str| {
            let key = (check.rule.clone(), path.to_owned(), hash.to_owned());
            let count = self.seen.entry(key).or_insert(0);
            *count += 1;
            *count
        };
        let theirs = line.filter(|hash| is_line_hash(hash) && first(hash) == 1);
        let key = theirs.map_or_else(
            || {
                let hex = own.len() == 16 && own.bytes().all(|b| b.is_ascii_hexdigit());
                let hash = if hex {
                    own.clone()
                } else {
                    fnv(&[&check.rule, &own])
                };
                format!("{hash}:{}", first(&hash))
            },
            str::to_owned,
        );
        BTreeMap::from([
            ("primaryLocationLineHash".to_owned(), key),
            ("provost/v1".to_owned(), own),
        ])
    }
}

fn is_line_hash(text: &str) -> bool {
    text.split_once(':').is_some_and(|(hash, count)| {
        (1..=16).contains(&hash.len())
            && hash.bytes().all(|b| b.is_ascii_hexdigit())
            && (1..=9).contains(&count.len())
            && count.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Sixty-four bits over words, for results that are no findings (FNV-1a).
fn fnv(parts: &[&str]) -> String {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// The message; a commit's id stands before it unless it begins with it.
fn words(finding: &Finding) -> String {
    let Some(id) = &finding.commit else {
        return finding.message.clone();
    };
    let short = |n: usize| id.get(..n).unwrap_or(id);
    let begins = finding.message.find(short(7)).is_some_and(|at| at < 16);
    if begins {
        finding.message.clone()
    } else {
        format!("Commit {}: {}", short(10), finding.message)
    }
}

fn decorate(item: &mut Item, finding: &Finding) {
    if let Some(waiver) = &finding.suppressed {
        item.suppressions = Some(vec![suppression(waiver)]);
    }
    if let Some(state) = finding.baseline {
        item.baseline_state = Some(json!(state));
    }
    item.fixes = remedy(finding).map(|fix| vec![fix]);
    let mut more = Vec::new();
    more.extend(
        finding
            .commit
            .as_ref()
            .map(|id| ("commit", json!(clean::line(id)))),
    );
    more.extend(
        finding
            .license
            .as_ref()
            .map(|l| ("license", json!(clean::line(l)))),
    );
    more.extend(finding.problem.map(|problem| ("problem", json!(problem))));
    if finding.is_absent() {
        let path = finding.path.as_deref().unwrap_or_default();
        more.push(("missing", json!(clean::line(path))));
    }
    if !more.is_empty() {
        item.properties = Some(bag(more));
    }
}

/// What `provost fix` would put in (SARIF 2.1.0 §3.55): an insertion deletes an empty region.
fn remedy(finding: &Finding) -> Option<Fix> {
    let (remedy, path) = (finding.remedy.as_ref()?, finding.path.as_deref()?);
    // Strings of a log hold no control character; a file with CR LF ends is left to `provost fix`.
    let control = |c: char| clean::is_hostile(c) && !matches!(c, '\n' | '\t');
    if !uri::is_inside(path) || remedy.insert.contains(control) {
        return None;
    }
    let line = i64::try_from(remedy.line).ok()?;
    let mut region = Region::default();
    (region.start_line, region.start_column) = (Some(line), Some(1));
    (region.end_line, region.end_column) = (Some(line), Some(1));
    let mut replacement = Replacement::builder().deleted_region(region).build();
    let text = ArtifactContent::builder()
        .text(remedy.insert.clone())
        .build();
    replacement.inserted_content = Some(text);
    let change = ArtifactChange::builder()
        .artifact_location(place::artifact(path))
        .replacements(vec![replacement])
        .build();
    let mut fix = Fix::builder().artifact_changes(vec![change]).build();
    fix.description = Some(place::message("What `provost fix --write` puts in"));
    Some(fix)
}

fn suppression(waiver: &Suppression) -> Suppressed {
    let mut made = Suppressed::builder().kind(json!("external")).build();
    made.status = Some(json!("accepted"));
    made.justification = Some(clean::line(&waiver.reason));
    let optional = [
        ("approver", &waiver.approver),
        ("approval", &waiver.approval),
        ("expires", &waiver.expires),
    ];
    let given = optional
        .into_iter()
        .filter_map(|(key, value)| Some((key, json!(clean::line(value.as_ref()?)))));
    made.properties = Some(bag(
        given.chain([("source", json!(clean::line(&waiver.source)))])
    ));
    made
}

fn kind(kind: Kind) -> ResultKind {
    match kind {
        Kind::Pass => ResultKind::Pass,
        Kind::Fail => ResultKind::Fail,
        Kind::NotApplicable => ResultKind::NotApplicable,
        Kind::Open => ResultKind::Open,
        Kind::Review => ResultKind::Review,
    }
}

fn level(level: Level) -> ResultLevel {
    match level {
        Level::None => ResultLevel::None,
        Level::Note => ResultLevel::Note,
        Level::Warning => ResultLevel::Warning,
        Level::Error => ResultLevel::Error,
    }
}
