//! Why a command failed, in one line.

use std::error::Error;
use std::fmt;

use crate::logs::{self, Level};

/// What was found, where, and the way out.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }

    /// The same, and what is to be known besides.
    pub(crate) fn and(self, besides: &str) -> Self {
        Self(format!("{}; {besides}", self.0))
    }

    pub(crate) fn tell(&self) {
        logs::tell(Level::Error, &self.0);
    }
}

/// It is no error itself, so that each error becomes one by `?`.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}
