// SPDX-License-Identifier: Apache-2.0

use super::{Audit, By, Counts, audit};
use crate::checks::testing::with_shared;
use crate::report::Kind;
use crate::report::dco::Wrong;
use crate::subject::history::testing::{Commits, Draft};
use crate::subject::memory::MemoryTree;

const ANA: &str = "Ana Lund <ana@example.org>";
const MAP: &str = "Ana Lund <ana@example.org> <al@old.example>\n";
const ALLOW: &str = "allowRemediationCommits:\n  individual: true\n  thirdParty: true\n";

fn signed(by: &str) -> Draft {
    Draft::new(format!("x\n\nSigned-off-by: {by}\n")).by(by)
}

fn over(commits: &Commits, tree: MemoryTree, by: &By) -> Audit {
    let with = toml::from_str("identity = \"strict\"").unwrap();
    with_shared(tree, None, |shared| {
        shared.history.set(commits.history()).unwrap();
        audit(shared, &with, Some(by)).unwrap()
    })
}

fn mapped() -> MemoryTree {
    MemoryTree::new().file(".mailmap", MAP)
}

#[test]
fn authors_and_years_are_counted() {
    let mut commits = Commits::new();
    let old = commits.add(Draft::new("a").by("al <al@old.example>").on("2020-02-01"));
    let root = commits.add(signed(ANA).on("2021-02-01"));
    commits.add(
        signed("Bo <bo@x.org>")
            .author("Cy <cy@x.org>")
            .committer("Di <di@x.org>")
            .on("2021-03-01"),
    );
    commits.add(
        Draft::new("b")
            .by("r[bot] <1+r[bot]@users.noreply.github.com>")
            .on("2021-04-01"),
    );
    commits.add(Draft::new("merge").on("2021-05-01").parents(&[root, root]));
    let audit = over(&commits, mapped(), &By::Authors);
    let counts = |c: &Counts| [c.commits, c.signed, c.unsigned, c.mismatched, c.bots];
    assert_eq!((audit.merges, counts(&audit.counts)), (1, [4, 1, 1, 1, 1]));
    assert_eq!(counts(&audit.years["2020"]), [1, 0, 1, 0, 0]);
    assert_eq!(counts(&audit.years["2021"]), [3, 1, 0, 1, 1]);
    assert_eq!(audit.kind, Kind::Fail);
    let adoption = &audit.adoption;
    assert_eq!(adoption.first_signed_date.as_deref(), Some("2021-02-01"));
    assert_eq!(adoption.first_signed, Some(root.to_string()));
    assert_eq!(adoption.proposed_since, None, "one is no custom");
    let ana = audit.authors.iter().find(|a| a.name == "Ana Lund").unwrap();
    assert_eq!(counts(&ana.counts), [2, 1, 1, 0, 0]);
    assert_eq!(ana.first_signed.as_deref(), Some("2021-02-01"));
    assert_eq!(ana.failing[0].commit, old.to_string());
    assert_eq!(ana.failing[0].author, "al <al@old.example>");
    assert_eq!(ana.failing[0].problem, Wrong::Missing);
    let cy = audit.authors.iter().find(|a| a.name == "Cy").unwrap();
    assert_eq!(cy.failing[0].problem, Wrong::Mismatch);
    assert_eq!(cy.failing[0].found, ["Bo <bo@x.org>"]);
    assert_eq!(audit.authors.len(), 3);
}

#[test]
fn a_date_outside_any_calendar_is_a_year_of_its_own() {
    let mut commits = Commits::new();
    commits.add(signed(ANA).at(i64::MAX));
    commits.add(signed(ANA).at(i64::MIN));
    let audit = over(&commits, MemoryTree::new(), &By::Authors);
    assert_eq!(audit.years["unknown"].signed, 2);
    assert_eq!(audit.kind, Kind::Pass);
}

#[test]
fn remediation_texts_mend_what_they_name() {
    let mut commits = Commits::new();
    commits.add(Draft::new("a"));
    commits.add(Draft::new("b"));
    commits.add(Draft::new("c").by("al <al@old.example>"));
    let before = over(&commits, mapped(), &By::Authors);
    assert_eq!(
        (before.authors.len(), before.remedies.len()),
        (1, 2),
        "one an identity"
    );
    for remedy in &before.remedies {
        commits.add(Draft::new(&remedy.message).by(&remedy.by));
    }
    let allowed = over(
        &commits,
        mapped().file(".github/dco.yml", ALLOW),
        &By::Authors,
    );
    assert_eq!((allowed.counts.signed, allowed.counts.remediated), (5, 3));
    let not_allowed = over(&commits, mapped(), &By::Authors);
    assert_eq!(not_allowed.counts.failing(), 3);
    assert_eq!(
        not_allowed.remedies,
        [],
        "made already: a setting is missing, not a commit"
    );
    assert!(
        not_allowed.authors[0]
            .failing
            .iter()
            .all(|f| f.remediation.is_some())
    );
}

#[test]
fn somebody_signs_on_behalf_of_the_authors() {
    let mut commits = Commits::new();
    commits.add(Draft::new("a"));
    let by = By::Somebody(crate::subject::history::Identity {
        name: "Bo Vik".into(),
        email: "bo@example.org".into(),
    });
    let before = over(&commits, MemoryTree::new(), &by);
    assert_eq!(before.remedies[0].by, "Bo Vik <bo@example.org>");
    commits.add(Draft::new(&before.remedies[0].message).by(&before.remedies[0].by));
    let tree = MemoryTree::new().file(".github/dco.yml", ALLOW);
    let after = over(&commits, tree, &by);
    assert_eq!((after.counts.signed, after.counts.remediated), (2, 1));
}
