//! Collecting what a scheduler keeps running.

use std::sync::Arc;
use std::time::Duration;

use super::handle::Scheduler;
use super::source::AutomationSource;
use super::timetable::{LEAST, MOST};
use crate::automation::AutomationBuilder;
use crate::error::Error;
use crate::state::{Shelf, StateStore};

/// Collects what a [`Scheduler`] needs; [`start`](Self::start) begins.
#[derive(Clone)]
pub struct SchedulerBuilder {
    pub(super) automations: Vec<AutomationBuilder>,
    pub(super) source: Option<Arc<dyn AutomationSource>>,
    pub(super) source_interval: Duration,
    pub(super) scan_interval: Duration,
    pub(super) run_interval: Duration,
    pub(super) minimum_interval: Duration,
    pub(super) patience: Duration,
    pub(super) jitter: f64,
    pub(super) scans: usize,
    pub(super) runs: usize,
    pub(super) state: Shelf,
}

impl Default for SchedulerBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl SchedulerBuilder {
    /// The same as [`Scheduler::builder`].
    pub fn new() -> Self {
        Self {
            automations: Vec::new(),
            source: None,
            source_interval: Duration::from_secs(60),
            scan_interval: Duration::from_secs(15 * 60),
            run_interval: Duration::from_secs(15 * 60),
            minimum_interval: LEAST,
            patience: Duration::from_secs(60),
            jitter: 0.05,
            scans: 16,
            runs: 8,
            state: Shelf::default(),
        }
    }

    /// An automation to keep running.
    pub fn add(&mut self, automation: &AutomationBuilder) -> &mut Self {
        self.automations.push(automation.clone());
        self
    }

    /// Where automations come from, instead of those that are [added](Self::add).
    pub fn source(&mut self, source: impl AutomationSource + 'static) -> &mut Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// How often the source is asked whether it has changed; a minute when nothing is said.
    pub fn source_interval(&mut self, interval: Duration) -> &mut Self {
        self.source_interval = interval;
        self
    }

    /// How often images are listed that say no interval of their own; 15 minutes when nothing is said.
    pub fn scan_interval(&mut self, interval: Duration) -> &mut Self {
        self.scan_interval = interval;
        self
    }

    /// How often automations run that say no interval of their own, besides when a policy chose anew; 15 minutes when
    /// nothing is said.
    pub fn run_interval(&mut self, interval: Duration) -> &mut Self {
        self.run_interval = interval;
        self
    }

    /// The shortest interval that an image or an automation may say, for the operator of a shared service: a second when
    /// nothing is said, and never less. A shorter one is taken as this one.
    pub fn minimum_interval(&mut self, interval: Duration) -> &mut Self {
        self.minimum_interval = interval.clamp(LEAST, MOST);
        self
    }

    /// How long to wait for the [source](Self::source), and for a [state](Self::state) at the beginning and after each
    /// listing; a minute when nothing is said. What does not answer is told and asked again later, and nothing else waits
    /// for it.
    pub fn patience(&mut self, patience: Duration) -> &mut Self {
        self.patience = patience;
        self
    }

    /// By which part of it each interval may be shorter or longer, so that what began together does not stay together:
    /// 0.05 when nothing is said, from 0 to 1.
    pub fn jitter(&mut self, part: f64) -> &mut Self {
        self.jitter = part;
        self
    }

    /// How many images are listed and how many automations run at a time, at the most; 16 and 8 when nothing is said.
    pub fn concurrency(&mut self, scans: usize, runs: usize) -> &mut Self {
        self.scans = scans.max(1);
        self.runs = runs.max(1);
        self
    }

    /// Where automations without a store of their own keep what was seen. A scheduler that begins again then goes on with
    /// the intervals where the last one was.
    pub fn state(&mut self, store: Arc<dyn StateStore>) -> &mut Self {
        self.state = Shelf::new(store);
        self
    }

    /// Begins. It goes on until it is [stopped](Scheduler::stop) or dropped.
    ///
    /// # Errors
    ///
    /// A [jitter](Self::jitter) that is not from 0 to 1; the first automation that cannot be built, as by
    /// [`AutomationBuilder::build`]; and two of one name. What a source
    /// has is no error: it is told by [`Status::load_error`](crate::Status::load_error).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn start(&self) -> Result<Scheduler, Error> {
        Scheduler::start(self).await
    }

    /// No image and no automation is more often than that, and no clock overflows.
    pub(super) fn bounded(&self, interval: Duration) -> Duration {
        interval.clamp(self.minimum_interval, MOST)
    }
}
