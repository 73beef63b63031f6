// SPDX-License-Identifier: Apache-2.0

//! How to mend: the one command for a commit, and the text of a remediation commit as the DCO apps read it.

use std::fmt::Write;

use git2::Oid;

use crate::subject::history::{Commit, Identity};

use super::judge::Standing;

/// The first digits of an id, enough for any repository.
pub(super) fn short(id: Oid) -> String {
    let mut text = id.to_string();
    text.truncate(12);
    text
}

/// The command that mends a commit that is not published yet.
pub(super) fn command(
    commit: &Commit,
    standing: Standing,
    tip: Option<Oid>,
    base: Option<Oid>,
) -> String {
    if tip == Some(commit.id) {
        return match standing {
            // The address itself is at fault: it has to be set anew.
            Standing::Address => "git commit --amend --reset-author -s --no-edit".to_owned(),
            _ => "git commit --amend -s --no-edit".to_owned(),
        };
    }
    match base {
        Some(base) => format!("git rebase --signoff {}", short(base)),
        None if commit.parent_count == 0 => "git rebase --signoff --root".to_owned(),
        None => format!("git rebase --signoff {}^", short(commit.id)),
    }
}

/// The message of a commit by which an author adds sign-offs to published commits.
pub(super) fn remediation(author: &Identity, commits: &[Oid]) -> String {
    let mut text = format!("DCO Remediation Commit for {author}\n\n");
    for id in commits {
        let _ = writeln!(
            text,
            "I, {author}, hereby add my Signed-off-by to this commit: {id}"
        );
    }
    let _ = write!(text, "\nSigned-off-by: {author}\n");
    text
}

/// The message of a commit by which `by` adds sign-offs on behalf of an author.
pub(super) fn third_party(author: &Identity, by: &Identity, commits: &[Oid]) -> String {
    let mut text = format!("Third-Party DCO Remediation Commit for {author}\n\n");
    for id in commits {
        let _ = writeln!(
            text,
            "On behalf of {author}, I, {by}, hereby add my Signed-off-by to this commit: {id}"
        );
    }
    let _ = write!(text, "\nSigned-off-by: {by}\n");
    text
}
