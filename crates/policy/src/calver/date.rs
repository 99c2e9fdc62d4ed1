//! Which dates there are.

use super::token::{Token, Unit};

/// The parts of a date that were read so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Date {
    year: Option<u32>,
    month: Option<u32>,
}

impl Date {
    /// Takes the number of one token; false where there is no such date.
    /// Numbers that are no part of a date are not looked at.
    pub(super) fn take(&mut self, token: Token, digits: &str) -> bool {
        let unit = token.unit();
        if !unit.is_of_calendar() {
            return true;
        }
        let Some(number) = digits.parse().ok().filter(|_| digits.len() <= 4) else {
            return false;
        };
        match unit {
            Unit::Year => self.take_year(token, number),
            Unit::Month => {
                self.month = Some(number);
                (1..=12).contains(&number)
            }
            Unit::Week => (1..=53).contains(&number),
            _ => (1..=self.days()).contains(&number),
        }
    }

    fn take_year(&mut self, token: Token, number: u32) -> bool {
        let (year, last) = match token {
            Token::FullYear => (number, 9_999),
            _ => (2_000 + number, 2_999),
        };
        self.year = Some(year);
        (1_000..=last).contains(&year)
    }

    fn days(self) -> u32 {
        match self.month {
            Some(2) if self.year.is_some_and(is_leap) => 29,
            Some(2) => 28,
            Some(4 | 6 | 9 | 11) => 30,
            _ => 31,
        }
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}
