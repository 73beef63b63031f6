//! Scans read and compared, in the shapes that tools write.

use proptest::prelude::*;

use crate::checks::{license_text, licensing};
use crate::report::licenses::{Comparison, Fate};
use crate::subject::Subject;
use crate::subject::memory::MemoryTree;

use super::{Scan, compare, digest};

const GPL: &str = "/* SPDX-License-Identifier: GPL-2.0-only */\n";

fn tree() -> MemoryTree {
    MemoryTree::new()
        .file("LICENSE", license_text("Apache-2.0").unwrap())
        .file("same.c", GPL)
        .file("mended.c", "/* SPDX-License-Identifier: Apache-2.0 */\n")
        .file("new/place.c", "/* moved */\n")
        .file("changed.c", "/* who knows */\n")
        .file("added.c", GPL)
        .file("bare.c", "int bare;\n")
        .file("ours.c", "/* SPDX-License-Identifier: Apache-2.0 */\n")
}

fn compared(scan: &str) -> Comparison {
    let subject = Subject::of(".", Box::new(tree()));
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut licenses = licensing::of_subject(&subject, now);
    compare(
        &mut licenses,
        &Scan::read(scan).unwrap(),
        subject.tree.as_ref(),
    )
    .unwrap()
}

fn sum(content: &str) -> String {
    let tree = MemoryTree::new().file("x", content);
    digest(&tree, "x").unwrap()
}

/// As FOSSology writes it: the archive's folder in front, texts over several lines.
fn tag_value() -> String {
    let mut text = String::from(
        "SPDXVersion: SPDX-2.3\nDocumentName: old scan\nCreated: 2025-11-20T00:00:00Z\nPackageName: p\nPackageComment: <text>\nFileName: ./not/a/file.c\n</text>\n",
    );
    for (path, content, license) in [
        ("same.c", GPL, "GPL-2.0-only"),
        ("mended.c", "old", "GPL-2.0-only"),
        ("old/place.c", "/* moved */\n", "LicenseRef-Odd"),
        ("gone.c", "x", "MIT"),
        ("changed.c", "x", "BSD-3-Clause"),
        ("bare.c", "x", "NOASSERTION"),
        ("ours.c", "x", "Apache-2.0"),
    ] {
        text.push_str(&format!(
            "\nFileName: p-1.0/{path}\nFileChecksum: SHA1: {}\nLicenseConcluded: NOASSERTION\nLicenseInfoInFile: {license}\nFileCopyrightText: NONE\n",
            sum(content)
        ));
    }
    text
}

#[test]
fn every_finding_of_a_scan_has_a_fate() {
    let found = compared(&tag_value());
    let fates: Vec<(Fate, &str, Option<&str>)> = found
        .findings
        .iter()
        .map(|c| (c.fate, c.path.as_str(), c.license.as_deref()))
        .collect();
    assert_eq!(
        fates,
        [
            (Fate::New, "added.c", Some("GPL-2.0-only")),
            (Fate::StillThere, "bare.c", None),
            (Fate::StillThere, "same.c", Some("GPL-2.0-only")),
            (Fate::Moved, "old/place.c", Some("LicenseRef-Odd")),
            (Fate::Unsure, "changed.c", Some("BSD-3-Clause")),
            (Fate::Fixed, "gone.c", Some("MIT")),
            (Fate::Fixed, "mended.c", Some("GPL-2.0-only")),
        ]
    );
    assert_eq!(found.findings[3].moved_to.as_deref(), Some("new/place.c"));
    assert_eq!(
        (found.prefix.as_str(), found.matched, found.files),
        ("p-1.0/", 5, 7)
    );
    assert_eq!(found.created.as_deref(), Some("2025-11-20T00:00:00Z"));
}

#[test]
fn json_of_spdx_and_of_scancode_is_read() {
    let spdx = r#"{"spdxVersion":"SPDX-2.3","name":"n","files":[{"fileName":"./same.c","checksums":[{"algorithm":"SHA1","checksumValue":"zz"}],"licenseConcluded":"GPL-2.0-only OR MIT","licenseInfoInFiles":["GPL-2.0-only"]}]}"#;
    let scancode = r#"{"headers":[{"tool_name":"scancode-toolkit"}],"files":[{"path":"p","type":"directory"},{"path":"p/same.c","type":"file","sha1":null,"detected_license_expression_spdx":"GPL-2.0-only"}]}"#;
    for (text, name) in [(spdx, "n"), (scancode, "scancode-toolkit")] {
        let scan = Scan::read(text).unwrap();
        assert_eq!((scan.name.as_str(), scan.files.len()), (name, 1));
        let found = compared(text);
        let first = found.findings.iter().find(|c| c.path == "same.c").unwrap();
        assert_eq!(first.fate, Fate::StillThere);
    }
}

#[test]
fn what_is_no_scan_is_refused_with_its_place() {
    for (text, why) in [
        ("{\"files\": [\n{]}", "line 2"),
        ("hello", "neither JSON nor SPDX"),
        ("SPDXVersion: SPDX-2.3\n", "no file"),
        (
            "SPDXVersion: SPDX-2.3\nFileName: a\nLicenseComments: <text>x",
            "not closed",
        ),
        ("", "neither"),
    ] {
        let error = Scan::read(text).unwrap_err();
        assert!(error.contains(why), "{text}: {error}");
    }
    let deep = "[".repeat(100_000);
    assert!(Scan::read(&format!("{{\"files\":{deep}")).is_err());
}

#[test]
fn a_scan_of_something_else_is_no_proof_that_all_is_mended() {
    let subject = Subject::of(".", Box::new(tree()));
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut licenses = licensing::of_subject(&subject, now);
    let scan = Scan::read("SPDXVersion: SPDX-2.3\nFileName: ./other.py\n").unwrap();
    assert!(compare(&mut licenses, &scan, subject.tree.as_ref()).is_err());
}

proptest! {
    #[test]
    fn no_scan_makes_the_reader_panic(text in "\\PC{0,300}") {
        let _ = Scan::read(&text);
        let _ = Scan::read(&format!("SPDXVersion: x\nFileName: {text}\nLicenseInfoInFile: {text}\n"));
        let _ = Scan::read(&format!("{{\"files\":[{{\"fileName\":{text:?}}}]}}"));
    }
}
