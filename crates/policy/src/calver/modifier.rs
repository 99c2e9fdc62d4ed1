//! The text at the end of a calendar version.

use std::cmp::Ordering;

/// Whether a tag's end can be a modifier. What follows a number directly
/// starts with no digit: it would belong to the number.
pub(super) fn is_modifier(text: &str, follows_number: bool) -> bool {
    let is_wanted = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty()
        && text.bytes().all(is_wanted)
        && !(follows_number && text.as_bytes()[0].is_ascii_digit())
}

/// Compares two modifiers by where they stand about the release, then
/// naturally: digits as numbers, the rest as bytes.
pub(super) fn cmp(a: &str, b: &str) -> Ordering {
    let by_stage = Stage::of(a).cmp(&Stage::of(b));
    by_stage.then_with(|| cmp_natural(a.as_bytes(), b.as_bytes()))
}

/// Where a version with a modifier stands about the one without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Before,
    Release,
    After,
}

/// What people put behind a release that they mend or build again. The
/// words of PEP 440 for post-releases are among them.
const AFTER: [&str; 8] = ["", "post", "rev", "r", "hotfix", "patch", "p", "build"];

impl Stage {
    fn of(modifier: &str) -> Self {
        if modifier.is_empty() {
            return Stage::Release;
        }
        let is_separator = |c: char| !c.is_ascii_alphanumeric();
        let mut words = modifier.split(is_separator).filter(|word| !word.is_empty());
        match words.next() {
            Some(word) if is_after(word) => Stage::After,
            _ => Stage::Before,
        }
    }
}

/// A number, or one of the words, a number behind it or not. What begins with
/// a digit and goes on with letters is a commit, not a count.
fn is_after(word: &str) -> bool {
    let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
    AFTER.iter().any(|after| name.eq_ignore_ascii_case(after))
}

fn cmp_natural(mut a: &[u8], mut b: &[u8]) -> Ordering {
    while let (Some(first_a), Some(first_b)) = (a.first(), b.first()) {
        let order = if first_a.is_ascii_digit() && first_b.is_ascii_digit() {
            cmp_number(take_digits(&mut a), take_digits(&mut b))
        } else {
            let order = first_a.cmp(first_b);
            (a, b) = (&a[1..], &b[1..]);
            order
        };
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

fn take_digits<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits
}

fn cmp_number(a: &[u8], b: &[u8]) -> Ordering {
    let [a, b] = [a, b].map(|digits| {
        let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
        &digits[zeros..]
    });
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::{cmp_natural, is_modifier};

    #[test]
    fn digits_compare_as_numbers() {
        let ascending: [&[u8]; 8] = [
            b"", b"rc", b"rc0", b"rc9", b"rc010", b"rc11", b"rc11.", b"rc11.2",
        ];
        for (at, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(cmp_natural(a, b), at.cmp(&other));
            }
        }
    }

    #[test]
    fn no_modifier_goes_on_with_the_number_before_it() {
        assert!(is_modifier("1", false) && is_modifier("a1", true));
        assert!(!is_modifier("1", true) && !is_modifier("", false));
    }
}
