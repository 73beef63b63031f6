// SPDX-License-Identifier: Apache-2.0

//! A report in the format asked for. Formats only translate: order, levels and waivers are settled before.
//!
//! Strings of the repository pass [`clean`] on every channel; nothing here sees the repository itself.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::report::review::Review;
use crate::report::{Kind, Report};
use crate::rules::Catalogue;

pub mod clean;
mod dco;
mod dossier;
mod github;
mod html;
mod human;
mod json;
mod junit;
pub mod licenses;
mod markdown;
mod markup;
mod permalink;
mod review;
mod sarif;
mod uri;

pub use dco::{DcoFormat, write_dco};

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal.
    Human,
    /// The whole report (docs/report.schema.json).
    Json,
    /// SARIF 2.1.0, for code scanning and viewers.
    Sarif,
    /// For an issue, a pull request or a job summary.
    Markdown,
    /// Annotations of a GitHub Actions job.
    Github,
    /// JUnit XML: a test case a rule.
    Junit,
    /// The application to a foundation, clause by clause, in Markdown.
    Dossier,
    /// One page for a browser or for paper, whole in one file.
    Html,
}

/// How to write.
#[derive(Clone, Debug)]
pub struct Style {
    /// Colour and weight.
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
    /// Every rule with its evidence, and every finding.
    pub verbose: bool,
    /// Kinds that SARIF lists besides failures.
    pub sarif_kinds: Vec<Kind>,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            color: false,
            width: 100,
            verbose: false,
            sarif_kinds: Vec::new(),
        }
    }
}

impl Format {
    /// The format with this name.
    ///
    /// # Errors
    /// With the names there are.
    pub fn named(name: &str) -> Result<Self, String> {
        Format::from_str(name, false).map_err(|_| {
            let names = Format::value_variants()
                .iter()
                .filter_map(ValueEnum::to_possible_value);
            names
                .map(|n| n.get_name().to_owned())
                .collect::<Vec<_>>()
                .join(", ")
        })
    }
}

/// Writes `report` as `format`.
///
/// # Errors
/// When `sink` cannot be written.
pub fn write(
    report: &Report,
    catalogue: &Catalogue,
    format: Format,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, catalogue, style, sink),
        Format::Json => json::write(report, sink),
        Format::Sarif => sarif::write(report, catalogue, style, sink),
        Format::Markdown => markdown::write(report, catalogue, style, sink),
        Format::Github => github::write(report, catalogue, sink),
        Format::Junit => junit::write(report, catalogue, sink),
        Format::Dossier => dossier::write(report, catalogue, style, sink),
        Format::Html => html::write(report, catalogue, sink),
    }
}

/// Writes `review` as `format`. Formats of findings alone (SARIF, annotations, JUnit) and the dossier hold the verdicts at its end.
///
/// # Errors
/// When `sink` cannot be written.
pub fn write_review(
    review: &Review,
    catalogue: &Catalogue,
    format: Format,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => review::human::write(review, style, sink),
        Format::Json => json::write(review, sink),
        Format::Markdown => review::markdown::write(review, sink),
        Format::Html => html::write_review(review, catalogue, sink),
        Format::Sarif | Format::Github | Format::Junit | Format::Dossier => {
            write(&review.report, catalogue, format, style, sink)
        }
    }
}
