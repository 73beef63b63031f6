// SPDX-License-Identifier: Apache-2.0

//! A line an author, for spreadsheets (RFC 4180).
//!
//! A cell that a spreadsheet would take for a formula begins with an apostrophe, as its authors advise; names
//! and addresses are those of the repository, so they are hostile.

use std::io::{self, Write};

use crate::output::clean;
use crate::report::dco::{Audit, Author};

const HEAD: &str = "name,email,commits,signed,squashed,remediated,unsigned,mismatched,bots,open,first_signed,last_failing";

/// Writes the authors.
pub(super) fn write(audit: &Audit, sink: &mut dyn Write) -> io::Result<()> {
    write!(sink, "{HEAD}\r\n")?;
    for author in &audit.authors {
        write!(sink, "{}\r\n", line(author))?;
    }
    Ok(())
}

fn line(author: &Author) -> String {
    let counts = &author.counts;
    let numbers = [
        counts.commits,
        counts.signed,
        counts.squashed,
        counts.remediated,
        counts.unsigned,
        counts.mismatched,
        counts.bots,
        counts.open,
    ];
    let mut cells = vec![cell(&author.name), cell(&author.email)];
    cells.extend(numbers.map(|n| n.to_string()));
    cells.push(cell(author.first_signed.as_deref().unwrap_or_default()));
    cells.push(cell(author.last_failing.as_deref().unwrap_or_default()));
    cells.join(",")
}

/// One cell: on one line, quoted where it must be, never a formula.
pub(super) fn cell(text: &str) -> String {
    let mut shown = clean::line(text);
    let first = shown.trim_start().chars().next();
    // Full-width forms count, too: spreadsheets normalise them.
    if first.is_some_and(|c| "=+-@|%＝＋－＠".contains(c)) {
        shown.insert(0, '\'');
    }
    if shown.contains(['"', ',', '\'', ';', ' ']) {
        return format!("\"{}\"", shown.replace('"', "\"\""));
    }
    shown
}
