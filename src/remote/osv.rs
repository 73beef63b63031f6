// SPDX-License-Identifier: Apache-2.0

//! Known vulnerabilities, by query of OSV: of a release's commit and of the packages it is published as.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::badge::unexpected;
use super::client::Client;
use super::place::encode;
use super::{Heard, Service, Told};

/// Most pages of an answer.
const PAGES: usize = 10;
/// Most vulnerabilities whose entries are read.
const ENTRIES: usize = 20;
/// Longest text that is taken from an entry, in characters.
const TEXT: usize = 200;

/// What OSV is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A commit.
    Commit(String),
    /// A package URL with its version.
    Purl(String),
}

impl Query {
    fn json(&self) -> Value {
        match self {
            Query::Commit(id) => json!({"commit": id}),
            Query::Purl(purl) => json!({"package": {"purl": purl}}),
        }
    }
}

/// A known vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its id in OSV.
    pub id: String,
    /// One line; may be empty.
    pub summary: String,
    /// Its other ids.
    pub aliases: Vec<String>,
    /// Whether it was withdrawn; `None` when its entry could not be read.
    pub withdrawn: Option<bool>,
    /// Why its entry could not be read.
    pub unread: Option<String>,
}

/// Asks about all of `queries`, page by page, then for the entry of each vulnerability.
pub(super) fn vulnerabilities(client: &Client, queries: &[Query]) -> Told<Vec<Vulnerability>> {
    let mut seen = Vec::new();
    let mut ids: BTreeMap<String, ()> = BTreeMap::new();
    let mut open: Vec<Value> = queries.iter().map(Query::json).collect();
    for _ in 0..PAGES {
        if open.is_empty() {
            break;
        }
        let reply = client.post(Service::Osv, "/v1/querybatch", &json!({"queries": open}))?;
        let results = reply.body.get("results").and_then(Value::as_array);
        let results = results
            .filter(|list| !reply.is_absent() && list.len() == open.len())
            .ok_or_else(|| unexpected(&reply))?;
        let mut further = Vec::new();
        for (query, result) in open.iter().zip(results) {
            let vulns = result.get("vulns").and_then(Value::as_array);
            let found = vulns
                .into_iter()
                .flatten()
                .filter_map(|v| v.get("id")?.as_str());
            ids.extend(found.map(|id| (id.chars().take(TEXT).collect(), ())));
            let token = result.get("next_page_token").and_then(Value::as_str);
            if let Some(token) = token.filter(|t| !t.is_empty()) {
                let mut next = query.clone();
                next["page_token"] = token.into();
                further.push(next);
            }
        }
        seen.push(reply.seen);
        open = further;
    }
    if !open.is_empty() {
        return Err(format!(
            "OSV has more than the bound of {PAGES} pages of vulnerabilities"
        ));
    }
    let mut found = Vec::new();
    for (at, id) in ids.into_keys().enumerate() {
        let told = if at < ENTRIES {
            client.get(Service::Osv, &format!("/v1/vulns/{}", encode(&id)))
        } else {
            Err(format!("more than the bound of {ENTRIES} entries"))
        };
        let vulnerability = match told {
            Ok(reply) => {
                let vulnerability = read(id, &reply.body);
                seen.push(reply.seen);
                vulnerability
            }
            Err(why) => Vulnerability {
                id,
                summary: String::new(),
                aliases: Vec::new(),
                withdrawn: None,
                unread: Some(why),
            },
        };
        found.push(vulnerability);
    }
    Ok(Heard { value: found, seen })
}

/// An entry. One that is not there (404) is listed all the same, and so was not withdrawn.
fn read(id: String, raw: &Value) -> Vulnerability {
    let clip = |text: &str| text.chars().take(TEXT).collect::<String>();
    let aliases = raw.get("aliases").and_then(Value::as_array);
    Vulnerability {
        id,
        summary: clip(
            raw.get("summary")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        ),
        aliases: aliases
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .take(8)
            .map(clip)
            .collect(),
        withdrawn: Some(raw.get("withdrawn").is_some_and(Value::is_string)),
        unread: None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::replayed;
    use super::super::{Hints, Place};
    use super::*;

    /// A reply to a batch of queries.
    fn batch(queries: Value, results: Value) -> (Service, String, u16, Value) {
        let path = format!("/v1/querybatch {}", json!({"queries": queries}));
        (Service::Osv, path, 200, json!({"results": results}))
    }

    fn ask(rows: &[(Service, String, u16, Value)]) -> Result<Vec<Vulnerability>, String> {
        let (_folder, remote) = replayed(Place::of("https://github.com/o/r"), rows);
        remote.prepare(|| Hints {
            queries: vec![
                Query::Commit("c".into()),
                Query::Purl("pkg:cargo/a@1.0.0".into()),
            ],
            ..Hints::default()
        });
        remote.vulnerabilities().clone().map(|heard| heard.value)
    }

    #[test]
    fn every_page_and_every_entry_is_read() {
        let both = json!([{"commit": "c"}, {"package": {"purl": "pkg:cargo/a@1.0.0"}}]);
        let first = batch(
            both.clone(),
            json!([{"vulns": [{"id": "A"}], "next_page_token": "t"}, {}]),
        );
        let second = batch(
            json!([{"commit": "c", "page_token": "t"}]),
            json!([{"vulns": [{"id": "B"}, {"id": "A"}]}]),
        );
        let entry = |id: &str, body: Value| (Service::Osv, format!("/v1/vulns/{id}"), 200, body);
        let a = entry("A", json!({"summary": "x", "aliases": ["CVE-1"]}));
        let b = entry("B", json!({"withdrawn": "2026-01-01T00:00:00Z"}));
        let found = ask(&[first.clone(), second.clone(), a, b]).unwrap();
        let states: Vec<_> = found.iter().map(|v| (v.id.as_str(), v.withdrawn)).collect();
        assert_eq!(states, [("A", Some(false)), ("B", Some(true))]);
        // A page that cannot be had leaves everything unknown; an entry leaves itself unknown.
        assert!(ask(std::slice::from_ref(&first)).is_err());
        let found = ask(&[first, second]).unwrap();
        assert!(
            found
                .iter()
                .all(|v| v.withdrawn.is_none() && v.unread.is_some())
        );
        assert!(ask(&[batch(both.clone(), json!([{}]))]).is_err());
        assert!(ask(&[batch(both, json!(null))]).is_err());
    }
}
