use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time of an RFC 3339 text, to the nanosecond: `2023-11-14T22:13:20.5+01:00`.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_at_checked(10)?;
    let days = days(date)?;
    let time = time.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = time.split_at_checked(8)?;
    let (nanoseconds, zone) = fraction(zone)?;
    let seconds = days * 86_400 + clock_seconds(clock)? - offset(zone)?;
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(whole)?
    } else {
        UNIX_EPOCH.checked_add(whole)?
    };
    time.checked_add(Duration::from_nanos(nanoseconds))
}

/// The days since 1970 of a date of the Gregorian calendar.
fn days(date: &str) -> Option<i64> {
    let [year, month, day] = numbers(date, '-')?;
    if !(1..=12).contains(&month) || !(1..=month_length(year, month)).contains(&day) {
        return None;
    }
    // Years that begin in March end with the leap day; 400 of them are 146,097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn clock_seconds(clock: &str) -> Option<i64> {
    let [hour, minute, second] = numbers(clock, ':')?;
    // A leap second counts as the first of the next minute.
    let valid = hour < 24 && minute < 60 && second <= 60;
    valid.then_some(hour * 3600 + minute * 60 + second)
}

/// The nanoseconds of `.5Z`, and the rest.
fn fraction(text: &str) -> Option<(u64, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, zone) = digits.split_at(length);
    let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
    (length > 0).then_some((nine.parse().ok()?, zone))
}

fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let [hours, minutes] = numbers(&zone[1..], ':')?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Numbers of two digits, the first of a date of four.
fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for number in &mut numbers {
        let part = parts
            .next()
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
        let length = if separator == '-' && part.len() == 4 {
            4
        } else {
            2
        };
        *number = (part.len() == length).then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: i64, nanoseconds: u32) {
        let time = parse(text).unwrap_or_else(|| panic!("no time: {text}"));
        let magnitude = Duration::from_secs(seconds.unsigned_abs());
        let whole = if seconds < 0 {
            UNIX_EPOCH - magnitude
        } else {
            UNIX_EPOCH + magnitude
        };
        assert_eq!(
            time,
            whole + Duration::from_nanos(nanoseconds.into()),
            "{text}"
        );
    }

    #[test]
    fn what_builders_write() {
        check("1970-01-01T00:00:00Z", 0, 0);
        check("2023-11-14T22:13:20Z", 1_700_000_000, 0);
        check("2023-11-14T22:13:20.123456789Z", 1_700_000_000, 123_456_789);
        check("2023-11-15T00:13:20.5+02:00", 1_700_000_000, 500_000_000);
        check("2023-11-14t17:43:20-04:30", 1_700_000_000, 0);
        check("2024-02-29T23:59:60Z", 1_709_251_200, 0);
        check("1969-12-31T23:59:59.25Z", -1, 250_000_000);
        check("1900-03-01T00:00:00Z", -2_203_891_200, 0);
        check("9999-12-31T23:59:59Z", 253_402_300_799, 0);
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "2023",
            "2023-11-14",
            "2023-11-14T22:13",
            "2023-11-14T22:13:20",
            "2023-13-14T22:13:20Z",
            "2023-02-29T22:13:20Z",
            "2023-11-00T22:13:20Z",
            "2023-11-14T24:13:20Z",
            "2023-11-14T22:60:20Z",
            "2023-11-14T22:13:61Z",
            "2023-11-14T22:13:20.Z",
            "2023-11-14T22:13:20+2:00",
            "2023-11-14T22:13:20ZZ",
            "2023-11-14T22:13:2é",
            "23-11-14T22:13:20Z00",
            "-023-11-14T22:13:20Z",
            "2023-11-14T22:13:20+é0:00",
            "20-11-2023T22:13:20Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn days_follow_each_other(year in 1_i64..9999, month in 1_i64..13, day in 1_i64..29) {
            let next = if day < month_length(year, month) { (year, month, day + 1) }
                else if month < 12 { (year, month + 1, 1) } else { (year + 1, 1, 1) };
            let text = |(year, month, day): (i64, i64, i64)| format!("{year:04}-{month:02}-{day:02}");
            proptest::prop_assert_eq!(days(&text((year, month, day))).unwrap() + 1, days(&text(next)).unwrap());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9TtZz:.+é-]{0,30}") {
            let _ = parse(&text);
        }
    }
}
