// SPDX-License-Identifier: Apache-2.0

//! The licence inventory in the format asked for: for people, for a spreadsheet, for a machine, as SPDX 2.3.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::report::licenses::Licenses;

use super::{Style, clean};

mod csv;
mod human;
mod spdx;
mod tag_value;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal.
    Human,
    /// The whole inventory (docs/licenses.schema.json).
    Json,
    /// One line a file, for a spreadsheet.
    Csv,
    /// SPDX 2.3 as JSON.
    SpdxJson,
    /// SPDX 2.3 as tag-value.
    SpdxTag,
}

impl Format {
    /// Whether it is an SPDX document, which needs a checksum of every file.
    pub fn is_spdx(self) -> bool {
        matches!(self, Format::SpdxJson | Format::SpdxTag)
    }
}

/// Writes the inventory. `created` is the moment of the SPDX document, RFC 3339 in whole seconds.
///
/// # Errors
/// When `sink` cannot be written.
pub fn write(
    licenses: &Licenses,
    format: Format,
    created: &str,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(licenses, style, sink),
        Format::Json => json(licenses, sink),
        Format::Csv => csv::write(licenses, sink),
        Format::SpdxJson => json(&spdx::Document::of(licenses, created), sink),
        Format::SpdxTag => tag_value::write(&spdx::Document::of(licenses, created), sink),
    }
}

fn json(value: &impl serde::Serialize, sink: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    sink.write_all(clean::json(&text).as_bytes())?;
    sink.write_all(b"\n")
}

#[cfg(test)]
mod tests;
