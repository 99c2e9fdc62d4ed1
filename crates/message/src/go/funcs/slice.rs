//! Go's own `slice`, where Sprig's does not win over it.

use super::Param::Any;
use super::builtin::place;
use super::{Answer, Call, Function};
use crate::go::fault::Fault;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[Function::variadic("slice", &[Any], Any, slice)];

/// `slice x 1 2` is `x[1:2]`, of a text in bytes.
fn slice(call: &mut Call<'_>) -> Answer {
    let value = call.any(0);
    let sliceable = matches!(value, Value::Text(_) | Value::List(_));
    let length = value.length().filter(|_| sliceable).ok_or_else(|| {
        let message = format!("a {} cannot be sliced", value.type_name());
        Fault::function(message)
    })?;
    let most = if matches!(value, Value::Text(_)) {
        2
    } else {
        3
    };
    if call.rest(1).len() > most {
        return Err(Fault::function(format!("at most {most} places are taken")));
    }
    let mut places = [0, length, length];
    for (at, key) in places.iter_mut().zip(call.rest(1)) {
        *at = place(key, length + 1)?;
    }
    let [start, end, capacity] = places;
    if start > end || end > capacity {
        let message = format!("the places {start}, {end}, {capacity} are out of order");
        return Err(Fault::function(message));
    }
    match value {
        Value::List(list) => {
            Value::typed_list(list.element().clone(), list.items()[start..end].to_vec())
        }
        _ => Ok(Value::text(&call.text(0).bytes()[start..end])),
    }
}
