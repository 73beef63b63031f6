// SPDX-License-Identifier: Apache-2.0

//! What people have stated, as one table: attestations, waivers, other tools' exemptions, and how each stands
//! on the day of the run.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::plan::Plan;
use crate::report::{Form, Standing, Statement};
use crate::rules::{Attestation, Waiver};

use super::waive::Ledger;

/// Days before its last in which a statement is said to expire soon.
const SOON: i64 = 30;

/// All statements of a run, those that need attention first.
pub(super) fn all(plan: &Plan<'_>, ledger: &Ledger<'_>, today: Date) -> Vec<Statement> {
    let ran = |rule: &str| plan.asks.iter().any(|ask| ask.rule.id == rule);
    let cited = |id: &str| {
        let mut clauses = plan.asks.iter().flat_map(|ask| &ask.clauses);
        clauses.any(|clause| clause.id == id)
    };
    let waivers = plan.waivers.iter().zip(ledger.used());
    let waivers = waivers.map(|(waiver, used)| waiver_row(waiver, ran(&waiver.rule), used, today));
    let attestations = plan.attestations.iter().map(|a| {
        let rule = a.rule.as_deref().is_some_and(ran);
        let asked = rule || a.clause.as_deref().is_some_and(cited);
        attestation_row(a, asked, today)
    });
    let mut rows: Vec<Statement> = waivers.chain(attestations).collect();
    rows.sort();
    rows
}

/// Statements by date alone, where nothing is judged.
pub fn standing(waivers: &[Waiver], given: &[Attestation], today: Date) -> Vec<Statement> {
    let waivers = waivers.iter().map(|w| waiver_row(w, true, true, today));
    let given = given.iter().map(|a| attestation_row(a, true, today));
    let mut rows: Vec<Statement> = waivers.chain(given).collect();
    rows.sort();
    rows
}

fn attestation_row(a: &Attestation, asked: bool, today: Date) -> Statement {
    let standing = match () {
        () if a.date > today => Standing::Future,
        () if !asked && a.holds(today) => Standing::Unasked,
        () => lasting(Some(a.expires), today),
    };
    Statement {
        standing,
        form: Form::Attestation,
        rule: a.rule.clone(),
        clause: a.clause.clone(),
        only: None,
        text: a.statement.clone(),
        by: Some(a.by.clone()),
        date: Some(a.date.to_string()),
        link: a.link.clone(),
        expires: Some(a.expires.to_string()),
        source: a.source.clone(),
    }
}

fn waiver_row(waiver: &Waiver, ran: bool, used: bool, today: Date) -> Statement {
    let standing = match lasting(waiver.expires, today) {
        Standing::Expired => Standing::Expired,
        _ if !ran => Standing::Unasked,
        _ if !used => Standing::Unused,
        lasting => lasting,
    };
    let form = if waiver.foreign {
        Form::Exemption
    } else {
        Form::Waiver
    };
    Statement {
        standing,
        form,
        rule: Some(waiver.rule.clone()),
        clause: None,
        only: waiver.path.clone().or_else(|| waiver.fingerprint.clone()),
        text: waiver.reason.clone(),
        by: waiver.approver.clone(),
        date: None,
        link: waiver.approval.clone(),
        expires: waiver.expires.map(|day| day.to_string()),
        source: waiver.source.clone(),
    }
}

fn lasting(expires: Option<Date>, today: Date) -> Standing {
    let Some(last) = expires else {
        return Standing::Valid;
    };
    let soon = today.checked_add(SOON.days()).unwrap_or(today);
    match () {
        () if today > last => Standing::Expired,
        () if last <= soon => Standing::Expiring,
        () => Standing::Valid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiver(expires: Option<&str>) -> Waiver {
        Waiver {
            rule: "roadmap".into(),
            path: None,
            fingerprint: None,
            reason: "planned in the wiki".into(),
            approver: None,
            approval: None,
            expires: expires.map(|day| day.parse().unwrap()),
            foreign: false,
            source: ".provost.toml:1".into(),
        }
    }

    #[test]
    fn a_statement_is_named_by_what_it_needs_first() {
        let today = "2026-11-20".parse().unwrap();
        let of = |expires, ran, used| waiver_row(&waiver(expires), ran, used, today).standing;
        assert_eq!(of(None, true, true), Standing::Valid);
        assert_eq!(of(Some("2026-11-19"), false, false), Standing::Expired);
        assert_eq!(of(Some("2026-11-20"), true, true), Standing::Expiring);
        assert_eq!(of(Some("2027-11-20"), true, false), Standing::Unused);
        assert_eq!(of(Some("2027-11-20"), false, false), Standing::Unasked);
    }

    #[test]
    fn an_expired_statement_stands_before_a_valid_one() {
        let today = "2026-11-20".parse().unwrap();
        let given = [waiver(None), waiver(Some("2020-01-01"))];
        let rows = standing(&given, &[], today);
        assert_eq!(rows[0].standing, Standing::Expired);
    }
}
