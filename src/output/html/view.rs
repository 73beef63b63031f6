// SPDX-License-Identifier: Apache-2.0

//! What the page shows, settled before the template sees it: groups, counts, pictures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::output::permalink;
use crate::output::review::{SECTIONS, day, ordered, person, questions, span};
use crate::report::review::{Expiring, Figures, Passing, Question, Review, Sentence};
use crate::report::{CheckResult, ClauseRef, Evidence, Finding, Kind, Level, Report};
use crate::rules::Catalogue;

use super::chart::{self, Bar, Chart};

/// Findings of one rule on the page; the rest is in the JSON report.
const FINDINGS: usize = 300;
/// Evidence of one rule on the page.
const EVIDENCE: usize = 12;

/// The page.
#[derive(Serialize)]
pub(super) struct Page {
    title: &'static str,
    name: String,
    line: String,
    nav: Vec<Link>,
    tiles: Vec<Tile>,
    review: Option<Reviewed>,
    charts: Vec<Chart>,
    notes: Vec<String>,
    groups: Vec<Group>,
    since: Option<String>,
    at: Option<String>,
    version: String,
}

#[derive(Serialize)]
struct Link {
    id: String,
    text: String,
}

#[derive(Serialize)]
struct Tile {
    value: String,
    text: String,
}

/// Rules of one kind.
#[derive(Serialize)]
struct Group {
    id: &'static str,
    title: &'static str,
    checks: Vec<Judged>,
}

/// A rule as shown.
#[derive(Serialize)]
struct Judged {
    id: String,
    rule: String,
    title: String,
    word: &'static str,
    class: &'static str,
    message: String,
    common: Option<String>,
    count: usize,
    more: usize,
    findings: Vec<Shown>,
    evidence: Vec<Evidence>,
    clauses: Vec<ClauseRef>,
}

/// A finding as shown.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    finding: Finding,
    absent: bool,
}

/// The part of a page that only a review has.
#[derive(Serialize)]
struct Reviewed {
    compared: bool,
    changes: Vec<Changed>,
    passing: Vec<Passing>,
    lists: Vec<Names>,
    sections: Vec<Section>,
    expiring: Vec<Expiring>,
}

#[derive(Serialize)]
struct Changed {
    noun: String,
    change: &'static str,
    from: Option<crate::report::review::State>,
    to: Option<crate::report::review::State>,
    summary: String,
    sentences: Vec<Sentence>,
    commits: Vec<String>,
}

#[derive(Serialize)]
struct Names {
    title: String,
    names: Vec<String>,
}

#[derive(Serialize)]
struct Section {
    number: &'static str,
    title: &'static str,
    questions: Vec<Question>,
}

impl Page {
    /// Of a report.
    pub(super) fn of_report(report: &Report, catalogue: &Catalogue) -> Page {
        let subject = &report.subject;
        let commit = subject.at.as_deref().or(subject.head.as_deref());
        let profiles = if report.profiles.is_empty() {
            "single rules".to_owned()
        } else {
            report.profiles.join(", ")
        };
        let at = commit.map(|id| format!(" at {}", id.get(..12).unwrap_or(id)));
        let groups = groups(report, catalogue);
        let mut charts: Vec<Chart> = clauses(report, catalogue).into_iter().collect();
        charts.extend(licences(report, None));
        charts.extend(months_of_report(report));
        charts.extend(badge(report, None));
        let sum = report.summary;
        let tiles = [
            (sum.fail, "to mend"),
            (sum.review, "for a person"),
            (sum.open, "cannot be known here"),
            (sum.pass, "met"),
            (sum.not_applicable, "not applicable"),
        ];
        let mut page = Page {
            title: "provost",
            name: name(report),
            line: format!("judged against {profiles}{}", at.unwrap_or_default()),
            nav: Vec::new(),
            tiles: tiles.map(|(n, text)| tile(n, text)).into(),
            review: None,
            charts,
            notes: notes(report, &[]),
            groups,
            since: None,
            at: commit.map(str::to_owned),
            version: report.tool.version.clone(),
        };
        page.navigate();
        page
    }

    /// Of a review.
    pub(super) fn of_review(review: &Review, catalogue: &Catalogue) -> Page {
        let report = &review.report;
        let compared = review.since.commit.is_some();
        let figures = &review.figures;
        let mut charts: Vec<Chart> = clauses(report, catalogue).into_iter().collect();
        if compared {
            charts.extend(licences(report, Some(figures)));
            charts.extend(signed(figures));
            charts.extend(activity(figures));
            charts.extend(organisations(figures));
            charts.extend(releases(review));
        }
        charts.extend(badge(report, Some(review)));
        let real = review
            .changes
            .iter()
            .filter(|c| c.change.as_str() != "cosmetic")
            .count();
        let tiles = [
            (real, "changes of substance"),
            (review.people.added.len(), "people came"),
            (review.people.removed.len(), "people left"),
            (figures.commits, "commits"),
            (figures.authors, "contributors"),
            (figures.releases.len(), "releases"),
        ];
        let mut page = Page {
            title: "provost annual review",
            name: name(report),
            line: span(review),
            nav: Vec::new(),
            tiles: if compared {
                tiles.map(|(n, text)| tile(n, text)).into()
            } else {
                Vec::new()
            },
            review: Some(reviewed(review, catalogue)),
            charts,
            notes: notes(report, &review.remarks),
            groups: groups(report, catalogue),
            since: review.since.commit.clone(),
            at: review.at.commit.clone(),
            version: report.tool.version.clone(),
        };
        page.navigate();
        page
    }

    fn navigate(&mut self) {
        let mut add = |id: &str, text: &str| {
            self.nav.push(Link {
                id: id.to_owned(),
                text: text.to_owned(),
            });
        };
        if let Some(review) = &self.review {
            add("changes", "What changed");
            if !review.lists.is_empty() {
                add("people", "People");
            }
        }
        if !self.charts.is_empty() {
            add("pictures", "In pictures");
        }
        for section in self.review.iter().flat_map(|r| &r.sections) {
            add(&format!("section-{}", section.number), section.title);
        }
        if !self.notes.is_empty() {
            add("notes", "To be known");
        }
        for group in &self.groups {
            add(group.id, group.title);
        }
    }
}

fn tile(n: usize, text: &str) -> Tile {
    Tile {
        value: n.to_string(),
        text: text.to_owned(),
    }
}

fn name(report: &Report) -> String {
    let subject = &report.subject;
    subject.slug.clone().unwrap_or_else(|| subject.path.clone())
}

fn notes(report: &Report, remarks: &[String]) -> Vec<String> {
    let faults = report.faults.iter();
    let faults = faults.map(|f| format!("something broke: {}: {}", f.r#where, f.message));
    let notices = report.subject.notices.iter().chain(remarks).cloned();
    faults.chain(notices).collect()
}

fn reviewed(review: &Review, catalogue: &Catalogue) -> Reviewed {
    let noun = |id: &str| {
        catalogue.rule(id).map_or(id.to_owned(), |rule| {
            format!("{} ({id})", noun_of(id, &rule.title))
        })
    };
    let changes = ordered(review).into_iter().map(|c| Changed {
        noun: noun(&c.artefact),
        change: c.change.as_str(),
        from: c.from.clone(),
        to: c.to.clone(),
        summary: c.summary.clone(),
        sentences: c.sentences.clone(),
        commits: c.commits.clone(),
    });
    let people = &review.people;
    let lists = [
        ("Came", people.added.iter().map(person).collect::<Vec<_>>()),
        ("Left", people.removed.iter().map(person).collect()),
        (
            "Described otherwise",
            people.changed.iter().map(person).collect(),
        ),
        ("Adopters that came", review.adopters.added.clone()),
        ("Adopters that left", review.adopters.removed.clone()),
    ];
    let compared = review.since.commit.is_some();
    let sections = SECTIONS
        .iter()
        .filter(|_| compared)
        .map(|&(number, title)| Section {
            number,
            title,
            questions: questions(review, number).cloned().collect(),
        });
    Reviewed {
        compared,
        changes: changes.collect(),
        passing: review.passing.clone(),
        lists: lists
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(title, names)| Names {
                title: format!("{title} ({})", names.len()),
                names,
            })
            .collect(),
        sections: sections.collect(),
        expiring: review.expiring.clone(),
    }
}

/// The id in words.
fn noun_of(id: &str, _: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn groups(report: &Report, catalogue: &Catalogue) -> Vec<Group> {
    let kinds = [
        ("mend", "To mend", Kind::Fail),
        ("judge", "For a person to judge", Kind::Review),
        ("unknown", "Cannot be known here", Kind::Open),
        ("met", "Met", Kind::Pass),
        ("not-applicable", "Not applicable", Kind::NotApplicable),
    ];
    let mut seen = BTreeSet::new();
    let mut groups = Vec::new();
    for (id, title, kind) in kinds {
        let mut of_kind: Vec<&CheckResult> =
            report.checks.iter().filter(|c| c.kind == kind).collect();
        of_kind.sort_by_key(|c| std::cmp::Reverse(c.level));
        let checks: Vec<Judged> = of_kind
            .into_iter()
            .map(|c| judged(c, catalogue, &mut seen))
            .collect();
        if !checks.is_empty() {
            groups.push(Group { id, title, checks });
        }
    }
    groups
}

fn judged(check: &CheckResult, catalogue: &Catalogue, seen: &mut BTreeSet<String>) -> Judged {
    let (word, class) = match (check.kind, check.level) {
        (Kind::Fail, Level::Error) => ("error", "error"),
        (Kind::Fail, Level::Warning) => ("warning", "warning"),
        (Kind::Fail, _) => ("note", "note"),
        (Kind::Pass, _) => ("met", "pass"),
        (Kind::Review, _) => ("for a person", "review"),
        (Kind::Open, _) => ("open", "open"),
        (Kind::NotApplicable, _) => ("not applicable", "open"),
    };
    let title = catalogue
        .rule(&check.rule)
        .map_or(check.rule.clone(), |rule| rule.title.clone());
    let mut id = check.rule.clone();
    while !seen.insert(id.clone()) {
        id.push_str("-x");
    }
    // A message that most places share is said once.
    let first = check.findings.first().map(|f| &f.message);
    let common = first
        .filter(|m| check.findings.len() > 1 && check.findings.iter().all(|f| &f.message == *m));
    Judged {
        id,
        rule: check.rule.clone(),
        title,
        word,
        class,
        message: check.message.clone(),
        common: common.filter(|m| **m != check.message).cloned(),
        count: check.findings.len(),
        more: check.findings.len().saturating_sub(FINDINGS),
        findings: check
            .findings
            .iter()
            .take(FINDINGS)
            .map(|f| Shown {
                absent: f.is_absent(),
                finding: f.clone(),
            })
            .collect(),
        evidence: check.evidence.iter().take(EVIDENCE).cloned().collect(),
        clauses: check.clauses.iter().take(6).cloned().collect(),
    }
}

const KINDS: &[(&str, &str)] = &[
    ("s-pass", "met"),
    ("s-fail", "to mend"),
    ("s-review", "for a person"),
    ("s-open", "cannot be known here"),
    ("s-na", "not applicable"),
];

/// Readiness by clause: how the rules behind each section of a policy stand.
fn clauses(report: &Report, catalogue: &Catalogue) -> Option<Chart> {
    let mut rows: BTreeMap<String, [usize; 5]> = BTreeMap::new();
    let mut worst: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for check in &report.checks {
        let at = match check.kind {
            Kind::Pass => 0,
            Kind::Fail => 1,
            Kind::Review => 2,
            Kind::Open => 3,
            Kind::NotApplicable => 4,
        };
        let mut named: BTreeSet<String> = BTreeSet::new();
        for clause in &check.clauses {
            let foundation = catalogue.policies().find(|p| p.id == clause.policy);
            let foundation = foundation.map_or(clause.policy.as_str(), |p| p.id.as_str());
            named.insert(format!("{foundation} {}", clause.section));
        }
        if check.clauses.is_empty() {
            named.insert("rules outside a policy".into());
        }
        for label in named {
            rows.entry(label.clone()).or_default()[at] += 1;
            let rank = [3, 0, 1, 2, 4][at];
            let slot = worst.entry(label).or_insert((usize::MAX, String::new()));
            if rank < slot.0 {
                *slot = (rank, format!("#rule-{}", check.rule));
            }
        }
    }
    let bars: Vec<Bar> = rows
        .into_iter()
        .map(|(label, counts)| Bar {
            url: worst.get(&label).map(|(_, url)| url.clone()),
            label,
            parts: KINDS.iter().map(|(class, _)| *class).zip(counts).collect(),
        })
        .collect();
    let head = [
        "clause",
        "met",
        "to mend",
        "for a person",
        "cannot be known",
        "not applicable",
    ];
    chart::bars("Readiness by clause", &head, &bars, KINDS)
}

/// Files by licence: of tags and notices, else by what the rules on licences counted.
fn licences(report: &Report, figures: Option<&Figures>) -> Option<Chart> {
    let mut rows: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    if let Some(figures) = figures {
        for (tags, now) in [(&figures.spdx.since, false), (&figures.spdx.at, true)] {
            for (name, n) in tags.licences.iter().chain(&tags.notices) {
                let slot = rows.entry(name.clone()).or_default();
                if now { slot.1 += n } else { slot.0 += n }
            }
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_by_key(|(_, (_, now))| std::cmp::Reverse(*now));
        let bars: Vec<Bar> = rows
            .into_iter()
            .map(|(label, (then, now))| Bar {
                label: format!("{label} ({then} then)"),
                parts: vec![("b1", now)],
                url: None,
            })
            .collect();
        return chart::bars(
            "Files by licence, in their headers",
            &["licence", "files now"],
            &bars,
            &[],
        );
    }
    for check in &report.checks {
        let Some(all) = check
            .properties
            .get("expressions")
            .and_then(|v| v.as_object())
        else {
            continue;
        };
        for (name, n) in all {
            let n = n
                .as_u64()
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or_default();
            rows.entry(format!(
                "{name}, {}",
                check.rule.trim_end_matches("-license")
            ))
            .or_default()
            .1 += n;
        }
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, (_, n))| std::cmp::Reverse(*n));
    let bars: Vec<Bar> = rows
        .into_iter()
        .map(|(label, (_, n))| Bar {
            label,
            parts: vec![("b1", n)],
            url: None,
        })
        .collect();
    chart::bars(
        "Files by licence and class",
        &["licence, class", "files"],
        &bars,
        &[],
    )
}

/// Commits by month, where a rule counted them.
fn months_of_report(report: &Report) -> Option<Chart> {
    let check = report.checks.iter().find(|c| c.rule == "commit-activity")?;
    let months = check
        .properties
        .get("months")
        .or_else(|| check.properties.get("commits_per_month"))?;
    let bars: Vec<Bar> = months
        .as_object()?
        .iter()
        .map(|(month, n)| Bar {
            label: month.clone(),
            parts: vec![(
                "b1",
                n.as_u64()
                    .and_then(|n| usize::try_from(n).ok())
                    .unwrap_or_default(),
            )],
            url: Some("#rule-commit-activity".into()),
        })
        .collect();
    chart::bars("Commits by month", &["month", "commits"], &bars, &[])
}

fn signed(figures: &Figures) -> Option<Chart> {
    let months: Vec<(String, f64, f64)> = figures
        .signed_off
        .per_month
        .iter()
        .map(|(month, share)| {
            let people = figures.signed_off.per_month_without_bots.get(month);
            (month.clone(), *share, people.copied().unwrap_or(*share))
        })
        .collect();
    let key = [("b1", "all commits"), ("b2", "without bots")];
    let months = window(&months, figures, |m| &m.0);
    chart::shares(
        "Commits signed off, by month",
        &["month", "all commits", "without bots"],
        months,
        &key,
    )
}

/// Months of the window: old branches that were merged would stretch the axis over years.
fn window<'m, T>(months: &'m [T], figures: &Figures, name: impl Fn(&T) -> &String) -> &'m [T] {
    let recent = figures.commits_per_month.keys().rev().nth(12);
    let from = recent.map_or(0, |first| {
        months.iter().position(|m| name(m) >= first).unwrap_or(0)
    });
    &months[from..]
}

fn activity(figures: &Figures) -> Option<Chart> {
    let months: Vec<(String, usize, usize)> = figures
        .commits_per_month
        .iter()
        .map(|(month, n)| {
            (
                month.clone(),
                *n,
                figures
                    .authors_per_month
                    .get(month)
                    .copied()
                    .unwrap_or_default(),
            )
        })
        .collect();
    let key = [
        ("b1", "commits (left scale)"),
        ("b2", "contributors (right scale)"),
    ];
    let months = window(&months, figures, |m| &m.0);
    chart::months(
        "Commits and contributors, by month",
        &["month", "commits", "contributors"],
        months,
        &key,
    )
}

fn organisations(figures: &Figures) -> Option<Chart> {
    let bars: Vec<Bar> = figures
        .domains
        .iter()
        .map(|(name, n)| Bar {
            label: name.clone(),
            parts: vec![("b1", *n)],
            url: None,
        })
        .collect();
    chart::bars(
        "Commits by organisation (mail domain)",
        &["organisation", "commits"],
        &bars,
        &[],
    )
}

fn releases(review: &Review) -> Option<Chart> {
    let remote = review.report.subject.remote.as_deref();
    let marks: Vec<(String, String, Option<String>)> = review
        .figures
        .releases
        .iter()
        .map(|r| {
            (
                r.date.clone(),
                r.tag.clone(),
                permalink::tag(remote, &r.tag),
            )
        })
        .collect();
    let (from, to) = (
        day(review.since.date.as_deref()),
        day(review.at.date.as_deref()),
    );
    chart::timeline("Releases", &["release", "day"], from, to, &marks)
}

/// Levels of the best practices badge, when a look-up or a recorded run knows them.
fn badge(report: &Report, review: Option<&Review>) -> Option<Chart> {
    let check = report
        .checks
        .iter()
        .find(|c| c.properties.contains_key("achieved"))?;
    let mut marks = Vec::new();
    for (key, word) in [("achieved", "reached"), ("lost", "lost")] {
        let Some(levels) = check.properties.get(key).and_then(|v| v.as_object()) else {
            continue;
        };
        for (level, date) in levels {
            if let Some(day) = date.as_str().and_then(|d| d.get(..10)) {
                let url = Some(format!("#rule-{}", check.rule));
                marks.push((day.to_owned(), format!("{level} {word}"), url));
            }
        }
    }
    marks.sort();
    let from = marks.first()?.0.clone();
    let to = review
        .and_then(|r| r.at.date.as_deref())
        .map_or(marks.last()?.0.clone(), |d| day(Some(d)).to_owned());
    chart::timeline(
        "Best practices badge",
        &["level", "day"],
        &from,
        &to,
        &marks,
    )
}
