//! Reads a time by a layout, as Go's `time.ParseInLocation` does.

use super::calendar::{Civil, MONTHS, WEEKDAYS, days_from_civil, days_in};
use super::layout::{self, Element, Fraction, Offset};
use super::{Time, Zone};
use crate::go::fault::Fault;

impl Time {
    /// Go's `time.ParseInLocation` with the local zone, which is UTC here.
    pub(in crate::go) fn parse(layout: &[u8], text: &[u8]) -> Result<Self, Fault> {
        let mut reader = Reader::new(text);
        let mut layout = layout;
        loop {
            let chunk = layout::next(layout);
            let literal = reader.literal(chunk.before);
            literal.ok_or_else(|| mismatch(chunk.before))?;
            let Some(element) = chunk.element else { break };
            let read = reader.element(element, chunk.after);
            read.ok_or_else(|| mismatch(chunk.spelling))?;
            layout = chunk.after;
        }
        if !reader.rest.is_empty() {
            return Err(Fault::function("the date goes on after its layout ends"));
        }
        let civil = reader.civil().ok_or_else(no_such_day)?;
        let zone = reader.zone();
        if reader.offset.is_none() {
            // A zone that has only a name shifts what is shown, as in Go.
            return Ok(Time::from_civil(&civil, reader.nanos, Zone::Utc).in_zone(zone));
        }
        Ok(Time::from_civil(&civil, reader.nanos, zone))
    }
}

fn mismatch(part: &[u8]) -> Fault {
    let part: String = String::from_utf8_lossy(part).chars().take(40).collect();
    let message = format!("the date does not fit its layout at {part:?}");
    Fault::function(message).hint("layouts spell the time 2006-01-02 15:04:05")
}

fn no_such_day() -> Fault {
    Fault::function("there is no such day in the month or year of the date")
}

/// What was read so far.
struct Reader<'t> {
    rest: &'t [u8],
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    is_pm: Option<bool>,
    is_utc: bool,
    offset: Option<i64>,
    zone_name: String,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8]) -> Self {
        Reader {
            rest: text,
            year: 0,
            month: None,
            day: None,
            year_day: None,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            is_pm: None,
            is_utc: false,
            offset: None,
            zone_name: String::new(),
        }
    }

    /// The text between two elements; runs of spaces are alike.
    fn literal(&mut self, expected: &[u8]) -> Option<()> {
        let mut expected = expected;
        while let Some((first, after)) = expected.split_first() {
            if *first == b' ' {
                if self.rest.first().is_some_and(|byte| *byte != b' ') {
                    return None;
                }
                expected = without_spaces(expected);
                self.rest = without_spaces(self.rest);
                continue;
            }
            self.rest = self.rest.strip_prefix(&[*first])?;
            expected = after;
        }
        Some(())
    }

    /// `after` is the layout behind the element.
    fn element(&mut self, element: Element, after: &[u8]) -> Option<()> {
        match element {
            Element::Year => {
                let year = whole(self.take(2)?)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => {
                self.rest.first().filter(|byte| byte.is_ascii_digit())?;
                self.year = whole(self.take(4)?)?;
            }
            Element::Month => self.month = Some(self.name(&MONTHS, 3)? + 1),
            Element::LongMonth => self.month = Some(self.name(&MONTHS, 9)? + 1),
            Element::NumMonth => self.month = Some(self.number(1, 2, 1..=12)?),
            Element::ZeroMonth => self.month = Some(self.number(2, 2, 1..=12)?),
            // It is read and does not count.
            Element::Weekday => drop(self.name(&WEEKDAYS, 3)?),
            Element::LongWeekday => drop(self.name(&WEEKDAYS, 9)?),
            Element::Day => self.day = Some(self.number(1, 2, 0..=99)?),
            Element::UnderDay => {
                self.skip_spaces(1);
                self.day = Some(self.number(1, 2, 0..=99)?);
            }
            Element::ZeroDay => self.day = Some(self.number(2, 2, 0..=99)?),
            Element::UnderYearDay => {
                self.skip_spaces(2);
                self.year_day = Some(self.number(1, 3, 0..=999)?);
            }
            Element::ZeroYearDay => self.year_day = Some(self.number(3, 3, 0..=999)?),
            Element::Hour => self.hour = self.number(1, 2, 0..=23)?,
            Element::Hour12 => self.hour = self.number(1, 2, 0..=12)?,
            Element::ZeroHour12 => self.hour = self.number(2, 2, 0..=12)?,
            Element::Minute => self.minute = self.number(1, 2, 0..=59)?,
            Element::ZeroMinute => self.minute = self.number(2, 2, 0..=59)?,
            Element::Second => self.second(1, after)?,
            Element::ZeroSecond => self.second(2, after)?,
            Element::UpperPm => self.half(b"AM", b"PM")?,
            Element::LowerPm => self.half(b"am", b"pm")?,
            Element::ZoneName => self.zone_name()?,
            Element::Offset(form) => self.offset(form)?,
            Element::Fraction(form) => self.fraction(form)?,
        }
        Some(())
    }

    fn take(&mut self, count: usize) -> Option<&'t [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip_spaces(&mut self, most: usize) {
        for _ in 0..most {
            self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        }
    }

    /// A number of so many digits.
    fn number(
        &mut self,
        least: usize,
        most: usize,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let count = leading_digits(&self.rest[..self.rest.len().min(most)]);
        if count < least {
            return None;
        }
        whole(self.take(count)?).filter(|number| range.contains(number))
    }

    /// One of some names, or what it begins with, in any case.
    fn name(&mut self, names: &[&str], length: usize) -> Option<i64> {
        for (at, name) in names.iter().enumerate() {
            let name = &name.as_bytes()[..name.len().min(length)];
            let head = self.rest.get(..name.len());
            if head.is_some_and(|head| head.eq_ignore_ascii_case(name)) {
                self.rest = &self.rest[name.len()..];
                return i64::try_from(at).ok();
            }
        }
        None
    }

    /// A fraction of it may follow although the layout has none.
    fn second(&mut self, least: usize, after: &[u8]) -> Option<()> {
        self.second = self.number(least, 2, 0..=59)?;
        let digits = fraction_digits(self.rest);
        let has_own = matches!(layout::next(after).element, Some(Element::Fraction(_)));
        if digits > 0 && !has_own {
            self.nanos = nanoseconds(self.take(1 + digits)?)?;
        }
        Some(())
    }

    fn fraction(&mut self, form: Fraction) -> Option<()> {
        let digits = if form.trims {
            fraction_digits(self.rest)
        } else {
            form.digits
        };
        // Nines may be left out altogether.
        if !form.trims || digits > 0 {
            self.nanos = nanoseconds(self.take(1 + digits)?)?;
        }
        Some(())
    }

    fn half(&mut self, am: &[u8], pm: &[u8]) -> Option<()> {
        let half = self.take(2)?;
        if half == pm {
            self.is_pm = Some(true);
        } else if half == am {
            // Go lets a PM stand beside it.
            self.is_pm = self.is_pm.or(Some(false));
        } else {
            return None;
        }
        Some(())
    }

    fn offset(&mut self, form: Offset) -> Option<()> {
        if form.has_z && self.rest.starts_with(b"Z") {
            self.rest = &self.rest[1..];
            self.is_utc = true;
            return Some(());
        }
        let sign = self.take(1)?;
        let mut parts = [0; 3];
        for (at, part) in parts
            .iter_mut()
            .enumerate()
            .take(1 + usize::from(form.more))
        {
            if at > 0 && form.colon && self.take(1)? != b":" {
                return None;
            }
            *part = self.number(2, 2, 0..=if at == 0 { 24 } else { 60 })?;
        }
        let offset = (parts[0] * 60 + parts[1]) * 60 + parts[2];
        self.offset = match sign {
            b"+" => Some(offset),
            // Go takes one second west for none at all.
            b"-" => Some(-offset).filter(|offset| *offset != -1),
            _ => return None,
        };
        Some(())
    }

    fn zone_name(&mut self) -> Option<()> {
        if let Some(rest) = self.rest.strip_prefix(b"UTC") {
            self.rest = rest;
            self.is_utc = true;
            return Some(());
        }
        let name = self.take(zone_name_length(self.rest)?)?;
        self.zone_name = String::from_utf8_lossy(name).into_owned();
        Some(())
    }

    /// The calendar and the clock, if there is such a day.
    fn civil(&self) -> Option<Civil> {
        let (month, day) = match self.year_day {
            Some(year_day) => self.month_and_day(year_day)?,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        let hour = match self.is_pm {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let exists = (1..=days_in(self.year, month)).contains(&day);
        exists.then_some(Civil {
            year: self.year,
            month,
            day,
            hour,
            minute: self.minute,
            second: self.second,
        })
    }

    /// Of a day of the year, with which a month and a day must agree.
    fn month_and_day(&self, year_day: i64) -> Option<(i64, i64)> {
        let first = days_from_civil(self.year, 1);
        let before = |month| days_from_civil(self.year, month) - first;
        let month = (1..=12).rev().find(|month| before(*month) < year_day)?;
        let day = year_day - before(month);
        let agrees = self.month.is_none_or(|known| known == month)
            && self.day.is_none_or(|known| known == day);
        agrees.then_some((month, day))
    }

    fn zone(&self) -> Zone {
        let name = self.zone_name.clone();
        match self.offset {
            _ if self.is_utc => Zone::Utc,
            Some(0) | None if name.is_empty() => Zone::Local,
            Some(offset) => Zone::Fixed(name, offset),
            None => {
                let hours = name.strip_prefix("GMT").map(str::as_bytes).and_then(whole);
                Zone::Fixed(name, hours.unwrap_or(0) * 3_600)
            }
        }
    }
}

fn without_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    &text[spaces..]
}

fn leading_digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The digits after a point, if one begins the text.
fn fraction_digits(text: &[u8]) -> usize {
    match text.split_first() {
        Some((b'.' | b',', digits)) => leading_digits(digits),
        _ => 0,
    }
}

/// Go's `atoi`: a sign and digits; nothing is zero.
fn whole(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.split_first() {
        Some((b'-', digits)) => (-1, digits),
        Some((b'+', digits)) => (1, digits),
        _ => (1, text),
    };
    let are_digits = digits.len() <= 18 && leading_digits(digits) == digits.len();
    let add = |number: i64, digit: &u8| number * 10 + i64::from(digit - b'0');
    are_digits.then(|| sign * digits.iter().fold(0, add))
}

/// A point and digits, of which nine count.
fn nanoseconds(text: &[u8]) -> Option<i64> {
    let (point, digits) = text.split_first()?;
    if !matches!(point, b'.' | b',') {
        return None;
    }
    let digits = &digits[..digits.len().min(9)];
    let missing = u32::try_from(9 - digits.len()).ok()?;
    let number = whole(digits).filter(|number| *number >= 0)?;
    Some(number * 10i64.pow(missing))
}

/// How long the name of a time zone is that begins a text.
fn zone_name_length(text: &[u8]) -> Option<usize> {
    let uppers = text.iter().take(6).take_while(|b| b.is_ascii_uppercase());
    match text {
        _ if text.len() < 3 => None,
        [b'C', b'h', b'S', b'T', ..] | [b'M', b'e', b'S', b'T', ..] => Some(4),
        [b'G', b'M', b'T', rest @ ..] => Some(3 + signed_offset_length(rest).unwrap_or(0)),
        [b'+' | b'-', ..] => signed_offset_length(text),
        _ => match uppers.count() {
            3 => Some(3),
            4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
            5 if text[4] == b'T' => Some(5),
            _ => None,
        },
    }
}

/// `+3`, `-23`: hours below a day.
fn signed_offset_length(text: &[u8]) -> Option<usize> {
    let (_, rest) = text
        .split_first()
        .filter(|(c, _)| matches!(c, b'+' | b'-'))?;
    let digits = leading_digits(rest);
    let hours = whole(&rest[..digits]).filter(|_| digits > 0)?;
    (hours <= 23).then_some(1 + digits)
}
