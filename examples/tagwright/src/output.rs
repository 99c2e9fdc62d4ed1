//! What goes to standard output.

mod format;
mod out;

pub(crate) use format::Format;
pub(crate) use out::{json, text, yaml};
