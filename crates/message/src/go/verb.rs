//! How scalars print under each verb, padding included.
//!
//! A function answers false when its kind does not know the verb.

use super::buffer::Buffer;
use super::float;
use super::quote::{is_print, quote, quote_char};
use super::spec::Spec;

pub(super) fn boolean(out: &mut Buffer, spec: &Spec, value: bool, verb: char) -> bool {
    let text: &[u8] = if value { b"true" } else { b"false" };
    let known = matches!(verb, 't' | 'v');
    if known {
        pad(out, spec, text);
    }
    known
}

pub(super) fn text(out: &mut Buffer, spec: &Spec, bytes: &[u8], verb: char) -> bool {
    match verb {
        'v' if spec.sharp_v => quoted(out, spec, truncate(bytes, spec)),
        'v' | 's' => pad(out, spec, truncate(bytes, spec)),
        'q' => quoted(out, spec, truncate(bytes, spec)),
        'x' => hex(out, spec, bytes, false),
        'X' => hex(out, spec, bytes, true),
        _ => return false,
    }
    true
}

/// The precision counts characters.
fn truncate<'a>(bytes: &'a [u8], spec: &Spec) -> &'a [u8] {
    let Some(precision) = spec.precision else {
        return bytes;
    };
    let mut at = 0;
    for _ in 0..precision.min(bytes.len()) {
        at += first_char_len(&bytes[at..]);
    }
    &bytes[..at]
}

fn first_char_len(bytes: &[u8]) -> usize {
    let head = &bytes[..bytes.len().min(4)];
    let chunk = head.utf8_chunks().next();
    let first = chunk.and_then(|c| c.valid().chars().next());
    first.map_or(head.len().min(1), char::len_utf8)
}

fn quoted(out: &mut Buffer, spec: &Spec, bytes: &[u8]) {
    let raw = std::str::from_utf8(bytes).ok();
    let text = match raw {
        Some(raw) if spec.sharp && can_be_raw(raw) => format!("`{raw}`"),
        _ => quote(bytes, spec.plus),
    };
    pad(out, spec, text.as_bytes());
}

/// Whether a raw string can hold the text unchanged on one line.
fn can_be_raw(text: &str) -> bool {
    let bad = |c: char| (c < ' ' && c != '\t') || matches!(c, '`' | '\x7F' | '\u{FEFF}');
    !text.contains(bad)
}

fn hex(out: &mut Buffer, spec: &Spec, bytes: &[u8], upper: bool) {
    let bytes = &bytes[..bytes.len().min(spec.precision.unwrap_or(usize::MAX))];
    let prefix = match (spec.sharp, upper) {
        (true, true) => "0X",
        (true, false) => "0x",
        (false, _) => "",
    };
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && spec.space {
            text.push(' ');
        }
        if at == 0 || spec.space {
            text.push_str(prefix);
        }
        text.extend(hex_digits(*byte, upper));
    }
    pad(out, spec, text.as_bytes());
}

fn hex_digits(byte: u8, upper: bool) -> [char; 2] {
    [byte >> 4, byte & 15].map(|nibble| {
        let digit = char::from_digit(u32::from(nibble), 16).unwrap_or_default();
        if upper {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    })
}

pub(super) fn unsigned(out: &mut Buffer, spec: &Spec, value: u64, verb: char) -> bool {
    if verb == 'v' && spec.sharp_v {
        let plain = Spec {
            sharp: true,
            sharp_v: false,
            ..spec.clone()
        };
        digits(out, &plain, value, false, 16, false);
        return true;
    }
    integer(out, spec, value, false, verb)
}

pub(super) fn integer(
    out: &mut Buffer,
    spec: &Spec,
    value: u64,
    negative: bool,
    verb: char,
) -> bool {
    match verb {
        'd' | 'v' => digits(out, spec, value, negative, 10, false),
        'b' => digits(out, spec, value, negative, 2, false),
        'o' | 'O' => digits(out, spec, value, negative, 8, verb == 'O'),
        'x' => digits(out, spec, value, negative, 16, false),
        'X' => digits(out, spec, value, negative, 16, true),
        'c' => pad(out, spec, character(value, negative).to_string().as_bytes()),
        'q' => pad(
            out,
            spec,
            quote_char(character(value, negative), spec.plus).as_bytes(),
        ),
        'U' => unicode(
            out,
            spec,
            if negative {
                value.wrapping_neg()
            } else {
                value
            },
        ),
        _ => return false,
    }
    true
}

/// The character of a code; what is none is U+FFFD.
fn character(code: u64, negative: bool) -> char {
    let code = u32::try_from(code).ok().filter(|_| !negative);
    code.and_then(char::from_u32).unwrap_or('\u{FFFD}')
}

/// `U+0041`, with `#` also `'A'`.
fn unicode(out: &mut Buffer, spec: &Spec, code: u64) {
    let digits = spec.precision.unwrap_or(4).max(4);
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    let hex = format!("{code:X}");
    let zeros = "0".repeat(digits.saturating_sub(hex.len()));
    let text = match c.filter(|c| spec.sharp && is_print(*c)) {
        Some(c) => format!("U+{zeros}{hex} '{c}'"),
        None => format!("U+{zeros}{hex}"),
    };
    let plain = Spec {
        zero: false,
        ..spec.clone()
    };
    pad(out, &plain, text.as_bytes());
}

/// An integer in a base; `alternate` is upper case for 16, and the prefix `0o` for 8.
fn digits(out: &mut Buffer, spec: &Spec, value: u64, negative: bool, base: u32, alternate: bool) {
    let plain = Spec {
        zero: false,
        ..spec.clone()
    };
    if spec.precision == Some(0) && value == 0 {
        out.fill(b' ', spec.width.unwrap_or(0));
        return;
    }
    let signed = negative || spec.plus || spec.space;
    let least = match (spec.precision, spec.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if spec.zero && !spec.minus => {
            width.saturating_sub(usize::from(signed))
        }
        _ => 0,
    };
    let text = in_base(value, base, alternate);
    let mut digits = "0".repeat(least.saturating_sub(text.len())) + &text;
    if base == 8 && spec.sharp && !digits.starts_with('0') {
        digits.insert(0, '0');
    }
    let prefix = match (base, alternate) {
        (8, true) => "0o",
        (2, _) if spec.sharp => "0b",
        (16, false) if spec.sharp => "0x",
        (16, true) if spec.sharp => "0X",
        _ => "",
    };
    let sign = if negative {
        "-"
    } else {
        sign_of_positive(spec)
    };
    pad(out, &plain, format!("{sign}{prefix}{digits}").as_bytes());
}

fn in_base(value: u64, base: u32, upper: bool) -> String {
    match (base, upper) {
        (2, _) => format!("{value:b}"),
        (8, _) => format!("{value:o}"),
        (16, false) => format!("{value:x}"),
        (16, true) => format!("{value:X}"),
        _ => value.to_string(),
    }
}

fn sign_of_positive(spec: &Spec) -> &'static str {
    match (spec.plus, spec.space) {
        (true, _) => "+",
        (false, true) => " ",
        (false, false) => "",
    }
}

pub(super) fn float(out: &mut Buffer, spec: &Spec, value: f64, verb: char) -> bool {
    if matches!(verb, 'x' | 'X' | 'b') {
        return binary_float(out, spec, value, verb);
    }
    let precision = match verb {
        'v' | 'g' | 'G' => spec.precision,
        'e' | 'E' | 'f' | 'F' => Some(spec.precision.unwrap_or(6)),
        _ => return false,
    };
    let text = float::format(value, if verb == 'v' { 'g' } else { verb }, precision);
    let sign = float_sign(spec, value, &text);
    let mut digits = text.trim_start_matches(['+', '-']).to_owned();
    if spec.sharp && value.is_finite() {
        let significant = matches!(verb, 'v' | 'g' | 'G').then(|| precision.unwrap_or(6));
        digits = with_point(&digits, significant.unwrap_or(0));
    }
    pad_signed(out, spec, sign, &digits, value.is_finite());
    true
}

/// `0x1.8p+00`, or with `%b` `6755399441055744p-52`.
fn binary_float(out: &mut Buffer, spec: &Spec, value: f64, verb: char) -> bool {
    let text = match verb {
        'b' => float::binary(value),
        'x' => float::hexadecimal(value, spec.precision),
        _ => float::hexadecimal(value, spec.precision).to_uppercase(),
    };
    let text = if value.is_finite() {
        text
    } else {
        float::format(value, 'g', None)
    };
    let sign = float_sign(spec, value, &text);
    let mut digits = text.trim_start_matches(['+', '-']).to_owned();
    if spec.sharp && value.is_finite() && verb != 'b' {
        let significant = (verb == 'x').then(|| spec.precision.unwrap_or(6));
        digits = hexadecimal_with_point(&digits, significant.unwrap_or(0));
    }
    pad_signed(out, spec, sign, &digits, value.is_finite());
    true
}

/// As `with_point`; Go counts the `x` for a digit.
fn hexadecimal_with_point(text: &str, significant: usize) -> String {
    let exponent = text.find(['p', 'P']).unwrap_or(text.len());
    let (mantissa, tail) = text.split_at(exponent);
    let digits = mantissa.chars().filter(|c| *c != '.');
    let counted = digits.skip_while(|digit| *digit == '0').count();
    let point = if mantissa.contains('.') { "" } else { "." };
    let zeros = "0".repeat(significant.saturating_sub(counted));
    format!("{mantissa}{point}{zeros}{tail}")
}

/// Pads with zeros between the sign and the digits, if they are to be zeros.
fn pad_signed(out: &mut Buffer, spec: &Spec, sign: &str, digits: &str, has_zeros: bool) {
    let width = spec.width.unwrap_or(0);
    let missing = width.saturating_sub(sign.len() + digits.len());
    // Zeros before an infinity would make no number.
    let has_zeros = spec.zero && !spec.minus && has_zeros;
    let zeros = "0".repeat(if has_zeros { missing } else { 0 });
    let plain = Spec {
        zero: false,
        ..spec.clone()
    };
    pad(out, &plain, format!("{sign}{zeros}{digits}").as_bytes());
}

/// An infinity always shows its sign.
fn float_sign(spec: &Spec, value: f64, text: &str) -> &'static str {
    match sign_of_positive(spec) {
        _ if text.starts_with('-') => "-",
        "" if value.is_infinite() => "+",
        sign => sign,
    }
}

/// The flag `#`: always a point, and zeros up to so many significant digits.
fn with_point(text: &str, significant: usize) -> String {
    let exponent = text.find(['e', 'E']).unwrap_or(text.len());
    let (mantissa, tail) = text.split_at(exponent);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let counted = digits.skip_while(|digit| *digit == b'0').count();
    // The zero of "0" counts once.
    let counted = counted + usize::from(mantissa == "0");
    let point = if mantissa.contains('.') { "" } else { "." };
    let zeros = "0".repeat(significant.saturating_sub(counted));
    format!("{mantissa}{point}{zeros}{tail}")
}

/// Pads to the width, which counts characters.
pub(super) fn pad(out: &mut Buffer, spec: &Spec, bytes: &[u8]) {
    let Some(width) = spec.width else {
        return out.push(bytes);
    };
    let missing = width.saturating_sub(char_count(bytes));
    if spec.minus {
        out.push(bytes);
        out.fill(b' ', missing);
    } else {
        out.fill(if spec.zero { b'0' } else { b' ' }, missing);
        out.push(bytes);
    }
}

pub(super) fn char_count(bytes: &[u8]) -> usize {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|c| c.valid().chars().count() + c.invalid().len())
        .sum()
}
