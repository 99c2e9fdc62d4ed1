//! Go's comparisons.

use std::cmp::Ordering;
use std::rc::Rc;

use super::Param::Any;
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::value::{Record, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("eq", &[Any], Any, eq),
    Function::fixed("ne", &[Any, Any], |call| {
        Ok(Value::Bool(!equal(call.any(0), call.any(1))?))
    }),
    Function::fixed("lt", &[Any, Any], |call| {
        Ok(Value::Bool(less(call.any(0), call.any(1))?))
    }),
    Function::fixed("le", &[Any, Any], |call| {
        Ok(Value::Bool(less_or_equal(call.any(0), call.any(1))?))
    }),
    Function::fixed("gt", &[Any, Any], |call| {
        Ok(Value::Bool(!less_or_equal(call.any(0), call.any(1))?))
    }),
    Function::fixed("ge", &[Any, Any], |call| {
        Ok(Value::Bool(!less(call.any(0), call.any(1))?))
    }),
];

/// Whether the first argument equals any other.
fn eq(call: &mut Call<'_>) -> Answer {
    if call.args.len() < 2 {
        return Err(Fault::function("there is nothing to compare with"));
    }
    for other in call.rest(1) {
        if equal(call.any(0), other)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    match (a, b) {
        (Value::Missing | Value::Nil, _) | (_, Value::Missing | Value::Nil) => {
            Ok(a.is_nil() && b.is_nil())
        }
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        // A pointer is equal to itself alone.
        (Value::Record(a), Value::Record(b)) if a.name.starts_with('*') => Ok(Rc::ptr_eq(a, b)),
        // Go asks the second alone.
        (Value::Record(_), Value::Record(y)) if is_comparable(y) => Ok(same(a, b)),
        (Value::Record(_), Value::Record(_)) => Err(Fault::function(
            "a value that holds lists or maps cannot be compared",
        )),
        (Value::List(_) | Value::Dict(_) | Value::Keyed(_), _)
        | (_, Value::List(_) | Value::Dict(_) | Value::Keyed(_)) => {
            Err(Fault::function("lists and maps cannot be compared"))
        }
        _ => order(a, b)?.map_or(Ok(false), |order| Ok(order == Ordering::Equal)),
    }
}

/// Whether no list and no map is in a struct.
fn is_comparable(record: &Record) -> bool {
    record.fields.iter().all(|(_, field)| match field {
        Value::List(_) | Value::Dict(_) | Value::Keyed(_) => false,
        Value::Record(record) => is_comparable(record),
        _ => true,
    })
}

/// The order of two numbers or two texts; NaN has none.
fn order(a: &Value, b: &Value) -> Result<Option<Ordering>, Fault> {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => return Ok(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => return Ok(a.partial_cmp(b)),
        _ => {}
    }
    let wide = |v: &Value| {
        v.as_int()
            .map(i128::from)
            .or_else(|| v.as_uint().map(i128::from))
    };
    if let (Some(a), Some(b)) = (wide(a), wide(b)) {
        return Ok(Some(a.cmp(&b)));
    }
    let (a, b) = (a.type_name(), b.type_name());
    Err(Fault::function(format!(
        "a {a} cannot be compared with a {b}"
    )))
}

fn less(a: &Value, b: &Value) -> Result<bool, Fault> {
    Ok(order(a, b)? == Some(Ordering::Less))
}

fn less_or_equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    Ok(matches!(
        order(a, b)?,
        Some(Ordering::Less | Ordering::Equal)
    ))
}

/// Whether two records, or values in them, are the same.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Record(a), Value::Record(b)) => {
            let equal = |(x, y): (&(&str, Value), &(&str, Value))| same(&x.1, &y.1);
            a.name == b.name
                && a.text == b.text
                && a.native == b.native
                && a.fields.iter().zip(&b.fields).all(equal)
        }
        _ => equal(a, b).unwrap_or(false),
    }
}
