// SPDX-License-Identifier: Apache-2.0

//! Bytes made from seeds by small damage, from a fixed beginning: the same cases on every machine.
//!
//! `PROVOST_FUZZ_CASES` multiplies the number of cases, `PROVOST_FUZZ_SEED` starts elsewhere.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pieces that mean something to one reader or another.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\xff",
    b"\xc3\x28",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1b[2K",
    b"::error::",
    b"##[error]",
    "\u{202e}".as_bytes(),
    "\u{2028}".as_bytes(),
    b"\"",
    b"'",
    b"\\",
    b"`",
    b"```\n",
    b"<",
    b">",
    b"<!--",
    b"-->",
    b"[",
    b"]",
    b"](",
    b"{",
    b"}",
    b"((((",
    b"))))",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"|",
    b": ",
    b"- ",
    b"  ",
    b"\t",
    b"= ",
    b"[[x]]\n",
    b"# ",
    b"===\n",
    b"---\n",
    b"* ",
    b"@",
    b"https://a.example/",
    b"a@b.example",
    b"SPDX-License-Identifier:",
    b"Signed-off-by: A <a@b>\n",
    b"Copyright",
    b"AND ",
    b" OR ",
    b" WITH ",
    b"LicenseRef-",
    b"999999999999999999999",
    b"-1",
    b"0",
    b"..",
    b"/",
    b"**",
    b"?",
    b"$",
    b"%0A",
    b"null",
    b"true",
    b"1.0",
    b"2026-11-20",
];

/// A small generator of numbers (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end.max(1)
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Tries `cases` inputs made from `seeds`; what fails is shown as a literal that can become a test.
pub(crate) fn fuzz(cases: usize, seeds: &[&[u8]], target: impl Fn(&[u8])) {
    let cases = cases * usize::try_from(number("PROVOST_FUZZ_CASES").unwrap_or(1)).unwrap();
    let mut dice =
        Dice(0x9e37_79b9_7f4a_7c15 ^ (number("PROVOST_FUZZ_SEED").unwrap_or(0) << 1 | 1));
    for case in 0..cases {
        let input = if case < seeds.len() {
            seeds[case].to_vec()
        } else {
            mutated(&mut dice, seeds)
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(&input))) {
            eprintln!("case {case}: b\"{}\"", input.escape_ascii());
            std::panic::resume_unwind(panic);
        }
    }
}

fn mutated(dice: &mut Dice, seeds: &[&[u8]]) -> Vec<u8> {
    let mut bytes = seeds[dice.below(seeds.len())].to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(24)).min(bytes.len());
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.next() as u8,
            2 => drop(bytes.drain(at..end)),
            3 => bytes.truncate(at),
            4 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece.repeat(1 + dice.below(8)));
            }
            5 => {
                let other = seeds[dice.below(seeds.len())];
                let from = dice.below(other.len() + 1);
                let to = (from + dice.below(200)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            6 => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at..at, piece.repeat(1 << dice.below(8)));
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at..end, piece.iter().copied());
            }
        }
    }
    bytes
}
