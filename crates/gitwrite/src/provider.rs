//! Credentials that are asked for when they are needed.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::url::RemoteUrl;

/// Hands out credentials, such as tokens that live for an hour.
///
/// It is asked before the first command that needs the server, again when what it issued expires within a minute, and
/// once more when a server refuses (401): then the command is run a second time with the new ones. Clones of a
/// [`Remote`](crate::Remote) share what was issued, and ask one at a time.
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
    /// the text is not repeated, as it may hold a secret.
    fn issue(&self, request: &CredentialRequest<'_>) -> Result<Issued, CredentialError>;
}

/// What a [`CredentialProvider`] fails with.
pub type CredentialError = Box<dyn std::error::Error + Send + Sync>;

/// What credentials are wanted for.
#[derive(Debug, Clone, Copy)]
pub struct CredentialRequest<'a> {
    url: &'a str,
    refused: bool,
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
    credentials: Credentials,
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
    fn is_fresh(&self) -> bool {
        let soon = SystemTime::now() + Duration::from_secs(60);
        self.expires.is_none_or(|expires| expires > soon)
    }
}

impl From<Credentials> for Issued {
    fn from(credentials: Credentials) -> Issued {
        Issued::new(credentials)
    }
}

/// A provider, and what it issued last.
pub(crate) struct Wallet {
    provider: Box<dyn CredentialProvider>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    current: Option<Issued>,
    /// A command that began with these may still have them in its words.
    previous: Option<Credentials>,
}

impl Wallet {
    pub(crate) fn new(provider: impl CredentialProvider + 'static) -> Wallet {
        Wallet {
            provider: Box::new(provider),
            kept: Mutex::default(),
        }
    }

    /// What to show now. Waits while another thread asks.
    pub(crate) fn present(&self, url: &RemoteUrl) -> Result<Credentials, Error> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match &kept.current {
            Some(issued) if issued.is_fresh() => Ok(issued.credentials.clone()),
            _ => self.ask(&mut kept, url, false),
        }
    }

    /// What to show instead of what was refused; `None` when there is nothing else.
    pub(crate) fn replace(
        &self,
        url: &RemoteUrl,
        refused: &Credentials,
    ) -> Result<Option<Credentials>, Error> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let current = kept.current.as_ref().map(|issued| &issued.credentials);
        let next = match current {
            // Another thread was refused as well, and has asked already.
            Some(newer) if newer != refused => newer.clone(),
            _ => self.ask(&mut kept, url, true)?,
        };
        Ok((next != *refused).then_some(next))
    }

    fn ask(&self, kept: &mut Kept, url: &RemoteUrl, refused: bool) -> Result<Credentials, Error> {
        let request = CredentialRequest {
            url: url.as_str(),
            refused,
        };
        tracing::debug!(%url, refused, "asking for credentials");
        let issued = self.provider.issue(&request).map_err(|source| {
            let message = format!(
                "cannot get credentials for {url}: their provider failed; the source of this error says why"
            );
            Error::new(ErrorKind::InvalidCredentials, message)
                .at(url)
                .caused_by(source)
        })?;
        let credentials = issued.credentials.clone();
        kept.previous = kept.current.take().map(|issued| issued.credentials);
        kept.current = Some(issued);
        Ok(credentials)
    }

    pub(crate) fn secrets(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let current = kept.current.as_ref().map(|issued| &issued.credentials);
        let shown = current.into_iter().chain(&kept.previous);
        shown
            .flat_map(Credentials::secrets)
            .map(str::to_owned)
            .collect()
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider(..)")
    }
}
