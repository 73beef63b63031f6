// SPDX-License-Identifier: Apache-2.0

//! Compiled programs and opaque files in version control: nobody can review them. Told by their first bytes;
//! extensions only choose which files are looked into. Test data and copied trees are counted, not judged.

use anyhow::Result;
use rayon::prelude::*;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::{Entry, Mode};

use super::vendored::{not_ours, vendored};
use super::{Answer, Context, Draft};

/// First bytes that are read.
const HEAD: usize = 512;
/// Extensions of what is expected beside source though nobody reads its bytes: images, fonts, documents, sound.
const EXPECTED: &[&str] = &[
    "avif", "bmp", "eot", "gif", "icns", "ico", "jpeg", "jpg", "mov", "mp3", "mp4", "ogg", "otf",
    "pdf", "png", "psd", "svgz", "tif", "tiff", "ttc", "ttf", "wav", "webm", "webp", "woff",
    "woff2", "xcf",
];
/// Most findings; the rest is counted.
const SHOWN: usize = 200;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// What is looked for, for messages: `compiled programs`.
    what: String,
    /// Formats at fault, by the names of [`format`].
    formats: Vec<String>,
    /// Extensions of files that are looked into.
    extensions: Vec<String>,
    /// Whether files with the executable bit are looked into whatever their name.
    #[serde(default)]
    executable: bool,
    /// What to do.
    next: String,
}

/// Passes when no file of the project's own is of such a format.
///
/// # Errors
/// Never: a file that cannot be read is counted.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let entries = cx.files.entries();
    let looked: Vec<_> = (0..entries.len())
        .filter(|&i| candidate(&entries[i], params) && !cx.is_excluded(i))
        .collect();
    let judged: Vec<_> = looked
        .par_iter()
        .map(|&i| (&entries[i], kind(cx, &entries[i])))
        .collect();
    let mut findings = Vec::new();
    let (mut unread, mut data) = (0_u64, 0_u64);
    let mut unread_path = None;
    for (entry, found) in judged {
        match found {
            // The executable bit alone, on a file named otherwise, says nothing worth an open verdict.
            Err(()) if !listed(entry, params) && entry.name().contains('.') => {}
            Err(()) => {
                unread += 1;
                unread_path.get_or_insert(entry.path.as_str());
            }
            Ok(Some(name)) if params.formats.iter().any(|f| f == name) => {
                if not_ours(&entry.path) || vendored(&entry.path) {
                    data += 1;
                } else {
                    let message = format!("{} ({name}): {}", entry.name(), params.next);
                    findings.push(Draft::new(message).path(&entry.path).key(name));
                }
            }
            Ok(_) => {}
        }
    }
    Ok(answer(
        params,
        findings,
        looked.len(),
        unread,
        unread_path,
        data,
    ))
}

fn answer(
    params: &Params,
    mut findings: Vec<Draft>,
    looked: usize,
    unread: u64,
    unread_path: Option<&str>,
    data: u64,
) -> Answer {
    let count = findings.len();
    findings.truncate(SHOWN);
    let note = format!(
        "{looked} files looked into by name or mode; {data} such files in test data, examples or copied trees are not judged"
    );
    let capped = if count > SHOWN {
        format!(" (the first {SHOWN} are listed)")
    } else {
        String::new()
    };
    let message = format!(
        "{count} {} are in version control{capped}; {}",
        params.what, params.next
    );
    let answer = if let Some(answer) = Answer::fail_all(message, findings) {
        answer
    } else if let Some(path) = unread_path {
        Answer::open(format!(
            "no {} found, but {unread} files could not be read ({path} for one); run on a complete clone",
            params.what
        ))
    } else {
        return Answer::pass(
            format!("no {} are in version control", params.what),
            Evidence::words(note),
        )
        .property("test_data", data);
    };
    answer
        .evidence(Evidence::words(note))
        .property("test_data", data)
}

fn candidate(entry: &Entry, params: &Params) -> bool {
    if !entry.is_file() || !entry.counts() {
        return false;
    }
    listed(entry, params) || (params.executable && entry.mode == Mode::Executable)
}

/// Whether its extension is one that is looked into.
fn listed(entry: &Entry, params: &Params) -> bool {
    let extension = entry
        .name()
        .rsplit_once('.')
        .map(|(_, e)| e.to_ascii_lowercase());
    extension.is_some_and(|e| params.extensions.contains(&e))
}

fn kind(cx: &Context<'_>, entry: &Entry) -> Result<Option<&'static str>, ()> {
    let content = cx.files.tree.read(entry, HEAD).map_err(|_| ())?;
    let name = entry.name().to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    Ok(format(&content.bytes, extension))
}

/// The format of a file by its first bytes; the extension tells apart what shares them.
fn format(head: &[u8], extension: &str) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x7fELF", "ELF"),
        (b"\xfe\xed\xfa\xce", "Mach-O"),
        (b"\xfe\xed\xfa\xcf", "Mach-O"),
        (b"\xce\xfa\xed\xfe", "Mach-O"),
        (b"\xcf\xfa\xed\xfe", "Mach-O"),
        (b"\0asm", "WebAssembly"),
        (b"dex\n", "Dalvik"),
        (b"!<arch>\n", "library"),
        (b"\x1f\x8b", "gzip"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"Rar!", "rar"),
        (b"SQLite format 3\0", "database"),
        (b"\xed\xab\xee\xdb", "package"),
    ];
    if head.starts_with(b"\xca\xfe\xba\xbe") {
        return Some(if extension == "class" {
            "class file"
        } else {
            "Mach-O"
        });
    }
    if head.starts_with(b"PK\x03\x04") {
        let java = matches!(extension, "jar" | "war" | "ear" | "apk" | "aar" | "whl");
        return Some(if java { "Java archive" } else { "zip" });
    }
    if head.starts_with(b"MZ") && head.iter().take(64).any(|b| *b == 0) {
        return Some("Windows program");
    }
    if matches!(extension, "pyc" | "pyo") && head.get(2..4) == Some(b"\r\n") {
        return Some("Python bytecode");
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(name);
    }
    if head.get(257..262) == Some(b"ustar") {
        return Some("tar");
    }
    (head.contains(&0) && !EXPECTED.contains(&extension)).then_some("opaque")
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn kind(path: &str, bytes: &[u8], rule: &str) -> Kind {
        Case::new(MemoryTree::new().file(path, bytes))
            .run(rule)
            .kind()
    }

    #[test]
    fn programs_are_told_by_their_first_bytes_not_by_their_name() {
        for (path, bytes) in [
            ("bin/tool.so", &b"\x7fELF\x02\x01\x01\0"[..]),
            ("a.exe", &b"MZ\x90\0\x03\0\0\0"[..]),
            ("lib/x.class", &b"\xca\xfe\xba\xbe\0\0\0\x34"[..]),
            ("gradle/wrapper.jar", &b"PK\x03\x04\x14\0"[..]),
            ("p.pyc", &b"\xa7\x0d\r\n\0\0"[..]),
            ("w.wasm", &b"\0asm\x01\0\0\0"[..]),
        ] {
            assert_eq!(kind(path, bytes, "no-binaries"), Kind::Fail, "{path}");
        }
        assert_eq!(kind("run.exe", b"#!/bin/sh\n", "no-binaries"), Kind::Pass);
        assert_eq!(
            kind("x.dll", b"version https://git-lfs", "no-binaries"),
            Kind::Pass
        );
        assert_eq!(kind("README", b"", "no-binaries"), Kind::Pass);
    }

    #[test]
    fn test_data_is_counted_not_judged() {
        let tree = MemoryTree::new().file("pkg/testdata/a.so", b"\x7fELF\0");
        let answer = Case::new(tree).run("no-binaries");
        assert_eq!(answer.kind(), Kind::Pass);
        let (_, _, _, _, properties) = answer.into_parts();
        assert_eq!(properties["test_data"], 1);
    }

    #[test]
    fn archives_are_unreviewable_but_images_are_not_looked_into() {
        assert_eq!(
            kind("deps.tar.gz", b"\x1f\x8b\x08\0", "no-unreviewable-binaries"),
            Kind::Fail
        );
        assert_eq!(
            kind("fw.bin", b"\0\x01\x02", "no-unreviewable-binaries"),
            Kind::Fail
        );
        assert_eq!(
            kind(
                "logo.png",
                b"\x89PNG\r\n\x1a\n\0",
                "no-unreviewable-binaries"
            ),
            Kind::Pass
        );
        assert_eq!(
            kind("notes.dat", b"plain words\n", "no-unreviewable-binaries"),
            Kind::Pass
        );
    }

    #[test]
    fn an_image_with_the_executable_bit_is_still_an_image() {
        let image = MemoryTree::new().executable("logo.png", b"\x89PNG\r\n\x1a\n\0");
        let answer = Case::new(image).run("no-unreviewable-binaries");
        assert_eq!(answer.kind(), Kind::Pass);
        let program = MemoryTree::new().executable("bin/tool", b"\x7fELF\0");
        assert_eq!(Case::new(program).run("no-binaries").kind(), Kind::Fail);
    }
}
