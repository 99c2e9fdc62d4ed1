//! Where a scheduler's automations come from when they may change.

use std::future::Future;
use std::pin::Pin;

use crate::automation::AutomationBuilder;
use crate::error::Error;
use crate::problem::Problem;

/// What an [`AutomationSource`] answers with: a boxed future, so that sources can be trait objects.
pub type SourceFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<SourceLoad>, Error>> + Send + 'a>>;

/// Where automations are read from again and again: a folder of manifests, a repository, a cluster.
///
/// A [`Scheduler`](crate::Scheduler) asks at its interval, and before each run of an automation, so that what was
/// suspended or changed a moment ago takes effect at once. A [`ManifestSource`](crate::ManifestSource) is one; a program
/// may have its own. A run that ends with [`Moved`](crate::ErrorKind::Moved) is made again after another question, as
/// often as the automation may [attempt](AutomationBuilder::attempts) it.
pub trait AutomationSource: Send + Sync {
    /// All automations; none when the version is still `known`, and an answer of that version is as none. Asking about the
    /// version should be cheap. A source that always has another version lets each automation run after every third all the
    /// same.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from knowing. The automations stay as they are.
    fn load<'a>(&'a self, known: Option<&'a str>) -> SourceFuture<'a>;
}

/// What a source has.
#[derive(Clone, Debug, Default)]
pub struct SourceLoad {
    pub(super) version: String,
    pub(super) automations: Vec<AutomationBuilder>,
    pub(super) suspended: Vec<String>,
    pub(super) problems: Vec<Problem>,
    pub(super) is_complete: bool,
}

impl SourceLoad {
    /// The automations of a version: a commit's id, a hash, a resource version.
    pub fn new(
        version: impl Into<String>,
        automations: impl IntoIterator<Item = AutomationBuilder>,
    ) -> Self {
        Self {
            version: version.into(),
            automations: automations.into_iter().collect(),
            suspended: Vec::new(),
            problems: Vec::new(),
            is_complete: false,
        }
    }

    /// The version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What could not be honoured. While there is an error among it, automations that are missing are taken to be broken,
    /// and stay as they were; without one they are taken to be gone.
    pub fn with_problems(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// The names of automations that are there and are not to run, whatever the problems are: the
    /// [status](crate::Status) has them as suspended. They cannot be resumed but by the source.
    pub fn with_suspended(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.suspended.extend(names);
        self
    }

    /// What is missing is gone: the source itself keeps what is broken.
    pub(crate) fn complete(mut self) -> Self {
        self.is_complete = true;
        self
    }
}
