// SPDX-License-Identifier: Apache-2.0

//! The name of a tag taken apart: line, numbers, tail.

use std::sync::LazyLock;

use regex::Regex;

/// Words before a version that do not make a line of their own.
const PLAIN: &[&str] = &[
    "v", "r", "rel", "release", "releases", "version", "ver", "stable", "tag", "tags",
];

/// `word-v1.2.3tail`, the path before it taken off.
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    let form = r"^(?:(?<word>[A-Za-z][A-Za-z0-9._-]*?)[-_@.])??(?<v>[vVrR]?)\.?(?<numbers>[0-9]+(?:[._-][0-9]+)*)(?<tail>.*)$";
    Regex::new(form).expect("the form of tags compiles")
});

/// What follows the numbers of a version that is not final yet.
static PREVIEW: LazyLock<Regex> = LazyLock::new(|| {
    let words = "alpha|beta|rc|cr|pre|preview|dev|devel|develop|snapshot|nightly|canary|milestone|test|testing|draft|ea|a|b|c|m";
    Regex::new(&format!(
        r"(?i)^[-._~+]?(?:[0-9a-z]+[-._])??(?:{words})(?:[^a-z].*)?$"
    ))
    .expect("the words of previews compile")
});

/// The official form of semver.org, version 2.0.0.
static SEMVER: LazyLock<Regex> = LazyLock::new(|| {
    let number = r"(?:0|[1-9][0-9]*)";
    let part = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    let form = format!(
        r"^{number}\.{number}\.{number}(?:-{part}(?:\.{part})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$"
    );
    Regex::new(&form).expect("the form of SemVer compiles")
});

/// A tag's name that could be a release's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// Component it releases; empty for the project itself.
    pub(super) line: &'a str,
    /// Version from the first number on.
    pub(super) version: &'a str,
    /// Its numbers, as written.
    pub(super) numbers: Vec<&'a str>,
    /// What follows them.
    tail: &'a str,
}

impl<'a> Name<'a> {
    /// Takes a name apart; `None` when it names no release. `own` is the project's name.
    pub(super) fn parse(name: &'a str, own: &str) -> Option<Self> {
        let (path, rest) = match name.rsplit_once('/') {
            Some((path, rest)) => (path, rest),
            None => ("", name),
        };
        let found = FORM.captures(rest)?;
        let word = found.name("word").map_or("", |m| m.as_str());
        let numbers = found.name("numbers")?;
        let tail = found.name("tail")?.as_str();
        let parts: Vec<_> = numbers.as_str().split(['.', '_', '-']).collect();
        // One number alone moves (`v1`) or labels (`sept-2015-elections`).
        if parts.len() < 2 || !is_tail(tail) {
            return None;
        }
        let plain = |word: &str| {
            let lower = word.to_ascii_lowercase();
            lower.is_empty() || PLAIN.contains(&&*lower) || lower == own.to_ascii_lowercase()
        };
        let line = match (plain(path), plain(word)) {
            (true, true) => "",
            (false, true) => path,
            (true, false) => word,
            (false, false) => name.get(..path.len() + 1 + word.len()).unwrap_or(path),
        };
        Some(Name {
            line,
            version: &rest[numbers.start()..],
            numbers: parts,
            tail,
        })
    }

    /// Whether it is a pre-release.
    pub(super) fn is_preview(&self) -> bool {
        PREVIEW.is_match(self.tail)
    }

    /// Whether the version is one by semver.org 2.0.0; a leading `v` is custom.
    pub(super) fn is_semver(&self) -> bool {
        SEMVER.is_match(self.version)
    }
}

/// A version's tail begins with a sign or a short word of letters, and holds no blank.
fn is_tail(tail: &str) -> bool {
    tail.len() <= 64
        && tail
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._~+^".contains(c))
}

#[cfg(test)]
mod tests {
    use super::Name;

    fn line(tag: &str) -> Option<&str> {
        Name::parse(tag, "tool").map(|name| name.line)
    }

    #[test]
    fn lines_of_the_project_and_of_its_components() {
        for tag in [
            "v1.2.3",
            "1.2.3",
            "release-1.2.3",
            "stable-2.14.0",
            "Tool-1_2_3",
            "tool@1.2.3",
            "tool/v1.2.3",
            "v2024.01",
            "1.2.3.4",
            "2015-03-04",
            "r1.2.3",
        ] {
            assert_eq!(line(tag), Some(""), "{tag}");
        }
        assert_eq!(line("api/v1.2.3"), Some("api"));
        assert_eq!(line("proto/spire/v1.2.3"), Some("proto/spire"));
        assert_eq!(line("ignore-0.4.1"), Some("ignore"));
        assert_eq!(line("grep-printer-0.1.2"), Some("grep-printer"));
        assert_eq!(line("docker-v29.0.0"), Some("docker"));
        assert_eq!(line("edge-24.5.1"), Some("edge"));
        assert_eq!(line("@scope/pkg@1.2.3"), Some("@scope/pkg"));
    }

    #[test]
    fn labels_and_moving_tags_name_no_release() {
        for tag in [
            "v1",
            "latest",
            "stable",
            "sept-2015-elections",
            "untagged-c9a9b9d9f",
            "git-2a9ca9f",
            "v2-nightly",
            "",
            "/",
            "v1.2 final",
        ] {
            assert_eq!(line(tag), None, "{tag}");
        }
    }

    #[test]
    fn previews_are_no_releases_yet() {
        for tag in [
            "v1.2.3-rc1",
            "1.2.3rc1",
            "v1.2-devel",
            "2.0.0.0rc1",
            "1.2.b3",
            "1.2.3.dev4",
            "v1.2.3-alpha.1.dev.2023",
            "v1.2.3-preview",
            "v1.2.3a1",
        ] {
            assert!(Name::parse(tag, "").unwrap().is_preview(), "{tag}");
        }
        for tag in [
            "v1.2.3",
            "v1.2.3-ce",
            "v1.2.3-hf1",
            "v1.2.3+build.5",
            "1.2.3-1",
        ] {
            assert!(!Name::parse(tag, "").unwrap().is_preview(), "{tag}");
        }
    }

    #[test]
    fn semver_is_three_numbers_without_leading_zeros() {
        let is = |tag| Name::parse(tag, "").unwrap().is_semver();
        for tag in [
            "v1.2.3",
            "1.2.3",
            "api/v0.1.0",
            "v1.2.3-rc.1",
            "v1.2.3+x",
            "x-v10.0.0",
        ] {
            assert!(is(tag), "{tag}");
        }
        for tag in [
            "v1.2",
            "1.2.3.4",
            "2024.01.02",
            "v17.06.0-ce",
            "1.2.3rc1",
            "U-Boot-1_2_3",
            "2015-03-04",
        ] {
            assert!(!is(tag), "{tag}");
        }
    }
}
