//! Where a plan reads and writes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a plan reads and writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    pub(crate) repository: String,
    pub(crate) branch: String,
    pub(crate) push_branch: String,
}

impl Target {
    /// The repository's URL, without credentials.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The branch that is read.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// The branch that is pushed.
    pub fn push_branch(&self) -> &str {
        &self.push_branch
    }
}

/// `branch of URL`, with the branch that is pushed where it is another.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.branch, self.repository)?;
        if self.push_branch != self.branch {
            write!(f, " (pushed to {})", self.push_branch)?;
        }
        Ok(())
    }
}
