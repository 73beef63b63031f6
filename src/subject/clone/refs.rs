// SPDX-License-Identifier: Apache-2.0

//! What a server offers: its references and abilities.

use std::collections::{BTreeMap, BTreeSet};

use super::pkt;
use crate::subject::refs::parse_id;

/// Most references.
const REF_LIMIT: usize = 500_000;

/// References of HEAD, branches and tags, by full name; and how to ask for them.
#[derive(Debug, Default)]
pub(super) struct Advertised {
    refs: BTreeMap<String, String>,
    head: Option<String>,
    /// The branch HEAD names.
    branch: Option<String>,
    /// Whether replies carry progress and errors beside the pack.
    pub(super) side_band: bool,
    ofs_delta: bool,
}

impl Advertised {
    /// Reads a server's list. `Err` says in words why it cannot be used.
    pub(super) fn parse(body: &[u8]) -> Result<Advertised, String> {
        let odd = || "the server's list of references makes no sense".to_owned();
        let (first, rest) = pkt::split(body).ok_or_else(odd)?;
        if first.is_none_or(|line| line.trim_ascii_end() != b"# service=git-upload-pack") {
            return Err(odd());
        }
        let (flush, mut rest) = pkt::split(rest).ok_or_else(odd)?;
        if flush.is_some() {
            return Err(odd());
        }
        let mut found = Advertised::default();
        let mut first = true;
        while let (Some(line), after) = pkt::split(rest).ok_or_else(odd)? {
            rest = after;
            if line.starts_with(b"ERR ") {
                return Err(pkt::refusal(line));
            }
            let text = std::str::from_utf8(line).ok().map(str::trim_end);
            let Some(text) = text else {
                // A name that is not UTF-8 is passed over; it is nobody's default branch.
                continue;
            };
            let (text, abilities) = text.split_once('\0').unwrap_or((text, ""));
            if first {
                found.abilities(abilities)?;
                first = false;
            }
            let (id, name) = text.split_once(' ').ok_or_else(odd)?;
            parse_id(id.as_bytes()).ok_or_else(odd)?;
            found.take(id, name);
            if found.refs.len() > REF_LIMIT {
                return Err(format!("it has more than {REF_LIMIT} branches and tags"));
            }
        }
        Ok(found)
    }

    fn abilities(&mut self, abilities: &str) -> Result<(), String> {
        for ability in abilities.split(' ') {
            match ability.split_once('=').unwrap_or((ability, "")) {
                ("side-band-64k", _) => self.side_band = true,
                ("ofs-delta", _) => self.ofs_delta = true,
                ("object-format", format) if format != "sha1" => {
                    return Err(
                        "it is a SHA-256 repository, whose history provost cannot read yet".into(),
                    );
                }
                ("symref", pair) => {
                    if let Some(branch) = pair.strip_prefix("HEAD:")
                        && sane(branch)
                    {
                        self.branch = Some(branch.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn take(&mut self, id: &str, name: &str) {
        if name == "HEAD" {
            self.head = Some(id.to_owned());
        } else if sane(name) && (name.starts_with("refs/heads/") || name.starts_with("refs/tags/"))
        {
            self.refs.insert(name.to_owned(), id.to_owned());
        }
    }

    /// Whether there is nothing to clone.
    pub(super) fn is_empty(&self) -> bool {
        self.refs.is_empty() && self.head.is_none()
    }

    /// The request for all of it.
    pub(super) fn request(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let wants: BTreeSet<&str> = self
            .refs
            .values()
            .chain(&self.head)
            .map(String::as_str)
            .collect();
        for (i, want) in wants.into_iter().enumerate() {
            let mut line = format!("want {want}");
            if i == 0 {
                for (ability, has) in [
                    (" side-band-64k", self.side_band),
                    (" ofs-delta", self.ofs_delta),
                ] {
                    line.push_str(if has { ability } else { "" });
                }
                line.push_str(concat!(" agent=provost/", env!("CARGO_PKG_VERSION")));
            }
            line.push('\n');
            pkt::push(&mut out, &line);
        }
        out.extend_from_slice(b"0000");
        pkt::push(&mut out, "done\n");
        out
    }

    /// The file HEAD.
    pub(super) fn head(&self) -> String {
        let is_there = |branch: &&String| self.refs.contains_key(*branch);
        match (self.branch.as_ref().filter(is_there), &self.head) {
            (Some(branch), _) => format!("ref: {branch}\n"),
            (None, Some(id)) => format!("{id}\n"),
            (None, None) => format!(
                "ref: {}\n",
                self.branch.as_deref().unwrap_or("refs/heads/main")
            ),
        }
    }

    /// The file `packed-refs`.
    pub(super) fn packed_refs(&self) -> String {
        let lines = self.refs.iter().map(|(name, id)| format!("{id} {name}\n"));
        lines.collect()
    }
}

/// Whether a name may be written to a file of references.
fn sane(name: &str) -> bool {
    name.starts_with("refs/")
        && !name
            .split('/')
            .any(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock"))
        && !name.contains("..")
        && !name.contains(|c: char| c.is_control() || " ~^:?*[\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "95d09f2b10159347eece71399a7e2e907ea3df4f";

    fn list(lines: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        pkt::push(&mut out, "# service=git-upload-pack\n");
        out.extend_from_slice(b"0000");
        for line in lines {
            pkt::push(&mut out, line);
        }
        out.extend_from_slice(b"0000");
        out
    }

    #[test]
    fn branches_and_tags_are_asked_for_once() {
        let found = Advertised::parse(&list(&[
            &format!("{ID} HEAD\0side-band-64k ofs-delta symref=HEAD:refs/heads/trunk object-format=sha1\n"),
            &format!("{ID} refs/heads/trunk\n"),
            &format!("{ID} refs/heads/../../x\n"),
            &format!("{ID} refs/pull/1/head\n"),
            &format!("{ID} refs/tags/v1^{{}}\n"),
        ]))
        .unwrap();
        assert_eq!(found.head(), "ref: refs/heads/trunk\n");
        assert_eq!(found.packed_refs(), format!("{ID} refs/heads/trunk\n"));
        let request = String::from_utf8(found.request()).unwrap();
        assert_eq!(request.matches("want ").count(), 1);
        assert!(request.contains("side-band-64k ofs-delta") && request.ends_with("0009done\n"));
    }

    #[test]
    fn nonsense_is_refused() {
        let zero = "0".repeat(40);
        let empty = Advertised::parse(&list(&[&format!("{zero} capabilities^{{}}\0x\n")])).unwrap();
        assert!(empty.is_empty());
        for bad in [
            &b"<html>"[..],
            b"",
            &list(&["ERR not yours\n"]),
            &list(&["nonsense"]),
            &list(&[&format!("{ID} HEAD\0object-format=sha256\n")]),
            &list(&["a"])[..30],
        ] {
            assert!(Advertised::parse(bad).is_err());
        }
    }
}
