// SPDX-License-Identifier: Apache-2.0

//! The published OpenSSF Scorecard result of a repository, or of one of its commits.

use serde_json::Value;

use super::badge::unexpected;
use super::client::Client;
use super::place::encode;
use super::{Heard, Place, Service, Told};

/// Most checks of a result.
const CHECKS: usize = 200;
/// Longest text that is taken from a result, in characters.
const TEXT: usize = 200;

/// A result.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// 0 to 10; `None` when it is inconclusive (−1) or missing.
    pub score: Option<f64>,
    /// The day of the scan, `YYYY-MM-DD`; may be empty.
    pub date: String,
    /// The repository it is of, `host/owner/name`; may be empty.
    pub repository: String,
    /// The commit that was scanned; may be empty.
    pub commit: String,
    /// Version of Scorecard.
    pub version: String,
    /// Its checks, by name.
    pub checks: Vec<Scan>,
}

/// One check of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Name, `Branch-Protection`.
    pub name: String,
    /// 0 to 10; `None` when it is inconclusive.
    pub score: Option<f64>,
    /// Why, in Scorecard's words.
    pub reason: String,
}

impl Scored {
    fn of(raw: &Value) -> Option<Scored> {
        let object = raw.as_object()?;
        if !object.contains_key("score") && !object.contains_key("checks") {
            return None;
        }
        let text = |path: &str| {
            let text = raw
                .pointer(path)
                .and_then(Value::as_str)
                .unwrap_or_default();
            text.chars().take(TEXT).collect::<String>()
        };
        let checks = raw.get("checks").and_then(Value::as_array);
        let mut checks: Vec<Scan> = checks
            .into_iter()
            .flatten()
            .take(CHECKS)
            .filter_map(Scan::of)
            .collect();
        checks.sort_by(|a, b| a.name.cmp(&b.name));
        Some(Scored {
            score: score(raw),
            date: text("/date").chars().take(10).collect(),
            repository: text("/repo/name"),
            commit: text("/repo/commit"),
            version: text("/scorecard/version"),
            checks,
        })
    }

    /// The check of this name.
    pub fn check(&self, name: &str) -> Option<&Scan> {
        self.checks
            .iter()
            .find(|c| c.name.eq_ignore_ascii_case(name))
    }
}

impl Scan {
    fn of(raw: &Value) -> Option<Scan> {
        let text = |key: &str| raw.get(key).and_then(Value::as_str);
        Some(Scan {
            name: text("name")?.chars().take(TEXT).collect(),
            score: score(raw),
            reason: text("reason")
                .unwrap_or_default()
                .chars()
                .take(TEXT)
                .collect(),
        })
    }
}

fn score(raw: &Value) -> Option<f64> {
    raw.get("score")?
        .as_f64()
        .filter(|s| (0.0..=10.0).contains(s))
}

/// Asks for the latest result, or for that of `commit`. `None`: not scanned.
pub(super) fn result(client: &Client, place: &Place, commit: Option<&str>) -> Told<Option<Scored>> {
    let known = matches!(place.host.as_str(), "github.com" | "gitlab.com");
    let Some((owner, name)) = place.owner_and_name().filter(|_| known) else {
        return Err(format!(
            "Scorecard publishes results for owner/name on github.com and gitlab.com only, not for {}/{}",
            place.host, place.slug
        ));
    };
    let commit = commit.map_or(String::new(), |id| format!("?commit={}", encode(id)));
    let path = format!(
        "/projects/{}/{}/{}{commit}",
        place.host,
        encode(owner),
        encode(name)
    );
    let reply = client.get(Service::Scorecard, &path)?;
    if reply.is_absent() && reply.body.get("code").is_some() {
        return Err(format!(
            "{}: the server does not know this path; is it Scorecard's?",
            reply.seen.url
        ));
    }
    let value = match reply.is_absent() {
        true => None,
        false => Some(Scored::of(&reply.body).ok_or_else(|| unexpected(&reply))?),
    };
    Ok(Heard {
        value,
        seen: vec![reply.seen],
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_are_read_leniently() {
        let found = Scored::of(&json!({
            "date": "2024-11-25T10:00:00Z", "score": 7, "metadata": null,
            "repo": {"name": "github.com/o/r", "commit": "abc"},
            "scorecard": {"version": "v5"},
            "checks": [
                {"name": "Vulnerabilities", "score": -1, "reason": "x", "details": null},
                {"name": "SAST", "score": 7.3, "documentation": {}},
                {"score": 1}, null
            ]
        }))
        .unwrap();
        assert_eq!((found.score, &*found.date), (Some(7.0), "2024-11-25"));
        assert_eq!(found.checks.len(), 2);
        assert_eq!(found.check("sast").unwrap().score, Some(7.3));
        assert_eq!(found.check("Vulnerabilities").unwrap().score, None);
        assert_eq!(Scored::of(&json!({"score": -1})).unwrap().score, None);
        assert_eq!(Scored::of(&json!({"checks": []})).unwrap().score, None);
        for bad in [
            json!({}),
            json!([]),
            json!(null),
            json!("x"),
            json!({"code": 500}),
        ] {
            assert_eq!(Scored::of(&bad), None);
        }
    }
}
