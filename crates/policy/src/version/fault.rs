//! What is wrong with a version, before anyone needs a sentence about it.

use std::fmt;

use super::MAX_VERSION_LEN;
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
        let message = format!("invalid version: {}", self.reason.describe(text, self.at));
        Error::new(ErrorKind::InvalidVersion, message)
            .with_hint("write three numbers, such as 1.2.3")
            .at(text, self.at..self.end(text))
    }

    /// The end of the character at the fault.
    pub(crate) fn end(self, text: &str) -> usize {
        let rest = text.get(self.at..).unwrap_or_default();
        self.at + rest.chars().next().map_or(0, char::len_utf8)
    }
}

impl Reason {
    pub(crate) fn describe(self, text: &str, at: usize) -> String {
        match self {
            Reason::TooLong => format!("longer than {MAX_VERSION_LEN} bytes"),
            Reason::MissingNumber(part) => format!("the {part} number is missing"),
            Reason::NotANumber(part) => format!("the {part} number is neither digits nor x"),
            Reason::TooBig(part) => format!("the {part} number is greater than {}", u64::MAX),
            Reason::EmptyIdentifier => "an empty identifier".to_owned(),
            Reason::LeadingZero => "a numeric prerelease identifier starts with 0".to_owned(),
            Reason::UnexpectedCharacter => unexpected(text, at),
            Reason::TwoDotsWanted => "fewer than three parts".to_owned(),
        }
    }
}

fn unexpected(text: &str, at: usize) -> String {
    match text.get(at..).and_then(|rest| rest.chars().next()) {
        Some(found) => format!("unexpected character {found:?}"),
        None => "unexpected end".to_owned(),
    }
}
