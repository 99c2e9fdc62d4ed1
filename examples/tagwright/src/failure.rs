//! Why a command failed, in one line.

use std::error::Error;
use std::fmt;
use std::io::{Write as _, stderr};

/// What was found, where, and the way out.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }

    /// On standard error, which may be gone as well.
    pub(crate) fn tell(&self) {
        let _ = writeln!(stderr(), "error: {}", self.0.replace('\n', " "));
    }
}

/// It is no error itself, so that each error becomes one by `?`.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}
