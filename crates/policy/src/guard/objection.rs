use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::text::one_line;
use crate::time::{Span, Utc};

/// Why a guard holds a tag back. `Display` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Objection {
    /// It stands on the skip list.
    #[non_exhaustive]
    Skipped {
        /// The tag.
        tag: String,
    },
    /// Another tag is held.
    #[non_exhaustive]
    Held {
        /// The tag that was to come.
        tag: String,
        /// The tag that stays. None where it is whichever is in place.
        at: Option<String>,
        /// When the hold ends, if it does.
        until: Option<SystemTime>,
    },
    /// Its image was built too short a time ago.
    #[non_exhaustive]
    TooYoung {
        /// The tag.
        tag: String,
        /// The age that is wanted.
        minimum: Duration,
        /// When it is reached. None where no clock can tell that time.
        ready: Option<SystemTime>,
    },
    /// An age is wanted, and it is not known when its image was built.
    #[non_exhaustive]
    NoDate {
        /// The tag.
        tag: String,
    },
    /// The list lost too many tags to be trusted.
    #[non_exhaustive]
    Shrunk {
        /// The tags that there were.
        before: u64,
        /// The tags that are left.
        now: u64,
        /// The loss in percent that is allowed.
        allowed: u8,
    },
    /// It is lower than the tag in place.
    #[non_exhaustive]
    Downgrade {
        /// The tag in place.
        from: String,
        /// The tag that was to come.
        to: String,
    },
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::Skipped { tag } => write!(f, "{} is on the skip list", one_line(tag)),
            Objection::Held { tag, at, until } => write_held(f, tag, at.as_deref(), *until),
            Objection::TooYoung {
                tag,
                minimum,
                ready,
            } => write_young(f, tag, *minimum, *ready),
            Objection::NoDate { tag } => write!(
                f,
                "a minimum age is set, and it is not known when {} was built",
                one_line(tag)
            ),
            Objection::Shrunk {
                before,
                now,
                allowed,
            } => write!(
                f,
                "the list shrank from {before} {} to {now}, by more than {allowed} %",
                if *before == 1 { "tag" } else { "tags" }
            ),
            Objection::Downgrade { from, to } => write!(
                f,
                "{} is lower than {} in the policy's order",
                one_line(to),
                one_line(from)
            ),
        }
    }
}

impl std::error::Error for Objection {}

fn write_held(
    f: &mut fmt::Formatter<'_>,
    tag: &str,
    at: Option<&str>,
    until: Option<SystemTime>,
) -> fmt::Result {
    write!(f, "{} has to wait: ", one_line(tag))?;
    match at {
        Some(at) => write!(f, "held at {}", one_line(at))?,
        None => f.write_str("what is in place is held")?,
    }
    match until {
        Some(until) => write!(f, " until {}", Utc(until)),
        None => Ok(()),
    }
}

fn write_young(
    f: &mut fmt::Formatter<'_>,
    tag: &str,
    minimum: Duration,
    ready: Option<SystemTime>,
) -> fmt::Result {
    write!(f, "{} is younger than {}", one_line(tag), Span(minimum))?;
    match ready {
        Some(ready) => write!(f, "; it is old enough at {}", Utc(whole_second(ready))),
        None => Ok(()),
    }
}

/// The second that `time` is in the midst of is over at the next one.
fn whole_second(time: SystemTime) -> SystemTime {
    let begun = match time.duration_since(UNIX_EPOCH) {
        Ok(since) => u64::from(since.subsec_nanos()),
        Err(_) => 0,
    };
    let left = Duration::from_nanos((1_000_000_000 - begun) % 1_000_000_000);
    time.checked_add(left).unwrap_or(time)
}
