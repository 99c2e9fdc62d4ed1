//! Whether a comment on a line of its own marks the scalar that follows it.
//!
//! The rules are those by which go-yaml calls a comment the head comment of a node, found by asking
//! it about generated layouts; where it hesitates between two nodes, none is marked.

use std::ops::Range;

/// Whether only blanks, or blanks and the dash of an item, stand before `start` on its line.
pub(crate) fn is_own_line(text: &str, start: usize) -> bool {
    let (_, line) = last_line(&text[..start]);
    let line = line.trim_start_matches('\u{feff}').trim_matches(BLANKS);
    line.is_empty() || line == "-"
}

/// Whether the comment marks the scalar at `node`, which is a value or an item and comes next.
///
/// Between two items, of which the first is no block collection, it may be indented as it likes.
pub(crate) fn marks(
    text: &str,
    comment: &Range<usize>,
    node: &Range<usize>,
    is_between_items: bool,
) -> bool {
    let gap = &text[comment.end..node.start];
    is_gap(gap)
        && !is_comment_next(&text[node.end..])
        && is_free_above(text, comment.start, gap, is_between_items)
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Blanks and line breaks, at most one dash, then properties, or the header of a block scalar.
fn is_gap(gap: &str) -> bool {
    let gap = gap.trim_ascii_start();
    gap.strip_prefix('-')
        .unwrap_or(gap)
        .split_ascii_whitespace()
        .all(|property| property.starts_with(['&', '!', '|', '>']))
}

/// Whether a comment follows on the same line, behind at most a comma: then that one counts.
fn is_comment_next(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t', ',']).starts_with('#')
}

/// Whether nothing above claims the comment: no comment that it continues, and no item or key that
/// it is the foot of.
fn is_free_above(text: &str, comment: usize, gap: &str, is_between_items: bool) -> bool {
    let (start, own) = last_line(&text[..comment]);
    let before = text[..start].trim_ascii_end();
    let (_, above) = last_line(before);
    if above.trim_start_matches([' ', '\t', '-']).starts_with('#') {
        return false;
    }
    if own.trim_matches(BLANKS) == "-" {
        return true;
    }
    let stands_off = breaks(&text[before.len()..comment]) > 1;
    let is_followed = !is_blank_first(gap);
    match without_comment(above) {
        opener if opener.ends_with(':') => is_followed || own.len() >= indent(above),
        "-" => false,
        _ => (is_between_items || fits_dash(own, gap)) && (stands_off || is_followed),
    }
}

/// A line without its indentation and its comment.
fn without_comment(line: &str) -> &str {
    let content = line.find(" #").map_or(line, |comment| &line[..comment]);
    content.trim_matches(BLANKS)
}

/// Whether the comment is aligned with the dash that follows: else what ended above may claim it.
fn fits_dash(own: &str, gap: &str) -> bool {
    gap.find('-')
        .is_none_or(|dash| own.len() == last_line(&gap[..dash]).1.len())
}

/// Whether a blank line comes before anything else.
fn is_blank_first(gap: &str) -> bool {
    breaks(&gap[..gap.len() - gap.trim_ascii_start().len()]) > 1
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(BLANKS).len()
}

fn breaks(text: &str) -> usize {
    text.matches('\n').count().max(text.matches('\r').count())
}

/// Where the last line of a text begins, and the line.
fn last_line(text: &str) -> (usize, &str) {
    let start = memchr::memrchr2(b'\n', b'\r', text.as_bytes()).map_or(0, |at| at + 1);
    (start, &text[start..])
}
