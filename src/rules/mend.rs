// SPDX-License-Identifier: Apache-2.0

//! How a rule that fails can be mended without a person: part of the rule's file, as data.

use std::path::Path;

use serde::Deserialize;

use super::LoadError;

/// Largest template that is read, in bytes.
const TEMPLATE_LIMIT: u64 = 1 << 20;

/// What `provost fix` does about a rule (`[mend]` in a rule file).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    tag = "by",
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub enum Mend {
    /// Puts a notice into the head of each file named by a finding, or beside it.
    Header {
        /// Whether the notice names the copyright holder too.
        #[serde(default)]
        copyright: bool,
    },
    /// Writes a document from a template, with what is known filled in.
    Template {
        /// Where the document goes.
        path: String,
        /// Name of the template under `rules/templates/`, without a foundation.
        template: String,
        /// Whether the file is a program.
        #[serde(default)]
        executable: bool,
        /// Whether it only keeps the failure from coming back; what failed stays with a person.
        #[serde(default)]
        helps: bool,
    },
    /// Writes the text of the project's licence.
    License {
        /// Where it goes.
        path: String,
    },
    /// Writes the texts of the licences that are named and missing into `LICENSES/`.
    LicenseTexts {},
    /// Puts a line into README, below its title.
    ReadmeLine {
        /// The line; `{id}` stands for the property `id` of the rule `of`.
        line: String,
        /// Rule whose result holds the id.
        of: String,
    },
}

/// A document with blanks, compiled in or from `--rules DIR/templates`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Path below `templates/`: `security-policy.md`, or `cncf/code-of-conduct.md` for one foundation.
    pub name: String,
    /// Its text; a blank is words in capitals in brackets: `[PROJECT NAME]`.
    pub text: String,
}

/// The templates of `--rules DIR`: files below `templates/`, at most one folder deep; name and text.
///
/// # Errors
/// When a folder or file cannot be read, is too large, or is not UTF-8.
pub(super) fn templates_in(dir: &Path) -> Result<Vec<(String, String)>, LoadError> {
    let mut found = Vec::new();
    list(&dir.join("templates"), "", &mut found)?;
    found.sort();
    Ok(found)
}

fn list(dir: &Path, prefix: &str, found: &mut Vec<(String, String)>) -> Result<(), LoadError> {
    let shown = dir.display().to_string();
    let fault = |file: &str, message: String| LoadError {
        file: file.to_owned(),
        line: None,
        message,
    };
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(fault(&shown, e.to_string())),
    };
    for entry in entries {
        let entry = entry.map_err(|e| fault(&shown, e.to_string()))?;
        let path = entry.path();
        let shown = path.display().to_string();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let about = entry.metadata().map_err(|e| fault(&shown, e.to_string()))?;
        if about.is_dir() && prefix.is_empty() {
            list(&path, &format!("{name}/"), found)?;
        } else if about.is_file() {
            if about.len() > TEMPLATE_LIMIT {
                return Err(fault(&shown, "a template is at most 1 MiB".into()));
            }
            let text = std::fs::read_to_string(&path).map_err(|e| fault(&shown, e.to_string()))?;
            found.push((name, text));
        }
    }
    Ok(())
}
