//! One automation of a scheduler, with what its policies chose.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::status::{AutomationStatus, PolicyStatus};
use crate::automation::Automation;
use crate::automations::Site;
use crate::image_policy::Watched;
use crate::report::{Applied, Report};
use crate::run::pause;
use crate::scan::Answer;
use crate::state::{Known, KnownChoice};

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
    /// How often in a row it was found that its manifests are too old.
    moved: u32,
    /// What was chosen by an earlier process, or by the policy before it was changed.
    past: BTreeMap<String, KnownChoice>,
    pub(super) last_run: Option<SystemTime>,
    pub(super) last_success: Option<SystemTime>,
    pub(super) last_error: Option<String>,
    pub(super) last_commit: Option<String>,
    pub(super) problems: Vec<String>,
}

impl Member {
    pub(super) fn new(automation: Automation, known: Known) -> Self {
        Self {
            site: Site::of(&automation.0.place),
            automation,
            chosen: BTreeMap::new(),
            moved: 0,
            past: known.choices,
            last_run: known.ran,
            last_success: known.succeeded,
            last_error: None,
            last_commit: known.commit,
            problems: Vec::new(),
        }
    }

    pub(super) fn policies(&self) -> &[Watched] {
        &self.automation.0.policies
    }

    /// Whether this is one of its policies, just as it is.
    pub(super) fn has(&self, policy: &Watched) -> bool {
        let shape = format!("{policy:?}");
        let mut same = self.policies().iter().filter(|one| one.name == policy.name);
        same.any(|one| format!("{one:?}") == shape)
    }

    /// Takes another form. What a policy chose stays where the policy is the same, and is known where it is not.
    pub(super) fn become_another(&mut self, automation: Automation) {
        let old = std::mem::replace(&mut self.automation, automation);
        self.site = Site::of(&self.automation.0.place);
        for policy in &old.0.policies {
            if !self.has(policy) {
                let choice = self.choice(&policy.name);
                self.past.insert(policy.name.clone(), choice);
                self.chosen.remove(&policy.name);
            }
        }
    }

    /// Takes what a listing gave; true where the policy has another choice now.
    pub(super) fn choose(&mut self, policy: &str, answer: Answer) -> bool {
        let before = self.choice(policy);
        let is_new = answer.chosen() != before.selected;
        let selected = before.selected.filter(|_| is_new);
        let previous = selected.or(before.previous);
        let chosen = Chosen { answer, previous };
        self.chosen.insert(policy.to_owned(), chosen);
        is_new
    }

    /// What it chose, and what it chose before that, be it in an earlier process.
    fn choice(&self, policy: &str) -> KnownChoice {
        match self.chosen.get(policy) {
            Some(chosen) => KnownChoice {
                selected: chosen.answer.chosen(),
                previous: chosen.previous.clone(),
            },
            None => self.past.get(policy).cloned().unwrap_or_default(),
        }
    }

    /// How long to wait before its manifests are read again; none where that was done often enough.
    pub(super) fn moved(&mut self) -> Option<Duration> {
        self.moved += 1;
        (self.moved <= self.automation.0.place.attempts()).then(|| pause(self.moved))
    }

    pub(super) fn end(&mut self, report: &Report, now: SystemTime) {
        self.moved = 0;
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
        self.moved = 0;
        self.last_run = Some(now);
        self.last_error = Some(error);
    }

    pub(super) fn status(&self, is_suspended: impl Fn(&str) -> bool) -> AutomationStatus {
        let policy = |policy: &Watched| {
            let (chosen, choice) = (self.chosen.get(&policy.name), self.choice(&policy.name));
            PolicyStatus {
                policy: policy.name.clone(),
                image: policy.image.clone(),
                suspended: is_suspended(&policy.name),
                selected: choice.selected,
                previous: choice.previous,
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
