// SPDX-License-Identifier: Apache-2.0

//! The newest release as vulnerability databases name it: its commit, and the package URL of each manifest.

use std::sync::Arc;

use crate::checks::{Document, Shared, tags};
use crate::remote::osv::Query;

/// A release.
pub(super) struct Release {
    /// Its tag.
    pub(super) tag: String,
    /// Version, as in the tag without a `v`.
    version: String,
    /// Commit, when the tag leads to one.
    commit: Option<String>,
}

/// The newest release of the project's own line.
pub(super) fn newest(shared: &Shared<'_>) -> Option<Release> {
    let (tag, version) = tags::newest(shared)?;
    Some(Release {
        tag: tag.name.clone(),
        version,
        commit: tag.commit.map(|id| id.to_string()),
    })
}

/// What OSV is asked of it.
pub(super) fn queries(shared: &Shared<'_>) -> Vec<Query> {
    let Some(release) = newest(shared) else {
        return Vec::new();
    };
    let mut queries: Vec<Query> = release.commit.map(Query::Commit).into_iter().collect();
    let packages = [
        ("Cargo.toml", cargo as fn(&Document) -> Option<String>),
        ("package.json", npm),
        ("pyproject.toml", pypi),
        ("go.mod", go),
        ("composer.json", composer),
    ];
    for (path, read) in packages {
        let document = shared
            .files
            .get(path)
            .and_then(|e| shared.files.document(e).ok());
        let name = document.and_then(|d: Arc<Document>| read(&d));
        queries.extend(name.map(|name| Query::Purl(format!("{name}@{}", release.version))));
    }
    queries
}

fn cargo(document: &Document) -> Option<String> {
    let manifest: toml::Table = toml::from_str(document.text()).ok()?;
    let package = manifest.get("package")?;
    let unpublished = package.get("publish").and_then(toml::Value::as_bool) == Some(false);
    let name = package.get("name")?.as_str().filter(|_| !unpublished)?;
    plain(name).then(|| format!("pkg:cargo/{name}"))
}

fn pypi(document: &Document) -> Option<String> {
    let manifest: toml::Table = toml::from_str(document.text()).ok()?;
    let name = manifest.get("project")?.get("name")?.as_str()?;
    plain(name).then(|| format!("pkg:pypi/{}", name.to_lowercase().replace(['_', '.'], "-")))
}

fn npm(document: &Document) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(document.text()).ok()?;
    if manifest.get("private").and_then(serde_json::Value::as_bool) == Some(true) {
        return None;
    }
    let name = manifest.get("name")?.as_str()?;
    match name.strip_prefix('@') {
        Some(scoped) => plain(scoped).then(|| format!("pkg:npm/%40{scoped}")),
        None => plain(name).then(|| format!("pkg:npm/{name}")),
    }
}

fn go(document: &Document) -> Option<String> {
    let mut lines = document.text().lines();
    let module = lines.find_map(|line| line.trim().strip_prefix("module "))?;
    let name = module.split_whitespace().next()?.trim_matches('"');
    (plain(name) && name.contains('.')).then(|| format!("pkg:golang/{name}"))
}

fn composer(document: &Document) -> Option<String> {
    let manifest: serde_json::Value = serde_json::from_str(document.text()).ok()?;
    let name = manifest.get("name")?.as_str()?;
    (plain(name) && name.contains('/')).then(|| format!("pkg:composer/{name}"))
}

/// Whether a name needs no encoding in a package URL.
fn plain(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    !name.is_empty() && name.len() <= 200 && name.chars().all(fine) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::Content;

    fn document(path: &str, text: &str) -> Document {
        let bytes = text.as_bytes().to_vec();
        Document::new(
            path,
            Content {
                bytes,
                truncated: false,
            },
        )
    }

    #[test]
    fn manifests_name_their_package() {
        let read = |read: fn(&Document) -> Option<String>, text: &str| read(&document("m", text));
        assert_eq!(
            read(cargo, "[package]\nname = \"a-b\"").unwrap(),
            "pkg:cargo/a-b"
        );
        assert_eq!(
            read(cargo, "[package]\nname = \"a\"\npublish = false"),
            None
        );
        assert_eq!(read(cargo, "[workspace]\nmembers = []"), None);
        assert_eq!(
            read(pypi, "[project]\nname = \"A_b.c\"").unwrap(),
            "pkg:pypi/a-b-c"
        );
        assert_eq!(read(npm, "{\"name\": \"@s/n\"}").unwrap(), "pkg:npm/%40s/n");
        assert_eq!(read(npm, "{\"name\": \"n\", \"private\": true}"), None);
        assert_eq!(
            read(go, "// x\nmodule example.org/a/v2 // y\n").unwrap(),
            "pkg:golang/example.org/a/v2"
        );
        assert_eq!(
            read(composer, "{\"name\": \"v/p\"}").unwrap(),
            "pkg:composer/v/p"
        );
        for hostile in [
            "{\"name\": \"a?b=c\"}",
            "{\"name\": \"../x\"}",
            "{\"name\": 1}",
            "{",
            "null",
        ] {
            assert_eq!(read(npm, hostile), None, "{hostile}");
        }
    }
}
