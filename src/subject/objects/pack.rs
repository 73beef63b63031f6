// SPDX-License-Identifier: Apache-2.0

//! Packs: objects one after another, whole or as deltas against others of the same pack.

use std::fs::File;
use std::sync::OnceLock;

use git2::{ObjectType, Oid};

use super::idx::{IDX_LIMIT, Idx};
use super::inflate::{Input, Scratch};
use super::{Objects, WHOLE_LIMIT, delta};
use crate::subject::ReadError;
use crate::subject::disk::{Root, SmallError, read_at, words};

/// Longest chain of deltas; git itself makes none of more than 4,095.
const CHAIN_LIMIT: usize = 4096;
/// Most bytes inflated and built for one object, bases included.
const WORK_LIMIT: usize = 1 << 30;
/// Largest commit, tree or tag that is kept as a likely base of the next one.
const KEEP_LIMIT: usize = 64 << 10;

/// One pack and its index, both opened on first use.
pub(super) struct Pack {
    /// Which `objects/` it lies in.
    pub(super) folder: usize,
    /// For messages.
    pub(super) name: String,
    stem: Vec<u8>,
    opened: OnceLock<Result<(Idx, File), String>>,
}

/// What stands at an offset.
enum Head {
    Whole(ObjectType),
    /// A delta against what stands at this offset.
    OnOffset(u64),
    /// A delta against this object.
    OnObject(Oid),
}

impl Pack {
    pub(super) fn new(folder: usize, stem: &[u8]) -> Pack {
        Pack {
            folder,
            name: format!("objects/pack/{}.pack", crate::subject::escape(stem)),
            stem: stem.to_vec(),
            opened: OnceLock::new(),
        }
    }

    fn opened(&self, root: &Root) -> Result<&(Idx, File), &str> {
        let opened = self.opened.get_or_init(|| {
            let path = |end: &[u8]| [b"pack/", &self.stem[..], end].concat();
            let bytes = root.small(&path(b".idx"), IDX_LIMIT).map_err(|e| match e {
                SmallError::Absent => "its index vanished".to_owned(),
                SmallError::Refused(why) => format!("its index is not read: {why}"),
            })?;
            let idx = Idx::new(bytes)?;
            let file = root.open(&path(b".pack")).map_err(|e| words(&e))?;
            let mut head = [0; 12];
            let whole =
                matches!(read_at(&file, &mut head, 0), Ok(12)) && head.starts_with(b"PACK\0\0\0");
            if !whole || !matches!(head[7], 2 | 3) {
                return Err("it does not begin as a pack does".to_owned());
            }
            if head[8..] != idx.count().to_be_bytes() {
                return Err("its index is of another pack".to_owned());
            }
            Ok((idx, file))
        });
        opened.as_ref().map_err(String::as_str)
    }

    /// Its index. `Err`: why the pack cannot be used, in words.
    pub(super) fn idx(&self, root: &Root) -> Result<&Idx, &str> {
        self.opened(root).map(|(idx, _)| idx)
    }
}

impl Objects {
    /// Reads the first `limit` bytes of what stands at `offset` of a pack into `out`.
    pub(super) fn unpack(
        &self,
        at: usize,
        offset: u64,
        limit: usize,
        scratch: &mut Scratch,
        out: &mut Vec<u8>,
    ) -> Result<(ObjectType, bool), ReadError> {
        let pack = &self.packs[at];
        let opened = pack.opened(&self.folders[pack.folder]);
        let (idx, file) = opened.map_err(|why| ReadError::Corrupt(why.to_owned()))?;
        let mut reader = Reader { file };
        if let Some((kind, bytes)) = self.cache.get((at, offset)) {
            out.clear();
            out.extend_from_slice(&bytes[..bytes.len().min(limit)]);
            return Ok((kind, bytes.len() > limit));
        }
        // From the object down to one that is whole, or known.
        let mut chain: Vec<u64> = Vec::new();
        let mut next = offset;
        let kind = loop {
            if let Some((kind, bytes)) = self.cache.get((at, next)) {
                scratch.whole[0].clear();
                scratch.whole[0].extend_from_slice(&bytes);
                break kind;
            }
            let size = if chain.is_empty() { limit } else { WHOLE_LIMIT };
            match reader.whole(next, size, scratch, out)? {
                (Head::Whole(kind), more) if chain.is_empty() => {
                    self.keep((at, offset), kind, out, more);
                    return Ok((kind, more));
                }
                (Head::Whole(_), true) => return Err(too_large()),
                (Head::Whole(kind), false) => {
                    std::mem::swap(out, &mut scratch.whole[0]);
                    self.cache.put((at, next), kind, &scratch.whole[0]);
                    break kind;
                }
                (Head::OnOffset(base), _) => {
                    chain.push(next);
                    next = base;
                }
                (Head::OnObject(id), _) => {
                    chain.push(next);
                    let missing =
                        || ReadError::Corrupt(format!("its delta's base {id} is not in the pack"));
                    next = idx.find(id).ok_or_else(missing)?;
                }
            }
            if chain.len() > CHAIN_LIMIT {
                let why =
                    format!("its deltas form a circle, or a chain of more than {CHAIN_LIMIT}");
                return Err(ReadError::Corrupt(why));
            }
        };
        self.build((at, kind), &chain, &mut reader, scratch)?;
        let whole = &scratch.whole[0];
        self.keep((at, offset), kind, whole, false);
        out.clear();
        out.extend_from_slice(&whole[..whole.len().min(limit)]);
        Ok((kind, whole.len() > limit))
    }

    /// Applies the deltas of `chain`, last first, to `scratch.whole[0]`.
    fn build(
        &self,
        (at, kind): (usize, ObjectType),
        chain: &[u64],
        reader: &mut Reader<'_>,
        scratch: &mut Scratch,
    ) -> Result<(), ReadError> {
        let mut work = scratch.whole[0].len();
        for (i, &offset) in chain.iter().enumerate().rev() {
            reader.delta(offset, scratch)?;
            let Scratch {
                whole: [base, result],
                delta,
                ..
            } = scratch;
            delta::apply(base, delta, result).map_err(|why| ReadError::Corrupt(why.to_owned()))?;
            std::mem::swap(base, result);
            work += base.len() + delta.len();
            if work > WORK_LIMIT {
                return Err(ReadError::Refused(format!(
                    "building it from its deltas takes more than the bound of {WORK_LIMIT} bytes"
                )));
            }
            if i > 0 {
                self.cache.put((at, offset), kind, base);
            }
        }
        Ok(())
    }

    /// Keeps what the next object is likely a delta of: commits and trees follow one another.
    fn keep(&self, key: (usize, u64), kind: ObjectType, bytes: &[u8], more: bool) {
        if kind != ObjectType::Blob && !more && bytes.len() <= KEEP_LIMIT {
            self.cache.put(key, kind, bytes);
        }
    }
}

fn too_large() -> ReadError {
    ReadError::Refused("it, or what it is a delta of, is larger than the bound of 64 MiB".into())
}

/// Reads from one pack.
struct Reader<'p> {
    file: &'p File,
}

impl Reader<'_> {
    /// Reads the head at `offset`; if a whole object stands there, its first `limit` bytes into `out`.
    fn whole(
        &mut self,
        offset: u64,
        limit: usize,
        scratch: &mut Scratch,
        out: &mut Vec<u8>,
    ) -> Result<(Head, bool), ReadError> {
        let mut position = offset;
        let mut take = |buffer: &mut [u8]| {
            let read = read_at(self.file, buffer, position)?;
            position += read as u64;
            Ok(read)
        };
        let mut input = Input::new(&mut take);
        let Scratch {
            zlib,
            input: buffer,
            ..
        } = scratch;
        let (head, size, length) = parse_head(offset, input.ahead(buffer, 32)?)?;
        input.skip(length);
        let more = match head {
            Head::Whole(_) => input.inflate(zlib, buffer, out, size, limit)?,
            _ => false,
        };
        Ok((head, more))
    }

    /// Inflates the delta at `offset` into `scratch.delta`.
    fn delta(&mut self, offset: u64, scratch: &mut Scratch) -> Result<(), ReadError> {
        let mut position = offset;
        let mut take = |buffer: &mut [u8]| {
            let read = read_at(self.file, buffer, position)?;
            position += read as u64;
            Ok(read)
        };
        let mut input = Input::new(&mut take);
        let Scratch {
            zlib,
            input: buffer,
            delta,
            ..
        } = scratch;
        let (_, size, length) = parse_head(offset, input.ahead(buffer, 32)?)?;
        input.skip(length);
        match input.inflate(zlib, buffer, delta, size, WHOLE_LIMIT)? {
            true => Err(too_large()),
            false => Ok(()),
        }
    }
}

/// Kind, size and length of the head of an object.
fn parse_head(offset: u64, bytes: &[u8]) -> Result<(Head, u64, usize), ReadError> {
    let cut = || ReadError::Corrupt("its pack is cut off".into());
    let wrong = || ReadError::Corrupt("its pack is damaged there".into());
    let (&first, mut rest) = bytes.split_first().ok_or_else(cut)?;
    let mut size = u64::from(first & 0x0f);
    let (mut shift, mut last) = (4, first);
    while last & 0x80 != 0 {
        let (&byte, after) = rest.split_first().ok_or_else(cut)?;
        (last, rest) = (byte, after);
        if shift > 57 {
            return Err(wrong());
        }
        size |= u64::from(byte & 0x7f) << shift;
        shift += 7;
    }
    let head = match (first >> 4) & 7 {
        1 => Head::Whole(ObjectType::Commit),
        2 => Head::Whole(ObjectType::Tree),
        3 => Head::Whole(ObjectType::Blob),
        4 => Head::Whole(ObjectType::Tag),
        6 => {
            let mut back = 0u64;
            for i in 0.. {
                let (&byte, after) = rest.split_first().ok_or_else(cut)?;
                rest = after;
                back = (back << 7) | u64::from(byte & 0x7f);
                if byte & 0x80 == 0 {
                    break;
                }
                if i > 7 {
                    return Err(wrong());
                }
                back += 1;
            }
            // The base stands before: a chain of these always ends.
            let base = offset.checked_sub(back).filter(|_| back > 0);
            Head::OnOffset(base.ok_or_else(wrong)?)
        }
        7 => {
            let (id, after) = rest.split_at_checked(20).ok_or_else(cut)?;
            rest = after;
            Head::OnObject(Oid::from_bytes(id).map_err(|_| wrong())?)
        }
        _ => return Err(wrong()),
    };
    Ok((head, size, bytes.len() - rest.len()))
}
