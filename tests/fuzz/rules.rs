// SPDX-License-Identifier: Apache-2.0

//! Readers behind rules: a file of a tree is damaged, and the rules that read it judge the tree.

use std::sync::LazyLock;

use provost::checks::{self, Shared};
use provost::cli::What;
use provost::config::Config;
use provost::output::{self, Format, Style, clean};
use provost::plan::Plan;
use provost::report::{Kind, Report};
use provost::rules::{Catalogue, Rule};
use provost::scan::{self, Progress};
use provost::subject::Subject;
use provost::subject::memory::MemoryTree;

use super::mutate::fuzz;

/// The shipped rules.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::embedded(&|_| Ok(())).unwrap());
    &CATALOGUE
}

fn valid(rule: &Rule, with: &toml::Table) -> Result<(), String> {
    (checks::find(&rule.check).unwrap().validate)(with)
}

fn judged(tree: MemoryTree, rules: &[&str]) -> Report {
    let mut subject = Subject::of(".", Box::new(tree));
    subject.set_remote("https://github.com/owner/name").unwrap();
    let what = What {
        rule: rules.iter().map(|&rule| rule.to_owned()).collect(),
        ..What::default()
    };
    let plan = Plan::new(&what, Config::default(), catalogue(), valid).unwrap();
    let progress = Progress::default();
    let shared = Shared::new(&subject, "2026-11-20T12:00:00Z".parse().unwrap());
    scan::run(&plan, &shared, &progress);
    progress.report()
}

/// Damages the file `path` of a small tree and has `rules` judge it.
fn file(cases: usize, path: &str, rules: &[&str], seeds: &[&[u8]]) {
    fuzz(cases, seeds, |bytes| {
        let tree = || {
            MemoryTree::new()
                .file("README", "Example\n\nA program.\n")
                .file("src/main.c", "// SPDX-License-Identifier: MIT\nint main;\n")
                .file("LICENSES/MIT.txt", "MIT License\n")
                .file(path, bytes)
        };
        let report = judged(tree(), rules);
        assert_eq!(report, judged(tree(), rules), "the same answer twice");
        // A damaged file is a verdict or an honest fault, never a check that broke down.
        for fault in &report.faults {
            assert!(!fault.message.contains("panicked"), "{fault:?}");
        }
        let lines = 1 + bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64;
        for check in &report.checks {
            assert!(!check.message.is_empty());
            assert_eq!(
                check.kind == Kind::Fail,
                !check.findings.is_empty(),
                "{check:?}"
            );
            let found = check.findings.iter().map(|f| (&f.path, f.line));
            let shown = check.evidence.iter().map(|e| (&e.path, e.line));
            for (at, line) in found.chain(shown) {
                if at.as_deref() == Some(path) {
                    assert!(
                        line.is_none_or(|l| (1..=lines).contains(&l)),
                        "{line:?} of {lines}: {check:?}"
                    );
                }
            }
        }
        let mut text = Vec::new();
        let style = Style {
            verbose: true,
            ..Style::default()
        };
        output::write(&report, catalogue(), Format::Human, &style, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.chars().any(|c| c != '\n' && clean::is_hostile(c)));
    });
}

const PROSE: &[u8] = b"# Example\n\n[![b](https://www.bestpractices.dev/projects/1/badge)](https://www.bestpractices.dev/projects/1)\n\nThis is an incubation project of the CCC.\n\n## Contributing\n\nSee [here](CONTRIBUTING.md#a) or write to <a@b.example>.\n\n| Name | Handle |\n|--|--|\n| Ada | @ada |\n\n```\ncode\n```\n";
const RST: &[u8] = b"Title\n=====\n\n.. image:: a.png\n   :target: https://a.example\n\nSee `here <CONTRIBUTING.rst>`_ and |b|_.\n\n.. |b| image:: c\n.. _b: https://www.bestpractices.dev/projects/1\n\nCode::\n\n  x\n";
const ADOC: &[u8] = b"= Title\n:x: y\n\nimage:a.png[b,link=https://a.example]\n\n== Contributing\n\nSee link:CONTRIBUTING.adoc[here] and <<x>>.\n\n----\ncode\n----\n\n|===\n|a |b\n|===\n";

#[test]
fn headers() {
    file(150, "src/a.c", &["spdx-header", "copyright-notice"], &[
        b"/* SPDX-License-Identifier: MIT OR Apache-2.0 */\n/* Copyright (c) 2026 A */\n",
        b"#!/bin/sh\n# SPDX-FileCopyrightText: 2026 A <a@b.example>\n#\n# SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note\n",
        b"// Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use\n// this file except in compliance with the License.\n",
        b"<!--\nThis Source Code Form is subject to the terms of the Mozilla Public\nLicense, v. 2.0.\n-->",
    ]);
}

#[test]
fn expressions() {
    file(150, "package.json", &["license-consistency", "dependency-manifest", "code-license"], &[
        br#"{"name": "a", "license": "(MIT OR Apache-2.0) AND LicenseRef-x", "licenses": [{"type": "MIT"}]}"#,
        br#"{"license": {"type": "GPL-2.0+"}}"#,
    ]);
}

#[test]
fn reuse_toml() {
    file(120, "REUSE.toml", &["reuse-license-file", "copyright-notice"], &[
        b"version = 1\n[[annotations]]\npath = [\"src/**\", \"*.md\"]\nprecedence = \"override\"\nSPDX-FileCopyrightText = \"2026 A\"\nSPDX-License-Identifier = \"MIT\"\n",
        b"version = 1\n[[annotations]]\npath = \"a\\\\*b\"\nSPDX-License-Identifier = [\"MIT\", \"0BSD\"]\n",
    ]);
}

#[test]
fn dep5() {
    file(120, ".reuse/dep5", &["reuse-license-file"], &[
        b"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: a\n\nFiles: src/* ?.md\nCopyright: 2026 A\n 2025 B\nLicense: MIT\n Text\n .\n more\n",
    ]);
}

#[test]
fn licence_texts() {
    let own = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE")).unwrap();
    let mit = b"MIT License\n\nCopyright (c) 2026 A\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software.\n";
    file(
        12,
        "LICENSE",
        &["license-file"],
        &[mit, &own, b"Apache-2.0 OR MIT\n"],
    );
}

#[test]
fn readme_in_markdown() {
    let rules = [
        "readme-status",
        "best-practices-badge-displayed",
        "communication-channels",
        "code-of-conduct-linked",
        "lf-footer",
    ];
    file(60, "README.md", &rules, &[PROSE, RST]);
}

#[test]
fn readme_in_other_markups() {
    let rules = [
        "readme-status",
        "best-practices-badge-displayed",
        "issue-reporting",
    ];
    file(60, "README.rst", &rules, &[RST]);
    file(60, "README.adoc", &rules, &[ADOC]);
}

#[test]
fn documents() {
    let rules = [
        "security-policy",
        "security-policy-contact",
        "security-policy-process",
    ];
    file(60, "SECURITY.md", &rules, &[b"# Security policy\n\nReport vulnerabilities to security@a.example or [here](https://github.com/o/n/security/advisories/new) within 90 days.\n\n## Supported versions\n\n| Version | Supported |\n|--|--|\n| 1.x | yes |\n", PROSE]);
    let rules = [
        "code-of-conduct",
        "code-of-conduct-version",
        "code-of-conduct-contact",
    ];
    file(40, "CODE_OF_CONDUCT.md", &rules, &[b"# Contributor Covenant Code of Conduct\n\n## Our Pledge\n\nWe as members pledge to make participation a harassment-free experience. version 2.1\n\n## Enforcement\n\nreported at [INSERT CONTACT METHOD]\n"]);
    file(40, "technical-charter.md", &["technical-charter", "charter-placeholder", "technical-charter-clauses"], &[b"# Technical Charter\n\n1. Mission and Scope of the Project\n  a. The mission of the Project is [ ].\n2. Technical Steering Committee\n"]);
}

#[test]
fn rosters() {
    let rules = [
        "maintainers-file",
        "security-contacts",
        "contributor-ladder",
    ];
    file(60, "MAINTAINERS.md", &rules, &[b"# Maintainers\n\n| Name | GitHub | Company |\n|--|--|--|\n| Ada Lovelace | [@ada](https://github.com/ada) | Engines |\n\n## Emeritus\n\n- Bob (@bob) <b@b.example>\n", PROSE]);
    file(
        60,
        "OWNERS",
        &["maintainers-file"],
        &[b"approvers:\n- ada\n- bob\nreviewers: &a [c, d]\nemeritus_approvers:\n- *a\n"],
    );
    file(
        60,
        "CODEOWNERS",
        &["codeowners", "maintainers-file"],
        &[b"# c\n* @a @o/team a@b.example\n/docs/ @b\n[Section][2] @c\n\\#x @d\n"],
    );
}

#[test]
fn workflows() {
    let rules = [
        "least-privilege",
        "workflow-permissions",
        "dependencies-pinned",
        "workflow-untrusted-input",
        "ci-tests",
        "sast",
        "release-signing",
        "dco-enforced",
    ];
    file(60, ".github/workflows/ci.yml", &rules, &[
        b"name: CI\non:\n  pull_request_target:\n  push: {branches: [main], tags: ['v*']}\npermissions: read-all\njobs:\n  test:\n    runs-on: ubuntu-latest\n    permissions: {contents: write}\n    strategy: &s\n      matrix: {os: [a, b]}\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: \"${{ github.event.pull_request.head.sha }}\"}\n      - run: |\n          cargo test\n          cosign sign x <<EOF\n          ${{ github.event.issue.title }}\n          EOF\n",
        b"on: push\njobs: {a: {uses: ./.github/workflows/b.yml}}\n",
    ]);
}

#[test]
fn pipelines_and_makefiles() {
    let rules = ["ci-tests", "dco-enforced", "release-provenance"];
    file(40, ".gitlab-ci.yml", &rules, &[b"include: {template: SAST.gitlab-ci.yml}\nstages: [test]\n.t: &t {stage: test}\nt:\n  <<: *t\n  script:\n    - make test\n"]);
    file(
        40,
        "Makefile",
        &["ci-tests"],
        &[b"all: test\ntest:: ; cargo test\n\t@$(MAKE) -C sub $@ \\\n\t  x\ninclude a.mk\n"],
    );
    file(
        40,
        "tox.ini",
        &["ci-tests"],
        &[b"[tox]\nenvlist = py{38,39}\n[testenv]\ncommands =\n  pytest {posargs}\n"],
    );
}

#[test]
fn update_bots() {
    file(60, ".github/dependabot.yml", &["dependency-updates"], &[b"version: 2\nupdates:\n- package-ecosystem: cargo\n  directory: /\n  schedule: {interval: weekly}\n"]);
    file(
        60,
        "renovate.json",
        &["dependency-updates"],
        &[br#"{"extends": ["config:base"], "enabled": true}"#],
    );
}

#[test]
fn security_insights() {
    file(80, "SECURITY-INSIGHTS.yml", &["security-insights", "security-contacts"], &[b"header:\n  schema-version: 2.0.0\n  last-updated: '2026-09-01'\n  last-reviewed: '2026-09-01'\n  url: https://a.example/x\nproject:\n  name: a\n  administrators:\n  - {name: A, email: a@b.example, primary: true}\n  vulnerability-reporting: {reports-accepted: true}\nrepository:\n  url: https://a.example\n  status: active\n", b"header:\n  schema-version: 1.0.0\n  expiration-date: '2027-01-01T01:00:00.000Z'\nproject-lifecycle:\n  status: active\n"]);
}
