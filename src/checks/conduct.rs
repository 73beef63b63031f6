// SPDX-License-Identifier: Apache-2.0

//! The code of conduct: that there is one, which text it is, which version, whom it names.
//!
//! The text is told by its own attribution, by words that only it has, or by the address it links to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::channels::contacts;
use super::document::judge::{Hit, Worth};
use super::document::locate::locate;
use super::document::search::Search;
use super::shipped;
use super::words::Pattern;
use super::{Answer, Context};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
    /// The texts that foundations know.
    texts: Vec<ConductText>,
}

/// A text that is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ConductText {
    /// `contributor-covenant`, `cncf`, `lf-projects`, `openinfra`.
    pub(super) id: String,
    /// In words, for messages.
    pub(super) name: String,
    /// Words or addresses that show it.
    signs: Vec<Pattern>,
    /// Patterns whose two groups are the version, the most reliable first.
    #[serde(default)]
    versions: Vec<Pattern>,
    /// Words that only one version has.
    #[serde(default)]
    marks: Vec<Mark>,
    /// Whom the foundation's text names, for links to it.
    #[serde(default)]
    contact: Option<String>,
}

/// Words that only one version has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Mark {
    version: String,
    sign: Pattern,
}

#[derive(Deserialize)]
struct Known {
    texts: Vec<ConductText>,
}

/// The texts that the rule `code-of-conduct` lists, for the rule on their version.
pub(super) static TEXTS: LazyLock<Vec<ConductText>> = LazyLock::new(|| {
    shipped::with::<Known>("code-of-conduct")
        .map(|known| known.texts)
        .unwrap_or_default()
});

/// What a code of conduct turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// The known text, if it is one.
    pub(super) text: Option<String>,
    /// Its name.
    pub(super) name: String,
    /// Its version, `2.0`.
    pub(super) version: Option<String>,
    /// Line that shows the version or the text.
    pub(super) line: Option<u64>,
    /// Whom the known text names.
    contact: Option<String>,
}

/// Tells which text `hit` is.
pub(super) fn identify(hit: &Hit, texts: &[ConductText]) -> Identity {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut whole = String::new();
    if let Some(passage) = &hit.passage {
        whole.push_str(passage.text());
        lines.extend(passage.links().map(|l| (l.line, l.target.clone())));
    }
    lines.extend(
        hit.known
            .iter()
            .chain(&hit.outside)
            .map(|url| (1, url.clone())),
    );
    for (_, target) in &lines {
        whole.push('\n');
        whole.push_str(target);
    }
    let Some(text) = texts
        .iter()
        .find(|t| t.signs.iter().any(|s| s.is_match(&whole)))
    else {
        return Identity {
            name: "a text of its own".into(),
            ..Identity::default()
        };
    };
    let stated = text.versions.iter().find_map(|pattern| {
        let found = pattern.captures(&whole)?;
        Some((
            format!("{}.{}", found.get(1)?.as_str(), found.get(2)?.as_str()),
            found.get(0)?.start(),
        ))
    });
    let mark = || {
        text.marks.iter().find_map(|mark| {
            let found = mark.sign.find(&whole)?;
            Some((mark.version.clone(), found.start()))
        })
    };
    let found = stated.or_else(mark);
    let line = found.as_ref().and_then(|(_, at)| {
        let passage = hit.passage.as_ref()?;
        (*at < passage.text().len()).then(|| passage.line_at(*at))
    });
    Identity {
        text: Some(text.id.clone()),
        name: text.name.clone(),
        version: found.map(|(version, _)| version),
        line,
        contact: text.contact.clone().filter(|_| hit.known.is_some()),
    }
}

/// Passes when there is a code of conduct, whichever it is (catalogue: "own text or one link to a
/// recognised foundation text").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let located = locate(cx, &params.find, &cx.rule.id);
    let Some(answer) = located.answer(&params.find) else {
        return Ok(located.absent(&params.find));
    };
    let Some(hit) = located.best().filter(|h| h.worth <= Worth::Ask) else {
        return Ok(answer);
    };
    let identity = identify(hit, &params.texts);
    let own = hit.passage.as_ref().and_then(|passage| {
        let found = contacts(passage, &BTreeMap::new(), &[]);
        found.into_iter().next().map(|c| c.value)
    });
    let text = identity.text.unwrap_or_else(|| "other".into());
    Ok(answer
        .property("text", text)
        .property("version", identity.version.map_or(Value::Null, Value::from))
        .property(
            "contact",
            own.or(identity.contact).map_or(Value::Null, Value::from),
        ))
}
