//! The best few.

use std::collections::{BTreeSet, HashMap};
use std::time::SystemTime;

use crate::contender::Contender;
use crate::filter::Scratch;
use crate::order::{End, Rank};
use crate::policy::Entry;
use crate::strict::Strictness;
use crate::{Candidate, Error, Policy};

/// A tag of a ranking, with the text that it was ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Ranked {
    tag: String,
    key: String,
}

impl Ranked {
    /// The tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The text that the tag is ordered by: what the filter extracts, or the tag.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Keeps the best of the tags that come.
pub(crate) struct Ranking {
    policy: Policy,
    limit: usize,
    scratch: Scratch,
    best: BTreeSet<Contender>,
    /// The dates of the best in an order by date, where a tag that comes with
    /// two is to stand once.
    dates: HashMap<String, SystemTime>,
    strictness: Strictness,
}

impl Ranking {
    pub(crate) fn new(policy: Policy, limit: usize) -> Self {
        Ranking {
            policy,
            limit,
            scratch: Scratch::default(),
            best: BTreeSet::new(),
            dates: HashMap::new(),
            strictness: Strictness::default(),
        }
    }

    pub(crate) fn push(&mut self, candidate: &Candidate<'_>) {
        let rules = self.policy.rules();
        let end = rules.order.end();
        let entry = match rules.judge(candidate.seen(), &mut self.scratch) {
            Ok(entry) => entry,
            Err(verdict) => return self.strictness.see(rules, verdict, candidate.tag()),
        };
        if self.best.len() == self.limit {
            let worst = self.best.first();
            if worst.is_none_or(|worst| entry.cmp_preference(&worst.view(), end).is_le()) {
                return;
            }
        }
        if let Rank::Date(date) = entry.rank
            && !forget_older(&mut self.best, &mut self.dates, &entry, date, end)
        {
            return;
        }
        self.best.insert(Contender::new(&entry, end));
        if self.best.len() > self.limit
            && let Some(worst) = self.best.pop_first()
        {
            self.dates.remove(worst.view().tag);
        }
    }

    pub(crate) fn finish(self) -> Result<Vec<Ranked>, Error> {
        self.strictness.check()?;
        let best_first = self.best.into_iter().rev().map(Contender::into_parts);
        Ok(best_first.map(|(tag, key)| Ranked { tag, key }).collect())
    }
}

/// Takes the same tag with an older date out of `best`; false where `entry` is
/// the older one.
fn forget_older(
    best: &mut BTreeSet<Contender>,
    dates: &mut HashMap<String, SystemTime>,
    entry: &Entry<'_>,
    date: SystemTime,
    end: End,
) -> bool {
    match dates.get_mut(entry.tag) {
        Some(known) if *known >= date => false,
        Some(known) => {
            let rank = Rank::Date(std::mem::replace(known, date));
            best.remove(&Contender::new(&Entry { rank, ..*entry }, end))
        }
        None => {
            dates.insert(entry.tag.to_owned(), date);
            true
        }
    }
}
