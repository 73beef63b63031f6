// SPDX-License-Identifier: Apache-2.0

//! What a command leads to inside the tree: scripts, make targets, tox environments, package scripts, hooks.

use crate::text::yaml::{self, Node};

use super::super::Files;
use super::automation::{Builder, Flow, Lead, Piece, System};
use super::shell::{self, Command};
use super::tox;

/// Most leads of one piece.
const LEAD_LIMIT: usize = 500;

/// Commands that read, copy or check the files named after them, but do not run them.
const READERS: &[&str] = &[
    "[",
    "[[",
    "awk",
    "cat",
    "chmod",
    "chown",
    "cmp",
    "cosign",
    "cp",
    "diff",
    "gh",
    "git",
    "gpg",
    "grep",
    "head",
    "jq",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "rm",
    "sed",
    "sha256sum",
    "shellcheck",
    "shfmt",
    "stat",
    "tail",
    "tar",
    "test",
    "touch",
    "wc",
    "yamllint",
    "yq",
    "zip",
];

/// `path` seen from `dir`, without `.` and `..`.
pub(super) fn join(dir: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in dir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What `commands` lead to, run in `dir` by a script that lies in `beside`.
pub(super) fn leads(files: &Files<'_>, commands: &[Command], dir: &str, beside: &str) -> Vec<Lead> {
    let mut found = Vec::new();
    let mut dir = dir.to_owned();
    for part in commands.iter().flat_map(|c| shell::running(&c.text)) {
        if found.len() >= LEAD_LIMIT {
            break;
        }
        let words: Vec<_> = shell::words(part).collect();
        if let ["cd" | "pushd", to] = words.as_slice() {
            if let Some(known) = folder(files, to, &dir) {
                dir = known;
            }
            continue;
        }
        let reads_only = words.first().is_some_and(|w| READERS.contains(w));
        for (at, word) in words.iter().enumerate() {
            let rest = &words[at + 1..];
            let name = word.rsplit('/').next().unwrap_or(word);
            match name {
                "make" | "gmake" | "mingw32-make" => found.extend(make_leads(files, rest, &dir)),
                "tox" => found.extend(tox::leads(files, &tox::names(rest), &dir)),
                "pre-commit" if rest.first() == Some(&"run") => found.push(Lead::Hooks),
                "npm" | "yarn" | "pnpm" => found.extend(package_leads(files, rest, &dir)),
                _ => {
                    let before = at.checked_sub(1).and_then(|i| words.get(i)).copied();
                    let sourced = matches!(before, Some("bash" | "sh" | "source" | "."));
                    let named = word.contains('/') || word.ends_with(".sh") || sourced;
                    if named && !reads_only {
                        found.extend(file(files, word, &dir, beside));
                    }
                }
            }
        }
    }
    found
}

/// Ways a word may name a path of the tree: from the working folder, from the root, beside the script, and
/// without a leading variable or checkout folder.
fn places(word: &str, dir: &str, beside: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut rest = word;
    let absolute = word.starts_with(['/', '$', '~']);
    if !absolute {
        places.extend([join(dir, word), join("", word), join(beside, word)]);
    }
    for _ in 0..6 {
        let Some((head, tail)) = rest.split_once('/') else {
            break;
        };
        let skip =
            absolute || head.contains('$') || head.contains('}') || head == "." || head == "..";
        if !skip {
            break;
        }
        rest = tail;
        places.extend([join(beside, tail), join("", tail)]);
    }
    places.retain(|p| !p.is_empty() && !p.contains('$'));
    places
}

/// The file that a word names.
pub(super) fn file(files: &Files<'_>, word: &str, dir: &str, beside: &str) -> Option<Lead> {
    let mut places = places(word, dir, beside).into_iter();
    let path = places.find(|p| files.get(p).is_some_and(|e| e.is_file() && e.counts()))?;
    Some(Lead::File(path))
}

fn folder(files: &Files<'_>, word: &str, dir: &str) -> Option<String> {
    if matches!(
        word.trim_end_matches('/'),
        "$GITHUB_WORKSPACE" | "${GITHUB_WORKSPACE}"
    ) {
        return Some(String::new());
    }
    places(word, dir, "").into_iter().find(|place| {
        let prefix = format!("{place}/");
        let entries = files.entries();
        let at = entries.partition_point(|e| e.path.as_str() < prefix.as_str());
        entries.get(at).is_some_and(|e| e.path.starts_with(&prefix))
    })
}

fn make_leads(files: &Files<'_>, words: &[&str], dir: &str) -> Vec<Lead> {
    let mut dir = dir.to_owned();
    let mut named = None;
    let mut targets = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-C" | "--directory" => {
                dir = words
                    .next()
                    .and_then(|w| folder(files, w, &dir))
                    .unwrap_or(dir)
            }
            "-f" | "--file" => named = words.next().copied(),
            "-j" => {}
            word if word.starts_with("-C") => dir = folder(files, &word[2..], &dir).unwrap_or(dir),
            word if word.starts_with(['-', '>', '<', '$', '2', '#']) || word.contains('=') => {}
            word if word.bytes().all(|b| b.is_ascii_digit()) => {}
            word => targets.push(word),
        }
    }
    let names = match named {
        Some(name) => vec![join(&dir, name), join("", name)],
        None => ["GNUmakefile", "Makefile", "makefile"]
            .map(|n| join(&dir, n))
            .to_vec(),
    };
    let Some(path) = names.into_iter().find(|n| files.get(n).is_some()) else {
        return Vec::new();
    };
    if targets.is_empty() {
        targets.push("");
    }
    let lead = |t: &str| Lead::Make(path.clone(), t.to_owned());
    targets.into_iter().map(lead).collect()
}

/// The pieces of a make target: its recipe, with what is made first as leads.
pub(super) fn make(builder: &mut Builder<'_, '_>, path: &str, target: &str) -> Vec<Piece> {
    let Some(makefile) = builder.makefile(path) else {
        return Vec::new();
    };
    let rules: Vec<_> = makefile.target(target).into_iter().cloned().collect();
    let folders = makefile.folders();
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    if rules.is_empty() {
        let made = folders.iter().map(|f| join(dir, &format!("{f}/Makefile")));
        let known = made.filter(|path| builder.files.get(path).is_some());
        let leads = known.map(|path| Lead::Make(path, target.to_owned()));
        return vec![Piece {
            path: path.to_owned(),
            leads: leads.collect(),
            ..Piece::default()
        }];
    }
    let mut pieces = Vec::new();
    for rule in rules {
        let lines = rule.recipe.iter().map(|c| (c.line, c.text.as_str()));
        let commands = shell::commands(lines);
        let mut leads = leads(builder.files, &commands, dir, "");
        let needs = rule.needs.iter().filter(|n| !n.contains(['$', '%', '(']));
        leads.extend(needs.map(|need| Lead::Make(path.to_owned(), need.clone())));
        pieces.push(Piece {
            path: rule.path,
            uses: None,
            commands,
            leads,
        });
    }
    pieces
}

fn package_leads(files: &Files<'_>, words: &[&str], dir: &str) -> Vec<Lead> {
    let mut dir = dir.to_owned();
    let mut words = words.iter().peekable();
    let mut name = None;
    while let Some(word) = words.next() {
        match *word {
            "--dir" | "--prefix" | "--cwd" | "-C" => {
                dir = words
                    .next()
                    .and_then(|w| folder(files, w, &dir))
                    .unwrap_or(dir);
            }
            "run" => {}
            word if word.starts_with('-') => {}
            word => {
                name = Some(word);
                break;
            }
        }
    }
    let path = join(&dir, "package.json");
    match name {
        Some(name) if files.get(&path).is_some() => vec![Lead::Package(path, name.to_owned())],
        _ => Vec::new(),
    }
}

/// The command of a package script.
pub(super) fn package(builder: &mut Builder<'_, '_>, path: &str, name: &str) -> Vec<Piece> {
    let Some(text) = builder.text(path) else {
        return Vec::new();
    };
    let read = serde_json::from_str::<serde_json::Value>(&text).ok();
    let script = read
        .as_ref()
        .and_then(|v| v.get("scripts")?.get(name)?.as_str());
    let Some(script) = script else {
        return Vec::new();
    };
    let quoted = format!("\"{name}\"");
    let line = text
        .lines()
        .position(|l| l.trim_start().starts_with(&quoted));
    let line = line.map_or(1, |i| i as u64 + 1);
    let commands = shell::commands(script.lines().map(|l| (line, l)));
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    vec![Piece {
        path: path.to_owned(),
        uses: None,
        leads: leads(builder.files, &commands, dir, ""),
        commands,
    }]
}

/// pre-commit's hooks: their ids, and the entries of those defined here.
pub(super) fn hooks(builder: &mut Builder<'_, '_>, path: &str) -> Result<Flow, String> {
    let text = builder
        .text(path)
        .ok_or("it cannot be read or is too large")?;
    let documents = yaml::parse(&text).map_err(|e| e.to_string())?;
    let mut commands = Vec::new();
    let repos = documents
        .iter()
        .filter_map(|d| d.get("repos"))
        .flat_map(Node::items);
    for repo in repos {
        let origin = repo.get_text("repo").unwrap_or_default();
        for hook in repo.get("hooks").map(Node::items).unwrap_or_default() {
            let Some(id) = hook.get("id") else { continue };
            commands.push(Command {
                line: id.line,
                text: format!("pre-commit-hook {} {origin}", id.text().unwrap_or_default()),
            });
            if let Some(entry) = hook.get("entry") {
                commands.extend(shell::commands(entry.lines()));
            }
        }
    }
    let leads = leads(builder.files, &commands, "", "");
    let piece = Piece {
        path: path.to_owned(),
        uses: None,
        commands,
        leads,
    };
    let own = builder.add(piece).into_iter().collect();
    Ok(Flow::new(path, System::Hooks, own))
}
