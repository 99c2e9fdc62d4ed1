//! What a run did.

use std::fmt;

use crate::plan::Plan;

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Applied {
    /// One commit was pushed, and the server has it.
    Pushed(Pushed),
    /// Files of a directory were replaced.
    Written(Written),
    /// There was nothing to change: no commit was made.
    NothingToDo,
    /// The branch or directory moved on and a planned value no longer stands, or somebody pushed first: nothing was
    /// changed.
    Stale(Stale),
}

/// The commit that a run pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    pub(crate) commit: String,
    pub(crate) branch: String,
    pub(crate) refused: Vec<String>,
}

/// The files that were replaced in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub(crate) directory: String,
    pub(crate) files: Vec<String>,
}

/// Why a plan could not be applied any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    pub(crate) reason: String,
}

impl Pushed {
    /// The commit's id in hexadecimal.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The branch that it stands on.
    pub fn branch(&self) -> &str {
        &self.branch
    }

    /// What the server said of other refs that it refused: those of
    /// [`AutomationBuilder::refspec`](crate::AutomationBuilder::refspec), where it does not move all refs or none.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }
}

impl Written {
    /// The paths of the files in the directory, sorted.
    pub fn files(&self) -> &[String] {
        &self.files
    }
}

impl Stale {
    /// What changed meanwhile, in one line.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// `pushed COMMIT to BRANCH`, and a line for each other ref that was refused.
impl fmt::Display for Pushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pushed {} to {}", self.commit, self.branch)?;
        let mut refused = self.refused.iter();
        refused.try_for_each(|refusal| write!(f, "\nbut {refusal}"))
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pushed(pushed) => pushed.fmt(f),
            Self::Written(written) => written.fmt(f),
            Self::NothingToDo => f.write_str("nothing to do"),
            Self::Stale(stale) => write!(f, "stale: {}; plan again", stale.reason),
        }
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = self.files.len();
        let s = if many == 1 { "" } else { "s" };
        write!(f, "replaced {many} file{s} in {}", self.directory)
    }
}

/// What a whole run did, by [`Automation::run`](crate::Automation::run).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a part that failed is told here only"]
pub struct Report {
    pub(crate) plan: Plan,
    pub(crate) applied: Applied,
    pub(crate) attempts: u32,
}

impl Report {
    /// The plan that was applied: selections, edits, the outcome of every marker.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What became of it; never [`Applied::Stale`].
    pub fn applied(&self) -> &Applied {
        &self.applied
    }

    /// How often it was planned, 1 where nobody else pushed; 0 where the state knew that there is nothing to do. Then the
    /// plan has the outcomes of those markers alone that a person should look at.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether a part was not done: see [`Plan::problems`] and [`Pushed::refused`].
    pub fn is_partial(&self) -> bool {
        let refused =
            matches!(&self.applied, Applied::Pushed(pushed) if !pushed.refused.is_empty());
        refused || self.plan.is_partial()
    }
}

/// The selections, what a person should look at, and what was done.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.plan.table(), self.plan.notes())?;
        write!(f, "{}", self.applied)
    }
}
