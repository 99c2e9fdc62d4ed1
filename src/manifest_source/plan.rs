//! Read, load and plan; and what was planned is applied.

use serde::{Serialize, Serializer};

use super::ManifestSource;
use super::run::ATTEMPTS;
use crate::automation::Automation;
use crate::automations::Automations;
use crate::error::{Error, ErrorKind};
use crate::loader::Loaded;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::report::Applied;
use crate::run::pause;

/// What a [`ManifestSource`] would do.
#[derive(Debug)]
pub struct ManifestPlans {
    plans: Vec<(String, Result<Plan, Error>)>,
    suspended: Vec<String>,
    problems: Vec<Problem>,
}

impl ManifestPlans {
    /// What each automation would do, by its name with namespace and scope, in the order of the manifests.
    pub fn plans(&self) -> &[(String, Result<Plan, Error>)] {
        &self.plans
    }

    /// The plans as JSON, for a file that is reviewed; [`Plan::list_from_json`] reads them back.
    pub fn to_json(&self) -> String {
        // Text, numbers and lists: nothing that JSON has no form for.
        serde_json::to_string_pretty(self).unwrap_or_default()
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

/// The serialized form.
#[derive(Serialize)]
struct Written<'a> {
    plans: Vec<&'a Plan>,
    failed: Vec<Failed<'a>>,
    suspended: &'a [String],
    problems: &'a [Problem],
}

#[derive(Serialize)]
struct Failed<'a> {
    automation: &'a str,
    error: String,
    problems: &'a [Problem],
}

/// `plans` as each is written by [`Plan::to_json`], `failed` with `automation`, `error` and `problems` of each, `suspended`
/// and `problems`.
impl Serialize for ManifestPlans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut plans, mut failed) = (Vec::new(), Vec::new());
        for (automation, plan) in &self.plans {
            match plan {
                Ok(plan) => plans.push(plan),
                Err(error) => failed.push(Failed {
                    automation,
                    error: error.to_string(),
                    problems: error.problems(),
                }),
            }
        }
        let written = Written {
            plans,
            failed,
            suspended: &self.suspended,
            problems: &self.problems,
        };
        written.serialize(serializer)
    }
}

/// What became of plans that a [`ManifestSource`] applied.
#[derive(Debug)]
pub struct ManifestApplied {
    applied: Vec<Result<Applied, Error>>,
    problems: Vec<Problem>,
}

impl ManifestApplied {
    /// What became of each plan, in the order in which they were given.
    pub fn applied(&self) -> &[Result<Applied, Error>] {
        &self.applied
    }

    /// What is wrong with the manifests, and the automations that were left out.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl ManifestSource {
    /// Reads the manifests and plans their automations as one [group](Automations). Nothing is written.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn plan(&self) -> Result<ManifestPlans, Error> {
        let mut loaded = self.read().await?;
        let group = loaded.group();
        let names = group.automations().iter().map(Automation::name);
        let plans = names.zip(group.plan().await).collect();
        loaded.problems.extend_from_slice(group.problems());
        Ok(ManifestPlans {
            plans,
            suspended: loaded.suspended,
            problems: loaded.problems,
        })
    }

    /// Reads the manifests and applies plans that were made of them, one after another, each by its own automation.
    /// Where the branch moved on from the manifests meanwhile, they are read again first.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read). What becomes of one plan stops no other.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn apply(&self, plans: &[Plan]) -> Result<ManifestApplied, Error> {
        let mut loaded = self.read().await?;
        let mut applied = Vec::with_capacity(plans.len());
        for plan in plans {
            let mut attempt = 0;
            applied.push(loop {
                let done = loaded.group().apply(plan).await;
                let moved = matches!(&done, Err(error) if error.kind() == ErrorKind::Moved);
                if !moved || attempt == ATTEMPTS {
                    break done;
                }
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
                loaded = self.read().await?;
            });
        }
        loaded.problems.extend_from_slice(loaded.group().problems());
        Ok(ManifestApplied {
            applied,
            problems: loaded.problems,
        })
    }
}

impl Loaded {
    /// Its automations, which have their scopes already.
    pub(super) fn group(&self) -> Automations {
        let mut group = Automations::builder();
        for builder in &self.automations {
            group.add("", builder);
        }
        group.build()
    }
}
