//! Steps of a document that was read ahead, in little room.

use std::ops::Range;

use super::Style;

/// A step: what it is, and its bytes.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    start: u32,
    end: u32,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    DocumentStart,
    DocumentEnd,
    MappingStart {
        flow: bool,
    },
    MappingEnd,
    SequenceStart {
        flow: bool,
    },
    SequenceEnd,
    Plain,
    Quoted(Style),
    /// A scalar whose value is the next of those kept apart.
    Kept(Style),
    Comment,
}

impl Token {
    /// The text is known to be short enough.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn new(kind: Kind, start: usize, end: usize) -> Self {
        Self {
            kind,
            start: start as u32,
            end: end as u32,
        }
    }

    pub(super) fn span(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
