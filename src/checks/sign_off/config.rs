// SPDX-License-Identifier: Apache-2.0

//! `.github/dco.yml`: how a project has set up its DCO app.
//!
//! The apps read it from the default branch, and so does a run that judges a range; else it is read from the
//! tree under inspection. Keys they do not know, they pass over; a value of the wrong type counts
//! as not given, and is said.

use git2::Oid;

use crate::checks::Shared;
use crate::report::Evidence;
use crate::text::yaml::{self, Node};

/// Where the apps look.
pub(super) const PATH: &str = ".github/dco.yml";

/// What the file allows. The defaults are those of the apps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppConfig {
    /// An author may add a missing sign-off by a later commit.
    pub(super) individual: bool,
    /// Somebody else may do so on the author's behalf.
    pub(super) third_party: bool,
    /// Members of the organisation sign off, too.
    pub(super) members: bool,
    /// Whether there is such a file.
    pub(super) found: bool,
    /// The commit it was read from, when that is not the tree under inspection.
    commit: Option<Oid>,
    /// What is wrong in it: line and words.
    pub(super) wrong: Vec<(u64, String)>,
}

impl Default for AppConfig {
    fn default() -> Self {
        AppConfig {
            individual: false,
            third_party: false,
            members: true,
            found: false,
            commit: None,
            wrong: Vec::new(),
        }
    }
}

impl AppConfig {
    /// The project's file, if it has one.
    pub(super) fn of(cx: &Shared<'_>) -> Self {
        let Some(setting) = cx.setting(PATH) else {
            return AppConfig::default();
        };
        AppConfig {
            commit: setting.commit,
            ..AppConfig::parse(&setting.text)
        }
    }

    /// Reads the text of the file.
    pub(crate) fn parse(text: &str) -> Self {
        let mut config = AppConfig {
            found: true,
            ..AppConfig::default()
        };
        match yaml::parse(text) {
            Ok(documents) => {
                if let Some(root) = documents.first() {
                    config.read(root);
                }
            }
            Err(error) => config.wrong.push((1, error.to_string())),
        }
        config
    }

    /// Path of the file, for evidence.
    pub(super) fn path() -> &'static str {
        PATH
    }

    /// The file, with what it says; at a line of it, when one is given.
    pub(super) fn evidence(&self, line: Option<u64>, note: &str) -> Evidence {
        let mut evidence = settings_evidence(PATH, self.commit, note);
        if self.commit.is_none() {
            evidence.line = line;
        }
        evidence
    }

    fn read(&mut self, root: &Node) {
        let mut wrong = Vec::new();
        let mut read = |keys: &[&str; 2], default: bool| {
            let Some(node) = root.at(keys) else {
                return default;
            };
            match node.text() {
                Some("true" | "True" | "TRUE") => true,
                Some("false" | "False" | "FALSE") => false,
                _ if node.is_empty() => default,
                _ => {
                    let key = keys.join(".");
                    wrong.push((node.line, format!("{key} is neither true nor false")));
                    default
                }
            }
        };
        self.individual = read(&["allowRemediationCommits", "individual"], false);
        self.third_party = read(&["allowRemediationCommits", "thirdParty"], false);
        self.members = read(&["require", "members"], true);
        self.wrong = wrong;
    }
}

/// A file of settings, looked at in the tree under inspection or in another commit.
pub(super) fn settings_evidence(path: &str, commit: Option<Oid>, note: &str) -> Evidence {
    match commit {
        // Its path may not be there in the tree under inspection.
        Some(commit) => Evidence::commit(commit.to_string()).note(format!("{path}: {note}")),
        None => Evidence::file(path).note(note),
    }
}

#[cfg(test)]
mod tests {
    use super::AppConfig;

    #[test]
    fn keys_of_the_apps_are_read_and_others_passed_over() {
        let config = AppConfig::parse(
            "allowOverrideAction: false\nallowRemediationCommits:\n  individual: true\n  thirdParty: true\nrequire:\n  members: false\n",
        );
        assert!(config.individual && config.third_party && !config.members);
        assert_eq!(config.wrong, []);
    }

    #[test]
    fn what_is_empty_wrong_or_broken_leaves_the_defaults() {
        for text in [
            "",
            "allowRemediationCommits:\nrequire: {}\n",
            "- a\n",
            "just text",
        ] {
            let config = AppConfig::parse(text);
            assert!(
                !config.individual && !config.third_party && config.members,
                "{text}"
            );
            assert_eq!(config.wrong, [], "{text}");
        }
        let config = AppConfig::parse("require:\n  members: perhaps\n");
        assert!(config.members);
        assert_eq!(config.wrong[0].0, 2);
        assert_eq!(AppConfig::parse("a: [\n").wrong.len(), 1);
    }
}
