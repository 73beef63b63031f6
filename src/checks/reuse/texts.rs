// SPDX-License-Identifier: Apache-2.0

//! The texts in `LICENSES/`: which id each is for, and what is wrong with it (REUSE 3.3 "Licence Files").

use crate::checks::Files;
use crate::report::Problem;
use crate::subject::{Entry, Mode, Resolved, resolve_link};

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LicenseText {
    /// The id its name says.
    pub(super) id: String,
    /// Its path.
    pub(super) path: String,
    /// What is wrong with the name alone; `Unreadable` for a link to nothing.
    pub(super) problems: Vec<Problem>,
}

impl LicenseText {
    /// Whether it is a link to nothing.
    pub(super) fn is_lost(&self) -> bool {
        self.problems.contains(&Problem::Unreadable)
    }
}

/// Reads the names in the folder, hidden files left out as the reference tool does. A file named `LICENSES` in
/// place of the folder is a text of no licence.
pub(super) fn read(files: &Files<'_>) -> Vec<LicenseText> {
    let is_text = |e: &&Entry| {
        let inside = e.path.strip_prefix("LICENSES/");
        let hidden = inside.is_some_and(|rest| rest.split('/').any(|part| part.starts_with('.')));
        let named = inside.is_some() && !hidden && !e.path.ends_with(".license");
        (named || e.path == "LICENSES") && e.counts() && e.mode != Mode::Submodule
    };
    let texts = files.entries().iter().filter(is_text);
    texts
        .map(|entry| {
            let mut text = of_name(entry.name(), &entry.path);
            let leads =
                matches!(resolve_link(files.tree, entry), Resolved::Entry(e) if e.is_file());
            if !leads {
                text.problems = vec![Problem::Unreadable];
            }
            text
        })
        .collect()
}

fn of_name(name: &str, path: &str) -> LicenseText {
    let stem = name
        .rsplit_once('.')
        .filter(|(stem, rest)| !stem.is_empty() && !rest.is_empty())
        .map(|(stem, _)| stem);
    let (id, mut problems) = match stem {
        Some(stem) if is_listed(stem) || is_reference(stem) => (stem, Vec::new()),
        _ if is_listed(name) => (name, vec![Problem::NoExtension]),
        // The reference tool asks no extension of these.
        None if is_reference(name) => (name, Vec::new()),
        _ => (stem.unwrap_or(name), vec![Problem::Bad]),
    };
    if is_deprecated(id) {
        problems.push(Problem::Deprecated);
    }
    LicenseText {
        id: id.to_owned(),
        path: path.to_owned(),
        problems,
    }
}

/// Whether an id is a licence or exception of the SPDX list.
pub(super) fn is_listed(id: &str) -> bool {
    spdx::license_id(id).is_some_and(|known| known.name == id)
        || spdx::exception_id(id).is_some_and(|known| known.name == id)
}

fn is_deprecated(id: &str) -> bool {
    spdx::license_id(id).is_some_and(|known| known.is_deprecated())
        || spdx::exception_id(id).is_some_and(|known| known.is_deprecated())
}

/// Whether an id is one of the project's own making.
pub(super) fn is_reference(id: &str) -> bool {
    let rest = id.strip_prefix("LicenseRef-");
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains("Unknown")
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_id_and_what_is_wrong() {
        for (name, id, problem) in [
            ("MIT.txt", "MIT", vec![]),
            ("GPL-2.0.txt", "GPL-2.0", vec![Problem::Deprecated]),
            ("LLVM-exception.txt", "LLVM-exception", vec![]),
            ("LicenseRef-Own.pdf", "LicenseRef-Own", vec![]),
            ("LicenseRef-Own", "LicenseRef-Own", vec![]),
            (
                "GPL-2.0",
                "GPL-2.0",
                vec![Problem::NoExtension, Problem::Deprecated],
            ),
            (
                "GPL-3.0-or-later",
                "GPL-3.0-or-later",
                vec![Problem::NoExtension],
            ),
            ("mit.txt", "mit", vec![Problem::Bad]),
            ("README.md", "README", vec![Problem::Bad]),
        ] {
            let text = of_name(name, name);
            assert_eq!((text.id.as_str(), text.problems), (id, problem), "{name}");
        }
    }
}
