//! Conversions between types, as `spf13/cast` makes them: what cannot be
//! converted is zero.

use super::Param::{Any, Text};
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::named::Named;
use crate::go::number::{parse_float, parse_int};
use crate::go::print::{sprint, to_text};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("atoi", &[Text], |call| Ok(Value::Int(atoi(&call.str(0))))),
    Function::fixed("int", &[Any], |call| Ok(Value::Int(to_int(call.any(0))))),
    Function::fixed("int64", &[Any], |call| {
        Ok(Value::Int64(to_int(call.any(0))))
    }),
    Function::fixed("float64", &[Any], |call| {
        Ok(Value::Float(to_float(call.any(0))))
    }),
    Function::fixed("toDecimal", &[Any], to_decimal),
    Function::fixed("toStrings", &[Any], |call| {
        Ok(Value::texts(to_texts(call.any(0))?))
    }),
];

/// Go's `strconv.Atoi`, zero for what is no number and the nearest for one that is too great.
pub(super) fn atoi(text: &str) -> i64 {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    let too_great = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    text.parse().unwrap_or(too_great)
}

pub(super) fn to_int(value: &Value) -> i64 {
    match value {
        Value::Int(n) | Value::Int64(n) | Value::Named(Named::Month(n) | Named::Weekday(n)) => *n,
        Value::Uint8(n) => i64::from(*n),
        Value::Uint64(n) => n.cast_signed(),
        Value::Float(n) => truncate(*n),
        Value::Bool(b) => i64::from(*b),
        Value::Text(text) => text
            .as_str()
            .and_then(|t| parse_int(trim_zero_decimal(t)))
            .unwrap_or(0),
        _ => 0,
    }
}

/// As amd64 converts: what does not fit is the least integer.
#[expect(clippy::cast_possible_truncation)]
fn truncate(float: f64) -> i64 {
    let fits = float > -9_223_372_036_854_777_856.0 && float < 9_223_372_036_854_775_808.0;
    if fits { float as i64 } else { i64::MIN }
}

/// `1.00` is `1`.
fn trim_zero_decimal(text: &str) -> &str {
    let trimmed = text.trim_end_matches('0');
    match trimmed.strip_suffix('.') {
        Some(whole) if trimmed.len() < text.len() => whole,
        _ => text,
    }
}

#[expect(clippy::cast_precision_loss)]
pub(super) fn to_float(value: &Value) -> f64 {
    match value {
        Value::Float(n) => *n,
        Value::Text(text) => text.as_str().and_then(float_text).unwrap_or(0.0),
        Value::Uint64(n) => *n as f64,
        other => to_int(other) as f64,
    }
}

/// A number, or Go's names of what is none.
fn float_text(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" | "+infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        _ => parse_float(text),
    }
}

/// Octal digits as a number.
fn to_decimal(call: &mut Call<'_>) -> Answer {
    let text = sprint(call.rest(0))?;
    let number = text.as_str().and_then(|t| i64::from_str_radix(t, 8).ok());
    Ok(Value::Int64(number.unwrap_or(0)))
}

/// The items of a list as texts, without nil; of another value its own text.
pub(super) fn to_texts(value: &Value) -> Result<Vec<crate::go::text::Text>, Fault> {
    match value {
        Value::List(list) => list
            .items()
            .iter()
            .filter(|v| !v.is_nil())
            .map(to_text)
            .collect(),
        value if value.is_nil() => Ok(Vec::new()),
        value => Ok(vec![to_text(value)?]),
    }
}
