//! A directory whose files are edited in place.

use std::path::PathBuf;

use crate::automation::AutomationBuilder;
use crate::directory::Root;
use crate::error::Error;
use crate::plan::{DirectoryTarget, Target};

/// The directory as it was given. It is opened by each plan, and need not be there before.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) wanted: WantedDirectory,
    pub(crate) attempts: u32,
}

/// Where it is.
#[derive(Clone, Debug)]
pub(crate) struct WantedDirectory {
    pub(crate) path: PathBuf,
    /// The directory above it, from where on no link is followed.
    pub(crate) below: Option<PathBuf>,
}

impl Directory {
    pub(crate) fn open(&self) -> Result<Root, Error> {
        match &self.wanted.below {
            Some(above) => Root::open_below(above, &self.wanted.path),
            None => Root::open(&self.wanted.path),
        }
    }

    pub(crate) fn target(&self) -> Target {
        let path = self.wanted.path.display().to_string();
        Target::Directory(DirectoryTarget { path })
    }
}

/// A directory instead of a branch.
impl AutomationBuilder {
    /// A directory, such as a pipeline's checkout, is edited in place, without a commit. It takes the place of the
    /// repository: a remote, branches, an author and a message are neither wanted nor used.
    ///
    /// Files are read as from a branch (the same names, the same bound on their size), in parallel. What Git keeps in
    /// `.git` is left out, and so is a folder below with a `.git` of its own, a submodule or another checkout. What
    /// `.gitignore` names is read and edited like everything else. No symbolic link is followed, neither to a file nor to a folder; the directory itself
    /// may be one. Each changed file is replaced in one step by a new one with its mode, and its owner where the
    /// process may give it; all of them, or none when one cannot be. A hard link is not carried over to the new file,
    /// nor are access lists and other extended attributes.
    pub fn directory(&mut self, path: impl Into<PathBuf>) -> &mut Self {
        self.directory = Some(WantedDirectory {
            path: path.into(),
            below: None,
        });
        self
    }
}
