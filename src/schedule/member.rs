//! One automation of a scheduler, with what its policies chose.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use tagwright_policy::Dialect;

use super::status::{AutomationStatus, PolicyStatus};
use crate::automation::Automation;
use crate::automations::Site;
use crate::forge::commit_link;
use crate::image_policy::Watched;
use crate::plan::Target;
use crate::problem::Problem;
use crate::report::{Applied, Report};
use crate::run::pause;
use crate::scan::Answer;
use crate::state::{ImageRecord, Known, KnownChoice};

/// After so many changes in a row an automation runs as it is known.
const MOST_CHANGES: u32 = 3;

/// What became of a policy's image, and what the policy chose before.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// As in Flux the last choice stands when its image cannot be listed.
    pub(super) answer: Answer,
    /// Why it could not be listed the last time.
    pub(super) failure: Option<Answer>,
    pub(super) previous: Option<String>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub(super) automation: Automation,
    pub(super) site: Site,
    /// By the policy's name.
    pub(super) chosen: BTreeMap<String, Chosen>,
    /// What is listed for each of its policies.
    images: Vec<String>,
    /// How often in a row the source had something new when it was to run.
    changes: u32,
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
    pub(super) fn new(
        automation: Automation,
        known: Known,
        images: &BTreeMap<String, ImageRecord>,
    ) -> Self {
        let mut member = Self {
            images: listed(&automation),
            changes: 0,
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
        };
        member.chosen = member.restored(images);
        member
    }

    /// What its policies chose in an earlier process, where they are the same, from lists that are known.
    fn restored(&self, images: &BTreeMap<String, ImageRecord>) -> BTreeMap<String, Chosen> {
        let restored = self.watched().filter_map(|(policy, image)| {
            let known = self.past.get(&policy.name)?;
            let chosen = Chosen {
                answer: Answer::restored(known.choice.clone()?, images.get(image)?),
                failure: None,
                previous: known.previous.clone(),
            };
            Some((policy.name.clone(), chosen))
        });
        restored.collect()
    }

    /// The policies, each with what is listed for it.
    pub(super) fn watched(&self) -> impl Iterator<Item = (&Watched, &str)> {
        let images = self.images.iter().map(String::as_str);
        self.policies().iter().zip(images)
    }

    /// In Fleet an automation runs at its own interval alone.
    pub(super) fn runs_for_a_choice(&self) -> bool {
        self.automation.0.dialect != Dialect::Fleet
    }

    /// Whether the source is to be asked before it runs.
    pub(super) fn asks(&self) -> bool {
        self.changes < MOST_CHANGES
    }

    /// The source had something new; true where that was so when it was asked before.
    pub(super) fn changed(&mut self) -> bool {
        self.changes += 1;
        self.changes > 1
    }

    /// What a policy chose; in an automation that changes all or nothing, a failure counts.
    pub(super) fn answer(&self, policy: &str) -> Option<Answer> {
        let chosen = self.chosen.get(policy)?;
        let failure = chosen.failure.as_ref();
        let counts = failure.filter(|_| self.automation.0.all_or_nothing);
        Some(counts.unwrap_or(&chosen.answer).clone())
    }

    pub(super) fn selected(&self, policy: &str) -> Option<String> {
        self.chosen.get(policy)?.answer.chosen()
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
        self.images = listed(&self.automation);
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
        let old = self.chosen.get_mut(policy);
        if let Some(old) = old.filter(|_| answer.tally().is_none()) {
            if old.answer.tally().is_none() {
                old.answer = answer;
            } else {
                old.failure = Some(answer);
            }
            return false;
        }
        let before = self.choice(policy);
        let is_new = answer.chosen() != before.selected;
        let selected = before.selected.filter(|_| is_new);
        let previous = selected.or(before.previous);
        let chosen = Chosen {
            answer,
            failure: None,
            previous,
        };
        self.chosen.insert(policy.to_owned(), chosen);
        is_new
    }

    /// What it chose, and what it chose before that, be it in an earlier process.
    fn choice(&self, policy: &str) -> KnownChoice {
        match self.chosen.get(policy) {
            Some(chosen) => KnownChoice {
                selected: chosen.answer.chosen(),
                previous: chosen.previous.clone(),
                choice: None,
            },
            None => self.past.get(policy).cloned().unwrap_or_default(),
        }
    }

    /// How long to wait before its manifests are read again; none where that was done often enough.
    pub(super) fn moved(&mut self) -> Option<Duration> {
        self.moved += 1;
        self.changes = 0;
        (self.moved <= self.automation.0.place.attempts()).then(|| pause(self.moved))
    }

    pub(super) fn end(&mut self, report: &Report, now: SystemTime) {
        self.changes = 0;
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
        self.changes = 0;
        self.moved = 0;
        self.last_run = Some(now);
        self.last_error = Some(error);
    }

    /// Why the image of a policy could not be listed the last time.
    fn failure(&self, policy: &str) -> Option<&str> {
        let chosen = self.chosen.get(policy)?;
        let failure = chosen.failure.as_ref().unwrap_or(&chosen.answer);
        failure.tally().is_none().then(|| failure.reason())
    }

    fn all_problems(&self) -> Vec<String> {
        let mut problems = self.problems.clone();
        for policy in self.policies() {
            if let Some(error) = self.failure(&policy.name) {
                let problem = Problem::error(&policy.name, error).to_string();
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
        problems
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
                last_error: self.failure(&policy.name).map(str::to_owned),
            }
        };
        let target = self.automation.0.place.target();
        let link = self.last_commit.as_deref();
        let link = link.and_then(|commit| link_of(&target, commit));
        AutomationStatus {
            automation: self.automation.name(),
            target: Some(target),
            last_commit_link: link,
            last_run: self.last_run,
            last_success: self.last_success,
            last_error: self.last_error.clone(),
            last_commit: self.last_commit.clone(),
            problems: self.all_problems(),
            policies: self.policies().iter().map(policy).collect(),
            ..AutomationStatus::default()
        }
    }
}

fn link_of(target: &Target, commit: &str) -> Option<String> {
    match target {
        Target::Branch(branch) => commit_link(branch.repository(), commit),
        Target::Directory(_) => None,
    }
}

fn listed(automation: &Automation) -> Vec<String> {
    let policies = automation.0.policies.iter();
    policies
        .map(|policy| policy.repository.to_string())
        .collect()
}
