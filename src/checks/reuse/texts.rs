// SPDX-License-Identifier: Apache-2.0

//! The texts in `LICENSES/`: which id each is for, and what is wrong with it (REUSE 3.3 "Licence Files").

use crate::checks::Files;
use crate::report::Problem;

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LicenseText {
    /// The id its name says.
    pub(super) id: String,
    /// Its path.
    pub(super) path: String,
    /// What is wrong with the name alone.
    pub(super) problem: Option<Problem>,
}

/// Reads the names in the folder.
pub(super) fn read(files: &Files<'_>) -> Vec<LicenseText> {
    let texts = files
        .entries()
        .iter()
        .filter(|e| e.path.starts_with("LICENSES/") && e.counts() && !e.path.ends_with(".license"));
    texts
        .filter(|e| e.mode != crate::subject::Mode::Submodule)
        .map(|e| of_name(e.name(), &e.path))
        .collect()
}

fn of_name(name: &str, path: &str) -> LicenseText {
    let stem = name
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.is_empty())
        .map(|(stem, _)| stem);
    let text = |id: &str, problem| LicenseText {
        id: id.to_owned(),
        path: path.to_owned(),
        problem,
    };
    match stem {
        Some(stem) if is_listed(stem) => {
            text(stem, is_deprecated(stem).then_some(Problem::Deprecated))
        }
        Some(stem) if is_reference(stem) => text(stem, None),
        _ if is_listed(name) || is_reference(name) && stem.is_none() => {
            text(name, Some(Problem::NoExtension))
        }
        _ => text(stem.unwrap_or(name), Some(Problem::Bad)),
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
            ("MIT.txt", "MIT", None),
            ("GPL-2.0.txt", "GPL-2.0", Some(Problem::Deprecated)),
            ("LLVM-exception.txt", "LLVM-exception", None),
            ("LicenseRef-Own.pdf", "LicenseRef-Own", None),
            (
                "GPL-3.0-or-later",
                "GPL-3.0-or-later",
                Some(Problem::NoExtension),
            ),
            ("mit.txt", "mit", Some(Problem::Bad)),
            ("README.md", "README", Some(Problem::Bad)),
        ] {
            let text = of_name(name, name);
            assert_eq!((text.id.as_str(), text.problem), (id, problem), "{name}");
        }
    }
}
