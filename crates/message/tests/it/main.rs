//! The tests of the crate, in one program.

mod golden;
mod jinja;
mod support;
