//! Go's `text/template` with the functions that Flux gives it.
//!
//! Written from the behaviour of Go 1.26 and Sprig 3.3, as recorded.

use std::ops::Range;

use crate::data::Data;
use crate::error::Error;

mod ast;
mod budget;
mod buffer;
mod decimal;
mod duration;
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
mod html;
mod lexer;
mod lint;
mod named;
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
mod time;
mod types;
mod value;
mod verb;

/// A parsed template.
#[derive(Debug)]
pub(crate) struct GoTemplate(ast::Tree);

impl GoTemplate {
    /// Reads a template of Flux.
    pub(crate) fn parse(source: &str) -> Result<Self, Error> {
        parser::parse(source, &funcs::FLUX).map(GoTemplate)
    }

    /// Reads a template of Fleet, whose actions are escaped for HTML.
    pub(crate) fn parse_fleet(source: &str) -> Result<Self, Error> {
        let tree = parser::parse(source, &funcs::FLEET)?;
        html::escape(tree, source).map(GoTemplate)
    }

    /// Fields that Flux has dropped, with what is asked of them.
    pub(crate) fn old_fields(&self) -> Vec<(Range<usize>, Option<&str>)> {
        lint::old_fields(&self.0)
    }

    /// Renders with the source that was parsed.
    pub(crate) fn render(&self, source: &str, data: &Data) -> Result<String, Error> {
        eval::render(&self.0, source, &flux::root(data))
    }

    /// Renders with a text for data.
    pub(crate) fn render_over(&self, source: &str, dot: &str) -> Result<String, Error> {
        eval::render(&self.0, source, &value::Value::text(dot))
    }
}
