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
    let start = parser.at;
    parser.at += 1;
    let mut text = String::from(if parser.eat("^") { "[^" } else { "[" });
    let mut is_first = true;
    // A `]` that comes first is a member.
    while is_first || parser.peek() != Some(']') {
        is_first = false;
        text.push_str(&read_item(parser, start)?);
    }
    parser.at += 1;
    text.push(']');
    parser.push_folded(&text);
    Ok(())
}

fn read_item(parser: &mut Parser<'_>, class: usize) -> Result<String, Problem> {
    if let Some(posix) = read_posix(parser)? {
        return Ok(posix);
    }
    if let Some(set) = escape::read_set(parser)? {
        return Ok(set);
    }
    read_range(parser, class)
}

/// `[:alpha:]`, `[:^alpha:]`. None for a `[` that opens no name.
fn read_posix(parser: &mut Parser<'_>) -> Result<Option<String>, Problem> {
    let start = parser.at;
    let Some((name, _)) = parser
        .rest()
        .strip_prefix("[:")
        .and_then(|rest| rest.split_once(":]"))
    else {
        return Ok(None);
    };
    parser.at += name.len() + "[::]".len();
    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(parser
            .problem_naming("an unknown class", start)
            .with_hint("write a POSIX name such as [:alpha:] or [:digit:]"));
    }
    Ok(Some(format!("[:{name}:]")))
}

/// A character, or two with `-` between them.
fn read_range(parser: &mut Parser<'_>, class: usize) -> Result<String, Problem> {
    let start = parser.at;
    let low = read_member(parser, class)?;
    // In `[a-]` the hyphen is a member.
    let rest = parser.rest();
    if rest.len() < 2 || !rest.starts_with('-') || rest[1..].starts_with(']') {
        return Ok(spell(low));
    }
    parser.at += 1;
    let high = read_member(parser, class)?;
    if high < low {
        return Err(parser
            .problem_naming("a class range that is out of order,", start)
            .with_hint(
                "write the lower character first, and a hyphen that is none of a range last",
            ));
    }
    Ok(format!("{}-{}", spell(low), spell(high)))
}

fn read_member(parser: &mut Parser<'_>, class: usize) -> Result<char, Problem> {
    if parser.peek() == Some('\\') {
        return escape::read_char(parser);
    }
    match parser.next() {
        Some(c) => Ok(c),
        None => Err(parser
            .problem("a class is not closed", class)
            .with_hint("add its ], or write \\[ for a bracket")),
    }
}
