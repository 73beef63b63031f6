// SPDX-License-Identifier: Apache-2.0

//! A plan run on a subject: every check once, in parallel, each fenced off from the others.
//!
//! A check that errs or panics is a fault, and the others go on. What is done so far is kept in
//! [`Progress`], so that a run cut short by its deadline can still report it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::checks::{self, Answer, Context, Draft, Patience, Shared};
use crate::plan::Plan;
use crate::report::{
    CheckResult, Evidence, Fault, Finding, Kind, Level, Report, SCHEMA, Statement, SubjectInfo,
    Summary, Tool,
};
use crate::rules::Ask;

mod anchor;
pub mod baseline;
mod statements;
mod waive;

use anchor::Anchors;
pub(crate) use anchor::home;
pub use statements::standing;

/// Stack of each thread that judges rules, in bytes; documents nest.
pub(crate) const STACK: usize = 16 << 20;

/// What a run has come to so far.
#[derive(Default)]
pub struct Progress {
    inner: Mutex<Partial>,
}

#[derive(Clone, Default)]
struct Partial {
    subject: SubjectInfo,
    profiles: Vec<String>,
    checks: Vec<CheckResult>,
    faults: Vec<Fault>,
    statements: Vec<Statement>,
    remarks: Vec<String>,
    asked: usize,
}

impl Progress {
    fn lock(&self) -> MutexGuard<'_, Partial> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is being inspected, and how many rules will run.
    pub fn begin(&self, subject: SubjectInfo, plan: &Plan<'_>) {
        let mut partial = self.lock();
        partial.subject = subject;
        partial.profiles.clone_from(&plan.profiles);
        partial.asked = plan.asks.len();
    }

    /// Adds a notice to what is said of the subject.
    pub fn notice(&self, words: String) {
        let notices = &mut self.lock().subject.notices;
        notices.push(words);
        notices.sort();
    }

    /// Records that something broke.
    pub fn fault(&self, place: impl Into<String>, message: impl Into<String>) {
        self.lock().faults.push(Fault {
            r#where: place.into(),
            message: message.into(),
        });
    }

    /// Changes the results that are there, after the scan.
    pub fn amend(&self, change: impl FnOnce(&mut Vec<CheckResult>)) {
        change(&mut self.lock().checks);
    }

    /// Keeps what the user should hear and the report does not hold.
    pub fn remark(&self, message: impl Into<String>) {
        self.lock().remarks.push(message.into());
    }

    /// What the user should hear.
    pub fn remarks(&self) -> Vec<String> {
        self.lock().remarks.clone()
    }

    /// Rules done and rules asked for.
    pub fn count(&self) -> (usize, usize) {
        let partial = self.lock();
        (partial.checks.len(), partial.asked)
    }

    /// The report of what is done: sorted, counted.
    pub fn report(&self) -> Report {
        let mut partial = self.lock().clone();
        partial
            .checks
            .sort_by(|a, b| (&a.rule, &a.profiles).cmp(&(&b.rule, &b.profiles)));
        partial.faults.sort();
        partial.faults.dedup();
        let mut summary = Summary::of(&partial.checks);
        if partial.subject.base.is_some() {
            summary.baseline.get_or_insert_default();
        }
        Report {
            schema: SCHEMA.to_owned(),
            tool: Tool::this(),
            subject: partial.subject,
            profiles: partial.profiles,
            summary,
            checks: partial.checks,
            faults: partial.faults,
            statements: partial.statements,
            readiness: Vec::new(),
        }
    }
}

/// Runs every rule of `plan` and applies its waivers.
pub fn run(plan: &Plan<'_>, shared: &Shared<'_>, progress: &Progress) {
    let ledger = waive::Ledger::new(&plan.waivers, shared.today());
    let anchors = Anchors::new(shared.subject.tree.as_ref());
    let run_one = |ask: &Ask<'_>, patience: Patience| {
        let context = Context {
            rule: ask.rule,
            clauses: &ask.clauses,
            shared,
            patience,
        };
        let answer = judge(&context, ask);
        if context.patience.missed() {
            return false;
        }
        match answer {
            Ok(answer) => {
                let mut result = settle(ask, answer);
                ledger.apply(&mut result);
                anchors.apply(&mut result);
                progress.lock().checks.push(result);
            }
            Err(message) => progress.fault(&ask.rule.id, message),
        }
        true
    };
    thread::scope(|scope| {
        // Services are asked beside the scan; a rule that wants a reply before it has come is run again after it.
        for job in checks::remote::requests(shared, &plan.asks) {
            let _ = thread::Builder::new().spawn_scoped(scope, job);
        }
        let later: Mutex<Vec<&Ask<'_>>> = Mutex::default();
        each(&plan.asks, |ask| {
            if !run_one(ask, Patience::none()) {
                later
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(ask);
            }
        });
        let later = later.into_inner().unwrap_or_else(PoisonError::into_inner);
        each(&later, |ask| {
            run_one(ask, Patience::default());
        });
    });
    let mut rest: Vec<CheckResult> = plan.off.iter().map(|ask| switched_off(ask, plan)).collect();
    // Of a rule that was judged in part, it cannot be told which waivers are of use.
    let whole = |ask: &&Ask<'_>| !shared.is_partial() || !checks::judges_files(&ask.rule.check);
    let ran = plan
        .asks
        .iter()
        .filter(whole)
        .map(|ask| ask.rule.id.as_str());
    let ran: Vec<&str> = ran.collect();
    let verdict = ledger.verdict(&ran);
    let stated = statements::all(plan, &ledger, shared.today());
    let mut partial = progress.lock();
    partial.statements = stated;
    if verdict.is_some() {
        partial.checks.retain(|check| check.rule != waive::RULE);
    }
    rest.extend(verdict);
    for result in &mut rest {
        anchors.apply(result);
    }
    partial.checks.extend(rest);
    partial.subject.notices.extend(shared.cut_short());
    partial.subject.notices.sort();
}

/// Calls `work` for every item, on as many threads as rayon has.
///
/// Not as a parallel iterator: rules wait for facts that others collect in parallel, and a pool's thread that
/// waits takes up further work meanwhile, which may be a rule that waits for the very fact it is collecting.
fn each<'t, T: Sync>(items: &'t [T], work: impl Fn(&'t T) + Sync) {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item);
        }
    };
    thread::scope(|scope| {
        for _ in 1..rayon::current_num_threads().min(items.len()) {
            let spawned = thread::Builder::new()
                .name("rules".into())
                .stack_size(STACK)
                .spawn_scoped(scope, worker);
            if spawned.is_err() {
                break;
            }
        }
        worker();
    });
}

fn judge(context: &Context<'_>, ask: &Ask<'_>) -> Result<Answer, String> {
    let Some(check) = checks::find(&ask.rule.check) else {
        return Err(format!("there is no check `{}`", ask.rule.check));
    };
    if context.change.is_some() && checks::is_about_the_past(&ask.rule.check) {
        let why = "figures of the past, which a single change does not alter; a run without --base judges them";
        return Ok(Answer::not_applicable(why));
    }
    // A dependency that panics on hostile input must not end the scan (docs/security.md).
    match catch_unwind(AssertUnwindSafe(|| {
        checks::decide(check, context, &ask.with)
    })) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(_) => Err("the check panicked; the other rules were judged; please report this".into()),
    }
}

/// An answer as it stands in the report: level, clauses, fingerprints, order.
fn settle(ask: &Ask<'_>, answer: Answer) -> CheckResult {
    let (kind, message, drafts, evidence, properties) = answer.into_parts();
    let mut findings: Vec<Finding> = drafts
        .into_iter()
        .map(|d| finding(&ask.rule.id, d))
        .collect();
    findings.sort_by(|a, b| {
        (&a.path, a.line, &a.commit, &a.message).cmp(&(&b.path, b.line, &b.commit, &b.message))
    });
    tell_twins_apart(&mut findings);
    CheckResult {
        rule: ask.rule.id.clone(),
        kind,
        level: if kind == Kind::Fail {
            ask.level
        } else {
            Level::None
        },
        before: None,
        message,
        profiles: ask.profiles.clone(),
        clauses: ask
            .clauses
            .iter()
            .map(|clause| clause.reference())
            .collect(),
        findings,
        evidence,
        properties,
    }
}

fn finding(rule: &str, draft: Draft) -> Finding {
    let path = draft.path.as_deref().unwrap_or_default();
    let fingerprint = fingerprint(&[
        rule,
        path,
        &draft.key,
        draft.commit.as_deref().unwrap_or_default(),
    ]);
    Finding {
        message: draft.message,
        path: draft.path,
        anchor: None,
        line_hash: None,
        line: draft.line,
        commit: draft.commit,
        fingerprint,
        baseline: None,
        suppressed: None,
        license: draft.license,
        problem: draft.problem,
        remedy: None,
    }
}

/// Sixteen hexadecimal digits over `parts`; no line number is among them, so it survives edits above.
fn fingerprint(parts: &[&str]) -> String {
    let bytes = parts.join("\0");
    match git2::Oid::hash_object(git2::ObjectType::Blob, bytes.as_bytes()) {
        Ok(id) => id.to_string()[..16].to_owned(),
        Err(_) => "0".repeat(16),
    }
}

fn tell_twins_apart(findings: &mut [Finding]) {
    let mut seen = std::collections::HashMap::<String, usize>::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            finding.fingerprint = fingerprint(&[&finding.fingerprint, &count.to_string()]);
        }
    }
}

fn switched_off(ask: &Ask<'_>, plan: &Plan<'_>) -> CheckResult {
    let file = plan.source.as_deref().unwrap_or("the configuration");
    let why = format!("switched off: {file} sets its level to none");
    let answer = Answer::not_applicable(why).evidence(Evidence::file(file));
    settle(ask, answer)
}
