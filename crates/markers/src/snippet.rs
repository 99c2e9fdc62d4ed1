//! A message with the line it is about and a caret.

use std::ops::Range;

use crate::position::Position;

/// Columns of a line that are shown; a longer line is cut around the place.
const WINDOW: usize = 100;

pub(crate) fn render(
    message: &str,
    hint: Option<&str>,
    source: &str,
    place: Option<(&Range<usize>, Position)>,
) -> String {
    let mut out = message.to_owned();
    if let Some((span, position)) = place {
        out.push_str(&drawing(source, span, position));
    }
    if let Some(hint) = hint {
        out.push_str("\n  = hint: ");
        out.push_str(hint);
    }
    out
}

fn drawing(source: &str, span: &Range<usize>, position: Position) -> String {
    let start = floor(source, span.start);
    let (line_start, line) = line_around(source, start);
    let (cut, shown) = window(line, start - line_start);
    let before = &shown[..start - line_start - cut];
    let marked = span.end.clamp(start, line_start + cut + shown.len()) - line_start - cut;
    let width = columns(&shown[before.len()..floor(shown, marked)]).max(1);
    let margin = position.line.to_string();
    let space = " ".repeat(margin.len());
    format!(
        "\n{space} |\n{margin} | {shown}\n{space} | {}{}",
        blank(before),
        "^".repeat(width)
    )
}

fn line_around(source: &str, at: usize) -> (usize, &str) {
    let start = source[..at]
        .rfind(['\n', '\r'])
        .map_or(0, |found| found + 1);
    let end = source[at..]
        .find(['\n', '\r'])
        .map_or(source.len(), |found| at + found);
    (start, &source[start..end])
}

/// The part of a line that is shown, and where it begins.
fn window(line: &str, at: usize) -> (usize, &str) {
    let start = line[..at]
        .char_indices()
        .rev()
        .nth(WINDOW / 2)
        .map_or(0, |(index, _)| index);
    let end = line[start..]
        .char_indices()
        .nth(WINDOW)
        .map_or(line.len(), |(index, _)| start + index);
    (start, &line[start..end])
}

/// Spaces as wide as `text`; tabs stay, since their width is the terminal's.
fn blank(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\t' => "\t",
            _ => ["", " ", "  "][width(char)],
        })
        .collect()
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Columns of a character in a terminal: the wide blocks of East Asian scripts and emoji take two.
fn width(char: char) -> usize {
    match char {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, span: Range<usize>, line: usize, expected: &str) {
        let position = Position { line, column: 1 };
        assert_eq!(render("m", None, source, Some((&span, position))), expected);
    }

    #[test]
    fn the_caret_stands_below_the_place() {
        check("a\r\nbc: d\r\n", 7..8, 2, "m\n  |\n2 | bc: d\n  |     ^");
        check("\ta: b", 4..5, 1, "m\n  |\n1 | \ta: b\n  | \t   ^");
        check("이름: ok", 8..10, 1, "m\n  |\n1 | 이름: ok\n  |       ^^");
        check("ab", 2..2, 1, "m\n  |\n1 | ab\n  |   ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let drawn = render(
            "m",
            None,
            &source,
            Some((
                &(500..501),
                Position {
                    line: 1,
                    column: 501,
                },
            )),
        );
        let lines: Vec<_> = drawn.lines().collect();
        assert_eq!(lines[2].len(), "1 | ".len() + WINDOW);
        assert_eq!(lines[2].find('X'), lines[3].find('^'));
    }

    #[test]
    fn a_span_outside_the_source_does_not_panic() {
        check("ü", 1..9, 7, "m\n  |\n7 | ü\n  | ^");
        check("", 5..9, 1, "m\n  |\n1 | \n  | ^");
    }
}
