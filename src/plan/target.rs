//! Where a plan reads and writes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a plan reads and writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Target {
    /// A branch of a Git repository: one commit, one push.
    Branch(BranchTarget),
    /// A directory whose files are replaced in place, without a commit.
    Directory(DirectoryTarget),
}

/// A branch of a Git repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BranchTarget {
    pub(crate) repository: String,
    pub(crate) branch: String,
    pub(crate) push_branch: String,
}

/// A directory, such as a pipeline's checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryTarget {
    pub(crate) path: String,
}

impl BranchTarget {
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

impl DirectoryTarget {
    /// The directory, as it was given.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Branch(branch) => write!(f, "{branch}"),
            Self::Directory(directory) => write!(f, "{directory}"),
        }
    }
}

/// `branch of URL`, with the branch that is pushed where it is another.
impl fmt::Display for BranchTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.branch, self.repository)?;
        if self.push_branch != self.branch {
            write!(f, " (pushed to {})", self.push_branch)?;
        }
        Ok(())
    }
}

/// `the directory PATH`.
impl fmt::Display for DirectoryTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the directory {}", self.path)
    }
}
