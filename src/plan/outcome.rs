//! What became of a marker.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What became of one text that is, or looks like, a marker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) setter: Option<String>,
    pub(crate) kind: OutcomeKind,
    pub(crate) detail: String,
}

/// The kinds of [`Outcome`]; `markers` says what each means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OutcomeKind {
    /// The value changes.
    Updated,
    /// The value is the chosen one already.
    Unchanged,
    /// The value stays, for a reason that the detail gives.
    Withheld,
    /// The marker names no policy of this automation.
    Unknown,
    /// The marker cannot be used where it stands or as it is written.
    Unusable,
    /// The text of a marker in a place that is never edited: a block scalar, a string, a commented-out line.
    InText,
}

impl Outcome {
    /// The file's path in the repository.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line of the marker, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column of the marker in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The setter, where the marker could be read.
    pub fn setter(&self) -> Option<&str> {
        self.setter.as_deref()
    }

    /// What became of it.
    pub fn kind(&self) -> OutcomeKind {
        self.kind
    }

    /// The same in words, with the setter and the reason.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}
/// `file:line:column: marker "setter": reason`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file, line, column, ..
        } = self;
        write!(f, "{file}:{line}:{column}: {}", self.detail)
    }
}
