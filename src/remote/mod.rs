// SPDX-License-Identifier: Apache-2.0

//! Evidence from web services: the OpenSSF Best Practices badge, Scorecard, the forge, OSV.
//!
//! Each source is asked once a run, beside the scan, and comes to one of three outcomes: found, absent (the
//! service said so), or unknown (it could not be asked). A failure of the network is never absence.
//! What was asked, when, and what came back is kept ([`store`]), so that a run can be read and repeated.
//! This layer knows nothing of rules.

use std::sync::OnceLock;

pub mod badge;
mod body;
mod client;
pub mod github;
mod http;
pub mod organisation;
pub mod osv;
pub mod place;
pub mod project;
pub mod scorecard;
mod settings;
mod store;
#[cfg(test)]
pub(crate) mod testing;

use badge::Listed;
use client::Client;
pub use client::Reply;
use github::{Protection, Repository};
use organisation::OrganisationFiles;
use osv::{Query, Vulnerability};
pub use place::Place;
use project::Project;
use scorecard::Scored;
pub use settings::{Bases, Settings, SettingsError, Token};

/// A service that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// The OpenSSF Best Practices badge, www.bestpractices.dev.
    Badge,
    /// OpenSSF Scorecard, api.scorecard.dev.
    Scorecard,
    /// The forge, api.github.com.
    GitHub,
    /// Known vulnerabilities, api.osv.dev.
    Osv,
}

impl Service {
    /// Every service.
    pub const ALL: [Service; 4] = [
        Service::Badge,
        Service::Scorecard,
        Service::GitHub,
        Service::Osv,
    ];

    /// Its name: of its folder in a record, of its flag and its variable.
    pub fn name(self) -> &'static str {
        match self {
            Service::Badge => "badge",
            Service::Scorecard => "scorecard",
            Service::GitHub => "github",
            Service::Osv => "osv",
        }
    }

    /// Where it is, unless told otherwise.
    pub fn base(self) -> &'static str {
        match self {
            Service::Badge => "https://www.bestpractices.dev",
            Service::Scorecard => "https://api.scorecard.dev",
            Service::GitHub => "https://api.github.com",
            Service::Osv => "https://api.osv.dev",
        }
    }

    /// Hosts it may send to, besides its own.
    fn hosts(self) -> &'static [&'static str] {
        match self {
            Service::Badge => &[
                "www.bestpractices.dev",
                "bestpractices.dev",
                "bestpractices.coreinfrastructure.org",
            ],
            Service::Scorecard => &["api.scorecard.dev"],
            Service::GitHub => &["api.github.com"],
            Service::Osv => &["api.osv.dev"],
        }
    }
}

/// A reply that was used: what an auditor asks for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The address asked.
    pub url: String,
    /// When the reply came, RFC 3339.
    pub retrieved: String,
    /// Its HTTP status.
    pub status: u16,
}

/// What a source said, with the replies it rests on.
#[derive(Clone, Debug)]
pub struct Heard<T> {
    /// What it said.
    pub value: T,
    /// The replies, in the order they were asked for.
    pub seen: Vec<Seen>,
}

/// What a source came to; `Err` says in words why it is unknown, and what to do.
pub type Told<T> = Result<Heard<T>, String>;

/// An entry that the README shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its number.
    pub id: u64,
    /// The entry; `None`: there is none of this number.
    pub told: Told<Option<Project>>,
    /// The forge's word that the entry names a former address of the repository.
    pub moved: Option<Heard<()>>,
}

/// What is known before the services are asked.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// Entries of the Best Practices badge that the README shows.
    pub shown: Vec<u64>,
    /// What OSV is asked about.
    pub queries: Vec<Query>,
    /// Stems of inheritable documents that the repository lacks, in small letters.
    pub lacking: Vec<String>,
}

/// What the services say of one repository. Every part is asked for at most once.
pub struct Remote {
    place: Option<Place>,
    client: Client,
    hints: OnceLock<Hints>,
    badge: OnceLock<Told<Listed>>,
    shown: OnceLock<Vec<Shown>>,
    scorecard: OnceLock<Told<Option<Scored>>>,
    repository: OnceLock<Told<Option<Repository>>>,
    protection: OnceLock<Told<Protection>>,
    organisation: OnceLock<Told<Option<OrganisationFiles>>>,
    vulnerabilities: OnceLock<Told<Vec<Vulnerability>>>,
}

impl Remote {
    /// For the repository at `place`; `None` when it has no remote, and then nothing is ever asked.
    pub fn new(settings: Settings, place: Option<Place>) -> Self {
        Remote {
            place,
            client: Client::new(settings),
            hints: OnceLock::new(),
            badge: OnceLock::new(),
            shown: OnceLock::new(),
            scorecard: OnceLock::new(),
            repository: OnceLock::new(),
            protection: OnceLock::new(),
            organisation: OnceLock::new(),
            vulnerabilities: OnceLock::new(),
        }
    }

    /// The repository that is asked about.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// Whether the services cannot be asked, only what was kept.
    pub fn is_offline(&self) -> bool {
        self.client.settings().offline || self.client.settings().replay.is_some()
    }

    /// The place, if it is on the forge that GitHub's interface speaks for.
    pub fn github(&self) -> Option<&Place> {
        let base = &self.client.settings().bases.github;
        self.place.as_ref().filter(|place| place.is_github(base))
    }

    fn asked(&self) -> Result<&Place, String> {
        self.place.as_ref().ok_or_else(|| {
            "the repository names no remote, so there is nothing to ask for; add one, or [subject] remote in .provost.toml".into()
        })
    }

    fn on_github(&self) -> Result<&Place, String> {
        let place = self.asked()?;
        self.github().ok_or_else(|| {
            format!(
                "{} is not GitHub, and no other forge can be asked yet",
                place.host
            )
        })
    }

    /// Settles what is known before; the first call counts.
    pub fn prepare(&self, hints: impl FnOnce() -> Hints) -> &Hints {
        self.hints.get_or_init(hints)
    }

    fn known(&self) -> &Hints {
        self.prepare(Hints::default)
    }

    /// The badge's entries for the repository. Like every part, it is asked for by the first that wants it.
    pub fn badge(&self) -> &Told<Listed> {
        self.badge.get_or_init(|| {
            let place = self.public()?;
            badge::look_up(&self.client, place, &self.known().shown, || {
                self.canonical()
            })
        })
    }

    /// The entries that the README shows.
    pub fn shown(&self) -> &[Shown] {
        self.shown.get_or_init(|| {
            let ids = self.known().shown.iter().take(badge::SHOWN_LIMIT);
            ids.map(|id| self.shown_entry(*id)).collect()
        })
    }

    fn shown_entry(&self, id: u64) -> Shown {
        let own = self.badge().as_ref().ok();
        let told = match own.and_then(|own| Some((own.value.known(id)?.clone(), own))) {
            Some((project, own)) => Ok(Heard {
                value: Some(project),
                seen: own.seen.clone(),
            }),
            None => self.public().and_then(|_| badge::entry(&self.client, id)),
        };
        let moved = match (&told, self.github()) {
            (
                Ok(Heard {
                    value: Some(project),
                    ..
                }),
                Some(place),
            ) if !project.names(&place.address) => self.leads_here(project, place),
            _ => None,
        };
        Shown { id, told, moved }
    }

    /// Whether an entry names a former address of the repository, which the forge leads on to the present one.
    fn leads_here(&self, project: &Project, place: &Place) -> Option<Heard<()>> {
        let form = place::same_form(&project.repository);
        let (host, old) = form.split_once('/')?;
        let old = Place::of(&format!("https://{host}/{old}"))?;
        if !old.is_github(&self.client.settings().bases.github) {
            return None;
        }
        let told = github::repository(&self.client, &old).ok()?;
        let now = &told.value.as_ref()?.full_name;
        let here = now.eq_ignore_ascii_case(&place.slug);
        here.then_some(Heard {
            value: (),
            seen: told.seen,
        })
    }

    /// The Scorecard result; `None`: not scanned.
    pub fn scorecard(&self) -> &Told<Option<Scored>> {
        self.scorecard.get_or_init(|| {
            let place = self.public()?;
            scorecard::result(&self.client, place, None)
        })
    }

    /// The repository on the forge; `None`: not there, or not to be seen.
    pub fn repository(&self) -> &Told<Option<Repository>> {
        self.repository.get_or_init(|| {
            let place = self.on_github()?;
            github::repository(&self.client, place)
        })
    }

    /// How the default branch is protected.
    pub fn protection(&self) -> &Told<Protection> {
        self.protection.get_or_init(|| {
            let place = self.on_github()?;
            let branch = match self.repository() {
                Ok(Heard { value: Some(found), .. }) => found.default_branch.clone(),
                Ok(_) => return Err("the forge shows no such repository: it is private or has moved; set GITHUB_TOKEN to one that may read it".into()),
                Err(why) => return Err(why.clone()),
            };
            github::protection(&self.client, place, &branch)
        })
    }

    /// The organisation's default documents; `None`: it has none.
    pub fn organisation(&self) -> &Told<Option<OrganisationFiles>> {
        self.organisation.get_or_init(|| {
            let place = self.on_github()?;
            organisation::files(&self.client, place, &self.known().lacking)
        })
    }

    /// Known vulnerabilities of what the hints name.
    pub fn vulnerabilities(&self) -> &Told<Vec<Vulnerability>> {
        self.vulnerabilities
            .get_or_init(|| osv::vulnerabilities(&self.client, &self.known().queries))
    }

    /// Asks for one part.
    pub fn fetch(&self, source: Source) {
        match source {
            Source::Badge => drop(self.shown()),
            Source::Scorecard => drop(self.scorecard()),
            Source::Repository => drop(self.repository()),
            Source::Protection => drop(self.protection()),
            Source::Organisation => drop(self.organisation()),
            Source::Vulnerabilities => drop(self.vulnerabilities()),
        }
    }

    /// The place, unless the forge says that it is private: then nobody else is told its name.
    fn public(&self) -> Result<&Place, String> {
        let place = self.asked()?;
        // Only a token can see a private repository; without one there is nothing to wait for.
        if self.client.may_see_private()
            && self.github().is_some()
            && let Ok(Heard {
                value: Some(repository),
                ..
            }) = self.repository()
            && repository.private
        {
            return Err(format!(
                "{} is private, so its address is not sent to other services; attest it instead",
                place.slug
            ));
        }
        Ok(place)
    }

    /// The address that the forge itself uses, when it differs: another case, or the name after a move.
    fn canonical(&self) -> Option<String> {
        let place = self.github()?;
        let told = self.repository().as_ref().ok()?;
        let name = &told.value.as_ref()?.full_name;
        (!name.is_empty() && *name != place.slug).then(|| format!("https://{}/{name}", place.host))
    }

    /// Whether a part has come.
    pub fn has(&self, source: Source) -> bool {
        match source {
            Source::Badge => self.shown.get().is_some(),
            Source::Scorecard => self.scorecard.get().is_some(),
            Source::Repository => self.repository.get().is_some(),
            Source::Protection => self.protection.get().is_some(),
            Source::Organisation => self.organisation.get().is_some(),
            Source::Vulnerabilities => self.vulnerabilities.get().is_some(),
        }
    }

    /// What went wrong beside the replies (a record that cannot be written), and what was taken from the cache.
    pub fn remarks(&self) -> Remarks {
        self.client.remarks()
    }
}

/// A part of the evidence that is asked for on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Entries of the Best Practices badge.
    Badge,
    /// The Scorecard result.
    Scorecard,
    /// The repository on the forge.
    Repository,
    /// How its default branch is protected.
    Protection,
    /// Documents of the organisation.
    Organisation,
    /// Known vulnerabilities.
    Vulnerabilities,
}

/// What is worth saying of a run's remote work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// Files of the record that could not be written.
    pub unwritten: Vec<String>,
    /// Replies taken from the cache without asking.
    pub cached: usize,
    /// When the oldest of them came, RFC 3339.
    pub oldest: Option<String>,
    /// Requests sent, retries and redirects too.
    pub requests: usize,
}
