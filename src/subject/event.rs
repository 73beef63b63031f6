// SPDX-License-Identifier: Apache-2.0

//! Which commits an event of a continuous-integration service is about.
//!
//! Pure: from the event's name, its payload and the environment to revisions. The commit that a forge makes
//! to test a merge is never the head. What any of the bases has is left out: the base branch as it stands now
//! beside the snapshot in the payload, because a contributor who has merged it since must not be blamed for
//! its commits. Nothing here is trusted: what is no id or plain name is refused.

use serde_json::Value;

/// What is to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What `head` has and none of `bases` has.
    Range {
        /// Revisions whose commits are left out, as far as they are in the clone.
        bases: Vec<String>,
        /// Newest commit.
        head: String,
        /// The base to take alone when the branch has been merged since, so that `bases` have it all.
        merged: Option<String>,
    },
    /// Everything, as far as the policy goes back: a schedule, a release, a run by hand.
    All,
    /// Nothing new: a branch was deleted.
    Nothing,
}

/// An event, and what ties it to a clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it is and where it was read, in words.
    pub words: String,
    /// What it is about.
    pub asked: Asked,
    /// The commit that the service has checked out, when it says so.
    pub checked_out: Option<String>,
    /// The repository's default branch, when it says so.
    pub default_branch: Option<String>,
}

/// Whether the environment is that of GitHub Actions, so that [`read`] wants the payload of the event.
pub fn wants_payload(env: impl Fn(&str) -> Option<String>) -> bool {
    env("GITHUB_EVENT_NAME").is_some_and(|name| !name.is_empty())
}

/// Reads the environment of GitHub Actions (with the event's payload), GitLab CI, Gerrit, Zuul or
/// pre-commit. `None` when it is none of them.
///
/// # Errors
/// When the event names commits in a form that is not theirs.
pub fn read(
    env: impl Fn(&str) -> Option<String>,
    payload: Option<&Value>,
) -> Option<Result<Event, String>> {
    let env = |key: &str| env(key).filter(|value| !value.is_empty());
    let event = |words: String, asked: Result<Asked, String>, checked_out, default_branch| {
        Some(asked.map(|asked| Event {
            words,
            asked,
            checked_out,
            default_branch,
        }))
    };
    if let Some(name) = env("GITHUB_EVENT_NAME") {
        let payload = payload.unwrap_or(&Value::Null);
        let default = payload.pointer("/repository/default_branch");
        return event(
            format!("the {name} event of GitHub Actions (GITHUB_EVENT_PATH)"),
            github(&name, payload),
            env("GITHUB_SHA"),
            default.and_then(Value::as_str).map(str::to_owned),
        );
    }
    if env("GITLAB_CI").is_some() {
        return event(
            "the variables of GitLab CI".to_owned(),
            gitlab(env),
            env("CI_COMMIT_SHA"),
            env("CI_DEFAULT_BRANCH"),
        );
    }
    if let Some(asked) = gerrit(env) {
        return event("the variables of Gerrit".to_owned(), asked, None, None);
    }
    if let Some(asked) = zuul(env) {
        return event("the variables of Zuul".to_owned(), asked, None, None);
    }
    let (from, to) = (env("PRE_COMMIT_FROM_REF")?, env("PRE_COMMIT_TO_REF")?);
    let remote = env("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_default();
    let words = format!("the pre-push hook of pre-commit {remote}");
    let asked = if is_zero(&to) {
        Ok(Asked::Nothing)
    } else if is_zero(&from) {
        Ok(Asked::All)
    } else {
        range(vec![from], to)
    };
    event(words.trim_end().to_owned(), asked, None, None)
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
        "pull_request"
        | "pull_request_target"
        | "pull_request_review"
        | "pull_request_review_comment" => request(
            text("/pull_request/base/ref"),
            Some(need("/pull_request/base/sha")?),
            need("/pull_request/head/sha")?,
        ),
        "merge_group" => range(
            vec![need("/merge_group/base_sha")?],
            need("/merge_group/head_sha")?,
        ),
        "push" => push(payload, &need("/ref")?, &need("/before")?, need("/after")?),
        _ => Ok(Asked::All),
    }
}

/// A pull or merge request onto a branch.
fn request(branch: Option<&str>, snapshot: Option<String>, head: String) -> Result<Asked, String> {
    let mut bases = Vec::new();
    bases.extend(branch.map(tracking));
    bases.extend(snapshot.clone());
    let mut asked = range(bases, head)?;
    if let Asked::Range { merged, .. } = &mut asked {
        *merged = snapshot;
    }
    Ok(asked)
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
    let head = env("CI_COMMIT_SHA").ok_or("GitLab CI gives no CI_COMMIT_SHA")?;
    if env("CI_PIPELINE_SOURCE").as_deref() == Some("merge_request_event") {
        return request(
            env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME").as_deref(),
            env("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
            // In a pipeline for merged results CI_COMMIT_SHA is the merge that GitLab made.
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

/// A patch set, or a branch that moved (`ref-updated`).
fn gerrit(env: impl Fn(&str) -> Option<String>) -> Option<Result<Asked, String>> {
    if let (Some(old), Some(new)) = (env("GERRIT_OLDREV"), env("GERRIT_NEWREV")) {
        return Some(moved(&old, new));
    }
    let (branch, head) = (env("GERRIT_BRANCH")?, env("GERRIT_PATCHSET_REVISION")?);
    Some(range(vec![tracking(&branch)], head))
}

/// A change in a check or gate, or a branch that moved (post).
fn zuul(env: impl Fn(&str) -> Option<String>) -> Option<Result<Asked, String>> {
    if let (Some(old), Some(new)) = (env("ZUUL_OLDREV"), env("ZUUL_NEWREV")) {
        return Some(moved(&old, new));
    }
    let branch = env("ZUUL_BRANCH")?;
    let head = env("ZUUL_COMMIT").unwrap_or_else(|| "HEAD".to_owned());
    Some(range(vec![tracking(&branch)], head))
}

fn moved(old: &str, new: String) -> Result<Asked, String> {
    if is_zero(&new) {
        return Ok(Asked::Nothing);
    }
    if is_zero(old) {
        return Ok(Asked::All);
    }
    range(vec![old.to_owned()], new)
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
    Ok(Asked::Range {
        bases,
        head,
        merged: None,
    })
}

fn tracking(branch: &str) -> String {
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    format!("refs/remotes/origin/{branch}")
}

fn is_zero(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b == b'0')
}

/// An id or the name of a branch as git allows it (git-check-ref-format(1)), so far as it matters here.
fn is_plain(name: &str) -> bool {
    let refused = |c: char| c.is_control() || " ~^:?*[\\\u{7f}".contains(c);
    !name.is_empty()
        && name.len() <= 1_024
        && !name.chars().any(refused)
        && !name.starts_with('-')
        && !name.contains("..")
        && !name.contains("@{")
}

#[cfg(test)]
mod tests {
    use super::{Asked, github, read};
    use serde_json::{Value, json};

    const ZERO: &str = "0000000000000000000000000000000000000000";
    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    fn range(bases: &[&str], head: &str) -> Result<Asked, String> {
        Ok(Asked::Range {
            bases: bases.iter().map(|b| (*b).to_owned()).collect(),
            head: head.to_owned(),
            merged: None,
        })
    }

    /// A range whose last base stands alone once it is merged.
    fn request(bases: &[&str], head: &str) -> Result<Asked, String> {
        Ok(Asked::Range {
            bases: bases.iter().map(|b| (*b).to_owned()).collect(),
            head: head.to_owned(),
            merged: bases.last().map(|b| (*b).to_owned()),
        })
    }

    fn env(pairs: &[(&str, &str)]) -> Option<Result<Asked, String>> {
        let find = |key: &str| {
            pairs
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, v)| (*v).to_owned())
        };
        read(find, None).map(|event| event.map(|event| event.asked))
    }

    #[test]
    fn a_pull_request_is_its_head_against_the_base_branch_as_it_is_now() {
        let payload =
            json!({"pull_request": {"base": {"ref": "main", "sha": A}, "head": {"sha": B}}});
        for event in ["pull_request", "pull_request_target"] {
            assert_eq!(
                github(event, &payload),
                request(&["refs/remotes/origin/main", A], B)
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
        let merge_request = [
            ("GITLAB_CI", "true"),
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_COMMIT_SHA", A),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", B),
        ];
        assert_eq!(env(&merge_request), Some(request(&[A], B)));
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
        let post = [
            ("ZUUL_BRANCH", "main"),
            ("ZUUL_OLDREV", A),
            ("ZUUL_NEWREV", B),
        ];
        assert_eq!(env(&post), Some(range(&[A], B)));
        let born = [
            ("GERRIT_BRANCH", "x"),
            ("GERRIT_OLDREV", ZERO),
            ("GERRIT_NEWREV", B),
        ];
        assert_eq!(env(&born), Some(Ok(Asked::All)));
        let hook = [("PRE_COMMIT_FROM_REF", A), ("PRE_COMMIT_TO_REF", B)];
        assert_eq!(env(&hook), Some(range(&[A], B)));
        assert_eq!(env(&[]), None);
    }

    #[test]
    fn hostile_names_are_refused() {
        for name in ["--upload-pack=x", "a b", "a..b", ":/x", "a@{1}", ""] {
            let payload = json!({"merge_group": {"base_sha": name, "head_sha": B}});
            assert!(github("merge_group", &payload).is_err(), "{name}");
        }
    }
}
