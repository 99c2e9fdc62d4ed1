//! Reads a tag by a format, and compares what was read.

use std::cmp::Ordering;

use super::date::Date;
use super::format::Piece;
use super::modifier;
use super::token::{Token, Unit};

/// Numbers that a format can have: year, month or week, day, MAJOR, MINOR, MICRO.
const MAX_NUMBERS: usize = 6;

/// A calendar version that borrows its text. Numbers stay digits, which
/// compare at any size.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CalverView<'t> {
    numbers: [&'t str; MAX_NUMBERS],
    modifier: &'t str,
}

/// A calendar version that outlives its text.
#[derive(Clone, Debug)]
pub(crate) struct OwnedCalver {
    numbers: [String; MAX_NUMBERS],
    modifier: String,
}

impl CalverView<'_> {
    /// Compares two versions of one format.
    pub(crate) fn cmp(&self, other: &CalverView<'_>) -> Ordering {
        // No number has zeros in front that another of its place has not.
        let pairs = self.numbers.iter().zip(&other.numbers);
        pairs
            .map(|(a, b)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| modifier::cmp(self.modifier, other.modifier))
    }
}

impl From<CalverView<'_>> for OwnedCalver {
    fn from(version: CalverView<'_>) -> Self {
        OwnedCalver {
            numbers: version.numbers.map(str::to_owned),
            modifier: version.modifier.to_owned(),
        }
    }
}

impl OwnedCalver {
    pub(crate) fn view(&self) -> CalverView<'_> {
        CalverView {
            numbers: self.numbers.each_ref().map(String::as_str),
            modifier: &self.modifier,
        }
    }
}

pub(super) fn read<'t>(pieces: &[Piece], text: &'t str) -> Option<CalverView<'t>> {
    let mut reader = Reader {
        rest: text,
        date: Date::default(),
        version: CalverView::default(),
        count: 0,
    };
    let mut pieces = pieces;
    while !pieces.is_empty() {
        pieces = reader.piece(pieces)?;
    }
    reader.rest.is_empty().then_some(reader.version)
}

/// Whether `pieces` are a modifier and what separates it.
fn is_optional(pieces: &[Piece]) -> bool {
    let is_literal = |piece: &&Piece| matches!(piece, Piece::Literal(_));
    let separators = pieces.iter().take_while(is_literal).count();
    matches!(pieces[separators..], [Piece::Token(Token::Modifier)])
}

struct Reader<'t> {
    rest: &'t str,
    date: Date,
    version: CalverView<'t>,
    count: usize,
}

impl Reader<'_> {
    /// Reads a literal, a modifier or a run of numbers; what is left of `pieces`.
    fn piece<'p>(&mut self, pieces: &'p [Piece]) -> Option<&'p [Piece]> {
        match pieces[0] {
            Piece::Literal(byte) => {
                self.rest = self.rest.strip_prefix(char::from(byte))?;
                Some(&pieces[1..])
            }
            Piece::Token(Token::Modifier) => {
                self.modifier(false)?;
                Some(&pieces[1..])
            }
            Piece::Token(_) => self.run(pieces),
        }
    }

    /// Numbers with nothing between them: one of them at most has no fixed
    /// width, and takes the digits that the others leave.
    fn run<'p>(&mut self, pieces: &'p [Piece]) -> Option<&'p [Piece]> {
        let is_number =
            |piece: &&Piece| matches!(piece, Piece::Token(token) if token.unit() != Unit::Modifier);
        let (run, after) = pieces.split_at(pieces.iter().take_while(is_number).count());
        let widths: usize = tokens(run).filter_map(Token::width).sum();
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let free = digits.checked_sub(widths)?;
        for token in tokens(run) {
            self.number(token, token.width().unwrap_or(free))?;
        }
        if self.rest.is_empty() && is_optional(after) {
            return Some(&[]);
        }
        if let [Piece::Token(Token::Modifier)] = after {
            self.modifier(true)?;
            return Some(&[]);
        }
        Some(after)
    }

    fn number(&mut self, token: Token, width: usize) -> Option<()> {
        let (digits, rest) = self.rest.split_at_checked(width)?;
        let is_spelled_so = match digits.as_bytes() {
            [] => false,
            [b'0', _, ..] => token.is_padded() && width == 2,
            [_] => !token.is_padded(),
            _ => true,
        };
        if !is_spelled_so || !self.date.take(token, digits) {
            return None;
        }
        self.version.numbers[self.count] = digits;
        self.count += 1;
        self.rest = rest;
        Some(())
    }

    fn modifier(&mut self, follows_number: bool) -> Option<()> {
        if !modifier::is_modifier(self.rest, follows_number) {
            return None;
        }
        self.version.modifier = self.rest;
        self.rest = "";
        Some(())
    }
}

fn tokens(pieces: &[Piece]) -> impl Iterator<Item = Token> + '_ {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Token(token) => Some(*token),
        Piece::Literal(_) => None,
    })
}
