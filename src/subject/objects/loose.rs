// SPDX-License-Identifier: Apache-2.0

//! Loose objects: one zlib stream in a file of their own.

use std::fs::File;
use std::io::{self, Read};

use git2::{ObjectType, Oid};

use super::inflate::{Input, Scratch};
use crate::subject::ReadError;

/// Longest header: kind, size and the zero byte.
const HEADER: usize = 32;

/// Where an object lies below `objects/`.
pub(super) fn path(id: Oid) -> Vec<u8> {
    let hex = id.to_string();
    let (folder, file) = hex.split_at(2);
    format!("{folder}/{file}").into_bytes()
}

/// Reads the first `limit` bytes of an open loose object.
pub(super) fn read(
    file: &File,
    limit: usize,
    scratch: &mut Scratch,
    out: &mut Vec<u8>,
) -> Result<(ObjectType, bool), ReadError> {
    let unreadable = |e: &io::Error| ReadError::Unreadable(super::words(e));
    if !file.metadata().map_err(|e| unreadable(&e))?.is_file() {
        return Err(ReadError::Refused(
            "a loose object is not a regular file".into(),
        ));
    }
    let mut from = file;
    let mut take = |buffer: &mut [u8]| from.read(buffer);
    let mut input = Input::new(&mut take);
    let corrupt = || ReadError::Corrupt("its header makes no sense".into());
    let header = {
        let Scratch {
            zlib,
            input: buffer,
            delta,
            ..
        } = scratch;
        input.begin(zlib, buffer, delta, HEADER)?;
        let end = memchr::memchr(0, delta).ok_or_else(corrupt)?;
        let text = std::str::from_utf8(&delta[..end]).map_err(|_| corrupt())?;
        let (kind, size) = text.split_once(' ').ok_or_else(corrupt)?;
        let kind = match kind {
            "commit" => ObjectType::Commit,
            "tree" => ObjectType::Tree,
            "blob" => ObjectType::Blob,
            "tag" => ObjectType::Tag,
            _ => return Err(corrupt()),
        };
        let size: u64 = size.parse().map_err(|_| corrupt())?;
        (kind, size, end + 1)
    };
    let (kind, size, start) = header;
    let Scratch {
        zlib,
        input: buffer,
        delta,
        ..
    } = scratch;
    out.clear();
    out.extend_from_slice(&delta[start..]);
    let more = input.go_on(zlib, buffer, out, size, limit)?;
    Ok((kind, more))
}
