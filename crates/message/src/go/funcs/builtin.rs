//! Functions of Go's `text/template`: printing, indexing, logic.
//!
//! Its `slice` is not here: Sprig has one of the same name, which wins.

use super::Param::{Any, Text};
use super::{Answer, Body, Call, Function};
use crate::go::fault::Fault;
use crate::go::print::{sprint, sprintln};
use crate::go::sprintf::sprintf;
use crate::go::types::Type;
use crate::go::value::{Keyed, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "and",
        params: &[Any],
        rest: Some(Any),
        body: Body::Until(false),
    },
    Function {
        name: "or",
        params: &[Any],
        rest: Some(Any),
        body: Body::Until(true),
    },
    Function::fixed("not", &[Any], |call| {
        Ok(Value::Bool(!call.any(0).is_true()))
    }),
    Function::fixed("len", &[Any], len),
    Function::variadic("index", &[Any], Any, index),
    Function::variadic("print", &[], Any, |call| {
        Ok(Value::Text(sprint(call.rest(0))?))
    }),
    Function::variadic("println", &[], Any, |call| {
        Ok(Value::Text(sprintln(call.rest(0))?))
    }),
    Function::variadic("printf", &[Text], Any, |call| {
        Ok(Value::Text(sprintf(&call.str(0), call.rest(1))?))
    }),
    Function::variadic("call", &[Any], Any, |_| {
        Err(Fault::function("the data holds no functions"))
    }),
];

fn len(call: &mut Call<'_>) -> Answer {
    let value = call.any(0);
    let length = value.length().map(Value::int);
    length.ok_or_else(|| Fault::function(format!("a {} has no length", value.type_name())))
}

fn index(call: &mut Call<'_>) -> Answer {
    let mut item = call.any(0).clone();
    if item.is_nil() {
        return Err(Fault::function("nothing to index: the value is nil"));
    }
    for key in call.rest(1) {
        item = element(&item, key)?;
    }
    Ok(item)
}

fn element(item: &Value, key: &Value) -> Answer {
    match item {
        Value::List(list) => Ok(list.items()[place(key, list.items().len())?].clone()),
        Value::Text(text) => Ok(Value::Uint8(text.bytes()[place(key, text.len())?])),
        Value::Dict(dict) => entry(
            &dict.element,
            dict.entries.borrow().get(key_text(key)?),
            &Type::String,
        ),
        Value::Keyed(map) => entry(&map.element, keyed(map, key)?, &map.key),
        Value::Nil => Err(Fault::function("nothing to index: the value is nil")),
        other => Err(Fault::function(format!(
            "a {} cannot be indexed",
            other.type_name()
        ))),
    }
}

/// A place in a list; Go lets the length pass and fails one step later.
pub(super) fn place(key: &Value, length: usize) -> Result<usize, Fault> {
    let signed = key.as_int().map(i128::from);
    let Some(at) = signed.or_else(|| key.as_uint().map(i128::from)) else {
        return Err(Fault::function(format!(
            "a list cannot be indexed with {}",
            key.type_name()
        )));
    };
    let place = usize::try_from(at).ok().filter(|at| *at < length);
    place.ok_or_else(|| Fault::function(format!("index {at} is out of range for {length} items")))
}

fn key_text(key: &Value) -> Result<&[u8], Fault> {
    match key {
        Value::Text(text) => Ok(text.bytes()),
        other => Err(Fault::function(format!(
            "the map has text keys, not {}",
            other.type_name()
        ))),
    }
}

fn keyed<'m>(map: &'m Keyed, key: &Value) -> Result<Option<&'m Value>, Fault> {
    if key.type_().as_ref() != Some(&map.key) {
        return Err(Fault::function(format!(
            "the map has keys of {}, not {}",
            map.key,
            key.type_name()
        )));
    }
    let found = map
        .entries
        .iter()
        .find(|(known, _)| super::compare::same(known, key));
    Ok(found.map(|(_, value)| value))
}

/// An entry, or the zero value of a map's type.
fn entry(element: &Type, found: Option<&Value>, _key: &Type) -> Answer {
    if let Some(value) = found {
        return Ok(value.clone());
    }
    match element {
        Type::String => Ok(Value::text("")),
        Type::List(item) => Value::typed_list((**item).clone(), Vec::new()),
        Type::Map(types) => Ok(Value::dict(
            types.1.clone(),
            std::collections::BTreeMap::new(),
        )),
        _ => Ok(Value::Nil),
    }
}
