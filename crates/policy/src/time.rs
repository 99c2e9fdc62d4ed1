//! Points and spans of time in our sentences.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: i128 = 86_400;

/// Prints a time as `2026-08-22T09:30:15Z`.
pub(crate) struct Utc(pub(crate) SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = seconds_since_1970(self.0);
        let (year, month, day) = civil(since.div_euclid(DAY));
        let seconds = since.rem_euclid(DAY);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Whole seconds, rounded down before 1970 too.
fn seconds_since_1970(time: SystemTime) -> i128 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i128::from(after.as_secs()),
        Err(error) => {
            let before = error.duration();
            -i128::from(before.as_secs()) - i128::from(before.subsec_nanos() > 0)
        }
    }
}

/// The year, month and day that is `days` after 1970-01-01, in years that
/// start in March, so that a leap day comes last.
fn civil(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i128::from(month <= 2);
    (year, month, day)
}

/// Prints a span of time as people read it: `2 h 30 min`, `3 days`.
pub(crate) struct Span(pub(crate) Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let days = seconds / 86_400;
        let parts = [
            (days, if days == 1 { "day" } else { "days" }),
            (seconds / 3_600 % 24, "h"),
            (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
            (u64::from(self.0.subsec_millis()), "ms"),
            (u64::from(self.0.subsec_micros() % 1_000), "µs"),
            (u64::from(self.0.subsec_nanos() % 1_000), "ns"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = parts
            .map(|(count, unit)| format!("{count} {unit}"))
            .collect();
        if words.is_empty() {
            return f.write_str("0 s");
        }
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{Span, Utc};

    #[test]
    fn times_print() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(Utc(time).to_string(), expected);
        }
    }

    #[test]
    fn times_before_1970_print() {
        for (milliseconds, expected) in [
            (1, "1969-12-31T23:59:59Z"),
            (1_000, "1969-12-31T23:59:59Z"),
            (86_400_000, "1969-12-31T00:00:00Z"),
            (11_644_473_600_000, "1601-01-01T00:00:00Z"),
        ] {
            let time = UNIX_EPOCH - Duration::from_millis(milliseconds);
            assert_eq!(Utc(time).to_string(), expected);
        }
    }

    #[test]
    fn spans_print() {
        for (seconds, expected) in [
            (45, "45 s"),
            (3_600, "1 h"),
            (9_000, "2 h 30 min"),
            (86_400, "1 day"),
            (259_200, "3 days"),
            (90_061, "1 day 1 h 1 min 1 s"),
        ] {
            assert_eq!(Span(Duration::from_secs(seconds)).to_string(), expected);
        }
        assert_eq!(Span(Duration::from_millis(1_500)).to_string(), "1 s 500 ms");
        assert_eq!(Span(Duration::from_nanos(1)).to_string(), "1 ns");
        assert_eq!(
            Span(Duration::from_nanos(1_002_003)).to_string(),
            "1 ms 2 µs 3 ns"
        );
        assert_eq!(Span(Duration::ZERO).to_string(), "0 s");
    }
}
