// SPDX-License-Identifier: Apache-2.0

//! The README names people who lead the project: in a section for them, or in words that tie a role to a
//! name. A pointer to another document is for a person to follow.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use anyhow::Result;
use regex::Regex;
use serde::Deserialize;

use crate::report::Evidence;
use crate::text::{Link, Prose, Section, Text};

use super::readme::{self, quote};
use super::words::{self, Pattern, Phrase};
use super::{Answer, Context, Document, Draft};

/// Most people that are listed.
const PEOPLE_CAP: usize = 100;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// Sections that list such people.
    headings: Vec<Phrase>,
    /// Words for the roles, as a pattern.
    roles: Vec<String>,
    /// Words before a name that say that its bearer leads.
    led: Vec<Pattern>,
    /// Links to where the names may stand.
    elsewhere: Vec<Pattern>,
    /// Capitalised words that are no names, in small letters.
    not_names: BTreeSet<String>,
}

/// Two to four capitalised words; a handle.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\p{Lu}[\p{L}'’.-]*(?:\s+(?:(?:de|van|von|der|den|da|di|la|le|bin|al)\s+)*\p{Lu}[\p{L}'’.-]*){1,3}").ok()
});
static HANDLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s(\[,/])@([A-Za-z0-9][A-Za-z0-9-]{0,38})\b(?:[^./\w-]|$|\.\s|\.$)").ok()
});
static PROFILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^https?://(?:www\.)?(?:github|gitlab|linkedin)\.com/(?:in/)?([A-Za-z0-9-]+)/?$")
        .ok()
});

/// A person named on a line.
struct Person {
    name: String,
    line: u64,
}

/// Passes when names are found.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let Some(document) = readme::document(cx.shared) else {
        let message = format!(
            "there is no README that could name anybody. {}",
            cx.rule.fix.trim()
        );
        return Ok(Answer::fail(
            message.clone(),
            Draft::new(message).path("README.md").key("people"),
        ));
    };
    let mut people = params.in_sections(&document);
    let owner = cx.subject.slug.as_deref().and_then(|s| s.split('/').next());
    people.retain(|p| owner.is_none_or(|o| !o.eq_ignore_ascii_case(&p.name)));
    people.extend(params.by_role(&document)?);
    people.sort_by_key(|p| p.line);
    let mut seen = BTreeSet::new();
    people.retain(|p| seen.insert(p.name.to_lowercase()));
    people.truncate(PEOPLE_CAP);
    if let Some(first) = people.first() {
        let names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
        let shown = quote(&names.join(", "));
        let evidence = people
            .iter()
            .take(10)
            .map(|p| Evidence::line(&document.path, p.line).note(&p.name));
        let answer = Answer::pass(
            format!("{}:{} names {shown}", document.path, first.line),
            Evidence::line(&document.path, first.line).note(&first.name),
        );
        return Ok(answer
            .all_evidence(evidence.skip(1))
            .property("people", names));
    }
    if let Some(link) = params.pointer(&document) {
        let question = format!(
            "{} names nobody; line {} links {}: are the people who lead the project named there? Better name them in README",
            document.path,
            link.line,
            quote(&link.target)
        );
        return Ok(Answer::review(
            question,
            Evidence::line(&document.path, link.line)
                .note(quote(&format!("{} <{}>", link.text, link.target))),
        ));
    }
    let message = format!(
        "{} names nobody who leads the project. {}",
        document.path,
        cx.rule.fix.trim()
    );
    let draft = Draft::new("no lead or maintainer is named")
        .path(&document.path)
        .key("people");
    Ok(Answer::fail(message, draft).evidence(
        Evidence::file(&document.path).note("no section and no sentence names people in a role"),
    ))
}

impl Params {
    fn in_sections(&self, document: &Document) -> Vec<Person> {
        let text = document.parsed();
        let mut people = Vec::new();
        let mut done = 0;
        for section in text
            .sections()
            .filter(|s| words::any_is(&self.headings, &s.heading.text))
        {
            // Nested sections of the same kind are read once.
            if section.heading.line <= done || people.len() >= PEOPLE_CAP {
                continue;
            }
            done = section.end;
            people.extend(self.in_section(section, text));
        }
        people
    }

    fn in_section(&self, section: Section<'_>, text: &Text) -> Vec<Person> {
        let headed = |line: u64| {
            text.headings
                .binary_search_by_key(&line, |h| h.line)
                .is_ok()
        };
        let mut people: Vec<Person> = section
            .prose()
            .filter(|p| is_entry(&p.text) && !headed(p.line))
            .flat_map(|p| self.on_line(p, &p.text))
            .collect();
        for link in section.links().filter(|l| !l.image) {
            let profile = PROFILE.as_ref().and_then(|p| p.captures(&link.target));
            if let Some(handle) = profile.and_then(|c| c.get(1))
                && !link.text.is_empty()
                && !people.iter().any(|p| p.line == link.line)
            {
                people.push(Person {
                    name: handle.as_str().to_owned(),
                    line: link.line,
                });
            }
        }
        people
    }

    /// Names and handles in a piece of a line.
    fn on_line(&self, prose: &Prose, piece: &str) -> Vec<Person> {
        let mut found = Vec::new();
        if let Some(name) = NAME.as_ref() {
            for hit in name.find_iter(piece) {
                let plain = |w: &str| {
                    w.trim_matches(|c: char| !c.is_alphanumeric())
                        .to_lowercase()
                };
                if !hit
                    .as_str()
                    .split_whitespace()
                    .any(|w| self.not_names.contains(&plain(w)))
                {
                    found.push(hit.as_str().trim_end_matches(['.', '-']).to_owned());
                }
            }
        }
        if found.is_empty()
            && let Some(handle) = HANDLE.as_ref()
        {
            found.extend(handle.captures_iter(piece).map(|c| format!("@{}", &c[1])));
        }
        found
            .into_iter()
            .map(|name| Person {
                name,
                line: prose.line,
            })
            .collect()
    }

    /// `Lead: A B`, `A B (maintainer)`, `led by A B`.
    fn by_role(&self, document: &Document) -> Result<Vec<Person>> {
        let roles = self.roles.join("|");
        let before = Pattern::try_from(format!(
            r"\b({roles})\b[\s*_]{{0,3}}(\([^)]{{0,40}}\))?[\s*_]{{0,3}}(:|[-–—]\s|\|)(?P<rest>.*)"
        ))
        .map_err(anyhow::Error::msg)?;
        let after = Pattern::try_from(format!(r"^(?P<rest>.*)(\(|\s[-–—|]\s|, )\s?({roles})\b"))
            .map_err(anyhow::Error::msg)?;
        let mut people = Vec::new();
        for prose in &document.parsed().prose {
            if people.len() >= PEOPLE_CAP {
                break;
            }
            for pattern in [&before, &after] {
                let rest = pattern
                    .captures(&prose.text)
                    .and_then(|c| Some(c.name("rest")?.as_str()));
                // A sentence about roles is no list of people.
                if let Some(rest) = rest.filter(|rest| rest.split_whitespace().count() <= 12) {
                    people.extend(self.on_line(prose, rest));
                }
            }
            for led in &self.led {
                if let Some(hit) = led.find(&prose.text) {
                    let rest: String = prose.text[hit.end()..].chars().take(60).collect();
                    people.extend(self.on_line(prose, &rest).into_iter().take(3));
                }
            }
        }
        Ok(people)
    }

    fn pointer<'d>(&self, document: &'d Document) -> Option<&'d Link> {
        let links = document.parsed().links.iter().filter(|link| !link.image);
        links
            .filter(|link| !link.target.starts_with('#'))
            .find(|link| {
                self.elsewhere
                    .iter()
                    .any(|p| p.is_match(&link.text) || p.is_match(&link.target))
            })
    }
}

/// Whether a line lists rather than tells: short, or parted by bars.
fn is_entry(text: &str) -> bool {
    text.contains(" | ") || text.split_whitespace().count() <= 16
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn kind(text: &str) -> Kind {
        Case::new(MemoryTree::new().file("README.md", text))
            .run("readme-contacts")
            .kind()
    }

    #[test]
    fn names_in_a_section_or_beside_a_role_count() {
        for text in [
            "# T\n\n## Co-chairs\n\n- Ada Lovelace (@ada)\n",
            "# T\n\n## Maintainers\n\n| Name | Handle |\n|---|---|\n| Jürgen van der Berg | x |\n",
            "# T\n\n## Project Team\n\n* [@ada](https://github.com/ada)\n",
            "# T\n\nLead: Ada Lovelace\n",
            "# T\n\n* Ada Lovelace (Maintainer)\n",
            "# T\n\nIt is managed by Prof. Ada Lovelace at a university.\n",
        ] {
            assert_eq!(kind(text), Kind::Pass, "{text}");
        }
    }

    #[test]
    fn a_pointer_is_a_question_and_words_about_roles_are_nothing() {
        assert_eq!(
            kind("# T\n\n## Maintainers\n\nSee [MAINTAINERS](MAINTAINERS.md).\n"),
            Kind::Review
        );
        for text in [
            "# T\n\n## Maintainers\n\nThe project is run by its Technical Steering Committee.\n",
            "# T\n\nMaintainers: see below.\n",
            "# T\n\n## Team\n\nJoin Us On Slack\n\n## Use\n",
        ] {
            assert_ne!(kind(text), Kind::Pass, "{text}");
        }
        assert_eq!(kind("# T\n\nHello.\n"), Kind::Fail);
    }
}
