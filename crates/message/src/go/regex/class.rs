//! Classes in brackets.

use super::escape;
use super::parse::{Parser, Problem, spell};

/// Perl's classes, ASCII in Go, as they stand in a class of `regex`.
pub(super) const PERL: [(&str, &str); 6] = [
    (r"\d", "0-9"),
    (r"\D", "[^0-9]"),
    (r"\s", r"\t\n\x0C\r\x20"),
    (r"\S", r"[^\t\n\x0C\r\x20]"),
    (r"\w", "0-9A-Za-z_"),
    (r"\W", "[^0-9A-Za-z_]"),
];

/// POSIX's names; both dialects mean the same ASCII classes by them.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Reads from `[` to its `]`.
pub(super) fn read(parser: &mut Parser<'_>) -> Result<(), Problem> {
    parser.at += 1;
    let mut text = String::from(if parser.eat("^") { "[^" } else { "[" });
    let mut is_first = true;
    // A `]` that comes first is a member.
    while is_first || parser.peek() != Some(']') {
        is_first = false;
        text.push_str(&read_item(parser)?);
    }
    parser.at += 1;
    text.push(']');
    parser.push_folded(&text);
    Ok(())
}

fn read_item(parser: &mut Parser<'_>) -> Result<String, Problem> {
    if let Some(posix) = read_posix(parser)? {
        return Ok(posix);
    }
    if let Some(set) = escape::read_set(parser)? {
        return Ok(set);
    }
    read_range(parser)
}

/// `[:alpha:]`, `[:^alpha:]`. None for a `[` that opens no name.
fn read_posix(parser: &mut Parser<'_>) -> Result<Option<String>, Problem> {
    let Some((name, _)) = parser
        .rest()
        .strip_prefix("[:")
        .and_then(|rest| rest.split_once(":]"))
    else {
        return Ok(None);
    };
    parser.at += name.len() + "[::]".len();
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err("an unknown class name");
    }
    Ok(Some(format!("[:{name}:]")))
}

/// A character, or two with `-` between them.
fn read_range(parser: &mut Parser<'_>) -> Result<String, Problem> {
    let low = read_member(parser)?;
    // In `[a-]` the hyphen is a member.
    let rest = parser.rest();
    if rest.len() < 2 || !rest.starts_with('-') || rest[1..].starts_with(']') {
        return Ok(spell(low));
    }
    parser.at += 1;
    let high = read_member(parser)?;
    if high < low {
        return Err("a class range that is out of order");
    }
    Ok(format!("{}-{}", spell(low), spell(high)))
}

fn read_member(parser: &mut Parser<'_>) -> Result<char, Problem> {
    if parser.peek() == Some('\\') {
        return escape::read_char(parser);
    }
    match parser.next() {
        Some(c) => Ok(c),
        None => Err("a class is not closed"),
    }
}
