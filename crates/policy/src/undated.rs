//! Tags that wait for their dates.

use std::time::SystemTime;

use crate::waiting::Tags;
use crate::{Error, Finish, Selection, Selector};

/// The tags whose dates decide and are not known: the only ones for which a
/// registry has to be asked.
///
/// An order by date needs the dates of all tags that pass; they come in one
/// round. A policy with a time until which images count
/// ([`built_until`](crate::PolicyBuilder::built_until)) needs the date of the
/// best tag, and of the next ones only where that is too young: each round
/// asks for twice as many tags as the last, from four on.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tagwright_policy::{Dialect, Finish, Policy};
///
/// let noon = UNIX_EPOCH + Duration::from_secs(43_200);
/// let policy = Policy::builder(Dialect::Flux).semver("5.x").built_until(noon).build()?;
/// let mut selector = policy.selector();
/// ["5.0.1", "5.0.2", "5.1.0", "6.0.0"].iter().for_each(|tag| selector.push(tag));
///
/// let mut finish = selector.finish()?;
/// while let Finish::NeedDates(undated) = finish {
///     assert_eq!(undated.tags().collect::<Vec<_>>(), ["5.1.0", "5.0.2", "5.0.1"]);
///     // Here a program asks the registry for all of them at once.
///     finish = undated.answer(|tag| match tag {
///         "5.1.0" => Some(noon + Duration::from_secs(1)),
///         _ => Some(noon),
///     })?;
/// }
/// let selection = finish.into_selection().unwrap();
/// assert_eq!(
///     selection.to_string(),
///     "5.0.2: greatest of 2 that match 5.x and are old enough; 1 is out of range, 1 is too young",
/// );
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Undated {
    selector: Box<Selector>,
    tags: Tags,
}

impl Undated {
    pub(crate) fn new(selector: Selector, tags: Tags) -> Self {
        Undated {
            selector: Box::new(selector),
            tags,
        }
    }

    /// The tags, each once: the least first for an order by date, else the
    /// best first.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tags.iter().map(|(tag, _)| tag.as_str())
    }

    /// Goes on with the dates that `date` gives, which is called once for each
    /// of the tags. One that it knows no date of is
    /// [`NoDate`](crate::Verdict::NoDate), and is not asked for again.
    ///
    /// # Errors
    ///
    /// [`TooManyCandidates`](crate::ErrorKind::TooManyCandidates) where none of
    /// the best [`date_limit`](crate::PolicyBuilder::date_limit) tags can be
    /// selected, and there are more.
    pub fn answer(self, mut date: impl FnMut(&str) -> Option<SystemTime>) -> Result<Finish, Error> {
        let mut selector = *self.selector;
        for (tag, times) in &self.tags {
            let date = date(tag);
            (0..*times).for_each(|_| selector.push_dated(tag, date));
        }
        selector.finish()
    }

    /// Ends the list: [`answer`](Undated::answer) as often as it takes.
    ///
    /// # Errors
    ///
    /// Those of [`answer`](Undated::answer).
    pub fn select(
        self,
        mut date: impl FnMut(&str) -> Option<SystemTime>,
    ) -> Result<Selection, Error> {
        let mut undated = self;
        loop {
            match undated.answer(&mut date)? {
                Finish::Done(selection) => return Ok(selection),
                Finish::NeedDates(next) => undated = next,
            }
        }
    }
}
