use std::borrow::Cow;
use std::time::SystemTime;

/// A tag that a policy judges, with the time at which its image was built
/// where that is known.
///
/// Made from `&str`, `&String` or `String`, or from a pair of `&str` and
/// `SystemTime`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    tag: Cow<'a, str>,
    date: Option<SystemTime>,
}

impl<'a> Candidate<'a> {
    /// A candidate of which only the tag is known.
    pub fn new(tag: impl Into<Cow<'a, str>>) -> Self {
        Candidate {
            tag: tag.into(),
            date: None,
        }
    }

    /// The candidate, built at `date`. Policies that neither order by date nor
    /// want an age do not look at it.
    pub fn built(mut self, date: SystemTime) -> Self {
        self.date = Some(date);
        self
    }

    /// The tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// When its image was built.
    pub fn date(&self) -> Option<SystemTime> {
        self.date
    }

    #[inline]
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen {
            tag: &self.tag,
            date: self.date,
        }
    }

    pub(crate) fn into_tag(self) -> String {
        self.tag.into_owned()
    }
}

/// A candidate as a policy looks at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'t> {
    pub(crate) tag: &'t str,
    pub(crate) date: Option<SystemTime>,
}

impl<'t> Seen<'t> {
    /// A candidate of which only the tag is known.
    pub(crate) fn undated(tag: &'t str) -> Self {
        Seen { tag, date: None }
    }
}

impl<'a> From<&'a str> for Candidate<'a> {
    fn from(tag: &'a str) -> Self {
        Candidate::new(tag)
    }
}

impl<'a> From<(&'a str, SystemTime)> for Candidate<'a> {
    fn from((tag, date): (&'a str, SystemTime)) -> Self {
        Candidate::new(tag).built(date)
    }
}

impl<'a> From<&'a String> for Candidate<'a> {
    fn from(tag: &'a String) -> Self {
        Candidate::new(tag)
    }
}

impl From<String> for Candidate<'_> {
    fn from(tag: String) -> Self {
        Candidate::new(tag)
    }
}
