use std::borrow::Cow;

/// A tag that a policy judges.
///
/// Made from `&str`, `&String` or `String`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    tag: Cow<'a, str>,
}

impl<'a> Candidate<'a> {
    /// A candidate of which only the tag is known.
    pub fn new(tag: impl Into<Cow<'a, str>>) -> Self {
        Candidate { tag: tag.into() }
    }

    /// The tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn into_tag(self) -> String {
        self.tag.into_owned()
    }
}

impl<'a> From<&'a str> for Candidate<'a> {
    fn from(tag: &'a str) -> Self {
        Candidate::new(tag)
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
