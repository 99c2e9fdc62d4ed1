//! Sprig's functions on strings, which see bytes where Go's do.

use std::collections::BTreeSet;

use super::Param::{Any, Int, Text as T};
use super::{Answer, Call, Function};
use crate::go::buffer::Buffer;
use crate::go::fault::Fault;
use crate::go::print::to_text;
use crate::go::quote;
use crate::go::text::Text;
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("hello", &[], |_| Ok(Value::text("Hello!"))),
    Function::fixed("trim", &[T], |call| Ok(Value::text(call.str(0).trim()))),
    Function::fixed("trimAll", &[T, T], trim_all),
    Function::fixed("trimall", &[T, T], trim_all),
    Function::fixed("trimPrefix", &[T, T], trim_prefix),
    Function::fixed("trimSuffix", &[T, T], trim_suffix),
    Function::fixed("contains", &[T, T], |call| {
        Ok(Value::Bool(
            find(call.text(1).bytes(), call.text(0).bytes()).is_some(),
        ))
    }),
    Function::fixed("hasPrefix", &[T, T], |call| {
        Ok(Value::Bool(
            call.text(1).bytes().starts_with(call.text(0).bytes()),
        ))
    }),
    Function::fixed("hasSuffix", &[T, T], |call| {
        Ok(Value::Bool(
            call.text(1).bytes().ends_with(call.text(0).bytes()),
        ))
    }),
    Function::fixed("repeat", &[Int, T], repeat),
    Function::fixed("replace", &[T, T, T], replace),
    Function::fixed("trunc", &[Int, T], trunc),
    Function::fixed("substr", &[Int, Int, T], substr),
    Function::fixed("indent", &[Int, T], |call| {
        Ok(Value::Text(indented(call, b"")?))
    }),
    Function::fixed("nindent", &[Int, T], |call| {
        Ok(Value::Text(indented(call, b"\n")?))
    }),
    Function::fixed("plural", &[T, T, Int], |call| {
        Ok(call.any(usize::from(call.int(2) != 1)).clone())
    }),
    Function::variadic("quote", &[], Any, |call| {
        joined(call, |text| quote::quote(text.bytes(), false).into())
    }),
    Function::variadic("squote", &[], Any, |call| {
        joined(call, |text| [b"'", text.bytes(), b"'"].concat().into())
    }),
    Function::variadic("cat", &[], Any, |call| joined(call, Text::clone)),
    Function::fixed("toString", &[Any], |call| {
        Ok(Value::Text(to_text(call.any(0))?))
    }),
];

fn trim_all(call: &mut Call<'_>) -> Answer {
    let cut: BTreeSet<char> = call.str(0).chars().collect();
    Ok(Value::text(call.str(1).trim_matches(|c| cut.contains(&c))))
}

fn trim_prefix(call: &mut Call<'_>) -> Answer {
    let text = call.text(1);
    let rest = text.bytes().strip_prefix(call.text(0).bytes());
    Ok(rest.map_or_else(|| Value::Text(text.clone()), Value::text))
}

fn trim_suffix(call: &mut Call<'_>) -> Answer {
    let text = call.text(1);
    let rest = text.bytes().strip_suffix(call.text(0).bytes());
    Ok(rest.map_or_else(|| Value::Text(text.clone()), Value::text))
}

/// Where `needle` begins first, in linear time.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn repeat(call: &mut Call<'_>) -> Answer {
    if call.int(0) < 0 {
        return Err(Fault::function("a negative count"));
    }
    let text = call.text(1);
    call.budget
        .bytes(text.len().saturating_mul(call.count(0)))?;
    Ok(Value::text(text.bytes().repeat(call.count(0))))
}

fn replace(call: &mut Call<'_>) -> Answer {
    let (old, new, text) = (call.text(0), call.text(1), call.text(2));
    let mut out = Buffer::default();
    if old.is_empty() {
        between_characters(&mut out, text.bytes(), new.bytes());
        return Ok(Value::text(out.finish()?));
    }
    let mut rest = text.bytes();
    while let Some(at) = find(rest, old.bytes()) {
        out.push(&rest[..at]);
        out.push(new.bytes());
        rest = &rest[at + old.len()..];
    }
    out.push(rest);
    Ok(Value::text(out.finish()?))
}

/// Go finds the empty string before each character and at the end.
fn between_characters(out: &mut Buffer, text: &[u8], new: &[u8]) {
    out.push(new);
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            out.push(c.encode_utf8(&mut [0; 4]).as_bytes());
            out.push(new);
        }
        for byte in chunk.invalid() {
            out.push(&[*byte]);
            out.push(new);
        }
    }
}

/// The first bytes, or with a negative count the last.
fn trunc(call: &mut Call<'_>) -> Answer {
    let text = call.text(1);
    let count = usize::try_from(call.int(0).unsigned_abs()).unwrap_or(usize::MAX);
    if count >= text.len() {
        return Ok(Value::Text(text));
    }
    let bytes = text.bytes();
    let cut = if call.int(0) < 0 {
        &bytes[bytes.len() - count..]
    } else {
        &bytes[..count]
    };
    Ok(Value::text(cut))
}

/// A negative start is the beginning; an end that is negative or too far is the end.
fn substr(call: &mut Call<'_>) -> Answer {
    let text = call.text(2);
    let (start, end) = (call.int(0), call.int(1));
    let range = match (usize::try_from(start), usize::try_from(end)) {
        (Err(_), Ok(end)) => 0..end,
        (Err(_), Err(_)) => return Err(Fault::function("a negative end")),
        (Ok(start), Ok(end)) if end <= text.len() => start..end,
        (Ok(start), _) => start..text.len(),
    };
    let part = text.bytes().get(range).map(Value::text);
    part.ok_or_else(|| {
        Fault::function(format!(
            "the text has {} bytes, so none from {start} to {end}",
            text.len()
        ))
    })
}

/// Spaces before every line.
fn indented(call: &mut Call<'_>, lead: &[u8]) -> Result<Text, Fault> {
    if call.int(0) < 0 {
        return Err(Fault::function("a negative width"));
    }
    let mut out = Buffer::default();
    out.push(lead);
    for (at, line) in call
        .text(1)
        .bytes()
        .split(|byte| *byte == b'\n')
        .enumerate()
    {
        if at > 0 {
            out.push(b"\n");
        }
        out.fill(b' ', call.count(0));
        out.push(line);
    }
    Ok(out.finish()?.into())
}

/// Every argument that is not nil as a text, spaces between.
fn joined(call: &mut Call<'_>, shown: fn(&Text) -> Text) -> Answer {
    let mut out = Buffer::default();
    let present = call.rest(0).iter().filter(|value| !value.is_nil());
    for (at, value) in present.enumerate() {
        if at > 0 {
            out.push(b" ");
        }
        out.push(shown(&to_text(value)?).bytes());
    }
    Ok(Value::text(out.finish()?))
}
