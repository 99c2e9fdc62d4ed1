//! Why a record cannot be read or kept.

use std::fmt;

/// Why a [`StateStore`](crate::StateStore) did not do what it was asked to. It never fails a run: it is told as a
/// [`Problem`](crate::Problem).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateError {
    kind: StateErrorKind,
    message: String,
}

/// What kind of failure a [`StateError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateErrorKind {
    /// The store could not be read or written: a full disk, missing permission, no connection.
    Unavailable,
    /// The record is of a newer version of this library. It is left as it is.
    NewerFormat,
    /// The record is none: cut off, or changed by hand. It is set aside and made anew.
    Broken,
}

impl StateError {
    /// A store that cannot be read or written, for stores of one's own: what was found and the way out, in one line.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of(StateErrorKind::Unavailable, message)
    }

    pub(crate) fn of(kind: StateErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    /// The kind of failure.
    pub fn kind(&self) -> StateErrorKind {
        self.kind
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for StateError {}
