//! Where a file stands inside a repository.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// Linux refuses longer paths, so no checkout could hold them.
pub(crate) const MAX_BYTES: usize = 4096;
/// Deep enough for any tree that people write, shallow enough for the stack of a small thread.
const MAX_DEPTH: usize = 256;

/// The path of a file, relative to the root of the repository, with `/` between its parts.
///
/// ```
/// use tagwright_gitwrite::TreePath;
///
/// let path: TreePath = "apps/podinfo/deployment.yaml".parse()?;
/// assert_eq!(path.as_str(), "apps/podinfo/deployment.yaml");
/// assert!("apps/../.git/config".parse::<TreePath>().is_err());
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreePath(String);

impl TreePath {
    /// Checks a path.
    ///
    /// # Errors
    ///
    /// `InvalidPath` for an empty path; `/etc/passwd`, `a//b` and `a/` (an empty part); `.` and `..` as a part; NUL;
    /// `.git` as a part, in any case and in the spellings that HFS+ and NTFS take for it (`.GIT`, `git~1`, `.git `,
    /// `.git::$INDEX_ALLOCATION`, and with characters that HFS+ ignores), for which Git itself refuses the checkout
    /// (`core.protectNTFS`, `core.protectHFS`); the same between backslashes, which part names on Windows (`.git\config`,
    /// `..\x`); more than 4096 bytes or 256 parts. A backslash by itself is allowed, as names of systemd units hold it.
    pub fn new(path: impl Into<String>) -> Result<TreePath, Error> {
        let path = path.into();
        match fault(&path) {
            None => Ok(TreePath(path)),
            Some(why) => Err(invalid(&path, why)),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TreePath {
    type Err = Error;

    fn from_str(path: &str) -> Result<Self, Error> {
        TreePath::new(path)
    }
}

impl fmt::Display for TreePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("it is empty");
    }
    if path.starts_with('/') {
        return Some("it is absolute; write it relative to the root of the repository");
    }
    if path.len() > MAX_BYTES {
        return Some("it is longer than 4096 bytes");
    }
    if path.split('/').count() > MAX_DEPTH {
        return Some("it has more than 256 parts");
    }
    path.split('/').find_map(part_fault)
}

fn part_fault(part: &str) -> Option<&'static str> {
    use gix_validate::path::component::{Error, Options};
    // Names that only Windows refuses (`aux`, `a:b`) do stand in repositories, and are nobody's way out of one.
    let options = Options {
        protect_windows: false,
        protect_hfs: true,
        protect_ntfs: true,
    };
    if part.contains('\0') {
        return Some("a NUL stands in it");
    }
    if part.is_empty() {
        return Some("a part of it is empty");
    }
    let names = part.split('\\').filter(|name| !name.is_empty());
    let mut faults = names.map(|name| gix_validate::path::component(name.into(), None, options));
    match faults.find_map(Result::err) {
        None => None,
        Some(Error::Relative) => Some("'.' and '..' are not allowed as a part"),
        Some(_) => Some("'.git' is not allowed as a part, in no spelling"),
    }
}

fn invalid(path: &str, why: &str) -> Error {
    let shown: String = path.chars().take(200).collect();
    Error::new(
        ErrorKind::InvalidPath,
        format!("invalid path {shown:?}: {why}"),
    )
}
