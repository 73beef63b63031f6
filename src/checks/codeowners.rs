// SPDX-License-Identifier: Apache-2.0

//! CODEOWNERS: whether it has rules. The forges ignore a line they do not understand, so a person has to be told.

use anyhow::Result;
use serde::Deserialize;

use crate::report::Evidence;

use super::document::locate::locate;
use super::document::search::Search;
use super::{Answer, Context, Document, Draft};

/// Most rules that are kept.
const RULES: usize = 20_000;

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
}

/// A rule: a pattern and who owns what it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OwnerRule {
    /// Line, from 1.
    pub(super) line: u64,
    /// Path pattern.
    pub(super) pattern: String,
    /// `@handle`, `@organisation/team` or a mail address.
    pub(super) owners: Vec<String>,
}

/// What a CODEOWNERS file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeOwners {
    /// Its rules, with owners or without (which take a path out).
    pub(super) rules: Vec<OwnerRule>,
    /// Lines with owners and no pattern.
    pub(super) broken: Vec<u64>,
}

fn is_owner(word: &str) -> bool {
    word.starts_with('@') || (word.contains('@') && !word.contains('/'))
}

/// Reads the file as GitHub and GitLab document it; sections of GitLab give default owners.
pub(super) fn parse(document: &Document) -> CodeOwners {
    let mut found = CodeOwners::default();
    let mut defaults: Vec<String> = Vec::new();
    for (line, number) in document.text().lines().zip(1..) {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((_, owners)) = line
            .trim_start_matches('^')
            .strip_prefix('[')
            .and_then(|l| l.split_once(']'))
        {
            defaults = owners
                .split_whitespace()
                .filter(|w| is_owner(w))
                .map(str::to_owned)
                .collect();
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some((pattern, owners)) = words.split_first() else {
            continue;
        };
        if is_owner(pattern) {
            found.broken.push(number);
            continue;
        }
        let mut owners: Vec<String> = owners
            .iter()
            .filter(|w| is_owner(w))
            .map(|w| (*w).to_owned())
            .collect();
        if owners.is_empty() {
            owners.clone_from(&defaults);
        }
        if found.rules.len() < RULES {
            found.rules.push(OwnerRule {
                line: number,
                pattern: (*pattern).to_owned(),
                owners,
            });
        }
    }
    found
}

/// Passes when at least one path has an owner.
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let search = &params.find;
    let located = locate(cx, search, &cx.rule.id);
    let Some(passage) = located.readable().find_map(|h| h.passage.as_ref()) else {
        return Ok(located
            .answer(search)
            .unwrap_or_else(|| located.absent(search)));
    };
    let path = passage.path();
    let file = parse(&passage.document);
    let owned: Vec<_> = file.rules.iter().filter(|r| !r.owners.is_empty()).collect();
    let Some(first) = owned.first() else {
        let message = format!("{path} gives no path an owner; add a line such as `* @owner`");
        let drafts = match file.broken.as_slice() {
            [] => vec![Draft::new(message.clone()).path(path).key("no-rule")],
            lines => lines
                .iter()
                .map(|line| {
                    Draft::new("owners without a pattern: the forge ignores this line; put `*` or a path first")
                        .path(path)
                        .line(*line)
                        .key(format!("broken {}", line_text(&passage.document, *line)))
                })
                .collect(),
        };
        let answer = Answer::fail_all(message.clone(), drafts)
            .unwrap_or_else(|| Answer::fail(message, Draft::new("no rule").path(path)));
        return Ok(answer.evidence(Evidence::file(path)));
    };
    let broken = file.broken.iter().take(20).map(|line| {
        Evidence::line(path, *line).note("owners without a pattern: the forge ignores this line")
    });
    let count = owned.len();
    let rules = if count == 1 {
        "1 rule".to_owned()
    } else {
        format!("{count} rules")
    };
    Ok(Answer::pass(
        format!("{path} names owners in {rules}"),
        Evidence::line(path, first.line).note(format!(
            "{} {}",
            first.pattern,
            first.owners.join(" ")
        )),
    )
    .all_evidence(broken))
}

fn line_text(document: &Document, line: u64) -> String {
    let index = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    document
        .text()
        .lines()
        .nth(index)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    fn run(path: &str, text: &str) -> crate::checks::Answer {
        Case::new(MemoryTree::new().file(path, text)).run("codeowners")
    }

    #[test]
    fn one_owner_of_one_path_is_enough_in_each_place_a_forge_reads() {
        for path in [
            "CODEOWNERS",
            ".github/CODEOWNERS",
            "docs/CODEOWNERS",
            ".gitlab/CODEOWNERS",
        ] {
            assert_eq!(run(path, "# x\n* @jane\n").kind(), Kind::Pass, "{path}");
        }
        assert_eq!(
            run("CODEOWNERS", "* jane@example.net # lead\n").kind(),
            Kind::Pass
        );
        assert_eq!(
            run("CODEOWNERS", "[Docs] @jane\ndocs/\n").kind(),
            Kind::Pass
        );
        assert_eq!(run("src/CODEOWNERS", "* @jane\n").kind(), Kind::Fail);
    }

    #[test]
    fn rules_that_are_commented_out_are_no_rules() {
        assert_eq!(run("CODEOWNERS", "# * @jane\n").kind(), Kind::Fail);
        assert_eq!(run("CODEOWNERS", "").kind(), Kind::Fail);
        assert_eq!(run("CODEOWNERS", "docs/\n").kind(), Kind::Fail);
    }

    #[test]
    fn a_line_without_a_pattern_is_shown_and_is_no_rule() {
        let answer = run("CODEOWNERS", "@jane @joe\n");
        assert_eq!(answer.kind(), Kind::Fail);
        assert_eq!(answer.findings()[0].line, Some(1));
        assert_eq!(
            run("CODEOWNERS", "@jane @joe\n/src @jane\n").kind(),
            Kind::Pass
        );
    }
}
