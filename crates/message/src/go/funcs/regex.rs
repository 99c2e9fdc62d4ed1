//! Sprig's functions on regular expressions, in Go's syntax.

use std::rc::Rc;

use super::Param::{Int, Text as T};
use super::{Answer, Call, Function};
use crate::go::buffer::Buffer;
use crate::go::fault::Fault;
use crate::go::regex::{Pattern, Refusal, Replacement};
use crate::go::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::fixed("regexMatch", &[T, T], is_match),
    Function::fixed("mustRegexMatch", &[T, T], must_match),
    Function::fixed("regexFind", &[T, T], find),
    Function::fixed("mustRegexFind", &[T, T], find),
    Function::fixed("regexFindAll", &[T, T, Int], find_all),
    Function::fixed("mustRegexFindAll", &[T, T, Int], find_all),
    Function::fixed("regexReplaceAll", &[T, T, T], replace),
    Function::fixed("mustRegexReplaceAll", &[T, T, T], replace),
    Function::fixed("regexReplaceAllLiteral", &[T, T, T], replace_literal),
    Function::fixed("mustRegexReplaceAllLiteral", &[T, T, T], replace_literal),
    Function::fixed("regexSplit", &[T, T, Int], split),
    Function::fixed("mustRegexSplit", &[T, T, Int], split),
    Function::fixed("regexQuoteMeta", &[T], quote_meta),
];

/// The pattern of the first argument, read once in a render.
fn pattern(call: &mut Call<'_>) -> Result<Result<Rc<Pattern>, Refusal>, Fault> {
    let source = call.str(0).into_owned();
    call.budget.pattern(&source)
}

fn valid_pattern(call: &mut Call<'_>) -> Result<Rc<Pattern>, Fault> {
    pattern(call)?.map_err(Refusal::into_fault)
}

/// Pays for a search through so many bytes.
fn pay(call: &mut Call<'_>, pattern: &Pattern, bytes: usize) -> Result<(), Fault> {
    call.budget
        .steps(1 + bytes.saturating_mul(pattern.weight()) / 1024)
}

/// A pattern that is none matches nothing.
fn is_match(call: &mut Call<'_>) -> Answer {
    match pattern(call)? {
        Ok(pattern) => matches(call, &pattern),
        Err(Refusal::Invalid(_)) => Ok(Value::Bool(false)),
        Err(refusal) => Err(refusal.into_fault()),
    }
}

fn must_match(call: &mut Call<'_>) -> Answer {
    let pattern = valid_pattern(call)?;
    matches(call, &pattern)
}

fn matches(call: &mut Call<'_>, pattern: &Pattern) -> Answer {
    pay(call, pattern, call.text(1).len())?;
    Ok(Value::Bool(pattern.find(&call.str(1), 0).is_some()))
}

fn find(call: &mut Call<'_>) -> Answer {
    let pattern = valid_pattern(call)?;
    pay(call, &pattern, call.text(1).len())?;
    let text = call.str(1);
    let found = pattern.find(&text, 0).map(|found| &text[found]);
    Ok(Value::text(found.unwrap_or_default()))
}

/// The places of the first matches, each of which pays for the text after it.
fn places(
    call: &mut Call<'_>,
    pattern: &Pattern,
    text: &str,
    most: i64,
) -> Result<Vec<std::ops::Range<usize>>, Fault> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut places = Vec::new();
    pay(call, pattern, text.len())?;
    for found in pattern.matches(text).take(most) {
        pay(call, pattern, text.len() - found.end)?;
        places.push(found);
    }
    Ok(places)
}

fn find_all(call: &mut Call<'_>) -> Answer {
    let pattern = valid_pattern(call)?;
    let text = call.str(1).into_owned();
    let places = places(call, &pattern, &text, call.int(2))?;
    Ok(Value::texts(places.into_iter().map(|found| &text[found])))
}

fn replace(call: &mut Call<'_>) -> Answer {
    let with = call.str(2).into_owned();
    replace_with(call, &Replacement::parse(&with))
}

fn replace_literal(call: &mut Call<'_>) -> Answer {
    let with = call.str(2).into_owned();
    replace_with(call, &Replacement::literal(&with))
}

fn replace_with(call: &mut Call<'_>, replacement: &Replacement<'_>) -> Answer {
    let pattern = valid_pattern(call)?;
    let text = call.str(1).into_owned();
    let mut out = Buffer::default();
    let mut copied = 0;
    pay(call, &pattern, text.len())?;
    for found in pattern.captures(&text) {
        let Some(whole) = found.get(0) else { continue };
        pay(call, &pattern, text.len() - whole.end())?;
        out.push_str(&text[copied..whole.start()]);
        replacement.push(&mut out, &pattern, &found);
        copied = whole.end();
        if out.is_full() {
            break;
        }
    }
    out.push_str(&text[copied..]);
    Ok(Value::text(out.finish()?))
}

/// The text between the matches, in at most so many parts.
fn split(call: &mut Call<'_>) -> Answer {
    let empty = call.str(0).is_empty();
    let pattern = valid_pattern(call)?;
    let text = call.str(1).into_owned();
    let most = call.int(2);
    if most == 0 {
        return Ok(Value::texts(Vec::<&str>::new()));
    }
    if !empty && text.is_empty() {
        return Ok(Value::texts([""]));
    }
    let parts = parts(&text, places(call, &pattern, &text, most)?, most);
    Ok(Value::texts(parts))
}

fn parts(text: &str, places: Vec<std::ops::Range<usize>>, most: i64) -> Vec<&str> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for found in places {
        if parts.len() + 1 == most {
            break;
        }
        end = found.start;
        // An empty match at the very beginning splits nothing off.
        if found.end != 0 {
            parts.push(&text[start..end]);
        }
        start = found.end;
    }
    if end != text.len() {
        parts.push(&text[start..]);
    }
    parts
}

/// A pattern that matches the text itself.
fn quote_meta(call: &mut Call<'_>) -> Answer {
    let text = call.text(0);
    let mut quoted = Vec::with_capacity(text.len());
    for byte in text.bytes() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    Ok(Value::text(quoted))
}
