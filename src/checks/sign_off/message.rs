// SPDX-License-Identifier: Apache-2.0

//! A message that is about to be committed: what the commit-msg hook hands over.

use crate::checks::params;
use crate::subject::history::{History, Identity, sign_offs_in};

use super::mailmap::Mailmap;
use super::people::{People, shown};
use super::{Bots, Params};

/// Line after which git drops everything (`git commit --verbose`).
const SCISSORS: &[u8] = b"# ------------------------ >8 ------------------------";

/// Who is about to commit, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Makers {
    /// Who is going to be the author.
    pub author: Option<Identity>,
    /// Who is going to be the committer.
    pub committer: Option<Identity>,
}

/// Why a message would fail, with the next step; judged with the parameters of the rule `dco-sign-off`. When
/// nobody is known, any sign-off line will do.
///
/// # Errors
/// With what was found, what was expected, and the next step; `file` is what the message was read from.
pub fn check(
    text: &[u8],
    makers: &Makers,
    with: &toml::Table,
    mailmap: &Mailmap,
    file: &str,
) -> Result<(), String> {
    let params: Params = params(with)?;
    let nothing = History::default();
    let people = People::new(&nothing, params.identity, mailmap, &params.bot_names);
    let bot = makers
        .author
        .as_ref()
        .is_some_and(|who| people.is_automaton(who));
    let kept = kept(text);
    if kept.trim_ascii().is_empty() || (bot && params.bots == Bots::Exempt) {
        // An empty message aborts the commit: nothing to judge.
        return Ok(());
    }
    let found = sign_offs_in(&kept);
    let expected = makers.author.as_ref().map_or_else(
        || "Signed-off-by: NAME <EMAIL>".to_owned(),
        |who| format!("Signed-off-by: {}", shown(who)),
    );
    let next = format!("sign it off with `git commit -s -eF {}`", quoted(file));
    let Some(first) = found.first() else {
        return Err(format!(
            "the message carries no sign-off; expected a line `{expected}`: {next}"
        ));
    };
    let known: Vec<_> = [&makers.author, &makers.committer]
        .into_iter()
        .flatten()
        .map(|who| people.person(who))
        .collect();
    let signed = found.iter().any(|signer| {
        let signer = people.person(signer);
        known.iter().any(|who| people.same(&signer, who))
    });
    if known.is_empty() || signed {
        return Ok(());
    }
    Err(format!(
        "the message is signed off by {}, not by who commits; expected a line `{expected}`: {next}",
        shown(first)
    ))
}

/// What git keeps of a message that was edited: no comments, nothing after the scissors.
fn kept(text: &[u8]) -> Vec<u8> {
    let lines = text.split_inclusive(|b| *b == b'\n');
    lines
        .take_while(|line| line.trim_ascii_end() != SCISSORS)
        .filter(|line| !line.starts_with(b"#"))
        .flatten()
        .copied()
        .collect()
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        return path.to_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::{Identity, Mailmap, Makers, check};

    const LINE: &str = "Signed-off-by: Ana Lund <ana@example.org>";

    fn who(name: &str, email: &str) -> Option<Identity> {
        Some(Identity {
            name: name.into(),
            email: email.into(),
        })
    }

    fn by(makers: &Makers, text: &str) -> Result<(), String> {
        let with = toml::from_str("identity = \"strict\"").unwrap();
        check(
            text.as_bytes(),
            makers,
            &with,
            &Mailmap::default(),
            ".git/COMMIT_EDITMSG",
        )
    }

    fn verdict(text: &str) -> Result<(), String> {
        let author = who("Ana Lund", "ana@example.org");
        by(
            &Makers {
                author,
                committer: None,
            },
            text,
        )
    }

    #[test]
    fn the_authors_line_is_asked_for() {
        assert_eq!(verdict(&format!("x\n\n{LINE}\n")), Ok(()));
        assert!(
            verdict("x\n")
                .unwrap_err()
                .contains("`git commit -s -eF .git/COMMIT_EDITMSG`")
        );
        let other = verdict("x\n\nSigned-off-by: Bo <bo@x>\n").unwrap_err();
        assert!(other.contains("Bo <bo@x>") && other.contains(LINE));
        assert_eq!(
            by(&Makers::default(), "x\n\nSigned-off-by: Bo <bo@x>"),
            Ok(())
        );
        assert!(by(&Makers::default(), "x\n\nSigned-off-by: Bo").is_err());
    }

    #[test]
    fn a_committer_may_sign_and_a_bot_need_not() {
        let author = who("Ana Lund", "ana@example.org");
        let makers = Makers {
            author,
            committer: who("Bo", "bo@x"),
        };
        assert_eq!(by(&makers, "x\n\nSigned-off-by: Bo <bo@x>"), Ok(()));
        let bot = Makers {
            author: who("r[bot]", "r@x"),
            committer: None,
        };
        assert_eq!(by(&bot, "x"), Ok(()));
    }

    #[test]
    fn comments_and_what_is_cut_off_do_not_count() {
        assert!(verdict(&format!("x\n# {LINE}\n")).is_err());
        let scissors = String::from_utf8_lossy(super::SCISSORS);
        assert!(verdict(&format!("x\n{scissors}\r\n{LINE}\n")).is_err());
        assert_eq!(verdict("# nothing\n\n"), Ok(()));
    }

    #[test]
    fn a_path_is_quoted_for_the_shell() {
        assert_eq!(super::quoted("a b'c"), "'a b'\\''c'");
    }
}
