//! A bound on how much text a native template can make of little.
//!
//! minijinja bounds neither `~` nor `+`, and repeats a text up to 100 MB. A
//! value only grows from statement to statement by `set`, for there are no
//! macros and no namespaces; so the operators are counted before anything runs.

use std::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::limits::OUTPUT_BYTES;

/// How many times longer the longest value may become.
const MOST: usize = 4096;

pub(super) fn check(source: &str) -> Result<(), Error> {
    let mut growth = 1usize;
    // A long source has long texts.
    let most = MOST.min(OUTPUT_BYTES / source.len().max(1));
    for code in Code(source, 0) {
        let text = &source[code.clone()];
        growth = growth.saturating_mul(of_statement(source, &code)?);
        if growth > most {
            let found = format!("the template can make a value more than {most} times longer");
            let hint = "join less in \"set\", and repeat with a loop";
            let end = code.start + text.len();
            return Err(Error::new(ErrorKind::Limit, found)
                .with_hint(Some(hint.to_owned()))
                .at(source, code.start..end));
        }
    }
    Ok(())
}

/// The factor by which one statement can make a value longer.
fn of_statement(source: &str, code: &Range<usize>) -> Result<usize, Error> {
    let binds_from = value_start(&source[code.clone()]).map(|at| code.start + at);
    let (mut joined, mut growth) = (1usize, 1usize);
    for (at, operator) in operators(source, code) {
        let is_bound = binds_from.is_some_and(|from| at >= from);
        match operator {
            '*' => growth = growth.saturating_mul(times(source, at, code.end)?),
            ',' if is_literal(&source[at + 1..code.end]) => {}
            _ if is_bound => joined += 1,
            _ => {}
        }
    }
    Ok(growth.saturating_mul(joined))
}

/// Where the value begins that a statement gives a name.
fn value_start(code: &str) -> Option<usize> {
    let words = code.trim_start_matches(['-', '+', ' ', '\n', '\t', '\r']);
    let indent = code.len() - words.len();
    if words.starts_with("set") || words.starts_with("with") {
        return Some(indent);
    }
    let target = words.strip_prefix("for")?;
    let at = target.find(" in ").unwrap_or(0);
    Some(code.len() - target.len() + at)
}

/// Whether an item of a list is a number or a text, which repeats nothing.
fn is_literal(item: &str) -> bool {
    let first = item.trim_start().chars().next();
    first.is_none_or(|c| c.is_ascii_digit() || matches!(c, '"' | '\'' | '-' | ')' | ']' | '}'))
}

/// The number after a `*`, without which no bound is known.
fn times(source: &str, at: usize, end: usize) -> Result<usize, Error> {
    let rest = source[at + 1..end].trim_start();
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let after = rest[digits..].chars().next();
    let is_number = !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '*'));
    let number = rest[..digits].parse().ok().filter(|_| is_number);
    number.ok_or_else(|| {
        let hint = "write a number after \"*\", as in \"-\" * 40";
        Error::new(ErrorKind::Limit, "a repetition has no bound")
            .with_hint(Some(hint.to_owned()))
            .at(source, at..at + 1)
    })
}

/// The operators of a piece of code that make values longer.
fn operators<'a>(
    source: &'a str,
    code: &Range<usize>,
) -> impl Iterator<Item = (usize, char)> + use<'a> {
    let start = code.start;
    let found = unquoted(&source[code.clone()]).filter(|(_, c)| matches!(c, '*' | '~' | '+' | ','));
    found.map(move |(at, c)| (start + at, c))
}

/// The characters outside of strings, with their places.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut quote = None;
    let mut escaped = false;
    text.char_indices().filter(move |(_, c)| {
        let was_open = quote.is_some();
        match quote {
            _ if escaped => escaped = false,
            Some(_) if *c == '\\' => escaped = true,
            Some(open) if *c == open => quote = None,
            None if matches!(c, '"' | '\'') => quote = Some(*c),
            _ => {}
        }
        !was_open && quote.is_none()
    })
}

/// The insides of `{{ }}` and `{% %}`, comments and raw text left out.
struct Code<'a>(&'a str, usize);

impl Iterator for Code<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let Code(source, at) = self;
        loop {
            let open = *at + source[*at..].find('{')?;
            *at = open + 1;
            let close = match source.as_bytes().get(open + 1) {
                Some(b'{') => "}}",
                Some(b'%') => "%}",
                Some(b'#') => {
                    *at = source[open..]
                        .find("#}")
                        .map_or(source.len(), |end| open + end + 2);
                    continue;
                }
                _ => continue,
            };
            let start = open + 2;
            let end = end_of_code(source, start, close);
            *at = end;
            let is_raw = source[start..end].trim_matches(['-', '+', ' ']) == "raw";
            if is_raw && close == "%}" {
                let length = source[end..].find("endraw").unwrap_or(source.len() - end);
                *at = end + length;
            }
            return Some(start..end);
        }
    }
}

/// Where the code ends; a string may hold what closes it.
fn end_of_code(source: &str, start: usize, close: &str) -> usize {
    let rest = &source[start..];
    let mut places = unquoted(rest).map(|(at, _)| at);
    let end = places.find(|at| rest[*at..].starts_with(close));
    end.map_or(source.len(), |at| start + at)
}
