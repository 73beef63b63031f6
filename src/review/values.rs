// SPDX-License-Identifier: Apache-2.0

//! Statements of README that a review compares by value: stage, badges, trademark notice. A line that is
//! rewritten and says the same is no change.

use serde_json::Value as Json;

use crate::checks::Shared;
use crate::report::Kind;
use crate::report::review::State;
use crate::rules::Catalogue;

use super::ends::answer;

/// A statement: where it stands, what it comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Where, and the value as shown.
    pub(super) state: State,
    /// What is compared.
    pub(super) key: String,
}

/// What the tree states for the rule `id`; `None` when it states nothing.
pub(super) fn statement(shared: &Shared<'_>, catalogue: &Catalogue, id: &str) -> Option<Statement> {
    let (kind, _, findings, evidence, properties) = answer(shared, catalogue, id)?.into_parts();
    let text = |key: &str| properties.get(key).and_then(Json::as_str);
    let first = |key: &str| {
        properties.get(key).and_then(Json::as_array).map(|all| {
            let shown = |v: &Json| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
            all.iter().map(shown).collect::<Vec<_>>()
        })
    };
    let value = match id {
        "readme-status" => {
            let foundation = text("foundation")?.to_owned();
            match text("stage") {
                Some(stage) => format!("{foundation} {stage}"),
                None => format!("{foundation}, no stage"),
            }
        }
        "best-practices-badge-displayed" => first("ids").filter(|ids| !ids.is_empty())?.join(", "),
        "scorecard-badge-displayed" => first("slugs").filter(|ids| !ids.is_empty())?.join(", "),
        _ if matches!(kind, Kind::Pass | Kind::Review) => {
            let place = evidence.iter().find(|e| e.path.is_some())?;
            line_of(shared, place.path.as_deref()?, place.line?)?
        }
        _ => return None,
    };
    let path = evidence
        .iter()
        .find_map(|e| Some((e.path.clone()?, e.line)));
    let path = path.or_else(|| {
        findings
            .iter()
            .find_map(|f| Some((f.path.clone()?, f.line)))
    });
    let (path, line) = path.unwrap_or_default();
    Some(Statement {
        key: value.to_lowercase(),
        state: State { path, line, value },
    })
}

fn line_of(shared: &Shared<'_>, path: &str, line: u64) -> Option<String> {
    let document = shared.files.document(shared.files.get(path)?).ok()?;
    let index = usize::try_from(line).ok()?.checked_sub(1)?;
    let prose = document.parsed().prose.iter().find(|p| p.line == line);
    let text = prose.map(|p| p.text.clone());
    let text = text.or_else(|| document.text().lines().nth(index).map(str::to_owned))?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text.chars().take(240).collect())
}
