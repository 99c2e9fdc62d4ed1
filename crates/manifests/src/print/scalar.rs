//! How a text is written: plain, in quotes, or as a block.

use super::ambiguous::is_ambiguous;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// The style that Go's printer gives a value.
pub(super) fn style(text: &str) -> Style {
    let shape = Shape::of(text);
    if shape.special || shape.space_before_break {
        Style::Double
    } else if shape.lines {
        if text.ends_with(' ') {
            Style::Double
        } else {
            Style::Literal
        }
    } else if is_ambiguous(text) {
        Style::Double
    } else if text.starts_with(' ') || text.ends_with(' ') || has_indicator(text) {
        Style::Single
    } else {
        Style::Plain
    }
}

struct Shape {
    lines: bool,
    /// Holds what can only be written as an escape.
    special: bool,
    space_before_break: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        Self {
            lines: text.contains('\n'),
            special: text.chars().any(|c| c != '\n' && needs_escape(c)),
            space_before_break: text.contains(" \n"),
        }
    }
}

/// What is no printable character of YAML, or breaks lines to some readers. Go's
/// printer counts characters beyond U+FFFF among them.
pub(super) fn needs_escape(c: char) -> bool {
    let printable = matches!(c, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}');
    !printable || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether plain text would be punctuation of YAML, at its start or inside.
fn has_indicator(text: &str) -> bool {
    const FIRST: &[char] = &[
        '#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ];
    let dash = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    text.starts_with(FIRST)
        || text.starts_with("---")
        || text.starts_with("...")
        || text.strip_prefix(['?', '-']).is_some_and(dash)
        || text.contains(": ")
        || text.ends_with(':')
        || text.contains(" #")
}
