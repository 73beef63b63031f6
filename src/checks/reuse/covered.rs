// SPDX-License-Identifier: Apache-2.0

//! Which files REUSE 3.3 covers ("Covered Files"): every file but licences, git's own, links, empty files,
//! submodules and Meson subprojects.

use crate::subject::{Entry, Mode};

/// Why a path is not covered; empty files are told when they are read.
pub(crate) fn skipped(entry: &Entry) -> Option<&'static str> {
    match entry.mode {
        Mode::Symlink => return Some("symlink"),
        Mode::Submodule => return Some("submodule"),
        Mode::Special => return Some("special"),
        Mode::File | Mode::Executable => {}
    }
    if !entry.counts() {
        return Some("untracked");
    }
    skipped_folder(entry.dir()).or_else(|| skipped_name(entry.name()))
}

/// Whether a folder holds no covered files.
pub(super) fn skipped_folder(dir: &str) -> Option<&'static str> {
    let mut above = "";
    for folder in dir.split('/') {
        match folder {
            "LICENSES" => return Some("license-text"),
            ".reuse" | ".git" | ".hg" | ".sl" => return Some("metadata"),
            _ if above == "subprojects" => return Some("subproject"),
            _ => above = folder,
        }
    }
    None
}

fn skipped_name(name: &str) -> Option<&'static str> {
    let licence = ["LICENSE", "LICENCE", "COPYING"].iter().any(|stem| {
        name.strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
    });
    // The reference tool leaves these two out by name (fsfe/reuse-tool#229).
    let workaround = |stem: &str| {
        name.strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && rest.len() > 1))
    };
    let quirk = ["CAL-1.0", "CAL-1.0-Combined-Work-Exception", "SHL-2.1"]
        .into_iter()
        .any(workaround);
    let document = name.ends_with(".spdx")
        || [".rdf", ".json", ".xml", ".yml", ".yaml"]
            .iter()
            .any(|e| name.strip_suffix(e).is_some_and(|s| s.ends_with(".spdx")));
    match name {
        _ if licence || quirk => Some("license-text"),
        "REUSE.toml" | ".hgtags" | ".git" => Some("metadata"),
        _ if name.ends_with(".license") => Some("metadata"),
        _ if document => Some("spdx-document"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(path: &str) -> Option<&'static str> {
        let (dir, file) = path.rsplit_once('/').unwrap_or(("", path));
        skipped_folder(dir).or_else(|| skipped_name(file))
    }

    #[test]
    fn what_is_covered_and_what_is_not() {
        for path in [
            "LICENSE",
            "a/COPYING.txt",
            "LICENCE-MIT",
            "LICENSES/MIT.txt",
            "x/LICENSES/a",
            "a.c.license",
            "a/REUSE.toml",
            ".reuse/dep5",
            "x.spdx",
            "x.spdx.json",
            "subprojects/zlib/a.c",
        ] {
            assert!(name(path).is_some(), "{path}");
        }
        for path in [
            "license.txt",
            "UNLICENSE",
            "NOTICE",
            "LICENSE_MIT",
            ".gitignore",
            ".github/workflows/x.yml",
            "subprojects/zlib.wrap",
            "vendor/a.c",
        ] {
            assert!(name(path).is_none(), "{path}");
        }
    }
}
