//! The native dialect, on minijinja.

use std::fmt;

use minijinja::{Environment, Output, State, UndefinedBehavior, Value};

use undefined::Scope;

use crate::data::Data;
use crate::error::Error;
use crate::limits::{JINJA_DEPTH, JINJA_FUEL, OUTPUT_BYTES};

mod context;
mod failure;
mod filters;
mod growth;
mod meter;
mod undefined;

/// The only template of its environment.
const NAME: &str = "message";

/// A compiled template with its environment.
pub(crate) struct JinjaTemplate(Environment<'static>);

impl JinjaTemplate {
    pub(crate) fn parse(source: &str) -> Result<Self, Error> {
        growth::check(source)?;
        let mut environment = environment();
        environment
            .add_template_owned(NAME, source.to_owned())
            .map_err(|e| failure::convert(&e, source, None))?;
        Ok(JinjaTemplate(environment))
    }

    pub(crate) fn render(&self, data: &Data) -> Result<String, Error> {
        let template = self.0.get_template(NAME);
        let template = template.map_err(|e| failure::convert(&e, "", None))?;
        let context = context::build(data);
        let rendered = template.render(context.clone());
        let scope = Scope {
            environment: &self.0,
            context: &context,
        };
        rendered.map_err(|e| failure::convert(&e, template.source(), Some(&scope)))
    }
}

impl fmt::Debug for JinjaTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JinjaTemplate")
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(JINJA_FUEL));
    environment.set_recursion_limit(JINJA_DEPTH);
    environment.set_formatter(bounded);
    // Errors carry the byte range only in debug mode.
    environment.set_debug(true);
    // A value printed for the sake of debugging has no fixed form.
    environment.remove_global("debug");
    // What it holds could grow from turn to turn of a loop.
    environment.remove_global("namespace");
    meter::add(&mut environment);
    filters::add(&mut environment);
    environment
}

/// What a render has printed so far, blocks that are captured included.
struct Printed(usize);

/// Prints a value and counts what it prints.
fn bounded(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_undefined() {
        return minijinja::escape_formatter(out, state, value);
    }
    let text = value.to_string();
    let printed = state.get_or_insert_extension(Printed(0));
    printed.0 += text.len();
    if printed.0 > OUTPUT_BYTES {
        return Err(failure::output_limit());
    }
    out.write_str(&text).map_err(minijinja::Error::from)
}
