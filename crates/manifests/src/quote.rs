//! Text from a manifest as it may stand in a message: on one line, and short.

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 60;

pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

pub(crate) fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(LONGEST).collect();
    let more = if chars.next().is_some() { "..." } else { "" };
    format!("{}{more}", head.escape_debug())
}
