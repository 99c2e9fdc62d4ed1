//! The crate's one error type.

use std::fmt;
use std::ops::Range;

use crate::place::Place;

/// Why a template could not be read or rendered, or a message not be made.
///
/// `Display` is one line that says what was found, where, and the way out.
/// [`render`](Error::render) draws the line of the template with a caret.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    place: Option<Place>,
}

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The template does not parse.
    Syntax,
    /// A function, filter or test does not exist, or is refused because its
    /// answer would depend on more than the data.
    UnknownFunction,
    /// A field, a variable or another name does not exist.
    UnknownName,
    /// A template that is invoked is not defined.
    UnknownTemplate,
    /// A function got too many or too few arguments.
    ArgumentCount,
    /// A value is of a type that cannot be used there.
    Type,
    /// A function refused its arguments, `fail` included.
    Function,
    /// A bound on size, work or depth was reached.
    Limit,
    /// An action of a Fleet template stands where the text of HTML does not, or
    /// its HTML is malformed.
    Context,
    /// The text is no commit message: it is empty or holds a NUL.
    Message,
    /// The key or the value makes no trailer.
    Trailer,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            hint: None,
            place: None,
        }))
    }

    pub(crate) fn with_hint(mut self, hint: Option<String>) -> Self {
        self.0.hint = self.0.hint.or(hint);
        self
    }

    /// Places the error in the template; the first place given stays.
    pub(crate) fn at(mut self, source: &str, span: Range<usize>) -> Self {
        if self.0.place.is_none() {
            self.0.place = Some(Place::new(source, span));
        }
        self
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The bytes of the template that the error is about.
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.place.as_ref().map(Place::span)
    }

    /// The line of the template, from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(Place::line)
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(Place::column)
    }

    /// The way out, where one is known.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The line of `Display` with the line of `source`, the template's text, and
    /// carets under the place.
    pub fn render(&self, source: &str) -> String {
        match &self.0.place {
            Some(place) => place.draw(&self.to_string(), source),
            None => self.to_string(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(place) = &self.0.place {
            write!(f, " at {place}")?;
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
            .field("message", &self.0.message)
            .field("hint", &self.0.hint)
            .field("span", &self.span())
            .finish()
    }
}

impl std::error::Error for Error {}
