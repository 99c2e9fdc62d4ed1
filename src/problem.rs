//! What went wrong in a part of a run while the rest went on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One part of a run that failed, or that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    severity: Severity,
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

impl Problem {
    pub(crate) fn error(subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            severity: Severity::Error,
            subject: subject.into(),
            message: message.to_string(),
        }
    }

    pub(crate) fn warning(subject: impl Into<String>, message: impl fmt::Display) -> Self {
        Self {
            severity: Severity::Warning,
            subject: subject.into(),
            message: message.to_string(),
        }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.severity
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
