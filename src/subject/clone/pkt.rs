// SPDX-License-Identifier: Apache-2.0

//! Pkt-lines, the framing of git's protocol: four hexadecimal digits of length, then the bytes.

use std::io::Read;

/// Longest line.
const LINE: usize = 65_520;

/// Takes a pkt-line off `bytes`; `Some(None)` is a flush.
pub(super) fn split(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(4)?;
    match length(digits)? {
        0 => Some((None, rest)),
        length => {
            let (line, rest) = rest.split_at_checked(length - 4)?;
            Some((Some(line), rest))
        }
    }
}

/// Appends a pkt-line.
pub(super) fn push(out: &mut Vec<u8>, line: &str) {
    out.extend_from_slice(format!("{:04x}{line}", line.len() + 4).as_bytes());
}

/// A length: zero, or four and more.
fn length(digits: &[u8]) -> Option<usize> {
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let length = usize::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    (length == 0 || (4..=LINE).contains(&length)).then_some(length)
}

/// The bytes of a pack, out of the server's reply.
pub(super) struct Pack<R> {
    from: R,
    side_band: bool,
    buffer: Vec<u8>,
    ended: bool,
}

impl<R: Read> Pack<R> {
    /// Reads up to where the pack begins.
    pub(super) fn begin(from: R, side_band: bool) -> Result<Self, String> {
        let mut pack = Pack {
            from,
            side_band,
            buffer: Vec::new(),
            ended: false,
        };
        match pack.line()? {
            Some(b"NAK\n" | b"NAK") => Ok(pack),
            Some(line) => Err(refusal(line)),
            None => Err("the server's reply makes no sense".into()),
        }
    }

    fn line(&mut self) -> Result<Option<&[u8]>, String> {
        let broke = |_| "the connection to the server broke; try again".to_owned();
        let mut digits = [0; 4];
        self.from.read_exact(&mut digits).map_err(broke)?;
        match length(&digits) {
            Some(0) => Ok(None),
            Some(length) => {
                self.buffer.resize(length - 4, 0);
                self.from.read_exact(&mut self.buffer).map_err(broke)?;
                Ok(Some(&self.buffer))
            }
            None => Err("the server's reply makes no sense".into()),
        }
    }

    /// The next bytes of the pack.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, String> {
        if self.ended {
            return Ok(None);
        }
        if !self.side_band {
            self.buffer.resize(LINE, 0);
            let read = self.from.read(&mut self.buffer);
            let read =
                read.map_err(|_| "the connection to the server broke; try again".to_owned())?;
            self.ended = read == 0;
            return Ok((read > 0).then(|| &self.buffer[..read]));
        }
        loop {
            match self.line()? {
                None => {
                    self.ended = true;
                    return Ok(None);
                }
                Some([1, ..]) => return Ok(Some(&self.buffer[1..])),
                Some([3, error @ ..]) => return Err(refusal(error)),
                // Progress, for people.
                Some(_) => {}
            }
        }
    }
}

/// What the server says instead, made fit to be shown.
pub(super) fn refusal(line: &[u8]) -> String {
    let text = line.strip_prefix(b"ERR ").unwrap_or(line);
    let text: String = String::from_utf8_lossy(text)
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    format!("the server refuses: {}", text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_and_end() {
        assert_eq!(
            split(b"0006a\n0000x"),
            Some((Some(&b"a\n"[..]), &b"0000x"[..]))
        );
        assert_eq!(split(b"0000x"), Some((None, &b"x"[..])));
        for bad in [&b"00"[..], b"0003", b"0009abc", b"+0a1", b"ffff"] {
            assert_eq!(split(bad), None);
        }
    }

    #[test]
    fn packs_come_out_of_both_framings() {
        let collect = |reply: &[u8], side_band| {
            let mut pack = Pack::begin(reply, side_band)?;
            let mut all = Vec::new();
            while let Some(bytes) = pack.next()? {
                all.extend_from_slice(bytes);
            }
            Ok::<_, String>(all)
        };
        assert_eq!(
            collect(b"0008NAK\n0009\x01PACK0006\x02x0006\x01!0000", true).unwrap(),
            b"PACK!"
        );
        assert_eq!(collect(b"0008NAK\nPACKxyz", false).unwrap(), b"PACKxyz");
        for bad in [
            &b""[..],
            b"0000",
            b"0008NAK\n0009\x01PA",
            b"0008NAK\n0009\x01PACK",
            b"0008NAK\n000d\x03too busy",
            b"000bERR no\x1b",
            b"0008NAK\nzzzz",
        ] {
            assert!(collect(bad, true).is_err(), "{bad:?}");
        }
        assert_eq!(
            collect(b"000fERR \x1bno way", true),
            Err("the server refuses: no way".into())
        );
    }
}
