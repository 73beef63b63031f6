// SPDX-License-Identifier: Apache-2.0

//! One report with every kind, every level, a waiver, a fault and every hostile name.

use provost::report::{
    Anchor, Baseline, CheckResult, ClauseRef, Evidence, Fault, Finding, Form, Kind, Level, Problem,
    Readiness, Report, SCHEMA, Standing, Statement, Step, SubjectInfo, Summary, Suppression, Tool,
};
use serde_json::Value;

/// Names that attack a terminal, the runner's log, Markdown, a URI or a shell.
pub(crate) const HOSTILE: &[&str] = &[
    "x\n::error file=README.md,line=1::pwned.rs",
    "a##[error]p.rs",
    "a##[stop-commands]x.rs",
    "::add-mask::x",
    "esc\x1b[2K\x1b[1A.rs",
    "osc\x1b]8;;https://evil.example\x07.rs",
    "c1\u{9b}31m.rs",
    "[click](javascript:alert(1)).rs",
    "<img src=x onerror=alert(1)>.rs",
    "![p](https://evil.example/p.png)",
    "a|b`c`.rs",
    "``` @team #12 o/r#3 GH-4.rs",
    "rtl\u{202e}gnp.rs",
    "zero\u{200b}width\u{feff}\u{2028}.rs",
    "tag\u{e0041}.rs",
    "inv\\xff.rs",
    "c%0A::error::.rs",
    "col:on,comma.rs",
    "sp ace#frag?q.rs",
    "-rf",
    "--config=x",
    "=cmd()",
    "../../etc/passwd",
    "/etc/passwd",
    "</details><h1>x",
    "]]>&amp;.rs",
];

/// A result without findings.
pub(crate) fn check(rule: &str, kind: Kind, level: Level, message: &str) -> CheckResult {
    CheckResult {
        rule: rule.into(),
        kind,
        level,
        before: None,
        message: message.into(),
        profiles: vec!["ccc/incubation".into()],
        clauses: vec![ClauseRef {
            id: format!("clause-of-{rule}"),
            policy: "ccc".into(),
            section: "III, Incubation Stage, Acceptance Criteria 2".into(),
            url: "https://policy.example/stages.md#incubation (draft)".into(),
        }],
        findings: Vec::new(),
        evidence: Vec::new(),
        properties: [("count".to_owned(), Value::from(3))].into(),
    }
}

/// A finding with a fingerprint of its own.
pub(crate) fn finding(message: &str, path: Option<&str>, line: Option<u64>) -> Finding {
    let key = format!("{message}{path:?}");
    let hash = key
        .bytes()
        .fold(7u64, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
    Finding {
        message: message.into(),
        path: path.map(str::to_owned),
        line,
        fingerprint: format!("{hash:016x}"),
        ..Finding::default()
    }
}

fn security() -> CheckResult {
    let mut security = check(
        "sample-security",
        Kind::Fail,
        Level::Error,
        "no SECURITY.md was found at the top level, in .github or docs; expected one; add it",
    );
    security.findings = vec![
        Finding {
            anchor: Some(Anchor {
                path: "README.md".into(),
                line: 1,
                linked: false,
            }),
            line_hash: Some("1a447e5ddf5f7318:1".into()),
            ..finding(
                "no security policy; add SECURITY.md",
                Some("SECURITY.md"),
                None,
            )
        },
        finding(
            "the README names no contact [see](https://policy.example)",
            Some("README.md"),
            Some(12),
        ),
        finding("no private channel is named anywhere", None, None),
    ];
    security.evidence = vec![
        Evidence::line("docs/support.md", 4).note("names a public issue tracker"),
        Evidence::url("https://api.example/orgs?q=\u{202e}x"),
    ];
    security
}

fn sign_off() -> CheckResult {
    let mut sign_off = check(
        "sample-sign-off",
        Kind::Fail,
        Level::Error,
        "2 of 120 commits lack a sign-off",
    );
    sign_off.findings = [
        "1234567890abcdef1234567890abcdef12345678",
        "f00d00f00d00f00d00f00d00f00d00f00d00f00d",
    ]
    .map(|id| Finding {
        commit: Some(id.into()),
        ..finding(
            &format!(
                "`Fix #{}: @team` by Ada <ada@example.org> has no sign-off",
                &id[..2]
            ),
            None,
            None,
        )
    })
    .to_vec();
    sign_off.evidence = vec![Evidence::line("CONTRIBUTING.md", 30).note("asks for a sign-off")];
    sign_off
}

fn header() -> CheckResult {
    let mut header = check(
        "sample-header",
        Kind::Fail,
        Level::Warning,
        "26 of 300 files have no licence notice",
    );
    header.findings = HOSTILE
        .iter()
        .map(|name| Finding {
            problem: Some(Problem::Missing),
            license: Some("MIT OR (Apache-2.0)".into()),
            ..finding(&format!("{name}: no licence notice"), Some(name), None)
        })
        .collect();
    header.evidence = HOSTILE
        .iter()
        .map(|name| Evidence::file(*name).note(*name))
        .collect();
    header
}

fn waived() -> CheckResult {
    let mut waived = check(
        "sample-waived",
        Kind::Fail,
        Level::None,
        "one place is waived",
    );
    waived.findings = vec![Finding {
        suppressed: Some(Suppression {
            reason: "the file is generated [by](https://gen.example) @team".into(),
            approver: Some("Ada Lovelace".into()),
            approval: Some("https://lists.example/42".into()),
            expires: Some("2027-01-31".into()),
            source: ".provost.toml:7".into(),
        }),
        ..finding("src/gen.rs has no notice", Some("src/gen.rs"), Some(1))
    }];
    waived
}

fn note() -> CheckResult {
    let mut note = check(
        "sample-note",
        Kind::Fail,
        Level::Note,
        "three places might be better",
    );
    note.findings = [Baseline::New, Baseline::Unchanged, Baseline::Absent]
        .map(|state| Finding {
            baseline: Some(state),
            ..finding(&format!("{state:?} place"), Some("docs/a b.md"), Some(3))
        })
        .to_vec();
    note
}

/// The report.
pub(crate) fn report() -> Report {
    let mut checks = vec![security(), sign_off(), header(), waived(), note()];
    let mut review = check(
        "sample-review",
        Kind::Review,
        Level::None,
        "is the charter neutral?",
    );
    review.evidence = vec![Evidence::line("CHARTER.md", 9).note("names one company")];
    checks.push(review);
    let open = "the badge entry was not asked for (--offline); run without it";
    checks.push(check("sample-open", Kind::Open, Level::None, open));
    let mut pass = check(
        "sample-pass",
        Kind::Pass,
        Level::None,
        "CODE_OF_CONDUCT.md is the Covenant 2.1",
    );
    pass.evidence = vec![Evidence::file("CODE_OF_CONDUCT.md").license("CC-BY-4.0")];
    checks.push(pass);
    checks.push(check(
        "sample-not-applicable",
        Kind::NotApplicable,
        Level::None,
        "no releases yet",
    ));
    let mut foreign = check(
        "a-rule-of-tomorrow",
        Kind::Fail,
        Level::Warning,
        "judged by a newer version",
    );
    foreign.findings = vec![finding("judged by a newer version", None, None)];
    foreign.clauses.clear();
    checks.push(foreign);
    checks.sort_by(|a, b| a.rule.cmp(&b.rule));
    Report {
        schema: SCHEMA.into(),
        tool: Tool {
            name: "provost".into(),
            version: "0.0.0".into(),
        },
        subject: SubjectInfo {
            path: "example".into(),
            head: Some("0123456789abcdef0123456789abcdef01234567".into()),
            base: None,
            altered: Vec::new(),
            at: None,
            remote: Some("https://github.com/example/project".into()),
            slug: Some("example/project".into()),
            anchor: Some("README.md".into()),
            notices: vec!["src/huge.bin: only the first MiB was read".into()],
        },
        profiles: vec!["ccc/incubation".into(), "openssf/sandbox".into()],
        summary: Summary::of(&checks),
        checks,
        faults: vec![Fault {
            r#where: "sample-pass".into(),
            message: "an object cannot be read: a##[error]b; run `git fsck`".into(),
        }],
        statements: statements(),
        readiness: vec![readiness()],
    }
}

/// A statement that has expired and one in force, with hostile words.
fn statements() -> Vec<Statement> {
    let statement = |standing, clause: &str, text: &str, expires: &str| Statement {
        standing,
        form: Form::Attestation,
        rule: None,
        clause: Some(clause.into()),
        only: None,
        text: text.into(),
        by: Some("Ada [Lovelace](https://evil.example) | @team".into()),
        date: Some("2025-03-01".into()),
        link: Some("https://lists.example/42?a|b".into()),
        expires: Some(expires.into()),
        source: ".provost.toml:12".into(),
    };
    let expired = statement(
        Standing::Expired,
        "ccc-tac-presentation",
        "presented on <b>Tuesday</b>",
        "2026-03-01",
    );
    let valid = statement(
        Standing::Valid,
        "ccc-tac-sponsor",
        "sponsored `a|b` ##[error]x",
        "2027-03-01",
    );
    vec![expired, valid]
}

fn readiness() -> Readiness {
    let step = |id: &str, level, text: &str, next: &str| Step {
        id: id.into(),
        level,
        text: text.into(),
        next: next.into(),
    };
    Readiness {
        profile: "ccc/incubation".into(),
        title: "The Incubation stage".into(),
        met: vec!["sample-pass".into(), "ccc-tac-sponsor".into()],
        waived: vec!["sample-waived".into()],
        to_fix: vec![step(
            "sample-security",
            Level::Error,
            "no SECURITY.md",
            "Add SECURITY.md.",
        )],
        to_find_out: vec![step("sample-open", Level::None, "offline", "Run online.")],
        to_attest: vec![step(
            "ccc-tac-presentation",
            Level::None,
            "Presented to the TAC.",
            "State it.",
        )],
        for_committee: vec![step(
            "ccc-stage-vote",
            Level::None,
            "The TAC votes.",
            "The committee judges it.",
        )],
    }
}
