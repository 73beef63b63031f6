// SPDX-License-Identifier: Apache-2.0

//! Replies kept as files: the cache, and the record of a run. One reply, one JSON file that a person can read and
//! commit; written whole or not at all. A file that is not what it should be is no reply.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;

/// Largest file that is read, in bytes: a body at its bound, spread over lines.
const LIMIT: u64 = 64 << 20;
/// Most characters of a question in a file's name.
const NAME: usize = 100;

/// A reply as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    /// The address asked.
    pub(super) url: String,
    /// HTTP status.
    pub(super) status: u16,
    /// When it came, RFC 3339.
    pub(super) retrieved: String,
    /// The server's tag of this version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    /// Why there is no reply; only in a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) failed: Option<String>,
    /// The JSON.
    pub(super) body: Value,
}

/// A file: the question, and the reply to it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    asked: String,
    reply: Kept,
}

impl Kept {
    /// No reply, and why.
    pub(super) fn failed(url: &str, why: &str) -> Kept {
        Kept {
            url: url.to_owned(),
            status: 0,
            retrieved: String::new(),
            etag: None,
            failed: Some(why.to_owned()),
            body: Value::Null,
        }
    }
}

/// A folder of replies.
pub(super) struct Store {
    root: PathBuf,
}

impl Store {
    pub(super) fn new(root: PathBuf) -> Store {
        Store { root }
    }

    /// The reply to `question`, if a whole and fitting one is there.
    pub(super) fn read(&self, folder: &str, question: &str) -> Option<Kept> {
        let path = self.path(folder, question);
        if !fs::metadata(&path).is_ok_and(|m| m.is_file() && m.len() <= LIMIT) {
            return None;
        }
        let mut text = Vec::new();
        let file = fs::File::open(path).ok()?;
        file.take(LIMIT).read_to_end(&mut text).ok()?;
        let file: File = serde_json::from_slice(&text).ok()?;
        (file.asked == question).then_some(file.reply)
    }

    /// Keeps the reply to `question`. `Err` says in words why not.
    pub(super) fn write(&self, folder: &str, question: &str, kept: &Kept) -> Result<(), String> {
        let path = self.path(folder, question);
        let failed = |e: std::io::Error| format!("{}: cannot be written: {e}", path.display());
        let dir = self.root.join(part(folder));
        fs::create_dir_all(&dir).map_err(failed)?;
        let mut file = NamedTempFile::new_in(&dir).map_err(failed)?;
        let whole = File {
            asked: question.to_owned(),
            reply: kept.clone(),
        };
        let text = serde_json::to_string_pretty(&whole).map_err(|e| failed(e.into()))?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.write_all(b"\n").map_err(failed)?;
        readable(&file);
        file.persist(&path).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// A name that a person recognises, made unique by a hash of the whole question.
    fn path(&self, folder: &str, question: &str) -> PathBuf {
        let hash = git2::Oid::hash_object(git2::ObjectType::Blob, question.as_bytes())
            .map_or_else(|_| String::new(), |id| id.to_string());
        let bare = question.split_once("://").map_or(question, |(_, rest)| {
            rest.split_once('/').map_or(rest, |(_, path)| path)
        });
        let name: String = part(bare.trim_start_matches('/'))
            .chars()
            .take(NAME)
            .collect();
        let hash = hash.get(..12).unwrap_or_default();
        self.root
            .join(part(folder))
            .join(format!("{name}-{hash}.json"))
    }
}

/// Temporary files are for their owner only; a record is for everybody.
fn readable(file: &NamedTempFile) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o644);
        let _ = fs::set_permissions(file.path(), mode);
    }
    #[cfg(not(unix))]
    let _ = file;
}

/// A text as one part of a path: no separator, no dot in front, no reserved character.
fn part(text: &str) -> String {
    let safe = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-._".contains(c) => c,
        _ => '_',
    };
    let name: String = text.chars().map(safe).collect();
    match name.strip_prefix('.') {
        Some(rest) => format!("_{rest}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn kept(body: Value) -> Kept {
        Kept {
            url: "https://h/a".into(),
            status: 200,
            retrieved: "2026-11-20T12:00:00Z".into(),
            etag: Some("\"1\"".into()),
            failed: None,
            body,
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        let reply = kept(json!([{"a": 7.3, "z": null, "b": "é\u{1b}"}]));
        let question = "/projects.json?url=https%3A%2F%2Fh%2F..%2F..%2Fa";
        assert_eq!(store.read("badge", question), None);
        store.write("badge", question, &reply).unwrap();
        assert_eq!(store.read("badge", question), Some(reply.clone()));
        assert_eq!(store.read("badge", "/projects.json"), None);
        assert_eq!(store.read("osv", question), None);
        // Written again, it is replaced; nothing else is left in the folder.
        store.write("badge", question, &kept(json!(null))).unwrap();
        assert_eq!(store.read("badge", question).unwrap().body, json!(null));
        assert_eq!(fs::read_dir(dir.path().join("badge")).unwrap().count(), 1);
    }

    #[test]
    fn bad_files_are_no_replies_and_are_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path().to_owned());
        store.write("h", "/a", &kept(json!(1))).unwrap();
        let path = store.path("h", "/a");
        let whole = fs::read_to_string(&path).unwrap();
        for bad in [
            "",
            "{",
            "[]",
            "\u{0}",
            &whole[..whole.len() / 2],
            &whole.replace("\"asked\": \"/a\"", "\"asked\": \"/b\""),
            &whole.replace("status", "statuz"),
        ] {
            fs::write(&path, bad).unwrap();
            assert_eq!(store.read("h", "/a"), None, "{bad}");
        }
        store.write("h", "/a", &kept(json!(2))).unwrap();
        assert_eq!(store.read("h", "/a").unwrap().body, json!(2));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(store.read("h", "/a"), None);
        assert!(store.write("h", "/a", &kept(json!(2))).is_err());
    }

    proptest! {
        #[test]
        fn no_question_leaves_the_folder(question in ".{0,300}", folder in ".{1,20}") {
            let store = Store::new("root".into());
            let path = store.path(&folder, &question);
            let parts: Vec<_> = path.components().collect();
            prop_assert_eq!(parts.len(), 3);
            let normal = parts.iter().all(|part| matches!(part, std::path::Component::Normal(_)));
            prop_assert!(normal);
        }
    }
}
