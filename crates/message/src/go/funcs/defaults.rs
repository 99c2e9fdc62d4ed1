//! Sprig's functions on values that may be empty.

use super::Param::{Any, Bool, Text};
use super::{Answer, Call, Function};
use crate::error::ErrorKind;
use crate::go::fault::Fault;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("default", &[Any], Any, default),
    Function::fixed("empty", &[Any], |call| {
        Ok(Value::Bool(!call.any(0).is_true()))
    }),
    Function::variadic("coalesce", &[], Any, coalesce),
    Function::variadic("all", &[], Any, |call| {
        Ok(Value::Bool(call.rest(0).iter().all(Value::is_true)))
    }),
    Function::variadic("any", &[], Any, |call| {
        Ok(Value::Bool(call.rest(0).iter().any(Value::is_true)))
    }),
    Function::fixed("ternary", &[Any, Any, Bool], |call| {
        Ok(call.any(usize::from(!call.bool(2))).clone())
    }),
    Function::fixed("fail", &[Text], |call| {
        Err(Fault::new(ErrorKind::Function, one_line(&call.str(0))))
    }),
];

/// The second argument unless it is empty, else the first.
fn default(call: &mut Call<'_>) -> Answer {
    let given = call.rest(1).first().filter(|value| value.is_true());
    Ok(given.unwrap_or(call.any(0)).clone())
}

fn coalesce(call: &mut Call<'_>) -> Answer {
    let first = call.rest(0).iter().find(|value| value.is_true());
    Ok(first.cloned().unwrap_or(Value::Nil))
}

/// The template's own words, of which an error shows one line.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}
