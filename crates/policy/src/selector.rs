//! Selecting from tags that come one by one.

use crate::contender::Contender;
use crate::filter::Scratch;
use crate::policy::{Entry, Rules};
use crate::strict::Strictness;
use crate::tally::Tally;
use crate::{Error, Policy, Selection, Verdict};

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
}

/// What a [`Selector`] comes to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Finish {
    /// The list is judged.
    Done(Selection),
}

impl Finish {
    /// The selection, where it is made.
    pub fn into_selection(self) -> Option<Selection> {
        match self {
            Finish::Done(selection) => Some(selection),
        }
    }
}

impl Selector {
    pub(crate) fn new(policy: Policy) -> Self {
        Selector {
            policy,
            scratch: Scratch::default(),
            best: None,
            tally: Tally::default(),
            strictness: Strictness::default(),
        }
    }

    /// Judges one tag. A tag that a strict policy refuses is remembered, and
    /// [`finish`](Selector::finish) tells.
    pub fn push(&mut self, tag: &str) {
        let rules = self.policy.rules();
        match rules.judge(tag, &mut self.scratch) {
            Ok(entry) => contend(&mut self.best, &mut self.tally, rules, &entry),
            Err(verdict) => {
                self.strictness.see(rules, verdict, tag);
                self.tally.add(verdict, tag);
            }
        }
    }

    /// Ends the list.
    ///
    /// # Errors
    ///
    /// [`NotANumber`](crate::ErrorKind::NotANumber) where the policy is strict
    /// and numerical and the key of a tag that takes part is no number. Of
    /// several such tags the error names the least, byte for byte.
    pub fn finish(self) -> Result<Finish, Error> {
        self.select().map(Finish::Done)
    }

    pub(crate) fn select(mut self) -> Result<Selection, Error> {
        self.strictness.check()?;
        if let Some(best) = &self.best {
            self.tally.add(Verdict::Selected, best.view().tag);
        }
        Ok(Selection::new(&self.policy, self.best, self.tally))
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
