// SPDX-License-Identifier: Apache-2.0

//! Reports written: on standard output, and whole or not at all into files.

use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::CLEAN;
use crate::cli::{Color, Common, FailOn, RenderArgs};
use crate::output::{self, DcoFormat, Format, Style, clean};
use crate::plan::Outputs;
use crate::report::dco::Audit;
use crate::report::review::{REVIEW_SCHEMA, Review};
use crate::report::{Report, SCHEMA};
use crate::rules::Catalogue;

/// Largest saved report that `render` reads, in bytes.
const REPORT_LIMIT: u64 = 256 << 20;

/// Writes every report that was asked for: files first, so that a closed pipe costs none of them.
pub(super) fn write_all(
    report: &Report,
    catalogue: &Catalogue,
    outputs: &Outputs,
    common: &Common,
) -> Result<()> {
    written(outputs, common, &|format, style, sink| {
        output::write(report, catalogue, format, style, sink)
    })
}

/// What writes a report in a format.
type Writer<'a> = &'a dyn Fn(Format, &Style, &mut dyn Write) -> io::Result<()>;

fn written(outputs: &Outputs, common: &Common, writer: Writer<'_>) -> Result<()> {
    let style = Style {
        color: false,
        width: 100,
        verbose: outputs.verbose,
        sarif_kinds: outputs.sarif_kinds.clone(),
    };
    for (format, path) in &outputs.files {
        write_file(*format, &style, path, writer)
            .with_context(|| format!("writing the {format:?} report to {}", path.display()))?;
    }
    shown(style, common, |style| {
        rendered(outputs.format, style, writer)
    })
}

/// Writes what `writer` makes for people or programs to standard output.
pub(super) fn to_stdout(
    common: &Common,
    verbose: bool,
    writer: &dyn Fn(&Style, &mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    let style = Style {
        verbose,
        ..Style::default()
    };
    shown(style, common, |style| {
        let mut bytes = Vec::new();
        writer(style, &mut bytes)?;
        Ok(bytes)
    })
}

/// Writes what `render` makes to standard output, in colour and as wide as a terminal takes it.
fn shown(
    mut style: Style,
    common: &Common,
    render: impl FnOnce(&Style) -> io::Result<Vec<u8>>,
) -> Result<()> {
    let stdout = io::stdout();
    style.color = colored(common, stdout.is_terminal());
    if stdout.is_terminal() {
        style.width =
            terminal_size::terminal_size().map_or(100, |(w, _)| usize::from(w.0).clamp(40, 120));
    }
    let choice = if style.color {
        anstream::ColorChoice::Always
    } else {
        anstream::ColorChoice::Never
    };
    let bytes = render(&style)?;
    let mut sink = anstream::AutoStream::new(stdout.lock(), choice);
    match sink.write_all(&bytes).and_then(|()| sink.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("writing the report to standard output"),
    }
}

/// Writes an audit of sign-offs to standard output.
pub(super) fn write_dco(
    audit: &Audit,
    format: DcoFormat,
    verbose: bool,
    common: &Common,
) -> Result<()> {
    let style = Style {
        verbose,
        ..Style::default()
    };
    shown(style, common, |style| {
        let mut bytes = Vec::new();
        output::write_dco(audit, format, style, &mut bytes)?;
        if matches!(format, DcoFormat::Json) {
            return Ok(bytes);
        }
        let text = String::from_utf8(bytes).map_err(io::Error::other)?;
        Ok(clean::log(&text).into_bytes())
    })
}

/// The report's bytes. Each field of it is clean; laid out and wrapped, two harmless parts could still make a
/// command of the runner together, so text for people is looked through once more.
fn rendered(format: Format, style: &Style, writer: Writer<'_>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    writer(format, style, &mut bytes)?;
    if matches!(format, Format::Json | Format::Sarif | Format::Github) {
        return Ok(bytes);
    }
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(clean::log(&text).into_bytes())
}

/// Writes a review in every format that was asked for.
pub(super) fn write_review(
    review: &Review,
    catalogue: &Catalogue,
    outputs: &Outputs,
    common: &Common,
) -> Result<()> {
    written(outputs, common, &|format, style, sink| {
        output::write_review(review, catalogue, format, style, sink)
    })
}

fn colored(common: &Common, terminal: bool) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            terminal && !set("NO_COLOR") && !dumb
        }
    }
}

/// Whole or not at all: written beside its place, then renamed. What is there and no regular file (`/dev/stderr`,
/// a FIFO) is written into, never replaced.
fn write_file(format: Format, style: &Style, path: &Path, writer: Writer<'_>) -> Result<()> {
    let bytes = rendered(format, style, writer)?;
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => bail!("it is a folder; name a file"),
        Ok(there) if !there.is_file() => {
            let mut device = std::fs::OpenOptions::new().write(true).open(path)?;
            return Ok(device.write_all(&bytes)?);
        }
        _ => {}
    }
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = beside(dir)?;
    file.write_all(&bytes)?;
    file.persist(path)?;
    Ok(())
}

/// A temporary file in `dir`, readable for whom the user's umask lets read.
fn beside(dir: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.prefix(".provost-").tempfile_in(dir)
}

/// `provost render`: a saved report in another format.
pub(super) fn render(args: &RenderArgs, catalogue: &Catalogue, common: &Common) -> Result<u8> {
    let shown = args.report.display().to_string();
    let mut text = String::new();
    let read = if shown == "-" {
        io::stdin()
            .lock()
            .take(REPORT_LIMIT + 1)
            .read_to_string(&mut text)
    } else {
        let file = std::fs::File::open(&args.report).with_context(|| format!("opening {shown}"))?;
        file.take(REPORT_LIMIT + 1).read_to_string(&mut text)
    };
    read.with_context(|| format!("reading {shown}"))?;
    if text.len() as u64 > REPORT_LIMIT {
        bail!("{shown} is larger than 256 MiB; it is not read");
    }
    let outputs = Outputs {
        format: args.format,
        files: Vec::new(),
        verbose: args.verbose,
        sarif_kinds: Vec::new(),
        fail_on: FailOn::Never,
    };
    match saved(&shown, &text)? {
        Saved::Report(report) => write_all(&report, catalogue, &outputs, common)?,
        Saved::Review(review) => write_review(&review, catalogue, &outputs, common)?,
    }
    Ok(CLEAN)
}

/// What an earlier run wrote.
enum Saved {
    Report(Box<Report>),
    Review(Box<Review>),
}

/// Reads it by the schema that it names itself.
fn saved(shown: &str, text: &str) -> Result<Saved> {
    #[derive(serde::Deserialize)]
    struct Named {
        schema: String,
    }
    let foreign = || {
        format!(
            "{shown} is not a report that `provost check --format json` or `provost review --format json` wrote"
        )
    };
    let named: Named = serde_json::from_str(text).with_context(foreign)?;
    match named.schema.as_str() {
        SCHEMA => Ok(Saved::Report(
            serde_json::from_str(text).with_context(foreign)?,
        )),
        REVIEW_SCHEMA => Ok(Saved::Review(
            serde_json::from_str(text).with_context(foreign)?,
        )),
        other => {
            bail!("{shown} has schema {other}; this version reads {SCHEMA} and {REVIEW_SCHEMA}")
        }
    }
}
