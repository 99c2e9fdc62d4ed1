use std::time::{Duration, SystemTime};

use super::Objection;

/// The time that an image must have been there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinimumAge {
    minimum: Duration,
}

impl MinimumAge {
    /// Wants images at least as old as `minimum`.
    pub fn new(minimum: Duration) -> Self {
        MinimumAge { minimum }
    }

    /// Objects to an image that was built later than the minimum before
    /// `now`, in the future too, and to one of which no date is known. A
    /// minimum of zero asks for neither.
    pub fn check(
        &self,
        tag: &str,
        built: Option<SystemTime>,
        now: SystemTime,
    ) -> Result<(), Objection> {
        if self.minimum.is_zero() {
            return Ok(());
        }
        let tag = || tag.to_owned();
        let built = built.ok_or_else(|| Objection::NoDate { tag: tag() })?;
        let ready = built.checked_add(self.minimum);
        if ready.is_some_and(|ready| ready <= now) {
            return Ok(());
        }
        Err(Objection::TooYoung {
            tag: tag(),
            minimum: self.minimum,
            ready,
        })
    }
}
