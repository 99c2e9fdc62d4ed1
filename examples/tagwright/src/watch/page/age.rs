//! How long ago something was.

use std::time::{Duration, SystemTime};

/// `3 min ago`, or `in 3 min`.
pub(super) fn age(then: SystemTime, now: SystemTime) -> String {
    match now.duration_since(then) {
        Ok(since) if since.as_secs() == 0 => "now".to_owned(),
        Ok(since) => format!("{} ago", length(since)),
        Err(ahead) if ahead.duration().as_secs() == 0 => "now".to_owned(),
        Err(ahead) => format!("in {}", length(ahead.duration())),
    }
}

/// In the greatest unit that it has two of, or one.
fn length(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..100 => format!("{seconds} s"),
        100..5_400 => format!("{} min", (seconds + 30) / 60),
        5_400..129_600 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        for (seconds, past, future) in [
            (0, "now", "now"),
            (59, "59 s ago", "in 59 s"),
            (179, "3 min ago", "in 3 min"),
            (7_200, "2 h ago", "in 2 h"),
            (200_000, "2 days ago", "in 2 days"),
        ] {
            let time = Duration::from_secs(seconds);
            assert_eq!(age(now - time, now), past);
            assert_eq!(age(now + time, now), future);
        }
    }
}
