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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tags: Option<u64>,
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

    /// How many tags the image's list had, where it was read whole. A [state](crate::StateStore) takes it up when the plan
    /// is applied.
    pub fn tags(&self) -> Option<u64> {
        self.tags
    }

    /// Why this tag, or why none, in one line.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
