// SPDX-License-Identifier: Apache-2.0

//! One line of a list of people: name, handle, mail, organisation, as projects write them.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::checks::channels::mails;
use crate::text::Link;

/// Somebody on a roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// Full name.
    pub(crate) name: Option<String>,
    /// Handle on the forge, without `@`.
    pub(crate) handle: Option<String>,
    /// Mail address.
    pub(crate) email: Option<String>,
    /// Employer or sender, as stated.
    pub(crate) organisation: Option<String>,
    /// Part, in the list's words: the heading, label, key or cell that states it.
    pub(crate) role: Option<String>,
    /// Whether active, and as what.
    pub(crate) status: Status,
    /// File.
    pub(crate) path: String,
    /// Line, from 1.
    pub(crate) line: u64,
}

/// What a roster says about somebody's part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Decides.
    #[default]
    Active,
    /// Reviews or triages.
    Reviewer,
    /// Contributes, without a say.
    Contributor,
    /// Did once.
    Emeritus,
}

impl Status {
    /// From the words above a list: a heading, a label, a key.
    pub(crate) fn of(label: &str) -> Self {
        let label = label.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|w| label.contains(w));
        if has(&[
            "emerit", "former", "past ", "retired", "inactive", "alumni", "previous",
        ]) {
            Status::Emeritus
        } else if has(&[
            "maintainer",
            "committer",
            "approver",
            "lead",
            "steering",
            "chair",
            "core",
        ]) {
            Status::Active
        } else if has(&["reviewer", "triage"]) {
            Status::Reviewer
        } else if has(&[
            "contributor",
            "collaborator",
            "advis",
            "participant",
            "past",
        ]) {
            Status::Contributor
        } else {
            Status::Active
        }
    }

    /// The word used in properties.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Reviewer => "reviewer",
            Status::Contributor => "contributor",
            Status::Emeritus => "emeritus",
        }
    }
}

impl Person {
    /// As it stands in `properties.people`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "name": self.name,
            "handle": self.handle,
            "email": self.email,
            "organisation": self.organisation,
            "status": self.status.as_str(),
        })
    }

    /// Whether both are the same human, as far as the lists say.
    pub(crate) fn is(&self, other: &Person) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        };
        same(&self.handle, &other.handle)
            || same(&self.email, &other.email)
            || same(&self.name, &other.name)
    }

    /// Takes what it does not know yet from `other`.
    pub(crate) fn learn(&mut self, other: Person) {
        self.name = self.name.take().or(other.name);
        self.handle = self.handle.take().or(other.handle);
        self.email = self.email.take().or(other.email);
        self.organisation = self.organisation.take().or(other.organisation);
        self.role = self.role.take().or(other.role);
        self.status = self.status.min(other.status);
    }

    /// In words, for evidence.
    pub(crate) fn shown(&self) -> String {
        let handle = self.handle.as_ref().map(|h| format!("@{h}"));
        let parts = [&self.name, &handle, &self.email, &self.organisation];
        parts
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    }
}

static HANDLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s(\[,/:*])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(/?)").expect("fixed and valid")
});
static PROFILE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^https?://(?:www\.)?(?:github|gitlab)\.com/([A-Za-z0-9][A-Za-z0-9_-]{0,38})/?$")
        .expect("fixed and valid")
});
static NAME_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[(<\[,@:|/;"]|\s[-–—]\s|\s[-–—]$|--"#).expect("fixed and valid")
});
static FORGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(github|gitlab)( (username|id|handle))?:?\s*(\[?@)")
        .expect("fixed and valid")
});
static BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\(([^()]{0,120})\)").expect("fixed and valid"));
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*((co-?|vice |project |tech(nical)? |release |community )*(leads?|chairs?|maintainers?|directors?|manager|committers?|approvers?|reviewers?|facilitator|owner|secretary)( \w+)?)\W*$")
        .expect("fixed and valid")
});

/// Whether a line says in brackets that the person maintains or leads: `Ann Example (Maintainer)`.
pub(crate) fn states_role(text: &str) -> bool {
    BRACKETS
        .captures_iter(text)
        .filter_map(|c| c.get(1))
        .any(|role| ROLE.is_match(role.as_str()) && Status::of(role.as_str()) == Status::Active)
}

/// Handle of a link to a profile page.
pub(crate) fn profile(target: &str) -> Option<String> {
    let found = PROFILE.captures(target)?.get(1)?.as_str();
    let page = ["orgs", "apps", "sponsors", "features", "topics", "about"];
    (!page.contains(&found)).then(|| found.to_owned())
}

fn handle_in(text: &str) -> Option<String> {
    // `@organisation/team` is nobody.
    let found = HANDLE
        .captures_iter(text)
        .find(|c| c.get(2).is_none_or(|slash| slash.as_str().is_empty()))?;
    Some(found.get(1)?.as_str().to_owned())
}

/// Whether `text` reads like the name of a person.
pub(crate) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let letters = |w: &str| {
        w.chars()
            .all(|c| c.is_alphabetic() || ".'’‘-\"“”*".contains(c))
    };
    let not_name = [
        "the",
        "and",
        "for",
        "our",
        "all",
        "team",
        "group",
        "project",
        "maintainers",
        "committee",
        "list",
        "file",
        "see",
        "github",
        "google",
        "slack",
        "code",
        "open",
        "source",
        "areas",
        "general",
        "members",
        "please",
        "email",
        "mailing",
        "account",
        "security",
        "registry",
        "documentation",
    ];
    // Small words that stand in sentences and in no name.
    let prose = [
        "a", "an", "as", "at", "by", "from", "if", "in", "is", "of", "on", "or", "to", "upon",
        "when", "with",
    ];
    (2..=5).contains(&words.len())
        && text.chars().count() <= 60
        && words.iter().all(|w| letters(w))
        && !words.iter().any(|w| prose.contains(w))
        && !words
            .iter()
            .any(|w| not_name.contains(&w.to_lowercase().as_str()))
        && words
            .iter()
            .filter(|w| w.chars().next().is_some_and(char::is_uppercase))
            .count()
            >= 2
}

/// The person that one line of a list is about. `sure` says that the list is known to be of people, so
/// that a bare name is enough.
pub(crate) fn person(text: &str, links: &[&Link], sure: bool) -> Option<Person> {
    let text = text
        .trim()
        .trim_start_matches(['-', '*', '+', '•', '#', '`', ' ', '\t'])
        .trim();
    let text = &text.replace('`', "");
    let email = mails(text).into_iter().map(|(_, a)| a).next().or_else(|| {
        let mail = links
            .iter()
            .find_map(|l| l.target.strip_prefix("mailto:"))?;
        mails(mail).into_iter().map(|(_, a)| a).next()
    });
    let handle = handle_in(text).or_else(|| links.iter().find_map(|l| profile(&l.target)));
    let (name, rest) = name_of(text);
    let named =
        name.filter(|n| is_name(n) || ((email.is_some() || handle.is_some()) && is_loose_name(n)));
    // "GitHub" before a handle says what the handle is, not who employs.
    let rest = FORGE.replace_all(&rest, "$4");
    let organisation = organisation_of(&rest, handle.as_deref());
    let known = handle.is_some() || email.is_some();
    let good = match &named {
        // A bare name before a dash or colon is a post that nobody holds.
        Some(name) => {
            known || (sure && is_name(name) && !text.trim_end().ends_with(['-', ':', '–']))
        }
        None => {
            let role = email.as_deref().is_some_and(is_shared) && handle.is_none();
            // Words around a link to a profile page are a sentence, not a person.
            let prose =
                email.is_none() && handle_in(text).is_none() && text.split_whitespace().count() > 2;
            !prose
                && known
                && !role
                && rest.split_whitespace().count() <= 4
                && text.split_whitespace().count() <= 4
        }
    };
    good.then(|| Person {
        name: named,
        handle,
        email,
        organisation,
        ..Person::default()
    })
}

/// Whether an address is one that many read: a list, or a mailbox called after a task.
fn is_shared(address: &str) -> bool {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    let host = host.to_lowercase();
    let tasks = [
        "info",
        "contact",
        "security",
        "maintainers",
        "dev",
        "conduct",
        "support",
        "admin",
        "team",
        "hello",
        "help",
        "private",
        "announce",
        "users",
        "tsc",
        "legal",
    ];
    host.starts_with("list")
        || host.contains("googlegroups.")
        || host.ends_with("groups.io")
        || tasks.contains(&name.to_lowercase().as_str())
}

/// A name in lower case or of one word, believed only beside a handle or an address.
fn is_loose_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let label = [
        "email",
        "e-mail",
        "mail",
        "github",
        "github username",
        "github id",
        "handle",
    ];
    let capitals = text
        .split_whitespace()
        .filter(|w| w.chars().next().is_some_and(char::is_uppercase))
        .count();
    (1..=4).contains(&words)
        && (words < 3 || capitals * 2 >= words)
        && !text.contains("'s ")
        && !label.contains(&text.to_lowercase().as_str())
        && text.chars().count() <= 50
        && text
            .chars()
            .all(|c| c.is_alphabetic() || " .'’-\"“”*".contains(c))
}

/// The name at the start of the line, and what comes after it. A role before a dash is skipped.
fn name_of(text: &str) -> (Option<String>, String) {
    let mut text = text;
    for dash in [" - ", " – ", " — ", " -", ": "] {
        if let Some((head, tail)) = text.split_once(dash)
            && (ROLE.is_match(head) || is_part(head, tail))
        {
            text = tail.trim();
            break;
        }
    }
    // A nickname in quotes belongs to the name.
    let plain = text.replace(['"', '“', '”', '*'], "");
    let end = NAME_END.find(&plain).map_or(plain.len(), |m| m.start());
    let mut name = plain[..end].trim();
    // `Name email@host` without brackets.
    if let Some((offset, _)) = mails(&plain).first()
        && *offset <= end
    {
        name = plain[..*offset].trim();
    }
    let rest = plain[name.len().min(plain.len())..].to_owned();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    ((!name.is_empty()).then(|| name.to_owned()), rest)
}

/// `component: Full Name`: the part somebody answers for stands before the name.
fn is_part(head: &str, tail: &str) -> bool {
    let end = NAME_END.find(tail).map_or(tail.len(), |m| m.start());
    !is_name(head) && head.split_whitespace().count() <= 3 && is_name(tail[..end].trim())
}

/// The organisation in what follows the name: in brackets, or after a comma or dash.
fn organisation_of(rest: &str, handle: Option<&str>) -> Option<String> {
    let inside = BRACKETS
        .captures_iter(rest)
        .filter_map(|c| Some(c.get(1)?.as_str().trim().to_owned()))
        .find(|text| is_organisation(text, handle));
    if let Some(found) = inside {
        return Some(found);
    }
    let bare = BRACKETS.replace_all(rest, " ");
    let bare = regex_free(&bare);
    bare.split([',', '|', ';'])
        .flat_map(|part| part.split(" - "))
        .map(|part| {
            part.trim_matches(|c: char| !c.is_alphanumeric() && c != '.')
                .trim()
        })
        .find(|part| is_organisation(part, handle))
        .map(str::to_owned)
}

/// Without addresses, handles and links.
fn regex_free(text: &str) -> String {
    text.split_whitespace()
        .filter(|w| !w.contains('@') && !w.contains("://"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Words of a name: capitals, figures, or the small words between them.
fn is_title_word(word: &str) -> bool {
    let small = [
        "of", "and", "the", "de", "for", "&", "du", "la", "et", "/", "-", "at", "in",
    ];
    small.contains(&word)
        || word
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_numeric() || "(&\"".contains(c))
}

/// Another person after the first is no organisation.
fn is_several(text: &str) -> bool {
    text.contains(" / ") || text.split(" and ").filter(|part| is_name(part)).count() > 1
}

fn is_organisation(text: &str, handle: Option<&str>) -> bool {
    let words = text.split_whitespace().count();
    (1..=6).contains(&words)
        && !text.contains(['@', ':'])
        && !text.contains("http")
        && text.chars().any(char::is_alphabetic)
        && text.split_whitespace().all(is_title_word)
        && !is_several(text)
        && Some(text) != handle
        && !ROLE.is_match(text)
        && ![
            "Email",
            "E-mail",
            "Mail",
            "Handle",
            "he/him",
            "she/her",
            "they/them",
        ]
        .contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String, String) {
        let found = person(text, &[], true).unwrap_or_default();
        let or = |v: Option<String>| v.unwrap_or_default();
        (
            or(found.name),
            or(found.handle),
            or(found.email),
            or(found.organisation),
        )
    }

    fn want(
        name: &str,
        handle: &str,
        email: &str,
        organisation: &str,
    ) -> (String, String, String, String) {
        (
            name.into(),
            handle.into(),
            email.into(),
            organisation.into(),
        )
    }

    #[test]
    fn people_are_read_in_the_forms_projects_use() {
        for (text, expected) in [
            (
                "Ann Example <ann@example.net> @ann",
                want("Ann Example", "ann", "ann@example.net", ""),
            ),
            (
                "Ann Example (@ann), Acme",
                want("Ann Example", "ann", "", "Acme"),
            ),
            (
                "Ann Example (Acme Corp) @ann-x",
                want("Ann Example", "ann-x", "", "Acme Corp"),
            ),
            (
                "Ann Example (ann@example.net / @ann)",
                want("Ann Example", "ann", "ann@example.net", ""),
            ),
            (
                "- Ann van der Example, Acme",
                want("Ann van der Example", "", "", "Acme"),
            ),
            (
                "Co-chair - Ann Example, Acme",
                want("Ann Example", "", "", "Acme"),
            ),
            ("@ann", want("", "ann", "", "")),
            (
                "katelyn doe <kate@example.net> @kate",
                want("katelyn doe", "kate", "kate@example.net", ""),
            ),
            (
                "Ann \"Bee\" Example, Acme",
                want("Ann Bee Example", "", "", "Acme"),
            ),
            (
                "`tool`: Ann Example (<ann@example.net> / @ann)",
                want("Ann Example", "ann", "ann@example.net", ""),
            ),
            (
                "Ann Example - GitHub [@ann]",
                want("Ann Example", "ann", "", ""),
            ),
            (
                "Ann Example (@ann), GitHub",
                want("Ann Example", "ann", "", "GitHub"),
            ),
            ("Ann Example (Maintainer)", want("Ann Example", "", "", "")),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn teams_and_sentences_are_nobody() {
        for text in [
            "@example/maintainers",
            "See the list of maintainers in the community repository",
            "Maintainers can merge pull requests",
            "The Example Project",
            "These names are additional recipients for mail sent to dev@example.net",
            "Backlog Warden -",
            "Upon review of a PR, squash it.",
        ] {
            assert_eq!(person(text, &[], true), None, "{text}");
        }
    }
}
