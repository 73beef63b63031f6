// SPDX-License-Identifier: Apache-2.0

//! Rules that share a check with others, each shown on a repository that meets it and on one that does not.

use crate::report::Kind;
use crate::subject::memory::MemoryTree;

use super::testing::Case;

/// A rule, files that meet it, files that do not, and the verdict on the latter.
type Row<'a> = (
    &'a str,
    &'a [(&'a str, &'a str)],
    &'a [(&'a str, &'a str)],
    Kind,
);

const README: (&str, &str) = ("README.md", "# Mill\n\nMill grinds logs into figures.\n");
const CONDUCT: &str = "# Code of conduct\n\nWe treat each other with respect, in issues, reviews and \
    meetings. Harassment of any kind is not tolerated, and the committee acts on every report it gets. ";
const POLICY: &str = "# Security policy\n\nPlease do not open public issues for vulnerabilities. ";
const LONG: &str = "The parser reads a line and hands it to the planner. The planner keeps a table of rules and \
    asks each worker in turn. Workers write their figures to the store, which the server reads when a client \
    asks. Each part runs in a process of its own and talks to the others over a local socket, so that one can be \
    replaced without the rest, and a crash of a worker loses one line at most.";

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, text)| {
        tree.file(path, text)
    })
}

fn check(rows: &[Row<'_>]) {
    let mut wrong = Vec::new();
    for (rule, good, bad, verdict) in rows {
        for (files, expected) in [(good, Kind::Pass), (bad, *verdict)] {
            let answer = Case::new(tree(files)).run(rule);
            if answer.kind() != expected {
                wrong.push(format!(
                    "{rule}: {:?} instead of {expected:?}: {}",
                    answer.kind(),
                    answer.message()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_that_describe_the_software() {
    let design = format!("# Architecture\n\n{LONG}\n");
    let threats = format!(
        "# Threat model\n\n## Assets\n\n{LONG}\n\n## Attackers\n\nA client who sends hostile lines.\n"
    );
    check(&[
        (
            "architecture-doc",
            &[README, ("docs/architecture.md", &design)],
            &[README],
            Kind::Fail,
        ),
        (
            "threat-model",
            &[README, ("docs/threat-model.md", &threats)],
            &[README],
            Kind::Fail,
        ),
        (
            "docs-user-guide",
            &[
                (
                    "README.md",
                    "# Mill\n\n## Usage\n\nRun `mill FILE` and read the figures.\n",
                ),
                ("a.rs", ""),
            ],
            &[README, ("a.rs", "")],
            Kind::Fail,
        ),
        (
            "docs-interface",
            &[
                README,
                (
                    "docs/api-reference.md",
                    "# API reference\n\nEvery call, its parameters and its errors.\n",
                ),
                ("a.rs", ""),
            ],
            &[README, ("a.rs", "")],
            Kind::Fail,
        ),
        (
            "docs-tests",
            &[
                (
                    "README.md",
                    "# Mill\n\n## Testing\n\nRun `cargo test`. New features come with tests.\n",
                ),
                ("a.rs", ""),
            ],
            &[README, ("a.rs", "")],
            Kind::Fail,
        ),
        (
            "upgrade-path",
            &[
                README,
                (
                    "docs/upgrading.md",
                    "# Upgrading\n\nFrom 1.x to 2.0: rename the table, then restart.\n",
                ),
                ("a.rs", ""),
            ],
            &[README, ("a.rs", "")],
            Kind::Review,
        ),
        (
            "memory-safe-language",
            &[("src/a.rs", "fn a() {}\n")],
            &[README],
            Kind::NotApplicable,
        ),
    ]);
}

#[test]
#[allow(clippy::too_many_lines, reason = "one table")]
fn documents_that_govern_the_project() {
    let governance = "# Governance\n\n## Roles\n\nMaintainers review and merge changes. Contributors send them. A contributor becomes a \
        maintainer by a vote of the maintainers; one steps down by saying so.\n\n## Decisions\n\nWe seek consensus. Failing that, maintainers vote; a \
        majority decides.\n";
    let bare = "# Governance\n\nThis page tells who we are and where we meet. It is short because the project is young and small. We will add to it as we grow, and we welcome ideas.\n";
    let ladder = "# Contributor ladder\n\n## Contributor\n\nAnyone who sends a change.\n\n## Reviewer\n\nSomeone with ten merged changes, proposed by a maintainer.\n\n\
        ## Maintainer\n\nA reviewer of six months, elected by the maintainers by a majority vote.\n";
    let charter = "# Technical charter\n\n## 1. Mission and scope\n\nTo grind logs.\n\n## 2. Technical steering committee\n\nThe maintainers.\n\n## 3. TSC voting\n\nMajority.\n\n\
        ## 4. Compliance with policies\n\nThe series' policies.\n\n## 5. Community assets\n\nMarks are held by the series.\n\n## 6. General rules\n\nOpen and transparent.\n\n\
        ## 7. Intellectual property policy\n\nApache-2.0; DCO; CC-BY-4.0.\n\n## 8. Amendments\n\nTwo thirds.\n";
    let short = "# Technical charter\n\n## Mission and scope\n\nTo grind logs of any size into figures that people can read, and to keep doing so.\n";
    check(&[
        (
            "governance-roles",
            &[README, ("GOVERNANCE.md", governance)],
            &[README, ("GOVERNANCE.md", bare)],
            Kind::Fail,
        ),
        (
            "governance-decisions",
            &[README, ("GOVERNANCE.md", governance)],
            &[README, ("GOVERNANCE.md", bare)],
            Kind::Fail,
        ),
        (
            "contributor-ladder",
            &[README, ("CONTRIBUTOR_LADDER.md", ladder)],
            &[README],
            Kind::Fail,
        ),
        (
            "technical-charter-clauses",
            &[README, ("CHARTER.md", charter)],
            &[README, ("CHARTER.md", short)],
            Kind::Fail,
        ),
        (
            "public-meetings",
            &[(
                "README.md",
                "# Mill\n\n## Meetings\n\nWe meet every Tuesday at 15:00 UTC on [Zoom](https://zoom.us/j/1); [notes](https://docs.google.com/document/d/1).\n",
            )],
            &[README],
            Kind::Fail,
        ),
        (
            "release-process",
            &[
                README,
                (
                    "RELEASES.md",
                    "# Releases\n\nWe release every three months. A maintainer creates a branch, runs the tests, writes the notes, and pushes a signed tag; the workflow publishes the binaries.\n",
                ),
            ],
            &[README],
            Kind::Fail,
        ),
        (
            "support-policy",
            &[
                README,
                (
                    "SUPPORT.md",
                    "# Support\n\nThe two newest minor versions receive security fixes for twelve months; older versions are no longer supported. Fixes are backported to release branches.\n",
                ),
            ],
            &[README],
            Kind::Fail,
        ),
        (
            "notice-file",
            &[
                README,
                (
                    "NOTICE",
                    "Mill\nCopyright 2026 The Mill authors\n\nThis product includes software developed by the Mill project.\n",
                ),
            ],
            &[README],
            Kind::Fail,
        ),
        (
            "repository-list",
            &[(
                "README.md",
                "# Mill\n\n## Repositories\n\n- [mill](https://github.com/mill/mill): the mill\n- [docs](https://github.com/mill/docs): its documentation\n",
            )],
            &[README],
            Kind::Review,
        ),
        (
            "dependency-policy",
            &[
                README,
                (
                    "docs/dependencies.md",
                    "# Dependency policy\n\nA new dependency needs a reason, an allowed licence and a maintainer's approval. We update every dependency weekly and remove what is not needed. Known vulnerabilities in dependencies are mended within two weeks.\n",
                ),
                ("Cargo.toml", "[dependencies]\nx = \"1\"\n"),
            ],
            &[README, ("Cargo.toml", "[dependencies]\nx = \"1\"\n")],
            Kind::Fail,
        ),
        (
            "emeritus-alternative",
            &[(
                "README.md",
                "# Mill\n\nThis project has reached the Emeritus stage. Use Quern instead.\n",
            )],
            &[README],
            Kind::NotApplicable,
        ),
        (
            "lf-footer",
            &[(
                "README.md",
                "# Mill\n\nCopyright © Mill a Series of LF Projects, LLC. For web site terms of use, trademark policy and other project policies please see https://lfprojects.org.\n",
            )],
            &[README],
            Kind::Review,
        ),
    ]);
}

#[test]
fn contacts_and_processes() {
    let reached = format!(
        "{CONDUCT}\n\n## Reporting\n\nWrite to conduct@mill.dev; the committee answers within a week.\n"
    );
    let unreached = format!("{CONDUCT}\n\n## Reporting\n\nWrite to [INSERT CONTACT METHOD].\n");
    let process = format!(
        "{POLICY}Write to security@mill.dev instead.\n\nWe acknowledge a report within three days, keep it under embargo until a fix is released, \
         and publish an advisory.\n\n## Supported versions\n\nThe two newest minor versions get security fixes.\n"
    );
    let silent = format!(
        "{POLICY}We care about security a great deal and we thank everyone who helps us with it.\n"
    );
    check(&[
        (
            "code-of-conduct-contact",
            &[README, ("CODE_OF_CONDUCT.md", &reached)],
            &[README, ("CODE_OF_CONDUCT.md", &unreached)],
            Kind::Fail,
        ),
        (
            "security-policy-contact",
            &[README, ("SECURITY.md", &process)],
            &[README, ("SECURITY.md", &silent)],
            Kind::Fail,
        ),
        (
            "security-policy-process",
            &[README, ("SECURITY.md", &process)],
            &[README, ("SECURITY.md", &silent)],
            Kind::Fail,
        ),
    ]);
}
