// SPDX-License-Identifier: Apache-2.0

//! Security Insights: the file parses, has what its schema asks for, is filled in, and has been reviewed.
//!
//! Schema 1.0 expires on a date of its own; 2.x carries the day of the last review. A file may declare one
//! and have the layout of the other.

use anyhow::Result;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::report::Evidence;
use crate::text::yaml::{self, Node};

use super::document::locate::locate;
use super::document::search::Search;
use super::passage::Passage;
use super::words::Pattern;
use super::{Answer, Context, Draft};

/// Parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Params {
    /// How to find it.
    find: Search,
    /// Most days since the last review, for schema 2.
    max_age_days: i32,
    /// Values nobody filled in.
    placeholders: Vec<Pattern>,
    /// Keys that schema 1 requires, `a.b` for nested ones.
    required_1: Vec<String>,
    /// Keys that schema 2 requires.
    required_2: Vec<String>,
}

/// A file that was read.
struct Insights<'p> {
    path: &'p str,
    root: Node,
    /// As declared.
    declared: Option<String>,
    /// 1 or 2, by the layout.
    layout: u8,
}

/// Passes when it is valid and reviewed (catalogue: "valid for its schema version, reviewed within a year").
pub(super) fn check(cx: &Context<'_>, params: &Params) -> Result<Answer> {
    let search = &params.find;
    let located = locate(cx, search, &cx.rule.id);
    let Some(passage) = located.readable().find_map(|h| h.passage.as_ref()) else {
        return Ok(located
            .answer(search)
            .unwrap_or_else(|| located.absent(search)));
    };
    let path = passage.path();
    let insights = match read(passage) {
        Ok(insights) => insights,
        Err(draft) => {
            return Ok(Answer::fail(draft.message.clone(), draft).evidence(Evidence::file(path)));
        }
    };
    let mut findings = insights.missing(params);
    findings.extend(insights.open_slots(params));
    let today = cx.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let (age, expired) = insights.age(params, today);
    findings.extend(age);
    let elsewhere = insights.root.at(&["header", "project-si-source"]);
    let version = insights
        .declared
        .clone()
        .unwrap_or_else(|| "unknown".into());
    let message = format!("{path} (schema {version}) needs an update; see its findings");
    let answer = match (Answer::fail_all(message, findings), elsewhere.and_then(Node::text)) {
        (Some(answer), _) => answer.evidence(Evidence::file(path)),
        (None, Some(url)) => Answer::review(
            format!("{path} is valid, and takes the project's part from {url}, which is not read here. Is that file valid and current?"),
            Evidence::line(path, elsewhere.map_or(1, |n| n.line)),
        )
        .evidence(Evidence::url(url)),
        (None, None) => Answer::pass(format!("{path} is valid for schema {version} and current"), Evidence::file(path)),
    };
    Ok(answer
        .property("schema", insights.declared.map_or(Value::Null, Value::from))
        .property("expired", expired.map_or(Value::Null, Value::from)))
}

#[allow(
    clippy::result_large_err,
    reason = "made once, and it is the finding itself"
)]
fn read(passage: &Passage) -> Result<Insights<'_>, Draft> {
    let path = passage.path();
    let wrong = |message: String| Draft::new(message).path(path).key("syntax");
    let documents = yaml::parse(passage.document.text())
        .map_err(|e| wrong(format!("{path} cannot be read: {e}; mend the YAML")))?;
    let Some(root) = documents.into_iter().find(|n| !n.entries().is_empty()) else {
        return Err(wrong(format!(
            "{path} holds no mapping; fill in the template of the specification"
        )));
    };
    let declared = root
        .at(&["header", "schema-version"])
        .and_then(Node::text)
        .map(str::to_owned);
    let first = root.get("project-lifecycle").is_some()
        || root.at(&["header", "expiration-date"]).is_some()
        || root.get("contribution-policy").is_some();
    let second = root.get("repository").is_some() || root.get("project").is_some();
    let layout = match (first, second) {
        (true, false) => 1,
        (false, true) => 2,
        _ => u8::from(!declared.as_deref().unwrap_or("1").starts_with('1')) + 1,
    };
    Ok(Insights {
        path,
        root,
        declared,
        layout,
    })
}

impl Insights<'_> {
    fn draft(&self, line: u64, key: &str, message: String) -> Draft {
        let draft = Draft::new(message).path(self.path).key(key);
        if line > 0 { draft.line(line) } else { draft }
    }

    /// Required keys that are not there; the wrong layout for the declared version.
    fn missing(&self, params: &Params) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let declared = self.declared.as_deref().unwrap_or_default();
        if let Some(major) = declared
            .split('.')
            .next()
            .filter(|m| ["1", "2"].contains(m))
            && *major != *self.layout.to_string()
        {
            let line = self
                .root
                .at(&["header", "schema-version"])
                .map_or(1, |n| n.line);
            let message = format!(
                "declares schema {declared} and has the layout of schema {}; correct one of them",
                self.layout
            );
            drafts.push(self.draft(line, "layout", message));
        }
        let required = if self.layout == 1 {
            &params.required_1
        } else {
            &params.required_2
        };
        for path in required {
            let keys: Vec<&str> = path.split('.').collect();
            // `a|b`: one of them is enough.
            let there = path.split('|').any(|alternative| {
                let keys: Vec<&str> = alternative.split('.').collect();
                self.root.at(&keys).is_some_and(|n| !n.is_empty())
            });
            if !there {
                let parent = self.root.get(keys[0]).map_or(1, |n| n.line);
                drafts.push(self.draft(
                    parent,
                    path,
                    format!("`{path}` is missing; the schema requires it"),
                ));
            }
        }
        drafts
    }

    /// Values of the template that nobody replaced.
    fn open_slots(&self, params: &Params) -> Vec<Draft> {
        let mut scalars = Vec::new();
        self.root.scalars("", &mut scalars);
        let slots = scalars.into_iter().filter_map(|(key, node)| {
            let text = node.text()?;
            let hit = key != "comment" && params.placeholders.iter().any(|p| p.is_match(text));
            hit.then(|| {
                self.draft(
                    node.line,
                    &format!("slot {key}"),
                    format!("`{key}` was never filled in (`{text}`)"),
                )
            })
        });
        slots.take(50).collect()
    }

    /// Whether it is out of date, and what that says.
    fn age(&self, params: &Params, today: Date) -> (Option<Draft>, Option<bool>) {
        let header = |key: &str| {
            let node = self.root.at(&["header", key])?;
            Some((node.line, day(node.text()?)?))
        };
        if let Some((line, date)) = header("expiration-date") {
            let expired = date < today;
            let message =
                format!("expired on {date}; review the file and set a new expiration-date");
            return (
                expired.then(|| self.draft(line, "expired", message)),
                Some(expired),
            );
        }
        let reviewed = header("last-reviewed").or_else(|| header("last-updated"));
        let Some((line, date)) = reviewed else {
            return (None, None);
        };
        let old = today
            .since(date)
            .is_ok_and(|span| span.get_days() > params.max_age_days);
        let message = format!(
            "last reviewed on {date}, more than {} days ago; review it and set last-reviewed",
            params.max_age_days
        );
        (old.then(|| self.draft(line, "expired", message)), Some(old))
    }
}

/// The day of a date or a time stamp.
fn day(text: &str) -> Option<Date> {
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::checks::testing::Case;
    use crate::checks::{Answer, Draft};
    use crate::report::Kind;
    use crate::subject::memory::MemoryTree;

    const FIRST: &str = "header:\n  schema-version: 1.0.0\n  expiration-date: '2027-01-01T00:00:00.000Z'\n  project-url: https://example.net/p\n\
project-lifecycle:\n  status: active\n  bug-fixes-only: false\ncontribution-policy:\n  accepts-pull-requests: true\n\
security-contacts:\n- type: email\n  value: security@example.net\nvulnerability-reporting:\n  accepts-vulnerability-reports: true\n";
    const SECOND: &str = "header:\n  schema-version: 2.0.0\n  last-updated: '2026-01-01'\n  last-reviewed: '2026-01-01'\n  url: https://example.net/p\n\
project:\n  name: P\n  administrators:\n    - name: Ann\n  vulnerability-reporting:\n    reports-accepted: true\n\
repository:\n  url: https://example.net/p\n  status: active\n  accepts-change-request: true\n  core-team:\n    - name: Ann\n  license:\n    url: https://example.net/l\n";

    fn run(path: &str, text: &str) -> Answer {
        Case::new(MemoryTree::new().file(path, text)).run("security-insights")
    }

    fn keys(answer: &Answer) -> Vec<String> {
        answer
            .findings()
            .iter()
            .map(|d: &Draft| d.key.clone())
            .collect()
    }

    #[test]
    fn both_schemas_pass_when_they_are_whole_and_current() {
        for path in [
            "SECURITY-INSIGHTS.yml",
            "SECURITY_INSIGHTS.yml",
            ".github/security-insights.yaml",
        ] {
            assert_eq!(
                run(path, FIRST).kind(),
                Kind::Pass,
                "{path} {:?}",
                run(path, FIRST).findings()
            );
        }
        let answer = run("security-insights.yml", SECOND);
        assert_eq!(answer.kind(), Kind::Pass, "{:?}", answer.findings());
    }

    #[test]
    fn an_expired_file_fails_at_the_date() {
        let answer = run("SECURITY-INSIGHTS.yml", &FIRST.replace("2027", "2024"));
        assert_eq!(
            (answer.kind(), keys(&answer)),
            (Kind::Fail, vec!["expired".to_owned()])
        );
        assert_eq!(answer.findings()[0].line, Some(3));
        assert_eq!(
            run(
                "security-insights.yml",
                &SECOND.replace("2026-01-01", "2025-01-01")
            )
            .kind(),
            Kind::Fail
        );
    }

    #[test]
    fn what_is_missing_unfilled_or_no_yaml_fails() {
        assert_eq!(run("SECURITY-INSIGHTS.yml", "a: [b").kind(), Kind::Fail);
        assert_eq!(
            run("SECURITY-INSIGHTS.yml", &"[".repeat(5000)).kind(),
            Kind::Fail
        );
        assert_eq!(
            run(
                "SECURITY-INSIGHTS.yml",
                &FIRST.replace("security@example.net", "TODO")
            )
            .kind(),
            Kind::Fail
        );
        let declared = run("SECURITY-INSIGHTS.yml", &FIRST.replace("1.0.0", "2.1.0"));
        assert!(keys(&declared).contains(&"layout".to_owned()));
        let part = run(
            "security-insights.yml",
            &SECOND.replace("repository:", "x:"),
        );
        assert_eq!(part.kind(), Kind::Fail);
        assert_eq!(run("README.md", "x").kind(), Kind::Fail);
        assert_eq!(run("template-full.yml", SECOND).kind(), Kind::Fail);
    }

    #[test]
    fn a_project_part_kept_elsewhere_is_a_question() {
        let text = SECOND.replace("project:\n  name: P\n  administrators:\n    - name: Ann\n  vulnerability-reporting:\n    reports-accepted: true\n", "")
            .replace("  url: https://example.net/p\nrepository", "  url: https://example.net/p\n  project-si-source: https://example.net/si.yml\nrepository");
        let answer = run("security-insights.yml", &text);
        assert_eq!(answer.kind(), Kind::Review, "{:?}", answer.findings());
    }
}
