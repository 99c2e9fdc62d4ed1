use serde::de::IgnoredAny;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// It names a repository inside Nexus, which is no name of an image without the registry's address: it is enough that
/// it can be read.
pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    body.parse::<IgnoredAny>()?;
    Ok(vec![Trigger::Any])
}
