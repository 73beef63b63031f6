// SPDX-License-Identifier: Apache-2.0

//! The whole history's sign-offs, author by author and year by year: what `provost dco` shows.
//!
//! The same judgement as the rule's, counted differently, with the texts that mend it.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result, bail};
use git2::Oid;

use crate::checks::{Shared, params};
use crate::report::dco::{Audit, Author, Counts, Custom, Failing, Remedy, SCHEMA, Wrong};
use crate::report::{Evidence, Fault, Kind, SubjectInfo, Tool};
use crate::subject::history::{Commit, History, Identity, Range};

use super::adoption::{Adoption, day};
use super::config::AppConfig;
use super::judge::{Judge, Standing};
use super::mailmap::Mailmap;
use super::people::People;
use super::remedy::{command, remediation, third_party};
use super::verdict::Verdict;
use super::{Asked, Params};

/// Year of commits whose date no calendar has.
const UNKNOWN: &str = "unknown";
/// Most damaged commits named one by one.
const DAMAGED: usize = 100;
/// Most signers named for one commit.
const SIGNERS: usize = 3;

/// Audits the commits asked for, with the parameters of the rule `dco-sign-off`; what is inspected is for the
/// caller to fill in. With `remedies`, the messages of remediation commits are added.
///
/// # Errors
/// When there is no history at all, or the parameters are not the rule's.
pub fn audit(shared: &Shared<'_>, with: &toml::Table, remedies: Option<&By>) -> Result<Audit> {
    let params: Params = params(with).map_err(anyhow::Error::msg)?;
    if shared.range == Some(Range::Nothing) {
        let history = History::default();
        let mut audit = new(&params, Kind::NotApplicable);
        audit.range = "none".to_owned();
        audit.message = super::NO_COMMITS.to_owned();
        audit.faults = faults(&history);
        return Ok(audit);
    }
    let history = shared.commits();
    if let Some(why) = &history.absent {
        bail!("there is no history to audit: {why}");
    }
    let asked = Asked::select(
        history,
        shared.range.as_ref(),
        shared.subject.commit(),
        &params,
    )?;
    let mailmap = Mailmap::of(shared);
    let app = AppConfig::of(shared);
    let people = People::new(history, params.identity, &mailmap, &params.bot_names);
    let judge = Judge::new(&people, &app, &asked.commits, params.bots);
    let standings: Vec<_> = asked.commits.iter().map(|c| judge.standing(c)).collect();
    let answer = Verdict::new(&asked, &people, &standings, &app).answer(&mailmap);
    let mut audit = new(&params, answer.kind());
    audit.range = asked.words();
    audit.message = answer.message().to_owned();
    audit.notes = answer.into_parts().3.iter().filter_map(note).collect();
    audit.faults = faults(history);
    let mut collect = Collect {
        asked: &asked,
        people: &people,
        judge: &judge,
        authors: HashMap::new(),
        names: HashMap::new(),
    };
    collect.run(&standings, &mut audit);
    if let Some(by) = remedies {
        audit.remedies = remedied(&asked, &people, &judge, &standings, by);
    }
    Ok(audit)
}

fn new(params: &Params, kind: Kind) -> Audit {
    Audit {
        schema: SCHEMA.to_owned(),
        tool: Tool {
            name: "provost".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        subject: SubjectInfo::default(),
        range: String::new(),
        identity: params.identity.name().to_owned(),
        kind,
        message: String::new(),
        merges: 0,
        counts: Counts::default(),
        adoption: Custom::default(),
        years: BTreeMap::new(),
        authors: Vec::new(),
        remedies: Vec::new(),
        notes: Vec::new(),
        faults: Vec::new(),
    }
}

/// What the rule's evidence says, in words.
fn note(evidence: &Evidence) -> Option<String> {
    let place = match (&evidence.path, &evidence.commit) {
        (Some(path), _) => Some(path.clone()),
        (None, Some(commit)) => Some(format!("commit {commit}")),
        (None, None) => None,
    };
    match (place, &evidence.note) {
        (Some(place), Some(note)) => Some(format!("{place}: {note}")),
        (place, note) => place.or_else(|| note.clone()),
    }
}

/// Commits that could not be read: something is broken.
pub(crate) fn faults(history: &History) -> Vec<Fault> {
    let damaged = history.damaged.iter().take(DAMAGED);
    let mut faults: Vec<_> = damaged
        .map(|(id, why)| Fault {
            r#where: format!("commit {id}"),
            message: format!(
                "it cannot be read ({why}), nor what only it leads to; the rest was judged; `git fsck` tells more"
            ),
        })
        .collect();
    let more = history.damaged.len().saturating_sub(DAMAGED);
    if more > 0 {
        faults.push(Fault {
            r#where: "history".into(),
            message: format!("{more} more commits cannot be read"),
        });
    }
    faults
}

fn add(counts: &mut Counts, standing: Standing) {
    counts.commits += 1;
    match standing {
        Standing::Signed => counts.signed += 1,
        Standing::Squashed => {
            counts.signed += 1;
            counts.squashed += 1;
        }
        Standing::Remediated => {
            counts.signed += 1;
            counts.remediated += 1;
        }
        Standing::Missing => counts.unsigned += 1,
        Standing::Mismatch | Standing::Address => counts.mismatched += 1,
        Standing::Bot => counts.bots += 1,
        Standing::Member | Standing::Unread => counts.open += 1,
        Standing::Merge => counts.commits -= 1,
    }
}

/// Counts on their way into an audit.
struct Collect<'a> {
    asked: &'a Asked<'a>,
    people: &'a People<'a>,
    judge: &'a Judge<'a>,
    authors: HashMap<Identity, Author>,
    /// Proper identities by the one in the commit.
    names: HashMap<u32, Identity>,
}

impl Collect<'_> {
    fn run(&mut self, standings: &[Standing], audit: &mut Audit) {
        let mut judged = Vec::new();
        for (commit, standing) in self.asked.commits.iter().zip(standings) {
            if *standing == Standing::Merge {
                audit.merges += 1;
                continue;
            }
            let date = day(commit.commit_time);
            let year = date.map_or_else(|| UNKNOWN.to_owned(), |d| format!("{:04}", d.year()));
            add(&mut audit.counts, *standing);
            add(audit.years.entry(year).or_default(), *standing);
            let date = date.map(|d| d.to_string());
            if standing.holds() {
                // Newest first, so the last one stays.
                audit.adoption.first_signed = Some(commit.id.to_string());
                audit.adoption.first_signed_date.clone_from(&date);
            }
            if standing.holds() || standing.fails() {
                judged.push((commit.commit_time, standing.holds()));
            }
            self.author(commit, *standing, date);
        }
        if let Some(found) = Adoption::find(judged) {
            audit.adoption.proposed_since = Some(found.since.to_string());
            audit.adoption.commits = found.commits;
            audit.adoption.signed = found.signed;
        }
        audit.authors = self.authors.drain().map(|(_, author)| author).collect();
        audit.authors.sort_by(|a, b| {
            let key = |author: &Author| (author.name.clone(), author.email.clone());
            let by_fault = b.failing.len().cmp(&a.failing.len());
            by_fault
                .then(b.counts.commits.cmp(&a.counts.commits))
                .then_with(|| key(a).cmp(&key(b)))
        });
    }

    fn author(&mut self, commit: &Commit, standing: Standing, date: Option<String>) {
        let failing = standing
            .fails()
            .then(|| self.failing(commit, standing, &date));
        let people = self.people;
        let proper = self
            .names
            .entry(commit.author.0)
            .or_insert_with(|| people.proper(commit.author));
        if !self.authors.contains_key(proper) {
            let author = Author {
                name: proper.name.clone(),
                email: proper.email.clone(),
                counts: Counts::default(),
                first_signed: None,
                last_failing: None,
                failing: Vec::new(),
            };
            self.authors.insert(proper.clone(), author);
        }
        let Some(author) = self.authors.get_mut(proper) else {
            return;
        };
        add(&mut author.counts, standing);
        if standing.holds() {
            author.first_signed.clone_from(&date);
        }
        if let Some(failing) = failing {
            if author.failing.is_empty() {
                author.last_failing.clone_from(&date);
            }
            author.failing.push(failing);
        }
    }

    fn failing(&self, commit: &Commit, standing: Standing, date: &Option<String>) -> Failing {
        let history = self.asked.history;
        let base = self.asked.ends.and_then(|ends| ends.base());
        let in_vain = self.judge.remediation_in_vain(commit);
        Failing {
            commit: commit.id.to_string(),
            date: date.clone(),
            subject: history.subject(commit.id).unwrap_or_default().to_owned(),
            author: self.people.shown(commit.author),
            problem: match standing {
                Standing::Mismatch => Wrong::Mismatch,
                Standing::Address => Wrong::Address,
                _ => Wrong::Missing,
            },
            found: self.people.signers(history.sign_offs(commit), SIGNERS),
            mend: command(commit, standing, self.asked.tip, base),
            remediation: in_vain.map(|id| id.to_string()),
        }
    }
}

/// Who makes the remediation commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Each author their own.
    Authors,
    /// This person, on behalf of them.
    Somebody(Identity),
}

/// Messages that mend what fails: one for each identity the authors wrote under, because the apps compare name
/// and address with those of the commit. What a commit adds already is left out: it needs a setting, not a commit.
fn remedied(
    asked: &Asked<'_>,
    people: &People<'_>,
    judge: &Judge<'_>,
    standings: &[Standing],
    by: &By,
) -> Vec<Remedy> {
    let mut wanted: BTreeMap<&Identity, Vec<Oid>> = BTreeMap::new();
    for (commit, standing) in asked.commits.iter().zip(standings) {
        if standing.fails() && judge.remediation_in_vain(commit).is_none() {
            let author = people.history.identity(commit.author);
            wanted.entry(author).or_default().push(commit.id);
        }
    }
    let texts = wanted.into_iter().map(|(author, commits)| Remedy {
        author: author.to_string(),
        by: match by {
            By::Authors => author.to_string(),
            By::Somebody(who) => who.to_string(),
        },
        commits: commits.len(),
        message: match by {
            By::Authors => remediation(author, &commits),
            By::Somebody(who) => third_party(author, who, &commits),
        },
    });
    texts.collect()
}

#[cfg(test)]
#[path = "audit_tests.rs"]
mod tests;
