// SPDX-License-Identifier: Apache-2.0

use super::csv::cell;
use super::{DcoFormat, number, write_dco};
use crate::output::{Style, clean};
use crate::report::dco::{Audit, Author, Counts, Custom, Failing, Remedy, SCHEMA, Wrong};
use crate::report::{Kind, SubjectInfo, Tool};

const HOSTILE: &str = "=cmd|' /C calc'!A0 \u{1b}[2J##[error]x\u{202e}|`@a";

fn audit() -> Audit {
    let counts = Counts {
        commits: 1234,
        signed: 1230,
        unsigned: 3,
        mismatched: 1,
        ..Counts::default()
    };
    let failing = Failing {
        commit: "a".repeat(40),
        date: Some("2026-01-02".into()),
        subject: HOSTILE.into(),
        author: HOSTILE.into(),
        problem: Wrong::Mismatch,
        found: vec![HOSTILE.into()],
        mend: "git commit --amend -s --no-edit".into(),
        remediation: None,
    };
    let author = |name: &str| Author {
        name: name.into(),
        email: "x@example.org".into(),
        counts,
        first_signed: Some("2025-01-01".into()),
        last_failing: Some("2026-01-02".into()),
        failing: vec![failing.clone()],
    };
    Audit {
        schema: SCHEMA.into(),
        tool: Tool {
            name: "provost".into(),
            version: "0".into(),
        },
        subject: SubjectInfo {
            path: HOSTILE.into(),
            ..SubjectInfo::default()
        },
        range: format!("{}..{}", "b".repeat(40), "c".repeat(40)),
        identity: "strict".into(),
        kind: Kind::Fail,
        message: HOSTILE.into(),
        merges: 7,
        counts,
        adoption: Custom::default(),
        years: [("2025".to_owned(), counts), ("2026".to_owned(), counts)].into(),
        authors: vec![author(HOSTILE), author("名前 なまえ"), author("Zoë")],
        remedies: vec![Remedy {
            author: HOSTILE.into(),
            by: HOSTILE.into(),
            commits: 1,
            message: format!("{HOSTILE}\n\n::error::x\n"),
        }],
        notes: vec![HOSTILE.into()],
        faults: Vec::new(),
    }
}

fn written(format: DcoFormat, style: &Style) -> String {
    let mut bytes = Vec::new();
    write_dco(&audit(), format, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn nothing_of_a_repository_steers_a_reader() {
    for format in [
        DcoFormat::Human,
        DcoFormat::Json,
        DcoFormat::Csv,
        DcoFormat::Markdown,
    ] {
        let text = written(format, &Style::default());
        let hostile = |c: char| clean::is_hostile(c) && c != '\n' && c != '\r';
        assert!(!text.contains(hostile), "{format:?}: {text}");
        assert!(!text.contains("##["), "{format:?}");
        assert!(
            !text.lines().any(|l| l.trim_start().starts_with("::")),
            "{format:?}"
        );
    }
}

#[test]
fn a_cell_is_never_a_formula() {
    for text in ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "|x"] {
        let made = cell(text);
        let inner = made.trim_matches('"').trim_start_matches("\\t");
        assert!(made.starts_with("\"'") || inner != text, "{made}");
        assert!(!made.starts_with(['=', '+', '-', '@', '|']), "{made}");
    }
    assert_eq!(cell("a\"b,c"), "\"a\"\"b,c\"");
    assert_eq!(cell("plain"), "plain");
    let csv = written(DcoFormat::Csv, &Style::default());
    assert!(
        csv.lines()
            .all(|line| !line.starts_with(['=', '+', '-', '@']))
    );
    assert_eq!(csv.lines().count(), 4);
}

#[test]
fn columns_stand_under_each_other_whatever_the_script() {
    let text = written(DcoFormat::Human, &Style::default());
    let ends: Vec<usize> = text
        .lines()
        .filter(|line| line.ends_with("2026-01-02"))
        .map(textwrap::core::display_width)
        .collect();
    assert_eq!(ends.len(), 3, "{text}");
    assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
    assert!(text.contains("commits: bbbbbbbbbbbb..cccccccccccc"));
    assert!(!text.contains('\u{1b}'));
    let style = Style {
        color: true,
        ..Style::default()
    };
    assert!(written(DcoFormat::Human, &style).contains("\u{1b}["));
}

#[test]
fn numbers_are_grouped() {
    assert_eq!(
        [0, 999, 1000, 1_234_567].map(number),
        ["0", "999", "1,000", "1,234,567"]
    );
}
