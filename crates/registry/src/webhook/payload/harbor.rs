use serde::Deserialize;

use super::Body;
use crate::error::Error;
use crate::webhook::trigger::Trigger;

/// Harbor's own form has `event_data`, its `CloudEvents` have `data`.
#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: Option<String>,
    event_data: Option<EventData>,
    data: Option<EventData>,
}

/// A pull changes nothing.
const PULLS: [&str; 2] = ["PULL_ARTIFACT", "harbor.artifact.pulled"];

#[derive(Deserialize)]
struct EventData {
    resources: Option<Vec<Resource>>,
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "resource_url")]
    url: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
}

pub(super) fn read(body: &Body<'_>) -> Result<Vec<Trigger>, Error> {
    let payload: Payload = body.parse()?;
    let kind = payload.kind.as_deref().unwrap_or_default();
    if PULLS.contains(&kind) {
        return Err(body.unwanted(
            kind,
            "let Harbor send no pulls: a scan that pulls would trigger the next one",
        ));
    }
    let data = payload.event_data.or(payload.data);
    let resources = data.and_then(|data| data.resources);
    let resources = resources.unwrap_or_default();
    Ok(Trigger::all(resources.iter().map(Resource::image)))
}

impl Resource {
    /// What is pushed without a tag has its digest for one.
    fn image(&self) -> Trigger {
        let url = self.url.as_deref().unwrap_or_default();
        Trigger::reference(url, self.tag.as_deref(), self.digest.as_deref())
    }
}
