//! What can stand in a format.

/// A number or a modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Token {
    FullYear,
    ShortYear(Padding),
    Month(Padding),
    Week(Padding),
    Day(Padding),
    Major,
    Minor,
    Micro,
    Modifier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Padding {
    None,
    Zero,
}

/// What a token counts, in which order it has to come, and how errors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Major,
    Minor,
    Micro,
    Modifier,
}

impl Token {
    /// Longer spellings before those that they start with.
    const SPELLINGS: [(&str, Token); 13] = [
        ("YYYY", Token::FullYear),
        ("YY", Token::ShortYear(Padding::None)),
        ("0Y", Token::ShortYear(Padding::Zero)),
        ("MODIFIER", Token::Modifier),
        ("MAJOR", Token::Major),
        ("MINOR", Token::Minor),
        ("MICRO", Token::Micro),
        ("MM", Token::Month(Padding::None)),
        ("0M", Token::Month(Padding::Zero)),
        ("WW", Token::Week(Padding::None)),
        ("0W", Token::Week(Padding::Zero)),
        ("DD", Token::Day(Padding::None)),
        ("0D", Token::Day(Padding::Zero)),
    ];

    /// The token at the start of `text`, and its length.
    pub(super) fn at_start(text: &str) -> Option<(Token, usize)> {
        let found = Self::SPELLINGS
            .iter()
            .find(|(spelling, _)| text.starts_with(spelling))?;
        Some((found.1, found.0.len()))
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Token::FullYear | Token::ShortYear(_) => Unit::Year,
            Token::Month(_) => Unit::Month,
            Token::Week(_) => Unit::Week,
            Token::Day(_) => Unit::Day,
            Token::Major => Unit::Major,
            Token::Minor => Unit::Minor,
            Token::Micro => Unit::Micro,
            Token::Modifier => Unit::Modifier,
        }
    }

    /// How many digits there are, where it is always the same.
    pub(super) fn width(self) -> Option<usize> {
        match self {
            Token::FullYear => Some(4),
            Token::Month(Padding::Zero)
            | Token::Week(Padding::Zero)
            | Token::Day(Padding::Zero) => Some(2),
            _ => None,
        }
    }

    /// The digits that `0Y` has at least; other numbers have no zeros in front.
    pub(super) fn is_padded(self) -> bool {
        matches!(
            self,
            Token::ShortYear(Padding::Zero)
                | Token::Month(Padding::Zero)
                | Token::Week(Padding::Zero)
                | Token::Day(Padding::Zero)
        )
    }
}

impl Unit {
    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Year => "year",
            Unit::Month => "month",
            Unit::Week => "week",
            Unit::Day => "day",
            Unit::Major => "MAJOR",
            Unit::Minor => "MINOR",
            Unit::Micro => "MICRO",
            Unit::Modifier => "modifier",
        }
    }

    /// Whether it is a part of a date. These stand from the greater to the
    /// smaller; the others may stand anywhere.
    pub(super) fn is_of_calendar(self) -> bool {
        self <= Unit::Day
    }
}
