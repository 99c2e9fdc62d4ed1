//! How a value is written where another stood.

use std::{borrow::Cow, fmt::Write as _};

use crate::{reader::Style, resolve::is_string, site::Target};

/// Bytes of a value: nothing that follows an image is longer, and a text must stay readable.
const MAX_VALUE: usize = 64 << 10;

/// Why a scalar with an explicit tag is kept.
pub(crate) const TYPED: &str =
    "the scalar has an explicit type tag that a string does not fit; remove the tag";

/// The value as YAML in the style of the target, or why that cannot be.
pub(crate) fn write<'v>(value: &'v str, target: &Target<'_>) -> Result<Cow<'v, str>, &'static str> {
    if target.typed {
        return Err(TYPED);
    }
    if value.len() > MAX_VALUE {
        return Err("the new value is longer than 64 KiB");
    }
    Ok(match target.style {
        Style::Plain if is_plain(value, target.flow) && is_string(value) => Cow::Borrowed(value),
        Style::SingleQuoted if value.chars().all(is_printable) => single_quoted(value),
        Style::Json => Cow::Owned(serde_json::Value::from(value).to_string()),
        _ => double_quoted(value),
    })
}

/// Whether a plain scalar with this text reads as this text.
///
/// Stricter than YAML where that costs nothing: no tabs, and no `---` at the start.
fn is_plain(value: &str, flow: bool) -> bool {
    value.chars().all(is_printable)
        && value.trim() == value
        && starts_plain(value, flow)
        && !value.ends_with(':')
        && ![": ", " #"].iter().any(|pair| value.contains(pair))
        && !(flow && value.contains([',', '[', ']', '{', '}', '?', '#']))
}

fn starts_plain(value: &str, flow: bool) -> bool {
    match value.chars().next() {
        None => false,
        Some('-') => starts_alphanumeric(value.strip_prefix("--").unwrap_or(&value[1..])),
        // To readers of YAML 1.1 it ends a key there.
        Some(':') if flow => false,
        Some('?' | ':') => starts_alphanumeric(&value[1..]),
        Some('.') => !value.starts_with("..."),
        Some(first) => !"\u{feff},[]{}#&*!|>'\"%@`".contains(first),
    }
}

fn starts_alphanumeric(value: &str) -> bool {
    value.starts_with(|char: char| char.is_ascii_alphanumeric())
}

/// A character that may stand unescaped on one line in YAML 1.1 and 1.2.
pub(crate) fn is_printable(char: char) -> bool {
    !char.is_control()
        && !matches!(
            char,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn single_quoted(value: &str) -> Cow<'static, str> {
    Cow::Owned(format!("'{}'", value.replace('\'', "''")))
}

fn double_quoted(value: &str) -> Cow<'static, str> {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for char in value.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            char if is_printable(char) => out.push(char),
            char => {
                // All that are not printable lie in the first plane.
                let _ = write!(out, "\\u{:04x}", u32::from(char));
            }
        }
    }
    out.push('"');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::position::Position;

    fn target(style: Style, flow: bool) -> Target<'static> {
        Target {
            value: Cow::Borrowed("old"),
            span: 0..3,
            position: Position::default(),
            style,
            flow,
            typed: false,
            step: 0,
            properties: 0,
        }
    }

    #[track_caller]
    fn check(style: Style, value: &str, expected: &str) {
        assert_eq!(write(value, &target(style, false)).unwrap(), expected);
    }

    #[test]
    fn plain_stays_plain_while_it_reads_as_a_string() {
        for value in [
            "1.2.3",
            "ghcr.io/a/b:1@sha256:00",
            "v1",
            "a b",
            "-a",
            "--a=b",
            "a#b",
            "a,b",
            "http://x/y",
        ] {
            check(Style::Plain, value, value);
        }
        for value in [
            "", "1.20", " a", "a ", "a: b", "a #b", "a:", "- a", "-", "--", "---a", "--=", "*a",
            "@a", "---", "...",
        ] {
            check(Style::Plain, value, &format!("\"{value}\""));
        }
    }

    #[test]
    fn flow_collections_have_more_indicators() {
        let flow = target(Style::Plain, true);
        assert_eq!(write("ghcr.io/a:1", &flow).unwrap(), "ghcr.io/a:1");
        assert_eq!(write("a,b", &flow).unwrap(), "\"a,b\"");
        assert_eq!(write("a]", &flow).unwrap(), "\"a]\"");
        assert_eq!(write(":latest", &flow).unwrap(), "\":latest\"");
    }

    #[test]
    fn quotes_stay_and_escape() {
        check(Style::SingleQuoted, "it's", "'it''s'");
        check(Style::SingleQuoted, "1.20", "'1.20'");
        check(Style::SingleQuoted, "a\nb", "\"a\\nb\"");
        check(
            Style::DoubleQuoted,
            "a\"\\\t\u{7}ü",
            "\"a\\\"\\\\\\t\\u0007ü\"",
        );
    }

    #[test]
    fn an_explicit_type_refuses_strings() {
        let typed = Target {
            typed: true,
            ..target(Style::Plain, false)
        };
        let reason =
            "the scalar has an explicit type tag that a string does not fit; remove the tag";
        assert_eq!(write("a", &typed), Err(reason));
    }
}
