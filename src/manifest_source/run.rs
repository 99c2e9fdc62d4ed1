//! Read, load and run, and again when the manifests moved meanwhile.

use std::collections::BTreeMap;

use super::ManifestSource;
use crate::automation::Automation;
use crate::automations::Automations;
use crate::error::{Error, ErrorKind};
use crate::problem::Problem;
use crate::report::Report;
use crate::run::pause;

/// How often in a row all that is left is found to have moved.
pub(super) const ATTEMPTS: u32 = 10;

/// What a [`ManifestSource`] did.
#[derive(Debug)]
pub struct ManifestRun {
    reports: Vec<(String, Result<Report, Error>)>,
    suspended: Vec<String>,
    problems: Vec<Problem>,
}

impl ManifestRun {
    /// What each automation did, by its name with namespace and scope.
    pub fn reports(&self) -> &[(String, Result<Report, Error>)] {
        &self.reports
    }

    /// The automations that their manifests suspend.
    pub fn suspended(&self) -> &[String] {
        &self.suspended
    }

    /// What is wrong with the manifests, and the automations that were left out.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl ManifestSource {
    /// Reads the manifests and runs their automations as one [group](Automations). Those whose branch moved on from the
    /// manifests, be it by the commit of another one of the group, are read and run again, until ten times in a row none of
    /// them got further. What is suspended or removed by then does not run.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn run(&self) -> Result<ManifestRun, Error> {
        let (mut done, mut stalled) = (Reports::new(), 0);
        loop {
            let mut loaded = self.read().await?;
            let group = loaded.group();
            let before = done.len();
            let moved = run_rest(&group, &mut done).await;
            stalled = if done.len() == before { stalled + 1 } else { 0 };
            if moved.is_empty() || stalled >= ATTEMPTS {
                done.extend(moved);
                loaded.problems.extend_from_slice(group.problems());
                return Ok(ManifestRun {
                    reports: done.into_iter().collect(),
                    suspended: loaded.suspended,
                    problems: loaded.problems,
                });
            }
            tracing::info!(many = moved.len(), "moved, reading the manifests again");
            tokio::time::sleep(pause(stalled)).await;
        }
    }
}

type Reports = BTreeMap<String, Result<Report, Error>>;

/// Runs those that are not done, and gives back those for which the manifests are too old.
async fn run_rest(group: &Automations, done: &mut Reports) -> Reports {
    let names: Vec<String> = group.automations().iter().map(Automation::name).collect();
    let wanted: Vec<bool> = names.iter().map(|name| !done.contains_key(name)).collect();
    let mut moved = Reports::new();
    if !wanted.contains(&true) {
        return moved;
    }
    let reports = names.into_iter().zip(group.run_only(&wanted).await);
    for ((name, report), _) in reports.zip(wanted).filter(|(_, wanted)| *wanted) {
        let too_old = matches!(&report, Err(error) if error.kind() == ErrorKind::Moved);
        let to = if too_old { &mut moved } else { &mut *done };
        to.insert(name, report);
    }
    moved
}
