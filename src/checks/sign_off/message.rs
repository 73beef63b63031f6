// SPDX-License-Identifier: Apache-2.0

//! A message that is about to be committed: what the commit-msg hook hands over.

use crate::subject::history::{Identity, sign_offs_in};

use super::mailmap::Mailmap;
use super::people::{Matching, compare, shown};

/// Line after which git drops everything (`git commit --verbose`).
const SCISSORS: &str = "# ------------------------ >8 ------------------------";

/// Why a message would fail, with the next step.
///
/// `author` is who is going to be its author, when known: without one, any sign-off line will do.
///
/// # Errors
/// With what was found, what was expected, and the next step.
pub fn check(
    text: &str,
    author: Option<&Identity>,
    matching: Matching,
    mailmap: &Mailmap,
) -> Result<(), String> {
    let kept = text.lines().take_while(|line| *line != SCISSORS);
    let kept: Vec<_> = kept.filter(|line| !line.starts_with('#')).collect();
    if kept.iter().all(|line| line.trim().is_empty()) {
        // An empty message aborts the commit: nothing to judge.
        return Ok(());
    }
    let found = sign_offs_in(kept.join("\n").as_bytes());
    let expected = author.map_or_else(
        || "Signed-off-by: NAME <EMAIL>".to_owned(),
        |who| format!("Signed-off-by: {}", shown(who)),
    );
    let Some(first) = found.first() else {
        return Err(format!(
            "the message carries no sign-off; expected a line `{expected}`: commit with `git commit -s`"
        ));
    };
    match author {
        Some(who)
            if !found
                .iter()
                .any(|signer| compare(signer, who, matching, mailmap)) =>
        {
            Err(format!(
                "the message is signed off by {}, not by its author; expected a line `{expected}`: commit with `git commit -s`",
                shown(first)
            ))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Identity, Mailmap, Matching, SCISSORS, check};

    fn ana() -> Identity {
        Identity {
            name: "Ana Lund".into(),
            email: "ana@example.org".into(),
        }
    }

    fn verdict(text: &str) -> Result<(), String> {
        check(text, Some(&ana()), Matching::Strict, &Mailmap::default())
    }

    #[test]
    fn the_authors_line_is_asked_for() {
        assert_eq!(
            verdict("x\n\nSigned-off-by: Ana Lund <ana@example.org>\n"),
            Ok(())
        );
        assert!(verdict("x\n").unwrap_err().contains("git commit -s"));
        let other = verdict("x\n\nSigned-off-by: Bo <bo@x>\n").unwrap_err();
        assert!(other.contains("Bo <bo@x>") && other.contains("Ana Lund <ana@example.org>"));
        let anyone = check(
            "x\n\nSigned-off-by: Bo <bo@x>",
            None,
            Matching::Strict,
            &Mailmap::default(),
        );
        assert_eq!(anyone, Ok(()));
    }

    #[test]
    fn comments_and_what_is_cut_off_do_not_count() {
        let line = "Signed-off-by: Ana Lund <ana@example.org>";
        assert!(verdict(&format!("x\n# {line}\n")).is_err());
        assert!(verdict(&format!("x\n{SCISSORS}\n{line}\n")).is_err());
        assert_eq!(verdict("# nothing\n\n"), Ok(()));
    }
}
