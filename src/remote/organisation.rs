// SPDX-License-Identifier: Apache-2.0

//! The default documents of an organisation: its public `.github` repository, which GitHub shows wherever a
//! repository has none of its own. Only what the repository lacks is read.

use std::thread::{Scope, ScopedJoinHandle};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::badge::unexpected;
use super::client::Client;
use super::place::encode;
use super::{Heard, Place, Reply, Seen, Service, Told};
use crate::subject::memory::MemoryTree;

/// Stems of what GitHub inherits and provost judges; never a licence.
pub const INHERITED: [&str; 7] = [
    "security",
    "code_of_conduct",
    "contributing",
    "governance",
    "support",
    "pull_request_template",
    "issue_template",
];
/// Folders it is looked for in, the first that has it wins.
const FOLDERS: [&str; 3] = [".github", "", "docs"];
/// Most paths of the list that are looked at.
const PATHS: usize = 10_000;
/// Documents that are asked for by name where no list is to be had.
const BLIND: usize = 2;

/// Files of the `.github` repository.
pub struct OrganisationFiles {
    /// Those that were read.
    pub tree: MemoryTree,
    /// The reply that each came in, by path.
    pub seen: Vec<(String, Seen)>,
    /// Stems that could not be read, and why.
    pub unread: Vec<(String, String)>,
}

impl std::fmt::Debug for OrganisationFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OrganisationFiles")
            .field("seen", &self.seen)
            .field("unread", &self.unread)
            .finish_non_exhaustive()
    }
}

/// Reads the documents with a stem of `lacking`; `None` when the owner has no such repository.
pub(super) fn files(
    client: &Client,
    place: &Place,
    lacking: &[String],
) -> Told<Option<OrganisationFiles>> {
    let owner = place.owner_and_name().map_or("", |(owner, _)| owner);
    let base = format!("/repos/{}/.github", encode(owner));
    let mut found = OrganisationFiles {
        tree: MemoryTree::new(),
        seen: Vec::new(),
        unread: Vec::new(),
    };
    let wanted: Vec<&str> = INHERITED
        .into_iter()
        .filter(|stem| lacking.iter().any(|l| l == stem))
        .collect();
    if wanted.is_empty() {
        return Ok(Heard {
            value: None,
            seen: Vec::new(),
        });
    }
    let read = |path: &str| {
        let encoded: Vec<String> = path.split('/').map(encode).collect();
        client.get(
            Service::GitHub,
            &format!("{base}/contents/{}", encoded.join("/")),
        )
    };
    // A server other than GitHub's own may hand out files and no lists: the usual names are asked for as well.
    let usual = |stem: &&str| ((*stem).to_owned(), format!("{}.md", stem.to_uppercase()));
    let blind = wanted
        .iter()
        .filter(|stem| !stem.ends_with("template"))
        .take(BLIND)
        .map(usual);
    let blind = blind.filter(|(_, path)| {
        client.is_elsewhere(Service::GitHub, &format!("{base}/contents/{path}"))
    });
    let blind: Vec<(String, String)> = blind.collect();
    let (list, probed) = std::thread::scope(|scope| {
        let probes = ask_all(scope, &blind, &read);
        let list = client.get(
            Service::GitHub,
            &format!("{base}/git/trees/HEAD?recursive=1"),
        );
        (list, answers(probes))
    });
    let list = list?;
    let replies = if list.is_absent() {
        probed
    } else {
        let entries = list
            .body
            .get("tree")
            .and_then(Value::as_array)
            .ok_or_else(|| unexpected(&list))?;
        let named = wanted
            .iter()
            .filter_map(|stem| Some(((*stem).to_owned(), best(entries, stem)?)));
        let named: Vec<(String, String)> = named.collect();
        std::thread::scope(|scope| answers(ask_all(scope, &named, &read)))
    };
    let mut seen = vec![list.seen.clone()];
    for (stem, path, told) in replies {
        match told {
            Ok(reply) if reply.is_absent() => {}
            Ok(reply) => match content(&reply.body) {
                Some(bytes) => {
                    found.tree = std::mem::take(&mut found.tree).file(&path, bytes);
                    found.seen.push((path, reply.seen.clone()));
                    seen.push(reply.seen);
                }
                None => found.unread.push((stem, unexpected(&reply))),
            },
            Err(why) => found.unread.push((stem, why)),
        }
    }
    let nothing = list.is_absent() && found.seen.is_empty() && found.unread.is_empty();
    Ok(Heard {
        value: (!nothing).then_some(found),
        seen,
    })
}

/// A document that is being asked for: its stem, its path, the reply to come.
type Probe<'s> = (String, String, ScopedJoinHandle<'s, Result<Reply, String>>);

/// Asks for all of them at once: one slow reply, not one after the other.
fn ask_all<'s, 'e>(
    scope: &'s Scope<'s, 'e>,
    documents: &'s [(String, String)],
    read: &'s (impl Fn(&str) -> Result<Reply, String> + Sync),
) -> Vec<Probe<'s>> {
    let ask = |(stem, path): &'s (String, String)| {
        (stem.clone(), path.clone(), scope.spawn(move || read(path)))
    };
    documents.iter().map(ask).collect()
}

/// Waits for the replies.
fn answers(probes: Vec<Probe<'_>>) -> Vec<(String, String, Result<Reply, String>)> {
    let wait = |(stem, path, handle): Probe<'_>| {
        let told = handle
            .join()
            .unwrap_or_else(|_| Err("asking for it broke".into()));
        (stem, path, told)
    };
    probes.into_iter().map(wait).collect()
}

/// The path of a document in a tree's list: in the order of folders, names without regard to case.
fn best(entries: &[Value], stem: &str) -> Option<String> {
    let mut found: Vec<(usize, &str)> = Vec::new();
    for entry in entries.iter().take(PATHS) {
        let text = |key: &str| entry.get(key).and_then(Value::as_str);
        let (Some(path), Some("blob")) = (text("path"), text("type")) else {
            continue;
        };
        let lower = path.to_lowercase();
        let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let rank = FOLDERS.iter().position(|f| *f == folder);
        let own = name.split_once('.').map_or(name, |(own, _)| own);
        if let Some(rank) = rank.filter(|_| own == stem && text("mode") != Some("120000")) {
            found.push((rank, path));
        }
    }
    found.sort_unstable();
    found.first().map(|(_, path)| (*path).to_owned())
}

/// The bytes of a file as GitHub wraps them.
fn content(raw: &Value) -> Option<Vec<u8>> {
    let text = |key: &str| raw.get(key).and_then(Value::as_str);
    if text("type") != Some("file") || text("encoding") != Some("base64") {
        return None;
    }
    let packed: String = text("content")?
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .collect();
    STANDARD.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_folder_wins_whatever_the_case() {
        let blob = |path: &str| json!({"path": path, "type": "blob", "mode": "100644"});
        let tree = [
            blob("SECURITY.md"),
            blob(".github/Security.md"),
            blob("docs/support.txt"),
            blob("profile/SECURITY.md"),
            json!({"path": "GOVERNANCE", "type": "tree"}),
            json!({"path": "CONTRIBUTING.md", "type": "blob", "mode": "120000"}),
            json!(null),
        ];
        assert_eq!(best(&tree, "security").unwrap(), ".github/Security.md");
        assert_eq!(best(&tree, "support").unwrap(), "docs/support.txt");
        assert_eq!(best(&tree, "governance"), None);
        assert_eq!(best(&tree, "contributing"), None);
    }

    #[test]
    fn only_files_have_content() {
        let file = json!({"type": "file", "encoding": "base64", "content": "aGVs\nbG8=\n"});
        assert_eq!(content(&file).unwrap(), b"hello");
        for bad in [
            json!([]),
            json!({"type": "dir"}),
            json!({"type": "file", "encoding": "base64", "content": "?"}),
        ] {
            assert_eq!(content(&bad), None);
        }
    }
}
