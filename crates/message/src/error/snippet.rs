//! Draws a line of the template with a caret.

use std::fmt::Write;
use std::ops::Range;

/// Characters of a long line that are shown around the place.
const WINDOW: usize = 80;

/// Line and column of a byte, both from 1, the column in characters.
pub(super) fn line_and_column(source: &str, byte: usize) -> (usize, usize) {
    let before = &source[..floor_boundary(source, byte)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// The message, the place, the line and a caret under it.
pub(super) fn draw(message: &str, hint: Option<&str>, source: &str, span: &Range<usize>) -> String {
    let start = floor_boundary(source, span.start);
    let (line, column) = line_and_column(source, start);
    let text = line_at(source, start);
    let first = column.saturating_sub(1 + WINDOW / 2);
    let shown: String = text.chars().skip(first).take(WINDOW).map(visible).collect();
    let gutter = line.to_string();
    let pad = " ".repeat(gutter.len());
    let indent: String = shown.chars().take(column - 1 - first).map(blank).collect();
    let carets = "^".repeat(caret_width(&source[start..], span.len(), WINDOW / 2));
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{message}");
    let _ = writeln!(out, "{pad}--> line {line}, column {column}");
    let _ = writeln!(out, "{pad} |");
    let _ = writeln!(out, "{gutter} | {shown}");
    let _ = write!(out, "{pad} | {indent}{carets}");
    if let Some(hint) = hint {
        let _ = write!(out, "\n{pad} = {hint}");
    }
    out
}

fn floor_boundary(source: &str, byte: usize) -> usize {
    let mut byte = byte.min(source.len());
    while !source.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

fn line_at(source: &str, byte: usize) -> &str {
    let start = source[..byte].rfind('\n').map_or(0, |newline| newline + 1);
    let end = source[byte..].find('\n').map_or(source.len(), |n| byte + n);
    source[start..end].trim_end_matches('\r')
}

/// Control characters would move the cursor of a terminal.
fn visible(c: char) -> char {
    if c.is_control() && c != '\t' {
        '\u{FFFD}'
    } else {
        c
    }
}

/// A tab stays a tab, so that the caret stands below its character.
fn blank(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

/// Carets for a span, within its first line; at least one.
fn caret_width(rest: &str, bytes: usize, most: usize) -> usize {
    let line = rest.split(['\r', '\n']).next().unwrap_or_default();
    let chars = line.char_indices().take_while(|(at, _)| *at < bytes);
    chars.count().clamp(1, most)
}
