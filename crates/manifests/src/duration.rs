//! Durations as Go writes them.

use std::ops::Range;

use crate::{Error, ErrorKind};

/// The largest magnitude of a Go duration: that of the most negative one.
const LIMIT: u64 = 1 << 63;

/// Reads a duration as Go's `time.ParseDuration` does, in nanoseconds.
///
/// That is how Flux and Fleet read every interval and timeout: decimal numbers,
/// each with a unit (`h`, `m`, `s`, `ms`, `us` or `µs`, `ns`), a sign before
/// them if need be; `0` needs no unit.
///
/// # Errors
///
/// - `""`, `"-"`, `"m"`: a number is missing
/// - `"5"`, `"1m1"`: a number has no unit
/// - `"1d"`, `"1w"`, `"1H"`, `"1 m"`: there is no such unit
/// - `"2562048h"`: more nanoseconds than 63 bits hold
///
/// # Example
///
/// ```
/// use tagwright_manifests::parse_duration;
///
/// assert_eq!(parse_duration("1m30s")?, 90_000_000_000);
/// assert_eq!(parse_duration("1.5h")?, 5_400_000_000_000);
/// assert!(parse_duration("1d").is_err());
/// # Ok::<(), tagwright_manifests::Error>(())
/// ```
pub fn parse_duration(text: &str) -> Result<i64, Error> {
    let negative = text.starts_with('-');
    let start = usize::from(negative || text.starts_with('+'));
    if &text[start..] == "0" {
        return Ok(0);
    }
    let total = Reader { text, at: start }.total()?;
    signed(total, negative).ok_or_else(|| out_of_range(text, 0..text.len()))
}

fn signed(total: u64, negative: bool) -> Option<i64> {
    if negative {
        0_i64.checked_sub_unsigned(total)
    } else {
        i64::try_from(total).ok()
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn total(&mut self) -> Result<u64, Error> {
        let mut total = self.part()?;
        while self.at < self.text.len() {
            let start = self.at;
            let part = self.part()?;
            total = within(total.checked_add(part))
                .ok_or_else(|| out_of_range(self.text, start..self.at))?;
        }
        Ok(total)
    }

    /// One number with its unit.
    fn part(&mut self) -> Result<u64, Error> {
        let start = self.at;
        let whole = self.digits();
        let fraction = if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()
        } else {
            self.at..self.at
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(self.expected_number(start));
        }
        let unit = self.unit(start)?;
        let range = start..self.at;
        nanoseconds(&self.text[whole], &self.text[fraction], unit)
            .ok_or_else(|| out_of_range(self.text, range))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn digits(&mut self) -> Range<usize> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        start..self.at
    }

    /// The nanoseconds of the unit that stands here.
    fn unit(&mut self, number: usize) -> Result<u64, Error> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find(|c: char| c == '.' || c.is_ascii_digit());
        self.at = start + length.unwrap_or(rest.len());
        match &self.text[start..self.at] {
            "ns" => Ok(1),
            // The micro sign and the Greek letter mu.
            "us" | "\u{b5}s" | "\u{3bc}s" => Ok(1_000),
            "ms" => Ok(1_000_000),
            "s" => Ok(1_000_000_000),
            "m" => Ok(60_000_000_000),
            "h" => Ok(3_600_000_000_000),
            "" => Err(missing_unit(self.text, number..start)),
            _ => Err(unknown_unit(self.text, start..self.at)),
        }
    }

    fn expected_number(&self, at: usize) -> Error {
        let rest = &self.text[at..];
        let width = rest.chars().next().map_or(0, char::len_utf8);
        let found = match rest.chars().next() {
            Some(found) => format!("{found:?}"),
            None => "nothing".to_owned(),
        };
        let message = format!("expected a number in a duration, found {found}");
        Error::new(
            ErrorKind::ExpectedNumber,
            message,
            self.text,
            at..at + width,
        )
    }
}

/// Go cuts a fraction below the nanosecond off, after a product in float64.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "Go does the same, and its answers are the measure"
)]
fn nanoseconds(whole: &str, fraction: &str, unit: u64) -> Option<u64> {
    let whole = within(integer(whole)?.checked_mul(unit))?;
    let (digits, scale) = leading_fraction(fraction);
    let rest = (digits as f64 * (unit as f64 / scale)) as u64;
    within(whole.checked_add(rest))
}

fn within(value: Option<u64>) -> Option<u64> {
    value.filter(|value| *value <= LIMIT)
}

fn integer(digits: &str) -> Option<u64> {
    digits.bytes().try_fold(0_u64, |value, digit| {
        within(value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
    })
}

/// The digits as an integer and ten to their count; digits that would overflow
/// are dropped.
fn leading_fraction(digits: &str) -> (u64, f64) {
    let (mut value, mut scale) = (0_u64, 1.0);
    for digit in digits.bytes() {
        if value > (LIMIT - 1) / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > LIMIT {
            break;
        }
        (value, scale) = (next, scale * 10.0);
    }
    (value, scale)
}

fn missing_unit(text: &str, span: Range<usize>) -> Error {
    let message = "a number in a duration has no unit".to_owned();
    Error::new(ErrorKind::MissingUnit, message, text, span)
}

fn unknown_unit(text: &str, span: Range<usize>) -> Error {
    let message = format!(
        "unknown unit {} in a duration",
        crate::quote::quoted(&text[span.clone()])
    );
    Error::new(ErrorKind::UnknownUnit, message, text, span)
}

fn out_of_range(text: &str, span: Range<usize>) -> Error {
    let message = "a duration is longer than 292 years".to_owned();
    Error::new(ErrorKind::OutOfRange, message, text, span)
}
