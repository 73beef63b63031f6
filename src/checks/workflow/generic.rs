// SPDX-License-Identifier: Apache-2.0

//! Pipelines other than GitHub's, as pieces: every scalar of a GitLab, CircleCI, Travis, Azure or Zuul file
//! may be a command; Jenkins files and scripts are read as text.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::yaml::{self, Node};

use super::automation::{Builder, Flow, Lead, Piece, System};
use super::shell::{self, Command};
use super::{local, tox};

/// Keys whose values are words for people or conditions, never commands.
const WORDS: &[&str] = &[
    "condition",
    "description",
    "displayName",
    "if",
    "label",
    "message",
    "name",
    "only",
    "refs",
    "title",
    "when",
];

/// A pipeline file: YAML, or Groovy for Jenkins.
pub(super) fn pipeline(builder: &mut Builder<'_, '_>, path: &str) -> Result<Flow, String> {
    let text = builder
        .text(path)
        .ok_or("it cannot be read or is too large")?;
    let releases = released(&text);
    let piece = if path.ends_with(".yml") || path.ends_with(".yaml") {
        from_yaml(builder, path, &text)?
    } else {
        from_groovy(builder, path, &text)
    };
    let own = builder.add(piece).into_iter().collect();
    let mut flow = Flow::new(path, System::Pipeline, own);
    flow.releases = releases;
    Ok(flow)
}

static RELEASED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?im)CI_COMMIT_TAG|^\s*-?\s*(tags|release|deploy|publish)\s*:|stage:\s*['\x22]?(release|publish|deploy)|TRAVIS_TAG").ok()
});

fn released(text: &str) -> bool {
    RELEASED.as_ref().is_some_and(|r| r.is_match(text))
}

/// Every scalar as a command, files that are included as leads.
fn from_yaml(builder: &Builder<'_, '_>, path: &str, text: &str) -> Result<Piece, String> {
    let documents = yaml::parse(text).map_err(|e| e.to_string())?;
    let mut commands = Vec::new();
    let mut leads = Vec::new();
    for document in &documents {
        let mut scalars = Vec::new();
        document.scalars("", &mut scalars);
        for (key, node) in scalars {
            if matches!(key, "local" | "run" | "pre-run" | "post-run" | "template") {
                leads.extend(local::file(
                    builder.files,
                    node.text().unwrap_or_default(),
                    "",
                    "",
                ));
            }
            if !WORDS.contains(&key) {
                commands.extend(shell::commands(node.lines()));
            }
        }
    }
    let mut split = Vec::new();
    documents.iter().for_each(|d| in_words(d, 0, &mut split));
    commands.extend(shell::commands(
        split.iter().map(|(line, words)| (*line, words.as_str())),
    ));
    leads.extend(local::leads(builder.files, &commands, "", ""));
    Ok(Piece {
        path: path.to_owned(),
        uses: None,
        commands,
        leads,
    })
}

/// Deepest level at which commands in words are looked for.
const DEEP: usize = 32;

/// Commands that are written word by word, as containers take them: `command: [make, test]`.
fn in_words(node: &Node, depth: usize, found: &mut Vec<(u64, String)>) {
    if depth > DEEP {
        return;
    }
    let parts = ["command", "args"].map(|key| node.get(key).map(Node::items).unwrap_or_default());
    let words: Vec<&str> = parts
        .iter()
        .flat_map(|p| p.iter())
        .filter_map(Node::text)
        .collect();
    if let Some(first) = parts.iter().flat_map(|p| p.iter()).next()
        && words.len() > 1
    {
        found.push((first.line, words.join(" ")));
    }
    for (_, inner) in node.entries() {
        in_words(inner, depth + 1, found);
    }
    for inner in node.items() {
        in_words(inner, depth + 1, found);
    }
}

fn from_groovy(builder: &Builder<'_, '_>, path: &str, text: &str) -> Piece {
    let mut inside = false;
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        if inside || trimmed.starts_with("/*") {
            inside = !line.contains("*/");
            continue;
        }
        if trimmed.starts_with("//") {
            continue;
        }
        lines.push((
            index as u64 + 1,
            line.split(" //").next().unwrap_or_default(),
        ));
    }
    let commands = shell::commands(lines.into_iter());
    Piece {
        path: path.to_owned(),
        uses: None,
        leads: local::leads(builder.files, &commands, "", ""),
        commands,
    }
}

/// Zuul: jobs by name, with the tox environments that their names and variables stand for.
pub(super) fn zuul(builder: &mut Builder<'_, '_>, path: &str) -> Result<Flow, String> {
    let text = builder
        .text(path)
        .ok_or("it cannot be read or is too large")?;
    let documents = yaml::parse(&text).map_err(|e| e.to_string())?;
    let mut commands = Vec::new();
    let mut leads = Vec::new();
    for item in documents.iter().flat_map(Node::items) {
        for (kind, body) in item.entries() {
            let mut scalars = Vec::new();
            body.scalars("", &mut scalars);
            for (key, node) in scalars {
                zuul_scalar(builder, kind, key, node, &mut commands, &mut leads);
            }
            zuul_jobs(body, &mut commands, &mut leads);
        }
    }
    let releases = commands.iter().any(|c: &Command| {
        let t = &c.text;
        t.contains("publish") || t.contains("release") || t.contains("tarball")
    });
    let piece = Piece {
        path: path.to_owned(),
        uses: None,
        commands,
        leads,
    };
    let own = builder.add(piece).into_iter().collect();
    let mut flow = Flow::new(path, System::Zuul, own);
    flow.releases = releases;
    Ok(flow)
}

fn zuul_scalar(
    builder: &Builder<'_, '_>,
    kind: &str,
    key: &str,
    node: &Node,
    commands: &mut Vec<Command>,
    leads: &mut Vec<Lead>,
) {
    let text = node.text().unwrap_or_default();
    match key {
        "tox_envlist" | "tox_environment" => leads.extend(tox::leads(builder.files, text, "")),
        "run" | "pre-run" | "post-run" => leads.extend(local::file(builder.files, text, "", "")),
        "templates" | "jobs" if kind.starts_with("project") => {
            zuul_job(text, node.line, commands, leads)
        }
        _ => {}
    }
}

/// Jobs that carry settings are mappings of one key, at any pipeline of a project.
fn zuul_jobs(body: &Node, commands: &mut Vec<Command>, leads: &mut Vec<Lead>) {
    for (_, pipeline) in body.entries() {
        for job in pipeline.get("jobs").map(Node::items).unwrap_or_default() {
            for (name, settings) in job.entries() {
                zuul_job(name, settings.line, commands, leads);
            }
        }
    }
}

fn zuul_job(name: &str, line: u64, commands: &mut Vec<Command>, leads: &mut Vec<Lead>) {
    commands.push(Command {
        line,
        text: format!("zuul-job {name}"),
    });
    let tox = |env: &str| Lead::Tox("tox.ini".to_owned(), env.to_owned());
    // The templates of the OpenStack testing interface run these environments.
    if name.contains("python3-jobs") {
        leads.extend([tox("pep8"), tox("py3")]);
    }
    if let Some((_, env)) = name.split_once("tox-") {
        leads.push(tox(env));
    }
}

/// A script of the tree, or an included pipeline file.
pub(super) fn file(builder: &mut Builder<'_, '_>, path: &str) -> Vec<Piece> {
    let Some(text) = builder.text(path) else {
        return Vec::new();
    };
    if path.ends_with(".yml") || path.ends_with(".yaml") {
        return from_yaml(builder, path, &text).into_iter().collect();
    }
    if !script(path, &text) {
        return Vec::new();
    }
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let lines = text.lines().enumerate().map(|(i, l)| (i as u64 + 1, l));
    let commands = shell::commands(lines);
    vec![Piece {
        path: path.to_owned(),
        uses: None,
        leads: local::leads(builder.files, &commands, "", dir),
        commands,
    }]
}

/// Whether a file is a shell script: by extension, or by its first line.
fn script(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, e)| e) {
        Some("sh" | "bash" | "zsh" | "ksh" | "bats") => true,
        Some("py" | "go" | "js" | "ts" | "rb" | "rs" | "c" | "md" | "json" | "toml" | "txt") => {
            false
        }
        _ => {
            let first = text.lines().next().unwrap_or_default();
            first.starts_with("#!") && first.contains("sh")
        }
    }
}
