//! What a registry says about how much more it may be asked.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// How much more a registry may be asked, as its last answer said: of `RateLimit`, `RateLimit-*` and `X-RateLimit-*`
/// what it sent.
///
/// Docker Hub for one answers `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 76;w=21600`: 76 of 100 in
/// 6 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimit {
    limit: Option<u64>,
    remaining: Option<u64>,
    window: Option<Duration>,
    reset: Option<Duration>,
}

impl RateLimit {
    /// How many requests may be made in a window.
    pub fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// How many of them are left.
    pub fn remaining(&self) -> Option<u64> {
        self.remaining
    }

    /// How long the window is.
    pub fn window(&self) -> Option<Duration> {
        self.window
    }

    /// How long it was to the next window when the answer came.
    pub fn reset(&self) -> Option<Duration> {
        self.reset
    }
}

/// A number beyond this is a time since 1970, as GitHub and GitLab write it, and no time from now.
const EPOCH: u64 = 1_000_000_000;

/// None when the headers say nothing that can be read.
pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Option<RateLimit> {
    let field = |name: &str| {
        let texts = [name.to_owned(), format!("x-{name}")];
        texts
            .into_iter()
            .find_map(|name| headers.get(name)?.to_str().ok())
    };
    let whole = |name| field(name).map(Members::of).unwrap_or_default();
    let (limit, remaining, reset) = (
        whole("ratelimit-limit"),
        whole("ratelimit-remaining"),
        whole("ratelimit-reset"),
    );
    let (item, policy) = (whole("ratelimit"), whole("ratelimit-policy"));
    let seconds = |text: u64| Some(Duration::from_secs(text));
    let read = RateLimit {
        limit: limit
            .first
            .or(item.named("limit"))
            .or(policy.named("q"))
            .or(policy.first),
        remaining: remaining
            .first
            .or(item.named("remaining"))
            .or(item.named("r")),
        window: limit
            .named("w")
            .or(remaining.named("w"))
            .or(policy.named("w"))
            .and_then(seconds),
        reset: reset
            .first
            .or(item.named("reset"))
            .or(item.named("t"))
            .map(|reset| from_now(reset, now)),
    };
    (read != RateLimit::default()).then_some(read)
}

fn from_now(seconds: u64, now: SystemTime) -> Duration {
    let time = Duration::from_secs(seconds);
    if seconds < EPOCH {
        return time;
    }
    let at = SystemTime::UNIX_EPOCH.checked_add(time);
    at.and_then(|at| at.duration_since(now).ok())
        .unwrap_or_default()
}

/// The first item of a list and its parameters: `100;w=60`, `"default";r=50;t=30`, `limit=10, remaining=5`.
#[derive(Default)]
struct Members<'a> {
    first: Option<u64>,
    named: Vec<(&'a str, u64)>,
}

impl<'a> Members<'a> {
    fn of(text: &'a str) -> Self {
        let mut members = Self::default();
        // Enough for all that is looked at; more is somebody else's.
        for (at, part) in text.split([';', ',']).take(16).enumerate() {
            match part.split_once('=') {
                Some((name, value)) => members
                    .named
                    .extend(number(value).map(|value| (name.trim(), value))),
                None if at == 0 => members.first = number(part),
                None => {}
            }
        }
        members
    }

    /// The first of that name: the first policy of several.
    fn named(&self, name: &str) -> Option<u64> {
        let found = self
            .named
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| *value)
    }
}

fn number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&'static str, &str)], expected: [Option<u64>; 4]) {
        let headers: HeaderMap = fields
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<HeaderMap>();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let read = read(&headers, now).unwrap_or_default();
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
        let found = [
            read.limit(),
            read.remaining(),
            seconds(read.window()),
            seconds(read.reset()),
        ];
        assert_eq!(found, expected, "{fields:?}");
    }

    #[test]
    fn what_registries_send() {
        // Docker Hub.
        check(
            &[
                ("ratelimit-limit", "100;w=21600"),
                ("ratelimit-remaining", "76;w=21600"),
            ],
            [Some(100), Some(76), Some(21600), None],
        );
        // GitHub: the time since 1970.
        check(
            &[
                ("x-ratelimit-limit", "60"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1700000090"),
            ],
            [Some(60), Some(0), None, Some(90)],
        );
        // The drafts of the IETF, from the older ones to the newer.
        check(
            &[("ratelimit", "limit=100, remaining=50, reset=30")],
            [Some(100), Some(50), None, Some(30)],
        );
        check(
            &[
                ("ratelimit", "\"default\";r=50;t=30"),
                ("ratelimit-policy", "\"default\";q=100;w=60"),
            ],
            [Some(100), Some(50), Some(60), Some(30)],
        );
        check(
            &[
                ("ratelimit-limit", "10, 10;w=1, 50;w=60"),
                ("ratelimit-reset", "7"),
            ],
            [Some(10), None, Some(1), Some(7)],
        );
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        for text in ["", "many", "-1", "w=x", "99999999999999999999999", ";;,,=="] {
            check(&[("ratelimit-limit", text)], [None; 4]);
        }
        assert_eq!(read(&HeaderMap::new(), SystemTime::now()), None);
        check(
            &[("ratelimit-reset", "18446744073709551615")],
            [None, None, None, Some(0)],
        );
        check(
            &[("ratelimit-reset", "1600000000")],
            [None, None, None, Some(0)],
        );
    }
}
