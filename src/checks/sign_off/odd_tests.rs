// SPDX-License-Identifier: Apache-2.0

//! The odd cases of `docs/dco.md`, one by one.

use crate::checks::testing::Case;
use crate::report::Kind;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

const ANA: &str = "Ana Lund <ana@example.org>";
const LINE: &str = "Signed-off-by: Ana Lund <ana@example.org>";

fn strict(draft: Draft) -> Kind {
    let mut commits = Commits::new();
    commits.add(draft);
    of(&commits)
}

fn of(commits: &Commits) -> Kind {
    Case::new(MemoryTree::new())
        .history(commits.history())
        .run_with("dco-sign-off", "identity = \"strict\"")
        .kind()
}

#[test]
fn carriage_returns_end_a_line_only_before_a_line_feed() {
    assert_eq!(
        strict(Draft::new(format!("x\r\n\r\n{LINE}\r\n"))),
        Kind::Pass
    );
    assert_eq!(strict(Draft::new(format!("x\r{LINE}\r"))), Kind::Fail);
    assert_eq!(strict(Draft::new(format!("x\u{2028}{LINE}"))), Kind::Fail);
    assert_eq!(strict(Draft::new(format!("x\u{2029}{LINE}"))), Kind::Fail);
}

#[test]
fn a_sign_off_counts_wherever_its_line_stands() {
    for message in [
        format!("{LINE}\n\nx"),
        format!("x\n\n{LINE}\n\nReviewed-by: Bo <bo@x.org>\n\nand more\n"),
        format!("x\n\nSigned-off-by: Bo <bo@x.org>\n{LINE}\nSigned-off-by: Cy <cy@x.org>\n"),
    ] {
        assert_eq!(strict(Draft::new(&message)), Kind::Pass, "{message}");
    }
    let folded = "x\n\nSigned-off-by: Ana Lund\n <ana@example.org>\n";
    assert_eq!(strict(Draft::new(folded)), Kind::Fail);
}

#[test]
fn co_authors_need_not_sign_and_their_line_is_no_sign_off() {
    let other = "Co-authored-by: Bo <bo@x.org>";
    assert_eq!(
        strict(Draft::new(format!("x\n\n{LINE}\n{other}\n"))),
        Kind::Pass
    );
    let own = format!("Co-authored-by: {ANA}");
    assert_eq!(strict(Draft::new(format!("x\n\n{own}\n"))), Kind::Fail);
}

#[test]
fn names_are_folded_by_unicode_and_not_normalised() {
    let by = |author: &str, signer: &str| {
        let message = format!("x\n\nSigned-off-by: {signer} <z@example.org>\n");
        strict(Draft::new(message).by(&format!("{author} <z@example.org>")))
    };
    assert_eq!(by("Zoë ÅS", "ZOË ås"), Kind::Pass);
    assert_eq!(by("ŁUKASZ", "łukasz"), Kind::Pass);
    assert_eq!(by("ΟΔΟΣ", "οδος"), Kind::Pass, "final sigma");
    assert_eq!(
        by("Zo\u{eb}", "Zoe\u{308}"),
        Kind::Fail,
        "composed, decomposed"
    );
    assert_eq!(
        by("straße", "STRASSE"),
        Kind::Fail,
        "lower case, not folding"
    );
    assert_eq!(by("名前", "名前"), Kind::Pass);
}

#[test]
fn an_encoding_that_is_not_known_counts_as_utf_8() {
    for label in ["nonsense", "", "UTF-8"] {
        let draft = Draft::new(format!("x\n\n{LINE}\n")).header(&format!("encoding {label}"));
        assert_eq!(strict(draft), Kind::Pass, "{label}");
    }
    let mut raw = b"author J\xf3n <j@x.org> 1 +0000\ncommitter J\xf3n <j@x.org> 1 +0000\n".to_vec();
    raw.extend(b"encoding iso-8859-2\n\nx\n\nSigned-off-by: J\xf3n <j@x.org>\n");
    let mut commits = Commits::new();
    commits.raw_commit(raw);
    assert_eq!(of(&commits), Kind::Pass);
}

#[test]
fn bytes_that_do_not_decode_are_the_same_in_author_and_sign_off() {
    let mut raw =
        b"author J\xf3n <j@x.org> 1 +0000\ncommitter J\xf3n <j@x.org> 1 +0000\n\n".to_vec();
    raw.extend(b"x\n\nSigned-off-by: J\xf3n <j@x.org>\n");
    let mut commits = Commits::new();
    commits.raw_commit(raw);
    assert_eq!(of(&commits), Kind::Pass);
}

#[test]
fn an_octopus_is_a_merge_and_an_empty_message_is_at_fault() {
    let mut commits = Commits::new();
    let signed = || Draft::new(format!("x\n\n{LINE}\n"));
    let root = commits.add(signed());
    let sides: Vec<_> = (0..3)
        .map(|i| commits.add(Draft::new(format!("{i}\n\n{LINE}\n")).parents(&[root])))
        .collect();
    commits.add(Draft::new("octopus").parents(&sides));
    assert_eq!(of(&commits), Kind::Pass);
    assert_eq!(strict(Draft::new("")), Kind::Fail);
    assert_eq!(strict(Draft::new("\n\n")), Kind::Fail);
}

#[test]
fn a_merge_is_exempt_even_without_a_valid_address() {
    let mut commits = Commits::new();
    let root = commits.add(Draft::new(format!("x\n\n{LINE}\n")));
    let side = commits.add(Draft::new(format!("y\n\n{LINE}\n")).parents(&[root]));
    commits.add(Draft::new("m").by("Nobody <none>").parents(&[root, side]));
    assert_eq!(of(&commits), Kind::Pass);
}
