//! Byte offsets as lines and columns.

use std::fmt;

use memchr::memchr_iter;

const BOM: &str = "\u{feff}";

/// A line and a column in characters, both from 1.
///
/// A line ends at `\n`, as Git and most editors count. A `\r` alone breaks lines in YAML, too, but files
/// that hold one are as good as extinct: all of it is one line here, and drawn as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// The position of one offset; for many, see [`positions`].
    pub(crate) fn of(text: &str, offset: usize) -> Self {
        Cursor::new(text).advance(offset)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// The positions of sorted offsets, in one pass over the text.
pub(crate) fn positions(text: &str, offsets: &[usize]) -> Vec<Position> {
    let mut cursor = Cursor::new(text);
    offsets
        .iter()
        .map(|&offset| cursor.advance(offset))
        .collect()
}

struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    at: Position,
}

impl<'a> Cursor<'a> {
    /// Starts behind a byte order mark, which no editor counts as a column.
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: if text.starts_with(BOM) { BOM.len() } else { 0 },
            at: Position { line: 1, column: 1 },
        }
    }

    fn advance(&mut self, to: usize) -> Position {
        let to = to.max(self.offset);
        let passed = &self.text[self.offset..to];
        let (breaks, last_line) = split_last_line(passed);
        if breaks > 0 {
            self.at = Position {
                line: self.at.line + breaks,
                column: 1,
            };
        }
        self.at.column += last_line.chars().count();
        self.offset = to;
        self.at
    }
}

/// The number of line breaks, and what stands behind the last one.
fn split_last_line(text: &str) -> (usize, &str) {
    let mut breaks = 0;
    let mut start = 0;
    for at in memchr_iter(b'\n', text.as_bytes()) {
        breaks += 1;
        start = at + 1;
    }
    (breaks, &text[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: usize, column: usize) {
        assert_eq!(Position::of(text, offset), Position { line, column });
    }

    #[test]
    fn lines_and_characters_count_from_one() {
        check("", 0, 1, 1);
        check("a\nb", 2, 2, 1);
        check("a\r\nbc", 4, 2, 2);
        check("a\rb", 2, 1, 3);
        check("ü: b", 4, 1, 4);
        check("\u{feff}ab", 4, 1, 2);
    }

    #[test]
    fn many_offsets_are_counted_in_one_pass() {
        let text = "ab\ncd\n\nü";
        let found = positions(text, &[1, 1, 4, 7]);
        let pairs: Vec<_> = found.iter().map(|at| (at.line, at.column)).collect();
        assert_eq!(pairs, [(1, 2), (1, 2), (2, 2), (4, 1)]);
    }
}
