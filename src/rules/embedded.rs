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
    "code-of-conduct-contact"
    "code-of-conduct-version"
    "codeowners"
    "contributing-guide"
    "contributor-ladder"
    "dependency-license"
    "governance-decisions"
    "governance-document"
    "governance-roles"
    "growth-plan"
    "least-privilege"
    "license-exception"
    "license-file"
    "mfa"
    "notice-file"
    "placeholder"
    "production-use"
    "release-process"
    "review-delta"
    "roadmap"
    "security-audit"
    "security-policy"
    "security-policy-contact"
    "security-policy-process"
    "self-assessment"
    "support-policy"
    "technical-charter"
    "technical-charter-clauses"
    "threat-model"
    "vendor-neutrality"
    "waiver"
];

/// Policies: id and text.
pub(super) static POLICIES: &[(&str, &str)] = files!["policies/":
    "badge"
    "ccc"
    "cncf"
    "lf"
    "openinfra"
    "openssf"
    "osps-baseline"
];

/// Profiles: id and text.
pub(super) static PROFILES: &[(&str, &str)] = files!["profiles/":
    "all"
    "badge/baseline-1"
    "badge/baseline-2"
    "badge/baseline-3"
    "badge/gold"
    "badge/passing"
    "badge/silver"
    "base/files"
    "base/lf-ip"
    "base/release"
    "ccc/annual-review"
    "ccc/emeritus"
    "ccc/graduation"
    "ccc/incubation"
    "ccc/submission"
    "cncf/archived"
    "cncf/graduated"
    "cncf/incubating"
    "cncf/sandbox"
    "cncf/sandbox-application"
    "cncf/security"
    "lf/ai-graduation"
    "lf/ai-incubation"
    "lf/ai-sandbox"
    "lf/hyperledger"
    "lf/projects"
    "minimal"
    "openinfra/confirmed"
    "openinfra/openstack"
    "openinfra/vulnerability-managed"
    "openssf/archived"
    "openssf/graduated"
    "openssf/incubating"
    "openssf/sandbox"
    "openssf/technical-initiative"
    "openssf/working-group"
    "osps-baseline/level-1"
    "osps-baseline/level-2"
    "osps-baseline/level-3"
];
