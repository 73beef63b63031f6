// SPDX-License-Identifier: Apache-2.0

//! Remediation commits, as the test suites of both DCO apps exercise them (strict comparison).

use crate::checks::testing::Case;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

const ANA: &str = "Ana Lund <ana@example.org>";
const BO: &str = "Bo Vik <bo@example.org>";
const CY: &str = "Cy Moe <cy@example.org>";
const OFF: &str = "require:\n  members: true\n";
const INDIVIDUAL: &str = "allowRemediationCommits:\n  individual: true\n";
const BOTH: &str = "allowRemediationCommits:\n  individual: true\n  thirdParty: true\n";
const THIRD_ONLY: &str = "allowRemediationCommits:\n  thirdParty: true\n";

/// Runs over commits by (author, committer, message), `{0}` in a message standing for the first one's id and
/// so on; gives which fail, oldest first.
fn failing(config: &str, list: &[(&str, &str, &str)]) -> Vec<bool> {
    let mut commits = Commits::new();
    let mut ids: Vec<String> = Vec::new();
    for (author, committer, message) in list {
        let mut message = (*message).to_owned();
        for (index, id) in ids.iter().enumerate() {
            message = message.replace(&format!("{{{index}}}"), id);
        }
        let draft = Draft::new(message).author(author).committer(committer);
        ids.push(commits.add(draft).to_string());
    }
    let answer = Case::new(MemoryTree::new().file(".github/dco.yml", config))
        .history(commits.history())
        .run_with("dco-sign-off", "identity = \"strict\"");
    let found = |id: &String| {
        let mut findings = answer.findings().iter();
        findings.any(|f| f.commit.as_ref() == Some(id))
    };
    ids.iter().map(found).collect()
}

fn own(name: &str, target: &str, signed: &str) -> String {
    let sign = if signed.is_empty() {
        String::new()
    } else {
        format!("\n\nSigned-off-by: {signed}")
    };
    format!("Mend\n\nI, {name}, hereby add my Signed-off-by to this commit: {target}{sign}")
}

fn behalf(name: &str, by: &str, target: &str, signed: &str) -> String {
    own(by, target, signed).replace("I, ", &format!("On behalf of {name}, I, "))
}

#[test]
fn off_unless_the_project_allows_it() {
    let mend = own(ANA, "{0}", ANA);
    let list = [(ANA, BO, "x"), (ANA, BO, &*mend)];
    assert_eq!(failing(OFF, &list), [true, false]);
    assert_eq!(failing(THIRD_ONLY, &list), [true, false]);
    assert_eq!(failing(INDIVIDUAL, &list), [false, false]);
}

#[test]
fn an_author_mends_what_is_missing_or_wrong() {
    let mend = own(ANA, "{0}", ANA);
    for first in [
        "x",
        "x\n\nSigned-off-by: Ana L <ana@example.org>",
        "x\n\nSigned-off-by: Ana Lund <ana@x.org>",
    ] {
        let list = [(ANA, BO, first), (ANA, BO, &*mend)];
        assert_eq!(failing(INDIVIDUAL, &list), [false, false], "{first}");
    }
}

#[test]
fn a_committer_mends_too() {
    let mend = own(BO, "{0}", BO);
    assert_eq!(
        failing(INDIVIDUAL, &[(ANA, BO, "x"), (BO, BO, &mend)]),
        [false, false]
    );
}

#[test]
fn what_needs_no_mending_bears_it() {
    let signed = format!("x\n\nSigned-off-by: {ANA}");
    let mend = own(ANA, "{0}", ANA);
    assert_eq!(
        failing(INDIVIDUAL, &[(ANA, BO, &signed), (ANA, BO, &mend)]),
        [false, false]
    );
    let elsewhere = own(ANA, &"9".repeat(40), ANA);
    assert_eq!(
        failing(INDIVIDUAL, &[(ANA, BO, &signed), (ANA, BO, &elsewhere)]),
        [false, false]
    );
}

#[test]
fn a_mending_commit_is_judged_itself_but_its_sentence_counts() {
    let mend = own(ANA, "{0}", "");
    assert_eq!(
        failing(INDIVIDUAL, &[(ANA, ANA, "x"), (ANA, ANA, &mend)]),
        [false, true]
    );
    let both = own(ANA, "{0}", "") + "\n" + &own(ANA, "{1}", ANA);
    let list = [(ANA, ANA, "x"), (ANA, ANA, "y"), (ANA, ANA, &*both)];
    assert_eq!(failing(INDIVIDUAL, &list), [false, false, false]);
    let again = own(ANA, "{1}", ANA);
    let list = [(ANA, ANA, "x"), (ANA, ANA, &*mend), (ANA, ANA, &*again)];
    assert_eq!(failing(INDIVIDUAL, &list), [false, false, false]);
}

#[test]
fn nobody_mends_for_others_in_their_own_name() {
    for name in ["Ana L <ana@example.org>", "Ana Lund <ana@x.org>", CY] {
        let mend = own(name, "{0}", ANA);
        assert_eq!(
            failing(INDIVIDUAL, &[(ANA, ANA, "x"), (ANA, ANA, &mend)]),
            [true, false],
            "{name}"
        );
        let mend = own(ANA, "{0}", name);
        assert_eq!(
            failing(INDIVIDUAL, &[(ANA, ANA, "x"), (name, name, &mend)]),
            [true, false],
            "{name}"
        );
    }
}

#[test]
fn the_id_is_compared_as_text() {
    for target in ["{0} ", "{0}.", "", "0000000"] {
        let mend = own(ANA, target, ANA);
        assert_eq!(
            failing(INDIVIDUAL, &[(ANA, ANA, "x"), (ANA, ANA, &mend)]),
            [true, false],
            "{target}"
        );
    }
    let mend = own(ANA, "{0}\r", ANA);
    assert_eq!(
        failing(INDIVIDUAL, &[(ANA, ANA, "x"), (ANA, ANA, &mend)]),
        [false, false]
    );
}

#[test]
fn others_mend_on_behalf_where_both_forms_are_allowed() {
    let by_author = behalf(ANA, CY, "{0}", CY);
    let by_committer = behalf(ANA, BO, "{0}", BO);
    let own_behalf = behalf(ANA, ANA, "{0}", ANA);
    for (list, case) in [
        ([(ANA, BO, "x"), (CY, CY, &*by_author)], "another author"),
        ([(ANA, BO, "x"), (CY, BO, &*by_committer)], "the committer"),
        ([(ANA, BO, "x"), (ANA, BO, &*own_behalf)], "the same author"),
    ] {
        assert_eq!(failing(BOTH, &list), [false, false], "{case}");
        assert_eq!(failing(INDIVIDUAL, &list), [true, false], "{case}");
        assert_eq!(failing(THIRD_ONLY, &list), [true, false], "{case}");
    }
}

#[test]
fn on_behalf_every_name_has_to_fit() {
    for (name, by) in [
        ("Ana L <ana@example.org>", CY),
        ("Ana Lund <ana@x.org>", CY),
        (ANA, "Cy M <cy@example.org>"),
        (ANA, "Cy Moe <cy@x.org>"),
    ] {
        let mend = behalf(name, by, "{0}", CY);
        assert_eq!(
            failing(BOTH, &[(ANA, ANA, "x"), (CY, CY, &mend)]),
            [true, false],
            "{name} {by}"
        );
    }
    let mangled = behalf(ANA, CY, "{0}", CY).replace("On behalf of", "For");
    assert_eq!(
        failing(BOTH, &[(ANA, ANA, "x"), (CY, CY, &mangled)]),
        [true, false]
    );
    let wrong = behalf(ANA, CY, "{0}0", CY);
    assert_eq!(
        failing(BOTH, &[(ANA, ANA, "x"), (CY, CY, &wrong)]),
        [true, false]
    );
}

#[test]
fn sentences_chain() {
    let second = behalf(ANA, CY, "{0}", "");
    let third = own(CY, "{1}", CY);
    let list = [(ANA, ANA, "x"), (CY, CY, &*second), (CY, CY, &*third)];
    assert_eq!(failing(BOTH, &list), [false, false, false]);
    let third = behalf(CY, BO, "{1}", BO);
    let list = [(ANA, ANA, "x"), (CY, CY, &*second), (BO, BO, &*third)];
    assert_eq!(failing(BOTH, &list), [false, false, false]);
    let unsigned = behalf(CY, BO, "{1}", "");
    let list = [(ANA, ANA, "x"), (CY, CY, &*second), (BO, BO, &*unsigned)];
    assert_eq!(failing(BOTH, &list), [false, false, true]);
}

#[test]
fn members_who_sign_otherwise_are_for_the_forge_to_tell() {
    let mut commits = Commits::new();
    commits.add(Draft::new("x").header("gpgsig -----BEGIN PGP SIGNATURE-----\n -----END"));
    let run = |config: &str| {
        Case::new(MemoryTree::new().file(".github/dco.yml", config))
            .history(commits.history())
            .run("dco-sign-off")
            .kind()
    };
    use crate::report::Kind;
    assert_eq!(run("require:\n  members: false\n"), Kind::Open);
    assert_eq!(run("require:\n  members: true\n"), Kind::Fail);
    commits.add(Draft::new("no signature, no member"));
    let answer =
        Case::new(MemoryTree::new().file(".github/dco.yml", "require:\n  members: false\n"))
            .history(commits.history())
            .run("dco-sign-off");
    assert_eq!((answer.kind(), answer.findings().len()), (Kind::Fail, 1));
}
