//! The forms of an answer.

use clap::ValueEnum;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    Json,
    Yaml,
    /// For a comment on a pull request
    Markdown,
}
