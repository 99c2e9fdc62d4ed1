//! The filters that messages need, beside those of minijinja.

use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind};

use super::{context, failure, meter};
use crate::limits::OUTPUT_BYTES;

/// Hexadecimal digits that Docker and Git show of a digest.
const SHORT: usize = 12;

/// Names of the filters of this file.
pub(super) const NAMES: [&str; 3] = ["short_digest", "basename", "pluralize"];

pub(super) fn add(environment: &mut Environment<'_>) {
    environment.add_filter("short_digest", short_digest);
    environment.add_filter("basename", basename);
    environment.add_filter("pluralize", pluralize);
    // Those of minijinja that could make much of little have no bound there.
    meter::metered(environment, "replace", replace);
    meter::metered(environment, "indent", indent);
    meter::metered(environment, "join", join);
    for unbounded in ["batch", "slice", "format", "chain", "zip"] {
        environment.remove_filter(unbounded);
    }
}

/// `app@sha256:` and 64 digits become `app@sha256:` and 12; other text stays.
fn short_digest(value: &Value) -> Result<String, Error> {
    let mut text = text_of(value)?;
    if let Some(at) = digest_start(&text) {
        text.truncate(at + SHORT);
    }
    Ok(text)
}

/// A text, or what an object of the data prints.
fn text_of(value: &Value) -> Result<String, Error> {
    let text = value.as_str().or_else(|| context::text_of(value));
    text.map(str::to_owned).ok_or_else(|| {
        let detail = format!("expected a text or an object, found a {}", value.kind());
        Error::new(ErrorKind::InvalidOperation, detail)
    })
}

/// Where the 64 hexadecimal digits at the end of `...sha256:` begin.
fn digest_start(text: &str) -> Option<usize> {
    let at = text.rfind("sha256:")? + "sha256:".len();
    let digits = &text[at..];
    let whole = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    whole.then_some(at)
}

/// What follows the last slash: `a/b.yaml` is `b.yaml`, `ghcr.io/o/app` is `app`.
fn basename(value: &Value) -> Result<String, Error> {
    let text = text_of(value)?;
    let trimmed = text.trim_end_matches('/');
    Ok(trimmed.rsplit('/').next().unwrap_or_default().to_owned())
}

/// The ending of a word for a number or a list: `image{{ images|pluralize }}`,
/// `polic{{ n|pluralize("y", "ies") }}`; one ending is the plural's.
fn pluralize(count: &Value, first: Option<&str>, second: Option<&str>) -> Result<String, Error> {
    let (one, many) = match (first, second) {
        (None, _) => ("", "s"),
        (Some(many), None) => ("", many),
        (Some(one), Some(many)) => (one, many),
    };
    let is_one = number(count)? == 1;
    Ok(if is_one { one } else { many }.to_owned())
}

fn number(count: &Value) -> Result<i64, Error> {
    if let Ok(number) = i64::try_from(count.clone()) {
        return Ok(number);
    }
    let length = count.len().filter(|_| count.as_str().is_none());
    let length = length.and_then(|length| i64::try_from(length).ok());
    length.ok_or_else(|| {
        let detail = "pluralize wants a whole number or a list";
        Error::new(ErrorKind::InvalidOperation, detail)
    })
}

/// As minijinja's, with a bound on the result.
fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let hits = text.matches(from).count();
    check(hits.saturating_mul(to.len()).saturating_add(text.len()))?;
    Ok(text.replace(from, to))
}

/// As minijinja's, with a bound on the result.
fn indent(
    text: &str,
    width: usize,
    first: Option<bool>,
    blank: Option<bool>,
) -> Result<String, Error> {
    let lines = text.lines().count();
    check(lines.saturating_mul(width).saturating_add(text.len()))?;
    let pad = " ".repeat(width);
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let wanted = if at == 0 {
            first
        } else {
            Some(!line.is_empty() || blank == Some(true))
        };
        if wanted == Some(true) {
            out.push_str(&pad);
        }
        out.push_str(line);
    }
    Ok(out)
}

/// As minijinja's, with a bound on the result.
#[expect(clippy::needless_pass_by_value, reason = "filters get theirs by value")]
fn join(
    items: &Value,
    joiner: Option<&str>,
    attribute: Option<&str>,
    options: Kwargs,
) -> Result<String, Error> {
    let joiner = joiner.map_or_else(|| options.get("d"), |joiner| Ok(Some(joiner)))?;
    let attribute = attribute.map_or_else(|| options.get("attribute"), |name| Ok(Some(name)))?;
    options.assert_all_used()?;
    let mut out = String::new();
    for (at, item) in items.try_iter()?.enumerate() {
        if at > 0 {
            out.push_str(joiner.unwrap_or_default());
        }
        let item = match attribute {
            Some(path) => path
                .split('.')
                .try_fold(item, |item, name| item.get_attr(name))?,
            None => item,
        };
        if item.is_undefined() {
            return Err(ErrorKind::UndefinedError.into());
        }
        out.push_str(&item.to_string());
        check(out.len())?;
    }
    Ok(out)
}

fn check(bytes: usize) -> Result<(), Error> {
    if bytes > OUTPUT_BYTES {
        return Err(failure::output_limit());
    }
    Ok(())
}
