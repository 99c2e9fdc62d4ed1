//! Selecting from tags that come one by one.

use std::time::SystemTime;

use crate::candidate::Seen;
use crate::contender::Contender;
use crate::filter::Scratch;
use crate::policy::{Entry, Rules};
use crate::screen;
use crate::strict::Strictness;
use crate::tally::Tally;
use crate::waiting::Waiting;
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
    waiting: Waiting,
}

/// What a [`Selector`] comes to.
#[derive(Clone, Debug)]
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
            waiting: Waiting::new(policy.rules()),
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
            waiting: Waiting::Nothing,
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
        let entry = match rules.admit(seen, &mut self.scratch) {
            Ok(entry) => entry,
            Err(verdict) => return self.lose(seen.tag, verdict),
        };
        let (best, tally) = (&mut self.best, &mut self.tally);
        match (rules.check_age(seen.date), &mut self.waiting) {
            (Ok(()), _) => contend(best, tally, rules, &entry),
            (Err(Verdict::NoDate), Waiting::Best(pending)) => {
                pending.add(&entry, rules.order.end(), tally);
            }
            (Err(verdict), _) => tally.add(verdict, entry.tag),
        }
    }

    fn lose(&mut self, tag: &str, verdict: Verdict) {
        if let (Verdict::NoDate, Waiting::All(undecided)) = (verdict, &mut self.waiting) {
            return undecided.add(tag);
        }
        self.strictness.see(self.policy.rules(), verdict, tag);
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
        self.strictness.check()?;
        let tags = self
            .waiting
            .next_round(self.best.as_ref(), &mut self.tally)?;
        if tags.is_empty() {
            return Ok(Finish::Done(self.into_selection()));
        }
        Ok(Finish::NeedDates(Undated::new(self, tags)))
    }

    /// Judges a tag that waited, now that all is known of it.
    pub(crate) fn push_dated(&mut self, tag: &str, date: Option<SystemTime>) {
        let rules = self.policy.rules();
        match rules.judge(Seen { tag, date }, &mut self.scratch) {
            Ok(entry) => contend(&mut self.best, &mut self.tally, rules, &entry),
            Err(verdict) => self.tally.add(verdict, tag),
        }
    }

    /// The best of the tags so far.
    pub(crate) fn best(&self) -> Option<&Contender> {
        self.best.as_ref()
    }

    pub(crate) fn select(self) -> Result<Selection, Error> {
        self.strictness.check()?;
        Ok(self.into_selection())
    }

    fn into_selection(mut self) -> Selection {
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
    } else {
        tally.add(Verdict::Outranked, entry.tag);
    }
}
