//! What is asked of a server, whoever carries it.

use std::path::Path;

use crate::control::Control;
use crate::error::Error;
use crate::folder::Folder;
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::remote::Remote;

/// The things that need the network. The program `git` does them today.
pub(crate) trait Transport {
    /// The refs of exactly these full names, or below one that ends in `/*`, peeled tags (`name^{}`) included, and what `HEAD` names.
    fn list(&self, call: Call<'_>, names: &[String]) -> Result<Listing, Error>;

    /// Brings the last commits of a ref into the repository, and says which object the ref named.
    fn fetch(
        &self,
        call: Call<'_>,
        reference: &Ref,
        into: &Destination<'_>,
        extent: Extent,
    ) -> Result<Fetched, Error>;

    /// Brings blobs that an earlier fetch left out, in one batch.
    fn fetch_blobs(&self, call: Call<'_>, repository: &Path, ids: &[ObjectId])
    -> Result<(), Error>;

    /// Asks the server to move refs.
    fn push(
        &self,
        call: Call<'_>,
        repository: &Path,
        request: &PushRequest,
    ) -> Result<PushReport, Error>;
}

/// Whom to ask, where private files may stand, and until when.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) remote: &'a Remote,
    pub(crate) folder: &'a Folder,
    pub(crate) control: &'a Control,
}

/// A local repository and the name of the ref that is to hold what comes.
pub(crate) struct Destination<'a> {
    pub(crate) repository: &'a Path,
    pub(crate) name: &'a str,
}

/// How much a fetch brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// One commit with the files that the remote wants.
    Snapshot,
    /// One commit with all of its files.
    Whole,
    /// So many of the last commits: what is new there since a moment ago. They come without their files, or with those
    /// that the remote wants.
    News { depth: u32, commits_only: bool },
}

/// What a fetch brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetched {
    Object(ObjectId),
    /// Nothing: the server's objects have ids of the other hash (SHA-1, SHA-256).
    OtherHash,
}

/// What a server says of its refs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    pub(crate) refs: Vec<(String, ObjectId)>,
    /// The full name of the branch that `HEAD` names.
    pub(crate) head: Option<String>,
}

impl Listing {
    pub(crate) fn get(&self, name: &str) -> Option<ObjectId> {
        self.refs
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, id)| *id)
    }

    /// The short name of the branch that `HEAD` names, if there is a commit.
    pub(crate) fn default_branch(&self) -> Option<&str> {
        let head = self.head.as_deref().filter(|_| !self.refs.is_empty());
        head.and_then(|name| name.strip_prefix("refs/heads/"))
    }

    /// The commit that a tag names in the end, or what the ref names.
    pub(crate) fn peeled(&self, name: &str) -> Option<ObjectId> {
        self.get(&format!("{name}^{{}}")).or_else(|| self.get(name))
    }
}

/// One push.
#[derive(Debug)]
pub(crate) struct PushRequest {
    pub(crate) moves: Vec<Move>,
    pub(crate) options: Vec<String>,
    /// All of the moves or none.
    pub(crate) atomic: bool,
    /// Nothing is sent: the server is asked whether it would begin.
    pub(crate) dry_run: bool,
}

/// A ref that is to name an object, if it stands where it was seen.
#[derive(Debug)]
pub(crate) struct Move {
    pub(crate) id: ObjectId,
    pub(crate) to: String,
    pub(crate) lease: Lease,
}

/// What must stand at a ref for it to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lease {
    /// Something that the new commit descends from.
    FastForward,
    /// Exactly this, or nothing.
    Seen(Option<ObjectId>),
}

/// The server's answer to a push.
#[derive(Debug, Default)]
pub(crate) struct PushReport {
    pub(crate) moves: Vec<MoveReport>,
    /// What the server told the person, in clean lines.
    pub(crate) message: String,
    /// Nothing was done: the server cannot move refs together.
    pub(crate) lacks_atomic: bool,
}

/// What became of one ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoveReport {
    pub(crate) to: String,
    pub(crate) refused: Option<String>,
    /// It named the object already.
    pub(crate) unchanged: bool,
}
