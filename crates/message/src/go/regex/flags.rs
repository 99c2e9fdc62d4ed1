//! What stands after an opening parenthesis: names and flags.

use super::parse::{Parser, Problem};

/// The flags in force.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are independent, as in Go"
)]
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) fold_case: bool,
    pub(super) multi_line: bool,
    pub(super) dot_all: bool,
    pub(super) swap_greed: bool,
}

/// What a parenthesis opens.
pub(super) enum Opening {
    /// Nothing: `(?i)` sets flags for the rest of the group that it stands in.
    Flags,
    Group,
    Capture(Option<String>),
}

/// Reads from `(` on and sets the parser's flags.
pub(super) fn read_opening(parser: &mut Parser<'_>) -> Result<Opening, Problem> {
    if !parser.eat("(?") {
        parser.at += 1;
        return Ok(Opening::Capture(None));
    }
    // Go wants one character more after the `<` to see a name there.
    let has_name = parser.rest().len() > 1 && parser.eat("<");
    if has_name || parser.rest().len() > 2 && parser.eat("P<") {
        return read_name(parser).map(|name| Opening::Capture(Some(name)));
    }
    read_flags(parser)
}

fn read_name(parser: &mut Parser<'_>) -> Result<String, Problem> {
    let Some((name, _)) = parser.rest().split_once('>') else {
        return Err("a group name is not closed");
    };
    parser.at += name.len() + 1;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_word) {
        return Err("a group name is not made of letters, digits and _");
    }
    Ok(name.to_owned())
}

/// Flags, perhaps `-` and more flags, then `)` or `:`.
fn read_flags(parser: &mut Parser<'_>) -> Result<Opening, Problem> {
    let mut flags = parser.flags;
    let mut negated = false;
    let mut some_since_sign = false;
    while let Some(c) = parser.next() {
        match c {
            'i' => flags.fold_case = !negated,
            'm' => flags.multi_line = !negated,
            's' => flags.dot_all = !negated,
            'U' => flags.swap_greed = !negated,
            '-' if !negated => negated = true,
            ')' | ':' if !negated || some_since_sign => {
                parser.flags = flags;
                return Ok(if c == ':' {
                    Opening::Group
                } else {
                    Opening::Flags
                });
            }
            _ => break,
        }
        some_since_sign = c != '-';
    }
    Err("unknown syntax after (?")
}
