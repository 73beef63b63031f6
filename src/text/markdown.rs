//! Markdown by pulldown-cmark, with links and images of embedded HTML.

use super::{Text, plain};

/// CommonMark with GitHub's tables and footnotes.
pub(super) fn parse(source: &str) -> Text {
    plain::parse_plain(source)
}
