//! What goes to standard output.

mod done;
mod format;
mod out;
mod table;
mod verdict;

pub(crate) use done::{Done, edits, first_line, head};
pub(crate) use format::Format;
pub(crate) use out::{json, text, yaml};
pub(crate) use table::table;
pub(crate) use verdict::verdict_name;
