//! Go's regular expressions, translated to the `regex` crate's.
//!
//! The two dialects look alike and differ in corners: `\Q..\E`, `[a&&b]`,
//! `\d` (ASCII in Go), `(?x)`, `a{` … So a pattern is parsed as Go's
//! `regexp/syntax` does it, and written anew from nothing but forms that mean
//! one thing. The crate `tagwright-policy` reads filters the same way; the two
//! share no code, because neither may know the other.

use std::ops::Range;

use ::regex::{Regex, RegexBuilder};

use super::fault::Fault;
use crate::limits::{REGEX_BYTES, REGEX_COMPILED};

mod class;
mod escape;
mod expand;
mod flags;
mod parse;
mod repeat;
mod unicode;

pub(super) use expand::Replacement;

/// Groups in groups; no pattern that a person wrote comes near this.
const MAX_DEPTH: usize = 100;

/// Nodes in nodes as `regex` counts them: a group is at most a repetition, an
/// alternation and a concatenation.
const NEST_LIMIT: u32 = 1_000;

/// What the parser makes of a pattern.
struct Translation {
    text: String,
    /// The names of the groups 1, 2, …; Go lets two groups share one.
    names: Vec<Option<String>>,
    /// How many copies of its innermost thing the counts ask for.
    copies: u32,
}

/// A pattern in Go's syntax.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    names: Vec<Option<String>>,
    weight: usize,
}

/// Why there is no pattern.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Go refuses it too.
    Invalid(&'static str),
    /// It is larger than we read.
    TooLarge(String),
}

impl Pattern {
    pub(super) fn new(source: &str) -> Result<Self, Refusal> {
        if source.len() > REGEX_BYTES {
            let text = format!("a pattern of more than {REGEX_BYTES} bytes");
            return Err(Refusal::TooLarge(text));
        }
        let translation = parse::translate(source).map_err(Refusal::of)?;
        let regex = RegexBuilder::new(&translation.text)
            .size_limit(REGEX_COMPILED)
            .nest_limit(NEST_LIMIT)
            .build()
            .map_err(|_| {
                let text = format!("a pattern that compiles to more than {REGEX_COMPILED} bytes");
                Refusal::TooLarge(text)
            })?;
        Ok(Pattern {
            regex,
            weight: weight(&translation),
            names: translation.names,
        })
    }

    /// About how many states a search keeps apart, by which its steps are counted.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        self.regex.find_at(text, from).map(|found| found.range())
    }

    /// The places of the groups of every match, in order.
    pub(super) fn captures<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = ::regex::Captures<'a>> + 'a {
        self.regex.captures_iter(text)
    }

    pub(super) fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|found| found.range())
    }

    /// The groups of this name, in order.
    fn groups_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = usize> + 'a {
        let named = (1..).zip(&self.names);
        named.filter_map(move |(group, known)| (known.as_deref() == Some(name)).then_some(group))
    }
}

fn weight(translation: &Translation) -> usize {
    let copies = usize::try_from(translation.copies).unwrap_or(usize::MAX);
    translation.text.len().saturating_mul(copies)
}

impl Refusal {
    fn of(problem: parse::Problem) -> Self {
        if problem == parse::TOO_DEEP {
            Refusal::TooLarge(format!("a pattern whose {problem}"))
        } else {
            Refusal::Invalid(problem)
        }
    }

    pub(super) fn into_fault(self) -> Fault {
        match self {
            Refusal::Invalid(problem) => Fault::function(format!("invalid pattern: {problem}"))
                .hint("write it in Go's regexp syntax, which has no look-around and no backreferences"),
            Refusal::TooLarge(what) => Fault::limit(what).hint("shorten it, or lower its counts"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Pattern;

    const CASES: &str = include_str!("../../../../testdata/go-patterns.jsonl");

    #[test]
    fn reads_as_go_does() {
        let differing: Vec<String> = CASES.lines().filter_map(difference).collect();
        assert!(differing.is_empty(), "{}", differing.join("\n"));
    }

    fn difference(line: &str) -> Option<String> {
        let case: Value = serde_json::from_str(line).expect("a JSON object");
        let source = case["pattern"].as_str().expect("a pattern");
        let answer = match Pattern::new(source) {
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
