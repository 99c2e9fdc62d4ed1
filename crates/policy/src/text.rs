//! Foreign text in our sentences.

use std::borrow::Cow;

/// Characters of a foreign text that a sentence shows.
const SHOWN: usize = 128;

/// `text` on one line: characters that break a line or turn its direction escaped, a long text cut.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_long = text.chars().nth(SHOWN).is_some();
    if !is_long && !text.contains(misleads) {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for c in text.chars().take(SHOWN) {
        if misleads(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    if is_long {
        line.push('…');
    }
    Cow::Owned(line)
}

fn misleads(c: char) -> bool {
    let is_mark =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || is_mark
}

/// The start of `text`, of the length that a sentence shows at most in bytes.
pub(crate) fn clip(text: &str) -> &str {
    &text[..floor(text, 4 * SHOWN)]
}

/// The last place between two characters that is `at` or before.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut place = text.len().min(at);
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

/// The first eight bytes, zeros for what is missing. They order as the texts
/// do as far as they go.
#[inline]
pub(crate) fn leading(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if let Some(first) = bytes.first_chunk() {
        return u64::from_be_bytes(*first);
    }
    let (Some(front), Some(back)) = (bytes.first_chunk(), bytes.last_chunk()) else {
        return bytes.iter().zip(1..).fold(0, |leading, (byte, place)| {
            leading | u64::from(*byte) << (64 - 8 * place)
        });
    };
    // Four to seven bytes: two halves that overlap, the second one moved to where its new bytes belong.
    let (front, back) = (u32::from_be_bytes(*front), u32::from_be_bytes(*back));
    let moved = u64::from(back) << (8 * (8 - bytes.len()));
    u64::from(front) << 32 | moved & u64::from(u32::MAX)
}

/// The last eight bytes, zeros for what is missing in front.
#[inline]
pub(crate) fn trailing(text: &str) -> u64 {
    let bytes = text.as_bytes();
    if let Some(last) = bytes.last_chunk() {
        return u64::from_be_bytes(*last);
    }
    let byte = |trailing, byte: &u8| trailing << 8 | u64::from(*byte);
    bytes.iter().fold(0, byte)
}

#[cfg(test)]
mod tests {
    use super::{leading, one_line, trailing};

    #[test]
    fn a_foreign_text_stays_on_its_line() {
        assert_eq!(
            one_line("z\u{2028}forged\u{202e}\n"),
            "z\\u{2028}forged\\u{202e}\\n"
        );
        assert_eq!(one_line("5.0.1-ü"), "5.0.1-ü");
    }

    #[test]
    fn leading_bytes_are_padded_with_zeros() {
        let text = "abcdefghij";
        for length in 0..=text.len() {
            let mut padded = [0; 8];
            let kept = length.min(8);
            padded[..kept].copy_from_slice(&text.as_bytes()[..kept]);
            assert_eq!(leading(&text[..length]), u64::from_be_bytes(padded));
        }
    }

    #[test]
    fn trailing_bytes_are_padded_with_zeros() {
        let text = "abcdefghij";
        for start in 0..=text.len() {
            let mut padded = [0; 8];
            let kept = (text.len() - start).min(8);
            padded[8 - kept..].copy_from_slice(&text.as_bytes()[text.len() - kept..]);
            assert_eq!(trailing(&text[start..]), u64::from_be_bytes(padded));
        }
    }
}
