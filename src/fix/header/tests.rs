// SPDX-License-Identifier: Apache-2.0

use proptest::prelude::*;

use crate::checks::has_notice;
use crate::fix::comment::every_name;

use super::*;

const TAG: &str = "SPDX-License-Identifier: Apache-2.0";

fn mended(name: &str, before: &[u8]) -> Result<Vec<u8>, Unfit> {
    let insertion = insertion(name, before, &[TAG.to_owned()])?;
    let mut after = before[..insertion.at].to_vec();
    after.extend(insertion.text);
    after.extend(&before[insertion.at..]);
    Ok(after)
}

fn text(name: &str, before: &str) -> String {
    String::from_utf8(mended(name, before.as_bytes()).unwrap()).unwrap()
}

#[test]
fn what_has_to_come_first_stays_first() {
    for (name, before, after) in [
        ("a.rs", "fn main() {}\n", "// {T}\n\nfn main() {}\n"),
        ("a.rs", "#![allow(x)]\n", "// {T}\n\n#![allow(x)]\n"),
        ("a.sh", "#!/bin/sh\necho\n", "#!/bin/sh\n# {T}\n\necho\n"),
        (
            "a.py",
            "#!/usr/bin/python3\n# -*- coding: latin-1 -*-\nx = 1\n",
            "#!/usr/bin/python3\n# -*- coding: latin-1 -*-\n# {T}\n\nx = 1\n",
        ),
        ("a.c", "int x;\r\n", "/* {T} */\r\n\r\nint x;\r\n"),
        (
            "a.xml",
            "<?xml version=\"1.0\"?>\n<a/>\n",
            "<?xml version=\"1.0\"?>\n<!-- {T} -->\n\n<a/>\n",
        ),
        (
            "a.html",
            "<!DOCTYPE html>\n<html>\n",
            "<!DOCTYPE html>\n<!-- {T} -->\n\n<html>\n",
        ),
        ("a.php", "<?php\necho 1;\n", "<?php\n// {T}\n\necho 1;\n"),
        (
            "Dockerfile",
            "# syntax=docker/dockerfile:1\nFROM x\n",
            "# syntax=docker/dockerfile:1\n# {T}\n\nFROM x\n",
        ),
        (
            "a.md",
            "---\ntitle: x\n---\n# X\n",
            "---\ntitle: x\n---\n<!-- {T} -->\n\n# X\n",
        ),
        (
            "a.go",
            "//go:build linux\n\npackage x\n",
            "// {T}\n\n//go:build linux\n\npackage x\n",
        ),
        (
            "a.rs",
            "\u{feff}fn x() {}\n",
            "\u{feff}// {T}\n\nfn x() {}\n",
        ),
        ("a.rs", "\nfn x() {}\n", "// {T}\n\nfn x() {}\n"),
        ("run", "#!/bin/bash", "#!/bin/bash\n# {T}\n"),
        (
            "u.yml",
            "#cloud-config\na: 1\n",
            "#cloud-config\n# {T}\n\na: 1\n",
        ),
    ] {
        assert_eq!(
            text(name, before),
            after.replace("{T}", TAG),
            "{name}: {before:?}"
        );
    }
}

#[test]
fn what_would_break_is_left_alone() {
    for (name, before, why) in [
        ("a.json", b"{}".as_slice(), Unfit::Kind),
        ("a.php", b"<html>\n<?php\n", Unfit::Shape),
        ("a.xml", b"<?xml\nversion='1.0'?>\n", Unfit::Shape),
        ("a.md", b"---\ntitle: x\n", Unfit::Shape),
        ("a.rs", b"\xFF\xFEf\0n\0", Unfit::Encoding),
        ("a.rs", b"f\0n", Unfit::Encoding),
    ] {
        assert_eq!(mended(name, before), Err(why), "{name}");
    }
    let holder = "SPDX-FileCopyrightText: J\u{fc}rgen".to_owned();
    assert_eq!(
        insertion("a.c", b"/* J\xFCrgen */\n", &[holder]),
        Err(Unfit::Letters)
    );
}

proptest! {
    #[test]
    fn the_file_is_untouched_but_for_one_insertion_that_is_then_found(
        name in proptest::sample::select(every_name().collect::<Vec<_>>()),
        start in proptest::sample::select(vec!["", "#!/bin/sh\n", "\u{feff}", "<?php\n", "\r\n", "<?xml version='1.0'?>\n"]),
        body in "[ -~\n\r\t\u{e9}]{0,200}",
    ) {
        let before = format!("{start}{body}");
        if let Ok(insertion) = insertion(&name, before.as_bytes(), &[TAG.to_owned()]) {
            prop_assert!(insertion.at <= before.len());
            let after = mended(&name, before.as_bytes()).unwrap();
            let mut rest = after.clone();
            rest.drain(insertion.at..insertion.at + insertion.text.len());
            prop_assert_eq!(rest, before.as_bytes());
            prop_assert!(has_notice(&after, &mut String::new()), "{:?}", String::from_utf8_lossy(&after));
        }
    }
}
