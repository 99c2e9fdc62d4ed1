//! Counters, gauges and histograms; the crate's docs list them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use registry::{Client, Repository};
use tagwright_registry as registry;

use crate::error::Error;
use crate::plan::{Outcome, OutcomeKind, Plan};
use crate::report::{Applied, Report};
use crate::state::Tally;

/// Tells the recorder of this thread or process what the [metrics](crate#metrics) are, as `# HELP` of Prometheus shows it. A
/// program calls it once, when its recorder is installed.
pub fn describe_metrics() {
    describe_gauge!(
        "tagwright_last_success_timestamp_seconds",
        "when a run last ended without an error, in seconds since 1970: the age is now less this"
    );
    describe_counter!(
        "tagwright_runs_total",
        "runs, and applies of plans; of Branches each branch"
    );
    describe_histogram!(
        "tagwright_run_duration_seconds",
        "from the tags to the push; the listing is not in it"
    );
    describe_counter!(
        "tagwright_edits_total",
        "values that were changed and pushed or written"
    );
    describe_gauge!("tagwright_withheld", "markers that the last run withheld");
    describe_counter!("tagwright_pushes_total", "commits pushed");
    describe_counter!(
        "tagwright_stale_total",
        "attempts that came too late and were made again"
    );
    describe_counter!("tagwright_scans_total", "listings");
    describe_histogram!(
        "tagwright_scan_duration_seconds",
        "a listing with the digests and dates that policies want"
    );
    describe_gauge!("tagwright_tags", "names in the last whole list");
    describe_counter!(
        "tagwright_registry_requests_total",
        "requests of the scans to registries and token servers"
    );
    describe_counter!(
        "tagwright_registry_rate_limited_total",
        "answers 429 among them"
    );
    describe_counter!(
        "tagwright_registry_retries_total",
        "requests that were repeated"
    );
}

/// A listing that is under way.
pub(crate) struct Scan {
    image: String,
    client: Client,
    begun: Instant,
}

impl Scan {
    pub(crate) fn begin(image: &Repository, client: &Client) -> Self {
        Self {
            image: image.to_string(),
            client: client.clone(),
            begun: Instant::now(),
        }
    }

    /// It ended, with no tally where the image could not be listed.
    pub(crate) fn end(self, tally: Option<&Tally>) {
        let Self { image, client, .. } = self;
        let outcome = if tally.is_some() { "ok" } else { "error" };
        counter!("tagwright_scans_total", "image" => image.clone(), "outcome" => outcome)
            .increment(1);
        histogram!("tagwright_scan_duration_seconds", "image" => image.clone())
            .record(self.begun.elapsed());
        if let Some(tally) = tally {
            gauge!("tagwright_tags", "image" => image).set(float(tally.tags()));
        }
        let usage = client.take_usage();
        counter!("tagwright_registry_requests_total").increment(usage.requests);
        counter!("tagwright_registry_rate_limited_total").increment(usage.too_many);
        counter!("tagwright_registry_retries_total").increment(usage.retries);
    }
}

/// An image was not listed, as its Secret is not at hand.
pub(crate) fn refused(image: String) {
    counter!("tagwright_scans_total", "image" => image, "outcome" => "error").increment(1);
}

/// A run ended that had tags to go on with.
pub(crate) fn ran(automation: &str, result: &Result<Report, Error>, took: Duration) {
    timed(automation, took);
    match result {
        Ok(report) => {
            did(automation, &report.plan, &report.applied);
            withheld(automation, withheld_by(&report.plan));
            succeeded(automation);
        }
        Err(_) => failed(automation),
    }
}

/// A run on several branches ended, each of which is counted.
pub(crate) fn ran_each(automation: &str, results: &[Result<Report, Error>], took: Duration) {
    timed(automation, took);
    for result in results {
        match result {
            Ok(report) => did(automation, &report.plan, &report.applied),
            Err(_) => failed(automation),
        }
    }
    let plans = results.iter().flatten().map(|report| &report.plan);
    withheld(automation, plans.map(withheld_by).sum());
    if results.iter().all(Result::is_ok) {
        succeeded(automation);
    }
}

/// A plan was applied, or was not.
pub(crate) fn applied(
    automation: &str,
    plan: &Plan,
    result: &Result<Applied, Error>,
    took: Duration,
) {
    timed(automation, took);
    match result {
        Ok(Applied::Stale(_)) => {
            run(automation, "stale");
            stale(automation);
        }
        Ok(applied) => {
            did(automation, plan, applied);
            withheld(automation, withheld_by(plan));
            succeeded(automation);
        }
        Err(_) => failed(automation),
    }
}

fn timed(automation: &str, took: Duration) {
    histogram!("tagwright_run_duration_seconds", "automation" => automation.to_owned())
        .record(took);
}

/// A run failed.
pub(crate) fn failed(automation: &str) {
    run(automation, "error");
}

/// An attempt came too late.
pub(crate) fn stale(automation: &str) {
    counter!("tagwright_stale_total", "automation" => automation.to_owned()).increment(1);
}

fn did(automation: &str, plan: &Plan, applied: &Applied) {
    let name = || automation.to_owned();
    let edits = plan.edits.len() as u64;
    match applied {
        Applied::Pushed(_) => {
            run(automation, "pushed");
            counter!("tagwright_pushes_total", "automation" => name()).increment(1);
            counter!("tagwright_edits_total", "automation" => name()).increment(edits);
        }
        Applied::Written(_) => {
            run(automation, "written");
            counter!("tagwright_edits_total", "automation" => name()).increment(edits);
        }
        _ => run(automation, "nothing-to-do"),
    }
}

/// The markers that a plan withholds, of the policies that it has a selection of: that of one branch of several has those of
/// the others too.
fn withheld_by(plan: &Plan) -> u64 {
    let is_own = |name: &str| plan.selections.iter().any(|one| one.policy == name);
    let is_withheld = |outcome: &&Outcome| {
        let setter = outcome.setter.as_deref().unwrap_or_default();
        let policy = setter.rsplit_once(':').map_or("", |(policy, _)| policy);
        outcome.kind == OutcomeKind::Withheld && (is_own(setter) || is_own(policy))
    };
    plan.outcomes.iter().filter(is_withheld).count() as u64
}

fn withheld(automation: &str, markers: u64) {
    gauge!("tagwright_withheld", "automation" => automation.to_owned()).set(float(markers));
}

fn succeeded(automation: &str) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    gauge!("tagwright_last_success_timestamp_seconds", "automation" => automation.to_owned())
        .set(now.unwrap_or_default());
}

fn run(automation: &str, outcome: &'static str) {
    counter!("tagwright_runs_total", "automation" => automation.to_owned(), "outcome" => outcome)
        .increment(1);
}

/// No count is as large that it would not be exact.
#[expect(clippy::cast_precision_loss)]
fn float(count: u64) -> f64 {
    count as f64
}
