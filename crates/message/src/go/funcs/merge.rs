//! Sprig's `merge` and `deepCopy`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Param::{Any, Dict as D};
use super::dicts::put;
use super::{Answer, Call, Function};
use crate::go::budget::Budget;
use crate::go::fault::Fault;
use crate::go::text::Text;
use crate::go::types::Type;
use crate::go::value::{Dict, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("merge", &[D], D, |call| merge_all(call, false)),
    Function::variadic("mustMerge", &[D], D, |call| merge_all(call, false)),
    Function::variadic("mergeOverwrite", &[D], D, |call| merge_all(call, true)),
    Function::variadic("mustMergeOverwrite", &[D], D, |call| merge_all(call, true)),
    Function::fixed("deepCopy", &[Any], deep_copy),
    Function::fixed("mustDeepCopy", &[Any], deep_copy),
];

/// Merges maps into the first, which changes in place.
fn merge_all(call: &mut Call<'_>, overwrite: bool) -> Answer {
    let target = call.dict(0);
    for place in 1..call.args.len() {
        let source = call.dict(place);
        merge(&target, &source, overwrite, call.budget)?;
    }
    Ok(call.any(0).clone())
}

/// Entries that the target lacks or has empty are taken; maps in both are merged.
fn merge(
    target: &Rc<Dict>,
    source: &Rc<Dict>,
    overwrite: bool,
    budget: &mut Budget,
) -> Result<(), Fault> {
    // A copy, for the target may stand in the source.
    let entries = source.entries.borrow().clone();
    for (key, value) in entries {
        budget.steps(1)?;
        let old = target.entries.borrow().get(&key).cloned();
        match (&old, &value) {
            (Some(Value::Dict(old)), Value::Dict(new)) => {
                merge(old, new, overwrite, budget)?;
                if old.entries.borrow().is_empty() {
                    put(target, key, value, budget)?;
                }
            }
            _ if takes(old.as_ref(), &value, overwrite) => put(target, key, value, budget)?,
            _ => {}
        }
    }
    Ok(())
}

fn takes(old: Option<&Value>, new: &Value, overwrite: bool) -> bool {
    let is_free = old.is_none_or(|old| !old.is_true());
    overwrite || (is_free && !new.is_nil())
}

fn deep_copy(call: &mut Call<'_>) -> Answer {
    let value = call.any(0).clone();
    if value.is_nil() {
        return Err(Fault::function("nothing to copy: the value is nil"));
    }
    copy(&value, call.budget)
}

fn copy(value: &Value, budget: &mut Budget) -> Answer {
    budget.steps(1)?;
    match value {
        Value::Dict(dict) => {
            let entries = dict.entries.borrow().clone().into_iter();
            let copied = entries.map(|(key, value)| Ok((key, copy(&value, budget)?)));
            let copied: BTreeMap<Text, Value> = copied.collect::<Result<_, Fault>>()?;
            budget.bytes(copied.len() * size_of::<(Text, Value)>())?;
            Ok(Value::dict(dict.element.clone(), copied))
        }
        Value::List(list) if *list.element() == Type::Any => {
            let items = list.items().iter().map(|item| copy(item, budget));
            Value::list(items.collect::<Result<_, _>>()?)
        }
        // No function changes any other value.
        other => Ok(other.clone()),
    }
}
