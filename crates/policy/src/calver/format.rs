//! Reads a format and refuses those that mean no order in time.

use std::ops::Range;

use super::token::{Token, Unit};
use crate::{Error, ErrorKind};

/// Bytes of a format. The longest useful one has 49.
const MAX_LEN: usize = 64;

const HINT: &str = "write tokens such as YYYY.0M.0D or YY.MM.MICRO";

const LONE_SEPARATOR: &str = "a separator with nothing to separate";

/// A part of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    /// `.`, `-`, `_`, or the `v` in front.
    Literal(u8),
    Token(Token),
}

impl Piece {
    pub(super) fn is_literal(self) -> bool {
        matches!(self, Piece::Literal(_))
    }
}

/// What a format is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pieces {
    /// All of them.
    pub(super) whole: Vec<Piece>,
    /// Those that are there without the optional part.
    pub(super) short: Option<Vec<Piece>>,
}

pub(super) fn pieces(source: &str) -> Result<Pieces, Error> {
    if source.len() > MAX_LEN {
        let message = format!("invalid calver format: longer than {MAX_LEN} bytes");
        return Err(Error::new(ErrorKind::InvalidFormat, message).with_hint("shorten it"));
    }
    let mut reader = Reader {
        source,
        pieces: Vec::new(),
        units: Vec::new(),
        optional: Optional::None,
    };
    let mut at = 0;
    while at < source.len() {
        at = reader.piece(at)?;
    }
    reader.finish()
}

struct Reader<'s> {
    source: &'s str,
    pieces: Vec<Piece>,
    units: Vec<Unit>,
    optional: Optional,
}

/// How far the optional part was read.
#[derive(Clone, Copy)]
enum Optional {
    None,
    /// It started at this byte, with this piece.
    Open {
        at: usize,
        piece: usize,
    },
    /// It started at this byte; the pieces between these are its own.
    Closed {
        at: usize,
        from: usize,
        to: usize,
    },
}

impl Reader<'_> {
    /// Reads one piece; where the next one starts.
    fn piece(&mut self, at: usize) -> Result<usize, Error> {
        let rest = &self.source[at..];
        let first = rest.as_bytes()[0];
        if let b'[' | b']' = first {
            self.bracket(first, at)?;
            return Ok(at + 1);
        }
        let length = match Token::at_start(rest) {
            Some((token, length)) => {
                self.token(token, at..at + length)?;
                length
            }
            None if matches!(first, b'.' | b'-' | b'_') || at == 0 && first == b'v' => {
                self.literal(first, at..at + 1)?;
                1
            }
            None => return Err(self.no_token(at)),
        };
        Ok(at + length)
    }

    /// Separators stand between tokens, one at a time.
    fn literal(&mut self, literal: u8, span: Range<usize>) -> Result<(), Error> {
        self.not_after_modifier(span.clone())?;
        let stands_well = match self.pieces.last() {
            None => literal == b'v',
            Some(last) => *last == Piece::Literal(b'v') || !last.is_literal(),
        };
        if !stands_well {
            return Err(self.error(LONE_SEPARATOR, span));
        }
        self.pieces.push(Piece::Literal(literal));
        Ok(())
    }

    /// Reads where the optional part starts or ends.
    fn bracket(&mut self, bracket: u8, at: usize) -> Result<(), Error> {
        let span = at..at + 1;
        let next = self.pieces.len();
        self.optional = match (bracket, self.optional) {
            (b'[', Optional::None) => {
                self.not_after_modifier(span)?;
                Optional::Open { at, piece: next }
            }
            (b'[', _) => return Err(self.error("a second optional part", span)),
            (_, Optional::Open { at, piece }) if !has_token(&self.pieces[piece..]) => {
                return Err(self.error("an optional part without a token", at..span.end));
            }
            (_, Optional::Open { at, piece }) => Optional::Closed {
                at,
                from: piece,
                to: next,
            },
            _ => return Err(self.error("']' without '[' before it", span)),
        };
        Ok(())
    }

    fn token(&mut self, token: Token, span: Range<usize>) -> Result<(), Error> {
        let unit = token.unit();
        self.not_after_modifier(span.clone())?;
        self.about_optional(unit, span.clone())?;
        if self.units.contains(&unit) {
            return Err(self.error(&format!("a second {}", unit.name()), span));
        }
        if unit.is_of_calendar() {
            self.in_calendar(unit, span.clone())?;
        }
        if token.width().is_none() && self.run_is_open() && unit != Unit::Modifier {
            return Err(self.error("two numbers of no fixed width in a row", span));
        }
        self.units.push(unit);
        self.pieces.push(Piece::Token(token));
        Ok(())
    }

    /// The year is always there, and whatever is ordered after an optional
    /// number would have no place of its own.
    fn about_optional(&self, unit: Unit, span: Range<usize>) -> Result<(), Error> {
        match (self.optional, unit) {
            (Optional::Open { .. }, Unit::Year) => Err(self.error("an optional year", span)),
            (Optional::Closed { .. }, Unit::Modifier)
            | (Optional::None | Optional::Open { .. }, _) => Ok(()),
            (Optional::Closed { .. }, _) => {
                Err(self.error("a number after the optional part", span))
            }
        }
    }

    /// The units of a date come from the greater to the smaller, none left out.
    fn in_calendar(&self, unit: Unit, span: Range<usize>) -> Result<(), Error> {
        let has = |unit| self.units.contains(&unit);
        let problem = match unit {
            Unit::Month | Unit::Week if !has(Unit::Year) => {
                format!("a {} before the year", unit.name())
            }
            Unit::Month if has(Unit::Week) => "a month beside a week".to_owned(),
            Unit::Week if has(Unit::Month) => "a week beside a month".to_owned(),
            Unit::Day if !has(Unit::Month) => "a day without a month before it".to_owned(),
            _ => return Ok(()),
        };
        Err(self.error(&problem, span))
    }

    /// Whether the numbers that stand last, with nothing between them, have
    /// one of no fixed width already.
    fn run_is_open(&self) -> bool {
        ends_open(&self.pieces)
    }

    fn not_after_modifier(&self, span: Range<usize>) -> Result<(), Error> {
        match self.units.last() {
            Some(Unit::Modifier) => Err(self.error("something after the modifier", span)),
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<Pieces, Error> {
        let end = self.source.len();
        if !self.units.contains(&Unit::Year) {
            return Err(self.error("no year", end..end));
        }
        let short = match self.optional {
            Optional::None => None,
            Optional::Open { at, .. } => {
                return Err(self.error("'[' without ']' after it", at..at + 1));
            }
            Optional::Closed { at, from, to } => Some(self.without_optional(at, from, to)?),
        };
        if self.pieces.last().copied().is_some_and(Piece::is_literal) {
            let last = self.source.trim_end_matches(']').len();
            return Err(self.error(LONE_SEPARATOR, last - 1..last));
        }
        Ok(Pieces {
            whole: self.pieces,
            short,
        })
    }

    /// The pieces without the optional ones, which started at byte `at`. No tag
    /// may be one version with them and another without.
    fn without_optional(&self, at: usize, from: usize, to: usize) -> Result<Vec<Piece>, Error> {
        let (before, optional, behind) = (
            &self.pieces[..from],
            &self.pieces[from..to],
            &self.pieces[to..],
        );
        let part = at..at + self.source[at..].find(']').map_or(1, |end| end + 1);
        let starts_with_number = !optional[0].is_literal();
        if starts_with_number && ends_open(before) {
            let problem = "an optional number right behind one of no fixed width";
            return Err(self.error(problem, part));
        }
        let is_bare = before.last().copied().is_some_and(Piece::is_literal);
        if is_bare && behind.first().copied().is_none_or(Piece::is_literal) {
            return Err(self.error(LONE_SEPARATOR, at - 1..at));
        }
        if may_be_modifier(optional, behind) && (is_bare || !starts_with_number) {
            let problem = "an optional part that can be read as the modifier";
            return Err(self.error(problem, part));
        }
        Ok([before, behind].concat())
    }

    fn no_token(&self, at: usize) -> Error {
        let found = self.source[at..].chars().next().unwrap_or_default();
        let span = at..at + found.len_utf8();
        self.error(&format!("no token starts with {found:?}"), span)
    }

    fn error(&self, problem: &str, span: Range<usize>) -> Error {
        let message = format!("invalid calver format: {problem}");
        Error::new(ErrorKind::InvalidFormat, message)
            .with_hint(HINT)
            .at(self.source, span)
    }
}

fn has_token(pieces: &[Piece]) -> bool {
    !pieces.iter().copied().all(Piece::is_literal)
}

/// Whether the numbers at the end of `pieces`, with nothing between them, have
/// one of no fixed width.
fn ends_open(pieces: &[Piece]) -> bool {
    let run = pieces.iter().rev().map_while(|piece| match piece {
        Piece::Token(token) => Some(token),
        Piece::Literal(_) => None,
    });
    run.into_iter().any(|token| token.width().is_none())
}

/// Whether what leads to the modifier `behind` an optional part leads to the
/// numbers of that part too.
fn may_be_modifier(optional: &[Piece], behind: &[Piece]) -> bool {
    match behind {
        [separators @ .., Piece::Token(_)] => optional.starts_with(separators),
        _ => false,
    }
}
