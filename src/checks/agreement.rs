//! Whether licence texts, headers and manifests of the project's own files name the same licences.
//!
//! A header may name a licence of the whole, a choice that includes it, or a licence whose text lies in
//! the file's folder, above it, or in the folder of licences. What no text backs is a contradiction.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::header::{Class, License};
use super::license::expression::{self, Allowed};
use super::license::{self, declared, find};
use super::{Answer, Context, Draft};

/// Most licence files below the root that are read.
const NESTED: usize = 200;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {}

/// "2 files and 1 manifest name", without what there is none of.
fn numbers(files: usize, manifests: usize) -> String {
    let part = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let parts: Vec<String> = [part(files, "file"), part(manifests, "manifest")]
        .into_iter()
        .flatten()
        .collect();
    let verb = if files + manifests == 1 {
        "names"
    } else {
        "name"
    };
    format!("{} {verb}", parts.join(" and "))
}

/// Compares them.
pub(super) fn check(cx: &Context<'_>, _: &Params) -> Result<Answer> {
    let project = license::project(cx.shared);
    let manifests: Vec<_> = declared::anywhere(cx.shared);
    let Some(whole) = &project.expression else {
        return Ok(Answer::review(
            "no licence is known for the whole, so there is nothing to compare headers and manifests with; see license-file",
            Evidence::words("no licence file that names a known licence"),
        ));
    };
    let texts = Texts::read(cx, &project);
    let mut findings = headers(cx, whole, &texts);
    let tagged = findings.len();
    let mut free = Vec::new();
    for manifest in &manifests {
        match &manifest.expression {
            Some(own) if !texts.agree(own, &manifest.path) => {
                let message = format!(
                    "declares {own}, but the licence here is {whole}; make them name the same expression"
                );
                let draft = Draft::new(message)
                    .path(&manifest.path)
                    .line(manifest.line)
                    .key("manifest");
                findings.push(Draft {
                    license: Some(own.clone()),
                    ..draft
                });
            }
            Some(_) => {}
            None => free.push(manifest),
        }
    }
    let evidence: Vec<Evidence> = project.evidence.iter().take(3).cloned().collect();
    let who = numbers(tagged, findings.len() - tagged);
    let message = format!(
        "{who} a licence that neither {whole} nor a licence text beside it covers; correct it or add the text"
    );
    if let Some(answer) = Answer::fail_all(message, findings) {
        return Ok(answer.all_evidence(evidence));
    }
    if let Some(manifest) = free.first() {
        let message = format!(
            "{} declares \u{201c}{}\u{201d} in words; is that {whole}? Write it as an SPDX expression",
            manifest.path, manifest.raw
        );
        return Ok(Answer::review(
            message,
            Evidence::line(&manifest.path, manifest.line).note(&manifest.raw),
        )
        .all_evidence(evidence));
    }
    let stated = manifests
        .iter()
        .take(5)
        .map(|m| Evidence::line(&m.path, m.line).note(format!("declares {}", m.raw)));
    let message = format!(
        "licence texts, headers and {} manifests agree on {whole}",
        manifests.len()
    );
    let head = evidence
        .first()
        .cloned()
        .unwrap_or_else(|| Evidence::words("manifests only"));
    Ok(Answer::pass(message, head).all_evidence(stated))
}

/// One finding for each file whose header contradicts.
fn headers(cx: &Context<'_>, whole: &str, texts: &Texts) -> Vec<Draft> {
    let headers = cx.headers();
    let mut findings = Vec::new();
    for (entry, facts) in cx.files.entries().iter().zip(&headers.files) {
        let tag = matches!(facts.license, License::Tag(_));
        if facts.skip.is_some() || facts.class != Class::Code || !tag {
            continue;
        }
        let Some(own) = headers.expression(facts) else {
            continue;
        };
        if !texts.agree(own, &entry.path) {
            let message = format!(
                "the header names {own}, but the licence is {whole} and no text of the former lies here; correct the header or add the text"
            );
            let draft = Draft::new(message)
                .path(&entry.path)
                .line(u64::from(facts.line))
                .key("header");
            findings.push(Draft {
                license: Some(own.to_owned()),
                ..draft
            });
        }
    }
    findings
}

/// Licences that hold in each folder, by texts in it and above it.
struct Texts {
    root: BTreeSet<String>,
    folders: BTreeMap<String, BTreeSet<String>>,
}

impl Texts {
    fn read(cx: &Context<'_>, project: &license::Project) -> Self {
        let mut root: BTreeSet<String> = project
            .texts
            .iter()
            .flat_map(|t| expression::ids(t))
            .collect();
        root.extend(project.expression.iter().flat_map(|e| expression::ids(e)));
        let mut folders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let nested = cx
            .files
            .entries()
            .iter()
            .filter(|e| e.counts() && e.path.contains('/') && find::is_license_name(e.name()));
        for entry in nested
            .filter(|e| !super::vendored::not_ours(&e.path))
            .take(NESTED)
        {
            let ids = license::ids_of_file(cx.shared, entry);
            folders
                .entry(entry.dir().to_owned())
                .or_default()
                .extend(ids);
        }
        Texts { root, folders }
    }

    /// Whether an expression can be met by the licences that hold at a path.
    fn agree(&self, own: &str, path: &str) -> bool {
        let mut known: Vec<String> = self.root.iter().cloned().collect();
        let mut folder = path.rsplit_once('/').map(|(f, _)| f);
        while let Some(at) = folder {
            known.extend(self.folders.get(at).into_iter().flatten().cloned());
            folder = at.rsplit_once('/').map(|(f, _)| f);
        }
        Allowed::new(&known, false).is_ok_and(|allowed| allowed.judge(own).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn text_of(id: &str) -> &'static str {
        spdx::text::LICENSE_TEXTS
            .iter()
            .find(|(name, _)| *name == id)
            .unwrap()
            .1
    }

    fn found(tree: MemoryTree) -> (Kind, Vec<String>) {
        let answer =
            Case::new(tree.file("LICENSE", text_of("Apache-2.0"))).run("license-consistency");
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
    fn agreement_over_texts_headers_and_manifests() {
        let tree = MemoryTree::new()
            .file("Cargo.toml", "[package]\nlicense = \"Apache-2.0\"\n")
            .file("a.rs", "// SPDX-License-Identifier: Apache-2.0\n")
            .file("b.rs", "// SPDX-License-Identifier: MIT OR Apache-2.0\n");
        assert_eq!(found(tree), (Kind::Pass, vec![]));
    }

    #[test]
    fn a_header_or_manifest_with_another_licence_is_found() {
        let tree = MemoryTree::new()
            .file("package.json", "{\"license\": \"MIT\"}")
            .file("b.rs", "// SPDX-License-Identifier: GPL-2.0-only\n")
            .file(
                "vendor/c/c.rs",
                // Split, so that this line states nothing about this file.
                concat!("// SPDX-License-", "Identifier: GPL-2.0-only\n"),
            );
        assert_eq!(
            found(tree),
            (
                Kind::Fail,
                vec!["b.rs".to_owned(), "package.json".to_owned()]
            )
        );
    }

    #[test]
    fn a_text_in_the_folder_covers_its_files() {
        let tree = MemoryTree::new()
            .file("bpf/LICENSE", text_of("BSD-2-Clause"))
            .file("bpf/lib/x.c", "// SPDX-License-Identifier: BSD-2-Clause\n")
            .file("y.c", "// SPDX-License-Identifier: BSD-2-Clause\n");
        assert_eq!(found(tree), (Kind::Fail, vec!["y.c".to_owned()]));
    }

    #[test]
    fn free_words_in_a_manifest_are_for_a_person() {
        assert_eq!(
            found(MemoryTree::new().file("package.json", "{\"license\": \"as is\"}")).0,
            Kind::Review
        );
        let nothing = Case::new(MemoryTree::new().file("a.rs", "x")).run("license-consistency");
        assert_eq!(nothing.kind(), Kind::Review);
    }
}
