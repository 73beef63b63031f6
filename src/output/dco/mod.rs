// SPDX-License-Identifier: Apache-2.0

//! The audit of sign-offs in the format asked for.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::report::dco::Audit;

use super::{Style, json};

mod csv;
mod human;
mod markdown;

/// The formats of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DcoFormat {
    /// For people, on a terminal.
    Human,
    /// The whole audit (docs/dco.schema.json).
    Json,
    /// A line an author, for spreadsheets.
    Csv,
    /// For an issue or a job summary.
    Markdown,
}

/// Writes `audit` as `format`.
///
/// # Errors
/// When `sink` cannot be written.
pub fn write_dco(
    audit: &Audit,
    format: DcoFormat,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DcoFormat::Human => human::write(audit, style, sink),
        DcoFormat::Json => json::write(audit, sink),
        DcoFormat::Csv => csv::write(audit, sink),
        DcoFormat::Markdown => markdown::write(audit, style, sink),
    }
}

/// `12,345`.
fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 commit`, `2 commits`.
fn count(n: usize, word: &str) -> String {
    let ending = if n == 1 { "" } else { "s" };
    format!("{} {word}{ending}", number(n))
}

#[cfg(test)]
mod tests;
