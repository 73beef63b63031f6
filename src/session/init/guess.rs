// SPDX-License-Identifier: Apache-2.0

//! The profile that fits a project, by what its README says of foundation and stage.

use crate::output::clean;
use crate::plan::DEFAULT_PROFILE;
use crate::report::{CheckResult, Kind};
use crate::rules::Catalogue;

/// Rule that reads the statement.
pub(super) const RULE: &str = "readme-status";
/// Most characters of the reason that is written down.
const REASON: usize = 240;
/// Letters that tell a stage whatever its ending: incubating and incubation, graduated and graduation.
const STEM: usize = 6;

/// A profile and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Guess {
    /// Id of the profile.
    pub(super) profile: String,
    /// One line without control characters.
    pub(super) reason: String,
}

/// The profile for what `stated` found, or the one that every project can take.
pub(super) fn guess(stated: Option<&CheckResult>, catalogue: &Catalogue) -> Guess {
    let minimal = |reason: &str| Guess {
        profile: DEFAULT_PROFILE.to_owned(),
        reason: short(reason),
    };
    let Some(stated) = stated else {
        return minimal("README could not be read for a foundation");
    };
    let property = |key: &str| stated.properties.get(key).and_then(|v| v.as_str());
    let Some(foundation) = property("foundation") else {
        return minimal("README names no foundation as the project's home");
    };
    let own = profiles_of(foundation, catalogue);
    let others = match own.is_empty() {
        true => format!("there is no profile for {foundation}"),
        false => format!("choose among {}", own.join(", ")),
    };
    let Some(stage) = property("stage") else {
        return minimal(&format!("README names {foundation} and no stage; {others}"));
    };
    if stated.kind != Kind::Pass {
        return minimal(&format!("README names more than one stage; {others}"));
    }
    match own.iter().find(|id| is_stage(id, stage)) {
        Some(id) => Guess {
            profile: id.clone(),
            reason: short(&stated.message),
        },
        None => minimal(&format!(
            "{}; {foundation} has no profile for that stage; {others}",
            short(&stated.message)
        )),
    }
}

/// Ids of the profiles of a foundation, by the names that the rule has for foundations.
fn profiles_of(foundation: &str, catalogue: &Catalogue) -> Vec<String> {
    let prefix = match foundation {
        "lf-ai" => "lf/ai-".to_owned(),
        "hyperledger" => "lf/hyperledger".to_owned(),
        other => format!("{other}/"),
    };
    let ids = catalogue.profiles().map(|profile| &profile.id);
    let mut ids: Vec<String> = ids.filter(|id| id.starts_with(&prefix)).cloned().collect();
    ids.sort();
    ids
}

fn is_stage(id: &str, stage: &str) -> bool {
    // One profile serves a foundation whose stages ask for the same.
    if id == "lf/hyperledger" {
        return true;
    }
    let name = id.rsplit(['/', '-']).next().unwrap_or(id);
    name == stage
        || match (name.get(..STEM), stage.get(..STEM)) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        }
}

/// As a comment can hold it: one line, what could steer a terminal escaped.
fn short(text: &str) -> String {
    let line = clean::line(text);
    match line.char_indices().nth(REASON) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::catalogue;
    use super::*;

    #[test]
    fn a_stage_finds_its_profile_and_no_other() {
        let catalogue = catalogue(None).unwrap();
        let find = |foundation: &str, stage: &str| {
            let own = profiles_of(foundation, &catalogue);
            own.into_iter().find(|id| is_stage(id, stage))
        };
        for (foundation, stage, profile) in [
            ("ccc", "incubation", "ccc/incubation"),
            ("ccc", "graduation", "ccc/graduation"),
            ("cncf", "sandbox", "cncf/sandbox"),
            ("cncf", "incubating", "cncf/incubating"),
            ("cncf", "graduated", "cncf/graduated"),
            ("openssf", "archived", "openssf/archived"),
            ("openinfra", "confirmed", "openinfra/confirmed"),
            ("lf-ai", "graduated", "lf/ai-graduation"),
            ("hyperledger", "incubating", "lf/hyperledger"),
        ] {
            assert_eq!(find(foundation, stage).as_deref(), Some(profile));
        }
        assert_eq!(find("ccc", "sandbox"), None);
        assert_eq!(find("lf-edge", "graduated"), None);
    }
}
