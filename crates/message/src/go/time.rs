//! Go's `time.Time`, in UTC where Go takes the local time zone.

use std::fmt;

mod calendar;
mod format;
mod json;
mod layout;
mod methods;
mod parse;

use calendar::{Civil, days_from_civil};
use calendar::{MONTHS, WEEKDAYS};
use format::name_of;
pub(super) use methods::{FIELDS, call, field, params};

use super::duration::NANOS;
use super::fault::Fault;

/// The seconds of the first day of the year 1, before 1970.
const YEAR_ONE: i64 = -62_135_596_800;
/// Years that dates may be away from the year 0.
const MOST_YEARS: i64 = 1_000_000;
const DAY: i64 = 86_400;

/// A moment, and the time zone in which it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Seconds since 1970.
    seconds: i64,
    /// Below one second.
    nanos: i64,
    zone: Zone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Zone {
    Utc,
    /// The local zone, which is UTC here; Go tells the two apart in `eq`.
    Local,
    /// A name, which may be empty, and the seconds east of UTC.
    Fixed(String, i64),
}

impl Zone {
    fn name(&self) -> &str {
        match self {
            Zone::Utc | Zone::Local => "UTC",
            Zone::Fixed(name, _) => name,
        }
    }

    fn offset(&self) -> i64 {
        match self {
            Zone::Utc | Zone::Local => 0,
            Zone::Fixed(_, offset) => *offset,
        }
    }
}

impl Time {
    /// Go's zero value, the first moment of the year 1.
    pub(super) const ZERO: Time = Time {
        seconds: YEAR_ONE,
        nanos: 0,
        zone: Zone::Utc,
    };

    /// The moment that a calendar and a clock show in a zone; the day may be
    /// beyond its month.
    fn from_civil(civil: &Civil, nanos: i64, zone: Zone) -> Self {
        let days = days_from_civil(civil.year, civil.month) + civil.day - 1;
        let clock = civil.hour * 3600 + civil.minute * 60 + civil.second;
        Time {
            seconds: days * DAY + clock - zone.offset(),
            nanos,
            zone,
        }
    }

    fn civil(&self) -> Civil {
        Civil::from_seconds(self.seconds + self.zone.offset())
    }

    pub(super) fn unix(&self) -> i64 {
        self.seconds
    }

    fn is_zero(&self) -> bool {
        self.seconds == YEAR_ONE && self.nanos == 0
    }

    fn in_zone(&self, zone: Zone) -> Self {
        Time {
            zone,
            ..self.clone()
        }
    }

    /// Nanoseconds since the year 1.
    fn total(&self) -> i128 {
        i128::from(self.seconds - YEAR_ONE) * i128::from(NANOS) + i128::from(self.nanos)
    }

    /// The moment so many nanoseconds later.
    pub(super) fn plus(&self, nanos: i64) -> Result<Self, Fault> {
        let below = self.nanos + nanos % NANOS;
        let later = Time {
            seconds: self.seconds + nanos / NANOS + below.div_euclid(NANOS),
            nanos: below.rem_euclid(NANOS),
            zone: self.zone.clone(),
        };
        later.bounded()
    }

    /// The moment so many years, months and days later; the 31st of a shorter
    /// month is a day of the next one.
    fn plus_date(&self, years: i64, months: i64, days: i64) -> Result<Self, Fault> {
        let is_near = |count: i64, most: i64| count.unsigned_abs() <= most.unsigned_abs();
        let are_near = is_near(years, MOST_YEARS)
            && is_near(months, 12 * MOST_YEARS)
            && is_near(days, 366 * MOST_YEARS);
        if !are_near {
            return Err(too_far());
        }
        let mut civil = self.civil();
        let month = civil.month - 1 + months;
        civil.year += years + month.div_euclid(12);
        civil.month = month.rem_euclid(12) + 1;
        civil.day += days;
        Time::from_civil(&civil, self.nanos, self.zone.clone()).bounded()
    }

    fn bounded(self) -> Result<Self, Fault> {
        let year = self.civil().year;
        if year.abs() > MOST_YEARS {
            return Err(too_far());
        }
        Ok(self)
    }
}

/// The name of a month, which counts from 1.
pub(super) fn month_name(month: i64) -> &'static str {
    name_of(&MONTHS, month - 1)
}

/// The name of a weekday, which counts from 0.
pub(super) fn weekday_name(day: i64) -> &'static str {
    name_of(&WEEKDAYS, day)
}

fn too_far() -> Fault {
    Fault::function(format!("the date is more than {MOST_YEARS} years away"))
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.format(b"2006-01-02 15:04:05.999999999 -0700 MST");
        // The name of a zone is ASCII.
        f.write_str(&String::from_utf8_lossy(&text))
    }
}
