//! Counters, gauges and histograms; the crate's docs list them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use metrics::{counter, gauge, histogram};
use registry::{Client, Repository};
use tagwright_registry as registry;

use crate::error::Error;
use crate::plan::OutcomeKind;
use crate::report::{Applied, Report};
use crate::state::Tally;

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

/// A run ended that had tags to go on with.
pub(crate) fn ran(automation: &str, result: &Result<Report, Error>, took: Duration) {
    histogram!("tagwright_run_duration_seconds", "automation" => automation.to_owned())
        .record(took);
    match result {
        Ok(report) => succeeded(automation, report),
        Err(_) => failed(automation),
    }
}

/// A run failed.
pub(crate) fn failed(automation: &str) {
    run(automation, "error");
}

/// An attempt came too late.
pub(crate) fn stale(automation: &str) {
    counter!("tagwright_stale_total", "automation" => automation.to_owned()).increment(1);
}

fn succeeded(automation: &str, report: &Report) {
    let name = || automation.to_owned();
    let edits = report.plan.edits.len() as u64;
    match &report.applied {
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
    let outcomes = report.plan.outcomes.iter();
    let withheld = outcomes.filter(|one| one.kind == OutcomeKind::Withheld);
    gauge!("tagwright_withheld", "automation" => name()).set(float(withheld.count() as u64));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    gauge!("tagwright_last_success_timestamp_seconds", "automation" => name())
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
