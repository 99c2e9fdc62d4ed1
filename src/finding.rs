//! What a look at manifests and markers found wrong.

use std::fmt;

use serde::Serialize;
use tagwright_manifests as manifests;
use tagwright_markers as markers;

use crate::problem::Problem;

/// What [`Source::lint`](crate::Source::lint) found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lint {
    pub(crate) findings: Vec<Finding>,
    pub(crate) files: usize,
}

impl Lint {
    /// What is wrong, and what is worth knowing, in the order of the files and their lines.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many files hold manifests, markers or something wrong. None: it may be another folder that is meant.
    pub fn files(&self) -> usize {
        self.files
    }
}

/// One thing that is wrong, or worth knowing, in one place of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) severity: FindingSeverity,
    pub(crate) rule: FindingRule,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) object: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) field: String,
    pub(crate) message: String,
}

/// How bad a [`Finding`] is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FindingSeverity {
    /// An object or a file cannot be used.
    Error,
    /// It is used, but something in it is not, or not as it seems to be meant.
    Warning,
    /// Worth knowing; nothing is wrong.
    Note,
}

/// What kind of thing a [`Finding`] is about; its name, `manifest`, stays what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FindingRule {
    /// A file that cannot be read.
    File,
    /// An object by itself: `tagwright.yaml`, too.
    Manifest,
    /// Objects beside each other: a policy without its repository, two of one name.
    Reference,
    /// A marker: it names nothing, or marks nothing.
    Marker,
}

impl FindingRule {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::File, Self::Manifest, Self::Reference, Self::Marker];

    /// The name: `manifest`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Manifest => "manifest",
            Self::Reference => "reference",
            Self::Marker => "marker",
        }
    }
}

impl FindingSeverity {
    /// The name: `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Finding {
    /// The file, as the source names it: of a folder, from there.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line, from 1; 0 where the file as a whole is meant.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column in characters, from 1; 0 likewise.
    pub fn column(&self) -> usize {
        self.column
    }

    /// How bad it is.
    pub fn severity(&self) -> FindingSeverity {
        self.severity
    }

    /// What kind of thing it is about.
    pub fn rule(&self) -> FindingRule {
        self.rule
    }

    /// The object, `ImagePolicy flux-system/podinfo`, where it is known.
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The path of the field, `spec.policy.semver.range`; empty for an object, a marker or a file.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What was found, and the way out.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same in a file of another name: where the folder stands that was looked at.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        let file = file.into();
        Self { file, ..self }
    }

    /// Of a file that cannot be read.
    pub(crate) fn unread(problem: &Problem) -> Self {
        Self {
            file: problem.subject().to_owned(),
            line: 0,
            column: 0,
            severity: if problem.is_error() {
                FindingSeverity::Error
            } else {
                FindingSeverity::Warning
            },
            rule: FindingRule::File,
            object: None,
            field: String::new(),
            message: problem.message().to_owned(),
        }
    }

    /// Of a text that cannot be read as YAML: where its place is, it need not be said twice.
    pub(crate) fn of_text(file: &str, error: &markers::Error) -> Self {
        let line = error.line().unwrap_or_default();
        let column = error.column().unwrap_or_default();
        let text = error.to_string();
        let at = format!(" at line {line}, column {column}");
        let message = text.strip_suffix(&at).unwrap_or(&text);
        let hint = error.hint().map(|hint| format!("; {hint}"));
        Self {
            file: file.to_owned(),
            line,
            column,
            severity: FindingSeverity::Error,
            rule: FindingRule::Marker,
            object: None,
            field: String::new(),
            message: format!("{message}{}", hint.unwrap_or_default()),
        }
    }

    pub(crate) fn of(problem: manifests::Problem, rule: FindingRule) -> Self {
        Self {
            severity: match problem.severity {
                manifests::Severity::Error => FindingSeverity::Error,
                manifests::Severity::Warning => FindingSeverity::Warning,
                _ => FindingSeverity::Note,
            },
            file: problem.file,
            line: problem.line,
            column: problem.column,
            rule,
            object: problem.object,
            field: problem.field,
            message: problem.message,
        }
    }
}

/// `file:line:column: severity: field: message`, as compilers write it and editors read it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable = crate::printable::Printable;
        write!(f, "{}:", printable(&self.file))?;
        if self.line > 0 {
            write!(f, "{}:{}:", self.line, self.column)?;
        }
        write!(f, " {}: ", self.severity.as_str())?;
        if !self.field.is_empty() {
            write!(f, "{}: ", printable(&self.field))?;
        }
        write!(f, "{}", printable(&self.message))
    }
}
