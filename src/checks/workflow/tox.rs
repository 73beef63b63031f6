// SPDX-License-Identifier: Apache-2.0

//! tox.ini as environments with commands: what `tox -e lint` runs.

use super::super::Files;
use super::automation::{Builder, Lead, Piece};
use super::{local, shell};

/// Environments named on a tox command line.
pub(super) fn names(words: &[&str]) -> String {
    let mut names = Vec::new();
    let mut words = words.iter().take_while(|w| **w != "--");
    while let Some(word) = words.next() {
        if matches!(*word, "-e" | "--env") {
            names.extend(words.next());
        } else if let Some(name) = word.strip_prefix("-e") {
            names.push(if name.is_empty() { word } else { &word[2..] });
        } else if !names.is_empty() && !word.starts_with(['-', '$', '>']) {
            // Values of a matrix stand side by side.
            names.push(word);
        }
    }
    names
        .iter()
        .map(|n| n.trim_start_matches('='))
        .collect::<Vec<_>>()
        .join(",")
}

/// Leads to tox environments; to all of them when none is named.
pub(super) fn leads(files: &Files<'_>, names: &str, dir: &str) -> Vec<Lead> {
    let paths = [local::join(dir, "tox.ini"), "tox.ini".to_owned()];
    let Some(path) = paths.into_iter().find(|p| files.get(p).is_some()) else {
        return Vec::new();
    };
    let names = names.split(',').map(str::trim);
    names
        .map(|name| Lead::Tox(path.clone(), name.to_owned()))
        .collect()
}

/// The commands of a tox environment; `""` stands for those that run by default.
pub(super) fn pieces(builder: &mut Builder<'_, '_>, path: &str, name: &str) -> Vec<Piece> {
    let Some(text) = builder.text(path) else {
        return Vec::new();
    };
    let mut wanted = vec![format!("testenv:{name}")];
    let sections = ini(&text);
    if name.is_empty() {
        let list = sections
            .iter()
            .filter(|s| s.section == "tox" && matches!(s.key.as_str(), "envlist" | "env_list"));
        let names = list.flat_map(|s| s.value.split([',', ' ', '\n']));
        wanted = names.map(|n| format!("testenv:{}", n.trim())).collect();
        wanted.push("testenv".to_owned());
    } else if !sections
        .iter()
        .any(|s| s.section == wanted[0] && s.key.starts_with("commands"))
    {
        wanted.push("testenv".to_owned());
    }
    let mut commands = Vec::new();
    let mut leads = Vec::new();
    for part in &sections {
        if !part.key.starts_with("commands") || !wanted.contains(&part.section) {
            continue;
        }
        if let Some(rest) = part.value.trim().strip_prefix("{[testenv:") {
            let other = rest.split(']').next().unwrap_or_default();
            leads.push(Lead::Tox(path.to_owned(), other.to_owned()));
        }
        commands.extend(shell::commands(std::iter::once((
            part.line,
            part.value.as_str(),
        ))));
    }
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    leads.extend(local::leads(builder.files, &commands, dir, ""));
    vec![Piece {
        path: path.to_owned(),
        uses: None,
        commands,
        leads,
    }]
}

/// One line of a value in an INI file.
struct Setting {
    section: String,
    key: String,
    value: String,
    line: u64,
}

fn ini(text: &str) -> Vec<Setting> {
    let mut settings = Vec::new();
    let (mut section, mut key) = (String::new(), String::new());
    for (index, raw) in text.lines().enumerate() {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let mut value = line;
        if !raw.starts_with([' ', '\t']) {
            if let Some(name) = line.strip_prefix('[').and_then(|l| l.split(']').next()) {
                name.clone_into(&mut section);
                key.clear();
                continue;
            }
            let Some((name, rest)) = line.split_once('=') else {
                continue;
            };
            name.trim().clone_into(&mut key);
            value = rest.trim();
        }
        settings.push(Setting {
            section: section.clone(),
            key: key.clone(),
            value: value.to_owned(),
            line: index as u64 + 1,
        });
    }
    settings
}
