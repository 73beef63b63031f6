// SPDX-License-Identifier: Apache-2.0

//! From the standings of commits to one answer: the sentences, the findings, the figures.

use std::collections::BTreeMap;

use serde_json::json;

use crate::report::Evidence;
use crate::subject::history::Commit;

use super::Asked;
use super::adoption::{Adoption, day_after};
use super::config::AppConfig;
use super::judge::Standing;
use super::mailmap::Mailmap;
use super::people::People;
use super::remedy::{command, short};
use crate::checks::{Answer, Draft};

/// Most findings given one by one, newest first.
const FINDING_LIMIT: usize = 1_000;
/// Most ids or names listed in one piece of evidence.
const LISTED: usize = 10;

/// Everything the answer is made of.
pub(super) struct Verdict<'a> {
    asked: &'a Asked<'a>,
    people: &'a People<'a>,
    standings: &'a [Standing],
    app: &'a AppConfig,
    merges: usize,
    bots: usize,
    signed: usize,
    failing: usize,
    open: usize,
}

/// `1 commit`, `2 commits`.
fn count(n: usize, word: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{n} {word}{ending}")
}

impl<'a> Verdict<'a> {
    pub(super) fn new(
        asked: &'a Asked<'a>,
        people: &'a People<'a>,
        standings: &'a [Standing],
        app: &'a AppConfig,
    ) -> Self {
        let of = |wanted: fn(Standing) -> bool| standings.iter().filter(|s| wanted(**s)).count();
        Verdict {
            asked,
            people,
            standings,
            app,
            merges: of(|s| s == Standing::Merge),
            bots: of(|s| s == Standing::Bot),
            signed: of(Standing::holds),
            failing: of(Standing::fails),
            open: of(Standing::is_open),
        }
    }

    /// The answer, with evidence and figures.
    pub(super) fn answer(&self, mailmap: &Mailmap) -> Answer {
        let answer = match self.undecided() {
            Some(why) => Answer::open(why),
            None if self.failing > 0 => self.fail(),
            None => Answer::pass(self.passed(), self.newest()),
        };
        self.figures(answer.all_evidence(self.evidence(mailmap)))
    }

    fn figures(&self, answer: Answer) -> Answer {
        let mut exempt = BTreeMap::from([("merge", self.merges), ("bot", self.bots)]);
        exempt.retain(|_, n| *n > 0);
        let mut accepted = BTreeMap::from([
            ("squash", self.number(Standing::Squashed)),
            ("remediation", self.number(Standing::Remediated)),
        ]);
        accepted.retain(|_, n| *n > 0);
        answer
            .property("range", self.asked.words())
            .property("commits", self.asked.commits.len())
            .property("merges", self.merges)
            .property("signed", self.signed)
            .property("failing", self.failing)
            .property("bots", self.bots)
            .property("exempt", json!(exempt))
            .property("accepted", json!(accepted))
    }

    fn number(&self, standing: Standing) -> usize {
        self.standings.iter().filter(|s| **s == standing).count()
    }

    /// Commits that need a sign-off.
    fn judged(&self) -> usize {
        self.signed + self.failing + self.open
    }

    /// `2 merges and 3 commits by bots are exempt`, with what `since` leaves out.
    fn exempt(&self) -> String {
        let mut parts = Vec::new();
        if self.merges > 0 {
            parts.push(count(self.merges, "merge"));
        }
        if self.bots > 0 {
            parts.push(count(self.bots, "commit") + " by bots");
        }
        let mut text = match parts.len() {
            0 => String::new(),
            _ => format!("; exempt: {}", parts.join(", ")),
        };
        let mut accepted = Vec::new();
        match self.number(Standing::Squashed) {
            0 => {}
            n => accepted.push(format!("{n} squashed by the forge, signed by another name")),
        }
        match self.number(Standing::Remediated) {
            0 => {}
            n => accepted.push(format!("{n} signed by a later remediation commit")),
        }
        if !accepted.is_empty() {
            text += &format!("; accepted: {}", accepted.join(", "));
        }
        if let (Some(since), true) = (self.asked.since, self.asked.older > 0) {
            text += &format!(
                "; {} before {since} not judged",
                count(self.asked.older, "commit")
            );
        }
        text
    }

    fn place(&self) -> String {
        match self.asked.ends {
            Some(ends) => ends.words(short),
            None => match self.asked.since {
                Some(since) => format!("the history since {since}"),
                None => "the whole history".to_owned(),
            },
        }
    }

    fn passed(&self) -> String {
        let (place, exempt) = (self.place(), self.exempt());
        match self.judged() {
            0 => format!(
                "none of the {} of {place} needs a sign-off{exempt}",
                count(self.asked.commits.len(), "commit")
            ),
            n => format!(
                "{} of {} of {place} that need a sign-off carry {}{exempt}",
                self.signed,
                count(n, "commit"),
                self.people.matching.words()
            ),
        }
    }

    /// Why it cannot be known, if so. A failure in what is here does not wait for what is not, unless what is
    /// not here decides which commits were asked for.
    fn undecided(&self) -> Option<String> {
        let history = self.asked.history;
        if let Some(ends) = self.asked.ends
            && let mut all = ends.bases.iter().chain([&ends.head])
            && let Some(end) = all.find(|id| history.missing.contains(id))
        {
            return Some(format!(
                "{end}, an end of the range, is not in this clone, so the commits between are not known; fetch it with `git fetch origin {end}` (in GitHub Actions: fetch-depth: 0 for actions/checkout) and judge again"
            ));
        }
        if self.asked.is_cut() {
            return Some(self.shallow());
        }
        if let Some(first) = history.missing.first()
            && (self.asked.ends.is_some() || self.failing == 0)
        {
            return Some(format!(
                "{} of {} {} not in this clone, the first {}{}; fetch the whole history (`git fetch origin {first}`, or a fresh clone) and judge again",
                count(history.missing.len(), "commit"),
                self.place(),
                are(history.missing.len()),
                first,
                self.so_far()
            ));
        }
        if self.failing > 0 {
            return None;
        }
        if let Some((first, why)) = history.damaged.first() {
            return Some(format!(
                "{} of {} cannot be read, the first {first} ({why}){}; mend the clone (`git fsck` names what is broken) and judge again",
                count(history.damaged.len(), "commit"),
                self.place(),
                self.so_far()
            ));
        }
        if self.asked.commits.is_empty() {
            return Some(format!(
                "there is no commit in {}{}: nothing was judged; name a range that holds commits (BASE..HEAD)",
                self.place(),
                self.exempt()
            ));
        }
        (self.open > 0).then(|| self.unsettled())
    }

    fn unsettled(&self) -> String {
        let unread = self
            .standings
            .iter()
            .filter(|s| **s == Standing::Unread)
            .count();
        let members = self.open - unread;
        if members == 0 {
            return format!(
                "the messages of {} were read to the bound of 1 MiB only and show no sign-off there; look at them by hand",
                count(unread, "commit")
            );
        }
        format!(
            "{} without a sign-off of the author carry a signature, and {} exempts members of the organisation who sign so; who is a member only the forge knows: look at the DCO app's result, or set require.members to true",
            count(members, "commit"),
            AppConfig::path()
        )
    }

    fn so_far(&self) -> String {
        format!(
            "; of the {} here that need a sign-off {} {} it",
            count(self.judged(), "commit"),
            self.failing,
            if self.failing == 1 { "lacks" } else { "lack" }
        )
    }

    fn shallow(&self) -> String {
        format!(
            "the history is shallow and {} goes on beyond it{}; fetch the rest with `git fetch --unshallow` (in GitHub Actions: fetch-depth: 0 for actions/checkout) and judge again",
            self.place(),
            self.so_far()
        )
    }

    fn fail(&self) -> Answer {
        let failing = self.asked.commits.iter().zip(self.standings);
        let failing = failing.filter(|(_, s)| s.fails());
        let mut findings: Vec<_> = failing
            .take(FINDING_LIMIT)
            .map(|(commit, standing)| self.finding(commit, *standing))
            .collect();
        if self.failing > FINDING_LIMIT {
            let more = Draft::new(format!(
                "{} older commits fail as well; the newest {FINDING_LIMIT} are listed (`provost dco` lists all by author)",
                self.failing - FINDING_LIMIT
            ));
            findings.push(more.key("more"));
        }
        Answer::fail_all(self.failed(), findings)
            .unwrap_or_else(|| Answer::open("no finding stands for the failing commits"))
            .evidence(self.newest())
    }

    fn failed(&self) -> String {
        let mut text = format!(
            "{} of {} of {} that need a sign-off {} a valid one: ",
            self.failing,
            count(self.judged(), "commit"),
            self.place(),
            if self.failing == 1 { "lacks" } else { "lack" }
        );
        let mut parts = Vec::new();
        for (standing, words) in [
            (Standing::Missing, "without any"),
            (Standing::Mismatch, "signed by somebody else"),
            (Standing::Address, "with an address that is none"),
        ] {
            let n = self.standings.iter().filter(|s| **s == standing).count();
            if n > 0 {
                parts.push(format!("{n} {words}"));
            }
        }
        text += &parts.join(", ");
        text += &format!(
            "; expected: {}{}. ",
            self.people.matching.words(),
            self.exempt()
        );
        text + &self.next_step()
    }

    fn next_step(&self) -> String {
        if let Some(base) = self.asked.ends.and_then(|ends| ends.base()) {
            return format!(
                "Sign them off with `git rebase --signoff {}` and push again",
                short(base)
            );
        }
        let judged = self.asked.commits.iter().zip(self.standings);
        let judged = judged.filter(|(_, s)| s.holds() || s.fails());
        let adoption = Adoption::find(judged.map(|(c, s)| (c.commit_time, s.holds())));
        let newest = self.asked.commits.iter().zip(self.standings);
        let newest = newest
            .filter(|(_, s)| s.fails())
            .map(|(c, _)| c.commit_time);
        let clean = newest.max().and_then(day_after);
        match adoption {
            Some(custom) if custom.commits < self.judged() => format!(
                "Since {} {} % are signed off ({} of {}): if the project took up the DCO then, say so with `since = \"{}\"` in [rules.dco-sign-off.with]; mend what remains with remediation commits (`provost dco` writes them)",
                custom.since,
                custom.percent(),
                custom.signed,
                custom.commits,
                custom.since
            ),
            Some(_) => "Published history is not rewritten: mend these with remediation commits (`provost dco` writes them)".to_owned(),
            None => format!(
                "The project does not practise sign-offs yet: announce the day it takes up the DCO, set `since` to it in [rules.dco-sign-off.with]{}, and let `git commit -s` and a DCO check see to the rest",
                clean.map(|day| format!(" ({day} leaves out all that fails today)")).unwrap_or_default()
            ),
        }
    }

    fn finding(&self, commit: &Commit, standing: Standing) -> Draft {
        let subject = self.asked.history.subject(commit.id).unwrap_or_default();
        let author = self.people.shown(commit.author);
        let got = self.asked.history.sign_offs(commit);
        let got = match standing {
            Standing::Missing => "found no sign-off line".to_owned(),
            Standing::Address => format!(
                "found that the address of the author or committer ({}) is none",
                self.people.shown(commit.committer)
            ),
            _ => {
                let names = self.people.signers(got, 3);
                let names = names.iter().map(|name| format!("\"{name}\""));
                let more = if got.len() > 3 { ", …" } else { "" };
                format!("found {}{more}", names.collect::<Vec<_>>().join(", "))
            }
        };
        let base = self.asked.ends.and_then(|ends| ends.base());
        let message = format!(
            "\"{subject}\": expected \"Signed-off-by: {author}\", {got}; mend with `{}`",
            command(commit, standing, self.asked.tip, base)
        );
        let id = commit.id.to_string();
        Draft::new(message).commit(id.clone()).key(id)
    }

    fn newest(&self) -> Evidence {
        let note = format!(
            "newest of {} judged in {}",
            count(self.asked.commits.len(), "commit"),
            self.place()
        );
        match self.asked.commits.first() {
            Some(commit) => Evidence::commit(commit.id.to_string()).note(note),
            None => Evidence::words(note),
        }
    }

    fn evidence(&self, mailmap: &Mailmap) -> Vec<Evidence> {
        let mut list = Vec::new();
        list.extend(mailmap.evidence());
        if self.app.found {
            let note = format!(
                "set-up of the DCO app: remediation commits {}, members {}",
                match (self.app.individual, self.app.third_party) {
                    (true, true) => "of authors and on their behalf count",
                    (true, false) => "of authors count",
                    _ => "do not count",
                },
                if self.app.members {
                    "sign off"
                } else {
                    "may be exempt"
                }
            );
            list.push(self.app.evidence(None, &note));
        }
        for (line, words) in &self.app.wrong {
            let note = format!("line {line}: {words}: not applied");
            list.push(self.app.evidence(Some(*line), &note));
        }
        list.extend(self.bot_names());
        let history = self.asked.history;
        list.extend(history.bounds.iter().take(LISTED).map(Evidence::words));
        let gone = history.missing.iter().take(LISTED);
        list.extend(gone.map(|id| Evidence::commit(id.to_string()).note("not in this clone")));
        let damaged = history.damaged.iter().take(LISTED);
        list.extend(damaged.map(|(id, why)| Evidence::commit(id.to_string()).note(why.clone())));
        list
    }

    /// Which automata were exempt, so that nobody hides behind one.
    fn bot_names(&self) -> Option<Evidence> {
        let bots = self.asked.commits.iter().zip(self.standings);
        let mut names: BTreeMap<_, usize> = BTreeMap::new();
        for (commit, _) in bots.filter(|(_, s)| **s == Standing::Bot) {
            *names.entry(self.people.shown(commit.author)).or_default() += 1;
        }
        if names.is_empty() {
            return None;
        }
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let listed = names
            .iter()
            .take(LISTED)
            .map(|(name, n)| format!("{name} {n}"));
        let more = names.len().saturating_sub(LISTED);
        let mut text = listed.collect::<Vec<_>>().join(", ");
        if more > 0 {
            text += &format!(" and {more} more");
        }
        Some(Evidence::words(format!("exempt as bots: {text}")))
    }
}

fn are(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}
