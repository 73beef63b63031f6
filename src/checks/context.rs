// SPDX-License-Identifier: Apache-2.0

//! What a check may look at.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::remote::organisation::OrganisationFiles;
use crate::remote::{Remote, Source};
use crate::rules::{Attestation, Clause, Rule};
use crate::subject::history::{History, Range};
use crate::subject::{DOCUMENT_LIMIT, Entry, Subject};

use crate::text;

use super::change::Change;
use super::files::Files;
use super::header::Headers;
use super::license::Project;
use super::reuse::Inventory;

/// One rule's view of the run: the rule, and everything that all rules share.
pub struct Context<'a> {
    /// The rule being decided.
    pub rule: &'a Rule,
    /// Clauses of the chosen profiles that cite the rule.
    pub clauses: &'a [&'a Clause],
    /// What all rules share.
    pub shared: &'a Shared<'a>,
    /// Whether it waits for replies.
    pub patience: Patience,
}

/// Whether a check waits for a reply that has not come. One that does not is run again later, so that no thread
/// stands idle while there are files to read.
#[derive(Debug, Default)]
pub struct Patience {
    hasty: bool,
    missed: AtomicBool,
}

impl Patience {
    /// Waits for nothing.
    pub fn none() -> Self {
        Patience {
            hasty: true,
            missed: AtomicBool::new(false),
        }
    }

    /// Whether a reply was wanted that had not come: the answer is to be thrown away.
    pub fn missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

/// The organisation's default documents, as a rule sees them.
pub(crate) enum Organisation<'f> {
    /// A clone of its `.github` repository.
    Given(&'f Files<'f>),
    /// Those that the forge handed out.
    Fetched(Files<'f>, &'f OrganisationFiles),
    /// The forge says that it has none.
    Nothing,
    /// Nobody has looked, because; empty when no service may be asked.
    Unseen(String),
}

impl<'a> Context<'a> {
    /// What the services say, once `source` has come. `Err` says why they are not asked.
    pub(crate) fn remote(&self, source: Source) -> Result<&'a Remote, String> {
        let Some(remote) = self.shared.remote else {
            return Err("offline: no service is asked".into());
        };
        if self.patience.hasty && !remote.has(source) {
            self.patience.missed.store(true, Ordering::Relaxed);
            return Err("its reply has not come yet".into());
        }
        remote.prepare(|| super::remote::hints(self.shared));
        Ok(remote)
    }

    /// The organisation's default documents.
    pub(crate) fn organisation(&self) -> Organisation<'a> {
        if let Some(files) = &self.shared.organisation {
            return Organisation::Given(files);
        }
        if self.shared.remote.is_none_or(|r| r.github().is_none()) {
            return Organisation::Unseen(String::new());
        }
        match self.remote(Source::Organisation).map(Remote::organisation) {
            Ok(Ok(heard)) => match &heard.value {
                Some(found) => Organisation::Fetched(Files::new(&found.tree), found),
                None => Organisation::Nothing,
            },
            Ok(Err(why)) => Organisation::Unseen(why.clone()),
            Err(why) => Organisation::Unseen(why),
        }
    }
}

impl<'a> std::ops::Deref for Context<'a> {
    type Target = Shared<'a>;

    fn deref(&self) -> &Shared<'a> {
        self.shared
    }
}

/// What all rules of a run share. Facts that cost a pass over the tree or the history are computed on
/// first use and kept.
pub struct Shared<'a> {
    /// The repository.
    pub subject: &'a Subject,
    /// Its files, read once.
    pub files: Files<'a>,
    /// Where documents really live, by rule id, from the configuration.
    pub documents: &'a BTreeMap<String, Vec<String>>,
    /// Paths left out of per-file rules by the configuration, already matched: sorted indices of entries.
    pub excluded: Vec<usize>,
    /// Statements of the project.
    pub attestations: &'a [Attestation],
    /// Range of commits asked for on the command line; `None` means each rule's own default.
    pub range: Option<Range>,
    /// The commit whose settings hold, where a change must not grant itself exemptions: the default branch,
    /// when a range is judged. `None`: the tree under inspection.
    pub settings_at: Option<git2::Oid>,
    /// What differs between the two sides, when the run compares with a base.
    pub change: Option<&'a Change>,
    /// The other side, judged before: what is the same there is taken from it.
    pub twin: Option<&'a Shared<'a>>,
    /// The moment the run counts as now.
    pub now: Timestamp,
    /// Whether remote evidence is out of bounds.
    pub offline: bool,
    /// Whether some rule reads files whole: then heads are looked at in the same read.
    pub whole_files: bool,
    /// A copy of the organisation's `.github` repository, when one was given.
    pub organisation: Option<Files<'a>>,
    /// What the services say, when they may be asked or a record stands for them.
    pub remote: Option<&'a Remote>,
    /// Day of the last review, if the configuration names it.
    pub last_review: Option<Date>,
    /// Commits of the whole history, read once on first use.
    pub history: OnceLock<History>,
    /// Commits of `range`, read once on first use.
    pub ranged: OnceLock<History>,
    /// What stands in the heads of the files, read once on first use.
    pub headers: OnceLock<Headers>,
    /// What is said about each file's licence, read once on first use.
    pub inventory: OnceLock<Inventory>,
    /// The project's licence, read once on first use.
    pub(crate) project: OnceLock<Project>,
}

/// A file that says how commits are judged.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Its text.
    pub text: String,
    /// The commit it was read from, when that is not the tree under inspection.
    pub commit: Option<git2::Oid>,
    /// Whether it goes on after what was read.
    pub truncated: bool,
}

/// No documents are placed by configuration.
static NOWHERE: BTreeMap<String, Vec<String>> = BTreeMap::new();

impl<'a> Shared<'a> {
    /// A run on `subject` with nothing configured: no exclusions, statements, ranges; offline.
    pub fn new(subject: &'a Subject, now: Timestamp) -> Self {
        Shared {
            files: Files::new(subject.tree.as_ref()),
            documents: &NOWHERE,
            excluded: Vec::new(),
            attestations: &[],
            range: None,
            settings_at: None,
            change: None,
            twin: None,
            now,
            offline: true,
            whole_files: false,
            organisation: None,
            remote: None,
            last_review: None,
            history: OnceLock::new(),
            ranged: OnceLock::new(),
            headers: OnceLock::new(),
            project: OnceLock::new(),
            inventory: OnceLock::new(),
            subject,
        }
    }

    /// Whether the entry at `index` is excluded by the configuration.
    pub fn is_excluded(&self, index: usize) -> bool {
        self.excluded.binary_search(&index).is_ok()
    }

    /// What was read only in part because a bound of `docs/security.md` was reached; sorted.
    pub fn cut_short(&self) -> Vec<String> {
        let mut said = self.files.cut_short();
        said.extend(self.headers.get().and_then(Headers::cut_short));
        said.sort();
        said
    }

    /// Whether only files that differ from the base are judged by rules about single files.
    pub fn is_partial(&self) -> bool {
        self.change.is_some_and(Change::is_partial)
    }

    /// Whether rules about single files leave this one out, because it is the same at the base.
    pub(crate) fn is_left_out(&self, entry: &Entry) -> bool {
        self.change.is_some_and(|change| change.leaves_out(entry))
    }

    /// The other side, for a file that is the same there and that nothing speaks for differently.
    pub(crate) fn same(&self, entry: &Entry) -> Option<&'a Shared<'a>> {
        let change = self.change?;
        let same = !change.touches(&entry.path) && !change.touches_licensing();
        self.twin.filter(|_| same)
    }

    /// The day that counts as today, in UTC.
    pub fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(jiff::tz::TimeZone::UTC).date()
    }

    /// The text of a file that says how commits are judged (`.mailmap`, `.github/dco.yml`), from where such
    /// settings hold.
    pub fn setting(&self, path: &str) -> Option<Setting> {
        let content = match self.settings_at {
            Some(commit) => self.subject.file_at(commit, path, DOCUMENT_LIMIT).ok()??,
            None => {
                let entry = self.files.get(path)?;
                let whole = entry.is_file() && entry.counts();
                let document = whole.then(|| self.files.document(entry).ok())??;
                return Some(Setting {
                    text: document.text().to_owned(),
                    commit: None,
                    truncated: document.truncated,
                });
            }
        };
        Some(Setting {
            text: text::decode(&content.bytes),
            commit: self.settings_at,
            truncated: content.truncated,
        })
    }

    /// Commits reachable from the head under inspection. Empty and marked so without git.
    pub fn history(&self) -> &History {
        self.history.get_or_init(|| self.subject.read_history())
    }

    /// Commits of the range asked for on the command line; without one, the whole history.
    pub fn commits(&self) -> &History {
        match &self.range {
            Some(Range::All) | None => self.history(),
            Some(range) => self.ranged.get_or_init(|| self.subject.read_commits(range)),
        }
    }
}
