// SPDX-License-Identifier: Apache-2.0

//! The body of a reply: read within a bound, decompressed within the same bound, parsed leniently.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Largest body, before and after decompression, in bytes.
pub(super) const LIMIT: usize = 8 << 20;
/// Bytes asked for at a time.
const PIECE: usize = 64 << 10;
/// Bytes by which a body's memory grows.
const STEP: usize = 512 << 10;
/// Characters of a body that an error message shows.
const SHOWN: usize = 80;

/// Why a body cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unusable {
    /// In words, as the end of a sentence that names the host.
    pub(super) why: String,
    /// Tries that this deserves in all.
    pub(super) tries: u32,
}

fn unusable(tries: u32, why: impl Into<String>) -> Unusable {
    Unusable {
        why: why.into(),
        tries,
    }
}

/// Reads a body; stops at the bound and at the deadline, whatever the other side does.
pub(super) fn read(mut from: impl Read, deadline: Instant) -> Result<Vec<u8>, Unusable> {
    let mut all = Vec::new();
    let mut piece = vec![0; PIECE];
    loop {
        if Instant::now() >= deadline {
            return Err(unusable(
                1,
                format!(
                    "did not finish its answer in time ({} bytes came)",
                    all.len()
                ),
            ));
        }
        match from.read(&mut piece) {
            Ok(0) => return Ok(all),
            Ok(count) if all.len() + count > LIMIT => return Err(too_large()),
            Ok(count) => {
                // By steps and not by doubling, so that the bound is one of memory too.
                if all.capacity() < all.len() + count {
                    all.reserve_exact(STEP);
                }
                all.extend_from_slice(&piece[..count]);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) if Instant::now() >= deadline => {}
            Err(_) => {
                let why = format!(
                    "closed the connection after {} bytes of its answer",
                    all.len()
                );
                return Err(unusable(3, why));
            }
        }
    }
}

/// Undoes gzip.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, Unusable> {
    // What it reads is in memory, so that it needs no deadline of its own.
    let far = Instant::now() + Duration::from_secs(3600);
    read(MultiGzDecoder::new(bytes), far).map_err(|e| match e.tries {
        1 => e,
        _ => unusable(2, "sent a compressed answer that is damaged"),
    })
}

fn too_large() -> Unusable {
    let why = format!("sent more than the bound of {} MiB", LIMIT >> 20);
    unusable(1, why)
}

/// Parses JSON: a byte order mark and bytes that are not UTF-8 are forgiven, the content type is not looked at.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Unusable> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim();
    if text.is_empty() {
        return Err(unusable(1, "sent an empty answer"));
    }
    if text.starts_with('<') {
        let why = "answered with HTML instead of JSON (a proxy, a login page or an outage?)";
        return Err(unusable(2, why));
    }
    serde_json::from_str(text).map_err(|e| match e.classify() {
        serde_json::error::Category::Eof => unusable(2, "sent JSON that breaks off"),
        _ => unusable(1, format!("sent no usable JSON: `{}`", excerpt(text))),
    })
}

/// The start of a body, fit for a message.
pub(super) fn excerpt(text: &str) -> String {
    let shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(|c| match c {
            '`' => vec!['\''],
            c if c.is_control() => c.escape_default().collect(),
            c => vec![c],
        })
        .collect();
    match text.chars().nth(SHOWN) {
        Some(_) => format!("{shown}…"),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let endless = io::repeat(b'a');
        let error = read(endless, soon()).unwrap_err();
        assert!(error.why.contains("8 MiB") && error.tries == 1);
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        let block = vec![b' '; 1 << 20];
        for _ in 0..64 {
            packer.write_all(&block).unwrap();
        }
        let error = inflate(&packer.finish().unwrap()).unwrap_err();
        assert!(error.why.contains("8 MiB"), "{}", error.why);
        assert!(inflate(b"this is not gzip").unwrap_err().tries > 1);
    }

    #[test]
    fn time_is_up_even_for_those_who_go_on_sending() {
        let error = read(io::repeat(b'a').take(1 << 20), Instant::now()).unwrap_err();
        assert!(error.why.contains("in time"));
    }

    #[test]
    fn odd_encodings_are_forgiven_and_odd_bodies_named() {
        assert_eq!(parse(b"\xef\xbb\xbf{\"a\":1}").unwrap()["a"], 1);
        assert_eq!(parse(b"{\"a\":\"\xff\"}").unwrap()["a"], "\u{fffd}");
        for (body, word, tries) in [
            (&b""[..], "empty", 1),
            (b" \n", "empty", 1),
            (b"<!DOCTYPE html>", "HTML", 2),
            (b"[{\"a\":\"b", "breaks off", 2),
            (b"nonsense\x1b[2K", "no usable JSON", 1),
            (b"\xff\xfe[\0]\0", "no usable JSON", 1),
        ] {
            let error = parse(body).unwrap_err();
            assert!(error.why.contains(word), "{body:?}: {}", error.why);
            assert_eq!(error.tries, tries, "{body:?}");
            assert!(!error.why.contains('\u{1b}'));
        }
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes()).is_err());
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
            let _ = inflate(&bytes);
        }
    }
}
