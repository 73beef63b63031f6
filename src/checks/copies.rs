// SPDX-License-Identifier: Apache-2.0

//! Whether copies of other people's work keep their licence: each component in a vendored folder has a
//! licence text in or above it, or notices in its own files.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::{Entry, HEADER_LIMIT};

use super::header::{Class, class};
use super::license::find;
use super::{Answer, Context, Draft, vendored};

/// Source files of a component that are looked into for a notice.
const LOOKED: usize = 5;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Folder names that may as well hold the project's own work: a missing text there is a question.
    #[serde(default)]
    ambiguous: Vec<String>,
}

/// A copied component.
#[derive(Default)]
struct Component<'a> {
    licensed: bool,
    sources: Vec<&'a Entry>,
    ambiguous: bool,
}

/// Looks for the licence of each component.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut components: BTreeMap<String, Component<'_>> = BTreeMap::new();
    let mut above: Vec<&str> = Vec::new();
    for (index, entry) in cx.files.entries().iter().enumerate() {
        if !entry.counts() || cx.is_excluded(index) || !vendored::vendored(&entry.path) {
            continue;
        }
        let licence = find::is_license_name(entry.name())
            || entry.name().eq_ignore_ascii_case("COPYRIGHT")
            || entry.name().to_ascii_uppercase().starts_with("NOTICE");
        let Some((folder, name)) = component_of(&entry.path) else {
            if licence {
                above.push(entry.dir());
            }
            continue;
        };
        let component = components.entry(folder.to_owned()).or_default();
        component.licensed |= licence || entry.path.ends_with(".license");
        component.ambiguous |= params
            .ambiguous
            .iter()
            .any(|a| a.eq_ignore_ascii_case(name));
        if entry.is_file() && class::of_name(entry.name()) == Some(Class::Code) {
            component.sources.push(entry);
        }
    }
    components.retain(|_, c| !c.sources.is_empty());
    if components.is_empty() {
        return Ok(Answer::not_applicable(
            "no copies of other projects' code in this tree",
        ));
    }
    let total = components.len();
    let (mut lacking, mut unsure) = (Vec::new(), Vec::new());
    for (folder, component) in &components {
        let covered = component.licensed
            || above
                .iter()
                .any(|dir| folder.starts_with(&format!("{dir}/")))
            || by_notices(cx, component);
        if !covered {
            if component.ambiguous {
                &mut unsure
            } else {
                &mut lacking
            }
            .push(folder.as_str());
        }
    }
    Ok(answer(total, &lacking, &unsure, &components))
}

fn answer(
    total: usize,
    lacking: &[&str],
    unsure: &[&str],
    components: &BTreeMap<String, Component<'_>>,
) -> Answer {
    let finding = |folder: &&str| {
        let message = format!(
            "{folder} holds copied code without its licence; restore the licence text and notices of the original"
        );
        Draft::new(message)
            .path(format!("{folder}/LICENSE"))
            .key("vendored-license")
    };
    let message = format!(
        "{} of {total} copied components carry no licence; restore their licence texts and notices",
        lacking.len()
    );
    if let Some(answer) = Answer::fail_all(message, lacking.iter().map(finding).collect()) {
        return answer.all_evidence(unsure.iter().map(|f| {
            Evidence::words(format!(
                "{f}: no licence either, but it may be the project's own"
            ))
        }));
    }
    if let Some(first) = unsure.first() {
        let path = components[*first].sources[0].path.clone();
        let message = format!(
            "{} folders such as {first} carry no licence of their own; are they copies of another project? If so, restore its licence text",
            unsure.len()
        );
        return Answer::review(message, Evidence::file(path).note("a file of it"));
    }
    let (folder, component) = components
        .iter()
        .next()
        .map_or(("", None), |(f, c)| (f.as_str(), Some(c)));
    let path = component
        .and_then(|c| c.sources.first())
        .map_or(folder, |e| e.path.as_str());
    Answer::pass(
        format!("each of the {total} copied components carries a licence text or notices"),
        Evidence::file(path).note("for example"),
    )
}

/// The component a path belongs to, and the vendored folder it lies in. `None` for files directly in that folder.
fn component_of(path: &str) -> Option<(&str, &str)> {
    let mut start = 0;
    for part in path.split('/') {
        let end = start + part.len();
        if vendored::vendored(&format!("{part}/x")) {
            return deep_enough(path, end + 1).map(|to| (&path[..to], part));
        }
        start = end + 1;
    }
    None
}

/// Where the component's folder ends: one level, two for scopes and hosts with one, three for forges.
fn deep_enough(path: &str, from: usize) -> Option<usize> {
    let rest = path.get(from..)?;
    let first = rest.split('/').next()?;
    let depth = match first {
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org" => 3,
        host if host.contains('.') && !host.ends_with(".js") => 2,
        scope if scope.starts_with('@') => 2,
        _ => 1,
    };
    let ends: Vec<usize> = rest
        .match_indices('/')
        .map(|(at, _)| at)
        .take(depth)
        .collect();
    ends.last().map(|at| from + at)
}

/// Whether the component's own files carry notices.
fn by_notices(cx: &Context<'_>, component: &Component<'_>) -> bool {
    let mut buffer = Vec::new();
    let mut text = String::new();
    let looked = component.sources.iter().take(LOOKED);
    looked.clone().count() > 0
        && looked.into_iter().all(|entry| {
            let read = cx.files.tree.read_into(entry, HEADER_LIMIT, &mut buffer);
            read.is_err() || buffer.is_empty() || super::header::has_notice(&buffer, &mut text)
        })
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn found(tree: MemoryTree) -> (Kind, Vec<String>) {
        let answer = Case::new(tree).run("vendored-license");
        (
            answer.kind(),
            answer
                .findings()
                .iter()
                .filter_map(|f| f.path.clone())
                .collect(),
        )
    }

    #[test]
    fn every_component_is_asked() {
        let tree = MemoryTree::new()
            .file("vendor/github.com/a/b/LICENSE", "x")
            .file("vendor/github.com/a/b/c/d.go", "package d")
            .file("vendor/github.com/a/e/f.go", "package f")
            .file("web/node_modules/@s/x/index.js", "1")
            .file("third_party/z/z.c", "// SPDX-License-Identifier: Zlib\n");
        let want = [
            "vendor/github.com/a/e/LICENSE",
            "web/node_modules/@s/x/LICENSE",
        ]
        .map(str::to_owned)
        .to_vec();
        assert_eq!(found(tree), (Kind::Fail, want));
    }

    #[test]
    fn one_text_above_covers_all_and_doubtful_folders_are_questions() {
        let tree = MemoryTree::new()
            .file("third_party/LICENSE", "x")
            .file("third_party/a/a.c", "int a;");
        assert_eq!(found(tree).0, Kind::Pass);
        assert_eq!(
            found(MemoryTree::new().file("deps/own/a.c", "int a;")).0,
            Kind::Review
        );
    }

    #[test]
    fn no_copies_is_not_applicable() {
        assert_eq!(
            found(
                MemoryTree::new()
                    .file("src/a.c", "int a;")
                    .file("vendor/README.md", "x")
            )
            .0,
            Kind::NotApplicable
        );
    }
}
