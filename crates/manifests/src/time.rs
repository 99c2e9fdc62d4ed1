//! Points in time as RFC 3339 writes them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Reads `2026-12-24T18:00:00Z`, `2026-12-24T19:00:00+01:00`, or a day, which begins
/// at midnight UTC; not before 1970. Fractions of a second are dropped.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use tagwright_manifests::parse_time;
///
/// let time = UNIX_EPOCH + Duration::from_secs(1_798_135_200);
/// assert_eq!(parse_time("2026-12-24T18:00:00Z"), Some(time));
/// assert_eq!(parse_time("tomorrow"), None);
/// ```
pub fn parse_time(text: &str) -> Option<SystemTime> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let midnight = i64::try_from(days(date)? * DAY).ok()?;
    let seconds = time.map_or(Some(0), seconds_and_offset)?;
    let seconds = u64::try_from(midnight.checked_add(seconds)?).ok()?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// The days from 1970-01-01 to a date.
fn days(date: &str) -> Option<u64> {
    let (year, rest) = date.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let good = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    if !good || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let years: u64 = (1970..year).map(|year| 365 + leap(year)).sum();
    let months: u64 = (1..month).map(|month| days_in_month(year, month)).sum();
    Some(years + months + day - 1)
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + leap(year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn leap(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    u64::from(leap)
}

/// `18:00:00Z`: the seconds since midnight UTC. Fractions are dropped.
fn seconds_and_offset(time: &str) -> Option<i64> {
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone);
    let clock = match clock.split_once('.') {
        Some((clock, fraction)) if is_digits(fraction) => clock,
        Some(_) => return None,
        None => clock,
    };
    let (minutes, second) = clock.rsplit_once(':')?;
    let second = number(second, 2).filter(|second| *second < 60)?;
    let local = i64::try_from(clock_minutes(minutes)? * 60 + second).ok()?;
    Some(local - offset(zone)?)
}

fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'Z' | b'z' => return (zone.len() == 1).then_some(0),
        b'+' => 1,
        _ => -1,
    };
    let minutes = clock_minutes(&zone[1..])?;
    Some(sign * i64::try_from(minutes * 60).ok()?)
}

/// `18:30` in minutes.
fn clock_minutes(text: &str) -> Option<u64> {
    let (hour, minute) = text.split_once(':')?;
    let hour = number(hour, 2).filter(|hour| *hour < 24)?;
    let minute = number(minute, 2).filter(|minute| *minute < 60)?;
    Some(hour * 60 + minute)
}

fn number(text: &str, digits: usize) -> Option<u64> {
    (text.len() == digits && is_digits(text)).then(|| text.parse().ok())?
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::parse_time;

    #[track_caller]
    fn at(text: &str, seconds: u64) {
        let expected = UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(parse_time(text), Some(expected), "{text}");
    }

    #[test]
    fn times_are_those_of_rfc_3339() {
        at("1970-01-01T00:00:00Z", 0);
        at("1970-01-01", 0);
        at("2000-02-29", 951_782_400);
        at("2000-03-01t00:00:00z", 951_868_800);
        at("2026-12-24T18:00:00Z", 1_798_135_200);
        at("2026-12-24 18:00:00.999Z", 1_798_135_200);
        at("2026-12-24T19:30:00+01:30", 1_798_135_200);
        at("2026-12-24T10:00:00-08:00", 1_798_135_200);
        at("9999-12-31T23:59:59Z", 253_402_300_799);
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "tomorrow",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2100-02-29",
            "2026-1-1",
            "1969-12-31",
            "2026-12-24T18:00:00",
            "2026-12-24T18:00Z",
            "2026-12-24T24:00:00Z",
            "2026-12-24T18:60:00Z",
            "2026-12-24T18:00:60Z",
            "2026-12-24T18:00:00.Z",
            "2026-12-24T18:00:00+1",
            "2026-12-24T18:00:00Zulu",
            "+026-12-24",
            "1970-01-01T00:00:00+01:00",
            "2026-12-24T\u{661}8:00:00Z",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
