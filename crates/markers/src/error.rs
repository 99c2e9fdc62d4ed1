//! What can go wrong with a text as a whole.

use std::ops::Range;

use crate::{position::Position, snippet};

/// Why a text could not be read or written.
///
/// `Display` is one line and never holds the text; [`render`](Error::render) draws it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<&'static str>,
    place: Option<Place>,
}

/// The kinds of [`Error`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// A key that cannot mark anything.
    InvalidKey,
    /// More bytes than are read.
    TooLarge,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A line with more bytes than are read.
    LineTooLong,
    /// Collections nested deeper than are read.
    TooDeep,
    /// More aliases, comments, markers or scalars of images than are read.
    TooMany,
    /// A marker file that is not in its form.
    Sidecar,
    /// A text that is no YAML, or no JSON.
    Syntax,
    /// An edited text that does not read as planned. Nothing was written.
    NotPreserved,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    span: Range<usize>,
    position: Position,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The byte range of the text that the error is about.
    pub fn span(&self) -> Option<Range<usize>> {
        self.place.as_ref().map(|place| place.span.clone())
    }

    /// The line, from 1.
    pub fn line(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.position.line)
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.position.column)
    }

    /// What can be done about it.
    pub fn hint(&self) -> Option<&str> {
        self.hint
    }

    /// The message with the line of `source` it is about and a caret below the place.
    ///
    /// `source` is the text that was read; a line longer than the window is cut around the place.
    pub fn render(&self, source: &str) -> String {
        let span = self.place.as_ref().map(|place| &place.span);
        snippet::draw(&self.message, self.hint, source, span)
    }

    pub(crate) fn invalid_key(key: &str) -> Self {
        let shown: String = key.chars().take(64).collect();
        Self::bare(
            ErrorKind::InvalidKey,
            format!(
                "marker key {shown:?} is not `$` and at most 63 letters, digits, `-`, `_` or `.`; \
                 write one such as \"$myapp\""
            ),
        )
    }

    pub(crate) fn too_large(length: usize, limit: usize) -> Self {
        Self::bare(
            ErrorKind::TooLarge,
            format!(
                "the text has {length} bytes, more than the {limit} that are read; \
                 split the file, or raise the limit `bytes`"
            ),
        )
    }

    pub(crate) fn line_too_long(span: Range<usize>, line: usize, limit: usize) -> Self {
        let length = span.len();
        Self::placed(
            ErrorKind::LineTooLong,
            format!(
                "line {line} has {length} bytes, more than the {limit} that are read; \
                 break it, or raise the limit `line_bytes`"
            ),
            span,
            Position { line, column: 1 },
        )
    }

    /// `what` is the limit's name.
    pub(crate) fn too_many(
        what: &'static str,
        span: Range<usize>,
        position: Position,
        limit: usize,
    ) -> Self {
        Self::placed(
            ErrorKind::TooMany,
            format!(
                "more than the {limit} {what} that are read, at {position}; \
                 split the file, or raise the limit `{what}`"
            ),
            span,
            position,
        )
    }

    /// More markers than are read, in a marker file, for one file.
    pub(crate) fn too_many_named(count: usize, limit: usize) -> Self {
        Self::bare(
            ErrorKind::TooMany,
            format!(
                "the marker file names {count} places, more than the {limit} markers that are read; \
                 split the file, or raise the limit `markers`"
            ),
        )
    }

    /// More scalars that say images than are read.
    pub(crate) fn too_many_images(span: Range<usize>, position: Position, limit: usize) -> Self {
        Self::placed(
            ErrorKind::TooMany,
            format!(
                "more than the {limit} scalars of images that are marked, at {position}; \
                 split the file, or raise the limit `markers`"
            ),
            span,
            position,
        )
    }

    pub(crate) fn utf16() -> Self {
        Self::bare(
            ErrorKind::NotUtf8,
            "the text begins with a byte order mark of UTF-16; save the file as UTF-8".to_owned(),
        )
    }

    pub(crate) fn not_utf8(valid: &str, byte: u8) -> Self {
        let position = Position::of(valid, valid.len());
        Self::placed(
            ErrorKind::NotUtf8,
            format!("byte 0x{byte:02x} is not UTF-8 at {position}; save the file as UTF-8"),
            valid.len()..valid.len() + 1,
            position,
        )
    }

    pub(crate) fn too_deep(span: Range<usize>, position: Position, limit: usize) -> Self {
        Self::placed(
            ErrorKind::TooDeep,
            format!(
                "collections are nested deeper than {limit} levels at {position}; \
                 flatten the file, or raise the limit `depth`"
            ),
            span,
            position,
        )
    }

    pub(crate) fn syntax(reason: &str, span: Range<usize>, position: Position) -> Self {
        Self::placed(
            ErrorKind::Syntax,
            format!("not YAML: {reason} at {position}"),
            span,
            position,
        )
    }

    pub(crate) fn json(reason: &str, span: Range<usize>, position: Position) -> Self {
        Self::placed(
            ErrorKind::Syntax,
            format!("not JSON: {reason} at {position}"),
            span,
            position,
        )
    }

    pub(crate) fn sidecar(reason: &str, span: Range<usize>, position: Position) -> Self {
        Self::placed(
            ErrorKind::Sidecar,
            format!("not a marker file: {reason} at {position}"),
            span,
            position,
        )
    }

    pub(crate) fn not_preserved() -> Self {
        Self::bare(
            ErrorKind::NotPreserved,
            "the edited text would not read as planned, so nothing is changed; please report the file"
                .to_owned(),
        )
    }

    pub(crate) fn with_hint(self, hint: &'static str) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    fn bare(kind: ErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            hint: None,
            place: None,
        }
    }

    fn placed(kind: ErrorKind, message: String, span: Range<usize>, position: Position) -> Self {
        Self {
            place: Some(Place { span, position }),
            ..Self::bare(kind, message)
        }
    }
}
