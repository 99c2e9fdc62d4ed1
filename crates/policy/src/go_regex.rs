//! Go's regular expressions, translated to the `regex` crate's.
//!
//! The two dialects look alike and differ in corners: `\Q..\E`, `[a&&b]`,
//! `\d` (ASCII in Go), `(?x)`, `\p{Alphabetic}`, `a{` … So a pattern is parsed
//! as Go's `regexp/syntax` does it, and written anew from nothing but forms
//! that mean one thing.

use regex::{CaptureLocations, Regex, RegexBuilder};

use crate::text::floor;
use crate::{Error, ErrorKind, Field};

mod class;
mod ends;
mod escape;
mod flags;
mod parse;
mod repeat;
mod unicode;

use ends::Ends;

/// Bytes of a pattern.
const MAX_LEN: usize = 16 * 1024;

/// Bytes of the compiled pattern. `.{1000}`, the largest count that Go takes, needs an eighth.
const MAX_COMPILED: usize = 8 << 20;

/// Groups in groups. Go stops at 1,000; no pattern that a person wrote comes near this.
const MAX_DEPTH: usize = 100;

/// Nodes in nodes as `regex` counts them: a group is at most a repetition, an
/// alternation and a concatenation.
const NEST_LIMIT: u32 = 1_000;

/// What the parser makes of a pattern.
struct Translation {
    text: String,
    /// The names of the groups 1, 2, …; Go lets two groups share one.
    names: Vec<Option<String>>,
}

/// A pattern in Go's syntax.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    source: String,
    regex: Regex,
    ends: Ends,
    names: Vec<Option<String>>,
}

impl Pattern {
    /// Reads `source`, the text of `field`.
    pub(crate) fn new(field: Field, source: &str) -> Result<Self, Error> {
        if source.len() > MAX_LEN {
            return Err(too_long(field, source, MAX_LEN));
        }
        let Translation { text, names } = parse::translate(field, source)?;
        let regex = RegexBuilder::new(&text)
            .size_limit(MAX_COMPILED)
            .nest_limit(NEST_LIMIT)
            .build()
            .map_err(|_| too_large(field))?;
        Ok(Pattern {
            ends: Ends::of(&text),
            source: source.to_owned(),
            regex,
            names,
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.ends.may_match(text) && self.regex.is_match(text)
    }

    /// False where a look at the ends of `text` shows that it does not match.
    #[inline]
    pub(crate) fn may_match(&self, text: &str) -> bool {
        self.ends.may_match(text)
    }

    pub(crate) fn locations(&self) -> CaptureLocations {
        self.regex.capture_locations()
    }

    /// Matches and notes where the groups matched.
    pub(crate) fn read(&self, locations: &mut CaptureLocations, text: &str) -> bool {
        self.ends.may_match(text) && self.regex.captures_read(locations, text).is_some()
    }

    /// How many groups there are, the whole match included.
    pub(crate) fn group_count(&self) -> usize {
        self.names.len() + 1
    }

    /// The groups of this name, in order.
    pub(crate) fn groups_named(&self, name: &str) -> Vec<usize> {
        let is_wanted = |group: &usize| self.names[group - 1].as_deref() == Some(name);
        (1..=self.names.len()).filter(is_wanted).collect()
    }
}

/// `source`, the text of `field`, goes on behind `most` bytes.
pub(crate) fn too_long(field: Field, source: &str, most: usize) -> Error {
    let message = format!("the {field} is longer than {most} bytes");
    Error::new(ErrorKind::PatternTooLarge, message)
        .with_hint("shorten it")
        .in_field(field)
        .at(source, floor(source, most)..source.len())
}

/// What the parser writes is well formed, so that size is all that is left.
fn too_large(field: Field) -> Error {
    let message = format!("the {field} compiles to more than {MAX_COMPILED} bytes");
    Error::new(ErrorKind::PatternTooLarge, message)
        .with_hint(
            "lower its counts, or use ASCII classes such as [a-z] in place of \\p{..} and `.`",
        )
        .in_field(field)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Pattern;
    use crate::Field;

    const CASES: &str = include_str!("../../../testdata/go-patterns.jsonl");

    #[test]
    fn reads_as_go_does() {
        let differing: Vec<String> = CASES.lines().filter_map(difference).collect();
        assert!(differing.is_empty(), "{}", differing.join("\n"));
    }

    fn difference(line: &str) -> Option<String> {
        let case: Value = serde_json::from_str(line).expect("a JSON object");
        let source = case["pattern"].as_str().expect("a pattern");
        let answer = match Pattern::new(Field::FilterPattern, source) {
            Ok(pattern) => answer(&pattern, source, case["text"].as_str()),
            Err(_) => json!({"pattern": source, "error": true}),
        };
        (answer != case).then(|| format!("{line}\nis {answer}"))
    }

    fn answer(pattern: &Pattern, source: &str, text: Option<&str>) -> Value {
        let mut answer = json!({"pattern": source});
        if !pattern.names.is_empty() {
            let name = |name: &Option<String>| name.clone().unwrap_or_default();
            answer["names"] = pattern.names.iter().map(name).collect();
        }
        if let Some(text) = text {
            let found = pattern.regex.captures(text);
            let group = |group| found.as_ref()?.get(group).map(|group| group.as_str());
            let count = found.as_ref().map_or(0, |_| pattern.names.len() + 1);
            answer["text"] = text.into();
            answer["groups"] = (0..count).map(group).collect();
        }
        answer
    }
}
