//! The forms of what was found.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Lines that editors jump to: file, line, column, how bad it is and what
    #[default]
    Text,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A list of objects
    Json,
}
