// SPDX-License-Identifier: Apache-2.0

//! Rules, policies and profiles as shipped: complete, well formed, and faithful to the texts they cite.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use provost::checks;
use provost::rules::{ALL, ATTESTATION, Catalogue, Clause, Mode, Rule};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn catalogue() -> Catalogue {
    let catalogue = Catalogue::embedded(&checks::validate).unwrap_or_else(|e| panic!("{e}"));
    let accepts = |rule: &Rule, with: &toml::Table| {
        let check = checks::find(&rule.check).ok_or("no such check")?;
        (check.validate)(with)
    };
    catalogue.verify(&accepts).unwrap_or_else(|e| panic!("{e}"));
    catalogue
}

/// Files under `dir` with `extension`, as paths below `dir`.
fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Ids of the TOML files under `rules/<folder>`, without those of `skip`.
fn listed(folder: &str, skip: &[&str]) -> BTreeSet<String> {
    let dir = root().join("rules").join(folder);
    let below = files(&dir, "toml").into_iter().map(|path| {
        let path = path.strip_prefix(&dir).unwrap().with_extension("");
        path.to_str().unwrap().replace('\\', "/")
    });
    below
        .filter(|id| !skip.iter().any(|s| id.starts_with(s)))
        .collect()
}

fn clauses(catalogue: &Catalogue) -> impl Iterator<Item = &Clause> {
    catalogue.policies().flat_map(|policy| &policy.clauses)
}

#[test]
fn every_file_of_the_folder_is_compiled_in() {
    let catalogue = catalogue();
    let rules = catalogue.rules().map(|r| r.id.clone());
    assert_eq!(
        rules.collect::<BTreeSet<_>>(),
        listed("", &["policies/", "profiles/"])
    );
    let policies = catalogue.policies().map(|p| p.id.clone());
    assert_eq!(policies.collect::<BTreeSet<_>>(), listed("policies", &[]));
    let profiles = catalogue.profiles().map(|p| p.id.clone());
    assert_eq!(profiles.collect::<BTreeSet<_>>(), listed("profiles", &[]));
}

#[test]
fn a_rule_says_what_holds_why_and_how_to_mend_it() {
    for rule in catalogue().rules() {
        let id = &rule.id;
        assert!(
            !rule.title.trim().is_empty() && !rule.title.ends_with('.'),
            "title of {id}"
        );
        assert!(!rule.title.contains('\n'), "title of {id} is one line");
        assert!(
            rule.why.ends_with(['.', '?']),
            "`why` of {id} is not a sentence"
        );
        assert!(rule.fix.ends_with('.'), "`fix` of {id} is not a sentence");
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(kebab), "{id} is not kebab-case");
    }
}

#[test]
fn a_rule_has_a_test() {
    let sources = files(&root().join("src"), "rs")
        .into_iter()
        .filter(|path| !path.ends_with("rules/embedded.rs"));
    let text: String = sources
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let catalogue = catalogue();
    let untested = catalogue.rules().map(|rule| rule.id.as_str()).filter(|id| {
        let quoted = text.contains(&format!("\"{id}\""));
        !quoted && !root().join("fixtures").join(id).is_dir()
    });
    let untested: Vec<&str> = untested.collect();
    assert!(untested.is_empty(), "no test names {untested:?}");
}

#[test]
fn a_clause_says_where_it_stands_and_how_it_is_answered() {
    let catalogue = catalogue();
    for clause in clauses(&catalogue) {
        let id = &clause.id;
        assert!(clause.url.starts_with("https://"), "address of {id}");
        assert!(!clause.url.contains(char::is_whitespace), "address of {id}");
        let read: jiff::civil::Date = clause.read.parse().unwrap_or_else(|e| panic!("{id}: {e}"));
        assert!(read.year() >= 2024, "{id} was read in {}", read.year());
        assert!(
            !clause.document.is_empty() && !clause.section.is_empty(),
            "place of {id}"
        );
        assert!(clause.text.ends_with('.'), "text of {id} is not a sentence");
        let bound = ["project", "committee", "board", "foundation", "users"];
        assert!(
            bound.contains(&clause.binds.as_str()),
            "{id} binds {}",
            clause.binds
        );
        if let Mode::Rules(rules) = &clause.mode {
            let once: BTreeSet<_> = rules.iter().collect();
            assert_eq!(once.len(), rules.len(), "{id} cites a rule twice");
            assert!(
                !rules.iter().any(|r| r == ATTESTATION),
                "{id}: use mode = \"attest\""
            );
        }
    }
}

#[test]
fn no_clause_id_is_used_twice() {
    let catalogue = catalogue();
    let mut seen = BTreeMap::new();
    for clause in clauses(&catalogue) {
        let before = seen.insert(&clause.id, &clause.policy);
        assert_eq!(before, None, "{} stands twice", clause.id);
    }
}

#[test]
fn every_clause_that_binds_a_repository_is_asked_by_a_profile() {
    let catalogue = catalogue();
    let asked: BTreeSet<_> = catalogue.profiles().flat_map(|p| &p.clauses).collect();
    for clause in clauses(&catalogue) {
        if clause.mode != Mode::NotRepository {
            assert!(
                asked.contains(&clause.id),
                "no profile asks for {}",
                clause.id
            );
        }
    }
}

#[test]
fn every_profile_asks_for_something() {
    let catalogue = catalogue();
    for profile in catalogue.profiles() {
        let asks = catalogue.resolve(profile);
        assert!(!asks.is_empty(), "{} asks for nothing", profile.id);
        if profile.id == ALL {
            continue;
        }
        for ask in asks {
            // A profile's parameters must be those its check takes.
            let check = checks::find(&ask.rule.check).unwrap();
            (check.validate)(&ask.with)
                .unwrap_or_else(|e| panic!("{}: {}: {e}", profile.id, ask.rule.id));
        }
    }
}

/// Every section of a document is the section of a clause, or the head of one.
fn covers(policy: &str, document: &str, sections: &[&str]) {
    let catalogue = catalogue();
    let policy = catalogue.policy(policy).unwrap();
    let here = policy.clauses.iter().filter(|c| c.document == document);
    let cited: Vec<&str> = here.map(|c| c.section.as_str()).collect();
    for section in sections {
        let at = |cited: &&str| {
            cited
                .strip_prefix(section)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(','))
        };
        assert!(
            cited.iter().any(at),
            "no clause for {section} of {document}"
        );
    }
}

#[test]
fn the_technical_charter_is_covered_letter_by_letter() {
    // The charter has no 2.c.
    let sections = "1 2.a 2.b 2.b.i 2.b.ii 2.b.iii 2.b.iv 2.d 2.e 2.e.i 2.e.ii 2.e.iii 2.e.iv 2.e.v \
        2.f.i 2.f.ii 2.f.iii 2.g 2.g.i 2.g.ii 3.a 3.b 3.c 3.d 4.a 4.b 4.c 4.d 5.a 5.b 5.c \
        6.a 6.b 6.b.i 6.b.ii 6.b.iii 6.b.iv 6.b.v 6.b.vi 6.c 6.d 7.a";
    let sections: Vec<&str> = ["Title and adoption line", "Preamble"]
        .into_iter()
        .chain(sections.split_whitespace())
        .collect();
    covers(
        "openssf",
        "Technical Charter for OpenSSF AI/ML Security Working Group",
        &sections,
    );
}

#[test]
fn the_progression_policy_is_covered_heading_by_heading() {
    let mut sections = vec![
        "I, paragraph 1".to_owned(),
        "I, paragraph 2".to_owned(),
        "I, last paragraph".to_owned(),
        "II, Introduction".to_owned(),
        "II, Project Acceptance Process".to_owned(),
        "III, paragraph 1".to_owned(),
        "III, last paragraph".to_owned(),
        "IV, closing paragraph 1".to_owned(),
        "IV, closing paragraph 2".to_owned(),
        "IV".to_owned(),
    ];
    sections.extend((1..=13).map(|n| format!("I, benefit {n}")));
    for (part, paragraphs) in [
        ("Technical Review", 5),
        ("Legal Submission", 2),
        ("Governing Board Vote", 3),
        ("Spin-off Projects", 3),
    ] {
        sections.extend((1..=paragraphs).map(|n| format!("II, {part}, paragraph {n}")));
    }
    for (stage, parts, criteria) in [
        (
            "Incubation",
            &["Definition", "Examples 1 to 3", "Expectations"][..],
            3,
        ),
        (
            "Graduation",
            &["Definition", "Examples 1 to 3", "Acceptance Criteria"][..],
            7,
        ),
        (
            "Emeritus",
            &[
                "Definition",
                "Examples 1 and 2",
                "Expectations",
                "Acceptance Criteria",
            ][..],
            0,
        ),
    ] {
        sections.extend(
            parts
                .iter()
                .map(|part| format!("III, {stage} Stage, {part}")),
        );
        sections
            .extend((1..=criteria).map(|n| format!("III, {stage} Stage, Acceptance Criteria {n}")));
    }
    sections.extend((1..=5).map(|n| format!("IV.{n}")));
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    covers(
        "ccc",
        "Confidential Computing Consortium: Project Progression Policy",
        &sections,
    );
}

#[test]
fn the_graduation_application_is_covered_item_by_item() {
    let sections = [
        "Issue 162, README",
        "Issue 162, website",
        "Issue 162, sponsor",
        "Issue 162, sub-groups",
        "Issue 162, members",
        "Issue 162, charter",
        "Issue 162, security policy",
        "Issue 162, response team",
        "Responsibilities, updates",
        "Responsibilities, contributor base",
        "Responsibilities, security practices",
        "Responsibilities, Best Practices badge",
        "Responsibilities, vulnerability reports",
        "Responsibilities, releases",
        "Support, guidance",
        "Support, conferences",
        "Support, code of conduct",
        "Support, vulnerability disclosure",
        "Support, updates",
        "Requirements, maintainers",
        "Requirements, novelty",
        "Requirements, adoption",
        "Requirements, releases",
        "Requirements, governance",
        "Requirements, minutes",
        "Requirements, audit",
    ];
    covers(
        "openssf",
        "Sigstore: application to become a graduated project of the OpenSSF",
        &sections,
    );
}

#[test]
fn the_security_principle_is_covered_theme_by_theme() {
    let sections = [
        "Principle",
        "Theme 1",
        "Theme 2",
        "Theme 3",
        "Paragraph 3",
        "Paragraph 6",
    ];
    covers(
        "openinfra",
        "Message to the foundation board on a security principle",
        &sections,
    );
}

#[test]
fn the_charter_of_the_security_group_is_covered_heading_by_heading() {
    let mut sections = vec![
        "Mission".to_owned(),
        "Coordination".to_owned(),
        "Alignment with the CNCF TOC Charter".to_owned(),
    ];
    for (heading, items) in [
        ("In Scope", 7),
        ("Out of Scope", 3),
        ("Success Criteria", 5),
    ] {
        sections.extend((1..=items).map(|n| format!("{heading} {n}")));
    }
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    covers(
        "cncf",
        "CNCF TAG Security and Compliance Charter",
        &sections,
    );
}
