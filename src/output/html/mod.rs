// SPDX-License-Identifier: Apache-2.0

//! One page, whole in one file: nothing is loaded from anywhere, no script runs, every string of the repository is
//! escaped and set apart (`spec`: docs/security.md). For a report and for a review.

use std::io::{self, Write};

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Output, State};

use crate::report::Report;
use crate::report::review::Review;
use crate::rules::Catalogue;

use super::{clean, markup, permalink};

mod chart;
mod view;

use view::Page;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// Hash of [`STYLE`] as the page's policy names it; a test compares.
const STYLE_HASH: &str = "sha256-jLldBjYo7L4ZT0lOL7sBGyUq9dkoCTIx097XWsrRN9I=";

/// Writes the page of a report.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let commit = report
        .subject
        .at
        .as_deref()
        .or(report.subject.head.as_deref());
    render(&Page::of_report(report, catalogue), report, commit, sink)
}

/// Writes the page of a review.
pub(super) fn write_review(
    review: &Review,
    catalogue: &Catalogue,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let page = Page::of_review(review, catalogue);
    render(&page, &review.report, review.at.commit.as_deref(), sink)
}

fn render(
    page: &Page,
    report: &Report,
    commit: Option<&str>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(formatted);
    env.set_trim_blocks(false);
    let remote = report.subject.remote.clone();
    let head = commit.map(str::to_owned);
    env.add_function(
        "file_url",
        move |path: String, line: Option<u64>, at: Option<String>| {
            let commit = at.or_else(|| head.clone());
            commit.and_then(|id| permalink::file(remote.as_deref(), &id, &path, line))
        },
    );
    let remote = report.subject.remote.clone();
    env.add_function("commit_url", move |id: String| {
        permalink::commit(remote.as_deref(), &id)
    });
    env.add_function("https", |url: String| markup::https(&url));
    env.add_template("page.html", PAGE)
        .map_err(io::Error::other)?;
    let template = env.get_template("page.html").map_err(io::Error::other)?;
    let context = minijinja::context! { style => STYLE, style_hash => STYLE_HASH, ..Value::from_serialize(page) };
    let text = template.render(context).map_err(io::Error::other)?;
    sink.write_all(text.as_bytes())
}

/// Every string is cleaned and escaped, so that neither markup nor a control or format character reaches the page.
fn formatted(
    out: &mut Output<'_>,
    state: &State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(std::fmt::Write::write_str(out, &escape(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// `text` as text: also inside an attribute.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean::line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
