// SPDX-License-Identifier: Apache-2.0

//! Who uses the project: entries of a list of adopters, counted however the list is written.
//!
//! Rows, bullets, headings, bold paragraphs and records are counted apart; the form with most entries is the
//! list. Explanations, examples and commented templates are no entries. That an adopter is real and
//! independent is for a person to judge.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::document::judge::Worth;
use super::document::locate::{Located, locate};
use super::document::search::Search;
use super::passage::Passage;
use super::words::{Phrase, any_is};
use super::{Answer, Context, Draft};

/// Most entries that are read.
const ENTRIES: usize = 20_000;
/// Most names kept in the properties.
const NAMES: usize = 2000;
/// Longest text, in words, that may be only a pointer to a list elsewhere.
const POINTER_WORDS: usize = 80;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find the list.
    find: Search,
    /// Fewest entries.
    minimum: usize,
    /// Headings of parts that explain how to get onto the list.
    #[serde(default)]
    explains: Vec<Phrase>,
    /// Names that are examples.
    #[serde(default)]
    examples: Vec<Phrase>,
}

/// An entry: name and line.
type Entry = (String, u64);

/// Entries by the form they are written in.
#[derive(Default)]
struct Forms {
    rows: Vec<Entry>,
    bullets: Vec<(String, u64, Option<String>)>,
    headings: Vec<Entry>,
    bold: Vec<Entry>,
    records: Vec<Entry>,
}

/// Passes when the list has entries enough (catalogue: "at least the required number").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let search = &params.find;
    let located = locate(cx, search, &cx.rule.id);
    let mut pointers = search.clone();
    pointers.pointer_words = POINTER_WORDS;
    // Short texts are read as lists first; one that lists nobody may point to the list.
    let pointed = locate(cx, &pointers, &cx.rule.id);
    let best = longest(&located, params).or_else(|| longest(&pointed, params));
    let (count, names) = best.as_ref().map_or((0, Vec::new()), |(_, entries)| {
        let names = entries.iter().take(NAMES).map(|(name, _)| name.clone());
        (entries.len(), names.collect())
    });
    let answer = match best {
        Some((passage, entries)) if count > 0 => counted(params, passage, &entries),
        _ => none(params, &located, &pointed),
    };
    Ok(answer.property("count", count).property("names", names))
}

/// The text with most entries, when one has any.
fn longest<'l>(located: &'l Located, params: &Params) -> Option<(&'l Passage, Vec<Entry>)> {
    located
        .readable()
        .filter_map(|h| h.passage.as_ref())
        .map(|passage| (passage, entries(passage, params)))
        .filter(|(_, entries)| !entries.is_empty())
        .max_by_key(|(_, entries)| entries.len())
}

fn counted(params: &Params, passage: &Passage, entries: &[Entry]) -> Answer {
    let path = passage.path();
    let count = entries.len();
    let adopters = if count == 1 {
        "1 adopter".to_owned()
    } else {
        format!("{count} adopters")
    };
    let (name, line) = &entries[0];
    let evidence = Evidence::line(path, *line).note(name.as_str());
    if count >= params.minimum {
        return Answer::pass(format!("{path} lists {adopters}"), evidence);
    }
    let message = format!(
        "{path} lists {adopters}; {} are asked for: add those you know of, with their consent",
        params.minimum
    );
    Answer::fail(message.clone(), Draft::new(message).path(path).key("count")).evidence(evidence)
}

fn none(params: &Params, located: &Located, pointed: &Located) -> Answer {
    if let Some(hit) = pointed.hits.iter().find(|h| h.worth == Worth::Ask) {
        return Answer::review(
            format!(
                "{}. Does it list {} or more adopters? Copy them to {}",
                hit.said, params.minimum, params.find.path
            ),
            Evidence::file(&hit.path),
        )
        .all_evidence(hit.evidence.iter().cloned());
    }
    match located.readable().next() {
        Some(hit) => {
            let message = format!(
                "{} lists nobody; add an entry for each adopter, with its consent",
                hit.said
            );
            Answer::fail(
                message.clone(),
                Draft::new(message).path(&hit.path).key("count"),
            )
            .evidence(Evidence::file(&hit.path))
        }
        None => located
            .answer(&params.find)
            .unwrap_or_else(|| located.absent(&params.find)),
    }
}

/// Entries of the list, by the form that has most.
fn entries(passage: &Passage, params: &Params) -> Vec<Entry> {
    let forms = Forms::of(passage, params);
    let bullets = without_attributes(forms.bullets);
    // Headings are entries only when nothing else is: they also group.
    let mut best = forms.headings;
    let smaller = [forms.rows, forms.bold, forms.records];
    if !bullets.is_empty() && (best.len() < 3 || bullets.len() > best.len()) {
        best = bullets;
    }
    for form in smaller {
        if form.len() > best.len() || (best.len() < 3 && !form.is_empty()) {
            best = form;
        }
    }
    let example = |name: &str| any_is(&params.examples, name);
    best.retain(|(name, _)| !name.is_empty() && !example(name));
    best.sort_by_key(|(_, line)| *line);
    best
}

/// Bullets such as `Environment: AWS` under each heading describe an entry; a label given often is no name.
fn without_attributes(bullets: Vec<(String, u64, Option<String>)>) -> Vec<Entry> {
    let mut labels: BTreeMap<String, usize> = BTreeMap::new();
    for (_, _, label) in &bullets {
        if let Some(label) = label {
            *labels.entry(label.to_lowercase()).or_default() += 1;
        }
    }
    bullets
        .into_iter()
        .filter(|(_, _, label)| label.as_ref().is_none_or(|l| labels[&l.to_lowercase()] < 3))
        .map(|(name, line, _)| (name, line))
        .collect()
}

impl Forms {
    fn of(passage: &Passage, params: &Params) -> Self {
        let source: Vec<&str> = passage.document.text().lines().collect();
        let headings: BTreeMap<u64, (u8, &str)> = passage
            .headings()
            .map(|h| (h.line, (h.level, h.text.as_str())))
            .collect();
        let mut forms = Forms::default();
        let (mut explains, mut head) = (false, false);
        for prose in passage.prose().take(ENTRIES) {
            let index = usize::try_from(prose.line)
                .unwrap_or(usize::MAX)
                .saturating_sub(1);
            let raw = source.get(index).copied().unwrap_or_default();
            if let Some((level, text)) = headings.get(&prose.line) {
                explains = any_is(&params.explains, text);
                head = false;
                let title = any_is(&params.find.names, text) || any_is(&params.find.sections, text);
                if *level > 1 && !explains && !title && prose.line != passage.start {
                    forms.headings.push(((*text).to_owned(), prose.line));
                }
                continue;
            }
            // What the entries above come to is no list of further entries.
            let sums = prose.text.trim_end().ends_with(':')
                && prose.text.to_lowercase().starts_with("together")
                && !forms.bullets.is_empty();
            explains |= sums;
            if !explains {
                // An entry that begins with a link is called what the link says.
                let link = passage.links().find(|l| l.line == prose.line && !l.image);
                let lead = link
                    .map(|l| l.text.trim())
                    .filter(|t| !t.is_empty() && prose.text.trim_start().starts_with(t));
                forms.line(raw, &prose.text, lead, prose.line, &mut head);
            }
        }
        forms.records(passage, params, &headings);
        forms
    }

    fn line(&mut self, raw: &str, text: &str, lead: Option<&str>, number: u64, head: &mut bool) {
        let name = || name_of(lead.unwrap_or(text));
        let start = raw.trim_start();
        if start.starts_with('|') || (text.contains(" | ") && raw.contains('|')) {
            if std::mem::replace(head, true) {
                let first = text.split(" | ").map(str::trim).find(|c| !c.is_empty());
                self.rows
                    .push((first.unwrap_or_default().to_owned(), number));
            }
            return;
        }
        *head = false;
        let indent = raw.len() - start.len();
        let digits = start.chars().take_while(char::is_ascii_digit).count();
        let numbered = digits > 0 && start[digits..].starts_with(['.', ')']);
        if (start.starts_with(['-', '*', '+', '•']) && !start.starts_with("**")) || numbered {
            let label = text
                .split_once(':')
                .map(|(l, _)| l.trim().to_owned())
                .filter(|l| l.split_whitespace().count() <= 4);
            if indent <= 3 {
                self.bullets.push((name(), number, label));
            }
        } else if start.starts_with("**") || start.starts_with("__") {
            self.bold.push((name(), number));
        }
    }

    /// `* N: Name` in indented blocks, as some kernels and their neighbours write lists.
    fn records(
        &mut self,
        passage: &Passage,
        params: &Params,
        headings: &BTreeMap<u64, (u8, &str)>,
    ) {
        for line in passage.code() {
            let above = headings.range(..line.line).next_back();
            if above.is_some_and(|(_, (_, text))| any_is(&params.explains, text)) {
                continue;
            }
            let text = line.text.trim().trim_start_matches(['*', '-']).trim();
            let name = text
                .strip_prefix("N:")
                .or_else(|| text.strip_prefix("Name:"));
            if let Some(name) = name.filter(|_| line.text.trim() != text) {
                self.records.push((name.trim().to_owned(), line.line));
            }
        }
    }
}

/// The name at the start of an entry.
fn name_of(text: &str) -> String {
    let text = text.trim();
    let ends = [
        " - ", " – ", " — ", ": ", " (", " uses ", " is ", " use ", ". ",
    ];
    let end = ends
        .iter()
        .filter_map(|e| text.find(e))
        .min()
        .unwrap_or(text.len());
    text[..end]
        .trim_matches(|c: char| "*:_".contains(c) || c.is_whitespace())
        .chars()
        .take(120)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn count(path: &str, text: &str) -> u64 {
        let answer = Case::new(MemoryTree::new().file(path, text)).run("adopters-file");
        let (.., properties) = answer.into_parts();
        properties["count"].as_u64().unwrap()
    }

    #[test]
    fn entries_are_counted_in_each_form_of_list() {
        let intro = "# Adopters\n\nThese organisations use it in production.\n\n";
        for list in [
            "- [Acme](https://acme.example)\n- Borg: runs it\n- Cyber Ltd (testing)\n",
            "1. Acme\n1. Borg\n1. Cyber\n",
            "| Organisation | Use |\n|---|---|\n| Acme | a |\n| Borg | b |\n| Cyber | c |\n",
            "## Acme\n\n- *Environment*: A\n\n## Borg\n\n- *Environment*: B\n\n## Cyber\n\n- *Environment*: C\n",
            "**Acme** - uses it for x\n\n**[Borg](https://b.example)** - for y\n\n**_Cyber_** - for z\n",
        ] {
            assert_eq!(count("ADOPTERS.md", &format!("{intro}{list}")), 3, "{list}");
        }
    }

    #[test]
    fn examples_explanations_and_comments_are_no_entries() {
        let text = "# Adopters\n\n## How to add yourself\n\n- Open a pull request\n- Be patient\n\n## Users\n\n* Acme uses it\n\
* Example Corp\n<!--\n* Name of your organisation\n-->\n";
        assert_eq!(count("USERS.md", text), 1);
    }

    #[test]
    fn what_the_entries_come_to_is_no_second_list() {
        let text = "# Adopters\n\n- Acme\n- Borg\n\nTogether they mill grain of:\n\n- Barley\n- Oats\n- Rye\n";
        assert_eq!(count("ADOPTERS.md", text), 2);
    }

    #[test]
    fn records_in_indented_blocks_count_and_the_example_does_not() {
        let text = "# Who is using it?\n\nOrganisations.\n\n## Adding yourself as a user\n\n    * N: Example Inc.\n      D: x\n\n\
## Users\n\n    * N: Acme\n      D: x\n\n    * N: Borg\n      D: y\n";
        assert_eq!(count("USERS.md", text), 2);
    }

    #[test]
    fn an_empty_list_fails_and_a_list_elsewhere_is_a_question() {
        let run = |text: &str| {
            Case::new(MemoryTree::new().file("ADOPTERS.md", text))
                .run("adopters-file")
                .kind()
        };
        assert_eq!(
            run("# Adopters\n\nBe the first organisation to add yourself here in production.\n"),
            Kind::Fail
        );
        assert_eq!(
            run("# Adopters\n\nOur adopters are on [the website](https://example.net/adopters).\n"),
            Kind::Review
        );
    }
}
