// SPDX-License-Identifier: Apache-2.0

//! For people: the licence of the whole, a table by kind of work, the texts, and what needs a look.

use std::io::{self, Write};

use anstyle::Style as Paint;

use crate::output::{Style, clean};
use crate::report::licenses::{Compared, Comparison, Counts, Fate, File, Licenses, Text};

use super::spdx;

/// Lines of one list unless `--verbose`.
const LISTED: usize = 20;

struct Page<'a> {
    sink: &'a mut dyn Write,
    style: &'a Style,
}

/// Writes it.
pub(super) fn write(licenses: &Licenses, style: &Style, sink: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { sink, style };
    page.head(licenses)?;
    if let Some(comparison) = &licenses.comparison {
        return page.comparison(comparison);
    }
    page.table(licenses)?;
    page.texts(licenses)?;
    page.others(licenses)?;
    page.flaws(licenses)
}

impl Page<'_> {
    fn bold(&self, text: &str) -> String {
        let paint = Paint::new().bold();
        if self.style.color {
            format!("{paint}{text}{paint:#}")
        } else {
            text.to_owned()
        }
    }

    fn title(&mut self, text: &str) -> io::Result<()> {
        let title = self.bold(text);
        writeln!(self.sink, "\n{title}")
    }

    fn head(&mut self, licenses: &Licenses) -> io::Result<()> {
        let subject = &licenses.subject;
        let name = subject.slug.as_deref().unwrap_or(&subject.path);
        let commit = subject.at.as_deref().or(subject.head.as_deref());
        let at = commit.map(|id| format!(" at {}", id.get(..12).unwrap_or(id)));
        let head = format!(
            "Licences of {}{}",
            clean::line(name),
            at.unwrap_or_default()
        );
        let head = self.bold(&head);
        writeln!(self.sink, "{head}")?;
        match (&licenses.declared, licenses.evidence.first()) {
            (Some(declared), Some(first)) => {
                let path = first.path.as_deref().unwrap_or_default();
                writeln!(
                    self.sink,
                    "  the project is under {} ({})",
                    clean::line(declared),
                    clean::line(path)
                )
            }
            (Some(declared), None) => {
                writeln!(
                    self.sink,
                    "  the project is under {}",
                    clean::line(declared)
                )
            }
            (None, _) => writeln!(
                self.sink,
                "  nothing says under which licence the project is; add its text as LICENSE"
            ),
        }
    }

    fn table(&mut self, licenses: &Licenses) -> io::Result<()> {
        let all = &licenses.summary.all;
        self.title(&format!(
            "{} files: {} say their licence, {} rest on that of their folder or the project, {} on nothing; {} name a copyright holder",
            all.files,
            all.stated,
            all.by_default,
            all.files - all.stated - all.by_default,
            all.with_copyright
        ))?;
        for (class, counts) in &licenses.summary.classes {
            writeln!(
                self.sink,
                "  {:<14}{:>7}  {}",
                class.as_str(),
                counts.files,
                self.by_license(counts)
            )?;
        }
        let skipped: Vec<String> = licenses
            .summary
            .skipped
            .iter()
            .map(|(reason, n)| format!("{n} {reason}"))
            .collect();
        if !skipped.is_empty() {
            writeln!(self.sink, "  left out: {}", skipped.join(", "))?;
        }
        Ok(())
    }

    fn by_license(&self, counts: &Counts) -> String {
        let mut sorted: Vec<(&String, &usize)> = counts.licenses.iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        let most = if self.style.verbose { sorted.len() } else { 5 };
        let shown = sorted.iter().take(most);
        let mut parts: Vec<String> = shown
            .map(|(license, n)| format!("{} {n}", clean::line(license)))
            .collect();
        if sorted.len() > most {
            parts.push(format!("{} more licences", sorted.len() - most));
        }
        let licensed: usize = counts.licenses.values().sum();
        if counts.files > licensed {
            parts.push(format!("nothing {}", counts.files - licensed));
        }
        parts.join(", ")
    }

    fn texts(&mut self, licenses: &Licenses) -> io::Result<()> {
        if licenses.texts.is_empty() {
            return Ok(());
        }
        self.title("Licence texts")?;
        // What is not a known text comes first: it needs a person.
        let mut texts: Vec<&Text> = licenses.texts.iter().collect();
        texts.sort_by_key(|t| (t.license.is_some(), t.path.matches('/').count()));
        self.list(&texts, |text| {
            let place = clean::line(&text.path);
            let mut line = match &text.license {
                Some(license) => format!("{place}: {}", clean::line(license)),
                None => format!("{place}: {}", clean::line(&text.note)),
            };
            if let (Some(_), Some(score)) = (&text.license, text.score) {
                line.push_str(&format!(", score {score:.2}"));
            }
            if text.license.is_some() && text.files == 0 {
                line.push_str("; nothing names it");
            }
            line
        })
    }

    /// Files whose licence is another than the project's.
    fn others(&mut self, licenses: &Licenses) -> io::Result<()> {
        let own = licenses.declared.as_deref().map(spdx::ids);
        let own = own.unwrap_or_default();
        let mut known = std::collections::BTreeMap::new();
        let mut is_other = |license: &str| {
            let judge = || !spdx::ids(license).iter().all(|id| own.contains(id));
            *known.entry(license.to_owned()).or_insert_with(judge)
        };
        let mut other = |f: &&File| f.license.as_deref().is_some_and(&mut is_other);
        let others: Vec<&File> = licenses.files.iter().filter(|f| other(f)).collect();
        if !others.is_empty() {
            self.title("Files under another licence than the project's")?;
            self.list(&others, |file| {
                let place = match (&file.source, file.line) {
                    (Some(source), Some(line)) if *source == file.path => format!(":{line}"),
                    (Some(source), _) if *source != file.path => {
                        format!(" (by {})", clean::line(source))
                    }
                    _ => String::new(),
                };
                let license = file.license.as_deref().unwrap_or_default();
                format!(
                    "{}{place}: {}",
                    clean::line(&file.path),
                    clean::line(license)
                )
            })?;
        }
        let bare = |f: &&File| f.license.is_none() && f.problem.is_none();
        let bare: Vec<&File> = licenses.files.iter().filter(bare).collect();
        if !bare.is_empty() {
            self.title("Files of which nothing says the licence")?;
            self.list(&bare, |file| clean::line(&file.path))?;
        }
        Ok(())
    }

    fn flaws(&mut self, licenses: &Licenses) -> io::Result<()> {
        if licenses.flaws.is_empty() && licenses.faults.is_empty() {
            return Ok(());
        }
        self.title("What is wrong")?;
        let mut lines: Vec<String> = licenses
            .faults
            .iter()
            .map(|f| format!("{}: {}", clean::line(&f.r#where), clean::line(&f.message)))
            .collect();
        lines.extend(licenses.flaws.iter().map(|flaw| {
            let line = flaw.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!(
                "{}{line}: {}",
                clean::line(&flaw.path),
                clean::line(&flaw.message)
            )
        }));
        self.list(&lines, Clone::clone)
    }

    fn comparison(&mut self, comparison: &Comparison) -> io::Result<()> {
        let created = comparison.created.as_deref().unwrap_or("an unknown time");
        writeln!(
            self.sink,
            "  against {} of {}: {} of its {} files are here under the same path",
            clean::line(&comparison.document),
            clean::line(created),
            comparison.matched,
            comparison.files
        )?;
        let fates = [
            Fate::New,
            Fate::StillThere,
            Fate::Moved,
            Fate::Unsure,
            Fate::Fixed,
        ];
        for fate in fates {
            let with = |c: &&Compared| c.fate == fate;
            let found: Vec<&Compared> = comparison.findings.iter().filter(with).collect();
            if found.is_empty() {
                continue;
            }
            self.title(&format!("{}: {}", fate.as_str(), found.len()))?;
            self.list(&found, |c| {
                let license = c.license.as_deref().unwrap_or("no licence");
                let to = c.moved_to.as_ref();
                let to = to.map(|to| format!(" -> {}", clean::line(to)));
                format!(
                    "{}{}: {}; {}",
                    clean::line(&c.path),
                    to.unwrap_or_default(),
                    clean::line(license),
                    clean::line(&c.why)
                )
            })?;
        }
        if comparison.findings.is_empty() {
            self.title("The scan holds no file under another licence than the project's, and there is none now")?;
        }
        Ok(())
    }

    fn list<T>(&mut self, items: &[T], line: impl Fn(&T) -> String) -> io::Result<()> {
        let most = if self.style.verbose {
            items.len()
        } else {
            LISTED
        };
        for item in items.iter().take(most) {
            writeln!(self.sink, "  {}", line(item))?;
        }
        if items.len() > most {
            let rest = items.len() - most;
            writeln!(
                self.sink,
                "  and {rest} more; --verbose or --format csv shows all"
            )?;
        }
        Ok(())
    }
}
