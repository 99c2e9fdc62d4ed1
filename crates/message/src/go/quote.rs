//! Go's quoted strings: `strconv.Unquote` and `strconv.Quote`.

use std::fmt::Write;

use super::text::Text;

/// What a character of a quoted constant stands for.
pub(super) enum Unquoted {
    /// A character.
    Char(char),
    /// A byte, of `\x80` or `\200`.
    Byte(u8),
}

impl Unquoted {
    pub(super) fn code(&self) -> u32 {
        match self {
            Unquoted::Char(c) => u32::from(*c),
            Unquoted::Byte(byte) => u32::from(*byte),
        }
    }
}

/// Reads `"..."` or a raw string, quotes included.
pub(super) fn unquote(quoted: &str) -> Option<Text> {
    let body = quoted.get(1..quoted.len().checked_sub(1)?)?;
    if quoted.starts_with('`') {
        return Some(body.replace('\r', "").into());
    }
    let mut out = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (value, after) = unquote_char(rest, '"')?;
        match value {
            Unquoted::Char(c) => out.extend(c.encode_utf8(&mut [0; 4]).bytes()),
            Unquoted::Byte(byte) => out.push(byte),
        }
        rest = after;
    }
    Some(out.into())
}

/// The first character and what follows it; `quote` may be escaped.
pub(super) fn unquote_char(text: &str, quote: char) -> Option<(Unquoted, &str)> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Unquoted::Char(first), chars.as_str()));
    }
    let escape = chars.next()?;
    let rest = chars.as_str();
    let simple = |c| Some((Unquoted::Char(c), rest));
    match escape {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0C'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0B'),
        '\\' => simple('\\'),
        c @ ('\'' | '"') => (c == quote).then(|| simple(c))?,
        'x' => byte(rest, 2, 16),
        'u' => unicode(rest, 4),
        'U' => unicode(rest, 8),
        '0'..='7' => byte(&text[1..], 3, 8),
        _ => None,
    }
}

fn byte(text: &str, digits: usize, radix: u32) -> Option<(Unquoted, &str)> {
    let (code, rest) = code(text, digits, radix)?;
    let byte = u8::try_from(code).ok()?;
    let value = if byte.is_ascii() {
        Unquoted::Char(byte.into())
    } else {
        Unquoted::Byte(byte)
    };
    Some((value, rest))
}

fn unicode(text: &str, digits: usize) -> Option<(Unquoted, &str)> {
    let (code, rest) = code(text, digits, 16)?;
    Some((Unquoted::Char(char::from_u32(code)?), rest))
}

fn code(text: &str, digits: usize, radix: u32) -> Option<(u32, &str)> {
    let head = text.get(..digits)?;
    let is_digits = head.chars().all(|c| c.is_digit(radix));
    let code = is_digits.then(|| u32::from_str_radix(head, radix).ok())??;
    Some((code, &text[digits..]))
}

/// A string in double quotes; `ascii` escapes everything else too.
pub(super) fn quote(bytes: &[u8], ascii: bool) -> String {
    let mut out = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_escaped(&mut out, c, '"', ascii);
        }
        for byte in chunk.invalid() {
            push_code(&mut out, 'x', 2, u32::from(*byte));
        }
    }
    out.push('"');
    out
}

/// A character in single quotes.
pub(super) fn quote_char(c: char, ascii: bool) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'', ascii);
    out.push('\'');
    out
}

/// `\x0a` and its longer kin.
fn push_code(out: &mut String, marker: char, digits: usize, code: u32) {
    // Writing to a String cannot fail.
    let _ = write!(out, "\\{marker}{code:0digits$x}");
}

fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    match c {
        '\\' => out.push_str("\\\\"),
        c if c == quote => out.extend(['\\', c]),
        ' '..='~' => out.push(c),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0C' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0B' => out.push_str("\\v"),
        c if c < ' ' || c == '\x7F' => push_code(out, 'x', 2, u32::from(c)),
        c if !ascii && is_print(c) => out.push(c),
        c if u32::from(c) < 0x1_0000 => push_code(out, 'u', 4, u32::from(c)),
        c => push_code(out, 'U', 8, u32::from(c)),
    }
}

/// Go's `unicode.IsPrint`, as far as the standard library tells: characters
/// that Rust's `Debug` escapes are those that are not printable, and combining
/// marks, which are.
pub(super) fn is_print(c: char) -> bool {
    if c == ' ' || c.is_alphanumeric() {
        return true;
    }
    let escaped = c.escape_debug();
    // `escape_debug` also escapes quotes, backslashes and, at the start of a
    // string, marks that extend a character; a mark after a letter it leaves.
    let after_letter = format!("a{c}");
    matches!(c, '\'' | '"' | '\\')
        || escaped.count() == 1
        || after_letter.escape_debug().count() == 2
}
