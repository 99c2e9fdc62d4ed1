//! What is wrong with a manifest, and where.

use std::fmt;

use crate::quote::one_line;

/// How much a [`Problem`] matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// The object is used, but something in it is not; or what looks like an object
    /// that is read is none, and passed over.
    Warning,
    /// The object cannot be used and is left out.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One thing that is wrong in one place of one file.
///
/// `Display` is one line, `file:line:column: severity: field: message`, and
/// holds no value of a Secret. Where there is no text, it begins `file: value 1:`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// The file, by the name that was given to `read`.
    pub file: String,
    /// The document of the file's YAML stream, counted from 1; documents without
    /// content are not counted.
    pub document: usize,
    /// The line in the file, counted from 1; 0 for a value that a program had.
    pub line: usize,
    /// The column in characters, counted from 1, or 0 likewise.
    pub column: usize,
    /// The object, as `ImagePolicy flux-system/podinfo`, once its name is known.
    pub object: Option<String>,
    /// The path of the field, as `spec.policy.semver.range`; empty when the
    /// problem is about the whole document.
    pub field: String,
    /// What was found, and the way out.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = one_line(&self.file);
        if self.line == 0 {
            write!(f, "{file}: value {}: ", self.document)?;
        } else {
            write!(f, "{file}:{}:{}: ", self.line, self.column)?;
        }
        write!(f, "{}: ", self.severity)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}
