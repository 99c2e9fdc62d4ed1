//! Credentials that are asked for when they are needed.

use std::time::{Duration, SystemTime};

use crate::credentials::Credentials;

/// Hands out credentials, such as tokens that live for an hour.
///
/// It is asked before the first command that needs the server, again when what it issued expires within a minute, and
/// once more when a server refuses (401): then the command is run a second time with the new ones. Clones of a
/// [`Remote`](crate::Remote) share what was issued, and ask one at a time.
///
/// It is asked on a thread of its own, so that a call keeps to its deadline and its cancellation when no answer comes; what
/// belongs to a thread, such as the current runtime of an async library, has to be in the provider itself. A thread cannot
/// be ended from outside: one that was given up on goes on, and what it issues late is kept. With four of them the next
/// call waits for one to return, so give what it does a time limit.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tagwright_gitwrite::{CredentialError, CredentialProvider, CredentialRequest, Credentials, Issued, Remote};
///
/// struct Tokens;
///
/// impl CredentialProvider for Tokens {
///     fn issue(&self, request: &CredentialRequest<'_>) -> Result<Issued, CredentialError> {
///         let token = if request.refused() { "new" } else { "first" };
///         let credentials = Credentials::Bearer(token.into());
///         Ok(Issued::new(credentials).expires_at(SystemTime::now() + Duration::from_secs(3600)))
///     }
/// }
///
/// let remote = Remote::new("https://git.example.com/fleet.git")?.credential_provider(Tokens);
/// # Ok::<(), tagwright_gitwrite::Error>(())
/// ```
pub trait CredentialProvider: Send + Sync {
    /// New credentials for a server.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from issuing any. The call then fails with `InvalidCredentials`, and with this as its source;
    /// the text is not repeated, as it may hold a secret. A panic is such a failure, too.
    fn issue(&self, request: &CredentialRequest<'_>) -> Result<Issued, CredentialError>;
}

/// What a [`CredentialProvider`] fails with.
pub type CredentialError = Box<dyn std::error::Error + Send + Sync>;

/// What credentials are wanted for.
#[derive(Debug, Clone, Copy)]
pub struct CredentialRequest<'a> {
    pub(crate) url: &'a str,
    pub(crate) refused: bool,
}

impl CredentialRequest<'_> {
    /// The URL of the repository.
    pub fn url(&self) -> &str {
        self.url
    }

    /// Whether the server has just refused what was issued before, so that a copy of it is of no use.
    pub fn refused(&self) -> bool {
        self.refused
    }
}

/// Credentials, and until when they are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub(crate) credentials: Credentials,
    expires: Option<SystemTime>,
}

impl Issued {
    /// Credentials that are good until a server refuses them.
    pub fn new(credentials: Credentials) -> Issued {
        Issued {
            credentials,
            expires: None,
        }
    }

    /// When they expire.
    pub fn expires_at(mut self, time: SystemTime) -> Issued {
        self.expires = Some(time);
        self
    }

    /// A command takes a while, so what is about to expire is not begun with.
    pub(crate) fn is_fresh(&self) -> bool {
        let soon = SystemTime::now() + Duration::from_secs(60);
        self.expires.is_none_or(|expires| expires > soon)
    }
}

impl From<Credentials> for Issued {
    fn from(credentials: Credentials) -> Issued {
        Issued::new(credentials)
    }
}
