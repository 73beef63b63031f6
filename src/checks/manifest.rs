// SPDX-License-Identifier: Apache-2.0

//! Each ecosystem that the project's code is written in has its manifest, and better a lock file too: then
//! dependencies come by standard tools and are listed. Languages without a package manager have none to check.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::Entry;

use super::vendored::not_ours;
use super::workflow::pattern::Globs;
use super::{Answer, Context, Draft};

/// A language with its package manager.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Ecosystem {
    /// Name.
    name: String,
    /// Extensions of its source files.
    extensions: Vec<String>,
    /// File names of its manifests.
    manifests: Globs,
    /// File names of its lock files.
    #[serde(default)]
    locks: Globs,
    /// Manifest that a new one would be, for findings.
    place: String,
}

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Share of the source files, in per cent, from which an ecosystem is the project's and not a helper's.
    share: usize,
    /// Ecosystems.
    ecosystem: Vec<Ecosystem>,
    /// Extensions of languages without a package manager.
    unmanaged: Vec<String>,
}

/// Passes when every ecosystem in use has a manifest.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let entries = cx.files.entries().iter();
    let own: Vec<_> = entries
        .filter(|e| e.is_file() && e.counts() && !not_ours(&e.path))
        .collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all = 0_usize;
    for entry in &own {
        let Some((_, extension)) = entry.name().rsplit_once('.') else {
            continue;
        };
        let known = params
            .ecosystem
            .iter()
            .find(|e| e.extensions.iter().any(|x| x == extension));
        if let Some(ecosystem) = known {
            *counts.entry(&ecosystem.name).or_default() += 1;
        }
        all += usize::from(known.is_some() || params.unmanaged.iter().any(|x| x == extension));
    }
    if all == 0 {
        return Ok(Answer::not_applicable("the tree holds no source code"));
    }
    let (mut met, mut findings) = (Vec::new(), Vec::new());
    for ecosystem in &params.ecosystem {
        let files = counts.get(ecosystem.name.as_str()).copied().unwrap_or(0);
        if files == 0 || files * 100 < all * params.share {
            continue;
        }
        match found(&own, ecosystem) {
            Some(evidence) => met.extend(evidence),
            None => findings.push(
                Draft::new(format!(
                    "{files} {} files, but no manifest lists what they depend on; commit {}",
                    ecosystem.name, ecosystem.place
                ))
                .path(&ecosystem.place)
                .key(&ecosystem.name),
            ),
        }
    }
    let message =
        "source code has no manifest of its dependencies; commit the manifest of each ecosystem";
    if let Some(answer) = Answer::fail_all(message, findings) {
        return Ok(answer.all_evidence(met));
    }
    let mut met = met.into_iter();
    Ok(match met.next() {
        Some(first) => {
            Answer::pass("each ecosystem in use has its manifest", first).all_evidence(met)
        }
        None => Answer::open(
            "the code is in languages without a common package manager, so a scan cannot tell how dependencies are declared; attest it with a link",
        ),
    })
}

/// The manifest nearest to the root, with its lock file if there is one.
fn found(own: &[&Entry], ecosystem: &Ecosystem) -> Option<Vec<Evidence>> {
    let nearest = |names: &Globs| {
        let named = own.iter().filter(|e| names.matches(e.name()));
        named
            .min_by_key(|e| (e.path.matches('/').count(), &e.path))
            .copied()
    };
    let manifest = nearest(&ecosystem.manifests)?;
    let mut evidence =
        vec![Evidence::file(&manifest.path).note(format!("manifest of {}", ecosystem.name))];
    if let Some(lock) = nearest(&ecosystem.locks) {
        evidence.push(Evidence::file(&lock.path).note(format!("lock file of {}", ecosystem.name)));
    }
    Some(evidence)
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn kind(tree: MemoryTree) -> Kind {
        Case::new(tree).run("dependency-manifest").kind()
    }

    #[test]
    fn the_main_ecosystem_needs_its_manifest_and_helpers_do_not() {
        let mut go = MemoryTree::new();
        for n in 0..20 {
            go = go.file(&format!("p/f{n}.go"), "package p\n");
        }
        let go = go.file("hack/x.py", "print()\n");
        assert_eq!(kind(go.clone()), Kind::Fail);
        assert_eq!(
            kind(go.clone().file("vendor/x/go.mod", "module x\n")),
            Kind::Fail
        );
        assert_eq!(
            kind(go.file("go.mod", "module x\n").file("go.sum", "")),
            Kind::Pass
        );
    }

    #[test]
    fn c_alone_cannot_be_told_and_documents_are_beside_the_point() {
        assert_eq!(kind(MemoryTree::new().file("a.c", "")), Kind::Open);
        assert_eq!(
            kind(MemoryTree::new().file("a.md", "")),
            Kind::NotApplicable
        );
    }
}
