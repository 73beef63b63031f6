// SPDX-License-Identifier: Apache-2.0

//! Every format, from one report that has every kind, every level and every hostile name: what it looks like,
//! that it is valid, that nothing of the repository gets through alive.

#![allow(clippy::unwrap_used, reason = "a test may stop here")]

#[path = "support/runner.rs"]
mod runner;
#[path = "outputs/sample.rs"]
mod sample;

use std::path::Path;
use std::sync::LazyLock;

use provost::checks;
use provost::output::{self, Format, Style, clean};
use provost::report::{Finding, Kind, Level, Report};
use provost::rules::Catalogue;
use pulldown_cmark::{Event, Options, Parser, Tag};
use runner::commands;
use sample::{HOSTILE, check, finding, report};
use serde_json::Value;
use snapbox::{assert_data_eq, file};

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let mut catalogue = Catalogue::embedded(&checks::validate).unwrap();
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outputs/rules");
        catalogue.overlay(&dir, &checks::validate).unwrap();
        catalogue
    });
    &CATALOGUE
}

fn write(report: &Report, format: Format, style: &Style) -> String {
    let mut bytes = Vec::new();
    output::write(report, catalogue(), format, style, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

const FORMATS: [Format; 7] = [
    Format::Human,
    Format::Json,
    Format::Sarif,
    Format::Markdown,
    Format::Github,
    Format::Junit,
    Format::Dossier,
];

/// Everything at its largest: all kinds in SARIF, nothing cut.
fn whole() -> Style {
    Style {
        verbose: true,
        sarif_kinds: vec![Kind::Pass, Kind::Open, Kind::Review, Kind::NotApplicable],
        ..Style::default()
    }
}

#[test]
fn human() {
    let text = write(&report(), Format::Human, &Style::default());
    assert_data_eq!(text, file!["outputs/report.txt"].raw());
}

#[test]
fn json() {
    let text = write(&report(), Format::Json, &Style::default());
    assert_data_eq!(text, file!["outputs/report.json": Text].raw());
}

#[test]
fn sarif() {
    let text = write(&report(), Format::Sarif, &Style::default());
    assert_data_eq!(text, file!["outputs/report.sarif": Text].raw());
}

#[test]
fn markdown() {
    let text = write(&report(), Format::Markdown, &Style::default());
    assert_data_eq!(text, file!["outputs/report.md": Text].raw());
}

#[test]
fn github() {
    let text = write(&report(), Format::Github, &Style::default());
    assert_data_eq!(text, file!["outputs/report.github": Text].raw());
}

#[test]
fn junit() {
    let text = write(&report(), Format::Junit, &Style::default());
    assert_data_eq!(text, file!["outputs/report.xml": Text].raw());
}

/// The sample with its results put under a clause of the shipped policy.
fn applied() -> Report {
    let mut report = report();
    for check in &mut report.checks {
        for clause in &mut check.clauses {
            clause.id = "ccc-readme-status".into();
        }
    }
    report
}

#[test]
fn dossier() {
    let text = write(&applied(), Format::Dossier, &Style::default());
    assert_data_eq!(text, file!["outputs/report.dossier.md"].raw());
}

#[test]
fn a_saved_report_renders_to_the_same_bytes() {
    let direct = report();
    let saved: Report =
        serde_json::from_str(&write(&direct, Format::Json, &Style::default())).unwrap();
    assert_eq!(saved, direct);
    for style in [Style::default(), whole()] {
        for format in FORMATS {
            let text = write(&direct, format, &style);
            assert_eq!(text, write(&saved, format, &style), "{format:?}");
            assert_eq!(text, write(&direct, format, &style), "{format:?} twice");
        }
    }
}

#[test]
fn the_json_report_satisfies_its_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let value = serde_json::from_str(&write(&report(), Format::Json, &Style::default())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> = validator
        .iter_errors(&value)
        .map(|e| e.to_string())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every string of a JSON value.
fn strings(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, each)),
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            each(key);
            strings(item, each);
        }),
        _ => {}
    }
}

#[test]
fn annotations_are_ten_of_a_kind_with_our_properties_only() {
    let found = commands(&write(&report(), Format::Github, &Style::default()));
    for kind in ["error", "warning", "notice"] {
        let of_kind: Vec<_> = found.iter().filter(|c| c.name == kind).collect();
        assert!((1..=10).contains(&of_kind.len()), "{kind}");
    }
    for command in &found {
        assert!(["error", "warning", "notice"].contains(&command.name.as_str()));
        assert!(!command.data.contains(['\n', '\r']));
        for (key, value) in &command.properties {
            assert!(["file", "line", "title"].contains(&key.as_str()), "{key}");
            assert!(!value.contains(['\n', '\r']));
            if key == "file" {
                let shown = |path: &&str| clean::line(path) == *value;
                let real = HOSTILE.iter().copied().chain(["README.md", "docs/a b.md"]);
                assert!(real.clone().any(|path| shown(&path)), "{value}");
            }
        }
    }
    let hidden = found.iter().filter(|c| c.data.contains("more at level"));
    assert_eq!(hidden.count(), 1, "26 warnings do not fit");
    assert!(found.iter().all(|c| !c.data.contains("waived")));
}

#[test]
fn no_hostile_character_and_no_runner_command_gets_through() {
    for style in [Style::default(), whole()] {
        for format in FORMATS {
            let text = write(&report(), format, &style);
            let hostile = text.chars().find(|c| *c != '\n' && clean::is_hostile(*c));
            assert_eq!(hostile, None, "{format:?}");
            assert!(!text.contains("##["), "{format:?}");
            let commands = commands(&text);
            assert!(
                commands.is_empty() || format == Format::Github,
                "{format:?}"
            );
        }
        // A viewer of SARIF decodes the strings and shows them.
        let log: Value = serde_json::from_str(&write(&report(), Format::Sarif, &style)).unwrap();
        strings(&log, &mut |text| {
            let hostile = text.chars().find(|c| *c != '\n' && clean::is_hostile(*c));
            assert_eq!(hostile, None, "{text}");
        });
    }
}

/// What the three schema texts find wrong with a log.
fn schema_errors(log: &Value) -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema");
    let mut wrong = Vec::new();
    for name in ["sarif-schema", "codeql-action-sarif", "multitool-sarif"] {
        let text = std::fs::read_to_string(dir.join(format!("{name}-2.1.0.json"))).unwrap();
        let mut schema: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        // The action's schema lists `anyOf` among the properties of a region: a list where a schema belongs.
        let region = &mut schema["definitions"]["region"]["properties"];
        region.as_object_mut().unwrap().remove("anyOf");
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let errors = validator.iter_errors(log);
        wrong.extend(errors.map(|e| format!("{name}: {}: {e}", e.instance_path())));
    }
    wrong
}

#[test]
fn sarif_satisfies_the_official_schemas() {
    for style in [Style::default(), whole()] {
        let log = serde_json::from_str(&write(&report(), Format::Sarif, &style)).unwrap();
        assert_eq!(schema_errors(&log), Vec::<String>::new());
    }
}

#[test]
fn the_sarif_of_provost_on_itself_satisfies_them_too() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_provost"))
        .args([
            "check",
            ".",
            "--profile",
            "all",
            "--offline",
            "--format",
            "sarif",
        ])
        .args(["--sarif-kinds", "pass,open,review,notApplicable"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema_errors(&log), Vec::<String>::new());
}

#[test]
fn sarif_is_what_code_scanning_can_take() {
    let log: Value =
        serde_json::from_str(&write(&report(), Format::Sarif, &Style::default())).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), report().checks.len());
    let mut seen = std::collections::BTreeSet::new();
    for result in run["results"].as_array().unwrap() {
        assert_eq!(result["kind"], "fail");
        assert_ne!(result["level"], "none");
        assert!(
            result.get("suppressions").is_none(),
            "a waived finding would be an open alert"
        );
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(
            !uri.starts_with('/') && !uri.contains("..") && !uri.contains(':'),
            "{uri}"
        );
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
        let hash = result["partialFingerprints"]["primaryLocationLineHash"]
            .as_str()
            .unwrap();
        assert!(
            seen.insert((result["ruleId"].to_string(), uri, hash.to_owned())),
            "{uri} {hash}"
        );
    }
    for rule in rules {
        let tags = rule["properties"]["tags"].as_array().unwrap();
        assert!((3..=8).contains(&tags.len()));
        for part in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[part]["text"].as_str().unwrap().trim().is_empty());
        }
    }
    assert_eq!(run["properties"]["provost/checks"]["sample-pass"], "pass");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn waived_findings_are_listed_with_all_kinds_only() {
    let waived = |style: &Style| {
        let log: Value = serde_json::from_str(&write(&report(), Format::Sarif, style)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let of = |r: &Value| r["suppressions"].as_array().is_some_and(|s| !s.is_empty());
        let said = log["runs"][0]["invocations"].to_string();
        (
            results.iter().filter(|r| of(r)).count(),
            said.contains("waived findings are left out"),
        )
    };
    assert_eq!(waived(&Style::default()), (0, true));
    assert_eq!(waived(&whole()), (1, false));
}

#[test]
fn failing_commits_are_a_hundred_and_one_sum() {
    let mut large = report();
    for check in &mut large.checks {
        if check.rule == "sample-sign-off" {
            let commit = |n: usize| Finding {
                commit: Some(format!("{n:040x}")),
                ..finding(&format!("commit {n}"), None, None)
            };
            check.findings = (0..300).map(commit).collect();
        }
    }
    let log: Value =
        serde_json::from_str(&write(&large, Format::Sarif, &Style::default())).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let commits: Vec<_> = results
        .iter()
        .filter(|r| r["ruleId"] == "sample-sign-off")
        .collect();
    assert_eq!(commits.len(), 101);
    let said = commits[100]["message"]["text"].as_str().unwrap();
    assert!(said.starts_with("200 more commits"), "{said}");
}

#[test]
fn too_many_findings_are_cut_by_level_and_said() {
    let mut large = report();
    for check in &mut large.checks {
        if check.rule == "sample-note" {
            check.findings = (0..6000)
                .map(|n| finding(&format!("place {n}"), Some("a"), Some(n)))
                .collect();
        }
    }
    let log: Value =
        serde_json::from_str(&write(&large, Format::Sarif, &Style::default())).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5000);
    let errors = results.iter().filter(|r| r["level"] == "error").count();
    assert_eq!(errors, 5, "errors are kept");
    let said = run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .unwrap();
    assert!(
        said.iter()
            .any(|n| n["message"]["text"].as_str().unwrap().contains("5000"))
    );
}

/// Addresses of the links in Markdown; fails on an image, and on HTML that is not ours.
fn links(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => found.push(dest_url.to_string()),
            Event::Start(Tag::Image { .. }) => panic!("an image"),
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = html.lines().all(|l| {
                    matches!(l, "" | "<details>" | "</details>") || l.starts_with("<summary>")
                });
                assert!(ours, "{html}");
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                panic!("{event:?}")
            }
            Event::Text(text) => {
                // What stands outside code must not become a mention, a reference or an address.
                for word in text.split_whitespace() {
                    assert!(!word.contains(['@']) && !word.contains("://"), "{word}");
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn markdown_has_no_link_image_or_html_but_ours() {
    for style in [Style::default(), whole()] {
        let text = write(&report(), Format::Markdown, &style);
        let text = text + &write(&applied(), Format::Dossier, &style);
        for url in links(&text) {
            let known = [
                "https://lists.example/42?a%7Cb",
                "https://github.com/confidential-computing/governance/",
                "https://github.com/ossf/",
                "https://github.com/example/project",
                "https://policy.example/",
                "https://api.example/",
            ];
            assert!(known.iter().any(|k| url.starts_with(k)), "{url}");
        }
    }
}

#[test]
fn markdown_fits_an_issue_however_much_was_found() {
    let mut large = report();
    for n in 0..200 {
        let mut more = check(
            &format!("more-{n:03}"),
            Kind::Fail,
            Level::Error,
            "many places fail",
        );
        more.findings = (0..50)
            .map(|i| {
                finding(
                    &format!("place {i} is not as it should be"),
                    Some("src/a.rs"),
                    Some(i),
                )
            })
            .collect();
        large.checks.push(more);
    }
    let text = write(&large, Format::Markdown, &Style::default());
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("more"));
}
