// SPDX-License-Identifier: Apache-2.0

//! The index file: which paths are tracked, and their blobs. Versions 2, 3 and 4, SHA-1 and SHA-256.
//!
//! Read here and not by libgit2: 38,570 files take a third of the time, the bytes are hostile, and libgit2
//! as built has no SHA-256.

use git2::Oid;

use super::Mode;
use super::commit_tree::sane;

/// A tracked path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tracked {
    pub(super) path: Vec<u8>,
    pub(super) mode: Mode,
    /// Unknown in a SHA-256 repository.
    pub(super) oid: Option<Oid>,
    /// What the file was like when it was last known to hold that blob.
    pub(super) stat: Stat,
}

/// What tells without reading that a file has not changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stat {
    /// Seconds and nanoseconds of its last change.
    pub(super) modified: (u32, u32),
    /// Its length, modulo 2³².
    pub(super) size: u32,
}

/// What an index file says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// Sorted by path, each once.
    pub(super) tracked: Vec<Tracked>,
    /// Folders of a sparse index, with `/` at the end, and their trees.
    pub(super) sparse: Vec<(Vec<u8>, Oid)>,
    /// Paths with conflict stages.
    pub(super) conflicts: usize,
    /// Paths that must not stand in an index.
    pub(super) insane: usize,
}

/// One entry as it stands.
struct Raw<'i> {
    mode: u32,
    id: &'i [u8],
    stage: u16,
    stat: Stat,
}

impl Index {
    /// Reads an index file; `Err` says in words why it cannot be used.
    pub(super) fn parse(bytes: &[u8], sha256: bool) -> Result<Index, &'static str> {
        let id_length = if sha256 { 32 } else { 20 };
        let head = bytes.get(..12).ok_or("it is too short")?;
        if &head[..4] != b"DIRC" {
            return Err("it does not begin as an index does");
        }
        let version = be32(&head[4..8]);
        if !(2..=4).contains(&version) {
            return Err("its version is not known");
        }
        let count = be32(&head[8..12]) as usize;
        let mut rest = &bytes[12..];
        // The smallest entry is 62 bytes, in version 4: a count beyond that is a lie.
        if count > rest.len() / 62 {
            return Err("it promises more entries than it has room for");
        }
        let mut index = Index::default();
        index.tracked.reserve_exact(count);
        let (mut path, mut last_stage) = (Vec::new(), 0);
        for _ in 0..count {
            let previous = path.clone();
            let (raw, after) = entry(rest, version, id_length, &mut path)
                .ok_or("an entry of it is cut off or damaged")?;
            rest = after;
            let again = path == previous && last_stage > 0;
            last_stage = raw.stage;
            index.take(&path, &raw, again);
        }
        extensions(rest, id_length)?;
        // Git keeps them sorted; whoever wrote this one may not have.
        if !index.tracked.is_sorted_by(|a, b| a.path < b.path) {
            index.tracked.sort_by(|a, b| a.path.cmp(&b.path));
            index.tracked.dedup_by(|a, b| a.path == b.path);
        }
        Ok(index)
    }

    fn take(&mut self, path: &[u8], raw: &Raw<'_>, again: bool) {
        self.conflicts += usize::from(raw.stage > 0 && !again);
        let oid = Oid::from_bytes(raw.id).ok();
        let folder = path.strip_suffix(b"/");
        if !folder.unwrap_or(path).split(|&b| b == b'/').all(sane) {
            self.insane += 1;
            return;
        }
        let mode = match raw.mode & 0o170_000 {
            0o040_000 => {
                if let (Some(_), Some(oid)) = (folder, oid) {
                    self.sparse.push((path.to_vec(), oid));
                }
                return;
            }
            0o120_000 => Mode::Symlink,
            0o160_000 => Mode::Submodule,
            0o100_000 if raw.mode & 0o111 != 0 => Mode::Executable,
            0o100_000 => Mode::File,
            _ => {
                self.insane += 1;
                return;
            }
        };
        match self.tracked.last_mut() {
            // Of the sides of a conflict, ours (stage 2) stands for the path.
            Some(last) if again && last.path == path => {
                if raw.stage == 2 {
                    (last.mode, last.oid) = (mode, oid);
                }
                // A file in conflict is never known to be as it was.
                last.stat = Stat::default();
            }
            _ => self.tracked.push(Tracked {
                path: path.to_vec(),
                mode,
                oid,
                stat: raw.stat,
            }),
        }
    }
}

/// Reads one entry; `path` holds the previous path and receives this one.
fn entry<'i>(
    bytes: &'i [u8],
    version: u32,
    id_length: usize,
    path: &mut Vec<u8>,
) -> Option<(Raw<'i>, &'i [u8])> {
    let fixed = bytes.get(..40 + id_length + 2)?;
    let flags = be16(&fixed[40 + id_length..]);
    let raw = Raw {
        mode: be32(&fixed[24..28]),
        id: &fixed[40..40 + id_length],
        stage: (flags >> 12) & 3,
        stat: Stat {
            modified: (be32(&fixed[8..12]), be32(&fixed[12..16])),
            size: be32(&fixed[36..40]),
        },
    };
    let extended = version >= 3 && flags & 0x4000 != 0;
    let start = fixed.len() + if extended { 2 } else { 0 };
    let mut rest = bytes.get(start..)?;
    if version == 4 {
        let (strip, after) = varint(rest)?;
        path.truncate(path.len().checked_sub(strip)?);
        rest = after;
        let end = memchr::memchr(0, rest)?;
        path.extend_from_slice(&rest[..end]);
        return Some((raw, &rest[end + 1..]));
    }
    let end = memchr::memchr(0, rest)?;
    path.clear();
    path.extend_from_slice(&rest[..end]);
    // One to eight zero bytes fill up to a multiple of eight.
    let length = (start + end + 8) & !7;
    Some((raw, bytes.get(length..)?))
}

/// Refuses an index that cannot be understood without an extension of it.
fn extensions(mut rest: &[u8], id_length: usize) -> Result<(), &'static str> {
    while rest.len() > id_length + 8 {
        let size = be32(&rest[4..8]) as usize;
        match &rest[..4] {
            b"link" => {
                return Err(
                    "it is a split index (`git update-index --no-split-index` makes it whole)",
                );
            }
            b"sdir" => {}
            [b'A'..=b'Z', ..] => {}
            _ => return Err("it has an extension that is not known"),
        }
        rest = rest
            .get(8 + size..)
            .ok_or("an extension of it is cut off")?;
    }
    Ok(())
}

/// Git's offset encoding: seven bits a byte, each continuation adding one.
fn varint(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for (i, &byte) in bytes.iter().enumerate().take(5) {
        value = (value << 7) | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
        value += 1;
    }
    None
}

fn be16(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[0], bytes[1]])
}

fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(mode: u32, stage: u16, id: u8, path: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 24];
        out.extend_from_slice(&mode.to_be_bytes());
        out.extend_from_slice(&[0; 12]);
        out.extend_from_slice(&[id; 20]);
        out.extend_from_slice(&(stage << 12 | path.len() as u16).to_be_bytes());
        out.extend_from_slice(path);
        out.resize((out.len() + 8) & !7, 0);
        out
    }

    fn index(entries: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"DIRC\0\0\0\x02".to_vec();
        out.extend_from_slice(&(entries.len() as u32).to_be_bytes());
        out.extend(entries.concat());
        out.extend_from_slice(&[0; 20]);
        out
    }

    fn paths(index: &Index) -> Vec<&[u8]> {
        index.tracked.iter().map(|t| t.path.as_slice()).collect()
    }

    #[test]
    fn conflicts_and_order() {
        let bytes = index(&[
            entry(0o100_644, 0, 9, b"z"),
            entry(0o100_644, 1, 1, b"a"),
            entry(0o100_755, 2, 2, b"a"),
            entry(0o100_644, 3, 3, b"a"),
            entry(0o160_000, 0, 4, b"sub"),
            entry(0o120_000, 0, 5, b"link"),
        ]);
        let index = Index::parse(&bytes, false).unwrap();
        assert_eq!(paths(&index), [&b"a"[..], b"link", b"sub", b"z"]);
        assert_eq!((index.conflicts, index.insane), (1, 0));
        assert_eq!(index.tracked[0].oid, Oid::from_bytes(&[2; 20]).ok(), "ours");
        let modes: Vec<_> = index.tracked.iter().map(|t| t.mode).collect();
        assert_eq!(
            modes,
            [Mode::Executable, Mode::Symlink, Mode::Submodule, Mode::File]
        );
    }

    #[test]
    fn names_that_lead_out_are_left_out() {
        let names: [&[u8]; 9] = [
            b"../x",
            b"a/../b",
            b"/etc",
            b"a//b",
            b".git/config",
            b"a/.GIT/x",
            b"a/.git /x",
            b"git~1/x",
            b"a/.",
        ];
        let entries: Vec<_> = names.iter().map(|n| entry(0o100_644, 0, 1, n)).collect();
        let index = Index::parse(&index(&entries), false).unwrap();
        assert_eq!((paths(&index).len(), index.insane), (0, names.len()));
    }

    #[test]
    fn nonsense_is_an_error() {
        let good = index(&[entry(0o100_644, 0, 1, b"a"), entry(0o100_644, 0, 1, b"b")]);
        assert!(Index::parse(&good, false).is_ok());
        for keep in 0..good.len() - 24 {
            assert!(Index::parse(&good[..keep], false).is_err(), "{keep}");
        }
        let mut many = good.clone();
        many[8] = 0xff;
        assert!(Index::parse(&many, false).is_err());
        let mut split = good.clone();
        split.splice(good.len() - 20..good.len() - 20, *b"link\0\0\0\x04abcd");
        assert!(Index::parse(&split, false).unwrap_err().contains("split"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, version in 2u8..5, sha256: bool) {
            let mut whole = vec![b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, 1];
            whole.extend(bytes);
            whole.resize(whole.len() + 80, 0);
            let _ = Index::parse(&whole, sha256);
        }
    }
}
