//! Go's `time.Duration`.

use std::fmt;

/// Nanoseconds of a second.
pub(super) const NANOS: i64 = 1_000_000_000;

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Duration(pub(super) i64);

/// The names of units, with their nanoseconds; longer names first.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Duration {
    /// `1h15m30.918s`, `-1.5h`, `0`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let negative = text.starts_with('-');
        let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
        if rest == "0" {
            return Some(Duration(0));
        }
        let mut nanos = 0u64;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let (part, after) = parse_part(rest)?;
            nanos = nanos.checked_add(part)?;
            rest = after;
        }
        match (negative, i64::try_from(nanos)) {
            (true, _) if nanos == i64::MIN.unsigned_abs() => Some(Duration(i64::MIN)),
            (true, Ok(nanos)) => Some(Duration(-nanos)),
            (false, Ok(nanos)) => Some(Duration(nanos)),
            _ => None,
        }
    }
}

/// One number and its unit.
fn parse_part(text: &str) -> Option<(u64, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let whole_end = text.find(|c| !is_digit(c)).unwrap_or(text.len());
    let (whole, mut rest) = text.split_at(whole_end);
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.find(|c| !is_digit(c)).unwrap_or(after.len());
        (fraction, rest) = after.split_at(end);
    }
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let end = rest.find(|c| c == '.' || is_digit(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let (_, unit) = UNITS.iter().find(|(known, _)| *known == name)?;
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let nanos = whole
        .checked_mul(*unit)?
        .checked_add(part_of(fraction, *unit))?;
    (nanos <= i64::MIN.unsigned_abs()).then_some((nanos, after))
}

/// `0.fraction` of a unit; Go computes it as a float.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as Go computes it"
)]
fn part_of(fraction: &str, unit: u64) -> u64 {
    let (mut number, mut scale) = (0u64, 1f64);
    for digit in fraction.bytes().map(|digit| u64::from(digit - b'0')) {
        let next = number.checked_mul(10).and_then(|n| n.checked_add(digit));
        match next.filter(|n| i64::try_from(*n).is_ok()) {
            Some(next) => number = next,
            None => break,
        }
        scale *= 10.0;
    }
    (number as f64 * (unit as f64 / scale)) as u64
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let (name, size): (_, u64) = match nanos {
            0 => return f.write_str("0s"),
            1..1_000 => ("ns", 1),
            1_000..1_000_000 => ("µs", 1_000),
            1_000_000..1_000_000_000 => ("ms", 1_000_000),
            _ => ("s", 1_000_000_000),
        };
        let minutes = nanos / 60_000_000_000;
        f.write_str(sign)?;
        if minutes >= 60 {
            write!(f, "{}h", minutes / 60)?;
        }
        if minutes > 0 {
            write!(f, "{}m", minutes % 60)?;
        }
        let rest = nanos - minutes * 60_000_000_000;
        let width = size.ilog10() as usize;
        let fraction = format!("{:0width$}", rest % size);
        let fraction = if width == 0 {
            ""
        } else {
            fraction.trim_end_matches('0')
        };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(f, "{}{point}{fraction}{name}", rest / size)
    }
}
