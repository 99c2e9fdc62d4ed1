//! A place where something looks like a marker.

use std::{borrow::Cow, ops::Range};

use crate::{comment::Named, object::Object, position::Position, reader::Style};

#[derive(Clone, Debug)]
pub(crate) struct Site<'a> {
    /// Where the outcome is reported: the comment, or what is wrong in it.
    pub(crate) offset: usize,
    pub(crate) position: Position,
    pub(crate) object: Object,
    pub(crate) field: String,
    /// What the marker says; `None` where no setter could be read.
    pub(crate) named: Option<Named>,
    pub(crate) standing: Standing<'a>,
}

/// What a marker stands on.
#[derive(Clone, Debug)]
pub(crate) enum Standing<'a> {
    Scalar(Target<'a>),
    BlockScalar(Cow<'a, str>),
    Alias,
    /// No scalar value; says what instead.
    NoScalar(&'static str),
    /// What stands at the place that a marker file names, which is nothing that can be set.
    Elsewhere(&'static str),
    /// The path that a marker file gives leads through a key that stands twice in its mapping.
    Doubled,
    /// The place that a marker file names is not there.
    NotThere {
        /// The number of the document that it is looked for in.
        document: usize,
    },
    Malformed(String),
    /// Text that is no comment, or a comment that is not the marker's own; says which.
    Text(&'static str),
}

/// A scalar that can be set.
#[derive(Clone, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) span: Range<usize>,
    pub(crate) position: Position,
    pub(crate) style: Style,
    pub(crate) flow: bool,
    pub(crate) typed: bool,
    /// The number of its step, and its anchor and tag: what the fingerprint knows it by.
    pub(crate) step: u64,
    pub(crate) properties: u64,
}
