//! Writes a time by a layout.

use super::Time;
use super::calendar::{Civil, MONTHS, WEEKDAYS};
use super::layout::{self, Element, Fraction, Offset};

impl Time {
    /// Go's `Time.Format`.
    pub(super) fn format(&self, layout: &[u8]) -> Vec<u8> {
        let mut writer = Writer {
            time: self,
            civil: self.civil(),
            out: Vec::with_capacity(layout.len() + 10),
        };
        let mut rest = layout;
        loop {
            let chunk = layout::next(rest);
            writer.out.extend_from_slice(chunk.before);
            let Some(element) = chunk.element else {
                return writer.out;
            };
            writer.element(element);
            rest = chunk.after;
        }
    }
}

/// The name of a month, which counts from 1, or of a weekday, which counts from 0.
pub(super) fn name_of(names: &[&'static str], at: i64) -> &'static str {
    let at = usize::try_from(at).ok();
    at.and_then(|at| names.get(at)).copied().unwrap_or_default()
}

struct Writer<'t> {
    time: &'t Time,
    civil: Civil,
    out: Vec<u8>,
}

impl Writer<'_> {
    fn element(&mut self, element: Element) {
        let month = name_of(&MONTHS, self.civil.month - 1);
        let weekday = name_of(&WEEKDAYS, self.civil.weekday());
        let hour12 = (self.civil.hour + 11) % 12 + 1;
        let is_pm = self.civil.hour >= 12;
        match element {
            Element::LongMonth => self.text(month),
            Element::Month => self.text(&month[..3]),
            Element::NumMonth => self.number(self.civil.month, 0),
            Element::ZeroMonth => self.number(self.civil.month, 2),
            Element::LongWeekday => self.text(weekday),
            Element::Weekday => self.text(&weekday[..3]),
            Element::Day => self.number(self.civil.day, 0),
            Element::UnderDay => self.spaced(self.civil.day, 2),
            Element::ZeroDay => self.number(self.civil.day, 2),
            Element::UnderYearDay => self.spaced(self.civil.year_day(), 3),
            Element::ZeroYearDay => self.number(self.civil.year_day(), 3),
            Element::Hour => self.number(self.civil.hour, 2),
            Element::Hour12 => self.number(hour12, 0),
            Element::ZeroHour12 => self.number(hour12, 2),
            Element::Minute => self.number(self.civil.minute, 0),
            Element::ZeroMinute => self.number(self.civil.minute, 2),
            Element::Second => self.number(self.civil.second, 0),
            Element::ZeroSecond => self.number(self.civil.second, 2),
            Element::LongYear => self.number(self.civil.year, 4),
            Element::Year => self.number(self.civil.year.abs() % 100, 2),
            Element::UpperPm => self.text(if is_pm { "PM" } else { "AM" }),
            Element::LowerPm => self.text(if is_pm { "pm" } else { "am" }),
            Element::ZoneName => self.zone_name(),
            Element::Offset(form) => self.offset(form),
            Element::Fraction(form) => self.fraction(form),
        }
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Zeros in front; a sign does not count.
    fn number(&mut self, number: i64, width: usize) {
        let sign = if number < 0 { "-" } else { "" };
        self.text(&format!("{sign}{:0width$}", number.unsigned_abs()));
    }

    fn spaced(&mut self, number: i64, width: usize) {
        self.text(&format!("{number:width$}"));
    }

    /// A zone without a name is written as its offset.
    fn zone_name(&mut self) {
        let name = self.time.zone.name();
        if name.is_empty() {
            return self.offset(Offset {
                has_z: false,
                colon: false,
                more: 1,
            });
        }
        self.text(name);
    }

    fn offset(&mut self, form: Offset) {
        let offset = self.time.zone.offset();
        if offset == 0 && form.has_z {
            return self.text("Z");
        }
        // Seconds alone show no sign in Go.
        let minutes = offset / 60;
        self.text(if minutes < 0 { "-" } else { "+" });
        let seconds = if minutes < 0 { -offset } else { offset } % 60;
        let parts = [minutes.abs() / 60, minutes.abs() % 60, seconds];
        for (at, part) in parts
            .into_iter()
            .take(1 + usize::from(form.more))
            .enumerate()
        {
            if at > 0 && form.colon {
                self.text(":");
            }
            self.number(part, 2);
        }
    }

    fn fraction(&mut self, form: Fraction) {
        let nanos = self.time.nanos;
        if form.trims && (form.digits == 0 || nanos == 0) {
            return;
        }
        let digits = format!("{nanos:09}");
        let digits = &digits[..form.digits.min(9)];
        let digits = if form.trims {
            digits.trim_end_matches('0')
        } else {
            digits
        };
        if digits.is_empty() && form.trims {
            return;
        }
        self.out.push(form.point);
        self.text(digits);
    }
}
