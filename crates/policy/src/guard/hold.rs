use std::time::SystemTime;

use super::Objection;
use crate::{Error, tag};

/// A tag that stays, for a while or until the hold is lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// None where every tag has to wait.
    at: Option<String>,
    until: Option<SystemTime>,
}

impl Hold {
    /// Holds at `tag`, with no end.
    ///
    /// # Errors
    ///
    /// [`InvalidTag`](crate::ErrorKind::InvalidTag) for what no registry has: an empty text,
    /// `.a`, `a b`, more than 128 characters. It would hold everything back.
    pub fn at(tag: &str) -> Result<Self, Error> {
        Ok(Hold {
            at: Some(tag::checked("tag to hold at", tag)?),
            until: None,
        })
    }

    /// Holds what is in place, whichever tag that is, with no end.
    pub fn in_place() -> Self {
        Hold {
            at: None,
            until: None,
        }
    }

    /// Ends the hold at `time`; at that moment it holds no more.
    pub fn until(mut self, time: SystemTime) -> Self {
        self.until = Some(time);
        self
    }

    /// Objects to every tag but the one that is held, as long as it is held; of [`in_place`](Self::in_place) to
    /// every tag, so that it is asked only where another is to come.
    pub fn check(&self, tag: &str, now: SystemTime) -> Result<(), Objection> {
        let is_over = self.until.is_some_and(|until| until <= now);
        if is_over || self.at.as_deref() == Some(tag) {
            return Ok(());
        }
        Err(Objection::Held {
            tag: tag.to_owned(),
            at: self.at.clone(),
            until: self.until,
        })
    }
}
