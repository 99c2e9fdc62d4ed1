//! Selecting from tags that come one by one.

use std::time::SystemTime;

use crate::candidate::Seen;
use crate::contender::Contender;
use crate::filter::Scratch;
use crate::order::Order;
use crate::policy::{Entry, Rules};
use crate::screen;
use crate::strict::Strictness;
use crate::tally::Tally;
use crate::undated::Waiting;
use crate::{Candidate, Error, Policy, Selection, Undated, Verdict};

/// Takes tags as a registry pages them and keeps the best one only.
///
/// ```
/// use tagwright_policy::{Dialect, Policy};
///
/// let policy = Policy::builder(Dialect::Flux).semver("5.0.x").build()?;
/// let mut selector = policy.selector();
/// for page in [["5.0.0", "latest"], ["5.0.3", "5.1.0"]] {
///     page.iter().for_each(|tag| selector.push(tag));
/// }
/// let selection = selector.finish()?.into_selection().unwrap();
/// assert_eq!(selection.tag(), Some("5.0.3"));
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Selector {
    policy: Policy,
    scratch: Scratch,
    best: Option<Contender>,
    tally: Tally,
    strictness: Strictness,
    /// What waits for its date. None where the list is all there is.
    waiting: Option<Waiting>,
}

/// What a [`Selector`] comes to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Finish {
    /// The list is judged.
    Done(Selection),
    /// The dates of some tags decide.
    NeedDates(Undated),
}

impl Finish {
    /// The selection, where it is made. None where dates are needed.
    pub fn into_selection(self) -> Option<Selection> {
        match self {
            Finish::Done(selection) => Some(selection),
            Finish::NeedDates(_) => None,
        }
    }
}

impl Selector {
    pub(crate) fn new(policy: Policy) -> Self {
        Selector {
            waiting: Some(Waiting::default()),
            ..Selector::at_once(policy)
        }
    }

    /// A selector that will get no dates but those that come with the tags.
    pub(crate) fn at_once(policy: Policy) -> Self {
        Selector {
            policy,
            scratch: Scratch::default(),
            best: None,
            tally: Tally::default(),
            strictness: Strictness::default(),
            waiting: None,
        }
    }

    /// Judges one tag. A tag that a strict policy refuses is remembered, and
    /// [`finish`](Selector::finish) tells.
    #[inline]
    pub fn push(&mut self, tag: &str) {
        self.see(Seen::undated(tag));
    }

    /// Judges one candidate, with its date where that is known.
    #[inline]
    pub fn push_candidate(&mut self, candidate: &Candidate<'_>) {
        self.see(candidate.seen());
    }

    fn see(&mut self, seen: Seen<'_>) {
        let rules = self.policy.rules();
        match screen::loses(rules, seen.tag, self.best.as_ref()) {
            Some(verdict) => self.tally.add(verdict, seen.tag),
            None => self.judge(seen),
        }
    }

    fn judge(&mut self, seen: Seen<'_>) {
        let rules = self.policy.rules();
        match rules.judge(seen, &mut self.scratch) {
            Ok(entry) => contend(&mut self.best, &mut self.tally, rules, &entry),
            Err(verdict) => self.lose(seen.tag, verdict),
        }
    }

    fn lose(&mut self, tag: &str, verdict: Verdict) {
        let rules = self.policy.rules();
        if let (Verdict::NoDate, Order::NewestBuild(newest), Some(waiting)) =
            (verdict, &rules.order, &mut self.waiting)
        {
            return waiting.add(tag, newest.limit);
        }
        self.strictness.see(rules, verdict, tag);
        self.tally.add(verdict, tag);
    }

    /// Ends the list.
    ///
    /// # Errors
    ///
    /// [`NotANumber`](crate::ErrorKind::NotANumber) where the policy is strict
    /// and numerical and the key of a tag that takes part is no number. Of
    /// several such tags the error names the least, byte for byte.
    ///
    /// [`TooManyCandidates`](crate::ErrorKind::TooManyCandidates) where more
    /// tags need a date than [`date_limit`](crate::PolicyBuilder::date_limit).
    pub fn finish(mut self) -> Result<Finish, Error> {
        match self.waiting.take().unwrap_or_default().into_tags()? {
            tags if tags.is_empty() => self.select().map(Finish::Done),
            tags => Ok(Finish::NeedDates(Undated::new(self, tags))),
        }
    }

    /// Judges what waited, now that all is known of it.
    pub(crate) fn push_dated(&mut self, tag: &str, date: Option<SystemTime>) {
        self.see(Seen { tag, date });
    }

    pub(crate) fn select(self) -> Result<Selection, Error> {
        self.strictness.check()?;
        Ok(self.into_selection())
    }

    pub(crate) fn into_selection(mut self) -> Selection {
        if let Some(best) = &self.best {
            self.tally.add(Verdict::Selected, best.view().tag);
        }
        Selection::new(&self.policy, self.best, self.tally)
    }
}

/// Keeps the better of `best` and `entry`; the other one is outranked.
fn contend(best: &mut Option<Contender>, tally: &mut Tally, rules: &Rules, entry: &Entry<'_>) {
    let end = rules.order.end();
    let Some(held) = best else {
        *best = Some(Contender::new(entry, end));
        return;
    };
    let order = entry.cmp_preference(&held.view(), end);
    if order.is_gt() {
        tally.add(Verdict::Outranked, held.view().tag);
        *best = Some(Contender::new(entry, end));
    } else if order.is_lt() {
        tally.add(Verdict::Outranked, entry.tag);
    } else {
        tally.count(Verdict::Outranked);
    }
}
