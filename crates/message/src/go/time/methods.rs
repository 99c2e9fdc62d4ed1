//! The methods of a time that templates call.

use super::{Time, Zone};
use crate::go::duration::{Duration, NANOS};
use crate::go::fault::Fault;
use crate::go::funcs::Param;
use crate::go::named::Named;
use crate::go::native::Native;
use crate::go::text::Text;
use crate::go::value::Value;

/// Methods without arguments.
pub(in crate::go) const FIELDS: [&str; 18] = [
    "Year",
    "Month",
    "Day",
    "Weekday",
    "YearDay",
    "Hour",
    "Minute",
    "Second",
    "Nanosecond",
    "Unix",
    "UnixMilli",
    "UnixMicro",
    "UnixNano",
    "IsZero",
    "UTC",
    "Local",
    "String",
    "GoString",
];

/// What a method without arguments gives.
pub(in crate::go) fn field(time: &Time, name: &str) -> Option<Value> {
    let civil = time.civil();
    let every = |nanos: i64| {
        let whole = time.seconds.wrapping_mul(NANOS / nanos);
        Value::Int64(whole.wrapping_add(time.nanos / nanos))
    };
    Some(match name {
        "Year" => Value::Int(civil.year),
        "Month" => Value::Named(Named::Month(civil.month)),
        "Day" => Value::Int(civil.day),
        "Weekday" => Value::Named(Named::Weekday(civil.weekday())),
        "YearDay" => Value::Int(civil.year_day()),
        "Hour" => Value::Int(civil.hour),
        "Minute" => Value::Int(civil.minute),
        "Second" => Value::Int(civil.second),
        "Nanosecond" => Value::Int(time.nanos),
        "Unix" => Value::Int64(time.seconds),
        "UnixMilli" => every(1_000_000),
        "UnixMicro" => every(1_000),
        "UnixNano" => every(1),
        "IsZero" => Value::Bool(time.is_zero()),
        "UTC" => Native::Time(time.in_zone(Zone::Utc)).value(),
        "Local" => Native::Time(time.in_zone(Zone::Local)).value(),
        "String" => Value::text(time.to_string()),
        "GoString" => Value::text(time.source()),
        _ => return None,
    })
}

/// The parameters of a method with arguments.
pub(in crate::go) fn params(name: &str) -> Option<&'static [Param]> {
    Some(match name {
        "Format" => &[Param::Text],
        "Before" | "After" | "Equal" | "Compare" | "Sub" => &[Param::Time],
        "AddDate" => &[Param::Int, Param::Int, Param::Int],
        "Add" | "Truncate" | "Round" => &[Param::Duration],
        _ => return None,
    })
}

/// What a method with arguments gives; they fit its parameters.
pub(in crate::go) fn call(time: &Time, name: &str, args: &[Value]) -> Result<Value, Fault> {
    let moment = |time: Time| Native::Time(time).value();
    match args {
        [Value::Text(layout)] => Ok(Value::Text(Text::from(time.format(layout.bytes())))),
        [Value::Record(other)] => match &other.native {
            Some(Native::Time(other)) => Ok(compared(time, name, other)),
            _ => Err(Fault::type_("expected a time")),
        },
        [Value::Named(Named::Duration(nanos))] => Ok(moment(match name {
            "Add" => time.plus(*nanos)?,
            _ => time.to_multiple(*nanos, name == "Round")?,
        })),
        [Value::Int(years), Value::Int(months), Value::Int(days)] => {
            Ok(moment(time.plus_date(*years, *months, *days)?))
        }
        _ => Err(Fault::type_("expected other arguments")),
    }
}

fn compared(time: &Time, name: &str, other: &Time) -> Value {
    let order = time.total().cmp(&other.total());
    match name {
        "Before" => Value::Bool(order.is_lt()),
        "After" => Value::Bool(order.is_gt()),
        "Equal" => Value::Bool(order.is_eq()),
        "Compare" => Value::Int(order as i64),
        _ => Value::Named(Named::Duration(time.since(other).0)),
    }
}

impl Time {
    /// The time between two moments, or the longest that there is.
    fn since(&self, other: &Time) -> Duration {
        let nanos = self.total() - other.total();
        let bounded = nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        Duration(i64::try_from(bounded).unwrap_or(i64::MAX))
    }

    /// The multiple of a length of time since the year 1 that is before, or nearest.
    fn to_multiple(&self, length: i64, nearest: bool) -> Result<Self, Fault> {
        if length <= 0 {
            return Ok(self.clone());
        }
        let over = self.total().rem_euclid(i128::from(length));
        let over = i64::try_from(over).unwrap_or(0);
        if nearest && over >= length - over {
            return self.plus(length - over);
        }
        self.plus(-over)
    }
}
