// SPDX-License-Identifier: Apache-2.0

//! Which files are the project's licence files: by name and place only; what they hold is read elsewhere.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::Shared;
use crate::subject::{Entry, Resolved, resolve_link};

/// How a file came to be taken for a licence file. Ordered by how much it says about the whole project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Named in the configuration.
    Configured,
    /// In the root, named LICENSE, COPYING or alike.
    Root,
    /// In a folder of the root that holds nothing but licences.
    Folder,
}

/// A licence file: the name it is found under, and the file its content lies in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LicenseFile<'a> {
    /// The entry with the name.
    pub(crate) entry: &'a Entry,
    /// The entry with the content; another one for a link.
    pub(crate) content: Option<&'a Entry>,
    /// How it was found.
    pub(crate) role: Role,
}

/// Names of licence files (licensee, REUSE and real repositories: `LICENSE.md`, `LICENSE-MIT`, `MIT-LICENSE`,
/// `COPYING.LESSER`).
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^(?:[a-z0-9.+]+[-_.])*(?:licen[sc]es?|copying|unlicense)(?:[-_.][a-z0-9.+_ -]*)?$",
    )
});

/// Names with such a word that are something else: of other people's work, of tools, of code.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?ix) third | 3rd | depend | vendor | bundle | notice | header | template | check | except | policy
        | (?:^|[-_.]) (?: dep | deps | binary | lint | eye | list | report | allow | deny | ignore | faq | cla | dco ) (?:[-_.]|$)
        | \. (?: go | py | rs | sh | xml | json5? | ya?ml | toml | [cm]?[jt]sx? | [ch] | cc | cpp | hpp | java | kt | rb | php
          | header | tmpl | tpl | j2 | csv | tsv | gemspec | bat | ps1 | gradle | cfg | ini | conf | css | svg | png | pdf | docx
          | spdx | license | sig | asc | lock | snap | diff | patch ) $",
    )
});

/// The whole name of a file called after its licence (`Apache-2.0.txt`).
static EXTENSION: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?i)\.(?:txt|md|markdown|rst|html)$"));

fn compile(pattern: &str) -> Regex {
    #[allow(
        clippy::expect_used,
        reason = "patterns are fixed and every one is used in a test"
    )]
    Regex::new(pattern).expect("a fixed pattern")
}

/// Whether a file name says that the file is a licence.
pub(crate) fn is_license_name(name: &str) -> bool {
    NAME.is_match(name) && !OTHER.is_match(name)
}

/// The id a file name consists of, extension apart.
pub(crate) fn id_of_name(name: &str) -> Option<&'static str> {
    let stem = EXTENSION.replace(name, "");
    let known = spdx::license_id(&stem).or_else(|| {
        let lower = stem.to_ascii_lowercase();
        spdx::identifiers::LICENSES
            .iter()
            .find(|l| l.name.eq_ignore_ascii_case(&lower))
            .and_then(|l| spdx::license_id(l.name))
    });
    known
        .filter(|id| id.name.contains('-') || id.name.len() == 3)
        .map(|id| id.name)
}

/// Whether a file lies in a folder of licence texts in the root.
fn in_folder(path: &str) -> bool {
    let Some((folder, rest)) = path.split_once('/') else {
        return false;
    };
    let folder = folder.to_ascii_lowercase();
    matches!(
        folder.as_str(),
        "licenses" | "licences" | "license" | "licence"
    ) && !rest.contains('/')
}

/// The licence files of the project, the most telling first. Nested ones describe parts and are left out.
pub(crate) fn license_files<'a>(shared: &'a Shared<'a>) -> Vec<LicenseFile<'a>> {
    let tree = shared.files.tree;
    let configured = shared.documents.get("license-file");
    let role = |entry: &Entry| {
        let path = entry.path.as_str();
        if configured.is_some_and(|paths| paths.iter().any(|p| p == path)) {
            return Some(Role::Configured);
        }
        if !path.contains('/') {
            let named = is_license_name(path)
                || id_of_name(path).is_some_and(|id| id.contains('-') && path.contains('.'));
            return named.then_some(Role::Root);
        }
        let name = entry.name();
        let text = EXTENSION.is_match(name) || !name.contains('.') || id_of_name(name).is_some();
        (in_folder(path) && text && !OTHER.is_match(name.trim_start_matches("LICENSE")))
            .then_some(Role::Folder)
    };
    let mut files: Vec<LicenseFile<'a>> = shared
        .files
        .entries()
        .iter()
        .filter_map(|entry| {
            let role = role(entry)?;
            let content = match resolve_link(tree, entry) {
                Resolved::Entry(content) if content.is_file() => Some(content),
                _ => None,
            };
            Some(LicenseFile {
                entry,
                content,
                role,
            })
        })
        .collect();
    files.sort_by(|a, b| a.role.cmp(&b.role).then(a.entry.path.cmp(&b.entry.path)));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_licence_files_in_use() {
        for name in [
            "LICENSE",
            "licence.md",
            "LICENSE.txt",
            "COPYING",
            "COPYING.LESSER",
            "LICENSE-MIT",
            "LICENSE-APACHE-2.0",
            "MIT-LICENSE",
            "LICENSE.addendum.txt",
            "UNLICENSE",
            "LICENSE_1_0.txt",
            "LICENSE.Apache-2.0",
            "mit-license.txt",
            "License.rst",
        ] {
            assert!(is_license_name(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_sound_like_one() {
        for name in [
            "THIRD_PARTY_LICENSES",
            "LICENSE-3rdparty.csv",
            "license.go",
            "licensecheck.sh",
            "license-header.txt",
            "COPYRIGHT.txt",
            "LICENSE.spdx",
            ".licenserc.yaml",
            "license_test.py",
            "LICENSE-dependencies",
            "copying_files.md2.rs",
            "license-exceptions.txt",
        ] {
            assert!(!is_license_name(name), "{name}");
        }
    }

    #[test]
    fn a_name_may_be_the_id() {
        assert_eq!(id_of_name("Apache-2.0.txt"), Some("Apache-2.0"));
        assert_eq!(id_of_name("bsd-3-clause.txt"), Some("BSD-3-Clause"));
        assert_eq!(id_of_name("README.md"), None);
    }
}
