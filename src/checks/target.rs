// SPDX-License-Identifier: Apache-2.0

//! Where a link of a document leads: to a file of this tree, to a place outside, or nowhere.
//!
//! Addresses of the same repository on its forge count as paths of this tree; symbolic links are followed
//! inside the tree only.

use crate::subject::{Entry, Mode};

use super::vendored::not_ours;
use super::{Files, Shared};

/// Most symbolic links followed for one path, as in Linux.
const HOPS: usize = 40;
/// Longest link target that is looked at.
const TARGET_LIMIT: usize = 4096;

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A file of this tree, and the anchor in it.
    File(&'a Entry, Option<String>),
    /// A folder of this tree, without trailing slash; `""` is the root.
    Folder(String),
    /// A path that is not in this tree.
    Absent(String),
    /// An address outside.
    Outside(String),
    /// A place in the same document.
    Anchor(String),
    /// A mail address.
    Mail(String),
}

/// Resolves `target`, written in the file `from`.
pub(crate) fn resolve<'a>(
    shared: &Shared<'_>,
    files: &Files<'a>,
    from: &str,
    target: &str,
) -> Target<'a> {
    let target = target.trim();
    if target.len() > TARGET_LIMIT {
        return Target::Outside(target.chars().take(200).collect());
    }
    if let Some(anchor) = target.strip_prefix('#') {
        return Target::Anchor(anchor.to_owned());
    }
    if let Some(address) = strip_scheme(target, "mailto:") {
        let address = address.split('?').next().unwrap_or_default();
        return Target::Mail(percent_decode(address));
    }
    if let Some(path) = own_path(shared, files, target) {
        return locate(files, &path);
    }
    if target.contains("://") || target.starts_with("//") || has_scheme(target) {
        return Target::Outside(target.to_owned());
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let base = if target.starts_with('/') { "" } else { folder };
    let joined = format!("{base}/{target}");
    // Tables of contents of reStructuredText name pages without extension.
    if from.ends_with(".rst")
        && let found @ Target::File(..) = locate(files, &format!("{joined}.rst"))
    {
        return found;
    }
    match locate(files, &joined) {
        // A site's root is often a folder of the tree: "/docs/x" written for "docs/x" works above,
        // and a path that was meant from the root works here.
        Target::Absent(path) if !base.is_empty() && !target.starts_with('.') => {
            match locate(files, target) {
                Target::Absent(_) => Target::Absent(path),
                found => found,
            }
        }
        found => found,
    }
}

fn strip_scheme<'t>(target: &'t str, scheme: &str) -> Option<&'t str> {
    target
        .get(..scheme.len())
        .filter(|head| head.eq_ignore_ascii_case(scheme))
        .map(|_| &target[scheme.len()..])
}

fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// The path that an address of this very repository names, e.g. `https://github.com/o/r/blob/main/x.md`.
/// A repository of the same name under another owner counts when the path is here: projects move.
fn own_path(shared: &Shared<'_>, files: &Files<'_>, target: &str) -> Option<String> {
    let rest = strip_scheme(target, "https://").or_else(|| strip_scheme(target, "http://"))?;
    let (host, path) = rest.split_once('/')?;
    let slug = shared.subject.slug.as_deref()?;
    let host = host.trim_start_matches("www.").to_ascii_lowercase();
    let remote = shared.subject.remote.as_deref().unwrap_or_default();
    let raw = host == "raw.githubusercontent.com";
    if !raw && !remote.to_ascii_lowercase().contains(&host) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').collect();
    let depth = slug.split('/').count();
    let named = parts.get(..depth)?.join("/");
    let name = slug.rsplit('/').next().unwrap_or_default();
    let same = named.trim_end_matches(".git").eq_ignore_ascii_case(slug);
    if !same && !parts[depth - 1].eq_ignore_ascii_case(name) {
        return None;
    }
    let mut rest = &parts[depth..];
    if rest.first() == Some(&"-") {
        rest = &rest[1..];
    }
    let skip = usize::from(!raw);
    let word = rest.first().copied().unwrap_or_default();
    if !raw && !["blob", "tree", "raw", "edit", "blame", "src"].contains(&word) {
        return None;
    }
    // A ref may hold slashes; the shortest is the usual one.
    let inside = rest.get(skip + 1..)?.join("/");
    (same || !matches!(locate(files, &inside), Target::Absent(_))).then_some(inside)
}

/// Hosts whose addresses name a file of some repository, never a rendered page of this one.
const FORGES: &[&str] = &[
    "github.com",
    "gitlab.com",
    "codeberg.org",
    "githubusercontent.com",
];

/// The source, in this tree, of a page that a website shows: the only document whose path ends with the
/// last two parts of the address (`…/contributor/process.html` for `doc/source/contributor/process.rst`).
///
/// On a site that carries the project's `name` the last part alone is telling enough.
pub(crate) fn rendered<'a>(files: &Files<'a>, url: &str, name: Option<&str>) -> Option<&'a Entry> {
    let rest = url.split_once("://")?.1;
    let (host, path) = rest.split_once('/')?;
    if FORGES.iter().any(|forge| host.ends_with(forge)) {
        return None;
    }
    let path = path.split(['#', '?']).next()?.trim_end_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    let path = path.strip_suffix("/index").unwrap_or(path);
    let mut parts = path.rsplit('/');
    let (last, folder) = (parts.next()?, parts.next()?);
    let telling = |part: &str| part.len() > 3 && part.chars().any(char::is_alphabetic);
    if !telling(last) || folder.is_empty() {
        return None;
    }
    if !telling(folder) && name.is_none() {
        return None;
    }
    let named =
        name.is_some_and(|n| n.len() > 3 && host.to_lowercase().contains(&n.to_lowercase()));
    source_of(files, &format!("/{folder}/{last}"))
        .or_else(|| named.then(|| source_of(files, &format!("/{last}")))?)
}

/// The only document whose path without extension ends with `tail`.
fn source_of<'a>(files: &Files<'a>, tail: &str) -> Option<&'a Entry> {
    let mut found = files.entries().iter().filter(|entry| {
        let Some((stem, extension)) = entry.path.rsplit_once('.') else {
            return false;
        };
        let stem = ["/index", "/_index", "/README"]
            .iter()
            .find_map(|index| stem.strip_suffix(index))
            .unwrap_or(stem);
        matches!(extension, "md" | "rst" | "adoc" | "txt")
            && entry.counts()
            && entry.is_file()
            && !not_ours(&entry.path)
            && (stem.ends_with(tail) || stem == &tail[1..])
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// What stands at `path` (with anchor, query, `.` and `..`) in the tree.
pub(crate) fn locate<'a>(files: &Files<'a>, path: &str) -> Target<'a> {
    let (path, anchor) = match path.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (path, None),
    };
    let path = path.split('?').next().unwrap_or_default();
    let Some(normal) = normalise(&percent_decode(path)) else {
        return Target::Absent(path.to_owned());
    };
    match follow(files, &normal) {
        Some(Place::File(entry)) => Target::File(entry, anchor),
        Some(Place::Folder(folder)) => Target::Folder(folder),
        None => Target::Absent(normal),
    }
}

/// A place of the tree after its symbolic links.
enum Place<'a> {
    File(&'a Entry),
    Folder(String),
}

fn follow<'a>(files: &Files<'a>, path: &str) -> Option<Place<'a>> {
    let mut path = path.to_owned();
    for _ in 0..HOPS {
        if let Some(entry) = files.get(&path) {
            if entry.mode != Mode::Symlink {
                return entry.is_file().then_some(Place::File(entry));
            }
            path = link_target(files, entry)?;
            continue;
        }
        if is_folder(files, &path) {
            return Some(Place::Folder(path));
        }
        // A folder on the way may be a link.
        let (link, rest) = path
            .match_indices('/')
            .map(|(at, _)| path.split_at(at))
            .find_map(|(head, rest)| {
                let entry = files.get(head)?;
                (entry.mode == Mode::Symlink).then_some((entry, rest))
            })?;
        path = format!("{}{rest}", link_target(files, link)?);
    }
    None
}

/// Target of a symbolic link as a path of the tree; `None` when it leaves the tree.
fn link_target(files: &Files<'_>, link: &Entry) -> Option<String> {
    let content = files.tree.read(link, TARGET_LIMIT).ok()?;
    let target = String::from_utf8(content.bytes).ok()?;
    if target.starts_with('/') {
        return None;
    }
    normalise(&format!("{}/{}", link.dir(), target))
}

/// The regular file that stands at `entry`, after symbolic links; `None` when there is none in the tree.
pub(crate) fn real<'a>(files: &Files<'a>, entry: &'a Entry) -> Option<&'a Entry> {
    match follow(files, &entry.path)? {
        Place::File(file) => Some(file),
        Place::Folder(_) => None,
    }
}

fn is_folder(files: &Files<'_>, path: &str) -> bool {
    path.is_empty() || {
        let prefix = format!("{path}/");
        let entries = files.entries();
        let at = entries.partition_point(|e| e.path.as_str() < prefix.as_str());
        entries.get(at).is_some_and(|e| e.path.starts_with(&prefix))
    }
}

/// Without `.`, `..` and empty parts; `None` when it would leave the tree.
fn normalise(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `%20` and the like; what is no escape stays.
pub(super) fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|_| bytes[at] == b'%')
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::with_shared;
    use crate::subject::memory::MemoryTree;

    fn show(target: &Target<'_>) -> String {
        match target {
            Target::File(entry, None) => format!("file {}", entry.path),
            Target::File(entry, Some(anchor)) => format!("file {} at {anchor}", entry.path),
            Target::Folder(path) => format!("folder {path}"),
            Target::Absent(path) => format!("absent {path}"),
            Target::Outside(url) => format!("outside {url}"),
            Target::Anchor(anchor) => format!("anchor {anchor}"),
            Target::Mail(address) => format!("mail {address}"),
        }
    }

    #[test]
    fn a_page_of_the_website_is_read_from_its_source_when_that_is_the_only_one() {
        let tree = MemoryTree::new()
            .file("doc/source/contributor/process.rst", "")
            .file("docs/en/guide/start/_index.md", "")
            .file("a/guide/twice.md", "")
            .file("b/guide/twice.md", "");
        with_shared(tree, None, |shared| {
            let source = |url: &str| rendered(&shared.files, url, None).map(|e| e.path.as_str());
            assert_eq!(
                source("https://docs.example.net/x/latest/contributor/process.html#a"),
                Some("doc/source/contributor/process.rst")
            );
            assert_eq!(
                source("https://example.net/guide/start/"),
                Some("docs/en/guide/start/_index.md")
            );
            assert_eq!(source("https://example.net/guide/twice"), None);
            assert_eq!(source("https://github.com/o/r/contributor/process"), None);
        });
    }

    #[test]
    fn links_lead_where_a_reader_would_land() {
        let tree = MemoryTree::new()
            .file("README.md", "")
            .file("docs/a b.md", "")
            .file("security/README.md", "")
            .link("SECURITY.md", "security/README.md")
            .link("guide", "docs")
            .link("escape", "../outside");
        with_shared(tree, Some("o/r"), |shared| {
            for (from, target, want) in [
                ("README.md", "docs/a%20b.md#top", "file docs/a b.md at top"),
                ("docs/x.md", "../README.md", "file README.md"),
                ("docs/x.md", "/security/", "folder security"),
                ("README.md", "SECURITY.md", "file security/README.md"),
                ("README.md", "guide/a b.md", "file docs/a b.md"),
                ("README.md", "escape", "absent escape"),
                ("README.md", "../../etc/passwd", "absent /../../etc/passwd"),
                ("README.md", "docs/none.md", "absent docs/none.md"),
                (
                    "README.md",
                    "https://github.com/O/R/blob/main/security/README.md",
                    "file security/README.md",
                ),
                (
                    "README.md",
                    "https://raw.githubusercontent.com/o/r/main/README.md",
                    "file README.md",
                ),
                (
                    "README.md",
                    "https://github.com/old/r/blob/master/README.md",
                    "file README.md",
                ),
                (
                    "README.md",
                    "https://github.com/o/other/blob/main/README.md",
                    "outside https://github.com/o/other/blob/main/README.md",
                ),
                (
                    "README.md",
                    "https://github.com/o/r/security",
                    "outside https://github.com/o/r/security",
                ),
                ("README.md", "mailto:a@b.org?subject=x", "mail a@b.org"),
                ("README.md", "#here", "anchor here"),
            ] {
                let found = resolve(shared, &shared.files, from, target);
                assert_eq!(show(&found), want, "{target}");
            }
        });
    }
}
