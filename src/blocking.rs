//! The same for programs that are not async.
//!
//! ```no_run
//! # fn example(automation: tagwright::Automation) -> Result<(), tagwright::Error> {
//! let automation = tagwright::blocking::Automation::new(automation)?;
//! println!("{}", automation.run()?);
//! # Ok(())
//! # }
//! ```

use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, ErrorKind};
use crate::{Applied, Plan, Report};

/// An automation with a runtime thread of its own, for its whole life.
///
/// Its calls block the calling thread, and may be made inside a tokio program too.
#[derive(Debug)]
pub struct Automation {
    automation: crate::Automation,
    /// Taken by `drop` only.
    runtime: Option<Runtime>,
}

impl Automation {
    /// Starts the runtime thread.
    pub fn new(automation: crate::Automation) -> Result<Self, Error> {
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
            automation,
            runtime: Some(runtime),
        })
    }

    /// Blocks on [`Automation::plan`](crate::Automation::plan).
    pub fn plan(&self) -> Result<Plan, Error> {
        let automation = self.automation.clone();
        self.wait(async move { automation.plan().await })
    }

    /// Blocks on [`Automation::apply`](crate::Automation::apply).
    pub fn apply(&self, plan: &Plan) -> Result<Applied, Error> {
        let (automation, plan) = (self.automation.clone(), plan.clone());
        self.wait(async move { automation.apply(&plan).await })
    }

    /// Blocks on [`Automation::run`](crate::Automation::run).
    pub fn run(&self) -> Result<Report, Error> {
        let automation = self.automation.clone();
        self.wait(async move { automation.run().await })
    }

    fn wait<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let gone = || Error::new(ErrorKind::Cancelled, "the runtime thread is gone");
        let runtime = self.runtime.as_ref().ok_or_else(gone)?;
        let (answer, answers) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // The receiver waits below for as long as this runs.
            let _ = answer.send(future.await);
        });
        answers.recv().map_err(|_| gone())?
    }
}

impl Drop for Automation {
    /// A runtime must not be dropped inside an async program, and nothing runs on this one any more.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
