// SPDX-License-Identifier: Apache-2.0

//! Licence and copyright notices: into the head of each file that lacks one; where no comment can stand, into
//! REUSE.toml when the project keeps one, else into a `.license` file beside it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::checks::Shared;
use crate::rules::Mend;
use crate::subject::{Entry, HEADER_LIMIT};

use super::header::insertion;
use super::{Change, Edit, Failing, Made, Settings, standing};

/// What a file lacks.
#[derive(Clone, Copy, Default)]
struct Lacks {
    license: bool,
    copyright: bool,
}

/// A file that lacks something, and for which rules.
struct Wanted<'a> {
    entry: &'a Entry,
    lacks: Lacks,
    rules: BTreeSet<&'a str>,
}

/// What becomes of one file.
enum Fate {
    Insert(Edit),
    Beside,
    Leave(String),
}

/// Plans notices for every file that the findings of `failing` name.
pub(super) fn mend(
    shared: &Shared<'_>,
    failing: &[Failing<'_>],
    settings: &Settings,
    made: &mut Made,
) {
    let license = settings
        .license
        .clone()
        .or_else(|| shared.project_expression());
    let mut wanted: BTreeMap<&str, Wanted<'_>> = BTreeMap::new();
    for rule in failing {
        if let Some((why, next)) = missing(rule.mend, license.as_deref(), settings) {
            made.leave(rule.result, None, why, next);
            continue;
        }
        collect(shared, rule, &mut wanted, made);
    }
    let lines = Lines {
        license: license.unwrap_or_default(),
        holder: settings.holder.clone().unwrap_or_default(),
    };
    let fates: Vec<Fate> = wanted
        .par_iter()
        .map(|(_, file)| fate(shared, file, &lines))
        .collect();
    let mut beside = Vec::new();
    for (file, fate) in wanted.into_values().zip(fates) {
        match fate {
            Fate::Insert(edit) => made.change(change(&file, file.entry.path.clone(), edit)),
            Fate::Beside => beside.push(file),
            Fate::Leave(why) => leave(failing, &file, &why, made),
        }
    }
    speak_for(shared, beside, &lines, failing, made);
}

/// What is not known and has to be, for this mender.
fn missing(
    mend: &Mend,
    license: Option<&str>,
    settings: &Settings,
) -> Option<(&'static str, &'static str)> {
    match mend {
        Mend::Header { copyright: true } if settings.holder.is_none() => Some((
            "the copyright holder is not known",
            "give --holder \"The <project> Authors\", or holder under [fix] in .provost.toml",
        )),
        Mend::Header { copyright: false } if license.is_none() => Some((
            "the project's licence is not known for sure",
            "give --license with an SPDX expression, or license under [fix] in .provost.toml",
        )),
        _ => None,
    }
}

fn collect<'a>(
    shared: &'a Shared<'_>,
    rule: &Failing<'a>,
    wanted: &mut BTreeMap<&'a str, Wanted<'a>>,
    made: &mut Made,
) {
    for finding in standing(rule.result) {
        let Some(entry) = finding
            .path
            .as_deref()
            .and_then(|path| shared.files.get(path))
        else {
            continue;
        };
        if finding.problem.is_some() || finding.line.is_some() {
            // There is a notice, and it is wrong: which one is right is not ours to say.
            made.leave(
                rule.result,
                finding.path.as_deref(),
                &finding.message,
                rule.next,
            );
            continue;
        }
        let file = wanted.entry(entry.path.as_str()).or_insert_with(|| Wanted {
            entry,
            lacks: Lacks::default(),
            rules: BTreeSet::new(),
        });
        file.rules.insert(rule.result.rule.as_str());
        match rule.mend {
            Mend::Header { copyright: true } => file.lacks.copyright = true,
            _ => file.lacks.license = true,
        }
    }
}

/// What a notice says.
struct Lines {
    license: String,
    holder: String,
}

impl Lines {
    fn of(&self, lacks: Lacks, license: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if lacks.copyright {
            lines.push(format!("SPDX-FileCopyrightText: {}", self.holder));
        }
        if lacks.license {
            lines.push(format!("SPDX-License-Identifier: {license}"));
        }
        lines
    }
}

fn fate(shared: &Shared<'_>, file: &Wanted<'_>, lines: &Lines) -> Fate {
    if !file.entry.is_file() {
        return Fate::Leave("it is not a regular file".into());
    }
    if file.entry.raw.is_some() {
        return Fate::Leave("its name is not UTF-8".into());
    }
    let content = match shared.files.tree.read(file.entry, HEADER_LIMIT) {
        Ok(content) => content,
        Err(error) => return Fate::Leave(error.to_string()),
    };
    // A file that says in words whose terms it is under keeps them: only the tag is added.
    let license = match shared.notice_of(&file.entry.path) {
        None => lines.license.as_str(),
        Some(Some(id)) => id,
        Some(None) if !file.lacks.license => lines.license.as_str(),
        Some(None) => {
            return Fate::Leave(
                "it has a licence notice in words; which licence it names takes a person".into(),
            );
        }
    };
    match insertion(
        file.entry.name(),
        &content.bytes,
        &lines.of(file.lacks, license),
    ) {
        Ok(insertion) => Fate::Insert(Edit::Insert {
            at: insertion.at,
            text: insertion.text,
            head: content.bytes,
        }),
        Err(_) => Fate::Beside,
    }
}

fn change(file: &Wanted<'_>, path: String, edit: Edit) -> Change {
    Change {
        rules: file.rules.iter().map(|rule| (*rule).to_owned()).collect(),
        path,
        edit,
        blanks: Vec::new(),
    }
}

fn leave(failing: &[Failing<'_>], file: &Wanted<'_>, why: &str, made: &mut Made) {
    for rule in failing
        .iter()
        .filter(|f| file.rules.contains(f.result.rule.as_str()))
    {
        made.leave(rule.result, Some(&file.entry.path), why, rule.next);
    }
}

/// Notices for files in which no comment can stand.
fn speak_for(
    shared: &Shared<'_>,
    files: Vec<Wanted<'_>>,
    lines: &Lines,
    failing: &[Failing<'_>],
    made: &mut Made,
) {
    if files.is_empty() {
        return;
    }
    if let Some(annotations) = shared.files.get("REUSE.toml") {
        return annotate(shared, annotations, files, lines, failing, made);
    }
    for file in files {
        let path = format!("{}.license", file.entry.path);
        if shared.files.get(&path).is_some() {
            let why = format!("no comment can stand in it, and {path} is there already");
            leave(failing, &file, &why, made);
            continue;
        }
        let content = lines.of(file.lacks, &lines.license).join("\n") + "\n";
        let edit = Edit::Create {
            content: content.into_bytes(),
            executable: false,
        };
        made.change(change(&file, path, edit));
    }
}

/// One more table at the end of REUSE.toml (REUSE 3.3, "REUSE.toml").
fn annotate(
    shared: &Shared<'_>,
    entry: &Entry,
    files: Vec<Wanted<'_>>,
    lines: &Lines,
    failing: &[Failing<'_>],
    made: &mut Made,
) {
    let Ok(content) = shared
        .files
        .tree
        .read(entry, crate::subject::DOCUMENT_LIMIT)
    else {
        for file in &files {
            leave(failing, file, "REUSE.toml cannot be read", made);
        }
        return;
    };
    let mut groups: BTreeMap<(bool, bool), Vec<&Wanted<'_>>> = BTreeMap::new();
    for file in &files {
        let key = (file.lacks.license, file.lacks.copyright);
        groups.entry(key).or_default().push(file);
    }
    let mut text = String::new();
    let mut rules = BTreeSet::new();
    for ((license, copyright), group) in groups {
        text.push_str("\n[[annotations]]\npath = [\n");
        for file in group {
            rules.extend(file.rules.iter().map(|r| (*r).to_owned()));
            // In REUSE.toml a star is a glob; a backslash makes it a star again.
            let literal = file.entry.path.replace('\\', "\\\\").replace('*', "\\*");
            text.push_str(&format!("    {},\n", toml::Value::String(literal)));
        }
        text.push_str("]\n");
        if copyright {
            let holder = toml::Value::String(lines.holder.clone());
            text.push_str(&format!("SPDX-FileCopyrightText = {holder}\n"));
        }
        if license {
            let license = toml::Value::String(lines.license.clone());
            text.push_str(&format!("SPDX-License-Identifier = {license}\n"));
        }
    }
    let at = content.bytes.len();
    if !content.bytes.ends_with(b"\n") && at > 0 {
        text.insert(0, '\n');
    }
    made.change(Change {
        rules: rules.into_iter().collect(),
        path: entry.path.clone(),
        edit: Edit::Insert {
            at,
            text: text.into_bytes(),
            head: content.bytes,
        },
        blanks: Vec::new(),
    });
}
