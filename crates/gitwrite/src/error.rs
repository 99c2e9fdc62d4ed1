//! What can go wrong, as one opaque type.

use std::fmt;

use crate::reference::Ref;
use crate::url::RemoteUrl;

/// What stopped a call.
///
/// `Display` is one line that says what was found, where, and the way out. It never holds a secret.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    message: String,
    repository: Option<String>,
    reference: Option<String>,
    may_have_arrived: bool,
    is_of_server: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kind of an [`Error`], for programs that act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no program `git` in `PATH`.
    GitNotFound,
    /// The program `git` is older than what this crate needs.
    GitTooOld,
    /// `git` failed in a way that this crate does not know.
    GitFailed,
    /// The text is no URL of a repository, or holds credentials or what could be some.
    InvalidUrl,
    /// The text is no name of a branch, a tag, a ref or a commit.
    InvalidRef,
    /// The text is no path of a file inside a repository.
    InvalidPath,
    /// A name or an email address of an author that Git cannot store.
    InvalidSignature,
    /// A commit message that is empty or that Git cannot store.
    InvalidMessage,
    /// Credentials that do not fit the URL or cannot be handed to `git`.
    InvalidCredentials,
    /// Text that was handed over as a certificate or as its private key, and is none.
    InvalidCertificate,
    /// A key that cannot sign commits, or that its passphrase does not open.
    InvalidSigningKey,
    /// A refspec or a push option that cannot be sent.
    InvalidPush,
    /// The server does not answer, or not as a Git server does.
    Unreachable,
    /// The server refuses the credentials, or asks for some.
    Unauthorized,
    /// The server has no such repository, or does not show it to these credentials.
    RepositoryNotFound,
    /// The repository has no such branch, tag, ref or commit.
    RefNotFound,
    /// The ref names a file or a tree, where a commit is needed.
    NotACommit,
    /// The host key of the SSH server is not among the known hosts.
    HostKey,
    /// The certificates of a TLS connection: the server's is by an unknown authority, is out of date or of another name, or
    /// the server wants one of ours, or takes another than this. A server may hang up on a client whose certificate it misses
    /// before that is heard: then it is `Unreachable`.
    Certificate,
    /// The deadline passed; every process on this machine was ended.
    Timeout,
    /// The call was cancelled; every process on this machine was ended.
    Cancelled,
    /// Others were faster in every attempt of an update.
    Contended,
    /// A file to be written or deleted is not there.
    PathNotFound,
    /// Something else stands at a path: a directory, a symbolic link, a submodule, another change.
    PathConflict,
    /// The repository is larger or deeper than the bounds of this crate.
    LimitExceeded,
    /// An object of the repository is missing or malformed.
    Corrupt,
    /// The private folder could not be made, read or written.
    Storage,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let inner = Inner {
            kind,
            message: message.into(),
            repository: None,
            reference: None,
            may_have_arrived: false,
            is_of_server: false,
            source: None,
        };
        Error {
            inner: Box::new(inner),
        }
    }

    /// An error of the private folder: `action` completes "cannot ...".
    pub(crate) fn storage(action: &str, source: std::io::Error) -> Self {
        let message = format!(
            "cannot {action}: {source}; the folder for temporary files needs room and write access"
        );
        Error::new(ErrorKind::Storage, message).caused_by(source)
    }

    pub(crate) fn at(mut self, url: &RemoteUrl) -> Self {
        self.inner.repository = Some(url.to_string());
        self
    }

    pub(crate) fn on(mut self, reference: &Ref) -> Self {
        self.inner.reference = Some(reference.to_string());
        self
    }

    /// The same, of a push that the server may yet have taken.
    pub(crate) fn unclear(mut self) -> Self {
        if !self.inner.may_have_arrived {
            self.inner.may_have_arrived = true;
            self.inner.message +=
                "; the commit may have arrived all the same, which a new snapshot shows";
        }
        self
    }

    /// The same, of an object that is here as the server has it: fetching it again is of no use.
    pub(crate) fn of_server(mut self) -> Self {
        self.inner.is_of_server = true;
        self
    }

    /// Whether an object is missing here, or is not what was fetched.
    pub(crate) fn is_damage(&self) -> bool {
        self.inner.kind == ErrorKind::Corrupt && !self.inner.is_of_server
    }

    pub(crate) fn caused_by(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The repository concerned, as it is shown: without secrets.
    pub fn repository(&self) -> Option<&str> {
        self.inner.repository.as_deref()
    }

    /// The ref concerned, as it is shown: `branch 'main'`.
    pub fn reference(&self) -> Option<&str> {
        self.inner.reference.as_deref()
    }

    /// Whether this is of a push that was on its way when it broke off, so that the server may have taken the commit, or
    /// may yet take it: a server goes on with its hooks when nobody waits for them. It was asked once more, and did not
    /// show the commit. The message says so too. A new snapshot shows what came of it.
    pub fn may_have_arrived(&self) -> bool {
        self.inner.may_have_arrived
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.inner.kind)
            .field("message", &self.inner.message)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inner.source.as_ref().map(|source| &**source as _)
    }
}
