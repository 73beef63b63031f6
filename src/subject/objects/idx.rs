// SPDX-License-Identifier: Apache-2.0

//! A pack's index: where in the pack each object begins. Versions 1 and 2.

use std::cmp::Ordering;

use git2::Oid;

/// Largest index, in bytes: about sixteen million objects.
pub(super) const IDX_LIMIT: usize = 512 << 20;

/// What the first byte of an id leaves open of its first eight.
const MASK: u64 = u64::MAX >> 8;

/// An index, held in memory: a walk asks it for every object.
pub(super) struct Idx {
    bytes: Vec<u8>,
    /// Objects whose first byte is at most the position.
    fanout: Box<[u32; 256]>,
    /// Where names begin, and how far one is from the next.
    names: usize,
    stride: usize,
    version: u8,
}

impl Idx {
    /// Checks the shape of an index; `Err` says in words what is wrong.
    pub(super) fn new(bytes: Vec<u8>) -> Result<Idx, &'static str> {
        let (version, start) = match bytes.get(..8) {
            Some(b"\xfftOc\0\0\0\x02") => (2, 8),
            Some([0xff, b't', b'O', b'c', ..]) => return Err("its index is of an unknown version"),
            _ => (1, 0),
        };
        let table = bytes
            .get(start..start + 1024)
            .ok_or("its index is cut off")?;
        let mut fanout = Box::new([0u32; 256]);
        for (count, four) in fanout.iter_mut().zip(table.chunks_exact(4)) {
            *count = u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
        }
        if !fanout.is_sorted() {
            return Err("its index is damaged");
        }
        let count = fanout[255] as usize;
        let (names, stride, each) = match version {
            1 => (start + 1024 + 4, 24, 24),
            _ => (start + 1024, 20, 28),
        };
        let needed = count
            .checked_mul(each)
            .and_then(|n| n.checked_add(start + 1024 + 40));
        if needed.is_none_or(|needed| needed > bytes.len()) {
            return Err("its index is cut off");
        }
        Ok(Idx {
            bytes,
            fanout,
            names,
            stride,
            version,
        })
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.fanout[255]
    }

    fn name(&self, at: usize) -> &[u8] {
        let start = self.names + at * self.stride;
        &self.bytes[start..start + 20]
    }

    /// The objects whose names begin with this byte.
    fn bucket(&self, first: u8) -> (usize, usize) {
        let start = match first {
            0 => 0,
            first => self.fanout[usize::from(first) - 1] as usize,
        };
        (start, self.fanout[usize::from(first)] as usize)
    }

    /// The offset of an object in the pack.
    pub(super) fn find(&self, id: Oid) -> Option<u64> {
        let wanted = id.as_bytes();
        let (mut low, mut high) = self.bucket(*wanted.first()?);
        // Ids are spread evenly, so the place can be guessed; halving after some rounds bounds a hostile index.
        let key = front(wanted);
        let (mut least, mut most) = (key & !MASK, key | MASK);
        let mut rounds = 0;
        while low < high {
            rounds += 1;
            let span = (high - low) as u128;
            let middle = match rounds {
                ..8 if (least..=most).contains(&key) => {
                    let share = u128::from(key - least) * span / (u128::from(most - least) + 1);
                    low + share as usize
                }
                _ => low.midpoint(high),
            };
            let name = self.name(middle);
            match front(name).cmp(&key).then_with(|| name.cmp(wanted)) {
                Ordering::Less => (low, least) = (middle + 1, front(name)),
                Ordering::Greater => (high, most) = (middle, front(name)),
                Ordering::Equal => return self.offset(middle),
            }
        }
        None
    }

    fn offset(&self, at: usize) -> Option<u64> {
        if self.version == 1 {
            let start = self.names + at * self.stride - 4;
            return self.be32(start).map(u64::from);
        }
        let count = self.count() as usize;
        let short = self.names + count * 24;
        let value = self.be32(short + at * 4)?;
        if value & 0x8000_0000 == 0 {
            return Some(u64::from(value));
        }
        let long = short + count * 4 + (value & 0x7fff_ffff) as usize * 8;
        let (high, low) = (self.be32(long)?, self.be32(long + 4)?);
        Some(u64::from(high) << 32 | u64::from(low))
    }

    fn be32(&self, start: usize) -> Option<u32> {
        let four = self.bytes.get(start..start.checked_add(4)?)?;
        Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
    }

    /// Gives the first two objects whose names begin with these lower-case hexadecimal digits.
    pub(super) fn beginning(&self, digits: &str, add: &mut dyn FnMut(Oid)) {
        let Some(first) = digits.get(..2).and_then(|d| u8::from_str_radix(d, 16).ok()) else {
            return;
        };
        let (start, end) = self.bucket(first);
        let mut given = 0;
        for at in start..end {
            let Ok(id) = Oid::from_bytes(self.name(at)) else {
                continue;
            };
            if id.to_string().starts_with(digits) {
                add(id);
                given += 1;
                if given == 2 {
                    return;
                }
            }
        }
    }
}

/// The first eight bytes of an id as a number.
fn front(id: &[u8]) -> u64 {
    id.first_chunk()
        .map_or(0, |eight| u64::from_be_bytes(*eight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_indexes_are_refused() {
        assert!(Idx::new(Vec::new()).is_err());
        assert!(Idx::new(b"\xfftOc\0\0\0\x03".to_vec()).is_err());
        assert!(Idx::new(vec![0xff; 2000]).is_err());
        let mut promises = b"\xfftOc\0\0\0\x02".to_vec();
        promises.extend([0, 0, 1, 0].repeat(256));
        promises.extend([0; 40]);
        assert!(Idx::new(promises).is_err());
        let mut empty = b"\xfftOc\0\0\0\x02".to_vec();
        empty.extend([0; 1024 + 40]);
        assert_eq!(
            Idx::new(empty).map(|i| i.find(Oid::ZERO_SHA1)).ok(),
            Some(None)
        );
    }
}
