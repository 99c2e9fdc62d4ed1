//! What can go wrong in a whole run.

use std::fmt;

use tagwright_gitwrite as gitwrite;

use crate::access::Lack;
use crate::problem::Problem;

/// Why a run failed as a whole.
///
/// A part that failed beside others that did not (one image of ten, one file that does not parse)
/// is no `Error`: it stands in [`Plan::problems`](crate::Plan::problems).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    problems: Vec<Problem>,
    git: Option<gitwrite::Error>,
}

/// What kind of failure an [`Error`] is, for programs that act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The automation cannot be built: a name, an image, a path or an identity is missing or wrong.
    Configuration,
    /// No policy could select a tag; [`Error::problems`] says why of each.
    NothingSelected,
    /// The repository could not be read: unreachable, no such branch, wrong credentials.
    Repository,
    /// The directory could not be read or written: it is not there, a folder may not be written, the disk is full.
    Directory,
    /// A Secret of the repository is missing, lacks a key or cannot be used.
    Secret,
    /// The server refused the push: a hook, a protected branch, missing permission.
    Rejected,
    /// Others kept pushing to the branch until the attempts were used up.
    Contended,
    /// What is read moved on from the commit that the automation's own manifests were read from: read them again.
    Moved,
    /// The commit message could not be rendered.
    Message,
    /// The plan is not of this automation, or of a format that this version does not read.
    Plan,
    /// The work was cancelled, or its thread is gone.
    Cancelled,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            problems: Vec::new(),
            git: None,
        }))
    }

    /// A Secret of the repository that is not at hand.
    pub(crate) fn secret(lack: &Lack) -> Self {
        Self::new(ErrorKind::Secret, lack.to_string())
    }

    /// What `gitwrite` said of the repository.
    pub(crate) fn repository(error: gitwrite::Error) -> Self {
        let kind = match error.kind() {
            gitwrite::ErrorKind::Cancelled => ErrorKind::Cancelled,
            _ => ErrorKind::Repository,
        };
        let mut new = Self::new(kind, error.to_string());
        new.0.git = Some(error);
        new
    }

    pub(crate) fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.0.problems = problems;
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The error of the repository beneath, which tells a wrong password from a missing branch.
    pub fn git(&self) -> Option<&gitwrite::Error> {
        self.0.git.as_ref()
    }

    /// What went wrong part by part, where several parts did.
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

/// What `fn main() -> Result<(), Box<dyn Error>>` prints: the message, and below it the problems where there are several.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let several = self.0.problems.len() > 1;
        let mut problems = self.0.problems.iter().filter(|_| several);
        problems.try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Error {}
