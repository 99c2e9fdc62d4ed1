//! What went wrong in a part of a run while the rest went on.

use std::fmt;

use serde::{Deserialize, Serialize};
use tagwright_registry as registry;

use crate::access::Lack;

/// One part of a run that failed, or that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    severity: Severity,
    kind: ProblemKind,
    subject: String,
    message: String,
}

/// How bad a [`Problem`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The part was not done: its markers keep their values.
    Error,
    /// The part was done, but look at it.
    Warning,
}

/// What kind of thing went wrong, for programs that act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// Something that was given cannot be used, or not all of it: an object, a path, a policy.
    Configuration,
    /// No tag of the list matches the policy, or the policy refuses the list.
    NothingSelected,
    /// The registry has no such repository, tag or image, or none that the credentials may see (404).
    NotFound,
    /// The registry wants credentials, or other ones (401), or there are none to be had.
    Unauthorized,
    /// The credentials may not do this (403).
    Forbidden,
    /// The registry asks to be left alone (429).
    RateLimited,
    /// The registry cannot be reached, or does not answer in time.
    Unreachable,
    /// The registry failed (5xx), refused in another way, or gave an answer that is none.
    Registry,
    /// A file with markers cannot be edited: it does not parse, is too large, or has an impossible name.
    File,
    /// Somebody wants it to rest for now.
    Suspended,
    /// The work on a part stopped before it had an answer.
    Cancelled,
}

/// Why one part failed, before it is known whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: ProblemKind,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(kind: ProblemKind, message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self { kind, message }
    }
}

impl From<registry::Error> for Failure {
    fn from(error: registry::Error) -> Self {
        Self::new(registry_kind(error.kind()), error)
    }
}

impl From<Lack> for Failure {
    fn from(lack: Lack) -> Self {
        Self::new(ProblemKind::Unauthorized, lack)
    }
}

fn registry_kind(kind: registry::ErrorKind) -> ProblemKind {
    use registry::ErrorKind as Kind;
    match kind {
        Kind::NotFound => ProblemKind::NotFound,
        Kind::Unauthorized | Kind::Keychain => ProblemKind::Unauthorized,
        Kind::Forbidden => ProblemKind::Forbidden,
        Kind::RateLimited => ProblemKind::RateLimited,
        Kind::Unreachable | Kind::Timeout => ProblemKind::Unreachable,
        Kind::Reference | Kind::Digest | Kind::Platform | Kind::Config => {
            ProblemKind::Configuration
        }
        _ => ProblemKind::Registry,
    }
}

impl Problem {
    /// Of a kind; of [`ProblemKind::Configuration`] when nothing else is said.
    pub(crate) fn of(self, kind: ProblemKind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn failed(subject: impl Into<String>, failure: &Failure) -> Self {
        Self::error(subject, &failure.message).of(failure.kind)
    }

    pub(crate) fn error(subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            severity: Severity::Error,
            kind: ProblemKind::Configuration,
            subject: subject.into(),
            message: message.to_string(),
        }
    }

    pub(crate) fn warning(subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            severity: Severity::Warning,
            kind: ProblemKind::Configuration,
            subject: subject.into(),
            message: message.to_string(),
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// What it is about: a policy's name, or a file with line and column.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What was found and the way out, in one line.
    pub fn message(&self) -> &str {
        &self.message
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `subject: error: message`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}: {severity}: {}", self.subject, self.message)
    }
}
