//! The functions that a Go template may call: Go's own, and Sprig's hermetic
//! ones, a family a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

pub(super) use escape::html;

use super::budget::Budget;
use super::fault::Fault;
use super::named::Named;
use super::native::TIME;
use super::text::Text;
use super::types::Type;
use super::value::{Dict, Value};
use crate::error::ErrorKind;
use crate::suggest::did_you_mean;

mod builtin;
mod casing;
mod cast;
mod compare;
mod dates;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod escape;
mod json;
mod lists;
mod math;
mod merge;
mod paths;
mod reflect;
mod refused;
mod regex;
mod semver;
mod slice;
mod strings;
mod urls;
mod words;

/// The functions that a dialect has, a family each.
pub(super) struct Functions {
    families: &'static [&'static [Function]],
    has_sprig: bool,
}

/// Go's own and Sprig's, of which those of one name win.
pub(super) static FLUX: Functions = Functions {
    families: &[
        builtin::FUNCTIONS,
        casing::FUNCTIONS,
        cast::FUNCTIONS,
        compare::FUNCTIONS,
        dates::FUNCTIONS,
        defaults::FUNCTIONS,
        dicts::FUNCTIONS,
        durations::FUNCTIONS,
        encoding::FUNCTIONS,
        escape::FUNCTIONS,
        json::FUNCTIONS,
        lists::FUNCTIONS,
        math::FUNCTIONS,
        merge::FUNCTIONS,
        paths::FUNCTIONS,
        reflect::FUNCTIONS,
        regex::FUNCTIONS,
        semver::FUNCTIONS,
        strings::FUNCTIONS,
        urls::FUNCTIONS,
        words::FUNCTIONS,
    ],
    has_sprig: true,
};

/// Go's own.
pub(super) static FLEET: Functions = Functions {
    families: &[
        builtin::FUNCTIONS,
        compare::FUNCTIONS,
        escape::FUNCTIONS,
        slice::FUNCTIONS,
    ],
    has_sprig: false,
};

/// A function with its signature.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) params: &'static [Param],
    /// The type of any further arguments.
    pub(super) rest: Option<Param>,
    pub(super) body: Body,
}

#[derive(Clone, Copy)]
pub(super) enum Body {
    Plain(fn(&mut Call<'_>) -> Answer),
    /// `and` and `or`, which stop at the first value of this truth.
    Until(bool),
}

pub(super) type Answer = Result<Value, Fault>;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Param {
    Any,
    Text,
    Int,
    Bool,
    Float,
    /// `map[string]interface {}`
    Dict,
    /// `time.Time`
    Time,
    /// `time.Duration`, which a constant can be.
    Duration,
}

/// The arguments of a call, which fit the signature.
pub(super) struct Call<'a> {
    pub(super) args: Vec<Value>,
    pub(super) budget: &'a mut Budget,
}

impl Functions {
    /// The function of a name, or why there is none.
    pub(super) fn find(&self, name: &str) -> Result<&'static Function, Fault> {
        let found = self.all().find(|function| function.name == name);
        found.ok_or_else(|| self.unknown(name))
    }

    fn all(&self) -> impl Iterator<Item = &'static Function> + use<> {
        self.families.iter().flat_map(|family| family.iter())
    }

    fn unknown(&self, name: &str) -> Fault {
        let fault = |message: String| Fault::new(ErrorKind::UnknownFunction, message);
        if let Some(reason) = refused::reason(name).filter(|_| self.has_sprig) {
            return fault(format!("the function \"{name}\" is refused")).hint(reason);
        }
        if !self.has_sprig && FLUX.all().any(|function| function.name == name) {
            let message = format!("there is no function \"{name}\" in Fleet");
            return fault(message).hint("it is one of Sprig's, which Fleet does not have");
        }
        let hint = did_you_mean(name, self.all().map(|function| function.name));
        fault(format!("there is no function \"{name}\"")).maybe_hint(hint)
    }
}

impl Function {
    /// A function with a fixed number of parameters.
    const fn fixed(
        name: &'static str,
        params: &'static [Param],
        body: fn(&mut Call<'_>) -> Answer,
    ) -> Self {
        Function {
            name,
            params,
            rest: None,
            body: Body::Plain(body),
        }
    }

    /// A function that takes more arguments of one type.
    const fn variadic(
        name: &'static str,
        params: &'static [Param],
        rest: Param,
        body: fn(&mut Call<'_>) -> Answer,
    ) -> Self {
        Function {
            name,
            params,
            rest: Some(rest),
            body: Body::Plain(body),
        }
    }

    /// The parameter that an argument fills.
    pub(super) fn param(&self, place: usize) -> Param {
        let fixed = self.params.get(place).copied();
        fixed.or(self.rest).unwrap_or(Param::Any)
    }

    /// Calls it and pays for what it makes.
    pub(super) fn run(&self, mut call: Call<'_>) -> Answer {
        call.budget.steps(1 + call.args.len())?;
        let Body::Plain(body) = self.body else {
            return Ok(Value::Nil);
        };
        let value = body(&mut call)?;
        call.budget.bytes(shallow_size(&value))?;
        Ok(value)
    }
}

/// What a value takes beside the values in it.
pub(super) fn shallow_size(value: &Value) -> usize {
    let items = value.length().unwrap_or(0);
    match value {
        Value::Text(_) => items,
        _ => items.saturating_mul(size_of::<Value>()),
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Param {
    pub(super) fn name(self) -> &'static str {
        match self {
            Param::Any => "interface {}",
            Param::Text => "string",
            Param::Int => "int",
            Param::Bool => "bool",
            Param::Float => "float64",
            Param::Dict => "map[string]interface {}",
            Param::Time => "time.Time",
            Param::Duration => "time.Duration",
        }
    }

    /// Checks that a value is of the type; nil is where the type can be nil.
    pub(super) fn accept(self, value: Value) -> Answer {
        match (self, &value) {
            (Param::Any, Value::Missing) => Ok(Value::Nil),
            (Param::Any, _)
            | (Param::Text, Value::Text(_))
            | (Param::Int, Value::Int(_))
            | (Param::Bool, Value::Bool(_))
            | (Param::Float, Value::Float(_))
            | (Param::Duration, Value::Named(Named::Duration(_))) => Ok(value),
            (Param::Time, Value::Record(record)) if record.name == TIME => Ok(value),
            (Param::Dict, Value::Dict(dict)) if dict.element == Type::Any => Ok(value),
            (Param::Dict, Value::Missing | Value::Nil) => {
                Ok(Value::dict(Type::Any, BTreeMap::new()))
            }
            _ => {
                let message = format!("expected {}, found {}", self.name(), found(&value));
                Err(Fault::type_(message))
            }
        }
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Missing | Value::Nil => "no value".to_owned(),
        value => value.type_name(),
    }
}

/// Arguments by place. The signature has been checked, so the answer for a
/// wrong place or type is never seen.
impl Call<'_> {
    fn any(&self, place: usize) -> &Value {
        self.args.get(place).unwrap_or(&Value::Nil)
    }

    fn rest(&self, from: usize) -> &[Value] {
        self.args.get(from..).unwrap_or_default()
    }

    fn text(&self, place: usize) -> Text {
        match self.any(place) {
            Value::Text(text) => text.clone(),
            _ => Text::from(""),
        }
    }

    /// A text for functions that see characters.
    fn str(&self, place: usize) -> Cow<'_, str> {
        match self.any(place) {
            Value::Text(text) => text.to_str(),
            _ => Cow::Borrowed(""),
        }
    }

    fn int(&self, place: usize) -> i64 {
        self.any(place).as_int().unwrap_or(0)
    }

    /// A count, where less than none is none.
    fn count(&self, place: usize) -> usize {
        usize::try_from(self.int(place).max(0)).unwrap_or(usize::MAX)
    }

    fn bool(&self, place: usize) -> bool {
        matches!(self.any(place), Value::Bool(true))
    }

    fn dict(&self, place: usize) -> Rc<Dict> {
        match self.any(place) {
            Value::Dict(dict) => Rc::clone(dict),
            _ => Rc::new(Dict {
                element: Type::Any,
                entries: BTreeMap::new().into(),
            }),
        }
    }
}
