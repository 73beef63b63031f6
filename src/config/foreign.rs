// SPDX-License-Identifier: Apache-2.0

//! Exemptions that a project wrote for another tool: `.clomonitor.yml`. Read, shown with their source,
//! never counted as passed.

use serde::Deserialize;

use crate::rules::Waiver;

/// Files of other tools whose exemptions are read.
pub const CLOMONITOR: [&str; 2] = [".clomonitor.yml", ".clomonitor.yaml"];

/// CLOMonitor's check names and the rules that ask the same.
const CLOMONITOR_CHECKS: &[(&str, &str)] = &[
    ("adopters", "adopters-file"),
    ("changelog", "changelog"),
    ("code_of_conduct", "code-of-conduct"),
    ("contributing", "contributing-guide"),
    ("dco", "dco-sign-off"),
    ("dependency_update_tool", "dependency-updates"),
    ("governance", "governance-document"),
    ("license_approved", "code-license"),
    ("license_spdx_id", "license-file"),
    ("maintainers", "maintainers-file"),
    ("openssf_badge", "best-practices-badge-displayed"),
    ("openssf_scorecard_badge", "scorecard-badge-displayed"),
    ("roadmap", "roadmap"),
    ("sbom", "release-sbom"),
    ("security_insights", "security-insights"),
    ("security_policy", "security-policy"),
    ("self_assessment", "self-assessment"),
    ("signed_releases", "release-signing"),
    ("token_permissions", "workflow-permissions"),
    ("trademark_disclaimer", "trademark-notice"),
];

#[derive(Deserialize)]
struct Clomonitor {
    #[serde(default)]
    exemptions: Vec<Exemption>,
}

#[derive(Deserialize)]
struct Exemption {
    check: String,
    reason: String,
}

/// The waivers that the text of a `.clomonitor.yml` amounts to; `Err` says why it cannot be read.
///
/// # Errors
/// When the text is not the YAML that CLOMonitor documents.
pub fn exemptions(file: &str, text: &str) -> Result<Vec<Waiver>, String> {
    let read: Clomonitor = yaml_serde::from_str(text).map_err(|e| e.to_string())?;
    let known = |name: &str| CLOMONITOR_CHECKS.iter().find(|(theirs, _)| *theirs == name);
    let waivers = read.exemptions.into_iter().filter_map(|exemption| {
        let (_, rule) = known(&exemption.check)?;
        if exemption.reason.trim().is_empty() {
            return None;
        }
        Some(Waiver {
            rule: (*rule).to_owned(),
            path: None,
            fingerprint: None,
            reason: exemption.reason,
            approver: None,
            approval: None,
            expires: None,
            foreign: true,
            source: file.to_owned(),
        })
    });
    Ok(waivers.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exemption_becomes_a_waiver_of_the_rule_that_asks_the_same() {
        let text = "exemptions:\n  - check: adopters\n    reason: we keep no list\n";
        let waivers = exemptions(".clomonitor.yml", text).unwrap();
        assert_eq!(waivers[0].rule, "adopters-file");
        assert_eq!(waivers[0].source, ".clomonitor.yml");
    }

    #[test]
    fn a_file_of_another_shape_is_said_to_be_so() {
        assert!(exemptions("f", "exemptions: 3").is_err());
    }
}
