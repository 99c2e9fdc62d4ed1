//! What is done outside of the lock: listing an image, running an automation.

use super::board::{Answered, Board};
use crate::automation::{Automation, Spec};
use crate::automations::{Site, find_rivals};
use crate::error::Error;
use crate::image_policy::Watched;
use crate::report::Report;
use crate::scan::{Answer, Scan, answers_of, scanned};

/// The policies that want an image listed.
pub(super) struct Listing(Vec<(String, Watched)>);

impl Listing {
    /// Those that are not suspended, of automations that are not.
    pub(super) fn of(board: &Board, image: &str) -> Self {
        let mut policies = Vec::new();
        for (name, member) in &board.members {
            if board.automations.is_suspended(name) {
                continue;
            }
            let wants = |(policy, listed): &(&Watched, &str)| {
                *listed == image && !board.is_held(name, &policy.name)
            };
            let wanting = member.watched().filter(wants);
            policies.extend(wanting.map(|(policy, _)| (name.clone(), policy.clone())));
        }
        Self(policies)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks the registry, once for each client.
    pub(super) async fn list(self) -> Vec<Answered> {
        let keyed = self.0.iter().enumerate();
        let keyed = keyed.map(|(index, (_, policy))| ((0, index), policy.clone()));
        let mut answers = answers_of(keyed.collect()).await;
        let named = self.0.into_iter().enumerate();
        named
            .map(|(index, (automation, policy))| {
                let answer = answers.remove(&(0, index)).unwrap_or_else(Answer::lost);
                (automation, policy, answer)
            })
            .collect()
    }

    /// What they have when the listing panicked.
    pub(super) fn failed(self) -> Vec<Answered> {
        let lost = |(automation, policy): (String, Watched)| (automation, policy, Answer::lost());
        self.0.into_iter().map(lost).collect()
    }
}

/// An automation with what its policies chose, and with the others that write where it does.
pub(super) struct Run {
    own: usize,
    group: Vec<(Automation, Site, Vec<Answer>)>,
}

impl Run {
    pub(super) fn of(board: &Board, name: &str) -> Option<Self> {
        let member = board.members.get(name)?;
        let same = board.members.iter();
        let is_near =
            |site: &Site| site.way_to(&member.site).is_some() || site.root() == member.site.root();
        let same = same.filter(|(_, other)| is_near(&other.site));
        let mut run = Self {
            own: 0,
            group: Vec::new(),
        };
        for (other, one) in same {
            if other == name {
                run.own = run.group.len();
            }
            let answer =
                |policy: &Watched| one.answer(&policy.name).unwrap_or_else(Answer::suspended);
            let answers = one.policies().iter().map(answer).collect();
            run.group
                .push((one.automation.clone(), one.site.clone(), answers));
        }
        Some(run)
    }

    pub(super) async fn run(self) -> Result<Report, Error> {
        let automation = self.group[self.own].0.clone();
        automation.run_of(self.scan()).await
    }

    fn scan(self) -> Result<Scan, Error> {
        let specs: Vec<&Spec> = self.group.iter().map(|(one, ..)| &*one.0).collect();
        let sites: Vec<Site> = self.group.iter().map(|(_, site, _)| site.clone()).collect();
        let mut scans: Vec<Result<Scan, Error>> = self
            .group
            .iter()
            .map(|(one, _, answers)| {
                let keyed = answers.iter().cloned().enumerate();
                let mut keyed = keyed.map(|(index, answer)| ((0, index), answer)).collect();
                scanned(&one.0, 0, &mut keyed)
            })
            .collect();
        find_rivals(&specs, &sites, &mut scans);
        scans.swap_remove(self.own)
    }
}
