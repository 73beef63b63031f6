// SPDX-License-Identifier: Apache-2.0

//! Where pipelines and release scripts lie: what would run a file, told by its path.

use crate::subject::{Entry, Mode};

use super::super::vendored::not_ours;
use super::automation::System;

/// What would run this file, if anything.
pub(super) fn system_of(entry: &Entry) -> Option<System> {
    if !entry.is_file() {
        return None;
    }
    let path = entry.path.as_str();
    let (dir, name) = (entry.dir(), entry.name());
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    match dir {
        ".github/workflows" | ".forgejo/workflows" | ".gitea/workflows" if yaml => {
            return Some(System::Github);
        }
        "zuul.d" | ".zuul.d" if yaml => return Some(System::Zuul),
        "" if matches!(name, ".zuul.yaml" | ".zuul.yml" | "zuul.yaml" | "zuul.yml") => {
            return Some(System::Zuul);
        }
        "" if matches!(name, ".pre-commit-config.yaml" | ".pre-commit-config.yml") => {
            return Some(System::Hooks);
        }
        _ => {}
    }
    if pipeline(path, name, yaml) {
        return Some(System::Pipeline);
    }
    (release_script(entry)).then_some(System::Script)
}

/// Pipelines that are files at known places.
fn pipeline(path: &str, name: &str, yaml: bool) -> bool {
    const ROOT: &[&str] = &[
        ".appveyor.yml",
        ".cirrus.yml",
        ".drone.yml",
        ".gitlab-ci.yml",
        ".prow.yaml",
        ".travis.yml",
        ".woodpecker.yml",
        "appveyor.yml",
        "azure-pipelines.yaml",
        "azure-pipelines.yml",
        "bitbucket-pipelines.yml",
        "cloudbuild.yaml",
    ];
    const FOLDERS: &[&str] = &[
        ".azure-pipelines/",
        ".azure/",
        ".buildkite/",
        ".builds/",
        ".circleci/",
        ".semaphore/",
        ".tekton/",
        ".woodpecker/",
        "azure-pipelines/",
    ];
    if ROOT.contains(&path) || (yaml && FOLDERS.iter().any(|f| path.starts_with(f))) {
        return true;
    }
    let jenkins = name.starts_with("Jenkinsfile")
        || name.ends_with(".jenkinsfile")
        || (name.ends_with(".groovy")
            && (path.starts_with(".jenkins/") || path.starts_with("jenkins/")));
    jenkins && !not_ours(path)
}

/// A script whose name or folder says that it releases the project.
fn release_script(entry: &Entry) -> bool {
    let path = entry.path.to_ascii_lowercase();
    if path.matches('/').count() > 3 || path.starts_with(".github/") || not_ours(&path) {
        return false;
    }
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let script = match extension {
        "sh" | "bash" => true,
        "" => entry.mode == Mode::Executable,
        "yaml" | "yml" => stem == "cloudbuild",
        _ => false,
    };
    let named = |word: &str| {
        let mut parts = stem.split(['-', '_', '.']);
        parts.any(|part| part == word)
    };
    let folder = dir
        .split('/')
        .any(|d| matches!(d, "release" | "releasing" | "releases"));
    script && (folder || named("release") || named("releasing") || named("publish"))
}
