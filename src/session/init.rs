// SPDX-License-Identifier: Apache-2.0

//! `provost init`: configuration, workflow and hooks for a repository that has none, and the steps after it.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Result, bail};

use crate::cli::{Common, InitArgs, Sources, What};
use crate::config::{self, Config};
use crate::fix::{self, Change, Edit, Facts, Outcome, Plan};
use crate::output::clean;
use crate::rules::Catalogue;
use crate::scan::Progress;
use crate::subject::{DOCUMENT_LIMIT, Entry, Subject};
use crate::{BROKEN, CLEAN};

use super::{catalogue, check, complain, opening, print};

mod guess;

use guess::Guess;

const WORKFLOW: &str = ".github/workflows/provost.yml";
const WORKFLOW_TEXT: &str = include_str!("init/workflow.yml");
const HOOKS: &str = ".pre-commit-config.yaml";
/// The hooks as an entry of `repos`.
const HOOKS_TEXT: &str = include_str!("init/pre-commit.yaml");
/// Rule whose template is the commit-msg hook.
const SIGN_OFF: &str = "dco-sign-off";

/// A file to be written.
struct Wanted {
    path: String,
    /// Names under which it may be there already.
    places: Vec<String>,
    text: String,
    executable: bool,
    /// Said behind its name.
    note: String,
    /// What to say where it is there and stays, if it is a person's to merge.
    merge: Option<String>,
}

/// What is decided before anything is written.
#[derive(Default)]
struct Decided {
    plan: Plan,
    /// Path and why.
    left: Vec<(String, String)>,
}

/// Runs `provost init` and returns the exit status.
pub(super) fn run(args: &InitArgs, common: &Common) -> Result<u8> {
    let catalogue = catalogue(None)?;
    let subject = opening::open(&args.path, None, true)?;
    if !subject.on_disk {
        bail!(
            "{}: only a working tree can be set up; clone it first",
            subject.path
        );
    }
    let (guess, license) = read(&subject, &catalogue)?;
    let wanted = wanted(&guess, license.as_deref(), &catalogue)?;
    let decided = decide(&subject, &wanted, args.force);
    let outcome = fix::apply(Path::new(&subject.path), &decided.plan);
    let is_broken = outcome.stopped.is_some() || !outcome.refused.is_empty();
    if !common.quiet || is_broken {
        print(told(&wanted, &decided, &outcome).as_bytes())?;
    }
    Ok(if is_broken { BROKEN } else { CLEAN })
}

/// The profile that fits, and the project's licence. An own configuration is not read: it may be what is
/// written over.
fn read(subject: &Subject, catalogue: &Catalogue) -> Result<(Guess, Option<String>)> {
    let progress = Progress::default();
    let what = What {
        rule: vec![guess::RULE.to_owned()],
        ..What::default()
    };
    let license = check::judge(
        subject,
        Config::default(),
        &what,
        &Sources::offline(),
        catalogue,
        &progress,
        |shared| shared.project_expression(),
    )?;
    let report = progress.report();
    for fault in &report.faults {
        complain(&format!("{}: {}", fault.r#where, fault.message));
    }
    let stated = report.checks.iter().find(|c| c.rule == guess::RULE);
    let license = license.filter(|text| !text.chars().any(clean::is_hostile));
    Ok((guess::guess(stated, catalogue), license))
}

fn wanted(guess: &Guess, license: Option<&str>, catalogue: &Catalogue) -> Result<Vec<Wanted>> {
    let notice = license.map(|id| format!("# SPDX-License-Identifier: {id}\n"));
    let notice = notice.unwrap_or_default();
    let configured = format!(
        "{notice}\n# How provost judges this project; `provost list profiles` names the other profiles.\n# {}\n\
         profiles = [\"{}\"]\n",
        guess.reason, guess.profile
    );
    let configured = configured.trim_start().to_owned();
    Config::parse(config::PLACES[0], &configured)?;
    let workflow = format!("{notice}{WORKFLOW_TEXT}");
    let file = |path: &str, text: String| Wanted {
        path: path.to_owned(),
        places: vec![path.to_owned()],
        text,
        executable: false,
        note: String::new(),
        merge: None,
    };
    let mut wanted = vec![
        Wanted {
            places: config::PLACES.map(str::to_owned).to_vec(),
            note: format!("profile {}: {}", guess.profile, guess.reason),
            ..file(config::PLACES[0], configured)
        },
        Wanted {
            places: vec![WORKFLOW.to_owned(), WORKFLOW.replace(".yml", ".yaml")],
            note: "needs no secret and may only read; pin the commit in it".to_owned(),
            ..file(WORKFLOW, workflow.trim_start().to_owned())
        },
        Wanted {
            note: "what a commit makes worse, and its sign-off".to_owned(),
            merge: Some(format!("add to its `repos`:\n{HOOKS_TEXT}")),
            ..file(HOOKS, format!("{notice}repos:\n{HOOKS_TEXT}"))
        },
    ];
    let mut facts = Facts::default();
    facts.set("LICENSE ID", license);
    let rule = catalogue.rule(SIGN_OFF);
    if let Some(change) = rule.and_then(|rule| fix::document(rule, catalogue, &facts))
        && let Edit::Create {
            content,
            executable,
        } = change.edit
    {
        let blanks = change.blanks.join(", ");
        wanted.push(Wanted {
            executable,
            note: match blanks.is_empty() {
                true => "the same for git alone".to_owned(),
                false => format!("the same for git alone; fill in {blanks}"),
            },
            ..file(&change.path, String::from_utf8_lossy(&content).into_owned())
        });
    }
    Ok(wanted)
}

/// What is written, and what stays and why.
fn decide(subject: &Subject, wanted: &[Wanted], force: bool) -> Decided {
    let mut decided = Decided::default();
    let changed = if force { subject.uncommitted() } else { None };
    for file in wanted {
        let there = file.places.iter().find_map(|place| there(subject, place));
        let (path, edit) = match there {
            None => {
                let content = file.text.clone().into_bytes();
                let executable = file.executable;
                let edit = Edit::Create {
                    content,
                    executable,
                };
                (file.path.clone(), edit)
            }
            Some(path) => match instead(subject, &path, file, force, changed.as_deref()) {
                Ok(edit) => (path, edit),
                Err(why) => {
                    decided.left.push((path, why));
                    continue;
                }
            },
        };
        decided.plan.changes.push(Change {
            rules: Vec::new(),
            path,
            edit,
            blanks: Vec::new(),
        });
    }
    decided
}

/// The name of what stands at `place`, links and ignored files included.
fn there(subject: &Subject, place: &str) -> Option<String> {
    let mut entries = subject.tree.entries().iter();
    let known = entries.find(|entry| entry.path.eq_ignore_ascii_case(place));
    let place = known.map_or(place, |entry| entry.path.as_str());
    let on_disk = Path::new(&subject.path).join(place).symlink_metadata();
    on_disk.is_ok().then(|| place.to_owned())
}

/// The edit that puts `file` in the place of what is there, or why that stays.
fn instead(
    subject: &Subject,
    path: &str,
    file: &Wanted,
    force: bool,
    changed: Option<&[String]>,
) -> Result<Edit, String> {
    let found = subject.tree.entries().iter().find(|e| e.path == path);
    let regular = found.filter(|entry| entry.is_file());
    let read = |entry: &Entry| subject.tree.read(entry, DOCUMENT_LIMIT).ok();
    let before = regular.and_then(read).filter(|content| !content.truncated);
    let before = before.map(|content| content.bytes);
    if before.as_deref() == Some(file.text.as_bytes()) {
        return Err("it is what would be written".to_owned());
    }
    if let Some(merge) = &file.merge {
        let text = before.as_deref().map(String::from_utf8_lossy);
        return Err(match text.is_some_and(|t| t.contains(HOOKS_TEXT)) {
            true => "it has the hooks".to_owned(),
            false => merge.clone(),
        });
    }
    if !force {
        return Err("it is there; --force writes over it".to_owned());
    }
    let before = before.ok_or("it is no regular file that git tracks; remove it first")?;
    let tracked = found.is_some_and(Entry::counts);
    let kept = changed.is_some_and(|paths| !paths.iter().any(|changed| changed == path));
    if !tracked || !kept {
        return Err(
            "git does not hold it as it stands, so nothing could bring it back; commit it first"
                .to_owned(),
        );
    }
    Ok(Edit::Replace {
        before,
        content: file.text.clone().into_bytes(),
    })
}

/// What was written, what stayed, and the next steps.
fn told(wanted: &[Wanted], decided: &Decided, outcome: &Outcome) -> String {
    let mut out = String::new();
    let note = |path: &str| {
        let of = wanted
            .iter()
            .find(|file| file.places.iter().any(|p| p.eq_ignore_ascii_case(path)));
        of.map_or("", |file| file.note.as_str())
    };
    if !outcome.written.is_empty() {
        let _ = writeln!(out, "Wrote ({})", outcome.written.len());
        for path in &outcome.written {
            let _ = writeln!(
                out,
                "  {}\n      {}",
                clean::line(path),
                clean::line(note(path))
            );
        }
    }
    if !decided.left.is_empty() {
        let _ = writeln!(out, "Left as it is ({})", decided.left.len());
        for (path, why) in &decided.left {
            let _ = writeln!(out, "  {}: {}", clean::line(path), why.trim_end());
        }
    }
    let stopped = outcome.stopped.iter().map(|why| ("stopped", why.as_str()));
    let refused = outcome
        .refused
        .iter()
        .map(|(path, why)| (path.as_str(), why.as_str()));
    for (path, why) in refused.chain(stopped) {
        let _ = writeln!(
            out,
            "Not written: {}: {}",
            clean::line(path),
            clean::line(why)
        );
    }
    if outcome.written.is_empty() {
        out.push_str("Nothing was written.\n");
        return out;
    }
    out.push_str(
        "Next\n  provost check\n      where the project stands today; then commit these files\n",
    );
    if outcome
        .written
        .iter()
        .any(|p| p.starts_with(".githooks/") || p == HOOKS)
    {
        out.push_str(
            "  pre-commit install -t pre-commit -t commit-msg\n      or, without pre-commit: git config core.hooksPath \
             .githooks (once for each clone, one of the two)\n",
        );
    }
    out
}
