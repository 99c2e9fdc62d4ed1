use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "client")]
use crate::client::RateLimit;
use crate::repository::Repository;
use crate::snippet;

/// Why a reference could not be read or a registry could not be asked.
///
/// [`Display`](fmt::Display) is one line: the request and the repository it was for, what was found, and
/// the way out. It never holds a credential, a URL's query or the text of a file.
///
/// Errors about a text (a reference, a digest, a `config.json`) say where, see [`Error::span`].
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    found: String,
    hint: String,
    request: Option<RequestKind>,
    repository: Option<Repository>,
    /// What the request was about, as it is shown.
    subject: String,
    status: Option<u16>,
    retry_after: Option<Duration>,
    #[cfg(feature = "client")]
    rate_limit: Option<RateLimit>,
    place: Option<Place>,
}

#[derive(Clone)]
struct Place {
    span: Range<usize>,
    line: usize,
    column: usize,
    /// A reference is one line, whose number says nothing.
    only_line: bool,
}

/// What went wrong, as [`Error::kind`] gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An image reference or a repository name that cannot be read, or that no registry can be asked about.
    Reference,
    /// A digest that cannot be read.
    Digest,
    /// A platform that cannot be read.
    Platform,
    /// The client was configured with something unusable: a certificate file without a certificate,
    /// a `config.json` that does not parse, a credential that does not fit into a header.
    Config,
    /// A keychain could not say which credential to use.
    Keychain,
    /// No connection: name resolution, connecting, TLS, or a connection that broke again and again.
    Unreachable,
    /// No whole answer within the time allowed.
    Timeout,
    /// The registry or its token server wants credentials, or other ones (401).
    Unauthorized,
    /// The credentials were accepted but may not do this (403).
    Forbidden,
    /// No such repository, tag or manifest, or none that these credentials may see (404).
    NotFound,
    /// The registry asks to be left alone for longer than the retry budget (429).
    RateLimited,
    /// The registry failed (5xx), or refused the request in another way.
    Refused,
    /// The answer is not what the protocol says: no tag list, a `Link` to elsewhere, a digest that does
    /// not fit its content.
    InvalidResponse,
    /// What was asked for is of a kind that is not read here: a manifest of Docker's schema 1.
    Unsupported,
    /// A webhook that is not its sender's: no signature or token, or one that does not fit.
    Unverified,
    /// A webhook of an event that the receiver does not take.
    UnwantedEvent,
    /// A webhook whose payload cannot be read.
    Payload,
    /// The answer is larger than the limits of the client allow.
    LimitExceeded,
}

/// What was asked of a registry when an error occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestKind {
    /// A page of the tag list.
    Tags,
    /// The digest of a manifest.
    Digest,
    /// A manifest.
    Manifest,
    /// The config of an image.
    Config,
    /// What refers to a manifest.
    Referrers,
    /// A token from the registry's token server.
    Token,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// What was asked, when the error came from a request.
    pub fn request(&self) -> Option<RequestKind> {
        self.0.request
    }

    /// The registry that was asked, `host[:port]`.
    pub fn registry(&self) -> Option<&str> {
        self.repository().map(Repository::registry)
    }

    /// The repository that was asked about.
    pub fn repository(&self) -> Option<&Repository> {
        self.0.repository.as_ref()
    }

    /// The HTTP status of the answer, when there was one that matters.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// How long the registry asked to be left alone, when it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The bytes of the text that the error is about.
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.place.as_ref().map(|place| place.span.clone())
    }

    /// The line of the text, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column of the text in characters, counted from 1.
    pub fn column(&self) -> Option<usize> {
        self.0.place.as_ref().map(|place| place.column)
    }

    /// The way out, which is also the end of the one-line text.
    pub fn hint(&self) -> &str {
        &self.0.hint
    }

    /// The error with the line of `source` that it is about and a caret under the place.
    ///
    /// `source` is the text that was read. This prints a part of it: do not use it for a file that
    /// holds credentials. An error that is about no text gives its one line.
    pub fn render(&self, source: &str) -> String {
        match &self.0.place {
            Some(place) => snippet::draw(&self.to_string(), source, &place.span),
            None => self.to_string(),
        }
    }

    /// An error for a [`Keychain`](crate::Keychain) that cannot say which credential to use: what was
    /// found, and the way out. Neither may hold a secret.
    ///
    /// ```
    /// use tagwright_registry::{Error, ErrorKind};
    ///
    /// let error = Error::keychain("the vault is sealed", "unseal it");
    /// assert_eq!(error.kind(), ErrorKind::Keychain);
    /// assert_eq!(error.to_string(), "the vault is sealed; unseal it");
    /// ```
    pub fn keychain(found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Kind::Keychain, found, hint)
    }

    pub(crate) fn new(kind: Kind, found: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            found: found.into(),
            hint: hint.into(),
            request: None,
            repository: None,
            subject: String::new(),
            status: None,
            retry_after: None,
            #[cfg(feature = "client")]
            rate_limit: None,
            place: None,
        }))
    }

    /// The same error, about `span` of `source`.
    pub(crate) fn at(self, source: &str, span: Range<usize>) -> Self {
        let before = source.get(..span.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        let only_line = !source.contains('\n');
        self.change(|inner| {
            inner.place = Some(Place {
                span,
                line,
                column,
                only_line,
            });
        })
    }

    /// The same error with another kind.
    pub(crate) fn into_kind(self, kind: Kind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        // Shared where somebody keeps it, as a helper's failure is.
        change(Arc::make_mut(&mut self.0));
        self
    }
}

#[cfg(feature = "client")]
impl Error {
    /// How much more the registry may be asked, when its answer said so.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.0.rate_limit
    }

    /// The same error, about a request for `subject`, which is `repository` or something in it.
    pub(crate) fn of(self, request: RequestKind, repository: &Repository, subject: &str) -> Self {
        self.change(|inner| {
            inner.request = Some(request);
            inner.repository = Some(repository.clone());
            subject.clone_into(&mut inner.subject);
        })
    }

    /// Adds to what was found.
    pub(crate) fn also(self, what: &str) -> Self {
        self.change(|inner| inner.found = format!("{}, {what}", inner.found))
    }

    /// The same error, about something in `place`.
    pub(crate) fn within(self, place: &str) -> Self {
        self.change(|inner| inner.found = format!("{place}: {}", inner.found))
    }

    /// Says how often the request was sent, if more than once.
    pub(crate) fn after(self, attempts: u32) -> Self {
        if attempts < 2 {
            return self;
        }
        self.also(&format!("{attempts} times"))
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        self.change(|inner| inner.status = Some(status))
    }

    pub(crate) fn with_rate_limit(self, rate_limit: Option<RateLimit>) -> Self {
        self.change(|inner| inner.rate_limit = rate_limit)
    }

    pub(crate) fn with_retry_after(self, wait: Option<Duration>) -> Self {
        self.change(|inner| inner.retry_after = wait)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(request) = self.0.request {
            write!(f, "{request} {}: ", self.0.subject)?;
        }
        f.write_str(&self.0.found)?;
        if let Some(place) = &self.0.place {
            write!(f, " at {place}")?;
        }
        write!(f, "; {}", self.0.hint)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.only_line {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "column {}", self.column)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

impl fmt::Display for RequestKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tags => "listing the tags of",
            Self::Digest => "asking for the digest of",
            Self::Manifest => "asking for the manifest of",
            Self::Config => "asking for the image config of",
            Self::Referrers => "asking for the referrers of",
            Self::Token => "asking for a token for",
        })
    }
}
