//! Values of Go's own types, of which templates call the methods.

use std::cmp::Ordering;
use std::rc::Rc;

use super::fault::Fault;
use super::semver::Version;
use super::value::{Record, Value};
use crate::error::ErrorKind;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Native {
    Version(Version),
}

/// Methods without arguments.
const VERSION_FIELDS: [&str; 10] = [
    "Major",
    "Minor",
    "Patch",
    "Prerelease",
    "Metadata",
    "Original",
    "String",
    "IncMajor",
    "IncMinor",
    "IncPatch",
];

impl Native {
    /// A `*semver.Version`.
    pub(super) fn pointer(self) -> Value {
        self.named("*semver.Version")
    }

    fn named(self, name: &'static str) -> Value {
        Value::Record(Rc::new(Record {
            name,
            text: Some(self.to_string().into()),
            native: Some(self),
            ..Record::default()
        }))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        match self {
            Native::Version(_) => VERSION_FIELDS.into_iter(),
        }
    }

    /// What a method without arguments gives.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        let Native::Version(version) = self;
        let raised = |place: usize| Native::Version(version.raised(place)).named("semver.Version");
        Some(match name {
            "Major" => Value::Uint64(version.core[0]),
            "Minor" => Value::Uint64(version.core[1]),
            "Patch" => Value::Uint64(version.core[2]),
            "Prerelease" => Value::text(version.prerelease.as_str()),
            "Metadata" => Value::text(version.build.as_str()),
            "Original" => Value::text(version.original.as_str()),
            "String" => Value::text(version.to_string()),
            "IncMajor" => raised(0),
            "IncMinor" => raised(1),
            "IncPatch" => raised(2),
            _ => return None,
        })
    }

    /// What a method with arguments gives.
    pub(super) fn call(&self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let Native::Version(version) = self;
        let judge: fn(Ordering) -> Value = match name {
            "Compare" => |order| Value::Int(order as i64),
            "Equal" => |order| Value::Bool(order.is_eq()),
            "LessThan" => |order| Value::Bool(order.is_lt()),
            "LessThanEqual" => |order| Value::Bool(order.is_le()),
            "GreaterThan" => |order| Value::Bool(order.is_gt()),
            "GreaterThanEqual" => |order| Value::Bool(order.is_ge()),
            _ => return Err(no_method(name)),
        };
        match args {
            [Value::Record(other)] if other.name.starts_with('*') => match &other.native {
                Some(Native::Version(other)) => Ok(judge(version.cmp_precedence(other))),
                None => Err(no_version()),
            },
            [_] => Err(no_version()),
            _ => {
                let message = format!("{name} takes 1 arguments, found {}", args.len());
                Err(Fault::new(ErrorKind::ArgumentCount, message))
            }
        }
    }
}

fn no_method(name: &str) -> Fault {
    let message = format!("there is no method \"{name}\" with arguments in a version");
    Fault::new(ErrorKind::UnknownName, message)
}

fn no_version() -> Fault {
    Fault::type_("expected what the function semver gives")
}

impl std::fmt::Display for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Native::Version(version) => version.fmt(f),
        }
    }
}
