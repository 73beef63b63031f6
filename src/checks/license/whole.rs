// SPDX-License-Identifier: Apache-2.0

//! From the licence files to one SPDX expression for the project.
//!
//! Texts do not say how they go together, nor whether "or later" holds: the manifest, the README, the
//! words around the texts and the headers do, in this order.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::Shared;
use crate::report::Evidence;
use crate::subject::Entry;

use super::declared::Declared;
use super::find::Role;
use super::reading::{Reading, offers_choice, without_incorporated};
use super::words::Words;
use super::{expression, names};

/// The README in the root, if there is one.
pub(crate) fn readme<'a>(shared: &'a Shared<'a>) -> Option<&'a Entry> {
    let named = |e: &&Entry| {
        let lower = e.path.to_ascii_lowercase();
        let stem = lower.split('.').next().unwrap_or_default();
        !e.path.contains('/') && stem == "readme" && e.is_file() && e.counts()
    };
    let entries = || shared.files.entries().iter().filter(named);
    entries()
        .find(|e| e.path.to_ascii_lowercase().ends_with(".md"))
        .or_else(|| entries().next())
}

/// What the README says about licences: its sections on them, else the lines that name one.
pub(crate) struct Said {
    /// Path of the README.
    pub(crate) path: String,
    /// First line.
    pub(crate) line: u64,
    /// Words.
    pub(crate) text: String,
}

/// Reads it.
pub(crate) fn said(shared: &Shared<'_>) -> Option<Said> {
    let entry = readme(shared)?;
    let document = shared.files.document(entry).ok()?;
    let parsed = document.parsed();
    let is_about = |heading: &str| {
        ["licens", "licenc", "copyright", "legal"]
            .iter()
            .any(|w| heading.to_lowercase().contains(w))
    };
    let mut text = String::new();
    let mut line = None;
    for section in parsed
        .sections()
        .filter(|s| s.heading.level > 1 || s.heading.text.split_whitespace().count() < 3)
    {
        if is_about(&section.heading.text) && line.is_none_or(|l| section.heading.line > l) {
            line.get_or_insert(section.heading.line);
            for prose in section.prose() {
                text.push_str(&prose.text);
                text.push('\n');
            }
        }
    }
    if line.is_none() {
        for prose in parsed.prose.iter().filter(|p| is_about(&p.text)) {
            line.get_or_insert(prose.line);
            text.push_str(&prose.text);
            text.push('\n');
        }
    }
    Some(Said {
        path: entry.path.clone(),
        line: line?,
        text,
    })
}

/// The project's expression and what it rests on.
#[derive(Default)]
pub(crate) struct Whole {
    /// The expression; `None` when no licence was recognised.
    pub(crate) expression: Option<String>,
    /// What decided how the parts go together.
    pub(crate) why: Vec<Evidence>,
    /// Whether the files name several licences and nothing says how they go together.
    pub(crate) unjoined: bool,
}

/// Joins what the files hold.
pub(crate) fn whole(readings: &[Reading<'_>], declared: &[Declared], said: Option<&Said>) -> Whole {
    let mut whole = Whole::default();
    let parts = parts(readings, said, &mut whole);
    if parts.is_empty() {
        return whole;
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|p| or_later(p, readings, said, &mut whole))
        .collect();
    whole.expression = Some(joined(&parts, readings, declared, said, &mut whole));
    whole
}

/// The licences of the telling files, each once.
fn parts(readings: &[Reading<'_>], said: Option<&Said>, whole: &mut Whole) -> Vec<String> {
    let folder_only = readings.iter().all(|r| r.file.role == Role::Folder);
    let with_text = readings.iter().any(Reading::has_text);
    let mut parts: Vec<String> = Vec::new();
    for reading in readings
        .iter()
        .filter(|r| folder_only || r.file.role != Role::Folder)
    {
        let Some(own) = reading
            .expression()
            .filter(|_| reading.has_text() || !with_text)
        else {
            continue;
        };
        if !parts.contains(&own) {
            parts.push(own);
        }
    }
    let mut parts = without_incorporated(parts);
    if folder_only && parts.len() > 1 {
        // A folder holds every text in use; the README says which are the project's.
        if let Some(said) = said {
            let named: Vec<&str> = names::named(&said.text).iter().map(|n| n.id).collect();
            let kept: Vec<String> = parts
                .iter()
                .filter(|p| named.iter().any(|n| same_family(n, p)))
                .cloned()
                .collect();
            if !kept.is_empty() {
                let note = format!("names {} as the project's licences", kept.join(", "));
                whole
                    .why
                    .push(Evidence::line(&said.path, said.line).note(note));
                parts = kept;
            }
        }
    }
    parts
}

/// The same licence, `-only` and `-or-later` apart.
fn same_family(a: &str, b: &str) -> bool {
    let stem = |id: &str| {
        id.trim_end_matches("-only")
            .trim_end_matches("-or-later")
            .to_owned()
    };
    stem(a) == stem(b)
}

static LATER: LazyLock<Regex> = LazyLock::new(|| {
    #[allow(clippy::expect_used, reason = "a fixed pattern, used in tests")]
    Regex::new(r"version ([1-3](?:\.[01])?)(?: of (?:the|that) (?:\w+ ){0,6}license)? or (?:at your option )?(?:any )?later").expect("a fixed pattern")
});

/// `-or-later` where the words around the text, the README or an addendum say so.
fn or_later(
    part: String,
    readings: &[Reading<'_>],
    said: Option<&Said>,
    whole: &mut Whole,
) -> String {
    let Some(stem) = part.strip_suffix("-only") else {
        return part;
    };
    let later = format!("{stem}-or-later");
    let version = stem
        .rsplit('-')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".0");
    let says = |text: &str| {
        let words = Words::of(text);
        let words = words.join(0..words.len());
        let named = names::named(text).iter().any(|n| n.id == later);
        named
            || LATER
                .captures_iter(words)
                .any(|c| c[1].trim_end_matches(".0") == version)
    };
    let named_after = |id: &str| {
        let of_folder = readings.iter().filter(|r| r.file.role == Role::Folder);
        let mut named =
            of_folder.filter(|r| super::find::id_of_name(r.file.entry.name()) == Some(id));
        named.next()
    };
    if let (Some(file), None) = (named_after(&later), named_after(&part)) {
        whole.why.push(
            Evidence::file(&file.file.entry.path)
                .note("named after the id in use")
                .license(&later),
        );
        return later;
    }
    // A file in a folder of texts speaks for its own licence only.
    let speaks = |r: &&Reading<'_>| r.file.role != Role::Folder || r.texts.contains(&part);
    for reading in readings.iter().filter(speaks) {
        let own: Vec<&str> = reading
            .identified
            .rest
            .iter()
            .map(|(_, words)| words.as_str())
            .collect();
        if says(&own.join("\n")) || reading.names.contains(&later) {
            whole.why.push(
                Evidence::file(&reading.file.entry.path)
                    .note("says \u{201c}or any later version\u{201d}")
                    .license(&later),
            );
            return later;
        }
    }
    if let Some(said) = said.filter(|s| says(&s.text)) {
        whole.why.push(
            Evidence::line(&said.path, said.line)
                .note("says \u{201c}or any later version\u{201d}")
                .license(&later),
        );
        return later;
    }
    part
}

/// One expression of several parts: as the manifest joins them, else by the words of README and files.
fn joined(
    parts: &[String],
    readings: &[Reading<'_>],
    declared: &[Declared],
    said: Option<&Said>,
    whole: &mut Whole,
) -> String {
    for manifest in declared {
        let Some(own) = &manifest.expression else {
            continue;
        };
        let ids = expression::ids(own);
        let fits = ids.len() >= parts.len()
            && ids.iter().all(|id| {
                parts
                    .iter()
                    .any(|p| p.contains(id.as_str()) || same_family(id, p))
            });
        if fits && (parts.len() > 1 || ids.len() == 1 && same_family(&ids[0], &parts[0])) {
            whole.why.push(
                Evidence::line(&manifest.path, manifest.line)
                    .note(format!("declares {own}"))
                    .license(own),
            );
            return own.clone();
        }
    }
    if parts.len() == 1 {
        return parts[0].clone();
    }
    let choice = readings
        .iter()
        .find(|r| r.choice && r.file.role != Role::Folder);
    let told = said.filter(|s| choice_in(&s.text));
    if let Some(said) = told {
        whole.why.push(
            Evidence::line(&said.path, said.line).note("offers a choice between the licences"),
        );
    } else if let Some(file) = choice {
        whole.why.push(
            Evidence::file(&file.file.entry.path).note("offers a choice between the licences"),
        );
    } else {
        whole.unjoined = true;
        return expression::join(parts, "AND");
    }
    expression::join(parts, "OR")
}

/// Whether a sentence names two licences and leaves the choice.
pub(crate) fn choice_in(text: &str) -> bool {
    let text = text.replace(['\n', '\r'], " ");
    text.split(". ")
        .filter(|s| s.len() < 2_000)
        .any(|sentence| {
            let named = names::named(sentence);
            let several = named.iter().any(|n| n.id != named[0].id);
            several
                && (offers_choice(sentence)
                    || named
                        .windows(2)
                        .any(|pair| or_between(sentence, &pair[0], &pair[1])))
        })
}

fn or_between(text: &str, first: &names::Named, second: &names::Named) -> bool {
    let between = text.get(first.end..second.start).unwrap_or_default();
    let mut words = between.split(|c: char| !c.is_alphabetic());
    first.id != second.id && between.len() < 120 && words.any(|w| w.eq_ignore_ascii_case("or"))
}
