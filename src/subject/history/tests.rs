// SPDX-License-Identifier: Apache-2.0

use std::collections::HashSet;

use git2::Oid;

use super::testing::{Commits, Draft};
use super::{History, Range, shallow_ids};

fn ids(history: &History) -> HashSet<Oid> {
    history.commits.iter().map(|c| c.id).collect()
}

fn signers(history: &History, index: usize) -> Vec<String> {
    let commit = &history.commits[index];
    let people = history.sign_offs(commit).iter();
    people.map(|id| history.identity(*id).to_string()).collect()
}

fn sign_offs_of(message: impl AsRef<[u8]>) -> Vec<String> {
    let mut commits = Commits::new();
    commits.add(Draft::new(message));
    signers(&commits.history(), 0)
}

#[test]
fn a_sign_off_is_a_line_of_its_own_in_any_case_anywhere() {
    let message = "SIGNED-OFF-BY: Ana Lund <ana@example.org>\n\nx Signed-off-by: No <no@x.org>\n\
        \tSigned-off-by: No <no@x.org>\n> Signed-off-by: No <no@x.org>\n\
        signed-off-by: Bo <bo@x.org> \t\r\nSigned-off-by: Two <a@x> <b@x>\nmore text\n";
    let expected = [
        "Ana Lund <ana@example.org>",
        "Bo <bo@x.org>",
        "Two <a@x> <b@x>",
    ];
    assert_eq!(sign_offs_of(message), expected);
}

#[test]
fn the_last_brackets_hold_the_address() {
    let mut commits = Commits::new();
    commits.add(Draft::new("x\n\nSigned-off-by: Two <a@x> <b@x>\n"));
    let history = commits.history();
    let person = history.identity(history.sign_offs(&history.commits[0])[0]);
    assert_eq!((&*person.name, &*person.email), ("Two <a@x>", "b@x"));
}

#[test]
fn blanks_inside_belong_to_the_name_and_the_address() {
    let mut commits = Commits::new();
    commits.add(Draft::new("x\n\nSigned-off-by:  Ana < ana@x >"));
    let history = commits.history();
    let person = history.identity(history.sign_offs(&history.commits[0])[0]);
    assert_eq!((&*person.name, &*person.email), (" Ana", " ana@x "));
}

#[test]
fn what_is_not_quite_the_form_is_no_sign_off() {
    for line in [
        "Signed-off-by:Ana <ana@x>",
        "Signed-off-by : Ana <ana@x>",
        "Signed-off-by: Ana<ana@x>",
        "Signed-off-by: Ana <ana@x",
        "Signed-off-by: Ana <ana@x> (me)",
        "Signed-off-by: ana@x",
        "Signed off by: Ana <ana@x>",
        "Signed-off-by: ",
    ] {
        assert_eq!(sign_offs_of(line), [""; 0], "{line}");
    }
}

#[test]
fn identities_are_split_as_git_splits_them() {
    let cases = [
        ("Ana Lund <ana@x>", ("Ana Lund", "ana@x")),
        (" Ana  <ana@x>", ("Ana", "ana@x")),
        ("<ana@x>", ("", "ana@x")),
        ("Ana <>", ("Ana", "")),
        ("Ana <a<b@x>>", ("Ana", "a<b@x")),
        ("Ana without address", ("Ana without address 5 +0000", "")),
    ];
    for (line, expected) in cases {
        let mut commits = Commits::new();
        commits.add(Draft::new("x").author(line).at(5));
        let history = commits.history();
        let person = history.identity(history.commits[0].author);
        assert_eq!((&*person.name, &*person.email), expected, "{line}");
    }
}

#[test]
fn broken_objects_are_read_as_far_as_they_go() {
    let mut commits = Commits::new();
    let junk: [&[u8]; 8] = [
        b"",
        b"\n\nSigned-off-by: A <a@x>",
        b"tree",
        b"parent zz\nparent 12\nauthor \ncommitter >\n",
        b"author A <a@x> 99999999999999999999 +0000\ncommitter A <a@x> -5 +9999\n\n\xff\xfe",
        b"encoding nonsense\nauthor \xe9 <e@x> 1 +0000\n\nx",
        b"encoding UTF-16\n\nx",
        b"author A <a@x> 1 +0000\nauthor B <b@x> 2 +0000\n\n",
    ];
    for bytes in junk {
        commits.raw_commit(bytes.to_vec());
    }
    let history = commits.history();
    assert_eq!(history.commits.len(), junk.len());
    let merge = history.commits.iter().filter(|c| c.is_merge()).count();
    assert_eq!(merge, 1, "ids that do not parse still count as parents");
}

#[test]
fn the_encoding_header_names_the_charset_of_everything() {
    let mut commits = Commits::new();
    let mut raw = b"author Ren\xe9 <r@x> 1 +0000\ncommitter Ren\xe9 <r@x> 1 +0000\n".to_vec();
    raw.extend(b"encoding ISO-8859-1\n\nTest\n\nSigned-off-by: Ren\xe9 <r@x>\n");
    commits.raw_commit(raw);
    let history = commits.history();
    assert_eq!(signers(&history, 0), ["René <r@x>"]);
    assert_eq!(history.identity(history.commits[0].author).name, "René");
    assert_eq!(
        history.commits[0].author,
        history.sign_offs(&history.commits[0])[0]
    );
}

#[test]
fn sentences_of_remediation_commits_are_kept() {
    let mut commits = Commits::new();
    commits.add(Draft::new(
        "Mend\n\ni, Ana <a@x>, hereby add my signed-off-by to this commit: abc\r\n\
        On behalf of Bo <b@x>, I, Ana <a@x>, hereby add my Signed-off-by to this commit: def \n\
        I, nothing\nOn behalf of nobody\n",
    ));
    let history = commits.history();
    let found: Vec<_> = history
        .remediations
        .iter()
        .map(|r| {
            let on_behalf = r.representative.as_ref().map(ToString::to_string);
            (r.declarant.to_string(), on_behalf, r.target.as_str())
        })
        .collect();
    let expected = [
        ("Ana <a@x>".to_owned(), None, "abc"),
        ("Bo <b@x>".to_owned(), Some("Ana <a@x>".to_owned()), "def "),
    ];
    assert_eq!(found, expected);
}

/// Two branches from a root, merged; then one more.
fn branchy() -> (Commits, Vec<Oid>) {
    let mut commits = Commits::new();
    let root = commits.add(Draft::new("root"));
    let left = commits.add(Draft::new("left").parents(&[root]));
    let right = commits.add(Draft::new("right").parents(&[root]));
    let merge = commits.add(Draft::new("merge").parents(&[left, right]));
    let tip = commits.add(Draft::new("tip"));
    (commits, vec![root, left, right, merge, tip])
}

#[test]
fn the_whole_history_is_the_same_on_any_number_of_threads() {
    let (mut commits, _) = branchy();
    for i in 0..200 {
        let last = commits.add(Draft::new(format!("{i}")));
        let side = commits.add(Draft::new(format!("side {i}")).parents(&[last]).at(7));
        commits.add(Draft::new("merge").parents(&[side, last]));
    }
    let tip = commits.add(Draft::new(
        "end\n\nSigned-off-by: Ana Lund <ana@example.org>",
    ));
    let folder = tempfile::tempdir().unwrap();
    let source = commits.source(folder.path(), &[]);
    let order = |h: &History| h.commits.iter().map(|c| c.id).collect::<Vec<_>>();
    let one = source.all_on(tip, 1);
    assert_eq!(one.commits.len(), 606);
    for threads in [2, 3, 8] {
        let many = source.all_on(tip, threads);
        assert_eq!(order(&many), order(&one), "{threads}");
        assert_eq!(many.identities, one.identities);
    }
}

#[test]
fn a_range_is_what_head_has_and_base_has_not() {
    let (commits, all) = branchy();
    let [root, left, right, merge, tip] = all[..] else {
        panic!("five commits")
    };
    let folder = tempfile::tempdir().unwrap();
    let source = commits.source(folder.path(), &[]);
    let between = |base, head| ids(&source.between(&[base], head));
    assert_eq!(between(left, tip), HashSet::from([right, merge, tip]));
    assert_eq!(between(root, tip), HashSet::from([left, right, merge, tip]));
    assert_eq!(between(left, right), HashSet::from([right]));
    assert_eq!(between(tip, root), HashSet::new());
    assert!(source.between(&[left], tip).is_complete());
    let both = source.between(&[left, right], tip);
    assert_eq!(ids(&both), HashSet::from([merge, tip]), "several bases");
}

#[test]
fn what_a_cut_base_hides_leaves_the_range_open() {
    let mut commits = Commits::new();
    let root = commits.add(Draft::new("root"));
    let old = commits.add(Draft::new("old"));
    let base = commits.add(Draft::new("base"));
    let tip = commits.add(Draft::new("tip").parents(&[old]));
    let folder = tempfile::tempdir().unwrap();
    // The base was fetched alone: that it descends from `old` is not to be seen.
    let source = commits.source(folder.path(), &[base]);
    let history = source.between(&[base], tip);
    assert_eq!(ids(&history), HashSet::from([root, old, tip]));
    assert_eq!(history.boundary, [base]);
}

#[test]
fn lying_clocks_do_not_move_the_ends_of_a_range() {
    let mut commits = Commits::new();
    let old = commits.add(Draft::new("a").on("2020-01-01"));
    let base = commits.add(Draft::new("b").on("1999-01-01"));
    let tip = commits.add(Draft::new("c").on("2024-01-01").parents(&[old]));
    let folder = tempfile::tempdir().unwrap();
    let source = commits.source(folder.path(), &[]);
    assert_eq!(ids(&source.between(&[base], tip)), HashSet::from([tip]));
}

#[test]
fn a_shallow_clone_ends_where_its_file_says() {
    let (commits, all) = branchy();
    let folder = tempfile::tempdir().unwrap();
    let source = commits.source(folder.path(), &[all[3]]);
    let history = source.all(all[4]);
    assert_eq!(ids(&history), HashSet::from([all[3], all[4]]));
    assert_eq!(history.boundary, [all[3]]);
    assert!(history.shallow && !history.is_complete());
    let history = source.between(&[all[3]], all[4]);
    assert!(history.is_complete(), "the base closes the range");
    assert_eq!(ids(&history), HashSet::from([all[4]]));
}

#[test]
fn absent_commits_are_listed_and_the_rest_is_read() {
    let (mut commits, all) = branchy();
    let gone = Oid::from_str(&"7".repeat(40)).unwrap();
    let tip = commits.add(Draft::new("x").parents(&[all[1], gone]));
    let folder = tempfile::tempdir().unwrap();
    let source = commits.source(folder.path(), &[]);
    let history = source.all(tip);
    assert_eq!(history.missing, [gone]);
    assert_eq!(history.commits.len(), 3);
    assert_eq!(source.between(&[gone], tip).missing, [gone]);
}

#[test]
fn ranges_are_written_with_two_or_three_dots() {
    let a = Oid::from_str(&"a".repeat(40)).unwrap();
    let b = Oid::from_str(&"b".repeat(40)).unwrap();
    let resolve = |name: &str| match name {
        "main" => Some(a),
        "HEAD" => Some(b),
        _ => None,
    };
    let range = Ok(Range::Between {
        bases: vec![a],
        head: b,
    });
    assert_eq!(Range::parse("main..HEAD", resolve), range);
    assert_eq!(Range::parse("main...", resolve), range);
    assert_eq!(Range::parse(&format!("{a}..{b}"), |_| None), range);
    assert!(Range::parse("main", resolve).is_err());
    assert!(
        Range::parse("main..gone", resolve)
            .unwrap_err()
            .contains("`gone`")
    );
}

#[test]
fn only_full_ids_stand_in_a_shallow_file() {
    let id = "c".repeat(40);
    let file = format!("{id}\r\nshort\nabc\n\n");
    assert_eq!(shallow_ids(file.as_bytes()), [Oid::from_str(&id).unwrap()]);
}

#[test]
fn first_lines_are_kept_where_a_finding_may_need_them() {
    let mut commits = Commits::new();
    let signed = commits.add(Draft::new("a\n\nSigned-off-by: Ana Lund <ana@example.org>"));
    let not = commits.add(Draft::new("b\n\ntext"));
    let history = commits.history();
    assert_eq!(history.subject(signed), None);
    assert_eq!(history.subject(not), Some("b"));
}
