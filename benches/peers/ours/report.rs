//! The line that the run script reads.

use std::{fmt::Display, fs, time::Instant};

/// Starts when the inputs are in memory, so that start-up and reading are not counted.
pub(crate) struct Stopwatch {
    start: Instant,
    idle_kib: u64,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            idle_kib: resident_kib("VmRSS:"),
            start: Instant::now(),
        }
    }

    /// Prints "seconds peak-KiB idle-KiB answer"; the answer shows that both sides did the same work.
    pub(crate) fn print(&self, answer: impl Display) {
        let seconds = self.start.elapsed().as_secs_f64();
        let (peak, idle) = (resident_kib("VmHWM:"), self.idle_kib);
        println!("{seconds:.6} {peak} {idle} {answer}");
    }
}

/// The resident set (`VmRSS:`) or its high-water mark (`VmHWM:`); 0 where there is no `/proc`.
fn resident_kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix(field));
    value
        .and_then(|value| value.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
