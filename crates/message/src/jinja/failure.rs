//! Errors of minijinja as ours.

use std::ops::Range;

use minijinja::{Error as JinjaError, ErrorKind as JinjaKind};

use super::filters;
use super::undefined::{self, Scope, Undefined};
use crate::error::{Error, ErrorKind};
use crate::limits::{JINJA_RANGE, OUTPUT_BYTES};
use crate::suggest::did_you_mean;

/// The detail by which an error of the output bound is known again.
const OUTPUT_LIMIT: &str = "the output bound was reached";

pub(super) fn output_limit() -> JinjaError {
    JinjaError::new(JinjaKind::WriteFailure, OUTPUT_LIMIT)
}

/// The detail by which an error of a range that is too long is known again.
const RANGE_LIMIT: &str = "the range is too long";

pub(super) fn range_limit() -> JinjaError {
    JinjaError::new(JinjaKind::InvalidOperation, RANGE_LIMIT)
}

pub(super) fn convert(error: &JinjaError, source: &str, scope: Option<&Scope<'_>>) -> Error {
    let span = span(error, source);
    if error.kind() == JinjaKind::UndefinedError {
        return undefined(source, &span, scope);
    }
    let (kind, message, hint) = explain(error);
    Error::new(kind, message).with_hint(hint).at(source, span)
}

/// The bytes that the error is about: the range, else its whole line.
fn span(error: &JinjaError, source: &str) -> Range<usize> {
    if let Some(range) = error.range().filter(|r| source.get(r.clone()).is_some()) {
        return range;
    }
    let before = source
        .split_inclusive('\n')
        .take(error.line().unwrap_or(1) - 1);
    let start = before.map(str::len).sum();
    let line = source[start..].lines().next().unwrap_or_default();
    start..start + line.len()
}

fn explain(error: &JinjaError) -> (ErrorKind, String, Option<String>) {
    let detail = error.detail().unwrap_or_default();
    match error.kind() {
        JinjaKind::UnknownFilter => unknown("filter", last_word(detail), &filters::NAMES),
        JinjaKind::UnknownTest => unknown("test", last_word(detail), &[]),
        JinjaKind::UnknownFunction => unknown("function", last_word(detail), &[]),
        JinjaKind::UnknownMethod => unknown("method", last_word(detail), &[]),
        JinjaKind::OutOfFuel => (
            ErrorKind::Limit,
            "the template takes too many steps".into(),
            Some(loops_hint()),
        ),
        JinjaKind::WriteFailure if detail == OUTPUT_LIMIT => output(),
        JinjaKind::InvalidOperation if detail == RANGE_LIMIT => (
            ErrorKind::Limit,
            format!("a range of more than {JINJA_RANGE} items"),
            None,
        ),
        JinjaKind::TooManyArguments => {
            plain(ErrorKind::ArgumentCount, "too many arguments", detail)
        }
        JinjaKind::MissingArgument => {
            plain(ErrorKind::ArgumentCount, "an argument is missing", detail)
        }
        JinjaKind::TemplateNotFound => plain(
            ErrorKind::UnknownTemplate,
            "no other template can be loaded",
            "",
        ),
        JinjaKind::InvalidOperation if detail.contains("recursion limit") => {
            plain(ErrorKind::Limit, "calls are nested too deeply", "")
        }
        JinjaKind::SyntaxError | JinjaKind::BadEscape => {
            plain(ErrorKind::Syntax, "syntax error", detail)
        }
        kind => plain(ErrorKind::Type, &kind.to_string(), detail),
    }
}

fn plain(kind: ErrorKind, what: &str, detail: &str) -> (ErrorKind, String, Option<String>) {
    let message = match detail {
        "" => what.to_owned(),
        detail => format!("{what}: {}", one_line(detail)),
    };
    (kind, message, None)
}

/// Names what is not defined, and points at it.
fn undefined(source: &str, found: &Range<usize>, scope: Option<&Scope<'_>>) -> Error {
    let Undefined { span, hint } = undefined::find(source, found, scope);
    let text = source.get(span.clone()).unwrap_or_default();
    let name = if text.ends_with(']') {
        text
    } else {
        last_word(text)
    };
    let message = format!("\"{name}\" is not defined");
    Error::new(ErrorKind::UnknownName, message)
        .with_hint(hint)
        .at(source, span)
}

fn unknown(what: &str, name: &str, known: &[&'static str]) -> (ErrorKind, String, Option<String>) {
    let hint = did_you_mean(name, known.iter().copied());
    (
        ErrorKind::UnknownFunction,
        format!("there is no {what} \"{name}\""),
        hint,
    )
}

fn output() -> (ErrorKind, String, Option<String>) {
    let message = format!("the template prints more than {OUTPUT_BYTES} bytes");
    (ErrorKind::Limit, message, Some(loops_hint()))
}

fn loops_hint() -> String {
    "make its loops shorter".to_owned()
}

/// The last name in `a.b`, `a["b"]` or `filter b is unknown`.
pub(super) fn last_word(text: &str) -> &str {
    let text = text.strip_suffix(" is unknown").unwrap_or(text);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let trimmed = text.trim_end_matches(|c| !is_name(c));
    let start = trimmed.rfind(|c| !is_name(c)).map_or(0, |at| {
        at + trimmed[at..].chars().next().map_or(0, char::len_utf8)
    });
    &trimmed[start..]
}

fn one_line(detail: &str) -> String {
    detail.split_whitespace().collect::<Vec<_>>().join(" ")
}
