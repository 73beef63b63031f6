// SPDX-License-Identifier: Apache-2.0

//! GitHub workflows and composite actions as pieces. Matrix values and environment variables are put in their
//! places, all at once: a command that any of them gives is a command that runs.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::yaml::{self, Node};

use super::automation::{Builder, Flow, Lead, Piece, System, Use};
use super::{local, shell};

/// Longest text that a variable is replaced by.
const VALUE_LIMIT: usize = 2 << 10;

static EXPRESSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\$\{\{\s*((?:env|matrix)\.[A-Za-z0-9_.-]+)\s*\}\}|\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?",
    )
    .ok()
});

/// Values of `env.X` and `matrix.X`.
type Values = BTreeMap<String, String>;

/// Reads a workflow.
pub(super) fn workflow(builder: &mut Builder<'_, '_>, path: &str) -> Result<Flow, String> {
    let node = document(builder, path)?;
    if node.get("jobs").is_none_or(Node::is_empty) {
        return Err("it has no jobs".into());
    }
    let mut own = Vec::new();
    let mut values = Values::new();
    env(&node, &mut values);
    for (_, job) in node.get("jobs").map(Node::entries).unwrap_or_default() {
        if never(job) {
            continue;
        }
        let mut values = values.clone();
        matrix(job, &mut values);
        env(job, &mut values);
        let dir = job.at(&["defaults", "run", "working-directory"]);
        let dir = dir.or_else(|| node.at(&["defaults", "run", "working-directory"]));
        let dir = dir.and_then(Node::text).unwrap_or_default();
        if let Some(used) = job.get("uses") {
            own.extend(builder.add(used_piece(builder, path, used, job, &values)));
        }
        for piece in steps(builder, path, job.get("steps"), &values, dir) {
            own.extend(builder.add(piece));
        }
    }
    let mut flow = Flow::new(path, System::Github, own);
    flow.name = node.get_text("name").unwrap_or_default().to_owned();
    let events = events(&node);
    flow.only_called =
        events.iter().all(|(name, _)| *name == "workflow_call") && !events.is_empty();
    flow.releases = releases(path, &flow, &events, builder);
    flow.node = node;
    Ok(flow)
}

/// Reads a composite action of the tree.
pub(super) fn action(builder: &mut Builder<'_, '_>, dir: &str) -> Vec<Piece> {
    let paths = ["action.yml", "action.yaml"].map(|name| local::join(dir, name));
    let Some(path) = paths.into_iter().find(|p| builder.files.get(p).is_some()) else {
        return Vec::new();
    };
    let node = match document(builder, &path) {
        Ok(node) => node,
        Err(why) => {
            builder.result.broken.push((path, why));
            return Vec::new();
        }
    };
    let pieces = steps(
        builder,
        &path,
        node.at(&["runs", "steps"]),
        &Values::new(),
        "",
    );
    builder.result.actions.push((path, node));
    pieces
}

fn document(builder: &Builder<'_, '_>, path: &str) -> Result<Node, String> {
    let entry = builder.files.get(path).ok_or("it is not in the tree")?;
    let document = builder.files.document(entry).map_err(|e| e.to_string())?;
    let mut documents = yaml::parse(document.text()).map_err(|e| e.to_string())?;
    if documents.is_empty() {
        return Err("it is empty".into());
    }
    Ok(documents.swap_remove(0))
}

/// Whether a job or step is switched off.
fn never(node: &Node) -> bool {
    let text = node.get_text("if").unwrap_or_default();
    let text = text.trim().trim_start_matches("${{").trim_end_matches("}}");
    text.trim() == "false"
}

fn steps(
    builder: &Builder<'_, '_>,
    path: &str,
    steps: Option<&Node>,
    values: &Values,
    dir: &str,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for step in steps.map(Node::items).unwrap_or_default() {
        if never(step) {
            continue;
        }
        let mut values = values.clone();
        env(step, &mut values);
        if let Some(used) = step.get("uses") {
            pieces.push(used_piece(builder, path, used, step, &values));
        }
        if let Some(run) = step.get("run") {
            let dir = step.get_text("working-directory").unwrap_or(dir);
            let dir = fill(dir, &values);
            let lines: Vec<_> = run.lines().map(|(n, l)| (n, fill(l, &values))).collect();
            let commands = shell::commands(lines.iter().map(|(n, l)| (*n, l.as_str())));
            pieces.push(Piece {
                path: path.to_owned(),
                uses: None,
                leads: local::leads(builder.files, &commands, &dir, ""),
                commands,
            });
        }
    }
    pieces
}

/// What a step or job uses, its inputs, and where that leads in the tree.
fn used_piece(
    builder: &Builder<'_, '_>,
    path: &str,
    used: &Node,
    step: &Node,
    values: &Values,
) -> Piece {
    let target = used.text().unwrap_or_default().trim().to_owned();
    let inputs = step.get("with").map(Node::entries).unwrap_or_default();
    let with: Vec<_> = inputs
        .iter()
        .filter_map(|(key, value)| {
            let text = fill(value.text()?, values);
            Some((key.clone(), text, value.line))
        })
        .collect();
    let mut leads = Vec::new();
    if let Some(inner) = target.strip_prefix("./") {
        let inner = inner.trim_end_matches('/');
        leads.push(if inner.ends_with(".yml") || inner.ends_with(".yaml") {
            Lead::Workflow(inner.to_owned())
        } else {
            Lead::Action(inner.to_owned())
        });
    }
    // Inputs such as `run`, `command`, `args` may name scripts of the tree.
    let texts: Vec<_> = (step
        .get("with")
        .map(Node::entries)
        .unwrap_or_default()
        .iter())
    .filter(|(key, _)| {
        matches!(
            key.as_str(),
            "run" | "command" | "script" | "cmd" | "entrypoint"
        )
    })
    .flat_map(|(_, value)| value.lines())
    .map(|(n, l)| (n, fill(l, values)))
    .collect();
    let commands = shell::commands(texts.iter().map(|(n, l)| (*n, l.as_str())));
    leads.extend(local::leads(builder.files, &commands, "", ""));
    Piece {
        path: path.to_owned(),
        uses: Some(Use {
            target,
            line: used.line,
            with,
        }),
        commands,
        leads,
    }
}

fn env(node: &Node, values: &mut Values) {
    for (key, value) in node.get("env").map(Node::entries).unwrap_or_default() {
        if let Some(text) = value.text().filter(|t| t.len() <= VALUE_LIMIT) {
            let text = fill(text, values);
            values.insert(format!("env.{key}"), text);
        }
    }
}

/// All values that a matrix gives to each of its names.
fn matrix(job: &Node, values: &mut Values) {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else {
        return;
    };
    for (key, value) in matrix.entries() {
        match key.as_str() {
            "exclude" => {}
            "include" => value
                .items()
                .iter()
                .for_each(|item| flatten("matrix", item, values)),
            _ => value
                .one_or_many()
                .iter()
                .for_each(|v| flatten(&format!("matrix.{key}"), v, values)),
        }
    }
}

fn flatten(name: &str, node: &Node, values: &mut Values) {
    if let Some(text) = node.text() {
        let all = values.entry(name.to_owned()).or_default();
        if all.len() + text.len() < VALUE_LIMIT {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(&text.replace('\n', " ; "));
        }
    }
    for (key, value) in node.entries() {
        flatten(&format!("{name}.{key}"), value, values);
    }
}

/// The text with known variables in place.
fn fill(text: &str, values: &Values) -> String {
    let Some(pattern) = EXPRESSION.as_ref().filter(|_| text.contains('$')) else {
        return text.to_owned();
    };
    pattern
        .replace_all(text, |found: &regex::Captures<'_>| {
            let known = match (found.get(1), found.get(2)) {
                (Some(name), _) => values.get(name.as_str()),
                (_, Some(name)) => values.get(&format!("env.{}", name.as_str())),
                _ => None,
            };
            match known {
                Some(value) if !value.is_empty() => value.clone(),
                _ => found[0].to_owned(),
            }
        })
        .into_owned()
}

/// The events that start a workflow, each with its settings.
pub(super) fn events(node: &Node) -> Vec<(&str, Option<&Node>)> {
    // YAML 1.1 readers turn a bare `on` into `true`; this one does not, but a quoted form occurs.
    let Some(on) = node.get("on").or_else(|| node.get("true")) else {
        return Vec::new();
    };
    if let Some(name) = on.text() {
        return vec![(name, None)];
    }
    let listed = on.items().iter().filter_map(|n| Some((n.text()?, None)));
    let mapped = on.entries().iter().map(|(k, v)| (k.as_str(), Some(v)));
    listed.chain(mapped).collect()
}

static RELEASE_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(^|[^a-z])(releas(e|es|ing)|publish(ing)?|goreleaser|deploy|cd)([^a-z]|$)")
        .ok()
});

static RELEASE_RUN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\bgh release (create|upload)\b|\bcargo publish\b|\bnpm publish\b|\btwine upload\b|\bgoreleaser release\b").ok()
});

static OTHER_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(^|[^a-z])(docs?|documentation|site|website|pages|book|blog|results?|coverage|reports?)([^a-z]|$)").ok()
});

const RELEASE_ACTIONS: &[&str] = &[
    "softprops/action-gh-release@",
    "ncipollo/release-action@",
    "goreleaser/goreleaser-action@",
    "pypa/gh-action-pypi-publish@",
    "actions/create-release@",
    "svenstaro/upload-release-action@",
    "googleapis/release-please-action@",
    "changesets/action@",
];

/// Whether a workflow releases the project: by its event, by its name, or by what it does.
fn releases(
    path: &str,
    flow: &Flow,
    events: &[(&str, Option<&Node>)],
    builder: &Builder<'_, '_>,
) -> bool {
    let tagged = events.iter().any(|(name, settings)| match *name {
        "release" => true,
        "push" | "create" => settings.is_some_and(|s| s.get("tags").is_some_and(|t| !t.is_empty())),
        _ => false,
    });
    let only_changes =
        (events.iter()).all(|(n, _)| n.starts_with("pull_request") || *n == "merge_group");
    let file = path.rsplit('/').next().unwrap_or(path);
    let called = |pattern: &LazyLock<Option<Regex>>| {
        (pattern.as_ref()).is_some_and(|r| r.is_match(file) || r.is_match(&flow.name))
    };
    // Publishing pages or results is no release.
    let named = called(&RELEASE_NAME) && !called(&OTHER_NAME);
    let does = flow
        .own
        .iter()
        .filter_map(|i| builder.result.pieces.get(*i))
        .any(|piece| {
            let used = piece.uses.as_ref().map_or("", |u| u.target.as_str());
            let runs =
                |c: &shell::Command| RELEASE_RUN.as_ref().is_some_and(|r| r.is_match(&c.text));
            RELEASE_ACTIONS.iter().any(|a| used.starts_with(a)) || piece.commands.iter().any(runs)
        });
    tagged || ((named || does) && !only_changes)
}
