//! Go's layouts, which spell the reference time `Mon Jan 2 15:04:05 MST 2006`.

/// A part of a layout that stands for a part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    Offset(Offset),
    Fraction(Fraction),
}

/// Hours and more from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offset {
    /// UTC is `Z`.
    pub(super) has_z: bool,
    pub(super) colon: bool,
    /// What follows the hours: minutes, minutes and seconds.
    pub(super) more: u8,
}

/// A part of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fraction {
    /// `.` or `,`
    pub(super) point: u8,
    pub(super) digits: usize,
    /// Written with nines: zeros at the end are left out.
    pub(super) trims: bool,
}

/// A layout at its first element.
pub(super) struct Chunk<'l> {
    pub(super) before: &'l [u8],
    pub(super) element: Option<Element>,
    /// How the element is written.
    pub(super) spelling: &'l [u8],
    pub(super) after: &'l [u8],
}

/// How elements are written; of two that begin alike the longer is first.
const SPELLINGS: [(&[u8], Element); 33] = [
    (b"January", Element::LongMonth),
    (b"Jan", Element::Month),
    (b"Monday", Element::LongWeekday),
    (b"Mon", Element::Weekday),
    (b"MST", Element::ZoneName),
    (b"01", Element::ZeroMonth),
    (b"02", Element::ZeroDay),
    (b"03", Element::ZeroHour12),
    (b"04", Element::ZeroMinute),
    (b"05", Element::ZeroSecond),
    (b"06", Element::Year),
    (b"002", Element::ZeroYearDay),
    (b"15", Element::Hour),
    (b"1", Element::NumMonth),
    (b"2006", Element::LongYear),
    (b"2", Element::Day),
    (b"_2", Element::UnderDay),
    (b"__2", Element::UnderYearDay),
    (b"3", Element::Hour12),
    (b"4", Element::Minute),
    (b"5", Element::Second),
    (b"PM", Element::UpperPm),
    (b"pm", Element::LowerPm),
    (b"-070000", offset(false, false, 2)),
    (b"-07:00:00", offset(false, true, 2)),
    (b"-0700", offset(false, false, 1)),
    (b"-07:00", offset(false, true, 1)),
    (b"-07", offset(false, false, 0)),
    (b"Z070000", offset(true, false, 2)),
    (b"Z07:00:00", offset(true, true, 2)),
    (b"Z0700", offset(true, false, 1)),
    (b"Z07:00", offset(true, true, 1)),
    (b"Z07", offset(true, false, 0)),
];

const fn offset(has_z: bool, colon: bool, more: u8) -> Element {
    Element::Offset(Offset { has_z, colon, more })
}

/// Finds the first element.
pub(super) fn next(layout: &[u8]) -> Chunk<'_> {
    let found = (0..layout.len()).find_map(|at| {
        let (element, length) = element(&layout[at..])?;
        Some((at, element, length))
    });
    let (at, element, length) = match found {
        Some((at, element, length)) => (at, Some(element), length),
        None => (layout.len(), None, 0),
    };
    Chunk {
        before: &layout[..at],
        element,
        spelling: &layout[at..at + length],
        after: &layout[at + length..],
    }
}

/// The element at the start of a text, and its length.
fn element(text: &[u8]) -> Option<(Element, usize)> {
    if matches!(text.first(), Some(b'.' | b',')) {
        return fraction(text);
    }
    let fits = |(spelling, element): &&(&[u8], Element)| {
        let after = text.strip_prefix(*spelling);
        after.is_some_and(|after| ends_here(*element, after))
    };
    let (spelling, element) = SPELLINGS.iter().find(fits)?;
    Some((*element, spelling.len()))
}

/// `Month` does not begin with `Mon`, and `_2006` is a low line and a year.
fn ends_here(element: Element, after: &[u8]) -> bool {
    match element {
        Element::Month | Element::Weekday => !after.first().is_some_and(u8::is_ascii_lowercase),
        Element::UnderDay => !after.starts_with(b"006"),
        _ => true,
    }
}

/// A point and zeros or nines alone.
fn fraction(text: &[u8]) -> Option<(Element, usize)> {
    let digit = *text.get(1).filter(|digit| matches!(digit, b'0' | b'9'))?;
    let digits = text[1..].iter().take_while(|byte| **byte == digit).count();
    if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let fraction = Fraction {
        point: text[0],
        // Go keeps twelve bits of the count.
        digits: digits & 0xFFF,
        trims: digit == b'9',
    };
    Some((Element::Fraction(fraction), 1 + digits))
}
