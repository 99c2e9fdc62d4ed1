//! One commit on top of a snapshot.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use gix_object::Kind;

use crate::change::Change;
use crate::error::{Error, ErrorKind};
use crate::object_id::ObjectId;
use crate::reference::Ref;
use crate::remote::Remote;
use crate::repository::Repository;
use crate::rewrite;
use crate::signature::Signature;
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
use crate::signer::Signer;
use crate::snapshot::Snapshot;
use crate::trailer;

/// What a commit says besides its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitSpec {
    author: Signature,
    committer: Option<Signature>,
    message: String,
    time: Option<SystemTime>,
    #[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
    signer: Option<Signer>,
}

/// Far over every real message; servers show it on a page.
const MAX_MESSAGE: usize = 1 << 20;

impl CommitSpec {
    /// A commit by `author`, who is the committer as well. A newline is added to a message that ends without one.
    ///
    /// # Errors
    ///
    /// `InvalidMessage` for a message that is empty or white space only, that holds NUL (Git would cut it there), or of
    /// more than 1 MiB.
    pub fn new(author: Signature, message: &str) -> Result<CommitSpec, Error> {
        let fault = match message {
            _ if message.trim().is_empty() => "it is empty; say what changed",
            _ if message.contains('\0') => "a NUL stands in it; remove it",
            _ if message.len() > MAX_MESSAGE => "it is longer than 1 MiB; shorten it",
            _ => "",
        };
        if !fault.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidMessage,
                format!("invalid commit message: {fault}"),
            ));
        }
        let end = if message.ends_with('\n') { "" } else { "\n" };
        Ok(CommitSpec {
            author,
            committer: None,
            message: format!("{message}{end}"),
            time: None,
            #[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
            signer: None,
        })
    }

    /// Another person who made the commit of the author's work.
    pub fn committer(mut self, committer: Signature) -> CommitSpec {
        self.committer = Some(committer);
        self
    }

    /// The time of the commit, in whole seconds since 1970, in UTC; otherwise the time at which it is made.
    pub fn time(mut self, time: SystemTime) -> CommitSpec {
        self.time = Some(time);
        self
    }

    /// One more trailer, `Key: value`, at the end of the message: in its last paragraph when that consists of trailers,
    /// else in one of its own.
    ///
    /// # Errors
    ///
    /// `InvalidMessage` for a key that is empty or holds more than ASCII letters, digits and `-`, and for a value that is
    /// empty, holds a line break or another control character, or is longer than 4096 bytes.
    pub fn trailer(mut self, key: &str, value: &str) -> Result<CommitSpec, Error> {
        self.message = trailer::append(&self.message, key, value)?;
        Ok(self)
    }

    /// Signs the commit, as `git commit -S` does.
    #[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
    pub fn signer(mut self, signer: Signer) -> CommitSpec {
        self.signer = Some(signer);
        self
    }
}

/// What came of changes.
#[derive(Debug)]
pub enum Committed {
    /// A commit, not pushed yet.
    Commit(Commit),
    /// Nothing: the files are already as the changes would make them.
    Unchanged,
}

/// A commit on top of a snapshot, in the snapshot's private folder. Nobody else has it before it is pushed.
#[derive(Debug)]
pub struct Commit {
    pub(crate) remote: Arc<Remote>,
    pub(crate) repository: Arc<Repository>,
    pub(crate) base: Ref,
    pub(crate) parent: ObjectId,
    pub(crate) id: ObjectId,
}

impl Snapshot {
    /// Makes one commit of the changes on top of the snapshot's commit. All changes are applied together or none is.
    ///
    /// # Errors
    ///
    /// `PathNotFound` for a write or delete where nothing is. `PathConflict` for a create where something is, for a
    /// write or delete of a directory, a symbolic link or a submodule, for a path that leads through a file or a
    /// symbolic link, and for two changes of which one is at or below the other's path. A file can become a directory, and
    /// a directory a file, all the same: with what was there deleted in the same changes. `Corrupt` for malformed trees on
    /// the way, also for those with repeated names or in no order; `Storage` for a full disk; `InvalidSigningKey` when the
    /// key fails to sign.
    pub fn commit(&self, changes: &[Change], spec: &CommitSpec) -> Result<Committed, Error> {
        let objects = &self.repository().objects;
        let tree = self.healing(self.control(), || {
            rewrite::apply(&objects.reader(), objects.hash(), self.tree(), changes)
        })?;
        if tree == *self.tree() {
            return Ok(Committed::Unchanged);
        }
        let text = encode(&tree, self.commit_id(), spec)?;
        let id = objects.reader().write(Kind::Commit, text.as_bytes())?;
        tracing::debug!(commit = %id, parent = %self.commit_id(), changes = changes.len(), "made a commit");
        Ok(Committed::Commit(Commit {
            remote: Arc::clone(self.remote()),
            repository: Arc::clone(self.repository()),
            base: self.reference().clone(),
            parent: *self.commit_id(),
            id,
        }))
    }
}

impl Commit {
    /// The id of the commit.
    pub fn id(&self) -> &ObjectId {
        &self.id
    }

    /// The commit that it stands on: the snapshot's.
    pub fn parent(&self) -> &ObjectId {
        &self.parent
    }
}

fn encode(tree: &ObjectId, parent: &ObjectId, spec: &CommitSpec) -> Result<String, Error> {
    let time = seconds(spec.time.unwrap_or_else(SystemTime::now));
    let author = &spec.author;
    let committer = spec.committer.as_ref().unwrap_or(author);
    let header = format!(
        "tree {tree}\nparent {parent}\nauthor {author} {time} +0000\ncommitter {committer} {time} +0000\n"
    );
    let signature = signature(&header, spec, tree.hash())?;
    Ok(format!("{header}{signature}\n{}", spec.message))
}

/// The header that holds the signature of all the rest, or nothing.
#[cfg(any(feature = "sign-ssh", feature = "sign-openpgp"))]
fn signature(header: &str, spec: &CommitSpec, hash: gix_hash::Kind) -> Result<String, Error> {
    let Some(signer) = &spec.signer else {
        return Ok(String::new());
    };
    let payload = format!("{header}\n{}", spec.message);
    let armored = signer.sign(payload.as_bytes())?;
    // A repository with both hashes would hold one signature for each.
    let name = match hash {
        gix_hash::Kind::Sha1 => "gpgsig",
        _ => "gpgsig-sha256",
    };
    // A line that begins with a space continues the header.
    let lines = armored
        .trim_end()
        .replace("\r\n", "\n")
        .replace('\n', "\n ");
    Ok(format!("{name} {lines}\n"))
}

#[cfg(not(any(feature = "sign-ssh", feature = "sign-openpgp")))]
#[allow(clippy::unnecessary_wraps)] // It can fail where a key signs.
fn signature(_: &str, _: &CommitSpec, _: gix_hash::Kind) -> Result<String, Error> {
    Ok(String::new())
}

/// Git knows no time before 1970.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Whether two commits differ in nothing but when they were made. A signature is over the time, and so differs with it;
/// whether there is one does not.
pub(crate) fn same_but_for_time(a: &[u8], b: &[u8]) -> bool {
    without_times(a) == without_times(b)
}

/// The lines of a commit; of those that hold a person, the part before the time; of a signature, its first line.
fn without_times(commit: &[u8]) -> Vec<&[u8]> {
    let (mut header, mut signature) = (true, false);
    let mut lines = Vec::new();
    for line in commit.split(|&byte| byte == b'\n') {
        header &= !line.is_empty();
        signature = header && (line.starts_with(b"gpgsig") || signature && line.starts_with(b" "));
        if signature && line.starts_with(b" ") {
            continue;
        }
        let person = header && (line.starts_with(b"author ") || line.starts_with(b"committer "));
        let end = line.iter().rposition(|&byte| byte == b'>');
        lines.push(&line[..end.filter(|_| person).map_or(line.len(), |at| at + 1)]);
    }
    lines
}
