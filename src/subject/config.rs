// SPDX-License-Identifier: Apache-2.0

//! The few facts of `.git/config` that matter here: remotes' addresses, the format, partial clones.
//!
//! Nothing in it is obeyed: no include, no program, no rewriting of addresses. Only this one file is read.

use std::collections::BTreeMap;

/// Largest configuration of a repository that is read, in bytes.
pub(super) const CONFIG_LIMIT: usize = 1 << 20;

/// What is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Config {
    /// First address of each remote, by name.
    pub(super) remotes: BTreeMap<String, String>,
    /// `extensions.objectformat`, when it is not SHA-1.
    pub(super) sha256: bool,
    /// `extensions.refstorage`, when it is not files.
    pub(super) reftable: bool,
    /// Whether missing objects are expected (`promisor`, `partialclone`).
    pub(super) partial: bool,
    /// `core.worktree`.
    pub(super) work_tree: Option<String>,
}

impl Config {
    /// Reads the text of a configuration file; lines that make no sense are passed over.
    pub(super) fn parse(bytes: &[u8]) -> Config {
        let text = String::from_utf8_lossy(bytes);
        let mut config = Config::default();
        let (mut section, mut name) = (String::new(), String::new());
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let mut line = line.trim_start().to_owned();
            if line.starts_with('[') {
                let Some((head, sub, rest)) = header(&line) else {
                    // What follows belongs to no section that is known.
                    section.clear();
                    continue;
                };
                (section, name) = (head, sub);
                line = rest;
            }
            while continues(&line) {
                line.pop();
                match lines.next() {
                    Some(next) => line.push_str(next),
                    None => break,
                }
            }
            let (key, value) = line.split_once('=').unwrap_or((&line, "true"));
            let key = key.trim().to_ascii_lowercase();
            if !key.is_empty() && !key.starts_with(['#', ';']) {
                config.take(&section, &name, &key, unquote(value));
            }
        }
        config
    }

    fn take(&mut self, section: &str, name: &str, key: &str, value: String) {
        match (section, key) {
            ("remote", "url") if !name.is_empty() => {
                self.remotes.entry(name.to_owned()).or_insert(value);
            }
            ("remote", "promisor") => self.partial |= value.eq_ignore_ascii_case("true"),
            ("remote", "partialclonefilter") | ("extensions", "partialclone") => {
                self.partial = true;
            }
            ("extensions", "objectformat") => self.sha256 = !value.eq_ignore_ascii_case("sha1"),
            ("extensions", "refstorage") => self.reftable = !value.eq_ignore_ascii_case("files"),
            ("core", "worktree") => self.work_tree = Some(value),
            _ => {}
        }
    }

    /// The remote that stands for the project: `origin`, `upstream`, the only one.
    pub(super) fn remote(&self) -> Option<&str> {
        let only = || match self.remotes.len() {
            1 => self.remotes.values().next(),
            _ => None,
        };
        self.remotes
            .get("origin")
            .or_else(|| self.remotes.get("upstream"))
            .or_else(only)
            .map(String::as_str)
    }
}

/// `[section "name"] rest` taken apart; `[section.name]` is the older spelling.
fn header(line: &str) -> Option<(String, String, String)> {
    let inner = line.strip_prefix('[')?;
    let Some(quote) = inner
        .find(['"', ']'])
        .filter(|&i| inner[i..].starts_with('"'))
    else {
        let (head, rest) = inner.split_once(']')?;
        let (section, name) = head.split_once('.').unwrap_or((head, ""));
        return Some((
            section.trim().to_ascii_lowercase(),
            name.to_ascii_lowercase(),
            rest.into(),
        ));
    };
    let section = inner[..quote].trim().to_ascii_lowercase();
    let mut name = String::new();
    let mut chars = inner[quote + 1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => name.push(chars.next()?.1),
            '"' => {
                let rest = inner[quote + 1 + at + 1..].trim_start().strip_prefix(']')?;
                return Some((section, name, rest.to_owned()));
            }
            c => name.push(c),
        }
    }
    None
}

/// Whether the line ends in a backslash that is not itself escaped.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
}

/// A value without quotes, escapes and comment.
fn unquote(value: &str) -> String {
    let (mut out, mut quoted, mut kept) = (String::new(), false, 0);
    let mut chars = value.trim().chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            '#' | ';' if !quoted => break,
            c => out.push(c),
        }
        if quoted || !c.is_whitespace() {
            kept = out.len();
        }
    }
    out.truncate(kept);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_in_every_spelling() {
        let config = Config::parse(
            b"# note\n[core]\n\tbare = false\n[remote \"origin\"] ; x\n\turl = https://example.org/a.git # c\n\
              \turl = https://second.example/\n[Remote \"my \\\"fork\\\"\"]\nURL=\"ssh://x/#y\"\n[remote.Up] url = \\\nz\n",
        );
        assert_eq!(config.remotes["origin"], "https://example.org/a.git");
        assert_eq!(config.remotes["my \"fork\""], "ssh://x/#y");
        assert_eq!(config.remotes["up"], "z");
        assert_eq!(config.remote(), Some("https://example.org/a.git"));
        assert!(!config.partial && !config.sha256);
    }

    #[test]
    fn two_unknown_remotes_decide_nothing() {
        let config = Config::parse(b"[remote \"a\"]\nurl=x\n[remote \"b\"]\nurl=y\n");
        assert_eq!(config.remote(), None);
        let config = Config::parse(b"[remote \"a\"]\nurl=x\npromisor = true\n");
        assert_eq!(config.remote(), Some("x"));
        assert!(config.partial);
    }

    #[test]
    fn includes_and_noise_are_nothing() {
        let config = Config::parse(
            b"[include]\npath=/etc/passwd\n[remote \"x\n=\n\\\n[]\n[\"\"]\n[extensions]\nobjectFormat = sha256\n",
        );
        assert!(config.sha256);
        assert!(config.remotes.is_empty());
    }
}
