//! Text of a repository or a server, as it may be shown on a terminal.

use std::fmt::{self, Write as _};

/// Text of a repository or a server, as it may be shown on a terminal.
///
/// Control characters are pictures (`␛`, `␊`) and marks that turn the direction of writing are `�`, so that a file's name
/// or content cannot speak to the terminal or pass for another line. Tabs stay.
///
/// ```
/// assert_eq!(tagwright::Printable::new("a\x1b[2J\nb").to_string(), "a␛[2J␊b");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a>(pub(crate) &'a str);

impl<'a> Printable<'a> {
    /// The text, in one line.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| f.write_char(picture(c)))
    }
}

fn picture(c: char) -> char {
    match c {
        '\t' => c,
        '\0'..='\x1f' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_speaks_to_the_terminal() {
        assert_eq!(
            Printable("a\tü\u{1b}[31m\r\n\u{7f}").to_string(),
            "a\tü␛[31m␍␊␡"
        );
        assert_eq!(
            Printable("a\u{202e}b\u{9b}c").to_string(),
            "a\u{fffd}b\u{fffd}c"
        );
    }
}
