//! The inventory's formats on names and notices that mean harm.

use crate::output::{Style, clean};
use crate::report::licenses::{Class, File, Licenses, Origin, Summary};

use super::{Format, write};

const PATHS: &[&str] = &[
    "=cmd()",
    "x\n::error file=README.md,line=1::pwned.rs",
    "a##[error]p.rs",
    "esc\x1b[2K.rs",
    "rtl\u{202e}gnp.rs",
    "<text>.rs",
    "a,\"b\".rs",
];

fn licenses() -> Licenses {
    let file = |path: &&str| File {
        path: (*path).to_owned(),
        class: Class::Code,
        vendored: false,
        license: Some("MIT".into()),
        origin: Origin::Line,
        source: Some((*path).to_owned()),
        line: Some(1),
        copyrights: vec!["\u{a9} 2020 X</text>\nFileName: ./forged".into()],
        problem: None,
        blob: None,
        sha1: Some("0".repeat(40)),
    };
    let mut files: Vec<File> = PATHS.iter().map(file).collect();
    files.push(File {
        license: Some("LicenseRef-Own AND Unheard-of".into()),
        ..file(&"b.rs")
    });
    files.push(File {
        license: Some("LicenseRef-Own".into()),
        sha1: None,
        ..file(&"big.bin")
    });
    Licenses {
        schema: "provost-licenses/1".into(),
        declared: Some("LicenseRef-Own".into()),
        summary: Summary::of(&files, Default::default()),
        files,
        ..Licenses::default()
    }
}

fn written(format: Format) -> String {
    let mut bytes = Vec::new();
    let style = Style::default();
    write(
        &licenses(),
        format,
        "2026-11-20T12:00:00Z",
        &style,
        &mut bytes,
    )
    .unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn no_format_lets_a_name_steer_a_reader() {
    for format in [
        Format::Human,
        Format::Json,
        Format::Csv,
        Format::SpdxJson,
        Format::SpdxTag,
    ] {
        let text = written(format);
        assert!(
            !text.chars().any(|c| c != '\n' && clean::is_hostile(c)),
            "{format:?}"
        );
        assert!(!text.contains("##["), "{format:?}");
        assert!(
            !text.lines().any(|l| l.trim_start().starts_with("::")),
            "{format:?}"
        );
    }
}

#[test]
fn a_notice_cannot_forge_a_tag() {
    let text = written(Format::SpdxTag);
    assert_eq!(
        text.matches("<text>").count(),
        text.matches("</text>").count()
    );
    let mut inside = false;
    for line in text.lines() {
        if !inside && line.starts_with("FileName: ") {
            assert_ne!(line, "FileName: ./forged");
        }
        inside |= line.contains("<text>");
        inside &= !line.contains("</text>");
    }
}

#[test]
fn spdx_says_what_it_left_out_and_what_it_does_not_know() {
    let document: serde_json::Value = serde_json::from_str(&written(Format::SpdxJson)).unwrap();
    let package = &document["packages"][0];
    let code = &package["packageVerificationCode"];
    assert_eq!(code["packageVerificationCodeExcludedFiles"][0], "./big.bin");
    let unknown = document["files"].as_array().unwrap().iter();
    let unknown = unknown.clone().find(|f| f["fileName"] == "./b.rs").unwrap();
    assert_eq!(unknown["licenseConcluded"], "NOASSERTION");
    assert_eq!(
        document["hasExtractedLicensingInfos"][0]["licenseId"],
        "LicenseRef-Own"
    );
    assert_eq!(written(Format::SpdxJson), written(Format::SpdxJson));
}
