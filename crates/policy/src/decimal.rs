//! Numbers of any size, compared exactly.

use std::cmp::Ordering;

/// Leaves room for the digits of any text beside it.
const MAX_EXPONENT: i64 = i64::MAX / 2;

/// A decimal number: sign, digits around the point, exponent.
///
/// The text is that of Go's `strconv.ParseFloat`, hexadecimal numbers, infinities
/// and NaN left out. Comparison reads the digits: nothing is rounded, and
/// `1e400` is a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// The power of ten of the first digit that is not 0, plus one.
    magnitude: i64,
    /// What stands before the point, no zeros in front; underscores count for nothing.
    whole: &'a str,
    /// What stands after the point, no zeros behind.
    fraction: &'a str,
}

/// A decimal number that outlives its text.
#[derive(Clone, Debug)]
pub(crate) struct OwnedDecimal {
    negative: bool,
    magnitude: i64,
    whole: String,
    fraction: String,
}

impl<'a> Decimal<'a> {
    /// Reads `text` whole. None where it is no number. An exponent beyond
    /// [`MAX_EXPONENT`] counts as that.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
            return Some(Decimal::integer(text));
        }
        if text.contains('_') && !underscores_stand_between_digits(text) {
            return None;
        }
        let (negative, unsigned) = split_sign(text);
        let (mantissa, exponent) = split_exponent(unsigned)?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() || !is_digits(whole) || !is_digits(fraction) {
            return None;
        }
        Some(Decimal::normal(negative, whole, fraction, exponent))
    }

    /// What most keys are: digits and nothing else.
    fn integer(digits: &'a str) -> Self {
        let whole = digits.trim_start_matches('0');
        // No text in memory has more bytes than an `i64` counts.
        let magnitude = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        Decimal {
            negative: false,
            magnitude: if whole.is_empty() {
                i64::MIN
            } else {
                magnitude
            },
            whole: whole.trim_end_matches('0'),
            fraction: "",
        }
    }

    fn normal(negative: bool, whole: &'a str, fraction: &'a str, exponent: i64) -> Self {
        let mut whole = whole.trim_start_matches(is_blank);
        let mut fraction = fraction.trim_end_matches(is_blank);
        let mut magnitude = exponent.saturating_add(count_digits(whole));
        if whole.is_empty() {
            let significant = fraction.trim_start_matches(is_blank);
            let zeros = count_digits(&fraction[..fraction.len() - significant.len()]);
            magnitude = magnitude.saturating_sub(zeros);
            fraction = significant;
        }
        if fraction.is_empty() {
            whole = whole.trim_end_matches(is_blank);
        }
        let is_zero = whole.is_empty() && fraction.is_empty();
        Decimal {
            negative: negative && !is_zero,
            magnitude: if is_zero { i64::MIN } else { magnitude },
            whole,
            fraction,
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
        let bytes = self.whole.bytes().chain(self.fraction.bytes());
        bytes.filter(|byte| *byte != b'_')
    }
}

impl OwnedDecimal {
    pub(crate) fn view(&self) -> Decimal<'_> {
        Decimal {
            negative: self.negative,
            magnitude: self.magnitude,
            whole: &self.whole,
            fraction: &self.fraction,
        }
    }
}

impl From<Decimal<'_>> for OwnedDecimal {
    fn from(number: Decimal<'_>) -> Self {
        OwnedDecimal {
            negative: number.negative,
            magnitude: number.magnitude,
            whole: number.whole.to_owned(),
            fraction: number.fraction.to_owned(),
        }
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
    let read = exponent.replace('_', "").parse();
    let beyond = if exponent.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    let exponent: i64 = read.unwrap_or(beyond);
    Some((mantissa, exponent.clamp(-MAX_EXPONENT, MAX_EXPONENT)))
}

/// Digits, and underscores that were looked at before.
fn is_digits(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn count_digits(text: &str) -> i64 {
    let digits = text.bytes().filter(|byte| *byte != b'_').count();
    i64::try_from(digits).unwrap_or(i64::MAX)
}

/// What adds nothing at the outer end of a number.
fn is_blank(c: char) -> bool {
    matches!(c, '0' | '_')
}

/// Go allows one underscore between two digits.
fn underscores_stand_between_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_between = |at: usize| at > 0 && is_digit(at - 1) && is_digit(at + 1);
    text.match_indices('_').all(|(at, _)| is_between(at))
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
        equal(&["11e9", "1_1e9", "1.1e1_0", "1_1e0_9", "1.1E+1_0"]);
        equal(&["1.21", "1.2_1", "12_1e-2", "12.1e-0_1"]);
        equal(&["0", "-0", "0.000", "0e99", ".0"]);
        equal(&["0.05", ".05", "5e-2", "0.5e-1"]);
    }

    #[test]
    fn exponents_beyond_64_bits() {
        equal(&["0", "0e99999999999999999999", "-0e-99999999999999999999"]);
        ascending(&[
            "-1e99999999999999999999",
            "-1e400",
            "-1e-99999999999999999999",
            "0",
            "1e-99999999999999999999",
            "1e-400",
            "1e9223372036854775",
            "1e99999999999999999999",
            "2e99999999999999999999",
            "10e99999999999999999999",
        ]);
    }

    #[test]
    fn no_numbers() {
        for text in [
            "", ".", "-", "+", "e5", "1e", "1e+", "1.2.3", "0x10", "x", "NaN", "inf", "1__0", "_1",
            "1_", "1_.5", "١", " 1", "1 ", "--1",
        ] {
            assert!(Decimal::parse(text).is_none(), "{text:?}");
        }
    }
}
