// SPDX-License-Identifier: Apache-2.0

//! Finding a repository's entry on the Best Practices site, which compares addresses letter by letter.
//!
//! First by the exact address; then the entries that the README shows, if they name this repository; then by
//! prefix, which the site compares without regard to case, kept only where the whole address is ours; last by the
//! name that the forge itself uses. Only when all of it is empty is the repository not listed.

use serde_json::Value;

use super::body::excerpt;
use super::client::Client;
use super::place::{encode, same_form};
use super::project::Project;
use super::{Heard, Place, Reply, Seen, Service, Told};

/// Most entries of a README that are looked up.
pub(super) const SHOWN_LIMIT: usize = 3;
/// Entries on a page of the site.
const PAGE: usize = 20;
/// Most pages of a search by prefix.
const PAGES: usize = 3;

/// Entries that are the repository's.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// Entries with an address of the repository, those that name it as their repository first.
    pub projects: Vec<Project>,
    /// How many of them name it as their repository; the others only as their home page.
    pub by_repository: usize,
    /// Addresses that were looked for.
    pub tried: Vec<String>,
}

impl Listed {
    /// The entry with this number.
    pub(super) fn known(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    fn of(mut projects: Vec<Project>, tried: Vec<String>) -> Listed {
        let is_repository = |p: &Project| {
            tried
                .iter()
                .any(|t| same_form(t) == same_form(&p.repository))
        };
        projects.sort_by_key(|p| (!is_repository(p), p.id));
        projects.dedup_by_key(|p| p.id);
        let by_repository = projects.iter().filter(|p| is_repository(p)).count();
        Listed {
            projects,
            by_repository,
            tried,
        }
    }
}

/// Looks the repository at `place` up.
pub(super) fn look_up(
    client: &Client,
    place: &Place,
    shown: &[u64],
    canonical: impl Fn() -> Option<String>,
) -> Told<Listed> {
    let mut search = Search {
        client,
        seen: Vec::new(),
        tried: vec![place.address.clone()],
    };
    let mut found = search.exact(&place.address)?;
    if found.is_empty() {
        for id in shown.iter().take(SHOWN_LIMIT) {
            // An entry that cannot be read says nothing about the others.
            if let Ok(Heard {
                value: Some(project),
                seen,
            }) = entry(client, *id)
                && project.names(&place.address)
            {
                search.seen.extend(seen);
                found.push(project);
                break;
            }
        }
    }
    for scheme in ["https", "http"] {
        if found.is_empty() {
            let bare = place.address.split_once("://").map_or("", |(_, rest)| rest);
            found = search.by_prefix(&format!("{scheme}://{bare}"), &place.address)?;
        }
    }
    if found.is_empty()
        && let Some(address) = canonical()
        && same_form(&address) != same_form(&place.address)
    {
        search.tried.push(address.clone());
        found = search.exact(&address)?;
    }
    Ok(Heard {
        value: Listed::of(found, search.tried),
        seen: search.seen,
    })
}

/// Reads one entry; `None` when there is none of this number.
pub(super) fn entry(client: &Client, id: u64) -> Told<Option<Project>> {
    let reply = client.get(Service::Badge, &format!("/projects/{id}.json"))?;
    let value = match reply.is_absent() {
        true => None,
        false => Some(
            Project::of(&reply.body)
                .filter(|p| p.id == id)
                .ok_or_else(|| unexpected(&reply))?,
        ),
    };
    Ok(Heard {
        value,
        seen: vec![reply.seen],
    })
}

struct Search<'c> {
    client: &'c Client,
    seen: Vec<Seen>,
    tried: Vec<String>,
}

impl Search<'_> {
    fn exact(&mut self, address: &str) -> Result<Vec<Project>, String> {
        self.list(&format!("/projects.json?url={}", encode(address)))
    }

    /// Entries whose whole address is `address`, among those that begin with `prefix`.
    fn by_prefix(&mut self, prefix: &str, address: &str) -> Result<Vec<Project>, String> {
        let mut found = Vec::new();
        for page in 1..=PAGES {
            // The site insists on keys in the order of the alphabet, and on no first page.
            let page = if page == 1 {
                String::new()
            } else {
                format!("page={page}&")
            };
            let rows = self.list(&format!("/projects.json?{page}pq={}", encode(prefix)))?;
            let last = rows.len() < PAGE;
            found.extend(rows.into_iter().filter(|project| project.names(address)));
            if last {
                break;
            }
        }
        Ok(found)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Project>, String> {
        let reply = self.client.get(Service::Badge, path)?;
        let rows = match &reply.body {
            Value::Array(rows) if !reply.is_absent() => rows.iter().map(Project::of).collect(),
            // One entry where a list was asked for is a list of one.
            Value::Object(_) if !reply.is_absent() => Project::of(&reply.body).map(|p| vec![p]),
            _ => None,
        };
        let rows: Vec<Project> = rows.ok_or_else(|| unexpected(&reply))?;
        self.seen.push(reply.seen);
        Ok(rows)
    }
}

/// A reply that is JSON and not what the service is known to send.
pub(super) fn unexpected(reply: &Reply) -> String {
    format!(
        "{}: an answer of another shape than expected ({}): `{}`",
        reply.seen.url,
        reply.seen.status,
        excerpt(&reply.body.to_string())
    )
}
