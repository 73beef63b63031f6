// SPDX-License-Identifier: Apache-2.0

//! What checks know of a tree beyond verdicts, for the layer that compares two trees: where a document is and
//! what it says, who is listed, what the heads of the files carry.
//!
//! Everything is found by the words of the shipped rules; nothing is detected a second way.

use std::collections::BTreeSet;

use git2::Oid;

use crate::report::review::{Member, Tags};
use crate::subject::{Entry, Resolved, resolve_link};
use crate::text::Markup;

use super::document::find::is_binary;
use super::document::judge::{Hit, Worth};
use super::document::locate::locate;
use super::document::search::{DocumentOf, Search};
use super::header::{Class, License};
use super::passage::Passage;
use super::roster::{self, Status};
use super::{Context, Shared, license};

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Words of its own.
    Text,
    /// Only a reference to a text elsewhere: its address.
    Pointer(String),
    /// A file whose content is not read.
    Binary,
    /// Nothing: an empty file, a bare title, an unfilled template.
    Empty,
    /// It could not be read: why.
    Unread(String),
}

/// Where a document is, and what it says.
#[derive(Clone, Debug)]
pub struct Place {
    /// File that holds the words.
    pub path: String,
    /// Line of the heading, when it is a section or a line of a document of another name.
    pub line: Option<u64>,
    /// File at the conventional place that points here.
    pub via: Option<String>,
    /// All such files.
    pub pointers: Vec<String>,
    /// What stands there.
    pub form: Form,
    /// What a reader sees: paragraphs, rows, lines of code.
    pub prose: Vec<String>,
    /// Headings among them.
    pub headings: Vec<String>,
    /// Addresses it links.
    pub links: Vec<String>,
    /// Its blob, when it is a whole file.
    pub oid: Option<Oid>,
}

impl Place {
    fn of(path: &str, form: Form) -> Place {
        Place {
            path: path.to_owned(),
            line: None,
            via: None,
            pointers: Vec::new(),
            form,
            prose: Vec::new(),
            headings: Vec::new(),
            links: Vec::new(),
            oid: None,
        }
    }

    fn passage(passage: &Passage, form: Form) -> Place {
        let mut place = Place::of(passage.path(), form);
        place.line = (passage.end != u64::MAX).then_some(passage.start);
        let mut block = None;
        // A list without markup has an entry a line; only a licence is wrapped there.
        let name = place.path.rsplit('/').next().unwrap_or_default();
        let list = Markup::of(name) == Markup::Plain && !license::find::is_license_name(name);
        for prose in passage.prose() {
            let row = list || prose.text.contains(" | ");
            match place.prose.last_mut() {
                Some(last) if block == Some(prose.block) && !row => {
                    last.push(' ');
                    last.push_str(&prose.text);
                }
                _ => place.prose.push(prose.text.clone()),
            }
            block = (!row).then_some(prose.block);
        }
        place.prose.extend(passage.code().map(|p| p.text.clone()));
        place.headings = passage.headings().map(|h| h.text.clone()).collect();
        place.links = passage.links().map(|l| l.target.clone()).collect();
        if place.prose.iter().all(|line| line.trim().is_empty()) && place.line.is_none() {
            let lines = passage.document.text().lines();
            place.prose = lines.map(str::to_owned).collect();
        }
        place
    }
}

/// Everywhere the tree keeps the document that the rule `id` looks for: files at conventional places, else
/// the best of other places, else sections and links that stand for it.
pub fn places(cx: &Context<'_>, id: &str) -> Vec<Place> {
    let Ok(of) = DocumentOf::try_from(id.to_owned()) else {
        return Vec::new();
    };
    let mut search = of.search.clone();
    if id == "maintainers-file" {
        // Owners of parts are another artefact; beside them a section of README may be the list.
        search
            .names
            .retain(|name| !name.is(&["codeowners".to_owned()]));
    }
    let located = locate(cx, &search, id);
    let mut found: Vec<Place> = Vec::new();
    for hit in &located.hits {
        let inherited = hit.evidence.first().is_none_or(|e| e.path.is_none());
        if hit.worth == Worth::Other || inherited {
            continue;
        }
        let Some(place) = of_hit(cx.shared, &search, hit) else {
            continue;
        };
        let conventional = search.fits(&hit.path) == Some(true);
        let first = found.is_empty();
        let section = found.first().is_some_and(|p| p.line.is_some());
        match found.iter_mut().find(|p| p.path == place.path) {
            // Several sections of one file are one statement.
            Some(known) if !place.pointers.is_empty() => known.pointers.extend(place.pointers),
            Some(known) if known.line.is_some() && place.line.is_some() => {
                known.prose.extend(place.prose);
                known.headings.extend(place.headings);
                known.links.extend(place.links);
            }
            Some(_) => {}
            None if first || conventional => found.push(place),
            None if section && place.line.is_some() => found.push(place),
            None => {}
        }
    }
    // A section or a link beside a file of its own is no second document.
    if found
        .iter()
        .any(|p| p.line.is_none() && p.form == Form::Text)
    {
        found.retain(|p| p.line.is_none());
    }
    found
}

fn of_hit(shared: &Shared<'_>, search: &Search, hit: &Hit) -> Option<Place> {
    let form = match (hit.worth, &hit.outside, &hit.known) {
        (Worth::Unknown, ..) => Form::Unread(hit.said.clone()),
        (Worth::Bad, ..) => Form::Empty,
        (_, Some(url), _) => Form::Pointer(url.clone()),
        (_, None, Some(url)) if hit.passage.is_none() => Form::Pointer(url.clone()),
        _ if hit.passage.is_some() => Form::Text,
        _ => Form::Binary,
    };
    if shared.files.get(&hit.path).is_none() {
        // A folder of notes is one document: that it is there, and where.
        return Some(Place::of(&hit.path, Form::Text));
    }
    if let Some(passage) = &hit.passage {
        let mut place = Place::passage(passage, form);
        let last = hit
            .evidence
            .last()
            .filter(|e| e.path.as_ref() == Some(&place.path));
        if let Some(line) = last
            .and_then(|e| e.line)
            .filter(|_| place.line.is_none() && search.fits(&place.path).is_none())
        {
            // A sentence of another document.
            let prose = passage.prose().find(|p| p.line == line);
            place.prose = prose.map(|p| p.text.clone()).into_iter().collect();
            place.line = Some(line);
            (place.headings, place.links) = (Vec::new(), Vec::new());
        }
        if place.path != hit.path {
            place.via = Some(hit.path.clone());
            if search.fits(&hit.path).is_some() {
                place.pointers.push(hit.path.clone());
            }
        }
        if place.line.is_none() {
            place.oid = shared.files.get(&place.path).and_then(|e| e.oid);
        }
        return Some(place);
    }
    let mut place = whole(shared, &hit.path)?;
    let line = hit.evidence.first().and_then(|e| e.line);
    if search.fits(&hit.path).is_none() {
        // A link in README stands for the document, the rest of README does not.
        place = Place::of(&hit.path, form);
        place.line = Some(line.unwrap_or(1));
        if let Form::Pointer(url) = &place.form {
            place.links = vec![url.clone()];
        }
        return Some(place);
    }
    place.form = form;
    Some(place)
}

/// The whole file at `path`, wherever it came from; `None` when there is no such file.
pub fn whole(shared: &Shared<'_>, path: &str) -> Option<Place> {
    let entry = shared.files.get(path)?;
    let real: &Entry = match resolve_link(shared.files.tree, entry) {
        Resolved::Entry(real) => real,
        _ => return Some(Place::of(path, Form::Pointer("outside this tree".into()))),
    };
    if is_binary(real) {
        let mut place = Place::of(path, Form::Binary);
        place.oid = real.oid;
        return Some(place);
    }
    let mut place = match shared.files.document(real) {
        Ok(document) => {
            let empty = document.text().trim().is_empty();
            let form = if empty { Form::Empty } else { Form::Text };
            Place::passage(&Passage::whole(document), form)
        }
        Err(why) => Place::of(path, Form::Unread(why.to_string())),
    };
    path.clone_into(&mut place.path);
    place.oid = real.oid;
    Some(place)
}

/// Whether a file may be the document of rule `id`, by its name and place.
pub fn fits(id: &str, path: &str) -> bool {
    if id == "license-file" {
        let name = path.rsplit('/').next().unwrap_or(path);
        return license::find::is_license_name(name) && !super::vendored::not_ours(path);
    }
    let of = DocumentOf::try_from(id.to_owned());
    of.is_ok_and(|of| of.search.fits(path).is_some())
}

/// Whether a file of that name lies at a conventional place of the document of rule `id`.
pub fn is_place(id: &str, path: &str) -> bool {
    if id == "license-file" {
        return !path.contains('/') && license::find::is_license_name(path);
    }
    let of = DocumentOf::try_from(id.to_owned());
    of.is_ok_and(|of| of.search.fits(path) == Some(true))
}

/// Whether a folder may hold documents that any of the rules `ids` looks for.
pub fn enters(ids: &[&str], dir: &str) -> bool {
    let of = |id: &&str| DocumentOf::try_from((*id).to_owned()).ok();
    ids.iter().filter_map(of).any(|of| of.search.enters(dir))
        && !super::vendored::not_ours(&format!("{dir}/x"))
}

/// The licence files, as places, and the expression they make.
pub fn licenses(shared: &Shared<'_>) -> (Vec<Place>, Option<String>) {
    let files = license::find::license_files(shared);
    let counted = files.iter().filter(|f| f.entry.counts());
    let places = counted.filter_map(|f| whole(shared, &f.entry.path));
    (places.collect(), license::project(shared).expression)
}

/// The README's path.
pub fn readme(shared: &Shared<'_>) -> Option<String> {
    super::readme::entry(&shared.files).map(|e| e.path.clone())
}

/// Somebody who is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Who.
    pub member: Member,
    /// Whether the person decides or reviews now; else the list says that they did once, or only contribute.
    pub active: bool,
    /// Whether the list says that they did once.
    pub emeritus: bool,
}

/// Everybody on the lists of maintainers, once a list and part.
pub fn people(cx: &Context<'_>) -> Vec<Listed> {
    let mut all = Vec::new();
    for list in roster::all_lists(cx) {
        for person in list.people {
            let words = person.role.as_deref().unwrap_or_default();
            let role = role_of(words, person.status, &list.path);
            all.push(Listed {
                active: matches!(person.status, Status::Active | Status::Reviewer),
                emeritus: person.status == Status::Emeritus,
                member: Member {
                    name: person.name,
                    handle: person.handle,
                    email: person.email,
                    organisation: person.organisation,
                    role: Some(role),
                    lists: vec![list.path.clone()],
                    note: None,
                },
            });
        }
    }
    all
}

/// Words for parts, the telling ones first; a list's own words come down to one of these.
const ROLES: &[(&str, &str)] = &[
    ("emerit", "emeritus"),
    ("former", "emeritus"),
    ("past ", "emeritus"),
    ("retired", "emeritus"),
    ("inactive", "emeritus"),
    ("alumni", "emeritus"),
    ("release manager", "release manager"),
    ("security", "security contact"),
    ("consensus", "consensus builder"),
    ("steering", "steering committee"),
    ("tsc", "steering committee"),
    ("chair", "chair"),
    ("lead", "lead"),
    ("triag", "triager"),
    ("approver", "approver"),
    ("reviewer", "reviewer"),
    ("committer", "committer"),
    ("maintainer", "maintainer"),
    ("owner", "owner"),
    ("core", "core team"),
];

fn role_of(words: &str, status: Status, path: &str) -> String {
    let words = words.to_lowercase();
    let known = |text: &str| {
        ROLES
            .iter()
            .find(|(key, _)| text.contains(key))
            .map(|(_, role)| *role)
    };
    if status == Status::Emeritus {
        return "emeritus".into();
    }
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let fallback = if name.starts_with("readme") {
        None
    } else {
        known(&name)
    };
    known(&words)
        .or(fallback)
        .unwrap_or(match status {
            Status::Reviewer => "reviewer",
            Status::Contributor => "contributor",
            Status::Active | Status::Emeritus => "maintainer",
        })
        .to_owned()
}

/// What the heads of the project's own source files and documents carry.
pub fn tags(shared: &Shared<'_>) -> Tags {
    let headers = shared.headers();
    let mut tags = Tags::default();
    for facts in headers.files.iter().filter(|f| f.skip.is_none()) {
        match facts.license {
            License::Tag(_) => {
                tags.files_with_tag += 1;
                let expression = headers.expression(facts).unwrap_or("not an expression");
                *tags.licences.entry(expression.to_owned()).or_default() += 1;
            }
            License::Notice(notice) => {
                tags.files_with_notice += 1;
                let id = notice.id().unwrap_or("another licence");
                *tags.notices.entry(id.to_owned()).or_default() += 1;
            }
            License::Absent => {}
        }
        tags.files += usize::from(matches!(facts.class, Class::Code | Class::Document));
    }
    tags
}

/// Source files among `paths` that carry no licence information, in order.
pub fn without_notice(shared: &Shared<'_>, paths: &BTreeSet<&str>) -> Vec<String> {
    let entries = shared.files.entries().iter();
    entries
        .zip(&shared.headers().files)
        .filter(|(entry, facts)| {
            facts.skip.is_none()
                && facts.class == Class::Code
                && facts.license == License::Absent
                && paths.contains(entry.path.as_str())
        })
        .map(|(entry, _)| entry.path.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::Patience;
    use crate::checks::testing::{catalogue, with_shared};
    use crate::subject::memory::MemoryTree;

    fn places_of(tree: MemoryTree, id: &str) -> Vec<Place> {
        with_shared(tree, None, |shared| {
            let context = Context {
                rule: catalogue().rule(id).unwrap(),
                clauses: &[],
                shared,
                patience: Patience::default(),
            };
            places(&context, id)
        })
    }

    const POLICY: &str = "# Security\n\nReport a vulnerability by mail to security@example.net. We answer within three days.\n";

    #[test]
    fn the_text_is_the_place_and_the_pointer_is_how_one_gets_there() {
        let tree = MemoryTree::new()
            .file("SECURITY.md", "See [the policy](docs/security.md).")
            .file("docs/security.md", POLICY);
        let places = places_of(tree, "security-policy");
        assert_eq!(places[0].path, "docs/security.md");
        assert_eq!(places[0].via.as_deref(), Some("SECURITY.md"));
        assert_eq!(places[0].form, Form::Text);
    }

    #[test]
    fn a_pointer_out_of_the_tree_names_its_address() {
        let text = "Please read [our security policy](https://example.net/o/security).";
        let places = places_of(
            MemoryTree::new().file("SECURITY.md", text),
            "security-policy",
        );
        assert_eq!(
            places[0].form,
            Form::Pointer("https://example.net/o/security".into())
        );
    }

    #[test]
    fn a_section_of_readme_is_told_from_a_file() {
        let readme = format!("# Tool\n\n#{POLICY}\n## Use\n\nRun it.\n");
        let places = places_of(
            MemoryTree::new().file("README.md", readme),
            "security-policy",
        );
        assert_eq!(
            (places[0].path.as_str(), places[0].line),
            ("README.md", Some(3))
        );
        assert!(places[0].prose.iter().all(|line| !line.contains("Run it")));
    }

    #[test]
    fn roles_come_down_to_common_words() {
        assert_eq!(
            role_of("Approvers:", Status::Active, "README.md"),
            "approver"
        );
        assert_eq!(role_of("", Status::Active, "MAINTAINERS.md"), "maintainer");
        assert_eq!(
            role_of("Emeritus", Status::Emeritus, "MAINTAINERS.md"),
            "emeritus"
        );
    }
}
