//! What is known of an automation before it runs, and what is known after.

use std::collections::BTreeMap;
#[cfg(feature = "scheduler")]
use std::time::SystemTime;

use tokio::task::JoinSet;

use super::fingerprint::{self, PROGRAM};
use super::record::{
    Accepted, AutomationRecord, Chosen, ImageRecord, PolicyRecord, RunRecord, seconds,
};
use super::shelf::{Shelf, Trouble};
use super::unchanged;
use crate::automation::Spec;
#[cfg(feature = "scheduler")]
use crate::choices::Choice;
use crate::error::Error;
use crate::guard::Clock;
#[cfg(feature = "scheduler")]
use crate::image_policy::DigestPolicy;
use crate::image_policy::Watched;
use crate::plan::{OutcomeKind, Plan, Selection};
use crate::report::{Applied, Report};
use crate::scan::Scan;

/// What a store knows of an automation; nothing where there is none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    shelf: Shelf,
    name: String,
    record: AutomationRecord,
    trouble: Trouble,
    clock: Clock,
}

impl Past {
    /// Reads what is kept. What cannot be read is a problem of the run and does not end it.
    pub(crate) async fn of(spec: &Spec) -> Self {
        let mut past = Self {
            shelf: spec.state.clone(),
            clock: spec.clock.clone(),
            ..Self::default()
        };
        if past.shelf.is_there() {
            past.name = fingerprint::name(spec);
            let read = past.shelf.load(&past.name, &mut past.trouble).await;
            past.record = read.unwrap_or_default();
        }
        past
    }

    /// How many tags the policy's image had when its markers were last up to date. An error where that may be kept and
    /// could not be read.
    pub(crate) fn tags_before(&self, policy: &str) -> Result<Option<u64>, String> {
        if self.trouble.is_unread::<AutomationRecord>(&self.name) {
            return Err("the state could not be read".to_owned());
        }
        Ok(self.accepted(policy).map(|accepted| accepted.tags))
    }

    /// Whether the policy is known to be another than the one that its markers followed last. What another version of
    /// this library kept is no such knowledge.
    pub(crate) fn is_changed(&self, policy: &Watched) -> bool {
        self.accepted(&policy.name).is_some_and(|accepted| {
            accepted.program == PROGRAM && accepted.rule != fingerprint::of_policy(&policy.policy)
        })
    }

    /// The digest that was chosen with the tag, if the policy chose it last.
    pub(crate) fn digest(&self, policy: &Watched, tag: &str) -> Option<&str> {
        let record = self.record.policies.get(&policy.name)?;
        let selected = record.selected.as_ref()?;
        let same = selected.image == policy.image && selected.tag == tag;
        selected.digest.as_deref().filter(|_| same)
    }

    fn accepted(&self, policy: &str) -> Option<&Accepted> {
        self.record.policies.get(policy)?.accepted.as_ref()
    }

    /// The last run, if it left nothing to do for the same automation, the same choices and the same program.
    pub(super) fn same_run(&self, spec: &Spec, scan: &Scan) -> Option<&RunRecord> {
        let run = self.record.run.as_ref()?;
        let same = run.program == PROGRAM
            && run.spec == fingerprint::of_spec(spec)
            && run.values == fingerprint::of_values(&scan.selections);
        Some(run).filter(|_| same)
    }

    /// Keeps what is known now, `report` being of a run that did not fail, and adds to it what is wrong with the store.
    pub(crate) async fn keep(&self, spec: &Spec, scan: &Scan, report: Option<&mut Report>) {
        let done = report.as_deref();
        let run = done.and_then(|report| match report.attempts {
            0 => self.record.run.clone(),
            _ => unchanged::record(spec, scan, report),
        });
        self.keep_all(spec, scan, run, report.into_iter().collect())
            .await;
    }

    /// The same of a run on several branches, with a report of each that did not fail.
    pub(crate) async fn keep_each(&self, spec: &Spec, scan: &Scan, reports: Vec<&mut Report>) {
        self.keep_all(spec, scan, None, reports).await;
    }

    async fn keep_all(
        &self,
        spec: &Spec,
        scan: &Scan,
        run: Option<RunRecord>,
        reports: Vec<&mut Report>,
    ) {
        if !self.shelf.is_there() {
            return;
        }
        let now = Some(seconds(self.clock.now()));
        let plans: Vec<&Plan> = reports.iter().map(|report| &report.plan).collect();
        let pushed = reports.iter().rev().find_map(|report| pushed(report));
        let record = AutomationRecord {
            policies: self.policies(spec, &scan.selections, &plans),
            run,
            ran: now,
            succeeded: if plans.is_empty() {
                self.record.succeeded
            } else {
                now
            },
            commit: pushed.or_else(|| self.record.commit.clone()),
        };
        let mut trouble = self.trouble.clone();
        self.keep_images(spec, scan, &mut trouble).await;
        self.shelf.store(&self.name, &record, &mut trouble).await;
        for report in reports {
            report.plan.problems.extend(trouble.problems());
        }
    }

    /// Adds to a plan what is wrong with the store.
    pub(crate) fn tell(&self, plan: &mut Plan) {
        plan.problems.extend(self.trouble.problems());
    }

    /// Keeps what a plan saw that is applied now.
    pub(crate) async fn keep_applied(&self, spec: &Spec, plan: &Plan) {
        if self.shelf.is_there() {
            let mut policies = self.policies(spec, &plan.selections, &[plan]);
            for (name, record) in &mut policies {
                let before = self.record.policies.get(name);
                // By a policy of whatever form: nothing is known of the one of now.
                if before.is_none_or(|before| before.selected != record.selected) {
                    record.rule = None;
                }
            }
            let record = AutomationRecord {
                policies,
                ..self.record.clone()
            };
            let mut trouble = self.trouble.clone();
            self.shelf.store(&self.name, &record, &mut trouble).await;
        }
    }

    /// After an error the next run looks at everything again.
    pub(crate) async fn forget_run(&self, error: Error) -> Error {
        if self.shelf.is_there() {
            let record = AutomationRecord {
                policies: self.record.policies.clone(),
                run: None,
                ran: Some(seconds(self.clock.now())),
                ..self.record.clone()
            };
            let mut trouble = self.trouble.clone();
            self.shelf.store(&self.name, &record, &mut trouble).await;
        }
        error
    }

    /// What is known of each policy after its selection, and after the plans that are done.
    fn policies(
        &self,
        spec: &Spec,
        selections: &[Selection],
        plans: &[&Plan],
    ) -> BTreeMap<String, PolicyRecord> {
        let updated = |policy: &Watched| {
            let mut record = self.record.policies.get(&policy.name).cloned();
            let record = record.get_or_insert_default();
            let own = |one: &&Selection| one.policy == policy.name;
            let done = plans
                .iter()
                .find_map(|plan| Some((*plan, plan.selections.iter().find(own)?)));
            let selection = done.map(|(_, selection)| selection);
            if let Some(selection) = selection.or_else(|| selections.iter().find(own)) {
                record.select(selection);
                if selection.tag.is_some() {
                    record.rule = Some(rule(policy));
                }
            }
            if let Some((plan, selection)) = done
                && let Some(tags) = selection.tags
                && is_followed(spec, plan, &policy.name)
            {
                record.accept(policy, tags);
            }
            (policy.name.clone(), record.clone())
        };
        spec.policies.iter().map(updated).collect()
    }

    /// A record for each image that was listed whole, some at a time: each is synced.
    async fn keep_images(&self, spec: &Spec, scan: &Scan, trouble: &mut Trouble) {
        let mut records = BTreeMap::new();
        for policy in &spec.policies {
            if let Some(tally) = scan.tallies.get(&policy.name) {
                records.insert(policy.repository.to_string(), tally.record());
            }
        }
        let mut tasks: JoinSet<Trouble> = JoinSet::new();
        for (name, record) in records {
            if tasks.len() >= AT_ONCE {
                join(&mut tasks, trouble).await;
            }
            if trouble.hangs() {
                break;
            }
            tasks.spawn(keep_image(self.shelf.clone(), name, record));
        }
        while !tasks.is_empty() {
            join(&mut tasks, trouble).await;
        }
    }
}

async fn join(tasks: &mut JoinSet<Trouble>, trouble: &mut Trouble) {
    if let Some(Ok(more)) = tasks.join_next().await {
        trouble.extend(more);
    }
}

/// Records that are written at a time.
const AT_ONCE: usize = 16;

pub(crate) async fn keep_image(shelf: Shelf, name: String, record: ImageRecord) -> Trouble {
    let mut trouble = Trouble::default();
    // Read first: a newer record is not written over.
    let _: Option<ImageRecord> = shelf.load(&name, &mut trouble).await;
    shelf.store(&name, &record, &mut trouble).await;
    trouble
}

impl PolicyRecord {
    /// What was chosen before stays known when nothing is chosen.
    fn select(&mut self, selection: &Selection) {
        let Some(tag) = selection.tag.clone() else {
            return;
        };
        let chosen = Chosen {
            image: selection.image.clone(),
            tag,
            digest: selection.digest.clone(),
        };
        if self.selected.as_ref() != Some(&chosen) {
            self.previous = self.selected.replace(chosen);
        }
    }

    /// The markers follow the policy. A count that its guard objects to is not taken, although nothing was to be written:
    /// the next choice is measured by the count before.
    fn accept(&mut self, policy: &Watched, tags: u64) {
        let before = self.accepted.as_ref().map(|accepted| accepted.tags);
        let objects = |before: &u64| match &policy.guards.shrink {
            Some(shrink) => shrink.check(*before, tags).is_err(),
            None => false,
        };
        self.accepted = Some(Accepted {
            program: PROGRAM.to_owned(),
            rule: fingerprint::of_policy(&policy.policy),
            tags: before.filter(objects).unwrap_or(tags),
        });
    }
}

/// Whether no marker of a policy was withheld.
fn is_followed(spec: &Spec, plan: &Plan, policy: &str) -> bool {
    let is_withheld = |setter: &str| policy_of(spec, setter) == Some(policy);
    !plan.outcomes.iter().any(|outcome| {
        outcome.kind == OutcomeKind::Withheld && outcome.setter.as_deref().is_some_and(is_withheld)
    })
}

/// The policy that a setter names, as [`Choices::policy_of`](crate::Choices::policy_of) without choices.
fn policy_of<'s>(spec: &Spec, setter: &'s str) -> Option<&'s str> {
    let is_known = |name: &&str| spec.policies.iter().any(|policy| policy.name == *name);
    let shorter = || setter.rsplit_once(':').map(|(policy, _)| policy);
    let whole = Some(setter).filter(is_known);
    whole.or_else(|| shorter().filter(is_known))
}

fn pushed(report: &Report) -> Option<String> {
    match &report.applied {
        Applied::Pushed(pushed) => Some(pushed.commit.clone()),
        _ => None,
    }
}

/// What an earlier process did with an automation.
#[cfg(feature = "scheduler")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) ran: Option<SystemTime>,
    pub(crate) succeeded: Option<SystemTime>,
    pub(crate) commit: Option<String>,
    /// By the policy's name.
    pub(crate) choices: BTreeMap<String, KnownChoice>,
}

/// Images with tag and digest.
#[cfg(feature = "scheduler")]
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownChoice {
    pub(crate) selected: Option<String>,
    pub(crate) previous: Option<String>,
    /// The choice, where the policy is the same as then.
    pub(crate) choice: Option<Choice>,
}

#[cfg(feature = "scheduler")]
pub(crate) async fn known(spec: &Spec) -> Known {
    let record = Past::of(spec).await.record;
    let same = |name: &str, record: &PolicyRecord| {
        let policy = spec.policies.iter().find(|one| one.name == name)?;
        chosen_by(policy, record)
    };
    let choice = |name: &str, record: PolicyRecord| KnownChoice {
        choice: same(name, &record),
        selected: record.selected.map(|chosen| chosen.to_string()),
        previous: record.previous.map(|chosen| chosen.to_string()),
    };
    let choices = record.policies.into_iter();
    Known {
        ran: record.ran.map(super::record::time),
        succeeded: record.succeeded.map(super::record::time),
        commit: record.commit,
        choices: choices
            .map(|(name, record)| (name.clone(), choice(&name, record)))
            .collect(),
    }
}

/// None where the policy may choose otherwise than it did.
#[cfg(feature = "scheduler")]
fn chosen_by(policy: &Watched, record: &PolicyRecord) -> Option<Choice> {
    let chosen = record.selected.as_ref()?;
    if chosen.image != policy.image || record.rule.as_ref() != Some(&rule(policy)) {
        return None;
    }
    let choice = Choice::new(&chosen.image, &chosen.tag);
    // One that is kept from before is looked up by the run itself.
    match policy.digest {
        DigestPolicy::Always => Some(choice.with_digest(chosen.digest.as_ref()?)),
        _ => Some(choice),
    }
}

fn rule(policy: &Watched) -> String {
    format!("{PROGRAM} {}", fingerprint::of_policy(&policy.policy))
}

/// What is known of an image.
#[cfg(feature = "scheduler")]
pub(crate) async fn image(shelf: &Shelf, image: &str) -> Option<ImageRecord> {
    shelf.load(image, &mut Trouble::default()).await
}
