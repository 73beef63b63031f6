// SPDX-License-Identifier: Apache-2.0

//! People in data: OWNERS in its two dialects with its aliases, YAML and TOML rosters, CODEOWNERS.

use std::collections::BTreeMap;

use crate::checks::Document;
use crate::checks::codeowners::{self, CodeOwners};
use crate::text::yaml::{self, Node};

use super::person::{Person, Status, is_name, person};

/// Groups of an OWNERS_ALIASES file: name to members.
pub(super) type Aliases = BTreeMap<String, Vec<Person>>;

/// Reads OWNERS_ALIASES.
pub(super) fn aliases(document: &Document) -> Aliases {
    let mut found = Aliases::new();
    for node in yaml::parse(document.text()).unwrap_or_default() {
        let Some(groups) = node.get("aliases") else {
            continue;
        };
        for (name, members) in groups.entries() {
            let people = members.items().iter().filter_map(|m| member(document, m));
            found.insert(name.clone(), people.collect());
        }
    }
    found
}

/// Last words of names that several bear: `release-leads`, `technical-oversight-committee`.
const COLLECTIVES: &[&str] = &[
    "team",
    "teams",
    "group",
    "committee",
    "leads",
    "maintainers",
    "approvers",
    "reviewers",
    "writers",
    "committers",
    "owners",
    "admins",
    "members",
    "triagers",
    "wg",
    "sig",
    "tsc",
];

/// Whether an entry names a team: an owner and a team of the forge, or an alias that the tree does not hold.
fn is_team(entry: &str) -> bool {
    let entry = entry.trim().trim_start_matches('@').to_lowercase();
    let alias = entry
        .rsplit_once(['-', '_'])
        .is_some_and(|(_, last)| COLLECTIVES.contains(&last));
    !entry.contains('@') && (alias || entry.contains('/'))
}

/// Whether a handle says itself that a program acts under it.
fn is_robot(handle: &str) -> bool {
    let handle = handle.to_lowercase();
    ["-bot", "-robot", "[bot]"]
        .iter()
        .any(|end| handle.ends_with(end))
}

/// One entry of a list: a handle, with a comment that may say who it is.
fn member(document: &Document, node: &Node) -> Option<Person> {
    let handle = node.text()?.trim().trim_start_matches('@').to_owned();
    if is_robot(&handle) || is_team(&handle) {
        return None;
    }
    let index = usize::try_from(node.line).ok()?.checked_sub(1)?;
    let line = document.text().lines().nth(index).unwrap_or_default();
    let remark = line.split_once(" #").map_or("", |(_, remark)| remark);
    let said = person(remark, &[], true).unwrap_or_default();
    Some(Person {
        handle: (!handle.contains(['@', ' ', '/'])).then(|| handle.clone()),
        email: said
            .email
            .or_else(|| handle.contains('@').then_some(handle)),
        name: said.name,
        organisation: said.organisation,
        line: node.line,
        path: document.path.clone(),
        ..Person::default()
    })
}

/// People of an OWNERS file or a YAML roster, and whether it names teams that cannot be resolved.
pub(super) fn from_yaml(document: &Document, aliases: &Aliases) -> (Vec<Person>, bool) {
    let mut walk = Walk {
        document,
        aliases,
        found: Vec::new(),
        teams: false,
    };
    for node in yaml::parse(document.text()).unwrap_or_default() {
        walk.node(&node, Status::Active, 0);
    }
    (walk.found, walk.teams)
}

const LISTS: &[&str] = &[
    "approvers",
    "reviewers",
    "maintainers",
    "triage",
    "triagers",
    "committers",
    "leads",
    "members",
    "core",
    "team",
    "owners",
    "admins",
];

/// One walk over a roster in YAML.
struct Walk<'w> {
    document: &'w Document,
    aliases: &'w Aliases,
    found: Vec<Person>,
    teams: bool,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node, status: Status, depth: usize) {
        if depth > 6 {
            return;
        }
        if let Some(mut record) = record(node) {
            record.status = status;
            record.path.clone_from(&self.document.path);
            self.found.push(record);
            return;
        }
        for item in node.items() {
            self.node(item, status, depth + 1);
        }
        for (key, value) in node.entries() {
            let key = key.to_lowercase();
            let named = LISTS.iter().any(|l| key.contains(l))
                || key.contains("emerit")
                || key.contains("alumni");
            let status = Status::of(&key).max(status);
            if named && value.items().iter().any(|i| i.text().is_some()) {
                self.list(&key, value, status);
            } else {
                let status = if named { status } else { Status::Active };
                self.node(value, status, depth + 1);
            }
        }
    }

    /// Entries below a key: handles, or names of groups.
    fn list(&mut self, key: &str, value: &Node, status: Status) {
        for item in value.items() {
            let text = item.text().unwrap_or_default();
            let people = match self.aliases.get(text) {
                Some(people) => people.clone(),
                None => {
                    self.teams |= is_team(text);
                    member(self.document, item).into_iter().collect()
                }
            };
            self.found.extend(people.into_iter().map(|mut p| {
                p.status = status;
                p.role = Some(key.to_owned());
                p
            }));
        }
    }
}

/// A mapping that describes one person.
fn record(node: &Node) -> Option<Person> {
    let text = |keys: &[&str]| {
        let (_, value) = node
            .entries()
            .iter()
            .find(|(k, _)| keys.contains(&k.to_lowercase().as_str()))?;
        value
            .text()
            .map(|t| t.trim().to_owned())
            .filter(|t| !t.is_empty() && t != "null")
    };
    let handle = text(&[
        "github",
        "github_id",
        "github-id",
        "handle",
        "username",
        "github_username",
        "githubid",
        "id",
        "irc",
    ]);
    let email = text(&["email", "e-mail", "mail"]);
    let name = text(&["name", "full_name", "fullname"]);
    (name
        .as_deref()
        .is_some_and(|n| is_name(n) || email.is_some() || handle.is_some())
        && (email.is_some()
            || handle.is_some()
            || text(&["company", "affiliation", "organization"]).is_some()))
    .then(|| Person {
        name,
        handle: handle.map(|h| h.trim_start_matches('@').to_owned()),
        email,
        organisation: text(&[
            "company",
            "affiliation",
            "organization",
            "organisation",
            "employer",
            "org",
        ]),
        line: node.line.max(1),
        ..Person::default()
    })
}

/// People of a TOML roster: `[people.ann]` with Name, Email, GitHub.
pub(super) fn from_toml(document: &Document) -> Vec<Person> {
    let Ok(table) = toml::from_str::<toml::Table>(document.text()) else {
        return Vec::new();
    };
    let people = table
        .iter()
        .filter(|(k, _)| k.eq_ignore_ascii_case("people"));
    let entries = people
        .filter_map(|(_, v)| v.as_table())
        .flat_map(|t| t.iter());
    entries
        .filter_map(|(key, value)| {
            let fields = value.as_table()?;
            let text = |name: &str| {
                let (_, value) = fields.iter().find(|(k, _)| k.eq_ignore_ascii_case(name))?;
                value.as_str().map(str::to_owned)
            };
            Some(Person {
                name: text("name"),
                email: text("email"),
                handle: text("github").or_else(|| Some(key.clone())),
                path: document.path.clone(),
                line: 1,
                ..Person::default()
            })
        })
        .collect()
}

/// People and whether there are teams in a CODEOWNERS file. Its comments may say who the handles are.
pub(super) fn from_codeowners(document: &Document) -> (Vec<Person>, bool) {
    let CodeOwners { rules, .. } = codeowners::parse(document);
    let mut found: Vec<Person> = Vec::new();
    let mut teams = false;
    for rule in rules.iter().take(500) {
        for owner in &rule.owners {
            let bare = owner.trim_start_matches('@');
            teams |= owner.starts_with('@') && bare.contains('/');
            // Who owns a part reviews it; who owns everything maintains the project.
            let whole = ["*", "/", "**", "/*", "/**", "**/*"].contains(&rule.pattern.as_str());
            let mut one = Person {
                line: rule.line,
                path: document.path.clone(),
                status: if whole {
                    Status::Active
                } else {
                    Status::Reviewer
                },
                ..Person::default()
            };
            if !owner.starts_with('@') {
                one.email = Some(owner.clone());
            } else if bare.contains('/') {
                continue;
            } else {
                one.handle = Some(bare.to_owned());
            }
            if !found.iter().any(|p| p.is(&one)) {
                found.push(one);
            }
        }
    }
    remarks(document, &mut found);
    (found, teams)
}

/// `# Full Name` / `# Organisation` / `# @handle`: records in comments.
fn remarks(document: &Document, found: &mut [Person]) {
    let lines: Vec<&str> = document
        .text()
        .lines()
        .map(|l| l.trim().strip_prefix('#').unwrap_or_default().trim())
        .collect();
    for (index, line) in lines.iter().enumerate() {
        let Some(handle) = line
            .strip_prefix('@')
            .and_then(|h| h.split([' ', ',']).next())
        else {
            continue;
        };
        let name = index
            .checked_sub(2)
            .map(|i| lines[i])
            .filter(|n| is_name(n));
        let Some(one) = found.iter_mut().find(|p| {
            p.handle
                .as_deref()
                .is_some_and(|h| h.eq_ignore_ascii_case(handle))
        }) else {
            continue;
        };
        if let Some(name) = name {
            one.name = Some(name.to_owned());
            one.organisation = Some(lines[index - 1].to_owned()).filter(|o| !o.is_empty());
        }
    }
}
