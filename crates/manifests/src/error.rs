//! The crate's error.

use std::ops::Range;

mod snippet;

/// A duration that Go's `time.ParseDuration` refuses, and why.
///
/// `Display` is one line without the source text; [`span`](Self::span) says
/// which bytes of it are meant and [`render`](Self::render) shows them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: &'static str,
    span: Range<usize>,
    column: usize,
    line: usize,
}

/// What kind of [`Error`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A number was expected: the text is empty, a sign alone, or `m5`.
    ExpectedNumber,
    /// A number stands without its unit: `5`, `1m1`.
    MissingUnit,
    /// The unit is none of Go's: `1d`, `1w`, `1M`.
    UnknownUnit,
    /// It is longer than 2562047h47m16.854775807s, the most a Go duration holds.
    OutOfRange,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: String, source: &str, span: Range<usize>) -> Self {
        let before = &source[..span.start];
        let start_of_line = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            kind,
            message,
            hint: hint(kind),
            line: before.matches('\n').count() + 1,
            column: before[start_of_line..].chars().count() + 1,
            span,
        }
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The bytes of the text that the error is about.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The line of the text, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What to write instead.
    pub fn hint(&self) -> &str {
        self.hint
    }

    /// The line of `Display` with the line of `source` that it is about, carets
    /// under the place, and the hint.
    ///
    /// `source` is the text that was parsed.
    pub fn render(&self, source: &str) -> String {
        snippet::draw(&self.message, self.hint, source, &self.span)
    }
}

fn hint(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpectedNumber => "a duration is written like 5m, 1h30m or 90s",
        ErrorKind::MissingUnit => "add a unit: h, m, s, ms, us or ns",
        ErrorKind::UnknownUnit => "units are h, m, s, ms, us and ns; a day is 24h",
        ErrorKind::OutOfRange => "the longest duration is 2562047h",
    }
}
