//! markdown.

use std::io::{self, Write};

use crate::report::Report;
use crate::rules::Catalogue;

use super::Style;

/// Writes it.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let _ = (catalogue, style);
    super::json::write(report, sink)
}
