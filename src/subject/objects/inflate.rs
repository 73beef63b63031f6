// SPDX-License-Identifier: Apache-2.0

//! Inflating with a bound: never more than was promised, never a loop without progress.

use std::cell::RefCell;
use std::io;

use flate2::{Decompress, FlushDecompress, Status};

use crate::subject::ReadError;
use crate::subject::disk::words;

/// Bytes read at once: most commits and small files need one read.
const CHUNK: usize = 4096;
/// Bytes read at once further on in a large object.
const LARGE_CHUNK: usize = 64 << 10;
/// Output is reserved in steps, so that a header's claim alone costs nothing.
const STEP: usize = 64 << 10;

/// What is used again for each object of a thread.
pub(super) struct Scratch {
    pub(super) zlib: Decompress,
    /// Compressed bytes as read.
    pub(super) input: Vec<u8>,
    /// A base and a result, in turn.
    pub(super) whole: [Vec<u8>; 2],
    /// An inflated delta.
    pub(super) delta: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::new());
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Scratch {
    fn new() -> Scratch {
        Scratch {
            zlib: Decompress::new(true),
            input: Vec::new(),
            whole: [Vec::new(), Vec::new()],
            delta: Vec::new(),
        }
    }

    /// Gives memory back after an unusually large object.
    fn shrink(&mut self) {
        let [a, b] = &mut self.whole;
        for buffer in [a, b, &mut self.delta] {
            if buffer.capacity() > 4 << 20 {
                *buffer = Vec::new();
            }
        }
    }
}

/// Lends this thread's scratch space.
pub(super) fn with_scratch<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => {
            let result = work(&mut scratch);
            scratch.shrink();
            result
        }
        Err(_) => work(&mut Scratch::new()),
    })
}

/// Lends a buffer that this thread uses again and again.
pub(super) fn with_buffer<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    BUFFER.with(|buffer| match buffer.try_borrow_mut() {
        Ok(mut buffer) => work(&mut buffer),
        Err(_) => work(&mut Vec::new()),
    })
}

/// Compressed bytes, read piece by piece from anywhere.
pub(super) struct Input<'f> {
    read: &'f mut dyn FnMut(&mut [u8]) -> io::Result<usize>,
    start: usize,
    end: usize,
    /// Whether the stream ended with its first bytes.
    ended: bool,
}

impl<'f> Input<'f> {
    pub(super) fn new(read: &'f mut dyn FnMut(&mut [u8]) -> io::Result<usize>) -> Self {
        Input {
            read,
            start: 0,
            end: 0,
            ended: false,
        }
    }

    /// The bytes at hand, at least `least` of them unless the file ends.
    pub(super) fn ahead<'b>(
        &mut self,
        buffer: &'b mut Vec<u8>,
        least: usize,
    ) -> Result<&'b [u8], ReadError> {
        while self.end - self.start < least {
            buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            let chunk = if self.start == 0 { CHUNK } else { LARGE_CHUNK };
            self.start = 0;
            if buffer.len() < chunk {
                buffer.resize(chunk, 0);
            }
            let room = chunk.max(self.end + least).min(buffer.len());
            match (self.read)(&mut buffer[self.end..room]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(ReadError::Unreadable(words(&e))),
            }
        }
        Ok(&buffer[self.start..self.end])
    }

    /// Goes past bytes that were seen.
    pub(super) fn skip(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Fills `out` (cleared first) with the first `limit` of `size` promised bytes; true when more follow.
    pub(super) fn inflate(
        &mut self,
        zlib: &mut Decompress,
        buffer: &mut Vec<u8>,
        out: &mut Vec<u8>,
        size: u64,
        limit: usize,
    ) -> Result<bool, ReadError> {
        zlib.reset(true);
        out.clear();
        self.go_on(zlib, buffer, out, size, limit)
    }

    /// Begins a stream whose size stands in its own first bytes: fills `out` with up to `room` of them.
    pub(super) fn begin(
        &mut self,
        zlib: &mut Decompress,
        buffer: &mut Vec<u8>,
        out: &mut Vec<u8>,
        room: usize,
    ) -> Result<(), ReadError> {
        zlib.reset(true);
        out.clear();
        out.resize(room, 0);
        let mut done = 0;
        while done < room {
            let input = self.ahead(buffer, 1)?;
            let before = (zlib.total_in(), zlib.total_out());
            let status = zlib
                .decompress(input, &mut out[done..], FlushDecompress::None)
                .map_err(|_| corrupt("its compressed data makes no sense"))?;
            let (taken, made) = (zlib.total_in() - before.0, zlib.total_out() - before.1);
            self.skip(taken as usize);
            done += made as usize;
            self.ended = status == Status::StreamEnd;
            if self.ended {
                break;
            }
            if taken == 0 && made == 0 {
                return Err(corrupt("it is cut off"));
            }
        }
        out.truncate(done);
        Ok(())
    }

    /// Goes on filling `out`, which holds the first bytes. A stream that is read whole must be of the
    /// promised size, and its checksum right.
    pub(super) fn go_on(
        &mut self,
        zlib: &mut Decompress,
        buffer: &mut Vec<u8>,
        out: &mut Vec<u8>,
        size: u64,
        limit: usize,
    ) -> Result<bool, ReadError> {
        let more = size > limit as u64;
        let end = if more { limit } else { size as usize };
        let mut probe = [0];
        let mut done = out.len();
        if done > end && !more {
            return Err(corrupt("it is longer than its header says"));
        }
        while !(self.ended || more && done >= end) {
            if done == out.len() && done < end {
                out.resize(end.min(done + STEP.max(done)), 0);
            }
            let input = self.ahead(buffer, 1)?;
            let room = if done < end {
                &mut out[done..]
            } else {
                &mut probe[..]
            };
            let before = (zlib.total_in(), zlib.total_out());
            let status = zlib
                .decompress(input, room, FlushDecompress::None)
                .map_err(|_| corrupt("its compressed data makes no sense"))?;
            let empty = input.is_empty();
            let (taken, made) = (zlib.total_in() - before.0, zlib.total_out() - before.1);
            self.skip(taken as usize);
            if done == end && made > 0 {
                return Err(corrupt("it is longer than its header says"));
            }
            done += made as usize;
            if status == Status::StreamEnd {
                break;
            }
            if taken == 0 && made == 0 {
                let why = if empty {
                    "it is cut off"
                } else {
                    "its compressed data makes no sense"
                };
                return Err(corrupt(why));
            }
        }
        let done = done.min(end);
        out.truncate(done);
        match done == end {
            true => Ok(more),
            false => Err(corrupt("it is shorter than its header says")),
        }
    }
}

fn corrupt(why: &str) -> ReadError {
    ReadError::Corrupt(why.to_owned())
}
