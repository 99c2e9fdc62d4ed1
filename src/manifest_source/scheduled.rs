//! Manifests for a scheduler.

use super::ManifestSource;
use crate::schedule::{AutomationSource, SourceFuture, SourceLoad};

impl AutomationSource for ManifestSource {
    /// The version is a commit's id, or a fingerprint of the files of a folder.
    fn load<'a>(&'a self, known: Option<&'a str>) -> SourceFuture<'a> {
        Box::pin(async move {
            let Some(reading) = self.read_unless(known).await? else {
                return Ok(None);
            };
            let version = reading.version.clone();
            let loaded = reading.whole();
            let load = SourceLoad::new(version, loaded.automations)
                .with_problems(loaded.problems)
                .with_suspended(loaded.suspended);
            Ok(Some(load.complete()))
        })
    }
}
