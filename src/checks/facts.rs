// SPDX-License-Identifier: Apache-2.0

//! Facts of a run that the layers above use as they are.

use super::Shared;
use super::header::{FileFacts, License, Skip};
use super::{license, readme};

/// Longest title of a README that is taken for the project's name, in characters.
const NAME_LIMIT: usize = 40;

/// Files that nobody of the project writes by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    /// Another project's.
    Vendored,
    /// A tool's.
    Generated,
}

impl Shared<'_> {
    /// Whether the file at `path` is one that nobody of the project writes.
    pub(crate) fn left_out(&self, path: &str) -> Option<LeftOut> {
        match self.header_of(path)?.skip? {
            Skip::Vendored => Some(LeftOut::Vendored),
            Skip::Generated => Some(LeftOut::Generated),
            _ => None,
        }
    }

    fn header_of(&self, path: &str) -> Option<&FileFacts> {
        let entries = self.files.entries();
        let index = entries
            .binary_search_by(|entry| entry.path.as_str().cmp(path))
            .ok()?;
        self.headers().files.get(index)
    }

    /// The project's licence as one SPDX expression, when it can be read for sure.
    pub fn project_expression(&self) -> Option<String> {
        license::project(self).expression
    }

    /// The project's name: README's title when it is short, else the last part of the slug.
    pub fn project_name(&self) -> Option<String> {
        let title = readme::document(self).and_then(|readme| {
            let first = readme.parsed().headings.first()?;
            let title = first.text.trim();
            let short = !title.is_empty() && title.chars().count() <= NAME_LIMIT;
            let plain = title
                .chars()
                .all(|c| c.is_alphanumeric() || " -_.+'".contains(c));
            (first.level == 1 && short && plain).then(|| title.to_owned())
        });
        let slug = || self.subject.slug.as_deref()?.rsplit('/').next();
        title.or_else(|| slug().map(str::to_owned))
    }

    /// The year of the first commit, when the history is whole.
    pub fn first_year(&self) -> Option<i16> {
        let history = self.history();
        if history.shallow || history.absent.is_some() {
            return None;
        }
        let first = history.commits.iter().map(|c| c.author_time).min()?;
        let time = jiff::Timestamp::from_second(first).ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).year())
    }

    /// Whether the file at `path` has a licence notice in words, and which licence that names for sure.
    pub(crate) fn notice_of(&self, path: &str) -> Option<Option<&'static str>> {
        match self.header_of(path)?.license {
            License::Notice(notice) => Some(notice.id()),
            License::Absent | License::Tag(_) => None,
        }
    }
}

/// The text of a licence or exception of the SPDX list.
pub fn license_text(id: &str) -> Option<&'static str> {
    let texts = spdx::text::LICENSE_TEXTS;
    let exceptions = spdx::text::EXCEPTION_TEXTS;
    texts
        .iter()
        .chain(exceptions)
        .find(|(name, _)| *name == id)
        .map(|(_, text)| *text)
}

/// Whether `text` is an SPDX expression.
///
/// # Errors
/// Why it is none.
pub fn parse_expression(text: &str) -> Result<(), String> {
    license::expression::parse(text).map(drop)
}

/// The licences and exceptions that an expression names.
pub fn expression_ids(text: &str) -> Vec<String> {
    license::expression::ids(text)
}
