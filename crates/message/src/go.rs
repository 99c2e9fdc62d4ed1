//! Go's `text/template` with the functions that Flux gives it.
//!
//! Written from the behaviour of Go 1.26 and Sprig 3.3, as recorded.

use crate::data::Data;
use crate::error::Error;

mod ast;
mod budget;
mod buffer;
mod decimal;
mod eval;
mod fault;
mod field;
mod float;
mod flux;
#[allow(
    clippy::unnecessary_wraps,
    reason = "all functions of a table have one signature"
)]
mod funcs;
mod lexer;
mod native;
mod number;
mod parser;
mod pipeline;
mod print;
mod quote;
mod regex;
mod semver;
mod spec;
mod sprintf;
mod text;
mod types;
mod value;
mod verb;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct GoTemplate(ast::Tree);

impl GoTemplate {
    pub(crate) fn parse(source: &str) -> Result<Self, Error> {
        parser::parse(source).map(GoTemplate)
    }

    /// Renders with the source that was parsed.
    pub(crate) fn render(&self, source: &str, data: &Data) -> Result<String, Error> {
        eval::render(&self.0, source, &flux::root(data))
    }
}
