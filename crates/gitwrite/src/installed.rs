//! The program `git` of this machine.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::control::Control;
use crate::error::Error;
use crate::git;

/// The program `git` that is found in `PATH`, and is new enough.
///
/// `Display` is `git 2.47.3 (/usr/bin/git)`.
///
/// ```no_run
/// use tagwright_gitwrite::{Control, InstalledGit};
///
/// println!("{}", InstalledGit::find(&Control::new())?);
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledGit {
    path: PathBuf,
    version: String,
}

impl InstalledGit {
    /// Looks for it as every call that needs it does.
    ///
    /// # Errors
    ///
    /// `GitNotFound` and `GitTooOld`; `GitFailed` for a program of that name that is another one or does not start;
    /// `Timeout` and `Cancelled`.
    pub fn find(control: &Control) -> Result<Self, Error> {
        let (path, version) = git::installed(control)?;
        Ok(Self { path, version })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its version in its own words: `2.47.3`, `2.39.5 (Apple Git-154)`.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for InstalledGit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git {} ({})", self.version, self.path.display())
    }
}
