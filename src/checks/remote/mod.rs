// SPDX-License-Identifier: Apache-2.0

//! Rules that rest on what services say. A reply that could not be had is `open`, never a verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::remote::organisation::INHERITED;
use crate::remote::{Hints, Seen, Source};
use crate::report::Evidence;
use crate::rules::Ask;

use super::{Answer, Shared, badge};

pub(super) mod forge;
pub(super) mod level;
pub(super) mod progress;
pub(super) mod protection;
mod release;
pub(super) mod scorecard;
#[cfg(test)]
mod tests;
pub(super) mod vulnerabilities;

/// The rule that says how a badge is displayed.
const DISPLAYED: &str = "best-practices-badge-displayed";
/// Folders of a repository whose documents go before the organisation's.
const OWN: [&str; 3] = ["", ".github", "docs"];

/// A request to be made beside the scan.
pub type Job<'a> = Box<dyn FnOnce() + Send + 'a>;

/// The requests that the rules of `asks` need, each for a thread of its own. None without a remote.
pub fn requests<'a>(shared: &'a Shared<'_>, asks: &[Ask<'_>]) -> Vec<Job<'a>> {
    let Some(remote) = shared.remote.filter(|remote| remote.place().is_some()) else {
        return Vec::new();
    };
    let mut sources: Vec<Source> = asks.iter().flat_map(|ask| sources(ask)).collect();
    if shared.organisation.is_some() || remote.github().is_none() {
        sources.retain(|source| *source != Source::Organisation);
    }
    sources.sort_unstable();
    sources.dedup();
    let job = |source| -> Job<'a> {
        Box::new(move || {
            // What breaks here breaks again, and is told, in the rule that wants the reply.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                remote.prepare(|| hints(shared));
                remote.fetch(source);
            }));
        })
    };
    sources.into_iter().map(job).collect()
}

/// What a rule asks of the services.
fn sources(ask: &Ask<'_>) -> Vec<Source> {
    match ask.rule.check.as_str() {
        "badge-level" | "badge-progress" => vec![Source::Badge],
        "badge" if ask.rule.id == DISPLAYED => vec![Source::Badge],
        "scorecard" => vec![Source::Scorecard],
        "forge" => vec![Source::Repository],
        "branch-protection" => vec![Source::Repository, Source::Protection],
        "vulnerabilities" => vec![Source::Vulnerabilities],
        _ if inherits(&toml::Value::Table(ask.with.clone())) => vec![Source::Organisation],
        _ => Vec::new(),
    }
}

/// Whether a rule's parameters say that an organisation may supply its document.
fn inherits(with: &toml::Value) -> bool {
    let Some(table) = with.as_table() else {
        return false;
    };
    table.iter().any(|(key, value)| match value {
        toml::Value::Boolean(yes) => *yes && key == "inherited",
        toml::Value::Array(names) => !names.is_empty() && key == "inherited",
        other => inherits(other),
    })
}

/// What the repository itself says before the services are asked.
pub(crate) fn hints(shared: &Shared<'_>) -> Hints {
    let own: Vec<String> = shared
        .files
        .entries()
        .iter()
        .filter(|e| {
            e.counts()
                && OWN
                    .iter()
                    .any(|folder| folder.eq_ignore_ascii_case(e.dir()))
        })
        .map(|e| {
            let name = e.name().to_lowercase();
            name.split_once('.')
                .map_or(name.clone(), |(stem, _)| stem.to_owned())
        })
        .collect();
    let lacks = |stem: &&str| !own.iter().any(|name| name == stem);
    Hints {
        shown: badge::displayed(shared, DISPLAYED),
        queries: release::queries(shared),
        lacking: INHERITED
            .into_iter()
            .filter(lacks)
            .map(str::to_owned)
            .collect(),
    }
}

/// A reply as evidence.
pub(super) fn reply(seen: &Seen) -> Evidence {
    Evidence {
        retrieved: Some(seen.retrieved.clone()).filter(|at| !at.is_empty()),
        ..Evidence::url(&seen.url)
    }
}

/// Replies as evidence, each once.
pub(super) fn replies<'s>(seen: impl IntoIterator<Item = &'s Seen>) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    for evidence in seen.into_iter().map(reply) {
        if !all.contains(&evidence) {
            all.push(evidence);
        }
    }
    all
}

/// The answer when it is unknown what a service would say.
pub(super) fn unknown(what: &str, why: &str) -> Answer {
    Answer::open(format!("{what} could not be determined: {why}"))
}

/// The first reply, and the others: an answer needs one.
pub(super) fn first(seen: &[Seen]) -> (Evidence, Vec<Evidence>) {
    let mut all = replies(seen).into_iter();
    let first = all.next().unwrap_or_default();
    (first, all.collect())
}
