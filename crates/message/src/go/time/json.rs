//! How a time stands in JSON and in Go source.

use super::calendar::MONTHS;
use super::format::name_of;
use super::{Time, Zone};

impl Time {
    /// RFC 3339, which has years of four digits and offsets below a day alone.
    pub(in crate::go) fn rfc3339(&self) -> Option<String> {
        let fits = (0..10_000).contains(&self.civil().year);
        let fits = fits && self.zone.offset().abs() < super::DAY;
        let text = self.format(b"2006-01-02T15:04:05.999999999Z07:00");
        String::from_utf8(text).ok().filter(|_| fits)
    }

    /// Go's `%#v`.
    pub(in crate::go) fn source(&self) -> String {
        let civil = self.civil();
        let month = name_of(&MONTHS, civil.month - 1);
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local => "time.Local".to_owned(),
            Zone::Fixed(name, _) => format!("time.Location(\"{name}\")"),
        };
        format!(
            "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
            civil.year, civil.day, civil.hour, civil.minute, civil.second, self.nanos
        )
    }
}
