//! A failure on its way to becoming an error.

use std::ops::Range;

use crate::error::{Error, ErrorKind};

/// What went wrong; the place is filled in by whoever knows it.
#[derive(Debug)]
pub(super) struct Fault {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    span: Option<Range<usize>>,
}

impl Fault {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Fault {
            kind,
            message: message.into(),
            hint: None,
            span: None,
        }
    }

    /// A value of the wrong type.
    pub(super) fn type_(message: impl Into<String>) -> Self {
        Fault::new(ErrorKind::Type, message)
    }

    /// A function that refuses its arguments.
    pub(super) fn function(message: impl Into<String>) -> Self {
        Fault::new(ErrorKind::Function, message)
    }

    /// A bound that was reached.
    pub(super) fn limit(message: impl Into<String>) -> Self {
        Fault::new(ErrorKind::Limit, message)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = self.hint.or(hint);
        self
    }

    /// The place; the first one given stays.
    pub(super) fn at(mut self, span: Range<usize>) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// Whether a function refused its arguments, and no bound was reached.
    pub(super) fn is_of_function(&self) -> bool {
        self.kind == ErrorKind::Function
    }

    /// Names the function that failed, for a fault of the function's own.
    pub(super) fn called(mut self, name: &str) -> Self {
        if self.kind == ErrorKind::Function && self.span.is_none() {
            self.message = format!("{name}: {}", self.message);
        }
        self
    }

    pub(super) fn into_error(self, source: &str) -> Error {
        let error = Error::new(self.kind, self.message).with_hint(self.hint);
        match self.span {
            Some(span) => error.at(source, span),
            None => error,
        }
    }
}
