// SPDX-License-Identifier: Apache-2.0

//! What a review follows: the documents and statements that a foundation accepted a project with.

/// How an artefact is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// A document, with every place it has.
    Document,
    /// A document of which only the best place counts: many files have such names.
    Best,
    /// The licence files and the expression they make.
    License,
    /// A statement of README, by its value.
    Statement,
}

/// An artefact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Artefact {
    /// Rule that finds it.
    pub(super) id: &'static str,
    /// What it is called.
    pub(super) noun: &'static str,
    /// How it is compared.
    pub(super) how: How,
}

const fn of(id: &'static str, noun: &'static str, how: How) -> Artefact {
    Artefact { id, noun, how }
}

/// Every artefact. A file belongs to the first that claims it.
pub(super) const ARTEFACTS: &[Artefact] = &[
    of("license-file", "licence", How::License),
    of("notice-file", "NOTICE file", How::Document),
    of("technical-charter", "charter", How::Document),
    of("code-of-conduct", "code of conduct", How::Document),
    of("security-policy", "security process", How::Document),
    of(
        "security-contacts",
        "list of security contacts",
        How::Document,
    ),
    of("security-insights", "Security Insights", How::Document),
    of("codeowners", "code owners", How::Document),
    of("governance-document", "governance", How::Document),
    of("maintainers-file", "list of maintainers", How::Document),
    of("contributing-guide", "contributing guide", How::Document),
    of("adopters-file", "list of adopters", How::Document),
    of("trademark-notice", "trademark notice", How::Statement),
    of("readme-status", "statement of the stage", How::Statement),
    of(
        "best-practices-badge-displayed",
        "best practices badge",
        How::Statement,
    ),
    of(
        "scorecard-badge-displayed",
        "Scorecard badge",
        How::Statement,
    ),
    of("contributor-ladder", "contributor ladder", How::Best),
    of("release-process", "release process", How::Best),
    of("support-policy", "support policy", How::Best),
    of("roadmap", "roadmap", How::Best),
    of("changelog", "record of changes", How::Best),
];

/// The artefact of a rule.
pub(super) fn find(id: &str) -> Option<&'static Artefact> {
    ARTEFACTS.iter().find(|artefact| artefact.id == id)
}

/// The questions on artefacts: id, text, rules.
pub(super) const SUBMISSION: &[(&str, &str, &[&str])] = &[
    (
        "licence",
        "Has the licence changed?",
        &["license-file", "notice-file"],
    ),
    (
        "charter",
        "Has the technical charter changed?",
        &["technical-charter"],
    ),
    (
        "code-of-conduct",
        "Has the code of conduct changed?",
        &["code-of-conduct"],
    ),
    (
        "security-process",
        "Has the way to report vulnerabilities changed?",
        &["security-policy", "security-contacts", "security-insights"],
    ),
    (
        "governance",
        "Has the governance changed?",
        &["governance-document", "contributor-ladder"],
    ),
    (
        "contributing",
        "Have the terms of contributing changed?",
        &["contributing-guide"],
    ),
    (
        "releases",
        "Have release process, support, roadmap or the record of changes moved?",
        &["release-process", "support-policy", "roadmap", "changelog"],
    ),
    (
        "trademarks",
        "Have trademark notices changed?",
        &["trademark-notice"],
    ),
];
