// SPDX-License-Identifier: Apache-2.0

//! Paths of a repository as URIs, whatever bytes they hold.

use std::fmt::Write as _;

/// A path as a relative URI: every byte outside RFC 3986 `pchar` encoded, `:` too, because a scheme could be
/// read into the first segment.
pub(super) fn path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in raw(path) {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Whether a path stays in the tree: relative, no `..`, no empty part.
pub(super) fn is_inside(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// The bytes of a path. `\xNN` stands for a byte in names that are not UTF-8, and only in those.
fn raw(path: &str) -> Vec<u8> {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match escaped(&bytes[at..]) {
            Some(byte) => {
                out.push(byte);
                at += 4;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    if std::str::from_utf8(&out).is_ok() {
        return bytes.to_vec();
    }
    out
}

fn escaped(bytes: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = bytes else {
        return None;
    };
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let byte = digit(*high)? << 4 | digit(*low)?;
    (byte >= 0x80).then_some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_bytes_become_uris() {
        assert_eq!(path("sp ace#frag?q.rs"), "sp%20ace%23frag%3Fq.rs");
        assert_eq!(path("col:on,comma.rs"), "col%3Aon,comma.rs");
        assert_eq!(path("c%0A::error::.rs"), "c%250A%3A%3Aerror%3A%3A.rs");
        assert_eq!(path("inv\\xff.rs"), "inv%FF.rs");
        assert_eq!(path("esc\x1b[2K\n.rs"), "esc%1B%5B2K%0A.rs");
        // An escape that spells valid UTF-8 was never one: the name is like that.
        assert_eq!(path("\\xc3\\xa9"), "%5Cxc3%5Cxa9");
        assert_eq!(path("ünï/-rf"), "%C3%BCn%C3%AF/-rf");
    }
}
