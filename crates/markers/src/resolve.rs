//! Whether a plain scalar is a string, to every reader of YAML.
//!
//! The tag resolution of YAML 1.1 (yaml.org/type) and of YAML 1.2's core schema, and what their
//! common readers take beyond them: underscores anywhere in numbers, octal as `0o`, dates with one
//! digit. Strings are what none of them takes for anything else.

pub(crate) fn is_string(value: &str) -> bool {
    !(is_word(value) || is_number(value) || is_sexagesimal(value) || is_timestamp(value))
}

fn is_word(value: &str) -> bool {
    /// Words that count in lower case, in upper case and capitalized.
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if matches!(value, "" | "~" | "=" | "<<") {
        return true;
    }
    let (first, rest) = value.split_at(value.chars().next().map_or(0, char::len_utf8));
    let cased = rest.chars().all(|char| char.is_ascii_lowercase())
        || value.chars().all(|char| char.is_ascii_uppercase());
    cased && first.is_ascii() && WORDS.contains(&value.to_ascii_lowercase().as_str())
}

fn is_number(value: &str) -> bool {
    // go-yaml takes underscores behind a sign, too: `+_6`.
    let unsigned = match value.strip_prefix(['-', '+']) {
        Some(unsigned) => unsigned.trim_start_matches('_'),
        None => value,
    };
    if !unsigned.starts_with(|char: char| char.is_ascii_digit() || char == '.') {
        return false;
    }
    let digits = unsigned.replace('_', "");
    is_radix(&digits, digits.len() < unsigned.len())
        || is_decimal(&digits)
        || is_not_finite(&digits)
}

/// `PyYAML` takes `0x_` for a number, and fails to read it.
fn is_radix(digits: &str, has_underscores: bool) -> bool {
    let all = |rest: &str, radix| {
        (has_underscores || !rest.is_empty()) && rest.chars().all(|char| char.is_digit(radix))
    };
    [
        ("0x", 16),
        ("0X", 16),
        ("0o", 8),
        ("0O", 8),
        ("0b", 2),
        ("0B", 2),
    ]
    .iter()
    .any(|&(prefix, radix)| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| all(rest, radix))
    })
}

/// `12`, `1.`, `.5`, `1.5e-3`, `1e3`.
fn is_decimal(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && is_digits(exponent)
    });
    !(whole.is_empty() && fraction.is_empty())
        && is_digits(whole)
        && is_digits(fraction)
        && exponent_fits
}

fn is_not_finite(digits: &str) -> bool {
    matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
}

/// Base 60, as in `190:20:30` and `190:20:30.15`.
fn is_sexagesimal(value: &str) -> bool {
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    let whole = match unsigned.rsplit_once('.') {
        Some((whole, fraction))
            if fraction
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_') =>
        {
            whole
        }
        Some(_) => return false,
        None => unsigned,
    };
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let first_fits = first.starts_with(|char: char| char.is_ascii_digit())
        && first
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
    whole.contains(':') && first_fits && parts.all(is_minute)
}

fn is_minute(part: &str) -> bool {
    match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten, one] => (b'0'..=b'5').contains(ten) && one.is_ascii_digit(),
        _ => false,
    }
}

/// `2021-01-01`, alone or with a time behind it.
fn is_timestamp(value: &str) -> bool {
    let mut parts = value.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = rest.len()
        - rest
            .trim_start_matches(|char: char| char.is_ascii_digit())
            .len();
    let time = &rest[day..];
    year.len() == 4
        && is_digits(year)
        && (1..=2).contains(&month.len())
        && is_digits(month)
        && (1..=2).contains(&day)
        && (time.is_empty() || is_time(time))
}

/// `T12:30:00Z`, `t12:30:00`, ` 12:30:00.5 +1`: told by its beginning.
fn is_time(rest: &str) -> bool {
    let time = rest.trim_start_matches([' ', '\t', 'T', 't']);
    time.len() < rest.len()
        && time.starts_with(|char: char| char.is_ascii_digit())
        && time.contains(':')
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        for value in [
            "1.2.3",
            "v1",
            "latest",
            "a.b-c_d",
            "_",
            "NaN",
            "nan",
            "inf",
            "main-0badc0d-1619063680",
            "yES",
            "tRUE",
            "nO",
            "1.2.3-4",
            "0x",
            "0xg",
            "1e",
            "e3",
            ".",
            "-",
            "+",
            "1:60",
            "1:2a",
            ":1",
            "2021-01",
            "2021-1-123",
            "20210-01-01",
            "sha256:00",
            "2021-01-01-1",
            "2021-01-01a",
            "1,000",
            "0b2",
            "--1",
            "ÿes",
            "ý",
        ] {
            assert!(is_string(value), "{value}");
        }
    }

    #[test]
    fn other_things() {
        for value in [
            "",
            "~",
            "null",
            "Null",
            "NULL",
            "true",
            "True",
            "TRUE",
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "Y",
            "n",
            "N",
            "=",
            "<<",
            "1",
            "-1",
            "+1",
            "007",
            "0o17",
            "0x1F",
            "0b11",
            "1_000",
            "1__0",
            "1.",
            ".5",
            "-.5",
            "1.20",
            "1e3",
            "0.1e-1",
            "1E+5",
            ".inf",
            "-.INF",
            ".nan",
            "190:20:30",
            "1:0",
            "-1:30.5",
            "20210108",
            "2021-01-01",
            "2021-1-1",
            "2021-01-01T12:30:00Z",
            "2021-01-01 12:30:00.5 +1",
            "12345678901234567",
            "1_",
            "+_6",
            "0x_",
            "-0b_",
        ] {
            assert!(!is_string(value), "{value}");
        }
    }
}
