//! Sprig's functions on types, and deep equality.

use std::cmp::Ordering;

use super::Param::{Any, Text};
use super::{Answer, Call, Function};
use crate::go::budget::Budget;
use crate::go::fault::Fault;
use crate::go::value::{Dict, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("typeOf", &[Any], |call| {
        Ok(Value::text(call.any(0).type_name()))
    }),
    Function::fixed("typeIs", &[Text, Any], |call| {
        Ok(Value::Bool(call.str(0) == call.any(1).type_name()))
    }),
    Function::fixed("typeIsLike", &[Text, Any], type_is_like),
    Function::fixed("kindOf", &[Any], |call| Ok(Value::text(kind(call.any(0))))),
    Function::fixed("kindIs", &[Text, Any], |call| {
        Ok(Value::Bool(call.str(0) == kind(call.any(1))))
    }),
    Function::fixed("deepEqual", &[Any, Any], deep_equal_call),
];

pub(super) fn kind(value: &Value) -> &'static str {
    value.type_().map_or("invalid", |t| t.kind())
}

fn type_is_like(call: &mut Call<'_>) -> Answer {
    let name = call.any(1).type_name();
    let wanted = call.str(0);
    Ok(Value::Bool(wanted == name || format!("*{wanted}") == name))
}

fn deep_equal_call(call: &mut Call<'_>) -> Answer {
    let (a, b) = (call.any(0).clone(), call.any(1).clone());
    Ok(Value::Bool(deep_equal(&a, &b, call.budget)?))
}

/// Go's `reflect.DeepEqual`: the same types and the same values throughout.
pub(super) fn deep_equal(a: &Value, b: &Value, budget: &mut Budget) -> Result<bool, Fault> {
    budget.steps(1)?;
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            let alike = a.element() == b.element() && a.items().len() == b.items().len();
            Ok(alike && all_equal(a.items().iter().zip(b.items()), budget)?)
        }
        (Value::Dict(a), Value::Dict(b)) => dicts_equal(a, b, budget),
        (Value::Keyed(a), Value::Keyed(b)) => {
            let values = |m: &[(Value, Value)]| {
                m.iter()
                    .flat_map(|(k, v)| [k.clone(), v.clone()])
                    .collect::<Vec<_>>()
            };
            let alike =
                a.key == b.key && a.element == b.element && a.entries.len() == b.entries.len();
            Ok(alike && all_equal(values(&a.entries).iter().zip(&values(&b.entries)), budget)?)
        }
        (Value::Record(a), Value::Record(b)) => {
            let fields = a.fields.iter().zip(&b.fields).map(|(a, b)| (&a.1, &b.1));
            let alike = a.name == b.name && a.text == b.text && a.native == b.native;
            Ok(alike && all_equal(fields, budget)?)
        }
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b) == Some(Ordering::Equal)),
        _ => Ok(a.type_() == b.type_() && (a.is_nil() || super::compare::same(a, b))),
    }
}

fn all_equal<'v>(
    pairs: impl Iterator<Item = (&'v Value, &'v Value)>,
    budget: &mut Budget,
) -> Result<bool, Fault> {
    for (a, b) in pairs {
        if !deep_equal(a, b, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn dicts_equal(a: &Dict, b: &Dict, budget: &mut Budget) -> Result<bool, Fault> {
    let (x, y) = (a.entries.borrow(), b.entries.borrow());
    let alike = a.element == b.element && x.len() == y.len() && x.keys().eq(y.keys());
    Ok(alike && all_equal(x.values().zip(y.values()), budget)?)
}
