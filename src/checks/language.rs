// SPDX-License-Identifier: Apache-2.0

//! Source code by language, told by extension: whether there is code at all, and how much of it is in
//! memory-safe languages. Copied, generated, test-data and example trees are not the project's choice.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;
use crate::subject::Entry;

use super::vendored::not_ours;
use super::workflow::pattern::Patterns;
use super::{Answer, Context, Draft};

/// Extensions of languages with manual memory management.
const UNSAFE: &[(&str, &str)] = &[
    ("c", "C"),
    ("cc", "C++"),
    ("cpp", "C++"),
    ("cxx", "C++"),
    ("h", "C"),
    ("hh", "C++"),
    ("hpp", "C++"),
    ("s", "assembly"),
    ("asm", "assembly"),
    ("m", "Objective-C"),
    ("zig", "Zig"),
];

/// Extensions of languages that manage memory.
const SAFE: &[(&str, &str)] = &[
    ("ads", "Ada"),
    ("adb", "Ada"),
    ("clj", "Clojure"),
    ("cs", "C#"),
    ("dart", "Dart"),
    ("erl", "Erlang"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("fs", "F#"),
    ("go", "Go"),
    ("groovy", "Groovy"),
    ("hs", "Haskell"),
    ("java", "Java"),
    ("jl", "Julia"),
    ("js", "JavaScript"),
    ("jsx", "JavaScript"),
    ("kt", "Kotlin"),
    ("lua", "Lua"),
    ("mjs", "JavaScript"),
    ("ml", "OCaml"),
    ("php", "PHP"),
    ("pl", "Perl"),
    ("pm", "Perl"),
    ("py", "Python"),
    ("rb", "Ruby"),
    ("rs", "Rust"),
    ("scala", "Scala"),
    ("svelte", "JavaScript"),
    ("swift", "Swift"),
    ("ts", "TypeScript"),
    ("tsx", "TypeScript"),
    ("vue", "JavaScript"),
];

/// The language of a file of the project's own, and whether it is memory-safe.
fn language(entry: &Entry) -> Option<(&'static str, bool)> {
    if !entry.is_file() || !entry.counts() || not_ours(&entry.path) {
        return None;
    }
    let (_, extension) = entry.name().rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    let of = |list: &[(&str, &'static str)]| {
        let mut known = list.iter().filter(|(e, _)| *e == extension);
        known.next().map(|(_, name)| *name)
    };
    of(SAFE)
        .map(|n| (n, true))
        .or_else(|| of(UNSAFE).map(|n| (n, false)))
}

/// Whether the project has source code of its own.
pub(super) fn has_code(cx: &Context<'_>) -> bool {
    cx.files.entries().iter().any(|e| language(e).is_some())
}

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Params {
    /// Share of files in memory-safe languages, in per cent, that is enough by itself.
    share: u64,
    /// Compiler and linker options that harden C and C++.
    hardening: Patterns,
    /// Names of build files in which they are looked for.
    build_files: Patterns,
}

/// Passes when the code is memory-safe, or its C and C++ is built with hardening options.
///
/// # Errors
/// Never.
pub(crate) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut safe, mut all) = (0_u64, 0_u64);
    for entry in cx.files.entries() {
        if let Some((name, is_safe)) = language(entry) {
            *counts.entry(name).or_default() += 1;
            safe += u64::from(is_safe);
            all += 1;
        }
    }
    if all == 0 {
        return Ok(Answer::not_applicable("the tree holds no source code"));
    }
    let mut most: Vec<_> = counts.iter().map(|(name, n)| (*n, *name)).collect();
    most.sort_by(|a, b| b.cmp(a));
    let most: Vec<_> = most
        .iter()
        .take(4)
        .map(|(n, name)| format!("{name} {n}"))
        .collect();
    let share = safe * 100 / all;
    let figures = format!(
        "{safe} of {all} source files ({share} %) are in memory-safe languages ({})",
        most.join(", ")
    );
    let languages = serde_json::to_value(&counts)?;
    let words = Evidence::words(figures.clone());
    let answer = if share >= params.share {
        Answer::pass(figures, words)
    } else if let Some(option) = hardening(cx, params) {
        let message = format!("{figures}; the rest is built with hardening options");
        Answer::pass(message, option).evidence(words)
    } else {
        let message = format!(
            "{figures}, and no build file sets hardening options; write new code in a memory-safe language or add the options of the OpenSSF compiler guide"
        );
        Answer::fail(message.clone(), Draft::new(message)).evidence(words)
    };
    Ok(answer
        .property("languages", languages)
        .property("share", share))
}

fn hardening(cx: &Context<'_>, params: &Params) -> Option<Evidence> {
    let entries = cx.files.entries().iter();
    let built = entries.filter(|e| e.is_file() && e.counts() && !not_ours(&e.path));
    for entry in built.filter(|e| params.build_files.found(e.name())) {
        let Ok(document) = cx.files.document(entry) else {
            continue;
        };
        let mut lines = document.text().lines().enumerate();
        let found = lines.find(|(_, line)| {
            let text = line.trim_start();
            !text.starts_with(['#', '/']) && params.hardening.found(text)
        });
        if let Some((index, line)) = found {
            let note = line.trim().chars().take(100).collect::<String>();
            return Some(Evidence::line(&entry.path, index as u64 + 1).note(note));
        }
    }
    None
}
