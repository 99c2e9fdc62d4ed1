//! What a policy chose.

use serde::{Deserialize, Serialize};

/// What one policy chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    pub(crate) policy: String,
    pub(crate) image: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) reason: String,
}

impl Selection {
    /// The policy's name, as its markers give it.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The image, as it is written into files.
    pub fn image(&self) -> &str {
        &self.image
    }

    /// The chosen tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of what the tag names, if the policy reflects it.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// Why this tag, or why none, in one line.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
