//! What is not at hand.

use std::fmt;

/// Why somebody cannot be asked as the objects say: what was found, and the way out. No secret stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lack {
    found: String,
    hint: String,
}

impl Lack {
    pub(crate) fn new(found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            found: found.into(),
            hint: hint.into(),
        }
    }

    /// As a keychain says it.
    pub(super) fn into_registry_error(self) -> tagwright_registry::Error {
        tagwright_registry::Error::keychain(self.found, self.hint)
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.found, self.hint)
    }
}

impl std::error::Error for Lack {}

impl From<Lack> for String {
    fn from(lack: Lack) -> Self {
        lack.to_string()
    }
}
