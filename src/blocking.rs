//! The same for programs that are not async.
//!
//! ```no_run
//! # fn example(objects: tagwright::manifests::flux::Objects) -> Result<(), tagwright::Error> {
//! use tagwright::{Loader, blocking};
//!
//! let loaded = blocking::Loader::new(Loader::new())?.flux(&objects)?;
//! for automation in loaded.automations() {
//!     let automation = blocking::Automation::new(automation.build()?)?;
//!     println!("{}", automation.run()?);
//! }
//! # Ok(())
//! # }
//! ```

use std::sync::mpsc;

use tagwright_manifests::{config, fleet, flux};
use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, ErrorKind};
use crate::{Applied, Loaded, Plan, Report};

/// An automation with a runtime thread of its own, for its whole life.
///
/// Its calls block the calling thread, and may be made inside a tokio program too.
#[derive(Debug)]
pub struct Automation {
    automation: crate::Automation,
    thread: Thread,
}

impl Automation {
    /// Starts the runtime thread.
    pub fn new(automation: crate::Automation) -> Result<Self, Error> {
        let thread = Thread::start()?;
        Ok(Self { automation, thread })
    }

    /// Blocks on [`Automation::plan`](crate::Automation::plan).
    pub fn plan(&self) -> Result<Plan, Error> {
        let automation = self.automation.clone();
        self.thread.wait(async move { automation.plan().await })?
    }

    /// Blocks on [`Automation::apply`](crate::Automation::apply).
    pub fn apply(&self, plan: &Plan) -> Result<Applied, Error> {
        let (automation, plan) = (self.automation.clone(), plan.clone());
        self.thread
            .wait(async move { automation.apply(&plan).await })?
    }

    /// Blocks on [`Automation::run`](crate::Automation::run).
    pub fn run(&self) -> Result<Report, Error> {
        let automation = self.automation.clone();
        self.thread.wait(async move { automation.run().await })?
    }
}

/// A loader with a runtime thread of its own, for its whole life. What it loads does not need it any more.
#[derive(Debug)]
pub struct Loader {
    loader: crate::Loader,
    thread: Thread,
}

impl Loader {
    /// Starts the runtime thread.
    pub fn new(loader: crate::Loader) -> Result<Self, Error> {
        let thread = Thread::start()?;
        Ok(Self { loader, thread })
    }

    /// Blocks on [`Loader::flux`](crate::Loader::flux).
    pub fn flux(&self, objects: &flux::Objects) -> Result<Loaded, Error> {
        let (loader, objects) = (self.loader.clone(), objects.clone());
        self.thread.wait(async move { loader.flux(&objects).await })
    }

    /// Blocks on [`Loader::fleet`](crate::Loader::fleet).
    pub fn fleet(&self, objects: &fleet::Objects) -> Result<Loaded, Error> {
        let (loader, objects) = (self.loader.clone(), objects.clone());
        self.thread
            .wait(async move { loader.fleet(&objects).await })
    }

    /// Blocks on [`Loader::config`](crate::Loader::config).
    pub fn config(&self, config: &config::Config) -> Result<Loaded, Error> {
        let (loader, config) = (self.loader.clone(), config.clone());
        self.thread
            .wait(async move { loader.config(&config).await })
    }
}

/// A runtime and its thread.
#[derive(Debug)]
struct Thread {
    /// Taken by `drop` only.
    runtime: Option<Runtime>,
}

impl Thread {
    fn start() -> Result<Self, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("tagwright")
            .enable_all()
            .build()
            .map_err(|error| {
                Error::new(
                    ErrorKind::Cancelled,
                    format!("the runtime thread did not start: {error}"),
                )
            })?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }

    fn wait<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Error> {
        let gone = || Error::new(ErrorKind::Cancelled, "the runtime thread is gone");
        let runtime = self.runtime.as_ref().ok_or_else(gone)?;
        let (answer, answers) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // The receiver waits below for as long as this runs.
            let _ = answer.send(future.await);
        });
        answers.recv().map_err(|_| gone())
    }
}

impl Drop for Thread {
    /// A runtime must not be dropped inside an async program, and nothing runs on this one any more.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
