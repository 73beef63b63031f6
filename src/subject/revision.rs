// SPDX-License-Identifier: Apache-2.0

//! Revisions as users may write them: a narrow part of git's syntax.
//!
//! Names of references, object ids, and chains of `~N` and `^N`. Nothing that hands text to a matcher
//! (`:/words`), reads a reflog (`@{1}`) or names a path (`rev:file`).

use std::fmt;

use git2::{ObjectType, Oid};

use super::git::Git;
use super::objects::Prefix;
use super::refs::parse_id;

/// Longest revision, in bytes.
const REV_LIMIT: usize = 1024;
/// Most steps to parents that one revision may ask for.
const STEP_LIMIT: u32 = 1_000_000;
/// Most tag objects between a tag and its commit.
const PEEL_LIMIT: usize = 16;
/// Largest commit or tag object read for this, in bytes.
const OBJECT_LIMIT: usize = 1 << 20;

/// Why a revision leads to no commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevisionError {
    /// As typed.
    pub revision: String,
    /// What is wrong with it.
    pub why: String,
    /// References with names like it.
    pub near: Vec<String>,
}

impl fmt::Display for RevisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the revision `{}` {}", self.revision, self.why)?;
        match self.near.as_slice() {
            [] => Ok(()),
            near => write!(f, "; is one of these meant: {}?", near.join(", ")),
        }
    }
}

impl std::error::Error for RevisionError {}

impl Git {
    /// The commit that `revision` names.
    ///
    /// # Errors
    /// When it is not of the narrow syntax, unknown, ambiguous, or leads to no commit of this clone.
    pub fn resolve(&self, revision: &str) -> Result<Oid, RevisionError> {
        let fail = |why: String, near| RevisionError {
            revision: revision.to_owned(),
            why,
            near,
        };
        if revision.len() > REV_LIMIT {
            let shown = revision.chars().take(40).chain(['…']).collect();
            return Err(RevisionError {
                revision: shown,
                why: format!("is longer than the bound of {REV_LIMIT} bytes"),
                near: Vec::new(),
            });
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
        let end = revision.find(['~', '^']).unwrap_or(revision.len());
        let (name, suffix) = revision.split_at(end);
        if name.is_empty() || !name.chars().all(plain) || name.starts_with('-') {
            let why =
                "is not understood: a branch, a tag or a commit id is expected, then `~N` or `^N`";
            return Err(fail(why.into(), Vec::new()));
        }
        if let Some(why) = self.unreadable() {
            return Err(fail(format!("cannot be looked up: {why}"), Vec::new()));
        }
        let id = self.named(name).map_err(|(why, near)| fail(why, near))?;
        let mut id = self.peel(id).map_err(|why| fail(why, Vec::new()))?;
        let steps = steps(suffix).ok_or_else(|| {
            fail(
                format!("ends in `{suffix}`, which is not a chain of `~N` and `^N`"),
                Vec::new(),
            )
        })?;
        for (kind, count) in steps {
            id = self
                .step(id, kind, count)
                .map_err(|why| fail(why, Vec::new()))?;
        }
        Ok(id)
    }

    /// The object a name stands for, in git's order.
    fn named(&self, name: &str) -> Result<Oid, (String, Vec<String>)> {
        if let Some(id) = parse_id(name.as_bytes()) {
            return Ok(id);
        }
        if name == "HEAD" {
            return self
                .head
                .id()
                .ok_or_else(|| ("names no commit yet".to_owned(), Vec::new()));
        }
        let places = [
            "{}",
            "refs/{}",
            "refs/tags/{}",
            "refs/heads/{}",
            "refs/remotes/{}",
            "refs/remotes/{}/HEAD",
        ];
        for place in places {
            let full = place.replace("{}", name);
            if full.starts_with("refs/")
                && let Some(id) = self.refs.get(&full)
            {
                return Ok(id);
            }
        }
        if name.len() >= 4 && name.len() < 40 && name.bytes().all(|b| b.is_ascii_hexdigit()) {
            return match self.objects.prefix(name) {
                Prefix::One(id) => Ok(id),
                Prefix::None => Err((
                    "is no reference, and no commit id begins so".into(),
                    self.near(name),
                )),
                Prefix::Many => Err((
                    "fits several objects; give more digits of the id".into(),
                    Vec::new(),
                )),
            };
        }
        let shallow = if self.is_shallow() {
            " (the clone is shallow: fetch it first)"
        } else {
            ""
        };
        Err((
            format!("is not a reference of this repository{shallow}"),
            self.near(name),
        ))
    }

    /// Up to three short names that look alike.
    fn near(&self, name: &str) -> Vec<String> {
        let mut near: Vec<(u64, &str)> = self
            .refs
            .under("refs/")
            .take(20_000)
            .filter_map(|(full, _)| {
                let kinds = ["refs/heads/", "refs/tags/", "refs/remotes/"];
                let short = kinds.iter().find_map(|kind| full.strip_prefix(kind))?;
                let alike = strsim::jaro_winkler(name, short);
                (alike > 0.8).then_some(((alike * 1e6) as u64, short))
            })
            .collect();
        near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        near.dedup_by(|a, b| a.1 == b.1);
        near.into_iter()
            .take(3)
            .map(|(_, short)| short.to_owned())
            .collect()
    }

    /// The commit behind an object: tags are followed. `Err` in words.
    pub(super) fn peel(&self, mut id: Oid) -> Result<Oid, String> {
        for _ in 0..PEEL_LIMIT {
            let object = self
                .objects
                .read(id, OBJECT_LIMIT)
                .map_err(|e| format!("leads to object {id}: {e}"))?;
            match object.kind {
                ObjectType::Commit => return Ok(id),
                ObjectType::Tag => {
                    let target = object
                        .bytes
                        .strip_prefix(b"object ")
                        .and_then(|b| b.get(..40));
                    id = target
                        .and_then(parse_id)
                        .ok_or_else(|| format!("leads to the damaged tag object {id}"))?;
                }
                kind => return Err(format!("leads to a {kind}, not to a commit")),
            }
        }
        Err("leads through too many tags".into())
    }

    fn step(&self, mut id: Oid, kind: char, count: u32) -> Result<Oid, String> {
        if count > STEP_LIMIT {
            return Err(format!("asks for more than {STEP_LIMIT} steps"));
        }
        let (rounds, which) = match (kind, count) {
            ('~', rounds) => (rounds, 1),
            (_, 0) => (0, 0),
            (_, which) => (1, which),
        };
        for _ in 0..rounds {
            let parents = self
                .objects
                .parents(id)
                .map_err(|e| format!("leads to commit {id}: {e}"))?;
            id = *parents.get(which as usize - 1).ok_or_else(|| {
                let why = match self.shallow.binary_search(&id).is_ok() {
                    true => "where this shallow clone is cut off",
                    false => "which has no such parent",
                };
                format!("leads beyond commit {id}, {why}")
            })?;
            if !self.objects.contains(id) {
                let why = if self.is_shallow() {
                    ": the clone is shallow, fetch more of it"
                } else {
                    ""
                };
                return Err(format!(
                    "leads to commit {id}, which is not in this clone{why}"
                ));
            }
        }
        Ok(id)
    }
}

/// `~3^2^` taken apart.
fn steps(suffix: &str) -> Option<Vec<(char, u32)>> {
    let mut steps = Vec::new();
    let mut rest = suffix;
    while let Some(kind) = rest.chars().next() {
        if kind != '~' && kind != '^' {
            return None;
        }
        rest = &rest[1..];
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let count = match digits {
            0 => 1,
            _ => rest[..digits].parse().ok()?,
        };
        steps.push((kind, count));
        rest = &rest[digits..];
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn chains_of_steps() {
        assert_eq!(steps("~3^2^"), Some(vec![('~', 3), ('^', 2), ('^', 1)]));
        assert_eq!(steps("^0"), Some(vec![('^', 0)]));
        assert_eq!(steps(""), Some(vec![]));
        for bad in [
            "^{commit}",
            "~x",
            "^@",
            "^!",
            "^-",
            "~99999999999",
            "@{1}",
            ":a",
            "^\u{e9}",
        ] {
            assert_eq!(steps(bad), None, "{bad}");
        }
    }
}
