// SPDX-License-Identifier: Apache-2.0

//! People in Markdown, reStructuredText and plain lists: tables, bullets, records, kernel and CSV styles.

use crate::checks::passage::Passage;
use crate::checks::words::words;
use crate::text::Link;

use super::person::{Person, Status, is_name, person, profile, states_role};

/// Most people read from one document.
const PEOPLE: usize = 2000;
/// Most characters kept of the words above a list.
const ROLE_CHARS: usize = 80;

/// Columns of a table, by the words of its head.
#[derive(Clone, Copy, Default)]
struct Columns {
    name: Option<usize>,
    handle: Option<usize>,
    email: Option<usize>,
    organisation: Option<usize>,
    role: Option<usize>,
}

impl Columns {
    /// From the cells of a head; `None` when they are no head of a table of people.
    fn of(cells: &[&str]) -> Option<Self> {
        let mut columns = Columns::default();
        for (index, cell) in cells.iter().enumerate() {
            let cell = cell.to_lowercase();
            let has = |words: &[&str]| words.iter().any(|w| cell.contains(w));
            if has(&[
                "github", "gitlab", "handle", "username", "alias", "user id", "gh id",
            ]) {
                columns.handle.get_or_insert(index);
            } else if has(&["mail"]) {
                columns.email.get_or_insert(index);
            } else if has(&["affiliation", "company", "organi", "employer"]) {
                columns.organisation.get_or_insert(index);
            } else if has(&["role", "status", "position", "level"]) {
                columns.role.get_or_insert(index);
            } else if has(&[
                "name",
                "maintainer",
                "member",
                "reviewer",
                "committer",
                "approver",
                "who",
                "contributor",
                "lead",
                "owner",
            ]) {
                columns.name.get_or_insert(index);
            }
        }
        let some = columns.name.is_some() || columns.handle.is_some();
        let others = [
            columns.handle,
            columns.email,
            columns.organisation,
            columns.role,
        ];
        (some && cells.len() > 1 && (others.iter().any(Option::is_some) || columns.name == Some(0)))
            .then_some(columns)
    }

    fn read(self, cells: &[&str], links: &[&Link]) -> Option<Person> {
        let cell = |index: Option<usize>| {
            let text = cells.get(index?)?.trim().trim_matches('*').trim();
            (!text.is_empty() && text != "-").then(|| text.to_owned())
        };
        let handle = cell(self.handle)
            .map(|h| h.trim_start_matches('@').to_owned())
            .filter(|h| !h.contains(' '))
            .or_else(|| links.iter().find_map(|l| profile(&l.target)));
        let whole = person(&cells.join(" "), links, false).unwrap_or_default();
        let name = cell(self.name)
            .map(|n| n.replace(['\u{a0}'], " "))
            .filter(|n| n.len() < 80 && !n.starts_with('@'));
        let email = cell(self.email).filter(|e| e.contains('@')).or(whole.email);
        let status = cell(self.role).map_or(Status::Active, |role| Status::of(&role));
        let good = handle.is_some() || email.is_some() || name.as_deref().is_some_and(is_name);
        good.then(|| Person {
            name: name.map(|n| {
                n.split(['(', '<'])
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            }),
            handle,
            email,
            organisation: cell(self.organisation),
            role: cell(self.role),
            status,
            ..Person::default()
        })
    }
}

/// What the reader has seen so far.
#[derive(Default)]
struct State {
    columns: Option<Columns>,
    heading: Status,
    label: Option<Status>,
    /// The words of the label, else of the heading.
    words: String,
    /// Level of a heading whose section explains, and lists nobody.
    explains: Option<u8>,
    pending: Option<(String, u64)>,
}

/// Whether a heading opens rules about people: `Requirements for becoming a maintainer`, `Onboarding`.
fn explains(heading: &str) -> bool {
    let words = words(heading);
    // Who votes is a list; how they vote is a rule.
    if words == ["voting", "members"] {
        return false;
    }
    let tells = [
        "becoming",
        "become",
        "requirements",
        "responsibilities",
        "duties",
        "onboarding",
        "offboarding",
        "updating",
        "adding",
        "removing",
        "removal",
        "nomination",
        "expectations",
        "criteria",
        "how",
        "process",
        "inactivity",
        "promotion",
        "voting",
    ];
    words.iter().any(|w| tells.contains(&w.as_str()))
}

/// Most lines between a name and the last line of its record.
const RECORD: u64 = 8;

/// Whether a line such as `Email: ann@example.net` tells more of the person above it.
fn is_about(text: &str, person: &Person, above: &Person) -> bool {
    let labels = [
        "email", "e-mail", "mail", "github", "gitlab", "handle", "username",
    ];
    let label = text.split(':').next().unwrap_or_default().to_lowercase();
    let labelled = text.contains(':') && labels.iter().any(|l| label.trim().starts_with(l));
    labelled
        && person.name.is_none()
        && above.name.is_some()
        && person.line <= above.line + RECORD
        && (person.handle.is_none() || above.handle.is_none())
        && (person.email.is_none() || above.email.is_none())
}

/// People of a passage, in order.
pub(crate) fn people(passage: &Passage) -> Vec<Person> {
    let source: Vec<&str> = passage.document.text().lines().collect();
    let headings: Vec<(u64, u8)> = passage.headings().map(|h| (h.line, h.level)).collect();
    let mut state = State::default();
    let mut found = Vec::new();
    for prose in passage.prose() {
        if found.len() >= PEOPLE {
            break;
        }
        let index = usize::try_from(prose.line)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let raw = source.get(index).copied().unwrap_or_default();
        let text = prose.text.trim();
        if let Ok(at) = headings.binary_search_by_key(&prose.line, |(line, _)| *line) {
            let level = headings[at].1;
            let above = state.explains.filter(|upper| *upper < level);
            state = State {
                heading: Status::of(text),
                words: text.chars().take(ROLE_CHARS).collect(),
                explains: above.or_else(|| explains(text).then_some(level)),
                pending: is_name(text).then(|| (text.to_owned(), prose.line)),
                ..State::default()
            };
            continue;
        }
        if state.explains.is_some() {
            continue;
        }
        let links: Vec<&Link> = passage.links().filter(|l| l.line == prose.line).collect();
        let parts = several(text);
        if let [_, rest @ ..] = parts.as_slice() {
            found.extend(rest.iter().filter_map(|part| {
                let mut other = person(part, &[], false)?;
                other.path = passage.path().to_owned();
                other.line = prose.line;
                other.status = state.label.unwrap_or(state.heading);
                other.role = Some(state.words.clone()).filter(|w| !w.is_empty());
                Some(other)
            }));
        }
        let text = parts.first().copied().unwrap_or(text);
        if let Some(mut person) = line(&mut state, raw, text, &links, prose.line) {
            person.path = passage.path().to_owned();
            if person.line == 0 {
                person.line = prose.line;
            }
            if person.role.is_none() && !state.words.is_empty() {
                person.role = Some(state.words.clone());
            }
            let above = state.label.unwrap_or(state.heading);
            if !states_role(text) {
                person.status = person.status.max(above);
            }
            match found.last_mut() {
                Some(above) if is_about(text, &person, above) => above.learn(person),
                _ => found.push(person),
            }
        }
    }
    found
}

fn line(state: &mut State, raw: &str, text: &str, links: &[&Link], number: u64) -> Option<Person> {
    let start = raw.trim_start();
    if text.contains(" | ") && (start.contains('|') || raw.contains('\t')) {
        return row(state, text, links);
    }
    state.columns = None;
    if let Some(person) = csv(text) {
        return Some(person);
    }
    if let Some(rest) = start
        .strip_prefix("M:")
        .or_else(|| start.strip_prefix("R:"))
    {
        let found = person(rest, links, false)?;
        let template = found
            .email
            .as_deref()
            .is_some_and(|e| e.ends_with("@domain"));
        return (!template).then_some(found);
    }
    let bullet = start.starts_with(['-', '*', '+', '•'])
        || start
            .split_once(['.', ')'])
            .is_some_and(|(n, _)| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()));
    if bullet {
        // `- Approvers (@organisation/team):` stands above the people, in a list of lists.
        if text.ends_with(':') && text.split_whitespace().count() <= 8 && names_part(text) {
            state.label = Some(Status::of(text));
            state.words = text.chars().take(ROLE_CHARS).collect();
            return None;
        }
        return person(text, links, true);
    }
    plain(state, text, links, number)
}

fn names_part(text: &str) -> bool {
    let lower = text.to_lowercase();
    let parts = [
        "maintainer",
        "approver",
        "triager",
        "reviewer",
        "committer",
        "emerit",
        "lead",
        "member",
    ];
    parts.iter().any(|part| lower.contains(part))
}

/// `Ann Lee (<ann@…> / @ann) and Bob Ray (<bob@…>)`: the parts of a line that each end with a way to reach
/// somebody; the line itself when it has only one.
fn several(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(')') {
        if text[start..at].contains('@') {
            parts.push(&text[start..=at]);
            start = at + 1;
        }
    }
    let lead = |part: &&str| {
        part.split_once(['(', '<'])
            .is_some_and(|(name, _)| is_name(name.trim()))
    };
    if parts.len() < 2 {
        // `Ann Lee (<ann@…>) is the maintainer of most parts:`
        return vec![parts.first().copied().filter(lead).unwrap_or(text)];
    }
    let join = |c: char| c == ',' || c == ';' || c == '&' || c.is_whitespace();
    let parts = parts.into_iter().map(|part| {
        let part = part.trim_start_matches(join);
        part.strip_prefix("and ").unwrap_or(part).trim()
    });
    parts.collect()
}

fn row(state: &mut State, text: &str, links: &[&Link]) -> Option<Person> {
    // An empty last cell leaves its bar behind.
    let cells = text
        .split(" | ")
        .map(|c| c.trim().trim_end_matches('|').trim_end());
    let cells: Vec<&str> = cells.collect();
    let Some(columns) = state.columns else {
        let columns = Columns::of(&cells);
        // `| Reviewer | GitHub | …`: the head says what the rows are.
        if columns.is_some() {
            let head = Status::of(cells.first().copied().unwrap_or_default());
            state.label = (head != Status::Active).then_some(head).or(state.label);
        }
        state.columns = columns;
        return None;
    };
    // A second head in the same run of rows starts another table.
    if let Some(again) = Columns::of(&cells).filter(|_| !text.contains('@') && links.is_empty()) {
        state.columns = Some(again);
        return None;
    }
    columns.read(&cells, links)
}

/// `"handle","Full Name","employer","mail"`: lists once read by scripts.
fn csv(text: &str) -> Option<Person> {
    if !text.starts_with('"') {
        return None;
    }
    let fields: Vec<&str> = text
        .split("\",")
        .map(|f| f.trim_matches(|c| c == '"' || c == ',' || c == ' '))
        .collect();
    let [handle, name, rest @ ..] = fields.as_slice() else {
        return None;
    };
    let email = rest.iter().find(|e| e.contains('@'));
    email.is_some().then(|| Person {
        handle: Some((*handle).to_owned()),
        name: Some((*name).to_owned()),
        email: email.map(|e| (*e).to_owned()),
        organisation: rest
            .first()
            .filter(|o| !o.contains('@'))
            .map(|o| (*o).to_owned()),
        ..Person::default()
    })
}

/// A line without list markup: a label, a record's key, or `Name <mail>` on a line of its own.
fn plain(state: &mut State, text: &str, links: &[&Link], number: u64) -> Option<Person> {
    let words = text.split_whitespace().count();
    let label = text.trim_start_matches('#').trim();
    let is_label =
        words <= 14 && (text.ends_with(':') || (text.starts_with('#') && !text.contains('@')));
    let bare_label = words <= 3 && !text.contains('@') && !is_name(text) && links.is_empty();
    let key = text
        .split_once(':')
        .map(|(key, _)| key.trim().to_lowercase());
    let is_key = key.is_some_and(|k| {
        [
            "email",
            "e-mail",
            "mail",
            "github",
            "github username",
            "github id",
            "username",
        ]
        .contains(&k.as_str())
    });
    if is_key && let Some((name, line)) = &state.pending {
        let mut found = person(text, links, false).unwrap_or_default();
        if found.handle.is_none() && found.email.is_none() {
            return None;
        }
        found.name = Some(name.clone());
        found.organisation = None;
        found.line = *line;
        return Some(found);
    }
    if is_label || bare_label {
        if label.len() > 2 {
            state.label = Some(Status::of(label));
            state.words = label.chars().take(ROLE_CHARS).collect();
        }
        return None;
    }
    if is_name(text) {
        state.pending = Some((text.to_owned(), number));
        return None;
    }
    (words <= 14).then(|| person(text, links, false)).flatten()
}
