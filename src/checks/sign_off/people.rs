// SPDX-License-Identifier: Apache-2.0

//! Who is who: how a sign-off is compared with the author or committer of a commit.

use serde::Deserialize;

use crate::subject::history::{History, Identity, IdentityId};

use super::mailmap::Mailmap;

/// How a sign-off is compared (`docs/dco.md`, "Who must have signed").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matching {
    /// Name and address equal those of the author, or those of the committer, as the DCO apps ask.
    Strict,
    /// The address equals that of the author or committer.
    Email,
    /// Address or name, after `.mailmap` and the forge's noreply addresses.
    #[default]
    Lenient,
}

impl Matching {
    /// Its name, as the parameter `identity` takes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Matching::Strict => "strict",
            Matching::Email => "email",
            Matching::Lenient => "lenient",
        }
    }

    /// What is expected of a sign-off, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Matching::Strict => "name and address of the author or committer",
            Matching::Email => "the address of the author or committer",
            Matching::Lenient => "the name or the address of the author or committer",
        }
    }
}

/// Address with which GitHub commits what is merged or edited on its pages.
const FORGE: &str = "noreply@github.com";

/// An identity prepared for comparison.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    names: Vec<String>,
    emails: Vec<String>,
    /// The forge hides the real address.
    noreply: bool,
    /// GitHub's own committer.
    forge: bool,
    bot: bool,
}

/// The identities of a history, prepared.
pub(crate) struct People<'a> {
    pub(super) history: &'a History,
    pub(super) matching: Matching,
    mailmap: &'a Mailmap,
    bots: Vec<String>,
    persons: Vec<Person>,
}

impl<'a> People<'a> {
    pub(crate) fn new(
        history: &'a History,
        matching: Matching,
        mailmap: &'a Mailmap,
        bots: &[String],
    ) -> Self {
        let mut people = People {
            history,
            matching,
            mailmap,
            bots: bots.iter().map(|name| fold(name)).collect(),
            persons: Vec::new(),
        };
        let identities = history.identities.iter();
        people.persons = identities.map(|i| people.person(i)).collect();
        people
    }

    /// Prepares an identity.
    pub(super) fn person(&self, identity: &Identity) -> Person {
        let email = fold(&identity.email);
        let handle = noreply_handle(&email);
        let mut person = Person {
            noreply: handle.is_some(),
            forge: email == FORGE,
            bot: self.is_automaton(identity),
            ..Person::default()
        };
        if self.matching == Matching::Lenient {
            let mapped = self.mailmap.resolve(identity);
            for one in [identity, &mapped] {
                add(&mut person.names, fold(&one.name));
                add(&mut person.emails, plain_noreply(fold(&one.email)));
            }
            add(&mut person.names, handle.unwrap_or_default());
        } else {
            // To the letter but for case: no trimming, as the apps do.
            person.names.push(identity.name.to_lowercase());
            person.emails.push(identity.email.to_lowercase());
        }
        person
    }

    pub(super) fn is_automaton(&self, identity: &Identity) -> bool {
        let (name, email) = (fold(&identity.name), fold(&identity.email));
        let local = email.split('@').next().unwrap_or_default();
        name.ends_with("[bot]")
            || local.ends_with("[bot]")
            || self.bots.iter().any(|bot| *bot == name || *bot == email)
    }

    fn get(&self, id: IdentityId) -> &Person {
        &self.persons[id.0 as usize]
    }

    /// Whether two identities are one person, by the chosen comparison.
    pub(super) fn same(&self, a: &Person, b: &Person) -> bool {
        let meet = |a: &[String], b: &[String]| a.iter().any(|x| b.contains(x));
        let names = meet(&a.names, &b.names);
        let emails = meet(&a.emails, &b.emails);
        match self.matching {
            Matching::Strict => names && emails,
            Matching::Email => emails && a.emails.iter().any(|email| !email.is_empty()),
            Matching::Lenient => names || emails,
        }
    }

    /// Whether two identities of the history are one person.
    pub(super) fn equal(&self, a: IdentityId, b: IdentityId) -> bool {
        self.same(self.get(a), self.get(b))
    }

    /// Whether an automaton wrote as this identity.
    pub(crate) fn is_bot(&self, id: IdentityId) -> bool {
        self.get(id).bot
    }

    /// Whether the forge hides this identity's address.
    pub(super) fn is_noreply(&self, id: IdentityId) -> bool {
        self.get(id).noreply
    }

    /// Whether this is the forge's own committer.
    pub(super) fn is_forge(&self, id: IdentityId) -> bool {
        self.get(id).forge
    }

    /// The proper identity behind one, after `.mailmap`.
    pub(crate) fn proper(&self, id: IdentityId) -> Identity {
        self.mailmap.resolve(self.history.identity(id))
    }

    /// What tells one person from another: the proper address, without case; the name where there is none.
    pub(crate) fn key(&self, id: IdentityId) -> String {
        let proper = self.proper(id);
        let email = plain_noreply(fold(&proper.email));
        if email.is_empty() {
            fold(&proper.name)
        } else {
            email
        }
    }

    /// The first `most` of different signers, to be shown.
    pub(super) fn signers(&self, ids: &[IdentityId], most: usize) -> Vec<String> {
        let mut seen: Vec<IdentityId> = Vec::new();
        for id in ids {
            if seen.len() < most && !seen.contains(id) {
                seen.push(*id);
            }
        }
        seen.into_iter().map(|id| self.shown(id)).collect()
    }

    /// Name and address, to be shown.
    pub(super) fn shown(&self, id: IdentityId) -> String {
        shown(self.history.identity(id))
    }
}

/// Name and address, cut to a readable length.
pub(super) fn shown(identity: &Identity) -> String {
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    format!(
        "{} <{}>",
        cut(&identity.name, 80),
        cut(&identity.email, 120)
    )
}

fn add(list: &mut Vec<String>, item: String) {
    if !item.is_empty() && !list.contains(&item) {
        list.push(item);
    }
}

/// Lower case, outer blanks off, inner ones single.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Splits a forge's noreply address into the account's handle and the rest: GitHub's
/// `123+ana@users.noreply.github.com` and its older form without number, GitLab's `123-ana@users.noreply.…`,
/// Forgejo's `ana@noreply.…`.
fn noreply(email: &str) -> Option<(&str, &str)> {
    let (local, host) = email.split_once('@')?;
    let separator = if host == "users.noreply.github.com" {
        '+'
    } else if host.starts_with("users.noreply.") {
        '-'
    } else if host.starts_with("noreply.") {
        return (!local.is_empty()).then_some((local, host));
    } else {
        return None;
    };
    let handle = match local.split_once(separator) {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => local,
    };
    (!handle.is_empty()).then_some((handle, host))
}

fn noreply_handle(email: &str) -> Option<String> {
    noreply(email).map(|(handle, _)| handle.to_owned())
}

/// A noreply address without its number, any other address as it is.
fn plain_noreply(email: String) -> String {
    match noreply(&email) {
        Some((handle, host)) => format!("{handle}@{host}"),
        None => email,
    }
}

#[cfg(test)]
mod tests {
    use super::{noreply, plain_noreply};

    #[test]
    fn noreply_addresses_lead_to_the_account() {
        let handle = |email| noreply(email).map(|(handle, _)| handle);
        assert_eq!(handle("12+ana@users.noreply.github.com"), Some("ana"));
        assert_eq!(handle("ana@users.noreply.github.com"), Some("ana"));
        assert_eq!(handle("a+b@users.noreply.github.com"), Some("a+b"));
        assert_eq!(handle("12-ana-b@users.noreply.gitlab.com"), Some("ana-b"));
        assert_eq!(handle("ana@noreply.codeberg.org"), Some("ana"));
        assert_eq!(handle("noreply@github.com"), None);
        assert_eq!(handle("@users.noreply.github.com"), None);
        assert_eq!(
            plain_noreply("12+ana@users.noreply.github.com".into()),
            "ana@users.noreply.github.com"
        );
    }
}
