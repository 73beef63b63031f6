// SPDX-License-Identifier: Apache-2.0

//! What stands between a project and a stage: met, to fix, to find out, to attest, for the committee.
//!
//! Read off a finished report and the catalogue; nothing is judged here. The order within a list is the shortest
//! path: what bars the way before what does not, files before history, one place before many.

use std::collections::BTreeSet;

use crate::report::{CheckResult, Kind, Level, Readiness, Report, Step};
use crate::rules::{ATTESTATION, Catalogue, Clause, Mode, Need, Profile};

/// How each profile of `report` that has clauses stands.
pub fn of(report: &Report, catalogue: &Catalogue) -> Vec<Readiness> {
    let profiles = report
        .profiles
        .iter()
        .filter_map(|id| catalogue.profile(id));
    profiles
        .filter_map(|profile| {
            let clauses = catalogue.clauses_for(profile);
            (!clauses.is_empty()).then(|| stage(report, catalogue, profile, &clauses))
        })
        .collect()
}

fn stage(
    report: &Report,
    catalogue: &Catalogue,
    profile: &Profile,
    clauses: &[&Clause],
) -> Readiness {
    let mut stage = Readiness {
        profile: profile.id.clone(),
        title: profile.title.clone(),
        ..Readiness::default()
    };
    let asked = |check: &&CheckResult| check.profiles.contains(&profile.id);
    let mut fixes = Vec::new();
    for check in report.checks.iter().filter(asked) {
        if check.rule == ATTESTATION {
            stated(&mut stage, check, clauses);
            continue;
        }
        match check.kind {
            Kind::Pass => stage.met.push(check.rule.clone()),
            // A failure that is waived in every place is accepted; it is neither met nor to fix.
            Kind::Fail if check.level == Level::None => stage.waived.push(check.rule.clone()),
            Kind::Fail => fixes.push((effort(check, catalogue), step(check, catalogue))),
            Kind::Review => stage.to_attest.push(step(check, catalogue)),
            Kind::Open => stage.to_find_out.push(step(check, catalogue)),
            Kind::NotApplicable => {}
        }
    }
    fixes.sort_by(|(a, x), (b, y)| {
        let path = (y.level, a).cmp(&(x.level, b));
        path.then_with(|| x.id.cmp(&y.id))
    });
    stage.to_fix = fixes.into_iter().map(|(_, step)| step).collect();
    stage.met.sort();
    stage
}

/// How far away a fix is: a file can be added today, history and services change slowly, and places add up.
fn effort(check: &CheckResult, catalogue: &Catalogue) -> (bool, usize) {
    let slow = catalogue.rule(&check.rule).is_some_and(|rule| {
        let needs = [Need::History, Need::Tags, Need::Remote];
        needs.iter().any(|need| rule.needs.contains(need))
    });
    let open = check.findings.iter().filter(|f| f.suppressed.is_none());
    (slow, open.count())
}

fn step(check: &CheckResult, catalogue: &Catalogue) -> Step {
    let rule = catalogue.rule(&check.rule);
    Step {
        id: check.rule.clone(),
        level: check.level,
        text: check.message.clone(),
        next: rule.map_or_else(String::new, |rule| first_sentence(&rule.fix)),
    }
}

/// Clauses that statements answer or a committee judges, in the order of the text.
fn stated(stage: &mut Readiness, check: &CheckResult, clauses: &[&Clause]) {
    let listed = |key: &str| -> BTreeSet<&str> {
        let ids = check.properties.get(key).and_then(|v| v.as_array());
        ids.into_iter()
            .flatten()
            .filter_map(|v| v.as_str())
            .collect()
    };
    let (attested, expired) = (listed("attested"), listed("expired"));
    for clause in clauses {
        let id = clause.id.as_str();
        let step = |next: String| Step {
            id: clause.id.clone(),
            level: Level::None,
            text: clause.text.clone(),
            next,
        };
        match clause.mode {
            Mode::Attest if attested.contains(id) => stage.met.push(clause.id.clone()),
            Mode::Attest if expired.contains(id) => {
                stage
                    .to_attest
                    .push(step(format!("Renew the attestation of {id}.")));
            }
            Mode::Attest => stage.to_attest.push(step(format!(
                "State it: `provost attest {id} --statement … --by … --link …`."
            ))),
            Mode::Human => stage
                .for_committee
                .push(step("The committee judges it.".to_owned())),
            Mode::Rules(_) | Mode::NotRepository => {}
        }
    }
}

fn first_sentence(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = flat.find(". ").map_or(flat.len(), |at| at + 1);
    flat[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::{Finding, Summary, Tool};

    fn catalogue() -> Catalogue {
        Catalogue::embedded(&|_| Ok(())).unwrap()
    }

    fn check(rule: &str, kind: Kind, level: Level, places: usize) -> CheckResult {
        CheckResult {
            rule: rule.into(),
            kind,
            level,
            before: None,
            message: format!("{rule} is so"),
            profiles: vec!["ccc/graduation".into()],
            clauses: Vec::new(),
            findings: vec![Finding::default(); places],
            evidence: Vec::new(),
            properties: BTreeMap::new(),
        }
    }

    fn report(checks: Vec<CheckResult>) -> Report {
        Report {
            schema: String::new(),
            tool: Tool {
                name: String::new(),
                version: String::new(),
            },
            subject: Default::default(),
            profiles: vec!["minimal".into(), "ccc/graduation".into()],
            checks,
            summary: Summary::default(),
            faults: Vec::new(),
            statements: Vec::new(),
            readiness: Vec::new(),
        }
    }

    #[test]
    fn what_bars_the_way_is_first_and_of_that_the_shortest_step() {
        let stages = of(
            &report(vec![
                check("adopters-file", Kind::Fail, Level::Warning, 1),
                check("dco-sign-off", Kind::Fail, Level::Error, 1),
                check("readme-status", Kind::Fail, Level::Error, 2),
                check("technical-charter", Kind::Fail, Level::Error, 1),
                check("license-file", Kind::Pass, Level::None, 0),
                check("growth-plan", Kind::Review, Level::None, 0),
                check("roadmap", Kind::Fail, Level::None, 1),
            ]),
            &catalogue(),
        );
        assert_eq!(stages.len(), 1, "minimal has no clauses");
        let ids: Vec<&str> = stages[0].to_fix.iter().map(|s| s.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "technical-charter",
                "readme-status",
                "dco-sign-off",
                "adopters-file"
            ]
        );
        assert_eq!(stages[0].met, ["license-file"]);
        assert_eq!(stages[0].blocking(), 3);
        assert_eq!(stages[0].to_attest.len(), 1);
    }

    #[test]
    fn clauses_go_where_their_mode_says() {
        let mut answer = check(ATTESTATION, Kind::Review, Level::None, 0);
        let done = serde_json::json!(["ccc-tac-sponsor"]);
        answer.properties.insert("attested".into(), done);
        let stage = of(&report(vec![answer]), &catalogue()).remove(0);
        assert_eq!(stage.met, ["ccc-tac-sponsor"]);
        let has = |steps: &[Step], id: &str| steps.iter().any(|s| s.id == id);
        assert!(has(&stage.to_attest, "ccc-tac-presentation"));
        assert!(has(&stage.for_committee, "ccc-graduation-vote"));
        assert!(!has(&stage.to_attest, "ccc-tac-sponsor"));
    }
}
