//! What is wrong with a version, before anyone needs a sentence about it.

use std::fmt;

use super::MAX_VERSION_LEN;
use crate::text::one_line;
use crate::{Error, ErrorKind};

/// One of the three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Major,
    Minor,
    Patch,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Major => "major",
            Part::Minor => "minor",
            Part::Patch => "patch",
        })
    }
}

/// A problem and the byte where it was met. Small and `Copy`: most tags of a
/// list are no versions, and no text is built for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    TooLong,
    /// A version in a range.
    LongVersion,
    EmptyGroup,
    MissingVersion,
    MissingNumber(Part),
    NotANumber(Part),
    TooBig(Part),
    EmptyIdentifier,
    LeadingZero,
    UnexpectedCharacter,
    TwoDotsWanted,
}

impl Fault {
    pub(crate) fn new(at: usize, reason: Reason) -> Self {
        Fault { at, reason }
    }

    /// The error about `text`, a version.
    pub(crate) fn in_version(self, text: &str) -> Error {
        let message = format!("invalid version: {}", self.describe(text));
        let hint = self.reason.hint();
        Error::new(ErrorKind::InvalidVersion, message)
            .with_hint(hint.unwrap_or("write three numbers, such as 1.2.3"))
            .at(text, self.at..self.end(text))
    }

    /// The end of what is at fault in `text`: a number, an identifier, a version, or one character.
    pub(crate) fn end(self, text: &str) -> usize {
        let rest = text.get(self.at..).unwrap_or_default();
        let length = match self.reason {
            Reason::TooLong => rest.len(),
            Reason::TooBig(_) => until(rest, |c| !c.is_ascii_digit()),
            Reason::NotANumber(_) => until(group(rest), |c| !is_number_char(c)),
            Reason::LongVersion => until(group(rest), |c| c.is_ascii_whitespace() || c == ','),
            Reason::LeadingZero => until(rest, |c| !c.is_ascii_digit()),
            _ => rest.chars().next().map_or(0, char::len_utf8),
        };
        self.at + length
    }
}

/// A range's group, which ends at `||`.
fn group(text: &str) -> &str {
    text.split_once("||").map_or(text, |(group, _)| group)
}

fn until(text: &str, is_behind: fn(char) -> bool) -> usize {
    text.find(is_behind).unwrap_or(text.len())
}

/// What stands where a number belongs, the wildcards of ranges among it.
fn is_number_char(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'x' | 'X' | '*' | '|')
}

impl Fault {
    /// What was found; `text` is what it was found in.
    pub(crate) fn describe(self, text: &str) -> String {
        let found = || one_line(text.get(self.at..self.end(text)).unwrap_or_default());
        match self.reason {
            Reason::TooLong => format!("longer than {MAX_VERSION_LEN} bytes"),
            Reason::LongVersion => format!("a version is longer than {MAX_VERSION_LEN} bytes"),
            Reason::EmptyGroup => "an empty group beside ||".to_owned(),
            Reason::MissingVersion => "a version is missing".to_owned(),
            Reason::MissingNumber(part) if self.end(text) == self.at => {
                format!("the {part} number is missing")
            }
            Reason::MissingNumber(part) => {
                format!("found '{}' where the {part} number belongs", found())
            }
            Reason::NotANumber(part) => {
                format!("the {part} number '{}' is neither digits nor x", found())
            }
            Reason::TooBig(part) => format!("the {part} number is greater than {}", u64::MAX),
            Reason::EmptyIdentifier => "an empty identifier".to_owned(),
            Reason::LeadingZero => {
                format!(
                    "the numeric prerelease identifier '{}' starts with 0",
                    found()
                )
            }
            Reason::UnexpectedCharacter => format!("unexpected character '{}'", found()),
            Reason::TwoDotsWanted => "fewer than three parts".to_owned(),
        }
    }
}

impl Reason {
    /// The way out, where it is another than an example of the whole.
    pub(crate) fn hint(self) -> Option<&'static str> {
        match self {
            Reason::TooLong | Reason::LongVersion => Some("shorten it"),
            Reason::TooBig(_) => Some("write a smaller number"),
            Reason::EmptyIdentifier => {
                Some("write letters, digits or hyphens there, or take the sign before it away")
            }
            Reason::LeadingZero => Some("take the zeros in front away, or add a letter"),
            _ => None,
        }
    }
}
