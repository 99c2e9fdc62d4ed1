//! One automation of a scheduler, with what its policies chose.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::status::{AutomationStatus, PolicyStatus};
use crate::automation::Automation;
use crate::automations::Site;
use crate::image_policy::Watched;
use crate::report::{Applied, Report};
use crate::scan::Answer;

/// What became of a policy's image, and what the policy chose before.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) answer: Answer,
    pub(super) previous: Option<String>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) automation: Automation,
    pub(super) site: Site,
    /// By the policy's name.
    pub(super) chosen: BTreeMap<String, Chosen>,
    pub(super) last_run: Option<SystemTime>,
    pub(super) last_success: Option<SystemTime>,
    pub(super) last_error: Option<String>,
    pub(super) last_commit: Option<String>,
    pub(super) problems: Vec<String>,
}

impl Member {
    pub(super) fn new(automation: Automation, last_run: Option<SystemTime>) -> Self {
        Self {
            site: Site::of(&automation.0.place),
            automation,
            chosen: BTreeMap::new(),
            last_run,
            last_success: None,
            last_error: None,
            last_commit: None,
            problems: Vec::new(),
        }
    }

    pub(super) fn policies(&self) -> &[Watched] {
        &self.automation.0.policies
    }

    /// Takes another form. What a policy chose stays where the policy is the same.
    pub(super) fn become_another(&mut self, automation: Automation) {
        let shape = |automation: &Automation, name: &str| {
            let mut policies = automation.0.policies.iter();
            let policy = policies.find(|one| one.name == name);
            policy.map(|policy| format!("{policy:?}"))
        };
        let old = &self.automation;
        self.chosen
            .retain(|name, _| shape(old, name) == shape(&automation, name));
        self.site = Site::of(&automation.0.place);
        self.automation = automation;
    }

    /// Takes what a listing gave; true where the policy has another choice now.
    pub(super) fn choose(&mut self, policy: &str, answer: Answer) -> bool {
        let old = self.chosen.remove(policy);
        let is_new = answer.chosen() != old.as_ref().and_then(|old| old.answer.chosen());
        let previous = old.and_then(|old| {
            let before = old.answer.chosen().filter(|_| is_new);
            before.or(old.previous)
        });
        let chosen = Chosen { answer, previous };
        self.chosen.insert(policy.to_owned(), chosen);
        is_new
    }

    pub(super) fn end(&mut self, report: &Report, now: SystemTime) {
        self.last_run = Some(now);
        self.last_success = Some(now);
        self.last_error = None;
        self.problems = report
            .plan
            .problems
            .iter()
            .map(ToString::to_string)
            .collect();
        if let Applied::Pushed(pushed) = &report.applied {
            self.last_commit = Some(pushed.commit.clone());
        }
    }

    pub(super) fn fail(&mut self, error: String, now: SystemTime) {
        self.last_run = Some(now);
        self.last_error = Some(error);
    }

    pub(super) fn status(&self, is_suspended: impl Fn(&str) -> bool) -> AutomationStatus {
        let policy = |policy: &Watched| {
            let chosen = self.chosen.get(&policy.name);
            PolicyStatus {
                policy: policy.name.clone(),
                image: policy.image.clone(),
                suspended: is_suspended(&policy.name),
                selected: chosen.and_then(|one| one.answer.chosen()),
                previous: chosen.and_then(|one| one.previous.clone()),
                reason: chosen.map(|one| one.answer.reason().to_owned()),
            }
        };
        AutomationStatus {
            automation: self.automation.name(),
            last_run: self.last_run,
            last_success: self.last_success,
            last_error: self.last_error.clone(),
            last_commit: self.last_commit.clone(),
            problems: self.problems.clone(),
            policies: self.policies().iter().map(policy).collect(),
            ..AutomationStatus::default()
        }
    }
}
