// SPDX-License-Identifier: Apache-2.0

//! The whole history's sign-offs, author by author and year by year: what `provost dco` shows.
//!
//! The same judgement as the rule's, counted differently, with the texts that mend it.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use git2::Oid;
use jiff::civil::Date;
use serde::Serialize;

use crate::checks::Shared;
use crate::subject::history::Identity;

pub use super::adoption::Adoption;
use super::adoption::day;
use super::config::AppConfig;
use super::judge::{Judge, Standing};
use super::mailmap::Mailmap;
use super::people::{Matching, People};
pub use super::remedy::{remediation, third_party};
use super::{Asked, Bots, Day, Params};

/// Counts of commits that are no merges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub commits: usize,
    /// Signed off as asked.
    pub signed: usize,
    /// Without a sign-off.
    pub unsigned: usize,
    /// Signed off by somebody else, or under an address that is none.
    pub mismatched: usize,
    /// By bots.
    pub bots: usize,
    /// Not to be decided from the clone.
    pub open: usize,
}

impl Counts {
    fn add(&mut self, standing: Standing) {
        self.commits += 1;
        match standing {
            Standing::Signed | Standing::Squashed | Standing::Remediated => self.signed += 1,
            Standing::Missing => self.unsigned += 1,
            Standing::Mismatch | Standing::Address => self.mismatched += 1,
            Standing::Bot => self.bots += 1,
            Standing::Member | Standing::Unread => self.open += 1,
            Standing::Merge => self.commits -= 1,
        }
    }
}

/// One author, after `.mailmap`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Author {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Their commits.
    #[serde(flatten)]
    pub counts: Counts,
    /// Day of their first commit that is signed off.
    pub first_signed: Option<String>,
    /// Commits at fault, newest first.
    #[serde(serialize_with = "ids")]
    pub failing: Vec<Oid>,
    /// The identity those commits carry, when it is one and the same: what a remediation commit must name.
    #[serde(skip)]
    written_as: Vec<Identity>,
}

impl Author {
    /// Messages of the remediation commits that mend what fails: one for each identity the author wrote
    /// under, because the apps compare name and address with those of the commit.
    pub fn remediations(&self) -> Vec<String> {
        let mut by_identity: BTreeMap<&Identity, Vec<Oid>> = BTreeMap::new();
        for (id, identity) in self.failing.iter().zip(&self.written_as) {
            by_identity.entry(identity).or_default().push(*id);
        }
        let texts = by_identity.into_iter();
        texts
            .map(|(who, commits)| remediation(who, &commits))
            .collect()
    }
}

fn ids<S: serde::Serializer>(list: &[Oid], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(list.iter().map(Oid::to_string))
}

/// The audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The range, as in the rule's properties.
    pub range: String,
    /// Merge commits, which need no sign-off.
    pub merges: usize,
    /// All others.
    #[serde(flatten)]
    pub counts: Counts,
    /// Day of the oldest commit that is signed off.
    pub first_signed: Option<String>,
    /// From this day on nearly all are signed off: what to propose for `since`.
    pub proposed_since: Option<String>,
    /// By year of the committer date, UTC.
    pub years: BTreeMap<i16, Counts>,
    /// Most commits at fault first, then by name.
    pub authors: Vec<Author>,
    /// What limits the audit, in words: a shallow clone, absent or damaged commits, bounds.
    pub limits: Vec<String>,
}

/// Audits the range asked for, or the whole history.
///
/// # Errors
/// When there is no history at all, or `since` is no day that a clock can show.
pub fn audit(shared: &Shared<'_>, since: Option<Date>, matching: Matching) -> Result<Audit> {
    let history = shared.commits();
    if let Some(why) = &history.absent {
        anyhow::bail!("there is no history to audit: {why}");
    }
    let params = Params {
        identity: matching,
        since: since.map(Day),
        ..Params::default()
    };
    let asked = Asked::select(
        history,
        shared.range.as_ref(),
        shared.subject.commit(),
        &params,
    )?;
    let mailmap = Mailmap::of(shared);
    let app = AppConfig::of(shared);
    let people = People::new(history, matching, &mailmap, &[]);
    let judge = Judge::new(&people, &app, &asked.commits, Bots::Exempt);
    let standings: Vec<_> = asked.commits.iter().map(|c| judge.standing(c)).collect();
    Ok(collect(&asked, &mailmap, &standings))
}

fn collect(asked: &Asked<'_>, mailmap: &Mailmap, standings: &[Standing]) -> Audit {
    let mut audit = Audit {
        range: asked.words(),
        merges: 0,
        counts: Counts::default(),
        first_signed: None,
        proposed_since: None,
        years: BTreeMap::new(),
        authors: Vec::new(),
        limits: limits(asked),
    };
    let mut authors: HashMap<Identity, Author> = HashMap::new();
    let mut judged = Vec::new();
    for (commit, standing) in asked.commits.iter().zip(standings) {
        if *standing == Standing::Merge {
            audit.merges += 1;
            continue;
        }
        let written_as = asked.history.identity(commit.author);
        let proper = mailmap.resolve(written_as);
        let author = authors.entry(proper).or_insert_with_key(|who| Author {
            name: who.name.clone(),
            email: who.email.clone(),
            counts: Counts::default(),
            first_signed: None,
            failing: Vec::new(),
            written_as: Vec::new(),
        });
        let day = day(commit.commit_time);
        audit.counts.add(*standing);
        author.counts.add(*standing);
        audit
            .years
            .entry(day.map_or(0, |d| d.year()))
            .or_default()
            .add(*standing);
        if standing.holds() {
            // Newest first, so the last one stays.
            let day = day.map(|d| d.to_string());
            author.first_signed.clone_from(&day);
            audit.first_signed = day;
        }
        if standing.fails() {
            author.failing.push(commit.id);
            author.written_as.push(written_as.clone());
        }
        if standing.holds() || standing.fails() {
            judged.push((commit.commit_time, standing.holds()));
        }
    }
    audit.proposed_since = Adoption::find(judged).map(|found| found.since.to_string());
    audit.authors = authors.into_values().collect();
    audit.authors.sort_by(|a, b| {
        let key = |author: &Author| (author.name.clone(), author.email.clone());
        b.failing
            .len()
            .cmp(&a.failing.len())
            .then_with(|| key(a).cmp(&key(b)))
    });
    audit
}

fn limits(asked: &Asked<'_>) -> Vec<String> {
    let history = asked.history;
    let mut limits = Vec::new();
    if asked.is_cut() {
        limits
            .push("the history is shallow: fetch the rest with `git fetch --unshallow`".to_owned());
    }
    let mut some = |n: usize, words: &str| {
        if n > 0 {
            limits.push(format!("{n} commits {words}"));
        }
    };
    some(history.missing.len(), "are not in this clone");
    some(history.damaged.len(), "cannot be read");
    limits.extend(history.bounds.iter().cloned());
    limits
}

#[cfg(test)]
mod tests {
    use super::{Audit, Matching, audit};
    use crate::checks::testing::with_shared;
    use crate::subject::history::testing::{Commits, Draft};
    use crate::subject::memory::MemoryTree;

    const ANA: &str = "Ana Lund <ana@example.org>";

    fn signed(by: &str) -> Draft {
        Draft::new(format!("x\n\nSigned-off-by: {by}\n")).by(by)
    }

    fn over(commits: &Commits, mailmap: &str) -> Audit {
        with_shared(
            MemoryTree::new().file(".mailmap", mailmap),
            None,
            |shared| {
                shared.history.set(commits.history()).unwrap();
                audit(shared, None, Matching::Strict).unwrap()
            },
        )
    }

    #[test]
    fn authors_and_years_are_counted() {
        let mut commits = Commits::new();
        commits.add(Draft::new("a").by("al <al@old.example>").on("2020-02-01"));
        let root = commits.add(signed(ANA).on("2021-02-01"));
        commits.add(
            signed("Bo <bo@x.org>")
                .author("Cy <cy@x.org>")
                .committer("Di <di@x.org>")
                .on("2021-03-01"),
        );
        commits.add(
            Draft::new("b")
                .by("r[bot] <1+r[bot]@users.noreply.github.com>")
                .on("2021-04-01"),
        );
        commits.add(Draft::new("merge").on("2021-05-01").parents(&[root, root]));
        let audit = over(&commits, "Ana Lund <ana@example.org> <al@old.example>\n");
        let counts = |c: &super::Counts| [c.commits, c.signed, c.unsigned, c.mismatched, c.bots];
        assert_eq!((audit.merges, counts(&audit.counts)), (1, [4, 1, 1, 1, 1]));
        assert_eq!(counts(&audit.years[&2020]), [1, 0, 1, 0, 0]);
        assert_eq!(counts(&audit.years[&2021]), [3, 1, 0, 1, 1]);
        assert_eq!(audit.first_signed.as_deref(), Some("2021-02-01"));
        let ana = audit.authors.iter().find(|a| a.name == "Ana Lund").unwrap();
        assert_eq!(counts(&ana.counts), [2, 1, 1, 0, 0]);
        assert_eq!(ana.first_signed.as_deref(), Some("2021-02-01"));
        assert_eq!(audit.authors.len(), 3);
        assert_eq!(audit.proposed_since, None, "one signed commit is no custom");
    }

    #[test]
    fn remediation_texts_mend_what_they_name() {
        let mut commits = Commits::new();
        commits.add(Draft::new("a"));
        commits.add(Draft::new("b"));
        commits.add(Draft::new("c").by("al <al@old.example>"));
        let audit = over(&commits, "Ana Lund <ana@example.org> <al@old.example>\n");
        let texts = audit.authors[0].remediations();
        assert_eq!(
            (audit.authors.len(), texts.len()),
            (1, 2),
            "one text an identity"
        );
        for text in texts {
            let by = if text.contains("al <al@old") {
                "al <al@old.example>"
            } else {
                ANA
            };
            commits.add(Draft::new(text).by(by));
        }
        let config = "allowRemediationCommits:\n  individual: true\n";
        with_shared(
            MemoryTree::new().file(".github/dco.yml", config),
            None,
            |shared| {
                shared.history.set(commits.history()).unwrap();
                let audit = super::audit(shared, None, Matching::Strict).unwrap();
                assert_eq!((audit.counts.signed, audit.counts.commits), (5, 5));
            },
        );
    }
}
