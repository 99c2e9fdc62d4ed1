//! Texts that a reader of YAML 1.1 or 1.2 would take for something else.

use crate::yaml::is_plain_text;

/// Whether the text, written plain, is something else than this text to a reader
/// of YAML 1.1 (Go's, Python's and Ruby's usual ones) or of YAML 1.2: nothing, a
/// flag, a number, a time, a merge key.
pub(super) fn is_ambiguous(text: &str) -> bool {
    !is_plain_text(text) || is_word(text) || is_number(text) || is_time(text)
}

/// The words of YAML 1.1; those of 1.2 our own reader knows.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let lower = text.to_ascii_lowercase();
    let title = |word: &str| text[1..] == word[1..];
    let cased = |word: &str| text == word || title(word) || text == word.to_ascii_uppercase();
    matches!(text, "=" | "<<") || WORDS.contains(&lower.as_str()) && cased(&lower)
}

/// Numbers of any size, underscores anywhere after the first digit, and those
/// to the base of 60.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
        return false;
    }
    let digits = unsigned.replace('_', "");
    is_based(unsigned) || is_decimal(&digits) || is_sexagesimal(&digits)
}

fn is_based(text: &str) -> bool {
    let Some((prefix, rest)) = text.split_at_checked(2) else {
        return false;
    };
    let base = match prefix {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return false,
    };
    !rest.is_empty() && rest.chars().all(|c| c == '_' || c.is_digit(base))
}

fn is_decimal(digits: &str) -> bool {
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let exponent = exponent.map(|text| text.strip_prefix(['-', '+']).unwrap_or(text));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let written = whole.len() + fraction.len() > 0;
    written && are_digits(whole) && are_digits(fraction) && exponent.is_none_or(is_digits)
}

fn is_sexagesimal(digits: &str) -> bool {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut places = whole.split(':');
    let first = places.next().is_some_and(is_digits);
    let sixtieth =
        |place: &str| is_digits(place) && (place.len() == 1 || place.len() == 2 && place < "60");
    first && whole.contains(':') && places.all(sixtieth) && are_digits(fraction)
}

fn are_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && are_digits(text)
}

/// `2026-01-31`, `2026-1-31T12:00:00.5Z`, `2026-01-31 12:00:00 +1`.
fn is_time(text: &str) -> bool {
    let mut scan = Scan(text);
    scan.date() && (scan.0.is_empty() || scan.separator() && scan.clock() && scan.zone())
}

/// What is left of a text while its parts are taken from the front; each answers
/// whether it was there.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn date(&mut self) -> bool {
        self.digits(4, 4)
            && self.sign('-')
            && self.digits(1, 2)
            && self.sign('-')
            && self.digits(1, 2)
    }

    fn separator(&mut self) -> bool {
        self.sign('T') || self.sign('t') || self.blanks() > 0
    }

    fn clock(&mut self) -> bool {
        let found = self.digits(1, 2)
            && self.sign(':')
            && self.digits(1, 2)
            && self.sign(':')
            && self.digits(1, 2);
        found && (!self.sign('.') || self.digits(0, usize::MAX))
    }

    /// A zone or none, and the end.
    fn zone(&mut self) -> bool {
        self.blanks();
        let offset = self.sign('-') || self.sign('+');
        if offset {
            let hours = self.digits(1, 2);
            return hours && (!self.sign(':') || self.digits(2, 2)) && self.0.is_empty();
        }
        self.sign('Z');
        self.0.is_empty()
    }

    fn sign(&mut self, sign: char) -> bool {
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn blanks(&mut self) -> usize {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let count = self.0.len() - rest.len();
        self.0 = rest;
        count
    }

    fn digits(&mut self, least: usize, most: usize) -> bool {
        let bytes = self.0.bytes();
        let count = bytes.take_while(u8::is_ascii_digit).count().min(most);
        self.0 = &self.0[count..];
        count >= least
    }
}
