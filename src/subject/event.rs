// SPDX-License-Identifier: Apache-2.0

//! Which commits an event of a continuous-integration service is about.
//!
//! Pure: from the event's name, its payload and the environment to revisions. The commit that a forge makes
//! to test a merge is never the head. Several bases are given in the order they should be tried: a base
//! branch as it stands now goes before the snapshot in the payload, because a contributor who has merged it
//! since must not be blamed for its commits. Nothing here is trusted: what is no id or plain branch name is
//! refused.

use serde_json::Value;

/// What is to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What `head` has and the first of `bases` that is in the clone has not.
    Range {
        /// Revisions to try, in order.
        bases: Vec<String>,
        /// Newest commit.
        head: String,
    },
    /// Everything, as far as the policy goes back: a schedule, a release, a run by hand.
    All,
    /// Nothing new: a branch was deleted.
    Nothing,
}

/// Reads the environment of GitHub Actions (with the event's payload), GitLab CI, Gerrit, Zuul or
/// pre-commit. `None` when it is none of them.
///
/// # Errors
/// When the event names commits in a form that is not theirs.
pub fn asked(
    env: impl Fn(&str) -> Option<String>,
    payload: Option<&Value>,
) -> Option<Result<Asked, String>> {
    let env = |key: &str| env(key).filter(|value| !value.is_empty());
    if let Some(event) = env("GITHUB_EVENT_NAME") {
        return Some(github(&event, payload.unwrap_or(&Value::Null)));
    }
    if env("GITLAB_CI").is_some() {
        return Some(gitlab(env));
    }
    if let (Some(from), Some(to)) = (env("PRE_COMMIT_FROM_REF"), env("PRE_COMMIT_TO_REF")) {
        return Some(range(vec![from], to));
    }
    if let (Some(branch), Some(head)) = (env("GERRIT_BRANCH"), env("GERRIT_PATCHSET_REVISION")) {
        return Some(range(vec![tracking(&branch)], head));
    }
    let branch = env("ZUUL_BRANCH")?;
    let head = env("ZUUL_NEWREV").or_else(|| env("ZUUL_COMMIT"));
    Some(range(
        vec![tracking(&branch)],
        head.unwrap_or_else(|| "HEAD".to_owned()),
    ))
}

/// An event of GitHub Actions.
///
/// # Errors
/// When the payload lacks what the event promises.
pub fn github(event: &str, payload: &Value) -> Result<Asked, String> {
    let text = |path: &str| payload.pointer(path).and_then(Value::as_str);
    let need = |path: &str| {
        let found = text(path).map(str::to_owned);
        found.ok_or_else(|| format!("the payload of the {event} event has no {path}"))
    };
    match event {
        "pull_request" | "pull_request_target" | "pull_request_review" => {
            let mut bases = Vec::new();
            bases.extend(text("/pull_request/base/ref").map(tracking));
            bases.push(need("/pull_request/base/sha")?);
            range(bases, need("/pull_request/head/sha")?)
        }
        "merge_group" => range(
            vec![need("/merge_group/base_sha")?],
            need("/merge_group/head_sha")?,
        ),
        "push" => push(payload, &need("/ref")?, &need("/before")?, need("/after")?),
        _ => Ok(Asked::All),
    }
}

fn push(payload: &Value, reference: &str, before: &str, after: String) -> Result<Asked, String> {
    if payload.get("deleted").and_then(Value::as_bool) == Some(true) || is_zero(&after) {
        return Ok(Asked::Nothing);
    }
    let default = payload
        .pointer("/repository/default_branch")
        .and_then(Value::as_str);
    let to_default = default.is_some_and(|name| reference == format!("refs/heads/{name}"));
    let mut bases = Vec::new();
    if !is_zero(before) {
        bases.push(before.to_owned());
    }
    // The default branch itself was just moved to what is to be judged.
    if !to_default && reference.starts_with("refs/heads/") {
        bases.extend(default.map(tracking));
    }
    if bases.is_empty() {
        return Ok(Asked::All);
    }
    range(bases, after)
}

fn gitlab(env: impl Fn(&str) -> Option<String>) -> Result<Asked, String> {
    let env = |key: &str| env(key).filter(|value| !value.is_empty());
    let head = env("CI_COMMIT_SHA").ok_or("GitLab CI gives no CI_COMMIT_SHA")?;
    if env("CI_PIPELINE_SOURCE").as_deref() == Some("merge_request_event") {
        let mut bases = Vec::new();
        bases.extend(env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").map(|name| tracking(&name)));
        bases.extend(env("CI_MERGE_REQUEST_DIFF_BASE_SHA"));
        // In a pipeline for merged results CI_COMMIT_SHA is the merge that GitLab made.
        return range(
            bases,
            env("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").unwrap_or(head),
        );
    }
    let branch = env("CI_COMMIT_BRANCH");
    if env("CI_PIPELINE_SOURCE").as_deref() != Some("push") || branch.is_none() {
        return Ok(Asked::All);
    }
    let mut bases: Vec<_> = env("CI_COMMIT_BEFORE_SHA").into_iter().collect();
    bases.retain(|id| !is_zero(id));
    let default = env("CI_DEFAULT_BRANCH").filter(|name| Some(name) != branch.as_ref());
    bases.extend(default.map(|name| tracking(&name)));
    if bases.is_empty() {
        return Ok(Asked::All);
    }
    range(bases, head)
}

fn range(bases: Vec<String>, head: String) -> Result<Asked, String> {
    if let Some(odd) = bases.iter().chain([&head]).find(|name| !is_plain(name)) {
        return Err(format!(
            "the event names a commit in a form that is not used: {odd:?}"
        ));
    }
    if bases.is_empty() {
        return Err("the event names no base commit".to_owned());
    }
    Ok(Asked::Range { bases, head })
}

fn tracking(branch: &str) -> String {
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    format!("refs/remotes/origin/{branch}")
}

fn is_zero(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b == b'0')
}

/// An id or the name of a branch, in the narrow form that revisions are taken in.
fn is_plain(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._/-+#@".contains(&b);
    !name.is_empty()
        && name.len() <= 1_024
        && name.bytes().all(allowed)
        && !name.starts_with('-')
        && !name.contains("..")
        && !name.contains("@{")
}

#[cfg(test)]
mod tests {
    use super::{Asked, asked, github};
    use serde_json::{Value, json};

    const ZERO: &str = "0000000000000000000000000000000000000000";
    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn range(bases: &[&str], head: &str) -> Result<Asked, String> {
        Ok(Asked::Range {
            bases: bases.iter().map(|b| (*b).to_owned()).collect(),
            head: head.to_owned(),
        })
    }

    fn env(pairs: &[(&str, &str)]) -> Option<Result<Asked, String>> {
        let find = |key: &str| {
            pairs
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, v)| (*v).to_owned())
        };
        asked(find, None)
    }

    #[test]
    fn a_pull_request_is_its_head_against_the_base_branch_as_it_is_now() {
        let payload =
            json!({"pull_request": {"base": {"ref": "main", "sha": A}, "head": {"sha": B}}});
        for event in ["pull_request", "pull_request_target"] {
            assert_eq!(
                github(event, &payload),
                range(&["refs/remotes/origin/main", A], B)
            );
        }
        assert!(github("pull_request", &Value::Null).is_err());
    }

    #[test]
    fn a_merge_group_names_both_ends() {
        let payload = json!({"merge_group": {"base_sha": A, "head_sha": B}});
        assert_eq!(github("merge_group", &payload), range(&[A], B));
    }

    #[test]
    fn a_push_is_what_it_brought() {
        let push = |reference: &str, before: &str, after: &str, deleted: bool| {
            let payload = json!({"ref": reference, "before": before, "after": after, "deleted": deleted,
                "repository": {"default_branch": "main"}});
            github("push", &payload)
        };
        assert_eq!(push("refs/heads/main", A, B, false), range(&[A], B));
        assert_eq!(
            push("refs/heads/topic", A, B, false),
            range(&[A, "refs/remotes/origin/main"], B)
        );
        assert_eq!(
            push("refs/heads/topic", ZERO, B, false),
            range(&["refs/remotes/origin/main"], B)
        );
        assert_eq!(push("refs/heads/main", ZERO, B, false), Ok(Asked::All));
        assert_eq!(push("refs/tags/v1", ZERO, B, false), Ok(Asked::All));
        assert_eq!(push("refs/heads/topic", A, ZERO, true), Ok(Asked::Nothing));
    }

    #[test]
    fn events_without_commits_sweep() {
        for event in ["schedule", "workflow_dispatch", "release"] {
            assert_eq!(github(event, &Value::Null), Ok(Asked::All));
        }
    }

    #[test]
    fn gitlab_gerrit_zuul_and_pre_commit() {
        let request = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_COMMIT_SHA", A),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", B),
        ];
        assert_eq!(env(&request), Some(range(&[A], B)));
        let push = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_COMMIT_SHA", B),
            ("CI_COMMIT_BRANCH", "topic"),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_COMMIT_BEFORE_SHA", ZERO),
        ];
        assert_eq!(env(&push), Some(range(&["refs/remotes/origin/main"], B)));
        let tag = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_COMMIT_SHA", B),
        ];
        assert_eq!(env(&tag), Some(Ok(Asked::All)));
        let gerrit = [("GERRIT_BRANCH", "main"), ("GERRIT_PATCHSET_REVISION", B)];
        assert_eq!(env(&gerrit), Some(range(&["refs/remotes/origin/main"], B)));
        assert_eq!(
            env(&[("ZUUL_BRANCH", "stable/1")]),
            Some(range(&["refs/remotes/origin/stable/1"], "HEAD"))
        );
        let hook = [("PRE_COMMIT_FROM_REF", A), ("PRE_COMMIT_TO_REF", B)];
        assert_eq!(env(&hook), Some(range(&[A], B)));
        assert_eq!(env(&[]), None);
    }

    #[test]
    fn hostile_names_are_refused() {
        for name in ["--upload-pack=x", "a b", "$(x)", "a..b", ":/x", ""] {
            let payload = json!({"merge_group": {"base_sha": name, "head_sha": B}});
            assert!(github("merge_group", &payload).is_err(), "{name}");
        }
    }
}
