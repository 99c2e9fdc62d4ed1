//! Sprig's functions on maps. Keys come in sorted order, where Go has none.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Param::{Any, Dict as D, Int, Text as T};
use super::lists::split;
use super::reflect::kind;
use super::{Answer, Call, Function};
use crate::go::budget::Budget;
use crate::go::fault::Fault;
use crate::go::print::to_text;
use crate::go::text::Text;
use crate::go::types::Type;
use crate::go::value::{Dict, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("dict", &[], Any, dict),
    Function::fixed("get", &[D, T], get),
    Function::fixed("set", &[D, T, Any], set),
    Function::fixed("unset", &[D, T], unset),
    Function::fixed("hasKey", &[D, T], |call| {
        Ok(Value::Bool(
            call.dict(0).entries.borrow().contains_key(&call.text(1)),
        ))
    }),
    Function::variadic("pluck", &[T], D, pluck),
    Function::variadic("keys", &[], D, keys),
    Function::fixed("values", &[D], |call| {
        Value::list(call.dict(0).entries.borrow().values().cloned().collect())
    }),
    Function::variadic("pick", &[D], T, |call| Ok(filtered(call, true))),
    Function::variadic("omit", &[D], T, |call| Ok(filtered(call, false))),
    Function::variadic("dig", &[], Any, dig),
    Function::fixed("split", &[T, T], |call| {
        Ok(numbered(split(&call.text(1), &call.text(0))))
    }),
    Function::fixed("splitn", &[T, Int, T], splitn),
];

/// Keys and values by turns; a key without a value gets the empty text.
fn dict(call: &mut Call<'_>) -> Answer {
    let mut entries = BTreeMap::new();
    for pair in call.rest(0).chunks(2) {
        let value = pair.get(1).cloned().unwrap_or_else(|| Value::text(""));
        entries.insert(to_text(&pair[0])?, value);
    }
    let values = entries.values().cloned().collect();
    // The bound on depth is checked where lists are made.
    Value::list(values)?;
    Ok(Value::dict(Type::Any, entries))
}

fn get(call: &mut Call<'_>) -> Answer {
    let found = call.dict(0).entries.borrow().get(&call.text(1)).cloned();
    Ok(found.unwrap_or_else(|| Value::text("")))
}

/// Changes the map in place.
fn set(call: &mut Call<'_>) -> Answer {
    let value = call.any(2).clone();
    put(&call.dict(0), call.text(1), value, call.budget)?;
    Ok(call.any(0).clone())
}

/// Puts a value into a map; a map that would hold itself is refused.
pub(super) fn put(
    target: &Rc<Dict>,
    key: Text,
    value: Value,
    budget: &mut Budget,
) -> Result<(), Fault> {
    if matches!(value, Value::List(_) | Value::Dict(_)) {
        budget.nested_set()?;
        if reaches(&value, target, budget)? {
            return Err(Fault::function("a map cannot hold itself"));
        }
    }
    target.entries.borrow_mut().insert(key, value);
    Ok(())
}

fn reaches(value: &Value, target: &Rc<Dict>, budget: &mut Budget) -> Result<bool, Fault> {
    budget.steps(1)?;
    let inner: Vec<Value> = match value {
        Value::Dict(dict) if Rc::ptr_eq(dict, target) => return Ok(true),
        Value::Dict(dict) => dict.entries.borrow().values().cloned().collect(),
        Value::List(list) => list.items().to_vec(),
        _ => return Ok(false),
    };
    for item in &inner {
        if reaches(item, target, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unset(call: &mut Call<'_>) -> Answer {
    call.dict(0).entries.borrow_mut().remove(&call.text(1));
    Ok(call.any(0).clone())
}

/// The values of one key in many maps.
fn pluck(call: &mut Call<'_>) -> Answer {
    let key = call.text(0);
    let dicts = (1..call.args.len()).map(|place| call.dict(place));
    Value::list(
        dicts
            .filter_map(|d| d.entries.borrow().get(&key).cloned())
            .collect(),
    )
}

fn keys(call: &mut Call<'_>) -> Answer {
    let dicts = (0..call.args.len()).map(|place| call.dict(place));
    Ok(Value::texts(dicts.flat_map(|d| {
        d.entries.borrow().keys().cloned().collect::<Vec<_>>()
    })))
}

/// The entries whose keys are named, or are not named.
fn filtered(call: &Call<'_>, named: bool) -> Value {
    let dict = call.dict(0);
    let wanted: Vec<Text> = (1..call.args.len()).map(|place| call.text(place)).collect();
    let entries = dict.entries.borrow();
    let kept = entries
        .iter()
        .filter(|(key, _)| wanted.contains(key) == named);
    Value::dict(
        Type::Any,
        kept.map(|(k, v)| (k.clone(), v.clone())).collect(),
    )
}

/// Keys, a default and a map: the value at the end of the keys.
fn dig(call: &mut Call<'_>) -> Answer {
    let [keys @ .., default, map] = call.rest(0) else {
        return Err(too_few());
    };
    if keys.is_empty() {
        return Err(too_few());
    }
    let not_text = |key: &&Value| !matches!(key, Value::Text(_));
    if let Some(key) = keys.iter().find(not_text) {
        return Err(Fault::function(format!(
            "a key is a text, not {}",
            kind(key)
        )));
    }
    let mut value = map.clone();
    for key in keys {
        let Some(next) = entry(&value, &to_text(key)?)? else {
            return Ok(default.clone());
        };
        value = next;
    }
    Ok(value)
}

fn too_few() -> Fault {
    Fault::function("at least a key, a default and a map are wanted")
}

fn entry(value: &Value, key: &Text) -> Result<Option<Value>, Fault> {
    match value {
        Value::Dict(dict) if dict.element == Type::Any => {
            Ok(dict.entries.borrow().get(key).cloned())
        }
        other => Err(Fault::function(format!(
            "expected a map, found {}",
            other.type_name()
        ))),
    }
}

/// `_0`, `_1` and so on.
fn numbered(parts: Vec<Text>) -> Value {
    let entries = parts.into_iter().enumerate();
    let entries = entries.map(|(at, part)| (format!("_{at}").into(), Value::Text(part)));
    Value::dict(Type::String, entries.collect())
}

/// At most so many parts, the last with the rest; all when the number is negative.
fn splitn(call: &mut Call<'_>) -> Answer {
    let (separator, text) = (call.text(0), call.text(2));
    let parts = split(&text, &separator);
    let most = match call.int(1) {
        most if most < 0 => parts.len(),
        _ => call.count(1).min(parts.len()),
    };
    if most == 0 {
        return Ok(numbered(Vec::new()));
    }
    let taken = parts[..most - 1]
        .iter()
        .map(|p| p.len() + separator.len())
        .sum::<usize>();
    let mut kept = parts[..most - 1].to_vec();
    kept.push(text.bytes()[taken..].into());
    Ok(numbered(kept))
}
