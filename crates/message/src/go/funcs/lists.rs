//! Sprig's functions on lists; none changes the list it is given.

use super::Param::{Any, Int, Text as T};
use super::cast::{to_int, to_texts};
use super::reflect::{deep_equal, kind};
use super::strings::find;
use super::{Answer, Call, Function};
use crate::go::budget::Budget;
use crate::go::buffer::Buffer;
use crate::go::fault::Fault;
use crate::go::print::to_text;
use crate::go::text::Text;
use crate::go::types::Type;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::variadic("list", &[], Any, |call| Value::list(call.rest(0).to_vec())),
    Function::variadic("tuple", &[], Any, |call| Value::list(call.rest(0).to_vec())),
    Function::fixed("first", &[Any], |call| {
        Ok(items(call, 0)?.first().cloned().unwrap_or(Value::Nil))
    }),
    Function::fixed("mustFirst", &[Any], |call| {
        Ok(items(call, 0)?.first().cloned().unwrap_or(Value::Nil))
    }),
    Function::fixed("last", &[Any], |call| {
        Ok(items(call, 0)?.last().cloned().unwrap_or(Value::Nil))
    }),
    Function::fixed("mustLast", &[Any], |call| {
        Ok(items(call, 0)?.last().cloned().unwrap_or(Value::Nil))
    }),
    Function::fixed("rest", &[Any], |call| {
        Value::list(items(call, 0)?.iter().skip(1).cloned().collect())
    }),
    Function::fixed("mustRest", &[Any], |call| {
        Value::list(items(call, 0)?.iter().skip(1).cloned().collect())
    }),
    Function::fixed("initial", &[Any], initial),
    Function::fixed("mustInitial", &[Any], initial),
    Function::fixed("append", &[Any, Any], append),
    Function::fixed("mustAppend", &[Any, Any], append),
    Function::fixed("push", &[Any, Any], append),
    Function::fixed("mustPush", &[Any, Any], append),
    Function::fixed("prepend", &[Any, Any], prepend),
    Function::fixed("mustPrepend", &[Any, Any], prepend),
    Function::variadic("concat", &[], Any, concat),
    Function::fixed("reverse", &[Any], |call| {
        Value::list(items(call, 0)?.iter().rev().cloned().collect())
    }),
    Function::fixed("mustReverse", &[Any], |call| {
        Value::list(items(call, 0)?.iter().rev().cloned().collect())
    }),
    Function::fixed("compact", &[Any], compact),
    Function::fixed("mustCompact", &[Any], compact),
    Function::fixed("uniq", &[Any], uniq),
    Function::fixed("mustUniq", &[Any], uniq),
    Function::variadic("without", &[Any], Any, without),
    Function::variadic("mustWithout", &[Any], Any, without),
    Function::fixed("has", &[Any, Any], has),
    Function::fixed("mustHas", &[Any, Any], has),
    Function::variadic("slice", &[Any], Any, slice),
    Function::variadic("mustSlice", &[Any], Any, slice),
    Function::fixed("chunk", &[Int, Any], chunk),
    Function::fixed("mustChunk", &[Int, Any], chunk),
    Function::fixed("sortAlpha", &[Any], sort_alpha),
    Function::fixed("join", &[T, Any], join),
    Function::fixed("splitList", &[T, T], |call| {
        Ok(Value::texts(split(&call.text(1), &call.text(0))))
    }),
];

/// The items of an argument that must be a list.
fn items<'a>(call: &'a Call<'_>, place: usize) -> Result<&'a [Value], Fault> {
    let value = call.any(place);
    value.as_list().ok_or_else(|| not_a_list(value))
}

fn not_a_list(value: &Value) -> Fault {
    Fault::function(format!("expected a list, found {}", kind(value)))
}

fn initial(call: &mut Call<'_>) -> Answer {
    let items = items(call, 0)?;
    Value::list(items[..items.len().saturating_sub(1)].to_vec())
}

fn append(call: &mut Call<'_>) -> Answer {
    Value::list([items(call, 0)?, &[call.any(1).clone()]].concat())
}

fn prepend(call: &mut Call<'_>) -> Answer {
    Value::list([&[call.any(1).clone()], items(call, 0)?].concat())
}

fn concat(call: &mut Call<'_>) -> Answer {
    let mut all = Vec::new();
    for list in call.rest(0) {
        all.extend_from_slice(list.as_list().ok_or_else(|| not_a_list(list))?);
    }
    Value::list(all)
}

fn compact(call: &mut Call<'_>) -> Answer {
    let full = items(call, 0)?.iter().filter(|item| item.is_true());
    Value::list(full.cloned().collect())
}

fn uniq(call: &mut Call<'_>) -> Answer {
    let mut unique = Vec::new();
    for item in items(call, 0)?.to_vec() {
        if !holds(&unique, &item, call.budget)? {
            unique.push(item);
        }
    }
    Value::list(unique)
}

fn without(call: &mut Call<'_>) -> Answer {
    let omitted = call.rest(1).to_vec();
    let mut kept = Vec::new();
    for item in items(call, 0)?.to_vec() {
        if !holds(&omitted, &item, call.budget)? {
            kept.push(item);
        }
    }
    Value::list(kept)
}

fn has(call: &mut Call<'_>) -> Answer {
    if call.any(1).is_nil() {
        return Ok(Value::Bool(false));
    }
    let (needle, haystack) = (call.any(0).clone(), items(call, 1)?.to_vec());
    Ok(Value::Bool(holds(&haystack, &needle, call.budget)?))
}

fn holds(haystack: &[Value], needle: &Value, budget: &mut Budget) -> Result<bool, Fault> {
    for item in haystack {
        if deep_equal(item, needle, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The items from a place to a place; of an empty list nil.
fn slice(call: &mut Call<'_>) -> Answer {
    let Value::List(list) = call.any(0) else {
        return Err(not_a_list(call.any(0)));
    };
    let items = list.items();
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let bound = |place: usize, none: usize| {
        call.rest(place)
            .first()
            .map_or(Ok(none), |v| usize::try_from(to_int(v)))
    };
    let range = bound(1, 0).and_then(|start| Ok(start..bound(2, items.len())?));
    let part = range.ok().and_then(|range| items.get(range));
    let part = part
        .ok_or_else(|| Fault::function(format!("places out of range for {} items", items.len())))?;
    Value::typed_list(list.element().clone(), part.to_vec())
}

fn chunk(call: &mut Call<'_>) -> Answer {
    let items = items(call, 1)?;
    let element = Type::List(Box::new(Type::Any));
    let length = items.len() as u64;
    match call.int(0) {
        // Go computes that a list needs no chunks of less than no items, as long
        // as they are not too few for it.
        size if size < 0 && (2..=size.unsigned_abs().saturating_add(1)).contains(&length) => {
            return Value::typed_list(element, Vec::new());
        }
        size if size < 1 => return Err(Fault::function("a chunk has at least one item")),
        _ => {}
    }
    let chunks = items.chunks(call.count(0)).map(|c| Value::list(c.to_vec()));
    Value::typed_list(element, chunks.collect::<Result<_, _>>()?)
}

fn sort_alpha(call: &mut Call<'_>) -> Answer {
    let mut texts = match call.any(0) {
        list @ Value::List(_) => to_texts(list)?,
        value => vec![to_text(value)?],
    };
    texts.sort();
    Ok(Value::texts(texts))
}

fn join(call: &mut Call<'_>) -> Answer {
    let mut out = Buffer::default();
    for (at, text) in to_texts(call.any(1))?.iter().enumerate() {
        if at > 0 {
            out.push(call.text(0).bytes());
        }
        out.push(text.bytes());
    }
    Ok(Value::text(out.finish()?))
}

/// Go's `strings.Split`: an empty separator splits into characters.
pub(super) fn split(text: &Text, separator: &Text) -> Vec<Text> {
    if separator.is_empty() {
        return characters(text.bytes());
    }
    let mut parts = Vec::new();
    let mut rest = text.bytes();
    while let Some(at) = find(rest, separator.bytes()) {
        parts.push(rest[..at].into());
        rest = &rest[at + separator.len()..];
    }
    parts.push(rest.into());
    parts
}

fn characters(bytes: &[u8]) -> Vec<Text> {
    let mut parts = Vec::new();
    for chunk in bytes.utf8_chunks() {
        parts.extend(chunk.valid().chars().map(|c| Text::from(c.to_string())));
        parts.extend(chunk.invalid().iter().map(|byte| Text::from(vec![*byte])));
    }
    parts
}
