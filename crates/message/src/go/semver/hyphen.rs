//! `A - B` is rewritten to `>= A, <= B ` before anything else is read.
//!
//! Masterminds/semver rewrites the text, and its pattern for a version takes
//! `|` for a digit: `1||2 - 3` becomes `>= 1||2, <= 3`, that is `>=1` or (`2`
//! and `<=3`). What a range means there it means here, so the text is
//! rewritten here too.

use super::is_identifier_byte;
use super::range::is_space;

/// Rewrites every hyphen range of `source`.
pub(super) fn rewrite(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let Some(range) = HyphenRange::at(source, at) else {
            text.push(c);
            at += c.len_utf8();
            continue;
        };
        for part in [">= ", &source[range.low], ", <= ", &source[range.high], " "] {
            text.push_str(part);
        }
        at = range.end;
    }
    text
}

/// Two versions with ` - ` between them; blanks around belong to it.
struct HyphenRange {
    low: std::ops::Range<usize>,
    high: std::ops::Range<usize>,
    end: usize,
}

impl HyphenRange {
    fn at(source: &str, start: usize) -> Option<Self> {
        let bytes = source.as_bytes();
        let low = skip_spaces(bytes, start);
        let low_end = version_end(bytes, low)?;
        let hyphen = skip_some_spaces(bytes, low_end)?;
        if bytes.get(hyphen) != Some(&b'-') {
            return None;
        }
        let high = skip_some_spaces(bytes, hyphen + 1)?;
        let high_end = version_end(bytes, high)?;
        Some(HyphenRange {
            low: low..low_end,
            high: high..high_end,
            end: skip_spaces(bytes, high_end),
        })
    }
}

fn skip_spaces(bytes: &[u8], at: usize) -> usize {
    skip(bytes, at, is_space)
}

fn skip_some_spaces(bytes: &[u8], at: usize) -> Option<usize> {
    Some(skip_spaces(bytes, at)).filter(|end| *end > at)
}

/// Where the longest version that starts at `at` ends.
pub(super) fn version_end(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at + usize::from(bytes.get(at) == Some(&b'v'));
    let mut end = skip(bytes, at, is_number_byte);
    if end == at {
        return None;
    }
    for _ in 0..2 {
        end = after_sign(bytes, end, b'.', is_number_byte).unwrap_or(end);
    }
    for sign in [b'-', b'+'] {
        end = identifiers_end(bytes, end, sign);
    }
    Some(end)
}

/// Digits, wildcards and, in Masterminds/semver, `|`.
fn is_number_byte(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'x' | b'X' | b'*' | b'|')
}

fn identifiers_end(bytes: &[u8], at: usize, sign: u8) -> usize {
    let Some(mut end) = after_sign(bytes, at, sign, is_identifier_byte) else {
        return at;
    };
    while let Some(longer) = after_sign(bytes, end, b'.', is_identifier_byte) {
        end = longer;
    }
    end
}

/// The end of `sign` and the bytes that it introduces, one at least.
fn after_sign(bytes: &[u8], at: usize, sign: u8, is_wanted: fn(u8) -> bool) -> Option<usize> {
    if bytes.get(at) != Some(&sign) {
        return None;
    }
    Some(skip(bytes, at + 1, is_wanted)).filter(|end| *end > at + 1)
}

fn skip(bytes: &[u8], at: usize, is_wanted: fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| is_wanted(**byte)).count()
}
