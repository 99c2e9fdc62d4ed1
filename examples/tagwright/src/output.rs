//! What goes to standard output.

mod format;
mod input;
mod out;

pub(crate) use format::Format;
pub(crate) use input::{input, warn};
pub(crate) use out::{json, text, yaml};
