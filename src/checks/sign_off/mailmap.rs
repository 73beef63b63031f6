// SPDX-License-Identifier: Apache-2.0

//! `.mailmap` (gitmailmap(5)): one person's several names and addresses.
//!
//! Read here because libgit2's reader takes and gives well-formed signatures only, while histories hold
//! empty names and addresses without form.

use std::collections::HashMap;

use git2::Oid;

use crate::checks::Shared;
use crate::report::Evidence;
use crate::subject::history::Identity;

use super::config::settings_evidence;
use super::people::fold;

/// Where git looks.
pub(super) const PATH: &str = ".mailmap";

/// Most lines read.
const LINE_LIMIT: usize = 100_000;

/// What replaces an identity; `None` keeps a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Proper {
    name: Option<String>,
    email: Option<String>,
}

/// The map, by folded address.
#[derive(Clone, Debug, Default)]
pub struct Mailmap {
    by_email: HashMap<String, Proper>,
    by_both: HashMap<(String, String), Proper>,
    source: Option<Source>,
}

/// Where a map was read, and whether in part only.
#[derive(Clone, Debug)]
struct Source {
    commit: Option<Oid>,
    cut: bool,
}

impl Mailmap {
    /// The project's map, if it has one.
    pub fn of(cx: &Shared<'_>) -> Self {
        let Some(setting) = cx.setting(PATH) else {
            return Mailmap::default();
        };
        let mut map = Mailmap::parse(&setting.text);
        let cut = setting.truncated || setting.text.lines().nth(LINE_LIMIT).is_some();
        map.source = Some(Source {
            commit: setting.commit,
            cut,
        });
        map
    }

    /// Where it was read, for evidence.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        let source = self.source.as_ref()?;
        let mut note = "names and addresses of one person".to_owned();
        if source.cut {
            note += &format!(", read up to its bound of {LINE_LIMIT} lines or 8 MiB");
        }
        Some(settings_evidence(PATH, source.commit, &note))
    }

    /// Reads the text of a map. What is not of the form is passed over, as git does.
    pub fn parse(text: &str) -> Self {
        let mut map = Mailmap::default();
        for line in text.lines().take(LINE_LIMIT) {
            map.line(line);
        }
        map
    }

    fn line(&mut self, line: &str) {
        if line.starts_with('#') {
            return;
        }
        let Some((first_name, first, rest)) = person(line) else {
            return;
        };
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let Some((old_name, old, _)) = person(rest) else {
            let proper = self.by_email.entry(fold(first)).or_default();
            proper.name = named(first_name).or(proper.name.take());
            return;
        };
        let proper = if old_name.is_empty() {
            self.by_email.entry(fold(old)).or_default()
        } else {
            self.by_both.entry((fold(old_name), fold(old))).or_default()
        };
        proper.name = named(first_name).or(proper.name.take());
        proper.email = named(first).or(proper.email.take());
    }

    /// The proper form of an identity; itself when the map does not know it.
    pub fn resolve(&self, identity: &Identity) -> Identity {
        if self.by_email.is_empty() && self.by_both.is_empty() {
            return identity.clone();
        }
        let email = fold(&identity.email);
        let both = (fold(&identity.name), email);
        let proper = self
            .by_both
            .get(&both)
            .or_else(|| self.by_email.get(&both.1));
        let Some(proper) = proper else {
            return identity.clone();
        };
        Identity {
            name: proper.name.clone().unwrap_or_else(|| identity.name.clone()),
            email: proper
                .email
                .clone()
                .unwrap_or_else(|| identity.email.clone()),
        }
    }
}

/// `NAME <EMAIL>` at the start of a line, and what follows it.
fn person(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once('<')?;
    let (email, rest) = rest.split_once('>')?;
    Some((name.trim(), email.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::{Identity, Mailmap};

    fn resolved(map: &str, name: &str, email: &str) -> String {
        let identity = Identity {
            name: name.into(),
            email: email.into(),
        };
        Mailmap::parse(map).resolve(&identity).to_string()
    }

    #[test]
    fn the_four_forms_of_a_line() {
        let map = "# people\nAna Lund <ana@x>\n<bo@x> <bo@old>\nCy Moe <cy@x> <cy@old>\n\
            Di Vos <di@x> old name <shared@x>\nbroken <line\n";
        assert_eq!(resolved(map, "ana", "ANA@x"), "Ana Lund <ANA@x>");
        assert_eq!(resolved(map, "Bo", "bo@old"), "Bo <bo@x>");
        assert_eq!(resolved(map, "c", "cy@old"), "Cy Moe <cy@x>");
        assert_eq!(resolved(map, "Old Name", "shared@x"), "Di Vos <di@x>");
        assert_eq!(resolved(map, "Other", "shared@x"), "Other <shared@x>");
        assert_eq!(resolved(map, "", ""), " <>");
    }
}
