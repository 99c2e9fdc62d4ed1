//! The Gregorian calendar, also before it was made.

/// What a calendar and a clock show.
#[derive(Clone, Debug)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
}

/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(super) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

impl Civil {
    /// Of seconds since 1970.
    pub(super) fn from_seconds(seconds: i64) -> Self {
        let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // Years begin with March here, so that a leap day is the last one.
        let shifted = days + EPOCH;
        let (era, day) = (shifted.div_euclid(ERA), shifted.rem_euclid(ERA));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Civil {
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day,
            hour: clock / 3_600,
            minute: clock / 60 % 60,
            second: clock % 60,
        }
    }

    /// The day of the year, from 1.
    pub(super) fn year_day(&self) -> i64 {
        days_from_civil(self.year, self.month) - days_from_civil(self.year, 1) + self.day
    }

    /// From Sunday, which is 0.
    pub(super) fn weekday(&self) -> i64 {
        let days = days_from_civil(self.year, self.month) + self.day - 1;
        // 1970 began with a Thursday.
        (days + 4).rem_euclid(7)
    }
}

/// Days from 1970 to the first of a month.
pub(super) fn days_from_civil(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day = (153 * month + 2) / 5 + year * 365 + year / 4 - year / 100;
    era * ERA + day - EPOCH
}

pub(super) fn days_in(year: i64, month: i64) -> i64 {
    let (next, after) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days_from_civil(next, after) - days_from_civil(year, month)
}
