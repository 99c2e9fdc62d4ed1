//! What a backslash introduces.

use super::parse::{Parser, Problem};
use super::{class, unicode};

/// Reads an escape outside of a class.
pub(super) fn read(parser: &mut Parser<'_>) -> Result<(), Problem> {
    if parser.eat(r"\Q") {
        quoted(parser);
        return Ok(());
    }
    if let Some(assertion) = read_assertion(parser) {
        parser.push(assertion);
        return Ok(());
    }
    if let Some(set) = read_set(parser)? {
        parser.push_folded(&format!("[{set}]"));
        return Ok(());
    }
    let c = read_char(parser)?;
    parser.push_literal(c);
    Ok(())
}

/// Text up to `\E`, each character a piece of its own.
fn quoted(parser: &mut Parser<'_>) {
    while !parser.eat(r"\E") {
        match parser.next() {
            Some(c) => parser.push_literal(c),
            None => return,
        }
    }
}

fn read_assertion(parser: &mut Parser<'_>) -> Option<&'static str> {
    // A word is ASCII in Go.
    const ASSERTIONS: [(&str, &str); 4] = [
        (r"\A", r"\A"),
        (r"\z", r"\z"),
        (r"\b", r"(?-u:\b)"),
        (r"\B", r"(?-u:\B)"),
    ];
    let (_, ours) = ASSERTIONS.iter().find(|(go, _)| parser.eat(go))?;
    Some(ours)
}

/// `\d`, `\pL` and their like, as they stand in a class.
pub(super) fn read_set(parser: &mut Parser<'_>) -> Result<Option<String>, Problem> {
    match class::PERL.iter().find(|(go, _)| parser.eat(go)) {
        Some((_, ours)) => Ok(Some((*ours).to_owned())),
        None => unicode::read(parser),
    }
}

/// An escape that stands for one character.
pub(super) fn read_char(parser: &mut Parser<'_>) -> Result<char, Problem> {
    parser.at += 1;
    let Some(c) = parser.next() else {
        return Err("a backslash at the end");
    };
    let read = match c {
        '0' => octal(parser, 0),
        '1'..='7' if matches!(parser.peek(), Some('0'..='7')) => {
            octal(parser, c as u32 - '0' as u32)
        }
        'x' => hexadecimal(parser),
        'a' => Some('\x07'),
        'f' => Some('\x0c'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\x0b'),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
        _ => None,
    };
    read.ok_or("an unknown escape")
}

/// Up to two more octal digits.
fn octal(parser: &mut Parser<'_>, first: u32) -> Option<char> {
    let mut value = first;
    for _ in 0..2 {
        let Some(digit) = parser.peek().and_then(|c| c.to_digit(8)) else {
            break;
        };
        parser.at += 1;
        value = value * 8 + digit;
    }
    char::from_u32(value)
}

/// Two digits, or any number of them in braces.
fn hexadecimal(parser: &mut Parser<'_>) -> Option<char> {
    if !parser.eat("{") {
        let high = parser.next()?.to_digit(16)?;
        let low = parser.next()?.to_digit(16)?;
        return char::from_u32(high * 16 + low);
    }
    let (digits, _) = parser.rest().split_once('}')?;
    parser.at += digits.len() + 1;
    let is_hexadecimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let value = digits.trim_start_matches('0');
    match (is_hexadecimal, value.len()) {
        (true, 0) => Some('\0'),
        (true, 1..=6) => char::from_u32(u32::from_str_radix(value, 16).ok()?),
        _ => None,
    }
}
