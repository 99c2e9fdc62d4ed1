//! The id of an object.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// The id of a commit, a tree or a file: SHA-1 (40 hex digits) or SHA-256 (64).
///
/// ```
/// use tagwright_gitwrite::ObjectId;
///
/// let id: ObjectId = "d670460b4b4aece5915caf5c68d12f560a9fe3e4".parse()?;
/// assert_eq!(id.to_string(), "d670460b4b4aece5915caf5c68d12f560a9fe3e4");
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(gix_hash::ObjectId);

impl ObjectId {
    /// The bytes of the id, 20 or 32.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    pub(crate) fn raw(&self) -> &gix_hash::oid {
        &self.0
    }

    pub(crate) fn hash(&self) -> gix_hash::Kind {
        self.0.kind()
    }
}

impl From<gix_hash::ObjectId> for ObjectId {
    fn from(id: gix_hash::ObjectId) -> Self {
        ObjectId(id)
    }
}

impl FromStr for ObjectId {
    type Err = Error;

    /// # Errors
    ///
    /// `InvalidRef` for `d670460` (abbreviated ids name different objects over time), `main`, and an empty text.
    fn from_str(text: &str) -> Result<Self, Error> {
        gix_hash::ObjectId::from_hex(text.as_bytes())
            .map(ObjectId)
            .map_err(|_| {
                let message = format!(
                    "invalid commit id {text:?}: expected 40 or 64 hex digits; write the full id"
                );
                Error::new(ErrorKind::InvalidRef, message)
            })
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}
