// SPDX-License-Identifier: Apache-2.0

//! Git's delta format: copy from a base, insert new bytes.

use super::WHOLE_LIMIT;

/// Builds the result of `delta` on `base` in `out` (cleared first). `Err` says in words what is wrong.
pub(super) fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>) -> Result<(), &'static str> {
    out.clear();
    let (base_size, rest) = size(delta).ok_or("a delta is cut off")?;
    let (result_size, mut rest) = size(rest).ok_or("a delta is cut off")?;
    if base_size != base.len() as u64 {
        return Err("a delta does not fit its base");
    }
    if result_size > WHOLE_LIMIT as u64 {
        return Err("the object is larger than the bound of 64 MiB for delta-compressed objects");
    }
    let result_size = result_size as usize;
    out.reserve_exact(result_size);
    while let Some((&op, after)) = rest.split_first() {
        rest = after;
        let piece = if op & 0x80 == 0 {
            // Zero is reserved.
            let (new, after) = rest
                .split_at_checked(usize::from(op))
                .filter(|_| op != 0)
                .ok_or("a delta is damaged")?;
            rest = after;
            new
        } else {
            let mut fields = [0u8; 7];
            for (bit, field) in fields.iter_mut().enumerate() {
                if op & (1 << bit) != 0 {
                    let (&byte, after) = rest.split_first().ok_or("a delta is cut off")?;
                    (*field, rest) = (byte, after);
                }
            }
            let [a, b, c, d, x, y, z] = fields;
            let start = u32::from_le_bytes([a, b, c, d]) as usize;
            let length = match u32::from_le_bytes([x, y, z, 0]) as usize {
                0 => 0x10000,
                length => length,
            };
            start
                .checked_add(length)
                .and_then(|end| base.get(start..end))
                .ok_or("a delta copies from beyond its base")?
        };
        if piece.len() > result_size - out.len() {
            return Err("a delta makes more than it promises");
        }
        out.extend_from_slice(piece);
    }
    if out.len() != result_size {
        return Err("a delta makes less than it promises");
    }
    Ok(())
}

/// A size, seven bits a byte, low bits first.
fn size(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0u64;
    for (i, &byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[i + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn copies_and_inserts() {
        let mut out = Vec::new();
        let delta = [10, 7, 0x91, 2, 4, 3, b'x', b'y', b'z'];
        apply(b"0123456789", &delta, &mut out).unwrap();
        assert_eq!(out, b"2345xyz");
    }

    #[test]
    fn damage_is_told_not_obeyed() {
        let mut out = Vec::new();
        for delta in [
            &[][..],
            &[10],
            &[9, 1, 0x90, 1],
            &[10, 4, 0x91, 8, 4],
            &[10, 3, 0x90, 4],
            &[10, 5, 0x90, 4],
            &[10, 4, 0],
            &[10, 4, 5, b'a'],
            &[10, 4, 0xff],
            &[10, 0xff, 0xff, 0xff, 0xff, 0x7f],
            &[0xff; 20],
        ] {
            assert!(apply(b"0123456789", delta, &mut out).is_err(), "{delta:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(base: Vec<u8>, delta: Vec<u8>) {
            let _ = apply(&base, &delta, &mut Vec::new());
        }
    }
}
