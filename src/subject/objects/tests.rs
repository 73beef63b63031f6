// SPDX-License-Identifier: Apache-2.0

//! Packs made by hand: circles, lies about sizes, bombs, damage of every byte.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::{ObjectType, Oid};

use super::*;

const BLOB: u8 = 3;
const ON_OFFSET: u8 = 6;
const ON_OBJECT: u8 = 7;

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn id(n: usize) -> Oid {
    Oid::hash_object(ObjectType::Blob, format!("object {n}").as_bytes()).unwrap()
}

/// A pack whose ids are made up: nothing hashes them.
#[derive(Clone)]
struct Made {
    pack: Vec<u8>,
    objects: Vec<(Oid, u64)>,
}

impl Made {
    fn new() -> Made {
        Made {
            pack: b"PACK\0\0\0\x02\0\0\0\0".to_vec(),
            objects: Vec::new(),
        }
    }

    /// An object of this type and claimed size; `base` stands between the head and the data.
    fn add(mut self, kind: u8, size: usize, base: &[u8], data: &[u8]) -> Made {
        self.objects
            .push((id(self.objects.len()), self.pack.len() as u64));
        let (mut rest, mut byte) = (size >> 4, (kind << 4) | (size & 15) as u8);
        while rest > 0 {
            self.pack.push(byte | 0x80);
            byte = (rest & 0x7f) as u8;
            rest >>= 7;
        }
        self.pack.push(byte);
        self.pack.extend_from_slice(base);
        self.pack.extend_from_slice(data);
        self
    }

    fn blob(self, content: &[u8]) -> Made {
        self.add(BLOB, content.len(), &[], &zlib(content))
    }

    /// A delta of `size_before` bytes that appends one byte.
    fn appended(self, kind: u8, base: &[u8], size_before: u8, byte: u8) -> Made {
        let delta = [size_before, size_before + 1, 0x90, size_before, 1, byte];
        self.add(kind, delta.len(), base, &zlib(&delta))
    }

    fn idx(&self) -> Vec<u8> {
        let mut objects = self.objects.clone();
        objects.sort_unstable();
        let mut out = b"\xfftOc\0\0\0\x02".to_vec();
        for first in 0..=255u8 {
            let count = objects
                .iter()
                .filter(|(id, _)| id.as_bytes()[0] <= first)
                .count();
            out.extend_from_slice(&(count as u32).to_be_bytes());
        }
        objects
            .iter()
            .for_each(|(id, _)| out.extend_from_slice(id.as_bytes()));
        objects.iter().for_each(|_| out.extend_from_slice(&[0; 4]));
        for (_, offset) in &objects {
            out.extend_from_slice(&(*offset as u32).to_be_bytes());
        }
        out.extend_from_slice(&[0; 40]);
        out
    }

    fn counted(&self) -> Vec<u8> {
        let mut pack = self.pack.clone();
        pack[8..12].copy_from_slice(&(self.objects.len() as u32).to_be_bytes());
        pack.extend_from_slice(&[0; 20]);
        pack
    }

    fn open(&self) -> (tempfile::TempDir, Objects) {
        let folder = tempfile::tempdir().unwrap();
        let objects = write(folder.path(), &self.counted(), &self.idx());
        (folder, objects)
    }

    fn read(&self, n: usize, limit: usize) -> Result<Object, ReadError> {
        let (_folder, objects) = self.open();
        objects.read(id(n), limit)
    }
}

fn write(folder: &Path, pack: &[u8], idx: &[u8]) -> Objects {
    fs::create_dir_all(folder.join("pack")).unwrap();
    fs::write(folder.join("pack/pack-x.pack"), pack).unwrap();
    fs::write(folder.join("pack/pack-x.idx"), idx).unwrap();
    Objects::open(folder).unwrap()
}

fn why(result: Result<Object, ReadError>) -> String {
    match result {
        Ok(object) => panic!("read: {:?}", object.bytes.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn deltas_of_both_kinds_are_built() {
    let made = Made::new()
        .blob(b"base")
        .appended(ON_OFFSET, &[12], 4, b'!')
        .appended(ON_OBJECT, id(1).as_bytes(), 5, b'?');
    // The offset of the first delta's base counts back from itself.
    let back = (made.objects[1].1 - made.objects[0].1) as u8;
    let made = Made::new()
        .blob(b"base")
        .appended(ON_OFFSET, &[back], 4, b'!')
        .appended(ON_OBJECT, id(1).as_bytes(), 5, b'?');
    assert_eq!(made.read(2, 100).unwrap().bytes, b"base!?");
    assert_eq!(
        made.read(1, 3).unwrap(),
        Object {
            kind: ObjectType::Blob,
            bytes: b"bas".to_vec(),
            truncated: true
        }
    );
    assert_eq!(made.read(9, 3), Err(ReadError::Missing));
}

#[test]
fn circles_of_deltas_end() {
    let circle = Made::new()
        .appended(ON_OBJECT, id(1).as_bytes(), 4, b'a')
        .appended(ON_OBJECT, id(0).as_bytes(), 4, b'b')
        .appended(ON_OBJECT, id(2).as_bytes(), 4, b'c');
    for n in 0..3 {
        assert!(why(circle.read(n, 100)).contains("circle"));
    }
    for base in [
        &[0][..],
        &[0x7f],
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    ] {
        assert!(why(Made::new().appended(ON_OFFSET, base, 4, b'a').read(0, 9)).contains("damaged"));
    }
    let absent = Made::new().appended(ON_OBJECT, id(7).as_bytes(), 4, b'a');
    assert!(why(absent.read(0, 9)).contains("not in the pack"));
}

#[test]
fn long_chains_are_built_and_longer_ones_refused() {
    let mut made = Made::new().blob(b"base");
    for n in 0..4200 {
        // Copies its base whole: the size never changes.
        made = made.add(ON_OBJECT, 4, id(n).as_bytes(), &zlib(&[4, 4, 0x90, 4]));
    }
    assert_eq!(made.read(4000, 9).unwrap().bytes, b"base");
    assert!(why(made.read(4200, 9)).contains("4096"));
}

#[test]
fn sizes_that_lie_are_damage() {
    let short = Made::new().add(BLOB, 9, &[], &zlib(b"12345"));
    assert!(why(short.read(0, 100)).contains("shorter"));
    let long = Made::new().add(BLOB, 3, &[], &zlib(b"12345"));
    assert!(why(long.read(0, 100)).contains("longer"));
    let huge = Made::new().add(BLOB, 1 << 50, &[], &zlib(b"12345"));
    assert!(why(huge.read(0, 100)).contains("shorter"));
    assert_eq!(
        huge.read(0, 5).unwrap().bytes,
        b"12345",
        "as far as asked, it is as promised"
    );
    let noise = Made::new().add(BLOB, 5, &[], b"no zlib here");
    assert!(why(noise.read(0, 100)).contains("no sense"));
    for kind in [0, 5] {
        assert!(why(Made::new().add(kind, 0, &[], &zlib(b"")).read(0, 9)).contains("damaged"));
    }
}

#[test]
fn bombs_cost_what_was_asked_for() {
    let zeros = vec![0; 100 << 20];
    let made = Made::new().blob(&zeros);
    let object = made.read(0, 1000).unwrap();
    assert_eq!((object.bytes.len(), object.truncated), (1000, true));
    // Copies of copies: each delta doubles sixteen times over.
    let delta = |from: u32, times: u32| {
        let mut delta = Vec::new();
        for mut size in [from, from * times] {
            while size > 0x7f {
                delta.push(size as u8 | 0x80);
                size >>= 7;
            }
            delta.push(size as u8);
        }
        let length = from.to_le_bytes();
        (0..times).for_each(|_| delta.extend([0xf0, length[0], length[1], length[2]]));
        delta
    };
    let mut made = Made::new().blob(&[0; 4096]);
    for (n, size) in [4096u32, 4096 * 64, 4096 * 64 * 16, 4096 * 64 * 256]
        .into_iter()
        .enumerate()
    {
        let bytes = delta(size, if n == 0 { 64 } else { 16 });
        made = made.add(ON_OBJECT, bytes.len(), id(n).as_bytes(), &zlib(&bytes));
    }
    assert_eq!(made.read(2, 10).unwrap().bytes.len(), 10);
    assert_eq!(made.read(3, 10).unwrap().bytes.len(), 10, "64 MiB exactly");
    assert!(why(made.read(4, 10)).contains("64 MiB"));
}

#[test]
fn packs_that_are_cut_off_end() {
    let made = Made::new()
        .blob(b"base")
        .appended(ON_OBJECT, id(0).as_bytes(), 4, b'!');
    let (pack, idx) = (made.counted(), made.idx());
    let folder = tempfile::tempdir().unwrap();
    for keep in 0..pack.len() - 20 {
        let objects = write(folder.path(), &pack[..keep], &idx);
        assert!(objects.read(id(1), 100).is_err(), "{keep}");
    }
    for keep in (0..idx.len()).step_by(7) {
        let objects = write(folder.path(), &pack, &idx[..keep]);
        assert!(
            matches!(objects.read(id(1), 100), Err(ReadError::Corrupt(_))),
            "{keep}"
        );
    }
}

#[test]
fn damage_of_any_byte_is_an_answer() {
    let made = Made::new()
        .blob(b"base of it")
        .appended(ON_OBJECT, id(0).as_bytes(), 10, b'!');
    let (pack, idx) = (made.counted(), made.idx());
    let folder = tempfile::tempdir().unwrap();
    for mask in [0x01, 0x80, 0xff] {
        for at in 0..pack.len() {
            let mut bad = pack.clone();
            bad[at] ^= mask;
            let objects = write(folder.path(), &bad, &idx);
            let _ = (objects.read(id(0), 100), objects.read(id(1), 100));
        }
        for at in (0..idx.len()).step_by(11) {
            let mut bad = idx.clone();
            bad[at] ^= mask;
            let objects = write(folder.path(), &pack, &bad);
            let _ = (
                objects.read(id(0), 100),
                objects.read(id(1), 100),
                objects.prefix("abcd"),
            );
        }
    }
}

#[test]
fn an_index_of_another_pack_is_not_believed() {
    let one = Made::new().blob(b"one");
    let two = Made::new().blob(b"one").blob(b"two");
    let folder = tempfile::tempdir().unwrap();
    let objects = write(folder.path(), &one.counted(), &two.idx());
    assert!(why(objects.read(id(0), 9)).contains("another pack"));
}
