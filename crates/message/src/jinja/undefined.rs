//! What is not defined, and the nearest name that is.

use std::ops::Range;

use minijinja::Environment;
use minijinja::value::{Value, ValueKind};

use super::context;
use crate::suggest::did_you_mean;

/// What a template could have named.
pub(super) struct Scope<'s> {
    pub(super) environment: &'s Environment<'s>,
    pub(super) context: &'s Value,
}

/// The place of what is not defined, and a hint.
pub(super) struct Undefined {
    pub(super) span: Range<usize>,
    pub(super) hint: Option<String>,
}

/// Longer names and paths have no near ones.
const LONGEST: usize = 200;

/// Looks at the path that ends where the engine says that something is missing.
pub(super) fn find(source: &str, found: &Range<usize>, scope: Option<&Scope<'_>>) -> Undefined {
    let path = path_before(source, found.end);
    // The engine shows the filter that was given nothing.
    let path = match source[..path.start].trim_end().strip_suffix('|') {
        Some(before) => path_before(source, before.trim_end().len()),
        None => path,
    };
    if path.len() > LONGEST || !is_whole(&source[path.clone()]) {
        return of_words(source, found);
    }
    of_path(source, path, scope)
}

/// Whether a path begins with a name, and not within `["my-key"]` or behind `(a|first)`.
fn is_whole(path: &str) -> bool {
    let count = |c: char| path.matches(c).count();
    path.starts_with(|c: char| c.is_alphabetic() || c == '_') && count('[') == count(']')
}

/// `a.b[0]["c"]` that ends at a place.
fn path_before(source: &str, end: usize) -> Range<usize> {
    let is_of_path =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '\'');
    let path = source[..end].trim_end_matches(is_of_path);
    path.len()..end
}

fn of_path(source: &str, path: Range<usize>, scope: Option<&Scope<'_>>) -> Undefined {
    let text = &source[path.clone()];
    let Some(at) = text.rfind(['.', '[']) else {
        let hint = did_you_mean(text, context::TOP);
        return Undefined { span: path, hint };
    };
    let receiver = path.start..path.start + at;
    let name = text[at..].trim_matches(|c| matches!(c, '.' | '[' | ']' | '"' | '\''));
    let is_index = name.bytes().all(|byte| byte.is_ascii_digit());
    let value = scope.and_then(|scope| value_of(source, &receiver, scope));
    match value {
        Some(value) if value.is_undefined() => of_path(source, receiver, scope),
        _ if is_index => Undefined {
            span: path,
            hint: None,
        },
        value => {
            let start = source[receiver.end..path.end].find(name).unwrap_or(0) + receiver.end;
            Undefined {
                span: start..start + name.len(),
                hint: nearest(name, value.as_ref()),
            }
        }
    }
}

/// The value of a path from the data; what a loop binds is not known any more.
fn value_of(source: &str, path: &Range<usize>, scope: &Scope<'_>) -> Option<Value> {
    let path = &source[path.clone()];
    let first = path.split(['.', '[']).next()?;
    if !context::TOP.contains(&first) {
        let binds = ["for ", "set ", "with "]
            .iter()
            .any(|word| source.contains(word));
        return Some(Value::UNDEFINED).filter(|_| !binds);
    }
    let expression = scope.environment.compile_expression_owned(path).ok()?;
    let value = expression.eval(scope.context.clone());
    Some(value.unwrap_or(Value::UNDEFINED))
}

/// The nearest of the receiver's own names, or of all if it is not known.
fn nearest(name: &str, receiver: Option<&Value>) -> Option<String> {
    let Some(receiver) = receiver else {
        return did_you_mean(name, context::FIELDS.into_iter().filter(|f| *f != name));
    };
    if receiver.kind() != ValueKind::Map {
        return None;
    }
    let keys: Vec<Value> = receiver.try_iter().ok()?.collect();
    did_you_mean(name, keys.iter().filter_map(Value::as_str))
}

/// The last word of what the engine shows.
fn of_words(source: &str, found: &Range<usize>) -> Undefined {
    let text = source.get(found.clone()).unwrap_or_default();
    let name = super::failure::last_word(text);
    Undefined {
        span: found.clone(),
        hint: did_you_mean(name, context::FIELDS.into_iter().filter(|f| *f != name)),
    }
}
