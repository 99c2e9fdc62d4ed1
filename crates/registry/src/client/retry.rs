use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::limits::Limits;
use super::rate_limit;

const FIRST_WAIT: Duration = Duration::from_millis(250);
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Whether the same request may succeed a little later.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// What is left of the repetitions of one request.
#[derive(Debug)]
pub(crate) struct Retries {
    attempts: usize,
    time: Duration,
    made: u32,
}

impl Retries {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            attempts: limits.attempts,
            time: limits.retry_time,
            made: 1,
        }
    }

    /// How often the request was sent.
    pub(crate) fn made(&self) -> u32 {
        self.made
    }

    /// How long to wait before the next attempt; none when there is none left, or when the registry asks
    /// for more time than there is.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Option<Duration> {
        let wait = jittered(backoff(self.made)).max(asked.unwrap_or_default());
        if self.made as usize >= self.attempts || wait > self.time {
            return None;
        }
        self.made += 1;
        self.time -= wait;
        Some(wait)
    }
}

/// Doubles with every attempt.
fn backoff(made: u32) -> Duration {
    let doublings = made.saturating_sub(1).min(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

/// Between half of the time and all of it, so that clients that failed together do not return together.
fn jittered(wait: Duration) -> Duration {
    wait.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// How long a registry asks to be left alone: by `Retry-After`, or until more requests are allowed after there were
/// too many.
pub(crate) fn asked(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let too_many = status == StatusCode::TOO_MANY_REQUESTS;
    let reset = || rate_limit::read(headers, now)?.reset();
    retry_after(headers, now).or_else(|| too_many.then(reset)?)
}

/// The `Retry-After` of an answer: seconds, or an HTTP date as the time from `now` to it.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expected: Option<u64>) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let headers = HeaderMap::from_iter([(RETRY_AFTER, header.parse().unwrap())]);
        assert_eq!(
            retry_after(&headers, now),
            expected.map(Duration::from_secs),
            "{header}"
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        check("0", Some(0));
        check(" 120 ", Some(120));
        check("Sun, 06 Nov 1994 08:49:47 GMT", Some(10));
        check("Sunday, 06-Nov-94 08:49:47 GMT", Some(10));
        check("Sun Nov  6 08:49:47 1994", Some(10));
        check("Sun, 06 Nov 1994 08:49:27 GMT", Some(0));
    }

    #[test]
    fn a_retry_after_that_is_neither_is_none() {
        check("soon", None);
        check("-1", None);
        check("1.5", None);
        check("99999999999999999999999999", None);
        assert_eq!(retry_after(&HeaderMap::new(), SystemTime::UNIX_EPOCH), None);
    }

    #[test]
    fn the_end_of_a_window_counts_when_there_were_too_many() {
        let now = SystemTime::UNIX_EPOCH;
        let reset: HeaderMap = [("x-ratelimit-reset", "7")]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect();
        let seven = Some(Duration::from_secs(7));
        assert_eq!(asked(StatusCode::TOO_MANY_REQUESTS, &reset, now), seven);
        assert_eq!(asked(StatusCode::BAD_GATEWAY, &reset, now), None);
    }

    #[test]
    fn waits_grow_and_end_with_the_attempts() {
        let mut retries = Retries::new(&Limits::default());
        let waits: Vec<_> = std::iter::from_fn(|| retries.next(None)).collect();
        assert_eq!(waits.len(), 3);
        for (wait, most) in waits.iter().zip([250, 500, 1000]) {
            let most = Duration::from_millis(most);
            assert!(*wait <= most && *wait >= most / 2, "{waits:?}");
        }
        assert_eq!(retries.made(), 4);
    }

    #[test]
    fn the_wait_that_the_registry_asks_for_is_kept_while_there_is_time() {
        let mut retries = Retries::new(&Limits::default().attempts(10));
        assert_eq!(
            retries.next(Some(Duration::from_secs(40))),
            Some(Duration::from_secs(40))
        );
        assert_eq!(retries.next(Some(Duration::from_secs(40))), None);
        assert_eq!(
            retries.next(Some(Duration::from_secs(20))),
            Some(Duration::from_secs(20))
        );
    }

    #[test]
    fn the_longest_wait_is_bounded() {
        assert_eq!(backoff(u32::MAX), LONGEST_WAIT);
        assert_eq!(backoff(0), FIRST_WAIT);
    }

    #[test]
    fn only_what_may_pass_is_transient() {
        let transient: Vec<u16> = (100..600)
            .filter(|code| is_transient(StatusCode::from_u16(*code).unwrap()))
            .collect();
        assert_eq!(transient, [408, 429, 500, 502, 503, 504]);
    }
}
