//! What became of each text that looks like a marker.

use std::fmt::{self, Write as _};

use crate::{
    position::Position,
    scan::COMMENTED_OUT,
    site::{Site, Standing},
    snippet,
    write::is_printable,
};

/// What became of one text that looks like a marker.
///
/// `Display` is one line, `line 7, column 22: marker "flux-system:app": the value is set`; the values
/// are with the [`Edit`](crate::Edit).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    kind: OutcomeKind,
    setter: Option<String>,
    offset: usize,
    position: Position,
    detail: &'static str,
    way_out: &'static str,
}

/// The kinds of [`Outcome`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The value is set; there is an edit.
    Updated,
    /// The value is already what was decided.
    Unchanged,
    /// The decision was to keep the value.
    Withheld {
        /// As the decision gave it.
        reason: String,
    },
    /// The decision was that the setter is not known.
    UnknownSetter {
        /// The known name that is nearest, if one is near.
        nearest: Option<String>,
    },
    /// A comment that names the key in a JSON object that cannot be read, or beside other text.
    Malformed {
        /// What is wrong; the outcome's line and column say where.
        reason: String,
    },
    /// A marker that stands on no scalar value: on a key, on a collection, on a missing value, or
    /// alone on its line. Of a marker file: also where a key stands twice, or another marker has the value.
    NotAScalar,
    /// A marker on the header of a block scalar.
    BlockScalar,
    /// A marker on an alias: the value stands at the anchor.
    Alias,
    /// The value does not fit the marker's template.
    Mismatch {
        /// The template, as written.
        template: String,
    },
    /// The place that a marker file names is not there. The line and the column are those of the last
    /// value that is, or of the beginning.
    NotFound {
        /// The place, as written.
        field: String,
        /// The number of the document that it is looked for in, from 0.
        document: usize,
    },
    /// The decided value cannot be written in that place.
    Refused {
        /// Why not.
        reason: String,
    },
    /// A marker in the text of a scalar or on a commented-out line: it marks nothing.
    InText,
}

impl Outcome {
    pub(crate) fn new(site: &Site<'_>, kind: OutcomeKind, detail: &'static str) -> Self {
        Self {
            kind,
            setter: site.named.as_ref().map(|named| named.setter.clone()),
            offset: site.offset,
            position: site.position,
            detail,
            way_out: match site.standing {
                Standing::Elsewhere(_) => "let it name a string of its own",
                Standing::Doubled => "leave one of them",
                _ => "put it behind the value",
            },
        }
    }

    /// What became of it.
    pub fn kind(&self) -> &OutcomeKind {
        &self.kind
    }

    /// What the marker names; `None` when it could not be read, or is none.
    pub fn setter(&self) -> Option<&str> {
        self.setter.as_deref()
    }

    /// The line of the marker, or of what is wrong with it, from 1.
    pub fn line(&self) -> usize {
        self.position.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.position.column
    }

    /// Whether it stands on a line that is commented out, so that nothing is wrong with it.
    pub fn is_commented_out(&self) -> bool {
        self.kind == OutcomeKind::InText && self.detail == COMMENTED_OUT
    }

    /// What became of it in words: the line of `Display` without the place.
    pub fn message(&self) -> impl fmt::Display + '_ {
        Message(self)
    }

    /// The line of `Display` with the line of `source`, the text that was planned for, and a caret.
    pub fn render(&self, source: &str) -> String {
        let place = self.offset..self.offset + 1;
        snippet::draw(&self.to_string(), None, source, Some(&place))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message())
    }
}

/// An [`Outcome`] in words, without its place.
struct Message<'a>(&'a Outcome);

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.0;
        if let Some(setter) = &outcome.setter {
            write!(f, "marker {setter:?}: ")?;
        }
        match &outcome.kind {
            OutcomeKind::Updated => f.write_str("the value is set"),
            OutcomeKind::Unchanged => f.write_str("the value is up to date"),
            OutcomeKind::Withheld { reason } | OutcomeKind::Refused { reason } => {
                write!(f, "the value is kept: {}", OneLine(reason))
            }
            OutcomeKind::UnknownSetter { nearest: None } => f.write_str("the setter is not known"),
            OutcomeKind::UnknownSetter {
                nearest: Some(name),
            } => {
                write!(f, "the setter is not known; did you mean {name:?}?")
            }
            OutcomeKind::Malformed { reason } => write!(f, "not a marker: {}", OneLine(reason)),
            OutcomeKind::NotAScalar => write!(
                f,
                "the marker marks nothing: {}; {}",
                outcome.detail, outcome.way_out
            ),
            OutcomeKind::NotFound { field, document } => {
                write!(f, "the marker marks nothing: {field:?} is not there")?;
                match document {
                    0 => Ok(()),
                    _ => write!(f, ", in document {document} (from 0)"),
                }
            }
            OutcomeKind::BlockScalar => {
                f.write_str("the value is kept: it is a block scalar; write it on one line")
            }
            OutcomeKind::Alias => {
                f.write_str("the value is kept: it is an alias; mark the anchor's value")
            }
            OutcomeKind::Mismatch { template } => {
                write!(
                    f,
                    "the value is kept: it does not fit the template {template:?}"
                )
            }
            OutcomeKind::InText => {
                write!(
                    f,
                    "the marker marks nothing: it stands in {}",
                    outcome.detail
                )
            }
        }
    }
}

/// A caller's words, with what would break the line or steer a terminal escaped.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            if is_printable(char) {
                f.write_char(char)?;
            } else {
                write!(f, "{}", char.escape_default())?;
            }
        }
        Ok(())
    }
}
