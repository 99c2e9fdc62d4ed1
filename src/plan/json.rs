//! A plan as JSON.

use serde::Deserialize;

use super::{Plan, format};
use crate::error::{Error, ErrorKind};
use crate::printable::Printable;

/// The longest text that is read: far more than the plan of a repository of 10,000 files has.
const MAX_BYTES: usize = 64 << 20;

/// Read first, so that a newer plan is told from a broken one.
#[derive(Deserialize)]
struct Versioned {
    format: u32,
}

impl Plan {
    /// The plan as JSON, for a file that is reviewed; [`from_json`](Self::from_json) reads it back.
    ///
    /// The fields are those of the accessors, in snake case.
    pub fn to_json(&self) -> String {
        // Text, numbers and lists: nothing that JSON has no form for.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Reads a plan back, equal to the one that was written.
    ///
    /// Whether it is one that the automation could have made is seen by [`apply`](crate::Automation::apply).
    ///
    /// # Errors
    ///
    /// Of kind [`Plan`](ErrorKind::Plan): a text that is no JSON, or is cut off; the format of another version of this
    /// crate; a field that is unknown, missing or of another type; more than 64 MiB.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        check_length(text)?;
        let versioned: Versioned =
            serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        format::check(versioned.format).map_err(|found| Error::new(ErrorKind::Plan, found))?;
        serde_json::from_str(text).map_err(|error| unreadable(&error))
    }

    /// Reads back the plans of [`ManifestPlans::to_json`](crate::ManifestPlans::to_json), or the one of
    /// [`to_json`](Self::to_json).
    ///
    /// # Errors
    ///
    /// As [`from_json`](Self::from_json), and a list without a plan that says what failed instead.
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, Error> {
        check_length(text)?;
        let listed: Result<Listed<Versioned>, _> = serde_json::from_str(text);
        let Ok(Listed {
            plans: Some(plans),
            failed,
            problems,
        }) = listed
        else {
            return Ok(vec![Self::from_json(text)?]);
        };
        let mut reasons = failed.iter().chain(&problems).filter(|one| one.is_error());
        if plans.is_empty()
            && let Some(reason) = reasons.next()
        {
            return Err(unplanned(reason));
        }
        for plan in plans {
            format::check(plan.format).map_err(|found| Error::new(ErrorKind::Plan, found))?;
        }
        let listed: Listed<Self> =
            serde_json::from_str(text).map_err(|error| unreadable(&error))?;
        Ok(listed.plans.unwrap_or_default())
    }
}

/// Several plans, with or without what became of others.
#[derive(Deserialize)]
struct Listed<P> {
    plans: Option<Vec<P>>,
    #[serde(default)]
    failed: Vec<Reason>,
    #[serde(default)]
    problems: Vec<Reason>,
}

/// Why there is no plan of something: an automation that failed, or a problem.
#[derive(Deserialize)]
struct Reason {
    #[serde(alias = "subject")]
    automation: String,
    #[serde(alias = "message")]
    error: String,
    /// Of a problem.
    severity: Option<String>,
}

impl Reason {
    fn is_error(&self) -> bool {
        self.severity.as_deref().is_none_or(|one| one == "error")
    }
}

fn unplanned(reason: &Reason) -> Error {
    let (automation, error) = (&reason.automation, &reason.error);
    let message = format!(
        "nothing could be planned: {}: {}; plan again",
        Printable(automation),
        Printable(error)
    );
    Error::new(ErrorKind::Plan, message)
}

fn check_length(text: &str) -> Result<(), Error> {
    let bytes = text.len();
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let long = format!("it has {bytes} bytes, more than {MAX_BYTES}");
    Err(refused(long))
}

fn unreadable(error: &serde_json::Error) -> Error {
    let shown: String = error.to_string().chars().take(300).collect();
    refused(Printable(&shown))
}

fn refused(found: impl std::fmt::Display) -> Error {
    let message = format!("the plan cannot be read: {found}; plan again");
    Error::new(ErrorKind::Plan, message)
}
