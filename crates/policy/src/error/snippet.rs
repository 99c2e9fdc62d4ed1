//! Draws the line of a text that an error is about, with a caret.

use std::ops::Range;

/// A longer line is cut around the place.
const WIDTH: usize = 100;

/// The 1-based line, and the 1-based column in characters, of the byte `at`.
pub(super) fn line_and_column(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
    (line, 1 + before[line_start..].chars().count())
}

/// `headline`, then the line of `source` that holds `span` with carets below.
pub(super) fn draw(headline: &str, source: &str, span: &Range<usize>) -> String {
    if source.get(span.clone()).is_none() {
        return headline.to_owned();
    }
    let (number, column) = line_and_column(source, span.start);
    let line = line_at(source, span.start);
    let skipped = (column - 1).saturating_sub(WIDTH / 2);
    let shown: Vec<char> = line.chars().skip(skipped).take(WIDTH).collect();
    let place = column - 1 - skipped;
    let text: String = shown.iter().copied().map(printable).collect();
    let indent: usize = shown.iter().take(place).copied().map(width).sum();
    let carets = carets(source, span, &shown[place.min(shown.len())..]);
    let gutter = " ".repeat(number.to_string().len());
    format!(
        "{headline}\n{gutter} |\n{number} | {text}\n{gutter} | {:indent$}{carets}",
        ""
    )
}

fn line_at(source: &str, at: usize) -> &str {
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = source[start..].lines().next().unwrap_or_default();
    line.trim_end_matches('\r')
}

/// As many carets as the marked characters are wide, one at least.
fn carets(source: &str, span: &Range<usize>, shown: &[char]) -> String {
    let marked = source[span.clone()]
        .chars()
        .take_while(|c| *c != '\n')
        .count();
    let wide = shown.iter().take(marked).copied().map(width).sum::<usize>();
    "^".repeat(wide.max(1))
}

/// A control character, a tab too, is drawn as one blank.
fn printable(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// Columns on a terminal: two for the wide East Asian ranges and emoji.
fn width(c: char) -> usize {
    let wide = matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    1 + usize::from(wide)
}
