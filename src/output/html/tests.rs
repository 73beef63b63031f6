// SPDX-License-Identifier: Apache-2.0

//! The page stands on its own, and nothing of the repository is markup in it.

use sha2::{Digest, Sha256};

use crate::report::{
    CheckResult, Evidence, Finding, Kind, Level, Report, SubjectInfo, Summary, Tool,
};

use crate::rules::Catalogue;

use super::{STYLE, STYLE_HASH, write};

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let sign = SIGNS[(n >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= chunk.len() {
                char::from(sign)
            } else {
                '='
            });
        }
    }
    out
}

#[test]
fn the_policy_names_the_style() {
    let hash = format!("sha256-{}", base64(&Sha256::digest(STYLE.as_bytes())));
    assert_eq!(STYLE_HASH, hash, "put this hash into STYLE_HASH");
}

fn report(findings: Vec<Finding>) -> Report {
    let check = CheckResult {
        rule: "spdx-header".into(),
        kind: Kind::Fail,
        level: Level::Error,
        message: "files <b>without</b> & licence".into(),
        profiles: vec!["all".into()],
        clauses: Vec::new(),
        findings,
        evidence: vec![
            Evidence::url("javascript:alert(1)").note("\u{202e}<script>x</script>"),
            Evidence::url("https://user:pw@example.net/"),
        ],
        properties: std::collections::BTreeMap::new(),
        before: Default::default(),
    };
    let checks = vec![check];
    Report {
        schema: crate::report::SCHEMA.into(),
        tool: Tool {
            name: "provost".into(),
            version: "0".into(),
        },
        subject: SubjectInfo {
            path: "<img src=x onerror=alert(1)>".into(),
            head: Some("0123456789abcdef0123456789abcdef01234567".into()),
            remote: Some("https://github.com/o/r".into()),
            ..SubjectInfo::default()
        },
        profiles: vec!["all".into()],
        readiness: Default::default(),
        statements: Default::default(),
        summary: Summary::of(&checks),
        checks,
        faults: Vec::new(),
    }
}

fn page(findings: Vec<Finding>) -> String {
    let mut bytes = Vec::new();
    write(
        &report(findings),
        &Catalogue::embedded(&|_| Ok(())).unwrap(),
        &mut bytes,
    )
    .unwrap();
    String::from_utf8(bytes).unwrap()
}

fn at(path: &str) -> Finding {
    Finding {
        message: "no licence notice; add a comment".into(),
        path: Some(path.into()),
        line: Some(1),
        ..Finding::default()
    }
}

#[test]
fn nothing_of_the_repository_is_markup_or_a_dangerous_link() {
    let page = page(vec![
        at("a\"onmouseover=\"x/<svg onload=1>.rs"),
        at("inv\u{202e}gnp.rs"),
        at("[x](javascript:1)"),
    ]);
    for bad in [
        "<img src",
        "<script",
        "<svg onload",
        "href=\"javascript",
        "user:pw@example.net/\"",
        "\u{202e}",
    ] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert!(page.contains("\\u{202e}"));
    assert!(page.contains("&lt;svg onload=1&gt;"));
    // No handler, no load: the only addresses are links.
    assert!(!page.contains("src=\"") && !page.contains("url(") && !page.contains("@import"));
    let handlers = regex::Regex::new(r#"<[a-z][^>"]*("[^"]*"[^>"]*)*\son[a-z]+="#).unwrap();
    assert!(!handlers.is_match(&page));
}

#[test]
fn five_thousand_findings_fit_into_a_megabyte() {
    let findings = (0..5000).map(|n| at(&format!("src/some/folder/of/usual/length/module_{n}.rs")));
    let page = page(findings.collect());
    assert!(page.len() < 1_000_000, "{}", page.len());
    assert!(page.contains("5000 places") && page.contains("4700 more"));
}

#[test]
fn places_link_to_the_commit_that_was_judged() {
    let page = page(vec![at("src/lib.rs")]);
    assert!(page.contains(
        "https://github.com/o/r/blob/0123456789abcdef0123456789abcdef01234567/src/lib.rs#L1"
    ));
}
