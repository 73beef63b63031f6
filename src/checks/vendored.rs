// SPDX-License-Identifier: Apache-2.0

//! Which paths are another project's, and which are only there to be tested or shown.
//!
//! Copied trees hold complete sets of policy files, badges and licence texts (realfiles, layouts
//! "Where files are"). No verdict on the project may rest on them.

/// Folders that hold other people's work, wherever they stand.
const VENDORED: &[&str] = &[
    "3rd-party",
    "3rd_party",
    "3rdparty",
    "_vendor",
    "bower_components",
    "deps",
    "extern",
    "external",
    "externals",
    "godeps",
    "jspm_packages",
    "node_modules",
    "site-packages",
    "subprojects",
    "third-party",
    "third_party",
    "thirdparty",
    "vendor",
    "vendored",
    "vendors",
];

/// Folders that hold input of tests, or things shown as an example or to be copied.
const SHOWN: &[&str] = &[
    "__fixtures__",
    "__mocks__",
    "__snapshots__",
    "__tests__",
    "demo",
    "demos",
    "e2e",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "integration-tests",
    "integration_tests",
    "mock",
    "mocks",
    "sample",
    "samples",
    "snapshots",
    "template",
    "templates",
    "test",
    "test-data",
    "test-fixtures",
    "test_data",
    "test_fixtures",
    "testcases",
    "testdata",
    "testing",
    "tests",
];

/// Whether a folder of `path` is one of `names`; the last part is the file itself.
fn below(path: &str, names: &[&str]) -> bool {
    let Some((folders, _)) = path.rsplit_once('/') else {
        return false;
    };
    folders.split('/').any(|folder| {
        names
            .binary_search_by(|name| {
                name.bytes()
                    .cmp(folder.bytes().map(|b| b.to_ascii_lowercase()))
            })
            .is_ok()
    })
}

/// Whether `path` lies in a copied or fetched tree of another project.
pub(crate) fn vendored(path: &str) -> bool {
    below(path, VENDORED)
}

/// Whether `path` cannot speak for the project: vendored, test data, an example or a template.
pub(crate) fn not_ours(path: &str) -> bool {
    vendored(path) || below(path, SHOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_so_that_the_search_finds_every_name() {
        for list in [VENDORED, SHOWN] {
            assert!(list.is_sorted());
            for name in list {
                assert!(below(&format!("a/{name}/LICENSE"), list), "{name}");
            }
        }
    }

    #[test]
    fn copied_trees_are_known_at_any_depth_and_in_any_case() {
        for path in [
            "vendor/github.com/a/b/SECURITY.md",
            "pkg/src/3rdparty/lib/LICENSE",
            "web/node_modules/x/CODE_OF_CONDUCT.md",
            "Third_Party/zlib/README",
            "Godeps/_workspace/LICENSE",
        ] {
            assert!(vendored(path), "{path}");
        }
    }

    #[test]
    fn a_file_or_a_word_is_not_a_copied_tree() {
        for path in [
            "vendor",
            "docs/vendor.md",
            "vendoring/README.md",
            "src/deps.rs",
            "README.md",
        ] {
            assert!(!vendored(path), "{path}");
        }
    }

    #[test]
    fn test_data_examples_and_templates_do_not_speak_for_the_project() {
        for path in [
            "tests/fake-repo/SECURITY.md",
            "internal/testdata/CODEOWNERS",
            "examples/app/LICENSE",
            "docs/templates/SECURITY.md",
        ] {
            assert!(not_ours(path) && !vendored(path), "{path}");
        }
        assert!(!not_ours(".github/ISSUE_TEMPLATE/bug.md"));
        assert!(!not_ours("docs/testing.md"));
    }
}
