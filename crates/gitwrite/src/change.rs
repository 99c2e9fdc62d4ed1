//! What is to become of a file.

use crate::path::TreePath;
use crate::snapshot::Mode;

/// A change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// New content for a file that is there. Its mode stays.
    Write {
        /// Where the file is.
        path: TreePath,
        /// All of its new bytes.
        content: Vec<u8>,
    },
    /// A file where nothing is. Directories are made as needed.
    Create {
        /// Where the file is to be.
        path: TreePath,
        /// All of its bytes.
        content: Vec<u8>,
        /// Whether it is executable.
        mode: Mode,
    },
    /// No file where one is. A directory goes with its last file.
    Delete {
        /// Where the file is.
        path: TreePath,
    },
}

impl Change {
    /// New content for a file that is there.
    pub fn write(path: TreePath, content: impl Into<Vec<u8>>) -> Change {
        Change::Write {
            path,
            content: content.into(),
        }
    }

    /// A new file that is not executable.
    pub fn create(path: TreePath, content: impl Into<Vec<u8>>) -> Change {
        Change::Create {
            path,
            content: content.into(),
            mode: Mode::File,
        }
    }

    /// No file where one is.
    pub fn delete(path: TreePath) -> Change {
        Change::Delete { path }
    }

    /// The file concerned.
    pub fn path(&self) -> &TreePath {
        match self {
            Change::Write { path, .. } | Change::Create { path, .. } | Change::Delete { path } => {
                path
            }
        }
    }
}
