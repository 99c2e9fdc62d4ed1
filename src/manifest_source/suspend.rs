//! Suspending for good: in the manifest.

use super::{Kind, ManifestSource};
use crate::automation::invalid;
use crate::error::Error;
use crate::report::Applied;

impl ManifestSource {
    /// Writes `spec.suspend` into the manifest of an automation, by its name with namespace and scope, and commits and
    /// pushes that to the branch that the manifests are read from; of the file not one other byte is changed. Who commits is
    /// the author of the automation's own commits, without its signature. [`Applied::NothingToDo`] where it is so already.
    ///
    /// Suspended is `suspend: true`, resumed is the same line taken out again, or `false` where the field is written
    /// otherwise: see [`ImageUpdateAutomation::with_suspend`](crate::manifests::flux::ImageUpdateAutomation::with_suspend).
    ///
    /// # Errors
    ///
    /// Of kind [`Configuration`](crate::ErrorKind::Configuration): manifests that are not Flux's, or of no branch of a
    /// repository; no automation of that name, or two; a field that cannot be written without a change of more.
    /// [`Rejected`](crate::ErrorKind::Rejected) as the server refuses, and [`Repository`](crate::ErrorKind::Repository)
    /// where it is not reached, or others push first ten times.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn set_suspended(&self, automation: &str, suspended: bool) -> Result<Applied, Error> {
        match self.kind {
            Kind::Flux => self.source.suspend(automation, suspended).await,
            Kind::Fleet | Kind::Config => Err(invalid(
                "only Flux's ImageUpdateAutomations have spec.suspend; give Flux's manifests",
            )),
        }
    }
}
