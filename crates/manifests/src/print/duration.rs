//! Durations as Go prints them.

use std::time::Duration;

/// The duration as Go's `time.Duration.String` has it: `5m0s`, `1h0m0s`, `1.5s`,
/// `100ms`, `0s`.
pub(super) fn go_duration(duration: Duration) -> String {
    let nanoseconds = duration.subsec_nanos();
    let seconds = duration.as_secs();
    match (seconds, nanoseconds) {
        (0, 0) => "0s".to_owned(),
        (0, 1..1_000) => format!("{nanoseconds}ns"),
        (0, 1_000..1_000_000) => fraction(u64::from(nanoseconds), 1_000) + "µs",
        (0, _) => fraction(u64::from(nanoseconds), 1_000_000) + "ms",
        _ => clock(seconds, nanoseconds),
    }
}

fn clock(seconds: u64, nanoseconds: u32) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let rest = seconds % 60 * 1_000_000_000 + u64::from(nanoseconds);
    let rest = fraction(rest, 1_000_000_000);
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

/// `value / unit`, exactly; the unit is a power of ten.
fn fraction(value: u64, unit: u64) -> String {
    let digits = unit.ilog10() as usize;
    let text = format!("{}.{:0digits$}", value / unit, value % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
