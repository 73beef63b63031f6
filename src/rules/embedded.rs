//! The files compiled in, listed by name. A file that is missing does not compile; one that is forgotten
//! fails `tests/catalogue.rs`.

macro_rules! files {
    ($folder:literal: $($id:literal)*) => {
        &[$(($id, include_str!(concat!("../../rules/", $folder, $id, ".toml")))),*]
    };
}

/// Rules: id and text.
pub(super) static RULES: &[(&str, &str)] = files!["":
    "architecture-doc"
    "attestation"
    "changelog"
    "charter-placeholder"
    "code-of-conduct"
    "contributing-guide"
    "contributor-ladder"
    "dependency-license"
    "governance-document"
    "growth-plan"
    "least-privilege"
    "license-exception"
    "mfa"
    "notice-file"
    "placeholder"
    "production-use"
    "release-process"
    "review-delta"
    "roadmap"
    "security-audit"
    "security-policy"
    "self-assessment"
    "support-policy"
    "technical-charter"
    "threat-model"
    "vendor-neutrality"
    "waiver"
];

/// Policies: id and text.
pub(super) static POLICIES: &[(&str, &str)] = files!["policies/":
    "ccc"
    "openssf"
];

/// Profiles: id and text.
pub(super) static PROFILES: &[(&str, &str)] = files!["profiles/":
    "all"
    "base/files"
    "base/lf-ip"
    "base/openssf-signals"
    "base/release"
    "ccc/annual-review"
    "ccc/emeritus"
    "ccc/graduation"
    "ccc/incubation"
    "ccc/submission"
    "minimal"
    "openssf/technical-initiative"
];
