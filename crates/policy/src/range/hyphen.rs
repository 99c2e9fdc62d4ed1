//! `A - B` is rewritten to `>= A, <= B ` before anything else is read.
//!
//! Masterminds/semver rewrites the text, and its pattern for a version takes
//! `|` for a digit: `1||2 - 3` becomes `>= 1||2, <= 3`, that is `>=1` or (`2`
//! and `<=3`). What a range means there it means here, so the text is
//! rewritten here too; each byte remembers where it came from.

use super::parse::is_space;

/// The rewritten text and, for each of its bytes and its end, the byte of the
/// original.
pub(super) struct Rewritten {
    pub(super) text: String,
    pub(super) origins: Vec<usize>,
}

/// Rewrites every hyphen range of `source`.
pub(super) fn rewrite(source: &str) -> Rewritten {
    let mut rewritten = Rewritten {
        text: String::new(),
        origins: Vec::new(),
    };
    let mut at = 0;
    while at < source.len() {
        match HyphenRange::at(source, at) {
            Some(range) => at = rewritten.push_range(source, &range),
            None => at = rewritten.push_char(source, at),
        }
    }
    rewritten.origins.push(source.len());
    rewritten
}

impl Rewritten {
    /// Where `span` of the text came from.
    pub(super) fn original(&self, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.origins[span.start];
        // The byte behind the last one: what follows in the text may come from elsewhere.
        let last = span.clone().last();
        start..last.map_or(start, |last| self.origins[last] + 1)
    }

    fn push_range(&mut self, source: &str, range: &HyphenRange) -> usize {
        self.push_new(">= ", range.low.start);
        self.push_copy(source, range.low.clone());
        self.push_new(", <= ", range.high.start);
        self.push_copy(source, range.high.clone());
        self.push_new(" ", range.high.end);
        range.end
    }

    fn push_char(&mut self, source: &str, at: usize) -> usize {
        let length = source[at..].chars().next().map_or(1, char::len_utf8);
        self.push_copy(source, at..at + length);
        at + length
    }

    fn push_new(&mut self, text: &str, origin: usize) {
        self.text.push_str(text);
        self.origins.extend(std::iter::repeat_n(origin, text.len()));
    }

    fn push_copy(&mut self, source: &str, span: std::ops::Range<usize>) {
        self.text.push_str(&source[span.clone()]);
        self.origins.extend(span);
    }
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

fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
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
