// SPDX-License-Identifier: Apache-2.0

//! Whether a text says anything: not empty, not only a heading, not a template nobody filled in.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::checks::words::Pattern;
use crate::checks::{Document, shipped};
use crate::text::Markup;

/// Fewest markers that make a text a template nobody filled in.
const MARKERS: usize = 3;
/// Words of text for each marker below which it is such a template.
const WORDS_PER_MARKER: usize = 45;

/// Template text left in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    /// Its line, from 1.
    pub(crate) line: u64,
    /// The words to be replaced.
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct Shared {
    markers: Vec<Pattern>,
}

/// The markers that the rule `placeholder` lists; every document rule shares them.
pub(crate) static MARKS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    shipped::with::<Shared>("placeholder")
        .map(|shared| shared.markers)
        .unwrap_or_default()
});

/// Markers of `patterns` in the source of a document; code blocks, comments and links do not count.
pub(crate) fn markers(document: &Document, patterns: &[Pattern]) -> Vec<Marker> {
    let source = document.text();
    let mut found = Vec::new();
    // In a file without markup a line after `#` is a comment, often one that explains the format.
    let name = document.path.rsplit('/').next().unwrap_or_default();
    let remarks = Markup::of(name) == Markup::Plain;
    let (mut fence, mut comment) = (None, false);
    for (index, line) in source.lines().enumerate() {
        let start = line.trim_start();
        if remarks && start.starts_with('#') {
            continue;
        }
        let opens = ["```", "~~~"].into_iter().find(|f| start.starts_with(f));
        match (fence, opens) {
            (None, Some(mark)) if !comment => fence = Some(mark),
            (Some(mark), _) if start.starts_with(mark) => fence = None,
            (None, None) | (None, Some(_)) => {
                let visible = without_comments(line, &mut comment);
                let visible = without_code(&visible);
                collect(source, &visible, index as u64 + 1, patterns, &mut found);
            }
            (Some(_), _) => {}
        }
        if found.len() > 200 {
            break;
        }
    }
    found
}

fn collect(source: &str, line: &str, number: u64, patterns: &[Pattern], found: &mut Vec<Marker>) {
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    for hit in patterns.iter().flat_map(|p| p.find_iter(line)) {
        let range = hit.range();
        if taken
            .iter()
            .any(|t| t.start < range.end && range.start < t.end)
        {
            continue;
        }
        let after = line[hit.end()..].chars().next();
        // `[name](address)`, `[name][ref]`, `[name]: address` are links; so is `[name]` defined elsewhere.
        let link = hit.as_str().ends_with(']')
            && (matches!(after, Some('(' | '[' | ':'))
                || source.contains(&format!("{}:", hit.as_str())));
        if !link {
            taken.push(range);
            found.push(Marker {
                line: number,
                text: hit.as_str().trim().to_owned(),
            });
        }
    }
}

/// The line without HTML comments; `inside` carries over to the next line.
fn without_comments(line: &str, inside: &mut bool) -> String {
    let mut out = String::new();
    let mut rest = line;
    loop {
        if *inside {
            match rest.split_once("-->") {
                Some((_, after)) => {
                    *inside = false;
                    rest = after;
                }
                None => return out,
            }
        }
        match rest.split_once("<!--") {
            Some((before, after)) => {
                out.push_str(before);
                *inside = true;
                rest = after;
            }
            None => {
                out.push_str(rest);
                return out;
            }
        }
    }
}

/// The line without `code`; an odd backtick is text.
fn without_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.len() == 1 {
        return line.to_owned();
    }
    parts.into_iter().step_by(2).collect::<Vec<_>>().join(" ")
}

/// Whether a text of `words` words with these markers is a template nobody filled in.
pub(crate) fn is_template(words: usize, markers: &[Marker]) -> bool {
    markers.len() >= MARKERS && words < markers.len() * WORDS_PER_MARKER
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::Content;

    fn found(source: &str) -> Vec<String> {
        let content = Content {
            bytes: source.as_bytes().to_vec(),
            truncated: false,
        };
        let document = Document::new("X.md", content);
        let marks = markers(&document, &MARKS);
        marks.into_iter().map(|m| m.text).collect()
    }

    #[test]
    fn slots_of_the_usual_templates_are_seen() {
        for source in [
            "reported to us at [INSERT CONTACT METHOD].",
            "The [PROJECT NAME] project",
            "Adopted on [DATE]",
            "Write to <insert e-mail address here>",
            "Welcome to {{ project_name }}",
            "[Add link to the agenda]",
        ] {
            assert_eq!(found(source).len(), 1, "{source}");
        }
    }

    #[test]
    fn links_code_comments_and_real_brackets_are_no_slots() {
        for source in [
            "[Date](https://example.net)",
            "Mail [the team][email]",
            "See [email]\n\n[email]: mailto:a@b.org",
            "Copyright [2016-2026] the authors",
            "<!-- [INSERT CONTACT METHOD] -->",
            "<!--\n[PROJECT NAME]\n-->\nreal text",
            "```\n[PROJECT NAME]\n```",
            "use `[DATE]` in titles",
            "- [ ] done\n- [x] done",
            "${{ github.token }}",
            "Signed-off-by: Your Name <you@example.com>",
        ] {
            assert!(found(source).is_empty(), "{source}: {:?}", found(source));
        }
    }
}
