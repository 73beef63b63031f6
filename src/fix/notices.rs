// SPDX-License-Identifier: Apache-2.0

//! Licence and copyright notices: into the head of each file that lacks one; where no comment can stand, into
//! REUSE.toml when the project keeps one, else into a `.license` file beside it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::checks::{LeftOut, Shared};
use crate::report::CheckResult;
use crate::rules::Mend;
use crate::subject::{DOCUMENT_LIMIT, Entry, HEADER_LIMIT};

use super::header::insertion;
use super::{Change, Edit, Failing, Made, Settings, documents, standing};

/// Most `.license` files that are made before one REUSE.toml speaks for them all.
const BESIDE: usize = 3;

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
    keeps_texts: Option<&CheckResult>,
    settings: &Settings,
    made: &mut Made,
) {
    let license = settings.license.clone().or_else(|| of_project(shared));
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
    let tagged = made.any_of(failing);
    if let Some(result) = keeps_texts.filter(|_| tagged && !lines.license.is_empty()) {
        documents::texts_for(shared, &lines.license, result, made);
    }
}

/// The project's licence, when it is every file's: of a conjunction, each file is under a part, and which one
/// no scan can tell.
fn of_project(shared: &Shared<'_>) -> Option<String> {
    shared
        .project_expression()
        .filter(|text| !text.split_whitespace().any(|word| word == "AND"))
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
            "which licence each file is under is not known for sure",
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
    match shared.left_out(&file.entry.path) {
        Some(LeftOut::Vendored) => {
            return Fate::Leave("it is another project's; its licence is theirs to say".into());
        }
        // What a tool writes, it writes again.
        Some(LeftOut::Generated) => return Fate::Beside,
        None => {}
    }
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
    let there = shared.files.get("REUSE.toml");
    let dep5 = shared.files.get(".reuse/dep5").is_some();
    if there.is_some() || files.len() > BESIDE && !dep5 {
        return annotate(shared, there, files, lines, failing, made);
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

/// Tables at the end of REUSE.toml, which is made when it is not there (REUSE 3.3, "REUSE.toml").
fn annotate(
    shared: &Shared<'_>,
    there: Option<&Entry>,
    files: Vec<Wanted<'_>>,
    lines: &Lines,
    failing: &[Failing<'_>],
    made: &mut Made,
) {
    if there.is_some_and(|entry| !entry.counts()) {
        let (why, next) = documents::UNTRACKED;
        for rule in failing {
            made.leave(rule.result, Some("REUSE.toml"), why, next);
        }
        return;
    }
    let rules: BTreeSet<&str> = files.iter().flat_map(|f| f.rules.iter().copied()).collect();
    let tables = tables(&files, lines);
    let edit = match there.map(|entry| shared.files.tree.read(entry, DOCUMENT_LIMIT)) {
        None => Edit::Create {
            content: format!("version = 1\n{tables}").into_bytes(),
            executable: false,
        },
        Some(Ok(content)) => {
            let at = content.bytes.len();
            let gap = if content.bytes.ends_with(b"\n") || at == 0 {
                ""
            } else {
                "\n"
            };
            Edit::Insert {
                at,
                text: format!("{gap}{tables}").into_bytes(),
                head: content.bytes,
            }
        }
        Some(Err(_)) => {
            for file in &files {
                leave(failing, file, "REUSE.toml cannot be read", made);
            }
            return;
        }
    };
    made.change(Change {
        rules: rules.into_iter().map(str::to_owned).collect(),
        path: "REUSE.toml".to_owned(),
        edit,
        blanks: Vec::new(),
    });
}

/// One table for the files that lack the same.
fn tables(files: &[Wanted<'_>], lines: &Lines) -> String {
    let mut groups: BTreeMap<(bool, bool), Vec<&Wanted<'_>>> = BTreeMap::new();
    for file in files {
        let key = (file.lacks.license, file.lacks.copyright);
        groups.entry(key).or_default().push(file);
    }
    let string = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = String::new();
    for ((license, copyright), group) in groups {
        text.push_str("\n[[annotations]]\npath = [\n");
        for file in group {
            // In REUSE.toml a star is a glob; a backslash makes it a star again.
            let literal = file.entry.path.replace('\\', "\\\\").replace('*', "\\*");
            text.push_str(&format!("    {},\n", string(&literal)));
        }
        text.push_str("]\n");
        if copyright {
            text.push_str(&format!(
                "SPDX-FileCopyrightText = {}\n",
                string(&lines.holder)
            ));
        }
        if license {
            text.push_str(&format!(
                "SPDX-License-Identifier = {}\n",
                string(&lines.license)
            ));
        }
    }
    text
}
