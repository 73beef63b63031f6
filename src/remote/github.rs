// SPDX-License-Identifier: Apache-2.0

//! What GitHub says of a repository: its name now, whether it is archived, how its default branch is protected.

use serde_json::Value;

use super::badge::unexpected;
use super::client::Client;
use super::place::encode;
use super::{Heard, Place, Seen, Service, Told};

/// Longest text that is taken from a reply, in characters.
const TEXT: usize = 200;

/// A repository on the forge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// `owner/name` as the forge writes it now; after a move, the new one.
    pub full_name: String,
    /// Whether it is read-only.
    pub archived: bool,
    /// Whether only some may see it.
    pub private: bool,
    /// Whether it is a fork.
    pub fork: bool,
    /// Branch that pull requests go to.
    pub default_branch: String,
}

/// How a branch is protected, as far as it can be seen. `None`: not to be seen without an administrator's token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// The branch.
    pub branch: String,
    /// Whether nobody may delete it.
    pub deletion: Option<bool>,
    /// Whether nobody may rewrite it.
    pub rewriting: Option<bool>,
    /// Approvals that a change needs.
    pub approvals: Option<u64>,
    /// Whether changes come by pull request only.
    pub pull_request: Option<bool>,
    /// Whether checks have to pass.
    pub checks: Option<bool>,
}

/// `/repos/owner/name` of a place on GitHub.
pub(super) fn path(place: &Place) -> Result<String, String> {
    let (owner, name) = place
        .owner_and_name()
        .ok_or_else(|| format!("{} is not owner/name", place.slug))?;
    Ok(format!("/repos/{}/{}", encode(owner), encode(name)))
}

/// Asks what the repository is.
pub(super) fn repository(client: &Client, place: &Place) -> Told<Option<Repository>> {
    let reply = client.get(Service::GitHub, &path(place)?)?;
    let value = if reply.is_absent() {
        None
    } else {
        let raw = &reply.body;
        let text = |key: &str| raw.get(key).and_then(Value::as_str);
        let flag = |key: &str| raw.get(key).and_then(Value::as_bool).unwrap_or(false);
        let full_name = text("full_name").ok_or_else(|| unexpected(&reply))?;
        Some(Repository {
            full_name: full_name.chars().take(TEXT).collect(),
            archived: flag("archived"),
            private: flag("private"),
            fork: flag("fork"),
            default_branch: text("default_branch")
                .unwrap_or("main")
                .chars()
                .take(TEXT)
                .collect(),
        })
    };
    Ok(Heard {
        value,
        seen: vec![reply.seen],
    })
}

/// Asks for the rulesets of a branch, which everybody may read, and with a token for its classic protection.
pub(super) fn protection(client: &Client, place: &Place, branch: &str) -> Told<Protection> {
    let base = path(place)?;
    let mut found = Protection {
        branch: branch.to_owned(),
        ..Protection::default()
    };
    let mut seen: Vec<Seen> = Vec::new();
    let reply = client.get(
        Service::GitHub,
        &format!("{base}/rules/branches/{}", encode(branch)),
    )?;
    if !reply.is_absent() {
        let rules = reply.body.as_array().ok_or_else(|| unexpected(&reply))?;
        for rule in rules {
            found.rule(rule);
        }
        seen.push(reply.seen);
    }
    if client.may_see_private() && !found.is_whole() {
        let path = format!("{base}/branches/{}/protection", encode(branch));
        // Without an administrator's rights this is refused; the rulesets stand all the same.
        if let Ok(reply) = client.get(Service::GitHub, &path)
            && found.classic(&reply.body, reply.seen.status)
        {
            seen.push(reply.seen);
        }
    }
    if seen.is_empty() {
        return Err(format!(
            "GitHub shows no rules for the branch {branch}; an administrator's GITHUB_TOKEN is needed to see its protection"
        ));
    }
    Ok(Heard { value: found, seen })
}

impl Protection {
    fn is_whole(&self) -> bool {
        self.deletion == Some(true)
            && self.rewriting == Some(true)
            && self.approvals.is_some_and(|n| n > 0)
            && self.checks == Some(true)
    }

    /// One rule of a ruleset.
    fn rule(&mut self, rule: &Value) {
        let parameter = |name: &str| rule.pointer(&format!("/parameters/{name}"));
        match rule.get("type").and_then(Value::as_str) {
            Some("deletion") => self.deletion = Some(true),
            Some("non_fast_forward") => self.rewriting = Some(true),
            Some("required_status_checks") => self.checks = Some(true),
            Some("pull_request") => {
                self.pull_request = Some(true);
                let count = parameter("required_approving_review_count").and_then(Value::as_u64);
                self.approvals = self.approvals.max(Some(count.unwrap_or(0)));
            }
            _ => {}
        }
    }

    /// Classic protection laid over the rulesets; false when the reply says nothing.
    fn classic(&mut self, raw: &Value, status: u16) -> bool {
        let none = status == 404
            && raw.get("message").and_then(Value::as_str) == Some("Branch not protected");
        if !none && (status == 404 || raw.get("url").is_none()) {
            return false;
        }
        let enabled = |key: &str| {
            raw.pointer(&format!("/{key}/enabled"))
                .and_then(Value::as_bool)
        };
        let either = |now: Option<bool>, more: bool| Some(now == Some(true) || more);
        let reviews = raw
            .get("required_pull_request_reviews")
            .filter(|v| v.is_object());
        let count = reviews.and_then(|r| r.get("required_approving_review_count")?.as_u64());
        self.deletion = either(
            self.deletion,
            !none && enabled("allow_deletions") == Some(false),
        );
        self.rewriting = either(
            self.rewriting,
            !none && enabled("allow_force_pushes") == Some(false),
        );
        self.checks = either(
            self.checks,
            raw.get("required_status_checks")
                .is_some_and(Value::is_object),
        );
        self.pull_request = either(self.pull_request, reviews.is_some());
        self.approvals = self.approvals.max(Some(count.unwrap_or(0)));
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rulesets_and_classic_protection_add_up() {
        let mut found = Protection::default();
        for rule in [
            json!({"type": "deletion"}),
            json!({"type": "pull_request", "parameters": {"required_approving_review_count": 1}}),
            json!({"type": "future"}),
            json!(null),
        ] {
            found.rule(&rule);
        }
        assert_eq!(
            (found.deletion, found.rewriting, found.approvals),
            (Some(true), None, Some(1))
        );
        assert!(!found.classic(&json!({"message": "Not Found"}), 404));
        assert_eq!(found.rewriting, None);
        assert!(found.classic(&json!({"message": "Branch not protected"}), 404));
        assert_eq!(
            (found.deletion, found.rewriting, found.checks),
            (Some(true), Some(false), Some(false))
        );
        let classic = json!({
            "url": "x", "allow_force_pushes": {"enabled": false}, "allow_deletions": {"enabled": true},
            "required_pull_request_reviews": {"required_approving_review_count": 2},
            "required_status_checks": {"strict": true}
        });
        let mut found = Protection::default();
        assert!(found.classic(&classic, 200));
        assert_eq!(
            (
                found.deletion,
                found.rewriting,
                found.approvals,
                found.checks
            ),
            (Some(false), Some(true), Some(2), Some(true))
        );
    }
}
