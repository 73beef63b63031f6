// SPDX-License-Identifier: Apache-2.0

//! Pictures as inline SVG: bars, months, shares, a time line. Each comes with its numbers as a table, for those
//! who read rather than look; colours are classes of the page's style.

use std::fmt::Write as _;

use serde::Serialize;

use crate::output::clean;

use super::escape;

/// Width of a picture, in its own units.
const WIDTH: f64 = 560.0;
/// Most rows of a picture.
const ROWS: usize = 16;

/// A picture.
#[derive(Serialize)]
pub(super) struct Chart {
    title: String,
    svg: String,
    key: Vec<Key>,
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// What a colour means.
#[derive(Serialize)]
struct Key {
    class: &'static str,
    text: String,
}

/// A cell of the table.
#[derive(Serialize)]
struct Cell {
    text: String,
    url: Option<String>,
}

impl Chart {
    fn new(title: &str, head: &[&str]) -> Chart {
        Chart {
            title: title.to_owned(),
            svg: String::new(),
            key: Vec::new(),
            head: head.iter().map(|&h| h.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    fn keyed(mut self, key: &[(&'static str, &str)]) -> Chart {
        self.key = key
            .iter()
            .map(|&(class, text)| Key {
                class,
                text: text.to_owned(),
            })
            .collect();
        self
    }

    fn row(&mut self, label: &str, url: Option<&str>, values: &[String]) {
        let mut cells = vec![Cell {
            text: clean::line(label),
            url: url.map(str::to_owned),
        }];
        cells.extend(values.iter().map(|value| Cell {
            text: value.clone(),
            url: None,
        }));
        self.rows.push(cells);
    }

    /// Puts the parts of a picture into an SVG element of that height.
    fn drawn(&mut self, height: f64, parts: &str) {
        let label = escape(&format!("{}; the numbers follow as a table", self.title));
        // What holds links is a group of them; what only shows is one image.
        let role = if parts.contains("<a ") {
            "group"
        } else {
            "img"
        };
        self.svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"{role}\" aria-label=\"{label}\">{parts}</svg>"
        );
    }
}

fn short(text: &str, most: usize) -> String {
    let mut short: String = text.chars().take(most).collect();
    if text.chars().nth(most).is_some() {
        short.push('\u{2026}');
    }
    short
}

fn text(out: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = write!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escape(words)
    );
}

fn rect(out: &mut String, (x, y, w, h): (f64, f64, f64, f64), class: &str, tip: &str) {
    let _ = write!(
        out,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" rx=\"2\" class=\"{class}\"><title>{}</title></rect>",
        escape(tip)
    );
}

/// A row of a picture of bars.
pub(super) struct Bar {
    /// What it is called.
    pub(super) label: String,
    /// Its parts, by class.
    pub(super) parts: Vec<(&'static str, usize)>,
    /// Where its evidence is.
    pub(super) url: Option<String>,
}

/// Horizontal bars of one or several parts. `None` without a row.
pub(super) fn bars(
    title: &str,
    head: &[&str],
    rows: &[Bar],
    key: &[(&'static str, &str)],
) -> Option<Chart> {
    if rows.is_empty() {
        return None;
    }
    let mut chart = Chart::new(title, head).keyed(key);
    let sum = |bar: &Bar| bar.parts.iter().map(|(_, n)| n).sum::<usize>();
    let most = rows.iter().map(sum).max().unwrap_or(1).max(1) as f64;
    let (left, step) = (190.0, 26.0);
    let room = WIDTH - left - 50.0;
    let mut svg = String::new();
    for (at, bar) in rows.iter().take(ROWS).enumerate() {
        let y = at as f64 * step + 4.0;
        let mut x = left;
        let mut row = String::new();
        text(
            &mut row,
            left - 8.0,
            y + 14.0,
            "end",
            &short(&bar.label, 28),
        );
        for (class, n) in &bar.parts {
            let w = *n as f64 / most * room;
            if *n > 0 {
                rect(
                    &mut row,
                    (x, y, w.max(1.5), 18.0),
                    class,
                    &format!("{}: {n}", bar.label),
                );
            }
            x += w;
        }
        text(&mut row, x + 6.0, y + 14.0, "start", &sum(bar).to_string());
        match &bar.url {
            Some(url) if url.starts_with('#') => {
                let _ = write!(svg, "<a href=\"{}\">{row}</a>", escape(url));
            }
            _ => svg.push_str(&row),
        }
    }
    for bar in rows {
        let values: Vec<String> = bar.parts.iter().map(|(_, n)| n.to_string()).collect();
        chart.row(&bar.label, bar.url.as_deref(), &values);
    }
    chart.drawn(rows.len().min(ROWS) as f64 * step + 6.0, &svg);
    Some(chart)
}

/// Months with a bar each, and a line over them.
pub(super) fn months(
    title: &str,
    head: &[&str],
    months: &[(String, usize, usize)],
    key: &[(&'static str, &str)],
) -> Option<Chart> {
    if months.is_empty() {
        return None;
    }
    let mut chart = Chart::new(title, head).keyed(key);
    let most = months.iter().map(|m| m.1).max().unwrap_or(1).max(1) as f64;
    let top = months.iter().map(|m| m.2).max().unwrap_or(1).max(1) as f64;
    let (left, base, high) = (40.0, 170.0, 150.0);
    let step = (WIDTH - left - 40.0) / months.len() as f64;
    let mut svg = String::new();
    for share in [0.0, 0.5, 1.0] {
        let y = base - share * high;
        let _ = write!(
            svg,
            "<line x1=\"{left}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" class=\"g\"/>",
            WIDTH - 36.0
        );
        text(
            &mut svg,
            left - 6.0,
            y + 4.0,
            "end",
            &format!("{:.0}", most * share),
        );
        text(
            &mut svg,
            WIDTH - 30.0,
            y + 4.0,
            "start",
            &format!("{:.0}", top * share),
        );
    }
    let every = months.len().div_ceil(7);
    let mut line = String::new();
    let mut dots = String::new();
    for (at, (month, bar, dot)) in months.iter().enumerate() {
        let x = left + at as f64 * step;
        let h = *bar as f64 / most * high;
        rect(
            &mut svg,
            (x + step * 0.15, base - h, step * 0.7, h),
            "b1",
            &format!("{month}: {bar}"),
        );
        if at % every == 0 {
            text(&mut svg, x + step / 2.0, base + 18.0, "middle", month);
        }
        let (cx, cy) = (x + step / 2.0, base - *dot as f64 / top * high);
        let _ = write!(line, "{}{cx:.1} {cy:.1}", if at == 0 { "M" } else { "L" });
        let _ = write!(
            dots,
            "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"4\" class=\"d2\"><title>{}</title></circle>",
            escape(&format!("{month}: {dot}"))
        );
        chart.row(month, None, &[bar.to_string(), dot.to_string()]);
    }
    let _ = write!(svg, "<path d=\"{line}\" class=\"l2\"/>{dots}");
    chart.drawn(base + 26.0, &svg);
    Some(chart)
}

/// Shares by month, 0 to 1: a bar for all, a line for some of them.
pub(super) fn shares(
    title: &str,
    head: &[&str],
    months: &[(String, f64, f64)],
    key: &[(&'static str, &str)],
) -> Option<Chart> {
    if months.is_empty() {
        return None;
    }
    let mut chart = Chart::new(title, head).keyed(key);
    let (left, base, high) = (44.0, 170.0, 150.0);
    let step = (WIDTH - left - 10.0) / months.len() as f64;
    let mut svg = String::new();
    for share in [0.0, 0.5, 1.0] {
        let y = base - share * high;
        let _ = write!(
            svg,
            "<line x1=\"{left}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" class=\"g\"/>",
            WIDTH - 8.0
        );
        text(
            &mut svg,
            left - 6.0,
            y + 4.0,
            "end",
            &format!("{:.0}\u{a0}%", share * 100.0),
        );
    }
    let every = months.len().div_ceil(7);
    let mut line = String::new();
    let mut dots = String::new();
    for (at, (month, bar, dot)) in months.iter().enumerate() {
        let x = left + at as f64 * step;
        let percent = |share: f64| format!("{:.0} %", share * 100.0);
        rect(
            &mut svg,
            (x + step * 0.15, base - bar * high, step * 0.7, bar * high),
            "b1",
            &format!("{month}: {}", percent(*bar)),
        );
        if at % every == 0 {
            text(&mut svg, x + step / 2.0, base + 18.0, "middle", month);
        }
        let (cx, cy) = (x + step / 2.0, base - dot * high);
        let _ = write!(line, "{}{cx:.1} {cy:.1}", if at == 0 { "M" } else { "L" });
        let _ = write!(
            dots,
            "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"4\" class=\"d2\"><title>{}</title></circle>",
            escape(&format!("{month}: {}", percent(*dot)))
        );
        chart.row(month, None, &[percent(*bar), percent(*dot)]);
    }
    let _ = write!(svg, "<path d=\"{line}\" class=\"l2\"/>{dots}");
    chart.drawn(base + 26.0, &svg);
    Some(chart)
}

/// Days on a line: releases, levels of a badge. `from` and `to` are days, `YYYY-MM-DD`.
pub(super) fn timeline(
    title: &str,
    head: &[&str],
    from: &str,
    to: &str,
    marks: &[(String, String, Option<String>)],
) -> Option<Chart> {
    let number = |day: &str| {
        let date: jiff::civil::Date = day.get(..10)?.parse().ok()?;
        let start = jiff::civil::date(1970, 1, 1);
        start
            .until(date)
            .ok()
            .map(|span| f64::from(span.get_days()))
    };
    if marks.is_empty() {
        return None;
    }
    let (first, last) = (number(from)?, number(to)?);
    let length = (last - first).max(1.0);
    let mut chart = Chart::new(title, head);
    let (left, y) = (16.0, 92.0);
    let room = WIDTH - 2.0 * left;
    let mut svg = String::new();
    let _ = write!(
        svg,
        "<line x1=\"{left}\" x2=\"{:.1}\" y1=\"{y}\" y2=\"{y}\" class=\"g\"/>",
        WIDTH - left
    );
    text(
        &mut svg,
        left,
        y + 26.0,
        "start",
        from.get(..10).unwrap_or(from),
    );
    text(
        &mut svg,
        WIDTH - left,
        y + 26.0,
        "end",
        to.get(..10).unwrap_or(to),
    );
    let mut free = [f64::MIN; 3];
    for (day, label, url) in marks {
        let Some(number) = number(day) else { continue };
        let x = left + ((number - first) / length).clamp(0.0, 1.0) * room;
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"6\" class=\"d2\"><title>{}</title></circle>",
            escape(&format!("{label}, {day}"))
        );
        // Labels stand on three levels, where there is room; all are in the table.
        let words = short(label, 16);
        let width = words.chars().count() as f64 * 7.0 + 8.0;
        let start = (x - width / 2.0).clamp(left, WIDTH - left - width);
        if let Some(level) = free.iter().position(|end| *end < start) {
            free[level] = start + width;
            let at = y - 18.0 - level as f64 * 22.0;
            let _ = write!(
                svg,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{y}\" class=\"g\"/>",
                at + 4.0
            );
            text(&mut svg, start + width / 2.0, at, "middle", &words);
        }
        chart.row(label, url.as_deref(), std::slice::from_ref(day));
    }
    chart.drawn(y + 36.0, &svg);
    Some(chart)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_labels_are_words() {
        let bar = Bar {
            label: "<img src=x onerror=1>\u{202e}\"'".into(),
            parts: vec![("s-pass", 2)],
            url: Some("#x\" onload=\"1".into()),
        };
        let chart = bars("T\"<", &["a", "b"], &[bar], &[]).unwrap();
        assert!(
            !chart.svg.contains("<img") && !chart.svg.contains("onload=\""),
            "{}",
            chart.svg
        );
        assert!(chart.svg.contains("\\u{202e}"));
    }

    #[test]
    fn nothing_draws_nothing_and_odd_dates_are_left_out() {
        assert!(bars("t", &[], &[], &[]).is_none());
        assert!(months("t", &[], &[], &[]).is_none());
        let mark = ("no day".to_owned(), "v1".to_owned(), None);
        assert!(timeline("t", &[], "x", "y", std::slice::from_ref(&mark)).is_none());
        assert!(timeline("t", &[], "2025-01-01", "2025-01-01", &[mark]).is_some());
    }
}
