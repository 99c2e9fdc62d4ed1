//! How things stand, as data.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::plan::Target;

/// How everything that a [`Scheduler`](crate::Scheduler) watches stands, by [`Scheduler::status`](crate::Scheduler::status).
///
/// Serde data with fields in `camelCase`; times are as in `2026-12-24T18:00:00Z`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// Each image that is listed, by its name.
    pub images: Vec<ImageStatus>,
    /// Each automation, by its name.
    pub automations: Vec<AutomationStatus>,
    /// Why the automations that were read last are not all in force; those of before are then.
    pub load_error: Option<String>,
    /// What is wrong with the automations that were read last, warnings too, a line each.
    pub load_problems: Vec<String>,
    /// Whether it has ended, and nothing more is done: it was stopped, or it failed.
    pub stopped: bool,
    /// Which time that the source was asked was the last.
    #[serde(skip)]
    pub load_turns: Turns,
}

/// Which turn of something began last, and which one has been done last. The numbers grow, and are not in serde data.
///
/// With those of before [`trigger`](crate::Scheduler::trigger), [`run_now`](crate::Scheduler::run_now) or
/// [`reload`](crate::Scheduler::reload), and those of now, it is known whether what was asked for is over, also where
/// [`Event`](crate::Event)s are missed, and where a run was put off as its source had moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turns {
    /// The last that began; 0 for none.
    pub begun: u64,
    /// The last that was done; 0 for none, and for one that is to be done again.
    pub done: u64,
}

impl Turns {
    /// Whether one that began after `before` was taken is over.
    #[must_use]
    pub fn is_over_since(self, before: Self) -> bool {
        self.done > before.begun
    }
}

/// How an image stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImageStatus {
    /// The image.
    pub image: String,
    /// Whether it is not listed for now.
    pub suspended: bool,
    /// Whether it is being listed.
    pub scanning: bool,
    /// Which listing of it was the last.
    #[serde(skip)]
    pub turns: Turns,
    /// When it was last listed whole.
    #[serde(serialize_with = "time")]
    pub last_scan: Option<SystemTime>,
    /// When it will be listed, if it is not suspended.
    #[serde(serialize_with = "time")]
    pub next_scan: Option<SystemTime>,
    /// How many names were in the last whole list.
    pub tags: Option<u64>,
    /// The ten greatest of them by their bytes, the greatest first.
    pub latest_tags: Vec<String>,
    /// Why the last listing failed, if it did.
    pub last_error: Option<String>,
}

/// How an automation stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AutomationStatus {
    /// Its name, with namespace and scope.
    pub automation: String,
    /// Where it reads and writes; none of one that its source suspends.
    pub target: Option<Target>,
    /// Whether it does not run for now.
    pub suspended: bool,
    /// Whether it is running.
    pub running: bool,
    /// Which run of it was the last.
    #[serde(skip)]
    pub turns: Turns,
    /// When it last ran, whatever came of it.
    #[serde(serialize_with = "time")]
    pub last_run: Option<SystemTime>,
    /// When it will run, if it is not suspended.
    #[serde(serialize_with = "time")]
    pub next_run: Option<SystemTime>,
    /// When it last ran without an error.
    #[serde(serialize_with = "time")]
    pub last_success: Option<SystemTime>,
    /// Why the last run failed, if it did.
    pub last_error: Option<String>,
    /// The commit that it pushed last.
    pub last_commit: Option<String>,
    /// Where that commit is shown, if its forge is known by [`commit_link`](crate::commit_link).
    pub last_commit_link: Option<String>,
    /// What went wrong in parts of the last run, and in listings for it since, a line each.
    pub problems: Vec<String>,
    /// Its policies.
    pub policies: Vec<PolicyStatus>,
}

/// How a policy of an automation stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicyStatus {
    /// Its name, as markers give it.
    pub policy: String,
    /// Its image.
    pub image: String,
    /// Whether it keeps its choice for now.
    pub suspended: bool,
    /// The image with the tag that it chose, and the digest where it has one.
    pub selected: Option<String>,
    /// What it chose before that.
    pub previous: Option<String>,
    /// Why this tag, or why none, in one line.
    pub reason: Option<String>,
    /// Why its image could not be listed for it the last time, if it could not: the choice is the one of before.
    pub last_error: Option<String>,
}

#[expect(clippy::ref_option, reason = "serde asks so")]
fn time<S: Serializer>(time: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_some(&rfc3339(*time)),
        None => serializer.serialize_none(),
    }
}

/// In UTC, to the second.
fn rfc3339(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The civil date of a day since 1970, by eras of 400 years that begin in March.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_798_135_200, "2026-12-24T18:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            let time = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(rfc3339(time), text);
            let read = tagwright_manifests::parse_time(text);
            assert_eq!(read, Some(time), "the reader of times agrees");
        }
    }
}
