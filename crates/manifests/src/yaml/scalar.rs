//! What a scalar means: YAML 1.2's core schema, with the number forms that Go's
//! YAML readers take besides (`1_000`, `0b1`).

use granit_parser::{ScalarStyle, Tag};

use super::Value;

pub(super) fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match tag.and_then(Tag::core_suffix) {
        Some("int" | "float") => return Value::Number(text.to_owned()),
        Some("null") => return Value::Null,
        Some("bool") => {}
        None if tag.is_none() && style == ScalarStyle::Plain => {}
        _ => return Value::Text(text.to_owned()),
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_number(text) => Value::Number(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

/// Whether the text, written plain, is read as this text.
pub(crate) fn is_plain_text(text: &str) -> bool {
    matches!(resolve(text, ScalarStyle::Plain, None), Value::Text(_))
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned.as_bytes() {
        [b'.', b'i' | b'I', ..] => matches!(unsigned, ".inf" | ".Inf" | ".INF"),
        [b'.', b'n' | b'N', ..] => matches!(text, ".nan" | ".NaN" | ".NAN"),
        [b'0'..=b'9' | b'.', ..] => is_based(unsigned) || is_decimal(unsigned),
        _ => false,
    }
}

fn is_based(text: &str) -> bool {
    let (digits, base) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', b'o' | b'O', ..] => (&text[2..], 8),
        [b'0', b'b' | b'B', ..] => (&text[2..], 2),
        _ => return false,
    };
    let digits = digits.replace('_', "");
    u64::from_str_radix(&digits, base).is_ok() && !digits.starts_with('+')
}

/// A literal beyond float64, such as the commit `12e4567`, is text to Go.
fn is_decimal(text: &str) -> bool {
    let written = |byte| matches!(byte, b'0'..=b'9' | b'.' | b'_' | b'e' | b'E' | b'-' | b'+');
    let number = || text.replace('_', "").parse::<f64>();
    text.bytes().all(written) && number().is_ok_and(f64::is_finite)
}
