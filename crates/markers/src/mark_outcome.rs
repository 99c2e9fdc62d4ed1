//! What became of each scalar that says an image.

use std::fmt;

use crate::{position::Position, snippet};

/// What became of one scalar that says an image, or a part of one.
///
/// `Display` is one line: `line 7, column 10: image: marked with "flux-system:app"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkOutcome {
    pub(crate) kind: MarkOutcomeKind,
    pub(crate) field: String,
    pub(crate) offset: usize,
    pub(crate) position: Position,
}

/// The kinds of [`MarkOutcome`].
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkOutcomeKind {
    /// It gets a marker; there is an insertion.
    Marked {
        /// What the marker names.
        setter: String,
    },
    /// It has a marker.
    AlreadyMarked {
        /// What the marker names.
        setter: String,
    },
    /// The caller gave no setter for the image.
    NotWanted,
    /// The value is no image reference, name, tag or digest, or none stands beside it.
    NotAnImage,
    /// Nothing stands behind the key.
    NoValue,
    /// Another comment stands behind the value, and the syntax takes no text behind a marker.
    HasComment,
    /// Other text follows on the line, so that a comment would swallow it.
    OtherText,
    /// The value is a block scalar.
    BlockScalar,
    /// The value is an alias.
    Alias,
    /// The key stands again in its mapping, and the last one counts.
    Repeated,
    /// The text is JSON, which has no comments.
    Json,
    /// The registry stands in a field of its own, which the setter of a name would not fit.
    RegistryApart,
    /// There is no such setter, it cannot be written, or the value has a type that no string fits.
    Refused {
        /// Why not.
        reason: String,
    },
}

impl MarkOutcome {
    /// What became of it.
    pub fn kind(&self) -> &MarkOutcomeKind {
        &self.kind
    }

    /// The path of the scalar in its document, as of [`Marker::field`](crate::Marker::field).
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The line of the scalar, from 1.
    pub fn line(&self) -> usize {
        self.position.line
    }

    /// The column in characters, from 1.
    pub fn column(&self) -> usize {
        self.position.column
    }

    /// The line of `Display` with the line of `source`, the text that was planned for, and a caret.
    pub fn render(&self, source: &str) -> String {
        let place = self.offset..self.offset + 1;
        snippet::draw(&self.to_string(), None, source, Some(&place))
    }
}

impl fmt::Display for MarkOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.position, self.field, self.kind)
    }
}

impl fmt::Display for MarkOutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Marked { setter } => return write!(f, "marked with {setter:?}"),
            Self::AlreadyMarked { setter } => {
                return write!(f, "already marked with {setter:?}");
            }
            Self::Refused { reason } => return write!(f, "not marked: {reason}"),
            Self::NotWanted => "not marked: no setter is given for the image",
            Self::NotAnImage => "not marked: the value is no image reference",
            Self::NoValue => "not marked: there is no value; write one, or \"\"",
            Self::HasComment => {
                "not marked: another comment stands behind the value; move it to a line of its own"
            }
            Self::OtherText => "not marked: other text follows on the line; break the line behind the value",
            Self::BlockScalar => "not marked: the value is a block scalar; write it on one line",
            Self::Alias => "not marked: the value is an alias; mark the anchor's value",
            Self::Repeated => "not marked: the key stands again in the mapping, and the last one counts; remove one",
            Self::Json => "not marked: JSON has no comments; name the value in a marker file (`Sidecar`)",
            Self::RegistryApart => {
                "not marked: the registry stands in a field of its own, and a name would come with it"
            }
        })
    }
}
