// SPDX-License-Identifier: Apache-2.0

//! Where a review begins and ends: a revision, a date, or an earlier report. What is asked and cannot be had is
//! said; nothing is guessed.

use git2::Oid;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::report::review::{Moment, REVIEW_SCHEMA};
use crate::report::{SCHEMA, SubjectInfo};
use crate::subject::Subject;

/// Largest commit that is read for its date, in bytes.
const COMMIT_LIMIT: usize = 1 << 20;
/// Most first parents that are followed.
const STEPS: usize = 2_000_000;

/// Why there is no range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRange {
    /// It was asked for wrongly, or of another repository: an error of use.
    Wrong(String),
    /// The beginning is not in this clone: what to fetch, and the date asked for.
    Absent(String, Option<String>),
}

/// A range that can be reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// First commit, not part of the range.
    pub since: Oid,
    /// Its date.
    pub from: i64,
    /// Last commit.
    pub at: Oid,
    /// Its date.
    pub to: i64,
    /// What has to be said about it.
    pub remarks: Vec<String>,
}

impl Span {
    /// Both ends as a report states them.
    pub fn moments(&self) -> (Moment, Moment) {
        let moment = |id: Oid, time| Moment {
            commit: Some(id.to_string()),
            date: Some(stamp(time)),
        };
        (moment(self.since, self.from), moment(self.at, self.to))
    }
}

/// RFC 3339 in UTC.
pub fn stamp(time: i64) -> String {
    Timestamp::from_second(time)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_string()
}

/// What `--since` or the configuration asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A day.
    Day(Date),
    /// A revision, as typed.
    Revision(String),
    /// The commit of an earlier report.
    Report(Box<Earlier>),
}

/// What is needed of an earlier report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Commit that it judged.
    pub commit: String,
    /// What it was about.
    pub slug: Option<String>,
}

/// Reads an earlier report of either schema.
///
/// # Errors
/// When it is none, of a schema that this version does not read, or names no commit.
pub fn earlier(name: &str, text: &str) -> Result<Earlier, String> {
    let json: serde_json::Value = serde_json::from_str(text)
        .map_err(|_| format!("{name} is no JSON report; give one that `provost check` or `provost review` wrote with --format json"))?;
    let schema = json
        .get("schema")
        .and_then(|s| s.as_str())
        .unwrap_or("none");
    if schema != SCHEMA && schema != REVIEW_SCHEMA {
        return Err(format!(
            "{name} has schema {schema}; this version reads {SCHEMA} and {REVIEW_SCHEMA}: give the date of the last review instead"
        ));
    }
    let subject = json.get("subject").cloned().unwrap_or_default();
    let subject: SubjectInfo = serde_json::from_value(subject)
        .map_err(|e| format!("{name}: its subject cannot be read: {e}"))?;
    let ended = json
        .pointer("/at/commit")
        .and_then(|c| c.as_str())
        .map(str::to_owned);
    let commit = ended
        .or(subject.at)
        .or(subject.head)
        .ok_or_else(|| format!("{name} names no commit, because it judged a folder without git: give the date of the last review instead"))?;
    Ok(Earlier {
        commit,
        slug: subject.slug,
    })
}

/// Finds both ends. Without `asked`, one year before the end; a history that is younger is taken from its
/// first commit, and that is said.
///
/// # Errors
/// See [`NoRange`].
pub fn find(subject: &Subject, asked: Option<&Asked>) -> Result<Span, NoRange> {
    let Some(at) = subject.commit() else {
        let why = subject
            .no_history
            .as_deref()
            .unwrap_or("there is no commit yet");
        return Err(NoRange::Wrong(format!("a review needs history: {why}")));
    };
    let to = date(subject, at).ok_or_else(|| absent(subject, &format!("commit {at}"), None))?;
    let mut remarks = Vec::new();
    let since = match asked {
        None => {
            let day = to_day(to)
                .checked_sub(jiff::ToSpan::years(1))
                .unwrap_or(to_day(to));
            by_day(subject, at, day, &mut remarks)?
        }
        Some(Asked::Day(day)) => by_day(subject, at, *day, &mut remarks)?,
        Some(Asked::Revision(text)) => subject
            .resolve(text)
            .map_err(|e| NoRange::Wrong(e.to_string()))?,
        Some(Asked::Report(report)) => by_report(subject, report)?,
    };
    let from =
        date(subject, since).ok_or_else(|| absent(subject, &format!("commit {since}"), None))?;
    if since == at {
        remarks.push("the range is empty: it begins and ends at the same commit".into());
    } else if !is_ancestor(subject, since, at) {
        remarks.push(format!(
            "commit {} is no ancestor of {}: history was rewritten, or these are two branches. Trees are compared as they are; commits are those of the later side alone",
            short(since),
            short(at)
        ));
    }
    Ok(Span {
        since,
        from,
        at,
        to,
        remarks,
    })
}

fn short(id: Oid) -> String {
    id.to_string()[..12].to_owned()
}

fn to_day(time: i64) -> Date {
    super::figures::day(time)
}

fn by_report(subject: &Subject, report: &Earlier) -> Result<Oid, NoRange> {
    if let (Some(theirs), Some(ours)) = (&report.slug, &subject.slug)
        && !theirs.eq_ignore_ascii_case(ours)
    {
        let message = format!(
            "the earlier report is of {theirs}, this repository is {ours}: give a report of this one, or the date of its last review"
        );
        return Err(NoRange::Wrong(message));
    }
    let id: Oid = report.commit.parse().map_err(|_| {
        NoRange::Wrong(format!(
            "the earlier report names `{}` as its commit, which is no commit id",
            report.commit
        ))
    })?;
    if date(subject, id).is_none() {
        return Err(absent(
            subject,
            &format!("commit {id} of the earlier report"),
            None,
        ));
    }
    Ok(id)
}

/// The last first parent before `day`.
fn by_day(
    subject: &Subject,
    at: Oid,
    day: Date,
    remarks: &mut Vec<String>,
) -> Result<Oid, NoRange> {
    let limit = day
        .to_zoned(TimeZone::UTC)
        .map_err(|e| NoRange::Wrong(format!("`{day}`: {e}")))?
        .timestamp()
        .as_second();
    let Some(objects) = subject.objects() else {
        return Err(NoRange::Wrong("a review needs a git repository".into()));
    };
    let mut id = at;
    for _ in 0..STEPS {
        let Some(time) = date(subject, id) else {
            return Err(absent(subject, &format!("history before {day}"), Some(day)));
        };
        if time < limit {
            return Ok(id);
        }
        let cut = subject
            .git
            .as_ref()
            .is_some_and(|git| git.shallow.binary_search(&id).is_ok());
        if cut {
            return Err(absent(subject, &format!("history before {day}"), Some(day)));
        }
        match objects.parents(id).ok().and_then(|p| p.first().copied()) {
            Some(parent) => id = parent,
            None => {
                remarks.push(format!(
                    "there is no commit before {day}: history begins on {}, and the review with its first commit",
                    to_day(time)
                ));
                return Ok(id);
            }
        }
    }
    Err(NoRange::Wrong(format!(
        "no commit before {day} among {STEPS} first parents"
    )))
}

fn absent(subject: &Subject, what: &str, day: Option<Date>) -> NoRange {
    let fetch = match (subject.is_shallow(), day) {
        (true, Some(day)) => {
            // A month more than asked, so that the last commit before the day is among them.
            let early = day.checked_sub(jiff::ToSpan::months(2)).unwrap_or(day);
            format!("the clone is shallow: `git fetch --shallow-since={early}`, or `git fetch --unshallow`, and run again")
        }
        (true, None) => "the clone is shallow: `git fetch --unshallow` and run again".to_owned(),
        (false, _) => "fetch it (`git fetch origin <commit>`, or a full clone) and run again; if history was rewritten, give the date of the last review".to_owned(),
    };
    NoRange::Absent(
        format!("{what} is not in this clone; {fetch}"),
        day.map(|d| d.to_string()),
    )
}

/// Committer date of a commit.
fn date(subject: &Subject, id: Oid) -> Option<i64> {
    let object = subject.objects()?.read(id, COMMIT_LIMIT).ok()?;
    let mut lines = object
        .bytes
        .split(|&b| b == b'\n')
        .take_while(|line| !line.is_empty());
    let line = lines.find(|line| line.starts_with(b"committer "))?;
    let after = &line[line.iter().rposition(|&b| b == b'>')? + 1..];
    std::str::from_utf8(after)
        .ok()?
        .split_ascii_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Whether `old` is reachable from `new`.
fn is_ancestor(subject: &Subject, old: Oid, new: Oid) -> bool {
    let Some(source) = &subject.commits else {
        return false;
    };
    // What is reachable from `old` and not from `new` is empty when it is.
    source.between(&[new], old).commits.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_other_schemas_are_refused_with_what_to_give() {
        assert!(earlier("r.json", "{").is_err());
        let error = earlier("r.json", r#"{"schema":"provost-report/0"}"#).unwrap_err();
        assert!(
            error.contains("provost-report/0") && error.contains("date"),
            "{error}"
        );
        let folder = r#"{"schema":"provost-report/1","subject":{"path":".","head":null,"at":null,"remote":null,"slug":null}}"#;
        assert!(earlier("r.json", folder).unwrap_err().contains("no commit"));
        let good = folder.replace("\"head\":null", "\"head\":\"0123\"");
        assert_eq!(earlier("r.json", &good).unwrap().commit, "0123");
    }
}
