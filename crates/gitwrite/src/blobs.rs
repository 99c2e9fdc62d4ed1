//! How much of a commit is fetched.

/// Which contents of files a snapshot brings along. Directories always come.
///
/// What is left out is fetched when it is asked for, in one batch a call, and from a server that cannot leave anything out
/// everything comes at once (`--filter` of `git fetch`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Blobs {
    /// All. The fewest requests, for who reads most of the files.
    #[default]
    All,
    /// None, for who knows the paths of a few files.
    OnDemand,
    /// Those of at most so many bytes, for who searches a repository that holds large binaries too.
    UpTo(u64),
}

impl Blobs {
    /// What `git fetch --filter` is told.
    pub(crate) fn filter(self) -> Option<String> {
        match self {
            Blobs::All => None,
            Blobs::OnDemand => Some("blob:none".to_owned()),
            // It leaves out those of at least so many.
            Blobs::UpTo(bytes) => Some(format!("blob:limit={}", bytes.saturating_add(1))),
        }
    }

    /// The size that a file has at least when it was left out.
    pub(crate) fn least_left_out(self) -> Option<u64> {
        match self {
            Blobs::UpTo(bytes) => Some(bytes.saturating_add(1)),
            Blobs::All | Blobs::OnDemand => None,
        }
    }
}
