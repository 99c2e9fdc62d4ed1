//! Texts that this crate does not parse, for whoever does.

use crate::Severity;
use crate::quote::one_line;
use crate::report::Report;
use crate::variable::{UNRESOLVED, has_variable};
use crate::yaml::Position;

/// A text whose grammar this crate does not know.
///
/// Readers such as [`flux::read_with`](crate::flux::read_with) ask a closure
/// about each of them: its `Err` is a line that says what is wrong and what to
/// write instead, and becomes a [`Problem`](crate::Problem) of severity error at
/// the place of the text. A closure that does not know a subject answers `Ok`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// A range of versions, as `>=1.0.0 <2.0.0`.
    Range(&'a str),
    /// A regular expression in Go's syntax, of `filterTags` or `exclusionList`.
    Pattern(&'a str),
    /// What of a tag is compared, and the pattern with its groups.
    Extract {
        /// The template, as `$ts`.
        extract: &'a str,
        /// The pattern of the same filter.
        pattern: &'a str,
    },
    /// A format of calendar versions, as `YYYY.0M.0D`.
    Calver(&'a str),
    /// An image, as `ghcr.io/stefanprodan/podinfo`; Fleet's may have a tag.
    Image(&'a str),
    /// The template of a commit message.
    Template(&'a str),
}

/// What the readers are given: judges a [`Subject`].
pub(crate) type Judge<'a> = dyn Fn(Subject<'_>) -> Result<(), String> + 'a;

/// Finds every text good.
pub(crate) const LENIENT: &Judge<'static> = &|_| Ok(());

impl Report<'_> {
    /// Reports a text that the judge refuses; answers whether it is good.
    ///
    /// A text with a variable is not judged: it will be another one, and its
    /// reader has said so. That of a template may be meant as it stands.
    pub(crate) fn judge(&self, subject: Subject<'_>, at: Position, field: &str) -> bool {
        let template = matches!(subject, Subject::Template(_));
        let unresolved = subject.is_unresolved();
        if unresolved && !template {
            return false;
        }
        let Err(reason) = self.verdict(subject) else {
            return true;
        };
        if unresolved {
            self.add(Severity::Warning, at, field, UNRESOLVED.to_owned());
        } else {
            self.add(Severity::Error, at, field, one_line(&reason));
        }
        false
    }
}

impl Subject<'_> {
    /// The `${ts}` of an extract is a group of its pattern.
    fn is_unresolved(self) -> bool {
        match self {
            Self::Range(text)
            | Self::Pattern(text)
            | Self::Extract { pattern: text, .. }
            | Self::Calver(text)
            | Self::Image(text)
            | Self::Template(text) => has_variable(text),
        }
    }
}
