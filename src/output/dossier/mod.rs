// SPDX-License-Identifier: Apache-2.0

//! The application: what a foundation asks, clause by clause in the order of its text, each with the answer, its
//! evidence pinned to the commit, who attests what no scan can see, and a marked blank where nobody has yet.
//!
//! Written from a report and the catalogue; everything of the repository goes through [`markup`].

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::report::{CheckResult, Kind, Report};
use crate::rules::{ATTESTATION, Catalogue, Clause, Mode, Policy, Profile, Strength};

use super::markdown::Places;
use super::{Style, markup};

mod answer;
mod facts;

/// What a blank looks like, so that it is found by searching for it.
const BLANK: &str = "☐ **To be filled in by the project.**";

/// Writes one application for each profile that has clauses.
pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    style: &Style,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let profiles = report
        .profiles
        .iter()
        .filter_map(|id| catalogue.profile(id));
    let mut written = 0;
    for profile in profiles {
        let clauses = catalogue.clauses_for(profile);
        if clauses.is_empty() {
            continue;
        }
        if written > 0 {
            sink.write_all(b"\n---\n\n")?;
        }
        written += 1;
        let page = Page {
            report,
            catalogue,
            profile,
            clauses,
            places: Places::new(report),
            verbose: style.verbose,
        };
        sink.write_all(page.text().as_bytes())?;
    }
    if written == 0 {
        let text = "# No application\n\nNone of the profiles of this report cites a foundation's text; choose a stage with `--profile`.\n";
        sink.write_all(text.as_bytes())?;
    }
    Ok(())
}

struct Page<'a> {
    report: &'a Report,
    catalogue: &'a Catalogue,
    profile: &'a Profile,
    clauses: Vec<&'a Clause>,
    places: Places<'a>,
    verbose: bool,
}

/// What a clause has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Met,
    NotMet,
    Blank,
    Unknown,
    Committee,
    DoesNotApply,
}

impl Verdict {
    const ALL: [(Verdict, &'static str, &'static str); 6] = [
        (Verdict::Met, "Met", "with evidence or a dated statement"),
        (Verdict::NotMet, "Not met", "the next step is named"),
        (
            Verdict::Blank,
            "To be filled in",
            "marked ☐: only the project can answer",
        ),
        (
            Verdict::Unknown,
            "Not determined",
            "offline, shallow or without a token",
        ),
        (
            Verdict::Committee,
            "For the committee",
            "nobody else can judge it",
        ),
        (Verdict::DoesNotApply, "Does not apply", ""),
    ];
}

impl Page<'_> {
    fn text(&self) -> String {
        let mut out = String::new();
        self.head(&mut out);
        self.summary(&mut out);
        facts::write(self, &mut out);
        let mut told = BTreeSet::new();
        let mut document = None;
        let mut section = None;
        for clause in self.binding() {
            let here = (&clause.policy, &clause.document);
            if document.replace(here) != Some(here) {
                let _ = writeln!(out, "\n## {}", markup::text(&clause.document));
                section = None;
            }
            if section.replace(&clause.section) != Some(&clause.section) {
                let _ = writeln!(out, "\n### {}", markup::text(&clause.section));
            }
            self.clause(&mut out, clause, &mut told);
        }
        self.blanks(&mut out);
        self.others(&mut out);
        self.method(&mut out);
        out
    }

    /// Clauses that this project or its committee has to answer: documents that the stage itself cites first, then
    /// those of the stages before it.
    fn binding(&self) -> impl Iterator<Item = &Clause> {
        let own = |document: &str| {
            let mut here = self.clauses.iter().filter(|c| c.document == document);
            here.any(|c| self.profile.clauses.contains(&c.id))
        };
        let binding = |clause: &&Clause| clause.mode != Mode::NotRepository;
        let clauses = self.clauses.iter().copied().filter(binding);
        let (first, rest): (Vec<_>, Vec<_>) = clauses.partition(|c| own(&c.document));
        first.into_iter().chain(rest)
    }

    fn policy(&self) -> Option<&Policy> {
        let first = self.clauses.first()?;
        self.catalogue.policy(&first.policy)
    }

    fn head(&self, out: &mut String) {
        let subject = &self.report.subject;
        let named = subject.slug.as_deref().unwrap_or(&subject.path);
        let foundation = self.policy().map_or("", |p| p.foundation.as_str());
        let title = markup::text(&self.profile.title);
        let _ = writeln!(out, "# {}: {title}\n", markup::code(named));
        let _ = writeln!(
            out,
            "What the {} asks at `{}`, clause by clause, and how the project answers.\n",
            markup::text(foundation),
            self.profile.id
        );
        if let Some(remote) = &subject.remote {
            let words = markup::code(remote);
            let _ = writeln!(out, "- Repository: {}", markup::link(&words, remote));
        }
        if let Some(id) = subject.at.as_ref().or(subject.head.as_ref()) {
            let commit = self.places.commit(id);
            let _ = writeln!(
                out,
                "- Commit: {commit}; every file below is linked as it stood there"
            );
        }
        for fault in &self.report.faults {
            let (place, text) = (markup::code(&fault.r#where), markup::text(&fault.message));
            let _ = writeln!(out, "- **Incomplete:** {place}: {text}");
        }
    }

    fn summary(&self, out: &mut String) {
        let verdicts: Vec<Verdict> = self.binding().map(|c| self.verdict(c)).collect();
        let _ = writeln!(out, "\n| Clauses | {} | |\n|---|---:|---|", verdicts.len());
        for (verdict, title, about) in Verdict::ALL {
            let count = verdicts.iter().filter(|v| **v == verdict).count();
            if count > 0 {
                let _ = writeln!(out, "| {title} | {count} | {about} |");
            }
        }
    }

    /// Results of this profile that answer `clause`.
    fn results<'b>(&'b self, clause: &'b Clause) -> impl Iterator<Item = &'b CheckResult> {
        self.report.checks.iter().filter(move |check| {
            check.profiles.contains(&self.profile.id)
                && check.rule != ATTESTATION
                && check.clauses.iter().any(|c| c.id == clause.id)
        })
    }

    fn verdict(&self, clause: &Clause) -> Verdict {
        match &clause.mode {
            Mode::Human => Verdict::Committee,
            Mode::Attest if self.statement(clause).is_some() => Verdict::Met,
            Mode::Attest => Verdict::Blank,
            Mode::NotRepository => Verdict::DoesNotApply,
            Mode::Rules(_) => {
                let kinds: Vec<Kind> = self.results(clause).map(|check| check.kind).collect();
                let any = |kind| kinds.contains(&kind);
                match () {
                    () if any(Kind::Fail) => Verdict::NotMet,
                    () if any(Kind::Review) => Verdict::Blank,
                    () if any(Kind::Open) || kinds.is_empty() => Verdict::Unknown,
                    () if any(Kind::Pass) => Verdict::Met,
                    () => Verdict::DoesNotApply,
                }
            }
        }
    }

    fn clause(&self, out: &mut String, clause: &Clause, told: &mut BTreeSet<String>) {
        let strength = match clause.strength {
            Strength::Must => "must",
            Strength::Should => "should",
            Strength::May => "may",
        };
        let source = markup::link("text", &clause.url);
        let _ = writeln!(
            out,
            "\n> {} ({strength}, {source}, `{}`)\n",
            markup::text(&clause.text),
            clause.id
        );
        match &clause.mode {
            Mode::Rules(_) => self.decided(out, clause, told),
            Mode::Attest | Mode::Human | Mode::NotRepository => self.stated(out, clause),
        }
    }

    /// What is left to the project, ready to be filled in and kept.
    fn blanks(&self, out: &mut String) {
        let blank = |clause: &&Clause| {
            clause.mode == Mode::Attest && self.verdict(clause) == Verdict::Blank
        };
        let clauses: Vec<_> = self.binding().filter(blank).collect();
        if clauses.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n## The blanks ({})\n\nStatements for the clauses marked ☐, to be filled in and kept in `.provost.toml` (or one by one with \
             `provost attest`); the next dossier has them in place.\n\n```toml",
            clauses.len()
        );
        for (at, clause) in clauses.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            let _ = writeln!(
                out,
                "{gap}[[attestation]]\nclause = \"{}\"\nstatement = \"\"\nby = \"\"\ndate = \"\"\nlink = \"\"",
                clause.id
            );
        }
        let _ = writeln!(out, "```");
    }

    /// Clauses that bind somebody else, in one list: nothing of the text is left out in silence.
    fn others(&self, out: &mut String) {
        let clauses = self.clauses.iter();
        let others: Vec<_> = clauses
            .filter(|clause| clause.mode == Mode::NotRepository)
            .collect();
        if others.is_empty() {
            return;
        }
        let _ = writeln!(
            out,
            "\n## Clauses that ask nothing of the repository\n\nListed so that nothing of the text is left out.\n"
        );
        for clause in others {
            let words = format!("{}, {}", clause.document, clause.section);
            let source = markup::link(&markup::text(&words), &clause.url);
            let (text, who) = (markup::text(&clause.text), markup::text(&clause.binds));
            let _ = writeln!(out, "- {source} (binds the {who}): {text}");
        }
    }

    fn method(&self, out: &mut String) {
        let tool = format!("{} {}", self.report.tool.name, self.report.tool.version);
        let _ = writeln!(
            out,
            "\n## How this was made\n\nWritten by {} from the repository alone. *Met* means that the evidence named here was found, or that somebody \
             named here stated it; whether that suffices is the committee's to say. Statements are kept in the project's \
             configuration with date, author and expiry; nothing here was filled in by guesswork.",
            markup::text(&tool)
        );
    }
}
