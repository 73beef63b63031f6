// SPDX-License-Identifier: Apache-2.0

//! The whole report as JSON (`provost-report/1`, `docs/report.schema.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::clean;

/// Writes it indented, one final newline.
pub(super) fn write(report: &impl Serialize, sink: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(report).map_err(io::Error::other)?;
    sink.write_all(clean::json(&text).as_bytes())?;
    sink.write_all(b"\n")
}
