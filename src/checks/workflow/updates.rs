// SPDX-License-Identifier: Apache-2.0

//! A bot proposes dependency updates: Dependabot with at least one ecosystem, or Renovate with settings.
//! Only files at the places the bots read count; a template for other repositories does not.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::yaml;

use super::super::{Answer, Context, Document, Draft};
use super::matching;
use super::pattern::{Globs, Patterns};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Places that Dependabot reads.
    dependabot: Vec<String>,
    /// Places that Renovate reads.
    renovate: Vec<String>,
    /// Actions that run an update bot.
    uses: Globs,
    /// Jobs of a central tool that does it for all repositories of a foundation.
    central: Patterns,
}

/// Passes when a bot is configured.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut met = Vec::new();
    let mut poor = Vec::new();
    for path in &params.dependabot {
        if let Some(document) = read(cx, path) {
            dependabot(&document, &mut met, &mut poor);
        }
    }
    for path in &params.renovate {
        if let Some(document) = read(cx, path) {
            renovate(&document, &mut met, &mut poor);
        }
    }
    let automation = cx.files.automation();
    let mut central = Vec::new();
    for flow in automation.flows.iter().filter(|f| !f.only_called) {
        for piece in automation.pieces(flow) {
            if let Some(used) = &piece.uses {
                let name = used.target.split('@').next().unwrap_or_default();
                if params.uses.matches(name) {
                    met.push(Evidence::line(&piece.path, used.line).note(format!("runs {name}")));
                }
            }
            let jobs = piece
                .commands
                .iter()
                .filter(|c| params.central.found(&c.text));
            central.extend(
                jobs.map(|c| Evidence::line(&piece.path, c.line).note(matching::quote(&c.text))),
            );
        }
    }
    Ok(answer(met, poor, central))
}

fn answer(met: Vec<Evidence>, poor: Vec<(String, String)>, central: Vec<Evidence>) -> Answer {
    let mut met = met.into_iter();
    if let Some(first) = met.next() {
        let place = first.path.clone().unwrap_or_default();
        return Answer::pass(format!("a bot proposes dependency updates: {place}"), first)
            .all_evidence(met.take(5));
    }
    let mut central = central.into_iter();
    if let Some(first) = central.next() {
        let question = "no update bot is configured here, but a central job checks requirements: does it keep the dependencies current?";
        return Answer::review(question, first).all_evidence(central.take(5));
    }
    let next = "add .github/dependabot.yml with one `updates` entry for each ecosystem, or a Renovate configuration";
    if let Some((path, why)) = poor.first() {
        let message = format!("{path} configures no updates: {why}; {next}");
        let finding = Draft::new(message.clone()).path(path).line(1);
        return Answer::fail(message, finding).evidence(Evidence::file(path).note(why.clone()));
    }
    let message = format!(
        "no dependency update bot is configured; {next}. A bot run for the whole organisation is not visible here: attest it"
    );
    let finding = Draft::new(message.clone()).path(".github/dependabot.yml");
    Answer::fail(message, finding).evidence(Evidence::words(
        "the places that Dependabot and Renovate read are empty",
    ))
}

fn read(cx: &Context<'_>, path: &str) -> Option<std::sync::Arc<Document>> {
    let entry = cx.files.get(path).filter(|e| e.is_file() && e.counts())?;
    cx.files.document(entry).ok()
}

fn dependabot(document: &Document, met: &mut Vec<Evidence>, poor: &mut Vec<(String, String)>) {
    let path = document.path.as_str();
    match yaml::parse(document.text()) {
        Err(why) => poor.push((path.to_owned(), why.to_string())),
        Ok(documents) => {
            let updates = documents
                .iter()
                .filter_map(|d| d.get("updates").or_else(|| d.get("update_configs")));
            let entries: Vec<_> = updates.flat_map(yaml::Node::items).collect();
            let names = entries.iter().filter_map(|e| {
                e.get_text("package-ecosystem")
                    .or_else(|| e.get_text("package_manager"))
            });
            let mut names: Vec<_> = names.collect();
            names.sort_unstable();
            names.dedup();
            match entries.first() {
                Some(first) if !names.is_empty() => {
                    met.push(
                        Evidence::line(path, first.line)
                            .note(format!("Dependabot for {}", names.join(", "))),
                    );
                }
                _ => poor.push((path.to_owned(), "it has no `updates` entry".into())),
            }
        }
    }
}

/// Renovate's settings; JSON5 is read by eye: more keys than the schema's.
fn renovate(document: &Document, met: &mut Vec<Evidence>, poor: &mut Vec<(String, String)>) {
    let path = document.path.as_str();
    let text = document.text();
    let inner = if path.ends_with("package.json") {
        let read = serde_json::from_str::<serde_json::Value>(text).ok();
        match read.and_then(|v| v.get("renovate").cloned()) {
            Some(settings) => settings.to_string(),
            None => return,
        }
    } else {
        text.to_owned()
    };
    let key = |line: &str| {
        let line = line.trim_start().trim_start_matches(['{', ' ', '"', '\'']);
        let name: String = line
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        !name.is_empty()
            && !line.starts_with("//")
            && line[name.len()..]
                .trim_start_matches(['"', '\'', ' '])
                .starts_with(':')
    };
    let lines = inner
        .split([',', '\n'])
        .filter(|line| key(line) && !line.contains("$schema"));
    if lines.count() == 0 {
        poor.push((
            path.to_owned(),
            "it holds nothing but the address of its schema".into(),
        ));
        return;
    }
    let switched_off = text.lines().any(|l| {
        let plain: String = l
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '"')
            .collect();
        l.len() - l.trim_start().len() <= 2 && plain.starts_with("enabled:false")
    });
    if switched_off {
        poor.push((
            path.to_owned(),
            "it is switched off (`enabled: false`)".into(),
        ));
        return;
    }
    met.push(Evidence::line(path, 1).note("Renovate"));
}
