//! Tags that wait for their dates.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::{Error, ErrorKind, Selection, Selector};

/// The tags that pass a policy which selects the newest build, and of which no
/// date is known yet: the only ones for which a registry has to be asked.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tagwright_policy::{Dialect, Finish, Policy};
///
/// let policy = Policy::builder(Dialect::Flux).newest_build().filter("^main-", "").build()?;
/// let mut selector = policy.selector();
/// ["main-b", "main-a", "dev-c"].iter().for_each(|tag| selector.push(tag));
/// let Finish::NeedDates(undated) = selector.finish()? else { panic!("no date was given") };
/// assert_eq!(undated.tags().collect::<Vec<_>>(), ["main-a", "main-b"]);
///
/// let selection = undated.select(|tag| match tag {
///     "main-a" => Some(UNIX_EPOCH + Duration::from_secs(7)),
///     _ => Some(UNIX_EPOCH),
/// });
/// assert_eq!(selection.tag(), Some("main-a"));
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Undated {
    selector: Box<Selector>,
    /// Each with how often it stands in the list.
    tags: BTreeMap<String, u64>,
}

impl Undated {
    pub(crate) fn new(selector: Selector, tags: BTreeMap<String, u64>) -> Self {
        Undated {
            selector: Box::new(selector),
            tags,
        }
    }

    /// The tags, each once, the least first.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = &str> {
        self.tags.keys().map(String::as_str)
    }

    /// Ends the list with the dates that `date` gives. A tag that it knows no
    /// date of is [`NoDate`](crate::Verdict::NoDate).
    pub fn select(self, mut date: impl FnMut(&str) -> Option<SystemTime>) -> Selection {
        let mut selector = *self.selector;
        for (tag, times) in &self.tags {
            let date = date(tag);
            (0..*times).for_each(|_| selector.push_dated(tag, date));
        }
        selector.into_selection()
    }
}

/// What a selector keeps of such tags: none at all once there are too many.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    tags: BTreeMap<String, u64>,
    /// The limit that was passed.
    passed: Option<usize>,
}

impl Waiting {
    pub(crate) fn add(&mut self, tag: &str, limit: usize) {
        if self.passed.is_some() {
            return;
        }
        if let Some(times) = self.tags.get_mut(tag) {
            *times += 1;
        } else if self.tags.len() < limit {
            self.tags.insert(tag.to_owned(), 1);
        } else {
            self.tags.clear();
            self.passed = Some(limit);
        }
    }

    pub(crate) fn into_tags(self) -> Result<BTreeMap<String, u64>, Error> {
        let Some(limit) = self.passed else {
            return Ok(self.tags);
        };
        let message = format!("more than {limit} tags need a date");
        Err(Error::new(ErrorKind::TooManyCandidates, message)
            .with_hint("narrow the filter, or raise the limit"))
    }
}
