//! Integers whose type has a name and a way of printing.

use super::duration::Duration;
use super::time::{month_name, weekday_name};
use super::types::Type;
use super::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// From January, which is 1.
    Month(i64),
    /// From Sunday, which is 0.
    Weekday(i64),
    /// Nanoseconds.
    Duration(i64),
}

const DURATION_FIELDS: [&str; 8] = [
    "Hours",
    "Minutes",
    "Seconds",
    "Milliseconds",
    "Microseconds",
    "Nanoseconds",
    "Abs",
    "String",
];

impl Named {
    pub(super) fn number(self) -> i64 {
        match self {
            Named::Month(n) | Named::Weekday(n) | Named::Duration(n) => n,
        }
    }

    pub(super) fn type_(self) -> Type {
        match self {
            Named::Month(_) => Type::Named("time.Month", "int"),
            Named::Weekday(_) => Type::Named("time.Weekday", "int"),
            Named::Duration(_) => Type::Named("time.Duration", "int64"),
        }
    }

    /// What a method without arguments gives.
    pub(super) fn field(self, name: &str) -> Option<Value> {
        match (self, name) {
            (_, "String") => Some(Value::text(self.to_string())),
            (Named::Duration(nanos), name) => of_duration(nanos, name),
            _ => None,
        }
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Named::Duration(_) => &DURATION_FIELDS[..],
            _ => &DURATION_FIELDS[7..],
        };
        names.iter().copied()
    }
}

fn of_duration(nanos: i64, name: &str) -> Option<Value> {
    Some(match name {
        "Hours" => in_units(nanos, 3_600_000_000_000),
        "Minutes" => in_units(nanos, 60_000_000_000),
        "Seconds" => in_units(nanos, 1_000_000_000),
        "Milliseconds" => Value::Int64(nanos / 1_000_000),
        "Microseconds" => Value::Int64(nanos / 1_000),
        "Nanoseconds" => Value::Int64(nanos),
        "Abs" => Value::Named(Named::Duration(nanos.saturating_abs())),
        _ => return None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "as Go computes it")]
fn in_units(nanos: i64, unit: i64) -> Value {
    Value::Float((nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64)
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            // A range over a month begins with none.
            Named::Month(month @ 0) => write!(f, "%!Month({month})"),
            Named::Month(month) => f.write_str(month_name(*month)),
            Named::Weekday(day) => f.write_str(weekday_name(*day)),
            Named::Duration(nanos) => Duration(*nanos).fmt(f),
        }
    }
}
