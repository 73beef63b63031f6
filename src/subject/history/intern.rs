// SPDX-License-Identifier: Apache-2.0

//! What one thread collects, and how the parts become one [`History`] that does not depend on threads.

use std::collections::HashMap;

use git2::Oid;

use super::parse::{self, Raw};
use super::{
    COMMIT_LIMIT, Commit, History, Identity, IdentityId, PARENT_LIMIT, Remediation, SIGN_OFF_LIMIT,
    SUBJECT_LIMIT, Span,
};

/// Persons by the bytes they were read from.
#[derive(Default)]
struct Persons {
    ids: HashMap<Box<[u8]>, u32>,
}

impl Persons {
    fn id(&mut self, person: &[u8]) -> IdentityId {
        if let Some(id) = self.ids.get(person) {
            return IdentityId(*id);
        }
        let id = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.insert(person.into(), id);
        IdentityId(id)
    }
}

/// Commits read by one thread. Ids of identities are local until [`join`].
#[derive(Default)]
pub(super) struct Part {
    history: History,
    /// Author and committer lines.
    people: Persons,
    /// Persons of sign-off lines: split by another rule.
    signers: Persons,
}

impl Part {
    /// Adds a commit from its object's bytes; gives its parents and committer date.
    pub(super) fn commit(&mut self, id: Oid, bytes: &[u8], truncated: bool) -> (Vec<Oid>, i64) {
        let raw = Raw::parse(bytes);
        let Some(charset) = raw.charset() else {
            self.record(id, &raw, truncated);
            return (raw.parents, raw.committer.1);
        };
        // Rare, and some charsets hide `<` inside letters: decode first, then read.
        let (text, _) = charset.decode_without_bom_handling(bytes);
        self.record(id, &Raw::parse(text.as_bytes()), truncated);
        (raw.parents, raw.committer.1)
    }

    /// A commit that cannot be read.
    pub(super) fn damaged(&mut self, id: Oid, why: impl Into<String>) {
        self.history.damaged.push((id, why.into()));
    }

    /// A commit that is not in this clone.
    pub(super) fn missing(&mut self, id: Oid) {
        self.history.missing.push(id);
    }

    /// A commit whose parents a shallow clone left out.
    pub(super) fn boundary(&mut self, id: Oid) {
        self.history.boundary.push(id);
    }

    fn bound(&mut self, id: Oid, what: &str) {
        self.history.bounds.push(format!("commit {id}: {what}"));
    }

    fn record(&mut self, id: Oid, raw: &Raw<'_>, truncated: bool) {
        if truncated {
            self.bound(id, &format!("read up to {COMMIT_LIMIT} bytes"));
        }
        if raw.parent_count as usize > PARENT_LIMIT {
            self.bound(id, &format!("{PARENT_LIMIT} parents followed"));
        }
        let parents = append(&mut self.history.parents, raw.parents.iter().copied());
        let start = self.history.sign_offs.len();
        let mut equal = false;
        let mut lines = 0;
        for line in parse::lines(raw.message) {
            let Some(person) = parse::sign_off(line) else {
                self.sentence(id, line);
                continue;
            };
            lines += 1;
            if lines > SIGN_OFF_LIMIT {
                self.bound(id, &format!("{SIGN_OFF_LIMIT} sign-off lines read"));
                break;
            }
            equal = equal || person == raw.author.0 || person == raw.committer.0;
            let person = self.signers.id(person);
            self.history.sign_offs.push(person);
        }
        if raw.parent_count <= 1 && !equal {
            let first = parse::lines(raw.message).next().unwrap_or(&[]);
            self.history.subjects.push((id, shorten(first)));
        }
        self.history.commits.push(Commit {
            id,
            parent_count: raw.parent_count,
            author: self.people.id(raw.author.0),
            committer: self.people.id(raw.committer.0),
            author_time: raw.author.1,
            commit_time: raw.committer.1,
            signed: raw.signed,
            truncated,
            parents,
            sign_offs: span(start, self.history.sign_offs.len()),
        });
    }

    fn sentence(&mut self, id: Oid, line: &[u8]) {
        if !matches!(line.first(), Some(b'I' | b'i' | b'O' | b'o')) {
            return;
        }
        let text = parse::text(line);
        let Some(found) = parse::remediation(&text) else {
            return;
        };
        let person = |(name, email): (&str, &str)| Identity {
            name: name.to_owned(),
            email: email.to_owned(),
        };
        self.history.remediations.push(Remediation {
            commit: id,
            declarant: person(found.declarant),
            representative: found.representative.map(person),
            target: found.target.to_owned(),
        });
    }
}

fn span(start: usize, end: usize) -> Span {
    // Four thousand million parents or sign-offs do not fit in memory.
    Span {
        start: u32::try_from(start).unwrap_or(u32::MAX),
        len: u32::try_from(end - start).unwrap_or(0),
    }
}

fn append<T>(list: &mut Vec<T>, items: impl Iterator<Item = T>) -> Span {
    let start = list.len();
    list.extend(items);
    span(start, list.len())
}

fn shorten(line: &[u8]) -> Box<str> {
    let text = parse::text(line);
    let text = text.trim();
    if text.len() <= SUBJECT_LIMIT {
        return text.into();
    }
    let end = (0..=SUBJECT_LIMIT)
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0);
    format!("{}…", &text[..end]).into()
}

/// Makes one history of the parts: identities in one sorted list, commits newest first.
pub(super) fn join(parts: Vec<Part>) -> History {
    let mut all = History::default();
    let tables: Vec<_> = parts.iter().map(|part| part.identities()).collect();
    all.identities = tables
        .iter()
        .flat_map(|(p, s)| p.iter().chain(s))
        .cloned()
        .collect();
    all.identities.sort_unstable();
    all.identities.dedup();
    let total = parts.iter().map(|p| p.history.commits.len()).sum();
    all.commits.reserve_exact(total);
    for (part, (people, signers)) in parts.into_iter().zip(tables) {
        let place =
            |list: &[Identity]| -> Vec<IdentityId> { list.iter().map(|i| all.place(i)).collect() };
        let (people, signers) = (place(&people), place(&signers));
        all.take(part.history, &people, &signers);
    }
    all.commits
        .sort_unstable_by(|a, b| b.commit_time.cmp(&a.commit_time).then(a.id.cmp(&b.id)));
    all.subjects.sort_unstable_by_key(|a| a.0);
    all.missing.sort_unstable();
    all.damaged.sort_unstable();
    all.boundary.sort_unstable();
    all.bounds.sort_unstable();
    // Stable: sentences of one commit stay in their order.
    all.remediations.sort_by_key(|a| a.commit);
    all
}

impl Part {
    /// Identities of people and of signers, by local id.
    fn identities(&self) -> (Vec<Identity>, Vec<Identity>) {
        let decode = |(name, email): (&[u8], &[u8])| Identity {
            name: parse::text(name).into_owned(),
            email: parse::text(email).into_owned(),
        };
        let table = |persons: &Persons, split: &dyn Fn(&[u8]) -> Identity| {
            let mut list = vec![Identity::default(); persons.ids.len()];
            for (bytes, id) in &persons.ids {
                list[*id as usize] = split(bytes);
            }
            list
        };
        let people = table(&self.people, &|b| decode(parse::split_identity(b)));
        let signers = table(&self.signers, &|b| {
            decode(parse::split_sign_off(b).unwrap_or((b, &[])))
        });
        (people, signers)
    }
}

impl History {
    fn place(&self, identity: &Identity) -> IdentityId {
        let found = self.identities.binary_search(identity).unwrap_or_default();
        IdentityId(u32::try_from(found).unwrap_or(u32::MAX))
    }

    /// Moves a part's records here, ids translated.
    fn take(&mut self, part: History, people: &[IdentityId], signers: &[IdentityId]) {
        let moved = |span: Span, by: usize| Span {
            start: u32::try_from(span.start as usize + by).unwrap_or(u32::MAX),
            len: span.len,
        };
        let (parents, sign_offs) = (self.parents.len(), self.sign_offs.len());
        self.parents.extend(part.parents);
        self.sign_offs
            .extend(part.sign_offs.iter().map(|id| signers[id.0 as usize]));
        self.commits
            .extend(part.commits.into_iter().map(|commit| Commit {
                author: people[commit.author.0 as usize],
                committer: people[commit.committer.0 as usize],
                parents: moved(commit.parents, parents),
                sign_offs: moved(commit.sign_offs, sign_offs),
                ..commit
            }));
        self.remediations.extend(part.remediations);
        self.missing.extend(part.missing);
        self.damaged.extend(part.damaged);
        self.boundary.extend(part.boundary);
        self.bounds.extend(part.bounds);
        self.subjects.extend(part.subjects);
    }
}
