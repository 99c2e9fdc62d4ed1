//! Values of Go's own types, of which templates call the methods.

use std::rc::Rc;

use super::fault::Fault;
use super::funcs::Param;
use super::semver::Version;
use super::time::{self, Time};
use super::value::{Record, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Native {
    Version(Version),
    Time(Time),
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

/// Methods with one argument, which is a version too.
const VERSION_METHODS: [&str; 6] = [
    "Compare",
    "Equal",
    "LessThan",
    "LessThanEqual",
    "GreaterThan",
    "GreaterThanEqual",
];

/// The Go type of a time.
pub(super) const TIME: &str = "time.Time";

impl Native {
    /// A `*semver.Version` or a `time.Time`.
    pub(super) fn value(self) -> Value {
        match self {
            Native::Version(_) => self.named("*semver.Version"),
            Native::Time(_) => self.named(TIME),
        }
    }

    fn named(self, name: &'static str) -> Value {
        Value::Record(Rc::new(Record {
            name,
            text: Some(self.to_string().into()),
            native: Some(self),
            ..Record::default()
        }))
    }

    pub(super) fn time(&self) -> Option<&Time> {
        match self {
            Native::Time(time) => Some(time),
            Native::Version(_) => None,
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Native::Version(_) => &VERSION_FIELDS[..],
            Native::Time(_) => &time::FIELDS[..],
        };
        names.iter().copied()
    }

    /// What a method without arguments gives.
    pub(super) fn field(&self, name: &str) -> Option<Value> {
        match self {
            Native::Version(version) => of_version(version, name),
            Native::Time(time) => time::field(time, name),
        }
    }

    /// The parameters of a method with arguments.
    pub(super) fn params(&self, name: &str) -> Option<&'static [Param]> {
        match self {
            Native::Version(_) => VERSION_METHODS.contains(&name).then_some(&[Param::Any]),
            Native::Time(_) => time::params(name),
        }
    }

    /// What a method with arguments gives; they fit its parameters.
    pub(super) fn call(&self, name: &str, args: &[Value]) -> Result<Value, Fault> {
        match self {
            Native::Version(version) => compare(version, name, args),
            Native::Time(time) => time::call(time, name, args),
        }
    }

    /// The text that it is in JSON.
    pub(super) fn json(&self) -> Result<String, Fault> {
        let no_form = "a date whose year has not four digits has no form in JSON";
        match self {
            Native::Version(version) => Ok(version.to_string()),
            Native::Time(time) => time.rfc3339().ok_or_else(|| Fault::function(no_form)),
        }
    }

    /// Go's `%#v`, where it shows no addresses.
    pub(super) fn source(&self) -> Option<String> {
        self.time().map(Time::source)
    }
}

fn of_version(version: &Version, name: &str) -> Option<Value> {
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

fn compare(version: &Version, name: &str, args: &[Value]) -> Result<Value, Fault> {
    let [Value::Record(other)] = args else {
        return Err(no_version());
    };
    let other = match &other.native {
        Some(Native::Version(version)) if other.name.starts_with('*') => version,
        _ => return Err(no_version()),
    };
    let order = version.cmp_precedence(other);
    Ok(match name {
        "Compare" => Value::Int(order as i64),
        "Equal" => Value::Bool(order.is_eq()),
        "LessThan" => Value::Bool(order.is_lt()),
        "LessThanEqual" => Value::Bool(order.is_le()),
        "GreaterThan" => Value::Bool(order.is_gt()),
        _ => Value::Bool(order.is_ge()),
    })
}

fn no_version() -> Fault {
    Fault::type_("expected what the function semver gives")
}

impl std::fmt::Display for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Native::Version(version) => version.fmt(f),
            Native::Time(time) => time.fmt(f),
        }
    }
}
