//! A policy: which tags take part, and which of them wins.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::candidate::Seen;
use crate::explain::{Explained, Explanation};
use crate::filter::{Filter, Scratch};
use crate::go_regex::Pattern;
use crate::order::{End, Order, Rank};
use crate::rank::{Ranked, Ranking};
use crate::text::one_line;
use crate::time::Utc;
use crate::{Candidate, Dialect, Error, PolicyBuilder, Selection, Selector, Verdict};

/// Bytes of a tag. OCI allows 128; keys are versions, numbers and names, so
/// more than this is noise, and what is kept of a list stays small.
pub(crate) const MAX_TAG: usize = 4_096;

/// Selects one tag of a list, and says why.
///
/// Cheap to clone. Selecting depends on nothing but the tags: not on their
/// order, a clock or an environment.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: Arc<Rules>,
}

#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) dialect: Dialect,
    pub(crate) order: Order,
    pub(crate) filter: Option<Filter>,
    pub(crate) exclude: Vec<Pattern>,
    pub(crate) strict: bool,
    /// Later builds are too young.
    pub(crate) until: Option<SystemTime>,
    /// Tags that may wait for their dates.
    pub(crate) date_limit: usize,
}

/// A tag that takes part: the text that it is ordered by, and how it reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'k> {
    pub(crate) tag: &'k str,
    pub(crate) key: &'k str,
    pub(crate) rank: Rank<'k>,
}

impl Policy {
    /// Starts a policy of `dialect`.
    pub fn builder(dialect: Dialect) -> PolicyBuilder {
        PolicyBuilder::new(dialect)
    }

    pub(crate) fn new(rules: Rules) -> Self {
        Policy {
            rules: Arc::new(rules),
        }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Whose rules the policy follows.
    pub fn dialect(&self) -> Dialect {
        self.rules.dialect
    }

    /// The tag that the policy follows by its digest: of the selection, the
    /// digest is what changes.
    pub fn followed_tag(&self) -> Option<&str> {
        match &self.rules.order {
            Order::Digest(tag) => Some(tag),
            _ => None,
        }
    }

    /// Whether the policy is for one version, by a range such as `1.2.3` or `=1.2.3`.
    pub fn is_exact(&self) -> bool {
        matches!(&self.rules.order, Order::Semver(range) if range.is_exact())
    }

    /// Whether the order is by date, so that tags without one have no place in it.
    pub fn orders_by_date(&self) -> bool {
        matches!(&self.rules.order, Order::NewestBuild)
    }

    /// Selects one of `tags`.
    ///
    /// A list with nothing to select is no error: the selection has no tag,
    /// and says what the tags were instead. A policy that looks at dates, by
    /// its order or by [`built_until`](PolicyBuilder::built_until), wants
    /// candidates with a date, and those without are
    /// [`NoDate`](Verdict::NoDate); a [`Selector`] asks for the dates that it
    /// needs.
    ///
    /// # Errors
    ///
    /// [`NotANumber`](crate::ErrorKind::NotANumber) where the policy is strict
    /// and numerical and the key of a tag that takes part is no number.
    pub fn select<'a, I>(&self, tags: I) -> Result<Selection, Error>
    where
        I: IntoIterator,
        I::Item: Into<Candidate<'a>>,
    {
        let mut selector = Selector::at_once(self.clone());
        for tag in tags {
            selector.push_candidate(&tag.into());
        }
        selector.select()
    }

    /// Takes tags as they come, in constant memory but for tags that wait for
    /// their date.
    pub fn selector(&self) -> Selector {
        Selector::new(self.clone())
    }

    /// Gives each tag its verdict, in the order of the list.
    ///
    /// # Errors
    ///
    /// Those of [`select`](Policy::select).
    pub fn explain<'a, I>(&self, tags: I) -> Result<Vec<Explained>, Error>
    where
        I: IntoIterator,
        I::Item: Into<Candidate<'a>>,
    {
        let explanation = self.explanation(tags)?;
        Ok(explanation.into_parts().1)
    }

    /// Gives each tag its verdict, and with them the [`Selection`]: counts,
    /// examples and the sentence.
    ///
    /// ```
    /// use tagwright_policy::{Dialect, Policy, Verdict};
    ///
    /// let policy = Policy::builder(Dialect::Flux).semver("5.0.x").build()?;
    /// let explanation = policy.explanation(["5.0.1", "5.1.0"])?;
    /// assert_eq!(explanation.tags()[1].verdict(), Verdict::OutOfRange);
    /// assert_eq!(
    ///     explanation.to_string(),
    ///     "5.0.1: the only one that matches 5.0.x; 1 is out of range",
    /// );
    /// # Ok::<(), tagwright_policy::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`select`](Policy::select).
    pub fn explanation<'a, I>(&self, tags: I) -> Result<Explanation, Error>
    where
        I: IntoIterator,
        I::Item: Into<Candidate<'a>>,
    {
        let tags: Vec<Candidate<'a>> = tags.into_iter().map(Into::into).collect();
        crate::explain::explain(self, tags)
    }

    /// The best `limit` tags, the best first; each tag once, by its best date
    /// where it comes with two. Memory grows with `limit`, not with the list.
    ///
    /// # Errors
    ///
    /// Those of [`select`](Policy::select).
    pub fn rank<'a, I>(&self, tags: I, limit: usize) -> Result<Vec<Ranked>, Error>
    where
        I: IntoIterator,
        I::Item: Into<Candidate<'a>>,
    {
        let mut ranking = Ranking::new(self.clone(), limit);
        for tag in tags {
            ranking.push(&tag.into());
        }
        ranking.finish()
    }

    /// Compares two tags as the policy does: the greater is the one it
    /// prefers. None where either has no place in the order.
    ///
    /// An order by date compares candidates with a date:
    /// `policy.compare((tag, date), (other, date))`.
    ///
    /// Exclusions, the range and a time until which images count do not count
    /// here, so that a tag that was written under an older range can be
    /// compared too. The filter does: it gives the key.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use tagwright_policy::{Dialect, Policy};
    ///
    /// let policy = Policy::builder(Dialect::Flux).semver("5.0.x").build()?;
    /// assert_eq!(policy.compare("5.0.1", "4.9.0"), Some(Ordering::Greater));
    /// assert_eq!(policy.compare("5.0.1", "latest"), None);
    /// # Ok::<(), tagwright_policy::Error>(())
    /// ```
    pub fn compare<'a, 'b>(
        &self,
        a: impl Into<Candidate<'a>>,
        b: impl Into<Candidate<'b>>,
    ) -> Option<Ordering> {
        let (a, b) = (a.into(), b.into());
        let (mut scratch_a, mut scratch_b) = (Scratch::default(), Scratch::default());
        let a = self.rules.place(a.seen(), &mut scratch_a).ok()?;
        let b = self.rules.place(b.seen(), &mut scratch_b).ok()?;
        Some(a.cmp_preference(&b, self.rules.order.end()))
    }

    /// Compares two tags without the bytes that settle ties.
    pub(crate) fn compare_ranks(&self, a: Seen<'_>, b: Seen<'_>) -> Option<Ordering> {
        let (mut scratch_a, mut scratch_b) = (Scratch::default(), Scratch::default());
        let a = self.rules.place(a, &mut scratch_a).ok()?;
        let b = self.rules.place(b, &mut scratch_b).ok()?;
        Some(self.rules.order.end().direct(a.rank.cmp(&b.rank)))
    }
}

impl Rules {
    /// Whether a tag can be chosen, and if not, why.
    #[inline]
    pub(crate) fn judge<'k>(
        &self,
        seen: Seen<'k>,
        scratch: &'k mut Scratch,
    ) -> Result<Entry<'k>, Verdict> {
        let entry = self.admit(seen, scratch)?;
        self.check_age(seen.date)?;
        Ok(entry)
    }

    /// Whether a tag can be chosen if it is old enough.
    #[inline]
    pub(crate) fn admit<'k>(
        &self,
        seen: Seen<'k>,
        scratch: &'k mut Scratch,
    ) -> Result<Entry<'k>, Verdict> {
        let tag = seen.tag;
        if tag.len() <= MAX_TAG && self.excludes(tag) {
            return Err(Verdict::Excluded);
        }
        let entry = self.place(seen, scratch)?;
        match self.order.refuses(&entry.rank) {
            Some(verdict) => Err(verdict),
            None => Ok(entry),
        }
    }

    /// Whether an image of this date is old enough.
    #[inline]
    pub(crate) fn check_age(&self, date: Option<SystemTime>) -> Result<(), Verdict> {
        let Some(until) = self.until else {
            return Ok(());
        };
        match date {
            None => Err(Verdict::NoDate),
            Some(date) if date > until => Err(Verdict::TooYoung),
            Some(_) => Ok(()),
        }
    }

    /// Whether `tag` matches a pattern that excludes.
    #[inline]
    pub(crate) fn excludes(&self, tag: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.is_match(tag))
    }

    /// Whether neither an exclusion nor the filter leaves `tag` out, however long it is.
    pub(crate) fn takes_part(&self, tag: &str) -> bool {
        let filter = self.filter.as_ref();
        !self.excludes(tag) && filter.is_none_or(|filter| filter.key(tag).is_some())
    }

    /// Finds the place of a tag in the order.
    #[inline]
    fn place<'k>(&self, seen: Seen<'k>, scratch: &'k mut Scratch) -> Result<Entry<'k>, Verdict> {
        let tag = seen.tag;
        if tag.len() > MAX_TAG {
            return Err(Verdict::TooLong);
        }
        let key = match &self.filter {
            Some(filter) => filter.read(tag, scratch).ok_or(Verdict::FilteredOut)?,
            None => tag,
        };
        let rank = self.order.read(self.dialect, seen, key)?;
        Ok(Entry { tag, key, rank })
    }
}

impl Entry<'_> {
    /// Compares two entries: the greater wins. Of equal ranks the greater tag
    /// wins, byte for byte, whichever end of the order is wanted.
    pub(crate) fn cmp_preference(&self, other: &Entry<'_>, end: End) -> Ordering {
        let by_rank = end.direct(self.rank.cmp(&other.rank));
        by_rank.then_with(|| self.tag.cmp(other.tag))
    }
}

/// The policy on one line: `semver 5.0.x`, `numerical asc, filter ^main-(?P<ts>.*), extract $ts`.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.rules();
        rules.order.describe(rules.dialect, f)?;
        if let Some(filter) = &rules.filter {
            write!(f, ", {filter}")?;
        }
        for pattern in &rules.exclude {
            write!(f, ", exclude {}", one_line(pattern.as_str()))?;
        }
        if let Some(until) = rules.until {
            write!(f, ", built until {}", Utc(until))?;
        }
        if rules.strict {
            f.write_str(", strict")
        } else {
            Ok(())
        }
    }
}
