//! What is kept, and under which keys.

use std::collections::BTreeMap;
#[cfg(feature = "scheduler")]
use std::fmt;
#[cfg(feature = "scheduler")]
use std::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::error::{StateError, StateErrorKind};
use crate::plan::Outcome;
use crate::problem::Problem;

/// The version of all records. A newer one is never written over.
pub(crate) const FORMAT: u32 = 1;

/// A kind of record.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// What its keys begin with.
    const KIND: &'static str;
}

/// The last time that an image was listed whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImageRecord {
    /// Seconds since 1970.
    pub(crate) scanned: u64,
    /// The names in the list.
    pub(crate) tags: u64,
    /// The ten greatest of them by their bytes, as Flux's `lastScanResult.latestTags`.
    pub(crate) latest: Vec<String>,
}

/// What is kept of an automation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutomationRecord {
    pub(crate) policies: BTreeMap<String, PolicyRecord>,
    /// The last run, if it left nothing to do.
    pub(crate) run: Option<RunRecord>,
    /// When it ran last, in seconds since 1970.
    pub(crate) ran: Option<u64>,
    /// When it last ran without an error.
    pub(crate) succeeded: Option<u64>,
    /// The commit that it pushed last.
    pub(crate) commit: Option<String>,
}

/// What a policy of an automation chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyRecord {
    /// The last choice.
    pub(crate) selected: Option<Chosen>,
    /// The version of this library and the fingerprint of the policy that chose it.
    pub(crate) rule: Option<String>,
    /// The choice before that.
    pub(crate) previous: Option<Chosen>,
    /// As it was when its markers were last up to date, none of them withheld.
    pub(crate) accepted: Option<Accepted>,
}

/// An image and a tag, and what the tag named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    pub(crate) image: String,
    pub(crate) tag: String,
    pub(crate) digest: Option<String>,
}

/// As a choice is told.
#[cfg(feature = "scheduler")]
impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.image, self.tag)?;
        let mut digest = self.digest.iter();
        digest.try_for_each(|digest| write!(f, "@{digest}"))
    }
}

/// What a guard measures the next choice by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accepted {
    /// The version of this library, which made the fingerprint.
    pub(crate) program: String,
    /// The fingerprint of the policy.
    pub(crate) rule: String,
    /// The names in the list of its image.
    pub(crate) tags: u64,
}

/// A run that left nothing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRecord {
    /// The version of this library, which decided.
    pub(crate) program: String,
    /// The fingerprint of what was asked for.
    pub(crate) spec: String,
    /// The fingerprint of what the policies chose.
    pub(crate) values: String,
    /// The commit of what is read, on which there is nothing to do.
    pub(crate) base: String,
    /// The other branch that has what was made of it.
    pub(crate) pushed: Option<Tip>,
    /// The markers that a person should look at.
    pub(crate) outcomes: Vec<Outcome>,
    /// What a person should know of the files.
    pub(crate) problems: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tip {
    pub(crate) branch: String,
    pub(crate) commit: String,
}

#[cfg(feature = "scheduler")]
impl ImageRecord {
    /// When it was listed.
    pub(crate) fn scanned(&self) -> SystemTime {
        time(self.scanned)
    }
}

impl Record for ImageRecord {
    const KIND: &'static str = "image";
}

impl Record for AutomationRecord {
    const KIND: &'static str = "automation";
}

/// Since 1970; a clock that is set before it is at 0.
pub(crate) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// The time of a record, which may be any number.
#[cfg(feature = "scheduler")]
pub(crate) fn time(seconds: u64) -> SystemTime {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
    time.unwrap_or(UNIX_EPOCH)
}

#[derive(Serialize)]
struct Written<'a, T> {
    format: u32,
    record: &'a T,
}

#[derive(Deserialize)]
struct Read<T> {
    record: T,
}

/// Read first, so that a newer record is told from a broken one.
#[derive(Deserialize)]
struct Versioned {
    format: u32,
}

/// The key of a record: `kind/name`.
pub(crate) fn key<T: Record>(name: &str) -> String {
    format!("{}/{name}", T::KIND)
}

pub(crate) fn to_bytes<T: Record>(record: &T) -> Vec<u8> {
    let format = FORMAT;
    // Text, numbers and lists: nothing that JSON has no form for.
    serde_json::to_vec(&Written { format, record }).unwrap_or_default()
}

pub(crate) fn from_bytes<T: Record>(key: &str, bytes: &[u8]) -> Result<T, StateError> {
    let broken = |error: serde_json::Error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        StateError::of(
            StateErrorKind::Broken,
            format!("the record '{key}' cannot be read at {place}; it is set aside and made anew"),
        )
    };
    let found: Versioned = serde_json::from_slice(bytes).map_err(broken)?;
    if found.format > FORMAT {
        return Err(StateError::of(
            StateErrorKind::NewerFormat,
            format!(
                "the record '{key}' has format {}, and this version reads {FORMAT}; update tagwright, or keep its state elsewhere",
                found.format
            ),
        ));
    }
    let read: Read<T> = serde_json::from_slice(bytes).map_err(broken)?;
    Ok(read.record)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> ImageRecord {
        ImageRecord {
            scanned: 1_790_000_000,
            tags: 3,
            latest: vec!["v2".into(), "v1".into(), "latest".into()],
        }
    }

    #[test]
    fn a_record_reads_back() {
        let bytes = to_bytes(&image());
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            r#"{"format":1,"record":{"scanned":1790000000,"tags":3,"latest":["v2","v1","latest"]}}"#
        );
        assert_eq!(from_bytes::<ImageRecord>("image/a", &bytes), Ok(image()));
    }

    #[test]
    fn every_cut_of_a_record_is_broken() {
        let bytes = to_bytes(&image());
        for end in 0..bytes.len() {
            let error = from_bytes::<ImageRecord>("image/a", &bytes[..end]).unwrap_err();
            assert_eq!(error.kind(), StateErrorKind::Broken, "{end}");
        }
    }

    #[test]
    fn a_newer_record_is_named_whatever_is_in_it() {
        let error = from_bytes::<ImageRecord>("image/a", br#"{"format":2,"data":[]}"#).unwrap_err();
        assert_eq!(error.kind(), StateErrorKind::NewerFormat);
        assert_eq!(
            error.to_string(),
            "the record 'image/a' has format 2, and this version reads 1; update tagwright, or keep its state elsewhere"
        );
    }

    #[test]
    fn a_broken_record_shows_nothing_of_itself() {
        let error =
            from_bytes::<ImageRecord>("image/a", br#"{"format":1,"record":hunter2}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the record 'image/a' cannot be read at line 1, column 22; it is set aside and made anew"
        );
    }
}
