//! What goes to standard output.

mod done;
mod format;
mod input;
mod out;

pub(crate) use done::{Done, edits, first_line, head};
pub(crate) use format::Format;
pub(crate) use input::{input, warn};
pub(crate) use out::{json, text, yaml};
