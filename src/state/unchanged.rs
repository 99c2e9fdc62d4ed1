//! Seeing that there is nothing to do without fetching anything.

use gitwrite::{Control, Ref};
use tagwright_gitwrite as gitwrite;
use tagwright_policy::guard::Objection;

use super::fingerprint::{self, PROGRAM};
use super::past::Past;
use super::record::{RunRecord, Tip};
use super::tally::Tally;
use crate::automation::Spec;
use crate::error::Error;
use crate::place::{Branch, Place};
use crate::plan::{Outcome, OutcomeKind, Plan};
use crate::report::{Applied, Report};
use crate::scan::Scan;

/// Markers to look at that are kept with a run. One with more is not kept.
const NOTABLE: usize = 1000;

/// The report of a run that has nothing to do, as the last one left nothing and the refs are where they were. A question
/// for each ref, one where the branch is pushed that is read.
pub(crate) fn report(
    spec: &Spec,
    branch: &Branch,
    scan: &Scan,
    past: &Past,
    control: &Control,
) -> Result<Option<Report>, Error> {
    let Some(run) = past.same_run(spec, scan) else {
        return Ok(None);
    };
    if !stands(branch, run, control)? {
        return Ok(None);
    }
    tracing::info!("nothing has changed since the last run");
    let mut plan = Plan::new(spec.full_name(), branch.target(), run.base.clone());
    plan.selections.clone_from(&scan.selections);
    plan.outcomes.clone_from(&run.outcomes);
    plan.problems.clone_from(&scan.problems);
    plan.problems.extend(run.problems.iter().cloned());
    Ok(Some(Report {
        plan,
        applied: Applied::NothingToDo,
        attempts: 0,
    }))
}

fn stands(place: &Branch, run: &RunRecord, control: &Control) -> Result<bool, Error> {
    let remote = place.remote.current();
    let checkout = place.checkout.resolve(&remote, control)?;
    let is_at = |reference: &Ref, commit: &str| match remote.tip(reference, control) {
        Ok(found) => Ok(found.is_some_and(|id| id.to_string() == commit)),
        Err(error) => Err(Error::repository(error)),
    };
    if !is_at(&checkout, &run.base)? {
        return Ok(false);
    }
    match &run.pushed {
        None => Ok(true),
        Some(tip) => match Ref::branch(&tip.branch) {
            Ok(branch) => is_at(&branch, &tip.commit),
            Err(_) => Ok(false),
        },
    }
}

/// What to know of a run that is done, for the next one; nothing where that one could have something to do.
pub(super) fn record(spec: &Spec, scan: &Scan, report: &Report) -> Option<RunRecord> {
    let Place::Branch(branch) = &spec.place else {
        return None;
    };
    let plan = &report.plan;
    let done =
        |outcome: &&Outcome| !matches!(outcome.kind, OutcomeKind::Updated | OutcomeKind::Unchanged);
    let outcomes: Vec<Outcome> = plan.outcomes.iter().filter(done).cloned().collect();
    let waits = outcomes.iter().any(|outcome| may_pass(spec, scan, outcome));
    if plan.is_partial() || waits || outcomes.len() > NOTABLE {
        return None;
    }
    let (base, pushed) = tips(branch, report)?;
    Some(RunRecord {
        program: PROGRAM.to_owned(),
        spec: fingerprint::of_spec(spec),
        values: fingerprint::of_values(&scan.selections),
        base,
        pushed,
        outcomes,
        problems: plan
            .problems
            .iter()
            .skip(scan.problems.len())
            .cloned()
            .collect(),
    })
}

/// Whether a marker is withheld for a reason that may pass although the automation and the choices stay as they are.
fn may_pass(spec: &Spec, scan: &Scan, outcome: &Outcome) -> bool {
    let policy = outcome
        .setter
        .as_deref()
        .and_then(|setter| scan.choices.policy_of(setter));
    outcome.kind == OutcomeKind::Withheld && policy.is_none_or(|policy| waits(spec, scan, policy))
}

/// The same of a policy, by the first of its guards that objects to whatever stands in the files.
fn waits(spec: &Spec, scan: &Scan, policy: &str) -> bool {
    if spec.withheld.contains_key(policy) {
        return false;
    }
    let Some(choice) = scan.choices.chosen(policy) else {
        return true;
    };
    let Some(watched) = scan.particular.get(policy) else {
        return false;
    };
    let (guards, tag) = (&watched.guards, choice.tag());
    // A longer list is none of the choices.
    let now = scan.tallies.get(policy).map(Tally::tags);
    if let (Some(shrink), Some(now)) = (&guards.shrink, now) {
        match scan.past.tags_before(policy) {
            Ok(before) if before.is_none_or(|before| shrink.check(before, now).is_ok()) => {}
            Ok(_) | Err(_) => return true,
        }
    }
    if guards.skip.check(tag).is_err() {
        return false;
    }
    match guards.hold.as_ref().map(|hold| hold.check(tag, scan.now)) {
        Some(Err(Objection::Held { until: None, .. })) => false,
        Some(Err(_)) => true,
        // Dates come with time, and may fail to.
        None | Some(Ok(())) => guards.minimum_age.is_some() || watched.policy.orders_by_date(),
    }
}

/// On which commit there is nothing to do, and what was made of it for another branch.
fn tips(place: &Branch, report: &Report) -> Option<(String, Option<Tip>)> {
    match &report.applied {
        // A ref that was refused is tried again.
        Applied::Pushed(pushed) if !pushed.refused.is_empty() => None,
        Applied::Pushed(pushed) if place.checkout.branch() == Some(&pushed.branch) => {
            Some((pushed.commit.clone(), None))
        }
        Applied::Pushed(pushed) => {
            let tip = Tip {
                branch: pushed.branch.clone(),
                commit: pushed.commit.clone(),
            };
            Some((report.plan.base.clone(), Some(tip)))
        }
        Applied::NothingToDo if report.plan.is_empty() => Some((report.plan.base.clone(), None)),
        // The branch has it already, in a commit that is not known here.
        Applied::NothingToDo | Applied::Written(_) | Applied::Stale(_) => None,
    }
}
