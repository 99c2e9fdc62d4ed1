//! Foreign text in our sentences.

use std::borrow::Cow;

/// Characters of a foreign text that a sentence shows.
const SHOWN: usize = 128;

/// `text` on one line: control characters escaped, a long text cut.
pub(crate) fn one_line(text: &str) -> Cow<'_, str> {
    let is_long = text.chars().nth(SHOWN).is_some();
    if !is_long && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for c in text.chars().take(SHOWN) {
        if c.is_control() {
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

/// The start of `text`, of the length that a sentence shows at most in bytes.
pub(crate) fn clip(text: &str) -> &str {
    let mut end = text.len().min(4 * SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
