//! YAML as trees of values that know where they stand.

mod compose;
mod hint;
mod node;
mod scalar;
mod stream;

pub(crate) use compose::{Fault, compose};
#[cfg(feature = "serde")]
pub(crate) use compose::{MAX_DEPTH, MAX_VALUES};
pub(crate) use node::{Key, Node, Position, Value};
pub(crate) use scalar::is_plain_text;
pub(crate) use stream::{Document, documents, mentions};
