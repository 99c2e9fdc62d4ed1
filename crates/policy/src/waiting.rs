//! What a selector keeps of tags whose date decides and is not known.

use std::collections::BTreeMap;

use crate::contender::Contender;
use crate::order::{End, Order};
use crate::policy::{Entry, Rules};
use crate::tally::Tally;
use crate::{Error, ErrorKind, Verdict};

/// Tags that are asked for first. Where the best one is old enough the others
/// were asked for in vain, so that it starts small and doubles.
const FIRST_ROUND: usize = 4;

/// Tags that wait for their dates, each with how often it stands in the list.
pub(crate) type Tags = Vec<(String, u64)>;

#[derive(Clone, Debug)]
pub(crate) enum Waiting {
    /// There will be no dates but those that came with the tags.
    Nothing,
    /// The date is the order: all are asked for.
    All(Undecided),
    /// The best that are not known to be old enough.
    Best(Pending),
}

impl Waiting {
    pub(crate) fn new(rules: &Rules) -> Self {
        let limit = rules.date_limit;
        match (&rules.order, rules.until) {
            (Order::NewestBuild, _) => Waiting::All(Undecided::new(limit)),
            (_, Some(_)) => Waiting::Best(Pending::new(limit)),
            (_, None) => Waiting::Nothing,
        }
    }

    /// The tags whose dates are needed next. None are where `best` has won.
    pub(crate) fn next_round(
        &mut self,
        best: Option<&Contender>,
        tally: &mut Tally,
    ) -> Result<Tags, Error> {
        match self {
            Waiting::Nothing => Ok(Tags::new()),
            Waiting::All(undecided) => undecided.take(),
            Waiting::Best(pending) => pending.next_round(best, tally),
        }
    }
}

/// Tags without a place until their date is known: none at all once there are
/// too many.
#[derive(Clone, Debug)]
pub(crate) struct Undecided {
    tags: BTreeMap<String, u64>,
    limit: usize,
    passed: bool,
}

impl Undecided {
    fn new(limit: usize) -> Self {
        Undecided {
            tags: BTreeMap::new(),
            limit,
            passed: false,
        }
    }

    pub(crate) fn add(&mut self, tag: &str) {
        if self.passed {
            return;
        }
        if let Some(times) = self.tags.get_mut(tag) {
            *times += 1;
        } else if self.tags.len() < self.limit {
            self.tags.insert(tag.to_owned(), 1);
        } else {
            self.tags.clear();
            self.passed = true;
        }
    }

    /// All of them, the least first.
    fn take(&mut self) -> Result<Tags, Error> {
        if self.passed {
            return Err(too_many(self.limit));
        }
        Ok(std::mem::take(&mut self.tags).into_iter().collect())
    }
}

/// The best tags that wait, as many as the limit lets.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    best: BTreeMap<Contender, u64>,
    limit: usize,
    round: usize,
    /// The best of those that had to go: where none that is better is old
    /// enough, there is no telling who wins.
    dropped: Option<Contender>,
}

impl Pending {
    fn new(limit: usize) -> Self {
        Pending {
            best: BTreeMap::new(),
            limit,
            round: FIRST_ROUND,
            dropped: None,
        }
    }

    pub(crate) fn add(&mut self, entry: &Entry<'_>, end: End, tally: &mut Tally) {
        if self.best.len() >= self.limit && self.is_below_all(entry, end) {
            return self.pass_over(entry, end, tally);
        }
        *self.best.entry(Contender::new(entry, end)).or_insert(0) += 1;
        if self.best.len() > self.limit
            && let Some((worst, times)) = self.best.pop_first()
        {
            outranked(tally, worst.view().tag, times);
            self.dropped = self.dropped.take().max(Some(worst));
        }
    }

    fn is_below_all(&self, entry: &Entry<'_>, end: End) -> bool {
        let worst = self.best.first_key_value();
        worst.is_some_and(|(worst, _)| entry.cmp_preference(&worst.view(), end).is_lt())
    }

    /// Most tags of a long list come here: no copy is made of them.
    fn pass_over(&mut self, entry: &Entry<'_>, end: End, tally: &mut Tally) {
        outranked(tally, entry.tag, 1);
        let dropped = self.dropped.as_ref();
        if dropped.is_none_or(|best| entry.cmp_preference(&best.view(), end).is_gt()) {
            self.dropped = Some(Contender::new(entry, end));
        }
    }

    fn next_round(&mut self, best: Option<&Contender>, tally: &mut Tally) -> Result<Tags, Error> {
        if let Some(best) = best {
            self.keep_better(best, tally);
        }
        if self.best.is_empty() && self.dropped.as_ref() > best {
            return Err(too_many(self.limit));
        }
        let mut tags = Tags::new();
        while tags.len() < self.round
            && let Some((contender, times)) = self.best.pop_last()
        {
            tags.push((contender.into_parts().0, times));
        }
        self.round *= 2;
        Ok(tags)
    }

    /// Whatever is no better than `best` need not wait any longer.
    fn keep_better(&mut self, best: &Contender, tally: &mut Tally) {
        let mut better = self.best.split_off(best);
        let again = better.remove_entry(best);
        if let Some((again, times)) = again {
            tally.add_times(Verdict::Outranked, again.view().tag, times);
        }
        let beaten = std::mem::replace(&mut self.best, better);
        for (contender, times) in beaten {
            outranked(tally, contender.view().tag, times);
        }
    }
}

/// It loses whatever its age.
fn outranked(tally: &mut Tally, tag: &str, times: u64) {
    tally.add_times(Verdict::Outranked, tag, times);
    tally.pass_over(times);
}

fn too_many(limit: usize) -> Error {
    let message = format!("more tags need a date than the limit of {limit}");
    Error::new(ErrorKind::TooManyCandidates, message)
        .with_hint("narrow the filter, or raise the limit")
}

#[cfg(test)]
mod tests {
    use super::Undecided;

    #[test]
    fn past_the_limit_nothing_is_kept() {
        let mut undecided = Undecided::new(2);
        for tag in ["a", "b", "a", "b"] {
            undecided.add(tag);
        }
        assert_eq!(undecided.tags.len(), 2);
        for tag in ["c", "a"] {
            undecided.add(tag);
            assert!(undecided.tags.is_empty());
        }
        assert!(undecided.take().is_err());
    }
}
