//! Patterns as Go's `filepath.Match` reads them, which is what the kubelet matches the parts of a host with.

/// Whether a pattern takes all of `text`. One that is no pattern takes nothing.
///
/// A `*` that does not lead on is given up for the next one only, so the time is the product of the lengths.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some(pattern) = parse(pattern) else {
        return false;
    };
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut from) = (0, 0);
    // Where the last `*` stands, and how far it reaches.
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(Piece::Any) => {
                star = Some((at, from));
                at += 1;
            }
            Some(piece) if piece.takes(text[from]) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, reach)) = &mut star else {
                    return false;
                };
                *reach += 1;
                (at, from) = (*star_at + 1, *reach);
            }
        }
    }
    pattern[at..]
        .iter()
        .all(|piece| matches!(piece, Piece::Any))
}

enum Piece {
    /// `*`
    Any,
    /// `?`
    One,
    Literal(char),
    /// `[a-z]` or `[^a-z]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Piece {
    fn takes(&self, character: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Literal(literal) => *literal == character,
            Self::Class { negated, ranges } => {
                let within = |(low, high): &(char, char)| (*low..=*high).contains(&character);
                ranges.iter().any(within) != *negated
            }
        }
    }
}

fn parse(pattern: &str) -> Option<Vec<Piece>> {
    let mut characters = pattern.chars().peekable();
    let mut pieces = Vec::new();
    while let Some(character) = characters.next() {
        pieces.push(match character {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Literal(characters.next()?),
            '[' => class(&mut characters)?,
            literal => Piece::Literal(literal),
        });
    }
    Some(pieces)
}

/// What follows a `[`, with the `]`.
fn class(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Piece> {
    let negated = characters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let low = match characters.next()? {
            ']' if !ranges.is_empty() => return Some(Piece::Class { negated, ranges }),
            ']' | '-' => return None,
            '\\' => characters.next()?,
            character => character,
        };
        let high = match characters.next_if_eq(&'-') {
            Some(_) => characters.next().filter(|high| !"]-".contains(*high))?,
            None => low,
        };
        ranges.push((low, high));
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn as_go_matches() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "abc"),
            ("a*", "a"),
            ("*c", "abc"),
            ("a*b?c*x", "abxbbxdbxebxczzx"),
            ("[a-c]x", "bx"),
            ("[^a]", "b"),
            ("\\*", "*"),
        ] {
            assert!(matches(pattern, text), "{pattern:?} does not take {text:?}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", ""),
            ("?", ""),
            ("a*b", "abc"),
            ("*a*", "bcd"),
            ("[a-c]", "d"),
            ("[^a]", "a"),
            ("[", "["),
            ("[]a]", "]"),
            ("[a-]", "a"),
            ("\\", "\\"),
        ] {
            assert!(!matches(pattern, text), "{pattern:?} takes {text:?}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "a*".repeat(2_000) + "b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }
}
