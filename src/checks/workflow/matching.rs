// SPDX-License-Identifier: Apache-2.0

//! Finds what a rule describes in the automation: evidence that it is met, that a person should look, or that
//! it is switched off.

use std::collections::HashSet;

use crate::report::Evidence;
use crate::text::yaml;

use super::super::Context;
use super::super::vendored::not_ours;
use super::automation::{Automation, Flow, Piece, System, Use};
use super::{Params, SHOWN, Scope, shell, tags};

/// Most characters of a command that are quoted.
const QUOTE: usize = 100;
/// Most lines of documents that are searched.
const DOCUMENT_LINES: usize = 200_000;

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    /// The rule is met.
    pub(super) met: Vec<Evidence>,
    /// Workflows of other repositories that may do it.
    pub(super) called: Vec<Evidence>,
    /// Commands that come near it.
    pub(super) near: Vec<Evidence>,
    /// It is switched off.
    pub(super) contrary: Vec<Evidence>,
}

/// Looks through flows, settings, files and links.
pub(super) fn find(cx: &Context<'_>, params: &Params) -> Found {
    let mut found = Found::default();
    let automation = cx.files.automation();
    let mut seen = HashSet::new();
    let flows: Vec<_> = automation
        .flows
        .iter()
        .filter(|f| in_scope(f, params))
        .collect();
    for flow in &flows {
        if let Some(evidence) = named(flow, params) {
            found.met.push(evidence);
        }
        for piece in automation.pieces(flow) {
            if seen.insert(std::ptr::from_ref(piece)) {
                look(flow, piece, params, &mut found);
            }
        }
    }
    found.met.extend(configs(cx, params));
    found.met.extend(files(cx, params));
    found.met.extend(links(cx, params));
    // A signed tag vouches for the source; where a pipeline publishes files, a person has to say whether it will do.
    let publishes = |f: &&&Flow| matches!(f.system, System::Github | System::Pipeline);
    match flows.iter().find(publishes) {
        None => found.met.extend(tags::signed(cx, params.signed_tags)),
        Some(flow) => found
            .near
            .extend(tags::signed(cx, params.signed_tags).map(|e| {
                let note = e.note.clone().unwrap_or_default();
                e.note(format!(
                    "{note}; the files that {} publishes are not",
                    flow.path
                ))
            })),
    }
    // Shown first: what stands in a pipeline of the project's own, then what is reached from one.
    let own = flows.iter().filter(|f| f.system != System::Script);
    let own: HashSet<&str> = own.map(|f| f.path.as_str()).collect();
    found.met.sort_by_key(|e| match e.path.as_deref() {
        Some(path) if own.contains(path) => 0,
        Some(path) if not_ours(path) => 2,
        _ => 1,
    });
    found
}

fn in_scope(flow: &Flow, params: &Params) -> bool {
    match params.scope {
        Scope::All => !flow.only_called && flow.system != System::Script,
        Scope::Release => flow.releases,
    }
}

fn named(flow: &Flow, params: &Params) -> Option<Evidence> {
    let file = flow.path.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let by_name = params.named.found(&flow.name) || params.named.found(stem);
    (by_name && flow.system == System::Github)
        .then(|| Evidence::line(&flow.path, 1).note("a workflow of that name"))
}

fn look(flow: &Flow, piece: &Piece, params: &Params, found: &mut Found) {
    // What tests run is the product, not the release.
    if params.scope == Scope::Release && not_ours(&piece.path) {
        return;
    }
    let from = match piece.path == flow.path {
        true => String::new(),
        false => format!(", reached from {}", flow.path),
    };
    if let Some(used) = &piece.uses {
        look_use(piece, used, &from, params, found);
    }
    for command in &piece.commands {
        let at = |verb: &str| {
            let note = format!("{verb} `{}`{from}", quote(&command.text));
            Evidence::line(&piece.path, command.line).note(note)
        };
        let parts = shell::running(&command.text).filter(|p| !p.starts_with("cd "));
        for part in parts {
            if params.contrary.found(part) {
                found.contrary.push(at("says"));
            }
            if params.not_run.found(part) {
                continue;
            }
            if params.run.found(part) {
                found.met.push(at("runs"));
                break;
            }
            if params.near.found(part) {
                found.near.push(at("runs"));
            }
        }
    }
}

fn look_use(piece: &Piece, used: &Use, from: &str, params: &Params, found: &mut Found) {
    let name = used.target.split('@').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let at = || {
        let note = format!("uses {}{from}", quote(&used.target));
        Evidence::line(&piece.path, used.line).note(note)
    };
    if params.uses.matches(&name) {
        found.met.push(at());
    } else if params.near.found(&name) {
        found.near.push(at());
    }
    for (key, value, line) in &used.with {
        let said = format!("{key}: {value}");
        if params.contrary.found(&said) {
            let note = format!("says `{}`{from}", quote(&said));
            found
                .contrary
                .push(Evidence::line(&piece.path, *line).note(note));
        }
        let inputs = params.inputs.iter();
        let mut fitting = inputs.filter(|i| i.uses.matches(&name) && i.key == *key);
        if fitting.any(|i| i.value.found(value)) {
            let note = format!("sets `{}` of {name}{from}", quote(&said));
            found
                .met
                .push(Evidence::line(&piece.path, *line).note(note));
        }
    }
    let elsewhere = !name.starts_with("./") && name.contains("/.github/workflows/");
    if elsewhere && params.called.found(&name) {
        let mut evidence = at();
        evidence.url = address(&used.target);
        found.called.push(evidence);
    }
}

/// Where a reusable workflow of another repository stands.
fn address(target: &str) -> Option<String> {
    let (path, version) = target.split_once('@')?;
    let mut parts = path.splitn(3, '/');
    let (owner, name, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some(format!(
        "https://github.com/{owner}/{name}/blob/{version}/{file}"
    ))
}

fn configs(cx: &Context<'_>, params: &Params) -> Vec<Evidence> {
    let mut found = Vec::new();
    for config in &params.configs {
        for entry in cx
            .files
            .entries()
            .iter()
            .filter(|e| e.is_file() && e.counts())
        {
            if !config.files.matches(&entry.path) || not_ours(&entry.path) {
                continue;
            }
            let Ok(document) = cx.files.document(entry) else {
                continue;
            };
            let Ok(documents) = yaml::parse(document.text()) else {
                continue;
            };
            for key in &config.keys {
                let nodes = documents.iter().filter_map(|d| d.get(key));
                let set = nodes.filter(|n| !n.is_empty() && n.text() != Some("false"));
                found.extend(
                    set.map(|n| {
                        Evidence::line(&entry.path, n.line).note(format!("`{key}` is set"))
                    }),
                );
            }
        }
    }
    found
}

fn files(cx: &Context<'_>, params: &Params) -> Vec<Evidence> {
    if params.files.is_empty() {
        return Vec::new();
    }
    let entries = cx.files.entries().iter();
    let named = entries.filter(|e| e.is_file() && e.counts() && params.files.matches(&e.path));
    named
        .filter(|e| !not_ours(&e.path))
        .filter(|e| {
            cx.files
                .document(e)
                .is_ok_and(|d| !d.text().trim().is_empty())
        })
        .map(|e| Evidence::file(&e.path).note("the file itself"))
        .take(SHOWN)
        .collect()
}

fn links(cx: &Context<'_>, params: &Params) -> Vec<Evidence> {
    let entries = cx.files.entries().iter();
    let readmes = entries.filter(|e| {
        let name = e.name().to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        e.is_file() && e.counts() && stem == "readme" && matches!(e.dir(), "" | ".github" | "docs")
    });
    let mut found = Vec::new();
    for entry in readmes {
        let Ok(document) = cx.files.document(entry) else {
            continue;
        };
        for link in &document.parsed().links {
            let targets = std::iter::once(&link.target).chain(&link.leads_to);
            if targets.into_iter().any(|t| params.links.found(t)) {
                found.push(Evidence::line(&entry.path, link.line).note("a link to the results"));
            }
        }
    }
    found
}

/// Lines of documents that say it is done elsewhere.
pub(super) fn documents(cx: &Context<'_>, params: &Params) -> Vec<Evidence> {
    let Some(wanted) = &params.documents else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut lines = 0;
    for entry in cx
        .files
        .entries()
        .iter()
        .filter(|e| e.is_file() && e.counts())
    {
        if !wanted.files.matches(&entry.path) || not_ours(&entry.path) {
            continue;
        }
        let Ok(document) = cx.files.document(entry) else {
            continue;
        };
        lines += document.parsed().prose.len();
        let prose = document.parsed().prose.iter();
        let said = prose.filter(|p| wanted.say.found(&p.text));
        found.extend(said.map(|p| {
            Evidence::line(&entry.path, p.line).note(format!("says: {}", quote(p.text.trim())))
        }));
        let links = document.parsed().links.iter();
        let linked = links.filter(|l| !l.image && wanted.say.found(&l.target));
        found.extend(linked.map(|l| {
            Evidence::line(&entry.path, l.line).note(format!("links: {}", quote(&l.target)))
        }));
        if found.len() >= SHOWN || lines > DOCUMENT_LINES {
            break;
        }
    }
    found
}

/// `1 place`, `2 places`.
pub(super) fn places(count: usize) -> String {
    match count {
        1 => "1 place".to_owned(),
        n => format!("{n} places"),
    }
}

/// A piece of a command for a note.
pub(super) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTE).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The automation, for siblings.
pub(super) fn workflows<'c>(cx: &'c Context<'_>) -> impl Iterator<Item = &'c Flow> {
    let automation: &Automation = cx.files.automation();
    automation
        .flows
        .iter()
        .filter(|f| f.system == System::Github)
}
