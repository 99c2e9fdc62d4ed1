//! The order of keys: numbers in them count as numbers, so that `v9` stands
//! before `v10`, and letters come last, so that `a.b` stands before `ab`.
//!
//! Go's printer orders them so; where its rule contradicts itself (`12` before
//! `1a`, `1a` before `2`, `2` before `12`) numbers win here.

use std::cmp::Ordering;

pub(super) fn natural(left: &str, right: &str) -> Ordering {
    parts(left).cmp(parts(right)).then_with(|| left.cmp(right))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Sign(char),
    /// Without leading zeros: the longer is the greater; and the digits written.
    Number(usize, &'a str, usize),
    Letter(char),
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (part, after) = rest.split_at(digits.max(first.len_utf8()));
        rest = after;
        Some(match first {
            '0'..='9' => number(part),
            _ if first.is_alphabetic() => Part::Letter(first),
            _ => Part::Sign(first),
        })
    })
}

fn number(digits: &str) -> Part<'_> {
    let value = digits.trim_start_matches('0');
    Part::Number(value.len(), value, digits.len())
}
