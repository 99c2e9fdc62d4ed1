//! `filterTags`: which tags take part, and by what key.

use std::fmt;

use regex::CaptureLocations;

use crate::Error;
use crate::extract::Template;
use crate::go_regex::Pattern;
use crate::text::one_line;

/// Bytes of an extract template. With the limit on tags it bounds a key.
const MAX_EXTRACT: usize = 1_024;

/// A pattern that tags must match, and the template of their keys.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
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
    pub(crate) fn new(pattern: &str, extract: &str) -> Result<Self, Error> {
        let pattern = Pattern::new("filter pattern", pattern)?;
        if extract.len() > MAX_EXTRACT {
            return Err(too_long());
        }
        let extract = (!extract.is_empty()).then(|| Extract {
            source: extract.to_owned(),
            template: Template::new(extract, &pattern),
        });
        Ok(Filter { pattern, extract })
    }

    /// The key of `tag`; None where the pattern does not match.
    pub(crate) fn key<'k>(&self, tag: &'k str, scratch: &'k mut Scratch) -> Option<&'k str> {
        let Some(extract) = &self.extract else {
            return self.pattern.is_match(tag).then_some(tag);
        };
        let Scratch { locations, key } = scratch;
        let locations = locations.get_or_insert_with(|| self.pattern.locations());
        let matches = self.pattern.read(locations, tag);
        matches.then(|| extract.template.expand(tag, locations, key))
    }
}

fn too_long() -> Error {
    let message = format!("the extract template is longer than {MAX_EXTRACT} bytes");
    Error::new(crate::ErrorKind::PatternTooLarge, message).with_hint("shorten it")
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
