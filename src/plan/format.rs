//! The version of the serialized form.

use serde::{Deserialize, Serialize};

use super::Plan;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub(super) struct Format;

impl From<Format> for u32 {
    fn from(_: Format) -> u32 {
        Plan::FORMAT
    }
}

impl TryFrom<u32> for Format {
    type Error = String;

    fn try_from(found: u32) -> Result<Self, String> {
        check(found).map(|()| Self)
    }
}

/// Refuses the plans of other versions.
pub(super) fn check(found: u32) -> Result<(), String> {
    if found == Plan::FORMAT {
        return Ok(());
    }
    Err(format!(
        "plan format {found} is not {}, the one that this version reads; plan again with this version",
        Plan::FORMAT
    ))
}
