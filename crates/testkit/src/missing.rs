use std::fmt;

/// A program that a test needs is not on this machine.
///
/// Its one line names the program and the way to get it. A test of the [`harness`](crate::harness) that returns it
/// counts as ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    program: String,
    remedy: String,
}

impl Missing {
    /// `program` is what was looked for, `remedy` how to get it, as an order: `install the Debian package apache2`.
    pub fn new(program: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            program: program.into(),
            remedy: remedy.into(),
        }
    }

    /// What was looked for.
    pub fn program(&self) -> &str {
        &self.program
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not installed; {}", self.program, self.remedy)
    }
}

impl std::error::Error for Missing {}
