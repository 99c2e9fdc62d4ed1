//! `filterTags`: which tags take part, and by what key.

use std::borrow::Cow;
use std::fmt;

use regex::CaptureLocations;

use crate::extract::Template;
use crate::go_regex::{self, Pattern};
use crate::text::one_line;
use crate::{Error, Field};

/// Bytes of an extract template. With the limit on tags it bounds a key.
const MAX_EXTRACT: usize = 1_024;

/// A pattern that tags must match, and the template of their keys: Flux's
/// `filterTags`, in the syntax of Go's `regexp`.
///
/// [`PolicyBuilder::filter`](crate::PolicyBuilder::filter) puts one into a
/// policy; alone it shows what would be ordered.
///
/// ```
/// use tagwright_policy::Filter;
///
/// let filter = Filter::new("^main-[a-f0-9]+-(?P<ts>[0-9]+)$", "$ts")?;
/// assert_eq!(filter.key("main-0badc0d-1621").as_deref(), Some("1621"));
/// assert_eq!(filter.key("latest"), None);
/// # Ok::<(), tagwright_policy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Filter {
    pattern: Pattern,
    extract: Option<Extract>,
}

#[derive(Clone, Debug)]
struct Extract {
    source: String,
    template: Template,
}

/// What matching writes to, kept from tag to tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    locations: Option<CaptureLocations>,
    key: String,
}

impl Filter {
    /// Reads a pattern and the template of the keys; an empty `extract` makes
    /// the whole tag the key.
    ///
    /// # Errors
    ///
    /// - [`InvalidPattern`](crate::ErrorKind::InvalidPattern): `a**`, `(?=a)`, `[z-a]`,
    ///   or whatever else Go's `regexp` refuses;
    /// - [`PatternTooLarge`](crate::ErrorKind::PatternTooLarge): a pattern of more than
    ///   16 KiB, or 8 MiB when compiled, or an `extract` of more than 1,024 bytes.
    pub fn new(pattern: &str, extract: &str) -> Result<Self, Error> {
        let pattern = Pattern::new(Field::FilterPattern, pattern)?;
        if extract.len() > MAX_EXTRACT {
            return Err(go_regex::too_long(Field::Extract, extract, MAX_EXTRACT));
        }
        let extract = (!extract.is_empty()).then(|| Extract {
            source: extract.to_owned(),
            template: Template::new(extract, &pattern),
        });
        Ok(Filter { pattern, extract })
    }

    /// What `tag` is ordered by: what the template makes of the match. None
    /// where the pattern does not match. The time is linear in the tag.
    pub fn key<'t>(&self, tag: &'t str) -> Option<Cow<'t, str>> {
        if self.extract.is_none() {
            return self.pattern.is_match(tag).then_some(Cow::Borrowed(tag));
        }
        let mut scratch = Scratch::default();
        let key = self.read(tag, &mut scratch)?.to_owned();
        Some(Cow::Owned(key))
    }

    /// The pattern as it was written.
    pub fn pattern(&self) -> &str {
        self.pattern.as_str()
    }

    /// The template as it was written, empty for the whole tag.
    pub fn extract(&self) -> &str {
        let source = self.extract.as_ref().map(|extract| &extract.source);
        source.map_or("", String::as_str)
    }

    /// False where a look at its ends shows that `tag` does not match.
    #[inline]
    pub(crate) fn may_match(&self, tag: &str) -> bool {
        self.pattern.may_match(tag)
    }

    /// [`key`](Filter::key) for tag after tag: what is needed is made once.
    pub(crate) fn read<'k>(&self, tag: &'k str, scratch: &'k mut Scratch) -> Option<&'k str> {
        let Some(extract) = &self.extract else {
            return self.pattern.is_match(tag).then_some(tag);
        };
        let Scratch { locations, key } = scratch;
        let locations = locations.get_or_insert_with(|| self.pattern.locations());
        let matches = self.pattern.read(locations, tag);
        matches.then(|| extract.template.expand(tag, locations, key))
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter {}", one_line(self.pattern.as_str()))?;
        match &self.extract {
            Some(extract) => write!(f, ", extract {}", one_line(&extract.source)),
            None => Ok(()),
        }
    }
}
