// SPDX-License-Identifier: Apache-2.0

//! What package manifests say the licence is: Cargo.toml, package.json, pyproject.toml, setup.cfg, pom.xml ...

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::vendored::not_ours;
use crate::checks::{Files, Shared};
use crate::subject::Entry;

use super::{expression, names};

/// Most manifests that are read.
const LIMIT: usize = 200;

/// A manifest's statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The manifest.
    pub(crate) path: String,
    /// Line of the statement.
    pub(crate) line: u64,
    /// The statement as it stands.
    pub(crate) raw: String,
    /// As an SPDX expression; `None` for free text that names no known licence.
    pub(crate) expression: Option<String>,
}

/// Statements of the manifests in the root.
pub(crate) fn in_root(shared: &Shared<'_>) -> Vec<Declared> {
    statements(&shared.files, |entry| !entry.path.contains('/'))
}

/// Statements of all manifests of the project's own packages.
pub(crate) fn anywhere(shared: &Shared<'_>) -> Vec<Declared> {
    statements(&shared.files, |entry| !not_ours(&entry.path))
}

fn statements(files: &Files<'_>, which: impl Fn(&Entry) -> bool) -> Vec<Declared> {
    let manifests = files
        .entries()
        .iter()
        .filter(|e| e.is_file() && e.counts() && reader(e.name()).is_some() && which(e));
    let read = |entry: &Entry| -> Option<Declared> {
        let document = files.document(entry).ok()?;
        let text = document.text();
        let raw = reader(entry.name())?(text)?;
        let raw = raw.trim().to_owned();
        if raw.is_empty() || raw.starts_with("SEE LICENSE") || raw.len() > 300 {
            return None;
        }
        let first = raw.lines().next().unwrap_or_default();
        let line = text
            .lines()
            .position(|l| l.to_ascii_lowercase().contains("licen") && l.contains(first));
        let line = line
            .or_else(|| text.lines().position(|l| l.contains(first)))
            .map_or(1, |at| at as u64 + 1);
        Some(Declared {
            path: entry.path.clone(),
            line,
            expression: meaning(&raw),
            raw,
        })
    };
    manifests.take(LIMIT).filter_map(read).collect()
}

/// An expression, or the one licence that free text names.
fn meaning(raw: &str) -> Option<String> {
    expression::of_manifest(raw).or_else(|| {
        let mut ids: Vec<&str> = names::named(raw).iter().map(|n| n.id).collect();
        ids.dedup();
        match ids.as_slice() {
            [one] => Some((*one).to_owned()),
            _ => None,
        }
    })
}

type Reader = fn(&str) -> Option<String>;

fn reader(name: &str) -> Option<Reader> {
    Some(match name {
        "Cargo.toml" => cargo,
        "package.json" | "composer.json" => json,
        "pyproject.toml" => pyproject,
        "setup.cfg" => |text| captured(&SETUP_CFG, text),
        "setup.py" => |text| captured(&SETUP_PY, text),
        "pom.xml" => |text| captured(&POM, text),
        name if name.ends_with(".gemspec") => |text| captured(&GEMSPEC, text),
        _ => return None,
    })
}

fn captured(pattern: &Regex, text: &str) -> Option<String> {
    Some(pattern.captures(text)?.get(1)?.as_str().to_owned())
}

fn compile(pattern: &str) -> Regex {
    #[allow(
        clippy::expect_used,
        reason = "patterns are fixed and every one is used in a test"
    )]
    Regex::new(pattern).expect("a fixed pattern")
}

static SETUP_CFG: LazyLock<Regex> =
    LazyLock::new(|| compile(r"(?m)^licen[sc]e\s*[=:][ \t]*(\S[^\r\n]*)$"));
static SETUP_PY: LazyLock<Regex> =
    LazyLock::new(|| compile(r#"\blicense\s*=\s*['"]([^'"\r\n]+)['"]"#));
static POM: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"<licenses>\s*<license>[^<]*(?:<!--[^<]*-->\s*)?<name>([^<]+)</name>")
});

static GEMSPEC: LazyLock<Regex> =
    LazyLock::new(|| compile(r#"\.licenses?\s*=\s*\[?\s*['"]([^'"\r\n]+)['"]\s*\]?\s*(?m:$)"#));

fn cargo(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let license = |t: &toml::Value| t.get("license").and_then(|l| l.as_str()).map(str::to_owned);
    let package = table.get("package").and_then(license);
    package.or_else(|| table.get("workspace")?.get("package").and_then(license))
}

fn json(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let license = value.get("license")?;
    if let Some(list) = license.as_array() {
        let parts: Vec<String> = list
            .iter()
            .filter_map(|v| v.as_str())
            .map(str::to_owned)
            .collect();
        return Some(parts.join(" OR "));
    }
    license
        .as_str()
        .or_else(|| license.get("type")?.as_str())
        .map(str::to_owned)
}

fn pyproject(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let project = table.get("project");
    let license = project.and_then(|p| p.get("license"));
    let direct = license
        .and_then(|l| l.as_str().or_else(|| l.get("text")?.as_str()))
        .map(str::to_owned);
    let poetry = || {
        Some(
            table
                .get("tool")?
                .get("poetry")?
                .get("license")?
                .as_str()?
                .to_owned(),
        )
    };
    let classifier = || {
        let list = project?.get("classifiers")?.as_array()?;
        let of_license = |c: &toml::Value| {
            c.as_str()
                .and_then(|c| c.strip_prefix("License :: OSI Approved :: "))
                .map(str::to_owned)
        };
        list.iter().find_map(of_license)
    };
    direct.or_else(poetry).or_else(classifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::with_shared;
    use crate::subject::memory::MemoryTree;

    fn declared(path: &str, text: &str) -> Option<(u64, Option<String>)> {
        with_shared(MemoryTree::new().file(path, text), None, |shared| {
            in_root(shared)
                .first()
                .map(|d| (d.line, d.expression.clone()))
        })
    }

    #[test]
    fn manifests_are_read() {
        for (path, text, line, want) in [
            (
                "Cargo.toml",
                "[package]\nname = \"x\"\nlicense = \"MIT/Apache-2.0\"\n",
                3,
                "MIT OR Apache-2.0",
            ),
            (
                "Cargo.toml",
                "[workspace.package]\nlicense = \"GPL-2.0+\"\n",
                2,
                "GPL-2.0-or-later",
            ),
            (
                "package.json",
                "{\n \"license\": \"(MIT OR ISC)\"}",
                2,
                "(MIT OR ISC)",
            ),
            (
                "package.json",
                "{\"license\": {\"type\": \"MIT\"}}",
                1,
                "MIT",
            ),
            (
                "pyproject.toml",
                "[project]\nlicense = {text = \"Apache License 2.0\"}\n",
                2,
                "Apache-2.0",
            ),
            (
                "pyproject.toml",
                "[project]\nclassifiers = [\n\"License :: OSI Approved :: MIT License\"]\n",
                3,
                "MIT",
            ),
            (
                "setup.cfg",
                "[metadata]\nlicense = Apache-2.0\n",
                2,
                "Apache-2.0",
            ),
            (
                "setup.py",
                "setup(name='x',\n license='BSD-3-Clause')\n",
                2,
                "BSD-3-Clause",
            ),
            (
                "x.gemspec",
                "Gem::Specification.new do |s|\n  s.licenses = ['MIT']\nend\n",
                2,
                "MIT",
            ),
            (
                "pom.xml",
                "<project><licenses>\n<license>\n<name>Apache License, Version 2.0</name>",
                3,
                "Apache-2.0",
            ),
        ] {
            assert_eq!(
                declared(path, text),
                Some((line, Some(want.to_owned()))),
                "{text}"
            );
        }
    }

    #[test]
    fn free_text_and_silence_are_no_expression() {
        assert_eq!(
            declared("package.json", "{\"license\": \"Our own terms\"}"),
            Some((1, None))
        );
        assert_eq!(
            declared("package.json", "{\"license\": \"SEE LICENSE IN x\"}"),
            None
        );
        assert_eq!(declared("package.json", "{not json"), None);
    }
}
