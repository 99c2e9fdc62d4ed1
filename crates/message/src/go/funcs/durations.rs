//! Sprig's functions on lengths of time.

use super::Param::Any;
use super::cast::atoi;
use super::{Answer, Call, Function};
use crate::go::duration::{Duration, NANOS};
use crate::go::fault::Fault;
use crate::go::native::TIME;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("duration", &[Any], duration),
    Function::fixed("durationRound", &[Any], round),
];

/// Seconds as Go prints a length of time: `1m30s`. What is neither a text nor an
/// `int64` is none.
fn duration(call: &mut Call<'_>) -> Answer {
    let seconds = match call.any(0) {
        Value::Text(text) => text.as_str().map_or(0, atoi),
        Value::Int64(seconds) => *seconds,
        _ => 0,
    };
    let duration = Duration(seconds.wrapping_mul(NANOS));
    Ok(Value::text(duration.to_string()))
}

/// The greatest unit alone: `2h` of `2h10m`.
fn round(call: &mut Call<'_>) -> Answer {
    let duration = match call.any(0) {
        Value::Text(text) => text.as_str().and_then(Duration::parse),
        Value::Int64(nanos) => Some(Duration(*nanos)),
        Value::Record(record) if record.name == TIME => {
            let message = "the time since a date would depend on the clock";
            return Err(Fault::function(message));
        }
        _ => None,
    };
    let size = duration.map_or(0, |duration| duration.0.unsigned_abs());
    let seconds = |count: u64| count * NANOS.unsigned_abs();
    let units = [
        ("y", seconds(365 * 86_400)),
        ("mo", seconds(30 * 86_400)),
        ("d", seconds(86_400)),
        ("h", seconds(3_600)),
        ("m", seconds(60)),
        ("s", seconds(1)),
    ];
    let fits = units.iter().find(|(_, unit)| size > *unit);
    let text = fits.map(|(name, unit)| format!("{}{name}", size / unit));
    Ok(Value::text(text.unwrap_or_else(|| "0s".to_owned())))
}
