// SPDX-License-Identifier: Apache-2.0

//! Every shipped template, held against the rules it is for.

use std::sync::LazyLock;

use regex::Regex;

use crate::checks::testing::{Case, catalogue, with_shared};
use crate::report::{CheckResult, Kind, Level};
use crate::rules::Mend;
use crate::subject::memory::MemoryTree;

use super::template::{BLANKS, Facts, fill};
use super::{Edit, Settings, plan};

static SLOT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[([A-Z][A-Z ]{2,60})\]").unwrap());

fn case(path: &str, text: &str) -> Case {
    let readme = "# Anvil\n\nA tool that forges things.\n";
    Case::new(MemoryTree::new().file("README.md", readme).file(path, text))
}

/// Rule, path, template.
fn templates() -> Vec<(String, String, String)> {
    let rules = catalogue().rules().filter_map(|rule| match &rule.mend {
        Some(Mend::Template {
            path,
            template,
            helps: false,
            ..
        }) => Some((rule.id.clone(), path.clone(), template.clone())),
        _ => None,
    });
    rules.collect()
}

fn variants(template: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for foundation in [
        None,
        Some("ccc"),
        Some("cncf"),
        Some("lf"),
        Some("openinfra"),
        Some("openssf"),
    ] {
        let template = catalogue()
            .template(foundation, template)
            .unwrap_or_else(|| panic!("no template {template}"));
        if !found.contains(&(template.name.clone(), template.text.clone())) {
            found.push((template.name.clone(), template.text.clone()));
        }
    }
    found
}

/// What a person would write into a blank.
fn answer(blank: &str) -> &'static str {
    match blank {
        "PROJECT NAME" => "Anvil",
        b if b.contains("EMAIL") => "team@anvil.dev",
        b if b.starts_with("NUMBER") => "3",
        b if b.contains("DATE") => "2027-03-01",
        b if b.contains("VERSION") => "1.4",
        b if b.contains("OWNER") => "@anvil/maintainers",
        b if b.contains("HANDLE") => "@ada",
        b if b.contains("NAME") && b.contains("MAINTAINER") => "Ada Lovelace",
        b if b.contains("ORGANIZATION") => "Babbage Works",
        b if b.contains("AFFILIATION") => "Babbage Works",
        b if b.contains("CONTACT") => "Ada Lovelace",
        b if b.contains("CADENCE") => "three months",
        b if b.contains("LICENSE") => "Apache-2.0",
        _ => "run cargo test in the root of the repository",
    }
}

#[test]
fn a_template_left_unfilled_does_not_pass() {
    for (rule, path, template) in templates() {
        for (name, text) in variants(&template) {
            if !SLOT.is_match(&text) {
                continue;
            }
            let own = case(&path, &text).run(&rule);
            let slots = case(&path, &text).run("placeholder");
            assert!(
                own.kind() != Kind::Pass || slots.kind() == Kind::Fail,
                "{name}: {rule} passes: {}",
                own.message()
            );
        }
    }
}

#[test]
fn a_template_filled_in_passes_its_rule_and_holds_no_slot() {
    for (rule, path, template) in templates() {
        for (name, text) in variants(&template) {
            let filled = SLOT.replace_all(&text, |blank: &regex::Captures<'_>| {
                answer(&blank[1]).to_owned()
            });
            let own = case(&path, &filled).run(&rule);
            assert_eq!(
                own.kind(),
                Kind::Pass,
                "{name}: {rule}: {}\n{filled}",
                own.message()
            );
            let slots = case(&path, &filled).run("placeholder");
            assert_ne!(slots.kind(), Kind::Fail, "{name}: {}", slots.message());
        }
    }
}

#[test]
fn every_template_belongs_to_a_rule_and_its_blanks_are_known_or_for_a_person() {
    let used: Vec<String> = catalogue()
        .rules()
        .filter_map(|rule| match &rule.mend {
            Some(Mend::Template { template, .. }) => Some(template.clone()),
            _ => None,
        })
        .collect();
    for template in catalogue().templates() {
        let name = template.name.rsplit('/').next().unwrap();
        assert!(
            used.iter().any(|t| t == name),
            "no rule uses {}",
            template.name
        );
        for blank in SLOT.captures_iter(&template.text) {
            let blank = &blank[1];
            let for_a_person = ["INSERT ", "DESCRIBE ", "NUMBER OF "]
                .iter()
                .any(|w| blank.starts_with(w));
            assert!(
                for_a_person || BLANKS.contains(&blank),
                "{}: [{blank}]",
                template.name
            );
        }
    }
}

#[test]
fn what_is_known_is_not_asked() {
    let mut facts = Facts::default();
    facts.set("PROJECT NAME", Some("Anvil"));
    let template = catalogue()
        .template(Some("cncf"), "code-of-conduct.md")
        .unwrap();
    let (text, left) = fill(&template.text, &facts);
    assert!(text.contains("Anvil follows") && left.is_empty());
}

fn result(rule: &str, kind: Kind) -> CheckResult {
    CheckResult {
        rule: rule.to_owned(),
        kind,
        level: Level::Note,
        message: "no badge".to_owned(),
        profiles: Vec::new(),
        before: None,
        clauses: Vec::new(),
        findings: Vec::new(),
        evidence: Vec::new(),
        properties: std::collections::BTreeMap::new(),
    }
}

#[test]
fn the_badge_of_the_project_s_own_entry_goes_below_the_title() {
    let readme = "Words before.\n\n# Anvil\n\nForges things.\n";
    let tree = MemoryTree::new().file("README.md", readme);
    with_shared(tree, None, |shared| {
        let displayed = result("best-practices-badge-displayed", Kind::Fail);
        let mut entry = result("best-practices-badge", Kind::Pass);
        let unknown = plan(
            shared,
            &[displayed.clone(), entry.clone()],
            catalogue(),
            &Settings::default(),
        );
        assert!(
            unknown.changes.is_empty() && unknown.left.len() == 1,
            "{unknown:?}"
        );

        entry.properties.insert("id".to_owned(), 7.into());
        let known = plan(
            shared,
            &[displayed, entry],
            catalogue(),
            &Settings::default(),
        );
        let Edit::Insert { at, text, .. } = &known.changes[0].edit else {
            panic!("{known:?}");
        };
        assert_eq!(&readme[..*at], "Words before.\n\n# Anvil\n");
        let line = std::str::from_utf8(text).unwrap();
        assert!(
            line.contains("https://www.bestpractices.dev/projects/7/badge"),
            "{line}"
        );
    });
}
