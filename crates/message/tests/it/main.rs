//! The tests of the crate, in one program.

mod dates;
mod fleet;
mod go;
mod golden;
mod jinja;
mod laws;
mod lint;
mod message;
mod sprig;
mod support;
