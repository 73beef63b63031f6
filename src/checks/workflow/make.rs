// SPDX-License-Identifier: Apache-2.0

//! Makefiles as targets with recipes: what `make lint` runs. Variables are expanded as far as the text tells,
//! nothing is evaluated, and everything is bounded.

use std::collections::HashMap;

use super::local::join;
use super::shell::Command;

/// Most bytes of an expanded line.
const LINE_LIMIT: usize = 8 << 10;
/// Deepest expansion of variables in variables.
const DEPTH: usize = 6;

/// A rule: a target with its recipe.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    /// File it stands in.
    pub(super) path: String,
    /// What is made first.
    pub(super) needs: Vec<String>,
    /// Its recipe, expanded.
    pub(super) recipe: Vec<Command>,
}

/// A Makefile and what it includes.
#[derive(Clone, Debug, Default)]
pub(super) struct Makefile {
    rules: HashMap<String, Vec<Rule>>,
    patterns: Vec<(String, String, Rule)>,
    first: Option<String>,
    variables: HashMap<String, String>,
}

impl Makefile {
    /// Reads `path` and, through `read`, the files it includes.
    pub(super) fn parse(main: &str, read: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut make = Makefile::default();
        let mut raw = Vec::new();
        let mut pending = vec![main.to_owned()];
        let mut seen = Vec::new();
        while let Some(path) = pending.pop() {
            if seen.contains(&path) || seen.len() >= 40 {
                continue;
            }
            if let Some(text) = read(&path) {
                let includes = make.gather(&path, &text, &mut raw);
                let dir = |path: &str| path.rsplit_once('/').map_or("", |(d, _)| d).to_owned();
                let (main, beside) = (dir(main), dir(&path));
                pending.extend(
                    includes.into_iter().flat_map(|name| {
                        [join(&main, &name), join(&beside, &name), join("", &name)]
                    }),
                );
            }
            seen.push(path);
        }
        for (targets, rule) in raw {
            make.add(&targets, rule);
        }
        make
    }

    /// Variables at once, rules for later, names of included files as the result.
    fn gather(&mut self, path: &str, text: &str, raw: &mut Vec<(String, Rule)>) -> Vec<String> {
        let mut includes = Vec::new();
        let mut current: Option<usize> = None;
        for (line, text) in joined(text) {
            if let Some(recipe) = text.strip_prefix('\t') {
                if let Some((_, rule)) = current.and_then(|i| raw.get_mut(i)) {
                    rule.recipe.push(Command {
                        line,
                        text: recipe.trim().to_owned(),
                    });
                }
                continue;
            }
            let text = text.split(" #").next().unwrap_or_default().trim_end();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if let Some(names) = include(text) {
                let names = self.expand(names, 0);
                includes.extend(names.split_whitespace().map(clean));
            } else if let Some((name, value)) = assignment(text) {
                let entry = self.variables.entry(name.to_owned()).or_default();
                if entry.len() + value.len() < LINE_LIMIT {
                    if !entry.is_empty() {
                        entry.push(' ');
                    }
                    entry.push_str(value);
                }
                current = None;
            } else if let Some((targets, rest)) = rule_line(text) {
                let (needs, recipe) = rest.split_once(';').unwrap_or((rest, ""));
                let mut rule = Rule {
                    path: path.to_owned(),
                    needs: vec![needs.to_owned()],
                    recipe: Vec::new(),
                };
                if !recipe.trim().is_empty() {
                    rule.recipe.push(Command {
                        line,
                        text: recipe.trim().to_owned(),
                    });
                }
                raw.push((targets.to_owned(), rule));
                current = Some(raw.len() - 1);
            }
        }
        includes
    }

    fn add(&mut self, targets: &str, rule: Rule) {
        let needs = rule
            .needs
            .iter()
            .map(|n| self.expand(n, 0))
            .collect::<Vec<_>>();
        let needs = needs.join(" ").replace(['|', ':'], " ");
        let expanded = Rule {
            path: rule.path,
            needs: needs.split_whitespace().map(str::to_owned).collect(),
            recipe: rule
                .recipe
                .iter()
                .map(|c| Command {
                    line: c.line,
                    text: self.expand(&c.text, 0),
                })
                .collect(),
        };
        for target in self.expand(targets, 0).split_whitespace() {
            if let Some((head, tail)) = target.split_once('%') {
                self.patterns
                    .push((head.to_owned(), tail.to_owned(), expanded.clone()));
                continue;
            }
            if self.first.is_none() && !target.starts_with('.') {
                self.first = Some(target.to_owned());
            }
            let rules = self.rules.entry(target.to_owned()).or_default();
            rules.push(expanded.clone());
        }
    }

    /// The rules of `target`; of the first target when none is named.
    pub(super) fn target(&self, target: &str) -> Vec<&Rule> {
        let target = match (target, &self.first) {
            ("", Some(first)) => first.as_str(),
            _ => target,
        };
        if let Some(rules) = self.rules.get(target) {
            return rules.iter().collect();
        }
        let fits = |head: &str, tail: &str| {
            target.len() >= head.len() + tail.len()
                && target.starts_with(head)
                && target.ends_with(tail)
        };
        let patterns = self.patterns.iter();
        patterns
            .filter(|(head, tail, _)| !head.is_empty() && fits(head, tail))
            .map(|(_, _, rule)| rule)
            .collect()
    }

    /// Folders that every target is made in, by the custom of a variable of that name.
    pub(super) fn folders(&self) -> Vec<String> {
        let names = ["SUBDIR", "SUBDIRS", "subdirs"];
        let listed = names.iter().filter_map(|name| self.variables.get(*name));
        let expanded: Vec<_> = listed.map(|value| self.expand(value, 0)).collect();
        let words = expanded.iter().flat_map(|v| v.split_whitespace());
        words.map(str::to_owned).take(200).collect()
    }

    /// Names of all targets without patterns, sorted.
    pub(super) fn targets(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.rules.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Variables in place of their references. `$(call f,x)` becomes the text of `f`.
    fn expand(&self, text: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let Some((name, after)) = reference(rest) else {
                // `$$` is the shell's own dollar.
                out.push('$');
                rest = rest.strip_prefix('$').unwrap_or(rest);
                continue;
            };
            rest = after;
            let name = name.strip_prefix("call ").unwrap_or(name);
            let name = name.split([',', ':']).next().unwrap_or(name).trim();
            match self.variables.get(name) {
                _ if name == "MAKE" => out.push_str("make"),
                Some(value) if depth < DEPTH && out.len() < LINE_LIMIT => {
                    out.push_str(&self.expand(value, depth + 1));
                }
                _ => {
                    out.push('$');
                    out.push_str(name);
                }
            }
            if out.len() >= LINE_LIMIT {
                return out;
            }
        }
        out.push_str(rest);
        out
    }
}

/// `(NAME)` or `{NAME}` at the start, nested brackets counted, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (open, close) = match text.chars().next()? {
        '(' => ('(', ')'),
        '{' => ('{', '}'),
        _ => return None,
    };
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some((&text[1..at], &text[at + 1..]));
            }
        }
    }
    None
}

/// Lines with continuations joined, each with the number of its first.
fn joined(text: &str) -> Vec<(u64, String)> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        let (body, more) = match line.strip_suffix('\\') {
            Some(head) => (head, true),
            None => (line, false),
        };
        match lines.last_mut() {
            Some((_, last)) if goes_on => {
                if last.len() < LINE_LIMIT {
                    last.truncate(last.trim_end().len());
                    last.push(' ');
                    last.push_str(body.trim());
                }
            }
            _ => lines.push((index as u64 + 1, body.to_owned())),
        }
        goes_on = more;
    }
    lines
}

fn include(text: &str) -> Option<&str> {
    let rest = ["include ", "-include ", "sinclude "]
        .iter()
        .find_map(|word| text.strip_prefix(word))?;
    Some(rest.trim())
}

/// The path of an included file as the tree names it: a leading variable or `./` is dropped.
fn clean(name: &str) -> String {
    let name = match name.strip_prefix('$') {
        Some(rest) => rest.split_once('/').map_or(rest, |(_, tail)| tail),
        None => name,
    };
    name.trim_start_matches("./").to_owned()
}

/// `NAME = value`, with any of make's assignment marks.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let at = text.find('=')?;
    let name = text[..at].trim_end_matches([':', '?', '+', '!']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let plain = !name.is_empty() && !name.contains([' ', ':', '\t', '$', '(', '"', '\'']);
    plain.then(|| (name, text[at + 1..].trim()))
}

/// `targets: rest`.
fn rule_line(text: &str) -> Option<(&str, &str)> {
    if text.starts_with([' ', '\t']) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                return Some((&text[..at], text[at + 1..].trim_start_matches(':')));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(make: &Makefile, target: &str) -> Vec<String> {
        let rules = make.target(target);
        let commands = rules.iter().flat_map(|r| &r.recipe);
        commands.map(|c| c.text.clone()).collect()
    }

    #[test]
    fn tools_hidden_in_variables_and_includes_are_found() {
        let read = |path: &str| {
            match path {
            "Makefile" => Some("TOP := .\ninclude mk/lint.mk\nall: lint\n\techo done\n".to_owned()),
            "mk/lint.mk" => Some("LINT = $(TOP)/bin/golangci-lint\nARGS ?= run \\\n  -v\nlint: pre real\nreal: ; $(LINT) $(ARGS)\n".to_owned()),
            _ => None,
        }
        };
        let make = Makefile::parse("Makefile", &read);
        assert_eq!(make.target("")[0].needs, ["lint"]);
        assert_eq!(make.target("lint")[0].needs, ["pre", "real"]);
        assert_eq!(recipe(&make, "real"), ["./bin/golangci-lint run -v"]);
    }

    #[test]
    fn variables_that_name_themselves_end() {
        let read = |_: &str| {
            Some("A = $(A) $(B)\nB = $(A)$(A)\nx:\n\t$(A)$(B) $(call f,$(A))\n".to_owned())
        };
        let make = Makefile::parse("Makefile", &read);
        assert!(recipe(&make, "x")[0].len() <= 3 * LINE_LIMIT);
    }

    #[test]
    fn pattern_rules_and_shell_dollars() {
        let read = |_: &str| Some("test-%: dep\n\tgo test $$PKG ./$*\n".to_owned());
        let make = Makefile::parse("Makefile", &read);
        assert_eq!(recipe(&make, "test-unit"), ["go test $PKG ./$*"]);
        assert!(make.target("other").is_empty());
    }
}
