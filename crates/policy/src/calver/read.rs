//! Reads a tag by a format, and compares what was read.

use std::cmp::Ordering;

use super::date::Date;
use super::format::{Piece, Pieces};
use super::modifier;
use super::token::{Token, Unit};

/// Numbers that a format can have: year, month or week, day, MAJOR, MINOR, MICRO.
const MAX_NUMBERS: usize = 6;

/// Bytes of a calendar version, as many as a semver version has at most.
const MAX_LEN: usize = 256;

/// A calendar version that borrows its text. Numbers stay digits, which
/// compare at any size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CalverView<'t> {
    text: &'t str,
    places: Places,
}

/// A calendar version that outlives its text.
#[derive(Clone, Debug)]
pub(crate) struct OwnedCalver {
    text: String,
    places: Places,
}

/// Where the parts stand in the text. Small, since every tag that is read
/// moves one.
#[derive(Clone, Copy, Debug)]
struct Places {
    numbers: [(u16, u16); MAX_NUMBERS],
    modifier: u16,
}

impl CalverView<'_> {
    /// Compares two versions of one format.
    pub(crate) fn cmp(&self, other: &CalverView<'_>) -> Ordering {
        // No number has zeros in front that another of its place has not, and
        // one that is not there is shorter than any.
        let mut orders = self
            .numbers()
            .zip(other.numbers())
            .map(|(a, b)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        orders
            .find(|order| order.is_ne())
            .unwrap_or_else(|| modifier::cmp(self.modifier(), other.modifier()))
    }

    fn numbers(&self) -> impl Iterator<Item = &str> {
        let numbers = self.places.numbers.iter();
        numbers.map(|(start, end)| &self.text[usize::from(*start)..usize::from(*end)])
    }

    fn modifier(&self) -> &str {
        &self.text[usize::from(self.places.modifier)..]
    }
}

impl From<CalverView<'_>> for OwnedCalver {
    fn from(version: CalverView<'_>) -> Self {
        OwnedCalver {
            text: version.text.to_owned(),
            places: version.places,
        }
    }
}

impl OwnedCalver {
    pub(crate) fn view(&self) -> CalverView<'_> {
        CalverView {
            text: &self.text,
            places: self.places,
        }
    }
}

/// Reads `text` with the optional part or, where it is not there, without.
pub(super) fn read<'t>(pieces: &Pieces, text: &'t str) -> Option<CalverView<'t>> {
    if text.len() > MAX_LEN {
        return None;
    }
    let whole = read_all(&pieces.whole, text);
    whole.or_else(|| read_all(pieces.short.as_deref()?, text))
}

fn read_all<'t>(pieces: &[Piece], text: &'t str) -> Option<CalverView<'t>> {
    let mut reader = Reader {
        rest: text,
        at: 0,
        date: Date::default(),
        places: Places {
            numbers: [(0, 0); MAX_NUMBERS],
            modifier: u16::try_from(text.len()).ok()?,
        },
        count: 0,
    };
    let mut pieces = pieces;
    while !pieces.is_empty() {
        pieces = reader.piece(pieces)?;
    }
    let places = reader.places;
    reader
        .rest
        .is_empty()
        .then_some(CalverView { text, places })
}

/// Whether `pieces` are a modifier and what separates it.
fn is_optional(pieces: &[Piece]) -> bool {
    let separators = pieces.iter().take_while(|piece| piece.is_literal()).count();
    matches!(pieces[separators..], [Piece::Token(Token::Modifier)])
}

struct Reader<'t> {
    rest: &'t str,
    /// Where `rest` starts.
    at: u16,
    date: Date,
    places: Places,
    count: usize,
}

impl Reader<'_> {
    /// Reads a literal, a modifier or a run of numbers; what is left of `pieces`.
    fn piece<'p>(&mut self, pieces: &'p [Piece]) -> Option<&'p [Piece]> {
        match pieces[0] {
            Piece::Literal(byte) => {
                self.rest = self.rest.strip_prefix(char::from(byte))?;
                self.at += 1;
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
        let end = self.at + u16::try_from(width).ok()?;
        self.places.numbers[self.count] = (self.at, end);
        self.at = end;
        self.count += 1;
        self.rest = rest;
        Some(())
    }

    fn modifier(&mut self, follows_number: bool) -> Option<()> {
        if !modifier::is_modifier(self.rest, follows_number) {
            return None;
        }
        self.places.modifier = self.at;
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
