//! Numbers of any size, compared exactly.

use std::borrow::Cow;
use std::cmp::Ordering;

/// A decimal number: sign, digits around the point, exponent.
///
/// The text is that of Go's `strconv.ParseFloat`, hexadecimal numbers, infinities
/// and NaN left out. Comparison reads the digits: nothing is rounded, and
/// `1e400` is a number.
#[derive(Clone, Debug)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// The power of ten of the first digit that is not 0, plus one.
    magnitude: i64,
    /// The digits before the point, no zeros in front.
    whole: Cow<'a, str>,
    /// The digits after the point, no zeros behind.
    fraction: Cow<'a, str>,
}

impl<'a> Decimal<'a> {
    /// Reads `text` whole. None where it is no number, or its exponent is
    /// beyond an `i64`.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if text.contains('_') {
            return parse_with_underscores(text);
        }
        let (negative, unsigned) = split_sign(text);
        let (mantissa, exponent) = split_exponent(unsigned)?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        Decimal::normal(negative, whole, fraction, exponent)
    }

    fn normal(negative: bool, whole: &'a str, fraction: &'a str, exponent: i64) -> Option<Self> {
        let mut whole = whole.trim_start_matches('0');
        let mut fraction = fraction.trim_end_matches('0');
        let mut magnitude = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
        if whole.is_empty() {
            let zeros = fraction.len() - fraction.trim_start_matches('0').len();
            magnitude = magnitude.checked_sub(i64::try_from(zeros).ok()?)?;
            fraction = &fraction[zeros..];
        }
        if fraction.is_empty() {
            whole = whole.trim_end_matches('0');
        }
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Decimal {
            negative: negative && !is_zero,
            magnitude: if is_zero { i64::MIN } else { magnitude },
            whole: Cow::Borrowed(whole),
            fraction: Cow::Borrowed(fraction),
        })
    }

    pub(crate) fn into_owned(self) -> Decimal<'static> {
        Decimal {
            negative: self.negative,
            magnitude: self.magnitude,
            whole: Cow::Owned(self.whole.into_owned()),
            fraction: Cow::Owned(self.fraction.into_owned()),
        }
    }

    pub(crate) fn view(&self) -> Decimal<'_> {
        Decimal {
            negative: self.negative,
            magnitude: self.magnitude,
            whole: Cow::Borrowed(&self.whole),
            fraction: Cow::Borrowed(&self.fraction),
        }
    }

    pub(crate) fn cmp(&self, other: &Decimal<'_>) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
            (self_is_below, other_is_below) => other_is_below.cmp(&self_is_below),
        }
    }

    fn cmp_size(&self, other: &Decimal<'_>) -> Ordering {
        self.magnitude
            .cmp(&other.magnitude)
            .then_with(|| self.digits().cmp(other.digits()))
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.bytes().chain(self.fraction.bytes())
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn split_exponent(text: &str) -> Option<(&str, i64)> {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return Some((text, 0));
    };
    let (_, digits) = split_sign(exponent);
    if digits.is_empty() || !is_digits(digits) {
        return None;
    }
    Some((mantissa, exponent.parse().ok()?))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Go allows one underscore between two digits.
fn parse_with_underscores(text: &str) -> Option<Decimal<'static>> {
    let bytes = text.as_bytes();
    let is_digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let between_digits = |at: usize| at > 0 && is_digit_at(at - 1) && is_digit_at(at + 1);
    if !text.match_indices('_').all(|(at, _)| between_digits(at)) {
        return None;
    }
    Decimal::parse(&text.replace('_', "")).map(Decimal::into_owned)
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[track_caller]
    fn ascending(texts: &[&str]) {
        let numbers: Vec<_> = texts
            .iter()
            .map(|text| Decimal::parse(text).expect(text))
            .collect();
        for pair in numbers.windows(2) {
            assert!(pair[0].cmp(&pair[1]).is_lt(), "{pair:?}");
        }
    }

    #[track_caller]
    fn equal(texts: &[&str]) {
        let numbers: Vec<_> = texts
            .iter()
            .map(|text| Decimal::parse(text).expect(text))
            .collect();
        for pair in numbers.windows(2) {
            assert!(pair[0].cmp(&pair[1]).is_eq(), "{pair:?}");
        }
    }

    #[test]
    fn sizes_and_signs() {
        ascending(&[
            "-1e400", "-20", "-3", "-0.5", "-0.05", "0", "1e-9", "0.09", "0.1", "9", "10", "1e400",
        ]);
    }

    #[test]
    fn digits_beyond_a_float() {
        ascending(&["9007199254740992", "9007199254740993", "9007199254740993.1"]);
        ascending(&[
            "20210101000000000000000000000001",
            "20210101000000000000000000000002",
        ]);
    }

    #[test]
    fn spellings_of_one_number() {
        equal(&[
            "100", "1e2", "+0100.00", "10.0E+1", "1000e-1", "1_00", "100.",
        ]);
        equal(&["0", "-0", "0.000", "0e99", ".0"]);
        equal(&["0.05", ".05", "5e-2", "0.5e-1"]);
    }

    #[test]
    fn no_numbers() {
        for text in [
            "",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "0x10",
            "x",
            "NaN",
            "inf",
            "1__0",
            "_1",
            "1_",
            "1_.5",
            "١",
            " 1",
            "1 ",
            "--1",
            "1e99999999999999999999",
        ] {
            assert!(Decimal::parse(text).is_none(), "{text:?}");
        }
    }
}
