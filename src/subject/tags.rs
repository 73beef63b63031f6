// SPDX-License-Identifier: Apache-2.0

//! Tags: which commit each leads to, when it was made, whether it is signed.

use git2::{ObjectType, Oid};

use super::git::Git;
use super::{Notice, Tag};

/// Most tags that are read.
pub(super) const TAG_LIMIT: usize = 50_000;
/// Largest tag or commit object read for its date, in bytes.
const OBJECT_LIMIT: usize = 1 << 20;

/// What begins a signature in a tag object.
const SIGNATURES: [&[u8]; 4] = [
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN SSH SIGNATURE-----",
    b"-----BEGIN SIGNED MESSAGE-----",
];

impl Git {
    /// Every tag, sorted by name; at most 50,000. Read once.
    pub fn tags(&self) -> &[Tag] {
        self.tags.get_or_init(|| {
            let all = self.refs.under("refs/tags/").take(TAG_LIMIT);
            all.map(|(full, id)| self.tag(&full["refs/tags/".len()..], id))
                .collect()
        })
    }

    /// Says so when there are more tags than are read.
    pub(super) fn too_many_tags(&self, notices: &mut Vec<Notice>) {
        let count = self.refs.under("refs/tags/").count();
        if count > TAG_LIMIT {
            let message = format!("only the first {TAG_LIMIT} of {count} tags are read");
            notices.push(Notice::fault("refs/tags", message));
        }
    }

    fn tag(&self, name: &str, id: Oid) -> Tag {
        let mut tag = Tag {
            name: name.to_owned(),
            commit: self.peel(id).ok(),
            time: None,
            signed: false,
            annotated: false,
        };
        if let Ok(object) = self.objects.read(id, OBJECT_LIMIT)
            && object.kind == ObjectType::Tag
        {
            tag.annotated = true;
            tag.time = date(&object.bytes, b"tagger ");
            tag.signed = SIGNATURES.iter().any(|start| {
                object
                    .bytes
                    .split(|&b| b == b'\n')
                    .any(|line| line.starts_with(start))
            });
        }
        if tag.time.is_none()
            && let Some(commit) = tag.commit
            && let Ok(object) = self.objects.read(commit, OBJECT_LIMIT)
        {
            tag.time = date(&object.bytes, b"committer ");
        }
        tag
    }
}

/// Seconds since the epoch of a header line `who <mail> seconds zone`.
fn date(object: &[u8], header: &[u8]) -> Option<i64> {
    let line = object
        .split(|&b| b == b'\n')
        .take_while(|line| !line.is_empty())
        .find_map(|line| line.strip_prefix(header))?;
    let after = &line[line.iter().rposition(|&b| b == b'>')? + 1..];
    let text = std::str::from_utf8(after).ok()?;
    text.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_of_headers_only() {
        let object = b"object x\ntagger A > B <a@b> 1700000000 +0100\n\ntagger C <c> 5 +0000\n";
        assert_eq!(date(object, b"tagger "), Some(1_700_000_000));
        assert_eq!(
            date(b"object x\n\ntagger C <c> 5 +0000\n", b"tagger "),
            None
        );
        assert_eq!(date(b"tagger C <c>\n", b"tagger "), None);
        assert_eq!(date(b"tagger C <c> -5 +0000\n", b"tagger "), Some(-5));
    }
}
