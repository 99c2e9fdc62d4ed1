//! Number constants.

use super::fault::Fault;
use super::quote::unquote_char;
use crate::error::ErrorKind;

/// A constant; it fits every type whose value is given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: f64,
    /// Written as a float, so it is one where the type is open.
    pub(super) is_float: bool,
}

impl Number {
    /// Reads `12`, `0x1F`, `1_000`, `1.5`, `-3`, `0b101`, `017`.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let digits = text.trim_start_matches(['+', '-']);
        let (int, uint) = (parse_int(text), parse_uint(text));
        let looks_float = is_written_as_float(digits);
        let float = match (int, uint) {
            // Go's own rounding of a constant to the type that is asked for.
            #[expect(clippy::cast_precision_loss)]
            (Some(int), _) => int as f64,
            #[expect(clippy::cast_precision_loss)]
            (None, Some(uint)) => uint as f64,
            (None, None) if looks_float => return Number::from_float(text),
            (None, None) => return Err(not_a_number(digits)),
        };
        Ok(Number {
            int,
            uint,
            float,
            is_float: false,
        })
    }

    /// Reads `'a'`, quotes included.
    pub(super) fn parse_char(quoted: &str) -> Result<Self, Fault> {
        let bad = || syntax("malformed character constant");
        let body = quoted.get(1..quoted.len() - 1).ok_or_else(bad)?;
        let (value, rest) = unquote_char(body, '\'').ok_or_else(bad)?;
        if !rest.is_empty() {
            return Err(bad());
        }
        let code = value.code();
        Ok(Number {
            int: Some(i64::from(code)),
            uint: Some(u64::from(code)),
            float: f64::from(code),
            is_float: false,
        })
    }

    fn from_float(text: &str) -> Result<Self, Fault> {
        let float = parse_float(text).ok_or_else(|| syntax("illegal number syntax"))?;
        Ok(Number {
            int: exact_int(float),
            uint: exact_uint(float),
            float,
            is_float: true,
        })
    }
}

fn syntax(message: &str) -> Fault {
    Fault::new(ErrorKind::Syntax, message)
}

fn not_a_number(digits: &str) -> Fault {
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return syntax("the number does not fit 64 bits");
    }
    syntax("illegal number syntax")
}

fn is_written_as_float(digits: &str) -> bool {
    match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => digits.contains(['p', 'P']),
        _ => digits.contains(['.', 'e', 'E']),
    }
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let value = i128::from(parse_uint(digits)?);
    i64::try_from(if negative { -value } else { value }).ok()
}

/// Go's `strconv.ParseUint(text, 0, 64)`.
pub(super) fn parse_uint(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', b'b' | b'B', ..] => (&text[2..], 2),
        [b'0', b'o' | b'O', ..] => (&text[2..], 8),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    let clean = strip_underscores(digits, digits.len() < text.len())?;
    let is_digits = clean.bytes().all(|b| char::from(b).is_digit(radix));
    is_digits.then(|| u64::from_str_radix(&clean, radix).ok())?
}

/// Underscores may stand between digits and after a base prefix.
fn strip_underscores(digits: &str, prefixed: bool) -> Option<String> {
    let bad_start = digits.starts_with('_') && !prefixed;
    if bad_start || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    Some(digits.replace('_', ""))
}

/// Go's `strconv.ParseFloat(text, 64)`, without its names of infinities and NaN.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.starts_with("0x") || digits.starts_with("0X") {
        return hex_float(text, &digits[2..]);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    // Go takes underscores in a float only with a base prefix.
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(value)
}

/// `0x1.8p3`: digits in base 16, the exponent in base 2.
fn hex_float(text: &str, digits: &str) -> Option<f64> {
    let (mantissa, exponent) = digits.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let joined = format!("{whole}{fraction}").replace('_', "");
    if joined.len() > 13 {
        // More than 52 bits would need rounding.
        return None;
    }
    let bits = u64::from_str_radix(&joined, 16).ok()?;
    let shift = i32::try_from(fraction.len()).ok()? * 4;
    let power: i32 = exponent.parse().ok()?;
    #[expect(clippy::cast_precision_loss)]
    let value = bits as f64 * 2f64.powi(power.checked_sub(shift)?);
    let signed = if text.starts_with('-') { -value } else { value };
    value.is_finite().then_some(signed)
}

/// The integer that a float is, if it is one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp
)]
fn exact_int(float: f64) -> Option<i64> {
    let int = float as i64;
    (int as f64 == float && int != i64::MAX).then_some(int)
}

/// The natural number that a float is, if it is one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::cast_sign_loss
)]
fn exact_uint(float: f64) -> Option<u64> {
    let uint = float as u64;
    (uint as f64 == float && uint != u64::MAX).then_some(uint)
}
