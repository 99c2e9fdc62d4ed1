//! The crate's one error type.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

mod field;
mod snippet;

pub use field::Field;

/// Why a policy could not be built, a text not be read, or a list was refused.
///
/// `Display` is one line: what was found, where, and the way out. Errors about
/// a text (a range, a pattern, a version) know their place in it;
/// [`render`](Error::render) draws it.
///
/// ```
/// use tagwright_policy::{Dialect, ErrorKind, Field, Policy};
///
/// let error = Policy::builder(Dialect::Flux).semver(">=1.0 latest").build().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidRange);
/// assert_eq!(error.field(), Some(Field::SemverRange));
/// assert_eq!(error.span(), Some(6..7));
/// assert_eq!(
///     error.to_string(),
///     "invalid semver range: unexpected character 'l' at line 1, column 7; \
///      write * for the latest release, or follow the tag by its digest",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<Cow<'static, str>>,
    place: Option<Place>,
    field: Option<Field>,
    tag: Option<String>,
}

/// Where in the text.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    span: Range<usize>,
    line: usize,
    column: usize,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A semver range does not parse.
    InvalidRange,
    /// A format of calendar versions does not parse.
    InvalidFormat,
    /// A version does not parse.
    InvalidVersion,
    /// A pattern is no regular expression in Go's syntax.
    InvalidPattern,
    /// A pattern, what it compiles to, its nesting or an extract template is too large.
    PatternTooLarge,
    /// An alphabetical or numerical order is none that the dialect has.
    InvalidOrder,
    /// The tag to follow by digest, or to hold at, is no tag.
    InvalidTag,
    /// No order was given, and the dialect has no default.
    NoOrder,
    /// Two orders were given, one of which neither Flux nor Fleet has.
    TwoOrders,
    /// The dialect has no such field.
    NotInDialect,
    /// A strict numerical policy met a tag that is no number.
    NotANumber,
    /// More tags need a date than the policy's limit.
    TooManyCandidates,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            hint: None,
            place: None,
            field: None,
            tag: None,
        }))
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_tag(mut self, tag: &str) -> Self {
        self.0.tag = Some(tag.to_owned());
        self
    }

    pub(crate) fn in_field(mut self, field: Field) -> Self {
        self.0.field = Some(field);
        self
    }

    /// The place is `span` of `source`.
    pub(crate) fn at(mut self, source: &str, span: Range<usize>) -> Self {
        let (line, column) = snippet::line_and_column(source, span.start);
        self.0.place = Some(Place { span, line, column });
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Which input of a policy it is about, also where a [`Range`](crate::Range), a
    /// [`CalverFormat`](crate::CalverFormat) or a [`Filter`](crate::Filter) is read alone.
    /// None where it is about the inputs together, a list, or what is no input
    /// of a policy: a version, the tag of a [`Hold`](crate::guard::Hold).
    pub fn field(&self) -> Option<Field> {
        self.0.field
    }

    /// The bytes of the text that the error is about.
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.place.as_ref().map(|place| place.span.clone())
    }

    /// The line of the text, from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.column)
    }

    /// The way out, where one is known.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The tag that a strict policy refused.
    pub fn tag(&self) -> Option<&str> {
        self.0.tag.as_deref()
    }

    /// The error with the line of `source`, the text it is about, and carets
    /// under the place.
    pub fn render(&self, source: &str) -> String {
        match &self.0.place {
            Some(place) => snippet::draw(&self.to_string(), source, &place.span),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(Place { line, column, .. }) = self.0.place {
            write!(f, " at line {line}, column {column}")?;
        }
        match &self.0.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("field", &self.0.field)
            .field("message", &self.0.message)
            .field("hint", &self.0.hint)
            .field("span", &self.span())
            .field("tag", &self.0.tag)
            .finish()
    }
}

impl std::error::Error for Error {}
