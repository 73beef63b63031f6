// SPDX-License-Identifier: Apache-2.0

//! One line a file, for a spreadsheet. Every field is quoted; one that a spreadsheet would take for a formula
//! gets an apostrophe in front, which spreadsheets hide.

use std::io::{self, Write};

use crate::output::clean;
use crate::report::licenses::Licenses;

const HEAD: &str = "path,class,license,origin,source,line,copyright,vendored,problem";

/// Writes it: the head, then the files; after a comparison, its findings in a second table.
pub(super) fn write(licenses: &Licenses, sink: &mut dyn Write) -> io::Result<()> {
    if let Some(comparison) = &licenses.comparison {
        writeln!(sink, "fate,path,moved to,license,now,why")?;
        for finding in &comparison.findings {
            row(
                sink,
                &[
                    finding.fate.as_str(),
                    &finding.path,
                    finding.moved_to.as_deref().unwrap_or_default(),
                    finding.license.as_deref().unwrap_or("none"),
                    finding.now.as_deref().unwrap_or_default(),
                    &finding.why,
                ],
            )?;
        }
        return Ok(());
    }
    writeln!(sink, "{HEAD}")?;
    for file in &licenses.files {
        row(
            sink,
            &[
                &file.path,
                file.class.as_str(),
                file.license.as_deref().unwrap_or_default(),
                file.origin.as_str(),
                file.source.as_deref().unwrap_or_default(),
                &file.line.map(|line| line.to_string()).unwrap_or_default(),
                &file.copyrights.join("; "),
                if file.vendored { "yes" } else { "no" },
                file.problem.as_deref().unwrap_or_default(),
            ],
        )?;
    }
    Ok(())
}

fn row(sink: &mut dyn Write, fields: &[&str]) -> io::Result<()> {
    let fields: Vec<String> = fields.iter().map(|field| cell(field)).collect();
    writeln!(sink, "{}", fields.join(","))
}

fn cell(text: &str) -> String {
    let text = clean::line(text);
    // Also behind blanks, which some spreadsheets skip.
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_field_is_a_formula_or_breaks_its_line() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        assert_eq!(cell(" @SUM(A1)"), "\"' @SUM(A1)\"");
        assert_eq!(cell("a\"b\n=1"), "\"a\"\"b\\n=1\"");
        assert_eq!(cell("\t=1"), "\"\\t=1\"");
        assert_eq!(cell("src/a.c"), "\"src/a.c\"");
    }
}
