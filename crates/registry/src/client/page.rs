use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use super::rate_limit::RateLimit;
use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::tag;

/// One page of a tag list, in the registry's order.
///
/// Every tag fits the grammar of the OCI distribution specification, `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
/// What the registry listed beside is no tag that could ever be pulled; it is left out and counted, see
/// [`Page::skipped`]. An answer without the field `tags`, or with `null` in it, is a page without tags, as it is
/// for go-containerregistry, unless it has `errors`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The tags one after the other: one allocation for a thousand of them.
    text: String,
    ends: Vec<usize>,
    skipped: usize,
    rate_limit: Option<RateLimit>,
    date: Option<SystemTime>,
}

impl Page {
    /// The tags.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.ends.len()).map(|index| &self.text[self.start(index)..self.ends[index]])
    }

    /// How many tags there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none, which does not make it the last page.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many names were left out because they fit no tag's grammar.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// How much more the registry may be asked, when its answer said so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// The time by the registry's clock when it answered, to the second, where it said so: its `Date`.
    pub fn date(&self) -> Option<SystemTime> {
        self.date
    }

    pub(crate) fn with_date(mut self, date: Option<SystemTime>) -> Self {
        self.date = date;
        self
    }

    pub(crate) fn with_rate_limit(mut self, rate_limit: Option<RateLimit>) -> Self {
        self.rate_limit = rate_limit;
        self
    }

    /// Reads the body of a tag list. The error says what was found instead, and quotes nothing.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, String> {
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err("an answer that is a list where an object is due".to_owned());
        }
        let listing: Listing = serde_json::from_slice(body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            format!("an answer that is no tag list at line {line}, column {column}")
        })?;
        match listing {
            // To take this for no tags would hide what went wrong.
            Listing {
                tags: None,
                errors: true,
            } => Err("an answer with errors instead of tags".to_owned()),
            // As go-containerregistry does, for registries that leave out or null what is empty.
            Listing { tags, .. } => Ok(tags.unwrap_or_default()),
        }
    }

    fn start(&self, index: usize) -> usize {
        index.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    fn push(&mut self, name: &[u8]) {
        match str::from_utf8(name) {
            Ok(name) if tag::is_tag(name) => {
                self.text.push_str(name);
                self.ends.push(self.text.len());
            }
            _ => self.skipped += 1,
        }
    }
}

impl IntoIterator for Page {
    type Item = String;
    type IntoIter = std::vec::IntoIter<String>;

    fn into_iter(self) -> Self::IntoIter {
        self.tags()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter()
    }
}

impl From<Page> for Vec<String> {
    fn from(page: Page) -> Self {
        page.into_iter().collect()
    }
}

/// The answer. Go's reader takes its fields in any case, so that there are servers that write `Tags`.
#[derive(Default)]
struct Listing {
    tags: Option<Page>,
    errors: bool,
}

impl<'de> Deserialize<'de> for Listing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Listing;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tag list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Listing, A::Error> {
        let mut listing = Listing::default();
        while let Some(name) = fields.next_key::<Cow<'de, str>>()? {
            if name.eq_ignore_ascii_case("errors") {
                listing.errors = fields.next_value::<Option<IgnoredAny>>()?.is_some();
            } else if !name.eq_ignore_ascii_case("tags") {
                fields.next_value::<IgnoredAny>()?;
            } else if listing.tags.is_some() {
                return Err(A::Error::duplicate_field("tags"));
            } else {
                listing.tags = fields.next_value()?;
            }
        }
        Ok(listing)
    }
}

impl<'de> Deserialize<'de> for Page {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Page;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of tags")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Page, A::Error> {
        let mut page = Page::default();
        while names.next_element_seed(Name(&mut page))?.is_some() {}
        Ok(page)
    }
}

/// One name, pushed to the page without a string of its own.
struct Name<'a>(&'a mut Page);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Name<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a tag")
    }

    fn visit_none<E>(self) -> Result<(), E> {
        self.0.push(b"");
        Ok(())
    }

    /// As bytes, since half a surrogate pair is no text; it is no tag either, and spoils none of the others.
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_bytes(self)
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<(), E> {
        self.0.push(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[track_caller]
    fn check(body: &str, tags: &[&str], skipped: usize) {
        let page = Page::parse(body.as_bytes()).unwrap();
        assert_eq!(page.tags().collect::<Vec<_>>(), tags, "{body}");
        assert_eq!(
            (page.len(), page.is_empty(), page.skipped()),
            (tags.len(), tags.is_empty(), skipped)
        );
    }

    #[test]
    fn tags_keep_their_order_and_repetitions() {
        check(
            r#"{"name":"a/b","tags":["v2","v1","v2"]}"#,
            &["v2", "v1", "v2"],
            0,
        );
        check(r#" {"tags":["\u0061"],"name":null,"child":[]} "#, &["a"], 0);
    }

    #[test]
    fn no_tags_are_spelled_in_many_ways() {
        for body in [
            "{}",
            r#"{"tags":null}"#,
            r#"{"tags":[]}"#,
            r#"{"name":"a/b"}"#,
        ] {
            check(body, &[], 0);
        }
    }

    #[test]
    fn what_is_no_tag_is_skipped_and_counted() {
        let long = "x".repeat(128);
        check(
            &format!(r#"{{"tags":["{long}","{long}x","",".a","-a","a b","é","a/b","a\nb","_a"]}}"#),
            &[&long, "_a"],
            8,
        );
        check(
            r#"{"tags":["v1","\ud800",null,"\udc00x","v2"]}"#,
            &["v1", "v2"],
            3,
        );
        let page = Page::parse(b"{\"tags\":[\"a\",\"\xff\"]}").unwrap();
        assert_eq!((page.len(), page.skipped()), (1, 1));
    }

    #[test]
    fn fields_are_taken_in_any_case() {
        check(r#"{"Name":"a/b","Tags":["v1"]}"#, &["v1"], 0);
        check(r#"{"TAGS":["v1"],"errors":null}"#, &["v1"], 0);
        check(r#"{"t\u0061gs":["v1"]}"#, &["v1"], 0);
        assert!(Page::parse(br#"{"Errors":[{}]}"#).is_err());
        assert!(Page::parse(br#"{"tags":["v1"],"Tags":["v2"]}"#).is_err());
    }

    #[test]
    fn what_is_no_tag_list_is_an_error_that_quotes_nothing() {
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"tags":"a"}"#,
            r#"{"tags":[1]}"#,
            r#"{"tags":[["a"]]}"#,
            r#"{"tags":["a""#,
            r#"{"errors":[]}"#,
        ] {
            let error = Page::parse(body.as_bytes()).unwrap_err();
            assert!(error.starts_with("an answer "), "{body}: {error}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let body = format!(r#"{{"x":{}"#, "[".repeat(100_000));
        assert!(Page::parse(body.as_bytes()).is_err());
    }
}
